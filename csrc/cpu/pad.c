/* Padding of Float and Double volumes with their edges or mirror images; threads share the rows of
 * the output, or the volumes where gradients are added up. */
#include "cpu/isa.h"

typedef struct pad_job {
  int reflect;
  const int64_t *size, *out, *before; /* of t, h, w */
  const void *x;
  void *y;
} pad_job;

/* The place along dimension d that output place o takes. */
static inline int64_t source(const pad_job *j, int d, int64_t o) {
  int64_t i = o - j->before[d], last = j->size[d] - 1;
  if (!j->reflect) return LT_MIN(LT_MAX(i, 0), last);
  return i < 0 ? -i : i > last ? 2 * last - i : i;
}

/* The output columns that are columns of the input: *begin to *end - 1. */
static void inside(const pad_job *j, int64_t *begin, int64_t *end) {
  *begin = LT_MAX(0, j->before[2]);
  *end = LT_MIN(j->out[2], j->before[2] + j->size[2]);
}

/* The input row of row `row` of the outputs, counted over all volumes. */
static int64_t source_row(const pad_job *j, int64_t row) {
  int64_t y = row % j->out[1], t = row / j->out[1] % j->out[0], n = row / j->out[1] / j->out[0];
  return (n * j->size[0] + source(j, 0, t)) * j->size[1] + source(j, 1, y);
}

#define DEFINE_PAD(real)                                                                    \
  static void rows_##real(int64_t first, int64_t last, void *ctx) {                         \
    const pad_job *j = ctx;                                                                 \
    int64_t begin, end;                                                                     \
    inside(j, &begin, &end);                                                                \
    for (int64_t row = first; row < last; row++) {                                          \
      const real *x = (const real *)j->x + source_row(j, row) * j->size[2];                 \
      real *y = (real *)j->y + row * j->out[2];                                             \
      for (int64_t o = 0; o < begin; o++) y[o] = x[source(j, 2, o)];                        \
      memcpy(y + begin, x + begin - j->before[2], (size_t)(end - begin) * sizeof *y);       \
      for (int64_t o = end; o < j->out[2]; o++) y[o] = x[source(j, 2, o)];                  \
    }                                                                                       \
  }                                                                                         \
  static void volumes_grad_##real(int64_t first, int64_t last, void *ctx) {                 \
    const pad_job *j = ctx;                                                                 \
    int64_t begin, end, size = j->size[0] * j->size[1] * j->size[2];                        \
    int64_t rows = j->out[0] * j->out[1];                                                   \
    inside(j, &begin, &end);                                                                \
    memset((real *)j->y + first * size, 0, (size_t)((last - first) * size) * sizeof(real)); \
    for (int64_t row = first * rows; row < last * rows; row++) {                            \
      const real *gy = (const real *)j->x + row * j->out[2];                                \
      real *gx = (real *)j->y + source_row(j, row) * j->size[2];                            \
      real *middle = gx - j->before[2];                                                     \
      for (int64_t o = 0; o < begin; o++) gx[source(j, 2, o)] += gy[o];                     \
      for (int64_t o = begin; o < end; o++) middle[o] += gy[o];                             \
      for (int64_t o = end; o < j->out[2]; o++) gx[source(j, 2, o)] += gy[o];               \
    }                                                                                       \
  }
DEFINE_PAD(float)
DEFINE_PAD(double)

lt_status CPU(pad_edges)(int dtype, int reflect, int64_t n, const int64_t *size, const int64_t *out,
                         const int64_t *before, void *y, const void *x) {
  pad_job j = {reflect, size, out, before, x, y};
  lti_parallel(n * out[0] * out[1], LT_MAX(1, lti_grain / out[2]),
               dtype == LT_FLOAT ? rows_float : rows_double, &j);
  return LT_OK;
}

lt_status CPU(pad_edges_grad)(int dtype, int reflect, int64_t n, const int64_t *size,
                              const int64_t *out, const int64_t *before, void *gx, const void *gy) {
  pad_job j = {reflect, size, out, before, gy, gx};
  lti_parallel(n, LT_MAX(1, lti_grain / (size[0] * size[1] * size[2])),
               dtype == LT_FLOAT ? volumes_grad_float : volumes_grad_double, &j);
  return LT_OK;
}
