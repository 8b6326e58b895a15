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

/* m <= STRIP outputs over the rows r whose windows, from column x0 on, are inside the input. */
static void NAME(max_strip)(const lt_pool *s, const REAL *x, const rows *r, int64_t x0, int64_t m,
                            REAL *out, int64_t *indices) {
  REAL best[STRIP];
  INDEX where[STRIP];
  int64_t first = (r->t.begin * s->size[H] + r->y.begin) * s->size[W] + x0, step = s->step[W];
  for (int64_t i = 0; i < m; i++) {
    where[i] = (INDEX)(first + i * step);
    best[i] = x[where[i]];
  }
  for (int64_t t = r->t.begin; t < r->t.end; t += s->dilation[T])
    for (int64_t y = r->y.begin; y < r->y.end; y += s->dilation[H])
      for (int64_t kx = 0; kx < s->window[W]; kx++) {
        INDEX place = (INDEX)((t * s->size[H] + y) * s->size[W] + x0 + kx * s->dilation[W]);
        const REAL *in = x + place;
        if (place == first) continue;
        if (step == 1)
          MAX_TAP(1)
        else if (step == 2)
          MAX_TAP(2)
        else
          MAX_TAP(step)
      }
  for (int64_t i = 0; i < m; i++) out[i] = best[i];
  for (int64_t i = 0; i < m; i++) indices[i] = (int64_t)where[i] + 1;
}

/* m <= STRIP outputs whose windows are inside the input and start at the places `first`. */
static void NAME(max_listed)(const lt_pool *s, const REAL *x, const INDEX *first, int64_t m,
                             REAL *out, int64_t *indices) {
  REAL best[STRIP], tapped[STRIP];
  INDEX where[STRIP];
  for (int64_t i = 0; i < m; i++) {
    where[i] = first[i];
    best[i] = x[first[i]];
  }
  for (int64_t tap = 1; tap < lti_volume(s->window); tap++) {
    int64_t kx = tap % s->window[W], ky = tap / s->window[W] % s->window[H];
    int64_t kt = tap / s->window[W] / s->window[H];
    INDEX shift = (INDEX)((kt * s->dilation[T] * s->size[H] + ky * s->dilation[H]) * s->size[W] +
                          kx * s->dilation[W]);
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

/* Places in a volume of the first element of every output's window, all of which are inside. */
static void NAME(list_places)(const lt_pool *s, void *places) {
  INDEX *first = places;
  for (int64_t ot = 0; ot < s->out[T]; ot++)
    for (int64_t oy = 0; oy < s->out[H]; oy++)
      for (int64_t ox = 0; ox < s->out[W]; ox++)
        *first++ = (INDEX)((ot * s->step[T] * s->size[H] + oy * s->step[H]) * s->size[W] +
                           ox * s->step[W]);
}

/* One output whose window reaches over a side of the input. */
static void NAME(max_edge)(const lt_pool *s, const REAL *x, const rows *r, int64_t ox, REAL *out,
                           int64_t *indices) {
  span c = window_of(s, W, ox);
  int64_t best = (r->t.begin * s->size[H] + r->y.begin) * s->size[W] + c.begin;
  for (int64_t t = r->t.begin; t < r->t.end; t += s->dilation[T])
    for (int64_t y = r->y.begin; y < r->y.end; y += s->dilation[H])
      for (int64_t at = c.begin; at < c.end; at += s->dilation[W]) {
        int64_t place = (t * s->size[H] + y) * s->size[W] + at;
        if (x[place] > x[best] || x[place] != x[place]) best = place;
      }
  *out = x[best];
  *indices = best + 1;
}

static void NAME(max_volumes)(int64_t begin, int64_t end, void *ctx) {
  const pool_job *j = ctx;
  const lt_pool *s = j->s;
  int64_t size = lti_volume(s->size);
  if (j->places) {
    int64_t outputs = lti_volume(s->out);
    for (int64_t p = begin; p < end; p++)
      for (int64_t o = 0; o < outputs; o += STRIP) NAME(max_listed)
    (s, (const REAL *)j->x + p * size, (const INDEX *)j->places + o, LT_MIN(STRIP, outputs - o),
     (REAL *)j->y + p * outputs + o, j->indices + p * outputs + o);
    return;
  }
  span inside = whole_windows(s, W);
  int64_t lines = s->out[T] * s->out[H];
  for (int64_t row = begin * lines; row < end * lines; row++) {
    const REAL *x = (const REAL *)j->x + row / lines * size;
    REAL *out = (REAL *)j->y + row * s->out[W];
    int64_t *indices = j->indices + row * s->out[W];
    rows r = rows_of(s, row);
    for (int64_t o = 0; o < inside.begin; o++) NAME(max_edge)(s, x, &r, o, out + o, indices + o);
    for (int64_t o = inside.begin; o < inside.end; o += STRIP) NAME(max_strip)
    (s, x, &r, o * s->step[W] - s->pad[W], LT_MIN(STRIP, inside.end - o), out + o, indices + o);
    for (int64_t o = inside.end; o < s->out[W]; o++)
      NAME(max_edge)(s, x, &r, o, out + o, indices + o);
  }
}

static void NAME(scatter)(int64_t begin, int64_t end, void *ctx) {
  const pool_job *j = ctx;
  for (int64_t p = begin; p < end; p++) {
    REAL *gx = (REAL *)j->y + p * j->size;
    const REAL *gy = (const REAL *)j->x + p * j->outputs;
    const int64_t *at = j->indices + p * j->outputs;
    memset(gx, 0, (size_t)j->size * sizeof *gx);
    for (int64_t i = 0; i < j->outputs; i++) gx[at[i] - 1] += gy[i];
  }
}

static void NAME(gather)(int64_t begin, int64_t end, void *ctx) {
  const pool_job *j = ctx;
  for (int64_t p = begin; p < end; p++) {
    REAL *r = (REAL *)j->y + p * j->outputs;
    const REAL *x = (const REAL *)j->x + p * j->size;
    const int64_t *at = j->indices + p * j->outputs;
    for (int64_t i = 0; i < j->outputs; i++) r[i] = x[at[i] - 1];
  }
}

/* Adds input row `x` to the outputs of a row. */
static void NAME(add_row)(const lt_pool *s, span taps, const REAL *x, REAL *out) {
  for (int64_t kx = taps.begin; kx < taps.end; kx++) {
    span c = outputs_of(s, kx);
    const REAL *in = x + kx - s->pad[W];
    if (s->step[W] == 1)
      for (int64_t o = c.begin; o < c.end; o++) out[o] += in[o];
    else if (s->step[W] == 2)
      for (int64_t o = c.begin; o < c.end; o++) out[o] += in[2 * o];
    else
      for (int64_t o = c.begin; o < c.end; o++) out[o] += in[o * s->step[W]];
  }
}

static void NAME(mean_volumes)(int64_t begin, int64_t end, void *ctx) {
  const pool_job *j = ctx;
  const lt_pool *s = j->s;
  span taps = reaching_taps(s);
  int64_t size = lti_volume(s->size), lines = s->out[T] * s->out[H];
  for (int64_t row = begin * lines; row < end * lines; row++) {
    const REAL *x = (const REAL *)j->x + row / lines * size;
    REAL *out = (REAL *)j->y + row * s->out[W];
    rows r = rows_of(s, row);
    for (int64_t o = 0; o < s->out[W]; o++) out[o] = 0;
    for (int64_t t = r.t.begin; t < r.t.end; t++)
      for (int64_t y = r.y.begin; y < r.y.end; y++)
        NAME(add_row)(s, taps, x + (t * s->size[H] + y) * s->size[W], out);
    int64_t height = counted_rows(j, row);
    for (int64_t o = 0; o < s->out[W]; o++) out[o] /= (REAL)(height * counted(j, W, o));
  }
}

static void NAME(mean_grad)(int64_t begin, int64_t end, void *ctx) {
  const pool_job *j = ctx;
  const lt_pool *s = j->s;
  span taps = reaching_taps(s);
  int64_t size = lti_volume(s->size), lines = s->out[T] * s->out[H];
  memset((REAL *)j->y + begin * size, 0, (size_t)((end - begin) * size) * sizeof(REAL));
  for (int64_t row = begin * lines; row < end * lines; row++) {
    REAL *x = (REAL *)j->y + row / lines * size;
    const REAL *gy = (const REAL *)j->x + row * s->out[W];
    rows r = rows_of(s, row);
    int64_t height = counted_rows(j, row);
    for (int64_t o0 = 0; o0 < s->out[W]; o0 += STRIP) {
      int64_t o1 = LT_MIN(s->out[W], o0 + STRIP);
      REAL g[STRIP];
      for (int64_t o = o0; o < o1; o++) g[o - o0] = gy[o] / (REAL)(height * counted(j, W, o));
      for (int64_t t = r.t.begin; t < r.t.end; t++)
        for (int64_t y = r.y.begin; y < r.y.end; y++)
          for (int64_t kx = taps.begin; kx < taps.end; kx++) {
            span c = outputs_of(s, kx);
            REAL *to = x + (t * s->size[H] + y) * s->size[W] + kx - s->pad[W];
            int64_t end_o = LT_MIN(o1, c.end);
            for (int64_t o = LT_MAX(o0, c.begin); o < end_o; o++) to[o * s->step[W]] += g[o - o0];
          }
    }
  }
}

#undef MAX_TAP
#undef NAME
