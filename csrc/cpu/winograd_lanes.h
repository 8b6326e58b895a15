/* winograd_lanes.h: minimal filtering of Float images with 3 x 3 windows, with neighbouring
 * channels side by side in vectors: images are transposed once, so that tiles of any width fill the
 * vectors, and the products read and write what the transforms wrote and read. A scheme says what a
 * tile is and how it is transformed; the products for its coefficients and the walk over images,
 * channels and threads are the same for all. */
#ifndef LT_WINOGRAD_LANES_H
#define LT_WINOGRAD_LANES_H

#include "core/window.h"
#include "cpu/isa.h"

#define REAL float
#define NAME(x) x##_float
#include "cpu/packed.h"
#undef NAME
#undef REAL

enum {
  VL = PACK_BYTES / sizeof(float), /* channels of a vector */
  PANEL = panel_float,
  WINDOW = 9, /* weights of a window */
};

typedef vec_float lanes;

/* How tiles of one kind of images are made from coefficients, or these from them. Tiles are `side`
 * pixels wide and high and begin every `step` pixels, the first one at pixel (y0, x0). */
typedef struct tiling {
  int64_t side, step, y0, x0;
  bool odd_y, odd_x; /* what these mean is up to the transform */
} tiling;

/* Coefficient i of the tile at x, whose rows are `row` vectors apart, to out[i step]. */
typedef void (*tile_coefs)(const tiling *t, const lanes *x, int64_t row, float *out, int64_t step);

/* The tile at y, rows `row` vectors apart, from its coefficients m[i step]. */
typedef void (*tile_pixels)(const tiling *t, const float *m, int64_t step, lanes *y, int64_t row);

typedef struct scheme {
  int slots, classes;   /* coefficients of a tile; those of weights */
  const uint8_t *class; /* of the weights that each coefficient of a tile is multiplied by */
  /* class i of the weights g to u[i step]; turned: for the input gradient */
  void (*weights)(const lanes *g, bool turned, float *u, int64_t step);
  /* the weights' gradient g from u[i step] */
  void (*gradient)(const float *u, int64_t step, lanes *g);
} scheme;

/* Images [n][c][h][w], read through tiles. */
typedef struct tiled {
  const float *data;
  int64_t c, h, w;
  tiling t;
  tile_coefs transform;
} tiled;

typedef struct lane_pass {
  const scheme *scheme;
  int64_t n, th, tw; /* images; tiles of an image */
  tiled in;
  const float *w; /* [k][c][3][3] */
  bool turned;    /* for the input gradient: from k to c channels */
  int64_t to;     /* channels of y */
  float *y;       /* images [n][to][oh][ow] */
  int64_t oh, ow;
  tiling out;
  tile_pixels output;
  const float *bias; /* [to] or NULL */
  tiled grad;        /* of the outputs, for the weights' gradient */
  float *gw, scale;  /* gw += scale times it, if gw is set */
} lane_pass;

/* y, or the gradient of the weights where gw is set. */
lt_status CPU(winograd_lanes)(const lane_pass *pass);

#endif
