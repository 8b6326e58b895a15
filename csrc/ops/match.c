/* Squared distances of the rows of two matrices. */
#include "ops/real.h"

lt_status lt_match(lt_tensor *r, const lt_tensor *x, const lt_tensor *y, double v) {
  LT_CHECK(r && x && y, EARG, "match: expected a tensor");
  LT_TRY(lti_check_same(
      "match", 3, (const lti_named[]){{x, "first tensor"}, {y, "second tensor"}, {r, "result"}}));
  LT_CHECK(x->ndim == 2 && y->ndim == 2 && x->sizes[1] == y->sizes[1], ESHAPE,
           "match: expected two matrices with rows of equal length, got %s and %s",
           lti_shape(x).str, lti_shape(y).str);
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *yc;
  lt_tensor *rc;
  REAL_TRY(&set, real_input(&set, &xc, x));
  REAL_TRY(&set, real_input(&set, &yc, y));
  REAL_TRY(&set, real_result(&set, &rc, r, 2, (const int64_t[]){x->sizes[0], y->sizes[0]}));
  REAL_KERNEL(&set, x->device, match, rc->dtype, lti_data(rc), lti_data(xc), lti_data(yc),
              x->sizes[0], y->sizes[0], x->sizes[1], lti_scalar(rc->dtype, v));
  return real_finish(&set, LT_OK);
}
