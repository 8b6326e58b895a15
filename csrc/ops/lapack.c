/* Arguments and results of calls into LAPACK; see lapack.h. */
#include "ops/lapack.h"

#include <limits.h>

/* LAPACK counts in 32-bit integers; a workspace may be a few times the largest dimension. */
static const int64_t max_size = INT_MAX / 4;

lt_status lti_lapack_begin(lapack *s, const char *name, int nresults, int have_type, int ntensors,
                           const lt_tensor *const *tensor) {
  s->name = name;
  s->rc = LT_OK;
  s->info = s->nitems = 0;
  s->nresults = nresults;
  s->ntensors = ntensors;
  const lt_tensor *x = tensor[ntensors - 1];
  for (int i = 0; i < ntensors; i++) {
    s->tensor[i] = tensor[i];
    LT_CHECK(tensor[i], EARG, "%s: expected a tensor", name);
    for (int j = 0; j < i && i < nresults; j++)
      LT_CHECK(tensor[i] != tensor[j], EARG, "%s: two results are the same tensor %s", name,
               lti_shape(tensor[i]).str);
  }
  LT_CHECK(!lt_interrupt, EINTR, "interrupted");
  LT_CHECK(x->dtype == LT_FLOAT || x->dtype == LT_DOUBLE, EDTYPE,
           "%s: not available for a %sTensor", name, lt_dtype_name(x->dtype));
  s->dtype = x->dtype;
  s->device = x->device;
  for (int i = ntensors - 2; i >= 0; i--)
    if (i >= nresults || i < have_type)
      LT_TRY(
          lti_check_same(name, 2,
                         (const lti_named[]){
                             {x, "matrix"}, {tensor[i], i < nresults ? "result" : "other input"}}));
  return LT_OK;
}

lt_status lti_lapack_check_matrix(const lapack *s, const lt_tensor *x, bool vector) {
  LT_CHECK(x->ndim == 2 || (vector && x->ndim == 1), ESHAPE, "%s: expected a matrix%s, got %s",
           s->name, vector ? " or a vector" : "", lti_shape(x).str);
  for (int d = 0; d < x->ndim; d++)
    LT_CHECK(x->sizes[d] <= max_size, ESHAPE,
             "%s: %s is too large, LAPACK takes at most %lld rows and columns", s->name,
             lti_shape(x).str, (long long)max_size);
  return LT_OK;
}

lt_status lti_lapack_check_square(const lapack *s, const lt_tensor *x) {
  LT_TRY(lti_lapack_check_matrix(s, x, false));
  LT_CHECK(x->sizes[0] == x->sizes[1], ESHAPE, "%s: expected a square matrix, got %s", s->name,
           lti_shape(x).str);
  return LT_OK;
}

lt_status lti_lapack_check_side(const lapack *s, const lt_tensor *b, const lt_tensor *a) {
  LT_TRY(lti_lapack_check_matrix(s, b, true));
  LT_CHECK(b->sizes[0] == a->sizes[0], ESHAPE,
           "%s: expected a right-hand side of %lld rows for the matrix %s, got %s", s->name,
           (long long)a->sizes[0], lti_shape(a).str, lti_shape(b).str);
  return LT_OK;
}

/* ---- buffers ---- */

lt_tensor *lti_lapack_contiguous(lapack *s, lt_tensor *result, int dtype, int ndim,
                                 const int64_t *sizes) {
  int k = s->nitems++;
  s->item[k].result = result;
  s->item[k].rows = sizes[0];
  s->item[k].keep = false;
  lt_tensor *value = &s->item[k].value;
  memset(value, 0, sizeof *value);
  if (s->rc == LT_OK) s->rc = lti_new(value, dtype, s->device, ndim, sizes);
  return value;
}

lt_tensor *lti_lapack_vector(lapack *s, lt_tensor *result, int64_t n) {
  return lti_lapack_contiguous(s, result, s->dtype, 1, &n);
}

lt_tensor *lti_lapack_matrix(lapack *s, lt_tensor *result, int64_t rows, int64_t cols, int64_t ld) {
  lt_tensor *value = lti_lapack_contiguous(s, result, s->dtype, 2, (int64_t[]){cols, ld});
  s->item[s->nitems - 1].rows = ld;
  value->sizes[0] = rows, value->sizes[1] = cols;
  value->strides[0] = 1, value->strides[1] = ld;
  return value;
}

lt_tensor *lti_lapack_copy(lapack *s, lt_tensor *result, const lt_tensor *x, int64_t ld) {
  lt_tensor matrix = *x; /* borrows the storage */
  if (x->ndim == 1) {
    matrix.ndim = 2;
    matrix.sizes[1] = matrix.strides[1] = 1;
  }
  lt_tensor *value = lti_lapack_matrix(s, result, matrix.sizes[0], matrix.sizes[1], ld);
  if (s->rc == LT_OK) s->rc = lt_copy(value, &matrix);
  return value;
}

/* ---- results ---- */

/* Whether somebody else looks at r's elements: through an input, or as a part of a storage that has
 * more than the `need` elements of the value. */
static bool is_shared(const lapack *s, const lt_tensor *r, int64_t need) {
  for (int i = s->nresults; i < s->ntensors; i++)
    if (s->tensor[i]->mem == r->mem) return true;
  return r->offset != 0 || r->mem->size > need;
}

/* Makes sure that writing item k's value into its result cannot fail. */
static lt_status prepare(lapack *s, int k) {
  lt_tensor *r = s->item[k].result;
  const lt_tensor *value = &s->item[k].value;
  if (!r || !r->mem) return LT_OK;
  int64_t need = lti_numel(value) / value->sizes[0] * s->item[k].rows;
  if (lti_same_size(r, value)) {
    LT_TRY(lti_check_distinct(s->name, r));
    s->item[k].keep = is_shared(s, r, need);
    if (s->item[k].keep) return LT_OK;
  }
  LT_CHECK(!__builtin_add_overflow(need, r->offset, &need), ENOMEM, "%s: offset too large",
           s->name);
  return need > r->mem->size ? lt_storage_resize(r->mem, need) : LT_OK;
}

/* Item k's value into its result, which takes over the memory where it has none of its own. */
static lt_status commit(lapack *s, int k) {
  lt_tensor *r = s->item[k].result, value = s->item[k].value;
  if (!r) return LT_OK;
  if (s->item[k].keep) return lt_copy(r, &value);
  if (!r->mem) {
    r->version++;
    r->mem = value.mem;
    r->device = value.device;
    s->item[k].value.mem = NULL;
    return lt_resize(r, value.ndim, value.sizes, value.strides);
  }
  int64_t rows = value.sizes[0];
  value.sizes[0] = s->item[k].rows;
  LT_TRY(lt_resize(r, value.ndim, value.sizes, value.strides));
  LT_TRY(lt_copy(r, &value));
  value.sizes[0] = rows;
  return lt_resize(r, value.ndim, value.sizes, value.strides);
}

lt_status lti_lapack_finish(lapack *s) {
  for (int k = 0; k < s->nitems && s->rc == LT_OK; k++) s->rc = prepare(s, k);
  for (int k = 0; k < s->nitems && s->rc == LT_OK; k++) s->rc = commit(s, k);
  for (int k = 0; k < s->nitems; k++) lt_tensor_release(&s->item[k].value);
  return s->rc;
}
