/* Matrix and vector products. Row-major and column-major operands, and views with a leading
 * dimension, go to the kernel as they are; other layouts, and results that share memory with a
 * factor, pass through a contiguous copy. Integer scalars are truncated. */
#include <math.h>

#include "core/internal.h"

/* ---- layouts ---- */

/* A matrix as BLAS stores it: rows `ld` elements apart, read transposed if `trans`. */
typedef struct matrix {
  const void *data;
  int trans;
  int64_t ld;
} matrix;

/* Dimensions d and d + 1 of t as a BLAS matrix; false when it has to be copied. */
static bool as_matrix(matrix *m, const lt_tensor *t, int d) {
  int64_t rows = t->sizes[d], cols = t->sizes[d + 1], row = t->strides[d], col = t->strides[d + 1];
  m->data = lti_data(t);
  if ((cols == 1 || col == 1) && (rows == 1 || row >= cols)) {
    m->trans = 0;
    m->ld = rows == 1 ? cols : row;
    return true;
  }
  if ((rows == 1 || row == 1) && (cols == 1 || col >= rows)) {
    m->trans = 1;
    m->ld = cols == 1 ? rows : col;
    return true;
  }
  return false;
}

/* Replaces a factor that BLAS cannot read by a contiguous copy in tmp. */
static lt_status make_readable(const lt_tensor **t, lt_tensor *tmp) {
  matrix m;
  const lt_tensor *x = *t;
  bool readable =
      x->ndim == 1 ? x->sizes[0] == 1 || x->strides[0] >= 1 : as_matrix(&m, x, x->ndim - 2);
  return readable ? LT_OK : lti_contiguous(t, tmp, x);
}

static bool shares_memory(const lt_tensor *r, const lt_tensor *t) {
  return t && (lti_overlaps(r, t) || (r->mem && t->mem == r->mem && lt_is_set_to(r, t)));
}

static bool shares_storage(const lt_tensor *r, const lt_tensor *t) {
  return t && t != r && r->mem == t->mem;
}

static bool is_blas_result(const lt_tensor *r) {
  matrix m;
  if (r->ndim == 1) return r->sizes[0] == 1 || r->strides[0] >= 1;
  return as_matrix(&m, r, r->ndim - 2) && (r->ndim == 2 || !lti_self_overlaps(r));
}

/* Opens r with the sizes given for the product of y and z, holding x when x counts (beta != 0). */
static lt_status prepare(lti_output *o, lt_tensor *r, int ndim, const int64_t *sizes,
                         const lt_tensor *x, const lt_tensor *y, const lt_tensor *z) {
  bool direct = lti_has_sizes(r, ndim, sizes)
                    ? is_blas_result(r) && !shares_memory(r, y) && !shares_memory(r, z)
                    : !(r->mem && (shares_storage(r, x) || r == x || shares_storage(r, y) ||
                                   r == y || shares_storage(r, z) || r == z));
  if (direct) {
    LT_TRY(lti_resize(o, ndim, sizes));
  } else {
    o->out = &o->tmp;
    LT_TRY(lti_new(&o->tmp, r->dtype, r->device, ndim, sizes));
  }
  return x && x != o->out ? lt_copy(o->out, x) : LT_OK;
}

/* Tensors of one call. */
typedef struct call {
  const char *name;
  lt_tensor *out;
  const lt_tensor *y, *z;
  lt_scalar beta, alpha;
} call;

static lt_status check(call *c, const char *name, lt_tensor *r, const lt_tensor *x,
                       const lt_tensor *y, const lt_tensor *z, int y_dims, int z_dims) {
  LT_CHECK(r && y && z, EARG, "%s: expected a tensor", name);
  LT_CHECK(!lt_interrupt, EINTR, "interrupted");
  LT_TRY(lti_check_same(
      name, 4,
      (const lti_named[]){
          {y, "first factor"}, {z, "second factor"}, {x, "tensor to add to"}, {r, "result"}}));
  LT_CHECK(y->ndim == y_dims && z->ndim == z_dims, ESHAPE,
           "%s: expected a %dD and a %dD tensor to multiply, got %s and %s", name, y_dims, z_dims,
           lti_shape(y).str, lti_shape(z).str);
  c->name = name;
  c->y = y;
  c->z = z;
  return LT_OK;
}

static lt_status mismatch(const call *c) {
  return lti_fail(LT_ESHAPE, "%s: sizes do not match: %s * %s", c->name, lti_shape(c->y).str,
                  lti_shape(c->z).str);
}

static lt_status check_added(const call *c, const lt_tensor *x, int ndim, const int64_t *sizes) {
  LT_CHECK(!x || lti_has_sizes(x, ndim, sizes), ESHAPE,
           "%s: expected a tensor of %s to add to, got %s", c->name, lti_sizes(ndim, sizes).str,
           lti_shape(x).str);
  return LT_OK;
}

/* Computes with fn into a result of the given sizes: beta * x + alpha * product. */
static lt_status run(call *c, lt_tensor *r, int ndim, const int64_t *sizes, const lt_tensor *x,
                     double beta, double alpha, lt_status (*fn)(call *)) {
  LT_TRY(check_added(c, x, ndim, sizes));
  if (lti_has_sizes(r, ndim, sizes)) LT_TRY(lti_check_distinct(c->name, r));
  int dtype = r->dtype;
  c->alpha = lti_scalar(dtype, alpha);
  c->beta = lti_scalar(dtype, x ? beta : 0);
  bool reads_x = lti_is_float(dtype) ? c->beta.f != 0 : c->beta.i != 0;
  lt_tensor y_tmp, z_tmp;
  lti_output o;
  y_tmp.mem = z_tmp.mem = NULL;
  lti_open(&o, r);
  lt_status rc = make_readable(&c->y, &y_tmp);
  if (rc == LT_OK) rc = make_readable(&c->z, &z_tmp);
  if (rc == LT_OK) rc = prepare(&o, r, ndim, sizes, reads_x ? x : NULL, c->y, c->z);
  c->out = o.out;
  if (rc == LT_OK) rc = fn(c);
  lt_tensor_release(&y_tmp);
  lt_tensor_release(&z_tmp);
  return lti_finish_one(&o, rc);
}

/* ---- matrix times matrix ---- */

static lt_status multiply_matrices(call *c) {
  matrix r, y, z;
  const lt_tensor *t = c->out;
  int64_t m = t->sizes[0], n = t->sizes[1], k = c->y->sizes[1];
  as_matrix(&y, c->y, 0);
  as_matrix(&z, c->z, 0);
  as_matrix(&r, t, 0);
  void *data = (void *)r.data;
  if (!r.trans)
    LT_KERNEL(t->device, gemm, t->dtype, y.trans, z.trans, m, n, k, c->alpha, y.data, y.ld, z.data,
              z.ld, c->beta, data, r.ld);
  else /* r' = z' y' */
    LT_KERNEL(t->device, gemm, t->dtype, !z.trans, !y.trans, n, m, k, c->alpha, z.data, z.ld,
              y.data, y.ld, c->beta, data, r.ld);
  return LT_OK;
}

static lt_status matrix_product(const char *name, lt_tensor *r, const lt_tensor *x,
                                const lt_tensor *y, const lt_tensor *z, double beta, double alpha) {
  call c;
  LT_TRY(check(&c, name, r, x, y, z, 2, 2));
  if (y->sizes[1] != z->sizes[0]) return mismatch(&c);
  return run(&c, r, 2, (int64_t[]){y->sizes[0], z->sizes[1]}, x, beta, alpha, multiply_matrices);
}

lt_status lt_mm(lt_tensor *r, const lt_tensor *y, const lt_tensor *z) {
  return matrix_product("mm", r, NULL, y, z, 0, 1);
}

lt_status lt_addmm(lt_tensor *r, const lt_tensor *x, const lt_tensor *y, const lt_tensor *z,
                   double beta, double alpha) {
  LT_CHECK(x, EARG, "addmm: expected a tensor");
  return matrix_product("addmm", r, x, y, z, beta, alpha);
}

/* ---- matrix times vector ---- */

static lt_status multiply_vector(call *c) {
  matrix y;
  as_matrix(&y, c->y, 0);
  const lt_tensor *t = c->out, *z = c->z;
  int64_t m = y.trans ? c->y->sizes[1] : c->y->sizes[0],
          n = y.trans ? c->y->sizes[0] : c->y->sizes[1];
  LT_KERNEL(t->device, gemv, t->dtype, y.trans, m, n, c->alpha, y.data, y.ld, lti_data(z),
            z->strides[0], c->beta, lti_data(t), t->strides[0]);
  return LT_OK;
}

static lt_status vector_product(const char *name, lt_tensor *r, const lt_tensor *x,
                                const lt_tensor *y, const lt_tensor *z, double beta, double alpha) {
  call c;
  LT_TRY(check(&c, name, r, x, y, z, 2, 1));
  if (y->sizes[1] != z->sizes[0]) return mismatch(&c);
  return run(&c, r, 1, y->sizes, x, beta, alpha, multiply_vector);
}

lt_status lt_mv(lt_tensor *r, const lt_tensor *y, const lt_tensor *z) {
  return vector_product("mv", r, NULL, y, z, 0, 1);
}

lt_status lt_addmv(lt_tensor *r, const lt_tensor *x, const lt_tensor *y, const lt_tensor *z,
                   double beta, double alpha) {
  LT_CHECK(x, EARG, "addmv: expected a tensor");
  return vector_product("addmv", r, x, y, z, beta, alpha);
}

/* ---- outer product ---- */

static lt_status multiply_outer(call *c) {
  matrix r;
  lt_tensor *t = c->out;
  const lt_tensor *y = c->y, *z = c->z;
  double beta = lti_is_float(t->dtype) ? c->beta.f : (double)c->beta.i;
  bool plain = lti_is_float(t->dtype) ? c->alpha.f == 1 : c->alpha.i == 1;
  if (beta == 0 && plain) {
    lt_tensor column = *y, row = *z;
    column.ndim = row.ndim = 2;
    column.sizes[1] = z->sizes[0];
    column.strides[1] = 0;
    row.sizes[0] = y->sizes[0];
    row.strides[0] = 0;
    row.sizes[1] = z->sizes[0];
    row.strides[1] = z->strides[0];
    return lt_cmul(t, &row, &column);
  }
  if (beta == 0)
    LT_TRY(lt_fill(t, 0));
  else if (beta != 1)
    LT_TRY(lt_cmul_s(t, t, beta));
  as_matrix(&r, t, 0);
  void *data = (void *)r.data;
  if (!r.trans)
    LT_KERNEL(t->device, ger, t->dtype, t->sizes[0], t->sizes[1], c->alpha, lti_data(y),
              y->strides[0], lti_data(z), z->strides[0], data, r.ld);
  else
    LT_KERNEL(t->device, ger, t->dtype, t->sizes[1], t->sizes[0], c->alpha, lti_data(z),
              z->strides[0], lti_data(y), y->strides[0], data, r.ld);
  return LT_OK;
}

static lt_status outer_product(const char *name, lt_tensor *r, const lt_tensor *x,
                               const lt_tensor *y, const lt_tensor *z, double beta, double alpha) {
  call c;
  LT_TRY(check(&c, name, r, x, y, z, 1, 1));
  return run(&c, r, 2, (int64_t[]){y->sizes[0], z->sizes[0]}, x, beta, alpha, multiply_outer);
}

lt_status lt_ger(lt_tensor *r, const lt_tensor *y, const lt_tensor *z) {
  return outer_product("ger", r, NULL, y, z, 0, 1);
}

lt_status lt_addr(lt_tensor *r, const lt_tensor *x, const lt_tensor *y, const lt_tensor *z,
                  double beta, double alpha) {
  LT_CHECK(x, EARG, "addr: expected a tensor");
  return outer_product("addr", r, x, y, z, beta, alpha);
}

/* ---- batches ---- */

static lt_status multiply_batch(call *c) {
  matrix r, y, z;
  const lt_tensor *t = c->out;
  int64_t batch = t->sizes[0], m = t->sizes[1], n = t->sizes[2], k = c->y->sizes[2];
  as_matrix(&y, c->y, 1);
  as_matrix(&z, c->z, 1);
  as_matrix(&r, t, 1);
  void *data = (void *)r.data;
  int64_t y_step = c->y->strides[0], z_step = c->z->strides[0], r_step = t->strides[0];
  if (!r.trans)
    LT_KERNEL(t->device, gemm_batch, t->dtype, y.trans, z.trans, batch, m, n, k, c->alpha, y.data,
              y.ld, y_step, z.data, z.ld, z_step, c->beta, data, r.ld, r_step);
  else
    LT_KERNEL(t->device, gemm_batch, t->dtype, !z.trans, !y.trans, batch, n, m, k, c->alpha, z.data,
              z.ld, z_step, y.data, y.ld, y_step, c->beta, data, r.ld, r_step);
  return LT_OK;
}

static lt_status check_batch(call *c, const char *name, lt_tensor *r, const lt_tensor *x,
                             const lt_tensor *y, const lt_tensor *z) {
  LT_TRY(check(c, name, r, x, y, z, 3, 3));
  return y->sizes[0] == z->sizes[0] && y->sizes[2] == z->sizes[1] ? LT_OK : mismatch(c);
}

static lt_status batch_product(const char *name, lt_tensor *r, const lt_tensor *x,
                               const lt_tensor *y, const lt_tensor *z, double beta, double alpha) {
  call c;
  LT_TRY(check_batch(&c, name, r, x, y, z));
  int64_t sizes[] = {y->sizes[0], y->sizes[1], z->sizes[2]};
  return run(&c, r, 3, sizes, x, beta, alpha, multiply_batch);
}

lt_status lt_bmm(lt_tensor *r, const lt_tensor *y, const lt_tensor *z) {
  return batch_product("bmm", r, NULL, y, z, 0, 1);
}

lt_status lt_baddbmm(lt_tensor *r, const lt_tensor *x, const lt_tensor *y, const lt_tensor *z,
                     double beta, double alpha) {
  LT_CHECK(x, EARG, "baddbmm: expected a tensor");
  return batch_product("baddbmm", r, x, y, z, beta, alpha);
}

/* Element b of a batch of matrices; it borrows the storage. */
static lt_tensor batch_element(const lt_tensor *t, int64_t b) {
  lt_tensor m = *t;
  m.ndim = 2;
  m.offset += b * t->strides[0];
  memmove(m.sizes, t->sizes + 1, 2 * sizeof m.sizes[0]);
  memmove(m.strides, t->strides + 1, 2 * sizeof m.strides[0]);
  return m;
}

static lt_status multiply_batch_sum(call *c) {
  for (int64_t b = 0; b < c->y->sizes[0]; b++) {
    lt_tensor y = batch_element(c->y, b), z = batch_element(c->z, b);
    call one = {.name = c->name, .out = c->out, .y = &y, .z = &z, .alpha = c->alpha};
    one.beta = b == 0 ? c->beta : lti_scalar(c->out->dtype, 1);
    LT_TRY(multiply_matrices(&one));
  }
  return LT_OK;
}

lt_status lt_addbmm(lt_tensor *r, const lt_tensor *x, const lt_tensor *y, const lt_tensor *z,
                    double beta, double alpha) {
  call c;
  LT_CHECK(x, EARG, "addbmm: expected a tensor");
  LT_TRY(check_batch(&c, "addbmm", r, x, y, z));
  return run(&c, r, 2, (int64_t[]){y->sizes[1], z->sizes[2]}, x, beta, alpha, multiply_batch_sum);
}

/* ---- dot ---- */

static lt_status run_dot(double *out, const lt_tensor *x, const lt_tensor *y) {
  lt_scalar v;
  LT_KERNEL(x->device, dot, &v, x->dtype, lti_numel(x), lti_data(x),
            x->ndim == 1 ? x->strides[0] : 1, lti_data(y), y->ndim == 1 ? y->strides[0] : 1);
  *out = lti_is_float(x->dtype) ? lti_number(v.f) : (double)lti_wrap(x->dtype, v.i);
  return LT_OK;
}

lt_status lt_dot(double *out, const lt_tensor *x, const lt_tensor *y) {
  LT_CHECK(out && x && y, EARG, "dot: expected a tensor");
  LT_CHECK(!lt_interrupt, EINTR, "interrupted");
  LT_TRY(lti_check_same("dot", 2, (const lti_named[]){{x, "first tensor"}, {y, "second tensor"}}));
  LT_CHECK(lti_numel(x) == lti_numel(y), ESHAPE, "dot: element counts differ: %s and %s",
           lti_shape(x).str, lti_shape(y).str);
  *out = 0;
  if (x->ndim == 0) return LT_OK;
  lt_tensor tmp[2] = {0};
  lt_status rc = x->ndim == 1 ? LT_OK : lti_contiguous(&x, &tmp[0], x);
  if (rc == LT_OK && y->ndim != 1) rc = lti_contiguous(&y, &tmp[1], y);
  if (rc == LT_OK) rc = run_dot(out, x, y);
  lt_tensor_release(&tmp[0]);
  lt_tensor_release(&tmp[1]);
  return rc;
}
