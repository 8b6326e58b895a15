/* Rotary position encoding of Float and Double x [outer t heads size]; threads share the positions
 * of all sequences. */
#include "cpu/isa.h"

typedef struct rotary_job {
  int64_t t, heads, size;
  double sign; /* -1: the inverse rotation */
  const void *x, *table;
  void *y;
} rotary_job;

#define DEFINE_ROTARY(real)                                                           \
  static void rotate_##real(int64_t begin, int64_t end, void *ctx) {                  \
    const rotary_job *j = ctx;                                                        \
    real sign = (real)j->sign;                                                        \
    for (int64_t p = begin; p < end; p++) {                                           \
      const real *angle = (const real *)j->table + p % j->t * j->size;                \
      for (int64_t h = 0; h < j->heads; h++) {                                        \
        const real *x = (const real *)j->x + (p * j->heads + h) * j->size;            \
        real *y = (real *)j->y + (p * j->heads + h) * j->size;                        \
        _Pragma("GCC ivdep") for (int64_t i = 0; i < j->size; i += 2) {               \
          real a = x[i], b = x[i + 1], cosine = angle[i], sine = sign * angle[i + 1]; \
          y[i] = a * cosine - b * sine;                                               \
          y[i + 1] = a * sine + b * cosine;                                           \
        }                                                                             \
      }                                                                               \
    }                                                                                 \
  }
DEFINE_ROTARY(float)
DEFINE_ROTARY(double)

lt_status CPU(rotary)(int dtype, int64_t outer, int64_t t, int64_t heads, int64_t size, void *y,
                      const void *x, const void *table, int inverse) {
  rotary_job j = {t, heads, size, inverse ? -1 : 1, x, table, y};
  lti_parallel(outer * t, LT_MAX(1, lti_grain / (heads * size)),
               dtype == LT_FLOAT ? rotate_float : rotate_double, &j);
  return LT_OK;
}
