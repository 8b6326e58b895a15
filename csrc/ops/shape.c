/* Tensors made from others by joining, repeating and cutting, and arithmetic sequences. */
#include <math.h>

#include "core/internal.h"

/* ---- cat ---- */

static lt_status check_sources(int n, const lt_tensor *const *x, const lt_tensor *r) {
  LT_CHECK(r && x && n > 0, EARG, "cat: expected one or more tensors");
  LT_CHECK(!lt_interrupt, EINTR, "interrupted");
  for (int i = 0; i < n; i++) {
    LT_CHECK(x[i], EARG, "cat: expected a tensor");
    LT_TRY(lti_check_same("cat", 2, (const lti_named[]){{r, "result"}, {x[i], "input"}}));
  }
  return LT_OK;
}

/* Sizes of the joined tensor, with missing last dimensions as 1; *ndim is 0 when all are empty. */
static lt_status joined_sizes(int n, const lt_tensor *const *x, int *dim, int *ndim,
                              int64_t *sizes) {
  *ndim = 0;
  for (int i = 0; i < n; i++) *ndim = LT_MAX(*ndim, x[i]->ndim);
  if (*ndim == 0) return LT_OK;
  if (*dim < 0) *dim = *ndim - 1;
  LT_CHECK(*dim < LT_MAXDIM, ERANGE, "cat: dimension %d is out of range", *dim + 1);
  *ndim = LT_MAX(*ndim, *dim + 1);
  const lt_tensor *first = NULL;
  for (int i = 0; i < n; i++) {
    if (x[i]->ndim == 0) continue;
    for (int d = 0; d < *ndim; d++) {
      int64_t size = d < x[i]->ndim ? x[i]->sizes[d] : 1;
      if (!first)
        sizes[d] = size;
      else if (d == *dim)
        LT_CHECK(!__builtin_add_overflow(sizes[d], size, &sizes[d]), ENOMEM,
                 "cat: too many elements");
      else
        LT_CHECK(sizes[d] == size, ESHAPE, "cat: sizes do not match along dimension %d: %s and %s",
                 d + 1, lti_shape(first).str, lti_shape(x[i]).str);
    }
    if (!first) first = x[i];
  }
  return LT_OK;
}

/* Copies each source to its part of out, a contiguous tensor that shares nothing with them. A
 * source that is out itself was empty before out was resized. */
static lt_status join(lt_tensor *out, int n, const lt_tensor *const *x, int dim) {
  int64_t at = 0;
  for (int i = 0; i < n; i++) {
    if (x[i]->ndim == 0 || x[i] == out) continue;
    lt_tensor part = *out;
    part.sizes[dim] = dim < x[i]->ndim ? x[i]->sizes[dim] : 1;
    part.offset += at * out->strides[dim];
    at += part.sizes[dim];
    LT_TRY(lt_copy(&part, x[i]));
  }
  return LT_OK;
}

lt_status lt_cat(lt_tensor *r, int n, const lt_tensor *const *x, int dim) {
  int ndim;
  int64_t sizes[LT_MAXDIM];
  LT_TRY(check_sources(n, x, r));
  LT_TRY(joined_sizes(n, x, &dim, &ndim, sizes));
  if (ndim == 0) return lt_resize(r, 0, r->sizes, NULL);
  const lt_tensor *sharing = NULL;
  for (int i = 0; i < n; i++)
    if (x[i]->mem && x[i]->mem == r->mem) sharing = x[i];
  lti_output o;
  LT_TRY(lti_result(&o, r, ndim, sizes, sharing, NULL));
  return lti_finish_one(&o, join(o.out, n, x, dim));
}

/* ---- repeat ---- */

/* Makes `to` and `from` views in which each repeated dimension is split in two: (count, size) of
 * out, and the same of x expanded. Both borrow their storages. */
static lt_status repeat_views(lt_tensor *to, lt_tensor *from, const lt_tensor *out,
                              const lt_tensor *x, const int64_t *count) {
  int n = 0, missing = out->ndim - x->ndim;
  *to = *out;
  *from = *x;
  for (int d = 0; d < out->ndim; d++) {
    int64_t size = d < missing ? 1 : x->sizes[d - missing],
            stride = d < missing ? 0 : x->strides[d - missing];
    if (count[d] > 1) {
      LT_CHECK(n < LT_MAXDIM, ESHAPE, "repeatTensor: more than %d dimensions and repetitions",
               LT_MAXDIM);
      to->sizes[n] = from->sizes[n] = count[d];
      to->strides[n] = out->strides[d] * size;
      from->strides[n++] = 0;
    }
    if (size > 1 || count[d] == 1) {
      LT_CHECK(n < LT_MAXDIM, ESHAPE, "repeatTensor: more than %d dimensions and repetitions",
               LT_MAXDIM);
      to->sizes[n] = from->sizes[n] = size;
      to->strides[n] = out->strides[d];
      from->strides[n++] = stride;
    }
  }
  to->ndim = from->ndim = (uint8_t)n;
  return LT_OK;
}

lt_status lt_repeat(lt_tensor *r, const lt_tensor *x, int ndim, const int64_t *count) {
  LT_CHECK(r && x && (count || ndim == 0), EARG, "repeatTensor: expected a tensor");
  LT_TRY(lti_check_same("repeatTensor", 2, (const lti_named[]){{x, "input"}, {r, "result"}}));
  LT_CHECK(x->ndim > 0, ESHAPE, "repeatTensor: the tensor is empty");
  LT_CHECK(ndim >= x->ndim && ndim <= LT_MAXDIM, ESHAPE,
           "repeatTensor: %d repetitions for the %dD tensor %s", ndim, x->ndim, lti_shape(x).str);
  int64_t sizes[LT_MAXDIM];
  for (int d = 0; d < ndim; d++) {
    int64_t size = d < ndim - x->ndim ? 1 : x->sizes[d - (ndim - x->ndim)];
    LT_CHECK(count[d] > 0, EARG, "repeatTensor: repetition %d is %lld", d + 1, (long long)count[d]);
    LT_CHECK(lti_mul(&sizes[d], count[d], size), ENOMEM, "repeatTensor: too many elements");
  }
  lti_output o;
  lt_tensor to, from;
  LT_TRY(lti_result(&o, r, ndim, sizes, x, NULL));
  lt_status rc = repeat_views(&to, &from, o.out, x, count);
  if (rc == LT_OK) rc = lt_copy(&to, &from);
  return lti_finish_one(&o, rc);
}

lt_status lt_reshape(lt_tensor *r, const lt_tensor *x, int ndim, const int64_t *sizes) {
  LT_CHECK(r && x && (sizes || ndim == 0), EARG, "reshape: expected a tensor");
  LT_CHECK(ndim >= 0 && ndim <= LT_MAXDIM, ESHAPE, "reshape: at most %d dimensions, got %d",
           LT_MAXDIM, ndim);
  int64_t numel = ndim > 0;
  bool fits = true;
  for (int d = 0; d < ndim && fits; d++) fits = lti_mul(&numel, numel, sizes[d]);
  LT_CHECK(fits && numel == lti_numel(x), ESHAPE, "reshape: cannot give %s the sizes %s",
           lti_shape(x).str, lti_sizes(ndim, sizes).str);
  lti_output o;
  lti_open(&o, r);
  if (numel == 0) return lti_resize(&o, 0, x->sizes);
  LT_TRY(lti_result(&o, r, ndim, sizes, x, NULL));
  return lti_finish_one(&o, lt_copy(o.out, x));
}

/* ---- diagonals and triangles ---- */

/* Diagonal k of matrix t as a vector view that borrows its storage; its size is 0 when there is
 * none. */
static lt_tensor diagonal(const lt_tensor *t, int64_t k) {
  lt_tensor v = *t;
  int64_t rows = t->sizes[0] + LT_MIN(k, 0), cols = t->sizes[1] - LT_MAX(k, 0);
  v.ndim = 1;
  v.sizes[0] = LT_MAX(0, LT_MIN(rows, cols));
  v.strides[0] = t->strides[0] + t->strides[1];
  if (v.sizes[0] > 0) v.offset += k > 0 ? k * t->strides[1] : -k * t->strides[0];
  return v;
}

static lt_status check_pair(const char *name, const lt_tensor *r, const lt_tensor *x) {
  LT_CHECK(r && x, EARG, "%s: expected a tensor", name);
  LT_CHECK(!lt_interrupt, EINTR, "interrupted");
  return lti_check_same(name, 2, (const lti_named[]){{x, "input"}, {r, "result"}});
}

lt_status lt_diag(lt_tensor *r, const lt_tensor *x, int64_t k) {
  const int64_t limit = (int64_t)1 << 31; /* keeps the matrix's sides within 64 bits when squared */
  LT_TRY(check_pair("diag", r, x));
  LT_CHECK(x->ndim == 1 || x->ndim == 2, ESHAPE, "diag: expected a vector or a matrix, got %s",
           lti_shape(x).str);
  LT_CHECK(k > -limit && k < limit, ERANGE, "diag: there is no diagonal %lld", (long long)k);
  lti_output o;
  lt_status rc;
  if (x->ndim == 2) {
    lt_tensor v = diagonal(x, k);
    LT_CHECK(v.sizes[0] > 0, ERANGE, "diag: %s has no diagonal %lld", lti_shape(x).str,
             (long long)k);
    LT_TRY(lti_result(&o, r, 1, v.sizes, x, NULL));
    rc = lt_copy(o.out, &v);
  } else {
    int64_t side = x->sizes[0] + (k < 0 ? -k : k);
    LT_TRY(lti_result(&o, r, 2, (int64_t[]){side, side}, x, NULL));
    lt_tensor v = diagonal(o.out, k);
    rc = lt_fill(o.out, 0);
    if (rc == LT_OK) rc = lt_copy(&v, x);
  }
  return lti_finish_one(&o, rc);
}

static lt_status run_triangle(lt_tensor *r, const lt_tensor *x, int64_t k, int lower) {
  LT_KERNEL(x->device, triangle, lti_elsize(x->dtype), lti_data(r), lti_data(x), x->sizes[0],
            x->sizes[1], k, lower);
  return LT_OK;
}

static lt_status triangle(const char *name, lt_tensor *r, const lt_tensor *x, int64_t k,
                          int lower) {
  LT_TRY(check_pair(name, r, x));
  LT_CHECK(x->ndim == 2, ESHAPE, "%s: expected a matrix, got %s", name, lti_shape(x).str);
  k = LT_MAX(-x->sizes[0], LT_MIN(x->sizes[1], k)); /* beyond these nothing changes */
  lti_output o;
  LT_TRY(lti_result(&o, r, 2, x->sizes, x, NULL));
  bool direct = lti_is_contiguous(x);
  lt_status rc = direct ? LT_OK : lt_copy(o.out, x);
  if (rc == LT_OK) rc = run_triangle(o.out, direct ? x : o.out, k, lower);
  return lti_finish_one(&o, rc);
}

lt_status lt_tril(lt_tensor *r, const lt_tensor *x, int64_t k) {
  return triangle("tril", r, x, k, 1);
}
lt_status lt_triu(lt_tensor *r, const lt_tensor *x, int64_t k) {
  return triangle("triu", r, x, k, 0);
}

lt_status lt_eye(lt_tensor *r, int64_t rows, int64_t cols) {
  LT_CHECK(r, EARG, "eye: expected a tensor");
  LT_CHECK(rows > 0 && cols > 0, EARG, "eye: expected sizes of 1 or more, got %lld x %lld",
           (long long)rows, (long long)cols);
  lti_output o;
  lti_open(&o, r);
  LT_TRY(lti_resize(&o, 2, (int64_t[]){rows, cols}));
  lt_tensor main_diagonal = diagonal(r, 0);
  lt_status rc = lt_fill(r, 0);
  if (rc == LT_OK) rc = lt_fill(&main_diagonal, 1);
  return lti_finish_one(&o, rc);
}

/* ---- sequences ---- */

static lt_status run_range(lt_tensor *r, double start, double step) {
  LT_KERNEL(r->device, range, r->dtype, lti_data(r), lti_numel(r), start, step);
  return LT_OK;
}

/* A result of n elements keeps its sizes. */
static lt_status sequence(lt_tensor *r, double start, double step, int64_t n) {
  lti_output o;
  const int keeps = lti_numel(r) == n;
  LT_TRY(lti_result(&o, r, keeps ? r->ndim : 1, keeps ? r->sizes : &n, NULL, NULL));
  return lti_finish_one(&o, run_range(o.out, start, step));
}

lt_status lt_range(lt_tensor *r, double start, double stop, double step) {
  const double limit = 0x1p53; /* integers up to here are exact */
  LT_CHECK(r, EARG, "range: expected a tensor");
  LT_CHECK(fabs(start) <= limit && fabs(stop) <= limit && fabs(step) <= limit, EARG,
           "range: bad bounds or step: from %g to %g by %g", start, stop, step);
  if (!lti_is_float(r->dtype)) {
    start = trunc(start);
    stop = trunc(stop);
    step = trunc(step);
  }
  LT_CHECK(step != 0, EARG, "range: the step is 0");
  LT_CHECK(step > 0 ? stop >= start : stop <= start, EARG,
           "range: from %g to %g by %g leads nowhere", start, stop, step);
  double steps = floor((stop - start) / step);
  LT_CHECK(steps < limit, EARG, "range: from %g to %g by %g is too long", start, stop, step);
  return sequence(r, start, step, (int64_t)steps + 1);
}

static lt_status check_space(const char *name, lt_tensor *r, double start, double stop, int64_t n) {
  LT_CHECK(r, EARG, "%s: expected a tensor", name);
  LT_TRY(lti_check_float(name, r));
  LT_CHECK(n > 1 || (n == 1 && start == stop), EARG, "%s: cannot go from %g to %g in %lld points",
           name, start, stop, (long long)n);
  return LT_OK;
}

static lt_status space(lt_tensor *r, double start, double stop, int64_t n) {
  LT_TRY(sequence(r, start, n > 1 ? (stop - start) / (double)(n - 1) : 0, n));
  int64_t last = r->offset;
  for (int d = 0; d < r->ndim; d++) last += (r->sizes[d] - 1) * r->strides[d];
  return lt_put(r, last, stop);
}

lt_status lt_linspace(lt_tensor *r, double start, double stop, int64_t n) {
  LT_TRY(check_space("linspace", r, start, stop, n));
  return space(r, start, stop, n);
}

lt_status lt_logspace(lt_tensor *r, double start, double stop, int64_t n) {
  LT_TRY(check_space("logspace", r, start, stop, n));
  LT_TRY(space(r, start, stop, n));
  return lt_rpow(r, r, 10);
}
