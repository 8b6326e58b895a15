/* Choice between two operands by a mask, for elements of any type; kernels.def says which operand
 * is which. */
#include "cpu/transpose.h"

#define DEFINE(T)                                                                           \
  static void where_##T(char **ptr, const int64_t *stride, int64_t n, const lt_scalar *p) { \
    (void)p;                                                                                \
    if (stride[0] == sizeof(T) && stride[1] == 1 && stride[2] == sizeof(T) &&               \
        stride[3] == sizeof(T)) {                                                           \
      T *restrict r = (T *)ptr[0];                                                          \
      const uint8_t *mask = (const uint8_t *)ptr[1];                                        \
      const T *a = (const T *)ptr[2], *b = (const T *)ptr[3];                               \
      for (int64_t i = 0; i < n; i++) {                                                     \
        T x = a[i], y = b[i];                                                               \
        r[i] = mask[i] ? x : y;                                                             \
      }                                                                                     \
      return;                                                                               \
    }                                                                                       \
    if (stride[0] == sizeof(T) && stride[1] == 1 && stride[2] == 0 && ptr[3] == ptr[0]) {   \
      T *restrict r = (T *)ptr[0];                                                          \
      const uint8_t *restrict mask = (const uint8_t *)ptr[1];                               \
      T x = *(const T *)ptr[2];                                                             \
      for (int64_t i = 0; i < n; i++) r[i] = mask[i] ? x : r[i];                            \
      return;                                                                               \
    }                                                                                       \
    for (int64_t i = 0; i < n; i++) {                                                       \
      T x = *(const T *)(ptr[2] + i * stride[2]), y = *(const T *)(ptr[3] + i * stride[3]); \
      *(T *)(ptr[0] + i * stride[0]) = ptr[1][i * stride[1]] ? x : y;                       \
    }                                                                                       \
  }
DEFINE(uint8_t)
DEFINE(uint16_t)
DEFINE(uint32_t)
DEFINE(uint64_t)

typedef struct job {
  const lt_iter *it;
  lt_loop loop;
  int64_t size;
  int transposed; /* a bit for each operand that `strips` transposes: the mask, or the others */
} job;

static void range(int64_t begin, int64_t end, void *ctx) {
  const job *j = ctx;
  lti_iter_run(j->it, begin, end, j->loop, NULL);
}

static void strips(int64_t begin, int64_t end, void *ctx) {
  const job *j = ctx;
  CPU(transpose_run)
  (j->it, j->transposed, j->transposed == 1 << 1 ? 1 : j->size, j->size, begin, end, j->loop, NULL);
}

lt_status CPU(where)(int64_t size, const lt_iter *it) {
  static const lt_loop loops[] = {
      [1] = where_uint8_t, [2] = where_uint16_t, [4] = where_uint32_t, [8] = where_uint64_t};
  job j = {it, loops[size], size, 0};
  for (int k = 2; k < 4; k++) j.transposed |= is_transposed(it, k, size, size) << k;
  if (!j.transposed) j.transposed = is_transposed(it, 1, size, 1) << 1;
  if (j.transposed && it->numel > lti_grain)
    lti_parallel(strip_count(it), strip_grain(it), strips, &j);
  else
    lti_parallel(it->numel, lti_grain, range, &j);
  return LT_OK;
}
