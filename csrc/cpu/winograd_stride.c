/* Convolution of Float images with 3 x 3 windows in steps of two, by minimal filtering of its four
 * parts (C. Huang et al., DWM: A Decomposable Winograd Method for Convolution Acceleration, 2020).
 * In each dimension two of the three weights meet every other pixel, and F(4, 2) takes 5 products
 * for 4 outputs instead of 8; the third one meets the pixels between, with 4 products. So 4 x 4
 * outputs take 81 products where the plain sum needs 144. */
#include "cpu/winograd.h"

#include "cpu/winograd_lines.h"

enum {
  TAPPED = 5,          /* coefficients of the two weights */
  OUT = 4,             /* outputs, and coefficients of the third weight */
  SIDE = TAPPED + OUT, /* coefficients in a dimension */
  PARTS = TAPPED + 1,  /* those of weights */
  SEEN = 2 * OUT + 1,  /* pixels that a tile of outputs sees in a dimension */
  SLOTS = SIDE * SIDE,
};

/* The coefficients of pixels d0 ... d4 that two weights meet: F(4, 2) at points 0, 1, -1, 2. */
INLINE void tapped(lanes d0, lanes d1, lanes d2, lanes d3, lanes d4, lanes *out, int64_t to) {
  out[0] = 2 * (d0 - d2) + (d3 - d1);
  out[to] = (d3 - d2) - 2 * d1;
  out[2 * to] = (d3 - d2) + 2 * (d1 - d2);
  out[3 * to] = d3 - d1;
  out[4 * to] = 2 * (d1 - d3) + (d4 - d2);
}

/* 9 pixels. */
INLINE void input_line(const lanes *in, int64_t from, bool odd, lanes *out, int64_t to) {
  (void)odd;
  tapped(in[0], in[2 * from], in[4 * from], in[6 * from], in[8 * from], out, to);
  UNROLL for (int i = 0; i < OUT; i++) out[(TAPPED + i) * to] = in[(2 * i + 1) * from];
}

/* 5 gradients of outputs, for 8 pixels, of which the even or the odd ones meet two weights. */
INLINE void back_line(const lanes *in, int64_t from, bool odd, lanes *out, int64_t to) {
  tapped(in[0], in[from], in[2 * from], in[3 * from], in[4 * from], out, to);
  UNROLL for (int i = 0; i < OUT; i++) out[(TAPPED + i) * to] = in[(i + !odd) * from];
}

/* 4 gradients of outputs, for those of the weights. */
INLINE void grad_line(const lanes *in, int64_t from, bool odd, lanes *out, int64_t to) {
  (void)odd;
  lanes g0 = in[0], g1 = in[from], g2 = in[2 * from], g3 = in[3 * from];
  out[0] = g0;
  out[to] = (g0 + g2) + (g1 + g3);
  out[2 * to] = (g0 + g2) - (g1 + g3);
  out[3 * to] = (g0 + 4 * g2) + 2 * (g1 + 4 * g3);
  out[4 * to] = g3;
  UNROLL for (int i = 0; i < OUT; i++) out[(TAPPED + i) * to] = in[i * from];
}

/* What coefficients m0 ... m4 add to 4 pixels. */
INLINE void untapped(const lanes *m, int64_t from, lanes r[OUT]) {
  lanes sum = m[from] + m[2 * from], difference = m[from] - m[2 * from];
  r[0] = m[0] + sum + m[3 * from];
  r[1] = difference + 2 * m[3 * from];
  r[2] = sum + 4 * m[3 * from];
  r[3] = difference + 8 * m[3 * from] + m[4 * from];
}

/* 4 outputs. */
INLINE void output_line(const lanes *m, int64_t from, bool odd, lanes *out, int64_t to) {
  (void)odd;
  lanes r[OUT];
  untapped(m, from, r);
  UNROLL for (int i = 0; i < OUT; i++) out[i * to] = r[i] + m[(TAPPED + i) * from];
}

/* 8 pixels of the input gradient. */
INLINE void pixel_line(const lanes *m, int64_t from, bool odd, lanes *out, int64_t to) {
  lanes r[OUT];
  untapped(m, from, r);
  UNROLL for (int i = 0; i < OUT; i++) {
    out[(2 * i + odd) * to] = r[i];
    out[(2 * i + !odd) * to] = m[(TAPPED + i) * from];
  }
}

TILE_COEFS(input_coefs, input_line, SEEN, SIDE)
TILE_COEFS(back_coefs, back_line, TAPPED, SIDE)
TILE_COEFS(grad_coefs, grad_line, OUT, SIDE)
TILE_PIXELS(output_pixels, output_line, OUT, SIDE)
TILE_PIXELS(input_pixels, pixel_line, 2 * OUT, SIDE)

/* 3 weights, of which the outer two meet the same pixels; turned: in the other order. */
INLINE void part_line(const lanes *in, int64_t from, bool turned, lanes *u, int64_t to) {
  lanes first = in[turned ? 2 * from : 0], second = in[turned ? 0 : 2 * from];
  u[0] = first * (1.f / 2);
  u[to] = (first + second) * (-1.f / 2);
  u[2 * to] = (second - first) * (1.f / 6);
  u[3 * to] = first * (1.f / 6) + second * (1.f / 3);
  u[4 * to] = second;
  u[5 * to] = in[from];
}

/* The gradients of 3 weights. */
INLINE void weight_line(const lanes *u, int64_t from, bool odd, lanes *g, int64_t to) {
  (void)odd;
  g[0] = (u[0] - u[from]) * (1.f / 2) + (u[3 * from] - u[2 * from]) * (1.f / 6);
  g[to] = u[5 * from];
  g[2 * to] = u[2 * from] * (1.f / 6) - u[from] * (1.f / 2) + u[3 * from] * (1.f / 3) + u[4 * from];
}

TILE_WEIGHTS(weight_parts, part_line, PARTS)
TILE_GRADIENT(weight_gradients, weight_line, PARTS)

/* ---- passes ---- */

/* Coefficient i SIDE + j is multiplied by part p(i) PARTS + p(j), p(i) = i up to TAPPED. */
#define ROW(p)                                                                                \
  PARTS *(p), PARTS *(p) + 1, PARTS *(p) + 2, PARTS *(p) + 3, PARTS *(p) + 4, PARTS *(p) + 5, \
      PARTS *(p) + 5, PARTS *(p) + 5, PARTS *(p) + 5
static const uint8_t class_of[SLOTS] = {ROW(0), ROW(1), ROW(2), ROW(3), ROW(4),
                                        ROW(5), ROW(5), ROW(5), ROW(5)};

static const scheme strided = {.slots = SLOTS,
                               .classes = PARTS * PARTS,
                               .class = class_of,
                               .weights = weight_parts,
                               .gradient = weight_gradients};

static int64_t tiles_of(int64_t pixels, int64_t side) { return (pixels + side - 1) / side; }

bool CPU(winograd_stride_pays)(const lt_window *s) {
  if (s->sh != 2 || s->sw != 2) return false;
  enum { TILE_COST = 12, WEIGHT_COST = VL == 8 ? 14 : 7 }; /* of AVX2: its products are fast */
  /* in products of the matrices; the transforms of an element take the time of so many */
  double tiles = (double)s->n * (double)tiles_of(s->oh, OUT) * (double)tiles_of(s->ow, OUT);
  double outputs = (double)s->n * (double)s->oh * (double)s->ow, c = (double)s->c, k = (double)s->k;
  double own =
      c * k * (SLOTS * tiles + PARTS * PARTS * WEIGHT_COST) + SLOTS * tiles * (c + k) * TILE_COST;
  return own < WINDOW * c * k * outputs && SLOTS * c * k < 0x1p32;
}

static tiled inputs_of(const lt_window *s, const float *x) {
  return (tiled){.data = x,
                 .c = s->c,
                 .h = s->h,
                 .w = s->w,
                 .t = {.side = SEEN, .step = 2 * OUT, .y0 = -s->ph, .x0 = -s->pw},
                 .transform = input_coefs};
}

static lt_status forward(const lt_window *s, float *y, const float *x, const float *w,
                         const float *bias) {
  lane_pass p = {.scheme = &strided,
                 .n = s->n,
                 .th = tiles_of(s->oh, OUT),
                 .tw = tiles_of(s->ow, OUT),
                 .in = inputs_of(s, x),
                 .w = w,
                 .to = s->k,
                 .y = y,
                 .oh = s->oh,
                 .ow = s->ow,
                 .out = {.side = OUT},
                 .output = output_pixels,
                 .bias = bias};
  return CPU(winograd_lanes)(&p);
}

/* Tiles of 8 pixels begin where the image does: with odd padding, at a pixel that one weight meets.
 */
static lt_status grad_input(const lt_window *s, float *gx, const float *gy, const float *w,
                            const float *bias) {
  tiling t = {.side = TAPPED,
              .step = OUT,
              .y0 = (s->ph + 1) / 2 - 1,
              .x0 = (s->pw + 1) / 2 - 1,
              .odd_y = s->ph % 2 == 1,
              .odd_x = s->pw % 2 == 1};
  lane_pass p = {.scheme = &strided,
                 .n = s->n,
                 .th = tiles_of(s->h, 2 * OUT),
                 .tw = tiles_of(s->w, 2 * OUT),
                 .in = {gy, s->k, s->oh, s->ow, t, back_coefs},
                 .w = w,
                 .turned = true,
                 .to = s->c,
                 .y = gx,
                 .oh = s->h,
                 .ow = s->w,
                 .out = t,
                 .output = input_pixels,
                 .bias = bias};
  p.out.side = 2 * OUT;
  return CPU(winograd_lanes)(&p);
}

static lt_status grad_weight(const lt_window *s, float *gw, const float *x, const float *gy,
                             double scale) {
  tiling t = {.side = OUT, .step = OUT};
  lane_pass p = {.scheme = &strided,
                 .n = s->n,
                 .th = tiles_of(s->oh, OUT),
                 .tw = tiles_of(s->ow, OUT),
                 .in = inputs_of(s, x),
                 .to = s->k,
                 .grad = {gy, s->k, s->oh, s->ow, t, grad_coefs},
                 .gw = gw,
                 .scale = (float)scale};
  return CPU(winograd_lanes)(&p);
}

const filtering CPU(winograd_stride) = {forward, grad_input, grad_weight};
