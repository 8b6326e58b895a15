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
  }
LT_ORDER_ALL(DEFINE)

/* Halves the n elements x for TOGETHER bounds in step, which so do not wait for each other's
 * memory; first[j] becomes the number of elements for which `before` holds. */
#define HALVE(before)                                    \
  for (int64_t rest = n, half; rest > 0; rest -= half) { \
    half = (rest + 1) / 2;                               \
    for (int j = 0; j < TOGETHER; j++) {                 \
      int64_t at = first[j] + half - 1;                  \
      first[j] += (before) ? half : 0;                   \
    }                                                    \
  }

/* The same on numbers instead of keys, three times as fast; false where a bound is none. */
#define DEFINE_VALUES(name, U, T)                                                            \
  static bool values_##name(int64_t *first, const void *sorted, int64_t n, const U *bound) { \
    const T *x = sorted;                                                                     \
    T v[TOGETHER];                                                                           \
    bool numbers = true;                                                                     \
    for (int j = 0; j < TOGETHER; j++) {                                                     \
      U bits = value_##name(bound[j]);                                                       \
      memcpy(&v[j], &bits, sizeof bits);                                                     \
      numbers &= v[j] == v[j];                                                               \
    }                                                                                        \
    if (numbers) HALVE(x[at] < v[j])                                                         \
    return numbers;                                                                          \
  }
DEFINE_VALUES(float, uint32_t, float)
DEFINE_VALUES(double, uint64_t, double)
#define values_byte(first, x, n, bound) false
#define values_char(first, x, n, bound) false
#define values_short(first, x, n, bound) false
#define values_int(first, x, n, bound) false
#define values_long(first, x, n, bound) false
#define values_half(first, x, n, bound) false
#define values_bfloat16(first, x, n, bound) false

/* Elements up to a key are those before the next one; up to the last key, all of them. */
#define DEFINE_SEARCH(name, DTYPE, U)                                                      \
  static void search_##name(int64_t *r, const void *sorted, int64_t n, const void *values, \
                            int64_t count, int right) {                                    \
    const U *x = sorted, *value = values, last = (U) ~(U)0;                                \
    for (int64_t i = 0; i < count; i += TOGETHER) {                                        \
      int64_t m = LT_MIN(TOGETHER, count - i), first[TOGETHER] = {0};                      \
      U bound[TOGETHER];                                                                   \
      bool all[TOGETHER];                                                                  \
      for (int64_t j = 0; j < TOGETHER; j++) {                                             \
        U key = order_##name(value[i + (j < m ? j : 0)]);                                  \
        all[j] = right && key == last;                                                     \
        bound[j] = (U)(key + (right && key != last));                                      \
      }                                                                                    \
      if (!values_##name(first, x, n, bound)) HALVE(order_##name(x[at]) < bound[j])        \
      for (int64_t j = 0; j < m; j++) r[i + j] = (all[j] ? n : first[j]) + 1;              \
    }                                                                                      \
  }
LT_ORDER_ALL(DEFINE_SEARCH)

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
