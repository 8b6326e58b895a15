/* Scaled dot-product attention: checks and results. Matrices whose rows are contiguous are used
 * where they are, so that queries, keys and values can be parts of one tensor. Padding is on the
 * CPU. */
#include "core/peers.h"
#include "ops/real.h"

/* Elements of an operand, which may be expanded: the kernels' space for them can be counted. */
static const int64_t MOST = (int64_t)1 << 44;

static lt_status check_padding(const char *op, lti_attention *s, const lt_tensor *padding) {
  if (!padding) return LT_OK;
  LT_CHECK(padding->device == LT_CPU && (padding->dtype == LT_LONG || padding->dtype == LT_BYTE),
           EDTYPE, "%s: padding must be lengths (Long) or a mask (Byte), got %s", op,
           lti_shape(padding).str);
  LT_CHECK(lti_is_contiguous(padding), ESHAPE, "%s: padding must be contiguous", op);
  if (padding->dtype == LT_BYTE) {
    LT_CHECK(padding->ndim == 2 && padding->sizes[0] == s->n && padding->sizes[1] == s->tk, ESHAPE,
             "%s: the mask should be %lld x %lld, got %s", op, (long long)s->n, (long long)s->tk,
             lti_shape(padding).str);
    s->ignored = (const uint8_t *)lti_data(padding);
    return LT_OK;
  }
  LT_CHECK(padding->ndim == 1 && padding->sizes[0] == s->n, ESHAPE,
           "%s: expected %lld lengths, got %s", op, (long long)s->n, lti_shape(padding).str);
  s->lengths = (const int64_t *)lti_data(padding);
  for (int64_t b = 0; b < s->n; b++)
    LT_CHECK(s->lengths[b] >= 0 && s->lengths[b] <= s->tk, ERANGE,
             "%s: length %lld of sample %lld is out of range [0, %lld]", op,
             (long long)s->lengths[b], (long long)b + 1, (long long)s->tk);
  return LT_OK;
}

static lt_status check_matrix(const char *op, const char *what, const lt_tensor *t,
                              const lt_tensor *q, int64_t heads) {
  LT_CHECK(t && t->ndim == 3, ESHAPE, "%s: expected %s [n t heads*size], got %s", op, what,
           t ? lti_shape(t).str : "nothing");
  LT_CHECK(lti_numel(t) <= MOST, ERANGE, "%s: %s %s is too large", op, what, lti_shape(t).str);
  LT_CHECK(t->sizes[2] % heads == 0, ESHAPE, "%s: %s %s cannot be divided among %lld heads", op,
           what, lti_shape(t).str, (long long)heads);
  return lti_check_same(op, 2, (const lti_named[]){{q, "query"}, {t, what}});
}

static lt_status check(const char *op, lti_attention *s, const lt_tensor *q, const lt_tensor *k,
                       const lt_tensor *v, const lt_tensor *padding, int64_t heads, int causal,
                       double scale, double dropout, double seed) {
  LT_CHECK(!lt_interrupt, EINTR, "interrupted");
  LT_CHECK(heads >= 1, ERANGE, "%s: expected 1 head or more, got %lld", op, (long long)heads);
  LT_CHECK(dropout >= 0 && dropout < 1, ERANGE, "%s: dropout %g is out of range [0, 1)", op,
           dropout);
  LT_CHECK(seed >= 0 && seed <= UINT32_MAX, ERANGE, "%s: seed %g is out of range [0, 2^32)", op,
           seed);
  LT_TRY(check_matrix(op, "query", q, q, heads));
  LT_TRY(check_matrix(op, "key", k, q, heads));
  LT_TRY(check_matrix(op, "value", v, q, heads));
  LT_TRY(lti_check_float(op, q));
  LT_CHECK(q->sizes[0] == k->sizes[0] && q->sizes[2] == k->sizes[2], ESHAPE,
           "%s: query %s and key %s do not fit: expected [n tq c] and [n tk c]", op,
           lti_shape(q).str, lti_shape(k).str);
  LT_CHECK(v->sizes[0] == k->sizes[0] && v->sizes[1] == k->sizes[1], ESHAPE,
           "%s: key %s and value %s do not fit: expected [n tk c] and [n tk e]", op,
           lti_shape(k).str, lti_shape(v).str);
  *s = (lti_attention){.n = q->sizes[0],
                       .heads = heads,
                       .tq = q->sizes[1],
                       .tk = k->sizes[1],
                       .d = q->sizes[2] / heads,
                       .dv = v->sizes[2] / heads,
                       .scale = scale,
                       .causal = causal,
                       .dropout = dropout,
                       .seed = (uint32_t)seed};
  return check_padding(op, s, padding);
}

/* The dtype of the kernel's matrices; sums are real_dtype. */
static int matrix_dtype(const lti_attention *s, const lt_tensor *q) {
  return LT_MAX(s->d, s->dv) <= LTI_ATTENTION_HALF ? native_dtype(q) : real_dtype(q->dtype);
}

/* The sums of exponentials of q's attention. */
static lt_status check_sums(const char *op, const lt_tensor *lse, const lt_tensor *q) {
  LT_CHECK(lse->dtype == real_dtype(q->dtype), EDTYPE,
           "%s: expected a %sTensor for sums of %s, got %s", op,
           lt_dtype_name(real_dtype(q->dtype)), lti_shape(q).str, lti_shape(lse).str);
  LT_CHECK(lti_home(lse) == lti_home(q), EDEVICE, "%s: sums on device %d for tensors on device %d",
           op, lti_home(lse), lti_home(q));
  return LT_OK;
}

/* Whether a kernel for matrices of a dtype can use t where it is. */
static bool has_rows(const lt_tensor *t, int dtype) {
  return dtype == t->dtype && (t->strides[2] == 1 || t->sizes[2] == 1) && t->strides[0] >= 0 &&
         t->strides[1] >= 0;
}

static lti_rows layout(const lt_tensor *t) { return (lti_rows){t->strides[0], t->strides[1]}; }

static lt_status input(real_set *set, int dtype, const lt_tensor **out, lti_rows *rows,
                       const lt_tensor *t) {
  *out = t;
  if (has_rows(t, dtype))
    real_item(set, t, NULL);
  else
    LT_TRY(real_input_as(set, dtype, out, t));
  *rows = layout(*out);
  return LT_OK;
}

/* The gradient of x: r itself when it has x's sizes, usable rows and memory that no input has. */
static lt_status gradient(real_set *set, int dtype, lt_tensor **out, lti_rows *rows, lt_tensor *r,
                          const lt_tensor *x) {
  bool inplace = lti_same_size(r, x) && has_rows(r, dtype) && !lti_self_overlaps(r);
  for (int i = 0; i < set->n; i++)
    if (set->item[i].input && set->item[i].input->mem == r->mem) inplace = false;
  *out = r;
  if (inplace)
    real_item(set, NULL, r);
  else
    LT_TRY(real_result_as(set, dtype, out, r, 3, x->sizes));
  *rows = layout(*out);
  return LT_OK;
}

lt_status lt_attention(lt_tensor *y, lt_tensor *lse, const lt_tensor *q, const lt_tensor *k,
                       const lt_tensor *v, const lt_tensor *padding, int64_t heads, int causal,
                       double scale, double dropout, double seed) {
  lti_attention s;
  LT_CHECK(y && lse, EARG, "attention: expected a tensor");
  LT_TRY(check("attention", &s, q, k, v, padding, heads, causal, scale, dropout, seed));
  LT_TRY(lti_check_same("attention", 2, (const lti_named[]){{q, "query"}, {y, "output"}}));
  LT_TRY(check_sums("attention", lse, q));
  int64_t sizes[] = {s.n, s.tq, v->sizes[2]}, sums[] = {s.n, heads, s.tq};
  int dtype = matrix_dtype(&s, q);
  real_set set;
  set.n = 0;
  const lt_tensor *qc, *kc, *vc;
  lt_tensor *yc, *lc;
  REAL_TRY(&set, input(&set, dtype, &qc, &s.q, q));
  REAL_TRY(&set, input(&set, dtype, &kc, &s.k, k));
  REAL_TRY(&set, input(&set, dtype, &vc, &s.v, v));
  REAL_TRY(&set, real_result_as(&set, dtype, &yc, y, 3, sizes));
  REAL_TRY(&set, real_result(&set, &lc, lse, 3, sums));
  s.y = layout(yc);
  REAL_KERNEL(&set, q->device, attention, dtype, &s, lti_data(yc), lti_data(lc), lti_data(qc),
              lti_data(kc), lti_data(vc));
  return real_finish(&set, LT_OK);
}

lt_status lt_attention_grad(lt_tensor *gq, lt_tensor *gk, lt_tensor *gv, const lt_tensor *gy,
                            const lt_tensor *y, const lt_tensor *lse, const lt_tensor *q,
                            const lt_tensor *k, const lt_tensor *v, const lt_tensor *padding,
                            int64_t heads, int causal, double scale, double dropout, double seed) {
  const char *op = "attention_grad";
  lti_attention s;
  LT_CHECK(gq && gk && gv && gy && y && lse, EARG, "%s: expected a tensor", op);
  LT_TRY(check(op, &s, q, k, v, padding, heads, causal, scale, dropout, seed));
  LT_TRY(lti_check_same(op, 6,
                        (const lti_named[]){{q, "query"},
                                            {gq, "gradient of the query"},
                                            {gk, "gradient of the key"},
                                            {gv, "gradient of the value"},
                                            {gy, "gradOutput"},
                                            {y, "output"}}));
  LT_TRY(check_sums(op, lse, q));
  int64_t sizes[] = {s.n, s.tq, v->sizes[2]};
  LT_CHECK(y->ndim == 3 && !memcmp(y->sizes, sizes, sizeof sizes) && lse->ndim == 3 &&
               lse->sizes[0] == s.n && lse->sizes[1] == heads && lse->sizes[2] == s.tq,
           ESHAPE, "%s: no forward step was made with query %s and value %s", op, lti_shape(q).str,
           lti_shape(v).str);
  LT_CHECK(lti_same_size(gy, y), ESHAPE, "%s: gradOutput should be of size %s, got %s", op,
           lti_sizes(3, sizes).str, lti_shape(gy).str);
  int dtype = matrix_dtype(&s, q);
  real_set set;
  set.n = 0;
  const lt_tensor *qc, *kc, *vc, *yc, *gyc, *lc;
  lt_tensor *gqc, *gkc, *gvc;
  REAL_TRY(&set, input(&set, dtype, &qc, &s.q, q));
  REAL_TRY(&set, input(&set, dtype, &kc, &s.k, k));
  REAL_TRY(&set, input(&set, dtype, &vc, &s.v, v));
  REAL_TRY(&set, real_input_as(&set, dtype, &yc, y));
  REAL_TRY(&set, real_input_as(&set, dtype, &gyc, gy));
  REAL_TRY(&set, real_input(&set, &lc, lse));
  REAL_TRY(&set, gradient(&set, dtype, &gqc, &s.gq, gq, q));
  REAL_TRY(&set, gradient(&set, dtype, &gkc, &s.gk, gk, k));
  REAL_TRY(&set, gradient(&set, dtype, &gvc, &s.gv, gv, v));
  s.y = layout(yc);
  REAL_KERNEL(&set, q->device, attention_grad, dtype, &s, lti_data(gqc), lti_data(gkc),
              lti_data(gvc), lti_data(gyc), lti_data(yc), lti_data(lc), lti_data(qc), lti_data(kc),
              lti_data(vc));
  return real_finish(&set, LT_OK);
}
