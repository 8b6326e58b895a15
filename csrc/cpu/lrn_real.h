/* lrn_real.h: local response normalization for one REAL, included by lrn.c for each. */

#define NAME(x) LT_PASTE2(x, , REAL)

/* p = s^-beta of m elements; the usual exponent 3/4 takes two roots. */
static void NAME(powers)(REAL *p, const REAL *s, int64_t m, double beta) {
  if (beta == 0.75)
    for (int64_t i = 0; i < m; i++) {
      REAL root = m_sqrt(s[i]);
      p[i] = 1 / (root * m_sqrt(root));
    }
  else
    for (int64_t i = 0; i < m; i++) p[i] = m_pow(s[i], (REAL)-beta);
}

/* The offset of a block in x, and its number of positions. */
static int64_t NAME(block)(const lrn_job *j, int64_t b, int64_t *m) {
  int64_t each = j->blocks / j->n, at = b % each * BLOCK;
  *m = LT_MIN(BLOCK, j->inner - at);
  return b / each * j->c * j->inner + at;
}

static void NAME(forward)(int64_t begin, int64_t end, void *ctx) {
  const lrn_job *j = ctx;
  REAL sums[BLOCK], p[BLOCK], alpha = (REAL)j->alpha, k = (REAL)j->k;
  for (int64_t b = begin * j->blocks / j->workers; b < end * j->blocks / j->workers; b++) {
    int64_t m, at = NAME(block)(j, b, &m);
    const REAL *x = (const REAL *)j->x + at;
    for (int64_t c = 0; c < j->c; c++) {
      memset(sums, 0, sizeof sums);
      int64_t last = LT_MIN(j->c - 1, c + j->after);
      for (int64_t l = LT_MAX(0, c - j->before); l <= last; l++) {
        const REAL *v = x + l * j->inner;
        for (int64_t i = 0; i < m; i++) sums[i] += v[i] * v[i];
      }
      REAL *scale = (REAL *)j->scale + at + c * j->inner, *y = (REAL *)j->y + at + c * j->inner;
      const REAL *v = x + c * j->inner;
      for (int64_t i = 0; i < m; i++) sums[i] = k + alpha * sums[i];
      NAME(powers)(p, sums, m, j->beta);
      for (int64_t i = 0; i < m; i++) scale[i] = sums[i];
      for (int64_t i = 0; i < m; i++) y[i] = v[i] * p[i];
    }
  }
}

/* gx = gy scale^-beta - 2 alpha beta x (sum of gy y / scale over the channels whose sums take x) */
static void NAME(backward)(int64_t begin, int64_t end, void *ctx) {
  const lrn_job *j = ctx;
  REAL p[BLOCK], sums[BLOCK], factor = (REAL)(2 * j->alpha * j->beta);
  for (int64_t worker = begin; worker < end; worker++) {
    REAL *ratios = (REAL *)j->scratch + worker * j->c * BLOCK;
    int64_t stop = (worker + 1) * j->blocks / j->workers;
    for (int64_t b = worker * j->blocks / j->workers; b < stop; b++) {
      int64_t m, at = NAME(block)(j, b, &m);
      const REAL *x = (const REAL *)j->x + at, *gy = (const REAL *)j->gy + at;
      const REAL *scale = (const REAL *)j->scale + at;
      REAL *gx = (REAL *)j->y + at;
      for (int64_t c = 0; c < j->c; c++) {
        int64_t o = c * j->inner;
        REAL *ratio = ratios + c * BLOCK;
        NAME(powers)(p, scale + o, m, j->beta);
        for (int64_t i = 0; i < m; i++) p[i] *= gy[o + i];
        for (int64_t i = 0; i < m; i++) ratio[i] = p[i] * x[o + i] / scale[o + i];
        for (int64_t i = 0; i < m; i++) gx[o + i] = p[i];
      }
      for (int64_t c = 0; c < j->c; c++) {
        memset(sums, 0, sizeof sums);
        int64_t last = LT_MIN(j->c - 1, c + j->before);
        for (int64_t l = LT_MAX(0, c - j->after); l <= last; l++)
          for (int64_t i = 0; i < m; i++) sums[i] += ratios[l * BLOCK + i];
        for (int64_t i = 0; i < m; i++) {
          int64_t o = c * j->inner + i;
          gx[o] -= factor * x[o] * sums[i];
        }
      }
    }
  }
}

#undef NAME
