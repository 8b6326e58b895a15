/* Reductions of one accumulator: the rows of reduce.def over all elements and along a dimension.
 * Deterministic as cpu/reduce.h describes. */
#include <math.h>

#include "cpu/halves.h"
#include "cpu/reduce_vector.h"

#define LOWEST _Generic((acc_type)0, int64_t : INT64_MIN, default : -INFINITY)
#define HIGHEST _Generic((acc_type)0, int64_t : INT64_MAX, default : INFINITY)

/* any: whether contiguous elements come here, too */
#define DEFINE_LOOPS(any, name, DTYPE, T, A, member, op, START, STEP, COMBINE, FINISH)             \
  static void start_##op##_##name(lt_scalar *acc) {                                                \
    typedef A acc_type;                                                                            \
    acc->member = (acc_type)START;                                                                 \
  }                                                                                                \
  static __attribute__((noinline)) void row_##op##_##name(                                         \
      lt_scalar *acc, const char *src, int64_t step, int64_t n, double LT_UNUSED p) {              \
    A *restrict lane = &acc->member;                                                               \
    const T *restrict v = (const T *)src;                                                          \
    if (any && step == sizeof(T))                                                                  \
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
    if (any && step == sizeof(T))                                                                  \
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
  static void finish_##op##_##name(reduce_state *s, int64_t count, int64_t LT_UNUSED n,            \
                                   double LT_UNUSED p) {                                           \
    for (int64_t j = 0; j < count; j++) {                                                          \
      A a = s[j].value.member;                                                                     \
      s[j].value.member = FINISH;                                                                  \
    }                                                                                              \
  }

#define DEFINE(...) DEFINE_LOOPS(true, __VA_ARGS__)
#define DEFINE_REST(...) DEFINE_LOOPS(false, __VA_ARGS__)

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

/* The 16-bit types run the loops of float on converted blocks. */
static void convert(float *dst, const char *src, int64_t stride, int64_t n, bool is_half) {
  if (is_half && stride == sizeof(half)) {
    halves_to_floats(dst, (const half *)src, n);
    return;
  }
  if (stride == sizeof(bfloat16)) {
    for (int64_t i = 0; i < n; i++) dst[i] = lti_bfloat16_to_float(((const bfloat16 *)src)[i]);
    return;
  }
  for (int64_t i = 0; i < n; i++) {
    uint16_t bits = *(const uint16_t *)(src + i * stride);
    dst[i] = is_half ? lti_half_to_float(bits) : lti_bfloat16_to_float(bits);
  }
}

static void short_line(int op, bool is_half, lt_scalar *acc, const char *src, int64_t stride,
                       int64_t n, double p) {
  enum { BLOCK = 1024 };
  float block[BLOCK];
  for (int64_t at = 0; at < n; at += BLOCK) {
    int64_t m = LT_MIN(BLOCK, n - at);
    convert(block, src + at * stride, stride, m, is_half);
    CPU(reduce_loops)[op][LT_FLOAT].line(acc, (const char *)block, sizeof(float), m, p);
  }
}

static void short_columns(int op, bool is_half, lt_scalar *acc, const char *src, int64_t step,
                          int64_t n, int64_t stride, int64_t rows, double p) {
  enum { ROWS = 4 };
  float block[ROWS][TILE];
  for (int64_t row = 0; row < rows; row += ROWS) {
    int64_t m = LT_MIN(ROWS, rows - row);
    for (int64_t i = 0; i < m; i++) convert(block[i], src + (row + i) * stride, step, n, is_half);
    CPU(reduce_loops)
    [op][LT_FLOAT].columns(acc, (const char *)block, sizeof(float), n, sizeof block[0], m, p);
  }
}

#define DEFINE_SHORT(name, DTYPE, T, A, member, op)                                           \
  static void line_##op##_##name(lt_scalar *acc, const char *src, int64_t stride, int64_t n,  \
                                 double p) {                                                  \
    short_line(LT_REDUCE_##op, LT_##DTYPE == LT_HALF, acc, src, stride, n, p);                \
  }                                                                                           \
  static void columns_##op##_##name(lt_scalar *acc, const char *src, int64_t step, int64_t n, \
                                    int64_t stride, int64_t rows, double p) {                 \
    short_columns(LT_REDUCE_##op, LT_##DTYPE == LT_HALF, acc, src, step, n, stride, rows, p); \
  }

/* The parts of a row's types. */
#define INTS_ALL LT_REDUCE_INT
#define INTS_BYTE LT_REDUCE_BYTE
#define INTS_FLT(...)
#define REALS_ALL LT_REDUCE_REAL
#define REALS_BYTE(...)
#define REALS_FLT LT_REDUCE_REAL
#define SHORTS_ALL LT_REDUCE_SHORT_FLT
#define SHORTS_BYTE(...)
#define SHORTS_FLT LT_REDUCE_SHORT_FLT

#define DEFINE_PLAIN(op, types, empty, start, step, combine, finish) \
  INTS_##types(DEFINE, op, start, step, combine, finish)             \
      REALS_##types(DEFINE, op, start, step, combine, finish) SHORTS_##types(DEFINE_SHORT, op)
#define REDUCE(op, types, empty, start, step, combine, finish)           \
  INTS_##types(DEFINE, op, start, step, combine, finish)                 \
      REALS_##types(DEFINE_REST, op, start, step, combine, finish)       \
          REALS_##types(DEFINE_VECTOR, op, start, step, combine, finish) \
              SHORTS_##types(DEFINE_SHORT, op)
#define REDUCE_SQUARES REDUCE
#define REDUCE_ALL DEFINE_PLAIN
#define REDUCE_EXTREMUM(op, types, empty, start, step, combine, finish) \
  DEFINE_PLAIN(op, types, empty, start, step, combine, finish)          \
  LT_REDUCE_INT(DEFINE_EXTREMUM, op, step, combine)                     \
  LT_REDUCE_REAL(DEFINE_EXTREMUM, op, step, combine)
#define REDUCE_NORM DEFINE_PLAIN
#include "reduce.def"

/* The loops that a dtype has of its own, and those that depend on its accumulator alone. */
#define ENTRY_OF(line, columns, from, name, DTYPE, op)                            \
  [LT_REDUCE_##op][LT_##DTYPE] = {start_##op##_##from, line##_##op##_##name,      \
                                  columns##_##op##_##name, combine_##op##_##from, \
                                  finish_##op##_##from},
#define ENTRY(name, DTYPE, T, A, member, op) ENTRY_OF(line, columns, name, name, DTYPE, op)
#define ENTRY_SHORT(name, DTYPE, T, A, member, op) ENTRY_OF(line, columns, float, name, DTYPE, op)
#define ENTRY_VECTOR(name, DTYPE, T, A, member, op) \
  ENTRY_OF(vector_line, vector_columns, name, name, DTYPE, op)
#define ENTRY_EXTREMUM(name, DTYPE, T, A, member, op) \
  ENTRY_OF(extremum, columns, name, name, DTYPE, op)

#define ENTRIES(plain, real, op, types) \
  INTS_##types(plain, op) REALS_##types(real, op) SHORTS_##types(ENTRY_SHORT, op)

const reduce_loops CPU(reduce_loops)[LT_NREDUCE][LT_NDTYPE] = {
#define REDUCE(op, types, empty, start, step, combine, finish) \
  ENTRIES(ENTRY, ENTRY_VECTOR, op, types)
#define REDUCE_SQUARES REDUCE
#define REDUCE_ALL(op, types, empty, start, step, combine, finish) ENTRIES(ENTRY, ENTRY, op, types)
#define REDUCE_NORM REDUCE_ALL
#define REDUCE_EXTREMUM(op, types, empty, start, step, combine, finish) \
  ENTRIES(ENTRY_EXTREMUM, ENTRY_EXTREMUM, op, types)
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
  loops->start(&acc[0]);
  for (int64_t j = 1; j < n; j++) acc[j] = acc[0];
  loops->columns(acc, src, step, n, stride, last - first, r->p);
  for (int64_t j = 0; j < n; j++) s[j].value = acc[j];
}

static void combine(const reducer *r, reduce_state *s, const reduce_state *later) {
  loops_of(r)->combine(&s->value, &later->value);
}

static void put(const reducer *r, char *const *dst, const int64_t *step, reduce_state *s,
                int64_t n) {
  loops_of(r)->finish(s, n, r->len, r->p);
  CPU(reduce_store)(r->dtype, dst[1], step[1], s, n);
}

lt_status CPU(reduce)(int op, int dtype, const lt_iter *it, int64_t len, int64_t stride, double p) {
  reducer r = {start, line, columns, combine, put, .op = op, .dtype = dtype, .len = len, .p = p};
  return CPU(reduce_along)(&r, it, stride);
}

lt_status CPU(reduce_all)(lt_scalar *out, int op, int dtype, const lt_iter *it, double p) {
  reducer r = {start, line, columns, combine, put, .op = op, .dtype = dtype, .p = p};
  reduce_state s;
  LT_TRY(CPU(reduce_whole)(&s, &r, it));
  loops_of(&r)->finish(&s, 1, it->numel, p);
  *out = s.value;
  return LT_OK;
}
