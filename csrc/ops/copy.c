/* Filling, copying with conversion, and single elements. */
#include <math.h>

#include "core/half.h"
#include "core/internal.h"

lt_status lt_fill(lt_tensor *r, double v) {
  LT_CHECK(r, EARG, "fill: expected a tensor");
  LT_CHECK(!lt_interrupt, EINTR, "interrupted");
  if (r->ndim == 0) return LT_OK;
  lt_iter it;
  const lt_tensor *operands[] = {r};
  lti_iter_init(&it, 1, operands);
  LT_KERNEL(r->device, fill, &it, r->dtype, lti_scalar(r->dtype, v));
  r->version++;
  return LT_OK;
}

static lt_status copy_across(lt_tensor *r, const lt_tensor *x);

lt_status lti_copy_same_shape(lt_tensor *r, const lt_tensor *x) {
  if (r->ndim == 0) return LT_OK;
  if (r->device != x->device) return copy_across(r, x);
  lt_iter it;
  const lt_tensor *operands[] = {r, x};
  lti_iter_init(&it, 2, operands);
  LT_KERNEL(r->device, copy, &it, r->dtype, x->dtype);
  r->version++;
  return LT_OK;
}

/* Copies between devices, of tensors of one shape: converted and made contiguous where x is, moved,
 * then put in r's order. */
static lt_status copy_across(lt_tensor *r, const lt_tensor *x) {
  lt_tensor packed = {0}, moved = {0};
  const lt_tensor *from = x;
  lt_tensor *to = r;
  lt_status rc = LT_OK;
  if (x->dtype != r->dtype || !lti_is_contiguous(x)) {
    rc = lti_new(&packed, r->dtype, x->device, x->ndim, x->sizes);
    if (rc == LT_OK) rc = lti_copy_same_shape(&packed, x);
    from = &packed;
  }
  if (rc == LT_OK && !lti_is_contiguous(r)) {
    rc = lti_new(&moved, r->dtype, r->device, r->ndim, r->sizes);
    to = &moved;
  }
  if (rc == LT_OK)
    rc = lti_transfer(to->device, lti_data(to), from->device, lti_data(from),
                      (size_t)(lti_numel(from) * lti_elsize(r->dtype)));
  if (rc == LT_OK && to != r)
    rc = lti_copy_same_shape(r, to);
  else if (rc == LT_OK)
    r->version++;
  lt_tensor_release(&packed);
  lt_tensor_release(&moved);
  return rc;
}

/* x read as a tensor of r's shape: `v` becomes that view, with a copy in `tmp` where one is needed.
 */
static lt_status fit(lt_tensor *v, lt_tensor *tmp, const lt_tensor *r, const lt_tensor *x) {
  if (lti_same_size(x, r)) return lt_set(v, x);
  if (lti_numel(x) == lti_numel(r)) {
    const lt_tensor *c;
    LT_TRY(lti_contiguous(&c, tmp, x));
    return lt_view(v, c, r->ndim, r->sizes);
  }
  LT_CHECK(x->ndim > 0 && x->ndim <= r->ndim, ESHAPE, "copy: sizes do not match: %s and %s",
           lti_shape(r).str, lti_shape(x).str);
  int64_t ones[LT_MAXDIM];
  int shift = r->ndim - x->ndim;
  for (int d = 0; d < r->ndim; d++) {
    ones[d] = d < shift ? 1 : x->sizes[d - shift];
    LT_CHECK(ones[d] == r->sizes[d] || ones[d] == 1, ESHAPE, "copy: sizes do not match: %s and %s",
             lti_shape(r).str, lti_shape(x).str);
  }
  const lt_tensor *c;
  LT_TRY(lti_contiguous(&c, tmp, x));
  LT_TRY(lt_view(v, c, r->ndim, ones));
  return lt_expand(v, v, r->ndim, r->sizes);
}

lt_status lt_copy(lt_tensor *r, const lt_tensor *x) {
  LT_CHECK(r && x, EARG, "copy: expected a tensor");
  LT_CHECK(!lt_interrupt, EINTR, "interrupted");
  if (r == x || (r->ndim == 0 && x->ndim == 0) || (r->dtype == x->dtype && lt_is_set_to(r, x)))
    return LT_OK;
  LT_TRY(lti_check_distinct("copy", r));
  bool overlaps = lti_overlaps(r, x);
  if (!overlaps && lti_same_size(r, x)) return lti_copy_same_shape(r, x);
  lt_tensor v = {.dtype = x->dtype, .device = x->device}, tmp = {0}, separate = {0};
  lt_status rc = LT_OK;
  if (overlaps) {
    rc = lti_new(&separate, x->dtype, x->device, x->ndim, x->sizes);
    if (rc == LT_OK) rc = lti_copy_same_shape(&separate, x);
    x = &separate;
  }
  if (rc == LT_OK) rc = fit(&v, &tmp, r, x);
  if (rc == LT_OK) rc = lti_copy_same_shape(r, &v);
  lt_tensor_release(&v);
  lt_tensor_release(&tmp);
  lt_tensor_release(&separate);
  return rc;
}

lt_status lt_clone(lt_tensor *r, const lt_tensor *x) {
  LT_CHECK(r && x && r != x, EARG, "clone: expected a tensor");
  lt_tensor fresh;
  LT_TRY(lti_new(&fresh, x->dtype, x->device, x->ndim, x->sizes));
  lt_status rc = lti_copy_same_shape(&fresh, x);
  if (rc == LT_OK) rc = lt_set(r, &fresh);
  lt_tensor_release(&fresh);
  return rc;
}

static lt_status check_offset(const char *op, const lt_tensor *x, int64_t offset) {
  LT_CHECK(x && x->mem && offset >= 0 && offset < x->mem->capacity / lti_elsize(x->dtype), ERANGE,
           "%s: no element at offset %lld", op, (long long)offset);
  return LT_OK;
}

lt_status lt_get(double *out, const lt_tensor *x, int64_t offset) {
  LT_TRY(check_offset("get", x, offset));
  int64_t elsize = lti_elsize(x->dtype), element;
  const void *data = (const char *)x->mem->data + offset * elsize;
  if (x->device != LT_CPU) {
    LT_TRY(lti_transfer(LT_CPU, &element, x->device, data, (size_t)elsize));
    data = &element;
  }
  switch (x->dtype) {
  case LT_HALF: *out = lti_half_to_float(*(const uint16_t *)data); break;
  case LT_BFLOAT16: *out = lti_bfloat16_to_float(*(const uint16_t *)data); break;
#define NATIVE(NAME, type) \
  case LT_##NAME: *out = (double)*(const type *)data; break;
    NATIVE(BYTE, uint8_t)
    NATIVE(CHAR, int8_t)
    NATIVE(SHORT, int16_t)
    NATIVE(INT, int32_t)
    NATIVE(LONG, int64_t)
    NATIVE(FLOAT, float)
    NATIVE(DOUBLE, double)
#undef NATIVE
  }
  *out = lti_number(*out);
  return LT_OK;
}

lt_status lt_put(lt_tensor *x, int64_t offset, double v) {
  LT_TRY(check_offset("put", x, offset));
  lt_tensor one = *x;
  one.offset = offset;
  one.ndim = 1;
  one.sizes[0] = one.strides[0] = 1;
  LT_TRY(lt_fill(&one, v));
  x->version++;
  return LT_OK;
}

/* The whole of s as a 1-D tensor that borrows the storage. */
static lt_tensor as_tensor(const lt_storage *s) {
  lt_tensor t = {.mem = (lt_storage *)s, .dtype = s->dtype, .device = s->device};
  t.ndim = s->size > 0;
  t.sizes[0] = s->size;
  t.strides[0] = 1;
  return t;
}

lt_status lt_storage_fill(lt_storage *s, double v) {
  LT_CHECK(s, EARG, "fill: expected a storage");
  lt_tensor t = as_tensor(s);
  return lt_fill(&t, v);
}

lt_status lt_storage_get(double *out, const lt_storage *s, int64_t index) {
  LT_CHECK(s && index >= 0 && index < s->size, ERANGE, "get: no element %lld in the storage",
           (long long)index + 1);
  lt_tensor t = as_tensor(s);
  return lt_get(out, &t, index);
}

lt_status lt_storage_put(lt_storage *s, int64_t index, double v) {
  LT_CHECK(s && index >= 0 && index < s->size, ERANGE, "put: no element %lld in the storage",
           (long long)index + 1);
  lt_tensor t = as_tensor(s);
  return lt_put(&t, index, v);
}

lt_status lt_storage_copy(lt_storage *dst, const lt_storage *src) {
  LT_CHECK(dst && src, EARG, "copy: expected a storage");
  LT_CHECK(dst->size == src->size, ESHAPE, "copy: storages of %lld and %lld elements",
           (long long)dst->size, (long long)src->size);
  lt_tensor r = as_tensor(dst), x = as_tensor(src);
  return lt_copy(&r, &x);
}
