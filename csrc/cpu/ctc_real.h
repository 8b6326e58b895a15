/* ctc_real.h: what reads scores and writes gradients of connectionist temporal classification, for
 * one REAL; included by ctc.c for each. */

#define NAME(x) LT_PASTE2(x, , REAL)

/* log sum of exp of c scores. */
static double NAME(log_sum)(const void *row, int64_t c) {
  const REAL *x = row;
  REAL most = x[0];
  for (int64_t k = 1; k < c; k++) most = x[k] > most ? x[k] : most;
  if (!isfinite((double)most)) return (double)most;
  REAL lane[LANES] = {0}, sum = 0;
  int64_t k = 0;
  for (; k + LANES <= c; k += LANES)
    for (int l = 0; l < LANES; l++) lane[l] += m_exp(x[k + l] - most);
  for (; k < c; k++) sum += m_exp(x[k] - most);
  for (int l = 0; l < LANES; l++) sum += lane[l];
  return (double)most + m_log((double)sum);
}

/* Log-probabilities of the states: blanks at even places, labels at odd ones. */
static void NAME(emissions)(double *emit, const void *row, double log_sum, int64_t labels,
                            const int64_t *label, int64_t blank) {
  const REAL *x = row;
  double b = (double)x[blank - 1] - log_sum;
  emit[0] = b;
  for (int64_t l = 0; l < labels; l++) {
    emit[2 * l + 1] = (double)x[label[l] - 1] - log_sum;
    emit[2 * l + 2] = b;
  }
}

/* gx = factor (softmax(x) - the posterior of the states, added by label). */
static void NAME(frame_grad)(void *out, const void *row, double log_sum, const double *posterior,
                             int64_t c, int64_t labels, const int64_t *label, int64_t blank,
                             double factor) {
  const REAL *x = row;
  REAL *gx = out, base = (REAL)log_sum, f = (REAL)factor;
  double blanks = posterior[0];
  for (int64_t k = 0; k < c; k++) gx[k] = f * m_exp(x[k] - base);
  for (int64_t l = 0; l < labels; l++) {
    gx[label[l] - 1] -= (REAL)(factor * posterior[2 * l + 1]);
    blanks += posterior[2 * l + 2];
  }
  gx[blank - 1] -= (REAL)(factor * blanks);
}

static void NAME(forward)(int64_t begin, int64_t end, void *ctx) {
  for (int64_t i = begin; i < end; i++)
    forward_sample(ctx, i, sizeof(REAL), NAME(log_sum), NAME(emissions));
}

static void NAME(backward)(int64_t begin, int64_t end, void *ctx) {
  for (int64_t i = begin; i < end; i++)
    backward_sample(ctx, i, sizeof(REAL), NAME(emissions), NAME(frame_grad));
}

#undef NAME
