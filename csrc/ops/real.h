/* real.h: arguments of nn operations, whose kernels take contiguous Float or Double buffers (and
 * Long indices). Inputs that are strided, Half or BFloat16 are replaced by contiguous, Float ones,
 * and so are such results, which real_finish copies back when all went well; functions *_as take
 * the dtype of the buffer. Every set is closed by real_finish. */
#ifndef LT_REAL_H
#define LT_REAL_H

#include "core/internal.h"

enum { REAL_MAX = 12 };

typedef struct real_set {
  int n;
  struct {
    const lt_tensor *input; /* NULL for a result */
    lti_output o;           /* an input has only its tmp */
  } item[REAL_MAX];
} real_set;

/* The dtype of the buffer for a tensor of a dtype. */
static inline int real_dtype(int dtype) {
  return dtype == LT_HALF || dtype == LT_BFLOAT16 ? LT_FLOAT : dtype;
}

/* The dtype of the buffer for x where kernels take Half and BFloat16 if the backend does: those
 * that kernels.def says so of. */
static inline int native_dtype(const lt_tensor *x) {
  const lt_backend *backend = lti_backend(x->device);
  return backend && backend->takes_halves ? x->dtype : real_dtype(x->dtype);
}

/* Adds an item, with its result or NULL for an input, and gives its output. */
static inline lti_output *real_item(real_set *s, const lt_tensor *input, lt_tensor *result) {
  int k = s->n++;
  s->item[k].input = input;
  lti_open(&s->item[k].o, result);
  return &s->item[k].o;
}

/* *out = x (which may be NULL) as a contiguous buffer of a dtype. */
static inline lt_status real_input_as(real_set *s, int dtype, const lt_tensor **out,
                                      const lt_tensor *x) {
  *out = x;
  if (!x) return LT_OK;
  lt_tensor *tmp = &real_item(s, x, NULL)->tmp;
  if (dtype == x->dtype) return lti_contiguous(out, tmp, x);
  LT_TRY(lti_new(tmp, dtype, x->device, x->ndim, x->sizes));
  *out = tmp;
  return lt_copy(tmp, x);
}

static inline lt_status real_input(real_set *s, const lt_tensor **out, const lt_tensor *x) {
  return real_input_as(s, x ? real_dtype(x->dtype) : LT_FLOAT, out, x);
}

/* *out = a contiguous buffer of a dtype and the given sizes, to become the result r; r may share
 * memory with the inputs, which come first. A NULL r gives NULL. */
static inline lt_status real_result_as(real_set *s, int dtype, lt_tensor **out, lt_tensor *r,
                                       int ndim, const int64_t *sizes) {
  *out = NULL;
  if (!r) return LT_OK;
  const lt_tensor *shared = NULL;
  for (int i = 0; i < s->n; i++)
    if (s->item[i].input && s->item[i].input->mem == r->mem) shared = s->item[i].input;
  lti_output *o = real_item(s, NULL, r);
  if (dtype != r->dtype) {
    o->out = &o->tmp;
    LT_TRY(lti_new(&o->tmp, dtype, r->device, ndim, sizes));
  } else {
    LT_TRY(lti_result(o, r, ndim, sizes, shared, NULL));
  }
  *out = o->out;
  return LT_OK;
}

static inline lt_status real_result(real_set *s, lt_tensor **out, lt_tensor *r, int ndim,
                                    const int64_t *sizes) {
  return real_result_as(s, r ? real_dtype(r->dtype) : LT_FLOAT, out, r, ndim, sizes);
}

/* *out = r (which may be NULL) as a contiguous buffer of a dtype to be added to in place. */
static inline lt_status real_accumulate_as(real_set *s, int dtype, lt_tensor **out, lt_tensor *r) {
  *out = NULL;
  if (!r) return LT_OK;
  lti_output *o = real_item(s, NULL, r);
  if (dtype != r->dtype || !lti_is_contiguous(r)) LT_TRY(lti_result_copy(o, r, dtype));
  *out = o->out;
  return LT_OK;
}

static inline lt_status real_accumulate(real_set *s, lt_tensor **out, lt_tensor *r) {
  return real_accumulate_as(s, r ? real_dtype(r->dtype) : LT_FLOAT, out, r);
}

/* Copies results back when rc is LT_OK, releases the temporaries and returns the final status. */
static inline lt_status real_finish(real_set *s, lt_status rc) {
  lti_output *o[REAL_MAX];
  int n = 0;
  for (int k = 0; k < s->n; k++) {
    if (s->item[k].input)
      lt_tensor_release(&s->item[k].o.tmp);
    else
      o[n++] = &s->item[k].o;
  }
  return lti_finish(n, o, rc);
}

/* LT_TRY and LT_KERNEL for the time between the first argument and real_finish. */
#define REAL_TRY(set, call)                                      \
  do {                                                           \
    lt_status rc_ = (call);                                      \
    if (LT_UNLIKELY(rc_ != LT_OK)) return real_finish(set, rc_); \
  } while (0)
#define REAL_KERNEL(set, device, slot, ...)                                                   \
  do {                                                                                        \
    const lt_backend *backend_ = lti_backend(device);                                         \
    if (!backend_) return real_finish(set, LT_EBACKEND);                                      \
    if (lt_interrupt) return real_finish(set, lti_fail(LT_EINTR, "interrupted"));             \
    if (!backend_->kernels.slot)                                                              \
      return real_finish(                                                                     \
          set, lti_fail(LT_ENOTIMPL, "%s is not implemented for %s", #slot, backend_->name)); \
    if (backend_->enter) REAL_TRY(set, backend_->enter(device));                              \
    REAL_TRY(set, backend_->kernels.slot(__VA_ARGS__));                                       \
  } while (0)

/* Data of a tensor that may be NULL. */
static inline void *real_data(const lt_tensor *t) { return t ? lti_data(t) : NULL; }

#endif
