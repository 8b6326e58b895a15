/* Histograms with bins of equal width. */
#include "cpu/reduce.h"

#define DEFINE(name, DTYPE, T, A, member, unused)                                              \
  static void count_##name(double *counts, const void *x, int64_t n, int64_t bins, double low, \
                           double high) {                                                      \
    const T *v = x;                                                                            \
    for (int64_t i = 0; i < n; i++) {                                                          \
      double value = load_##name(v[i]);                                                        \
      if (!(value >= low && value <= high)) continue;                                          \
      int64_t bin = (int64_t)((value - low) / (high - low) * (double)bins);                    \
      counts[LT_MIN(bin, bins - 1)]++;                                                         \
    }                                                                                          \
  }
LT_REDUCE_FLT(DEFINE, )

#define ENTRY(name, DTYPE, T, A, member, unused) [LT_##DTYPE] = count_##name,
static void (*const loops[LT_NDTYPE])(double *, const void *, int64_t, int64_t, double,
                                      double) = {LT_REDUCE_FLT(ENTRY, )};

typedef struct histogram {
  double *counts;
  int dtype;
  int64_t n, bins;
  const char *x;
  double low, high;
} histogram;

static void count_rows(int64_t begin, int64_t end, void *ctx) {
  const histogram *h = ctx;
  for (int64_t row = begin; row < end; row++)
    loops[h->dtype](h->counts + row * h->bins, h->x + row * h->n * lti_elsize(h->dtype), h->n,
                    h->bins, h->low, h->high);
}

lt_status CPU(histogram)(double *counts, int dtype, int64_t rows, int64_t n, const void *x,
                         int64_t bins, double low, double high) {
  histogram h = {counts, dtype, n, bins, x, low, high};
  memset(counts, 0, (size_t)(rows * bins) * sizeof *counts);
  lti_parallel(rows, LT_MAX(1, lti_grain / n), count_rows, &h);
  return LT_OK;
}
