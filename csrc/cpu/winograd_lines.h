/* winograd_lines.h: transforms of tiles of vectors (see winograd_lanes.h) from those of lines: all
 * columns, then all rows, or the other way round. */
#ifndef LT_WINOGRAD_LINES_H
#define LT_WINOGRAD_LINES_H

#include "cpu/winograd_lanes.h"

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 9")

enum { LONGEST = 9 }; /* vectors of a line */

/* The line at `out`, vectors `to` apart, from that at `in`, vectors `from` apart. */
typedef void (*line)(const lanes *in, int64_t from, bool odd, lanes *out, int64_t to);

/* Coefficients [coefs][coefs] from the tile x of side x side vectors. */
INLINE void coefs_of(line f, int side, int coefs, bool odd_y, bool odd_x, const lanes *x,
                     int64_t row, float *out, int64_t step) {
  lanes v[LONGEST * LONGEST], c[LONGEST];
  for (int j = 0; j < side; j++) f(x + j, row, odd_y, v + j, side);
  for (int i = 0; i < coefs; i++) {
    f(v + i * side, 1, odd_x, c, 1);
    UNROLL for (int j = 0; j < coefs; j++, out += step) * (lanes *)out = c[j];
  }
}

/* The tile y from coefficients. */
INLINE void tile_of(line f, int side, int coefs, bool odd_y, bool odd_x, const float *m,
                    int64_t step, lanes *y, int64_t row) {
  lanes v[LONGEST * LONGEST], c[LONGEST];
  for (int i = 0; i < coefs; i++) {
    UNROLL for (int j = 0; j < coefs; j++, m += step) c[j] = *(const lanes *)m;
    f(c, 1, odd_x, v + i * side, 1);
  }
  for (int j = 0; j < side; j++) f(v + j, side, odd_y, y + j, row);
}

/* The functions of a scheme, from lines of `side` vectors and of COEFS coefficients. */
#define TILE_COEFS(name, f, side, coefs)                                                     \
  static void name(const tiling *t, const lanes *x, int64_t row, float *out, int64_t step) { \
    coefs_of(f, side, coefs, t->odd_y, t->odd_x, x, row, out, step);                         \
  }
#define TILE_PIXELS(name, f, side, coefs)                                                  \
  static void name(const tiling *t, const float *m, int64_t step, lanes *y, int64_t row) { \
    tile_of(f, side, coefs, t->odd_y, t->odd_x, m, step, y, row);                          \
  }
#define TILE_WEIGHTS(name, f, coefs)                                      \
  static void name(const lanes *g, bool turned, float *u, int64_t step) { \
    coefs_of(f, 3, coefs, turned, turned, g, 3, u, step);                 \
  }
#define TILE_GRADIENT(name, f, coefs)                        \
  static void name(const float *u, int64_t step, lanes *g) { \
    tile_of(f, 3, coefs, false, false, u, step, g, 3);       \
  }

#endif
