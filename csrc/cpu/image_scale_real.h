/* image_scale_real.h: the loops of image_scale.c for elements T, computed in A. The including file
 * defines T, A, NAME and STORE(v), the element for a sum. */

/* sum = row y of the result, not yet narrowed to its columns. */
static void NAME(add_rows)(A *restrict sum, const T *plane, const sums *s, int64_t y, int64_t w) {
  for (int64_t k = 0; k < s->count; k++) {
    A weight = (A)s->weight[k * s->n + y];
    const T *restrict row = plane + s->at[k * s->n + y] * w;
    if (k == 0)
      for (int64_t i = 0; i < w; i++) sum[i] = weight * (A)row[i];
    else if (weight != 0)
      for (int64_t i = 0; i < w; i++) sum[i] += weight * (A)row[i];
  }
}

static void NAME(add_columns)(A *restrict sum, const A *restrict row, const sums *s) {
  int64_t n = s->n;
  for (int64_t k = 0; k < s->count; k++) {
    const int32_t *restrict at = s->at + k * n;
    const double *restrict weight = s->weight + k * n;
    if (k == 0)
      for (int64_t i = 0; i < n; i++) sum[i] = (A)weight[i] * row[at[i]];
    else
      for (int64_t i = 0; i < n; i++) sum[i] += (A)weight[i] * row[at[i]];
  }
}

static void NAME(part)(int64_t begin, int64_t end, void *ctx) {
  const job *j = ctx;
  int64_t h = j->rows.n, w = j->columns.n, h0 = j->rows.n0, w0 = j->columns.n0;
  int64_t rows = j->planes * h;
  for (int64_t worker = begin; worker < end; worker++) {
    A *row = (A *)j->scratch + worker * (w0 + w), *sum = row + w0;
    int64_t last = rows * (worker + 1) / j->workers;
    for (int64_t i = rows * worker / j->workers; i < last; i++) {
      T *restrict out = (T *)j->r + i * w;
      NAME(add_rows)(row, (const T *)j->x + i / h * h0 * w0, &j->rows, i % h, w0);
      NAME(add_columns)(sum, row, &j->columns);
      for (int64_t k = 0; k < w; k++) out[k] = (T)STORE(sum[k]);
    }
  }
}

#undef T
#undef A
#undef NAME
#undef STORE
