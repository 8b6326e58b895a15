/* Scaled dot-product attention of Float or Double and its gradient, without the matrix of weights:
 * blocks of queries x keys with a running softmax. Milakov and Gimelshein, Online normalizer
 * calculation for softmax, 2018; Dao et al., FlashAttention, 2022. Results do not depend on the
 * number of threads. */
#include "core/drop.h"
#include "core/functor.h"
#include "cpu/isa.h"

/* KEYS is a multiple of the columns of a panel, QUERIES of the rows of a tile. */
enum { QUERIES = 48, KEYS = 128 };

/* Keys that a query may see, ignored ones among them. */
static int64_t keys_of(const lti_attention *s, int64_t b, int64_t query) {
  int64_t count = s->lengths ? s->lengths[b] : s->tk;
  return s->causal ? LT_MIN(count, query + 1) : count;
}

#define REAL float
#include "cpu/attention_real.h"
#undef REAL
#define REAL double
#include "cpu/attention_real.h"
#undef REAL

lt_status CPU(attention)(int dtype, const lti_attention *s, void *y, void *lse, const void *q,
                         const void *k, const void *v) {
#define FORWARD(T) run_##T(&(job_##T){.s = s, .y = y, .lse = lse, .q = q, .k = k, .v = v})
  return dtype == LT_FLOAT ? FORWARD(float) : FORWARD(double);
}

lt_status CPU(attention_grad)(int dtype, const lti_attention *s, void *gq, void *gk, void *gv,
                              const void *gy, const void *y, const void *lse, const void *q,
                              const void *k, const void *v) {
#define BACKWARD(T)                      \
  run_grad_##T(&(job_##T){.s = s,        \
                          .gq = gq,      \
                          .gk = gk,      \
                          .gv = gv,      \
                          .gy = gy,      \
                          .y_in = y,     \
                          .lse_in = lse, \
                          .q = q,        \
                          .k = k,        \
                          .v = v})
  return dtype == LT_FLOAT ? BACKWARD(float) : BACKWARD(double);
}
