/* The k largest elements along time, in their order: checks and results. */
#include "ops/real.h"
#include "core/peers.h"

lt_status lt_kmaxpool(lt_tensor *y, lt_tensor *indices, const lt_tensor *x, int64_t k) {
  LT_CHECK(y && indices && x && y != indices, EARG, "kmaxpool: expected a tensor");
  LT_TRY(lti_check_float("kmaxpool", x));
  LT_TRY(lti_check_same("kmaxpool", 2, (const lti_named[]){{x, "input"}, {y, "output"}}));
  LT_CHECK(indices->dtype == LT_LONG && lti_home(indices) == lti_home(x), EDTYPE,
           "kmaxpool: indices must be a LongTensor, got %s", lti_shape(indices).str);
  LT_CHECK(x->ndim >= 2, ESHAPE, "kmaxpool: expected at least 2 dimensions, got %s",
           lti_shape(x).str);
  int64_t sizes[LT_MAXDIM], t = x->sizes[x->ndim - 2], c = x->sizes[x->ndim - 1];
  LT_CHECK(k > 0 && k <= t, ESHAPE, "kmaxpool: cannot take %lld elements along dimension %d of %s",
           (long long)k, x->ndim - 1, lti_shape(x).str);
  memcpy(sizes, x->sizes, x->ndim * sizeof sizes[0]);
  sizes[x->ndim - 2] = k;
  real_set set;
  set.n = 0;
  const lt_tensor *xc;
  lt_tensor *yc, *ic;
  REAL_TRY(&set, real_input(&set, &xc, x));
  REAL_TRY(&set, real_result(&set, &yc, y, x->ndim, sizes));
  REAL_TRY(&set, real_result(&set, &ic, indices, x->ndim, sizes));
  REAL_KERNEL(&set, x->device, kmaxpool, yc->dtype, lti_numel(x) / (t * c), t, c, k, lti_data(yc),
              (int64_t *)lti_data(ic), lti_data(xc));
  return real_finish(&set, LT_OK);
}
