/* Runs of equal elements in sorted ones, and searches among sorted elements. The order is that of
 * core/sort_keys.h. */
#include "cpu/isa.h"
#include "core/sort_keys.h"

enum { TOGETHER = 8 }; /* searches made in step */

#define DEFINE(name, DTYPE, U)                                                                 \
  static int64_t count_##name(const void *sorted, int64_t n) {                                 \
    const U *x = sorted;                                                                       \
    int64_t runs = 1;                                                                          \
    for (int64_t i = 1; i < n; i++) runs += order_##name(x[i]) != order_##name(x[i - 1]);      \
    return runs;                                                                               \
  }                                                                                            \
  static void runs_##name(void *values, int64_t *inverse, int64_t *counts, const void *sorted, \
                          const int64_t *positions, int64_t n) {                               \
    const U *x = sorted;                                                                       \
    U *r = values;                                                                             \
    int64_t run = 0, start = 0;                                                                \
    r[0] = x[0];                                                                               \
    for (int64_t i = 0; i < n; i++) {                                                          \
      if (order_##name(x[i]) != order_##name(x[start])) {                                      \
        if (counts) counts[run] = i - start;                                                   \
        start = i;                                                                             \
        r[++run] = x[i];                                                                       \
      }                                                                                        \
      if (inverse) inverse[positions[i] - 1] = run + 1;                                        \
    }                                                                                          \
    if (counts) counts[run] = n - start;                                                       \
  }                                                                                            \
  /* The halvings of several searches in step do not wait for each other's memory. */          \
  static void search_##name(int64_t *r, const void *sorted, int64_t n, const void *values,     \
                            int64_t count, int right) {                                        \
    const U *x = sorted, *value = values;                                                      \
    for (int64_t i = 0; i < count; i += TOGETHER) {                                            \
      int64_t m = LT_MIN(TOGETHER, count - i), first[TOGETHER] = {0};                          \
      U v[TOGETHER];                                                                           \
      for (int64_t j = 0; j < TOGETHER; j++) v[j] = order_##name(value[i + (j < m ? j : 0)]);  \
      for (int64_t rest = n, half; rest > 0; rest -= half) {                                   \
        half = (rest + 1) / 2;                                                                 \
        for (int j = 0; j < TOGETHER; j++) {                                                   \
          U key = order_##name(x[first[j] + half - 1]);                                        \
          first[j] += (key < v[j]) | (right & (key == v[j])) ? half : 0;                       \
        }                                                                                      \
      }                                                                                        \
      for (int64_t j = 0; j < m; j++) r[i + j] = first[j] + 1;                                 \
    }                                                                                          \
  }
LT_ORDER_ALL(DEFINE)

#define ENTRY(name, DTYPE, U) [LT_##DTYPE] = {count_##name, runs_##name, search_##name, sizeof(U)},
static const struct {
  int64_t (*count)(const void *, int64_t);
  void (*runs)(void *, int64_t *, int64_t *, const void *, const int64_t *, int64_t);
  void (*search)(int64_t *, const void *, int64_t, const void *, int64_t, int);
  int64_t size;
} loops[LT_NDTYPE] = {LT_ORDER_ALL(ENTRY)};

lt_status CPU(run_count)(int64_t *count, int dtype, const void *sorted, int64_t n) {
  *count = loops[dtype].count(sorted, n);
  return LT_OK;
}

lt_status CPU(runs)(int dtype, void *values, int64_t *inverse, int64_t *counts, const void *sorted,
                    const int64_t *positions, int64_t n) {
  loops[dtype].runs(values, inverse, counts, sorted, positions, n);
  return LT_OK;
}

typedef struct searches {
  int dtype, right;
  int64_t *r;
  const char *sorted, *values;
  int64_t n, m, step;
} searches;

static void search_range(int64_t begin, int64_t end, void *ctx) {
  const searches *s = ctx;
  int64_t size = loops[s->dtype].size;
  for (int64_t i = begin, count; i < end; i += count) {
    count = LT_MIN(end - i, s->m - i % s->m);
    loops[s->dtype].search(s->r + i, s->sorted + i / s->m * s->step * size, s->n,
                           s->values + i * size, count, s->right);
  }
}

lt_status CPU(searchsorted)(int dtype, int right, int64_t *r, const void *sorted,
                            const void *values, int64_t rows, int64_t n, int64_t m, int shared) {
  enum { COST = 32 }; /* of a search, as against a cheap elementwise loop */
  searches s = {dtype, right, r, sorted, values, n, m, shared ? 0 : n};
  lti_parallel(rows * m, LT_MAX(1, lti_grain / COST), search_range, &s);
  return LT_OK;
}
