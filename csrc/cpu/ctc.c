/* Connectionist temporal classification: sums over all alignments by forward and backward
 * recursions in log space and double. Graves et al. 2006, Connectionist temporal classification.
 *
 * The states of a sample with m labels are blank, label 1, blank, ..., label m, blank. A row of
 * alpha holds two -inf, the states of the longest sample, and the log-sum of the frame's scores. */
#include "core/ctc.h"
#include "core/functor.h"
#include "cpu/isa.h"

enum { LANES = 16, PAD = 2 };

typedef struct ctc_job {
  int64_t frames, c, width;            /* width: labels of a sample, padded with 0 */
  int64_t frame_stride, sample_stride; /* of scores, in elements */
  const char *x;
  char *gx;
  const int64_t *label, *lengths;
  int64_t blank;
  bool zero_infinity;
  double factor;
  double *alpha;      /* written by the forward recursion */
  const double *kept; /* alpha, for the backward one */
  double *loss, *scratch, sum;
} ctc_job;

typedef double (*log_sum_fn)(const void *row, int64_t c);
typedef void (*emissions_fn)(double *emit, const void *row, double log_sum, int64_t labels,
                             const int64_t *label, int64_t blank);
typedef void (*frame_grad_fn)(void *out, const void *row, double log_sum, const double *posterior,
                              int64_t c, int64_t labels, const int64_t *label, int64_t blank,
                              double factor);

static int64_t states_of(int64_t labels) { return 2 * labels + 1; }
static int64_t row_of(const ctc_job *j) { return PAD + states_of(j->width) + 1; }
/* Of a sample: emissions, skips, two rows of beta. */
static int64_t scratch_of(const ctc_job *j) { return 4 * (states_of(j->width) + PAD); }

/* skip[s]: 0 where state s may follow state s - 2, two different labels, else -inf. */
static void fill_skips(double *skip, int64_t labels, const int64_t *label) {
  for (int64_t s = 0; s < states_of(labels); s++)
    skip[s] = s % 2 && s > 1 && label[s / 2] != label[s / 2 - 1] ? 0 : -(double)INFINITY;
}

/* The greatest of three logarithms, but not -inf, which would make -inf - -inf. */
static inline double greatest(double a, double b, double c) {
  double d = LT_MAX(a, b), e = LT_MAX(c, -1e300);
  return LT_MAX(d, e);
}

/* out[s] = log(exp a[s] + exp b[s] + exp(c[s] + skip[s])): two loops, since the compiler vectorises
 * each and not both in one. */
static void recur(int64_t states, double *restrict out, const double *a, const double *b,
                  const double *c, const double *restrict skip) {
  for (int64_t s = 0; s < states; s++) {
    double jump = c[s] + skip[s], base = greatest(a[s], b[s], jump);
    out[s] = m_exp(a[s] - base) + m_exp(b[s] - base) + m_exp(jump - base);
  }
  for (int64_t s = 0; s < states; s++)
    out[s] = greatest(a[s], b[s], c[s] + skip[s]) + m_log(out[s]);
}

static double log_likelihood(const double *last, int64_t states) {
  double none = -(double)INFINITY, out;
  recur(1, &out, last + states - 1, states > 1 ? last + states - 2 : &none, &none, &none);
  return out;
}

static void forward_sample(const ctc_job *j, int64_t i, int64_t size, log_sum_fn log_sum,
                           emissions_fn emissions) {
  const int64_t *label = j->label + i * j->width;
  int64_t labels = lti_ctc_labels(j->width, label), states = states_of(labels), row = row_of(j);
  double *emit = j->scratch + i * scratch_of(j), *skip = emit + states_of(j->width) + PAD;
  double *alpha = j->alpha + i * j->frames * row;
  fill_skips(skip, labels, label);
  for (int64_t t = 0; t < j->lengths[i]; t++, alpha += row) {
    const char *x = j->x + (t * j->frame_stride + i * j->sample_stride) * size;
    double sum = alpha[row - 1] = log_sum(x, j->c);
    emissions(emit, x, sum, labels, label, j->blank);
    double *now = alpha + PAD;
    const double *before = now - row;
    for (int k = 0; k < PAD; k++) alpha[k] = -(double)INFINITY;
    if (t == 0)
      for (int64_t s = 0; s < states; s++) now[s] = s < 2 ? 0 : -(double)INFINITY;
    else
      recur(states, now, before, before - 1, before - 2, skip);
    for (int64_t s = 0; s < states; s++) now[s] += emit[s];
  }
  double loss = -log_likelihood(alpha - row + PAD, states);
  j->loss[i] = j->zero_infinity && loss == (double)INFINITY ? 0 : loss;
}

static void backward_sample(const ctc_job *j, int64_t i, int64_t size, emissions_fn emissions,
                            frame_grad_fn frame_grad) {
  const int64_t *label = j->label + i * j->width;
  int64_t labels = lti_ctc_labels(j->width, label), states = states_of(labels), row = row_of(j);
  int64_t room = states_of(j->width) + PAD, length = j->lengths[i];
  double *emit = j->scratch + i * scratch_of(j), *skip = emit + room;
  double *beta = skip + room, *next = beta + room;
  const double *alpha = j->kept + i * j->frames * row;
  double total = log_likelihood(alpha + (length - 1) * row + PAD, states);
  bool lost = j->zero_infinity && total == -(double)INFINITY;
  fill_skips(skip, labels, label);
  for (int64_t s = 0; s < states; s++) next[s] = s < states - 2 ? -(double)INFINITY : 0;
  next[states] = next[states + 1] = skip[states] = skip[states + 1] = -(double)INFINITY;
  for (int64_t t = j->frames - 1; t >= 0; t--) {
    int64_t at = (t * j->frame_stride + i * j->sample_stride) * size;
    if (t >= length || lost) {
      memset(j->gx + at, 0, (size_t)(j->c * size));
      continue;
    }
    const double *now = alpha + t * row + PAD;
    double sum = alpha[t * row + row - 1];
    /* next: beta of frame t; beta: posterior, then beta of frame t - 1 */
    for (int64_t s = 0; s < states; s++) beta[s] = m_exp(now[s] + next[s] - total);
    frame_grad(j->gx + at, j->x + at, sum, beta, j->c, labels, label, j->blank, j->factor);
    emissions(emit, j->x + at, sum, labels, label, j->blank);
    for (int64_t s = 0; s < states; s++) next[s] += emit[s];
    recur(states, beta, next, next + 1, next + 2, skip + 2);
    beta[states] = beta[states + 1] = -(double)INFINITY;
    double *swap = beta;
    beta = next, next = swap;
  }
}

#define REAL float
#include "cpu/ctc_real.h"
#undef REAL
#define REAL double
#include "cpu/ctc_real.h"
#undef REAL

static lt_status run(int64_t n, void (*fn)(int64_t begin, int64_t end, void *ctx), ctc_job *j) {
  LT_TRY(lti_ctc_check(j->frames, n, j->c, j->width, j->label, j->lengths, j->blank,
                       j->zero_infinity));
  int64_t bytes = n * (scratch_of(j) + 1) * (int64_t)sizeof(double);
  j->scratch = lti_alloc((size_t)bytes);
  if (!j->scratch) return lti_out_of_memory((size_t)bytes);
  j->loss = j->scratch + n * scratch_of(j);
  int64_t work = j->frames * (j->c + 8 * states_of(j->width));
  lti_parallel(n, LT_MAX(1, lti_grain / 4 / work), fn, j);
  for (int64_t i = 0; i < n && !j->gx; i++) j->sum += j->loss[i];
  lti_free(j->scratch, (size_t)bytes);
  return LT_OK;
}

lt_status CPU(ctc)(int dtype, double *out, double *alpha, int64_t frames, int64_t n, int64_t c,
                   int64_t width, int batch_first, const void *x, const int64_t *label,
                   const int64_t *lengths, int64_t blank, int zero_infinity) {
  ctc_job j = {.frames = frames, .c = c, .width = width, .x = x, .label = label};
  j.frame_stride = batch_first ? c : n * c, j.sample_stride = batch_first ? frames * c : c;
  j.lengths = lengths, j.blank = blank, j.zero_infinity = zero_infinity, j.alpha = alpha;
  LT_TRY(run(n, dtype == LT_FLOAT ? forward_float : forward_double, &j));
  *out = j.sum;
  return LT_OK;
}

lt_status CPU(ctc_grad)(int dtype, void *gx, const double *alpha, int64_t frames, int64_t n,
                        int64_t c, int64_t width, int batch_first, const void *x,
                        const int64_t *label, const int64_t *lengths, int64_t blank,
                        int zero_infinity, double factor) {
  ctc_job j = {.frames = frames, .c = c, .width = width, .x = x, .label = label, .gx = gx};
  j.frame_stride = batch_first ? c : n * c, j.sample_stride = batch_first ? frames * c : c;
  j.lengths = lengths, j.blank = blank, j.zero_infinity = zero_infinity, j.kept = alpha;
  j.factor = factor;
  return run(n, dtype == LT_FLOAT ? backward_float : backward_double, &j);
}
