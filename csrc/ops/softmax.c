/* Softmax and log-softmax along a dimension: checks and results. */
#include "ops/real.h"

typedef struct extents {
  int64_t outer, dim, inner;
} extents;

static lt_status check(extents *e, const char *op, const lt_tensor *x, int dim) {
  LT_CHECK(x, EARG, "%s: expected a tensor", op);
  LT_TRY(lti_check_float(op, x));
  LT_CHECK(dim >= 0 && dim < x->ndim, ERANGE, "%s: dimension %d out of range of %s", op, dim + 1,
           lti_shape(x).str);
  *e = (extents){1, x->sizes[dim], 1};
  for (int d = 0; d < dim; d++) e->outer *= x->sizes[d];
  for (int d = dim + 1; d < x->ndim; d++) e->inner *= x->sizes[d];
  return LT_OK;
}

static lt_status forward(const char *op, int log, lt_tensor *y, const lt_tensor *x, int dim) {
  extents e;
  LT_CHECK(y, EARG, "%s: expected a tensor", op);
  LT_TRY(check(&e, op, x, dim));
  LT_TRY(lti_check_same(op, 2, (const lti_named[]){{x, "input"}, {y, "output"}}));
  real_set set;
  set.n = 0;
  const lt_tensor *xc;
  lt_tensor *yc;
  REAL_TRY(&set, real_input_as(&set, native_dtype(x), &xc, x));
  REAL_TRY(&set, real_result_as(&set, native_dtype(x), &yc, y, x->ndim, x->sizes));
  REAL_KERNEL(&set, x->device, softmax, yc->dtype, log, e.outer, e.dim, e.inner, lti_data(yc),
              lti_data(xc));
  return real_finish(&set, LT_OK);
}

static lt_status backward(const char *op, int log, lt_tensor *gx, const lt_tensor *gy,
                          const lt_tensor *y, int dim) {
  extents e;
  LT_CHECK(gx && gy, EARG, "%s: expected a tensor", op);
  LT_TRY(check(&e, op, y, dim));
  LT_TRY(lti_check_same(op, 3,
                        (const lti_named[]){{y, "output"}, {gx, "gradInput"}, {gy, "gradOutput"}}));
  LT_CHECK(lti_numel(gy) == lti_numel(y), ESHAPE, "%s: gradOutput should be of size %s, got %s", op,
           lti_sizes(y->ndim, y->sizes).str, lti_shape(gy).str);
  real_set set;
  set.n = 0;
  const lt_tensor *yc, *gyc;
  lt_tensor *gxc;
  REAL_TRY(&set, real_input_as(&set, native_dtype(y), &yc, y));
  REAL_TRY(&set, real_input_as(&set, native_dtype(y), &gyc, gy));
  REAL_TRY(&set, real_result_as(&set, native_dtype(y), &gxc, gx, y->ndim, y->sizes));
  REAL_KERNEL(&set, y->device, softmax_grad, gxc->dtype, log, e.outer, e.dim, e.inner,
              lti_data(gxc), lti_data(gyc), lti_data(yc));
  return real_finish(&set, LT_OK);
}

lt_status lt_softmax(lt_tensor *y, const lt_tensor *x, int dim) {
  return forward("softmax", 0, y, x, dim);
}
lt_status lt_logsoftmax(lt_tensor *y, const lt_tensor *x, int dim) {
  return forward("logsoftmax", 1, y, x, dim);
}
lt_status lt_softmax_grad(lt_tensor *gx, const lt_tensor *gy, const lt_tensor *y, int dim) {
  return backward("softmax", 0, gx, gy, y, dim);
}
lt_status lt_logsoftmax_grad(lt_tensor *gx, const lt_tensor *gy, const lt_tensor *y, int dim) {
  return backward("logsoftmax", 1, gx, gy, y, dim);
}
