/* winograd_matrices.h: the matrices B, G and A of F(4 x 4, 3 x 3), as expressions in the elements
 * of a line: d(i) is element i. */
#ifndef LT_WINOGRAD_MATRICES_H
#define LT_WINOGRAD_MATRICES_H

/* The six combinations B' of rows d0 ... d5, as expressions. */
#define B0(d) (4 * d(0) - 5 * d(2) + d(4))
#define B1(d) ((d(4) - 4 * d(2)) + (d(3) - 4 * d(1)))
#define B2(d) ((d(4) - 4 * d(2)) - (d(3) - 4 * d(1)))
#define B3(d) ((d(4) - d(2)) + 2 * (d(3) - d(1)))
#define B4(d) ((d(4) - d(2)) - 2 * (d(3) - d(1)))
#define B5(d) (4 * d(1) - 5 * d(3) + d(5))

/* The six combinations A of rows g0 ... g3. */
#define A0(g) (g(0))
#define A1(g) ((g(0) + g(2)) + (g(1) + g(3)))
#define A2(g) ((g(0) + g(2)) - (g(1) + g(3)))
#define A3(g) ((g(0) + 4 * g(2)) + 2 * (g(1) + 4 * g(3)))
#define A4(g) ((g(0) + 4 * g(2)) - 2 * (g(1) + 4 * g(3)))
#define A5(g) (g(3))

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

#endif
