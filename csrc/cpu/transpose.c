/* Blocks of elements transposed by their size, and loops over transposed operands. */
#include "cpu/transpose.h"

#include "cpu/stream.h"

#define AT(T, base, stride, i) ((T *)((base) + (i) * (stride)))

#define TRANSPOSE_PLAIN(name, T)                                                             \
  static void name(char *r, int64_t r_stride, const char *x, int64_t x_stride, int64_t rows, \
                   int64_t cols) {                                                           \
    for (int64_t i = 0; i < rows; i++)                                                       \
      for (int64_t j = 0; j < cols; j++)                                                     \
        AT(T, r, r_stride, i)[j] = AT(const T, x, x_stride, j)[i];                           \
  }
TRANSPOSE_PLAIN(transpose_1, uint8_t)
TRANSPOSE_PLAIN(transpose_2, uint16_t)
TRANSPOSE_PLAIN(plain_4, uint32_t)
TRANSPOSE_PLAIN(plain_8, uint64_t)

/* Squares of SIDE x SIDE elements in registers, SIDE at a time exchanged with their neighbours at
 * distance SIDE / 2, SIDE / 4, ... 1; the rest by `plain`. */
#define TRANSPOSE_SQUARES(name, T, SIDE, square, plain)                                         \
  static void name(char *r, int64_t r_stride, const char *x, int64_t x_stride, int64_t rows,    \
                   int64_t cols) {                                                              \
    int64_t whole_rows = rows / SIDE * SIDE, whole_cols = cols / SIDE * SIDE;                   \
    for (int64_t i = 0; i < whole_rows; i += SIDE)                                              \
      for (int64_t j = 0; j < whole_cols; j += SIDE)                                            \
        square((char *)(AT(T, r, r_stride, i) + j), r_stride,                                   \
               (const char *)(AT(const T, x, x_stride, j) + i), x_stride);                      \
    if (whole_cols < cols)                                                                      \
      plain(r + whole_cols * (int64_t)sizeof(T), r_stride, x + whole_cols * x_stride, x_stride, \
            whole_rows, cols - whole_cols);                                                     \
    if (whole_rows < rows)                                                                      \
      plain(r + whole_rows * r_stride, r_stride, x + whole_rows * (int64_t)sizeof(T), x_stride, \
            rows - whole_rows, cols);                                                           \
  }

typedef uint32_t lanes_4 __attribute__((vector_size(32)));
typedef uint64_t lanes_8 __attribute__((vector_size(32)));

#define EXCHANGE(lanes, a, b, first, second)            \
  do {                                                  \
    lanes kept = __builtin_shuffle(a, b, (lanes)first); \
    b = __builtin_shuffle(a, b, (lanes)second);         \
    a = kept;                                           \
  } while (0)
#define LANES(...) \
  { __VA_ARGS__ }

static inline void square_4(char *r, int64_t r_stride, const char *x, int64_t x_stride) {
  lanes_4 v[8];
  for (int k = 0; k < 8; k++) memcpy(&v[k], x + k * x_stride, sizeof v[k]);
  for (int k = 0; k < 4; k++)
    EXCHANGE(lanes_4, v[k], v[k + 4], LANES(0, 1, 2, 3, 8, 9, 10, 11),
             LANES(4, 5, 6, 7, 12, 13, 14, 15));
  for (int i = 0; i < 4; i++) {
    int k = i / 2 * 4 + i % 2;
    EXCHANGE(lanes_4, v[k], v[k + 2], LANES(0, 1, 8, 9, 4, 5, 12, 13),
             LANES(2, 3, 10, 11, 6, 7, 14, 15));
  }
  for (int k = 0; k < 8; k += 2)
    EXCHANGE(lanes_4, v[k], v[k + 1], LANES(0, 8, 2, 10, 4, 12, 6, 14),
             LANES(1, 9, 3, 11, 5, 13, 7, 15));
  for (int k = 0; k < 8; k++) memcpy(r + k * r_stride, &v[k], sizeof v[k]);
}

static inline void square_8(char *r, int64_t r_stride, const char *x, int64_t x_stride) {
  lanes_8 v[4];
  for (int k = 0; k < 4; k++) memcpy(&v[k], x + k * x_stride, sizeof v[k]);
  for (int k = 0; k < 2; k++)
    EXCHANGE(lanes_8, v[k], v[k + 2], LANES(0, 1, 4, 5), LANES(2, 3, 6, 7));
  for (int k = 0; k < 4; k += 2)
    EXCHANGE(lanes_8, v[k], v[k + 1], LANES(0, 4, 2, 6), LANES(1, 5, 3, 7));
  for (int k = 0; k < 4; k++) memcpy(r + k * r_stride, &v[k], sizeof v[k]);
}

TRANSPOSE_SQUARES(transpose_4, uint32_t, 8, square_4, plain_4)
TRANSPOSE_SQUARES(transpose_8, uint64_t, 4, square_8, plain_8)

transpose_block CPU(transpose_of)(int64_t elsize) {
  static const transpose_block of[] = {transpose_1, transpose_2, transpose_4, transpose_8};
  return of[__builtin_ctzll((unsigned long long)elsize)];
}

enum { COLS = 64 };

/* A loop over the rows of a tile whose result rows are streamed where they are whole lines; the
 * lines that other rows need for the next tile are fetched ahead. */
static void stream_rows(char **ptr, const int64_t *stride, const int64_t *step, int nop,
                        int64_t rows, int64_t cols, lt_loop loop, const lt_scalar *params) {
  _Alignas(STREAM_LINE) char buffer[COLS * sizeof(double)];
  int64_t bytes = cols * stride[0];
  for (int64_t row = 0; row < rows; row++) {
    char *dst = ptr[0];
    bool lines = ((uintptr_t)dst | (uintptr_t)bytes) % STREAM_LINE == 0;
    if (lines)
      ptr[0] = buffer;
    else
      for (int64_t at = 0; at < bytes; at += STREAM_LINE) __builtin_prefetch(dst + bytes + at, 1);
    loop(ptr, stride, cols, params);
    if (lines) stream_copy(dst, buffer, bytes);
    ptr[0] = dst;
    for (int k = 0; k < nop; k++) ptr[k] += step[k];
  }
}

/* Whether operands j and k are one. */
static bool is_same(const lt_iter *it, int j, int k) {
  return it->base[j] == it->base[k] &&
         memcmp(it->stride[j], it->stride[k], (size_t)it->ndim * sizeof it->stride[j][0]) == 0;
}

void CPU(transpose_run)(const lt_iter *it, int transposed, int64_t elsize, int64_t result,
                        int64_t begin, int64_t end, lt_loop loop, const lt_scalar *params) {
  transpose_block transpose = CPU(transpose_of)(elsize);
  int64_t row_size = COLS * elsize;
  bool streams = result > 0 && stream_pays(it, result);
  _Alignas(64) char buffer[LT_MAXOP][TRANSPOSE_ROWS * COLS * sizeof(double)];
  for (int64_t s = begin; s < end; s++) {
    char *strip[LT_MAXOP];
    int64_t rows = strip_begin(it, s, strip);
    for (int64_t col = 0; col < it->size[0]; col += COLS) {
      int64_t cols = LT_MIN((int64_t)COLS, it->size[0] - col), stride[LT_MAXOP], step[LT_MAXOP];
      char *ptr[LT_MAXOP];
      for (int k = 0; k < it->nop; k++) {
        ptr[k] = strip[k] + col * it->stride[k][0];
        stride[k] = it->stride[k][0];
        step[k] = it->stride[k][1];
        if (!(transposed >> k & 1)) continue;
        if (k > 1 && transposed >> (k - 1) & 1 && is_same(it, k, k - 1)) {
          ptr[k] = ptr[k - 1];
          stride[k] = stride[k - 1];
          step[k] = step[k - 1];
          continue;
        }
        for (int64_t c = 0; c < cols; c += TRANSPOSE_BLOCK)
          transpose(buffer[k] + c * elsize, row_size, ptr[k] + c * stride[k], stride[k], rows,
                    LT_MIN((int64_t)TRANSPOSE_BLOCK, cols - c));
        ptr[k] = buffer[k];
        stride[k] = elsize;
        step[k] = row_size;
      }
      if (streams) {
        stream_rows(ptr, stride, step, it->nop, rows, cols, loop, params);
        continue;
      }
      for (int64_t row = 0; row < rows; row++) {
        loop(ptr, stride, cols, params);
        for (int k = 0; k < it->nop; k++) ptr[k] += step[k];
      }
    }
  }
  if (streams) stream_end();
}
