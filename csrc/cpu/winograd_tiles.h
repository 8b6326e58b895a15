/* winograd_tiles.h: the transforms of winograd_volume.c: tiles of inputs, of gradients and of
 * outputs, and weights, by the matrices B, G and A of F(4 x 4, 3 x 3), for rows of tiles side by
 * side in vectors; and scratch for chunks of them. */
#ifndef LT_WINOGRAD_TILES_H
#define LT_WINOGRAD_TILES_H

#include "cpu/isa.h"
#include "cpu/tasks.h"
#include "cpu/winograd_matrices.h"

enum {
  OUT = 4,         /* outputs of a tile in a dimension */
  IN = 6,          /* inputs, and coefficients */
  COEFS = IN * IN, /* coefficients of a tile */
  LANES = 16,      /* weights that are transformed together */
  GROUP = 8,       /* tiles that a vector loop makes; a last group may be partly used */
  STRIP = 64,      /* tiles of a row that are transformed together */
  WIDTH = (STRIP + GROUP) * OUT + 16, /* inputs below them */
};

typedef float strip_row[WIDTH];

/* Images, or volumes of some frames, of c channels, seen through tiles that begin at pixel (-ph,
 * -pw). */
typedef struct planes {
  const float *data;
  int64_t c, h, w, ph, pw, frames;
} planes;

typedef struct job {
  int64_t th, tw;      /* tiles of an image */
  int64_t first, rows; /* tile rows of the chunk, counted over all frames of all images */
  planes x;            /* what is transformed */
  int64_t held;        /* channels that coefs hold */
  int64_t pitch;       /* of a channel's coefficients */
  float *coefs;        /* [COEFS][held][pitch], from x or for y */
  float *y;            /* images [n][to][ot][oh][ow] */
  int64_t ot, oh, ow;
  const float *bias;
  float *u;              /* weights [COEFS][held][from] */
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

/* ---- tiles of inputs ---- */

/* Rows of a strip: pixels [x0, x0 + n) of `count` rows from y0 on of frame `image`, counted over
 * all images; zero outside of it. */
static void load_rows(strip_row *d, int count, const planes *p, int64_t image, int64_t channel,
                      int64_t y0, int64_t x0, int64_t n) {
  int64_t index = (image / p->frames * p->c + channel) * p->frames + image % p->frames;
  const float *plane = p->data + index * p->h * p->w;
  int64_t begin = LT_MIN(LT_MAX(0, -x0), n), end = LT_MAX(begin, LT_MIN(n, p->w - x0));
  for (int i = 0; i < count; i++) {
    int64_t y = y0 + i;
    if (y < 0 || y >= p->h) {
      memset(d[i], 0, (size_t)n * sizeof(float));
      continue;
    }
    for (int64_t x = 0; x < begin; x++) d[i][x] = 0;
    memcpy(d[i] + begin, plane + y * p->w + x0 + begin, (size_t)(end - begin) * sizeof(float));
    for (int64_t x = end; x < n; x++) d[i][x] = 0;
  }
}

/* Loops over the tiles of a strip by whole groups: what they write beyond the last tile is
 * overwritten by the next row, or lies in the slack behind the last one (see pitch_of). */
#define FOR_GROUPS(t, tiles)                               \
  for (int64_t group = 0; group < (tiles); group += GROUP) \
  _Pragma("GCC ivdep") for (int64_t t = group; t < group + GROUP; t++)

/* Writes coefficient i j of tile t of the strip to out[i IN + j][t]; `step` between coefficients.
 */
static void transform_input(float *out, int64_t step, strip_row *d, int64_t tiles) {
  strip_row v[IN];
  int64_t n = (OUT * tiles + 2 + 15) / 16 * 16;
#define D(i) d[i][x]
  for (int64_t x = 0; x < n; x++) {
    v[0][x] = B0(D), v[1][x] = B1(D), v[2][x] = B2(D);
    v[3][x] = B3(D), v[4][x] = B4(D), v[5][x] = B5(D);
  }
#undef D
  for (int i = 0; i < IN; i++, out += IN * step) {
    float phase[OUT][STRIP + GROUP];
    FOR_GROUPS(t, tiles + 1) {
      phase[0][t] = v[i][OUT * t], phase[1][t] = v[i][OUT * t + 1];
      phase[2][t] = v[i][OUT * t + 2], phase[3][t] = v[i][OUT * t + 3];
    }
#define D(j) phase[(j) % OUT][t + (j) / OUT]
    FOR_GROUPS(t, tiles) {
      out[t] = B0(D), out[step + t] = B1(D), out[2 * step + t] = B2(D);
      out[3 * step + t] = B3(D), out[4 * step + t] = B4(D), out[5 * step + t] = B5(D);
    }
#undef D
  }
}

/* The same for the gradient of a tile of outputs: A g A'. */
static void transform_gradient(float *out, int64_t step, strip_row *d, int64_t tiles) {
  strip_row v[IN];
  int64_t n = (OUT * tiles + 15) / 16 * 16;
#define D(i) d[i][x]
  for (int64_t x = 0; x < n; x++) {
    v[0][x] = A0(D), v[1][x] = A1(D), v[2][x] = A2(D);
    v[3][x] = A3(D), v[4][x] = A4(D), v[5][x] = A5(D);
  }
#undef D
  for (int i = 0; i < IN; i++, out += IN * step) {
#define D(j) v[i][OUT * t + (j)]
    FOR_GROUPS(t, tiles) {
      out[t] = A0(D), out[step + t] = A1(D), out[2 * step + t] = A2(D);
      out[3 * step + t] = A3(D), out[4 * step + t] = A4(D), out[5 * step + t] = A5(D);
    }
#undef D
  }
}

#define TRANSFORM(name, transform, count, overlap)                                         \
  static void name(int64_t begin, int64_t end, void *ctx) {                                \
    const job *j = ctx;                                                                    \
    int64_t step = apart(j->held * j->pitch);                                              \
    strip_row d[IN];                                                                       \
    for (int64_t channel = begin; channel < end; channel++)                                \
      for (int64_t r = 0; r < j->rows; r++) {                                              \
        int64_t image = (j->first + r) / j->th, ty = (j->first + r) % j->th;               \
        float *out = j->coefs + channel * j->pitch + r * j->tw;                            \
        for (int64_t t = 0; t < j->tw; t += STRIP) {                                       \
          int64_t n = LT_MIN(STRIP, j->tw - t);                                            \
          load_rows(d, count, &j->x, image, channel, ty *OUT - j->x.ph, t * OUT - j->x.pw, \
                    n * OUT + (overlap));                                                  \
          transform(out + t, step, d, n);                                                  \
        }                                                                                  \
      }                                                                                    \
  }
TRANSFORM(input_channels, transform_input, IN, IN - OUT + 2)
TRANSFORM(gradient_channels, transform_gradient, OUT, 0)

/* ---- tiles of outputs ---- */

/* Output channels [begin, end) of the chunk: A' m A, and the bias. */
static void output_channels(int64_t begin, int64_t end, void *ctx) {
  const job *j = ctx;
  int64_t step = apart(j->held * j->pitch);
  strip_row h[IN], row;
  for (int64_t channel = begin; channel < end; channel++) {
    float bias = j->bias ? j->bias[channel] : 0;
    for (int64_t r = 0; r < j->rows; r++) {
      int64_t image = (j->first + r) / j->th, y = (j->first + r) % j->th * OUT;
      int64_t index = (image / j->ot * j->to + channel) * j->ot + image % j->ot;
      float *plane = j->y + index * j->oh * j->ow;
      for (int64_t t0 = 0; t0 < j->tw; t0 += STRIP) {
        int64_t n = LT_MIN(STRIP, j->tw - t0), x0 = t0 * OUT;
        const float *m = j->coefs + channel * j->pitch + r * j->tw + t0;
        for (int i = 0; i < IN; i++, m += IN * step) FOR_GROUPS(t, n) {
            float sum = m[step + t] + m[2 * step + t], difference = m[step + t] - m[2 * step + t];
            float sum2 = m[3 * step + t] + m[4 * step + t],
                  difference2 = m[3 * step + t] - m[4 * step + t];
            h[i][OUT * t] = m[t] + sum + sum2;
            h[i][OUT * t + 1] = difference + 2 * difference2;
            h[i][OUT * t + 2] = sum + 4 * sum2;
            h[i][OUT * t + 3] = difference + 8 * difference2 + m[5 * step + t];
          }
        int64_t width = LT_MIN(n * OUT, j->ow - x0);
#define STORE(q, value)                                                         \
  if (y + (q) < j->oh) {                                                        \
    for (int64_t x = 0; x < n * OUT; x++) row[x] = (value) + bias;              \
    memcpy(plane + (y + (q)) * j->ow + x0, row, (size_t)width * sizeof(float)); \
  }
        STORE(0, h[0][x] + h[1][x] + h[2][x] + h[3][x] + h[4][x])
        STORE(1, h[1][x] - h[2][x] + 2 * (h[3][x] - h[4][x]))
        STORE(2, h[1][x] + h[2][x] + 4 * (h[3][x] + h[4][x]))
        STORE(3, h[1][x] - h[2][x] + 8 * (h[3][x] - h[4][x]) + h[5][x])
#undef STORE
      }
    }
  }
}

/* ---- weights ---- */

/* Copies n <= LANES elements. */
static inline void put_lanes(float *to, const float *from, int64_t n) {
  if (n == LANES)
    memcpy(to, from, LANES * sizeof(float));
  else
    memcpy(to, from, (size_t)n * sizeof(float));
}

/* u[.][to][.] for output channels [begin, end): G g G'. LANES input channels are made at a
 * time. */
static void weight_channels(int64_t begin, int64_t end, void *ctx) {
  const job *j = ctx;
  int64_t step = apart(j->held * j->from);
  for (int64_t to = begin; to < end; to++)
    for (int64_t first = 0; first < j->from; first += LANES) {
      float g[9][LANES] = {{0}}, v[IN][3][LANES], u[IN][LANES];
      int64_t n = LT_MIN(LANES, j->from - first);
      for (int64_t l = 0; l < n; l++) {
        int64_t from = first + l;
        int64_t index = j->turned ? from * j->to + to : to * j->from + from;
        const float *w = j->w + (index * j->kt + j->kz) * 9;
        for (int i = 0; i < 9; i++) g[i][l] = w[j->turned ? 8 - i : i];
      }
      for (int i = 0; i < 3; i++)
        for (int l = 0; l < LANES; l++) {
#define D(q) g[3 * (q) + i][l]
          v[0][i][l] = G0(D), v[1][i][l] = G1(D), v[2][i][l] = G2(D);
          v[3][i][l] = G3(D), v[4][i][l] = G4(D), v[5][i][l] = G5(D);
#undef D
        }
      float *out = j->u + to * j->from + first;
      for (int i = 0; i < IN; i++) {
        for (int l = 0; l < LANES; l++) {
#define D(q) v[i][q][l]
          u[0][l] = G0(D), u[1][l] = G1(D), u[2][l] = G2(D);
          u[3][l] = G3(D), u[4][l] = G4(D), u[5][l] = G5(D);
#undef D
        }
        for (int q = 0; q < IN; q++, out += step) put_lanes(out, u[q], n);
      }
    }
}

/* gw += scale G' u G for output channels [begin, end). */
static void weight_gradients(int64_t begin, int64_t end, void *ctx) {
  const job *j = ctx;
  int64_t step = apart(j->held * j->from), last = end * j->from;
  float *gw = j->gw + j->kz * 9;
  for (int64_t first = begin * j->from; first < last; first += LANES) {
    float u[COEFS][LANES] = {{0}}, v[IN][3][LANES], g[9][LANES];
    int64_t n = LT_MIN(LANES, last - first);
    for (int i = 0; i < COEFS; i++) {
      const float *sum = j->u + i * step + first;
      put_lanes(u[i], sum, n);
      for (int64_t q = 1; q < j->slices; q++)
        for (int64_t l = 0; l < n; l++) u[i][l] += sum[q * j->slice + l];
    }
    for (int i = 0; i < IN; i++)
      for (int l = 0; l < LANES; l++) {
#define D(q) u[IN * i + (q)][l]
        v[i][0][l] = H0(D), v[i][1][l] = H1(D), v[i][2][l] = H2(D);
#undef D
      }
    for (int i = 0; i < 3; i++)
      for (int l = 0; l < LANES; l++) {
#define D(q) v[q][i][l]
        g[i][l] = H0(D), g[3 + i][l] = H1(D), g[6 + i][l] = H2(D);
#undef D
      }
    for (int64_t l = 0; l < n; l++)
      for (int i = 0; i < 9; i++) gw[(first + l) * j->kt * 9 + i] += j->scale * g[i][l];
  }
}

/* ---- chunks ---- */

enum { CHUNK_BYTES = 4 << 20 }; /* of transformed tiles that are worked on at a time */

static int64_t tiles_of(int64_t outputs) { return (outputs + OUT - 1) / OUT; }

/* Scratch for the weights, and for the coefficients of chunks. */
typedef struct scratch {
  float *block, *weights, *a;
  size_t bytes;
} scratch;

/* Elements between the channels of a chunk: what whole groups write fits in. */
static int64_t pitch_of(const job *j) {
  return ((j->rows - 1) * j->tw + (j->tw + GROUP - 1) / GROUP * GROUP + 15) / 16 * 16;
}

static lt_status allocate(scratch *work, int64_t weights, int64_t a) {
  work->bytes = (size_t)(weights + a) * sizeof(float);
  work->block = lti_alloc_scratch(&work->bytes);
  if (!work->block) return lti_out_of_memory(work->bytes);
  work->weights = work->block;
  work->a = work->weights + weights;
  return LT_OK;
}

/* Slices of the chunks whose weight gradients are summed apart, `size` elements for each sum. */
static int64_t slices_of(int64_t chunks, int64_t size) {
  enum { MOST = 8, MOST_SUMS = 4 << 20 };
  return LT_MAX(1, LT_MIN(LT_MIN(chunks, MOST), MOST_SUMS / size));
}

static int64_t grain_of(int64_t elements) { return 1 + lti_grain / (elements * COEFS); }

#endif
