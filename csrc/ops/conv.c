/* Convolution of images: checks, geometry, results. */
#include "ops/real.h"

/* Geometry of the arguments: x [n c h w] or [c h w] and weights [k c/groups kh kw]. */
static lt_status geometry(lt_window *s, const char *op, const lt_tensor *x, const lt_tensor *w,
                          const int64_t stride[2], const int64_t pad[2], const int64_t dilation[2],
                          int64_t groups) {
  LT_CHECK(x && w, EARG, "%s: expected a tensor", op);
  LT_TRY(lti_check_float(op, x));
  LT_CHECK(x->ndim == 3 || x->ndim == 4, ESHAPE, "%s: expected a 3D or 4D input, got %s", op,
           lti_shape(x).str);
  LT_CHECK(w->ndim == 4, ESHAPE, "%s: expected a 4D weight, got %s", op, lti_shape(w).str);
  for (int i = 0; i < 2; i++) {
    LT_CHECK(stride[i] > 0 && dilation[i] > 0, EARG,
             "%s: stride and dilation must be positive, got %lld and %lld", op,
             (long long)stride[i], (long long)dilation[i]);
    LT_CHECK(pad[i] >= 0, EARG, "%s: padding must not be negative, got %lld", op,
             (long long)pad[i]);
  }
  const int64_t *size = x->sizes + x->ndim - 3;
  *s = (lt_window){.n = x->ndim == 4 ? x->sizes[0] : 1,
                   .c = size[0],
                   .h = size[1],
                   .w = size[2],
                   .k = w->sizes[0],
                   .kh = w->sizes[2],
                   .kw = w->sizes[3],
                   .sh = stride[0],
                   .sw = stride[1],
                   .ph = pad[0],
                   .pw = pad[1],
                   .dh = dilation[0],
                   .dw = dilation[1],
                   .groups = groups};
  LT_CHECK(groups > 0 && s->c % groups == 0 && s->k % groups == 0, ESHAPE,
           "%s: %lld groups do not divide %lld input and %lld output channels", op,
           (long long)groups, (long long)s->c, (long long)s->k);
  LT_CHECK(w->sizes[1] == s->c / groups, ESHAPE,
           "%s: weight %s is for %lld input channels, input %s has %lld", op, lti_shape(w).str,
           (long long)(w->sizes[1] * groups), lti_shape(x).str, (long long)s->c);
  int64_t most = INT64_MAX / 4, reach_h, reach_w, taps;
  LT_CHECK(lti_mul(&reach_h, s->kh - 1, s->dh) && lti_mul(&reach_w, s->kw - 1, s->dw) &&
               reach_h < most && reach_w < most && s->ph < most / 2 && s->pw < most / 2 &&
               s->sh < most && s->sw < most && lti_mul(&taps, s->kh, s->kw),
           ESHAPE, "%s: window sizes are too large", op);
  int64_t room_h = s->h + 2 * s->ph - reach_h - 1, room_w = s->w + 2 * s->pw - reach_w - 1;
  LT_CHECK(room_h >= 0 && room_w >= 0, ESHAPE,
           "%s: the kernel covers %lld x %lld pixels, the input %s with padding only %lld x %lld",
           op, (long long)reach_h + 1, (long long)reach_w + 1, lti_shape(x).str,
           (long long)(s->h + 2 * s->ph), (long long)(s->w + 2 * s->pw));
  s->oh = room_h / s->sh + 1, s->ow = room_w / s->sw + 1;
  return LT_OK;
}

/* Sizes of the output, without the batch when x has none. */
static int output_sizes(int64_t sizes[4], const lt_window *s, const lt_tensor *x) {
  const int64_t all[4] = {s->n, s->k, s->oh, s->ow};
  memcpy(sizes, all + 4 - x->ndim, x->ndim * sizeof all[0]);
  return x->ndim;
}

static lt_status check_output(const char *op, const lt_window *s, const lt_tensor *x,
                              const lt_tensor *gy) {
  int64_t sizes[4];
  int ndim = output_sizes(sizes, s, x);
  LT_CHECK(gy->ndim == ndim && memcmp(gy->sizes, sizes, (size_t)ndim * sizeof sizes[0]) == 0,
           ESHAPE, "%s: gradOutput should be of size %s, got %s", op, lti_sizes(ndim, sizes).str,
           lti_shape(gy).str);
  return LT_OK;
}

static lt_status check_bias(const char *op, const lt_window *s, const lt_tensor *bias) {
  LT_CHECK(!bias || lti_numel(bias) == s->k, ESHAPE, "%s: expected a bias of %lld elements, got %s",
           op, (long long)s->k, lti_shape(bias).str);
  return LT_OK;
}

lt_status lt_conv2d(lt_tensor *y, const lt_tensor *x, const lt_tensor *w, const lt_tensor *bias,
                    int64_t sh, int64_t sw, int64_t ph, int64_t pw, int64_t dh, int64_t dw,
                    int64_t groups) {
  lt_window s;
  LT_CHECK(y, EARG, "conv2d: expected a tensor");
  LT_TRY(geometry(&s, "conv2d", x, w, (int64_t[]){sh, sw}, (int64_t[]){ph, pw}, (int64_t[]){dh, dw},
                  groups));
  LT_TRY(lti_check_same(
      "conv2d", 4,
      (const lti_named[]){{x, "input"}, {y, "output"}, {w, "weight"}, {bias, "bias"}}));
  LT_TRY(check_bias("conv2d", &s, bias));
  int64_t sizes[4];
  int ndim = output_sizes(sizes, &s, x);
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *wc, *bc;
  lt_tensor *yc;
  REAL_TRY(&set, real_input(&set, &xc, x));
  REAL_TRY(&set, real_input(&set, &wc, w));
  REAL_TRY(&set, real_input(&set, &bc, bias));
  REAL_TRY(&set, real_result(&set, &yc, y, ndim, sizes));
  REAL_KERNEL(&set, x->device, conv2d, yc->dtype, &s, lti_data(yc), lti_data(xc), lti_data(wc),
              real_data(bc));
  return real_finish(&set, LT_OK);
}

lt_status lt_conv2d_grad_input(lt_tensor *gx, const lt_tensor *gy, const lt_tensor *w,
                               const lt_tensor *x, int64_t sh, int64_t sw, int64_t ph, int64_t pw,
                               int64_t dh, int64_t dw, int64_t groups) {
  lt_window s;
  LT_CHECK(gx && gy, EARG, "conv2d: expected a tensor");
  LT_TRY(geometry(&s, "conv2d", x, w, (int64_t[]){sh, sw}, (int64_t[]){ph, pw}, (int64_t[]){dh, dw},
                  groups));
  LT_TRY(lti_check_same(
      "conv2d", 4,
      (const lti_named[]){{x, "input"}, {gx, "gradInput"}, {gy, "gradOutput"}, {w, "weight"}}));
  LT_TRY(check_output("conv2d", &s, x, gy));
  real_set set;
  set.n = 0;
  const lt_tensor *gyc, *wc;
  lt_tensor *gxc;
  REAL_TRY(&set, real_input(&set, &gyc, gy));
  REAL_TRY(&set, real_input(&set, &wc, w));
  REAL_TRY(&set, real_result(&set, &gxc, gx, x->ndim, x->sizes));
  REAL_KERNEL(&set, x->device, conv2d_grad_input, gxc->dtype, &s, lti_data(gxc), lti_data(gyc),
              lti_data(wc));
  return real_finish(&set, LT_OK);
}

lt_status lt_conv2d_grad_weight(lt_tensor *gw, lt_tensor *gb, const lt_tensor *x,
                                const lt_tensor *gy, int64_t sh, int64_t sw, int64_t ph, int64_t pw,
                                int64_t dh, int64_t dw, int64_t groups, double scale) {
  lt_window s;
  LT_CHECK(gw && gy, EARG, "conv2d: expected a tensor");
  LT_TRY(geometry(&s, "conv2d", x, gw, (int64_t[]){sh, sw}, (int64_t[]){ph, pw},
                  (int64_t[]){dh, dw}, groups));
  LT_TRY(lti_check_same(
      "conv2d", 4,
      (const lti_named[]){{x, "input"}, {gw, "gradWeight"}, {gb, "gradBias"}, {gy, "gradOutput"}}));
  LT_TRY(check_output("conv2d", &s, x, gy));
  LT_TRY(check_bias("conv2d", &s, gb));
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *gyc;
  lt_tensor *gwc, *gbc;
  REAL_TRY(&set, real_input(&set, &xc, x));
  REAL_TRY(&set, real_input(&set, &gyc, gy));
  REAL_TRY(&set, real_accumulate(&set, &gwc, gw));
  REAL_TRY(&set, real_accumulate(&set, &gbc, gb));
  REAL_KERNEL(&set, x->device, conv2d_grad_weight, gwc->dtype, &s, lti_data(gwc), real_data(gbc),
              lti_data(xc), lti_data(gyc), scale);
  return real_finish(&set, LT_OK);
}
