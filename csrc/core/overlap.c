/* Which tensors may share elements: conservative answers from offsets and strides. */
#include "core/internal.h"

static void range_of(const lt_tensor *t, int64_t *first, int64_t *last) {
  *first = *last = t->offset;
  for (int d = 0; d < t->ndim; d++) *last += (t->sizes[d] - 1) * t->strides[d];
}

bool lti_overlaps(const lt_tensor *x, const lt_tensor *y) {
  if (!x->mem || !y->mem || x->ndim == 0 || y->ndim == 0) return false;
  if (x->mem != y->mem) {
    /* borrowed and viewed memory may coincide without being one storage */
    const char *a = x->mem->data, *b = y->mem->data;
    return a < b + y->mem->capacity && b < a + x->mem->capacity;
  }
  if (lt_is_set_to(x, y)) return false;
  int64_t x0, x1, y0, y1;
  range_of(x, &x0, &x1);
  range_of(y, &y0, &y1);
  return x0 <= y1 && y0 <= x1;
}

bool lti_self_overlaps(const lt_tensor *t) {
  /* Sorted by stride, each dimension must step past all that the smaller ones reach. */
  int64_t stride[LT_MAXDIM], size[LT_MAXDIM];
  int n = 0;
  for (int d = 0; d < t->ndim; d++) {
    if (t->sizes[d] == 1) continue;
    int k = n++;
    for (; k > 0 && stride[k - 1] > t->strides[d]; k--) {
      stride[k] = stride[k - 1];
      size[k] = size[k - 1];
    }
    stride[k] = t->strides[d];
    size[k] = t->sizes[d];
  }
  int64_t reach = 0;
  for (int d = 0; d < n; d++) {
    if (stride[d] <= reach) return true;
    reach += (size[d] - 1) * stride[d];
  }
  return false;
}

lt_status lti_check_distinct(const char *op, const lt_tensor *r) {
  LT_CHECK(!lti_self_overlaps(r), EARG, "%s%selements of the result %s share memory", op ? op : "",
           op ? ": " : "", lti_shape(r).str);
  return LT_OK;
}
