/* Running sums and products along a dimension, accumulated in double or int64. Lines are
 * independent and go to threads; where neighbouring lines lie closer in memory than the elements of
 * one, they advance side by side. */
#include "cpu/reduce.h"
#include "cpu/transpose.h"
#include "cpu/walk.h"

/* r[i] = x[0] op ... op x[i] along one line; side by side for n lines from acc[], which is updated.
 */
#define DEFINE_SCAN(op, STEP, name, T, A, member)                                            \
  static void line_##op##_##name(char *r, int64_t r_stride, const char *x, int64_t x_stride, \
                                 int64_t n) {                                                \
    A acc = STEP(0, 1);                                                                      \
    for (int64_t i = 0; i < n; i++) {                                                        \
      acc = acc STEP(+, *) load_##name(*(const T *)(x + i * x_stride));                      \
      *(T *)(r + i * r_stride) = store_##name(acc);                                          \
    }                                                                                        \
  }                                                                                          \
  static void side_##op##_##name(lt_scalar *acc, char *r, int64_t r_step, const char *x,     \
                                 int64_t x_step, int64_t n) {                                \
    A *restrict lane = &acc->member;                                                         \
    if (r_step == sizeof(T) && x_step == sizeof(T)) {                                        \
      T *restrict to = (T *)r;                                                               \
      const T *restrict from = (const T *)x;                                                 \
      for (int64_t j = 0; j < n; j++) {                                                      \
        lane[j] = lane[j] STEP(+, *) load_##name(from[j]);                                   \
        to[j] = store_##name(lane[j]);                                                       \
      }                                                                                      \
      return;                                                                                \
    }                                                                                        \
    for (int64_t j = 0; j < n; j++) {                                                        \
      lane[j] = lane[j] STEP(+, *) load_##name(*(const T *)(x + j * x_step));                \
      *(T *)(r + j * r_step) = store_##name(lane[j]);                                        \
    }                                                                                        \
  }
#define FOR_SUM(a, b) a
#define FOR_PRODUCT(a, b) b
#define DEFINE(name, DTYPE, T, A, member, unused) \
  DEFINE_SCAN(sum, FOR_SUM, name, T, A, member)   \
  DEFINE_SCAN(product, FOR_PRODUCT, name, T, A, member)
LT_REDUCE_ALL(DEFINE, )

typedef void line_loop(char *r, int64_t r_stride, const char *x, int64_t x_stride, int64_t n);
typedef void side_loop(lt_scalar *acc, char *r, int64_t r_step, const char *x, int64_t x_step,
                       int64_t n);
#define ENTRY(name, DTYPE, T, A, member, unused) \
  [LT_##DTYPE] = {{line_sum_##name, line_product_##name}, {side_sum_##name, side_product_##name}},
static const struct {
  line_loop *line[2];
  side_loop *side[2];
} loops[LT_NDTYPE] = {LT_REDUCE_ALL(ENTRY, )};

typedef struct scan {
  const lt_iter *it;
  int dtype, product;
  int64_t len, tile, tiles; /* tile: lines side by side */
  const int64_t *stride;
} scan;

static void scan_lines(int64_t begin, int64_t end, void *ctx) {
  const scan *job = ctx;
  walk w;
  walk_start(&w, job->it, 0, begin);
  for (int64_t i = begin; i < end; i++) {
    loops[job->dtype].line[job->product](w.ptr[0], job->stride[0], w.ptr[1], job->stride[1],
                                         job->len);
    walk_next(&w);
  }
}

/* Sets r and x to a tile's first elements and returns its number of lines. */
static int64_t tile_begin(const scan *job, int64_t unit, char **r, const char **x) {
  const lt_iter *it = job->it;
  int64_t column = unit % job->tiles * job->tile;
  walk w;
  walk_start(&w, it, 1, unit / job->tiles);
  *r = w.ptr[0] + column * it->stride[0][0];
  *x = w.ptr[1] + column * it->stride[1][0];
  return LT_MIN(job->tile, it->size[0] - column);
}

static void scan_tiles(int64_t begin, int64_t end, void *ctx) {
  const scan *job = ctx;
  const int64_t *r_step = job->it->stride[0], *x_step = job->it->stride[1];
  side_loop *side = loops[job->dtype].side[job->product];
  for (int64_t unit = begin; unit < end; unit++) {
    lt_scalar acc[TILE], start = lti_scalar(job->dtype, job->product);
    char *r;
    const char *x;
    int64_t n = tile_begin(job, unit, &r, &x);
    for (int64_t j = 0; j < n; j++) acc[j] = start;
    for (int64_t i = 0; i < job->len; i++)
      side(acc, r + i * job->stride[0], *r_step, x + i * job->stride[1], *x_step, n);
  }
}

/* Lines that are contiguous in x and lie side by side in r: blocks of them are transposed. */
static void scan_transposed(int64_t begin, int64_t end, void *ctx) {
  const scan *job = ctx;
  int64_t size = lti_elsize(job->dtype), x_step = job->it->stride[1][0];
  side_loop *side = loops[job->dtype].side[job->product];
  transpose_block transpose = CPU(transpose_of)(size);
  for (int64_t unit = begin; unit < end; unit++) {
    lt_scalar acc[TRANSPOSE_ROWS], start = lti_scalar(job->dtype, job->product);
    char *r, block[TRANSPOSE_BLOCK * TRANSPOSE_ROWS * sizeof(double)];
    const char *x;
    int64_t n = tile_begin(job, unit, &r, &x);
    for (int64_t j = 0; j < n; j++) acc[j] = start;
    for (int64_t i = 0; i < job->len; i += TRANSPOSE_BLOCK) {
      int64_t rows = LT_MIN(TRANSPOSE_BLOCK, job->len - i);
      transpose(block, n * size, x + i * size, x_step, rows, n);
      for (int64_t row = 0; row < rows; row++)
        side(acc, r + (i + row) * job->stride[0], size, block + row * n * size, size, n);
    }
  }
}

lt_status CPU(scan)(int dtype, int product, const lt_iter *it, int64_t len, const int64_t *stride) {
  scan job = {it, dtype, product, len, 1, 1, stride};
  int64_t size = lti_elsize(dtype);
  bool many = it->ndim > 0 && it->size[0] >= 4;
  bool transposed = many && stride[1] == size && it->stride[0][0] == size && stride[0] > size &&
                    llabs(it->stride[1][0]) > size;
  if (!transposed && (!many || it->stride[1][0] >= stride[1])) {
    lti_parallel(it->numel, LT_MAX(1, lti_grain / len), scan_lines, &job);
    return LT_OK;
  }
  job.tile = transposed ? (int64_t)TRANSPOSE_ROWS : (int64_t)TILE;
  job.tiles = ceil_div(it->size[0], job.tile);
  int64_t work = len * LT_MIN(it->size[0], job.tile);
  lti_parallel(it->numel / it->size[0] * job.tiles, LT_MAX(1, lti_grain / work),
               transposed ? scan_transposed : scan_tiles, &job);
  return LT_OK;
}
