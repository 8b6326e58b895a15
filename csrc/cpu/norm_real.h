/* norm_real.h: batch normalization loops for one REAL, included by norm.c for each. Statistics are
 * summed in double over LANES interleaved sums, so that they do not depend on the threads. */

#define NAME(x) LT_PASTE2(x, , REAL)

typedef struct NAME(norm_job) {
  int64_t n, c, inner;
  const REAL *x, *gy, *weight, *bias, *mean, *var;
  REAL *y, *gx, *gw, *gb, *running_mean, *running_var, *save_mean, *save_std;
  int training;
  double momentum, scale, eps;
} NAME(norm_job);

/* Sum of x over channel c. */
static double NAME(sum_values)(const NAME(norm_job) * j, int64_t c) {
  double lane[LANES] = {0}, sum = 0;
  for (int64_t n = 0; n < j->n; n++) {
    const REAL *x = j->x + (n * j->c + c) * j->inner;
    int64_t i = 0;
    for (; i + LANES <= j->inner; i += LANES)
      for (int l = 0; l < LANES; l++) lane[l] += (double)x[i + l];
    for (; i < j->inner; i++) sum += (double)x[i];
  }
  for (int l = 0; l < LANES; l++) sum += lane[l];
  return sum;
}

/* Sum of (x - mean)^2 over channel c. */
static double NAME(sum_squares)(const NAME(norm_job) * j, int64_t c, double mean) {
  double lane[LANES] = {0}, sum = 0;
  for (int64_t n = 0; n < j->n; n++) {
    const REAL *x = j->x + (n * j->c + c) * j->inner;
    int64_t i = 0;
    for (; i + LANES <= j->inner; i += LANES)
      for (int l = 0; l < LANES; l++) {
        double d = (double)x[i + l] - mean;
        lane[l] += d * d;
      }
    for (; i < j->inner; i++) sum += ((double)x[i] - mean) * ((double)x[i] - mean);
  }
  for (int l = 0; l < LANES; l++) sum += lane[l];
  return sum;
}

/* *sum = sum of gy, *dot = sum of (x - mean) gy, over channel c. */
static void NAME(sum_gradients)(const NAME(norm_job) * j, int64_t c, double mean, double *sum,
                                double *dot) {
  double lane[LANES] = {0}, dots[LANES] = {0};
  double s = 0, d = 0;
  for (int64_t n = 0; n < j->n; n++) {
    int64_t at = (n * j->c + c) * j->inner, i = 0;
    const REAL *x = j->x + at, *g = j->gy + at;
    for (; i + LANES <= j->inner; i += LANES)
      for (int l = 0; l < LANES; l++) {
        lane[l] += (double)g[i + l];
        dots[l] += ((double)x[i + l] - mean) * (double)g[i + l];
      }
    for (; i < j->inner; i++) s += (double)g[i], d += ((double)x[i] - mean) * (double)g[i];
  }
  for (int l = 0; l < LANES; l++) s += lane[l], d += dots[l];
  *sum = s, *dot = d;
}

/* Statistics of channel c in training: updates the running ones; gives mean and 1 / std. */
static void NAME(train)(const NAME(norm_job) * j, int64_t c, double mean, double squares,
                        double *inverse) {
  double count = (double)(j->n * j->inner);
  double var = squares / count;
  *inverse = var + j->eps > 0 ? 1 / sqrt(var + j->eps) : 0;
  if (j->save_mean) j->save_mean[c] = (REAL)mean;
  if (j->save_std) j->save_std[c] = (REAL)*inverse;
  double m = j->momentum, unbiased = squares / LT_MAX(1, count - 1);
  if (j->running_mean) j->running_mean[c] = (REAL)(m * mean + (1 - m) * (double)j->running_mean[c]);
  if (j->running_var)
    j->running_var[c] = (REAL)(m * unbiased + (1 - m) * (double)j->running_var[c]);
}

static void NAME(channels)(int64_t begin, int64_t end, void *ctx) {
  const NAME(norm_job) *j = ctx;
  for (int64_t c = begin; c < end; c++) {
    double mean, inverse;
    if (j->training) {
      mean = NAME(sum_values)(j, c) / (double)(j->n * j->inner);
      NAME(train)(j, c, mean, NAME(sum_squares)(j, c, mean), &inverse);
    } else {
      mean = (double)j->running_mean[c];
      inverse = 1 / sqrt((double)j->running_var[c] + j->eps);
    }
    REAL m = (REAL)mean, f = (REAL)(inverse * (j->weight ? (double)j->weight[c] : 1));
    REAL b = j->bias ? j->bias[c] : 0;
    for (int64_t n = 0; n < j->n; n++) {
      int64_t at = (n * j->c + c) * j->inner;
      const REAL *x = j->x + at;
      REAL *y = j->y + at;
      for (int64_t i = 0; i < j->inner; i++) y[i] = (x[i] - m) * f + b;
    }
  }
}

static void NAME(channel_grads)(int64_t begin, int64_t end, void *ctx) {
  const NAME(norm_job) *j = ctx;
  double count = (double)(j->n * j->inner);
  for (int64_t c = begin; c < end; c++) {
    double mean = (double)j->mean[c], sum, dot;
    double inverse = j->training ? (double)j->var[c] : 1 / sqrt((double)j->var[c] + j->eps);
    NAME(sum_gradients)(j, c, mean, &sum, &dot);
    if (j->gx) {
      REAL m = (REAL)mean, f = (REAL)(inverse * (j->weight ? (double)j->weight[c] : 1));
      REAL k = j->training ? (REAL)(dot * inverse * inverse / count) : 0;
      REAL g0 = j->training ? (REAL)(sum / count) : 0;
      for (int64_t n = 0; n < j->n; n++) {
        int64_t at = (n * j->c + c) * j->inner;
        const REAL *x = j->x + at, *g = j->gy + at;
        REAL *gx = j->gx + at;
        if (j->training)
          for (int64_t i = 0; i < j->inner; i++) gx[i] = (g[i] - g0 - (x[i] - m) * k) * f;
        else
          for (int64_t i = 0; i < j->inner; i++) gx[i] = g[i] * f;
      }
    }
    if (j->gw) j->gw[c] += (REAL)(j->scale * dot * inverse);
    if (j->gb) j->gb[c] += (REAL)(j->scale * sum);
  }
}

/* The same for inner == 1: BLOCK channels side by side, row by row. */
static void NAME(columns)(int64_t begin, int64_t end, void *ctx) {
  const NAME(norm_job) *j = ctx;
  for (int64_t c0 = begin * BLOCK; c0 < LT_MIN(end * BLOCK, j->c); c0 += BLOCK) {
    int64_t w = LT_MIN(BLOCK, j->c - c0);
    double sum[BLOCK] = {0}, squares[BLOCK] = {0};
    REAL m[BLOCK], f[BLOCK], b[BLOCK];
    if (j->training) {
      for (int64_t n = 0; n < j->n; n++)
        for (int64_t i = 0; i < w; i++) sum[i] += (double)j->x[n * j->c + c0 + i];
      for (int64_t i = 0; i < w; i++) sum[i] /= (double)j->n;
      for (int64_t n = 0; n < j->n; n++)
        for (int64_t i = 0; i < w; i++) {
          double d = (double)j->x[n * j->c + c0 + i] - sum[i];
          squares[i] += d * d;
        }
    }
    for (int64_t i = 0; i < w; i++) {
      double inverse;
      if (j->training) {
        NAME(train)(j, c0 + i, sum[i], squares[i], &inverse);
      } else {
        sum[i] = (double)j->running_mean[c0 + i];
        inverse = 1 / sqrt((double)j->running_var[c0 + i] + j->eps);
      }
      m[i] = (REAL)sum[i];
      f[i] = (REAL)(inverse * (j->weight ? (double)j->weight[c0 + i] : 1));
      b[i] = j->bias ? j->bias[c0 + i] : 0;
    }
    for (int64_t n = 0; n < j->n; n++) {
      const REAL *x = j->x + n * j->c + c0;
      REAL *y = j->y + n * j->c + c0;
      for (int64_t i = 0; i < w; i++) y[i] = (x[i] - m[i]) * f[i] + b[i];
    }
  }
}

static void NAME(column_grads)(int64_t begin, int64_t end, void *ctx) {
  const NAME(norm_job) *j = ctx;
  for (int64_t c0 = begin * BLOCK; c0 < LT_MIN(end * BLOCK, j->c); c0 += BLOCK) {
    int64_t w = LT_MIN(BLOCK, j->c - c0);
    double mean[BLOCK], sum[BLOCK] = {0}, dot[BLOCK] = {0};
    REAL m[BLOCK], f[BLOCK], k[BLOCK], g0[BLOCK];
    for (int64_t i = 0; i < w; i++) mean[i] = (double)j->mean[c0 + i];
    for (int64_t n = 0; n < j->n; n++) {
      const REAL *x = j->x + n * j->c + c0, *g = j->gy + n * j->c + c0;
      for (int64_t i = 0; i < w; i++) {
        sum[i] += (double)g[i];
        dot[i] += ((double)x[i] - mean[i]) * (double)g[i];
      }
    }
    for (int64_t i = 0; i < w; i++) {
      int64_t c = c0 + i;
      double inverse = j->training ? (double)j->var[c] : 1 / sqrt((double)j->var[c] + j->eps);
      m[i] = j->mean[c];
      f[i] = (REAL)(inverse * (j->weight ? (double)j->weight[c] : 1));
      k[i] = j->training ? (REAL)(dot[i] * inverse * inverse / (double)j->n) : 0;
      g0[i] = j->training ? (REAL)(sum[i] / (double)j->n) : 0;
      if (j->gw) j->gw[c] += (REAL)(j->scale * dot[i] * inverse);
      if (j->gb) j->gb[c] += (REAL)(j->scale * sum[i]);
    }
    for (int64_t n = 0; j->gx && n < j->n; n++) {
      const REAL *x = j->x + n * j->c + c0, *g = j->gy + n * j->c + c0;
      REAL *gx = j->gx + n * j->c + c0;
      for (int64_t i = 0; i < w; i++) gx[i] = (g[i] - g0[i] - (x[i] - m[i]) * k[i]) * f[i];
    }
  }
}

static void NAME(normalize)(NAME(norm_job) * j, void (*channels)(int64_t, int64_t, void *),
                            void (*columns)(int64_t, int64_t, void *)) {
  int64_t each = j->n * j->inner;
  if (j->inner == 1)
    lti_parallel((j->c + BLOCK - 1) / BLOCK, LT_MAX(1, lti_grain / (each * BLOCK)), columns, j);
  else
    lti_parallel(j->c, LT_MAX(1, lti_grain / each), channels, j);
}

#undef NAME
