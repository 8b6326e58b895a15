/* Filling, and copying between any two dtypes and layouts. Conversion truncates toward zero and
 * then wraps, for integer results; the 16-bit types convert through float. */
#include "cpu/halves.h"
#include "cpu/isa.h"
#include "cpu/stream.h"
#include "cpu/transpose.h"

typedef uint16_t half;
typedef uint16_t bfloat16;

/* Value of an element as a number, and a number as an element. */
#define GET_NATIVE(x) (x)
#define GET_HALF(x) lti_half_to_float(x)
#define GET_BFLOAT16(x) lti_bfloat16_to_float(x)
#define PUT_HALF(T, x) lti_float_to_half((float)(x))
#define PUT_BFLOAT16(T, x) lti_float_to_bfloat16((float)(x))
#define PUT_FLOAT(T, x) ((T)(x))
/* Out-of-range and NaN values of a floating type pass through int64, so that they wrap the same way
 * on every instruction set. */
#define PUT_INT(T, x) \
  ((T) _Generic((x), float : lti_truncate(x), double : lti_truncate(x), default : (x)))

static inline int64_t lti_truncate(double x) {
  return x >= -0x1p63 && x < 0x1p63 ? (int64_t)x : INT64_MIN;
}

#define COPY_LOOP(D, PUT, S, GET, name)                                                     \
  static void name(char **ptr, const int64_t *stride, int64_t n, const lt_scalar *params) { \
    (void)params;                                                                           \
    if (stride[0] == sizeof(D) && stride[1] == sizeof(S)) {                                 \
      D *restrict r = (D *)ptr[0];                                                          \
      const S *restrict x = (const S *)ptr[1];                                              \
      for (int64_t i = 0; i < n; i++) r[i] = PUT(D, GET(x[i]));                             \
      return;                                                                               \
    }                                                                                       \
    for (int64_t i = 0; i < n; i++)                                                         \
      *(D *)(ptr[0] + i * stride[0]) = PUT(D, GET(*(const S *)(ptr[1] + i * stride[1])));   \
  }

/* M(result type, conversion, dtype, S, GET, SRC) for every dtype of the result. */
/* clang-format off */
#define COPY_TO(M, S, GET, SRC)                 \
  M(uint8_t, PUT_INT, BYTE, S, GET, SRC)        \
  M(int8_t, PUT_INT, CHAR, S, GET, SRC)         \
  M(int16_t, PUT_INT, SHORT, S, GET, SRC)       \
  M(int32_t, PUT_INT, INT, S, GET, SRC)         \
  M(int64_t, PUT_INT, LONG, S, GET, SRC)        \
  M(half, PUT_HALF, HALF, S, GET, SRC)          \
  M(float, PUT_FLOAT, FLOAT, S, GET, SRC)       \
  M(double, PUT_FLOAT, DOUBLE, S, GET, SRC)     \
  M(bfloat16, PUT_BFLOAT16, BFLOAT16, S, GET, SRC)

#define COPY_ALL(M)                             \
  COPY_TO(M, uint8_t, GET_NATIVE, BYTE)         \
  COPY_TO(M, int8_t, GET_NATIVE, CHAR)          \
  COPY_TO(M, int16_t, GET_NATIVE, SHORT)        \
  COPY_TO(M, int32_t, GET_NATIVE, INT)          \
  COPY_TO(M, int64_t, GET_NATIVE, LONG)         \
  COPY_TO(M, half, GET_HALF, HALF)              \
  COPY_TO(M, float, GET_NATIVE, FLOAT)          \
  COPY_TO(M, double, GET_NATIVE, DOUBLE)        \
  COPY_TO(M, bfloat16, GET_BFLOAT16, BFLOAT16)
/* clang-format on */

#define DEFINE(D, PUT, DST, S, GET, SRC) COPY_LOOP(D, PUT, S, GET, copy_##DST##_##SRC)
COPY_ALL(DEFINE)

#define ENTRY(D, PUT, DST, S, GET, SRC) [LT_##DST][LT_##SRC] = copy_##DST##_##SRC,
static const lt_loop loops[LT_NDTYPE][LT_NDTYPE] = {COPY_ALL(ENTRY)};

/* Contiguous numbers of a floating type to narrow integers. Where all of a block fit 32 bits, which
 * is cheap to find out, their conversion to those gives what the way through 64 bits gives. */
static inline __attribute__((always_inline)) bool fits_float(const float *x, int64_t n) {
  const uint32_t limit = 0x4f000000u; /* 2^31 */
  uint32_t largest = 0;
  for (int64_t i = 0; i < n; i++) {
    uint32_t bits = lti_float_to_bits(x[i]) << 1;
    largest = bits > largest ? bits : largest;
  }
  return largest < limit << 1;
}

static inline __attribute__((always_inline)) bool fits_double(const double *x, int64_t n) {
  int outside = 0;
  for (int64_t i = 0; i < n; i++) outside |= !(x[i] > -0x1p31 && x[i] < 0x1p31);
  return !outside;
}

#define NARROW_LOOP(D, DST, S, name, SRC)                                               \
  static inline __attribute__((always_inline)) void narrow_block_##DST##_##SRC(         \
      D *restrict r, const S *restrict x, int64_t n) {                                  \
    if (fits_##name(x, n))                                                              \
      for (int64_t i = 0; i < n; i++) r[i] = (D)(int32_t)x[i];                          \
    else                                                                                \
      for (int64_t i = 0; i < n; i++) r[i] = PUT_INT(D, x[i]);                          \
  }                                                                                     \
  static void narrow_##DST##_##SRC(char **ptr, const int64_t *stride, int64_t n,        \
                                   const lt_scalar *params) {                           \
    enum { BLOCK = 512, SHORT = 128 };                                                  \
    D *r = (D *)ptr[0];                                                                 \
    const S *x = (const S *)ptr[1];                                                     \
    int64_t i = 0;                                                                      \
    if (stride[0] != sizeof(D) || stride[1] != sizeof(S)) {                             \
      copy_##DST##_##SRC(ptr, stride, n, params);                                       \
      return;                                                                           \
    }                                                                                   \
    for (; i + BLOCK <= n; i += BLOCK) narrow_block_##DST##_##SRC(r + i, x + i, BLOCK); \
    for (; i + SHORT <= n; i += SHORT) narrow_block_##DST##_##SRC(r + i, x + i, SHORT); \
    if (i < n && n >= SHORT)                                                            \
      narrow_block_##DST##_##SRC(r + n - SHORT, x + n - SHORT, SHORT);                  \
    else                                                                                \
      narrow_block_##DST##_##SRC(r + i, x + i, n - i);                                  \
  }
#define NARROW_ALL(M, S, name, SRC) \
  M(uint8_t, BYTE, S, name, SRC)    \
  M(int8_t, CHAR, S, name, SRC) M(int16_t, SHORT, S, name, SRC) M(int32_t, INT, S, name, SRC)
NARROW_ALL(NARROW_LOOP, float, float, FLOAT)
NARROW_ALL(NARROW_LOOP, double, double, DOUBLE)

/* Halves and floats. */
#define HALVES_LOOP(D, DST, S, SRC, convert)                                      \
  static void convert_##DST##_##SRC(char **ptr, const int64_t *stride, int64_t n, \
                                    const lt_scalar *params) {                    \
    if (stride[0] == sizeof(D) && stride[1] == sizeof(S))                         \
      convert((D *)ptr[0], (const S *)ptr[1], n);                                 \
    else                                                                          \
      copy_##DST##_##SRC(ptr, stride, n, params);                                 \
  }
HALVES_LOOP(half, HALF, float, FLOAT, floats_to_halves)
HALVES_LOOP(float, FLOAT, half, HALF, halves_to_floats)

/* Loops that are faster than those above for contiguous elements. */
#define NARROW_ENTRY(D, DST, S, name, SRC) [LT_##DST][LT_##SRC] = narrow_##DST##_##SRC,
static const lt_loop faster[LT_NDTYPE][LT_NDTYPE] = {
    [LT_HALF][LT_FLOAT] = convert_HALF_FLOAT,
    [LT_FLOAT][LT_HALF] = convert_FLOAT_HALF,
    NARROW_ALL(NARROW_ENTRY, float, float, FLOAT) NARROW_ALL(NARROW_ENTRY, double, double, DOUBLE)};

/* Copies long pieces with vectors, since the C library may choose string instructions there, which
 * are slower between caches. */
static inline void move_bytes(char *dst, const char *src, int64_t bytes) {
  enum { BLOCK = 128, LONG = 16384 };
  int64_t i = 0;
  for (; bytes >= LONG && i + BLOCK <= bytes; i += BLOCK) memcpy(dst + i, src + i, BLOCK);
  memcpy(dst + i, src + i, (size_t)(bytes - i));
}

/* ---- same dtype: elements are moved by size, and transposed operands in square blocks ---- */

#define MOVE_LOOP(T, name)                                                                  \
  static void name(char **ptr, const int64_t *stride, int64_t n, const lt_scalar *params) { \
    (void)params;                                                                           \
    if (stride[0] == sizeof(T) && stride[1] == sizeof(T)) {                                 \
      move_bytes(ptr[0], ptr[1], n *(int64_t)sizeof(T));                                    \
      return;                                                                               \
    }                                                                                       \
    if (stride[0] == sizeof(T) && stride[1] == -(int64_t)sizeof(T)) {                       \
      T *restrict r = (T *)ptr[0];                                                          \
      const T *restrict x = (const T *)ptr[1];                                              \
      for (int64_t i = 0; i < n; i++) r[i] = x[-i];                                         \
      return;                                                                               \
    }                                                                                       \
    for (int64_t i = 0; i < n; i++)                                                         \
      *(T *)(ptr[0] + i * stride[0]) = *(const T *)(ptr[1] + i * stride[1]);                \
  }
MOVE_LOOP(uint8_t, move_1)
MOVE_LOOP(uint16_t, move_2)
MOVE_LOOP(uint32_t, move_4)
MOVE_LOOP(uint64_t, move_8)

typedef struct {
  const lt_iter *it;
  lt_loop loop;
  int64_t elsize, source; /* bytes of an element of the result, and of the input */
  bool moves;             /* without conversion */
} job;

static void run_range(int64_t begin, int64_t end, void *ctx) {
  const job *j = ctx;
  const lt_iter *it = j->it;
  bool contiguous = it->ndim == 1 && it->stride[1][0] == j->elsize;
  if (j->moves && contiguous && stream_pays(it, j->elsize))
    stream_move(it->base[0] + begin * j->elsize, it->base[1] + begin * j->elsize,
                (end - begin) * j->elsize);
  else
    stream_run(it, j->elsize, begin, end, j->loop, NULL);
}

/* The result's lines of the block after the next are fetched meanwhile: they often are those of a
 * new tensor, in no cache, and no prefetcher follows so many rows. */
static void run_strips(int64_t begin, int64_t end, void *ctx) {
  enum { AHEAD = 2 * TRANSPOSE_BLOCK, LINE = 64 };
  const job *j = ctx;
  const lt_iter *it = j->it;
  transpose_block transpose = CPU(transpose_of)(j->elsize);
  for (int64_t s = begin; s < end; s++) {
    char *ptr[LT_MAXOP];
    int64_t rows = strip_begin(it, s, ptr);
    for (int64_t col = 0; col < it->size[0]; col += TRANSPOSE_BLOCK) {
      char *r = ptr[0] + col * j->elsize;
      if (col + AHEAD < it->size[0])
        for (int64_t i = 0; i < rows; i++)
          for (int64_t at = 0; at < TRANSPOSE_BLOCK * j->elsize; at += LINE)
            __builtin_prefetch(r + i * it->stride[0][1] + AHEAD * j->elsize + at, 1);
      transpose(r, it->stride[0][1], ptr[1] + col * it->stride[1][0], it->stride[1][0], rows,
                LT_MIN((int64_t)TRANSPOSE_BLOCK, it->size[0] - col));
    }
  }
}

/* Conversion of transposed elements, which are transposed in their own type first. */
static void convert_strips(int64_t begin, int64_t end, void *ctx) {
  const job *j = ctx;
  CPU(transpose_run)(j->it, 1 << 1, j->source, j->elsize, begin, end, j->loop, NULL);
}

lt_status CPU(copy)(const lt_iter *it, int dst, int src) {
  static const lt_loop move[] = {move_1, move_2, move_4, move_8};
  job j = {.it = it,
           .loop = faster[dst][src] ? faster[dst][src] : loops[dst][src],
           .elsize = lti_elsize(dst),
           .source = lti_elsize(src),
           .moves = dst == src};
  if (j.moves) j.loop = move[__builtin_ctzll((unsigned long long)j.elsize)];
  bool transposed = is_transposed(it, 1, j.elsize, j.source);
  if (transposed && j.moves && !stream_pays(it, j.elsize))
    lti_parallel(strip_count(it), strip_grain(it), run_strips, &j);
  else if (transposed && it->numel > lti_grain)
    lti_parallel(strip_count(it), strip_grain(it), convert_strips, &j);
  else
    lti_parallel(it->numel, lti_grain, run_range, &j);
  return LT_OK;
}

#define FILL_LOOP(T, name, member)                                                          \
  static void name(char **ptr, const int64_t *stride, int64_t n, const lt_scalar *params) { \
    T v = (T)params->member;                                                                \
    if (stride[0] == sizeof(T)) {                                                           \
      T *r = (T *)ptr[0];                                                                   \
      for (int64_t i = 0; i < n; i++) r[i] = v;                                             \
      return;                                                                               \
    }                                                                                       \
    for (int64_t i = 0; i < n; i++) *(T *)(ptr[0] + i * stride[0]) = v;                     \
  }
FILL_LOOP(uint8_t, fill_1, i)
FILL_LOOP(uint16_t, fill_2, i)
FILL_LOOP(uint32_t, fill_4, i)
FILL_LOOP(uint64_t, fill_8, i)

typedef struct {
  const lt_iter *it;
  lt_loop loop;
  int64_t elsize;
  lt_scalar bits;
} fill_job;

/* Zeros go past the caches, where processors write them faster than anything else; other values are
 * written as fast through the caches. */
static void fill_range(int64_t begin, int64_t end, void *ctx) {
  const fill_job *j = ctx;
  const lt_iter *it = j->it;
  if (j->bits.i == 0 && it->ndim == 1 && stream_pays(it, j->elsize))
    stream_zero(it->base[0] + begin * j->elsize, (end - begin) * j->elsize);
  else
    lti_iter_run(it, begin, end, j->loop, &j->bits);
}

lt_status CPU(fill)(const lt_iter *it, int dtype, lt_scalar v) {
  static const lt_loop fill[] = {fill_1, fill_2, fill_4, fill_8};
  fill_job j = {.it = it, .elsize = lti_elsize(dtype), .bits = v};
  j.loop = fill[__builtin_ctzll((unsigned long long)j.elsize)];
  if (dtype == LT_HALF) j.bits.i = lti_float_to_half((float)v.f);
  if (dtype == LT_BFLOAT16) j.bits.i = lti_float_to_bfloat16((float)v.f);
  if (dtype == LT_FLOAT) j.bits.i = lti_float_to_bits((float)v.f);
  lti_parallel(it->numel, lti_grain, fill_range, &j);
  return LT_OK;
}
