/* image_scale_real.h: the loops of image_scale.c for elements T, computed in A. The including file
 * defines T, A, NAME and STORE(v), the element for a sum. */

/* sum = row y of the result, not yet narrowed to its columns. */
static void NAME(add_rows)(A *restrict sum, const T *plane, const lti_sums *s, int64_t y,
                           int64_t w) {
  for (int64_t k = 0; k < s->count; k++) {
    A weight = (A)s->weight[k * s->n + y];
    const T *restrict row = plane + s->at[k * s->n + y] * w;
    if (k == 0)
      for (int64_t i = 0; i < w; i++) sum[i] = weight * (A)row[i];
    else if (weight != 0)
      for (int64_t i = 0; i < w; i++) sum[i] += weight * (A)row[i];
  }
}

static void NAME(add_columns)(A *restrict sum, const A *restrict row, const lti_sums *s) {
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

/* Rows [begin, end) of the result where there are more than in the source: every row of the source
 * goes to the result's columns once, and is kept while rows of the result need it. */
static void NAME(stretch)(const job *j, int64_t begin, int64_t end, A *row) {
  int64_t h = j->rows.n, w = j->columns.n, h0 = j->rows.n0, w0 = j->columns.n0;
  A *kept = row + w0;
  int64_t held[LINES] = {-1, -1, -1, -1};
  for (int64_t i = begin; i < end; i++) {
    T *restrict out = (T *)j->r + i * w;
    const A *line[LINES] = {kept, kept, kept, kept};
    A weight[LINES] = {0};
    int64_t used = 0;
    for (int64_t k = 0; k < j->rows.count; k++) {
      A v = (A)j->rows.weight[k * h + i % h];
      if (k > 0 && v == 0) continue;
      int64_t y = i / h * h0 + j->rows.at[k * h + i % h], slot = y % LINES;
      if (held[slot] != y) {
        const T *restrict from = (const T *)j->x + y * w0;
        for (int64_t c = 0; c < w0; c++) row[c] = (A)from[c];
        NAME(add_columns)(kept + slot * w, row, &j->columns);
        held[slot] = y;
      }
      line[used] = kept + slot * w;
      weight[used++] = v;
    }
    const A *a = line[0], *b = line[1];
    if (used == 1)
      for (int64_t c = 0; c < w; c++) out[c] = (T)STORE(weight[0] * a[c]);
    else if (used == 2)
      for (int64_t c = 0; c < w; c++) out[c] = (T)STORE(weight[0] * a[c] + weight[1] * b[c]);
    else
      for (int64_t c = 0; c < w; c++) {
        A sum = weight[0] * a[c] + weight[1] * b[c] + weight[2] * line[2][c];
        out[c] = (T)STORE(used == 3 ? sum : sum + weight[3] * line[3][c]);
      }
  }
}

static void NAME(part)(int64_t begin, int64_t end, void *ctx) {
  const job *j = ctx;
  int64_t h = j->rows.n, w = j->columns.n, h0 = j->rows.n0, w0 = j->columns.n0;
  int64_t rows = j->planes * h;
  for (int64_t worker = begin; worker < end; worker++) {
    A *row = (A *)j->scratch + worker * (w0 + LINES * w), *sum = row + w0;
    int64_t first = rows * worker / j->workers, last = rows * (worker + 1) / j->workers;
    if (h > h0) {
      NAME(stretch)(j, first, last, row);
      continue;
    }
    for (int64_t i = first; i < last; i++) {
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
