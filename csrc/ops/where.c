/* Choice between two tensors by a mask. */
#include "core/peers.h"
#include "ops/operand.h"

/* Makes the common shape of n tensors that broadcast. */
static lt_status common_shape(int *ndim, int64_t *sizes, int n, const lt_tensor *const *t) {
  *ndim = 0;
  for (int k = 0; k < n; k++) *ndim = LT_MAX(*ndim, t[k]->ndim);
  for (int d = 1; d <= *ndim; d++) {
    int64_t size = 1;
    for (int k = 0; k < n; k++) {
      int64_t own = d <= t[k]->ndim ? t[k]->sizes[t[k]->ndim - d] : 1;
      LT_CHECK(own == 1 || size == 1 || own == size, ESHAPE,
               "where: sizes do not match: mask %s, %s and %s", lti_shape(t[0]).str,
               lti_shape(t[1]).str, lti_shape(t[2]).str);
      if (own != 1) size = own;
    }
    sizes[*ndim - d] = size;
  }
  return LT_OK;
}

/* x with stride 0 along the dimensions it lacks or has of size 1; borrows x's storage. */
static lt_tensor expanded(const lt_tensor *x, int ndim, const int64_t *sizes) {
  lt_tensor v = *x;
  int shift = ndim - x->ndim;
  for (int d = 0; d < ndim; d++) {
    v.sizes[d] = sizes[d];
    v.strides[d] = d < shift || x->sizes[d - shift] == 1 ? 0 : x->strides[d - shift];
  }
  v.ndim = (uint8_t)ndim;
  return v;
}

static lt_status run(const lt_tensor *out, const lt_tensor *const *t) {
  lt_tensor view[3];
  const lt_tensor *operands[4] = {out, &view[0], &view[1], &view[2]};
  for (int k = 0; k < 3; k++) view[k] = expanded(t[k], out->ndim, out->sizes);
  lt_iter it;
  lti_iter_init(&it, 4, operands);
  LT_KERNEL(out->device, where, lti_elsize(out->dtype), &it);
  return LT_OK;
}

static lt_status choose(lt_tensor *r, const lt_tensor *mask, const lt_tensor *a,
                        const lt_tensor *b) {
  LT_TRY(lti_check_same("where", 3,
                        (const lti_named[]){{a, "second argument"}, {b, "third"}, {r, "result"}}));
  LT_CHECK(lti_reaches(mask->device, a->device) && lti_reaches(mask->device, r->device), EDEVICE,
           "where: the tensors are a %s on device %d, the mask a %s on device %d", lti_class(a).str,
           a->device, lti_class(mask).str, mask->device);
  const lt_tensor *t[3] = {mask, a, b};
  for (int k = 0; k < 3; k++)
    LT_CHECK(t[k]->ndim > 0, ESHAPE, "where: the tensors are %s, %s and %s; none may be empty",
             lti_shape(mask).str, lti_shape(a).str, lti_shape(b).str);
  int ndim;
  int64_t sizes[LT_MAXDIM];
  LT_TRY(common_shape(&ndim, sizes, 3, t));
  const lt_tensor *shared = NULL;
  for (int k = 0; k < 3; k++)
    if (t[k]->mem == r->mem) shared = t[k];
  lti_output o;
  lt_status rc = lti_result(&o, r, ndim, sizes, shared, NULL);
  if (rc == LT_OK) rc = run(o.out, t);
  return lti_finish_one(&o, rc);
}

lt_status lt_where(lt_tensor *r, const lt_tensor *mask, const lt_tensor *a, const lt_tensor *b) {
  LT_CHECK(r && mask && a && b, EARG, "where: expected a tensor");
  LT_CHECK(!lt_interrupt, EINTR, "interrupted");
  LT_CHECK(mask->dtype == LT_BYTE || mask->device != LT_CPU, EDTYPE,
           "where: expected a ByteTensor as mask, got a %sTensor", lt_dtype_name(mask->dtype));
  if (mask->dtype == LT_BYTE || mask->ndim == 0) return choose(r, mask, a, b);
  lt_tensor tmp = {0};
  const lt_tensor *bytes;
  lt_status rc = lti_mask(&bytes, &tmp, mask, mask->device);
  if (rc == LT_OK) rc = choose(r, bytes, a, b);
  lt_tensor_release(&tmp);
  return rc;
}
