/* product.h: products of small dense Float matrices that stay in the caches, without the copies
 * that a BLAS makes of its operands. */
#ifndef LT_PRODUCT_H
#define LT_PRODUCT_H

#include "cpu/isa.h"
#include "cpu/registers.h"

typedef float product_vec __attribute__((vector_size(VBYTES), aligned(sizeof(float)), may_alias));

enum {
  PRODUCT_LANES = VBYTES / sizeof(float),
  PRODUCT_WIDE = 2, /* vectors of a tile */
  PRODUCT_ROWS = VSUMS / PRODUCT_WIDE
};

/* c[mr][nv vectors] = a b: a tile in registers. */
static inline __attribute__((always_inline)) void product_tile(const int mr, const int nv,
                                                               int64_t k, const float *a,
                                                               int64_t lda, const float *b,
                                                               int64_t ldb, float *c, int64_t ldc) {
  product_vec sum[PRODUCT_ROWS][PRODUCT_WIDE];
  UNROLL for (int i = 0; i < mr; i++) {
    UNROLL for (int v = 0; v < nv; v++) { sum[i][v] = (product_vec){0}; }
  }
  for (int64_t q = 0; q < k; q++, b += ldb) {
    product_vec col[PRODUCT_WIDE];
    UNROLL for (int v = 0; v < nv; v++) col[v] = *(const product_vec *)(b + v * PRODUCT_LANES);
    UNROLL for (int i = 0; i < mr; i++) {
      UNROLL for (int v = 0; v < nv; v++) { sum[i][v] += a[i * lda + q] * col[v]; }
    }
  }
  UNROLL for (int i = 0; i < mr; i++) {
    UNROLL for (int v = 0; v < nv; v++) {
      *(product_vec *)(c + i * ldc + v * PRODUCT_LANES) = sum[i][v];
    }
  }
}

#define PRODUCT_CASE(mr)                                           \
  case mr: {                                                       \
    const int rows = mr <= PRODUCT_ROWS ? mr : 1;                  \
    if (vectors == 1)                                              \
      product_tile(rows, 1, k, a, lda, b, ldb, c, ldc);            \
    else                                                           \
      product_tile(rows, PRODUCT_WIDE, k, a, lda, b, ldb, c, ldc); \
    return;                                                        \
  }
static void product_rows(int64_t mr, int64_t vectors, int64_t k, const float *a, int64_t lda,
                         const float *b, int64_t ldb, float *c, int64_t ldc) {
  switch (mr) {
    PRODUCT_CASE(1)
    PRODUCT_CASE(2)
    PRODUCT_CASE(3)
    PRODUCT_CASE(4)
    PRODUCT_CASE(5)
    PRODUCT_CASE(6)
    PRODUCT_CASE(7)
    PRODUCT_CASE(8)
    PRODUCT_CASE(9)
    PRODUCT_CASE(10)
    PRODUCT_CASE(11)
    PRODUCT_CASE(12)
    PRODUCT_CASE(13)
  }
}
#undef PRODUCT_CASE

/* c[m][n] = a[m][k] b[k][n]; rows of b and c are readable and writable up to the next multiple of
 * PRODUCT_LANES elements. */
static void product(int64_t m, int64_t n, int64_t k, const float *a, int64_t lda, const float *b,
                    int64_t ldb, float *c, int64_t ldc) {
  int64_t blocks = (m + PRODUCT_ROWS - 1) / PRODUCT_ROWS;
  for (int64_t x = 0; x < n; x += PRODUCT_WIDE * PRODUCT_LANES)
    for (int64_t i = 0; i < blocks; i++) {
      int64_t m0 = m * i / blocks, mr = m * (i + 1) / blocks - m0;
      product_rows(mr, n - x > PRODUCT_LANES ? PRODUCT_WIDE : 1, k, a + m0 * lda, lda, b + x, ldb,
                   c + m0 * ldc + x, ldc);
    }
}

#endif
