/* Convolution of images and volumes: checks, geometry, results. */
#include "ops/conv.h"

/* The window s of the arguments, and the sizes of the output. */
static lt_status geometry(lt_window *s, int64_t sizes[5], int *ndim, const conv_args *a,
                          const lt_tensor *x, const lt_tensor *w) {
  int64_t size[3];
  LT_TRY(conv_check(a, x, w));
  conv_sizes(a, size, x);
  int64_t channels = x->sizes[x->ndim - a->nd - 1];
  LT_TRY(conv_window(s, a, conv_batch(a, x), channels, size, w));
  LT_CHECK(w->sizes[1] == channels / a->groups, ESHAPE,
           "%s: weight %s is for %lld input channels, input %s has %lld", a->op, lti_shape(w).str,
           (long long)(w->sizes[1] * a->groups), lti_shape(x).str, (long long)channels);
  int64_t covers[] = {(s->kt - 1) * s->dt + 1, (s->kh - 1) * s->dh + 1, (s->kw - 1) * s->dw + 1};
  int64_t padded[] = {s->t + 2 * s->pt, s->h + 2 * s->ph, s->w + 2 * s->pw};
  LT_CHECK(s->ot > 0 && s->oh > 0 && s->ow > 0, ESHAPE,
           "%s: the kernel covers %s pixels, the input %s with padding only %s", a->op,
           lti_sizes(a->nd, covers + 3 - a->nd).str, lti_shape(x).str,
           lti_sizes(a->nd, padded + 3 - a->nd).str);
  *ndim = conv_result(a, sizes, x, s->n, s->k, (int64_t[]){s->ot, s->oh, s->ow});
  conv_join_frames(s);
  return LT_OK;
}

static lt_status forward(const conv_args *a, lt_tensor *y, const lt_tensor *x, const lt_tensor *w,
                         const lt_tensor *bias) {
  lt_window s;
  int64_t sizes[5];
  int ndim;
  LT_CHECK(y, EARG, "%s: expected a tensor", a->op);
  LT_TRY(geometry(&s, sizes, &ndim, a, x, w));
  LT_TRY(lti_check_same(
      a->op, 4, (const lti_named[]){{x, "input"}, {y, "output"}, {w, "weight"}, {bias, "bias"}}));
  LT_TRY(conv_check_bias(a, bias, s.k));
  int dtype = native_dtype(x);
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *wc, *bc;
  lt_tensor *yc;
  REAL_TRY(&set, real_input_as(&set, dtype, &xc, x));
  REAL_TRY(&set, real_input_as(&set, dtype, &wc, w));
  REAL_TRY(&set, real_input_as(&set, dtype, &bc, bias));
  REAL_TRY(&set, real_result_as(&set, dtype, &yc, y, ndim, sizes));
  REAL_KERNEL(&set, x->device, conv, dtype, &s, lti_data(yc), lti_data(xc), lti_data(wc),
              real_data(bc));
  return real_finish(&set, LT_OK);
}

static lt_status grad_input(const conv_args *a, lt_tensor *gx, const lt_tensor *gy,
                            const lt_tensor *w, const lt_tensor *x) {
  lt_window s;
  int64_t sizes[5];
  int ndim;
  LT_CHECK(gx && gy, EARG, "%s: expected a tensor", a->op);
  LT_TRY(geometry(&s, sizes, &ndim, a, x, w));
  LT_TRY(lti_check_same(
      a->op, 4,
      (const lti_named[]){{x, "input"}, {gx, "gradInput"}, {gy, "gradOutput"}, {w, "weight"}}));
  LT_TRY(conv_check_output(a, gy, ndim, sizes));
  int dtype = native_dtype(x);
  real_set set;
  set.n = 0;
  const lt_tensor *gyc, *wc;
  lt_tensor *gxc;
  REAL_TRY(&set, real_input_as(&set, dtype, &gyc, gy));
  REAL_TRY(&set, real_input_as(&set, dtype, &wc, w));
  REAL_TRY(&set, real_result_as(&set, dtype, &gxc, gx, x->ndim, x->sizes));
  REAL_KERNEL(&set, x->device, conv_grad_input, dtype, &s, lti_data(gxc), lti_data(gyc),
              lti_data(wc), NULL);
  return real_finish(&set, LT_OK);
}

static lt_status grad_weight(const conv_args *a, lt_tensor *gw, lt_tensor *gb, const lt_tensor *x,
                             const lt_tensor *gy, double scale) {
  lt_window s;
  int64_t sizes[5];
  int ndim;
  LT_CHECK(gw && gy, EARG, "%s: expected a tensor", a->op);
  LT_TRY(geometry(&s, sizes, &ndim, a, x, gw));
  LT_TRY(lti_check_same(
      a->op, 4,
      (const lti_named[]){{x, "input"}, {gw, "gradWeight"}, {gb, "gradBias"}, {gy, "gradOutput"}}));
  LT_TRY(conv_check_output(a, gy, ndim, sizes));
  LT_TRY(conv_check_bias(a, gb, s.k));
  int dtype = native_dtype(x);
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *gyc;
  lt_tensor *gwc, *gbc;
  REAL_TRY(&set, real_input_as(&set, dtype, &xc, x));
  REAL_TRY(&set, real_input_as(&set, dtype, &gyc, gy));
  REAL_TRY(&set, real_accumulate_as(&set, dtype, &gwc, gw));
  REAL_TRY(&set, real_accumulate_as(&set, dtype, &gbc, gb));
  REAL_KERNEL(&set, x->device, conv_grad_weight, dtype, &s, lti_data(gwc), real_data(gbc),
              lti_data(xc), lti_data(gyc), scale);
  return real_finish(&set, LT_OK);
}

#define IMAGES(name) \
  &(conv_args) { name, 2, {1, sh, sw}, {0, ph, pw}, {1, dh, dw}, groups }
#define VOLUMES(name) \
  &(conv_args) { name, 3, {st, sh, sw}, {pt, ph, pw}, {dt, dh, dw}, groups }

lt_status lt_conv2d(lt_tensor *y, const lt_tensor *x, const lt_tensor *w, const lt_tensor *bias,
                    int64_t sh, int64_t sw, int64_t ph, int64_t pw, int64_t dh, int64_t dw,
                    int64_t groups) {
  return forward(IMAGES("conv2d"), y, x, w, bias);
}

lt_status lt_conv2d_grad_input(lt_tensor *gx, const lt_tensor *gy, const lt_tensor *w,
                               const lt_tensor *x, int64_t sh, int64_t sw, int64_t ph, int64_t pw,
                               int64_t dh, int64_t dw, int64_t groups) {
  return grad_input(IMAGES("conv2d"), gx, gy, w, x);
}

lt_status lt_conv2d_grad_weight(lt_tensor *gw, lt_tensor *gb, const lt_tensor *x,
                                const lt_tensor *gy, int64_t sh, int64_t sw, int64_t ph, int64_t pw,
                                int64_t dh, int64_t dw, int64_t groups, double scale) {
  return grad_weight(IMAGES("conv2d"), gw, gb, x, gy, scale);
}

lt_status lt_conv3d(lt_tensor *y, const lt_tensor *x, const lt_tensor *w, const lt_tensor *bias,
                    int64_t st, int64_t sh, int64_t sw, int64_t pt, int64_t ph, int64_t pw,
                    int64_t dt, int64_t dh, int64_t dw, int64_t groups) {
  return forward(VOLUMES("conv3d"), y, x, w, bias);
}

lt_status lt_conv3d_grad_input(lt_tensor *gx, const lt_tensor *gy, const lt_tensor *w,
                               const lt_tensor *x, int64_t st, int64_t sh, int64_t sw, int64_t pt,
                               int64_t ph, int64_t pw, int64_t dt, int64_t dh, int64_t dw,
                               int64_t groups) {
  return grad_input(VOLUMES("conv3d"), gx, gy, w, x);
}

lt_status lt_conv3d_grad_weight(lt_tensor *gw, lt_tensor *gb, const lt_tensor *x,
                                const lt_tensor *gy, int64_t st, int64_t sh, int64_t sw, int64_t pt,
                                int64_t ph, int64_t pw, int64_t dt, int64_t dh, int64_t dw,
                                int64_t groups, double scale) {
  return grad_weight(VOLUMES("conv3d"), gw, gb, x, gy, scale);
}
