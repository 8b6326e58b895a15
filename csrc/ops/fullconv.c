/* Full (transposed) convolution of images and volumes: the map whose matrix is the transpose of a
 * convolution's, so that its output is the gradient of that convolution's input and the other way
 * round. The kernels are those of convolution. */
#include "ops/conv.h"

/* The window s of the convolution that the arguments transpose, whose output is x; the sizes of
 * the result y, of which a stride allows several: adj adds to the smallest. */
static lt_status geometry(lt_window *s, int64_t sizes[5], int *ndim, const conv_args *a,
                          const int64_t adj[3], const lt_tensor *x, const lt_tensor *w) {
  int64_t from[3], kernel[3], size[3];
  LT_TRY(conv_check(a, x, w));
  conv_sizes(a, from, x);
  conv_sizes(a, kernel, w);
  int64_t channels = x->sizes[x->ndim - a->nd - 1], outputs, most = INT64_MAX / 8;
  LT_CHECK(w->sizes[0] == channels, ESHAPE,
           "%s: weight %s is for %lld input channels, input %s has %lld", a->op, lti_shape(w).str,
           (long long)w->sizes[0], lti_shape(x).str, (long long)channels);
  LT_CHECK(a->groups > 0 && lti_mul(&outputs, w->sizes[1], a->groups), ESHAPE,
           "%s: %lld groups of weight %s", a->op, (long long)a->groups, lti_shape(w).str);
  for (int i = 0; i < 3; i++) {
    LT_CHECK(adj[i] >= 0 && adj[i] < a->stride[i], EARG,
             "%s: the adjustment of the output size must be from 0 to %lld (stride - 1), got %lld",
             a->op, (long long)(a->stride[i] - 1), (long long)adj[i]);
    LT_CHECK(a->pad[i] < most && a->stride[i] < most &&
                 lti_mul(&size[i], from[i] - 1, a->stride[i]) && size[i] < most,
             ESHAPE, "%s: the output would be too large", a->op);
    size[i] += kernel[i] + adj[i] - 2 * a->pad[i];
  }
  LT_CHECK(size[0] > 0 && size[1] > 0 && size[2] > 0, ESHAPE,
           "%s: the output of input %s would be of size %s", a->op, lti_shape(x).str,
           lti_sizes(a->nd, size + 3 - a->nd).str);
  LT_TRY(conv_window(s, a, conv_batch(a, x), outputs, size, w));
  *ndim = conv_result(a, sizes, x, s->n, outputs, size);
  conv_join_frames(s);
  return LT_OK;
}

static lt_status forward(const conv_args *a, const int64_t adj[3], lt_tensor *y, const lt_tensor *x,
                         const lt_tensor *w, const lt_tensor *bias) {
  lt_window s;
  int64_t sizes[5];
  int ndim;
  LT_CHECK(y, EARG, "%s: expected a tensor", a->op);
  LT_TRY(geometry(&s, sizes, &ndim, a, adj, x, w));
  LT_TRY(lti_check_same(
      a->op, 4, (const lti_named[]){{x, "input"}, {y, "output"}, {w, "weight"}, {bias, "bias"}}));
  LT_TRY(conv_check_bias(a, bias, s.c));
  int dtype = native_dtype(x);
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *wc, *bc;
  lt_tensor *yc;
  REAL_TRY(&set, real_input_as(&set, dtype, &xc, x));
  REAL_TRY(&set, real_input_as(&set, dtype, &wc, w));
  REAL_TRY(&set, real_input_as(&set, dtype, &bc, bias));
  REAL_TRY(&set, real_result_as(&set, dtype, &yc, y, ndim, sizes));
  REAL_KERNEL(&set, x->device, conv_grad_input, dtype, &s, lti_data(yc), lti_data(xc), lti_data(wc),
              real_data(bc));
  return real_finish(&set, LT_OK);
}

static lt_status grad_input(const conv_args *a, const int64_t adj[3], lt_tensor *gx,
                            const lt_tensor *gy, const lt_tensor *w, const lt_tensor *x) {
  lt_window s;
  int64_t sizes[5];
  int ndim;
  LT_CHECK(gx && gy, EARG, "%s: expected a tensor", a->op);
  LT_TRY(geometry(&s, sizes, &ndim, a, adj, x, w));
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
  REAL_KERNEL(&set, x->device, conv, dtype, &s, lti_data(gxc), lti_data(gyc), lti_data(wc), NULL);
  return real_finish(&set, LT_OK);
}

static lt_status grad_weight(const conv_args *a, const int64_t adj[3], lt_tensor *gw, lt_tensor *gb,
                             const lt_tensor *x, const lt_tensor *gy, double scale) {
  lt_window s;
  int64_t sizes[5];
  int ndim;
  LT_CHECK(gw && gy, EARG, "%s: expected a tensor", a->op);
  LT_TRY(geometry(&s, sizes, &ndim, a, adj, x, gw));
  LT_TRY(lti_check_same(
      a->op, 4,
      (const lti_named[]){{x, "input"}, {gw, "gradWeight"}, {gb, "gradBias"}, {gy, "gradOutput"}}));
  LT_TRY(conv_check_output(a, gy, ndim, sizes));
  LT_TRY(conv_check_bias(a, gb, s.c));
  /* a window whose outputs are gy, for the sums of the bias */
  lt_window whole = {.n = s.n, .k = s.c, .ot = s.t, .oh = s.h, .ow = s.w, .groups = 1};
  int dtype = native_dtype(x);
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *gyc;
  lt_tensor *gwc, *gbc;
  REAL_TRY(&set, real_input_as(&set, dtype, &xc, x));
  REAL_TRY(&set, real_input_as(&set, dtype, &gyc, gy));
  REAL_TRY(&set, real_accumulate_as(&set, dtype, &gwc, gw));
  REAL_TRY(&set, real_accumulate_as(&set, dtype, &gbc, gb));
  REAL_KERNEL(&set, x->device, conv_grad_weight, dtype, &s, lti_data(gwc), NULL, lti_data(gyc),
              lti_data(xc), scale);
  if (gbc)
    REAL_KERNEL(&set, x->device, conv_grad_weight, dtype, &whole, NULL, lti_data(gbc), NULL,
                lti_data(gyc), scale);
  return real_finish(&set, LT_OK);
}

#define IMAGES(name) \
  &(conv_args){name, 2, {1, sh, sw}, {0, ph, pw}, {1, 1, 1}, groups}, (int64_t[]) { 0, ah, aw }
#define VOLUMES(name) \
  &(conv_args){name, 3, {st, sh, sw}, {pt, ph, pw}, {1, 1, 1}, groups}, (int64_t[]) { at, ah, aw }

lt_status lt_fullconv2d(lt_tensor *y, const lt_tensor *x, const lt_tensor *w, const lt_tensor *bias,
                        int64_t sh, int64_t sw, int64_t ph, int64_t pw, int64_t ah, int64_t aw,
                        int64_t groups) {
  return forward(IMAGES("fullconv2d"), y, x, w, bias);
}

lt_status lt_fullconv2d_grad_input(lt_tensor *gx, const lt_tensor *gy, const lt_tensor *w,
                                   const lt_tensor *x, int64_t sh, int64_t sw, int64_t ph,
                                   int64_t pw, int64_t ah, int64_t aw, int64_t groups) {
  return grad_input(IMAGES("fullconv2d"), gx, gy, w, x);
}

lt_status lt_fullconv2d_grad_weight(lt_tensor *gw, lt_tensor *gb, const lt_tensor *x,
                                    const lt_tensor *gy, int64_t sh, int64_t sw, int64_t ph,
                                    int64_t pw, int64_t ah, int64_t aw, int64_t groups,
                                    double scale) {
  return grad_weight(IMAGES("fullconv2d"), gw, gb, x, gy, scale);
}

lt_status lt_fullconv3d(lt_tensor *y, const lt_tensor *x, const lt_tensor *w, const lt_tensor *bias,
                        int64_t st, int64_t sh, int64_t sw, int64_t pt, int64_t ph, int64_t pw,
                        int64_t at, int64_t ah, int64_t aw, int64_t groups) {
  return forward(VOLUMES("fullconv3d"), y, x, w, bias);
}

lt_status lt_fullconv3d_grad_input(lt_tensor *gx, const lt_tensor *gy, const lt_tensor *w,
                                   const lt_tensor *x, int64_t st, int64_t sh, int64_t sw,
                                   int64_t pt, int64_t ph, int64_t pw, int64_t at, int64_t ah,
                                   int64_t aw, int64_t groups) {
  return grad_input(VOLUMES("fullconv3d"), gx, gy, w, x);
}

lt_status lt_fullconv3d_grad_weight(lt_tensor *gw, lt_tensor *gb, const lt_tensor *x,
                                    const lt_tensor *gy, int64_t st, int64_t sh, int64_t sw,
                                    int64_t pt, int64_t ph, int64_t pw, int64_t at, int64_t ah,
                                    int64_t aw, int64_t groups, double scale) {
  return grad_weight(VOLUMES("fullconv3d"), gw, gb, x, gy, scale);
}
