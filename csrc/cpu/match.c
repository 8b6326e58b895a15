/* Squared distances of all pairs of rows. The columns of y lie side by side in panels, so that the
 * distances of a few rows of x to a panel are sums in registers. Each is the sum over its columns
 * in order, whatever the number of threads; integers wrap. */
#include "cpu/isa.h"
#include "cpu/loop.h"

enum { PANEL = 32, ROWS = 4, WORK = 16384 }; /* of y, of x; terms of a sum for a unit of work */

typedef struct job {
  char *r, *panels;
  const char *x, *y;
  int64_t n, m, k;
  lt_scalar v;
} job;

/* panels[p][t][j] = y[p PANEL + j][t], 0 behind the last row */
#define DEFINE(T, DTYPE, ...)                                                                      \
  static void pack_##DTYPE(int64_t begin, int64_t end, void *ctx) {                                \
    const job *s = ctx;                                                                            \
    for (int64_t p = begin; p < end; p++) {                                                        \
      T *to = (T *)s->panels + p * s->k * PANEL;                                                   \
      for (int64_t j = 0; j < PANEL; j++) {                                                        \
        bool inside = p * PANEL + j < s->m;                                                        \
        const T *y = (const T *)s->y + (inside ? p * PANEL + j : 0) * s->k;                        \
        for (int64_t t = 0; t < s->k; t++) to[t * PANEL + j] = inside ? y[t] : 0;                  \
      }                                                                                            \
    }                                                                                              \
  }                                                                                                \
  static void rows_##DTYPE(int64_t begin, int64_t end, void *ctx) {                                \
    const job *s = ctx;                                                                            \
    T v = LT_PARAM(T, s->v);                                                                       \
    for (int64_t unit = begin; unit < end; unit++) {                                               \
      int64_t i = unit * ROWS, rows = LT_MIN(ROWS, s->n - i);                                      \
      const T *x[ROWS];                                                                            \
      for (int64_t a = 0; a < ROWS; a++) x[a] = (const T *)s->x + (i + (a < rows ? a : 0)) * s->k; \
      for (int64_t at = 0; at < s->m; at += PANEL) {                                               \
        const T *y = (const T *)s->panels + at * s->k;                                             \
        T sum[ROWS][PANEL] = {{0}};                                                                \
        for (int64_t t = 0; t < s->k; t++, y += PANEL) {                                           \
          _Pragma("GCC unroll 4") for (int a = 0; a < ROWS; a++) {                                 \
            T z = x[a][t];                                                                         \
            for (int j = 0; j < PANEL; j++) sum[a][j] += (T)((z - y[j]) * (z - y[j]));             \
          }                                                                                        \
        }                                                                                          \
        int64_t columns = LT_MIN(PANEL, s->m - at);                                                \
        for (int64_t a = 0; a < rows; a++) {                                                       \
          T *r = (T *)s->r + (i + a) * s->m + at;                                                  \
          for (int64_t j = 0; j < columns; j++) r[j] = (T)(v * sum[a][j]);                         \
        }                                                                                          \
      }                                                                                            \
    }                                                                                              \
  }
LT_FOR_ALL(DEFINE, )

#define ENTRY(T, DTYPE, ...) [LT_##DTYPE] = {pack_##DTYPE, rows_##DTYPE},
static const struct {
  void (*pack)(int64_t, int64_t, void *), (*rows)(int64_t, int64_t, void *);
} loops[LT_NDTYPE] = {LT_FOR_ALL(ENTRY, )};

lt_status CPU(match)(int dtype, void *r, const void *x, const void *y, int64_t n, int64_t m,
                     int64_t k, lt_scalar v) {
  int64_t panels = (m + PANEL - 1) / PANEL;
  size_t bytes = (size_t)(panels * PANEL * k * lti_elsize(dtype));
  char *packed = lti_alloc(bytes);
  if (!packed) return lti_out_of_memory(bytes);
  job s = {.r = r, .panels = packed, .x = x, .y = y, .n = n, .m = m, .k = k, .v = v};
  lti_parallel(panels, LT_MAX(1, WORK / (PANEL * k)), loops[dtype].pack, &s);
  lti_parallel((n + ROWS - 1) / ROWS, LT_MAX(1, WORK / (m * k)), loops[dtype].rows, &s);
  lti_free(packed, bytes);
  return LT_OK;
}
