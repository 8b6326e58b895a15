/* Normalization of groups of channels of Float and Double x [n c inner]; threads share the groups
 * of all samples. Results do not depend on the number of threads. */
#include <math.h>

#include "cpu/isa.h"

/* LANES: sums side by side; SUM_BLOCK: elements, and FLUSH: samples, that are summed in REAL before
 * the sum is added to one in double; FEW: elements from which that pays; WIDTH: channels side by
 * side; CACHE: bytes read twice. */
enum { LANES = 32, FEW = 16, SUM_BLOCK = 2048, FLUSH = 32, WIDTH = 1024, CACHE = 256 << 10 };

#define REAL float
#include "cpu/groupnorm_real.h"
#undef REAL
#define REAL double
#include "cpu/groupnorm_real.h"
#undef REAL

lt_status CPU(groupnorm)(int dtype, int64_t n, int64_t c, int64_t groups, int64_t inner, void *y,
                         const void *x, const void *weight, const void *bias, void *save_mean,
                         void *save_std, int center, double eps) {
  int64_t grain = LT_MAX(1, lti_grain / (c / groups * inner));
#define RUN(REAL)                                          \
  lti_parallel(n *groups, grain, forward_##REAL,           \
               &(group_job_##REAL){.n = n,                 \
                                   .c = c,                 \
                                   .groups = groups,       \
                                   .inner = inner,         \
                                   .x = x,                 \
                                   .weight = weight,       \
                                   .bias = bias,           \
                                   .y = y,                 \
                                   .save_mean = save_mean, \
                                   .save_std = save_std,   \
                                   .center = center,       \
                                   .eps = eps})
  if (dtype == LT_FLOAT)
    RUN(float);
  else
    RUN(double);
#undef RUN
  return LT_OK;
}

lt_status CPU(groupnorm_grad)(int dtype, int64_t n, int64_t c, int64_t groups, int64_t inner,
                              void *gx, void *gw, void *gb, const void *x, const void *gy,
                              const void *weight, const void *mean, const void *std, int center,
                              double scale) {
#define RUN(REAL)                                                      \
  do {                                                                 \
    group_job_##REAL j = {.n = n,                                      \
                          .c = c,                                      \
                          .groups = groups,                            \
                          .inner = inner,                              \
                          .x = x,                                      \
                          .gy = gy,                                    \
                          .weight = weight,                            \
                          .mean = mean,                                \
                          .std = std,                                  \
                          .gx = gx,                                    \
                          .gw = gw,                                    \
                          .gb = gb,                                    \
                          .center = center,                            \
                          .scale = scale};                             \
    return inner == 1 ? grad_blocks_##REAL(&j) : grad_rows_##REAL(&j); \
  } while (0)
  if (dtype == LT_FLOAT) RUN(float);
  RUN(double);
#undef RUN
}
