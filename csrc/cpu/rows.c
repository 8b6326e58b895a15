/* Rows of a matrix: one row copied to all, and all rows summed, as a bias and its gradient need. */
#include "cpu/isa.h"

typedef struct {
  int64_t n, m;
  double scale;
  const void *x;
  void *y;
} job;

#define ROWS(T)                                                                           \
  static void set_##T(int64_t begin, int64_t end, void *ctx) {                            \
    const job *j = ctx;                                                                   \
    for (int64_t i = begin; i < end; i++)                                                 \
      memcpy((T *)j->y + i * j->m, j->x, (size_t)j->m * sizeof(T));                       \
  }                                                                                       \
  /* Threads share out the columns, so that the order of summation is always the same. */ \
  static void sum_##T(int64_t begin, int64_t end, void *ctx) {                            \
    enum { WIDTH = 64 };                                                                  \
    const job *j = ctx;                                                                   \
    for (int64_t first = begin; first < end; first += WIDTH) {                            \
      double sum[WIDTH] = {0};                                                            \
      int64_t width = LT_MIN((int64_t)WIDTH, end - first);                                \
      for (int64_t i = 0; i < j->n; i++) {                                                \
        const T *row = (const T *)j->x + i * j->m + first;                                \
        for (int64_t k = 0; k < width; k++) sum[k] += row[k];                             \
      }                                                                                   \
      T *y = (T *)j->y + first;                                                           \
      for (int64_t k = 0; k < width; k++) y[k] = (T)(y[k] + j->scale * sum[k]);           \
    }                                                                                     \
  }
ROWS(float)
ROWS(double)

lt_status CPU(rows_set)(int dtype, int64_t n, int64_t m, const void *x, void *y) {
  job j = {.n = n, .m = m, .x = x, .y = y};
  lti_parallel(n, 1 + lti_grain / m, dtype == LT_FLOAT ? set_float : set_double, &j);
  return LT_OK;
}

lt_status CPU(rows_sum)(int dtype, int64_t n, int64_t m, double scale, const void *x, void *y) {
  job j = {.n = n, .m = m, .scale = scale, .x = x, .y = y};
  lti_parallel(m, LT_MAX((int64_t)64, 1 + lti_grain / n),
               dtype == LT_FLOAT ? sum_float : sum_double, &j);
  return LT_OK;
}
