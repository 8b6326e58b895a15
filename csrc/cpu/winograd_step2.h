/* winograd_step2.h: 3 x 3 windows at step 2 with a padding of 1, in parts (C. Huang et al., DWM: A
 * Decomposable Winograd Method for Convolution Acceleration, 2020). In each dimension the first and
 * the last weight meet every second pixel, as F(4, 2) does at step 1 with the points 0, 1, -1, 2
 * and infinity, and the middle one those between, as it is: nine coefficients for four outputs.
 *
 *   inputs e0 o0 e1 o1 e2 o2 e3 o3 e4:  B' e and o;  outputs  A' m + n  of the products m and n
 *
 * The gradient of the input is made from gradients g0 ... g4 of the outputs: B' g, of which every
 * second pixel is A' m, and g0 ... g3, which make the pixels between. */
#ifndef LT_WINOGRAD_STEP2_H
#define LT_WINOGRAD_STEP2_H

#include "cpu/winograd_lanes.h"

enum {
  EVEN = 5,          /* coefficients of every second pixel in a dimension */
  SIDE2 = EVEN + OUT /* of all of them */
};

/* The five combinations B' of pixels e0 ... e4. */
#define E0(e) (2 * (e(0) - e(2)) + (e(3) - e(1)))
#define E1(e) (e(3) - e(2) - 2 * e(1))
#define E2(e) (e(3) - 3 * e(2) + 2 * e(1))
#define E3(e) (e(3) - e(1))
#define E4(e) (2 * (e(1) - e(3)) + (e(4) - e(2)))

/* The five combinations A of outputs g0 ... g3. */
#define P0(g) (g(0))
#define P1(g) ((g(0) + g(2)) + (g(1) + g(3)))
#define P2(g) ((g(0) + g(2)) - (g(1) + g(3)))
#define P3(g) ((g(0) + 4 * g(2)) + 2 * (g(1) + 4 * g(3)))
#define P4(g) (g(3))

/* The four combinations A' of coefficients m0 ... m4. */
#define S0(m) (m(0) + m(1) + m(2) + m(3))
#define S1(m) (m(1) - m(2) + 2 * m(3))
#define S2(m) (m(1) + m(2) + 4 * m(3))
#define S3(m) (m(1) - m(2) + 8 * m(3) + m(4))

/* Combinations of d[even i] by rows, columns, then both: rows of d that are in no combination are
 * at d[between i]. */
#define STEP2_INPUT(name, edge, K0, K1, K2, K3, K4, even, between)                             \
  static inline void name(float *out, int64_t step, lanes(*d)[EDGE]) {                         \
    lanes v[EVEN][edge];                                                                       \
    for (int q = 0; q < (edge); q++) FOR_LANES(l) {                                            \
        v[0][q][l] = K0(ROW_##even), v[1][q][l] = K1(ROW_##even), v[2][q][l] = K2(ROW_##even); \
        v[3][q][l] = K3(ROW_##even), v[4][q][l] = K4(ROW_##even);                              \
      }                                                                                        \
    for (int i = 0; i < SIDE2; i++) {                                                          \
      const lanes *row = i < EVEN ? v[i] : d[between(i - EVEN)];                               \
      FOR_LANES(l) {                                                                           \
        out[l] = K0(COLUMN_##even), out[step + l] = K1(COLUMN_##even);                         \
        out[2 * step + l] = K2(COLUMN_##even), out[3 * step + l] = K3(COLUMN_##even);          \
        out[4 * step + l] = K4(COLUMN_##even);                                                 \
      }                                                                                        \
      out += EVEN * step;                                                                      \
      for (int q = 0; q < OUT; q++, out += step) FOR_LANES(l) out[l] = row[between(q)][l];     \
    }                                                                                          \
  }
#define ROW_every(i) d[i][q][l]
#define ROW_second(i) d[2 * (i)][q][l]
#define COLUMN_every(i) row[i][l]
#define COLUMN_second(i) row[2 * (i)][l]
#define SAME(i) (i)
#define BETWEEN(i) (2 * (i) + 1)
STEP2_INPUT(step2_pixels, 9, E0, E1, E2, E3, E4, second, BETWEEN)
STEP2_INPUT(step2_gradients, 5, E0, E1, E2, E3, E4, every, SAME)
STEP2_INPUT(step2_outputs, 4, P0, P1, P2, P3, P4, every, SAME)
LANES_INPUT(step2_input_channels, step2_pixels, 9, 2 * OUT)
LANES_INPUT(step2_back_channels, step2_gradients, 5, OUT)
LANES_INPUT(step2_gradient_channels, step2_outputs, 4, OUT)

static inline void step2_sum(lanes (*out)[OUT], const float *m, int64_t step, float bias) {
  lanes h[SIDE2][OUT];
  for (int i = 0; i < SIDE2; i++, m += SIDE2 * step) FOR_LANES(l) {
#define M(q) m[(q)*step + l]
      h[i][0][l] = S0(M) + M(5), h[i][1][l] = S1(M) + M(6);
      h[i][2][l] = S2(M) + M(7), h[i][3][l] = S3(M) + M(8);
#undef M
    }
  for (int q = 0; q < OUT; q++) FOR_LANES(l) {
#define M(i) h[i][q][l]
      out[0][q][l] = S0(M) + M(5) + bias, out[1][q][l] = S1(M) + M(6) + bias;
      out[2][q][l] = S2(M) + M(7) + bias, out[3][q][l] = S3(M) + M(8) + bias;
#undef M
    }
}
LANES_OUTPUT(step2_output_channels, step2_sum, OUT)

static inline void step2_spread(lanes (*out)[2 * OUT], const float *m, int64_t step, float bias) {
  lanes h[SIDE2][2 * OUT];
  for (int i = 0; i < SIDE2; i++, m += SIDE2 * step) FOR_LANES(l) {
#define M(q) m[(q)*step + l]
      h[i][0][l] = M(5), h[i][1][l] = S0(M), h[i][2][l] = M(6), h[i][3][l] = S1(M);
      h[i][4][l] = M(7), h[i][5][l] = S2(M), h[i][6][l] = M(8), h[i][7][l] = S3(M);
#undef M
    }
  for (int q = 0; q < 2 * OUT; q++) FOR_LANES(l) {
#define M(i) h[i][q][l]
      out[0][q][l] = M(5) + bias, out[1][q][l] = S0(M) + bias;
      out[2][q][l] = M(6) + bias, out[3][q][l] = S1(M) + bias;
      out[4][q][l] = M(7) + bias, out[5][q][l] = S2(M) + bias;
      out[6][q][l] = M(8) + bias, out[7][q][l] = S3(M) + bias;
#undef M
    }
}
LANES_OUTPUT(step2_spread_channels, step2_spread, 2 * OUT)

#define G0(g) (g(0) * (1.f / 2))
#define G1(g) ((g(0) + g(2)) * (-1.f / 2))
#define G2(g) ((g(2) - g(0)) * (1.f / 6))
#define G3(g) (g(0) * (1.f / 6) + g(2) * (1.f / 3))
#define G4(g) (g(2))
#define G5(g) (g(1))
#define H0(m) ((m(0) - m(1)) * (1.f / 2) + (m(3) - m(2)) * (1.f / 6))
#define H1(m) (m(5))
#define H2(m) (m(4) - m(1) * (1.f / 2) + m(2) * (1.f / 6) + m(3) * (1.f / 3))
#define FORM(name) step2_##name
#include "cpu/winograd_weights.h"

static const form step2_form = {SIDE2,
                                SIDE2 *SIDE2,
                                step2_input_channels,
                                step2_gradient_channels,
                                step2_output_channels,
                                step2_weight_channels,
                                step2_weight_gradients};
static const form step2_back_form = {SIDE2, SIDE2 *SIDE2,          step2_back_channels,
                                     NULL,  step2_spread_channels, step2_weight_channels,
                                     NULL};

#endif
