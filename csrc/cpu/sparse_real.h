/* sparse_real.h: loops of sparse linear layers in one type; included with REAL, NAME(x). The weight
 * of key k (from 0) and output o is w[k * kstride + o * ostride]. */

/* Elements [begin, end) of y[batch out]. */
static void NAME(forward)(int64_t begin, int64_t end, void *ctx) {
  const job *j = ctx;
  const lti_entries *e = j->e;
  const REAL *w = j->w, *values = e->values, *bias = j->bias;
  while (begin < end) {
    int64_t b = begin / e->out, from = begin % e->out, to = LT_MIN(e->out, from + end - begin);
    int64_t first = b ? e->ends[b - 1] : 0, last = e->ends[b];
    REAL *y = (REAL *)j->y + b * e->out;
    if (j->ostride == 1 && to - from > 4) {
      for (int64_t o = from; o < to; o++) y[o] = bias[o];
      for (int64_t i = first; i < last; i++) {
        const REAL *row = w + (e->keys[i] - 1) * j->kstride, v = values[i];
        for (int64_t o = from; o < to; o++) y[o] += v * row[o];
      }
    } else {
      for (int64_t o = from; o < to; o++) {
        const REAL *column = w + o * j->ostride;
        double sum = bias[o];
        for (int64_t i = first; i < last; i++)
          sum += (double)values[i] * column[(e->keys[i] - 1) * j->kstride];
        y[o] = (REAL)sum;
      }
    }
    begin += to - from;
  }
}

/* Outputs [begin, end) of the gradient [out in]. */
static void NAME(grad_columns)(int64_t begin, int64_t end, void *ctx) {
  const job *j = ctx;
  const lti_entries *e = j->e;
  const REAL *values = e->values, keep = (REAL)(1 - j->decay);
  for (int64_t o = begin; o < end; o++) {
    REAL *w = (REAL *)j->y + o * j->ostride;
    for (int64_t b = 0, i = 0; b < e->batch; b++) {
      REAL g = (REAL)j->scale * ((const REAL *)j->gy)[b * e->out + o];
      for (; i < e->ends[b]; i++) {
        REAL *at = w + (e->keys[i] - 1) * j->kstride;
        *at = keep * *at + g * values[i];
      }
    }
  }
}

/* Keys [begin, end) of the gradient [in skip + out]; every thread looks at all entries. */
static void NAME(grad_rows)(int64_t begin, int64_t end, void *ctx) {
  const job *j = ctx;
  const lti_entries *e = j->e;
  const REAL *values = e->values, keep = (REAL)(1 - j->decay);
  for (int64_t b = 0, i = 0; b < e->batch; b++) {
    const REAL *g = (const REAL *)j->gy + b * e->out;
    for (; i < e->ends[b]; i++) {
      int64_t key = e->keys[i] - 1;
      if (key < begin || key >= end) continue;
      REAL *w = (REAL *)j->y + key * j->kstride, v = (REAL)j->scale * values[i];
      for (int64_t o = 0; o < e->out; o++) w[o] = keep * w[o] + v * g[o];
    }
  }
}

/* Entries [begin, end). */
static void NAME(rows)(int64_t begin, int64_t end, void *ctx) {
  const job *j = ctx;
  const lti_entries *e = j->e;
  int64_t b = sample_of(e, begin);
  for (int64_t i = begin; i < end; i++) {
    while (i >= e->ends[b]) b++;
    const REAL *g = (const REAL *)j->gy + b * e->out;
    REAL *r = (REAL *)j->y + i * e->out, v = (REAL)j->scale * ((const REAL *)e->values)[i];
    for (int64_t o = 0; o < e->out; o++) r[o] = v * g[o];
  }
}

/* Keys [begin, end). */
static void NAME(rows_update)(int64_t begin, int64_t end, void *ctx) {
  const job *j = ctx;
  const lti_entries *e = j->e;
  const REAL *shifts = j->bias;
  for (int64_t i = 0; i < e->nnz; i++) {
    int64_t key = e->keys[i] - 1;
    if (key < begin || key >= end) continue;
    REAL *w = (REAL *)j->y + key * j->kstride;
    const REAL *row = (const REAL *)j->gy + i * e->out;
    REAL keep = (REAL)(1 - j->decay), lr = (REAL)j->scale;
    if (shifts) {
      lr *= w[-2];
      w[-1] -= lr * shifts[i];
    }
    for (int64_t o = 0; o < e->out; o++) w[o] = keep * w[o] - lr * row[o];
  }
}

/* Outputs [begin, end) of the columns in j->columns. */
static void NAME(columns)(int64_t begin, int64_t end, void *ctx) {
  const job *j = ctx;
  for (int64_t o = begin; o < end; o++) {
    REAL *w = (REAL *)j->y + o * j->e->in;
    const REAL *g = (const REAL *)j->w + o * j->e->in;
    for (int64_t i = 0; i < j->ncolumns; i++) {
      int64_t k = j->columns[i];
      w[k] -= (REAL)j->scale * g[k];
    }
  }
}

static void NAME(normalize)(const lti_entries *e, REAL *r, REAL *weight, int64_t kstride,
                            int training) {
  const REAL *values = e->values;
  for (int64_t i = 0; i < e->nnz; i++) {
    REAL *w = weight + (e->keys[i] - 1) * kstride, v = values[i];
    REAL size = v < 0 ? -v : v;
    if (training) {
      if (size > w[0]) {
        w[0] = size;
        w[1] = 1 / size;
      }
      w[2] = 1;
    }
    r[i] = (size > w[0] ? (REAL)(v > 0) - (REAL)(v < 0) : v * w[1]) + w[3];
  }
}

/* Entries [begin, end). */
static void NAME(shifts)(int64_t begin, int64_t end, void *ctx) {
  const job *j = ctx;
  const lti_entries *e = j->e;
  int64_t b = sample_of(e, begin);
  for (int64_t i = begin; i < end; i++) {
    while (i >= e->ends[b]) b++;
    const REAL *g = (const REAL *)j->gy + b * e->out;
    const REAL *w = (const REAL *)j->w + (e->keys[i] - 1) * j->kstride;
    double sum = 0;
    for (int64_t o = 0; o < e->out; o++) sum += (double)g[o] * w[o];
    ((REAL *)j->y)[i] = (REAL)(j->scale * sum);
  }
}

#undef REAL
#undef NAME
