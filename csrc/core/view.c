/* Views: other sizes, strides and offsets over the same storage. r may be x itself. */
#include "core/internal.h"

/* Makes r the view v, which borrows its storage from an operand. */
static lt_status assign(const char *op, lt_tensor *r, const lt_tensor *v) {
  LT_CHECK(r->dtype == v->dtype && (r->device == LT_CPU) == (v->device == LT_CPU), EDTYPE,
           "%s: a %s cannot view a %s", op, lti_class(r).str, lti_class(v).str);
  if (r->mem != v->mem) {
    lt_storage_retain(v->mem);
    lt_storage_release(r->mem);
  }
  uint32_t version = r->version;
  *r = *v;
  r->version = version;
  return LT_OK;
}

static lt_status check_dim(const char *op, const lt_tensor *x, int dim) {
  LT_CHECK(x->ndim > 0, ESHAPE, "%s: the tensor is empty", op);
  LT_CHECK(dim >= 0 && dim < x->ndim, ERANGE, "%s: dimension %d out of range 1 to %d of %s", op,
           dim + 1, x->ndim, lti_shape(x).str);
  return LT_OK;
}

static void remove_dim(lt_tensor *v, int dim) {
  for (int d = dim; d < v->ndim - 1; d++) {
    v->sizes[d] = v->sizes[d + 1];
    v->strides[d] = v->strides[d + 1];
  }
  v->ndim--;
}

lt_status lt_set(lt_tensor *r, const lt_tensor *x) {
  LT_CHECK(r && x, EARG, "set: no tensor");
  lt_tensor v = *x;
  return assign("set", r, &v);
}

lt_status lt_narrow(lt_tensor *r, const lt_tensor *x, int dim, int64_t first, int64_t size) {
  LT_CHECK(r && x, EARG, "narrow: no tensor");
  LT_TRY(check_dim("narrow", x, dim));
  LT_CHECK(first >= 0 && first < x->sizes[dim], ERANGE,
           "narrow: first index %lld out of range 1 to %lld in dimension %d of %s",
           (long long)first + 1, (long long)x->sizes[dim], dim + 1, lti_shape(x).str);
  LT_CHECK(size > 0 && size <= x->sizes[dim] - first, ERANGE,
           "narrow: size %lld from index %lld exceeds dimension %d of %s", (long long)size,
           (long long)first + 1, dim + 1, lti_shape(x).str);
  lt_tensor v = *x;
  v.offset += first * v.strides[dim];
  v.sizes[dim] = size;
  return assign("narrow", r, &v);
}

lt_status lt_select(lt_tensor *r, const lt_tensor *x, int dim, int64_t index) {
  LT_CHECK(r && x, EARG, "select: no tensor");
  LT_TRY(check_dim("select", x, dim));
  LT_CHECK(x->ndim > 1, ESHAPE, "select: cannot select from a vector");
  LT_CHECK(index >= 0 && index < x->sizes[dim], ERANGE,
           "select: index %lld out of range 1 to %lld in dimension %d of %s", (long long)index + 1,
           (long long)x->sizes[dim], dim + 1, lti_shape(x).str);
  lt_tensor v = *x;
  v.offset += index * v.strides[dim];
  remove_dim(&v, dim);
  return assign("select", r, &v);
}

lt_status lt_transpose(lt_tensor *r, const lt_tensor *x, int dim1, int dim2) {
  LT_CHECK(r && x, EARG, "transpose: no tensor");
  LT_TRY(check_dim("transpose", x, dim1));
  LT_TRY(check_dim("transpose", x, dim2));
  lt_tensor v = *x;
  v.sizes[dim1] = x->sizes[dim2];
  v.strides[dim1] = x->strides[dim2];
  v.sizes[dim2] = x->sizes[dim1];
  v.strides[dim2] = x->strides[dim1];
  return assign("transpose", r, &v);
}

lt_status lt_permute(lt_tensor *r, const lt_tensor *x, int ndim, const int64_t *dims) {
  LT_CHECK(r && x && dims, EARG, "permute: no tensor or no dimensions");
  LT_CHECK(ndim == x->ndim, ESHAPE, "permute: %d dimensions given for %s", ndim, lti_shape(x).str);
  lt_tensor v = *x;
  uint32_t seen = 0;
  for (int d = 0; d < ndim; d++) {
    LT_CHECK(dims[d] >= 0 && dims[d] < ndim, ERANGE, "permute: dimension %lld out of range 1 to %d",
             (long long)dims[d] + 1, ndim);
    LT_CHECK(!(seen >> dims[d] & 1), EARG, "permute: dimension %lld is given twice",
             (long long)dims[d] + 1);
    seen |= 1u << dims[d];
    v.sizes[d] = x->sizes[dims[d]];
    v.strides[d] = x->strides[dims[d]];
  }
  return assign("permute", r, &v);
}

lt_status lt_unfold(lt_tensor *r, const lt_tensor *x, int dim, int64_t size, int64_t step) {
  LT_CHECK(r && x, EARG, "unfold: no tensor");
  LT_TRY(check_dim("unfold", x, dim));
  LT_CHECK(x->ndim < LT_MAXDIM, ESHAPE, "unfold: at most %d dimensions", LT_MAXDIM);
  LT_CHECK(size > 0 && size <= x->sizes[dim], ERANGE,
           "unfold: size %lld out of range 1 to %lld in dimension %d of %s", (long long)size,
           (long long)x->sizes[dim], dim + 1, lti_shape(x).str);
  LT_CHECK(step > 0, EARG, "unfold: step must be positive, got %lld", (long long)step);
  lt_tensor v = *x;
  v.sizes[v.ndim] = size;
  v.strides[v.ndim] = x->strides[dim];
  v.ndim++;
  v.sizes[dim] = (x->sizes[dim] - size) / step + 1;
  LT_CHECK(v.sizes[dim] == 1 || lti_mul(&v.strides[dim], x->strides[dim], step), ERANGE,
           "unfold: step %lld is too large", (long long)step);
  int64_t n = 1;
  for (int d = 0; d < v.ndim; d++)
    LT_CHECK(lti_mul(&n, n, v.sizes[d]) && n < INT64_MAX / 16, ENOMEM,
             "unfold: %s elements are too many", lti_sizes(v.ndim, v.sizes).str);
  return assign("unfold", r, &v);
}

lt_status lt_squeeze(lt_tensor *r, const lt_tensor *x, int dim) {
  LT_CHECK(r && x, EARG, "squeeze: no tensor");
  lt_tensor v = *x;
  if (dim >= 0) {
    LT_TRY(check_dim("squeeze", x, dim));
    if (x->sizes[dim] == 1 && x->ndim > 1) remove_dim(&v, dim);
    return assign("squeeze", r, &v);
  }
  int n = 0;
  for (int d = 0; d < x->ndim; d++) {
    if (x->sizes[d] == 1) continue;
    v.sizes[n] = x->sizes[d];
    v.strides[n++] = x->strides[d];
  }
  if (n == 0 && x->ndim > 0) {
    v.sizes[0] = v.strides[0] = 1;
    n = 1;
  }
  v.ndim = (uint8_t)n;
  return assign("squeeze", r, &v);
}

lt_status lt_expand(lt_tensor *r, const lt_tensor *x, int ndim, const int64_t *sizes) {
  LT_CHECK(r && x && sizes, EARG, "expand: no tensor or no sizes");
  LT_CHECK(x->ndim > 0, ESHAPE, "expand: the tensor is empty");
  LT_CHECK(ndim == x->ndim, ESHAPE, "expand: the number of dimensions of %s and of %s differ",
           lti_shape(x).str, lti_sizes(LT_MIN(ndim, LT_MAXDIM), sizes).str);
  lt_tensor v = *x;
  for (int d = 0; d < ndim; d++) {
    if (sizes[d] == x->sizes[d]) continue;
    LT_CHECK(x->sizes[d] == 1 && sizes[d] > 0, ESHAPE,
             "expand: dimension %d of %s cannot become %lld: only size 1 expands", d + 1,
             lti_shape(x).str, (long long)sizes[d]);
    v.sizes[d] = sizes[d];
    v.strides[d] = 0;
  }
  int64_t n = 1;
  for (int d = 0; d < ndim; d++)
    LT_CHECK(lti_mul(&n, n, v.sizes[d]) && n < INT64_MAX / 16, ENOMEM,
             "expand: %s elements are too many", lti_sizes(ndim, sizes).str);
  return assign("expand", r, &v);
}

lt_status lt_view(lt_tensor *r, const lt_tensor *x, int ndim, const int64_t *sizes) {
  LT_CHECK(r && x && sizes, EARG, "view: no tensor or no sizes");
  LT_CHECK(ndim >= 1 && ndim <= LT_MAXDIM, ESHAPE, "view: expected 1 to %d sizes, got %d",
           LT_MAXDIM, ndim);
  LT_CHECK(lti_is_contiguous(x), ESHAPE, "view: %s is not contiguous", lti_shape(x).str);
  int64_t numel = lti_numel(x), known = 1;
  int unknown = -1;
  for (int d = 0; d < ndim; d++) {
    if (sizes[d] == -1) {
      LT_CHECK(unknown < 0, EARG, "view: only one size may be -1");
      unknown = d;
      continue;
    }
    LT_CHECK(sizes[d] > 0 && lti_mul(&known, known, sizes[d]), ESHAPE, "view: bad size %lld in %s",
             (long long)sizes[d], lti_sizes(ndim, sizes).str);
  }
  LT_CHECK(unknown < 0 ? known == numel : numel % known == 0 && numel > 0, ESHAPE,
           "view: sizes %s do not fit the %lld elements of %s", lti_sizes(ndim, sizes).str,
           (long long)numel, lti_shape(x).str);
  lt_tensor v = *x;
  v.ndim = (uint8_t)ndim;
  int64_t stride = 1;
  for (int d = ndim - 1; d >= 0; d--) {
    v.sizes[d] = d == unknown ? numel / known : sizes[d];
    v.strides[d] = stride;
    stride *= v.sizes[d];
  }
  return assign("view", r, &v);
}
