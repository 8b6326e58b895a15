/* packed.h: products of small matrices within a thread, for one REAL; NAME must be defined. The
 * second factor is packed once and used many times, which BLAS cannot do. Every element is summed
 * in the order of k, so that results do not depend on how rows are divided among threads. */

#ifndef LT_PACKED_H
#define LT_PACKED_H
#if defined(__AVX512F__)
#define PACK_BYTES 64
#define PACK_ROWS 8
#elif defined(__AVX__)
#define PACK_BYTES 32
#define PACK_ROWS 6
#else
#define PACK_BYTES 16
#define PACK_ROWS 6
#endif
#define PACK_INLINE static inline __attribute__((always_inline))
#define PACK_FUNCTION static __attribute__((unused))
#define PACK_UNROLL _Pragma("GCC unroll 8")
#endif

typedef REAL NAME(vec) __attribute__((vector_size(PACK_BYTES), aligned(sizeof(REAL)), may_alias));

/* columns of a panel: two vectors */
enum { NAME(panel) = 2 * PACK_BYTES / sizeof(REAL) };

/* Elements of b[k n] when packed. */
PACK_FUNCTION int64_t NAME(packed_size)(int64_t k, int64_t n) {
  return (n + NAME(panel) - 1) / NAME(panel) * NAME(panel) * k;
}

/* out = panels [k panel] of the elements b[q * sk + j * sn], the last one filled up with zeros. */
PACK_FUNCTION void NAME(pack)(int64_t k, int64_t n, const REAL *b, int64_t sk, int64_t sn,
                              REAL *out) {
  for (int64_t j0 = 0; j0 < n; j0 += NAME(panel)) {
    int64_t w = LT_MIN(NAME(panel), n - j0);
    const REAL *from = b + j0 * sn;
    for (int64_t q = 0; q < k; q++, out += NAME(panel)) {
      for (int64_t j = 0; j < w; j++) out[j] = from[q * sk + j * sn];
      for (int64_t j = w; j < NAME(panel); j++) out[j] = 0;
    }
  }
}

PACK_INLINE void NAME(tile)(int rows, int64_t k, const REAL *a, int64_t sm, int64_t sk,
                            const REAL *b, REAL *c, int64_t ldc, int add) {
  enum { LANES = NAME(panel) / 2 };
  NAME(vec) s[PACK_ROWS][2];
  PACK_UNROLL for (int r = 0; r < rows; r++) s[r][0] = s[r][1] = (NAME(vec)){0};
  for (int64_t q = 0; q < k; q++, b += NAME(panel)) {
    NAME(vec) b0 = *(const NAME(vec) *)b, b1 = *(const NAME(vec) *)(b + LANES);
    PACK_UNROLL for (int r = 0; r < rows; r++) {
      REAL x = a[r * sm + q * sk];
      s[r][0] += x * b0;
      s[r][1] += x * b1;
    }
  }
  PACK_UNROLL for (int r = 0; r < rows; r++) {
    NAME(vec) *out = (NAME(vec) *)(c + r * ldc), *next = (NAME(vec) *)(c + r * ldc + LANES);
    if (add) s[r][0] += *out, s[r][1] += *next;
    *out = s[r][0];
    *next = s[r][1];
  }
}

/* As many rows as a tile has, of at most m; returns how many. */
PACK_FUNCTION int NAME(tiles)(int64_t m, int64_t k, const REAL *a, int64_t sm, int64_t sk,
                              const REAL *b, REAL *c, int64_t ldc, int add) {
  if (m >= PACK_ROWS) {
    NAME(tile)(PACK_ROWS, k, a, sm, sk, b, c, ldc, add);
    return PACK_ROWS;
  }
  if (m >= 4) {
    NAME(tile)(4, k, a, sm, sk, b, c, ldc, add);
    return 4;
  }
  if (m >= 2) {
    NAME(tile)(2, k, a, sm, sk, b, c, ldc, add);
    return 2;
  }
  NAME(tile)(1, k, a, sm, sk, b, c, ldc, add);
  return 1;
}

/* c[m n], rows ldc apart, = a b, or with `add` += a b; a[i * sm + q * sk], b[k n] packed, its
 * panels `height` rows high. */
PACK_FUNCTION void NAME(product)(int64_t m, int64_t n, int64_t k, const REAL *a, int64_t sm,
                                 int64_t sk, const REAL *b, int64_t height, REAL *c, int64_t ldc,
                                 int add) {
  REAL edge[PACK_ROWS * NAME(panel)];
  for (int64_t j0 = 0; j0 < n; j0 += NAME(panel), b += height * NAME(panel)) {
    int64_t w = LT_MIN(NAME(panel), n - j0);
    for (int64_t i = 0; i < m;) {
      REAL *out = c + i * ldc + j0;
      if (w == NAME(panel)) {
        i += NAME(tiles)(m - i, k, a + i * sm, sm, sk, b, out, ldc, add);
        continue;
      }
      int rows = NAME(tiles)(m - i, k, a + i * sm, sm, sk, b, edge, NAME(panel), 0);
      for (int r = 0; r < rows; r++)
        for (int64_t j = 0; j < w; j++)
          out[r * ldc + j] = edge[r * NAME(panel) + j] + (add ? out[r * ldc + j] : 0);
      i += rows;
    }
  }
}
