/* Rectifier with learned slopes: checks and results. */
#include "ops/real.h"

/* x as [n c inner] for slopes w: one for all, or one for each channel. */
static lt_status extents(int64_t shape[3], const lt_tensor *x, const lt_tensor *w) {
  LT_CHECK(x && w, EARG, "prelu: expected a tensor");
  LT_TRY(lti_check_float("prelu", x));
  LT_CHECK(x->ndim > 0, ESHAPE, "prelu: expected a non-empty input, got %s", lti_shape(x).str);
  int64_t numel = lti_numel(x), slopes = lti_numel(w);
  int64_t n = x->ndim > 1 ? x->sizes[0] : 1, c = x->sizes[x->ndim > 1 ? 1 : 0];
  LT_CHECK(slopes == 1 || slopes == c, ESHAPE, "prelu: %s has %lld channels, weight is %s",
           lti_shape(x).str, (long long)c, lti_shape(w).str);
  shape[0] = slopes == 1 ? 1 : n, shape[1] = slopes, shape[2] = numel / (shape[0] * slopes);
  return LT_OK;
}

static lt_status check_gradient(const lt_tensor *x, const lt_tensor *gy) {
  LT_CHECK(lti_numel(gy) == lti_numel(x), ESHAPE, "prelu: gradOutput should be of size %s, got %s",
           lti_sizes(x->ndim, x->sizes).str, lti_shape(gy).str);
  return LT_OK;
}

lt_status lt_prelu(lt_tensor *y, const lt_tensor *x, const lt_tensor *w) {
  int64_t shape[3];
  LT_CHECK(y, EARG, "prelu: expected a tensor");
  LT_TRY(extents(shape, x, w));
  LT_TRY(
      lti_check_same("prelu", 3, (const lti_named[]){{x, "input"}, {y, "output"}, {w, "weight"}}));
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *wc;
  lt_tensor *yc;
  REAL_TRY(&set, real_input(&set, &xc, x));
  REAL_TRY(&set, real_input(&set, &wc, w));
  REAL_TRY(&set, real_result(&set, &yc, y, x->ndim, x->sizes));
  REAL_KERNEL(&set, x->device, prelu, yc->dtype, shape[0], shape[1], shape[2], lti_data(yc),
              lti_data(xc), lti_data(wc));
  return real_finish(&set, LT_OK);
}

lt_status lt_prelu_grad_input(lt_tensor *gx, const lt_tensor *gy, const lt_tensor *x,
                              const lt_tensor *w) {
  int64_t shape[3];
  LT_CHECK(gx && gy, EARG, "prelu: expected a tensor");
  LT_TRY(extents(shape, x, w));
  LT_TRY(lti_check_same(
      "prelu", 4,
      (const lti_named[]){{x, "input"}, {gx, "gradInput"}, {gy, "gradOutput"}, {w, "weight"}}));
  LT_TRY(check_gradient(x, gy));
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *wc, *gyc;
  lt_tensor *gxc;
  REAL_TRY(&set, real_input(&set, &xc, x));
  REAL_TRY(&set, real_input(&set, &wc, w));
  REAL_TRY(&set, real_input(&set, &gyc, gy));
  REAL_TRY(&set, real_result(&set, &gxc, gx, x->ndim, x->sizes));
  REAL_KERNEL(&set, x->device, prelu_grad_input, gxc->dtype, shape[0], shape[1], shape[2],
              lti_data(gxc), lti_data(gyc), lti_data(xc), lti_data(wc));
  return real_finish(&set, LT_OK);
}

lt_status lt_prelu_grad_weight(lt_tensor *gw, const lt_tensor *gy, const lt_tensor *x,
                               double scale) {
  int64_t shape[3];
  LT_CHECK(gy, EARG, "prelu: expected a tensor");
  LT_TRY(extents(shape, x, gw));
  LT_TRY(lti_check_same("prelu", 3,
                        (const lti_named[]){{x, "input"}, {gw, "gradWeight"}, {gy, "gradOutput"}}));
  LT_TRY(check_gradient(x, gy));
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *gyc;
  lt_tensor *gwc;
  REAL_TRY(&set, real_input(&set, &xc, x));
  REAL_TRY(&set, real_input(&set, &gyc, gy));
  REAL_TRY(&set, real_accumulate(&set, &gwc, gw));
  REAL_KERNEL(&set, x->device, prelu_grad_weight, gwc->dtype, shape[0], shape[1], shape[2],
              lti_data(gwc), lti_data(gyc), lti_data(xc), scale);
  return real_finish(&set, LT_OK);
}
