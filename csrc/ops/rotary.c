/* Rotary position encoding: checks and results. */
#include "ops/real.h"

lt_status lt_rotary(lt_tensor *y, const lt_tensor *x, const lt_tensor *table, int dim,
                    int64_t offset, int inverse) {
  LT_CHECK(y && x && table, EARG, "rotary: expected a tensor");
  LT_TRY(lti_check_float("rotary", x));
  LT_TRY(lti_check_same("rotary", 3,
                        (const lti_named[]){{x, "input"}, {y, "output"}, {table, "table"}}));
  LT_CHECK(dim >= 0 && dim < x->ndim - 1, ERANGE,
           "rotary: dimension %d of positions is not one of %s before the last", dim + 1,
           lti_shape(x).str);
  LT_CHECK(table->ndim == 2 && table->sizes[1] % 2 == 0, ESHAPE,
           "rotary: expected a table [positions size] of even size, got %s", lti_shape(table).str);
  int64_t t = x->sizes[dim], size = table->sizes[1], outer = 1, inner = 1;
  for (int d = 0; d < dim; d++) outer *= x->sizes[d];
  for (int d = dim + 1; d < x->ndim; d++) inner *= x->sizes[d];
  LT_CHECK(x->sizes[x->ndim - 1] % size == 0, ESHAPE,
           "rotary: the last dimension of %s is not a multiple of %lld", lti_shape(x).str,
           (long long)size);
  LT_CHECK(offset >= 0 && offset <= table->sizes[0] - t, ERANGE,
           "rotary: positions %lld to %lld are not in the table %s", (long long)offset,
           (long long)(offset + t - 1), lti_shape(table).str);
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *tc;
  lt_tensor *yc;
  REAL_TRY(&set, real_input(&set, &xc, x));
  REAL_TRY(&set, real_input(&set, &tc, table));
  REAL_TRY(&set, real_result(&set, &yc, y, x->ndim, x->sizes));
  REAL_KERNEL(&set, x->device, rotary, yc->dtype, outer, t, inner / size, size, lti_data(yc),
              lti_data(xc), (char *)lti_data(tc) + offset * size * lti_elsize(tc->dtype), inverse);
  return real_finish(&set, LT_OK);
}
