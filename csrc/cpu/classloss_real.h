/* classloss_real.h: losses of single samples for one REAL, included by classloss.c for each. Values
 * go to partial[sample]; sums are made in double. */

#define NAME(x) LT_PASTE2(x, , REAL)

/* With z = max(0, base + x[k]): the sum of z or z^2 over n classes, or, unless gx is NULL, of their
 * derivatives times f, which gx gets. */
static double NAME(hinges)(int64_t n, const REAL *x, REAL *gx, double base, int p, double f) {
  double lane[LANES] = {0}, sum = 0;
#define HINGE(k, into)                                  \
  do {                                                  \
    double z = base + (double)x[k];                     \
    z = z <= 0 ? 0 : z;                                 \
    if (gx) {                                           \
      double g = p == 1 ? (z == 0 ? 0 : f) : 2 * f * z; \
      gx[k] = (REAL)g;                                  \
      into += g;                                        \
    } else {                                            \
      into += p == 1 ? z : z * z;                       \
    }                                                   \
  } while (0)
  int64_t k = 0;
  for (; k + LANES <= n; k += LANES)
    for (int l = 0; l < LANES; l++) HINGE(k + l, lane[l]);
  for (; k < n; k++) HINGE(k, sum);
#undef HINGE
  for (int l = 0; l < LANES; l++) sum += lane[l];
  return sum;
}

static void NAME(multimargin)(int64_t begin, int64_t end, void *ctx) {
  const sample_job *j = ctx;
  const REAL *ws = j->w;
  for (int64_t i = begin; i < end; i++) {
    const REAL *x = (const REAL *)j->x + i * j->c;
    int64_t t = j->target[i] - 1;
    double base = j->margin - (double)x[t];
    double sum = NAME(hinges)(t, x, NULL, base, j->p, 0) +
                 NAME(hinges)(j->c - t - 1, x + t + 1, NULL, base, j->p, 0);
    j->partial[i] = sum * (ws ? (double)ws[t] : 1) / (double)j->c;
  }
}

static void NAME(multimargin_grad)(int64_t begin, int64_t end, void *ctx) {
  const sample_job *j = ctx;
  const REAL *ws = j->w;
  for (int64_t i = begin; i < end; i++) {
    const REAL *x = (const REAL *)j->x + i * j->c;
    REAL *gx = (REAL *)j->gx + i * j->c;
    int64_t t = j->target[i] - 1;
    double base = j->margin - (double)x[t];
    double f = j->factor * (ws ? (double)ws[t] : 1) / (double)j->c;
    double sum = NAME(hinges)(t, x, gx, base, j->p, f) +
                 NAME(hinges)(j->c - t - 1, x + t + 1, gx + t + 1, base, j->p, f);
    gx[t] = (REAL)-sum;
  }
}

/* The targets of a sample end with a 0; is_target marks them. Adds the gradient, unless gx is NULL,
 * and returns the value times c. */
static double NAME(multilabel)(const sample_job *j, int64_t i, REAL *gx) {
  const REAL *x = (const REAL *)j->x + i * j->c;
  const int64_t *target = j->target + i * j->c;
  uint8_t *is_target = j->is_target + i * j->c;
  double sum = 0, f = j->factor / (double)j->c;
  memset(is_target, 0, (size_t)j->c);
  for (int64_t l = 0; l < j->c && target[l]; l++) is_target[target[l] - 1] = 1;
  for (int64_t l = 0; l < j->c && target[l]; l++) {
    int64_t t = target[l] - 1;
    double found = 0;
    for (int64_t k = 0; k < j->c; k++) {
      double z = 1 - (double)x[t] + (double)x[k];
      if (is_target[k] || z <= 0) continue;
      sum += z, found++;
      if (gx) gx[k] += (REAL)f;
    }
    if (gx) gx[t] -= (REAL)(f * found);
  }
  return sum;
}

static void NAME(multilabelmargin)(int64_t begin, int64_t end, void *ctx) {
  const sample_job *j = ctx;
  for (int64_t i = begin; i < end; i++) j->partial[i] = NAME(multilabel)(j, i, NULL) / (double)j->c;
}

static void NAME(multilabelmargin_grad)(int64_t begin, int64_t end, void *ctx) {
  const sample_job *j = ctx;
  for (int64_t i = begin; i < end; i++) {
    REAL *gx = (REAL *)j->gx + i * j->c;
    memset(gx, 0, (size_t)j->c * sizeof(REAL));
    NAME(multilabel)(j, i, gx);
  }
}

/* sum over c elements of w x; w may be NULL. */
static double NAME(weighted_sum)(int64_t c, int64_t stride, const REAL *x, const REAL *w) {
  double lane[LANES] = {0}, sum = 0;
  int64_t k = 0;
  if (!w && stride == 1)
    for (; k + LANES <= c; k += LANES)
      for (int l = 0; l < LANES; l++) lane[l] += (double)x[k + l];
  for (; k < c; k++) sum += (double)x[k * stride] * (w ? (double)w[k] : 1);
  for (int l = 0; l < LANES; l++) sum += lane[l];
  return sum;
}

static void NAME(softnll)(int64_t begin, int64_t end, void *ctx) {
  const sample_job *j = ctx;
  const REAL *ws = j->w;
  for (int64_t i = begin; i < end; i++) {
    j->partial[i] = 0;
    if (j->target[i] == j->ignore) continue;
    const REAL *x = (const REAL *)j->x + i / j->inner * j->c * j->inner + i % j->inner;
    int64_t t = j->target[i] - 1;
    double v = (double)x[t * j->inner], all = 0;
    if (j->smoothing != 0) all = NAME(weighted_sum)(j->c, j->inner, x, ws);
    if (j->gamma != 0) v *= m_pow(LT_MAX(0, -m_expm1(v)), j->gamma);
    j->partial[i] =
        -(1 - j->smoothing) * v * (ws ? (double)ws[t] : 1) - j->smoothing / (double)j->c * all;
  }
}

static void NAME(softnll_grad)(int64_t begin, int64_t end, void *ctx) {
  const sample_job *j = ctx;
  const REAL *ws = j->w;
  for (int64_t i = begin; i < end; i++) {
    int64_t at = i / j->inner * j->c * j->inner + i % j->inner, t = j->target[i] - 1;
    const REAL *x = (const REAL *)j->x + at;
    REAL *gx = (REAL *)j->gx + at;
    bool counts = j->target[i] != j->ignore;
    double rest = counts ? -j->factor * j->smoothing / (double)j->c : 0;
    for (int64_t k = 0; k < j->c; k++) gx[k * j->inner] = (REAL)(rest * (ws ? (double)ws[k] : 1));
    if (!counts) continue;
    double v = (double)x[t * j->inner], slope = 1;
    if (j->gamma != 0) {
      double q = LT_MAX(0, -m_expm1(v)), power = m_pow(q, j->gamma);
      slope = q > 0 ? power - j->gamma * power / q * (1 - q) * v : 0;
    }
    slope *= -j->factor * (1 - j->smoothing) * (ws ? (double)ws[t] : 1);
    gx[t * j->inner] = (REAL)(slope + rest * (ws ? (double)ws[t] : 1));
  }
}

/* x . y and the inverses of the squared lengths. */
static void NAME(cosine)(int64_t d, const REAL *x, const REAL *y, double *dot, double *xx,
                         double *yy) {
  double sum[3][LANES] = {{0}};
  int64_t i = 0;
  for (; i + LANES <= d; i += LANES)
    for (int l = 0; l < LANES; l++) {
      double a = (double)x[i + l], b = (double)y[i + l];
      sum[0][l] += a * b, sum[1][l] += a * a, sum[2][l] += b * b;
    }
  for (int l = 0; i < d; i++, l++) {
    double a = (double)x[i], b = (double)y[i];
    sum[0][l] += a * b, sum[1][l] += a * a, sum[2][l] += b * b;
  }
  for (int l = 1; l < LANES; l++)
    for (int k = 0; k < 3; k++) sum[k][0] += sum[k][l];
  *dot = sum[0][0], *xx = 1 / (sum[1][0] + TINY), *yy = 1 / (sum[2][0] + TINY);
}

static void NAME(cosineembedding)(int64_t begin, int64_t end, void *ctx) {
  const sample_job *j = ctx;
  for (int64_t i = begin; i < end; i++) {
    double dot, xx, yy;
    NAME(cosine)
    (j->c, (const REAL *)j->x + i * j->c, (const REAL *)j->w + i * j->c, &dot, &xx, &yy);
    double cosine = dot * m_sqrt(xx * yy);
    if (((const REAL *)j->signs)[i] == 1)
      j->partial[i] = 1 - cosine;
    else
      j->partial[i] = cosine - j->margin <= 0 ? 0 : cosine - j->margin;
  }
}

/* d cos / dx = y / (|x| |y|) - x cos / |x|^2 */
static void NAME(cosineembedding_grad)(int64_t begin, int64_t end, void *ctx) {
  const sample_job *j = ctx;
  for (int64_t i = begin; i < end; i++) {
    const REAL *x = (const REAL *)j->x + i * j->c, *y = (const REAL *)j->w + i * j->c;
    REAL *gx = (REAL *)j->gx + i * j->c, *gy = (REAL *)j->gy + i * j->c;
    double dot, xx, yy;
    NAME(cosine)(j->c, x, y, &dot, &xx, &yy);
    double both = m_sqrt(xx * yy), cosine = dot * both;
    double f = ((const REAL *)j->signs)[i] == 1 ? -j->factor
               : cosine - j->margin <= 0        ? 0
                                                : j->factor;
    double fx = f * cosine * xx, fy = f * cosine * yy;
    f *= both;
    for (int64_t k = 0; k < j->c; k++) {
      double a = (double)x[k], b = (double)y[k];
      gx[k] = (REAL)(f * b - fx * a);
      gy[k] = (REAL)(f * a - fy * b);
    }
  }
}

static lt_status NAME(check_signs)(const char *op, int64_t n, const REAL *t) {
  for (int64_t i = 0; i < n; i++)
    LT_CHECK(t[i] == 1 || t[i] == -1, ERANGE, "%s: target %g at position %lld is neither 1 nor -1",
             op, lti_number((double)t[i]), (long long)i + 1);
  return LT_OK;
}

#undef NAME
