/* Losses: checks and results. */
#include "core/loss.h"
#include "core/peers.h"
#include "ops/real.h"

/* ---- pointwise losses ---- */

/* x as [rows cols], where weights (may be NULL) have cols elements. */
static lt_status check_pair(int64_t *rows, int64_t *cols, const char *op, const lt_tensor *x,
                            const lt_tensor *target, const lt_tensor *weights) {
  LT_CHECK(x && target, EARG, "%s: expected a tensor", op);
  LT_TRY(lti_check_float(op, x));
  LT_TRY(lti_check_same(
      op, 3, (const lti_named[]){{x, "input"}, {target, "target"}, {weights, "weights"}}));
  int64_t n = lti_numel(x), w = weights ? lti_numel(weights) : n;
  LT_CHECK(n > 0, ESHAPE, "%s: the input is empty", op);
  LT_CHECK(lti_numel(target) == n, ESHAPE, "%s: input %s and target %s differ in size", op,
           lti_shape(x).str, lti_shape(target).str);
  LT_CHECK(w > 0 && n % w == 0, ESHAPE, "%s: weights %s do not fit the input %s", op,
           lti_shape(weights).str, lti_shape(x).str);
  *rows = n / w, *cols = w;
  return LT_OK;
}

static lt_status forward(const char *op, int loss, double *out, const lt_tensor *x,
                         const lt_tensor *target, const lt_tensor *weights, double a, double b,
                         int average) {
  int64_t rows, cols;
  LT_CHECK(out, EARG, "%s: no place for the result", op);
  LT_TRY(check_pair(&rows, &cols, op, x, target, weights));
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *tc, *wc;
  double sum;
  REAL_TRY(&set, real_input(&set, &xc, x));
  REAL_TRY(&set, real_input(&set, &tc, target));
  REAL_TRY(&set, real_input(&set, &wc, weights));
  REAL_KERNEL(&set, x->device, loss, loss, xc->dtype, &sum, rows, cols, lti_data(xc), lti_data(tc),
              real_data(wc), a, b);
  if (loss == LTI_LOSS_hingeembedding && isnan(sum))
    REAL_KERNEL(&set, x->device, check_signs, op, tc->dtype, rows * cols, lti_data(tc));
  *out = lti_number(average ? sum / (double)(rows * cols) : sum);
  return real_finish(&set, LT_OK);
}

static lt_status backward(const char *op, int loss, lt_tensor *gx, const lt_tensor *x,
                          const lt_tensor *target, const lt_tensor *weights, double a, double b,
                          int average) {
  int64_t rows, cols;
  LT_CHECK(gx, EARG, "%s: expected a tensor", op);
  LT_TRY(check_pair(&rows, &cols, op, x, target, weights));
  LT_TRY(lti_check_same(op, 2, (const lti_named[]){{x, "input"}, {gx, "gradInput"}}));
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *tc, *wc;
  lt_tensor *gxc;
  REAL_TRY(&set, real_input(&set, &xc, x));
  REAL_TRY(&set, real_input(&set, &tc, target));
  REAL_TRY(&set, real_input(&set, &wc, weights));
  REAL_TRY(&set, real_result(&set, &gxc, gx, x->ndim, x->sizes));
  REAL_KERNEL(&set, x->device, loss_grad, loss, gxc->dtype, rows, cols, lti_data(gxc), lti_data(xc),
              lti_data(tc), real_data(wc), a, b, average ? 1 / (double)(rows * cols) : 1);
  return real_finish(&set, LT_OK);
}

lt_status lt_mse(double *out, const lt_tensor *x, const lt_tensor *target, int average) {
  return forward("mse", LTI_LOSS_MSE, out, x, target, NULL, 0, 0, average);
}
lt_status lt_mse_grad(lt_tensor *gx, const lt_tensor *x, const lt_tensor *target, int average) {
  return backward("mse", LTI_LOSS_MSE, gx, x, target, NULL, 0, 0, average);
}
lt_status lt_absloss(double *out, const lt_tensor *x, const lt_tensor *target, int average) {
  return forward("absloss", LTI_LOSS_ABS, out, x, target, NULL, 0, 0, average);
}
lt_status lt_absloss_grad(lt_tensor *gx, const lt_tensor *x, const lt_tensor *target, int average) {
  return backward("absloss", LTI_LOSS_ABS, gx, x, target, NULL, 0, 0, average);
}
lt_status lt_smoothl1(double *out, const lt_tensor *x, const lt_tensor *target, int average) {
  return forward("smoothl1", LTI_LOSS_SMOOTHL1, out, x, target, NULL, 0, 0, average);
}
lt_status lt_smoothl1_grad(lt_tensor *gx, const lt_tensor *x, const lt_tensor *target,
                           int average) {
  return backward("smoothl1", LTI_LOSS_SMOOTHL1, gx, x, target, NULL, 0, 0, average);
}
lt_status lt_bce(double *out, const lt_tensor *x, const lt_tensor *target, const lt_tensor *weights,
                 int average) {
  return forward("bce", LTI_LOSS_BCE, out, x, target, weights, 0, 0, average);
}
lt_status lt_bce_grad(lt_tensor *gx, const lt_tensor *x, const lt_tensor *target,
                      const lt_tensor *weights, int average) {
  return backward("bce", LTI_LOSS_BCE, gx, x, target, weights, 0, 0, average);
}
#define LOSS(name, value, derivative)                                                     \
  lt_status lt_##name(double *out, const lt_tensor *x, const lt_tensor *t,                \
                      const lt_tensor *weights, double a, double b, int average) {        \
    return forward(#name, LTI_LOSS_##name, out, x, t, weights, a, b, average);            \
  }                                                                                       \
  lt_status lt_##name##_grad(lt_tensor *gx, const lt_tensor *x, const lt_tensor *t,       \
                             const lt_tensor *weights, double a, double b, int average) { \
    return backward(#name, LTI_LOSS_##name, gx, x, t, weights, a, b, average);            \
  }
#include "loss.def"

/* ---- negative log-likelihood ---- */

/* x as [n c inner]. */
static lt_status check_classes(int64_t shape[3], const lt_tensor *x, const lt_tensor *target,
                               const lt_tensor *weights) {
  LT_CHECK(x && target, EARG, "nll: expected a tensor");
  LT_TRY(lti_check_float("nll", x));
  LT_TRY(lti_check_same("nll", 2, (const lti_named[]){{x, "input"}, {weights, "weights"}}));
  LT_CHECK(target->dtype == LT_LONG && lti_home(target) == lti_home(x), EDTYPE,
           "nll: targets must be a LongTensor, got %s", lti_shape(target).str);
  LT_CHECK(x->ndim > 0, ESHAPE, "nll: the input is empty");
  shape[0] = x->ndim > 1 ? x->sizes[0] : 1;
  shape[1] = x->sizes[x->ndim > 1 ? 1 : 0];
  shape[2] = lti_numel(x) / (shape[0] * shape[1]);
  LT_CHECK(lti_numel(target) == shape[0] * shape[2], ESHAPE,
           "nll: input %s needs %lld targets, got %s", lti_shape(x).str,
           (long long)(shape[0] * shape[2]), lti_shape(target).str);
  LT_CHECK(!weights || lti_numel(weights) == shape[1], ESHAPE,
           "nll: input %s has %lld classes, weights are %s", lti_shape(x).str, (long long)shape[1],
           lti_shape(weights).str);
  return LT_OK;
}

lt_status lt_nll(double *out, const lt_tensor *x, const lt_tensor *target, const lt_tensor *weights,
                 int average, int64_t ignore) {
  int64_t shape[3];
  LT_CHECK(out, EARG, "nll: no place for the result");
  LT_TRY(check_classes(shape, x, target, weights));
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *tc, *wc;
  double sums[2];
  REAL_TRY(&set, real_input(&set, &xc, x));
  REAL_TRY(&set, real_input(&set, &tc, target));
  REAL_TRY(&set, real_input(&set, &wc, weights));
  REAL_KERNEL(&set, x->device, nll, xc->dtype, sums, shape[0], shape[1], shape[2], lti_data(xc),
              (const int64_t *)lti_data(tc), real_data(wc), ignore);
  out[0] = lti_number(average && sums[1] != 0 ? sums[0] / sums[1] : sums[0]);
  out[1] = lti_number(sums[1]);
  return real_finish(&set, LT_OK);
}

lt_status lt_nll_grad(lt_tensor *gx, const lt_tensor *x, const lt_tensor *target,
                      const lt_tensor *weights, int average, int64_t ignore, double total) {
  int64_t shape[3];
  LT_CHECK(gx, EARG, "nll: expected a tensor");
  LT_TRY(check_classes(shape, x, target, weights));
  LT_TRY(lti_check_same("nll", 2, (const lti_named[]){{x, "input"}, {gx, "gradInput"}}));
  real_set set;
  set.n = 0;
  const lt_tensor *tc, *wc;
  lt_tensor *gxc;
  REAL_TRY(&set, real_input(&set, &tc, target));
  REAL_TRY(&set, real_input(&set, &wc, weights));
  REAL_TRY(&set, real_result(&set, &gxc, gx, x->ndim, x->sizes));
  double factor = !average ? 1 : total > 0 ? 1 / total : 0;
  REAL_KERNEL(&set, x->device, nll_grad, gxc->dtype, shape[0], shape[1], shape[2], lti_data(gxc),
              (const int64_t *)lti_data(tc), real_data(wc), ignore, factor);
  return real_finish(&set, LT_OK);
}
