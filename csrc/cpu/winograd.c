/* Winograd's minimal filtering F(4 x 4, 3 x 3) (A. Lavin and S. Gray, Fast Algorithms for
 * Convolutional Neural Networks, 2016, section 4.3): a tile of 4 x 4 outputs comes from 6 x 6
 * inputs and 3 x 3 weights, all transformed to 6 x 6 coefficients, by 36 products, where the plain
 * sum needs 144. For each coefficient the products of all channels and tiles are a matrix product.
 *
 *   transformed   input B' d B, weights G g G', output A' m A */
#include "cpu/winograd.h"

#include "cpu/winograd_lines.h"
#include "cpu/winograd_matrices.h"

enum {
  OUT = 4,  /* outputs of a tile in a dimension */
  SIDE = 6, /* inputs, and coefficients */
};

/* 6 pixels. */
INLINE void input_line(const lanes *in, int64_t from, bool odd, lanes *out, int64_t to) {
  (void)odd;
#define D(i) in[(i)*from]
  out[0] = B0(D), out[to] = B1(D), out[2 * to] = B2(D);
  out[3 * to] = B3(D), out[4 * to] = B4(D), out[5 * to] = B5(D);
#undef D
}

/* 4 gradients of outputs, for those of the weights. */
INLINE void grad_line(const lanes *in, int64_t from, bool odd, lanes *out, int64_t to) {
  (void)odd;
#define D(i) in[(i)*from]
  out[0] = A0(D), out[to] = A1(D), out[2 * to] = A2(D);
  out[3 * to] = A3(D), out[4 * to] = A4(D), out[5 * to] = A5(D);
#undef D
}

/* 4 outputs. */
INLINE void output_line(const lanes *m, int64_t from, bool odd, lanes *out, int64_t to) {
  (void)odd;
  lanes sum = m[from] + m[2 * from], difference = m[from] - m[2 * from];
  lanes sum2 = m[3 * from] + m[4 * from], difference2 = m[3 * from] - m[4 * from];
  out[0] = m[0] + sum + sum2;
  out[to] = difference + 2 * difference2;
  out[2 * to] = sum + 4 * sum2;
  out[3 * to] = difference + 8 * difference2 + m[5 * from];
}

/* 3 weights; turned: in the other order. */
INLINE void weight_line(const lanes *in, int64_t from, bool turned, lanes *u, int64_t to) {
#define D(i) in[(turned ? 2 - (i) : (i)) * from]
  u[0] = G0(D), u[to] = G1(D), u[2 * to] = G2(D);
  u[3 * to] = G3(D), u[4 * to] = G4(D), u[5 * to] = G5(D);
#undef D
}

/* The gradients of 3 weights. */
INLINE void gradient_line(const lanes *u, int64_t from, bool odd, lanes *g, int64_t to) {
  (void)odd;
#define D(i) u[(i)*from]
  g[0] = H0(D), g[to] = H1(D), g[2 * to] = H2(D);
#undef D
}

TILE_COEFS(input_coefs, input_line, SIDE, SIDE)
TILE_COEFS(grad_coefs, grad_line, OUT, SIDE)
TILE_PIXELS(output_pixels, output_line, OUT, SIDE)
TILE_WEIGHTS(weight_coefs, weight_line, SIDE)
TILE_GRADIENT(weight_gradients, gradient_line, SIDE)

#define SIX(i) i, i + 1, i + 2, i + 3, i + 4, i + 5
static const uint8_t class_of[SIDE * SIDE] = {SIX(0), SIX(6), SIX(12), SIX(18), SIX(24), SIX(30)};

static const scheme square = {.slots = SIDE * SIDE,
                              .classes = SIDE * SIDE,
                              .class = class_of,
                              .weights = weight_coefs,
                              .gradient = weight_gradients};

static int64_t tiles_of(int64_t outputs) { return (outputs + OUT - 1) / OUT; }

static bool is_volume(const lt_window *s) { return s->t * s->ot * s->kt > 1; }

static bool pays(const lt_window *s) {
  if (s->sh != 1 || s->sw != 1 || s->st != 1 || s->dt != 1 || s->pt >= s->kt) return false;
  /* in products of the matrices; the transforms of an element take the time of so many */
  double tile_cost = is_volume(s) ? 40 : 30;
  double weight_cost = is_volume(s) ? 20 : VL == 8 ? 16 : 8; /* of AVX2: its products are fast */
  double frames = (double)s->n * (double)s->ot, outputs = frames * (double)s->oh * (double)s->ow;
  double tiles = frames * (double)tiles_of(s->oh) * (double)tiles_of(s->ow);
  double c = (double)s->c, k = (double)s->k, kt = (double)s->kt;
  double own = SIDE * SIDE * (c * k * kt * (tiles + weight_cost) + (c + k) * tiles * tile_cost);
  return own < 9 * c * k * kt * outputs && SIDE * SIDE * c * k * kt < 0x1p32;
}

static tiled inputs_of(const float *x, int64_t c, int64_t h, int64_t w, int64_t ph, int64_t pw) {
  return (tiled){x, c, h, w, {.side = SIDE, .step = OUT, .y0 = -ph, .x0 = -pw}, input_coefs};
}

/* y[n to oh ow] from p->in. */
static lt_status correlate(lane_pass *p, int64_t oh, int64_t ow) {
  p->scheme = &square;
  p->th = tiles_of(oh), p->tw = tiles_of(ow);
  p->oh = oh, p->ow = ow;
  p->out.side = OUT;
  p->output = output_pixels;
  return CPU(winograd_lanes)(p);
}

static lt_status forward(const lt_window *s, float *y, const float *x, const float *w,
                         const float *bias) {
  lane_pass p = {.n = s->n,
                 .in = inputs_of(x, s->c, s->h, s->w, s->ph, s->pw),
                 .w = w,
                 .to = s->k,
                 .y = y,
                 .bias = bias};
  return correlate(&p, s->oh, s->ow);
}

static lt_status grad_input(const lt_window *s, float *gx, const float *gy, const float *w,
                            const float *bias) {
  lane_pass p = {.n = s->n,
                 .in = inputs_of(gy, s->k, s->oh, s->ow, 2 - s->ph, 2 - s->pw),
                 .w = w,
                 .turned = true,
                 .to = s->c,
                 .y = gx,
                 .bias = bias};
  return correlate(&p, s->h, s->w);
}

static lt_status grad_weight(const lt_window *s, float *gw, const float *x, const float *gy,
                             double scale) {
  tiling t = {.side = OUT, .step = OUT};
  lane_pass p = {.scheme = &square,
                 .n = s->n,
                 .th = tiles_of(s->oh),
                 .tw = tiles_of(s->ow),
                 .in = inputs_of(x, s->c, s->h, s->w, s->ph, s->pw),
                 .to = s->k,
                 .grad = {gy, s->k, s->oh, s->ow, t, grad_coefs},
                 .gw = gw,
                 .scale = (float)scale};
  return CPU(winograd_lanes)(&p);
}

static const filtering images = {forward, grad_input, grad_weight};

const filtering *CPU(winograd)(int dtype, const lt_window *s) {
  enum { LEAST = 16 }; /* channels */
  if (dtype != LT_FLOAT || s->kh != 3 || s->kw != 3 || s->dh != 1 || s->dw != 1 || s->groups != 1 ||
      s->ph > 2 || s->pw > 2 || s->c < LEAST || s->k < LEAST)
    return NULL;
  if (pays(s)) return is_volume(s) ? &CPU(winograd_volume) : &images;
  if (!is_volume(s) && CPU(winograd_stride_pays)(s)) return &CPU(winograd_stride);
  return NULL;
}
