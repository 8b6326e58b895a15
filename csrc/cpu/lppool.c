/* p-norms of neighbouring slices of Float and Double x [outer n inner]; threads share the outer
 * dimension. */
#include "core/functor.h"
#include "cpu/isa.h"

typedef struct lp_job {
  int64_t n, on, inner, width, step;
  double p;
  const void *x, *y, *gy; /* y, gy: for the gradient */
  void *out;
} lp_job;

#define DEFINE_LPPOOL(real)                                                             \
  static void norms_##real(int64_t begin, int64_t end, void *ctx) {                     \
    const lp_job *j = ctx;                                                              \
    real p = (real)j->p, root = (real)(1 / j->p);                                       \
    for (int64_t row = begin * j->on; row < end * j->on; row++) {                       \
      const real *x =                                                                   \
          (const real *)j->x + (row / j->on * j->n + row % j->on * j->step) * j->inner; \
      real *y = (real *)j->out + row * j->inner;                                        \
      memset(y, 0, (size_t)j->inner * sizeof *y);                                       \
      for (int64_t k = 0; k < j->width; k++, x += j->inner)                             \
        if (j->p == 2)                                                                  \
          for (int64_t i = 0; i < j->inner; i++) y[i] += x[i] * x[i];                   \
        else                                                                            \
          for (int64_t i = 0; i < j->inner; i++) y[i] += m_pow(x[i], p);                \
      if (j->p == 2)                                                                    \
        for (int64_t i = 0; i < j->inner; i++) y[i] = m_sqrt(y[i]);                     \
      else                                                                              \
        for (int64_t i = 0; i < j->inner; i++) y[i] = m_pow(y[i], root);                \
    }                                                                                   \
  }                                                                                     \
  static void norms_grad_##real(int64_t begin, int64_t end, void *ctx) {                \
    const lp_job *j = ctx;                                                              \
    real p = (real)(j->p - 1);                                                          \
    memset((real *)j->out + begin * j->n * j->inner, 0,                                 \
           (size_t)((end - begin) * j->n * j->inner) * sizeof(real));                   \
    for (int64_t row = begin * j->on; row < end * j->on; row++) {                       \
      int64_t from = (row / j->on * j->n + row % j->on * j->step) * j->inner;           \
      const real *y = (const real *)j->y + row * j->inner;                              \
      const real *gy = (const real *)j->gy + row * j->inner;                            \
      for (int64_t k = 0; k < j->width; k++, from += j->inner) {                        \
        const real *x = (const real *)j->x + from;                                      \
        real *gx = (real *)j->out + from;                                               \
        for (int64_t i = 0; i < j->inner; i++) {                                        \
          real ratio = x[i] / (y[i] == 0 ? 1 : y[i]);                                   \
          real slope = j->p == 2 ? ratio : m_pow(ratio, p);                             \
          gx[i] += y[i] == 0 ? 0 : gy[i] * slope;                                       \
        }                                                                               \
      }                                                                                 \
    }                                                                                   \
  }
DEFINE_LPPOOL(float)
DEFINE_LPPOOL(double)

static lt_status run(int dtype, int64_t outer, lp_job *j,
                     void (*of_float)(int64_t, int64_t, void *),
                     void (*of_double)(int64_t, int64_t, void *)) {
  lti_parallel(outer, LT_MAX(1, lti_grain / LT_MAX(1, j->n * j->inner)),
               dtype == LT_FLOAT ? of_float : of_double, j);
  return LT_OK;
}

lt_status CPU(lppool)(int dtype, int64_t outer, int64_t n, int64_t on, int64_t inner, int64_t width,
                      int64_t step, double p, void *y, const void *x) {
  lp_job j = {n, on, inner, width, step, p, x, NULL, NULL, y};
  return run(dtype, outer, &j, norms_float, norms_double);
}

lt_status CPU(lppool_grad)(int dtype, int64_t outer, int64_t n, int64_t on, int64_t inner,
                           int64_t width, int64_t step, double p, void *gx, const void *gy,
                           const void *x, const void *y) {
  lp_job j = {n, on, inner, width, step, p, x, y, gy, gx};
  return run(dtype, outer, &j, norms_grad_float, norms_grad_double);
}
