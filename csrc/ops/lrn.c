/* Local response normalization: checks and results. */
#include "ops/real.h"

/* x as [n c inner], and how far the sums reach. */
static lt_status extents(int64_t shape[3], int64_t reach[2], const lt_tensor *x, int64_t size) {
  LT_CHECK(x, EARG, "lrn: expected a tensor");
  LT_TRY(lti_check_float("lrn", x));
  LT_CHECK(x->ndim == 3 || x->ndim == 4, ESHAPE, "lrn: expected a 3D or 4D input, got %s",
           lti_shape(x).str);
  LT_CHECK(size > 0, EARG, "lrn: the size must be positive, got %lld", (long long)size);
  shape[0] = x->ndim == 4 ? x->sizes[0] : 1;
  shape[1] = x->sizes[x->ndim - 3];
  shape[2] = x->sizes[x->ndim - 2] * x->sizes[x->ndim - 1];
  reach[0] = LT_MIN((size - 1) / 2, shape[1]), reach[1] = LT_MIN(size / 2, shape[1]);
  return LT_OK;
}

lt_status lt_lrn(lt_tensor *y, lt_tensor *scale, const lt_tensor *x, int64_t size, double alpha,
                 double beta, double k) {
  int64_t shape[3], reach[2];
  LT_TRY(extents(shape, reach, x, size));
  LT_CHECK(y && scale && y != scale, EARG, "lrn: expected a tensor");
  LT_TRY(
      lti_check_same("lrn", 3, (const lti_named[]){{x, "input"}, {y, "output"}, {scale, "scale"}}));
  real_set set;
  set.n = 0;
  const lt_tensor *xc;
  lt_tensor *yc, *sc;
  REAL_TRY(&set, real_input(&set, &xc, x));
  REAL_TRY(&set, real_result(&set, &yc, y, x->ndim, x->sizes));
  REAL_TRY(&set, real_result(&set, &sc, scale, x->ndim, x->sizes));
  REAL_KERNEL(&set, x->device, lrn, yc->dtype, shape[0], shape[1], shape[2], reach[0], reach[1],
              alpha / (double)size, beta, k, lti_data(yc), lti_data(sc), lti_data(xc));
  return real_finish(&set, LT_OK);
}

lt_status lt_lrn_grad(lt_tensor *gx, const lt_tensor *gy, const lt_tensor *x,
                      const lt_tensor *scale, int64_t size, double alpha, double beta) {
  int64_t shape[3], reach[2];
  LT_TRY(extents(shape, reach, x, size));
  LT_CHECK(gx && gy && scale, EARG, "lrn: expected a tensor");
  LT_TRY(lti_check_same(
      "lrn", 4,
      (const lti_named[]){{x, "input"}, {gx, "gradInput"}, {gy, "gradOutput"}, {scale, "scale"}}));
  LT_CHECK(lti_same_size(x, gy) && lti_same_size(x, scale), ESHAPE,
           "lrn: gradOutput %s and scale %s should be of the input's size, %s", lti_shape(gy).str,
           lti_shape(scale).str, lti_shape(x).str);
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *gyc, *sc;
  lt_tensor *gxc;
  REAL_TRY(&set, real_input(&set, &xc, x));
  REAL_TRY(&set, real_input(&set, &gyc, gy));
  REAL_TRY(&set, real_input(&set, &sc, scale));
  REAL_TRY(&set, real_result(&set, &gxc, gx, x->ndim, x->sizes));
  REAL_KERNEL(&set, x->device, lrn_grad, gxc->dtype, shape[0], shape[1], shape[2], reach[0],
              reach[1], alpha / (double)size, beta, lti_data(gxc), lti_data(gyc), lti_data(xc),
              lti_data(sc));
  return real_finish(&set, LT_OK);
}
