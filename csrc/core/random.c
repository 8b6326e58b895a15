/* Generators: seeding, the stored form of the state, and single random numbers. */
#include "core/random.h"

#include <errno.h>
#include <sys/random.h>

enum { JUST_SEEDED = LTI_STATE_WORDS + 1 };

lt_status lt_generator_seed(lt_generator *gen, int64_t seed) {
  LT_CHECK(gen, EARG, "manualSeed: expected a generator");
  *gen = (lt_generator){.initial_seed = seed, .next = JUST_SEEDED};
  uint32_t word = (uint32_t)seed;
  for (uint32_t i = 0; i < LTI_STATE_WORDS; i++) {
    if (i > 0) word = 1812433253u * (word ^ (word >> 30)) + i;
    gen->state[i] = word;
  }
  return LT_OK;
}

lt_status lt_generator_seed_os(lt_generator *gen) {
  uint64_t seed;
  ssize_t got;
  do got = getrandom(&seed, sizeof seed, 0);
  while (got < 0 && errno == EINTR);
  LT_CHECK(got == sizeof seed, EIO, "seed: no random bytes from the system: %s", strerror(errno));
  return lt_generator_seed(gen, (int64_t)(seed >> 11));
}

/* ---- the 5048 bytes ---- */

enum {
  AT_SEED = 0,
  AT_LEFT = 8,
  AT_SEEDED = 12,
  AT_NEXT = 16,
  AT_STATE = 24,
  AT_NORMAL = AT_STATE + 8 * LTI_STATE_WORDS, /* three doubles */
  AT_VALID = AT_NORMAL + 24
};
_Static_assert(AT_VALID + 8 == LT_GENERATOR_BYTES, "layout of the stored state");

static void put(uint8_t *bytes, uint64_t v, int count) {
  for (int i = 0; i < count; i++) bytes[i] = (uint8_t)(v >> 8 * i);
}

static uint64_t get(const uint8_t *bytes, int count) {
  uint64_t v = 0;
  for (int i = 0; i < count; i++) v |= (uint64_t)bytes[i] << 8 * i;
  return v;
}

lt_status lt_generator_get_state(uint8_t *bytes, const lt_generator *gen) {
  LT_CHECK(bytes && gen, EARG, "getRNGState: expected a generator");
  bool fresh = gen->next > LTI_STATE_WORDS;
  memset(bytes, 0, LT_GENERATOR_BYTES);
  put(bytes + AT_SEED, (uint64_t)gen->initial_seed, 8);
  put(bytes + AT_LEFT, fresh ? 1 : LTI_STATE_WORDS + 1 - gen->next, 4);
  put(bytes + AT_SEEDED, 1, 4);
  put(bytes + AT_NEXT, fresh ? 0 : gen->next, 8);
  for (int i = 0; i < LTI_STATE_WORDS; i++) put(bytes + AT_STATE + 8 * i, gen->state[i], 8);
  const double normal[] = {gen->normal_x, gen->normal_y, gen->normal_rho};
  for (int i = 0; i < 3; i++) put(bytes + AT_NORMAL + 8 * i, lti_double_to_bits(normal[i]), 8);
  put(bytes + AT_VALID, gen->normal_valid != 0, 4);
  return LT_OK;
}

lt_status lt_generator_set_state(lt_generator *gen, const uint8_t *bytes) {
  LT_CHECK(gen && bytes, EARG, "setRNGState: expected a generator and its state");
  uint64_t left = get(bytes + AT_LEFT, 4), next = get(bytes + AT_NEXT, 8);
  uint64_t valid = get(bytes + AT_VALID, 4);
  bool fresh = left == 1 && next == 0;
  LT_CHECK(
      get(bytes + AT_SEEDED, 4) == 1 && valid <= 1 &&
          (fresh || (next >= 1 && next <= LTI_STATE_WORDS && left == LTI_STATE_WORDS + 1 - next)),
      EARG, "setRNGState: these bytes are not the state of a seeded generator");
  lt_generator g = {.initial_seed = (int64_t)get(bytes + AT_SEED, 8),
                    .next = fresh ? JUST_SEEDED : (uint32_t)next,
                    .normal_valid = (int32_t)valid};
  double normal[3];
  for (int i = 0; i < 3; i++) normal[i] = lti_bits_to_double(get(bytes + AT_NORMAL + 8 * i, 8));
  LT_CHECK(normal[0] >= 0 && normal[0] < 1 && normal[1] >= 0 && normal[1] < 1 &&
               fabs(normal[2]) <= 8,
           EARG, "setRNGState: these bytes are not the state of a seeded generator");
  g.normal_x = normal[0], g.normal_y = normal[1], g.normal_rho = normal[2];
  for (int i = 0; i < LTI_STATE_WORDS; i++) {
    uint64_t word = get(bytes + AT_STATE + 8 * i, 8);
    LT_CHECK(word <= UINT32_MAX, EARG, "setRNGState: word %d of the state exceeds 32 bits", i + 1);
    g.state[i] = (uint32_t)word;
  }
  *gen = g;
  return LT_OK;
}

/* ---- single numbers ---- */

lt_status lti_check_distribution(int distribution, double a, double b) {
  const double limit = 0x1p53;
  switch (distribution) {
  case LT_DIST_WORD:
  case LT_DIST_UNIFORM:
  case LT_DIST_CAUCHY: return LT_OK;
  case LT_DIST_INTEGER:
    LT_CHECK(fabs(a) <= limit && fabs(b) <= limit, EARG,
             "random: bounds must be integers of at most 2^53 in magnitude, got %.17g and %.17g", a,
             b);
    LT_CHECK(trunc(a) <= trunc(b), EARG,
             "random: the upper bound must not be less than the lower bound, got %.17g and %.17g",
             a, b);
    return LT_OK;
  case LT_DIST_NORMAL:
    LT_CHECK(b > 0, EARG, "normal: the standard deviation must be strictly positive, got %.17g", b);
    return LT_OK;
  case LT_DIST_LOGNORMAL:
    LT_CHECK(b > 0, EARG, "logNormal: the standard deviation must be strictly positive, got %.17g",
             b);
    return LT_OK;
  case LT_DIST_EXPONENTIAL:
    LT_CHECK(a > 0, EARG, "exponential: the rate must be strictly positive, got %.17g", a);
    return LT_OK;
  case LT_DIST_GEOMETRIC:
    LT_CHECK(a > 0 && a < 1, EARG, "geometric: p must be > 0 and < 1, got %.17g", a);
    return LT_OK;
  case LT_DIST_BERNOULLI:
    LT_CHECK(a >= 0 && a <= 1, EARG, "bernoulli: p must be >= 0 and <= 1, got %.17g", a);
    return LT_OK;
  default: return lti_fail(LT_EARG, "random: no distribution has number %d", distribution);
  }
}

double lti_normal(lt_generator *gen) {
  double s, c;
  if (gen->normal_valid) {
    gen->normal_valid = 0;
    lti_sincos(lti_two_pi * gen->normal_x, &s, &c);
    return gen->normal_rho * s;
  }
  gen->normal_x = lti_unit(lti_word(gen));
  gen->normal_y = lti_unit(lti_word(gen));
  gen->normal_rho = lti_radius(gen->normal_y);
  gen->normal_valid = 1;
  lti_sincos(lti_two_pi * gen->normal_x, &s, &c);
  return gen->normal_rho * c;
}

lt_status lt_random_number(double *out, lt_generator *gen, int distribution, double a, double b) {
  LT_CHECK(out && gen, EARG, "random: expected a generator");
  LT_TRY(lti_check_distribution(distribution, a, b));
  if (distribution == LT_DIST_NORMAL || distribution == LT_DIST_LOGNORMAL) {
    double v = lti_normal(gen) * b + a;
    *out = distribution == LT_DIST_NORMAL ? v : m_exp_f64(v);
    return LT_OK;
  }
  uint32_t word = lti_word(gen);
  double u = lti_unit(word);
  switch (distribution) {
  case LT_DIST_WORD: *out = word; break;
  case LT_DIST_INTEGER: *out = lti_integer(word, trunc(a), trunc(b) - trunc(a) + 1); break;
  case LT_DIST_UNIFORM: *out = u * (b - a) + a; break;
  case LT_DIST_EXPONENTIAL: *out = lti_exponential(u, a); break;
  case LT_DIST_CAUCHY: *out = lti_cauchy(u, a, b); break;
  case LT_DIST_GEOMETRIC: *out = lti_geometric(u, m_log_f64(a)); break;
  case LT_DIST_BERNOULLI: *out = u <= a; break;
  }
  return LT_OK;
}
