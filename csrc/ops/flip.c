/* Reversal along a dimension. */
#include "core/internal.h"

/* Whether a copy from x seen backwards is the faster way: not where the dimension is x's innermost
 * one but not the result's, which copies transpose in blocks if it runs forwards. */
static bool by_view(const lt_tensor *x, int dim) {
  return x->device == LT_CPU && !lti_is_contiguous(x) &&
         (dim == x->ndim - 1 || x->strides[dim] != 1);
}

static lt_status run_view(lt_tensor *r, const lt_tensor *x, int dim) {
  lt_tensor v = *x;
  v.offset += (x->sizes[dim] - 1) * x->strides[dim];
  v.strides[dim] = -x->strides[dim];
  return lti_copy_same_shape(r, &v);
}

static lt_status run(lt_tensor *r, const lt_tensor *x, int dim) {
  int64_t outer = 1, inner = 1;
  for (int d = 0; d < dim; d++) outer *= x->sizes[d];
  for (int d = dim + 1; d < x->ndim; d++) inner *= x->sizes[d];
  LT_KERNEL(x->device, flip, lti_elsize(x->dtype), lti_data(r), lti_data(x), outer, x->sizes[dim],
            inner);
  return LT_OK;
}

lt_status lt_flip(lt_tensor *r, const lt_tensor *x, int dim) {
  LT_CHECK(r && x, EARG, "flip: expected a tensor");
  LT_CHECK(!lt_interrupt, EINTR, "interrupted");
  LT_TRY(lti_check_same("flip", 2, (const lti_named[]){{x, "input"}, {r, "result"}}));
  LT_CHECK(dim >= 0 && dim < x->ndim, ERANGE, "flip: dimension %d is out of range of %s", dim + 1,
           lti_shape(x).str);
  lti_output o;
  lt_tensor copy = {0};
  const lt_tensor *source;
  LT_TRY(lti_result(&o, r, x->ndim, x->sizes, x, NULL));
  lt_status rc;
  if (by_view(x, dim)) {
    rc = run_view(o.out, x, dim);
  } else {
    rc = lti_contiguous(&source, &copy, x);
    if (rc == LT_OK) rc = run(o.out, source, dim);
    lt_tensor_release(&copy);
  }
  return lti_finish_one(&o, rc);
}
