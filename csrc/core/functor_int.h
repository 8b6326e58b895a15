/* functor_int.h: the m_* functions on integers, included by functor.h. Results wrap to the type.
 * A zero divisor gives 0 and MIN / -1 wraps to MIN; callers that must report them check first. */
#ifndef LT_FUNCTOR_INT_H
#define LT_FUNCTOR_INT_H

/* The integer part of v, INT64_MIN where int64_t cannot hold it (NaN included). */
FN int64_t lti_f64_to_i64(double v) { return v >= -0x1p63 && v < 0x1p63 ? (int64_t)v : INT64_MIN; }

/* Exact truncated quotient; y is not 0 and the quotient fits T. Types of up to 32 bits divide in
 * floating point, which vectorises: a quotient that is no integer differs from every integer by at
 * least one part in |x|, far more than the rounding of F. */
#define LT_QUOTIENT(T, type, F) \
  FN T LT_FN(lti_quotient, type)(T x, T y) { return (T)(int32_t)((F)x / (F)y); }
LT_QUOTIENT(uint8_t, u8, float)
LT_QUOTIENT(int8_t, i8, float)
LT_QUOTIENT(int16_t, i16, float)
LT_QUOTIENT(int32_t, i32, double)
#undef LT_QUOTIENT
FN int64_t LT_FN(lti_quotient, i64)(int64_t x, int64_t y) { return x / y; }

/* T: the type, U: unsigned of the same width, NEGATIVE(x): x < 0, WRAPS(x, y): x / y overflows. */
#define LT_INTEGER(T, type, U, NEGATIVE, WRAPS)                                              \
  FN T LT_FN(m_abs, type)(T x) { return (T)(NEGATIVE(x) ? (U)0 - (U)x : (U)x); }             \
  FN T LT_FN(m_sign, type)(T x) { return (T)((x != 0) - 2 * NEGATIVE(x)); }                  \
  FN T LT_FN(m_clamp, type)(T x, T a, T b) { return x < a ? a : (x > b ? b : x); }           \
  FN T LT_FN(m_div, type)(T x, T y) {                                                        \
    T q = LT_FN(lti_quotient, type)(x, (y == 0) | WRAPS(x, y) ? (T)1 : y);                   \
    return y == 0 ? (T)0 : q;                                                                \
  }                                                                                          \
  /* sign of x */                                                                            \
  FN T LT_FN(m_fmod, type)(T x, T y) {                                                       \
    T r = (T)((U)x - 1u * (U)LT_FN(m_div, type)(x, y) * (U)y);                               \
    return y == 0 ? (T)0 : r;                                                                \
  }                                                                                          \
  /* sign of y */                                                                            \
  FN T LT_FN(m_remainder, type)(T x, T y) {                                                  \
    T r = LT_FN(m_fmod, type)(x, y);                                                         \
    return (T)((U)r + (U)((r != 0) & (NEGATIVE(r) != NEGATIVE(y)) ? y : (T)0));              \
  }                                                                                          \
  /* through double, as in Torch7 */                                                         \
  FN T LT_FN(m_pow, type)(T x, T y) { return (T)lti_f64_to_i64(pow((double)x, (double)y)); } \
  /* logical shifts; a count outside [0, width) shifts every bit out */                      \
  FN T LT_FN(m_lshift, type)(T x, T y) {                                                     \
    bool inside = (U)y < 8 * sizeof(T);                                                      \
    return inside ? (T)(U)((U)x << (inside ? y : 0)) : (T)0;                                 \
  }                                                                                          \
  FN T LT_FN(m_rshift, type)(T x, T y) {                                                     \
    bool inside = (U)y < 8 * sizeof(T);                                                      \
    return inside ? (T)(U)((U)x >> (inside ? y : 0)) : (T)0;                                 \
  }

#define LT_NEGATIVE(x) ((x) < 0)
#define LT_NEVER(...) 0
#define LT_WRAPS(MIN, x, y) (((x) == MIN) & ((y) == -1))
#define LT_WRAPS8(x, y) LT_WRAPS(INT8_MIN, x, y)
#define LT_WRAPS16(x, y) LT_WRAPS(INT16_MIN, x, y)
#define LT_WRAPS32(x, y) LT_WRAPS(INT32_MIN, x, y)
#define LT_WRAPS64(x, y) LT_WRAPS(INT64_MIN, x, y)
LT_INTEGER(uint8_t, u8, uint8_t, LT_NEVER, LT_NEVER)
LT_INTEGER(int8_t, i8, uint8_t, LT_NEGATIVE, LT_WRAPS8)
LT_INTEGER(int16_t, i16, uint16_t, LT_NEGATIVE, LT_WRAPS16)
LT_INTEGER(int32_t, i32, uint32_t, LT_NEGATIVE, LT_WRAPS32)
LT_INTEGER(int64_t, i64, uint64_t, LT_NEGATIVE, LT_WRAPS64)
#undef LT_INTEGER
#undef LT_NEGATIVE
#undef LT_NEVER
#undef LT_WRAPS
#undef LT_WRAPS8
#undef LT_WRAPS16
#undef LT_WRAPS32
#undef LT_WRAPS64

#endif
