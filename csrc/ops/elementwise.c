/* Elementwise operations: checks, shapes and overlap for every row of elementwise.def.
 *
 * The result takes the sizes of the first input. Inputs of another shape but equal element count
 * are read in their own order, as Torch7 does; otherwise shapes broadcast. The result may be one of
 * the inputs; an input that overlaps it in any other way is copied first. */
#include "core/internal.h"
#include "core/peers.h"

enum { KIND_PLAIN, KIND_GRAD, KIND_COMPARE };

static const struct {
  const char *name;
  uint32_t dtypes;
  uint8_t kind;
} rows[] = {
#define UNARY(name, types, value, deriv) \
  {#name, LTI_##types, KIND_PLAIN}, {#name "_grad", LTI_FLT, KIND_GRAD},
#define UNARY1 UNARY
#define UNARY2 UNARY
#define BINARY(name, types, value) {#name, LTI_##types, KIND_PLAIN},
#define BINARY1 BINARY
#define TERNARY1 BINARY
#define COMPARE(name, value) {#name, LTI_ALL, KIND_COMPARE},
#include "elementwise.def"
};

int lt_elementwise_index(const char *name) {
  for (int op = 0; name && op < LT_NELEMENTWISE; op++)
    if (strcmp(rows[op].name, name) == 0) return op;
  return -1;
}

/* One call: operand 0 is the result; a NULL input is the scalar. */
typedef struct {
  int op, n;
  const lt_tensor *t[LT_MAXOP];
  lt_tensor tmp[LT_MAXOP];
  lt_scalar scalar, params[2];
} call;

static void release(call *c) {
  for (int k = 0; k < c->n; k++) lt_tensor_release(&c->tmp[k]);
}

/* Replaces operand k by a contiguous copy. */
static lt_status copy_operand(call *c, int k) {
  const lt_tensor *x = c->t[k];
  lt_tensor fresh;
  LT_TRY(lti_new(&fresh, x->dtype, x->device, x->ndim, x->sizes));
  lt_status rc = lt_copy(&fresh, x);
  lt_tensor_release(&c->tmp[k]);
  c->tmp[k] = fresh;
  c->t[k] = &c->tmp[k];
  return rc;
}

/* Makes operand k a view of its elements in the given shape of equal element count. */
static lt_status reshape_operand(call *c, int k, const lt_tensor *like) {
  if (!lti_is_contiguous(c->t[k])) LT_TRY(copy_operand(c, k));
  lt_tensor v = {.dtype = c->t[k]->dtype, .device = c->t[k]->device};
  LT_TRY(lt_view(&v, c->t[k], like->ndim, like->sizes));
  lt_tensor_release(&c->tmp[k]);
  c->tmp[k] = v;
  c->t[k] = &c->tmp[k];
  return LT_OK;
}

/* Makes operand k a view that has stride 0 where it expands to the shape. With three inputs one may
 * fit the first by its element count and yet not broadcast to the shape of all. */
static lt_status broadcast_operand(call *c, int k, const lt_tensor *like) {
  lt_tensor v = *c->t[k];
  int shift = like->ndim - v.ndim;
  LT_CHECK(shift >= 0, ESHAPE, "%s: sizes do not match: %s and %s", rows[c->op].name,
           lti_shape(like).str, lti_shape(&v).str);
  for (int d = like->ndim - 1; d >= 0; d--) {
    int64_t size = d >= shift ? c->t[k]->sizes[d - shift] : 1;
    LT_CHECK(size == 1 || size == like->sizes[d], ESHAPE, "%s: sizes do not match: %s and %s",
             rows[c->op].name, lti_shape(like).str, lti_shape(c->t[k]).str);
    v.strides[d] = size == 1 ? 0 : c->t[k]->strides[d - shift];
    v.sizes[d] = like->sizes[d];
  }
  v.ndim = like->ndim;
  lt_storage_retain(v.mem);
  lt_tensor_release(&c->tmp[k]);
  c->tmp[k] = v;
  c->t[k] = &c->tmp[k];
  return LT_OK;
}

/* The common shape of the inputs in `shape` (sizes and ndim only). */
static lt_status common_shape(const call *c, lt_tensor *shape) {
  const lt_tensor *x = c->t[1];
  shape->ndim = x->ndim;
  memcpy(shape->sizes, x->sizes, sizeof x->sizes);
  int64_t numel = lti_numel(x);
  for (int k = 2; k < c->n; k++) {
    const lt_tensor *y = c->t[k];
    if (!y || lti_numel(y) == numel) continue;
    LT_CHECK(x->ndim > 0 && y->ndim > 0 && rows[c->op].kind != KIND_GRAD, ESHAPE,
             "%s: sizes do not match: %s and %s", rows[c->op].name, lti_shape(x).str,
             lti_shape(y).str);
    int ndim = LT_MAX(shape->ndim, y->ndim);
    int64_t sizes[LT_MAXDIM];
    for (int d = 1; d <= ndim; d++) {
      int64_t a = d <= shape->ndim ? shape->sizes[shape->ndim - d] : 1;
      int64_t b = d <= y->ndim ? y->sizes[y->ndim - d] : 1;
      LT_CHECK(a == b || a == 1 || b == 1, ESHAPE, "%s: sizes do not match: %s and %s",
               rows[c->op].name, lti_shape(x).str, lti_shape(y).str);
      sizes[ndim - d] = a == 1 ? b : a;
    }
    shape->ndim = (uint8_t)ndim;
    memcpy(shape->sizes, sizes, sizeof sizes);
  }
  return LT_OK;
}

/* Whether both are of one class. */
static bool same_class(const lt_tensor *x, const lt_tensor *y) {
  return x->dtype == y->dtype && (x->device == LT_CPU) == (y->device == LT_CPU);
}

static lt_status check_types(const call *c, const lt_tensor *r) {
  const lt_tensor *x = c->t[1];
  const char *name = rows[c->op].name;
  LT_CHECK(rows[c->op].dtypes >> x->dtype & 1, EDTYPE, "%s: not available for a %sTensor", name,
           lt_dtype_name(x->dtype));
  LT_CHECK((r->device == LT_CPU) == (x->device == LT_CPU), EDEVICE,
           "%s: the result is a %s, the input a %s", name, lti_class(r).str, lti_class(x).str);
  for (int k = 2; k < c->n; k++) {
    if (!c->t[k]) continue;
    LT_CHECK(same_class(c->t[k], x), EDTYPE, "%s: expected a %s, got a %s", name, lti_class(x).str,
             lti_class(c->t[k]).str);
    LT_CHECK(lti_reaches(x->device, c->t[k]->device) && lti_reaches(r->device, c->t[k]->device),
             EDEVICE, "%s: tensors are on different devices (%d, %d)", name, x->device,
             c->t[k]->device);
  }
  LT_CHECK(lti_reaches(x->device, r->device), EDEVICE,
           "%s: tensors are on different devices (%d, %d)", name, x->device, lti_home(r));
  bool byte_result = rows[c->op].kind == KIND_COMPARE && r->dtype == LT_BYTE;
  LT_CHECK(r->dtype == x->dtype || byte_result, EDTYPE, "%s: the result must be a %s, got a %s",
           name, lti_class(x).str, lti_class(r).str);
  return LT_OK;
}

static bool is_division(int op) {
  return op == LT_OP_cdiv || op == LT_OP_cfmod || op == LT_OP_cremainder || op == LT_OP_addcdiv;
}

/* Integer division by zero (or of the least integer by -1) is an error before anything is written.
 */
static lt_status check_division(const call *c, lt_iter *it, int dtype) {
  if (!is_division(c->op) || lti_is_float(dtype)) return LT_OK;
  int bad = 0;
  lt_iter pair = *it;
  if (c->n == 4) { /* addcdiv divides operand 2 by operand 3 */
    memcpy(pair.stride[1], it->stride[2], 2 * sizeof it->stride[0]);
    memcpy(pair.base + 1, it->base + 2, 2 * sizeof it->base[0]);
    pair.nop = 3;
  }
  LT_KERNEL(c->t[1]->device, division_check, &bad, dtype, &pair);
  LT_CHECK(!bad, EZERODIV, "%s: integer division by zero or out of range", rows[c->op].name);
  return LT_OK;
}

/* Brings every input to the shape and resolves overlap with the (already sized) result. */
static lt_status fit_inputs(call *c, const lt_tensor *r) {
  int64_t numel = lti_numel(r);
  for (int k = 1; k < c->n; k++) {
    if (!c->t[k]) continue;
    if (!lti_same_size(c->t[k], r))
      LT_TRY(lti_numel(c->t[k]) == numel ? reshape_operand(c, k, r) : broadcast_operand(c, k, r));
    if (lti_overlaps(r, c->t[k])) LT_TRY(copy_operand(c, k));
  }
  return LT_OK;
}

static lt_status compute(call *c, lt_tensor *r, int dtype) {
  lt_iter it;
  c->t[0] = r;
  lti_iter_init(&it, c->n, c->t);
  for (int k = 1; k < c->n; k++) it.scalar[k] = c->scalar;
  LT_TRY(check_division(c, &it, dtype));
  LT_KERNEL(r->device, elementwise, c->op, dtype, &it, c->params);
  return LT_OK;
}

/* Gives the inputs that are r, which is about to be resized, views of their own of its elements. */
static lt_status keep_inputs(call *c, const lt_tensor *r, const lt_tensor *shape) {
  for (int k = 1; k < c->n; k++) {
    if (c->t[k] != r) continue;
    LT_CHECK(lti_numel(r) >= lti_numel(shape), ESHAPE,
             "%s: the result %s is an input that would grow to %s", rows[c->op].name,
             lti_shape(r).str, lti_sizes(shape->ndim, shape->sizes).str);
    c->tmp[k].dtype = r->dtype;
    c->tmp[k].device = r->device;
    LT_TRY(lt_set(&c->tmp[k], r));
    c->t[k] = &c->tmp[k];
  }
  return LT_OK;
}

/* Computes into r, which has the shape. */
static lt_status run_into(call *c, lt_tensor *r, int dtype) {
  LT_TRY(lti_check_distinct(rows[c->op].name, r));
  LT_TRY(fit_inputs(c, r));
  return compute(c, r, dtype);
}

static lt_status run_general(call *c, lt_tensor *r) {
  lt_tensor shape = {0};
  LT_TRY(common_shape(c, &shape));
  lti_output o;
  lti_open(&o, r);
  int dtype = c->t[1]->dtype;
  if (shape.ndim == 0) return lti_resize(&o, 0, shape.sizes);
  if (rows[c->op].kind == KIND_COMPARE && r->dtype != LT_BYTE) {
    /* A comparison into the operands' own type goes through bytes. */
    o.out = &o.tmp;
    LT_TRY(lti_new(&o.tmp, LT_BYTE, r->device, shape.ndim, shape.sizes));
  } else if (!lti_same_size(r, &shape)) {
    LT_TRY(keep_inputs(c, r, &shape));
    LT_TRY(lti_resize(&o, shape.ndim, shape.sizes));
  }
  return lti_finish_one(&o, run_into(c, o.out, dtype));
}

static bool is_simple(const call *c, const lt_tensor *r) {
  if (r->ndim == 0 || !lti_is_contiguous(r) || r->dtype != c->t[1]->dtype) return false;
  if (rows[c->op].kind == KIND_COMPARE || is_division(c->op)) return false;
  for (int k = 1; k < c->n; k++) {
    const lt_tensor *x = c->t[k];
    if (x == NULL || x == r) continue;
    if (!lti_same_size(x, r) || !lti_is_contiguous(x) || x->mem == r->mem ||
        x->mem->data == r->mem->data)
      return false;
    if (lti_overlaps(r, x)) return false;
  }
  return true;
}

/* Contiguous operands of one shape: no iterator to derive. */
static lt_status run_simple(call *c, lt_tensor *r) {
  lt_iter it;
  it.nop = c->n;
  it.ndim = 1;
  it.numel = it.size[0] = lti_numel(r);
  int64_t step = lti_elsize(r->dtype);
  it.base[0] = lti_data(r);
  it.stride[0][0] = step;
  for (int k = 1; k < c->n; k++) {
    it.base[k] = c->t[k] ? lti_data(c->t[k]) : NULL;
    it.stride[k][0] = c->t[k] ? step : 0;
    it.scalar[k] = c->scalar;
  }
  LT_KERNEL(r->device, elementwise, c->op, r->dtype, &it, c->params);
  r->version++;
  return LT_OK;
}

/* Runs row op on n - 1 inputs; a NULL among them after the first is the scalar v. */
static lt_status run(int op, lt_tensor *r, int n, const lt_tensor *x, const lt_tensor *y,
                     const lt_tensor *z, double v, double a, double b) {
  call c;
  c.op = op;
  c.n = n;
  c.t[1] = x;
  c.t[2] = y;
  c.t[3] = z;
  LT_CHECK(r && x, EARG, "%s: expected a tensor", rows[op].name);
  LT_CHECK(!lt_interrupt, EINTR, "interrupted");
  LT_TRY(check_types(&c, r));
  c.scalar = lti_scalar(x->dtype, v);
  c.params[0] = lti_scalar(x->dtype, a);
  c.params[1] = lti_scalar(x->dtype, b);
  if (is_simple(&c, r)) return run_simple(&c, r);
  memset(c.tmp, 0, sizeof c.tmp);
  lt_status rc = run_general(&c, r);
  release(&c);
  return rc;
}

#define NEED(name, t) LT_CHECK(t, EARG, #name ": expected a tensor")

#define UNARY(name, types, value, deriv)                                            \
  lt_status lt_##name(lt_tensor *r, const lt_tensor *x) {                           \
    return run(LT_OP_##name, r, 2, x, 0, 0, 0, 0, 0);                               \
  }                                                                                 \
  lt_status lt_##name##_grad(lt_tensor *gx, const lt_tensor *g, const lt_tensor *x, \
                             const lt_tensor *y) {                                  \
    NEED(name##_grad, x);                                                           \
    NEED(name##_grad, y);                                                           \
    return run(LT_OP_##name##_grad, gx, 4, g, x, y, 0, 0, 0);                       \
  }
#define UNARY1(name, types, value, deriv)                                           \
  lt_status lt_##name(lt_tensor *r, const lt_tensor *x, double a) {                 \
    return run(LT_OP_##name, r, 2, x, 0, 0, 0, a, 0);                               \
  }                                                                                 \
  lt_status lt_##name##_grad(lt_tensor *gx, const lt_tensor *g, const lt_tensor *x, \
                             const lt_tensor *y, double a) {                        \
    NEED(name##_grad, x);                                                           \
    NEED(name##_grad, y);                                                           \
    return run(LT_OP_##name##_grad, gx, 4, g, x, y, 0, a, 0);                       \
  }
#define UNARY2(name, types, value, deriv)                                           \
  lt_status lt_##name(lt_tensor *r, const lt_tensor *x, double a, double b) {       \
    return run(LT_OP_##name, r, 2, x, 0, 0, 0, a, b);                               \
  }                                                                                 \
  lt_status lt_##name##_grad(lt_tensor *gx, const lt_tensor *g, const lt_tensor *x, \
                             const lt_tensor *y, double a, double b) {              \
    NEED(name##_grad, x);                                                           \
    NEED(name##_grad, y);                                                           \
    return run(LT_OP_##name##_grad, gx, 4, g, x, y, 0, a, b);                       \
  }
#define BINARY(name, types, value)                                            \
  lt_status lt_##name(lt_tensor *r, const lt_tensor *x, const lt_tensor *y) { \
    NEED(name, y);                                                            \
    return run(LT_OP_##name, r, 3, x, y, 0, 0, 0, 0);                         \
  }                                                                           \
  lt_status lt_##name##_s(lt_tensor *r, const lt_tensor *x, double y) {       \
    return run(LT_OP_##name, r, 3, x, 0, 0, y, 0, 0);                         \
  }
#define BINARY1(name, types, value)                                                     \
  lt_status lt_##name(lt_tensor *r, const lt_tensor *x, const lt_tensor *y, double a) { \
    NEED(name, y);                                                                      \
    return run(LT_OP_##name, r, 3, x, y, 0, 0, a, 0);                                   \
  }
#define TERNARY1(name, types, value)                                                            \
  lt_status lt_##name(lt_tensor *r, const lt_tensor *x, const lt_tensor *y, const lt_tensor *z, \
                      double a) {                                                               \
    NEED(name, y);                                                                              \
    NEED(name, z);                                                                              \
    return run(LT_OP_##name, r, 4, x, y, z, 0, a, 0);                                           \
  }
#define COMPARE(name, value) BINARY(name, ALL, value)
#include "elementwise.def"
