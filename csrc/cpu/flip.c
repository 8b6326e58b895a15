/* Reversal along a dimension of contiguous elements of any type. */
#include "cpu/isa.h"

typedef struct job {
  char *r;
  const char *x;
  int64_t n, bytes; /* size of the dimension; bytes of a slice of it */
} job;

/* Slices begin .. end - 1, one outer index after the other. */
#define DEFINE_SINGLE(T)                                                   \
  static void single_##T(int64_t begin, int64_t end, void *ctx) {          \
    const job *j = ctx;                                                    \
    for (int64_t i = begin, m; i < end; i += m) {                          \
      int64_t at = i % j->n;                                               \
      m = LT_MIN(j->n - at, end - i);                                      \
      T *restrict r = (T *)j->r + i;                                       \
      const T *restrict last = (const T *)j->x + (i - at) + j->n - 1 - at; \
      for (int64_t k = 0; k < m; k++) r[k] = last[-k];                     \
    }                                                                      \
  }
DEFINE_SINGLE(uint8_t)
DEFINE_SINGLE(uint16_t)
DEFINE_SINGLE(uint32_t)
DEFINE_SINGLE(uint64_t)

static void slices(int64_t begin, int64_t end, void *ctx) {
  const job *j = ctx;
  for (int64_t i = begin; i < end; i++) {
    int64_t outer = i / j->n, at = i % j->n;
    memcpy(j->r + i * j->bytes, j->x + (outer * j->n + j->n - 1 - at) * j->bytes, (size_t)j->bytes);
  }
}

lt_status CPU(flip)(int64_t size, void *r, const void *x, int64_t outer, int64_t n, int64_t inner) {
  job j = {r, x, n, inner * size};
  void (*run)(int64_t, int64_t, void *) = slices;
  switch (j.bytes) {
  case 1: run = single_uint8_t; break;
  case 2: run = single_uint16_t; break;
  case 4: run = single_uint32_t; break;
  case 8: run = single_uint64_t; break;
  }
  lti_parallel(outer * n, LT_MAX(1, lti_grain / inner), run, &j);
  return LT_OK;
}
