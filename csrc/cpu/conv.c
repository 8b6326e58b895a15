/* Convolution of Float and Double images and volumes: forward, input gradient, weight and bias
 * gradient. Results do not depend on the number of threads, except where the window covers the
 * whole input or has few places in it: the work is a matrix product then, which is BLAS's. */
#include "cpu/conv_plan.h"
#include "cpu/transpose.h"
#include "cpu/unfold.h"
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
  MAX_COLS = 2048,
  PANEL_SUM = 256, /* products of a sum whose operands stay in the first cache */
  PANEL_COLS = 512,
  PANEL_BUFFER_BYTES = 512 << 10
};

/* Whether copies of what some columns need are read often enough to pay: for `rows` results of
 * `sum` products each, `most` at a time. */
static bool suits_panels(int64_t rows, int64_t sum, int64_t most) {
  enum { LEAST_BLOCKS = 8, LEAST_SUM = 512 };
  return rows > (LEAST_BLOCKS - 1) * most && sum >= LEAST_SUM;
}

typedef int32_t lanes32 __attribute__((vector_size(32)));
typedef int64_t lanes64 __attribute__((vector_size(32)));

#define REAL float
#define FLOATS 1
#define TWO_SEGMENTS (VBYTES == 64) /* a vector is longer than SEG */
#include "cpu/conv_real.h"
#include "cpu/conv_outer_real.h"
#include "cpu/conv_weight_real.h"
#undef REAL
#undef TWO_SEGMENTS
#undef FLOATS
#define REAL double
#define FLOATS 0
#define TWO_SEGMENTS 0
#include "cpu/conv_real.h"
#include "cpu/conv_outer_real.h"
#include "cpu/conv_weight_real.h"
#undef REAL

/* Lists of taps, and of the frames of the kernel, for which there is room for all of a window. */
typedef struct tap_lists {
  tap *taps;
  frame_tap *frames;
  int64_t ntaps, nframes;
  size_t bytes;
} tap_lists;

static lt_status alloc_taps(tap_lists *l, const lt_window *s) {
  size_t frames = (size_t)s->kt * sizeof(frame_tap);
  l->bytes = frames + (size_t)(s->kh * s->kw) * sizeof(tap);
  l->frames = lti_alloc(l->bytes);
  if (!l->frames) {
    lti_out_of_memory(l->bytes);
    return LT_ENOMEM;
  }
  l->taps = (tap *)((char *)l->frames + frames);
  return LT_OK;
}

static void free_taps(tap_lists *l) { lti_free(l->frames, l->bytes); }

/* The taps of the forward pass. */
static void forward_taps(tap_lists *l, const lt_window *s) {
  l->nframes = s->kt, l->ntaps = s->kh * s->kw;
  for (int64_t z = 0; z < s->kt; z++) l->frames[z] = (frame_tap){z * s->dt - s->pt, z};
  for (int64_t y = 0; y < s->kh; y++)
    for (int64_t x = 0; x < s->kw; x++)
      l->taps[y * s->kw + x] = (tap){y * s->dh - s->ph, x * s->dw - s->pw, y * s->kw + x};
}

static corr forward_corr(const lt_window *s, const tap_lists *l) {
  return (corr){.n = s->n * s->ot,
                .groups = s->groups,
                .c = s->c / s->groups * s->kt,
                .h = s->h,
                .w = s->w,
                .m = s->k / s->groups,
                .gh = s->oh,
                .gw = s->ow,
                .d = s->t,
                .gd = s->ot,
                .sy = s->sh,
                .sx = s->sw,
                .sz = s->st,
                .nz = l->nframes,
                .frames = l->frames,
                .ntaps = l->ntaps,
                .taps = l->taps,
                .out_h = s->oh,
                .out_w = s->ow,
                .oys = 1,
                .oxs = 1,
                .out_d = s->ot,
                .ozs = 1};
}

/* The frames of the kernel through which input frames rz, rz + st, ... reach the output. */
static void backward_frames(tap_lists *l, const lt_window *s, int64_t rz) {
  l->nframes = 0;
  for (int64_t kz = 0; kz < s->kt; kz++) {
    int64_t z = rz + s->pt - kz * s->dt;
    if (z % s->st == 0) l->frames[l->nframes++] = (frame_tap){z / s->st, kz};
  }
}

/* The taps through which input rows ry, ry + sh, ... and columns rx, rx + sw, ... reach the output.
 */
static void backward_taps(tap_lists *l, const lt_window *s, int64_t ry, int64_t rx) {
  l->ntaps = 0;
  for (int64_t ky = 0; ky < s->kh; ky++)
    for (int64_t kx = 0; kx < s->kw; kx++) {
      int64_t y = ry + s->ph - ky * s->dh, x = rx + s->pw - kx * s->dw;
      if (y % s->sh == 0 && x % s->sw == 0)
        l->taps[l->ntaps++] = (tap){y / s->sh, x / s->sw, ky * s->kw + kx};
    }
}

static lt_status correlate(int dtype, corr *p, void *out, const void *src, weights w,
                           const void *bias, const lt_window *spread, work *space) {
  return dtype == LT_FLOAT ? correlate_float(p, out, src, w, bias, spread, space)
                           : correlate_double(p, out, src, w, bias, spread, space);
}

/* One window, the whole input: images times weights, [n c*t*h*w] and [k c*t*h*w]. */
static bool is_product(const lt_window *s) {
  return s->groups == 1 && s->kt == s->t && s->kh == s->h && s->kw == s->w && s->pt == 0 &&
         s->ph == 0 && s->pw == 0 && s->dt == 1 && s->dh == 1 && s->dw == 1;
}

static bool unfolds(int dtype, const lt_window *s, int64_t most) {
  return !is_product(s) && CPU(unfold_pays)(dtype, s, most);
}

/* Whether rows of `width` results fill vectors, and panels pay (see in_panels). */
static bool fills_panels(const lt_window *s, int64_t width, int64_t rows, int64_t channels) {
  return width % SEG == 0 && suits_panels(rows, channels * s->kh * s->kw, VSUMS / 2);
}

/* Windows of one pixel at a step, few of them: the pixels that they see make a matrix. */
static bool thins_out(int dtype, const lt_window *s) {
  enum { CHANNELS = 64 };
  return dtype == LT_FLOAT && !is_product(s) && s->groups == 1 &&
         s->t * s->ot * s->kt * s->kh * s->kw == 1 && s->sh * s->sw > 1 &&
         s->oh * s->ow <= UNFOLD_SOME && s->c >= CHANNELS && s->k >= CHANNELS;
}

static lt_scalar real(double v) { return (lt_scalar){.f = v}; }

lt_status CPU(conv)(int dtype, const lt_window *s, void *y, const void *x, const void *w,
                    const void *bias) {
  const filtering *fast = CPU(winograd)(dtype, s);
  if (fast) return fast->forward(s, y, x, w, bias);
  if (unfolds(dtype, s, UNFOLD_FEW) && !fills_panels(s, s->ow, s->k, s->c))
    return CPU(unfold_forward)(s, y, x, w, bias);
  if (is_product(s)) {
    int64_t size = s->c * s->t * s->h * s->w;
    if (bias) LT_TRY(CPU(rows_set)(dtype, s->n, s->k, bias, y));
    return CPU(gemm)(dtype, 0, 1, s->n, s->k, size, real(1), x, size, w, size, real(bias ? 1 : 0),
                     y, s->k);
  }
  tap_lists l;
  LT_TRY(alloc_taps(&l, s));
  forward_taps(&l, s);
  corr p = forward_corr(s, &l);
  int64_t row = p.c * p.ntaps;
  weights all = {w, p.m * row, row, s->kt * p.ntaps, p.ntaps};
  lt_status rc = correlate(dtype, &p, y, x, all, bias, NULL, NULL);
  free_taps(&l);
  return rc;
}

/* Small images without padding: a correlation of the padded gradients would mostly meet zeros. */
static bool better_spread(int dtype, const lt_window *s) {
  int64_t outputs = s->oh * s->ow;
  return s->t * s->ot * s->kt == 1 && 4 * s->h * s->w > 5 * outputs * s->sh * s->sw &&
         outputs <= MAX_COLS && s->k / s->groups * outputs * lti_elsize(dtype) <= BUFFER_BYTES;
}

/* gx = bias, or 0. */
static void fill(int dtype, const lt_window *s, void *gx, const void *bias) {
  int64_t grain = LT_MAX(1, lti_grain / (s->t * s->h * s->w));
  if (dtype == LT_FLOAT)
    lti_parallel(s->n * s->c, grain, fill_range_float, &(fill_job_float){gx, bias, s});
  else
    lti_parallel(s->n * s->c, grain, fill_range_double, &(fill_job_double){gx, bias, s});
}

/* The pixels that share their taps, those of one phase of the stride, are made together. */
static lt_status phases(int dtype, const lt_window *s, const corr *all, tap_lists *l, void *gx,
                        const void *gy, weights w, const void *bias, work *space) {
  int64_t rows = LT_MIN(s->sh, s->h), columns = LT_MIN(s->sw, s->w);
  for (int64_t phase = 0; phase < LT_MIN(s->st, s->t) * rows * columns; phase++) {
    corr p = *all;
    p.oz = phase / columns / rows, p.oy = phase / columns % rows, p.ox = phase % columns;
    backward_frames(l, s, p.oz);
    backward_taps(l, s, p.oy, p.ox);
    p.nz = l->nframes, p.ntaps = l->ntaps;
    p.gd = ceil_div(s->t - p.oz, s->st);
    p.gh = ceil_div(s->h - p.oy, s->sh), p.gw = ceil_div(s->w - p.ox, s->sw);
    p.n = s->n * p.gd, p.c = s->k / s->groups * p.nz;
    if (p.nz * p.ntaps > 0) LT_TRY(correlate(dtype, &p, gx, gy, w, bias, NULL, space));
  }
  return LT_OK;
}

lt_status CPU(conv_grad_input)(int dtype, const lt_window *s, void *gx, const void *gy,
                               const void *w, const void *bias) {
  const filtering *fast = CPU(winograd)(dtype, s);
  if (fast) return fast->grad_input(s, gx, gy, w, bias);
  if (unfolds(dtype, s, UNFOLD_SOME) && !(s->sh * s->sw == 1 && fills_panels(s, s->w, s->c, s->k)))
    return CPU(unfold_grad_input)(s, gx, gy, w, bias);
  int64_t cg = s->c / s->groups, kg = s->k / s->groups, plane = s->kh * s->kw;
  int64_t kernel = s->kt * plane;
  corr p = {.groups = s->groups, .h = s->oh, .w = s->ow, .d = s->ot, .sy = 1, .sx = 1, .sz = 1};
  weights all = {w, kg * cg * kernel, kernel, cg * kernel, plane};
  if (is_product(s)) {
    if (bias) fill(dtype, s, gx, bias);
    return CPU(gemm)(dtype, 0, 0, s->n, s->c * kernel, s->k, real(1), gy, s->k, w, s->c * kernel,
                     real(bias ? 1 : 0), gx, s->c * kernel);
  }
  if (better_spread(dtype, s)) {
    tap one = {0, 0, 0};
    frame_tap frame = {0, 0};
    p.n = s->n, p.c = kg, p.m = cg * kernel, p.gh = s->oh, p.gw = s->ow, p.gd = p.nz = p.ntaps = 1;
    p.frames = &frame, p.taps = &one;
    all.row = 1;
    return correlate(dtype, &p, gx, gy, all, bias, s, NULL);
  }
  tap_lists l;
  LT_TRY(alloc_taps(&l, s));
  p.m = cg, p.out_d = s->t, p.out_h = s->h, p.out_w = s->w;
  p.ozs = s->st, p.oys = s->sh, p.oxs = s->sw;
  p.frames = l.frames, p.taps = l.taps;
  /* the first run only measures the work space */
  work space = {NULL, 1};
  lt_status rc = phases(dtype, s, &p, &l, gx, gy, all, bias, &space);
  if (rc == LT_OK) {
    space.block = lti_alloc_scratch(&space.bytes);
    if (!space.block) rc = lti_out_of_memory(space.bytes);
  }
  if (rc == LT_OK) {
    /* some pixels may be seen by no window */
    if (s->kt < s->st || s->kh < s->sh || s->kw < s->sw || s->dt > 1 || s->dh > 1 || s->dw > 1)
      fill(dtype, s, gx, bias);
    rc = phases(dtype, s, &p, &l, gx, gy, all, bias, &space);
    lti_free(space.block, space.bytes);
  }
  free_taps(&l);
  return rc;
}

lt_status CPU(conv_grad_weight)(int dtype, const lt_window *s, void *gw, void *gb, const void *x,
                                const void *gy, double scale) {
  lt_status rc = LT_OK;
  bool with_bias = false;
  const filtering *fast = gw ? CPU(winograd)(dtype, s) : NULL;
  if (fast) {
    rc = fast->grad_weight(s, gw, x, gy, scale);
  } else if (gw && (unfolds(dtype, s, UNFOLD_FEW) || thins_out(dtype, s))) {
    rc = CPU(unfold_grad_weight)(s, gw, x, gy, scale);
  } else if (gw && is_product(s)) {
    int64_t size = s->c * s->t * s->h * s->w;
    rc =
        CPU(gemm)(dtype, 1, 0, s->k, size, s->n, real(scale), gy, s->k, x, size, real(1), gw, size);
  } else if (gw) {
    tap_lists l;
    LT_TRY(alloc_taps(&l, s));
    forward_taps(&l, s);
    corr p = forward_corr(s, &l);
    rc = dtype == LT_FLOAT ? grad_weight_float(&p, gw, gb, &with_bias, x, gy, scale)
                           : grad_weight_double(&p, gw, gb, &with_bias, x, gy, scale);
    free_taps(&l);
  }
  if (gb && !with_bias && rc == LT_OK) {
    int64_t grain = LT_MAX(1, lti_grain / LT_MAX(1, s->n * s->ot * s->oh * s->ow));
    if (dtype == LT_FLOAT)
      lti_parallel(s->k, grain, bias_range_float, &(bias_job_float){s, gb, gy, scale});
    else
      lti_parallel(s->k, grain, bias_range_double, &(bias_job_double){s, gb, gy, scale});
  }
  return rc;
}
