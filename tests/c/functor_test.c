/* Accuracy of the m_* functions of core/functor.h against libm in a wider type, over all exponents
 * and special values, and the semantics of the integer ones. Exits with 1 after printing what
 * failed. */
#include <float.h>

#include "check.h"
#include "core/functor.h"

static bool verbose;

/* ---- floating point ---- */

/* Distance of got from want in units in want's last place, for a type of so many digits whose
 * smallest subnormal is 2^low; infinite where only one is NaN or the signs differ. */
static double ulps(double got, double want, double rest, int digits, int low) {
  if (isnan(got) || isnan(want)) return isnan(got) && isnan(want) ? 0 : INFINITY;
  if (signbit(got) != signbit(want)) return INFINITY;
  if (isinf(got) || isinf(want)) return got == want ? 0 : INFINITY;
  int last = want == 0 ? low : ilogb(want) - digits + 1;
  return fabs(ldexp(got - want - rest, last < low ? -low : -last));
}

/* Overflow is right from half a unit above the largest number on. */
static double ulps_float(float got, double want) {
  double edge = FLT_MAX * (1 + 0.25 * FLT_EPSILON);
  if (isinf(got) && fabs(want) >= edge && fabs(want) < 2 * edge) want = copysign(INFINITY, want);
  if (fabs(want) >= 2 * edge) want = copysign(INFINITY, want);
  return ulps(got, want, 0, FLT_MANT_DIG, -149);
}

static double ulps_double(double got, long double want) {
  int up = fabsl(want) < 0x1p-900L ? 200 : 0; /* what want has beyond a double must not underflow */
  long double scaled = ldexpl(want, up);
  double near = (double)scaled;
  return ulps(ldexp(got, up), near, isfinite(near) ? (double)(scaled - near) : 0, DBL_MANT_DIG,
              up - 1074);
}

static void report(const char *name, double worst, double bound, double x, double y) {
  bool good = worst <= bound;
  if (!good || verbose) {
    printf("%s %s: worst %.3f ulp, bound %.2f, at (%a, %a)\n", good ? "ok" : "FAIL", name, worst,
           bound, x, y);
  }
  failures += !good;
}

/* Argument k: 16 bit patterns around each power of two of either sign, which include zeros,
 * infinities and NaN, then every 1021st pattern. */
enum { EDGES = 512 * 16, SAMPLES = EDGES + (int)((1LL << 32) / 1021) };
static float sample(int k) {
  uint32_t edge = ((uint32_t)k >> 4 << 23) + ((uint32_t)k & 15) - 8;
  return lti_bits_to_float(k < EDGES ? edge : (uint32_t)(k - EDGES) * 1021);
}

#define FLOAT(name, reference, bound)                   \
  {                                                     \
    double worst = 0;                                   \
    float at = 0;                                       \
    for (int k = 0; k < SAMPLES; k++) {                 \
      float x = sample(k);                              \
      double e = ulps_float(m_##name(x), reference(x)); \
      if (e > worst) worst = e, at = x;                 \
    }                                                   \
    report(#name, worst, bound, at, 0);                 \
  }

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }
static double divide(double x, double y) { return x / y; }
static double sign(double x) { return x > 0 ? 1 : x < 0 ? -1 : 0; }

static void float_functions(void) {
  FLOAT(abs, fabs, 0)
  FLOAT(sign, sign, 0)
  FLOAT(ceil, ceil, 0)
  FLOAT(floor, floor, 0)
  FLOAT(trunc, trunc, 0)
  FLOAT(round, round, 0)
  FLOAT(sqrt, sqrt, 0.5001)
  FLOAT(exp, exp, 2)
  FLOAT(expm1, expm1, 2)
  FLOAT(log, log, 2)
  FLOAT(log1p, log1p, 2)
  FLOAT(sin, sin, 2)
  FLOAT(cos, cos, 2)
  FLOAT(tan, tan, 2)
  FLOAT(asin, asin, 2)
  FLOAT(acos, acos, 2)
  FLOAT(atan, atan, 2)
  FLOAT(sinh, sinh, 2)
  FLOAT(cosh, cosh, 2)
  FLOAT(tanh, tanh, 2)
  FLOAT(sigmoid, sigmoid, 2.1)
  FLOAT(erf, erf, 2)
}

/* Pairs of any bit patterns, of moderate numbers, and of all special values. */
static const float special[] = {0,
                                0.5f,
                                1,
                                1.5f,
                                2,
                                3,
                                0x1.fffffep-1f,
                                0x1.000002p0f,
                                0x1p23f,
                                0x1.000002p23f,
                                0x1.fffffep23f,
                                0x1p24f,
                                0x1p-149f,
                                0x1p-126f,
                                FLT_MAX,
                                INFINITY,
                                NAN};
enum { NSPECIAL = sizeof special / sizeof *special, PAIRS = 4 * NSPECIAL * NSPECIAL };

static void pair(int k, uint64_t *random, float *x, float *y) {
  if (k < PAIRS) {
    float u = special[k / 4 / NSPECIAL], v = special[k / 4 % NSPECIAL];
    *x = k & 1 ? -u : u, *y = k & 2 ? -v : v;
    return;
  }
  *random = *random * 6364136223846793005u + 1442695040888963407u;
  uint32_t high = (uint32_t)(*random >> 32);
  *random = *random * 6364136223846793005u + 1442695040888963407u;
  uint32_t low = (uint32_t)(*random >> 32);
  *x = k & 1 ? lti_bits_to_float(high) : (float)high * 0x1p-28f;
  *y = k & 2 ? lti_bits_to_float(low) : (float)low * 0x1p-26f - 32;
}

#define FLOAT2(name, reference, bound)                        \
  {                                                           \
    double worst = 0;                                         \
    float x, y, at = 0, and = 0;                              \
    uint64_t random = 1;                                      \
    for (int k = 0; k < 1000000; k++) {                       \
      pair(k, &random, &x, &y);                               \
      double e = ulps_float(m_##name(x, y), reference(x, y)); \
      if (e > worst) worst = e, at = x, and = y;              \
    }                                                         \
    report(#name, worst, bound, at, and);                     \
  }

static double lshift(double x, double y) { return x * exp2(y); }
static double rshift(double x, double y) { return x / exp2(y); }

static void float_pairs(void) {
  FLOAT2(pow, pow, 1)
  FLOAT2(atan2, atan2, 2)
  FLOAT2(fmod, fmod, 0)
  FLOAT2(div, divide, 0.5001)
  /* shifts scale by real powers of two: one rounding for the power, one for the result */
  for (int k = -2000; k <= 2000; k++) {
    float x = (float)k * 0.37f, y = (float)(k % 97) * 0.25f;
    double l = ulps_float(m_lshift(x, y), lshift(x, y)),
           r = ulps_float(m_rshift(x, y), rshift(x, y));
    if (!(l <= 2 && r <= 2)) report("shift", l > r ? l : r, 2, x, y);
  }
}

/* Torch7's formula x - y floor(x / y): results recorded from it, in float and double. */
static void remainders(void) {
  static const double rows[][3] = {{7, 3, 1},        {-7, 3, 2},          {7, -3, -2},
                                   {-7, -3, -1},     {5.5, 2.5, 0.5},     {-5.5, 2.5, 2},
                                   {3, 3, 0},        {1, 0, NAN},         {5, INFINITY, NAN},
                                   {NAN, 1, NAN},    {INFINITY, 2, NAN},  {0.25, 1, 0.25},
                                   {-0.25, 1, 0.75}, {8.625, -2, -1.375}, {-8.625, 3, 0.375}};
  for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
    float x = (float)rows[k][0], y = (float)rows[k][1];
    double single = ulps_float(m_remainder(x, y), rows[k][2]);
    double wide = ulps_double(m_remainder(rows[k][0], rows[k][1]), rows[k][2]);
    if (single != 0 || wide != 0) report("remainder", single + wide, 0, x, y);
  }
}

static long double sign_long(long double x) { return x > 0 ? 1 : x < 0 ? -1 : 0; }
static long double sigmoid_long(long double x) { return 1 / (1 + expl(-x)); }

/* A sweep over all exponents within the range of interest, dense around one, and special values. */
#define DOUBLE(name, reference, bound)                                                            \
  {                                                                                               \
    double worst = 0, at = 0;                                                                     \
    for (int k = 0; k < 400000; k++) {                                                            \
      double x = k < 64 * 4096 ? ldexp(1 + (k & 4095) * 0x1.003p-12, (k >> 12) - 52) : 0;         \
      if (k >= 64 * 4096) x = (k - 64 * 4096) * 0x1.123456789abcp-17;                             \
      if (k < NSPECIAL) x = special[k];                                                           \
      if (k < 4 * NSPECIAL && k >= NSPECIAL) x = ldexp(special[k % NSPECIAL], k % 5 * 220 - 440); \
      for (int side = 0; side < 2; side++, x = -x) {                                              \
        double e = ulps_double(m_##name(x), reference(x));                                        \
        if (e > worst) worst = e, at = x;                                                         \
      }                                                                                           \
    }                                                                                             \
    report(#name " double", worst, bound, at, 0);                                                 \
  }

static void double_functions(void) {
  DOUBLE(exp, expl, 1)
  DOUBLE(expm1, expm1l, 2)
  DOUBLE(log, logl, 1)
  DOUBLE(log1p, log1pl, 1)
  DOUBLE(tanh, tanhl, 1.5)
  DOUBLE(sigmoid, sigmoid_long, 2)
  DOUBLE(round, roundl, 0)
  DOUBLE(sign, sign_long, 0)
}

/* ---- integers ---- */

/* What m_<name> of two values must give, in 64-bit arithmetic that wraps; bits is the width. */
static int64_t wide_div(int64_t x, int64_t y, int bits) {
  (void)bits;
  if (y == 0) return 0;
  return y == -1 ? (int64_t)(0 - (uint64_t)x) : x / y;
}
static int64_t wide_fmod(int64_t x, int64_t y, int bits) {
  (void)bits;
  return y == 0 || y == -1 ? 0 : x % y;
}
static int64_t wide_remainder(int64_t x, int64_t y, int bits) {
  int64_t r = wide_fmod(x, y, bits);
  return r != 0 && (r < 0) != (y < 0) ? r + y : r;
}
static int64_t wide_pow(int64_t x, int64_t y, int bits) {
  (void)bits;
  double v = pow((double)x, (double)y);
  return fabs(v) < 0x1p63 ? (int64_t)v : INT64_MIN;
}
static int64_t wide_lshift(int64_t x, int64_t y, int bits) {
  return y < 0 || y >= bits ? 0 : (int64_t)((uint64_t)x << y);
}
static int64_t wide_rshift(int64_t x, int64_t y, int bits) {
  uint64_t mask = bits == 64 ? UINT64_MAX : ((uint64_t)1 << bits) - 1;
  return y < 0 || y >= bits ? 0 : (int64_t)(((uint64_t)x & mask) >> y);
}
static int64_t wide_abs(int64_t x, int64_t y, int bits) {
  (void)y, (void)bits;
  return x < 0 ? (int64_t)(0 - (uint64_t)x) : x;
}
static int64_t wide_sign(int64_t x, int64_t y, int bits) {
  (void)y, (void)bits;
  return (x > 0) - (x < 0);
}

#define SAME(T, name, got)                                                             \
  {                                                                                    \
    T g = (T)(got), w = (T)wide_##name(x, y, 8 * sizeof(T));                           \
    if (g != w)                                                                        \
      FAIL(#name " of " #T "(%lld, %lld): %lld, not %lld", (long long)x, (long long)y, \
           (long long)g, (long long)w);                                                \
  }
/* Every pair of -300..300 (all values of 8-bit types), of values at the ends of the type and around
 * powers of two; powers only for small exponents, as libm is slow. */
#define INTEGER(T)                                     \
  for (int i = -440; i <= 440; i++) {                  \
    for (int j = -440; j <= 440; j++) {                \
      T x = (T)spread(i), y = (T)spread(j);            \
      SAME(T, abs, m_abs(x))                           \
      SAME(T, sign, m_sign(x))                         \
      SAME(T, div, m_div(x, y))                        \
      SAME(T, fmod, m_fmod(x, y))                      \
      SAME(T, remainder, m_remainder(x, y))            \
      SAME(T, lshift, m_lshift(x, y))                  \
      SAME(T, rshift, m_rshift(x, y))                  \
      if (j > -20 && j < 20) SAME(T, pow, m_pow(x, y)) \
    }                                                  \
  }

static int64_t spread(int i) {
  if (i >= -300 && i <= 300) return i;
  int k = (i < 0 ? -i : i) - 301; /* 0..139: two values around 2^0 .. 2^63, either sign */
  uint64_t power =
      k < 128 ? ((uint64_t)1 << k / 2) - (uint64_t)(k & 1) : (uint64_t)k * 0x0123456789abcdef;
  return (int64_t)(i < 0 ? 0 - power : power);
}

/* Results recorded from Torch7. */
static void recorded_integers(void) {
  const struct {
    const char *name;
    int64_t got, want;
  } rows[] = {
      {"rshift of Int", m_rshift((int32_t)-31, (int32_t)2), 1073741816},
      {"rshift of Long", m_rshift((int64_t)-31, (int64_t)2), 4611686018427387896},
      {"rshift of Short", m_rshift((int16_t)-31, (int16_t)2), 16376},
      {"rshift of Char", m_rshift((int8_t)-31, (int8_t)2), 56},
      {"lshift of Char", m_lshift((int8_t)-54, (int8_t)2), 40},
      {"lshift of Byte", m_lshift((uint8_t)52, (uint8_t)3), 160},
      {"fmod of Int", m_fmod((int32_t)-5, (int32_t)3), -2},
      {"fmod by negative", m_fmod((int32_t)9, (int32_t)-2), 1},
      {"remainder of Int", m_remainder((int32_t)-19, (int32_t)4), 1},
      {"remainder by negative", m_remainder((int32_t)-8, (int32_t)-3), -2},
      {"remainder of Char", m_remainder((int8_t)-1, (int8_t)6), 5},
      {"pow of Int", m_pow((int32_t)-2, (int32_t)3), -8},
      {"pow of Byte", m_pow((uint8_t)4, (uint8_t)3), 64},
  };
  for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
    if (rows[k].got == rows[k].want) continue;
    FAIL("%s: %lld, not %lld", rows[k].name, (long long)rows[k].got, (long long)rows[k].want);
  }
}

int main(int argc, char **argv) {
  (void)argv;
  verbose = argc > 1;
  float_functions();
  float_pairs();
  remainders();
  double_functions();
  INTEGER(uint8_t)
  INTEGER(int8_t)
  INTEGER(int16_t)
  INTEGER(int32_t)
  INTEGER(int64_t)
  recorded_integers();
  return failures > 0;
}
