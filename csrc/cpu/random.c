/* Random numbers in bulk. Threads take turns at the twister: whoever holds the lock draws the next
 * raw words of the stream for the next numbers of the result, and computes them after releasing it.
 * Numbers are computed in double and rounded to the result's type, so that every type sees one
 * stream. */
#include "cpu/isa.h"

#include <pthread.h>

#include "core/half.h"
#include "core/random.h"

enum {
  BLOCK = 512,               /* numbers that one call of a distribution makes; even */
  TURN = 8 * LTI_STATE_WORDS /* words drawn in one turn; even */
};

typedef struct job {
  int distribution, dtype;
  double a, b; /* the distribution's parameters; LT_DIST_INTEGER: first value, count */
  pthread_mutex_t lock;
  lt_generator *gen; /* this and the rest under lock */
  char *out;         /* the numbers not yet given to a thread */
  const double *p;   /* their probabilities, or NULL */
  int64_t left;
} job;

/* n untempered words of the stream. */
static void draw(uint32_t *raw, lt_generator *gen, int64_t n) {
  while (n > 0) {
    if (gen->next >= LTI_STATE_WORDS) {
      lti_twist(gen->state);
      gen->next = 0;
    }
    int64_t m = LT_MIN(n, (int64_t)LTI_STATE_WORDS - gen->next);
    memcpy(raw, gen->state + gen->next, (size_t)m * sizeof *raw);
    gen->next += (uint32_t)m;
    raw += m;
    n -= m;
  }
}

static bool is_normal(int distribution) {
  return distribution == LT_DIST_NORMAL || distribution == LT_DIST_LOGNORMAL;
}

/* v[n] = normal numbers from n words, n even */
static void box_muller(double *v, const uint32_t *raw, int64_t n, double mean, double stdv) {
  double x[BLOCK / 2], rho[BLOCK / 2], s[BLOCK / 2], c[BLOCK / 2];
  int64_t pairs = n / 2;
  for (int64_t i = 0; i < pairs; i++) {
    x[i] = lti_unit(lti_temper(raw[2 * i]));
    rho[i] = lti_unit(lti_temper(raw[2 * i + 1]));
  }
  for (int64_t i = 0; i < pairs; i++) rho[i] = lti_radius(rho[i]);
  for (int64_t i = 0; i < pairs; i++) lti_sincos(lti_two_pi * x[i], &s[i], &c[i]);
  for (int64_t i = 0; i < pairs; i++) {
    v[2 * i] = rho[i] * c[i] * stdv + mean;
    v[2 * i + 1] = rho[i] * s[i] * stdv + mean;
  }
}

/* v[n] = numbers of the job's distribution, n <= BLOCK */
static void numbers(double *restrict v, const job *j, const uint32_t *restrict raw,
                    const double *restrict p, int64_t n) {
  double a = j->a, b = j->b;
  switch (j->distribution) {
  case LT_DIST_INTEGER:
    for (int64_t i = 0; i < n; i++) v[i] = lti_integer(lti_temper(raw[i]), a, b);
    /* Torch7's tensors take the sum as an unsigned 64-bit number: a negative one becomes 2^64 less
     * itself in Float and Double, and wraps to the right value in integer types. */
    if (a < 0 && (j->dtype == LT_FLOAT || j->dtype == LT_DOUBLE))
      for (int64_t i = 0; i < n; i++) v[i] += v[i] < 0 ? 0x1p64 : 0;
    return;
  case LT_DIST_NORMAL: box_muller(v, raw, n, a, b); return;
  case LT_DIST_LOGNORMAL:
    box_muller(v, raw, n, a, b);
    for (int64_t i = 0; i < n; i++) v[i] = m_exp_f64(v[i]);
    return;
  default:
    for (int64_t i = 0; i < n; i++) v[i] = lti_unit(lti_temper(raw[i]));
  }
  switch (j->distribution) {
  case LT_DIST_UNIFORM:
    for (int64_t i = 0; i < n; i++) v[i] = v[i] * (b - a) + a;
    return;
  case LT_DIST_EXPONENTIAL:
    for (int64_t i = 0; i < n; i++) v[i] = lti_exponential(v[i], a);
    return;
  case LT_DIST_CAUCHY:
    for (int64_t i = 0; i < n; i++) v[i] = lti_cauchy(v[i], a, b);
    return;
  case LT_DIST_GEOMETRIC: {
    double log_p = m_log_f64(a);
    for (int64_t i = 0; i < n; i++) v[i] = lti_geometric(v[i], log_p);
    return;
  }
  case LT_DIST_BERNOULLI:
    if (p)
      for (int64_t i = 0; i < n; i++) v[i] = v[i] <= p[i] ? 1 : 0;
    else
      for (int64_t i = 0; i < n; i++) v[i] = v[i] <= a ? 1 : 0;
  }
}

/* out[n] = v, rounded or truncated to the type */
static void store(char *out, const double *restrict v, int dtype, int64_t n) {
  switch (dtype) {
  case LT_HALF:
    for (int64_t i = 0; i < n; i++) ((uint16_t *)out)[i] = lti_float_to_half((float)v[i]);
    return;
  case LT_BFLOAT16:
    for (int64_t i = 0; i < n; i++) ((uint16_t *)out)[i] = lti_float_to_bfloat16((float)v[i]);
    return;
#define STORE(NAME, type, via)                                          \
  case LT_##NAME:                                                       \
    for (int64_t i = 0; i < n; i++) ((type *)out)[i] = (type)(via)v[i]; \
    return;
    STORE(BYTE, uint8_t, int64_t)
    STORE(CHAR, int8_t, int64_t)
    STORE(SHORT, int16_t, int64_t)
    STORE(INT, int32_t, int64_t)
    STORE(LONG, int64_t, int64_t)
    STORE(FLOAT, float, float)
    STORE(DOUBLE, double, double)
#undef STORE
  }
}

/* Takes turns until nothing is left. */
static void work(int64_t begin, int64_t end, void *ctx) {
  (void)begin, (void)end;
  job *j = ctx;
  int64_t elsize = lti_elsize(j->dtype);
  uint32_t raw[TURN];
  double v[BLOCK];
  for (;;) {
    pthread_mutex_lock(&j->lock);
    int64_t n = LT_MIN(j->left, (int64_t)TURN);
    char *out = j->out;
    const double *p = j->p;
    draw(raw, j->gen, n);
    j->left -= n;
    j->out += n * elsize;
    if (p) j->p += n;
    if (is_normal(j->distribution) && n > 0) {
      j->gen->normal_x = lti_unit(lti_temper(raw[n - 2]));
      j->gen->normal_y = lti_unit(lti_temper(raw[n - 1]));
    }
    pthread_mutex_unlock(&j->lock);
    if (n == 0) return;
    for (int64_t i = 0; i < n; i += BLOCK) {
      int64_t m = LT_MIN((int64_t)BLOCK, n - i);
      numbers(v, j, raw + i, p ? p + i : NULL, m);
      store(out + i * elsize, v, j->dtype, m);
    }
  }
}

/* One normal number from the generator's pair. */
static void one_normal(job *j) {
  double v = lti_normal(j->gen) * j->b + j->a;
  if (j->distribution == LT_DIST_LOGNORMAL) v = m_exp_f64(v);
  store(j->out, &v, j->dtype, 1);
  j->out += lti_elsize(j->dtype);
}

lt_status CPU(random)(int distribution, int dtype, void *r, int64_t n, lt_generator *gen, double a,
                      double b, const double *p) {
  job j = {.distribution = distribution,
           .dtype = dtype,
           .a = a,
           .b = b,
           .lock = PTHREAD_MUTEX_INITIALIZER,
           .gen = gen,
           .out = r,
           .p = p};
  bool normal = is_normal(distribution);
  if (distribution == LT_DIST_INTEGER) {
    j.a = trunc(a);
    j.b = trunc(b) - j.a + 1;
  }
  if (normal && n > 0 && gen->normal_valid) {
    one_normal(&j);
    n--;
  }
  j.left = normal ? n & ~(int64_t)1 : n;
  if (j.left > 0) {
    lti_parallel(LT_MAX(j.left / LT_MAX(lti_grain / 2, TURN), 1), 1, work, &j);
    if (normal) gen->normal_rho = lti_radius(gen->normal_y);
  }
  if (normal && n & 1) one_normal(&j);
  return LT_OK;
}
