/* Largest and smallest values along a dimension with their positions: the first one of equal
 * values, and the first NaN where there is any. */
#include "cpu/reduce.h"

enum { BLOCK = 4096, GROUP = 64 };

/* find: first of n elements equal to v (a NaN finds a NaN); there is one.
 * columns_max, columns_min: of n columns `step` bytes apart, elements of rows row .. last - 1 that
 * win replace best[j], at[j]. */
#define STEP(WINS, v, row) \
  x = v, wins = WINS;      \
  a = wins ? x : a;        \
  k = wins ? (row) : k;

#define COLUMNS(which, WINS, name, T, A, member)                                               \
  static void columns_##which##_##name(lt_scalar *best, int64_t *restrict at, const char *src, \
                                       int64_t step, int64_t n, int64_t stride, int64_t row,   \
                                       int64_t last) {                                         \
    A *restrict value = &best->member;                                                         \
    if (step == sizeof(T))                                                                     \
      for (; row + 4 <= last; row += 4, src += 4 * stride) {                                   \
        const T *restrict v0 = (const T *)src, *restrict v1 = (const T *)(src + stride);       \
        const T *restrict v2 = (const T *)(src + 2 * stride);                                  \
        const T *restrict v3 = (const T *)(src + 3 * stride);                                  \
        for (int64_t j = 0; j < n; j++) {                                                      \
          A x, a = value[j];                                                                   \
          int64_t k = at[j];                                                                   \
          int wins;                                                                            \
          STEP(WINS, load_##name(v0[j]), row)                                                  \
          STEP(WINS, load_##name(v1[j]), row + 1)                                              \
          STEP(WINS, load_##name(v2[j]), row + 2)                                              \
          STEP(WINS, load_##name(v3[j]), row + 3)                                              \
          value[j] = a;                                                                        \
          at[j] = k;                                                                           \
        }                                                                                      \
      }                                                                                        \
    for (; row < last; row++, src += stride)                                                   \
      for (int64_t j = 0; j < n; j++) {                                                        \
        A x, a = value[j];                                                                     \
        int64_t k = at[j];                                                                     \
        int wins;                                                                              \
        STEP(WINS, load_##name(*(const T *)(src + j * step)), row)                             \
        value[j] = a;                                                                          \
        at[j] = k;                                                                             \
      }                                                                                        \
  }                                                                                            \
  static bool wins_##which##_##name(lt_scalar challenger, lt_scalar best) {                    \
    A x = challenger.member, a = best.member;                                                  \
    return WINS;                                                                               \
  }

#define DEFINE(name, DTYPE, T, A, member, unused)                                           \
  static lt_scalar get_##name(const char *src) {                                            \
    return (lt_scalar){.member = load_##name(*(const T *)src)};                             \
  }                                                                                         \
  static int64_t find_##name(const char *src, int64_t stride, int64_t n, lt_scalar value) { \
    A v = value.member;                                                                     \
    int64_t i = 0;                                                                          \
    if (stride == sizeof(T) && v == v)                                                      \
      for (; i + GROUP <= n; i += GROUP) {                                                  \
        int hit = 0;                                                                        \
        for (int j = 0; j < GROUP; j++) hit |= load_##name(((const T *)src)[i + j]) == v;   \
        if (hit) break;                                                                     \
      }                                                                                     \
    for (; i < n; i++) {                                                                    \
      A x = load_##name(*(const T *)(src + i * stride));                                    \
      if (x == v || (x != x && v != v)) return i;                                           \
    }                                                                                       \
    return n - 1;                                                                           \
  }                                                                                         \
  COLUMNS(max, x > a || (x != x && a == a), name, T, A, member)                             \
  COLUMNS(min, x < a || (x != x && a == a), name, T, A, member)
LT_REDUCE_ALL(DEFINE, )

#define ENTRY(name, DTYPE, T, A, member, unused)            \
  [LT_##DTYPE] = {get_##name,                               \
                  find_##name,                              \
                  {columns_min_##name, columns_max_##name}, \
                  {wins_min_##name, wins_max_##name}},
static const struct {
  lt_scalar (*get)(const char *);
  int64_t (*find)(const char *, int64_t, int64_t, lt_scalar);
  void (*columns[2])(lt_scalar *, int64_t *restrict, const char *, int64_t, int64_t, int64_t,
                     int64_t, int64_t);
  bool (*wins[2])(lt_scalar, lt_scalar);
} loops[LT_NDTYPE] = {LT_REDUCE_ALL(ENTRY, )};

static void start(const reducer *r, reduce_state *s) {
  (void)r;
  s->extremum.at = -1;
}

static void combine(const reducer *r, reduce_state *s, const reduce_state *later) {
  if (s->extremum.at < 0 ||
      loops[r->dtype].wins[r->op == LT_REDUCE_max](later->extremum.value, s->extremum.value))
    *s = *later;
}

/* The extremum of each block, then its position in the block that has it. */
static void line(const reducer *r, reduce_state *s, const char *src, int64_t stride, int64_t n,
                 int64_t first) {
  const reduce_loops *reduce = &CPU(reduce_loops)[r->op][r->dtype];
  lt_scalar best = {0};
  int64_t block = -1;
  for (int64_t at = 0; at < n; at += BLOCK) {
    lt_scalar acc;
    reduce->start(&acc);
    reduce->line(&acc, src + at * stride, stride, LT_MIN(BLOCK, n - at), 0);
    if (block >= 0 && !loops[r->dtype].wins[r->op == LT_REDUCE_max](acc, best)) continue;
    best = acc;
    block = at;
  }
  src += block * stride;
  int64_t at = loops[r->dtype].find(src, stride, LT_MIN(BLOCK, n - block), best);
  reduce_state found = {.extremum = {loops[r->dtype].get(src + at * stride), first + block + at}};
  combine(r, s, &found);
}

static void columns(const reducer *r, reduce_state *s, const char *src, int64_t step, int64_t n,
                    int64_t stride, int64_t first, int64_t last) {
  lt_scalar best[TILE];
  int64_t at[TILE];
  for (int64_t j = 0; j < n; j++) {
    best[j] = loops[r->dtype].get(src + j * step);
    at[j] = first;
  }
  loops[r->dtype].columns[r->op == LT_REDUCE_max](best, at, src + stride, step, n, stride,
                                                  first + 1, last);
  for (int64_t j = 0; j < n; j++) s[j] = (reduce_state){.extremum = {best[j], at[j]}};
}

static void put(const reducer *r, char *const *dst, const int64_t *step, reduce_state *s,
                int64_t n) {
  CPU(reduce_store)(r->dtype, dst[1], step[1], s, n);
  for (int64_t j = 0; j < n; j++) *(int64_t *)(dst[2] + j * step[2]) = s[j].extremum.at + 1;
}

lt_status CPU(extremum)(int dtype, int largest, const lt_iter *it, int64_t len, int64_t stride) {
  reducer r = {start,          line,      columns,
               combine,        put,       .op = largest ? LT_REDUCE_max : LT_REDUCE_min,
               .dtype = dtype, .len = len};
  return CPU(reduce_along)(&r, it, stride);
}
