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
#ifdef __AVX2__
enum { WIDTH = 4 };
#else
enum { WIDTH = 2 };
#endif
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
  return (vector)_mm_cvtps_pd(_mm_castpd_ps(_mm_load_sd((const double *)(const void *)v)));
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
    vector lane[VECTORS];                                                                        \
    UNROLLED(16) for (int k = 0; k < VECTORS; k++) lane[k] = (vector){0} + START;                \
    for (; end - v >= LANES; v += LANES) UNROLLED(16)                                            \
    for (int k = 0; k < VECTORS; k++)                                                            \
      lane[k] = VECTOR_##op(lane[k], vector_##name(v + k * WIDTH), p);                           \
    int64_t rest = (end - v) & -TAIL;                                                            \
    UNROLLED(16)                                                                                 \
    for (int k = 0; k < VECTORS; k++)                                                            \
      if (rest > k * WIDTH) lane[k] = VECTOR_##op(lane[k], vector_##name(v + k * WIDTH), p);     \
    UNROLLED(8)                                                                                  \
    for (int w = VECTORS / 2; w > 0; w /= 2) UNROLLED(8) for (int k = 0; k < w; k++) {           \
        vector a = lane[k], b = lane[k + w];                                                     \
        lane[k] = COMBINE;                                                                       \
      }                                                                                          \
    UNROLLED(8) for (int w = WIDTH / 2; w > 0; w /= 2) UNROLLED(8) for (int k = 0; k < w; k++) { \
      double a = lane[0][k], b = lane[0][k + w];                                                 \
      lane[0][k] = COMBINE;                                                                      \
    }                                                                                            \
    double a = acc->f, b = lane[0][0];                                                           \
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
