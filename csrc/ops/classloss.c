/* Losses of classes and of pairs of vectors: checks and results. */
#include "ops/real.h"
#include "core/peers.h"

/* x, floating point, and others (NULL entries are skipped) of its type; not empty. */
static lt_status check_real(const char *op, const lt_tensor *x, const lt_tensor *a,
                            const lt_tensor *b, const lt_tensor *c) {
  LT_TRY(lti_check_float(op, x));
  LT_TRY(lti_check_same(
      op, 4, (const lti_named[]){{x, "input"}, {a, "second tensor"}, {b, "third"}, {c, "fourth"}}));
  LT_CHECK(x->ndim > 0, ESHAPE, "%s: the input is empty", op);
  return LT_OK;
}

static lt_status check_long(const char *op, const lt_tensor *x, const lt_tensor *target) {
  LT_CHECK(target->dtype == LT_LONG && lti_home(target) == lti_home(x), EDTYPE,
           "%s: targets must be a LongTensor, got %s", op, lti_shape(target).str);
  return LT_OK;
}

/* x as [n c]. */
static lt_status check_matrix(const char *op, const lt_tensor *x, int64_t *n, int64_t *c) {
  LT_CHECK(x->ndim <= 2, ESHAPE, "%s: expected a vector or a matrix, got %s", op, lti_shape(x).str);
  *n = x->ndim == 2 ? x->sizes[0] : 1, *c = x->sizes[x->ndim - 1];
  return LT_OK;
}

/* One target for each of n, one weight for each of c. */
static lt_status check_counts(const char *op, const lt_tensor *x, int64_t n, int64_t c,
                              const lt_tensor *target, const lt_tensor *weights) {
  LT_CHECK(lti_numel(target) == n, ESHAPE, "%s: input %s needs %lld targets, got %s", op,
           lti_shape(x).str, (long long)n, lti_shape(target).str);
  LT_CHECK(!weights || lti_numel(weights) == c, ESHAPE,
           "%s: input %s has %lld classes, weights are %s", op, lti_shape(x).str, (long long)c,
           lti_shape(weights).str);
  return LT_OK;
}

/* ---- one class against the others ---- */

static lt_status check_multimargin(int64_t *n, int64_t *c, const lt_tensor *x,
                                   const lt_tensor *target, const lt_tensor *weights,
                                   const lt_tensor *gx, int p) {
  const char *op = "multimargin";
  LT_CHECK(x && target, EARG, "%s: expected a tensor", op);
  LT_TRY(check_real(op, x, weights, gx, NULL));
  LT_TRY(check_long(op, x, target));
  LT_TRY(check_matrix(op, x, n, c));
  LT_TRY(check_counts(op, x, *n, *c, target, weights));
  LT_CHECK(p == 1 || p == 2, EARG, "%s: p must be 1 or 2, got %d", op, p);
  return LT_OK;
}

lt_status lt_multimargin(double *out, const lt_tensor *x, const lt_tensor *target,
                         const lt_tensor *weights, int p, double margin, int average) {
  int64_t n, c;
  LT_CHECK(out, EARG, "multimargin: no place for the result");
  LT_TRY(check_multimargin(&n, &c, x, target, weights, NULL, p));
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *tc, *wc;
  double sum;
  REAL_TRY(&set, real_input(&set, &xc, x));
  REAL_TRY(&set, real_input(&set, &tc, target));
  REAL_TRY(&set, real_input(&set, &wc, weights));
  REAL_KERNEL(&set, x->device, multimargin, xc->dtype, &sum, n, c, lti_data(xc),
              (const int64_t *)lti_data(tc), real_data(wc), p, margin);
  *out = lti_number(average ? sum / (double)n : sum);
  return real_finish(&set, LT_OK);
}

lt_status lt_multimargin_grad(lt_tensor *gx, const lt_tensor *x, const lt_tensor *target,
                              const lt_tensor *weights, int p, double margin, int average) {
  int64_t n, c;
  LT_CHECK(gx, EARG, "multimargin: expected a tensor");
  LT_TRY(check_multimargin(&n, &c, x, target, weights, gx, p));
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *tc, *wc;
  lt_tensor *gxc;
  REAL_TRY(&set, real_input(&set, &xc, x));
  REAL_TRY(&set, real_input(&set, &tc, target));
  REAL_TRY(&set, real_input(&set, &wc, weights));
  REAL_TRY(&set, real_result(&set, &gxc, gx, x->ndim, x->sizes));
  REAL_KERNEL(&set, x->device, multimargin_grad, xc->dtype, n, c, lti_data(gxc), lti_data(xc),
              (const int64_t *)lti_data(tc), real_data(wc), p, margin, average ? 1 / (double)n : 1);
  return real_finish(&set, LT_OK);
}

/* ---- several classes against the others ---- */

static lt_status check_multilabel(int64_t *n, int64_t *c, const lt_tensor *x,
                                  const lt_tensor *target, const lt_tensor *gx) {
  const char *op = "multilabelmargin";
  LT_CHECK(x && target, EARG, "%s: expected a tensor", op);
  LT_TRY(check_real(op, x, gx, NULL, NULL));
  LT_TRY(check_long(op, x, target));
  LT_TRY(check_matrix(op, x, n, c));
  LT_CHECK(lti_numel(target) == lti_numel(x), ESHAPE, "%s: input %s and target %s differ in size",
           op, lti_shape(x).str, lti_shape(target).str);
  return LT_OK;
}

lt_status lt_multilabelmargin(double *out, const lt_tensor *x, const lt_tensor *target,
                              int average) {
  int64_t n, c;
  LT_CHECK(out, EARG, "multilabelmargin: no place for the result");
  LT_TRY(check_multilabel(&n, &c, x, target, NULL));
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *tc;
  double sum;
  REAL_TRY(&set, real_input(&set, &xc, x));
  REAL_TRY(&set, real_input(&set, &tc, target));
  REAL_KERNEL(&set, x->device, multilabelmargin, xc->dtype, &sum, n, c, lti_data(xc),
              (const int64_t *)lti_data(tc));
  *out = lti_number(average ? sum / (double)n : sum);
  return real_finish(&set, LT_OK);
}

lt_status lt_multilabelmargin_grad(lt_tensor *gx, const lt_tensor *x, const lt_tensor *target,
                                   int average) {
  int64_t n, c;
  LT_CHECK(gx, EARG, "multilabelmargin: expected a tensor");
  LT_TRY(check_multilabel(&n, &c, x, target, gx));
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *tc;
  lt_tensor *gxc;
  REAL_TRY(&set, real_input(&set, &xc, x));
  REAL_TRY(&set, real_input(&set, &tc, target));
  REAL_TRY(&set, real_result(&set, &gxc, gx, x->ndim, x->sizes));
  REAL_KERNEL(&set, x->device, multilabelmargin_grad, xc->dtype, n, c, lti_data(gxc), lti_data(xc),
              (const int64_t *)lti_data(tc), average ? 1 / (double)n : 1);
  return real_finish(&set, LT_OK);
}

/* ---- negative log-likelihood, focal and smoothed ---- */

/* x as [n c inner]. */
static lt_status check_softnll(int64_t shape[3], const lt_tensor *x, const lt_tensor *target,
                               const lt_tensor *weights, const lt_tensor *gx, double gamma,
                               double smoothing) {
  const char *op = "softnll";
  LT_CHECK(x && target, EARG, "%s: expected a tensor", op);
  LT_TRY(check_real(op, x, weights, gx, NULL));
  LT_TRY(check_long(op, x, target));
  shape[0] = x->ndim > 1 ? x->sizes[0] : 1;
  shape[1] = x->sizes[x->ndim > 1 ? 1 : 0];
  shape[2] = lti_numel(x) / (shape[0] * shape[1]);
  LT_TRY(check_counts(op, x, shape[0] * shape[2], shape[1], target, weights));
  LT_CHECK(gamma >= 0, EARG, "%s: gamma must be 0 or more, got %g", op, gamma);
  LT_CHECK(smoothing >= 0 && smoothing <= 1, EARG, "%s: smoothing must be in [0, 1], got %g", op,
           smoothing);
  return LT_OK;
}

lt_status lt_softnll(double *out, const lt_tensor *x, const lt_tensor *target,
                     const lt_tensor *weights, int average, int64_t ignore, double gamma,
                     double smoothing) {
  int64_t shape[3];
  LT_CHECK(out, EARG, "softnll: no place for the result");
  LT_TRY(check_softnll(shape, x, target, weights, NULL, gamma, smoothing));
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *tc, *wc;
  double sums[2];
  REAL_TRY(&set, real_input(&set, &xc, x));
  REAL_TRY(&set, real_input(&set, &tc, target));
  REAL_TRY(&set, real_input(&set, &wc, weights));
  REAL_KERNEL(&set, x->device, softnll, xc->dtype, sums, shape[0], shape[1], shape[2], lti_data(xc),
              (const int64_t *)lti_data(tc), real_data(wc), ignore, gamma, smoothing);
  out[0] = lti_number(average && sums[1] != 0 ? sums[0] / sums[1] : sums[0]);
  out[1] = lti_number(sums[1]);
  return real_finish(&set, LT_OK);
}

lt_status lt_softnll_grad(lt_tensor *gx, const lt_tensor *x, const lt_tensor *target,
                          const lt_tensor *weights, int average, int64_t ignore, double total,
                          double gamma, double smoothing) {
  int64_t shape[3];
  LT_CHECK(gx, EARG, "softnll: expected a tensor");
  LT_TRY(check_softnll(shape, x, target, weights, gx, gamma, smoothing));
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *tc, *wc;
  lt_tensor *gxc;
  REAL_TRY(&set, real_input(&set, &xc, x));
  REAL_TRY(&set, real_input(&set, &tc, target));
  REAL_TRY(&set, real_input(&set, &wc, weights));
  REAL_TRY(&set, real_result(&set, &gxc, gx, x->ndim, x->sizes));
  REAL_KERNEL(&set, x->device, softnll_grad, gxc->dtype, shape[0], shape[1], shape[2],
              lti_data(gxc), lti_data(xc), (const int64_t *)lti_data(tc), real_data(wc), ignore,
              gamma, smoothing,
              !average    ? 1
              : total > 0 ? 1 / total
                          : 0);
  return real_finish(&set, LT_OK);
}

/* ---- pairs of vectors ---- */

static lt_status check_cosine(int64_t *n, int64_t *d, const lt_tensor *x, const lt_tensor *y,
                              const lt_tensor *target) {
  const char *op = "cosineembedding";
  LT_CHECK(x && y && target, EARG, "%s: expected a tensor", op);
  LT_TRY(check_real(op, x, y, target, NULL));
  LT_TRY(check_matrix(op, x, n, d));
  LT_CHECK(lti_same_size(x, y), ESHAPE, "%s: the inputs %s and %s differ in size", op,
           lti_shape(x).str, lti_shape(y).str);
  return check_counts(op, x, *n, *d, target, NULL);
}

lt_status lt_cosineembedding(double *out, const lt_tensor *x, const lt_tensor *y,
                             const lt_tensor *target, double margin, int average) {
  int64_t n, d;
  LT_CHECK(out, EARG, "cosineembedding: no place for the result");
  LT_TRY(check_cosine(&n, &d, x, y, target));
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *yc, *tc;
  double sum;
  REAL_TRY(&set, real_input(&set, &xc, x));
  REAL_TRY(&set, real_input(&set, &yc, y));
  REAL_TRY(&set, real_input(&set, &tc, target));
  REAL_KERNEL(&set, x->device, cosineembedding, xc->dtype, &sum, n, d, lti_data(xc), lti_data(yc),
              lti_data(tc), margin);
  *out = lti_number(average ? sum / (double)n : sum);
  return real_finish(&set, LT_OK);
}

lt_status lt_cosineembedding_grad(lt_tensor *gx, lt_tensor *gy, const lt_tensor *x,
                                  const lt_tensor *y, const lt_tensor *target, double margin,
                                  int average) {
  int64_t n, d;
  LT_CHECK(gx && gy, EARG, "cosineembedding: expected a tensor");
  LT_TRY(check_cosine(&n, &d, x, y, target));
  LT_TRY(check_real("cosineembedding", x, gx, gy, NULL));
  LT_CHECK(gx != gy && (!gx->mem || gx->mem != gy->mem), EARG,
           "cosineembedding: the two gradients share memory");
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *yc, *tc;
  lt_tensor *gxc, *gyc;
  REAL_TRY(&set, real_input(&set, &xc, x));
  REAL_TRY(&set, real_input(&set, &yc, y));
  REAL_TRY(&set, real_input(&set, &tc, target));
  REAL_TRY(&set, real_result(&set, &gxc, gx, x->ndim, x->sizes));
  REAL_TRY(&set, real_result(&set, &gyc, gy, y->ndim, y->sizes));
  REAL_KERNEL(&set, x->device, cosineembedding_grad, xc->dtype, n, d, lti_data(gxc), lti_data(gyc),
              lti_data(xc), lti_data(yc), lti_data(tc), margin, average ? 1 / (double)n : 1);
  return real_finish(&set, LT_OK);
}
