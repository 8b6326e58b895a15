/* upsample_real.h: the loops of upsample.c for one REAL. */

#define NAME(x) LT_PASTE2(x, , REAL)

/* Runs loop(K) with K = scale, a constant where it is small. */
#define FOR_SCALE(scale, loop) \
  switch (scale) {             \
  case 2: loop(2) break;       \
  case 3: loop(3) break;       \
  case 4: loop(4) break;       \
  default: loop(scale) break;  \
  }

/* Input rows first .. last - 1 of all volumes, each to all of its output rows. */
static void NAME(repeat)(int64_t first, int64_t last, void *ctx) {
  const nearest_job *j = ctx;
  int64_t w = j->size[2], ow = w * j->scale[2], oh = j->size[1] * j->scale[1];
  for (int64_t row = first; row < last; row++) {
    const REAL *x = (const REAL *)j->x + row * w;
    int64_t t = row / j->size[1], at = t * j->scale[0] * oh + row % j->size[1] * j->scale[1];
    REAL *y = (REAL *)j->y + at * ow;
#define WIDEN(K)                  \
  for (int64_t i = 0; i < w; i++) \
    for (int64_t k = 0; k < (K); k++) y[i * (K) + k] = x[i];
    FOR_SCALE(j->scale[2], WIDEN)
#undef WIDEN
    for (int64_t a = 0; a < j->scale[0]; a++)
      for (int64_t b = 0; b < j->scale[1]; b++)
        if (a + b > 0) memcpy(y + (a * oh + b) * ow, y, (size_t)ow * sizeof *y);
  }
}

/* The gradients of input rows first .. last - 1: sums over their output rows. */
static void NAME(gather)(int64_t first, int64_t last, void *ctx) {
  const nearest_job *j = ctx;
  int64_t w = j->size[2], ow = w * j->scale[2], oh = j->size[1] * j->scale[1];
  for (int64_t row = first; row < last; row++) {
    REAL *gx = (REAL *)j->y + row * w;
    int64_t t = row / j->size[1], at = t * j->scale[0] * oh + row % j->size[1] * j->scale[1];
    memset(gx, 0, (size_t)w * sizeof *gx);
    for (int64_t a = 0; a < j->scale[0]; a++)
      for (int64_t b = 0; b < j->scale[1]; b++) {
        const REAL *gy = (const REAL *)j->x + (at + a * oh + b) * ow;
#define NARROW(K)                                             \
  for (int64_t i = 0; i < w; i++) {                           \
    REAL sum = 0;                                             \
    for (int64_t k = 0; k < (K); k++) sum += gy[i * (K) + k]; \
    gx[i] += sum;                                             \
  }
        FOR_SCALE(j->scale[2], NARROW)
#undef NARROW
      }
  }
}

/* Places are single precision in Torch7, for Double too. */
static void NAME(set_taps)(linear_job *j) {
  for (int d = 0; d < 3; d++) {
    const taps *t = &j->dim[d];
    int64_t size = j->size[d], out = j->out[d], i = 0;
    float step = out > 1 ? (float)(size - 1) / (float)(out - 1) : 0;
    for (int64_t o = 0; o < out; o++) {
      float at = step * (float)o;
      int64_t i0 = LT_MIN((int64_t)at, size - 1);
      t->i0[o] = (int32_t)i0;
      t->i1[o] = (int32_t)LT_MIN(i0 + 1, size - 1);
      ((REAL *)t->w1)[o] = (REAL)(at - (float)i0);
      ((REAL *)t->w0)[o] = 1 - ((REAL *)t->w1)[o];
      while (i <= i0) t->first[i++] = (int32_t)o;
    }
    while (i <= size + 1) t->first[i++] = (int32_t)out;
  }
}

/* row (+)= w0 a + w1 b */
static void NAME(blend)(REAL *row, const REAL *a, const REAL *b, REAL w0, REAL w1, int64_t n,
                        bool add) {
  if (add)
    for (int64_t i = 0; i < n; i++) row[i] += w0 * a[i] + w1 * b[i];
  else
    for (int64_t i = 0; i < n; i++) row[i] = w0 * a[i] + w1 * b[i];
}

/* Each output row: its two or four input rows are blended, then the columns. */
static void NAME(interpolate)(int64_t begin, int64_t end, void *ctx) {
  const linear_job *j = ctx;
  const taps *dt = &j->dim[0], *dh = &j->dim[1], *dw = &j->dim[2];
  const REAL *w0 = dw->w0, *w1 = dw->w1;
  const int32_t *i0 = dw->i0, *i1 = dw->i1;
  int64_t w = j->size[2], ow = j->out[2], plane = j->size[1] * w, rows = j->out[0] * j->out[1];
  for (int64_t worker = begin; worker < end; worker++) {
    REAL *row = (REAL *)j->rows + worker * w;
    int64_t last = (worker + 1) * j->n / j->workers * rows;
    for (int64_t r = worker * j->n / j->workers * rows; r < last; r++) {
      int64_t oy = r % j->out[1], ot = r / j->out[1] % j->out[0];
      const REAL *x = (const REAL *)j->x + r / rows * j->size[0] * plane;
      REAL h0 = ((REAL *)dh->w0)[oy], h1 = ((REAL *)dh->w1)[oy];
      REAL t0 = ((REAL *)dt->w0)[ot], t1 = ((REAL *)dt->w1)[ot];
      const REAL *a = x + dt->i0[ot] * plane, *b = x + dt->i1[ot] * plane;
      int64_t y0 = dh->i0[oy] * w, y1 = dh->i1[oy] * w;
      NAME(blend)(row, a + y0, a + y1, t0 * h0, t0 * h1, w, false);
      if (dt->i1[ot] != dt->i0[ot]) NAME(blend)(row, b + y0, b + y1, t1 * h0, t1 * h1, w, true);
      REAL *out = (REAL *)j->y + r * ow;
      for (int64_t o = 0; o < ow; o++) out[o] = w0[o] * row[i0[o]] + w1[o] * row[i1[o]];
    }
  }
}

/* The weight of output o of a dimension for input place i. */
static REAL NAME(weight)(const taps *t, int64_t o, int64_t i) {
  return (t->i0[o] == i ? ((const REAL *)t->w0)[o] : 0) +
         (t->i1[o] == i ? ((const REAL *)t->w1)[o] : 0);
}

/* gx[i] = sum over the outputs that take column i of weight * row. */
static void NAME(collect)(const taps *t, int64_t w, const REAL *row, REAL *gx) {
  const REAL *w0 = t->w0, *w1 = t->w1;
  int64_t o = 0;
  REAL carried = 0; /* what the outputs between places i - 1 and i give to i */
  for (int64_t i = 0; i < w; i++) {
    REAL here = carried, next = 0;
    for (; o < t->first[i + 1]; o++) {
      here += w0[o] * row[o];
      next += w1[o] * row[o];
    }
    gx[i] = i == w - 1 ? here + next : here;
    carried = next;
  }
}

/* Each row of gx: the output rows that take it are blended, then the columns. */
static void NAME(distribute)(int64_t begin, int64_t end, void *ctx) {
  const linear_job *j = ctx;
  const taps *dt = &j->dim[0], *dh = &j->dim[1];
  int64_t w = j->size[2], ow = j->out[2], rows = j->size[0] * j->size[1];
  for (int64_t worker = begin; worker < end; worker++) {
    REAL *row = (REAL *)j->rows + worker * ow;
    int64_t last = (worker + 1) * j->n / j->workers * rows;
    for (int64_t r = worker * j->n / j->workers * rows; r < last; r++) {
      int64_t y = r % j->size[1], t = r / j->size[1] % j->size[0];
      const REAL *gy = (const REAL *)j->x + r / rows * j->out[0] * j->out[1] * ow;
      memset(row, 0, (size_t)ow * sizeof *row);
      for (int64_t ot = dt->first[LT_MAX(0, t - 1)]; ot < dt->first[t + 1]; ot++)
        for (int64_t oy = dh->first[LT_MAX(0, y - 1)]; oy < dh->first[y + 1]; oy++) {
          REAL share = NAME(weight)(dt, ot, t) * NAME(weight)(dh, oy, y);
          const REAL *from = gy + (ot * j->out[1] + oy) * ow;
          for (int64_t o = 0; o < ow; o++) row[o] += share * from[o];
        }
      NAME(collect)(&j->dim[2], w, row, (REAL *)j->y + r * w);
    }
  }
}

#undef FOR_SCALE
#undef NAME
