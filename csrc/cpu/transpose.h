/* transpose.h: operands whose fastest dimension is the result's second one. Walked along the
 * result's rows, each of their elements would come from another cache line; so strips of a few rows
 * are walked instead, and square blocks of such an operand are transposed in cache. */
#ifndef LT_TRANSPOSE_H
#define LT_TRANSPOSE_H

#include <stdlib.h>

#include "cpu/isa.h"

/* Rows of a strip, those of large operands, which take whole pages' worth of lines from each
 * column, and the number of elements from which operands are large. */
enum { TRANSPOSE_BLOCK = 16, TRANSPOSE_ROWS = 64, TRANSPOSE_LARGE = 1 << 21 };

/* Writes rows x cols elements that are contiguous along the columns in r, along the rows in x;
 * strides in bytes. */
typedef void (*transpose_block)(char *r, int64_t r_stride, const char *x, int64_t x_stride,
                                int64_t rows, int64_t cols);

/* The function for elements of 1, 2, 4 or 8 bytes. */
transpose_block CPU(transpose_of)(int64_t elsize);

/* lti_iter_run for strips begin .. end - 1 (see strip_begin): the loop gets the inputs whose bit is
 * set in `transposed`, of elsize bytes, from a buffer. Rows of a large result of elements of
 * `result` bytes are written past the caches; result 0: operand 0 is not written. */
void CPU(transpose_run)(const lt_iter *it, int transposed, int64_t elsize, int64_t result,
                        int64_t begin, int64_t end, lt_loop loop, const lt_scalar *params);

/* True when operand k, of elements of elsize bytes, is transposed to a result that is contiguous
 * along its rows. */
static inline bool is_transposed(const lt_iter *it, int k, int64_t result_size, int64_t elsize) {
  return it->ndim >= 2 && it->stride[0][0] == result_size && it->stride[k][1] == elsize &&
         llabs(it->stride[k][0]) > elsize && it->size[0] >= 4 && it->size[1] >= 4;
}

static inline int64_t strip_rows(const lt_iter *it) {
  return it->numel >= TRANSPOSE_LARGE ? TRANSPOSE_ROWS : TRANSPOSE_BLOCK;
}

/* Strips of strip_rows rows or what is left of them, over all outer dimensions. */
static inline int64_t strip_count(const lt_iter *it) {
  int64_t strips = (it->size[1] + strip_rows(it) - 1) / strip_rows(it);
  return it->numel / it->size[0] / it->size[1] * strips;
}

/* How many strips a thread takes at least. */
static inline int64_t strip_grain(const lt_iter *it) {
  return 1 + lti_grain / (it->size[0] * strip_rows(it));
}

/* Points ptr to the operands' first elements of a strip and returns its number of rows. */
static inline int64_t strip_begin(const lt_iter *it, int64_t strip, char **ptr) {
  int64_t height = strip_rows(it), strips = (it->size[1] + height - 1) / height;
  int64_t row = strip % strips * height;
  for (int k = 0; k < it->nop; k++) ptr[k] = it->base[k] + row * it->stride[k][1];
  int64_t rest = strip / strips;
  for (int d = 2; d < it->ndim; d++) {
    for (int k = 0; k < it->nop; k++) ptr[k] += rest % it->size[d] * it->stride[k][d];
    rest /= it->size[d];
  }
  return LT_MIN(height, it->size[1] - row);
}

#endif
