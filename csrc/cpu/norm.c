/* Batch normalization of Float and Double x [n c inner]; threads share the channels. */
#include <math.h>

#include "cpu/isa.h"

enum { LANES = 16, BLOCK = 64 };

#define REAL float
#include "cpu/norm_real.h"
#undef REAL
#define REAL double
#include "cpu/norm_real.h"
#undef REAL

lt_status CPU(batchnorm)(int dtype, int64_t n, int64_t c, int64_t inner, void *y, const void *x,
                         const void *weight, const void *bias, void *running_mean,
                         void *running_var, void *save_mean, void *save_std, int training,
                         double momentum, double eps) {
#define RUN(REAL)                                                   \
  normalize_##REAL(&(norm_job_##REAL){.n = n,                       \
                                      .c = c,                       \
                                      .inner = inner,               \
                                      .y = y,                       \
                                      .x = x,                       \
                                      .weight = weight,             \
                                      .bias = bias,                 \
                                      .running_mean = running_mean, \
                                      .running_var = running_var,   \
                                      .save_mean = save_mean,       \
                                      .save_std = save_std,         \
                                      .training = training,         \
                                      .momentum = momentum,         \
                                      .eps = eps},                  \
                   channels_##REAL, columns_##REAL)
  if (dtype == LT_FLOAT)
    RUN(float);
  else
    RUN(double);
#undef RUN
  return LT_OK;
}

lt_status CPU(batchnorm_grad)(int dtype, int64_t n, int64_t c, int64_t inner, void *gx, void *gw,
                              void *gb, const void *x, const void *gy, const void *weight,
                              const void *mean, const void *var, int training, double scale,
                              double eps) {
#define RUN(REAL)                                           \
  normalize_##REAL(&(norm_job_##REAL){.n = n,               \
                                      .c = c,               \
                                      .inner = inner,       \
                                      .gx = gx,             \
                                      .gw = gw,             \
                                      .gb = gb,             \
                                      .x = x,               \
                                      .gy = gy,             \
                                      .weight = weight,     \
                                      .mean = mean,         \
                                      .var = var,           \
                                      .training = training, \
                                      .scale = scale,       \
                                      .eps = eps},          \
                   channel_grads_##REAL, column_grads_##REAL)
  if (dtype == LT_FLOAT)
    RUN(float);
  else
    RUN(double);
#undef RUN
  return LT_OK;
}
