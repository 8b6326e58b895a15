/* Linear layers of sparse inputs: checks and results. Keys and ends are checked before anything is
 * computed. */
#include "ops/real.h"
#include "core/peers.h"

enum { SKIP = 4 }; /* columns of a normalized weight before the outputs */

/* Checks keys against `in`, values and ends, any of which may be NULL, and describes them; they are
 * to be on the device of w. */
static lt_status take(lti_entries *e, real_set *s, const char *op, const lt_tensor *w,
                      const lt_tensor *keys, const lt_tensor *values, const lt_tensor *ends) {
  const lt_tensor *all[] = {keys, values, ends};
  for (int i = 0; i < 3; i++)
    LT_CHECK(!all[i] || lti_home(all[i]) == lti_home(w), EDEVICE,
             "%s: a %s on device %d met a %s on device %d", op, lti_class(w).str, w->device,
             lti_class(all[i]).str, all[i]->device);
  const lt_tensor *k, *v, *n;
  LT_TRY(real_input(s, &k, keys));
  LT_TRY(real_input(s, &v, values));
  LT_TRY(real_input(s, &n, ends));
  const lt_tensor *any = keys ? keys : values;
  e->nnz = any ? lti_numel(any) : 0;
  e->batch = ends ? lti_numel(ends) : 0;
  e->keys = real_data(k), e->values = real_data(v), e->ends = real_data(n);
  LT_CHECK(!keys || keys->dtype == LT_LONG, EDTYPE,
           "%s: expected a LongTensor of keys, got a %sTensor", op, lt_dtype_name(keys->dtype));
  LT_CHECK(!ends || ends->dtype == LT_LONG, EDTYPE,
           "%s: expected a LongTensor of ends, got a %sTensor", op, lt_dtype_name(ends->dtype));
  LT_CHECK(!keys || !values || lti_numel(values) == e->nnz, ESHAPE, "%s: %lld keys, %lld values",
           op, (long long)e->nnz, values ? (long long)lti_numel(values) : 0);
  int64_t bad = -1, key = 0;
  if (e->keys) LT_KERNEL(keys->device, index_check, &bad, &key, e->keys, e->nnz, e->in);
  LT_CHECK(bad < 0, ERANGE, "%s: key %lld at position %lld is out of range 1..%lld", op,
           (long long)key, (long long)bad + 1, (long long)e->in);
  if (ends) {
    LT_CHECK(e->batch > 0, ESHAPE, "%s: no samples", op);
    LT_KERNEL(ends->device, sparse_check, &bad, e->ends, e->batch, e->nnz);
  }
  LT_CHECK(bad < 0, ESHAPE, "%s: the end of sample %lld does not fit %lld entries", op,
           (long long)bad + 1, (long long)e->nnz);
  return LT_OK;
}

/* Places of a weight: skipped columns, strides between keys and between outputs. */
typedef struct {
  int64_t skip, kstride, ostride;
} places;

/* Checks that w is a matrix for `out` outputs and gives its places and number of keys. */
static lt_status locate(places *p, lti_entries *e, const char *op, const lt_tensor *w, int64_t out,
                        int by_row) {
  LT_CHECK(w && w->ndim == 2, ESHAPE, "%s: expected a matrix of weights, got %s", op,
           w ? lti_shape(w).str : "nothing");
  LT_TRY(lti_check_float(op, w));
  e->out = out;
  e->in = w->sizes[by_row ? 0 : 1];
  p->skip = by_row ? w->sizes[1] - out : 0;
  LT_CHECK(by_row ? p->skip >= 0 : w->sizes[0] == out, ESHAPE,
           "%s: weights %s do not have %lld outputs", op, lti_shape(w).str, (long long)out);
  p->kstride = by_row ? w->sizes[1] : 1;
  p->ostride = by_row ? 1 : w->sizes[1];
  return LT_OK;
}

/* Checks that gy is [batch out] and gives out. */
static lt_status outputs(int64_t *out, const char *op, const lt_tensor *gy, const lt_tensor *ends) {
  LT_CHECK(gy && ends, EARG, "%s: expected a tensor", op);
  LT_CHECK(gy->ndim == 2 && gy->sizes[0] == lti_numel(ends), ESHAPE,
           "%s: expected gradOutput of %lld rows, got %s", op, (long long)lti_numel(ends),
           lti_shape(gy).str);
  *out = gy->sizes[1];
  return LT_OK;
}

/* Data of output 1 of key 1. */
static void *origin(const lt_tensor *w, const places *p) {
  return lti_data(w) + p->skip * lti_elsize(w->dtype);
}

lt_status lt_sparse_linear(lt_tensor *y, const lt_tensor *keys, const lt_tensor *values,
                           const lt_tensor *ends, const lt_tensor *w, const lt_tensor *bias,
                           int by_row) {
  static const char op[] = "sparse_linear";
  lti_entries e;
  places p;
  LT_CHECK(y && keys && values && ends && bias, EARG, "%s: expected a tensor", op);
  LT_TRY(locate(&p, &e, op, w, lti_numel(bias), by_row));
  LT_TRY(lti_check_same(
      op, 4,
      (const lti_named[]){{w, "weight"}, {values, "values"}, {bias, "bias"}, {y, "output"}}));
  real_set set;
  set.n = 0;
  const lt_tensor *wc, *bc;
  lt_tensor *yc;
  REAL_TRY(&set, take(&e, &set, op, w, keys, values, ends));
  REAL_TRY(&set, real_input(&set, &wc, w));
  REAL_TRY(&set, real_input(&set, &bc, bias));
  REAL_TRY(&set, real_result(&set, &yc, y, 2, (int64_t[]){e.batch, e.out}));
  REAL_KERNEL(&set, w->device, sparse_linear, yc->dtype, &e, lti_data(yc), origin(wc, &p),
              p.kstride, p.ostride, lti_data(bc));
  return real_finish(&set, LT_OK);
}

lt_status lt_sparse_linear_grad_weight(lt_tensor *gw, lt_tensor *gb, const lt_tensor *keys,
                                       const lt_tensor *values, const lt_tensor *ends,
                                       const lt_tensor *gy, int by_row, double scale,
                                       double decay) {
  static const char op[] = "sparse_linear_grad_weight";
  lti_entries e;
  places p;
  int64_t out;
  LT_CHECK(keys && values, EARG, "%s: expected a tensor", op);
  LT_TRY(outputs(&out, op, gy, ends));
  LT_TRY(locate(&p, &e, op, gw, out, by_row));
  LT_TRY(lti_check_same(op, 4,
                        (const lti_named[]){{gw, "weight gradient"},
                                            {values, "values"},
                                            {gy, "output gradient"},
                                            {gb, "bias gradient"}}));
  LT_CHECK(!gb || lti_numel(gb) == out, ESHAPE, "%s: bias %s for %lld outputs", op,
           lti_shape(gb).str, (long long)out);
  real_set set;
  set.n = 0;
  const lt_tensor *gc;
  lt_tensor *wc, *bc;
  REAL_TRY(&set, take(&e, &set, op, gw, keys, values, ends));
  REAL_TRY(&set, real_input(&set, &gc, gy));
  REAL_TRY(&set, real_accumulate(&set, &wc, gw));
  REAL_TRY(&set, real_accumulate(&set, &bc, gb));
  REAL_KERNEL(&set, gw->device, sparse_linear_grad_weight, wc->dtype, &e, origin(wc, &p), p.kstride,
              p.ostride, lti_data(gc), scale, decay);
  if (bc)
    REAL_KERNEL(&set, gw->device, rows_sum, bc->dtype, e.batch, out, scale, lti_data(gc),
                lti_data(bc));
  return real_finish(&set, LT_OK);
}

lt_status lt_sparse_rows(lt_tensor *r, const lt_tensor *values, const lt_tensor *ends,
                         const lt_tensor *gy, double scale) {
  static const char op[] = "sparse_rows";
  lti_entries e = {0};
  LT_CHECK(r && values, EARG, "%s: expected a tensor", op);
  LT_TRY(outputs(&e.out, op, gy, ends));
  LT_TRY(lti_check_float(op, gy));
  LT_TRY(lti_check_same(
      op, 3, (const lti_named[]){{gy, "output gradient"}, {values, "values"}, {r, "result"}}));
  real_set set;
  set.n = 0;
  const lt_tensor *gc;
  lt_tensor *rc;
  REAL_TRY(&set, take(&e, &set, op, gy, NULL, values, ends));
  REAL_TRY(&set, real_input(&set, &gc, gy));
  REAL_TRY(&set, real_result(&set, &rc, r, 2, (int64_t[]){e.nnz, e.out}));
  REAL_KERNEL(&set, gy->device, sparse_rows, rc->dtype, &e, lti_data(rc), lti_data(gc), scale);
  return real_finish(&set, LT_OK);
}

lt_status lt_sparse_rows_update(lt_tensor *w, const lt_tensor *keys, const lt_tensor *rows,
                                const lt_tensor *shifts, double lr, double decay) {
  static const char op[] = "sparse_rows_update";
  lti_entries e;
  places p;
  LT_CHECK(keys && rows, EARG, "%s: expected a tensor", op);
  LT_CHECK(rows->ndim == 2 && rows->sizes[0] == lti_numel(keys), ESHAPE, "%s: %lld keys, rows %s",
           op, (long long)lti_numel(keys), lti_shape(rows).str);
  LT_TRY(locate(&p, &e, op, w, rows->sizes[1], 1));
  LT_TRY(lti_check_same(op, 3,
                        (const lti_named[]){{w, "weight"}, {rows, "rows"}, {shifts, "offsets"}}));
  LT_CHECK(!shifts || (p.skip == SKIP && lti_numel(shifts) == rows->sizes[0]), ESHAPE,
           "%s: weights %s, shifts %s, rows %s", op, lti_shape(w).str,
           shifts ? lti_shape(shifts).str : "", lti_shape(rows).str);
  real_set set;
  set.n = 0;
  const lt_tensor *rc, *sc;
  lt_tensor *wc;
  REAL_TRY(&set, take(&e, &set, op, w, keys, NULL, NULL));
  REAL_TRY(&set, real_input(&set, &rc, rows));
  REAL_TRY(&set, real_input(&set, &sc, shifts));
  REAL_TRY(&set, real_accumulate(&set, &wc, w));
  REAL_KERNEL(&set, w->device, sparse_rows_update, wc->dtype, &e, origin(wc, &p), p.kstride,
              lti_data(rc), real_data(sc), lr, decay);
  return real_finish(&set, LT_OK);
}

lt_status lt_sparse_columns_update(lt_tensor *w, const lt_tensor *gw, const lt_tensor *keys,
                                   double lr) {
  static const char op[] = "sparse_columns_update";
  lti_entries e;
  places p;
  LT_CHECK(gw && keys, EARG, "%s: expected a tensor", op);
  LT_TRY(locate(&p, &e, op, w, w && w->ndim == 2 ? w->sizes[0] : 0, 0));
  LT_TRY(lti_check_same(op, 2, (const lti_named[]){{w, "weight"}, {gw, "weight gradient"}}));
  LT_CHECK(lti_same_size(w, gw), ESHAPE, "%s: weights %s, gradient %s", op, lti_shape(w).str,
           lti_shape(gw).str);
  real_set set;
  set.n = 0;
  const lt_tensor *gc;
  lt_tensor *wc;
  REAL_TRY(&set, take(&e, &set, op, w, keys, NULL, NULL));
  REAL_TRY(&set, real_input(&set, &gc, gw));
  REAL_TRY(&set, real_accumulate(&set, &wc, w));
  REAL_KERNEL(&set, w->device, sparse_columns_update, wc->dtype, &e, lti_data(wc), lti_data(gc),
              lr);
  return real_finish(&set, LT_OK);
}

lt_status lt_sparse_normalize(lt_tensor *r, lt_tensor *w, const lt_tensor *keys,
                              const lt_tensor *values, int training) {
  static const char op[] = "sparse_normalize";
  lti_entries e;
  places p;
  LT_CHECK(r && keys && values, EARG, "%s: expected a tensor", op);
  LT_TRY(locate(&p, &e, op, w, 0, 1));
  LT_CHECK(p.skip >= SKIP, ESHAPE, "%s: expected weights of %d or more columns, got %s", op, SKIP,
           lti_shape(w).str);
  LT_TRY(
      lti_check_same(op, 3, (const lti_named[]){{w, "weight"}, {values, "values"}, {r, "result"}}));
  real_set set;
  set.n = 0;
  lt_tensor *wc, *rc;
  REAL_TRY(&set, take(&e, &set, op, w, keys, values, NULL));
  REAL_TRY(&set, real_accumulate(&set, &wc, w));
  REAL_TRY(&set, real_result(&set, &rc, r, 1, &e.nnz));
  REAL_KERNEL(&set, w->device, sparse_normalize, wc->dtype, &e, lti_data(rc), lti_data(wc),
              p.kstride, training);
  return real_finish(&set, LT_OK);
}

lt_status lt_sparse_shifts(lt_tensor *r, const lt_tensor *keys, const lt_tensor *ends,
                           const lt_tensor *gy, const lt_tensor *w, double scale) {
  static const char op[] = "sparse_shifts";
  lti_entries e;
  places p;
  int64_t out;
  LT_CHECK(r && keys, EARG, "%s: expected a tensor", op);
  LT_TRY(outputs(&out, op, gy, ends));
  LT_TRY(locate(&p, &e, op, w, out, 1));
  LT_TRY(lti_check_same(
      op, 3, (const lti_named[]){{w, "weight"}, {gy, "output gradient"}, {r, "result"}}));
  real_set set;
  set.n = 0;
  const lt_tensor *gc, *wc;
  lt_tensor *rc;
  REAL_TRY(&set, take(&e, &set, op, w, keys, NULL, ends));
  REAL_TRY(&set, real_input(&set, &gc, gy));
  REAL_TRY(&set, real_input(&set, &wc, w));
  REAL_TRY(&set, real_result(&set, &rc, r, 1, &e.nnz));
  REAL_KERNEL(&set, w->device, sparse_shifts, rc->dtype, &e, lti_data(rc), lti_data(gc),
              origin(wc, &p), p.kstride, scale);
  return real_finish(&set, LT_OK);
}
