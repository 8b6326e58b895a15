/* Reversal along a dimension of contiguous elements of any type. */
#include "cpu/isa.h"

typedef struct job {
  char *r;
  const char *x;
  int64_t n, bytes; /* size of the dimension; bytes of a slice of it */
} job;

static void slices(int64_t begin, int64_t end, void *ctx) {
  const job *j = ctx;
  for (int64_t i = begin; i < end; i++) {
    int64_t outer = i / j->n, at = i % j->n;
    const char *x = j->x + (outer * j->n + j->n - 1 - at) * j->bytes;
    switch (j->bytes) {
    case 4: memcpy(j->r + i * 4, x, 4); break;
    case 8: memcpy(j->r + i * 8, x, 8); break;
    default: memcpy(j->r + i * j->bytes, x, (size_t)j->bytes);
    }
  }
}

lt_status CPU(flip)(int64_t size, void *r, const void *x, int64_t outer, int64_t n, int64_t inner) {
  job j = {r, x, n, inner * size};
  lti_parallel(outer * n, LT_MAX(1, lti_grain / inner), slices, &j);
  return LT_OK;
}
