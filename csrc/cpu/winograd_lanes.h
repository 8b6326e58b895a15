/* winograd_lanes.h: tiles of images that have few in a row are transformed in vectors of LANES
 * tiles of several rows. The pixels of a block of tiles are staged; those of each place in a tile
 * then make a vector. */
#ifndef LT_WINOGRAD_LANES_H
#define LT_WINOGRAD_LANES_H

#include "cpu/square.h"
#include "cpu/winograd_tiles.h"

enum {
  BLOCK_TILES = 2 * LANES, /* most tiles of a block */
  EDGE = 9,                /* most pixels of a tile in a dimension, */
  SPREAD = 16,             /* and what whole loads of them take */
  STAGE = BLOCK_TILES * EDGE * SPREAD
};

typedef float lanes[LANES] __attribute__((aligned(64)));

#define FOR_LANES(l) _Pragma("GCC ivdep") for (int l = 0; l < LANES; l++)

/* Tiles [t, t + width) of tile rows [r, r + rows) of a chunk, `most` of them at a time. */
typedef struct block {
  int64_t r, rows, t, width;
} block;

static block first_block(const job *j) {
  return (block){0, LT_MIN(LT_MAX(1, BLOCK_TILES / j->tw), j->rows), 0, LT_MIN(BLOCK_TILES, j->tw)};
}

/* The next block; one with no rows is behind the last. */
static block next_block(const job *j, block b) {
  b.t += b.width;
  if (b.t >= j->tw) b.t = 0, b.r += b.rows;
  b.rows = LT_MIN(LT_MAX(1, BLOCK_TILES / j->tw), j->rows - b.r);
  b.width = LT_MIN(BLOCK_TILES, j->tw - b.t);
  return b;
}

static int64_t frame_of(const job *j, int64_t row) { return (j->first + row) / j->th; }
static int64_t tile_row_of(const job *j, int64_t row) { return (j->first + row) % j->th; }

/* d[i][q][l] = pixel i q of tile l of those at `corner`, whose rows are `pitch` apart. */
static inline void gather(lanes (*d)[EDGE], const float *const *corner, int64_t pitch, int edge) {
  for (int i = 0; i < edge; i++)
    for (int half = 0; half < LANES; half += 8) {
      lanes_4 v[8];
      for (int l = 0; l < 8; l++) memcpy(&v[l], corner[half + l] + i * pitch, sizeof v[l]);
      turn_4(v);
      for (int q = 0; q < LT_MIN(edge, 8); q++) memcpy(&d[i][q][half], &v[q], sizeof v[q]);
      for (int q = 8; q < edge; q++)
        for (int l = 0; l < 8; l++) d[i][q][half + l] = corner[half + l][i * pitch + q];
    }
}

/* A transform of channels whose tiles have edge x edge pixels, `hop` apart, by a function that
 * writes coefficient i of LANES tiles to out[i step]. */
#define LANES_INPUT(name, transform, edge, hop)                                                  \
  static void name(int64_t begin, int64_t end, void *ctx) {                                      \
    const job *j = ctx;                                                                          \
    int64_t step = apart(j->held * j->pitch);                                                    \
    float stage[STAGE] = {0};                                                                    \
    for (int64_t channel = begin; channel < end; channel++)                                      \
      for (block b = first_block(j); b.rows > 0; b = next_block(j, b)) {                         \
        int64_t pitch = (b.width - 1) * (hop) + SPREAD, tiles = b.rows * b.width;                \
        for (int64_t r = 0; r < b.rows; r++)                                                     \
          load_rows(stage + r * (edge)*pitch, pitch, edge, &j->x, frame_of(j, b.r + r), channel, \
                    tile_row_of(j, b.r + r) * (hop)-j->x.ph, b.t * (hop)-j->x.pw,                \
                    (b.width - 1) * (hop) + (edge));                                             \
        float *out = j->coefs + (channel - j->at) * j->pitch + b.r * j->tw + b.t;                \
        for (int64_t k = 0; k < tiles; k += LANES) {                                             \
          lanes d[EDGE][EDGE];                                                                   \
          const float *corner[LANES];                                                            \
          for (int64_t l = 0; l < LANES; l++) {                                                  \
            int64_t tile = LT_MIN(k + l, tiles - 1);                                             \
            corner[l] = stage + tile / b.width * (edge)*pitch + tile % b.width * (hop);          \
          }                                                                                      \
          gather(d, corner, pitch, edge);                                                        \
          transform(out + k, step, d);                                                           \
        }                                                                                        \
      }                                                                                          \
  }

/* A transform of channels to tiles of size x size outputs, by a function that makes those of LANES
 * tiles, row q at out[q], from coefficients i at m[i step]; bias is added. */
#define LANES_OUTPUT(name, transform, size)                                                 \
  static void name(int64_t begin, int64_t end, void *ctx) {                                 \
    const job *j = ctx;                                                                     \
    int64_t step = apart(j->held * j->pitch);                                               \
    float stage[size][(BLOCK_TILES + LANES) * (size)];                                      \
    for (int64_t channel = begin; channel < end; channel++)                                 \
      for (block b = first_block(j); b.rows > 0; b = next_block(j, b)) {                    \
        const float *m = j->coefs + (channel - j->at) * j->pitch + b.r * j->tw + b.t;       \
        for (int64_t k = 0; k < b.rows * b.width; k += LANES) {                             \
          lanes d[size][size];                                                              \
          transform(d, m + k, step, j->bias ? j->bias[channel] : 0);                        \
          for (int q = 0; q < (size); q++)                                                  \
            for (int l = 0; l < LANES; l++)                                                 \
              for (int p = 0; p < (size); p++) stage[q][(k + l) * (size) + p] = d[q][p][l]; \
        }                                                                                   \
        int64_t x0 = b.t * (size), width = LT_MIN(b.width * (size), j->ow - x0);            \
        for (int64_t r = 0; r < b.rows; r++) {                                              \
          int64_t frame = frame_of(j, b.r + r), y0 = tile_row_of(j, b.r + r) * (size);      \
          int64_t index = (frame / j->ot * j->to + channel) * j->ot + frame % j->ot;        \
          float *out = j->y + (index * j->oh + y0) * j->ow + x0;                            \
          for (int64_t q = 0; q < LT_MIN(size, j->oh - y0); q++)                            \
            copy_run(width, stage[q] + r * b.width * (size), out + q * j->ow);              \
        }                                                                                   \
      }                                                                                     \
  }

#endif
