/* winograd_step1.h: the matrices of F(4 x 4, 3 x 3), and the transforms of its tiles: by strips of
 * the tiles of a row, or LANES tiles at a time where rows are short. */
#ifndef LT_WINOGRAD_STEP1_H
#define LT_WINOGRAD_STEP1_H

#include "cpu/winograd_lanes.h"

enum {
  IN = 6,     /* inputs of a tile in a dimension, and coefficients */
  GROUP = 8,  /* tiles that a vector loop makes; a last group may be partly used */
  STRIP = 64, /* tiles of a row that are transformed together */
  WIDTH = (STRIP + GROUP) * OUT + 16, /* inputs below them */
  SHORT = 5                           /* tiles of a row that is too short for strips */
};

typedef float strip_row[WIDTH];

/* The six combinations B' of rows d0 ... d5, as expressions. */
#define B0(d) (4 * d(0) - 5 * d(2) + d(4))
#define B1(d) ((d(4) - 4 * d(2)) + (d(3) - 4 * d(1)))
#define B2(d) ((d(4) - 4 * d(2)) - (d(3) - 4 * d(1)))
#define B3(d) ((d(4) - d(2)) + 2 * (d(3) - d(1)))
#define B4(d) ((d(4) - d(2)) - 2 * (d(3) - d(1)))
#define B5(d) (4 * d(1) - 5 * d(3) + d(5))

/* Loops over the tiles of a strip by whole groups: what they write beyond the last tile is
 * overwritten by the next row, or lies in the slack behind the last one (see pitch_of). */
#define FOR_GROUPS(t, tiles)                               \
  for (int64_t group = 0; group < (tiles); group += GROUP) \
  _Pragma("GCC ivdep") for (int64_t t = group; t < group + GROUP; t++)

/* Writes coefficient i j of tile t of the strip to out[i IN + j][t]; `step` between coefficients.
 */
static void wide_input(float *out, int64_t step, strip_row *d, int64_t tiles) {
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

/* The six combinations A of rows g0 ... g3. */
#define A0(g) (g(0))
#define A1(g) ((g(0) + g(2)) + (g(1) + g(3)))
#define A2(g) ((g(0) + g(2)) - (g(1) + g(3)))
#define A3(g) ((g(0) + 4 * g(2)) + 2 * (g(1) + 4 * g(3)))
#define A4(g) ((g(0) + 4 * g(2)) - 2 * (g(1) + 4 * g(3)))
#define A5(g) (g(3))

/* The same for the gradient of a tile of outputs: A g A'. */
static void wide_gradient(float *out, int64_t step, strip_row *d, int64_t tiles) {
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

#define TRANSFORM(name, transform, count, overlap)                                \
  static void name(int64_t begin, int64_t end, void *ctx) {                       \
    const job *j = ctx;                                                           \
    int64_t step = apart(j->held * j->pitch);                                     \
    strip_row d[IN];                                                              \
    for (int64_t channel = begin; channel < end; channel++)                       \
      for (int64_t r = 0; r < j->rows; r++) {                                     \
        int64_t image = (j->first + r) / j->th, ty = (j->first + r) % j->th;      \
        float *out = j->coefs + (channel - j->at) * j->pitch + r * j->tw;         \
        for (int64_t t = 0; t < j->tw; t += STRIP) {                              \
          int64_t n = LT_MIN(STRIP, j->tw - t);                                   \
          load_rows(d[0], WIDTH, count, &j->x, image, channel, ty *OUT - j->x.ph, \
                    t * OUT - j->x.pw, n * OUT + (overlap));                      \
          transform(out + t, step, d, n);                                         \
        }                                                                         \
      }                                                                           \
  }
TRANSFORM(wide_input_channels, wide_input, IN, IN - OUT + 2)
TRANSFORM(wide_gradient_channels, wide_gradient, OUT, 0)

/* ---- tiles of outputs ---- */

/* Output channels [begin, end) of the chunk: A' m A, and the bias. */
static void wide_output_channels(int64_t begin, int64_t end, void *ctx) {
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
        const float *m = j->coefs + (channel - j->at) * j->pitch + r * j->tw + t0;
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

/* ---- tiles of short rows ---- */

static inline void lanes_input(float *out, int64_t step, lanes (*d)[EDGE]) {
  lanes v[IN][IN];
  for (int q = 0; q < IN; q++) FOR_LANES(l) {
#define D(i) d[i][q][l]
      v[0][q][l] = B0(D), v[1][q][l] = B1(D), v[2][q][l] = B2(D);
      v[3][q][l] = B3(D), v[4][q][l] = B4(D), v[5][q][l] = B5(D);
#undef D
    }
  for (int i = 0; i < IN; i++, out += IN * step) FOR_LANES(l) {
#define D(q) v[i][q][l]
      out[l] = B0(D), out[step + l] = B1(D), out[2 * step + l] = B2(D);
      out[3 * step + l] = B3(D), out[4 * step + l] = B4(D), out[5 * step + l] = B5(D);
#undef D
    }
}
LANES_INPUT(input_channels, lanes_input, IN, OUT)

static inline void lanes_gradient(float *out, int64_t step, lanes (*d)[EDGE]) {
  lanes v[IN][OUT];
  for (int q = 0; q < OUT; q++) FOR_LANES(l) {
#define D(i) d[i][q][l]
      v[0][q][l] = A0(D), v[1][q][l] = A1(D), v[2][q][l] = A2(D);
      v[3][q][l] = A3(D), v[4][q][l] = A4(D), v[5][q][l] = A5(D);
#undef D
    }
  for (int i = 0; i < IN; i++, out += IN * step) FOR_LANES(l) {
#define D(q) v[i][q][l]
      out[l] = A0(D), out[step + l] = A1(D), out[2 * step + l] = A2(D);
      out[3 * step + l] = A3(D), out[4 * step + l] = A4(D), out[5 * step + l] = A5(D);
#undef D
    }
}
LANES_INPUT(gradient_channels, lanes_gradient, OUT, OUT)

/* The four combinations A' of coefficients m0 ... m5. */
#define Y0(m) (m(0) + m(1) + m(2) + m(3) + m(4))
#define Y1(m) (m(1) - m(2) + 2 * (m(3) - m(4)))
#define Y2(m) (m(1) + m(2) + 4 * (m(3) + m(4)))
#define Y3(m) (m(1) - m(2) + 8 * (m(3) - m(4)) + m(5))

static inline void lanes_output(lanes (*out)[OUT], const float *m, int64_t step, float bias) {
  lanes h[IN][OUT];
  for (int i = 0; i < IN; i++, m += IN * step) FOR_LANES(l) {
#define M(q) m[(q)*step + l]
      h[i][0][l] = Y0(M), h[i][1][l] = Y1(M), h[i][2][l] = Y2(M), h[i][3][l] = Y3(M);
#undef M
    }
  for (int q = 0; q < OUT; q++) FOR_LANES(l) {
#define M(i) h[i][q][l]
      out[0][q][l] = Y0(M) + bias, out[1][q][l] = Y1(M) + bias;
      out[2][q][l] = Y2(M) + bias, out[3][q][l] = Y3(M) + bias;
#undef M
    }
}
LANES_OUTPUT(output_channels, lanes_output, OUT)

/* ---- weights ---- */

/* The six combinations G of weights g0, g1, g2. */
#define G0(g) (g(0) * (1.f / 4))
#define G1(g) ((g(0) + g(2) + g(1)) * (-1.f / 6))
#define G2(g) ((g(0) + g(2) - g(1)) * (-1.f / 6))
#define G3(g) (g(0) * (1.f / 24) + g(1) * (1.f / 12) + g(2) * (1.f / 6))
#define G4(g) (g(0) * (1.f / 24) - g(1) * (1.f / 12) + g(2) * (1.f / 6))
#define G5(g) (g(2))

/* The three combinations G' of coefficients m0 ... m5. */
#define H0(m) (m(0) * (1.f / 4) - (m(1) + m(2)) * (1.f / 6) + (m(3) + m(4)) * (1.f / 24))
#define H1(m) ((m(2) - m(1)) * (1.f / 6) + (m(3) - m(4)) * (1.f / 12))
#define H2(m) ((m(3) + m(4) - m(1) - m(2)) * (1.f / 6) + m(5))

#define FORM(name) name
#include "cpu/winograd_weights.h"

/* The form for images of tw tiles a row. */
static const form *step1_form(int64_t tw) {
  static const form wide = {IN,
                            IN * IN,
                            wide_input_channels,
                            wide_gradient_channels,
                            wide_output_channels,
                            weight_channels,
                            weight_gradients};
  static const form narrow = {IN,
                              IN * IN,
                              input_channels,
                              gradient_channels,
                              output_channels,
                              weight_channels,
                              weight_gradients};
  return tw < SHORT ? &narrow : &wide;
}

#endif
