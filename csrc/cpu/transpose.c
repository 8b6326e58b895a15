/* Blocks of elements transposed by their size. */
#include "cpu/transpose.h"

#define TRANSPOSE(T)                                                                    \
  static void transpose_##T(char *r, int64_t r_stride, const char *x, int64_t x_stride, \
                            int64_t rows, int64_t cols) {                               \
    for (int64_t i = 0; i < rows; i++)                                                  \
      for (int64_t j = 0; j < cols; j++)                                                \
        ((T *)(r + i * r_stride))[j] = ((const T *)(x + j * x_stride))[i];              \
  }
TRANSPOSE(uint8_t)
TRANSPOSE(uint16_t)
TRANSPOSE(uint32_t)
TRANSPOSE(uint64_t)

transpose_block CPU(transpose_of)(int64_t elsize) {
  static const transpose_block of[] = {transpose_uint8_t, transpose_uint16_t, transpose_uint32_t,
                                       transpose_uint64_t};
  return of[__builtin_ctzll((unsigned long long)elsize)];
}
