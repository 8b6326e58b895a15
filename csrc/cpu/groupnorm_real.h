/* groupnorm_real.h: group normalization loops for one REAL, included by groupnorm.c for each. Sums
 * are those of blocks in REAL, added up in double. */

#define NAME(x) LT_PASTE2(x, , REAL)

typedef struct NAME(group_job) {
  int64_t n, c, groups, inner;
  const REAL *x, *gy, *weight, *bias, *mean, *std;
  REAL *y, *gx, *gw, *gb, *save_mean, *save_std;
  int center;
  double scale, eps;
  int64_t block; /* samples in a block of the gradient of inner == 1 */
  double *sums;  /* [n c 2], or [blocks 2 c] when inner == 1 */
} NAME(group_job);

static inline double NAME(fold)(REAL *lane) {
#pragma GCC unroll 8
  for (int w = LANES / 2; w > 0; w /= 2)
    for (int l = 0; l < w; l++) lane[l] += lane[l + w];
  return (double)lane[0];
}

/* *mean and the sum of squared differences from it, of n elements. The sums of a block are about
 * the mean of its first elements, so that no digits cancel; the blocks are joined as by Chan et
 * al., 1979. Without `center` the mean is 0. */
static double NAME(moments)(const REAL *x, int64_t n, int center, double *mean) {
  double m = 0, squares = 0;
  if (n < FEW) {
    if (center)
      for (int64_t i = 0; i < n; i++) m += (double)x[i];
    m /= (double)n;
    for (int64_t i = 0; i < n; i++) squares += ((double)x[i] - m) * ((double)x[i] - m);
    *mean = m;
    return squares;
  }
  for (int64_t begin = 0, size; begin < n; begin += size, x += size) {
    size = LT_MIN((int64_t)SUM_BLOCK, n - begin);
    REAL lane[LANES], square[LANES] = {0}, about = 0;
    int64_t i = 0;
    if (center) {
      about = x[0];
      if (size >= LANES) {
        memcpy(lane, x, sizeof lane);
        about = (REAL)(NAME(fold)(lane) / LANES);
      }
    }
    memset(lane, 0, sizeof lane);
    for (; i + LANES <= size; i += LANES)
      for (int l = 0; l < LANES; l++) {
        REAL d = x[i + l] - about;
        lane[l] += d;
        square[l] += d * d;
      }
    for (int l = 0; i + l < size; l++) {
      REAL d = x[i + l] - about;
      lane[l] += d;
      square[l] += d * d;
    }
    squares += NAME(fold)(square);
    if (!center) continue;
    double count = (double)size, total = (double)(begin + size), sum = NAME(fold)(lane);
    double away = (double)about + sum / count - m;
    squares += away * away * count * (double)begin / total - sum * sum / count;
    m += away * count / total;
  }
  *mean = m;
  return LT_MAX(squares, 0);
}

/* *sum = sum of g, *dot = sum of g (x - mean), of n elements. */
static void NAME(dots)(const REAL *x, const REAL *g, int64_t n, REAL mean, double *sum,
                       double *dot) {
  *sum = *dot = 0;
  if (n < FEW) {
    for (int64_t i = 0; i < n; i++) {
      *sum += (double)g[i];
      *dot += (double)g[i] * (double)(x[i] - mean);
    }
    return;
  }
  for (int64_t begin = 0, size; begin < n; begin += size, x += size, g += size) {
    size = LT_MIN((int64_t)SUM_BLOCK, n - begin);
    REAL lane[LANES] = {0}, product[LANES] = {0};
    int64_t i = 0;
    for (; i + LANES <= size; i += LANES)
      for (int l = 0; l < LANES; l++) {
        lane[l] += g[i + l];
        product[l] += g[i + l] * (x[i + l] - mean);
      }
    for (int l = 0; i + l < size; l++) {
      lane[l] += g[i + l];
      product[l] += g[i + l] * (x[i + l] - mean);
    }
    *sum += NAME(fold)(lane);
    *dot += NAME(fold)(product);
  }
}

/* The same for g w. */
static void NAME(weighted_dots)(const REAL *x, const REAL *g, const REAL *w, int64_t n, REAL mean,
                                double *sum, double *dot) {
  *sum = *dot = 0;
  if (n < FEW) {
    for (int64_t i = 0; i < n; i++) {
      double f = (double)(g[i] * w[i]);
      *sum += f;
      *dot += f * (double)(x[i] - mean);
    }
    return;
  }
  for (int64_t begin = 0, size; begin < n; begin += size, x += size, g += size, w += size) {
    size = LT_MIN((int64_t)SUM_BLOCK, n - begin);
    REAL lane[LANES] = {0}, product[LANES] = {0};
    int64_t i = 0;
    for (; i + LANES <= size; i += LANES)
      for (int l = 0; l < LANES; l++) {
        REAL f = g[i + l] * w[i + l];
        lane[l] += f;
        product[l] += f * (x[i + l] - mean);
      }
    for (int l = 0; i + l < size; l++) {
      REAL f = g[i + l] * w[i + l];
      lane[l] += f;
      product[l] += f * (x[i + l] - mean);
    }
    *sum += NAME(fold)(lane);
    *dot += NAME(fold)(product);
  }
}

/* y = (x - mean) inverse weight + bias for the c channels of a group. */
static void NAME(apply)(REAL *y, const REAL *x, const REAL *weight, const REAL *bias, int64_t c,
                        int64_t inner, REAL mean, REAL inverse) {
  if (!weight) {
    for (int64_t i = 0; i < c * inner; i++) y[i] = (x[i] - mean) * inverse;
  } else if (inner > 1) {
    for (int64_t k = 0; k < c; k++, x += inner, y += inner) {
      REAL f = inverse * weight[k], b = bias ? bias[k] : 0;
      for (int64_t i = 0; i < inner; i++) y[i] = (x[i] - mean) * f + b;
    }
  } else if (bias) {
    for (int64_t i = 0; i < c; i++) y[i] = (x[i] - mean) * inverse * weight[i] + bias[i];
  } else {
    for (int64_t i = 0; i < c; i++) y[i] = (x[i] - mean) * inverse * weight[i];
  }
}

/* Rows are the groups of all samples. */
static void NAME(forward)(int64_t begin, int64_t end, void *ctx) {
  const NAME(group_job) *j = ctx;
  int64_t c = j->c / j->groups, size = c * j->inner;
  for (int64_t row = begin; row < end; row++) {
    int64_t first = row % j->groups * c;
    const REAL *x = j->x + row * size;
    double mean, var = NAME(moments)(x, size, j->center, &mean) / (double)size + j->eps;
    double inverse = var > 0 ? 1 / sqrt(var) : 0;
    if (j->save_mean) j->save_mean[row] = (REAL)mean;
    if (j->save_std) j->save_std[row] = (REAL)inverse;
    NAME(apply)
    (j->y + row * size, x, j->weight ? j->weight + first : NULL, j->bias ? j->bias + first : NULL,
     c, j->inner, (REAL)mean, (REAL)inverse);
  }
}

/* With h = gy weight and u = (x - mean) / std: gx = (h - [center] mean(h) - u mean(h u)) / std.
 * From the sums of h and of h (x - mean): gx = h inverse - shift - (x - mean) slope. */
static inline void NAME(factors)(const NAME(group_job) * j, double sum, double dot, double inverse,
                                 int64_t size, REAL *shift, REAL *slope) {
  *shift = j->center ? (REAL)(sum * inverse / (double)size) : 0;
  *slope = (REAL)(dot * inverse * inverse * inverse / (double)size);
}

static void NAME(backward)(int64_t begin, int64_t end, void *ctx) {
  const NAME(group_job) *j = ctx;
  int64_t c = j->c / j->groups, inner = j->inner, size = c * inner;
  for (int64_t row = begin; row < end; row++) {
    int64_t first = row % j->groups * c;
    const REAL *x = j->x + row * size, *g = j->gy + row * size;
    REAL mean = j->mean ? j->mean[row] : 0, inverse = j->std[row], shift, slope;
    double *sums = j->sums + row * c * 2, sum = 0, dot = 0;
    for (int64_t k = 0; k < c; k++) {
      double w = j->weight ? (double)j->weight[first + k] : 1;
      NAME(dots)(x + k * inner, g + k * inner, inner, mean, sums + 2 * k, sums + 2 * k + 1);
      sum += w * sums[2 * k];
      dot += w * sums[2 * k + 1];
      sums[2 * k + 1] *= (double)inverse;
    }
    if (!j->gx) continue;
    NAME(factors)(j, sum, dot, (double)inverse, size, &shift, &slope);
    REAL *gx = j->gx + row * size;
    for (int64_t k = 0; k < c; k++, x += inner, g += inner, gx += inner) {
      REAL f = inverse * (j->weight ? j->weight[first + k] : 1);
      for (int64_t i = 0; i < inner; i++) gx[i] = g[i] * f - shift - (x[i] - mean) * slope;
    }
  }
}

/* Adds the sums of all samples to the gradients of weight and bias. */
static void NAME(reduce)(int64_t begin, int64_t end, void *ctx) {
  const NAME(group_job) *j = ctx;
  for (int64_t c = begin; c < end; c++) {
    double sum = 0, dot = 0;
    for (int64_t n = 0; n < j->n; n++) {
      sum += j->sums[(n * j->c + c) * 2];
      dot += j->sums[(n * j->c + c) * 2 + 1];
    }
    if (j->gb) j->gb[c] += (REAL)(j->scale * sum);
    if (j->gw) j->gw[c] += (REAL)(j->scale * dot);
  }
}

/* inner == 1: gx of samples [begin, end). */
static void NAME(sample_grads)(const NAME(group_job) * j, int64_t begin, int64_t end) {
  int64_t c = j->c / j->groups;
  for (int64_t row = begin * j->groups; row < end * j->groups; row++) {
    const REAL *x = j->x + row * c, *g = j->gy + row * c, *w = j->weight + row % j->groups * c;
    REAL *gx = j->gx + row * c, mean = j->mean ? j->mean[row] : 0, inverse = j->std[row];
    REAL shift, slope;
    double sum, dot;
    NAME(weighted_dots)(x, g, w, c, mean, &sum, &dot);
    NAME(factors)(j, sum, dot, (double)inverse, c, &shift, &slope);
#pragma GCC ivdep
    for (int64_t i = 0; i < c; i++) gx[i] = g[i] * (w[i] * inverse) - shift - (x[i] - mean) * slope;
  }
}

/* inner == 1: adds samples [begin, end) to the sums [2 c] of the gradients of bias and weight. */
static void NAME(channel_sums)(const NAME(group_job) * j, int64_t begin, int64_t end,
                               double *sums) {
  int64_t c = j->c / j->groups;
  for (int64_t first = 0, width; first < j->c; first += width) {
    int64_t group = first / c;
    width = LT_MIN((int64_t)WIDTH, (group + 1) * c - first);
    REAL sum[WIDTH] = {0}, dot[WIDTH] = {0};
    for (int64_t n = begin; n < end; n++) {
      int64_t row = n * j->groups + group;
      const REAL *x = j->x + n * j->c + first, *g = j->gy + n * j->c + first;
      REAL mean = j->mean ? j->mean[row] : 0, inverse = j->std[row];
      for (int64_t i = 0; i < width; i++) {
        sum[i] += g[i];
        dot[i] += g[i] * ((x[i] - mean) * inverse);
      }
    }
    for (int64_t i = 0; i < width; i++) {
      sums[first + i] += (double)sum[i];
      sums[j->c + first + i] += (double)dot[i];
    }
  }
}

/* inner == 1, blocks of samples, a few at a time that stay in the second-level cache. */
static void NAME(block_grads)(int64_t begin, int64_t end, void *ctx) {
  const NAME(group_job) *j = ctx;
  int64_t few = CACHE / (2 * j->c * (int64_t)sizeof(REAL));
  few = LT_MAX(1, LT_MIN(few, (int64_t)FLUSH));
  for (int64_t b = begin; b < end; b++) {
    double *sums = j->sums + b * 2 * j->c;
    int64_t last = LT_MIN(j->n, (b + 1) * j->block);
    memset(sums, 0, (size_t)j->c * 2 * sizeof *sums);
    for (int64_t n = b * j->block; n < last; n += few) {
      int64_t stop = LT_MIN(n + few, last);
      if (j->gx) NAME(sample_grads)(j, n, stop);
      if (j->gw || j->gb) NAME(channel_sums)(j, n, stop, sums);
    }
  }
}

/* Adds the sums of all blocks to the gradients of weight and bias. */
static void NAME(join_blocks)(int64_t begin, int64_t end, void *ctx) {
  const NAME(group_job) *j = ctx;
  int64_t blocks = (j->n + j->block - 1) / j->block;
  for (int64_t c = begin; c < end; c++) {
    double sum = 0, dot = 0;
    for (int64_t b = 0; b < blocks; b++) {
      sum += j->sums[b * 2 * j->c + c];
      dot += j->sums[(b * 2 + 1) * j->c + c];
    }
    if (j->gb) j->gb[c] += (REAL)(j->scale * sum);
    if (j->gw) j->gw[c] += (REAL)(j->scale * dot);
  }
}

/* Gradients of x [n c]. */
static lt_status NAME(grad_blocks)(NAME(group_job) * j) {
  int64_t c = j->c, blocks;
  j->block = LT_MAX(LT_MAX((int64_t)16, (j->n + 63) / 64), lti_grain / c);
  blocks = (j->n + j->block - 1) / j->block;
  size_t bytes = (size_t)(blocks * 2 * c) * sizeof(double) + (size_t)c * sizeof(REAL);
  double *scratch = lti_alloc(bytes);
  if (!scratch) return lti_out_of_memory(bytes);
  j->sums = scratch;
  if (!j->weight) {
    REAL *ones = (REAL *)(scratch + blocks * 2 * c);
    for (int64_t i = 0; i < c; i++) ones[i] = 1;
    j->weight = ones;
  }
  lti_parallel(blocks, 1, NAME(block_grads), j);
  if (j->gw || j->gb) lti_parallel(c, LT_MAX(1, lti_grain / blocks), NAME(join_blocks), j);
  lti_free(scratch, bytes);
  return LT_OK;
}

/* Gradients of x [n c inner]. */
static lt_status NAME(grad_rows)(NAME(group_job) * j) {
  size_t bytes = (size_t)(j->n * j->c) * 2 * sizeof(double);
  j->sums = lti_alloc(bytes);
  if (!j->sums) return lti_out_of_memory(bytes);
  lti_parallel(j->n * j->groups, LT_MAX(1, lti_grain / (j->c / j->groups * j->inner)),
               NAME(backward), j);
  if (j->gw || j->gb) lti_parallel(j->c, LT_MAX(1, lti_grain / j->n), NAME(reduce), j);
  lti_free(j->sums, bytes);
  return LT_OK;
}

#undef NAME
