/* Losses of classes and of pairs of vectors, of Float and Double: each sample has a value, which
 * are added in order, and its gradient. */
#include "core/functor.h"
#include "cpu/isa.h"

enum { LANES = 8 };
#define TINY 1e-12

typedef struct sample_job {
  int64_t c, inner;  /* classes or features; positions of a sample */
  const void *x, *w; /* w: weights, or the other vectors */
  const int64_t *target;
  const void *signs;
  void *gx, *gy;
  double *partial;
  uint8_t *is_target;
  int p;
  int64_t ignore;
  double margin, factor, gamma, smoothing;
} sample_job;

#define REAL float
#include "cpu/classloss_real.h"
#undef REAL
#define REAL double
#include "cpu/classloss_real.h"
#undef REAL

typedef void (*samples_fn)(int64_t begin, int64_t end, void *ctx);
#define PICK(name) (dtype == LT_FLOAT ? name##_float : name##_double)

static lt_status no_memory(const char *op, int64_t bytes) {
  return lti_fail(LT_ENOMEM, "%s: no memory for %lld bytes", op, (long long)bytes);
}

static int64_t grain(const sample_job *j) { return LT_MAX(1, lti_grain / 4 / j->c); }

/* *out = the sum of n samples. */
static lt_status sum_samples(const char *op, double *out, int64_t n, samples_fn fn, sample_job *j) {
  int64_t bytes = n * (int64_t)sizeof(double);
  j->partial = lti_alloc((size_t)bytes);
  if (!j->partial) return no_memory(op, bytes);
  lti_parallel(n, grain(j), fn, j);
  *out = 0;
  for (int64_t i = 0; i < n; i++) *out += j->partial[i];
  lti_free(j->partial, (size_t)bytes);
  return LT_OK;
}

/* 1 <= target[i] <= c, or it is *ignore. */
static lt_status check_targets(const char *op, int64_t n, int64_t c, const int64_t *target,
                               const int64_t *ignore) {
  for (int64_t i = 0; i < n; i++)
    LT_CHECK((target[i] >= 1 && target[i] <= c) || (ignore && target[i] == *ignore), ERANGE,
             "%s: target %lld at position %lld is out of range [1, %lld]", op, (long long)target[i],
             (long long)i + 1, (long long)c);
  return LT_OK;
}

lt_status CPU(check_signs)(const char *op, int dtype, int64_t n, const void *t) {
  return dtype == LT_FLOAT ? check_signs_float(op, n, t) : check_signs_double(op, n, t);
}

/* ---- one class against the others ---- */

lt_status CPU(multimargin)(int dtype, double *out, int64_t n, int64_t c, const void *x,
                           const int64_t *target, const void *weights, int p, double margin) {
  LT_TRY(check_targets("multimargin", n, c, target, NULL));
  sample_job j = {.c = c, .x = x, .w = weights, .target = target, .p = p, .margin = margin};
  return sum_samples("multimargin", out, n, PICK(multimargin), &j);
}

lt_status CPU(multimargin_grad)(int dtype, int64_t n, int64_t c, void *gx, const void *x,
                                const int64_t *target, const void *weights, int p, double margin,
                                double factor) {
  LT_TRY(check_targets("multimargin", n, c, target, NULL));
  sample_job j = {.c = c,
                  .x = x,
                  .w = weights,
                  .target = target,
                  .gx = gx,
                  .p = p,
                  .margin = margin,
                  .factor = factor};
  lti_parallel(n, grain(&j), PICK(multimargin_grad), &j);
  return LT_OK;
}

/* ---- several classes against the others ---- */

/* Checks the targets of each sample up to its first 0, and makes room to mark them. */
static lt_status prepare_labels(sample_job *j, int64_t n) {
  for (int64_t i = 0; i < n; i++)
    for (int64_t l = 0; l < j->c && j->target[i * j->c + l]; l++)
      LT_CHECK(j->target[i * j->c + l] >= 1 && j->target[i * j->c + l] <= j->c, ERANGE,
               "multilabelmargin: target %lld at position %lld of sample %lld is out of range "
               "[0, %lld]",
               (long long)j->target[i * j->c + l], (long long)l + 1, (long long)i + 1,
               (long long)j->c);
  j->is_target = lti_alloc((size_t)(n * j->c));
  return j->is_target ? LT_OK : no_memory("multilabelmargin", n * j->c);
}

lt_status CPU(multilabelmargin)(int dtype, double *out, int64_t n, int64_t c, const void *x,
                                const int64_t *target) {
  sample_job j = {.c = c, .x = x, .target = target};
  LT_TRY(prepare_labels(&j, n));
  lt_status rc = sum_samples("multilabelmargin", out, n, PICK(multilabelmargin), &j);
  lti_free(j.is_target, (size_t)(n * c));
  return rc;
}

lt_status CPU(multilabelmargin_grad)(int dtype, int64_t n, int64_t c, void *gx, const void *x,
                                     const int64_t *target, double factor) {
  sample_job j = {.c = c, .x = x, .target = target, .gx = gx, .factor = factor};
  LT_TRY(prepare_labels(&j, n));
  lti_parallel(n, grain(&j), PICK(multilabelmargin_grad), &j);
  lti_free(j.is_target, (size_t)(n * c));
  return LT_OK;
}

/* ---- negative log-likelihood, focal and smoothed ---- */

lt_status CPU(softnll)(int dtype, double *out, int64_t n, int64_t c, int64_t inner, const void *x,
                       const int64_t *target, const void *weights, int64_t ignore, double gamma,
                       double smoothing) {
  LT_TRY(check_targets("softnll", n * inner, c, target, &ignore));
  sample_job j = {.c = c,
                  .inner = inner,
                  .x = x,
                  .w = weights,
                  .target = target,
                  .ignore = ignore,
                  .gamma = gamma,
                  .smoothing = smoothing};
  double total = 0;
  for (int64_t i = 0; i < n * inner; i++) {
    if (target[i] == ignore) continue;
    total += !weights            ? 1
             : dtype == LT_FLOAT ? (double)((const float *)weights)[target[i] - 1]
                                 : ((const double *)weights)[target[i] - 1];
  }
  out[1] = total;
  return sum_samples("softnll", out, n * inner, PICK(softnll), &j);
}

lt_status CPU(softnll_grad)(int dtype, int64_t n, int64_t c, int64_t inner, void *gx, const void *x,
                            const int64_t *target, const void *weights, int64_t ignore,
                            double gamma, double smoothing, double factor) {
  LT_TRY(check_targets("softnll", n * inner, c, target, &ignore));
  sample_job j = {.c = c,
                  .inner = inner,
                  .x = x,
                  .w = weights,
                  .target = target,
                  .gx = gx,
                  .ignore = ignore,
                  .gamma = gamma,
                  .smoothing = smoothing,
                  .factor = factor};
  lti_parallel(n * inner, grain(&j), PICK(softnll_grad), &j);
  return LT_OK;
}

/* ---- pairs of vectors ---- */

lt_status CPU(cosineembedding)(int dtype, double *out, int64_t n, int64_t d, const void *x,
                               const void *y, const void *target, double margin) {
  LT_TRY(CPU(check_signs)("cosineembedding", dtype, n, target));
  sample_job j = {.c = d, .x = x, .w = y, .signs = target, .margin = margin};
  return sum_samples("cosineembedding", out, n, PICK(cosineembedding), &j);
}

lt_status CPU(cosineembedding_grad)(int dtype, int64_t n, int64_t d, void *gx, void *gy,
                                    const void *x, const void *y, const void *target, double margin,
                                    double factor) {
  LT_TRY(CPU(check_signs)("cosineembedding", dtype, n, target));
  sample_job j = {.c = d,
                  .x = x,
                  .w = y,
                  .signs = target,
                  .gx = gx,
                  .gy = gy,
                  .margin = margin,
                  .factor = factor};
  lti_parallel(n, grain(&j), PICK(cosineembedding_grad), &j);
  return LT_OK;
}
