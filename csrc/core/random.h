/* random.h: the double precision functions that the distributions of random numbers need.
 * Everything is branch-free and uses only correctly rounded operations: loops vectorise, and every
 * instruction set gives the same bits. */
#ifndef LT_RANDOM_H
#define LT_RANDOM_H

#include "core/functor.h"
#include "core/twister.h"

/* word * 2^-32, through signed integers: those convert in vectors on every instruction set. */
static inline double lti_unit(uint32_t word) {
  return ((double)(int32_t)(word ^ 0x80000000u) + 0x1p31) * 0x1p-32;
}

/* Sine and cosine of |t| < 2^20, error below 1.5 ulp; t is brought to [-pi/4, pi/4] by multiples of
 * pi/2, which is held in three parts. */
static inline void lti_sincos(double t, double *sine, double *cosine) {
  double shifted = t * 0.6366197723675814 + 0x1.8p52, k = shifted - 0x1.8p52;
  uint64_t quadrant = lti_double_to_bits(shifted);
  double r =
      ((t - k * 0x1.921fb54400000p+0) - k * 0x1.0b4611a600000p-34) - k * 0x1.3198a2e037073p-69;
  double z = r * r;
  double s = 1.5896504923532986e-10;
  s = s * z - 2.5050753264091272e-08;
  s = s * z + 2.755731366205436e-06;
  s = s * z - 0.00019841269829725194;
  s = s * z + 0.008333333333322316;
  s = s * z - 0.16666666666666632;
  s = r + r * z * s;
  double c = -1.1359448698648247e-11;
  c = c * z + 2.087571955906848e-09;
  c = c * z - 2.7557314326033483e-07;
  c = c * z + 2.4801587289394937e-05;
  c = c * z - 0.001388888888887399;
  c = c * z + 0.0416666666666666;
  double half = 0.5 * z, near = 1 - half;
  c = near + (((1 - near) - half) + z * z * c);
  uint64_t sb = lti_double_to_bits(s), cb = lti_double_to_bits(c);
  uint64_t swap = (sb ^ cb) & -(quadrant & 1);
  *sine = lti_bits_to_double((sb ^ swap) ^ (quadrant & 2) << 62);
  *cosine = lti_bits_to_double((cb ^ swap) ^ ((quadrant + 1) & 2) << 62);
}

static const double lti_two_pi = 6.283185307179586, lti_pi = 3.141592653589793;

/* ---- distributions as functions of a uniform u in [0, 1) ---- */

/* Radius of a Box-Muller pair (Box and Muller, Ann. Math. Stat. 29(2), 1958). */
static inline double lti_radius(double u) { return sqrt(-2 * lti_log_f64(1 - u, 0, 0)); }

static inline double lti_exponential(double u, double rate) {
  return -1 / rate * lti_log_f64(1 - u, 0, 0);
}

static inline double lti_cauchy(double u, double median, double scale) {
  double s, c;
  lti_sincos(lti_pi * (u - 0.5), &s, &c);
  return median + scale * (s / c);
}

static inline double lti_geometric(double u, double log_p) {
  return trunc(lti_log_f64(1 - u, 0, 0) / log_p) + 1;
}

/* word % m + a, for m <= 2^54; a and the result at most 2^53 in magnitude */
static inline double lti_integer(uint32_t word, double a, double m) {
  double w = lti_unit(word) * 0x1p32;
  double r = w - trunc(w / m) * m;
  return r + a;
}

/* ---- core/random.c ---- */

/* The next normal number with mean 0 and deviation 1. */
double lti_normal(lt_generator *gen);
/* Fails with EARG when a, b are no parameters of the distribution. */
lt_status lti_check_distribution(int distribution, double a, double b);

#endif
