/* Rectifier with learned slopes, x [n c inner] with a slope for each channel, Float and Double. */
#include "cpu/isa.h"

typedef struct prelu_job {
  int64_t n, c, inner;
  const void *x, *w, *gy; /* gy NULL: forward */
  void *out;
  double scale;
} prelu_job;

#define DEFINE_PRELU(real)                                                              \
  /* Planes of one channel of one sample. */                                            \
  static void planes_##real(int64_t begin, int64_t end, void *ctx) {                    \
    const prelu_job *j = ctx;                                                           \
    for (int64_t p = begin; p < end; p++) {                                             \
      real w = ((const real *)j->w)[p % j->c], *out = (real *)j->out + p * j->inner;    \
      const real *x = (const real *)j->x + p * j->inner;                                \
      const real *from = j->gy ? (const real *)j->gy + p * j->inner : x;                \
      for (int64_t i = 0; i < j->inner; i++) out[i] = x[i] > 0 ? from[i] : from[i] * w; \
    }                                                                                   \
  }                                                                                     \
  static void slopes_##real(int64_t begin, int64_t end, void *ctx) {                    \
    const prelu_job *j = ctx;                                                           \
    for (int64_t c = begin; c < end; c++) {                                             \
      double sum = 0;                                                                   \
      for (int64_t n = 0; n < j->n; n++) {                                              \
        const real *x = (const real *)j->x + (n * j->c + c) * j->inner;                 \
        const real *g = (const real *)j->gy + (n * j->c + c) * j->inner;                \
        /* if: GCC 12 compiles lane += cond ? 0 : p wrongly for AVX */                  \
        double lane[16] = {0};                                                          \
        int64_t i = 0;                                                                  \
        for (; i + 16 <= j->inner; i += 16)                                             \
          for (int l = 0; l < 16; l++)                                                  \
            if (!(x[i + l] > 0)) lane[l] += (double)(x[i + l] * g[i + l]);              \
        for (; i < j->inner; i++)                                                       \
          if (!(x[i] > 0)) sum += (double)(x[i] * g[i]);                                \
        for (int l = 0; l < 16; l++) sum += lane[l];                                    \
      }                                                                                 \
      ((real *)j->out)[c] += (real)(j->scale * sum);                                    \
    }                                                                                   \
  }
DEFINE_PRELU(float)
DEFINE_PRELU(double)

static lt_status run_planes(int dtype, prelu_job *j) {
  lti_parallel(j->n * j->c, LT_MAX(1, lti_grain / j->inner),
               dtype == LT_FLOAT ? planes_float : planes_double, j);
  return LT_OK;
}

lt_status CPU(prelu)(int dtype, int64_t n, int64_t c, int64_t inner, void *y, const void *x,
                     const void *w) {
  return run_planes(dtype, &(prelu_job){n, c, inner, x, w, NULL, y, 0});
}

lt_status CPU(prelu_grad_input)(int dtype, int64_t n, int64_t c, int64_t inner, void *gx,
                                const void *gy, const void *x, const void *w) {
  return run_planes(dtype, &(prelu_job){n, c, inner, x, w, gy, gx, 0});
}

lt_status CPU(prelu_grad_weight)(int dtype, int64_t n, int64_t c, int64_t inner, void *gw,
                                 const void *gy, const void *x, double scale) {
  prelu_job j = {n, c, inner, x, NULL, gy, gw, scale};
  lti_parallel(c, LT_MAX(1, lti_grain / (n * inner)),
               dtype == LT_FLOAT ? slopes_float : slopes_double, &j);
  return LT_OK;
}
