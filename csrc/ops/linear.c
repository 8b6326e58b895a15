/* Fully connected layers: x [n in] or [in], weights [out in], bias [out]. The products are gemm's
 * with transposed operands, so that no view or copy of the weights is made. */
#include "ops/real.h"

/* A layer's sizes; a vector is one row. */
typedef struct {
  int64_t n, in, out;
} layer;

static const lt_scalar one = {.f = 1}, zero = {.f = 0};

static int64_t row_count(const lt_tensor *t) { return t->ndim == 1 ? 1 : t->sizes[0]; }

static lt_status check_matrix(const char *op, const lt_tensor *w) {
  LT_CHECK(w && w->ndim == 2, ESHAPE, "%s: expected weights [out in], got %s", op,
           w ? lti_shape(w).str : "nothing");
  return lti_check_float(op, w);
}

/* Checks that t is [n size] or [size]. */
static lt_status check_rows(const char *op, const char *what, const lt_tensor *t, int64_t size,
                            const lt_tensor *w) {
  LT_CHECK(t, EARG, "%s: expected a tensor", op);
  LT_CHECK((t->ndim == 1 || t->ndim == 2) && t->sizes[t->ndim - 1] == size, ESHAPE,
           "%s: size mismatch: %s %s does not fit weights %s", op, what, lti_shape(t).str,
           lti_shape(w).str);
  return lti_check_same(op, 2, (const lti_named[]){{t, what}, {w, "weight"}});
}

static lt_status check_bias(const char *op, const lt_tensor *b, const lt_tensor *w) {
  if (!b) return LT_OK;
  LT_CHECK(lti_numel(b) == w->sizes[0], ESHAPE,
           "%s: size mismatch: bias %s does not fit weights %s", op, lti_shape(b).str,
           lti_shape(w).str);
  return lti_check_same(op, 2, (const lti_named[]){{b, "bias"}, {w, "weight"}});
}

static lt_status forward(lt_tensor *y, const lt_tensor *x, const lt_tensor *w, const lt_tensor *b,
                         layer l) {
  if (b)
    LT_KERNEL(y->device, gemm_rows, y->dtype, 0, 1, l.n, l.out, l.in, lti_data(x), lti_data(w),
              lti_data(b), lti_data(y));
  else
    LT_KERNEL(y->device, gemm, y->dtype, 0, 1, l.n, l.out, l.in, one, lti_data(x), l.in,
              lti_data(w), l.in, zero, lti_data(y), l.out);
  return LT_OK;
}

lt_status lt_linear(lt_tensor *y, const lt_tensor *x, const lt_tensor *w, const lt_tensor *b) {
  LT_CHECK(y, EARG, "linear: expected a tensor");
  LT_CHECK(!lt_interrupt, EINTR, "interrupted");
  LT_TRY(check_matrix("linear", w));
  LT_TRY(check_rows("linear", "input", x, w->sizes[1], w));
  LT_TRY(check_bias("linear", b, w));
  LT_TRY(lti_check_same("linear", 2, (const lti_named[]){{y, "output"}, {w, "weight"}}));
  layer l = {row_count(x), w->sizes[1], w->sizes[0]};
  int64_t sizes[] = {l.n, l.out};
  int dtype = native_dtype(w);
  real_set s;
  s.n = 0;
  lt_tensor *out;
  const lt_tensor *cx, *cw, *cb;
  lt_status rc = real_input_as(&s, dtype, &cx, x);
  if (rc == LT_OK) rc = real_input_as(&s, dtype, &cw, w);
  if (rc == LT_OK) rc = real_input_as(&s, dtype, &cb, b);
  if (rc == LT_OK) rc = real_result_as(&s, dtype, &out, y, x->ndim, sizes + 2 - x->ndim);
  if (rc == LT_OK) rc = forward(out, cx, cw, cb, l);
  return real_finish(&s, rc);
}

static lt_status grad_input(lt_tensor *gx, const lt_tensor *gy, const lt_tensor *w, layer l) {
  LT_KERNEL(gx->device, gemm, gx->dtype, 0, 0, l.n, l.in, l.out, one, lti_data(gy), l.out,
            lti_data(w), l.in, zero, lti_data(gx), l.in);
  return LT_OK;
}

lt_status lt_linear_grad_input(lt_tensor *gx, const lt_tensor *gy, const lt_tensor *w) {
  LT_CHECK(gx, EARG, "linear_grad_input: expected a tensor");
  LT_TRY(check_matrix("linear_grad_input", w));
  LT_TRY(check_rows("linear_grad_input", "gradOutput", gy, w->sizes[0], w));
  LT_TRY(lti_check_same("linear_grad_input", 2,
                        (const lti_named[]){{gx, "gradInput"}, {w, "weight"}}));
  layer l = {row_count(gy), w->sizes[1], w->sizes[0]};
  int64_t sizes[] = {l.n, l.in};
  int dtype = native_dtype(w);
  real_set s;
  s.n = 0;
  lt_tensor *out;
  const lt_tensor *cg, *cw;
  lt_status rc = real_input_as(&s, dtype, &cg, gy);
  if (rc == LT_OK) rc = real_input_as(&s, dtype, &cw, w);
  if (rc == LT_OK) rc = real_result_as(&s, dtype, &out, gx, gy->ndim, sizes + 2 - gy->ndim);
  if (rc == LT_OK) rc = grad_input(out, cg, cw, l);
  return real_finish(&s, rc);
}

static lt_status grad_weight(lt_tensor *gw, lt_tensor *gb, const lt_tensor *x, const lt_tensor *gy,
                             layer l, double scale) {
  LT_KERNEL(gw->device, gemm, gw->dtype, 1, 0, l.out, l.in, l.n, (lt_scalar){.f = scale},
            lti_data(gy), l.out, lti_data(x), l.in, one, lti_data(gw), l.in);
  if (gb) LT_KERNEL(gb->device, rows_sum, gb->dtype, l.n, l.out, scale, lti_data(gy), lti_data(gb));
  return LT_OK;
}

lt_status lt_linear_grad_weight(lt_tensor *gw, lt_tensor *gb, const lt_tensor *x,
                                const lt_tensor *gy, double scale) {
  LT_TRY(check_matrix("linear_grad_weight", gw));
  LT_TRY(check_rows("linear_grad_weight", "input", x, gw->sizes[1], gw));
  LT_TRY(check_rows("linear_grad_weight", "gradOutput", gy, gw->sizes[0], gw));
  LT_TRY(check_bias("linear_grad_weight", gb, gw));
  LT_CHECK(row_count(x) == row_count(gy), ESHAPE,
           "linear_grad_weight: input %s does not fit gradOutput %s", lti_shape(x).str,
           lti_shape(gy).str);
  layer l = {row_count(x), gw->sizes[1], gw->sizes[0]};
  int dtype = native_dtype(gw);
  real_set s;
  s.n = 0;
  lt_tensor *w, *b;
  const lt_tensor *cx, *cg;
  lt_status rc = real_input_as(&s, dtype, &cx, x);
  if (rc == LT_OK) rc = real_input_as(&s, dtype, &cg, gy);
  if (rc == LT_OK) rc = real_accumulate_as(&s, dtype, &w, gw);
  if (rc == LT_OK) rc = real_accumulate_as(&s, dtype, &b, gb);
  if (rc == LT_OK) rc = grad_weight(w, b, cx, cg, l, scale);
  return real_finish(&s, rc);
}
