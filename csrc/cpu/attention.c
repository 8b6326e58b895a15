/* Scaled dot-product attention of Float or Double and its gradient, without the matrix of weights:
 * blocks of queries x keys with a running softmax. Milakov and Gimelshein, Online normalizer
 * calculation for softmax, 2018; Dao et al., FlashAttention, 2022. Results do not depend on the
 * number of threads. */
#include "core/functor.h"
#include "cpu/isa.h"

/* KEYS is a multiple of the columns of a panel, QUERIES of the rows of a tile. */
enum { QUERIES = 48, KEYS = 128 };

/* Keys that a query may see, ignored ones among them. */
static int64_t keys_of(const lti_attention *s, int64_t b, int64_t query) {
  int64_t count = s->lengths ? s->lengths[b] : s->tk;
  return s->causal ? LT_MIN(count, query + 1) : count;
}

/* A permutation of 32 bits that scatters them: the finalizer of MurmurHash3. */
static inline uint32_t mix(uint32_t x) {
  x ^= x >> 16;
  x *= 0x85ebca6bu;
  x ^= x >> 13;
  x *= 0xc2b2ae35u;
  return x ^ x >> 16;
}

/* The share p of all 32-bit numbers is less than this. */
static uint32_t threshold(double p) { return (uint32_t)(p * 0x1p32); }

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
