/* loop.h: inner loops made from the rows of elementwise.def. A loop is compiled for operands that
 * are all contiguous, for a scalar last input, and for any strides; the first two vectorise.
 * Operands may be the very same memory as the result but do not overlap it otherwise. */
#ifndef LT_LOOP_H
#define LT_LOOP_H

#include "core/functor.h"
#include "cpu/isa.h"

/* M(type, DTYPE, name, value) for each dtype of a class that has loops of its own. */
#define LT_FOR_FLT(M, ...) M(float, FLOAT, __VA_ARGS__) M(double, DOUBLE, __VA_ARGS__)
#define LT_FOR_INT(M, ...)      \
  M(uint8_t, BYTE, __VA_ARGS__) \
  M(int8_t, CHAR, __VA_ARGS__)  \
  M(int16_t, SHORT, __VA_ARGS__) M(int32_t, INT, __VA_ARGS__) M(int64_t, LONG, __VA_ARGS__)
#define LT_FOR_SGN(M, ...) \
  M(int32_t, INT, __VA_ARGS__) M(int64_t, LONG, __VA_ARGS__) LT_FOR_FLT(M, __VA_ARGS__)
#define LT_FOR_ALL(M, ...) LT_FOR_INT(M, __VA_ARGS__) LT_FOR_FLT(M, __VA_ARGS__)

/* A parameter in the loop's type. */
#define LT_PARAM(T, s) _Generic((T)0, float : (T)(s).f, double : (T)(s).f, default : (T)(s).i)

/* Exact aliasing of result and input is fine for these loops, so no alias checks are wanted. */
#define LT_NO_DEPENDENCE _Pragma("GCC ivdep")

#define LT_AT(T, k) (*(const T *)(ptr[k] + i * stride[k]))

/* Strided elements: several in flight at once. */
#define LT_UNROLLED _Pragma("GCC ivdep") _Pragma("GCC unroll 4")

#define LT_UNUSED __attribute__((unused))

#define LT_LOOP(loop) \
  static void loop(char **ptr, const int64_t *stride, int64_t n, const lt_scalar *p)

#define LT_PARAMS(T) T LT_UNUSED a = LT_PARAM(T, p[0]), LT_UNUSED b = LT_PARAM(T, p[1])

#define LT_UNARY_LOOP(type, DTYPE, name, value)             \
  LT_LOOP(name##_##DTYPE) {                                 \
    typedef type T;                                         \
    LT_PARAMS(T);                                           \
    if (stride[0] == sizeof(T) && stride[1] == sizeof(T)) { \
      T *r = (T *)ptr[0];                                   \
      const T *xs = (const T *)ptr[1];                      \
      LT_NO_DEPENDENCE for (int64_t i = 0; i < n; i++) {    \
        T x = xs[i];                                        \
        r[i] = (T)(value);                                  \
      }                                                     \
      return;                                               \
    }                                                       \
    LT_UNROLLED for (int64_t i = 0; i < n; i++) {           \
      T x = LT_AT(T, 1);                                    \
      *(T *)(ptr[0] + i * stride[0]) = (T)(value);          \
    }                                                       \
  }

#define LT_BINARY_LOOP_TO(R, type, loop, value)                 \
  LT_LOOP(loop) {                                               \
    typedef type T;                                             \
    LT_PARAMS(T);                                               \
    if (stride[0] == sizeof(R) && stride[1] == sizeof(T) &&     \
        (stride[2] == sizeof(T) || stride[2] == 0)) {           \
      R *r = (R *)ptr[0];                                       \
      const T *xs = (const T *)ptr[1], *ys = (const T *)ptr[2]; \
      if (stride[2] == 0) {                                     \
        T y = *ys;                                              \
        LT_NO_DEPENDENCE for (int64_t i = 0; i < n; i++) {      \
          T x = xs[i];                                          \
          r[i] = (R)(value);                                    \
        }                                                       \
      } else {                                                  \
        LT_NO_DEPENDENCE for (int64_t i = 0; i < n; i++) {      \
          T x = xs[i], y = ys[i];                               \
          r[i] = (R)(value);                                    \
        }                                                       \
      }                                                         \
      return;                                                   \
    }                                                           \
    LT_UNROLLED for (int64_t i = 0; i < n; i++) {               \
      T x = LT_AT(T, 1), y = LT_AT(T, 2);                       \
      *(R *)(ptr[0] + i * stride[0]) = (R)(value);              \
    }                                                           \
  }

#define LT_BINARY_LOOP(type, DTYPE, name, value) \
  LT_BINARY_LOOP_TO(type, type, name##_##DTYPE, value)
#define LT_COMPARE_LOOP(type, DTYPE, name, value) \
  LT_BINARY_LOOP_TO(uint8_t, type, name##_##DTYPE, value)

/* Three inputs, called v1 v2 v3 in the value. */
#define LT_TERNARY_LOOP(type, DTYPE, name, v1, v2, v3, value)                               \
  LT_LOOP(name##_##DTYPE) {                                                                 \
    typedef type T;                                                                         \
    LT_PARAMS(T);                                                                           \
    if (stride[0] == sizeof(T) && stride[1] == sizeof(T) && stride[2] == sizeof(T) &&       \
        stride[3] == sizeof(T)) {                                                           \
      T *r = (T *)ptr[0];                                                                   \
      const T *s1 = (const T *)ptr[1], *s2 = (const T *)ptr[2], *s3 = (const T *)ptr[3];    \
      LT_NO_DEPENDENCE for (int64_t i = 0; i < n; i++) {                                    \
        T LT_UNUSED v1 = s1[i], LT_UNUSED v2 = s2[i], LT_UNUSED v3 = s3[i];                 \
        r[i] = (T)(value);                                                                  \
      }                                                                                     \
      return;                                                                               \
    }                                                                                       \
    LT_UNROLLED for (int64_t i = 0; i < n; i++) {                                           \
      T LT_UNUSED v1 = LT_AT(T, 1), LT_UNUSED v2 = LT_AT(T, 2), LT_UNUSED v3 = LT_AT(T, 3); \
      *(T *)(ptr[0] + i * stride[0]) = (T)(value);                                          \
    }                                                                                       \
  }

#define LT_ENTRY(type, DTYPE, name) [LT_OP_##name][LT_##DTYPE] = name##_##DTYPE,

/* Loops by operation and dtype; the files that define a table list each row once. */
typedef const lt_loop lt_loop_table[LT_NELEMENTWISE][LT_NDTYPE];
extern lt_loop_table CPU(unary_loops), CPU(grad_loops), CPU(binary_loops), CPU(compare_loops);

/* The row cfmod of float, faster. */
void CPU(fmod_loop)(char **ptr, const int64_t *stride, int64_t n, const lt_scalar *params);

#endif
