/* softmax_real.h: softmax loops for one REAL, included by softmax.c for each. A slice is
 * [dim][w], w <= STRIP neighbouring columns of [dim][inner]; for inner == 1 it is a row. */

#define NAME(x) LT_PASTE2(x, , REAL)

/* The largest element of a contiguous row; unspecified where there is a NaN. */
static REAL NAME(largest)(int64_t dim, const REAL *x) {
  REAL lane[LANES], most = x[0];
  int64_t i = 0;
  for (int l = 0; l < LANES; l++) lane[l] = most;
  for (; i + LANES <= dim; i += LANES)
    for (int l = 0; l < LANES; l++) lane[l] = x[i + l] > lane[l] ? x[i + l] : lane[l];
  for (; i < dim; i++) most = x[i] > most ? x[i] : most;
  for (int l = 0; l < LANES; l++) most = lane[l] > most ? lane[l] : most;
  return most;
}

/* y = exp(x - max) / sum, or x - max - log(sum), along a contiguous row. */
static void NAME(row)(int log_, int64_t dim, REAL *y, const REAL *x) {
  REAL most = NAME(largest)(dim, x), lane[LANES] = {0}, sum = 0;
  int64_t i = 0;
  for (; i + LANES <= dim; i += LANES)
    for (int l = 0; l < LANES; l++) {
      REAL e = m_exp(x[i + l] - most);
      if (!log_) y[i + l] = e;
      lane[l] += e;
    }
  for (; i < dim; i++) {
    REAL e = m_exp(x[i] - most);
    if (!log_) y[i] = e;
    sum += e;
  }
  for (int l = 0; l < LANES; l++) sum += lane[l];
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
  REAL lane[LANES] = {0}, sum = 0;
  int64_t i = 0;
  for (; i + LANES <= dim; i += LANES)
    for (int l = 0; l < LANES; l++) lane[l] += log_ ? gy[i + l] : gy[i + l] * y[i + l];
  for (; i < dim; i++) sum += log_ ? gy[i] : gy[i] * y[i];
  for (int l = 0; l < LANES; l++) sum += lane[l];
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
