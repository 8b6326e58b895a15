/* functor.h: scalar functions m_* for the rows of elementwise.def, on every compute type: uint8_t,
 * int8_t, int16_t, int32_t, int64_t, float, double. All are total: no argument traps or is
 * undefined. C picks the function by _Generic on the first argument, CUDA by overloading. Float
 * functions are branch-free and use only correctly rounded operations: loops vectorise and every
 * instruction set gives the same bits. docs/numerics.md states the accuracy. */
#ifndef LT_FUNCTOR_H
#define LT_FUNCTOR_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* FN declares a scalar function; LT_FN(m_abs, f32) names the one for a type. */
#ifdef __cplusplus
#ifdef __CUDACC__
#define FN __host__ __device__ static inline
#else
#define FN static inline
#endif
#define LT_FN(name, type) name
#else
#define FN static inline __attribute__((always_inline))
#define LT_FN(name, type) name##_##type
#endif

#ifdef __cplusplus
#include "core/functor_native.h"
#else
#include "core/functor_float.h"
#include "core/functor_double.h"
#endif
#include "core/functor_int.h"

/* ---- arithmetic of both floating point types ---- */

#define LT_FLOATING(T, type, SUFFIX)                                               \
  FN T LT_FN(m_abs, type)(T x) { return fabs##SUFFIX(x); }                         \
  FN T LT_FN(m_sign, type)(T x) { return (T)((x > 0) - (x < 0)); }                 \
  FN T LT_FN(m_ceil, type)(T x) { return ceil##SUFFIX(x); }                        \
  FN T LT_FN(m_floor, type)(T x) { return floor##SUFFIX(x); }                      \
  FN T LT_FN(m_trunc, type)(T x) { return trunc##SUFFIX(x); }                      \
  /* halves away from zero */                                                      \
  FN T LT_FN(m_round, type)(T x) {                                                 \
    T whole = trunc##SUFFIX(x), away = fabs##SUFFIX(x - whole) >= (T)0.5 ? 1 : 0;  \
    return copysign##SUFFIX(fabs##SUFFIX(whole) + away, x);                        \
  }                                                                                \
  /* a where x < a, else b where x > b */                                          \
  FN T LT_FN(m_clamp, type)(T x, T a, T b) {                                       \
    T below = x > b ? b : x;                                                       \
    return x < a ? a : below;                                                      \
  }                                                                                \
  FN T LT_FN(m_sqrt, type)(T x) { return sqrt##SUFFIX(x); }                        \
  FN T LT_FN(m_div, type)(T x, T y) { return x / y; }                              \
  /* sign of y; rounded like the formula, NaN for infinite y as in Torch7 */       \
  FN T LT_FN(m_remainder, type)(T x, T y) { return x - y * floor##SUFFIX(x / y); } \
  /* x * 2^y and x / 2^y for any real y */                                         \
  FN T LT_FN(m_lshift, type)(T x, T y) { return x * LT_FN(m_pow, type)((T)2, y); } \
  FN T LT_FN(m_rshift, type)(T x, T y) { return x / LT_FN(m_pow, type)((T)2, y); } \
  /* (1 + tanh(u)) / 2 for u = sqrt(2 / pi) (x + 0.044715 x^3) */                  \
  FN T LT_FN(m_gelugate, type)(T x) {                                              \
    const T a = (T)1.59576912160573071176, b = (T)0.07135481627260024878;          \
    return LT_FN(m_sigmoid, type)(x * (a + b * x * x));                            \
  }                                                                                \
  /* tanh(log(1 + exp(x))), 1 from x = 20 on, and its derivative up to there */    \
  FN T LT_FN(m_tanhsoftplus, type)(T x) {                                          \
    T e = LT_FN(m_exp, type)(x > 20 ? 20 : x), n = e * (e + 2);                    \
    return n / (n + 2);                                                            \
  }                                                                                \
  FN T LT_FN(m_tanhsoftplus_slope, type)(T x) {                                    \
    T e = LT_FN(m_exp, type)(x > 20 ? 20 : x), d = e * (e + 2) + 2;                \
    return 2 / d * (2 * e * (e + 1) / d);                                          \
  }

LT_FLOATING(float, f32, f)
LT_FLOATING(double, f64, )
#undef LT_FLOATING

/* ---- choice by the type of the first argument ---- */

#ifndef __cplusplus
/* clang-format off */
#define LT_REAL(name, x) _Generic((x), float: name##_f32, double: name##_f64)
#define LT_EVERY(name, x)                                                                          \
  _Generic((x), uint8_t: name##_u8, int8_t: name##_i8, int16_t: name##_i16, int32_t: name##_i32,   \
           int64_t: name##_i64, float: name##_f32, double: name##_f64)
/* clang-format on */

#define m_ceil(x) LT_REAL(m_ceil, x)(x)
#define m_floor(x) LT_REAL(m_floor, x)(x)
#define m_round(x) LT_REAL(m_round, x)(x)
#define m_trunc(x) LT_REAL(m_trunc, x)(x)
#define m_sqrt(x) LT_REAL(m_sqrt, x)(x)
#define m_exp(x) LT_REAL(m_exp, x)(x)
#define m_expm1(x) LT_REAL(m_expm1, x)(x)
#define m_log(x) LT_REAL(m_log, x)(x)
#define m_log1p(x) LT_REAL(m_log1p, x)(x)
#define m_sin(x) LT_REAL(m_sin, x)(x)
#define m_cos(x) LT_REAL(m_cos, x)(x)
#define m_tan(x) LT_REAL(m_tan, x)(x)
#define m_asin(x) LT_REAL(m_asin, x)(x)
#define m_acos(x) LT_REAL(m_acos, x)(x)
#define m_atan(x) LT_REAL(m_atan, x)(x)
#define m_atan2(x, y) LT_REAL(m_atan2, x)(x, y)
#define m_sinh(x) LT_REAL(m_sinh, x)(x)
#define m_cosh(x) LT_REAL(m_cosh, x)(x)
#define m_tanh(x) LT_REAL(m_tanh, x)(x)
#define m_sigmoid(x) LT_REAL(m_sigmoid, x)(x)
#define m_erf(x) LT_REAL(m_erf, x)(x)
#define m_gelu(x) LT_REAL(m_gelu, x)(x)
#define m_gelu_slope(x) LT_REAL(m_gelu_slope, x)(x)
#define m_gelugate(x) LT_REAL(m_gelugate, x)(x)
#define m_tanhsoftplus(x) LT_REAL(m_tanhsoftplus, x)(x)
#define m_tanhsoftplus_slope(x) LT_REAL(m_tanhsoftplus_slope, x)(x)
#define m_abs(x) LT_EVERY(m_abs, x)(x)
#define m_sign(x) LT_EVERY(m_sign, x)(x)
#define m_clamp(x, a, b) LT_EVERY(m_clamp, x)(x, a, b)
#define m_div(x, y) LT_EVERY(m_div, x)(x, y)
#define m_fmod(x, y) LT_EVERY(m_fmod, x)(x, y)
#define m_remainder(x, y) LT_EVERY(m_remainder, x)(x, y)
#define m_pow(x, y) LT_EVERY(m_pow, x)(x, y)
#define m_lshift(x, y) LT_EVERY(m_lshift, x)(x, y)
#define m_rshift(x, y) LT_EVERY(m_rshift, x)(x, y)
#endif

#endif
