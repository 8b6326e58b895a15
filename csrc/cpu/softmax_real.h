/* softmax_real.h: softmax loops for one REAL, included by softmax.c for each. A slice is
 * [dim][w], w <= STRIP neighbouring columns of [dim][inner]; for inner == 1 it is a row, or up to
 * STRIP short rows, which are transposed to columns first. */

#define NAME(x) LT_PASTE2(x, , REAL)

static inline REAL NAME(fold)(REAL *lane) {
#pragma GCC unroll 8
  for (int w = LANES / 2; w > 0; w /= 2)
    for (int l = 0; l < w; l++) lane[l] += lane[l + w];
  return lane[0];
}

/* The largest element of a contiguous row; unspecified where there is a NaN. The last vectors may
 * meet elements a second time. */
static REAL NAME(largest)(int64_t dim, const REAL *x) {
  REAL lane[LANES], most = x[0];
  if (dim < LANES) {
    for (int64_t i = 1; i < dim; i++) most = x[i] > most ? x[i] : most;
    return most;
  }
  memcpy(lane, x, sizeof lane);
  for (int64_t i = LANES; i < dim; i += LANES) {
    const REAL *from = x + LT_MIN(i, dim - LANES);
    for (int l = 0; l < LANES; l++) lane[l] = from[l] > lane[l] ? from[l] : lane[l];
  }
  for (int l = 0; l < LANES; l++) most = lane[l] > most ? lane[l] : most;
  return most;
}

/* y = exp(x - max) / sum, or x - max - log(sum), along a contiguous row. The last elements are put
 * into vectors of their own, filled up with -infinity. */
static void NAME(row)(int log_, int64_t dim, REAL *y, const REAL *x) {
  REAL most = NAME(largest)(dim, x), lane[LANES] = {0}, rest[LANES];
  int64_t i = 0;
  for (; i + LANES <= dim; i += LANES)
    for (int l = 0; l < LANES; l++) {
      REAL e = m_exp(x[i + l] - most);
      if (!log_) y[i + l] = e;
      lane[l] += e;
    }
  if (i < dim) {
    size_t bytes = (size_t)(dim - i) * sizeof(REAL);
    for (int l = 0; l < LANES; l++) rest[l] = -(REAL)INFINITY;
    memcpy(rest, x + i, bytes);
    for (int l = 0; l < LANES; l++) {
      rest[l] = m_exp(rest[l] - most);
      lane[l] += rest[l];
    }
    if (!log_) memcpy(y + i, rest, bytes);
  }
  REAL sum = NAME(fold)(lane);
  if (log_) {
    REAL base = most + m_log(sum);
    for (i = 0; i < dim; i++) y[i] = x[i] - base;
  } else {
    REAL f = 1 / sum;
    for (i = 0; i < dim; i++) y[i] *= f;
  }
}

static void NAME(strip)(int log_, int64_t dim, int64_t inner, int64_t w, REAL *y, const REAL *x) {
  REAL most[STRIP], sum[STRIP];
  for (int64_t c = 0; c < w; c++) most[c] = x[c], sum[c] = 0;
  for (int64_t d = 1; d < dim; d++)
    for (int64_t c = 0; c < w; c++)
      most[c] = x[d * inner + c] > most[c] ? x[d * inner + c] : most[c];
  for (int64_t d = 0; d < dim; d++)
    for (int64_t c = 0; c < w; c++) {
      REAL e = m_exp(x[d * inner + c] - most[c]);
      if (!log_) y[d * inner + c] = e;
      sum[c] += e;
    }
  for (int64_t c = 0; c < w; c++) sum[c] = log_ ? most[c] + m_log(sum[c]) : 1 / sum[c];
  for (int64_t d = 0; d < dim; d++)
    for (int64_t c = 0; c < w; c++)
      y[d * inner + c] = log_ ? x[d * inner + c] - sum[c] : y[d * inner + c] * sum[c];
}

/* gx = y (gy - sum gy y), or gy - exp(y) sum gy */
static void NAME(row_grad)(int log_, int64_t dim, REAL *gx, const REAL *gy, const REAL *y) {
  REAL lane[LANES] = {0};
  int64_t i = 0;
  for (; i + LANES <= dim; i += LANES)
    for (int l = 0; l < LANES; l++) lane[l] += log_ ? gy[i + l] : gy[i + l] * y[i + l];
  for (int l = 0; i + l < dim; l++) lane[l] += log_ ? gy[i + l] : gy[i + l] * y[i + l];
  REAL sum = NAME(fold)(lane);
  if (log_)
    for (i = 0; i < dim; i++) gx[i] = gy[i] - m_exp(y[i]) * sum;
  else
    for (i = 0; i < dim; i++) gx[i] = y[i] * (gy[i] - sum);
}

static void NAME(strip_grad)(int log_, int64_t dim, int64_t inner, int64_t w, REAL *gx,
                             const REAL *gy, const REAL *y) {
  REAL sum[STRIP] = {0};
  for (int64_t d = 0; d < dim; d++)
    for (int64_t c = 0; c < w; c++)
      sum[c] += log_ ? gy[d * inner + c] : gy[d * inner + c] * y[d * inner + c];
  for (int64_t d = 0; d < dim; d++) {
    int64_t at = d * inner;
    if (log_)
      for (int64_t c = 0; c < w; c++) gx[at + c] = gy[at + c] - m_exp(y[at + c]) * sum[c];
    else
      for (int64_t c = 0; c < w; c++) gx[at + c] = y[at + c] * (gy[at + c] - sum[c]);
  }
}

/* to [columns][rows] from [rows][columns] */
static void NAME(transpose)(int64_t rows, int64_t columns, REAL *to, const REAL *from) {
  for (int64_t c = 0; c < columns; c++)
    for (int64_t r = 0; r < rows; r++) to[c * rows + r] = from[r * columns + c];
}

/* Short rows, STRIP of them a slice. */
static void NAME(short_rows)(int64_t begin, int64_t end, void *ctx) {
  const softmax_job *j = ctx;
  int64_t dim = j->dim;
  REAL y[SHORT * STRIP], gy[SHORT_GRAD * STRIP];
  for (int64_t s = begin; s < end; s++) {
    int64_t rows = LT_MIN(STRIP, j->outer - s * STRIP), at = s * STRIP * dim;
    REAL *out = (REAL *)j->out + at;
    NAME(transpose)(rows, dim, y, (const REAL *)j->y + at);
    if (j->gy) {
      NAME(transpose)(rows, dim, gy, (const REAL *)j->gy + at);
      NAME(strip_grad)(j->log, dim, rows, rows, gy, gy, y);
      NAME(transpose)(dim, rows, out, gy);
    } else {
      NAME(strip)(j->log, dim, rows, rows, y, y);
      NAME(transpose)(dim, rows, out, y);
    }
  }
}

/* Slices [begin, end): strips of each outer index in turn. */
static void NAME(slices)(int64_t begin, int64_t end, void *ctx) {
  const softmax_job *j = ctx;
  int64_t strips = (j->inner + STRIP - 1) / STRIP;
  for (int64_t s = begin; s < end; s++) {
    int64_t first = s % strips * STRIP, w = LT_MIN(STRIP, j->inner - first);
    int64_t at = s / strips * j->dim * j->inner + first;
    REAL *out = (REAL *)j->out + at;
    const REAL *y = (const REAL *)j->y + at;
    const REAL *gy = (const REAL *)j->gy + (j->gy ? at : 0);
    if (gy && j->inner == 1)
      NAME(row_grad)(j->log, j->dim, out, gy, y);
    else if (gy)
      NAME(strip_grad)(j->log, j->dim, j->inner, w, out, gy, y);
    else if (j->inner == 1)
      NAME(row)(j->log, j->dim, out, y);
    else
      NAME(strip)(j->log, j->dim, j->inner, w, out, y);
  }
}

#undef NAME
