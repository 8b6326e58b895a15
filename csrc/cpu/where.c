/* Choice between two operands by a mask, for elements of any type; kernels.def says which operand
 * is which. */
#include "cpu/isa.h"

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
} job;

static void range(int64_t begin, int64_t end, void *ctx) {
  const job *j = ctx;
  lti_iter_run(j->it, begin, end, j->loop, NULL);
}

lt_status CPU(where)(int64_t size, const lt_iter *it) {
  static const lt_loop loops[] = {
      [1] = where_uint8_t, [2] = where_uint16_t, [4] = where_uint32_t, [8] = where_uint64_t};
  job j = {it, loops[size]};
  lti_parallel(it->numel, lti_grain, range, &j);
  return LT_OK;
}
