/* Batch normalization: checks and results. */
#include "ops/real.h"

/* The channel count of x [n c ...]. */
static lt_status check_input(int64_t *c, const lt_tensor *x) {
  LT_CHECK(x, EARG, "batchnorm: expected a tensor");
  LT_TRY(lti_check_float("batchnorm", x));
  LT_CHECK(x->ndim >= 2, ESHAPE, "batchnorm: expected at least 2 dimensions, got %s",
           lti_shape(x).str);
  *c = x->sizes[1];
  return LT_OK;
}

/* t, when there is one, has an element for each channel. */
static lt_status check_channels(const char *what, const lt_tensor *t, int64_t c) {
  LT_CHECK(!t || lti_numel(t) == c, ESHAPE, "batchnorm: the input has %lld channels, %s is %s",
           (long long)c, what, lti_shape(t).str);
  return LT_OK;
}

lt_status lt_batchnorm(lt_tensor *y, const lt_tensor *x, const lt_tensor *weight,
                       const lt_tensor *bias, lt_tensor *running_mean, lt_tensor *running_var,
                       lt_tensor *save_mean, lt_tensor *save_std, int training, double momentum,
                       double eps) {
  int64_t c;
  LT_CHECK(y, EARG, "batchnorm: expected a tensor");
  LT_TRY(check_input(&c, x));
  LT_CHECK(training || (running_mean && running_var), EARG,
           "batchnorm: evaluation needs running statistics");
  LT_TRY(lti_check_same("batchnorm", 8,
                        (const lti_named[]){{x, "input"},
                                            {y, "output"},
                                            {weight, "weight"},
                                            {bias, "bias"},
                                            {running_mean, "running_mean"},
                                            {running_var, "running_var"},
                                            {training ? save_mean : NULL, "save_mean"},
                                            {training ? save_std : NULL, "save_std"}}));
  LT_TRY(check_channels("weight", weight, c));
  LT_TRY(check_channels("bias", bias, c));
  LT_TRY(check_channels("running_mean", running_mean, c));
  LT_TRY(check_channels("running_var", running_var, c));
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *wc, *bc;
  lt_tensor *yc, *rm, *rv, *sm, *ss;
  REAL_TRY(&set, real_input_as(&set, native_dtype(x), &xc, x));
  REAL_TRY(&set, real_input(&set, &wc, weight));
  REAL_TRY(&set, real_input(&set, &bc, bias));
  if (training) {
    REAL_TRY(&set, real_accumulate(&set, &rm, running_mean));
    REAL_TRY(&set, real_accumulate(&set, &rv, running_var));
  } else {
    REAL_TRY(&set, real_input(&set, (const lt_tensor **)&rm, running_mean));
    REAL_TRY(&set, real_input(&set, (const lt_tensor **)&rv, running_var));
  }
  REAL_TRY(&set, real_result(&set, &sm, training ? save_mean : NULL, 1, &c));
  REAL_TRY(&set, real_result(&set, &ss, training ? save_std : NULL, 1, &c));
  REAL_TRY(&set, real_result_as(&set, native_dtype(x), &yc, y, x->ndim, x->sizes));
  REAL_KERNEL(&set, x->device, batchnorm, yc->dtype, x->sizes[0], c,
              lti_numel(x) / (x->sizes[0] * c), lti_data(yc), lti_data(xc), real_data(wc),
              real_data(bc), real_data(rm), real_data(rv), real_data(sm), real_data(ss), training,
              momentum, eps);
  return real_finish(&set, LT_OK);
}

lt_status lt_batchnorm_grad(lt_tensor *gx, lt_tensor *gw, lt_tensor *gb, const lt_tensor *x,
                            const lt_tensor *gy, const lt_tensor *weight, const lt_tensor *mean,
                            const lt_tensor *var, int training, double scale, double eps) {
  int64_t c;
  LT_TRY(check_input(&c, x));
  LT_CHECK(gy && mean && var, EARG, "batchnorm: expected a tensor");
  LT_TRY(lti_check_same("batchnorm", 8,
                        (const lti_named[]){{x, "input"},
                                            {gy, "gradOutput"},
                                            {gx, "gradInput"},
                                            {gw, "gradWeight"},
                                            {gb, "gradBias"},
                                            {weight, "weight"},
                                            {mean, "mean"},
                                            {var, "variance"}}));
  LT_CHECK(lti_same_size(x, gy), ESHAPE, "batchnorm: gradOutput should be of size %s, got %s",
           lti_sizes(x->ndim, x->sizes).str, lti_shape(gy).str);
  LT_TRY(check_channels("gradWeight", gw, c));
  LT_TRY(check_channels("gradBias", gb, c));
  LT_TRY(check_channels("weight", weight, c));
  LT_TRY(check_channels("the mean", mean, c));
  LT_TRY(check_channels("the variance", var, c));
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *gyc, *wc, *mc, *vc;
  lt_tensor *gxc, *gwc, *gbc;
  REAL_TRY(&set, real_input_as(&set, native_dtype(x), &xc, x));
  REAL_TRY(&set, real_input_as(&set, native_dtype(x), &gyc, gy));
  REAL_TRY(&set, real_input(&set, &wc, weight));
  REAL_TRY(&set, real_input(&set, &mc, mean));
  REAL_TRY(&set, real_input(&set, &vc, var));
  REAL_TRY(&set, real_accumulate(&set, &gwc, gw));
  REAL_TRY(&set, real_accumulate(&set, &gbc, gb));
  REAL_TRY(&set, real_result_as(&set, native_dtype(x), &gxc, gx, x->ndim, x->sizes));
  REAL_KERNEL(&set, x->device, batchnorm_grad, xc->dtype, x->sizes[0], c,
              lti_numel(x) / (x->sizes[0] * c), real_data(gxc), real_data(gwc), real_data(gbc),
              lti_data(xc), lti_data(gyc), real_data(wc), lti_data(mc), lti_data(vc), training,
              scale, eps);
  return real_finish(&set, LT_OK);
}
