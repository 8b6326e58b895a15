/* functor_float.h: the m_* functions of float on the CPU, included by functor.h. Each is within 2
 * ulp for every argument, subnormals, infinities and NaN included, without a branch: both sides of
 * a choice are computed and one is selected. Polynomials are minimax fits to the quoted interval.
 */
#ifndef LT_FUNCTOR_FLOAT_H
#define LT_FUNCTOR_FLOAT_H

#include "core/half.h"

/* Adding and subtracting these rounds to an integer, whose low bits are then those of the sum. */
#define LT_ROUND32 0x1.8p23f
#define LT_ROUND64 0x1.8p52

/* 2^n for -127 < n < 128. */
FN float lti_pow2_f32(int32_t n) { return lti_bits_to_float((uint32_t)(n + 127) << 23); }

FN double lti_bits_to_double(uint64_t bits) {
  double d;
  memcpy(&d, &bits, sizeof d);
  return d;
}

FN uint64_t lti_double_to_bits(double d) {
  uint64_t bits;
  memcpy(&bits, &d, sizeof bits);
  return bits;
}

/* ---- exponential and its relatives ---- */

/* exp(x) = 2^n (1 + r + tail), |r| <= ln(2)/2 */
typedef struct lt_expansion_f32 {
  float r, tail;
  int32_t n;
} lt_expansion_f32;

FN lt_expansion_f32 lti_expand_f32(float x) {
  float shifted = x * 0x1.715476p+0f + LT_ROUND32; /* 1 / ln(2) */
  float n = shifted - LT_ROUND32;
  float r = x - n * 0x1.63p-1f - n * -0x1.bd0106p-13f; /* ln(2) in two parts, the first exact */
  float q = 0x1.6a225ep-10f;
  q = q * r + 0x1.123b04p-7f;
  q = q * r + 0x1.5558f8p-5f;
  q = q * r + 0x1.55549p-3f;
  q = q * r + 0x1.fffffcp-2f;
  int32_t whole = (int32_t)(lti_float_to_bits(shifted) - lti_float_to_bits(LT_ROUND32));
  return (lt_expansion_f32){r, r * r * q, whole};
}

/* exp(x) 2^shift for |x| <= 104: two factors reach over- and underflow with one rounding. */
FN float lti_exp_scaled_f32(float x, int32_t shift) {
  lt_expansion_f32 e = lti_expand_f32(x);
  int32_t half = e.n >> 1;
  return (1 + (e.r + e.tail)) * lti_pow2_f32(half) * lti_pow2_f32(e.n - half + shift);
}

/* exp(x) for -87 <= x <= 88 */
FN float lti_exp_normal_f32(float x) {
  lt_expansion_f32 e = lti_expand_f32(x);
  return (1 + (e.r + e.tail)) * lti_pow2_f32(e.n);
}

FN float m_exp_f32(float x) {
  x = x > 89 ? 89 : x;
  x = x < -104 ? -104 : x;
  return lti_exp_scaled_f32(x, 0);
}

FN float m_expm1_f32(float x) {
  float limited = x > 89 ? 89 : x;
  limited = limited < -20 ? -20 : limited;
  lt_expansion_f32 e = lti_expand_f32(limited);
  int32_t half = e.n >> 1, rest = e.n - half;
  float scale = lti_pow2_f32(half);
  float y = ((e.r + e.tail) * scale + (scale - lti_pow2_f32(-rest))) * lti_pow2_f32(rest);
  return copysignf(y, x);
}

FN float m_sigmoid_f32(float x) {
  float a = -fabsf(x);
  a = a < -104 ? -104 : a;
  float e = lti_exp_scaled_f32(a, 0);
  return (x < 0 ? e : 1) / (1 + e);
}

FN float m_tanh_f32(float x) {
  float a = fabsf(x), z = a * a;
  float p = -0x1.75e1c2p-8f; /* |x| <= 0.625 */
  p = p * z + 0x1.522698p-6f;
  p = p * z + -0x1.b83c5ap-5f;
  p = p * z + 0x1.110726p-3f;
  p = p * z + -0x1.555532p-2f;
  float small = a + a * (z * p);
  float large = 1 - 2 / (lti_exp_normal_f32(2 * (a > 10 ? 10 : a)) + 1);
  return copysignf(a < 0.625f ? small : large, x);
}

/* exp(|x|) / 2, which overflows only where sinh and cosh do */
FN float lti_half_exp_f32(float x) {
  float a = fabsf(x);
  return lti_exp_scaled_f32(a > 90 ? 90 : a, -1);
}

FN float m_sinh_f32(float x) {
  float a = fabsf(x), z = a * a;
  float p = 0x1.7a267cp-19f; /* |x| <= 1 */
  p = p * z + 0x1.9ffe12p-13f;
  p = p * z + 0x1.111136p-7f;
  p = p * z + 0x1.555556p-3f;
  float e = lti_half_exp_f32(x);
  return copysignf(a < 1 ? a + a * (z * p) : e - 0.25f / e, x);
}

FN float m_cosh_f32(float x) {
  float e = lti_half_exp_f32(x);
  return e + 0.25f / e;
}

FN float m_erf_f32(float x) {
  float a = fabsf(x), z = a * a, b = a > 4 ? 4 : a;
  float p = 0x1.4ae4eap-14f; /* erf(x) / x - 1, |x| <= 1 */
  p = p * z + -0x1.a485f6p-11f;
  p = p * z + 0x1.5419f6p-8f;
  p = p * z + -0x1.b7fbb4p-6f;
  p = p * z + 0x1.ce2d2p-4f;
  p = p * z + -0x1.81273ep-2f;
  p = p * z + 0x1.06eba8p-3f;
  float q = -0x1.6bc888p-16f; /* log(1 - erf(x)), 1 <= |x| <= 4 */
  q = q * b + 0x1.cebacp-12f;
  q = q * b + -0x1.138946p-8f;
  q = q * b + 0x1.9d00b2p-6f;
  q = q * b + -0x1.bc142cp-4f;
  q = q * b + -0x1.443582p-1f;
  q = q * b + -0x1.212c06p+0f;
  q = q * b + 0x1.8a27d2p-13f;
  return copysignf(a < 1 ? a + a * p : 1 - lti_exp_normal_f32(q), x);
}

/* ---- x Phi(x), Phi the distribution function of the normal distribution ---- */

/* a = |x|, not above 13 (where Phi(-a) is 6e-39), Phi(-a) = tail bell and bell = exp(-a^2 / 2).
 * tail is t p(t) with t = 1 / (1 + c a), as in Hastings, Approximations for Digital Computers,
 * 1955; bell is a power of 2. Relative errors are 5e-7 for a below 1, and 8e-6 at 13. */
typedef struct lt_normal_f32 {
  float a, tail, bell;
} lt_normal_f32;

FN lt_normal_f32 lti_normal_f32(float x) {
  float a = fabsf(x);
  a = a > 13 ? 13 : a;
  float t = 1 / (1 + 0x1.3851ecp-2f * a);
  float p = 0x1.2ca3aep-5f;
  p = p * t + -0x1.3951cep-3f;
  p = p * t + 0x1.7c58ep-3f;
  p = p * t + -0x1.3719f4p-5f;
  p = p * t + 0x1.efb406p-4f;
  p = p * t + 0x1.a79ccap-4f;
  p = p * t + 0x1.f59fbcp-4f;
  p = p * t + 0x1.f23c82p-4f;
  float y = a * a * -0x1.715476p-1f; /* -1 / (2 ln(2)) */
  float shifted = y + LT_ROUND32;
  float r = y - (shifted - LT_ROUND32);
  float e = 0x1.5bba14p-10f;
  e = e * r + 0x1.3cea88p-7f;
  e = e * r + 0x1.c6b752p-5f;
  e = e * r + 0x1.ebf9bcp-3f;
  e = e * r + 0x1.62e42ap-1f;
  e = e * r + 1;
  uint32_t bits = lti_float_to_bits(e) + (lti_float_to_bits(shifted) << 23);
  return (lt_normal_f32){a, t * p, lti_bits_to_float(bits)};
}

FN float m_gelu_f32(float x) {
  lt_normal_f32 n = lti_normal_f32(x);
  return (x > 0 ? x : 0) - n.a * (n.tail * n.bell);
}

FN float m_gelu_slope_f32(float x) {
  lt_normal_f32 n = lti_normal_f32(x);
  float below = n.bell * (n.tail - n.a * 0x1.988454p-2f); /* 1 / sqrt(2 pi) */
  return x > 0 ? 1 - below : below;
}

/* ---- logarithm ---- */

/* log(x 2^offset) + correction for normal x > 0 */
FN float lti_log_f32(float x, float offset, float correction) {
  const uint32_t root = 0x3f3504f3; /* sqrt(1/2) */
  uint32_t above = lti_float_to_bits(x) - root;
  float f = lti_bits_to_float((above & 0x7fffff) + root) - 1; /* x / 2^n in [sqrt(1/2), sqrt(2)) */
  float n = (float)((int32_t)above >> 23) + offset, z = f * f;
  float p = -0x1.38b564p-4f;
  p = p * f + 0x1.055b5ap-3f;
  p = p * f + -0x1.0d854p-3f;
  p = p * f + 0x1.22da2p-3f;
  p = p * f + -0x1.547246p-3f;
  p = p * f + 0x1.99a008p-3f;
  p = p * f + -0x1.000226p-2f;
  p = p * f + 0x1.555554p-2f;
  float low = z * f * p + n * -0x1.bd0106p-13f + correction - 0.5f * z;
  return f + low + n * 0x1.63p-1f;
}

FN float m_log_f32(float x) {
  bool subnormal = x < 0x1p-126f;
  float y = lti_log_f32(subnormal ? x * 0x1p23f : x, subnormal ? -23 : 0, 0);
  y = x < INFINITY ? y : x;
  y = x == 0 ? -INFINITY : y;
  return x < 0 ? NAN : y;
}

FN float m_log1p_f32(float x) {
  float u = 1 + x;
  float rounding = x > 1 ? 1 - (u - x) : x - (u - 1); /* 1 + x = u + rounding, exactly */
  float y = copysignf(lti_log_f32(u, 0, rounding / u), x);
  y = x < INFINITY ? y : x;
  y = x == -1 ? -INFINITY : y;
  return x < -1 ? NAN : y;
}

/* ---- power ---- */

/* True for whole a >= 0, infinity included. */
FN bool lti_is_whole_f32(float a) { return (a >= 0x1p23f) | ((a + 0x1p23f) - 0x1p23f == a); }

/* In double: log2 of the base to 2^-43, the power of two to 2^-34, so that one rounding dominates.
 */
FN float m_pow_f32(float x, float y) {
  const uint64_t root = 0x3fe6a09e667f3bcd; /* sqrt(1/2) */
  double a = fabsf(x);
  uint64_t above = lti_double_to_bits(a) - root + ((uint64_t)1023 << 52);
  double m = lti_bits_to_double((above & 0xfffffffffffff) + root); /* in [sqrt(1/2), sqrt(2)) */
  double n = lti_bits_to_double(above >> 52 | 0x4330000000000000) - (0x1p52 + 1023);
  double s = (m - 1) / (m + 1), z = s * s;
  double p = 0x1.5cf005ac4f56bp-2;
  p = p * z + 0x1.a58d1e2f6ad22p-2;
  p = p * z + 0x1.277780cd8236bp-1;
  p = p * z + 0x1.ec709d1197be2p-1;
  p = p * z + 0x1.71547652beef9p+1;
  double logarithm = s * p + n;
  logarithm = a == 0 ? -(double)INFINITY : logarithm;
  logarithm = a < INFINITY ? logarithm : a;

  double t = y * logarithm;
  t = t > 1000 ? 1000 : t;
  t = t < -1000 ? -1000 : t;
  double shifted = t + LT_ROUND64;
  double f = t - (shifted - LT_ROUND64);
  double e = 0x1.41d308da24d5fp-13;
  e = e * f + 0x1.5f45979ece735p-10;
  e = e * f + 0x1.3b2dbc6eb6fc2p-7;
  e = e * f + 0x1.c6aed46081d9fp-5;
  e = e * f + 0x1.ebfbdadb0b7a8p-3;
  e = e * f + 0x1.62e430c82a7b9p-1;
  e = e * f + 0x1.000000026258bp+0;
  float r = (float)(e * lti_bits_to_double((lti_double_to_bits(shifted) + 1023) << 52));

  float ay = fabsf(y);
  bool whole = lti_is_whole_f32(ay), odd = whole & !lti_is_whole_f32(0.5f * ay);
  r = lti_bits_to_float(lti_float_to_bits(r) | (lti_float_to_bits(x) & (uint32_t)odd << 31));
  r = (x < 0) & (x > -INFINITY) & !whole ? NAN : r;
  return (x == 1) | (y == 0) | ((x == -1) & (ay == INFINITY)) ? 1 : r;
}

/* ---- remainder ---- */

/* Exact: the quotient is taken 28 bits at a time, so that its products with y are exact in double,
 * as is every difference. x / y has at most 277 bits. */
FN float m_fmod_f32(float x, float y) {
  double r = fabsf(x), b = fabsf(y), inverse = 1 / b;
  double multiple = b * 0x1p252, fraction = inverse * 0x1p-252;
  for (int step = 0; step < 10; step++) {
    r -= (r * fraction + LT_ROUND64 - LT_ROUND64) * multiple;
    multiple *= 0x1p-28;
    fraction *= 0x1p28;
  }
  r = r < 0 ? r + b : r;
  r = (b == INFINITY) & (fabsf(x) < INFINITY) ? fabsf(x) : r;
  return copysignf((float)r, x);
}

/* ---- trigonometry ---- */

/* x = (k + r) pi/2: r in quarter turns, k modulo 4. |r| <= 1/2, or 5/8 for some |x| above 2^48. */
typedef struct lt_angle {
  double r;
  uint64_t k;
} lt_angle;

/* Payne and Hanek's reduction (SIGNUM Newsletter 18(1), 1983) with the digits of 2/pi in selected
 * pieces: 26 bits twice, so that the products are exact, and a rest of 53. Larger |x| skip leading
 * digits whose products are multiples of 4. */
FN lt_angle lti_quarters_f32(float x) {
  float a = fabsf(x);
  bool c1 = a >= 0x1p51f, c2 = a >= 0x1p77f, c3 = a >= 0x1p103f;
  double d0 = 0x1.45f3068p-1, d1 = 0x1.7272208p-27, d2 = 0x1.4a7f09d5f47d5p-54;
  d0 = c1 ? 0x1.7272208p-27 : d0;
  d1 = c1 ? 0x1.4a7f09p-54 : d1;
  d2 = c1 ? 0x1.abe8fa9a6ee07p-79 : d2;
  d0 = c2 ? 0x1.4a7f09p-54 : d0;
  d1 = c2 ? 0x1.abe8fa8p-79 : d1;
  d2 = c2 ? 0x1.a6ee06db14acdp-107 : d2;
  d0 = c3 ? 0x1.abe8fa8p-79 : d0;
  d1 = c3 ? 0x1.a6ee06p-107 : d1;
  d2 = c3 ? 0x1.b6295993c439p-132 : d2;
  double t0 = x * d0, t1 = x * d1, t2 = x * d2;
  double shifted = t0 + (t1 + t2) + LT_ROUND64;
  double r = (t0 - (shifted - LT_ROUND64)) + t1 + t2;
  return (lt_angle){r, lti_double_to_bits(shifted)};
}

/* sin((k + r) pi/2) */
FN float lti_sin_quarters_f32(double quarters, uint32_t k) {
  float r = (float)(quarters * 0x1.921fb54442d18p+0), z = r * r;
  float s = -0x1.95772ep-13f; /* |r| <= 0.98 */
  s = s * z + 0x1.10f94p-7f;
  s = s * z + -0x1.555518p-3f;
  s = r + r * (z * s);
  float c = 0x1.968f54p-16f;
  c = c * z + -0x1.6bfda6p-10f;
  c = c * z + 0x1.55552cp-5f;
  c = 1 - (0.5f * z - z * z * c);
  float y = k & 1 ? c : s;
  return lti_bits_to_float(lti_float_to_bits(y) ^ (k & 2) << 30);
}

FN float m_sin_f32(float x) {
  lt_angle t = lti_quarters_f32(x);
  float y = lti_sin_quarters_f32(t.r, (uint32_t)t.k);
  return x == 0 ? x : y;
}

FN float m_cos_f32(float x) {
  lt_angle t = lti_quarters_f32(x);
  return lti_sin_quarters_f32(t.r, (uint32_t)t.k + 1);
}

FN float m_tan_f32(float x) {
  lt_angle t = lti_quarters_f32(x);
  double r = t.r * 0x1.921fb54442d18p+0, z = r * r;
  double s = 0x1.69ffe232467cep-19;
  s = s * z + -0x1.a0007264b6ae5p-13;
  s = s * z + 0x1.1110f04af7b62p-7;
  s = s * z + -0x1.555555210d8d8p-3;
  s = r + r * (z * s);
  double c = 0x1.968f53cc75579p-16;
  c = c * z + -0x1.6bfda57855e67p-10;
  c = c * z + 0x1.55552c4138231p-5;
  c = 1 - (0.5 * z - z * z * c);
  bool odd = t.k & 1;
  float y = (float)((odd ? -c : s) / (odd ? s : c));
  return x == 0 ? x : y;
}

#define LT_PI32 0x1.921fb6p+1f
#define LT_PI32_LOW -0x1.777a5cp-24f /* pi - LT_PI32 */

/* s + tail = asin(a) for 0 <= a <= 1/2, pi/2 - asin(a) above, NaN above 1 */
typedef struct lt_arc_f32 {
  float s, tail;
} lt_arc_f32;

FN lt_arc_f32 lti_asin_f32(float a) {
  bool upper = a > 0.5f;
  float z = upper ? 0.5f * (1 - a) : a * a, s = upper ? 2 * sqrtf(z) : a;
  float p = 0x1.59dadcp-5f;
  p = p * z + 0x1.8ba242p-6f;
  p = p * z + 0x1.748c66p-5f;
  p = p * z + 0x1.33014ep-4f;
  p = p * z + 0x1.5555cap-3f;
  return (lt_arc_f32){s, s * (z * p)};
}

FN float m_asin_f32(float x) {
  float a = fabsf(x);
  lt_arc_f32 t = lti_asin_f32(a);
  float above = 0.5f * LT_PI32 - t.s;
  float lost = (0.5f * LT_PI32 - above) - t.s;
  above -= t.tail - (lost + 0.5f * LT_PI32_LOW);
  return copysignf(a > 0.5f ? above : t.s + t.tail, x);
}

FN float m_acos_f32(float x) {
  float a = fabsf(x);
  lt_arc_f32 t = lti_asin_f32(a);
  float arc = t.s + t.tail;
  float middle = 0.5f * LT_PI32 - (copysignf(arc, x) - 0.5f * LT_PI32_LOW);
  float below = LT_PI32 - (arc - LT_PI32_LOW);
  return a > 0.5f ? (x < 0 ? below : arc) : middle;
}

/* atan(q) for 0 <= q <= 1 */
FN float lti_atan_f32(float q) {
  float z = q * q;
  float p = -0x1.d63048p-10f;
  p = p * z + 0x1.65a694p-7f;
  p = p * z + -0x1.fed19ap-6f;
  p = p * z + 0x1.daca04p-5f;
  p = p * z + -0x1.58349cp-4f;
  p = p * z + 0x1.c09a02p-4f;
  p = p * z + -0x1.2421b6p-3f;
  p = p * z + 0x1.9991fep-3f;
  p = p * z + -0x1.55553ep-2f;
  return q + q * (z * p);
}

FN float m_atan_f32(float x) {
  float a = fabsf(x), t = lti_atan_f32(a > 1 ? 1 / a : a);
  float above = 0.5f * LT_PI32 - (t - 0.5f * LT_PI32_LOW);
  return copysignf(a > 1 ? above : t, x);
}

FN float m_atan2_f32(float y, float x) {
  float ax = fabsf(x), ay = fabsf(y);
  uint32_t left = lti_float_to_bits(x) & 0x80000000;
  bool steep = ay > ax;
  float num = steep ? ax : ay, den = steep ? ay : ax;
  float q = num == den ? 1 : num / den;
  float t = lti_atan_f32(den == 0 ? num : q);
  float start =
      lti_bits_to_float(left ? 0x3f800000 : 0); /* multiple of pi that t is counted from */
  start = steep ? 0.5f : start;
  t = lti_bits_to_float(lti_float_to_bits(t) ^ left ^ (steep ? 0x80000000 : 0));
  return copysignf(start * LT_PI32 + (t + start * LT_PI32_LOW), y);
}

#endif
