/* winograd_tiles.h: what all forms of Winograd's filtering share (see winograd.c): the work on a
 * chunk of tiles, and scratch for it. A form has transforms of tiles of inputs, of gradients and of
 * outputs, and of weights. */
#ifndef LT_WINOGRAD_TILES_H
#define LT_WINOGRAD_TILES_H

#include "cpu/isa.h"
#include "cpu/runs.h"
#include "cpu/tasks.h"

enum {
  OUT = 4,               /* outputs of a tile in a dimension */
  TAPS = 6,              /* coefficients of weights in a dimension */
  WEIGHTS = TAPS * TAPS, /* of a window of weights */
  LANES = 16             /* weights or tiles that are transformed together */
};

/* Images, or volumes of some frames, of c channels, seen through tiles that begin at pixel (-ph,
 * -pw). */
typedef struct planes {
  const float *data;
  int64_t c, h, w, ph, pw, frames;
} planes;

/* Transforms channels [begin, end) of a job. */
typedef void (*transform_channels)(int64_t begin, int64_t end, void *job);

typedef struct form {
  int side;  /* coefficients of a tile in a dimension; those from the last of the weights' on share
                it */
  int coefs; /* side * side */
  transform_channels input, gradient, output, weights, weight_gradients;
} form;

typedef struct job {
  const form *f;
  int64_t th, tw;      /* tiles of an image */
  int64_t first, rows; /* tile rows of the chunk, counted over all frames of all images */
  planes x;            /* what is transformed */
  int64_t at, held;    /* first and number of the channels that coefs, or the rows of u, hold */
  int64_t pitch;       /* of a channel's coefficients */
  float *coefs;        /* [coefs][held][pitch], from x or for y */
  float *y;            /* images [n][to][ot][oh][ow] */
  int64_t ot, oh, ow;
  const float *bias;
  float *u;              /* weights [WEIGHTS][held][from] */
  int64_t slices, slice; /* their gradient is the sum of u + i slice, i < slices; 0: of one */
  const float *w;        /* [k][c][kt][3][3], of which u has frame kz */
  int64_t kt, kz;
  int64_t from, to; /* channels of the product */
  bool turned;      /* for the input gradient: w is transposed and rotated */
  float *gw;
  float scale;
} job;

/* Elements between coefficients of n elements each: not at addresses that share cache sets. */
static int64_t apart(int64_t n) { return (n + 15) / 16 * 16 + 80; }

/* The coefficient of the weights that coefficient i of tiles meets. */
static inline int64_t weight_of(const form *f, int64_t i) {
  return LT_MIN(i / f->side, TAPS - 1) * TAPS + LT_MIN(i % f->side, TAPS - 1);
}

/* Pixels [x0, x0 + n) of `count` rows from y0 on of frame `image`, counted over all images, to rows
 * `pitch` apart; zero outside of it. */
static void load_rows(float *d, int64_t pitch, int count, const planes *p, int64_t image,
                      int64_t channel, int64_t y0, int64_t x0, int64_t n) {
  int64_t index = (image / p->frames * p->c + channel) * p->frames + image % p->frames;
  const float *plane = p->data + index * p->h * p->w;
  int64_t begin = LT_MIN(LT_MAX(0, -x0), n), end = LT_MAX(begin, LT_MIN(n, p->w - x0));
  for (int i = 0; i < count; i++, d += pitch) {
    int64_t y = y0 + i;
    if (y < 0 || y >= p->h) {
      memset(d, 0, (size_t)n * sizeof(float));
      continue;
    }
    for (int64_t x = 0; x < begin; x++) d[x] = 0;
    copy_run(end - begin, plane + y * p->w + x0 + begin, d + begin);
    for (int64_t x = end; x < n; x++) d[x] = 0;
  }
}

/* Copies n <= LANES elements. */
static inline void put_lanes(float *to, const float *from, int64_t n) {
  if (n == LANES)
    memcpy(to, from, LANES * sizeof(float));
  else
    memcpy(to, from, (size_t)n * sizeof(float));
}

/* ---- chunks ---- */

enum { CHUNK_BYTES = 4 << 20 }; /* of transformed tiles that are worked on at a time */

static int64_t tiles_of(int64_t outputs, int64_t each) { return (outputs + each - 1) / each; }

/* Scratch for the weights, and for the coefficients of a chunk on both sides. */
typedef struct scratch {
  float *block, *weights, *a, *b;
  size_t bytes;
} scratch;

/* Elements between the channels of a chunk: what whole vectors of tiles write fits in, and an odd
 * number of cache lines, so that channels do not share their sets. */
static int64_t pitch_of(const job *j) {
  return ((j->rows * j->tw + LANES - 1 + 15) / 16 * 16) | 16;
}

static lt_status allocate(scratch *work, int64_t weights, int64_t a, int64_t b) {
  work->bytes = (size_t)(weights + a + b) * sizeof(float);
  work->block = lti_alloc_scratch(&work->bytes);
  if (!work->block) return lti_out_of_memory(work->bytes);
  work->weights = work->block;
  work->a = work->weights + weights;
  work->b = work->a + a;
  return LT_OK;
}

/* Slices of the chunks whose weight gradients are summed apart, `size` elements for each sum. */
static int64_t slices_of(int64_t chunks, int64_t size) {
  enum { MOST = 8, MOST_SUMS = 4 << 20 };
  return LT_MAX(1, LT_MIN(LT_MIN(chunks, MOST), MOST_SUMS / size));
}

static int64_t grain_of(int64_t elements) { return 1 + lti_grain / (elements * WEIGHTS); }

#endif
