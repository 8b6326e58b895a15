/* Indexing along a dimension: checks, contiguous operands, results. Every index is checked before
 * anything is written. */
#include "ops/operand.h"
#include "core/peers.h"

/* What one call works on, seen as [outer, limit, inner] with n indices. */
typedef struct indexing {
  const char *name;
  const lt_tensor *x, *index;
  int64_t outer, limit, inner, n, step, slice; /* the last two: of x, where lines are contiguous */
  lt_tensor x_tmp, index_tmp;
  lti_output o;
} indexing;

static lt_status check_indices(indexing *c) {
  int64_t bad, value = 0;
  LT_KERNEL(c->index->device, index_check, &bad, &value, (const int64_t *)lti_data(c->index),
            lti_numel(c->index), c->limit);
  LT_CHECK(bad < 0, ERANGE, "%s: index %lld at position %lld is out of range 1..%lld", c->name,
           (long long)value, (long long)bad + 1, (long long)c->limit);
  return LT_OK;
}

/* Whether t takes index: a LongTensor of its device. As in cutorch, tensors on a GPU take
 * LongTensors in CPU memory too, and positions of any type that lie beside them. */
static bool takes(const lt_tensor *t, const lt_tensor *index) {
  return lti_stands_for(index, LT_LONG, t) ||
         (t->device != LT_CPU && lti_home(index) == lti_home(t));
}

/* Checks dim and index against t, the tensor that is indexed, and makes index contiguous. */
static lt_status take_index(indexing *c, const char *name, const lt_tensor *t, int dim,
                            const lt_tensor *index) {
  c->name = name;
  LT_CHECK(t && index, EARG, "%s: expected a tensor", name);
  LT_CHECK(!lt_interrupt, EINTR, "interrupted");
  LT_CHECK(takes(t, index), EDTYPE,
           "%s: expected a LongTensor of the same device as index, got a %s", name,
           lti_class(index).str);
  LT_CHECK(dim >= 0 && dim < t->ndim, ERANGE,
           "%s: dimension %d is out of range of the %dD tensor %s", name, dim + 1, t->ndim,
           lti_shape(t).str);
  LT_CHECK(index->ndim > 0, ESHAPE, "%s: the index is empty", name);
  c->outer = c->inner = 1;
  c->limit = t->sizes[dim];
  for (int d = 0; d < dim; d++) c->outer *= t->sizes[d];
  for (int d = dim + 1; d < t->ndim; d++) c->inner *= t->sizes[d];
  LT_TRY(lti_operand(&c->index, &c->index_tmp, index, LT_LONG, t->device));
  return check_indices(c);
}

/* Opens r itself for the changes, or a contiguous copy. */
static lt_status open_result(indexing *c, lt_tensor *r, const lt_tensor *index) {
  if (!lti_is_contiguous(r) || lti_overlaps(r, index)) return lti_result_copy(&c->o, r, r->dtype);
  lti_open(&c->o, r);
  return LT_OK;
}

/* Whether x[o, k, j] of [outer, x's size along dim, inner] is at o step + k slice + j. */
static bool has_lines(indexing *c, const lt_tensor *x, int dim) {
  c->slice = c->inner;
  c->step = x->sizes[dim] * c->inner;
  if (lti_is_contiguous(x)) return true;
  int64_t inner = 1, outer = 1;
  for (int d = x->ndim - 1; d > dim; d--) {
    if (x->sizes[d] != 1 && x->strides[d] != inner) return false;
    inner *= x->sizes[d];
  }
  int64_t slice = x->strides[dim], step = 0;
  if (inner != c->inner || (inner == 1 && slice != 1)) return false;
  for (int d = dim - 1; d >= 0; d--) {
    if (x->sizes[d] == 1) continue;
    if (outer == 1) step = x->strides[d];
    if (x->strides[d] != outer * step) return false;
    outer *= x->sizes[d];
  }
  c->slice = slice;
  c->step = step;
  return true;
}

/* c->x = a contiguous copy of x. */
static lt_status copy_source(indexing *c, const lt_tensor *x) {
  LT_TRY(lti_new(&c->x_tmp, x->dtype, x->device, x->ndim, x->sizes));
  c->x = &c->x_tmp;
  return lt_copy(&c->x_tmp, x);
}

/* Makes c->x a tensor that has_lines and shares nothing with r, unless r is NULL. */
static lt_status take_lines(indexing *c, const lt_tensor *x, int dim, const lt_tensor *r) {
  c->x = x;
  if (has_lines(c, x, dim) && !(r && (x->mem == r->mem || lti_overlaps(x, r)))) return LT_OK;
  LT_TRY(copy_source(c, x));
  has_lines(c, c->x, dim);
  return LT_OK;
}

/* A call on result r, to be closed by finish. */
static void start(indexing *c, lt_tensor *r) {
  memset(c, 0, offsetof(indexing, o));
  lti_open(&c->o, r);
}

static lt_status finish(indexing *c, lt_status rc) {
  rc = lti_finish_one(&c->o, rc);
  lt_tensor_release(&c->x_tmp);
  lt_tensor_release(&c->index_tmp);
  return rc;
}

static lt_status check_vector(indexing *c) {
  LT_CHECK(c->index->ndim == 1, ESHAPE, "%s: expected a vector as index, got %s", c->name,
           lti_shape(c->index).str);
  c->n = c->index->sizes[0];
  return LT_OK;
}

/* ---- whole slices ---- */

static lt_status run_index(indexing *c, lt_tensor *r, const lt_tensor *x, int dim,
                           const lt_tensor *index) {
  LT_TRY(take_index(c, "index", x, dim, index));
  LT_TRY(check_vector(c));
  int64_t sizes[LT_MAXDIM];
  memcpy(sizes, x->sizes, sizeof sizes);
  sizes[dim] = c->n;
  LT_TRY(take_lines(c, x, dim, NULL));
  LT_TRY(lti_result(&c->o, r, x->ndim, sizes, x, index));
  LT_KERNEL(x->device, index_select, lti_elsize(x->dtype), lti_data(c->o.out), lti_data(c->x),
            c->step, c->slice, (const int64_t *)lti_data(c->index), c->outer, c->n, c->limit,
            c->inner);
  return LT_OK;
}

lt_status lt_index(lt_tensor *r, const lt_tensor *x, int dim, const lt_tensor *index) {
  indexing c;
  LT_CHECK(r && x, EARG, "index: expected a tensor");
  LT_TRY(lti_check_same("index", 2, (const lti_named[]){{x, "input"}, {r, "result"}}));
  start(&c, r);
  return finish(&c, run_index(&c, r, x, dim, index));
}

/* Checks of indexCopy and indexAdd: slices of x go to slices of r. */
static lt_status take_slices(indexing *c, const char *name, lt_tensor *r, int dim,
                             const lt_tensor *index, const lt_tensor *x) {
  LT_TRY(take_index(c, name, r, dim, index));
  LT_TRY(check_vector(c));
  LT_CHECK(dim < x->ndim && x->sizes[dim] == c->n, ESHAPE,
           "%s: %lld indices for the source %s along dimension %d", name, (long long)c->n,
           lti_shape(x).str, dim + 1);
  LT_CHECK(lti_numel(x) == c->outer * c->n * c->inner, ESHAPE,
           "%s: slices of %s do not match those of %s", name, lti_shape(x).str, lti_shape(r).str);
  LT_TRY(take_lines(c, x, dim, r));
  return open_result(c, r, index);
}

static lt_status run_copy(indexing *c, lt_tensor *r, int dim, const lt_tensor *index,
                          const lt_tensor *x) {
  LT_TRY(take_slices(c, "indexCopy", r, dim, index, x));
  LT_KERNEL(r->device, index_copy, lti_elsize(r->dtype), lti_data(c->o.out), lti_data(c->x),
            c->step, c->slice, (const int64_t *)lti_data(c->index), c->outer, c->n, c->limit,
            c->inner);
  return LT_OK;
}

lt_status lt_index_copy(lt_tensor *r, int dim, const lt_tensor *index, const lt_tensor *x) {
  indexing c;
  LT_CHECK(r && x, EARG, "indexCopy: expected a tensor");
  LT_TRY(lti_check_same("indexCopy", 2, (const lti_named[]){{r, "tensor"}, {x, "source"}}));
  start(&c, r);
  return finish(&c, run_copy(&c, r, dim, index, x));
}

static lt_status run_add(indexing *c, lt_tensor *r, int dim, const lt_tensor *index,
                         const lt_tensor *x) {
  LT_TRY(take_slices(c, "indexAdd", r, dim, index, x));
  LT_KERNEL(r->device, index_add, r->dtype, lti_data(c->o.out), lti_data(c->x), c->step, c->slice,
            (const int64_t *)lti_data(c->index), c->outer, c->n, c->limit, c->inner);
  return LT_OK;
}

lt_status lt_index_add(lt_tensor *r, int dim, const lt_tensor *index, const lt_tensor *x) {
  indexing c;
  LT_CHECK(r && x, EARG, "indexAdd: expected a tensor");
  LT_TRY(lti_check_same("indexAdd", 2, (const lti_named[]){{r, "tensor"}, {x, "source"}}));
  start(&c, r);
  return finish(&c, run_add(&c, r, dim, index, x));
}

static lt_status run_fill(indexing *c, lt_tensor *r, int dim, const lt_tensor *index, double v) {
  LT_TRY(take_index(c, "indexFill", r, dim, index));
  LT_TRY(check_vector(c));
  LT_TRY(open_result(c, r, index));
  LT_KERNEL(r->device, index_fill, r->dtype, lti_data(c->o.out),
            (const int64_t *)lti_data(c->index), c->outer, c->n, c->limit, c->inner,
            lti_scalar(r->dtype, v));
  return LT_OK;
}

lt_status lt_index_fill(lt_tensor *r, int dim, const lt_tensor *index, double v) {
  indexing c;
  LT_CHECK(r, EARG, "indexFill: expected a tensor");
  start(&c, r);
  return finish(&c, run_fill(&c, r, dim, index, v));
}

/* ---- single elements ---- */

/* Index of gather and scatter: the sizes of t but for dim. */
static lt_status take_elements(indexing *c, const char *name, const lt_tensor *t, int dim,
                               const lt_tensor *index) {
  LT_TRY(take_index(c, name, t, dim, index));
  bool same = index->ndim == t->ndim;
  for (int d = 0; same && d < t->ndim; d++) same = d == dim || index->sizes[d] == t->sizes[d];
  LT_CHECK(same, ESHAPE, "%s: the index %s and %s differ in more than dimension %d", name,
           lti_shape(index).str, lti_shape(t).str, dim + 1);
  c->n = index->sizes[dim];
  return LT_OK;
}

static lt_status run_gather(indexing *c, lt_tensor *r, const lt_tensor *x, int dim,
                            const lt_tensor *index) {
  LT_TRY(take_elements(c, "gather", x, dim, index));
  LT_TRY(take_lines(c, x, dim, NULL));
  LT_TRY(lti_result(&c->o, r, index->ndim, index->sizes, x, index));
  LT_KERNEL(x->device, gather, lti_elsize(x->dtype), lti_data(c->o.out), lti_data(c->x), c->step,
            c->slice, (const int64_t *)lti_data(c->index), c->outer, c->n, c->limit, c->inner);
  return LT_OK;
}

lt_status lt_gather(lt_tensor *r, const lt_tensor *x, int dim, const lt_tensor *index) {
  indexing c;
  LT_CHECK(r && x, EARG, "gather: expected a tensor");
  LT_TRY(lti_check_same("gather", 2, (const lti_named[]){{x, "input"}, {r, "result"}}));
  start(&c, r);
  return finish(&c, run_gather(&c, r, x, dim, index));
}

/* Checks of scatter and scatterAdd: elements of x, where there is one, go to elements of r. */
static lt_status take_source(indexing *c, const char *name, lt_tensor *r, int dim,
                             const lt_tensor *index, const lt_tensor *x) {
  LT_TRY(take_elements(c, name, r, dim, index));
  if (x) {
    bool fits = x->ndim == index->ndim;
    for (int d = 0; fits && d < x->ndim; d++)
      fits = d == dim ? x->sizes[d] >= index->sizes[d] : x->sizes[d] == index->sizes[d];
    LT_CHECK(fits, ESHAPE, "%s: the source %s does not cover the index %s", name, lti_shape(x).str,
             lti_shape(index).str);
    lt_tensor part = *x;
    part.sizes[dim] = c->n;
    LT_TRY(take_lines(c, &part, dim, r));
    if (c->x == &part) c->x = x;
  }
  return open_result(c, r, index);
}

/* x NULL: the number v. */
static lt_status run_scatter(indexing *c, lt_tensor *r, int dim, const lt_tensor *index,
                             const lt_tensor *x, double v) {
  LT_TRY(take_source(c, "scatter", r, dim, index, x));
  LT_KERNEL(r->device, scatter, r->dtype, lti_data(c->o.out), c->x ? lti_data(c->x) : NULL, c->step,
            c->slice, (const int64_t *)lti_data(c->index), c->outer, c->n, c->limit, c->inner,
            lti_scalar(r->dtype, v));
  return LT_OK;
}

lt_status lt_scatter(lt_tensor *r, int dim, const lt_tensor *index, const lt_tensor *x) {
  indexing c;
  LT_CHECK(r && x, EARG, "scatter: expected a tensor");
  LT_TRY(lti_check_same("scatter", 2, (const lti_named[]){{r, "tensor"}, {x, "source"}}));
  start(&c, r);
  return finish(&c, run_scatter(&c, r, dim, index, x, 0));
}

lt_status lt_scatter_fill(lt_tensor *r, int dim, const lt_tensor *index, double v) {
  indexing c;
  LT_CHECK(r, EARG, "scatter: expected a tensor");
  start(&c, r);
  return finish(&c, run_scatter(&c, r, dim, index, NULL, v));
}

static lt_status run_scatter_add(indexing *c, lt_tensor *r, int dim, const lt_tensor *index,
                                 const lt_tensor *x) {
  LT_TRY(take_source(c, "scatterAdd", r, dim, index, x));
  LT_KERNEL(r->device, scatter_add, r->dtype, lti_data(c->o.out), lti_data(c->x), c->step, c->slice,
            (const int64_t *)lti_data(c->index), c->outer, c->n, c->limit, c->inner);
  return LT_OK;
}

lt_status lt_scatter_add(lt_tensor *r, int dim, const lt_tensor *index, const lt_tensor *x) {
  indexing c;
  LT_CHECK(r && x, EARG, "scatterAdd: expected a tensor");
  LT_TRY(lti_check_same("scatterAdd", 2, (const lti_named[]){{r, "tensor"}, {x, "source"}}));
  start(&c, r);
  return finish(&c, run_scatter_add(&c, r, dim, index, x));
}
