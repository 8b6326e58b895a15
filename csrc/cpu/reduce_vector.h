/* reduce_vector.h: the loops of sums and products of float and double elements that stand one
 * behind the other, with vectors of WIDTH accumulators. Results are those of LANES accumulators for
 * any WIDTH: element i of a line goes to lane i % LANES, lanes are combined pairwise, and up to
 * TAIL - 1 elements at the end of the line are taken in one by one after that. */
#ifndef LT_CPU_REDUCE_VECTOR_H
#define LT_CPU_REDUCE_VECTOR_H

#include "cpu/reduce.h"

#ifdef __SSE2__
#include <immintrin.h>
#endif
/* M(k, ...) for each vector, and M(j, k, ...) for the pairs that are combined in turn. They have
 * names, since GCC leaves an array in memory between loops. */
/* clang-format off */
#define FROM_0_TO_7(M, ...)                                                             \
  M(0, __VA_ARGS__) M(1, __VA_ARGS__) M(2, __VA_ARGS__) M(3, __VA_ARGS__)               \
  M(4, __VA_ARGS__) M(5, __VA_ARGS__) M(6, __VA_ARGS__) M(7, __VA_ARGS__)
#define PAIRS_OF_8(M, ...)                                                              \
  M(0, 4, __VA_ARGS__) M(1, 5, __VA_ARGS__) M(2, 6, __VA_ARGS__) M(3, 7, __VA_ARGS__)   \
  M(0, 2, __VA_ARGS__) M(1, 3, __VA_ARGS__) M(0, 1, __VA_ARGS__)
#ifdef __AVX2__
enum { WIDTH = 4 };
#define EACH_VECTOR FROM_0_TO_7
#define EACH_PAIR PAIRS_OF_8
#else
enum { WIDTH = 2 };
#define EACH_VECTOR(M, ...)                                                             \
  FROM_0_TO_7(M, __VA_ARGS__)                                                           \
  M(8, __VA_ARGS__) M(9, __VA_ARGS__) M(10, __VA_ARGS__) M(11, __VA_ARGS__)             \
  M(12, __VA_ARGS__) M(13, __VA_ARGS__) M(14, __VA_ARGS__) M(15, __VA_ARGS__)
#define EACH_PAIR(M, ...)                                                               \
  M(0, 8, __VA_ARGS__) M(1, 9, __VA_ARGS__) M(2, 10, __VA_ARGS__)                       \
  M(3, 11, __VA_ARGS__) M(4, 12, __VA_ARGS__) M(5, 13, __VA_ARGS__)                     \
  M(6, 14, __VA_ARGS__) M(7, 15, __VA_ARGS__) PAIRS_OF_8(M, __VA_ARGS__)
#endif
/* clang-format on */
enum { TAIL = 4, VECTORS = LANES / WIDTH };

typedef double vector __attribute__((vector_size(WIDTH * sizeof(double))));
typedef double unaligned_double
    __attribute__((vector_size(WIDTH * sizeof(double)), aligned(sizeof(double)), may_alias));
typedef float unaligned_float
    __attribute__((vector_size(WIDTH * sizeof(float)), aligned(sizeof(float)), may_alias));

static inline vector vector_float(const float *v) {
#ifdef __AVX2__
  return (vector)_mm256_cvtps_pd(_mm_loadu_ps(v));
#elif defined(__SSE2__)
  double pair; // of floats, which need not be aligned as a double is
  memcpy(&pair, v, sizeof pair);
  return (vector)_mm_cvtps_pd(_mm_castpd_ps(_mm_set_sd(pair)));
#else
  return __builtin_convertvector(*(const unaligned_float *)(const void *)v, vector);
#endif
}
static inline vector vector_double(const double *v) {
  return (vector) * (const unaligned_double *)(const void *)v;
}

/* a + x. Where conversions and additions share execution units, multiply-adds are free: x * 1 + a
 * rounds once, as the sum does. */
static inline vector vector_add(vector a, vector x) {
#ifdef __FMA__
  return (vector)_mm256_fmadd_pd((__m256d)x, _mm256_set1_pd(1), (__m256d)a);
#else
  return a + x;
#endif
}
#define VECTOR_sum(a, x, p) vector_add(a, x)
#define VECTOR_mean(a, x, p) vector_add(a, x)
#define VECTOR_prod(a, x, p) ((a) * (x))
#define VECTOR_norm_two(a, x, p) vector_add(a, (x) * (x))
#define VECTOR_deviation(a, x, p) vector_add(a, ((x) - (p)) * ((x) - (p)))

#define UNROLLED(n) _Pragma(LT_STRING(GCC unroll n))
#define LT_STRING(text) #text

#define START_VECTOR(k, START) vector lane##k = (vector){0} + START;
#define TAKE_VECTOR(k, op, name) lane##k = VECTOR_##op(lane##k, vector_##name(v + k * WIDTH), p);
#define TAKE_REST(k, op, name) \
  if (rest > k * WIDTH) TAKE_VECTOR(k, op, name)
#define COMBINE_PAIR(j, k, COMBINE)  \
  {                                  \
    vector a = lane##j, b = lane##k; \
    lane##j = COMBINE;               \
  }

/* vector_line_* and vector_columns_*: as line and columns of reduce_loops; other strides are left
 * to the plain loops. */
#define DEFINE_VECTOR(name, DTYPE, T, A, member, op, START, STEP, COMBINE, FINISH)               \
  static void vector_line_##op##_##name(lt_scalar *acc, const char *src, int64_t stride,         \
                                        int64_t n, double LT_UNUSED p) {                         \
    if (stride != sizeof(T) || n < LANES) {                                                      \
      line_##op##_##name(acc, src, stride, n, p);                                                \
      return;                                                                                    \
    }                                                                                            \
    const T *v = (const T *)src, *end = v + n;                                                   \
    EACH_VECTOR(START_VECTOR, START)                                                             \
    for (; end - v >= LANES; v += LANES) {                                                       \
      EACH_VECTOR(TAKE_VECTOR, op, name)                                                         \
    }                                                                                            \
    int64_t rest = (end - v) & -TAIL;                                                            \
    EACH_VECTOR(TAKE_REST, op, name)                                                             \
    EACH_PAIR(COMBINE_PAIR, COMBINE)                                                             \
    UNROLLED(8) for (int w = WIDTH / 2; w > 0; w /= 2) UNROLLED(8) for (int k = 0; k < w; k++) { \
      double a = lane0[k], b = lane0[k + w];                                                     \
      lane0[k] = COMBINE;                                                                        \
    }                                                                                            \
    double a = acc->f, b = lane0[0];                                                             \
    a = COMBINE;                                                                                 \
    for (v += rest; v < end; v++) {                                                              \
      double x = *v;                                                                             \
      a = STEP;                                                                                  \
    }                                                                                            \
    acc->f = a;                                                                                  \
  }                                                                                              \
  static inline __attribute__((always_inline)) void rows_##op##_##name(                          \
      double *restrict lane, const char *src, int64_t n, int64_t stride, int count,              \
      double LT_UNUSED p) {                                                                      \
    int64_t j = 0;                                                                               \
    for (; j + LANES <= n; j += LANES) {                                                         \
      vector a[VECTORS];                                                                         \
      const char *at = src + j * (int64_t)sizeof(T);                                             \
      UNROLLED(16)                                                                               \
      for (int k = 0; k < VECTORS; k++) a[k] = vector_double(lane + j + k * WIDTH);              \
      for (int row = 0; row < count; row++, at += stride) UNROLLED(16)                           \
      for (int k = 0; k < VECTORS; k++)                                                          \
        a[k] = VECTOR_##op(a[k], vector_##name((const T *)at + k * WIDTH), p);                   \
      UNROLLED(16)                                                                               \
      for (int k = 0; k < VECTORS; k++) *(unaligned_double *)(lane + j + k * WIDTH) = a[k];      \
    }                                                                                            \
    for (; j + WIDTH <= n; j += WIDTH) {                                                         \
      vector a = vector_double(lane + j);                                                        \
      UNROLLED(4)                                                                                \
      for (int row = 0; row < count; row++)                                                      \
        a = VECTOR_##op(a, vector_##name((const T *)(src + row * stride) + j), p);               \
      *(unaligned_double *)(lane + j) = a;                                                       \
    }                                                                                            \
    for (; j < n; j++)                                                                           \
      for (int row = 0; row < count; row++) {                                                    \
        double a = lane[j], x = ((const T *)(src + row * stride))[j];                            \
        lane[j] = STEP;                                                                          \
      }                                                                                          \
  }                                                                                              \
  static void vector_columns_##op##_##name(lt_scalar *acc, const char *src, int64_t step,        \
                                           int64_t n, int64_t stride, int64_t rows,              \
                                           double LT_UNUSED p) {                                 \
    if (step != sizeof(T)) {                                                                     \
      columns_##op##_##name(acc, src, step, n, stride, rows, p);                                 \
      return;                                                                                    \
    }                                                                                            \
    int64_t row = 0;                                                                             \
    for (; row + 16 <= rows; row += 16, src += 16 * stride)                                      \
      rows_##op##_##name(&acc->f, src, n, stride, 16, p);                                        \
    for (; row < rows; row++, src += stride) rows_##op##_##name(&acc->f, src, n, stride, 1, p);  \
  }

#endif
