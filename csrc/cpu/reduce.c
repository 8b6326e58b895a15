/* Reductions of one accumulator: the rows of reduce.def over all elements and along a dimension.
 * Deterministic as cpu/reduce.h describes. */
#include <math.h>

#include "cpu/reduce.h"

#define LOWEST _Generic((acc_type)0, int64_t : INT64_MIN, default : -INFINITY)
#define HIGHEST _Generic((acc_type)0, int64_t : INT64_MAX, default : INFINITY)
#define LT_UNUSED __attribute__((unused))

#define DEFINE(name, DTYPE, T, A, member, op, START, STEP, COMBINE, FINISH)                        \
  static void start_##op##_##name(lt_scalar *acc) {                                                \
    typedef A acc_type;                                                                            \
    acc->member = (acc_type)START;                                                                 \
  }                                                                                                \
  static __attribute__((noinline)) void row_##op##_##name(                                         \
      lt_scalar *acc, const char *src, int64_t step, int64_t n, double LT_UNUSED p) {              \
    A *restrict lane = &acc->member;                                                               \
    const T *restrict v = (const T *)src;                                                          \
    if (step == sizeof(T))                                                                         \
      for (int64_t j = 0; j < n; j++) {                                                            \
        A a = lane[j], x = load_##name(v[j]);                                                      \
        lane[j] = STEP;                                                                            \
      }                                                                                            \
    else                                                                                           \
      for (int64_t j = 0; j < n; j++) {                                                            \
        A a = lane[j], x = load_##name(*(const T *)(src + j * step));                              \
        lane[j] = STEP;                                                                            \
      }                                                                                            \
  }                                                                                                \
  static void columns_##op##_##name(lt_scalar *acc, const char *src, int64_t step, int64_t n,      \
                                    int64_t stride, int64_t rows, double p) {                      \
    A *restrict lane = &acc->member;                                                               \
    int64_t row = 0;                                                                               \
    if (step == sizeof(T))                                                                         \
      for (; row + 4 <= rows; row += 4, src += 4 * stride) {                                       \
        const T *restrict v0 = (const T *)src, *restrict v1 = (const T *)(src + stride);           \
        const T *restrict v2 = (const T *)(src + 2 * stride);                                      \
        const T *restrict v3 = (const T *)(src + 3 * stride);                                      \
        for (int64_t j = 0; j < n; j++) {                                                          \
          A a = lane[j], x = load_##name(v0[j]);                                                   \
          a = STEP, x = load_##name(v1[j]);                                                        \
          a = STEP, x = load_##name(v2[j]);                                                        \
          a = STEP, x = load_##name(v3[j]);                                                        \
          lane[j] = STEP;                                                                          \
        }                                                                                          \
      }                                                                                            \
    for (; row < rows; row++, src += stride) row_##op##_##name(acc, src, step, n, p);              \
  }                                                                                                \
  static void line_##op##_##name(lt_scalar *acc, const char *src, int64_t stride, int64_t n,       \
                                 double p) {                                                       \
    typedef A acc_type;                                                                            \
    lt_scalar lane[LANES];                                                                         \
    int64_t whole = n / LANES, i = whole * LANES;                                                  \
    A a = acc->member;                                                                             \
    if (whole > 0) {                                                                               \
      for (int j = 0; j < LANES; j++) lane[j].member = (acc_type)START;                            \
      columns_##op##_##name(lane, src, stride, LANES, LANES *stride, whole, p);                    \
      row_##op##_##name(lane, src + i * stride, stride, n - i, p);                                 \
      i = n;                                                                                       \
      _Pragma("GCC unroll 8") for (int w = LANES / 2; w > 0; w /= 2) for (int j = 0; j < w; j++) { \
        A a = lane[j].member, b = lane[j + w].member;                                              \
        lane[j].member = COMBINE;                                                                  \
      }                                                                                            \
      A b = lane[0].member;                                                                        \
      a = COMBINE;                                                                                 \
    }                                                                                              \
    for (; i < n; i++) {                                                                           \
      A x = load_##name(*(const T *)(src + i * stride));                                           \
      a = STEP;                                                                                    \
    }                                                                                              \
    acc->member = a;                                                                               \
  }                                                                                                \
  static void combine_##op##_##name(lt_scalar *acc, const lt_scalar *other) {                      \
    A a = acc->member, b = other->member;                                                          \
    acc->member = COMBINE;                                                                         \
  }                                                                                                \
  static void finish_##op##_##name(lt_scalar *acc, int64_t LT_UNUSED n, double LT_UNUSED p) {      \
    A a = acc->member;                                                                             \
    acc->member = FINISH;                                                                          \
  }

/* The line of an extremum compares elements in their own type, in more lanes: no order or rounding
 * matters. */
#define DEFINE_EXTREMUM(name, DTYPE, T, A, member, op, STEP, COMBINE)                            \
  static void extremum_##op##_##name(lt_scalar *acc, const char *src, int64_t stride, int64_t n, \
                                     double p) {                                                 \
    enum { WIDE = 128 };                                                                         \
    if (stride != sizeof(T) || n < WIDE) {                                                       \
      line_##op##_##name(acc, src, stride, n, p);                                                \
      return;                                                                                    \
    }                                                                                            \
    const T *v = (const T *)src;                                                                 \
    T lane[WIDE];                                                                                \
    memcpy(lane, v, sizeof lane);                                                                \
    int64_t i = WIDE;                                                                            \
    for (; i + WIDE <= n; i += WIDE)                                                             \
      for (int j = 0; j < WIDE; j++) {                                                           \
        T a = lane[j], x = v[i + j];                                                             \
        lane[j] = STEP;                                                                          \
      }                                                                                          \
    for (int j = 0; j < n - i; j++) {                                                            \
      T a = lane[j], x = v[i + j];                                                               \
      lane[j] = STEP;                                                                            \
    }                                                                                            \
    _Pragma("GCC unroll 8") for (int w = WIDE / 2; w > 0; w /= 2) for (int j = 0; j < w; j++) {  \
      T a = lane[j], b = lane[j + w];                                                            \
      lane[j] = COMBINE;                                                                         \
    }                                                                                            \
    A a = acc->member, b = lane[0];                                                              \
    acc->member = COMBINE;                                                                       \
  }

#define REDUCE(op, types, empty, start, step, combine, finish) \
  LT_REDUCE_##types(DEFINE, op, start, step, combine, finish)
#define REDUCE_ALL REDUCE
#define REDUCE_EXTREMUM(op, types, empty, start, step, combine, finish) \
  LT_REDUCE_##types(DEFINE, op, start, step, combine, finish)           \
      LT_REDUCE_INT(DEFINE_EXTREMUM, op, step, combine)                 \
          LT_REDUCE_REAL(DEFINE_EXTREMUM, op, step, combine)
#define REDUCE_NORM REDUCE
#include "reduce.def"

#define ENTRY_OF(kind, name, DTYPE, op)                                         \
  [LT_REDUCE_##op][LT_##DTYPE] = {start_##op##_##name, kind##_##op##_##name,    \
                                  columns_##op##_##name, combine_##op##_##name, \
                                  finish_##op##_##name},
#define ENTRY(name, DTYPE, T, A, member, op) ENTRY_OF(line, name, DTYPE, op)
#define ENTRY_EXTREMUM(name, DTYPE, T, A, member, op) ENTRY_OF(extremum, name, DTYPE, op)

const reduce_loops CPU(reduce_loops)[LT_NREDUCE][LT_NDTYPE] = {
#define REDUCE(op, types, empty, start, step, combine, finish) LT_REDUCE_##types(ENTRY, op)
#define REDUCE_ALL REDUCE
#define REDUCE_EXTREMUM(op, types, empty, start, step, combine, finish) \
  LT_REDUCE_INT(ENTRY_EXTREMUM, op)                                     \
  LT_REDUCE_REAL(ENTRY_EXTREMUM, op) LT_REDUCE_SHORT_FLT(ENTRY, op)
#define REDUCE_NORM REDUCE
#include "reduce.def"
};

/* ---- slots ---- */

static const reduce_loops *loops_of(const reducer *r) {
  return &CPU(reduce_loops)[r->op][r->dtype];
}

static void start(const reducer *r, reduce_state *s) { loops_of(r)->start(&s->value); }

static void line(const reducer *r, reduce_state *s, const char *src, int64_t stride, int64_t n,
                 int64_t first) {
  (void)first;
  loops_of(r)->line(&s->value, src, stride, n, r->p);
}

static void columns(const reducer *r, reduce_state *s, const char *src, int64_t step, int64_t n,
                    int64_t stride, int64_t first, int64_t last) {
  const reduce_loops *loops = loops_of(r);
  lt_scalar acc[TILE];
  for (int64_t j = 0; j < n; j++) loops->start(&acc[j]);
  loops->columns(acc, src, step, n, stride, last - first, r->p);
  for (int64_t j = 0; j < n; j++) s[j].value = acc[j];
}

static void combine(const reducer *r, reduce_state *s, const reduce_state *later) {
  loops_of(r)->combine(&s->value, &later->value);
}

static void put(const reducer *r, char *const *dst, const reduce_state *s) {
  lt_scalar v = s->value;
  loops_of(r)->finish(&v, r->len, r->p);
  store_scalar(r->dtype, dst[1], v);
}

lt_status CPU(reduce)(int op, int dtype, const lt_iter *it, int64_t len, int64_t stride, double p) {
  reducer r = {start, line, columns, combine, put, .op = op, .dtype = dtype, .len = len, .p = p};
  return CPU(reduce_along)(&r, it, stride);
}

lt_status CPU(reduce_all)(lt_scalar *out, int op, int dtype, const lt_iter *it, double p) {
  reducer r = {start, line, columns, combine, put, .op = op, .dtype = dtype, .p = p};
  reduce_state s;
  LT_TRY(CPU(reduce_whole)(&s, &r, it));
  *out = s.value;
  loops_of(&r)->finish(out, it->numel, p);
  return LT_OK;
}

/* Differences are taken in double, block by block. */
#define DIFFERENCE(name, DTYPE, T, A, member, unused)                                       \
  case LT_##DTYPE:                                                                          \
    for (int64_t i = 0; i < m; i++)                                                         \
      block[i] = load_##name(((const T *)x)[at + i]) - load_##name(((const T *)y)[at + i]); \
    break;

lt_status CPU(distance)(double *out, int op, int dtype, int64_t n, const void *x, const void *y,
                        double p) {
  enum { BLOCK = 1024 };
  const reduce_loops *loops = &CPU(reduce_loops)[op][LT_DOUBLE];
  double block[BLOCK];
  lt_scalar total;
  loops->start(&total);
  for (int64_t at = 0; at < n; at += BLOCK) {
    int64_t m = LT_MIN(BLOCK, n - at);
    lt_scalar acc;
    switch (dtype) { LT_REDUCE_FLT(DIFFERENCE, ) }
    loops->start(&acc);
    loops->line(&acc, (const char *)block, sizeof(double), m, p);
    loops->combine(&total, &acc);
  }
  loops->finish(&total, n, p);
  *out = total.f;
  return LT_OK;
}

/* ---- equality ---- */

typedef struct equality {
  int dtype;
  const char *x, *y;
  int differ; /* set by any thread */
} equality;

#define DEFINE_EQUAL(name, DTYPE, T, A, member, unused)                               \
  static bool equal_##name(const void *x, const void *y, int64_t n) {                 \
    const T *a = x, *b = y;                                                           \
    int differ = 0;                                                                   \
    for (int64_t i = 0; i < n; i++) differ |= load_##name(a[i]) != load_##name(b[i]); \
    return !differ;                                                                   \
  }
LT_REDUCE_ALL(DEFINE_EQUAL, )

#define ENTRY_EQUAL(name, DTYPE, T, A, member, unused) [LT_##DTYPE] = equal_##name,
static bool (*const equal_loops[LT_NDTYPE])(const void *, const void *,
                                            int64_t) = {LT_REDUCE_ALL(ENTRY_EQUAL, )};

static void equal_range(int64_t begin, int64_t end, void *ctx) {
  enum { BLOCK = 4096 };
  equality *job = ctx;
  int64_t size = lti_elsize(job->dtype);
  for (int64_t at = begin; at < end; at += BLOCK) {
    if (__atomic_load_n(&job->differ, __ATOMIC_RELAXED)) return;
    int64_t n = LT_MIN(BLOCK, end - at);
    if (!equal_loops[job->dtype](job->x + at * size, job->y + at * size, n))
      __atomic_store_n(&job->differ, 1, __ATOMIC_RELAXED);
  }
}

lt_status CPU(equal)(int *out, int dtype, int64_t n, const void *x, const void *y) {
  equality job = {dtype, x, y, 0};
  lti_parallel(n, lti_grain, equal_range, &job);
  *out = !job.differ;
  return LT_OK;
}
