/* Losses of Float and Double: a number, and the gradient of the input. Sums are made in double over
 * fixed chunks, so that they do not depend on the threads. */
#include "core/functor.h"
#include "core/loss.h"
#include "cpu/isa.h"

enum { CHUNK = 4096, LANES = 8 };

/* ---- pointwise losses ---- */

typedef struct loss_job {
  int64_t rows, cols;
  const void *x, *t, *w;
  void *gx;
  double *partial;     /* of each chunk of a row */
  double factor, a, b; /* a, b: parameters of the loss */
  int64_t chunks;      /* in a row */
} loss_job;

/* value and grad use the doubles x and t, and those of loss.def a and b. */
#define DEFINE_LOSS(real, name, value, grad)                                     \
  static void name##_##real(int64_t begin, int64_t end, void *ctx) {             \
    const loss_job *j = ctx;                                                     \
    const double a = j->a, b = j->b;                                             \
    (void)a, (void)b;                                                            \
    for (int64_t k = begin; k < end; k++) {                                      \
      int64_t first = k % j->chunks * CHUNK, m = LT_MIN(CHUNK, j->cols - first); \
      int64_t at = k / j->chunks * j->cols + first;                              \
      const real *xs = (const real *)j->x + at, *ts = (const real *)j->t + at;   \
      const real *ws = j->w ? (const real *)j->w + first : NULL;                 \
      double lane[LANES] = {0}, sum = 0;                                         \
      int64_t i = 0;                                                             \
      if (!ws)                                                                   \
        for (; i + LANES <= m; i += LANES)                                       \
          for (int l = 0; l < LANES; l++) {                                      \
            double x = (double)xs[i + l], t = (double)ts[i + l];                 \
            lane[l] += (value);                                                  \
          }                                                                      \
      for (; i < m; i++) {                                                       \
        double x = (double)xs[i], t = (double)ts[i];                             \
        sum += (value) * (ws ? (double)ws[i] : 1);                               \
      }                                                                          \
      for (int l = 0; l < LANES; l++) sum += lane[l];                            \
      j->partial[k] = sum;                                                       \
    }                                                                            \
  }                                                                              \
  static void name##_grad_##real(int64_t begin, int64_t end, void *ctx) {        \
    const loss_job *j = ctx;                                                     \
    const double a = j->a, b = j->b;                                             \
    (void)a, (void)b;                                                            \
    for (int64_t k = begin; k < end; k++) {                                      \
      int64_t first = k % j->chunks * CHUNK, m = LT_MIN(CHUNK, j->cols - first); \
      int64_t at = k / j->chunks * j->cols + first;                              \
      const real *xs = (const real *)j->x + at, *ts = (const real *)j->t + at;   \
      const real *ws = j->w ? (const real *)j->w + first : NULL;                 \
      real *gx = (real *)j->gx + at;                                             \
      double factor = j->factor;                                                 \
      for (int64_t i = 0; i < m; i++) {                                          \
        double x = (double)xs[i], t = (double)ts[i];                             \
        (void)x;                                                                 \
        gx[i] = (real)((grad) * (ws ? factor * (double)ws[i] : factor));         \
      }                                                                          \
    }                                                                            \
  }

#define LOSS(name, value, grad)         \
  DEFINE_LOSS(float, name, value, grad) \
  DEFINE_LOSS(double, name, value, grad)
LTI_LOSSES(LOSS)
#include "loss.def"

typedef void (*range_fn)(int64_t begin, int64_t end, void *ctx);
static const range_fn values[][2] = {
#define LOSS(name, value, grad) [LTI_LOSS_##name] = {name##_float, name##_double},
    LTI_LOSSES(LOSS)
#include "loss.def"
};
static const range_fn grads[][2] = {
#define LOSS(name, value, grad) [LTI_LOSS_##name] = {name##_grad_float, name##_grad_double},
    LTI_LOSSES(LOSS)
#include "loss.def"
};

/* Names the first of n probabilities outside [0, 1]. The loss is NaN when there is one, but also
 * when a target is. */
static lt_status check_probabilities(int dtype, int64_t n, const void *x) {
  for (int64_t i = 0; i < n; i++) {
    double p = dtype == LT_FLOAT ? (double)((const float *)x)[i] : ((const double *)x)[i];
    LT_CHECK(p >= 0 && p <= 1, EARG, "bce: input %.*g at position %lld is not between 0 and 1",
             dtype == LT_FLOAT ? 9 : 17, lti_number(p), (long long)i + 1);
  }
  return LT_OK;
}

lt_status CPU(loss)(int loss, int dtype, double *out, int64_t rows, int64_t cols, const void *x,
                    const void *target, const void *weights, double a, double b) {
  enum { FEW = 64 };
  double few[FEW];
  loss_job j = {.rows = rows,
                .cols = cols,
                .x = x,
                .t = target,
                .w = weights,
                .partial = few,
                .a = a,
                .b = b};
  j.chunks = (cols + CHUNK - 1) / CHUNK;
  int64_t n = rows * j.chunks;
  if (n > FEW) j.partial = lti_alloc((size_t)n * sizeof(double));
  if (!j.partial) return lti_out_of_memory((size_t)n * sizeof(double));
  lti_parallel(n, LT_MAX(1, lti_grain / LT_MIN(cols, CHUNK)), values[loss][dtype != LT_FLOAT], &j);
  *out = 0;
  for (int64_t k = 0; k < n; k++) *out += j.partial[k];
  if (n > FEW) lti_free(j.partial, (size_t)n * sizeof(double));
  return loss == LTI_LOSS_BCE && isnan(*out) ? check_probabilities(dtype, rows * cols, x) : LT_OK;
}

lt_status CPU(loss_grad)(int loss, int dtype, int64_t rows, int64_t cols, void *gx, const void *x,
                         const void *target, const void *weights, double a, double b,
                         double factor) {
  loss_job j = {.rows = rows,
                .cols = cols,
                .x = x,
                .t = target,
                .w = weights,
                .gx = gx,
                .factor = factor,
                .a = a,
                .b = b};
  j.chunks = (cols + CHUNK - 1) / CHUNK;
  lti_parallel(rows * j.chunks, LT_MAX(1, lti_grain / LT_MIN(cols, CHUNK)),
               grads[loss][dtype != LT_FLOAT], &j);
  return LT_OK;
}

/* ---- negative log-likelihood ---- */

lt_status CPU(nll)(int dtype, double *out, int64_t n, int64_t c, int64_t inner, const void *x,
                   const int64_t *target, const void *weights, int64_t ignore) {
  double loss = 0, total = 0;
  for (int64_t i = 0; i < n * inner; i++) {
    int64_t t = target[i];
    if (t == ignore) continue;
    LT_CHECK(t >= 1 && t <= c, ERANGE,
             "nll: target %lld at position %lld is out of range [1, %lld]", (long long)t,
             (long long)i + 1, (long long)c);
    int64_t at = (i / inner * c + t - 1) * inner + i % inner;
    double w = 1, v;
    if (dtype == LT_FLOAT) {
      v = (double)((const float *)x)[at];
      if (weights) w = (double)((const float *)weights)[t - 1];
    } else {
      v = ((const double *)x)[at];
      if (weights) w = ((const double *)weights)[t - 1];
    }
    loss -= w * v;
    total += w;
  }
  out[0] = loss, out[1] = total;
  return LT_OK;
}

lt_status CPU(nll_grad)(int dtype, int64_t n, int64_t c, int64_t inner, void *gx,
                        const int64_t *target, const void *weights, int64_t ignore, double factor) {
  for (int64_t i = 0; i < n * inner; i++)
    LT_CHECK(target[i] == ignore || (target[i] >= 1 && target[i] <= c), ERANGE,
             "nll: target %lld at position %lld is out of range [1, %lld]", (long long)target[i],
             (long long)i + 1, (long long)c);
  memset(gx, 0, (size_t)(n * c * inner * lti_elsize(dtype)));
  for (int64_t i = 0; i < n * inner; i++) {
    int64_t t = target[i];
    if (t == ignore) continue;
    int64_t at = (i / inner * c + t - 1) * inner + i % inner;
    if (dtype == LT_FLOAT)
      ((float *)gx)[at] =
          (float)(-factor * (weights ? (double)((const float *)weights)[t - 1] : 1));
    else
      ((double *)gx)[at] = -factor * (weights ? ((const double *)weights)[t - 1] : 1);
  }
  return LT_OK;
}
