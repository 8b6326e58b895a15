/* Variance, over all elements and along a dimension. Blocks of elements are read twice while they
 * are in cache, once for the mean and once for the squared distances from it; blocks are combined
 * by the update of Chan, Golub and LeVeque (1979). One pass over memory, accurate for any mean.
 * Deterministic as cpu/reduce.h describes. */
#include "cpu/reduce.h"

enum { BLOCK = 4096, BLOCK_ROWS = 32 };

static void start(const reducer *r, reduce_state *s) {
  (void)r;
  memset(s, 0, sizeof *s);
}

static void combine(const reducer *r, reduce_state *s, const reduce_state *later) {
  (void)r;
  double n = s->moments.n + later->moments.n, delta = later->moments.mean - s->moments.mean;
  if (later->moments.n == 0) return;
  s->moments.mean += delta * (later->moments.n / n);
  s->moments.m2 += later->moments.m2 + delta * delta * (s->moments.n * later->moments.n / n);
  s->moments.n = n;
}

static void line(const reducer *r, reduce_state *s, const char *src, int64_t stride, int64_t n,
                 int64_t first) {
  (void)first;
  for (int64_t at = 0; at < n; at += BLOCK) {
    int64_t m = LT_MIN(BLOCK, n - at);
    lt_scalar sum = {.f = 0}, squares = {.f = 0};
    CPU(reduce_loops)[LT_REDUCE_sum][r->dtype].line(&sum, src + at * stride, stride, m, 0);
    double mean = sum.f / (double)m;
    CPU(reduce_loops)
    [LT_REDUCE_deviation][r->dtype].line(&squares, src + at * stride, stride, m, mean);
    reduce_state block = {.moments = {(double)m, mean, squares.f}};
    combine(r, s, &block);
  }
}

/* m2[j] += squared distance of element j from mean[j] */
#define DEFINE(name, DTYPE, T, A, member, unused)                                      \
  static void deviations_##name(double *restrict m2, const double *restrict mean,      \
                                const char *restrict src, int64_t stride, int64_t n) { \
    if (stride == sizeof(T)) {                                                         \
      for (int64_t j = 0; j < n; j++) {                                                \
        double d = load_##name(((const T *)src)[j]) - mean[j];                         \
        m2[j] += d * d;                                                                \
      }                                                                                \
      return;                                                                          \
    }                                                                                  \
    for (int64_t j = 0; j < n; j++) {                                                  \
      double d = load_##name(*(const T *)(src + j * stride)) - mean[j];                \
      m2[j] += d * d;                                                                  \
    }                                                                                  \
  }
LT_REDUCE_FLT(DEFINE, )

#define ENTRY(name, DTYPE, T, A, member, unused) [LT_##DTYPE] = deviations_##name,
static void (*const deviations[LT_NDTYPE])(double *restrict, const double *restrict,
                                           const char *restrict, int64_t,
                                           int64_t) = {LT_REDUCE_FLT(ENTRY, )};

static void columns(const reducer *r, reduce_state *s, const char *src, int64_t step, int64_t n,
                    int64_t stride, int64_t first, int64_t last) {
  const reduce_loops *sums = &CPU(reduce_loops)[LT_REDUCE_sum][r->dtype];
  double mean[TILE], m2[TILE], block_mean[TILE], block_m2[TILE], seen = 0;
  lt_scalar sum[TILE];
  memset(mean, 0, sizeof mean);
  memset(m2, 0, sizeof m2);
  for (int64_t row = first; row < last; row += BLOCK_ROWS) {
    int64_t m = LT_MIN(BLOCK_ROWS, last - row);
    memset(sum, 0, sizeof sum);
    memset(block_m2, 0, sizeof block_m2);
    sums->columns(sum, src, step, n, stride, m, 0);
    for (int64_t j = 0; j < n; j++) block_mean[j] = sum[j].f / (double)m;
    for (int64_t i = 0; i < m; i++)
      deviations[r->dtype](block_m2, block_mean, src + i * stride, step, n);
    double weight = (double)m / (seen + (double)m), factor = seen * weight;
    for (int64_t j = 0; j < n; j++) {
      double delta = block_mean[j] - mean[j];
      mean[j] += delta * weight;
      m2[j] += block_m2[j] + delta * delta * factor;
    }
    seen += (double)m;
    src += m * stride;
  }
  for (int64_t j = 0; j < n; j++) s[j] = (reduce_state){.moments = {seen, mean[j], m2[j]}};
}

static double finish(const reducer *r, double m2) {
  double divisor = (double)(r->len - r->unbiased), v = divisor > 0 ? m2 / divisor : NAN;
  return r->root ? sqrt(v) : v;
}

static void put(const reducer *r, char *const *dst, const int64_t *step, reduce_state *s,
                int64_t n) {
  for (int64_t j = 0; j < n; j++) s[j].value.f = finish(r, s[j].moments.m2);
  CPU(reduce_store)(r->dtype, dst[1], step[1], s, n);
}

lt_status CPU(variance)(int dtype, int unbiased, int root, const lt_iter *it, int64_t len,
                        int64_t stride) {
  reducer r = {start,       line,           columns,    combine,
               put,         .dtype = dtype, .len = len, .unbiased = unbiased,
               .root = root};
  return CPU(reduce_along)(&r, it, stride);
}

lt_status CPU(variance_all)(double *out, int dtype, int unbiased, int root, const lt_iter *it) {
  reducer r = {start,       line,           columns,          combine,
               put,         .dtype = dtype, .len = it->numel, .unbiased = unbiased,
               .root = root};
  reduce_state s;
  LT_TRY(CPU(reduce_whole)(&s, &r, it));
  *out = finish(&r, s.moments.m2);
  return LT_OK;
}
