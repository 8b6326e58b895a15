/* conv.h: geometry of convolutions, from the arguments of an op. Numbers of three are for frames,
 * rows and columns; of images there is one frame. */
#ifndef LT_CONV_H
#define LT_CONV_H

#include "ops/real.h"

typedef struct conv_args {
  const char *op;
  int nd; /* 2: images, 3: volumes */
  int64_t stride[3], pad[3], dilation[3];
  int64_t groups;
} conv_args;

/* Checks that x is [n c (t) h w] or [c (t) h w], w [k c/groups (kt) kh kw] and the numbers valid.
 */
static inline lt_status conv_check(const conv_args *a, const lt_tensor *x, const lt_tensor *w) {
  const char *op = a->op;
  LT_CHECK(x && w, EARG, "%s: expected a tensor", op);
  LT_TRY(lti_check_float(op, x));
  LT_CHECK(x->ndim == a->nd + 1 || x->ndim == a->nd + 2, ESHAPE,
           "%s: expected a %dD or %dD input, got %s", op, a->nd + 1, a->nd + 2, lti_shape(x).str);
  LT_CHECK(w->ndim == a->nd + 2, ESHAPE, "%s: expected a %dD weight, got %s", op, a->nd + 2,
           lti_shape(w).str);
  for (int i = 3 - a->nd; i < 3; i++) {
    LT_CHECK(a->stride[i] > 0 && a->dilation[i] > 0, EARG,
             "%s: stride and dilation must be positive, got %lld and %lld", op,
             (long long)a->stride[i], (long long)a->dilation[i]);
    LT_CHECK(a->pad[i] >= 0, EARG, "%s: padding must not be negative, got %lld", op,
             (long long)a->pad[i]);
  }
  return LT_OK;
}

/* Images of x. */
static inline int64_t conv_batch(const conv_args *a, const lt_tensor *x) {
  return x->ndim == a->nd + 2 ? x->sizes[0] : 1;
}

/* size[3] = frames, rows and columns of a tensor. */
static inline void conv_sizes(const conv_args *a, int64_t size[3], const lt_tensor *x) {
  size[0] = 1;
  memcpy(size + 3 - a->nd, x->sizes + x->ndim - a->nd, (size_t)a->nd * sizeof size[0]);
}

/* The window of weights w over n inputs of c channels with the given size. */
static inline lt_status conv_window(lt_window *s, const conv_args *a, int64_t n, int64_t c,
                                    const int64_t size[3], const lt_tensor *w) {
  const char *op = a->op;
  int64_t kernel[3], out[3], most = INT64_MAX / 4, taps = 1;
  conv_sizes(a, kernel, w);
  LT_CHECK(a->groups > 0 && c % a->groups == 0 && w->sizes[0] % a->groups == 0, ESHAPE,
           "%s: %lld groups do not divide %lld input and %lld output channels", op,
           (long long)a->groups, (long long)c, (long long)w->sizes[0]);
  for (int i = 0; i < 3; i++) {
    int64_t reach;
    LT_CHECK(lti_mul(&reach, kernel[i] - 1, a->dilation[i]) && lti_mul(&taps, taps, kernel[i]) &&
                 reach < most && a->pad[i] < most / 2 && a->stride[i] < most,
             ESHAPE, "%s: window sizes are too large", op);
    int64_t room = size[i] + 2 * a->pad[i] - reach - 1;
    out[i] = room < 0 ? 0 : room / a->stride[i] + 1;
  }
  *s = (lt_window){.n = n,
                   .c = c,
                   .t = size[0],
                   .h = size[1],
                   .w = size[2],
                   .k = w->sizes[0],
                   .ot = out[0],
                   .oh = out[1],
                   .ow = out[2],
                   .kt = kernel[0],
                   .kh = kernel[1],
                   .kw = kernel[2],
                   .st = a->stride[0],
                   .sh = a->stride[1],
                   .sw = a->stride[2],
                   .pt = a->pad[0],
                   .ph = a->pad[1],
                   .pw = a->pad[2],
                   .dt = a->dilation[0],
                   .dh = a->dilation[1],
                   .dw = a->dilation[2],
                   .groups = a->groups};
  return LT_OK;
}

/* Frames that do not mix, and whose rows do not: s becomes that of images with all their rows. */
static inline void conv_join_frames(lt_window *s) {
  if (s->kt * s->kh > 1 || s->st * s->sh > 1 || s->pt + s->ph > 0) return;
  s->h *= s->t, s->oh *= s->ot;
  s->t = s->ot = 1;
}

/* sizes = those of [n channels (t) h w], without the batch when x has none; returns their number.
 */
static inline int conv_result(const conv_args *a, int64_t sizes[5], const lt_tensor *x, int64_t n,
                              int64_t channels, const int64_t size[3]) {
  int ndim = 0;
  if (x->ndim == a->nd + 2) sizes[ndim++] = n;
  sizes[ndim++] = channels;
  for (int i = 3 - a->nd; i < 3; i++) sizes[ndim++] = size[i];
  return ndim;
}

static inline lt_status conv_check_output(const conv_args *a, const lt_tensor *gy, int ndim,
                                          const int64_t *sizes) {
  LT_CHECK(gy->ndim == ndim && memcmp(gy->sizes, sizes, (size_t)ndim * sizeof sizes[0]) == 0,
           ESHAPE, "%s: gradOutput should be of size %s, got %s", a->op, lti_sizes(ndim, sizes).str,
           lti_shape(gy).str);
  return LT_OK;
}

static inline lt_status conv_check_bias(const conv_args *a, const lt_tensor *bias,
                                        int64_t channels) {
  LT_CHECK(!bias || lti_numel(bias) == channels, ESHAPE,
           "%s: expected a bias of %lld elements, got %s", a->op, (long long)channels,
           lti_shape(bias).str);
  return LT_OK;
}

#endif
