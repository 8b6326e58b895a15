/* Linear layers of sparse inputs, Float and Double. The sums of one weight or output are always
 * formed in the order of the entries. */
#include "cpu/isa.h"

typedef struct job {
  const lti_entries *e;
  void *y; /* what is written */
  const void *w, *bias, *gy;
  int64_t kstride, ostride;
  double scale, decay;
  const int64_t *columns; /* numbers, from 0, of columns to update */
  int64_t ncolumns;
} job;

/* The sample that has entry i. */
static int64_t sample_of(const lti_entries *e, int64_t i) {
  int64_t low = 0, high = e->batch;
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if (e->ends[middle] <= i)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

#define REAL float
#define NAME(x) x##_float
#include "cpu/sparse_real.h"
#define REAL double
#define NAME(x) x##_double
#include "cpu/sparse_real.h"

#define RUN(n, grain, fn) \
  lti_parallel(n, LT_MAX((int64_t)1, grain), dtype == LT_FLOAT ? fn##_float : fn##_double, &j)

/* The grain for n items that together do `work` steps. */
static int64_t grain_of(int64_t n, double work) {
  double grain = (double)lti_grain * (double)n / LT_MAX(work, 1.0);
  return grain < (double)n ? (int64_t)grain : n;
}

static double work_of(const lti_entries *e) { return (double)e->nnz * (double)e->out; }

lt_status CPU(sparse_check)(int64_t *bad, const int64_t *ends, int64_t batch, int64_t nnz) {
  *bad = -1;
  for (int64_t b = 0, before = 0; b < batch; before = ends[b++]) {
    if (ends[b] >= before && ends[b] <= nnz && (b < batch - 1 || ends[b] == nnz)) continue;
    *bad = b;
    break;
  }
  return LT_OK;
}

lt_status CPU(sparse_linear)(int dtype, const lti_entries *e, void *y, const void *w,
                             int64_t kstride, int64_t ostride, const void *bias) {
  job j = {.e = e, .y = y, .w = w, .bias = bias, .kstride = kstride, .ostride = ostride};
  RUN(e->batch * e->out, grain_of(e->batch * e->out, work_of(e)), forward);
  return LT_OK;
}

lt_status CPU(sparse_linear_grad_weight)(int dtype, const lti_entries *e, void *gw, int64_t kstride,
                                         int64_t ostride, const void *gy, double scale,
                                         double decay) {
  job j = {.e = e, .y = gw, .gy = gy, .kstride = kstride, .ostride = ostride};
  j.scale = scale, j.decay = decay;
  if (ostride == 1)
    RUN(e->in, grain_of(e->in, work_of(e)), grad_rows);
  else
    RUN(e->out, grain_of(e->out, work_of(e)), grad_columns);
  return LT_OK;
}

lt_status CPU(sparse_rows)(int dtype, const lti_entries *e, void *r, const void *gy, double scale) {
  job j = {.e = e, .y = r, .gy = gy, .scale = scale};
  RUN(e->nnz, grain_of(e->nnz, work_of(e)), rows);
  return LT_OK;
}

lt_status CPU(sparse_rows_update)(int dtype, const lti_entries *e, void *w, int64_t kstride,
                                  const void *rows, const void *shifts, double lr, double decay) {
  job j = {.e = e, .y = w, .gy = rows, .bias = shifts, .kstride = kstride};
  j.scale = lr, j.decay = decay;
  RUN(e->in, grain_of(e->in, work_of(e)), rows_update);
  return LT_OK;
}

lt_status CPU(sparse_columns_update)(int dtype, const lti_entries *e, void *w, const void *gw,
                                     double lr) {
  size_t words = (size_t)(e->in + 63) / 64, bytes = words * 8 + (size_t)e->nnz * 8;
  uint64_t *seen = lti_alloc(bytes);
  if (!seen) return lti_fail(LT_ENOMEM, "sparse_columns_update: cannot allocate %zu bytes", bytes);
  int64_t *columns = (int64_t *)(seen + words), n = 0;
  memset(seen, 0, words * 8);
  for (int64_t i = 0; i < e->nnz; i++) {
    int64_t k = e->keys[i] - 1;
    uint64_t bit = (uint64_t)1 << (k % 64);
    if (seen[k / 64] & bit) continue;
    seen[k / 64] |= bit;
    columns[n++] = k;
  }
  job j = {.e = e, .y = w, .w = gw, .scale = lr, .columns = columns, .ncolumns = n};
  RUN(e->out, grain_of(e->out, (double)n * (double)e->out), columns);
  lti_free(seen, bytes);
  return LT_OK;
}

lt_status CPU(sparse_normalize)(int dtype, const lti_entries *e, void *r, void *w, int64_t kstride,
                                int training) {
  if (dtype == LT_FLOAT)
    normalize_float(e, r, w, kstride, training);
  else
    normalize_double(e, r, w, kstride, training);
  return LT_OK;
}

lt_status CPU(sparse_shifts)(int dtype, const lti_entries *e, void *r, const void *gy,
                             const void *w, int64_t kstride, double scale) {
  job j = {.e = e, .y = r, .gy = gy, .w = w, .kstride = kstride, .scale = scale};
  RUN(e->nnz, grain_of(e->nnz, work_of(e)), shifts);
  return LT_OK;
}
