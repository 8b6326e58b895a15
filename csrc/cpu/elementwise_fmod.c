/* The remainder of floats. Any quotient of finite floats needs ten exact steps; where all quotients
 * of a block lie below 2^28, as they do nearly always, the last of them alone gives the same. */
#include "cpu/loop.h"

enum { BLOCK = 256 };

/* Whether the quotient is below 2^28; not for an infinite or zero y, nor with a NaN. */
static inline int is_near(float x, float y) {
  float b = fabsf(y);
  return (fabsf(x) * 0x1p-28f < b) & (b < INFINITY);
}

/* The quotient's product with y is exact in double, and so is the difference. */
static inline float near_fmod(float x, float y) {
  double r = fabsf(x), b = fabsf(y), inverse = 1 / b;
  r -= (r * inverse + LT_ROUND64 - LT_ROUND64) * b;
  r = r < 0 ? r + b : r;
  return copysignf((float)r, x);
}

LT_BINARY_LOOP_TO(float, float, near_loop, near_fmod(x, y))

static bool all_near(const char *x, const char *y, int64_t x_stride, int64_t y_stride, int64_t n) {
  int near = 1;
  if (x_stride == sizeof(float) && y_stride == sizeof(float))
    for (int64_t i = 0; i < n; i++) near &= is_near(((const float *)x)[i], ((const float *)y)[i]);
  else if (x_stride == sizeof(float) && y_stride == 0)
    for (int64_t i = 0; i < n; i++) near &= is_near(((const float *)x)[i], *(const float *)y);
  else
    for (int64_t i = 0; i < n; i++)
      near &= is_near(*(const float *)(x + i * x_stride), *(const float *)(y + i * y_stride));
  return near;
}

void CPU(fmod_loop)(char **ptr, const int64_t *stride, int64_t n, const lt_scalar *params) {
  for (int64_t at = 0; at < n; at += BLOCK) {
    int64_t m = LT_MIN(BLOCK, n - at);
    char *p[3];
    for (int k = 0; k < 3; k++) p[k] = ptr[k] + at * stride[k];
    lt_loop loop = all_near(p[1], p[2], stride[1], stride[2], m)
                       ? near_loop
                       : CPU(binary_loops)[LT_OP_cfmod][LT_FLOAT];
    loop(p, stride, m, params);
  }
}
