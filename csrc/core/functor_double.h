/* functor_double.h: the m_* functions of double on the CPU, included by functor.h. exp, expm1,
 * log, log1p, tanh and sigmoid are branch-free and within 2 ulp, like their float counterparts; the
 * others are libm's. */
#ifndef LT_FUNCTOR_DOUBLE_H
#define LT_FUNCTOR_DOUBLE_H

/* exp(x) = 2^n (1 + r + tail), |r| <= ln(2)/2; biased = n + 2048 */
typedef struct lt_expansion_f64 {
  double r, tail;
  uint64_t biased;
} lt_expansion_f64;

FN lt_expansion_f64 lti_expand_f64(double x) {
  double shifted = x * 0x1.71547652b82fep+0 + LT_ROUND64; /* 1 / ln(2) */
  double n = shifted - LT_ROUND64;
  double whole = x - n * 0x1.62e42feep-1, part = n * 0x1.a39ef35793c76p-33; /* n ln(2) in two */
  double r = whole - part, lost = (whole - r) - part;
  double q = 0x1.1324b28761d97p-29;
  q = q * r + 0x1.aee3464ed24b1p-26;
  q = q * r + 0x1.27eb073bc54cdp-22;
  q = q * r + 0x1.71de35d7481a7p-19;
  q = q * r + 0x1.a019ff9e2ab51p-16;
  q = q * r + 0x1.a01a019bf6346p-13;
  q = q * r + 0x1.6c16c16c583f2p-10;
  q = q * r + 0x1.1111111111d4bp-7;
  q = q * r + 0x1.55555555554fcp-5;
  q = q * r + 0x1.5555555555553p-3;
  q = q * r + 0x1p-1;
  uint64_t biased = lti_double_to_bits(shifted) - lti_double_to_bits(LT_ROUND64) + 2048;
  return (lt_expansion_f64){r, r * r * q + lost, biased};
}

/* 2^(biased - 1024) for 1 < biased < 2048 */
FN double lti_pow2_f64(uint64_t biased) { return lti_bits_to_double((biased - 1) << 52); }

/* exp(x) for |x| <= 746: two factors reach over- and underflow with one rounding. */
FN double lti_exp_f64(double x) {
  lt_expansion_f64 e = lti_expand_f64(x);
  uint64_t half = e.biased >> 1;
  double y = 1 + e.r;
  y += e.tail + (e.r - (y - 1)); /* the bracket is what the first sum lost */
  return y * lti_pow2_f64(half) * lti_pow2_f64(e.biased - half);
}

FN double m_exp_f64(double x) {
  x = x > 710 ? 710 : x;
  x = x < -746 ? -746 : x;
  return lti_exp_f64(x);
}

FN double m_expm1_f64(double x) {
  double limited = x > 710 ? 710 : x;
  limited = limited < -50 ? -50 : limited;
  lt_expansion_f64 e = lti_expand_f64(limited);
  uint64_t half = e.biased >> 1, rest = e.biased - half;
  double scale = lti_pow2_f64(half);
  double y = ((e.r + e.tail) * scale + (scale - lti_pow2_f64(2048 - rest))) * lti_pow2_f64(rest);
  return copysign(y, x);
}

FN double m_sigmoid_f64(double x) {
  double a = -fabs(x);
  a = a < -746 ? -746 : a;
  double e = lti_exp_f64(a), d = 1 + e;
  double lost = e - (d - 1); /* corrected for with a coarse 1 / d */
  double y = (x < 0 ? e : 1) / d;
  return y - y * (lost * (1.5 - 0.5 * d));
}

FN double m_tanh_f64(double x) {
  double a = fabs(x), z = a * a;
  double p = -0x1.478227f7d5374p-16; /* |x| <= 0.55 */
  p = p * z + 0x1.5da32f9aacb62p-14;
  p = p * z + -0x1.e980809ebcf81p-13;
  p = p * z + 0x1.34855e35ede9fp-11;
  p = p * z + -0x1.7d9009987de18p-10;
  p = p * z + 0x1.d6d29fe72d406p-9;
  p = p * z + -0x1.226e2f30b7438p-7;
  p = p * z + 0x1.664f485a5545cp-6;
  p = p * z + -0x1.ba1ba1b981b0cp-5;
  p = p * z + 0x1.11111111107ebp-3;
  p = p * z + -0x1.555555555554fp-2;
  double small = a + a * (z * p);
  double large = 1 - 2 / (lti_exp_f64(2 * (a > 20 ? 20 : a)) + 1);
  return copysign(a < 0.55 ? small : large, x);
}

/* log(x 2^offset) + correction for normal x > 0 */
FN double lti_log_f64(double x, double offset, double correction) {
  const uint64_t root = 0x3fe6a09e667f3bcd; /* sqrt(1/2) */
  uint64_t above = lti_double_to_bits(x) - root + ((uint64_t)1023 << 52);
  double f = lti_bits_to_double((above & 0xfffffffffffff) + root) - 1; /* x / 2^n - 1 */
  double n = lti_bits_to_double(above >> 52 | 0x4330000000000000) - (0x1p52 + 1023) + offset;
  double s = f / (2 + f), z = s * s, square = 0.5 * f * f;
  double p = 0x1.2f056339de20ep-3;
  p = p * z + 0x1.39a1bacfc6493p-3;
  p = p * z + 0x1.74663ee69c148p-3;
  p = p * z + 0x1.c71c52096bd1bp-3;
  p = p * z + 0x1.24924941f108ap-2;
  p = p * z + 0x1.999999997fdbap-2;
  p = p * z + 0x1.5555555555592p-1;
  double low = s * (square + z * p) + (n * 0x1.a39ef35793c76p-33 + correction);
  return n * 0x1.62e42feep-1 - ((square - low) - f);
}

FN double m_log_f64(double x) {
  bool subnormal = x < 0x1p-1022;
  double y = lti_log_f64(subnormal ? x * 0x1p54 : x, subnormal ? -54 : 0, 0);
  y = x < INFINITY ? y : x;
  y = x == 0 ? -INFINITY : y;
  return x < 0 ? NAN : y;
}

FN double m_log1p_f64(double x) {
  double u = 1 + x;
  double rounding = x > 1 ? 1 - (u - x) : x - (u - 1); /* 1 + x = u + rounding, exactly */
  double y = copysign(lti_log_f64(u, 0, rounding / u), x);
  y = x < INFINITY ? y : x;
  y = x == -1 ? -INFINITY : y;
  return x < -1 ? NAN : y;
}

FN double m_sin_f64(double x) { return sin(x); }
FN double m_cos_f64(double x) { return cos(x); }
FN double m_tan_f64(double x) { return tan(x); }
FN double m_asin_f64(double x) { return asin(x); }
FN double m_acos_f64(double x) { return acos(x); }
FN double m_atan_f64(double x) { return atan(x); }
FN double m_atan2_f64(double y, double x) { return atan2(y, x); }
FN double m_sinh_f64(double x) { return sinh(x); }
FN double m_cosh_f64(double x) { return cosh(x); }
FN double m_erf_f64(double x) { return erf(x); }
/* x Phi(x), Phi the distribution function of the normal distribution, and its derivative */
FN double m_gelu_f64(double x) {
  double a = fabs(x) > 40 ? 40 : fabs(x);
  return (x > 0 ? x : 0) - a * 0.5 * erfc(a * 0x1.6a09e667f3bcdp-1);
}
FN double m_gelu_slope_f64(double x) {
  double a = fabs(x) > 40 ? 40 : fabs(x);
  double below =
      0.5 * erfc(a * 0x1.6a09e667f3bcdp-1) - a * 0x1.9884533d43651p-2 * m_exp_f64(a * a / -2);
  return x > 0 ? 1 - below : below;
}
FN double m_pow_f64(double x, double y) { return pow(x, y); }
FN double m_fmod_f64(double x, double y) { return fmod(x, y); }

#endif
