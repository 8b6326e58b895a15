/* Filling, and copying between any two dtypes and layouts. Conversion truncates toward zero and
 * then wraps, for integer results; the 16-bit types convert through float. */
#include "core/half.h"
#include "cpu/isa.h"
#include "cpu/stream.h"

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

/* ---- same dtype: elements are moved by size, and transposed operands in square blocks ---- */

enum { BLOCK = 16 };

#define MOVE_LOOP(T, name)                                                                  \
  static void name(char **ptr, const int64_t *stride, int64_t n, const lt_scalar *params) { \
    (void)params;                                                                           \
    if (stride[0] == sizeof(T) && stride[1] == sizeof(T)) {                                 \
      memcpy(ptr[0], ptr[1], (size_t)n * sizeof(T));                                        \
      return;                                                                               \
    }                                                                                       \
    for (int64_t i = 0; i < n; i++)                                                         \
      *(T *)(ptr[0] + i * stride[0]) = *(const T *)(ptr[1] + i * stride[1]);                \
  }                                                                                         \
  /* rows x cols elements; r is contiguous along columns, x along rows */                   \
  static void transpose_##name(char *r, int64_t r_stride, const char *x, int64_t x_stride,  \
                               int64_t rows, int64_t cols) {                                \
    for (int64_t i = 0; i < rows; i++)                                                      \
      for (int64_t j = 0; j < cols; j++)                                                    \
        ((T *)(r + i * r_stride))[j] = ((const T *)(x + j * x_stride))[i];                  \
  }
MOVE_LOOP(uint8_t, move_1)
MOVE_LOOP(uint16_t, move_2)
MOVE_LOOP(uint32_t, move_4)
MOVE_LOOP(uint64_t, move_8)

typedef void (*transpose_block)(char *r, int64_t r_stride, const char *x, int64_t x_stride,
                                int64_t rows, int64_t cols);

typedef struct {
  const lt_iter *it;
  lt_loop loop;
  transpose_block block;
  int64_t elsize;
} job;

static void run_range(int64_t begin, int64_t end, void *ctx) {
  const job *j = ctx;
  const lt_iter *it = j->it;
  bool moves = j->block && it->ndim == 1 && it->stride[1][0] == j->elsize;
  if (moves && stream_pays(it, j->elsize))
    stream_move(it->base[0] + begin * j->elsize, it->base[1] + begin * j->elsize,
                (end - begin) * j->elsize);
  else
    stream_run(it, j->elsize, begin, end, j->loop, NULL);
}

/* True when x's fastest dimension is the result's second one. */
static bool is_transposed(const lt_iter *it, int64_t elsize) {
  return it->ndim >= 2 && it->stride[0][0] == elsize && it->stride[1][1] == elsize &&
         it->size[0] >= 4 && it->size[1] >= 4;
}

/* Strips of BLOCK rows of the result, over all outer dimensions. */
static void run_strips(int64_t begin, int64_t end, void *ctx) {
  const job *j = ctx;
  const lt_iter *it = j->it;
  int64_t strips = (it->size[1] + BLOCK - 1) / BLOCK;
  for (int64_t s = begin; s < end; s++) {
    char *r = it->base[0];
    const char *x = it->base[1];
    int64_t rest = s / strips;
    for (int d = 2; d < it->ndim; d++) {
      r += rest % it->size[d] * it->stride[0][d];
      x += rest % it->size[d] * it->stride[1][d];
      rest /= it->size[d];
    }
    int64_t row = s % strips * BLOCK, rows = LT_MIN((int64_t)BLOCK, it->size[1] - row);
    for (int64_t col = 0; col < it->size[0]; col += BLOCK)
      j->block(r + row * it->stride[0][1] + col * j->elsize, it->stride[0][1],
               x + row * j->elsize + col * it->stride[1][0], it->stride[1][0], rows,
               LT_MIN((int64_t)BLOCK, it->size[0] - col));
  }
}

lt_status CPU(copy)(const lt_iter *it, int dst, int src) {
  static const struct {
    lt_loop loop;
    transpose_block block;
  } move[] = {{move_1, transpose_move_1},
              {move_2, transpose_move_2},
              {move_4, transpose_move_4},
              {move_8, transpose_move_8}};
  job j = {.it = it, .loop = loops[dst][src], .elsize = lti_elsize(dst)};
  if (dst == src) {
    int log2 = __builtin_ctzll((unsigned long long)j.elsize);
    j.loop = move[log2].loop;
    j.block = move[log2].block;
    if (is_transposed(it, j.elsize)) {
      int64_t strips = it->numel / it->size[0] / it->size[1] * ((it->size[1] + BLOCK - 1) / BLOCK);
      lti_parallel(strips, 1 + lti_grain / (it->size[0] * BLOCK), run_strips, &j);
      return LT_OK;
    }
  }
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

static void fill_range(int64_t begin, int64_t end, void *ctx) {
  const fill_job *j = ctx;
  stream_run(j->it, j->elsize, begin, end, j->loop, &j->bits);
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
