/* conv_outer_real.h: weight gradients as sums of outer products for one REAL, included by conv.c
 * between conv_real.h and conv_weight_real.h. The gradients of TILE output channels at a pixel lie
 * side by side; each is multiplied by the source pixels that up to MAX_MR taps see from there. */

/* out[mr][TILE] += sum over the pixels of nrows rows of width gw, whose source begins at row[r], of
 * tap pixels times grads[pixel][TILE]. */
static inline __attribute__((always_inline)) void NAME(outer)(const int mr, int64_t nrows,
                                                              int64_t gw, const ptrdiff_t *row,
                                                              const REAL *grads, const REAL *src,
                                                              const ptrdiff_t *off, REAL *out) {
  const REAL *s[MAX_MR];
  vec acc[MAX_MR][NV];
  UNROLL for (int i = 0; i < mr; i++) {
    s[i] = src + off[i];
    UNROLL for (int v = 0; v < NV; v++) { acc[i][v] = (vec){0}; }
  }
  for (int64_t r = 0; r < nrows; r++)
    for (ptrdiff_t o = row[r], end = o + gw; o < end; o++, grads += TILE) {
      vec g[NV];
      UNROLL for (int v = 0; v < NV; v++) { g[v] = *(const vec *)(grads + v * VL); }
      UNROLL for (int i = 0; i < mr; i++) {
        REAL x = s[i][o];
        UNROLL for (int v = 0; v < NV; v++) { acc[i][v] += x * g[v]; }
      }
    }
  UNROLL for (int i = 0; i < mr; i++) {
    UNROLL for (int v = 0; v < NV; v++) { *(vec *)(out + i * TILE + v * VL) += acc[i][v]; }
  }
}

#define OUTER(mr)                                                               \
  case mr: {                                                                    \
    NAME(outer)(mr <= MAX_MR ? mr : 1, nrows, gw, row, grads, src, off + q, o); \
    break;                                                                      \
  }

/* The same for all taps, in blocks of about the same size; out[taps][TILE]. */
static void NAME(outer_taps)(int64_t taps, int64_t nrows, int64_t gw, const ptrdiff_t *row,
                             const REAL *grads, const REAL *src, const ptrdiff_t *off, REAL *out) {
  int64_t blocks = ceil_div(taps, MAX_MR);
  for (int64_t b = 0; b < blocks; b++) {
    int64_t q = taps * b / blocks;
    REAL *o = out + q * TILE;
    switch (taps * (b + 1) / blocks - q) {
      OUTER(1)
      OUTER(2)
      OUTER(3)
      OUTER(4)
      OUTER(5)
      OUTER(6)
      OUTER(7)
      OUTER(8)
      OUTER(9)
      OUTER(10)
      OUTER(11)
      OUTER(12)
      OUTER(13)
    }
  }
}

/* sum[TILE] += the columns of grads[n][TILE]. */
static void NAME(add_columns)(int64_t n, const REAL *grads, REAL *sum) {
  enum { SIDE = 4 }; /* sums side by side */
  vec acc[SIDE][NV] = {{{0}}};
  int64_t i = 0;
  for (; i + SIDE <= n; i += SIDE) {
    UNROLL for (int s = 0; s < SIDE; s++) {
      UNROLL for (int v = 0; v < NV; v++) {
        acc[s][v] += *(const vec *)(grads + (i + s) * TILE + v * VL);
      }
    }
  }
  for (; i < n; i++) {
    UNROLL for (int v = 0; v < NV; v++) { acc[0][v] += *(const vec *)(grads + i * TILE + v * VL); }
  }
  UNROLL for (int v = 0; v < NV; v++) {
    *(vec *)(sum + v * VL) += (acc[0][v] + acc[1][v]) + (acc[2][v] + acc[3][v]);
  }
}

/* Gradients of output channels [m0, m0 + mr) of group g at a task's pixels, [pixel][TILE]; zero for
 * channels beyond mr. Their sums are added to sum[TILE], unless it is NULL. */
static void NAME(prepare_pixels)(const corr *p, const REAL *gy, int64_t g, int64_t m0, int64_t mr,
                                 int64_t img, int64_t nimg, int64_t row0, int64_t nrows, REAL *out,
                                 REAL *sum) {
  enum { PIXELS = 256, CHANNELS = 8 }; /* at a time: few planes, which may share cache sets */
  transpose_block transpose = CPU(transpose_of)(sizeof(REAL));
  int64_t pixels = nrows * p->gw, plane = p->gh * p->gw * p->gd;
  if (mr < TILE) memset(out, 0, (size_t)(nimg * pixels * TILE) * sizeof(REAL));
  for (int64_t n = 0; n < nimg; n++) {
    const REAL *in = gy + output_plane(p, g * p->m + m0, img + n) * p->gh * p->gw + row0 * p->gw;
    for (int64_t first = 0; first < pixels; first += PIXELS) {
      int64_t count = LT_MIN(PIXELS, pixels - first);
      for (int64_t i = 0; i < mr; i += CHANNELS)
        transpose((char *)(out + i), TILE * sizeof(REAL), (const char *)(in + i * plane + first),
                  plane * (int64_t)sizeof(REAL), count, LT_MIN(CHANNELS, mr - i));
      if (sum) NAME(add_columns)(count, out, sum);
      out += count * TILE;
    }
  }
}
