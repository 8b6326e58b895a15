/* pool_real.h: pooling loops for one REAL, included by pool.c for each. INDEX is an integer of the
 * same width, so that places are selected in the same vectors as values. */

#define NAME(x) LT_PASTE2(x, , REAL)

/* The maximum of one tap over m outputs: `in` is STEP elements further for each. */
#define MAX_TAP(STEP)                                       \
  for (INDEX i = 0; i < (INDEX)m; i++) {                    \
    REAL v = in[i * (INDEX)(STEP)];                         \
    bool more = (v > best[i]) | (v != v);                   \
    best[i] = more ? v : best[i];                           \
    where[i] = more ? place + i * (INDEX)(STEP) : where[i]; \
  }

/* m <= STRIP outputs over rows y0 .. y1 - 1 whose windows, from column x0 on, are inside the image.
 */
static void NAME(max_strip)(const lt_window *s, const REAL *x, int64_t y0, int64_t y1, int64_t x0,
                            int64_t m, REAL *out, int64_t *indices) {
  REAL best[STRIP];
  INDEX where[STRIP];
  for (int64_t i = 0; i < m; i++) {
    where[i] = (INDEX)(y0 * s->w + x0 + i * s->sw);
    best[i] = x[where[i]];
  }
  for (int64_t y = y0; y < y1; y += s->dh)
    for (int64_t kx = y == y0 ? 1 : 0; kx < s->kw; kx++) {
      INDEX place = (INDEX)(y * s->w + x0 + kx * s->dw);
      const REAL *in = x + place;
      if (s->sw == 1)
        MAX_TAP(1)
      else if (s->sw == 2)
        MAX_TAP(2)
      else
        MAX_TAP(s->sw)
    }
  for (int64_t i = 0; i < m; i++) out[i] = best[i];
  for (int64_t i = 0; i < m; i++) indices[i] = (int64_t)where[i] + 1;
}

/* m <= STRIP outputs whose windows are inside the image and start at the places `first`. */
static void NAME(max_listed)(const lt_window *s, const REAL *x, const INDEX *first, int64_t m,
                             REAL *out, int64_t *indices) {
  REAL best[STRIP], tapped[STRIP];
  INDEX where[STRIP];
  for (int64_t i = 0; i < m; i++) {
    where[i] = first[i];
    best[i] = x[first[i]];
  }
  for (int64_t tap = 1; tap < s->kh * s->kw; tap++) {
    INDEX shift = (INDEX)(tap / s->kw * s->dh * s->w + tap % s->kw * s->dw);
    for (int64_t i = 0; i < m; i++) tapped[i] = x[first[i] + shift];
    for (int64_t i = 0; i < m; i++) {
      bool more = (tapped[i] > best[i]) | (tapped[i] != tapped[i]);
      best[i] = more ? tapped[i] : best[i];
      where[i] = more ? first[i] + shift : where[i];
    }
  }
  for (int64_t i = 0; i < m; i++) out[i] = best[i];
  for (int64_t i = 0; i < m; i++) indices[i] = (int64_t)where[i] + 1;
}

/* Places in a plane of the first element of every output's window, all of which are inside. */
static void NAME(list_places)(const lt_window *s, void *places) {
  INDEX *first = places;
  for (int64_t oy = 0; oy < s->oh; oy++)
    for (int64_t ox = 0; ox < s->ow; ox++)
      first[oy * s->ow + ox] = (INDEX)(oy * s->sh * s->w + ox * s->sw);
}

/* One output whose window reaches over a side of the image. */
static void NAME(max_edge)(const lt_window *s, const REAL *x, int64_t y0, int64_t y1, int64_t ox,
                           REAL *out, int64_t *indices) {
  int64_t x0 = ox * s->sw - s->pw, x1 = LT_MIN(s->w, x0 + (s->kw - 1) * s->dw + 1);
  x0 = first_inside(x0, s->dw);
  int64_t best = y0 * s->w + x0;
  for (int64_t y = y0; y < y1; y += s->dh)
    for (int64_t c = x0; c < x1; c += s->dw) {
      REAL v = x[y * s->w + c];
      if (v > x[best] || v != v) best = y * s->w + c;
    }
  *out = x[best];
  *indices = best + 1;
}

static void NAME(max_planes)(int64_t begin, int64_t end, void *ctx) {
  const pool_job *j = ctx;
  const lt_window *s = j->s;
  if (j->places) {
    int64_t outputs = s->oh * s->ow;
    for (int64_t p = begin; p < end; p++)
      for (int64_t o = 0; o < outputs; o += STRIP) NAME(max_listed)
    (s, (const REAL *)j->x + p * s->h * s->w, (const INDEX *)j->places + o,
     LT_MIN(STRIP, outputs - o), (REAL *)j->y + p * outputs + o, j->indices + p * outputs + o);
    return;
  }
  span inside = whole_windows(s);
  for (int64_t row = begin * s->oh; row < end * s->oh; row++) {
    const REAL *x = (const REAL *)j->x + row / s->oh * s->h * s->w;
    REAL *out = (REAL *)j->y + row * s->ow;
    int64_t *indices = j->indices + row * s->ow;
    int64_t y0 = row % s->oh * s->sh - s->ph;
    int64_t y1 = LT_MIN(s->h, y0 + (s->kh - 1) * s->dh + 1);
    y0 = first_inside(y0, s->dh);
    for (int64_t o = 0; o < inside.begin; o++)
      NAME(max_edge)(s, x, y0, y1, o, out + o, indices + o);
    for (int64_t o = inside.begin; o < inside.end; o += STRIP) NAME(max_strip)
    (s, x, y0, y1, o * s->sw - s->pw, LT_MIN(STRIP, inside.end - o), out + o, indices + o);
    for (int64_t o = inside.end; o < s->ow; o++)
      NAME(max_edge)(s, x, y0, y1, o, out + o, indices + o);
  }
}

static void NAME(max_grad)(int64_t begin, int64_t end, void *ctx) {
  const pool_job *j = ctx;
  for (int64_t p = begin; p < end; p++) {
    REAL *gx = (REAL *)j->y + p * j->size;
    const REAL *gy = (const REAL *)j->x + p * j->outputs;
    const int64_t *at = j->indices + p * j->outputs;
    memset(gx, 0, (size_t)j->size * sizeof *gx);
    for (int64_t i = 0; i < j->outputs; i++) gx[at[i] - 1] += gy[i];
  }
}

static void NAME(mean_planes)(int64_t begin, int64_t end, void *ctx) {
  const pool_job *j = ctx;
  const lt_window *s = j->s;
  span taps = reaching_taps(s);
  for (int64_t row = begin * s->oh; row < end * s->oh; row++) {
    const REAL *x = (const REAL *)j->x + row / s->oh * s->h * s->w;
    REAL *out = (REAL *)j->y + row * s->ow;
    span r = rows_of(s, row % s->oh);
    for (int64_t o = 0; o < s->ow; o++) out[o] = 0;
    for (int64_t y = r.begin; y < r.end; y++)
      for (int64_t kx = taps.begin; kx < taps.end; kx++) {
        span c = outputs_of(s, kx);
        const REAL *in = x + y * s->w + kx - s->pw;
        if (s->sw == 1)
          for (int64_t o = c.begin; o < c.end; o++) out[o] += in[o];
        else if (s->sw == 2)
          for (int64_t o = c.begin; o < c.end; o++) out[o] += in[2 * o];
        else
          for (int64_t o = c.begin; o < c.end; o++) out[o] += in[o * s->sw];
      }
    for (int64_t o = 0; o < s->ow; o++) out[o] /= (REAL)window_size(j, row % s->oh, o);
  }
}

static void NAME(mean_grad)(int64_t begin, int64_t end, void *ctx) {
  const pool_job *j = ctx;
  const lt_window *s = j->s;
  span taps = reaching_taps(s);
  memset((REAL *)j->y + begin * s->h * s->w, 0,
         (size_t)((end - begin) * s->h * s->w) * sizeof(REAL));
  for (int64_t row = begin * s->oh; row < end * s->oh; row++) {
    REAL *x = (REAL *)j->y + row / s->oh * s->h * s->w;
    const REAL *gy = (const REAL *)j->x + row * s->ow;
    span r = rows_of(s, row % s->oh);
    for (int64_t o0 = 0; o0 < s->ow; o0 += STRIP) {
      int64_t o1 = LT_MIN(s->ow, o0 + STRIP);
      REAL g[STRIP];
      for (int64_t o = o0; o < o1; o++) g[o - o0] = gy[o] / (REAL)window_size(j, row % s->oh, o);
      for (int64_t y = r.begin; y < r.end; y++)
        for (int64_t kx = taps.begin; kx < taps.end; kx++) {
          span c = outputs_of(s, kx);
          REAL *to = x + y * s->w + kx - s->pw;
          int64_t end_o = LT_MIN(o1, c.end);
          for (int64_t o = LT_MAX(o0, c.begin); o < end_o; o++) to[o * s->sw] += g[o - o0];
        }
    }
  }
}

#undef MAX_TAP
#undef NAME
