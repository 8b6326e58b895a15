/* square.h: squares of elements that are transposed in registers. */
#ifndef LT_SQUARE_H
#define LT_SQUARE_H

#include <stdint.h>

typedef uint32_t lanes_4 __attribute__((vector_size(32)));
typedef uint64_t lanes_8 __attribute__((vector_size(32)));

/* Exchanges the elements of a and b that `first` and `second` pick from both. */
#define EXCHANGE(lanes, a, b, first, second)            \
  do {                                                  \
    lanes kept = __builtin_shuffle(a, b, (lanes)first); \
    b = __builtin_shuffle(a, b, (lanes)second);         \
    a = kept;                                           \
  } while (0)
#define LANES_OF(...) \
  { __VA_ARGS__ }

/* v[j][i] becomes v[i][j], for 8 x 8 elements of 4 bytes. */
static inline void turn_4(lanes_4 v[8]) {
  for (int k = 0; k < 4; k++)
    EXCHANGE(lanes_4, v[k], v[k + 4], LANES_OF(0, 1, 2, 3, 8, 9, 10, 11),
             LANES_OF(4, 5, 6, 7, 12, 13, 14, 15));
  for (int i = 0; i < 4; i++) {
    int k = i / 2 * 4 + i % 2;
    EXCHANGE(lanes_4, v[k], v[k + 2], LANES_OF(0, 1, 8, 9, 4, 5, 12, 13),
             LANES_OF(2, 3, 10, 11, 6, 7, 14, 15));
  }
  for (int k = 0; k < 8; k += 2)
    EXCHANGE(lanes_4, v[k], v[k + 1], LANES_OF(0, 8, 2, 10, 4, 12, 6, 14),
             LANES_OF(1, 9, 3, 11, 5, 13, 7, 15));
}

/* The same for 4 x 4 elements of 8 bytes. */
static inline void turn_8(lanes_8 v[4]) {
  for (int k = 0; k < 2; k++)
    EXCHANGE(lanes_8, v[k], v[k + 2], LANES_OF(0, 1, 4, 5), LANES_OF(2, 3, 6, 7));
  for (int k = 0; k < 4; k += 2)
    EXCHANGE(lanes_8, v[k], v[k + 1], LANES_OF(0, 4, 2, 6), LANES_OF(1, 5, 3, 7));
}

#endif
