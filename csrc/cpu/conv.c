/* Convolution of Float and Double images: forward, input gradient, weight and bias gradient.
 * Results do not depend on the number of threads. */
#include "cpu/conv_plan.h"
#include "cpu/winograd.h"

#if defined(__AVX512F__)
#include <immintrin.h>
#define VBYTES 64
#define VSUMS 26 /* vectors of sums that fit in registers beside their operands */
#elif defined(__AVX__)
#define VBYTES 32
#define VSUMS 12
#else
#define VBYTES 16
#define VSUMS 12
#endif
#define UNROLL _Pragma("GCC unroll 32")

enum {
  WIDE = 4,
  BUFFER_BYTES = 256 << 10, /* of prepared source: shares the second-level cache with weights */
  GRAD_BYTES = 384 << 10,   /* of prepared output gradients */
  MAX_COLS = 2048
};

#define REAL float
#define TWO_SEGMENTS (VBYTES == 64) /* a vector is longer than SEG */
#include "cpu/conv_real.h"
#include "cpu/conv_weight_real.h"
#undef REAL
#undef TWO_SEGMENTS
#define REAL double
#define TWO_SEGMENTS 0
#include "cpu/conv_real.h"
#include "cpu/conv_weight_real.h"
#undef REAL

/* The kh x kw taps of the forward pass. */
static void forward_taps(const lt_window *s, tap *taps) {
  for (int64_t y = 0; y < s->kh; y++)
    for (int64_t x = 0; x < s->kw; x++)
      taps[y * s->kw + x] = (tap){y * s->dh - s->ph, x * s->dw - s->pw, y * s->kw + x};
}

static corr forward_corr(const lt_window *s, const tap *taps) {
  return (corr){.n = s->n,
                .groups = s->groups,
                .c = s->c / s->groups,
                .h = s->h,
                .w = s->w,
                .m = s->k / s->groups,
                .gh = s->oh,
                .gw = s->ow,
                .sy = s->sh,
                .sx = s->sw,
                .ntaps = s->kh * s->kw,
                .taps = taps,
                .out_h = s->oh,
                .out_w = s->ow,
                .oys = 1,
                .oxs = 1};
}

/* The taps through which input rows ry, ry + sh, ... and columns rx, rx + sw, ... reach the output.
 */
static int64_t backward_taps(const lt_window *s, int64_t ry, int64_t rx, tap *taps) {
  int64_t n = 0;
  for (int64_t ky = 0; ky < s->kh; ky++)
    for (int64_t kx = 0; kx < s->kw; kx++) {
      int64_t y = ry + s->ph - ky * s->dh, x = rx + s->pw - kx * s->dw;
      if (y % s->sh == 0 && x % s->sw == 0)
        taps[n++] = (tap){y / s->sh, x / s->sw, ky * s->kw + kx};
    }
  return n;
}

static tap *alloc_taps(const lt_window *s, size_t *bytes) {
  *bytes = (size_t)(s->kh * s->kw) * sizeof(tap);
  tap *taps = lti_alloc(*bytes);
  if (!taps) lti_out_of_memory(*bytes);
  return taps;
}

static lt_status correlate(int dtype, corr *p, void *out, const void *src, weights w,
                           const void *bias, const lt_window *spread, work *space) {
  return dtype == LT_FLOAT ? correlate_float(p, out, src, w, bias, spread, space)
                           : correlate_double(p, out, src, w, bias, spread, space);
}

lt_status CPU(conv2d)(int dtype, const lt_window *s, void *y, const void *x, const void *w,
                      const void *bias) {
  if (CPU(winograd_pays)(dtype, s)) return CPU(winograd_forward)(s, y, x, w, bias);
  size_t bytes;
  tap *taps = alloc_taps(s, &bytes);
  if (!taps) return LT_ENOMEM;
  forward_taps(s, taps);
  corr p = forward_corr(s, taps);
  int64_t row = p.c * p.ntaps;
  lt_status rc =
      correlate(dtype, &p, y, x, (weights){w, p.m * row, row, p.ntaps}, bias, NULL, NULL);
  lti_free(taps, bytes);
  return rc;
}

/* Small images without padding: a correlation of the padded gradients would mostly meet zeros. */
static bool better_spread(int dtype, const lt_window *s) {
  int64_t outputs = s->oh * s->ow;
  return 4 * s->h * s->w > 5 * outputs * s->sh * s->sw && outputs <= MAX_COLS &&
         s->k / s->groups * outputs * lti_elsize(dtype) <= BUFFER_BYTES;
}

/* Runs the correlations that give the pixels of each row and column of a step. */
static lt_status backward(int dtype, const lt_window *s, const corr *all, tap *taps, void *gx,
                          const void *gy, weights w, work *space) {
  for (int64_t ry = 0; ry < LT_MIN(s->sh, s->h); ry++)
    for (int64_t rx = 0; rx < LT_MIN(s->sw, s->w); rx++) {
      corr p = *all;
      p.m = s->c / s->groups, p.gh = ceil_div(s->h - ry, s->sh), p.gw = ceil_div(s->w - rx, s->sw);
      p.out_h = s->h, p.out_w = s->w, p.oy = ry, p.ox = rx, p.oys = s->sh, p.oxs = s->sw;
      p.taps = taps, p.ntaps = backward_taps(s, ry, rx, taps);
      if (p.ntaps > 0) LT_TRY(correlate(dtype, &p, gx, gy, w, NULL, NULL, space));
    }
  return LT_OK;
}

lt_status CPU(conv2d_grad_input)(int dtype, const lt_window *s, void *gx, const void *gy,
                                 const void *w) {
  if (CPU(winograd_pays)(dtype, s)) return CPU(winograd_grad_input)(s, gx, gy, w);
  int64_t cg = s->c / s->groups, kg = s->k / s->groups, kernel = s->kh * s->kw;
  corr all = {.n = s->n, .groups = s->groups, .c = kg, .h = s->oh, .w = s->ow, .sy = 1, .sx = 1};
  if (better_spread(dtype, s)) {
    tap one = {0, 0, 0};
    corr p = all;
    p.m = cg * kernel, p.gh = s->oh, p.gw = s->ow, p.ntaps = 1, p.taps = &one;
    return correlate(dtype, &p, gx, gy, (weights){w, kg * cg * kernel, 1, cg * kernel}, NULL, s,
                     NULL);
  }
  size_t bytes;
  tap *taps = alloc_taps(s, &bytes);
  if (!taps) return LT_ENOMEM;
  weights wt = {w, kg * cg * kernel, kernel, cg * kernel};
  work space = {NULL, 1};
  lt_status rc = backward(dtype, s, &all, taps, gx, gy, wt, &space);
  if (rc == LT_OK) {
    space.block = lti_alloc(space.bytes);
    if (!space.block) rc = lti_out_of_memory(space.bytes);
  }
  if (rc == LT_OK) {
    /* some pixels may be seen by no window */
    if (s->kh < s->sh || s->kw < s->sw || s->dh > 1 || s->dw > 1)
      memset(gx, 0, (size_t)(s->n * s->c * s->h * s->w * lti_elsize(dtype)));
    rc = backward(dtype, s, &all, taps, gx, gy, wt, &space);
    lti_free(space.block, space.bytes);
  }
  lti_free(taps, bytes);
  return rc;
}

lt_status CPU(conv2d_grad_weight)(int dtype, const lt_window *s, void *gw, void *gb, const void *x,
                                  const void *gy, double scale) {
  lt_status rc = LT_OK;
  if (gw && CPU(winograd_pays)(dtype, s)) {
    rc = CPU(winograd_grad_weight)(s, gw, x, gy, scale);
  } else if (gw) {
    size_t bytes;
    tap *taps = alloc_taps(s, &bytes);
    if (!taps) return LT_ENOMEM;
    forward_taps(s, taps);
    corr p = forward_corr(s, taps);
    rc = dtype == LT_FLOAT ? grad_weight_float(&p, gw, x, gy, scale)
                           : grad_weight_double(&p, gw, x, gy, scale);
    lti_free(taps, bytes);
  }
  if (gb && rc == LT_OK) {
    int64_t grain = LT_MAX(1, lti_grain / LT_MAX(1, s->n * s->oh * s->ow));
    if (dtype == LT_FLOAT)
      lti_parallel(s->k, grain, bias_range_float, &(bias_job_float){s, gb, gy, scale});
    else
      lti_parallel(s->k, grain, bias_range_double, &(bias_job_double){s, gb, gy, scale});
  }
  return rc;
}
