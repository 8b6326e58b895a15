/* functor_native.h: the transcendental m_* functions under CUDA, which brings its own; included by
 * functor.h. */
#ifndef LT_FUNCTOR_NATIVE_H
#define LT_FUNCTOR_NATIVE_H

#define LT_NATIVE(T, SUFFIX)                                \
  FN T m_exp(T x) { return exp##SUFFIX(x); }                \
  FN T m_expm1(T x) { return expm1##SUFFIX(x); }            \
  FN T m_log(T x) { return log##SUFFIX(x); }                \
  FN T m_log1p(T x) { return log1p##SUFFIX(x); }            \
  FN T m_sin(T x) { return sin##SUFFIX(x); }                \
  FN T m_cos(T x) { return cos##SUFFIX(x); }                \
  FN T m_tan(T x) { return tan##SUFFIX(x); }                \
  FN T m_asin(T x) { return asin##SUFFIX(x); }              \
  FN T m_acos(T x) { return acos##SUFFIX(x); }              \
  FN T m_atan(T x) { return atan##SUFFIX(x); }              \
  FN T m_atan2(T y, T x) { return atan2##SUFFIX(y, x); }    \
  FN T m_sinh(T x) { return sinh##SUFFIX(x); }              \
  FN T m_cosh(T x) { return cosh##SUFFIX(x); }              \
  FN T m_tanh(T x) { return tanh##SUFFIX(x); }              \
  FN T m_sigmoid(T x) { return 1 / (1 + exp##SUFFIX(-x)); } \
  FN T m_erf(T x) { return erf##SUFFIX(x); }                \
  FN T m_gelu(T x) { return x * normcdf##SUFFIX(x); }       \
  FN T m_gelu_slope(T x) {                                  \
    const T scale = (T)0.39894228040143267794;              \
    T bell = scale * exp##SUFFIX(x * x / -2);               \
    return normcdf##SUFFIX(x) + x * bell;                   \
  }                                                         \
  FN T m_pow(T x, T y) { return pow##SUFFIX(x, y); }        \
  FN T m_fmod(T x, T y) { return fmod##SUFFIX(x, y); }

LT_NATIVE(float, f)
LT_NATIVE(double, )
#undef LT_NATIVE

#endif
