/* Reductions: checks, results and the choice of rows. A result is written only after all of it has
 * been computed when it shares memory with the input. */
#include <math.h>

#include "ops/real.h"
#include "core/peers.h"
#include "core/reduce.h"

enum { OK, NO }; /* does an empty tensor reduce to the start value? */
enum { LTI_BYTE = 1 << LT_BYTE };

static const struct {
  const char *name;
  uint32_t dtypes;
  int empty;
} rows[] = {
#define REDUCE(name, types, empty, start, step, combine, finish) {#name, LTI_##types, empty},
#define REDUCE_ALL REDUCE
#define REDUCE_NORM(name, types, empty, start, step, combine, finish) {"norm", LTI_##types, empty},
#include "reduce.def"
};

static lt_status check_type(const char *name, uint32_t dtypes, const lt_tensor *x) {
  LT_CHECK(x, EARG, "%s: expected a tensor", name);
  LT_CHECK(!lt_interrupt, EINTR, "interrupted");
  LT_CHECK(dtypes >> x->dtype & 1, EDTYPE, "%s: not available for a %sTensor", name,
           lt_dtype_name(x->dtype));
  return LT_OK;
}

static lt_status check_dim(const char *name, const lt_tensor *x, int dim) {
  LT_CHECK(dim >= 0 && dim < x->ndim, ERANGE,
           "%s: dimension %d is out of range of the %dD tensor %s", name, dim + 1, x->ndim,
           lti_shape(x).str);
  return LT_OK;
}

/* Opens r with the sizes of x and size 1 along dim, to be written by a kernel (see lti_result). */
static lt_status reduced(const char *name, lti_output *o, lt_tensor *r, const lt_tensor *x,
                         int dim) {
  int64_t sizes[LT_MAXDIM];
  LT_CHECK(r, EARG, "%s: expected a result tensor", name);
  LT_TRY(lti_check_same(name, 2, (const lti_named[]){{x, "input"}, {r, "result"}}));
  LT_TRY(check_dim(name, x, dim));
  memcpy(sizes, x->sizes, sizeof sizes);
  sizes[dim] = 1;
  return lti_result(o, r, x->ndim, sizes, x, NULL);
}

/* ---- rows ---- */

static lt_status reduce_all(double *out, int op, const lt_tensor *x, double p) {
  LT_TRY(check_type(rows[op].name, rows[op].dtypes, x));
  LT_CHECK(x->ndim > 0 || rows[op].empty == OK, ESHAPE, "%s: the tensor is empty", rows[op].name);
  if (x->ndim == 0) {
    *out = op == LT_REDUCE_prod || op == LT_REDUCE_all;
    return LT_OK;
  }
  lt_iter it;
  lt_scalar v;
  lti_iter_init(&it, 1, &x);
  LT_KERNEL(x->device, reduce_all, &v, op, x->dtype, &it, p);
  *out = lti_is_float(x->dtype) ? lti_number(v.f) : (double)v.i;
  return LT_OK;
}

static lt_status run_reduce(lt_tensor *r, int op, const lt_tensor *x, int dim, double p) {
  lt_iter it;
  int64_t len, stride[LT_MAXOP];
  lti_iter_init_dim(&it, 2, (const lt_tensor *[]){x, r}, dim, &len, stride);
  LT_KERNEL(x->device, reduce, op, x->dtype, &it, len, stride[0], p);
  return LT_OK;
}

static lt_status reduce(lt_tensor *r, int op, const lt_tensor *x, int dim, double p) {
  lti_output o;
  LT_TRY(check_type(rows[op].name, rows[op].dtypes, x));
  LT_TRY(reduced(rows[op].name, &o, r, x, dim));
  return lti_finish_one(&o, run_reduce(o.out, op, x, dim, p));
}

#define REDUCE_ALL(name, types, empty, start, step, combine, finish) \
  lt_status lt_##name##_all(double *out, const lt_tensor *x) {       \
    return reduce_all(out, LT_REDUCE_##name, x, 0);                  \
  }
#define REDUCE(name, types, empty, start, step, combine, finish)   \
  REDUCE_ALL(name, types, empty, start, step, combine, finish)     \
  lt_status lt_##name(lt_tensor *r, const lt_tensor *x, int dim) { \
    return reduce(r, LT_REDUCE_##name, x, dim, 0);                 \
  }
#include "reduce.def"

/* ---- norms ---- */

static int norm_row(double p) {
  if (p == 0) return LT_REDUCE_norm_zero;
  if (p == 1) return LT_REDUCE_norm_one;
  if (p == 2) return LT_REDUCE_norm_two;
  if (p == 3) return LT_REDUCE_norm_three;
  if (isinf(p)) return p > 0 ? LT_REDUCE_norm_max : LT_REDUCE_norm_min;
  return LT_REDUCE_norm_p;
}

lt_status lt_norm_all(double *out, const lt_tensor *x, double p) {
  LT_CHECK(!isnan(p), EARG, "norm: p is not a number");
  return reduce_all(out, norm_row(p), x, p);
}

lt_status lt_norm(lt_tensor *r, const lt_tensor *x, double p, int dim) {
  LT_CHECK(!isnan(p), EARG, "norm: p is not a number");
  return reduce(r, norm_row(p), x, dim, p);
}

/* Pairs of elements of x and y as an iterator. False where it would jump about in the memory of one
 * of them, or the sizes differ. */
static bool side_by_side(lt_iter *it, const lt_tensor *x, const lt_tensor *y) {
  if (!lti_same_size(x, y)) return false;
  lti_iter_init(it, 2, (const lt_tensor *[]){x, y});
  for (int d = 1; d < it->ndim; d++)
    for (int k = 0; k < 2; k++)
      if (it->stride[k][d] < it->stride[k][0]) return false;
  return true;
}

static lt_status run_distance(double *out, int dtype, const lt_iter *it, double p, int device) {
  LT_KERNEL(device, distance, out, norm_row(p), dtype, it, p);
  *out = lti_number(*out);
  return LT_OK;
}

/* The same of contiguous copies. */
static lt_status copied_distance(double *out, const lt_tensor *x, const lt_tensor *y, double p) {
  lt_tensor tmp[2] = {0}, line[2];
  const lt_tensor *c[2], *in[2] = {x, y};
  lt_status rc = LT_OK;
  for (int k = 0; k < 2 && rc == LT_OK; k++) {
    rc = lti_contiguous(&c[k], &tmp[k], in[k]);
    if (rc != LT_OK) break;
    line[k] = *c[k];
    line[k].ndim = 1;
    line[k].sizes[0] = lti_numel(x);
    line[k].strides[0] = 1;
  }
  if (rc == LT_OK) {
    lt_iter it;
    lti_iter_init(&it, 2, (const lt_tensor *[]){&line[0], &line[1]});
    rc = run_distance(out, x->dtype, &it, p, x->device);
  }
  lt_tensor_release(&tmp[0]);
  lt_tensor_release(&tmp[1]);
  return rc;
}

lt_status lt_dist(double *out, const lt_tensor *x, const lt_tensor *y, double p) {
  LT_TRY(check_type("dist", LTI_FLT, x));
  LT_TRY(check_type("dist", LTI_FLT, y));
  LT_TRY(lti_check_same("dist", 2, (const lti_named[]){{x, "first tensor"}, {y, "second tensor"}}));
  LT_CHECK(!isnan(p), EARG, "dist: p is not a number");
  LT_CHECK(lti_numel(x) == lti_numel(y), ESHAPE, "dist: element counts differ: %s and %s",
           lti_shape(x).str, lti_shape(y).str);
  *out = 0;
  if (x->ndim == 0) return LT_OK;
  lt_iter it;
  if (side_by_side(&it, x, y)) return run_distance(out, x->dtype, &it, p, x->device);
  return copied_distance(out, x, y, p);
}

/* norms = the p-norms of x's slices along dim, as a Double tensor on the CPU with x's sizes, 1 but
 * for dim. The norm of a slice is that of the norms of its lines. */
static lt_status slice_norms(lt_tensor *norms, const lt_tensor *x, double p, int dim) {
  lt_tensor lines[2] = {{.dtype = x->dtype, .device = x->device},
                        {.dtype = x->dtype, .device = x->device}};
  int k = 0;
  lt_status rc = LT_OK;
  for (int d = x->ndim - 1; d >= 0 && rc == LT_OK; d--) {
    if (d == dim) continue;
    rc = lt_norm(&lines[k], x, p, d);
    x = &lines[k];
    k = !k;
  }
  if (rc == LT_OK) rc = lt_resize(norms, x->ndim, x->sizes, NULL);
  if (rc == LT_OK) rc = lt_copy(norms, x);
  lt_tensor_release(&lines[0]);
  lt_tensor_release(&lines[1]);
  return rc;
}

/* r = x times the factors that bring its slices to norms of at most `limit`. */
static lt_status scale_slices(lt_tensor *r, const lt_tensor *x, double p, int dim, double limit) {
  const double epsilon = 1e-7; /* keeps a scaled slice within the limit */
  lt_tensor norms = {.dtype = LT_DOUBLE, .device = LT_CPU};
  lt_tensor factors = {.dtype = x->dtype, .device = x->device};
  lt_status rc = slice_norms(&norms, x, p, dim);
  if (rc == LT_OK) {
    double *norm = (double *)lti_data(&norms);
    for (int64_t i = 0; i < x->sizes[dim]; i++)
      norm[i] = norm[i] > limit ? limit / (norm[i] + epsilon) : 1;
    rc = lt_resize_as(&factors, &norms);
  }
  if (rc == LT_OK) rc = lt_copy(&factors, &norms);
  if (rc == LT_OK) rc = lt_cmul(r, x, &factors);
  lt_tensor_release(&norms);
  lt_tensor_release(&factors);
  return rc;
}

lt_status lt_renorm(lt_tensor *r, const lt_tensor *x, double p, int dim, double limit) {
  LT_TRY(check_type("renorm", LTI_FLT, x));
  LT_CHECK(r, EARG, "renorm: expected a result tensor");
  LT_TRY(lti_check_same("renorm", 2, (const lti_named[]){{x, "input"}, {r, "result"}}));
  LT_TRY(check_dim("renorm", x, dim));
  LT_CHECK(x->ndim > 1, ESHAPE, "renorm: expected 2 or more dimensions, got %s", lti_shape(x).str);
  LT_CHECK(p > 0, EARG, "renorm: p must be positive, got %g", p);
  LT_CHECK(limit >= 0, EARG, "renorm: the largest norm must not be negative, got %g", limit);
  if (lti_same_size(r, x)) LT_TRY(lti_check_distinct("renorm", r));
  if (real_dtype(x->dtype) == x->dtype) return scale_slices(r, x, p, dim, limit);
  real_set set;
  set.n = 0;
  const lt_tensor *wide;
  lt_tensor *scaled;
  REAL_TRY(&set, real_input(&set, &wide, x));
  REAL_TRY(&set, real_result(&set, &scaled, r, x->ndim, x->sizes));
  return real_finish(&set, scale_slices(scaled, wide, p, dim, limit));
}

/* ---- variance ---- */

static lt_status variance_all(const char *name, double *out, const lt_tensor *x, int biased,
                              int root) {
  LT_TRY(check_type(name, LTI_FLT, x));
  LT_CHECK(x->ndim > 0, ESHAPE, "%s: the tensor is empty", name);
  lt_iter it;
  lti_iter_init(&it, 1, &x);
  LT_KERNEL(x->device, variance_all, out, x->dtype, !biased, root, &it);
  *out = lti_number(*out);
  return LT_OK;
}

static lt_status run_variance(lt_tensor *r, const lt_tensor *x, int dim, int biased, int root) {
  lt_iter it;
  int64_t len, stride[LT_MAXOP];
  lti_iter_init_dim(&it, 2, (const lt_tensor *[]){x, r}, dim, &len, stride);
  LT_KERNEL(x->device, variance, x->dtype, !biased, root, &it, len, stride[0]);
  return LT_OK;
}

static lt_status variance(const char *name, lt_tensor *r, const lt_tensor *x, int dim, int biased,
                          int root) {
  lti_output o;
  LT_TRY(check_type(name, LTI_FLT, x));
  LT_TRY(reduced(name, &o, r, x, dim));
  return lti_finish_one(&o, run_variance(o.out, x, dim, biased, root));
}

lt_status lt_var_all(double *out, const lt_tensor *x, int biased) {
  return variance_all("var", out, x, biased, 0);
}
lt_status lt_std_all(double *out, const lt_tensor *x, int biased) {
  return variance_all("std", out, x, biased, 1);
}
lt_status lt_var(lt_tensor *r, const lt_tensor *x, int dim, int biased) {
  return variance("var", r, x, dim, biased, 0);
}
lt_status lt_std(lt_tensor *r, const lt_tensor *x, int dim, int biased) {
  return variance("std", r, x, dim, biased, 1);
}

/* ---- max and min with positions ---- */

static lt_status run_extremum(lt_tensor *values, lt_tensor *indices, const lt_tensor *x, int dim,
                              int largest) {
  lt_iter it;
  int64_t len, stride[LT_MAXOP];
  lti_iter_init_dim(&it, 3, (const lt_tensor *[]){x, values, indices}, dim, &len, stride);
  LT_KERNEL(x->device, extremum, x->dtype, largest, &it, len, stride[0]);
  return LT_OK;
}

static lt_status extremum(const char *name, lt_tensor *values, lt_tensor *indices,
                          const lt_tensor *x, int dim, int largest) {
  lti_output value, index;
  LT_TRY(check_type(name, LTI_ALL, x));
  LT_CHECK(values && indices && values != indices, EARG, "%s: expected two result tensors", name);
  LT_CHECK(indices->dtype == LT_LONG && lti_home(indices) == lti_home(x), EDTYPE,
           "%s: positions go to a LongTensor of the same device, got a %s", name,
           lti_class(indices).str);
  LT_TRY(reduced(name, &value, values, x, dim));
  lt_status rc = lti_result(&index, indices, x->ndim, value.out->sizes, x, values);
  if (rc == LT_OK) rc = run_extremum(value.out, index.out, x, dim, largest);
  return lti_finish(2, (lti_output *[]){&value, &index}, rc);
}

lt_status lt_max(lt_tensor *values, lt_tensor *indices, const lt_tensor *x, int dim) {
  return extremum("max", values, indices, x, dim, 1);
}
lt_status lt_min(lt_tensor *values, lt_tensor *indices, const lt_tensor *x, int dim) {
  return extremum("min", values, indices, x, dim, 0);
}

/* ---- equality and trace ---- */

static lt_status run_equal(int *out, const lt_tensor *x, const lt_tensor *y) {
  lt_iter it;
  lti_iter_init(&it, 2, (const lt_tensor *[]){x, y});
  LT_KERNEL(x->device, equal, out, x->dtype, &it);
  return LT_OK;
}

lt_status lt_equal(int64_t *out, const lt_tensor *x, const lt_tensor *y) {
  LT_TRY(check_type("equal", LTI_ALL, x));
  LT_TRY(check_type("equal", LTI_ALL, y));
  LT_TRY(
      lti_check_same("equal", 2, (const lti_named[]){{x, "first tensor"}, {y, "second tensor"}}));
  int equal = lti_same_size(x, y);
  lt_status rc = LT_OK;
  if (equal && x->ndim > 0) rc = run_equal(&equal, x, y);
  *out = equal;
  return rc;
}

lt_status lt_trace(double *out, const lt_tensor *x) {
  LT_TRY(check_type("trace", LTI_ALL, x));
  LT_CHECK(x->ndim == 2, ESHAPE, "trace: expected a matrix, got %s", lti_shape(x).str);
  lt_tensor diagonal = *x;
  diagonal.ndim = 1;
  diagonal.sizes[0] = LT_MIN(x->sizes[0], x->sizes[1]);
  diagonal.strides[0] = x->strides[0] + x->strides[1];
  return lt_sum_all(out, &diagonal);
}
