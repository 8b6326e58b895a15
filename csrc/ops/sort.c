/* Order along a dimension (sort, topk, kthvalue, median, mode), distinct elements and searches:
 * checks and results. Results that share memory with an input are computed elsewhere first. */
#include "core/internal.h"
#include "core/peers.h"

/* ---- values with their positions ---- */

enum { SORT, TOPK, KTHVALUE, MODE };

static lt_status check_long(const char *name, const char *what, const lt_tensor *t,
                            const lt_tensor *x) {
  LT_CHECK(t->dtype == LT_LONG && (t->device == LT_CPU) == (x->device == LT_CPU), EDTYPE,
           "%s: %s go to a %sLongTensor, got a %s", name, what, x->device == LT_CPU ? "" : "Cuda",
           lti_class(t).str);
  LT_CHECK(lti_home(t) == lti_home(x), EDEVICE, "%s: tensors are on different devices (%d, %d)",
           name, x->device, t->device);
  return LT_OK;
}

/* Sets *dim where it is -1, the last one. */
static lt_status check(const char *name, const lt_tensor *values, const lt_tensor *indices,
                       const lt_tensor *x, int *dim) {
  LT_CHECK(x, EARG, "%s: expected a tensor", name);
  LT_CHECK(!lt_interrupt, EINTR, "interrupted");
  LT_CHECK(values && indices && values != indices, EARG, "%s: expected two result tensors", name);
  LT_TRY(lti_check_same(name, 2, (const lti_named[]){{x, "input"}, {values, "result"}}));
  LT_TRY(check_long(name, "positions", indices, x));
  LT_CHECK(x->ndim > 0, ESHAPE, "%s: the tensor is empty", name);
  if (*dim == -1) *dim = x->ndim - 1;
  LT_CHECK(*dim >= 0 && *dim < x->ndim, ERANGE,
           "%s: dimension %d is out of range of the %dD tensor %s", name, *dim + 1, x->ndim,
           lti_shape(x).str);
  return LT_OK;
}

static lt_status run(int what, lt_tensor *values, lt_tensor *indices, const lt_tensor *x, int dim,
                     int64_t k, int flag) {
  lt_iter it;
  int64_t len, stride[LT_MAXOP];
  lti_iter_init_dim(&it, 3, (const lt_tensor *[]){x, values, indices}, dim, &len, stride);
  switch (what) {
  case SORT: LT_KERNEL(x->device, sort, x->dtype, flag, &it, len, stride); break;
  case TOPK: LT_KERNEL(x->device, topk, x->dtype, flag, k, &it, len, stride); break;
  case KTHVALUE: LT_KERNEL(x->device, kthvalue, x->dtype, k, &it, len, stride); break;
  case MODE: LT_KERNEL(x->device, mode, x->dtype, &it, len, stride); break;
  }
  return LT_OK;
}

/* Results of `count` elements along dim; everything has been checked. */
static lt_status compute(int what, lt_tensor *values, lt_tensor *indices, const lt_tensor *x,
                         int dim, int64_t count, int64_t k, int flag) {
  int64_t sizes[LT_MAXDIM];
  memcpy(sizes, x->sizes, sizeof sizes);
  sizes[dim] = count;
  lti_output value, index;
  lt_status rc = lti_result(&value, values, x->ndim, sizes, x, NULL);
  lt_status index_rc = lti_result(&index, indices, x->ndim, sizes, x, values);
  if (rc == LT_OK) rc = index_rc;
  if (rc == LT_OK) rc = run(what, value.out, index.out, x, dim, k, flag);
  return lti_finish(2, (lti_output *[]){&value, &index}, rc);
}

lt_status lt_sort(lt_tensor *values, lt_tensor *indices, const lt_tensor *x, int dim,
                  int descending) {
  LT_TRY(check("sort", values, indices, x, &dim));
  return compute(SORT, values, indices, x, dim, x->sizes[dim], 0, descending != 0);
}

static lt_status check_k(const char *name, const lt_tensor *x, int64_t k, int dim) {
  LT_CHECK(k >= 1 && k <= x->sizes[dim], ERANGE,
           "%s: k is %lld, expected 1 to %lld, the size of dimension %d of %s", name, (long long)k,
           (long long)x->sizes[dim], dim + 1, lti_shape(x).str);
  return LT_OK;
}

lt_status lt_topk(lt_tensor *values, lt_tensor *indices, const lt_tensor *x, int64_t k, int dim,
                  int largest) {
  LT_TRY(check("topk", values, indices, x, &dim));
  LT_TRY(check_k("topk", x, k, dim));
  return compute(TOPK, values, indices, x, dim, k, k, largest != 0);
}

lt_status lt_kthvalue(lt_tensor *values, lt_tensor *indices, const lt_tensor *x, int64_t k,
                      int dim) {
  LT_TRY(check("kthvalue", values, indices, x, &dim));
  LT_TRY(check_k("kthvalue", x, k, dim));
  return compute(KTHVALUE, values, indices, x, dim, 1, k - 1, 0);
}

lt_status lt_median(lt_tensor *values, lt_tensor *indices, const lt_tensor *x, int dim) {
  LT_TRY(check("median", values, indices, x, &dim));
  return compute(KTHVALUE, values, indices, x, dim, 1, (x->sizes[dim] - 1) / 2, 0);
}

lt_status lt_mode(lt_tensor *values, lt_tensor *indices, const lt_tensor *x, int dim) {
  LT_TRY(check("mode", values, indices, x, &dim));
  return compute(MODE, values, indices, x, dim, 1, 0, 0);
}

/* ---- distinct elements ---- */

static lt_status count_runs(int64_t *count, const lt_tensor *sorted) {
  LT_KERNEL(sorted->device, run_count, count, sorted->dtype, lti_data(sorted), sorted->sizes[0]);
  return LT_OK;
}

static lt_status fill_runs(lt_tensor *values, lt_tensor *inverse, lt_tensor *counts,
                           const lt_tensor *sorted, const lt_tensor *positions) {
  LT_KERNEL(sorted->device, runs, sorted->dtype, lti_data(values),
            inverse ? (int64_t *)lti_data(inverse) : NULL,
            counts ? (int64_t *)lti_data(counts) : NULL, lti_data(sorted),
            (const int64_t *)lti_data(positions), sorted->sizes[0]);
  return LT_OK;
}

/* Moves the contents of a computed tensor into a result. */
static lt_status deliver(lt_tensor *r, const lt_tensor *from) {
  LT_TRY(lt_resize_as(r, from));
  return lt_copy(r, from);
}

/* Tensors that unique computes before it touches a result. */
typedef struct distinct {
  lt_tensor copy, sorted, positions, values, inverse, counts;
} distinct;

static lt_status find_distinct(distinct *d, const lt_tensor *x, bool inverse, bool counts) {
  const lt_tensor *flat;
  LT_TRY(lti_contiguous(&flat, &d->copy, x));
  lt_tensor line = *flat;
  int64_t n = lti_numel(x), distinct_count;
  line.ndim = 1;
  line.sizes[0] = n;
  line.strides[0] = 1;
  LT_TRY(lti_new(&d->sorted, x->dtype, x->device, 1, &n));
  LT_TRY(lti_new(&d->positions, LT_LONG, x->device, 1, &n));
  LT_TRY(lt_sort(&d->sorted, &d->positions, &line, 0, 0));
  LT_TRY(count_runs(&distinct_count, &d->sorted));
  LT_TRY(lti_new(&d->values, x->dtype, x->device, 1, &distinct_count));
  if (inverse) LT_TRY(lti_new(&d->inverse, LT_LONG, x->device, x->ndim, x->sizes));
  if (counts) LT_TRY(lti_new(&d->counts, LT_LONG, x->device, 1, &distinct_count));
  return fill_runs(&d->values, inverse ? &d->inverse : NULL, counts ? &d->counts : NULL, &d->sorted,
                   &d->positions);
}

lt_status lt_unique(lt_tensor *values, lt_tensor *inverse, lt_tensor *counts, const lt_tensor *x) {
  LT_CHECK(values && x, EARG, "unique: expected a tensor");
  LT_CHECK(!lt_interrupt, EINTR, "interrupted");
  LT_TRY(lti_check_same("unique", 2, (const lti_named[]){{x, "input"}, {values, "result"}}));
  if (inverse) LT_TRY(check_long("unique", "positions", inverse, x));
  if (counts) LT_TRY(check_long("unique", "counts", counts, x));
  distinct d = {0};
  lt_status rc = LT_OK;
  if (x->ndim > 0) {
    rc = find_distinct(&d, x, inverse, counts);
  } else {
    d.values.dtype = x->dtype;
    d.inverse.dtype = d.counts.dtype = LT_LONG;
    d.values.device = d.inverse.device = d.counts.device = x->device;
  }
  if (rc == LT_OK) rc = deliver(values, &d.values);
  if (rc == LT_OK && inverse) rc = deliver(inverse, &d.inverse);
  if (rc == LT_OK && counts) rc = deliver(counts, &d.counts);
  lt_tensor *all[] = {&d.copy, &d.sorted, &d.positions, &d.values, &d.inverse, &d.counts};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) lt_tensor_release(all[i]);
  return rc;
}

/* ---- searches ---- */

static lt_status search(lt_tensor *r, const lt_tensor *sorted, const lt_tensor *x, int right) {
  int64_t n = sorted->sizes[sorted->ndim - 1], m = x->sizes[x->ndim - 1];
  LT_KERNEL(x->device, searchsorted, x->dtype, right != 0, (int64_t *)lti_data(r), lti_data(sorted),
            lti_data(x), lti_numel(x) / m, n, m, sorted->ndim == 1);
  return LT_OK;
}

lt_status lt_searchsorted(lt_tensor *r, const lt_tensor *sorted, const lt_tensor *x, int right) {
  LT_CHECK(r && sorted && x, EARG, "searchsorted: expected a tensor");
  LT_CHECK(!lt_interrupt, EINTR, "interrupted");
  LT_TRY(lti_check_same("searchsorted", 2,
                        (const lti_named[]){{sorted, "sorted tensor"}, {x, "values"}}));
  LT_TRY(check_long("searchsorted", "positions", r, x));
  LT_CHECK(sorted->ndim > 0 && x->ndim > 0, ESHAPE, "searchsorted: the tensor of %s is empty",
           sorted->ndim > 0 ? "values" : "sorted elements");
  bool rows = sorted->ndim == 1 || sorted->ndim == x->ndim;
  for (int d = 0; rows && sorted->ndim > 1 && d < x->ndim - 1; d++)
    rows = sorted->sizes[d] == x->sizes[d];
  LT_CHECK(rows, ESHAPE,
           "searchsorted: expected sorted elements in one dimension or in as many rows as the "
           "values, got %s and %s",
           lti_shape(sorted).str, lti_shape(x).str);
  lti_output o;
  lt_tensor copies[2] = {{0}, {0}};
  const lt_tensor *s = NULL, *v = NULL;
  LT_TRY(lti_result(&o, r, x->ndim, x->sizes, sorted, x));
  lt_status rc = lti_contiguous(&s, &copies[0], sorted);
  if (rc == LT_OK) rc = lti_contiguous(&v, &copies[1], x);
  if (rc == LT_OK) rc = search(o.out, s, v, right);
  lt_tensor_release(&copies[0]);
  lt_tensor_release(&copies[1]);
  return lti_finish_one(&o, rc);
}
