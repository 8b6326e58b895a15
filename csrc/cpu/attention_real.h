/* attention_real.h: attention for one REAL, included by attention.c for each. A block of products
 * of queries and keys becomes weights and is used up before the next one is made. */

#define NAME(x) LT_PASTE2(x, , REAL)
#include "cpu/packed.h"

typedef struct NAME(job) {
  const lti_attention *s;
  REAL *y, *lse, *gq, *gk, *gv;
  const REAL *q, *k, *v, *gy, *y_in, *lse_in;
  REAL *space;    /* packed keys and values: of every head, in the gradient of every worker */
  int64_t stride; /* elements of space for one */
  int64_t workers, slices; /* slices of the queries of a head */
  REAL *sums;              /* of slices, see sums_of */
} NAME(job);

/* Rows of a head. */
static int64_t NAME(at)(const lti_rows *r, int64_t b, int64_t t, int64_t head, int64_t size) {
  return b * r->sample + t * r->row + head * size;
}

/* Multiplies the weights of a query by 0 or 1 / (1 - dropout). */
static void NAME(drop)(const lti_attention *s, int64_t query, int64_t k0, int64_t w,
                       REAL *restrict p) {
  uint32_t row = lti_mix(lti_mix(s->seed) + (uint32_t)query),
           least = lti_drop_threshold(s->dropout);
  REAL factor = (REAL)(1 / (1 - s->dropout));
  for (int64_t j = 0; j < w; j++)
    p[j] *= lti_mix(row + (uint32_t)(k0 + j)) >= least ? factor : (REAL)0;
}

/* x[w] = exp(scale x - base) for the first `seen` keys that count, else 0; returns their sum. */
static REAL NAME(weights)(int64_t w, int64_t seen, REAL *x, REAL scale, REAL base,
                          const uint8_t *ignored) {
  REAL sum = 0;
  if (ignored) {
#pragma omp simd reduction(+ : sum)
    for (int64_t j = 0; j < seen; j++) {
      REAL e = m_exp(scale * x[j] - base);
      x[j] = ignored[j] ? 0 : e;
      sum += x[j];
    }
  } else {
#pragma omp simd reduction(+ : sum)
    for (int64_t j = 0; j < seen; j++) {
      x[j] = m_exp(scale * x[j] - base);
      sum += x[j];
    }
  }
  for (int64_t j = seen; j < w; j++) x[j] = 0;
  return sum;
}

/* The largest of scale x over the first `seen` keys that count, at least -INFINITY. */
static REAL NAME(largest)(int64_t seen, const REAL *x, REAL scale, const uint8_t *ignored) {
  REAL most = -INFINITY;
  if (ignored) {
    for (int64_t j = 0; j < seen; j++)
      if (!ignored[j] && scale * x[j] > most) most = scale * x[j];
    return most;
  }
#pragma omp simd reduction(max : most)
  for (int64_t j = 0; j < seen; j++) {
    REAL v = scale * x[j];
    most = v > most ? v : most;
  }
  return most;
}

/* ---- forward ---- */

/* Packs the keys, transposed, and the values of heads [begin, end) of all samples. */
static void NAME(pack_heads)(int64_t begin, int64_t end, void *ctx) {
  const NAME(job) *j = ctx;
  const lti_attention *s = j->s;
  for (int64_t u = begin; u < end; u++) {
    int64_t b = u / s->heads, head = u % s->heads;
    REAL *space = j->space + u * j->stride;
    NAME(pack)(s->d, s->tk, j->k + NAME(at)(&s->k, b, 0, head, s->d), 1, s->k.row, space);
    NAME(pack)
    (s->tk, s->dv, j->v + NAME(at)(&s->v, b, 0, head, s->dv), s->v.row, 1,
     space + NAME(packed_size)(s->d, s->tk));
  }
}

/* Queries q0 .. q0 + m - 1 of a head u: running maxima and sums, results rescaled as they grow. */
static void NAME(queries)(const NAME(job) * j, int64_t u, int64_t q0, int64_t m) {
  const lti_attention *s = j->s;
  int64_t b = u / s->heads, head = u % s->heads;
  const REAL *keys = j->space + u * j->stride, *values = keys + NAME(packed_size)(s->d, s->tk);
  const REAL *q = j->q + NAME(at)(&s->q, b, q0, head, s->d);
  REAL *y = j->y + NAME(at)(&s->y, b, q0, head, s->dv), *lse = j->lse + u * s->tq + q0;
  REAL x[QUERIES * KEYS], most[QUERIES], sum[QUERIES], scale = (REAL)s->scale;
  for (int64_t i = 0; i < m; i++) {
    most[i] = -INFINITY, sum[i] = 0;
    memset(y + i * s->y.row, 0, (size_t)s->dv * sizeof(REAL));
  }
  int64_t count = keys_of(s, b, q0 + m - 1);
  for (int64_t k0 = 0; k0 < count; k0 += KEYS) {
    int64_t w = LT_MIN(KEYS, count - k0);
    const uint8_t *ignored = s->ignored ? s->ignored + b * s->tk + k0 : NULL;
    NAME(product)(m, w, s->d, q, s->q.row, 1, keys + k0 * s->d, s->d, x, KEYS, 0);
    for (int64_t i = 0; i < m; i++) {
      int64_t seen = LT_MAX(0, LT_MIN(w, keys_of(s, b, q0 + i) - k0));
      REAL *row = x + i * KEYS, *out = y + i * s->y.row;
      REAL top = NAME(largest)(seen, row, scale, ignored);
      if (top > most[i]) {
        REAL shrink = m_exp(most[i] - top);
        most[i] = top, sum[i] *= shrink;
        for (int64_t c = 0; c < s->dv; c++) out[c] *= shrink;
      }
      sum[i] += NAME(weights)(w, seen, row, scale, most[i], ignored);
      if (s->dropout > 0) NAME(drop)(s, u * s->tq + q0 + i, k0, seen, row);
    }
    NAME(product)(m, s->dv, w, x, KEYS, 1, values + k0 * NAME(panel), s->tk, y, s->y.row, 1);
  }
  for (int64_t i = 0; i < m; i++) {
    REAL f = sum[i] == 0 ? 0 : 1 / sum[i];
    for (int64_t c = 0; c < s->dv; c++) y[i * s->y.row + c] *= f;
    lse[i] = sum[i] == 0 ? (REAL)INFINITY : most[i] + m_log(sum[i]);
  }
}

static void NAME(forward)(int64_t begin, int64_t end, void *ctx) {
  const NAME(job) *j = ctx;
  int64_t blocks = (j->s->tq + QUERIES - 1) / QUERIES;
  for (int64_t i = begin; i < end; i++) {
    int64_t q0 = i % blocks * QUERIES;
    NAME(queries)(j, i / blocks, q0, LT_MIN(QUERIES, j->s->tq - q0));
  }
}

static lt_status NAME(run)(NAME(job) * j) {
  const lti_attention *s = j->s;
  j->stride = NAME(packed_size)(s->d, s->tk) + NAME(packed_size)(s->tk, s->dv);
  int64_t units = s->n * s->heads;
  size_t bytes = (size_t)(units * j->stride) * sizeof(REAL);
  j->space = lti_alloc(bytes);
  if (!j->space) return lti_out_of_memory(bytes);
  lti_parallel(units, LT_MAX(1, lti_grain / j->stride), NAME(pack_heads), j);
  int64_t work = LT_MIN(QUERIES, s->tq) * LT_MIN(lti_grain, s->tk) * (s->d + s->dv);
  lti_parallel(units * ((s->tq + QUERIES - 1) / QUERIES), LT_MAX(1, lti_grain / work),
               NAME(forward), j);
  lti_free(j->space, bytes);
  return LT_OK;
}

/* ---- backward: weights are computed again from lse ---- */

/* Where a slice but the first sums up gradients of keys and values. */
static REAL *NAME(sums_of)(const NAME(job) * j, int64_t u, int64_t slice) {
  return j->sums + (u * (j->slices - 1) + slice - 1) * j->s->tk * (j->s->d + j->s->dv);
}

/* A slice of the queries of one head, in space for keys, transposed and as they are, transposed
 * values, a block of queries and of gradients of y. Slices but the first put gradients of keys and
 * values into sums of their own, [tk d] and [tk dv]. */
static void NAME(slice_grad)(const NAME(job) * j, int64_t u, int64_t slice, REAL *keys) {
  const lti_attention *s = j->s;
  int64_t b = u / s->heads, head = u % s->heads;
  REAL *rows = keys + NAME(packed_size)(s->d, s->tk),
       *values = rows + NAME(packed_size)(s->tk, s->d);
  REAL *queries = values + NAME(packed_size)(s->dv, s->tk);
  REAL *gradients = queries + NAME(packed_size)(QUERIES, s->d);
  const REAL *k = j->k + NAME(at)(&s->k, b, 0, head, s->d);
  REAL *gk = j->gk + NAME(at)(&s->gk, b, 0, head, s->d), scale = (REAL)s->scale;
  REAL *gv = j->gv + NAME(at)(&s->gv, b, 0, head, s->dv);
  int64_t gk_row = s->gk.row, gv_row = s->gv.row;
  if (slice > 0) {
    gk = NAME(sums_of)(j, u, slice), gv = gk + s->tk * s->d;
    gk_row = s->d, gv_row = s->dv;
  }
  REAL x[QUERIES * KEYS], g[QUERIES * KEYS], p[KEYS], inner[QUERIES];
  NAME(pack)(s->d, s->tk, k, 1, s->k.row, keys);
  NAME(pack)(s->tk, s->d, k, s->k.row, 1, rows);
  NAME(pack)(s->dv, s->tk, j->v + NAME(at)(&s->v, b, 0, head, s->dv), 1, s->v.row, values);
  for (int64_t t = 0; t < s->tk; t++) {
    memset(gk + t * gk_row, 0, (size_t)s->d * sizeof(REAL));
    memset(gv + t * gv_row, 0, (size_t)s->dv * sizeof(REAL));
  }
  int64_t blocks = (s->tq + QUERIES - 1) / QUERIES;
  int64_t end = LT_MIN(s->tq, blocks * (slice + 1) / j->slices * QUERIES);
  for (int64_t q0 = blocks * slice / j->slices * QUERIES; q0 < end; q0 += QUERIES) {
    int64_t m = LT_MIN(QUERIES, s->tq - q0), at = NAME(at)(&s->y, b, q0, head, s->dv);
    const REAL *q = j->q + NAME(at)(&s->q, b, q0, head, s->d), *gy = j->gy + at, *y = j->y_in + at;
    REAL *gq = j->gq + NAME(at)(&s->gq, b, q0, head, s->d);
    NAME(pack)(m, s->d, q, s->q.row, 1, queries);
    NAME(pack)(m, s->dv, gy, s->y.row, 1, gradients);
    for (int64_t i = 0; i < m; i++) {
      const REAL *a = gy + i * s->y.row, *c = y + i * s->y.row;
      REAL sum = 0;
#pragma omp simd reduction(+ : sum)
      for (int64_t e = 0; e < s->dv; e++) sum += a[e] * c[e];
      inner[i] = sum;
      memset(gq + i * s->gq.row, 0, (size_t)s->d * sizeof(REAL));
    }
    int64_t count = keys_of(s, b, q0 + m - 1);
    for (int64_t k0 = 0; k0 < count; k0 += KEYS) {
      int64_t w = LT_MIN(KEYS, count - k0);
      const uint8_t *ignored = s->ignored ? s->ignored + b * s->tk + k0 : NULL;
      NAME(product)(m, w, s->d, q, s->q.row, 1, keys + k0 * s->d, s->d, x, KEYS, 0);
      NAME(product)(m, w, s->dv, gy, s->y.row, 1, values + k0 * s->dv, s->dv, g, KEYS, 0);
      for (int64_t i = 0; i < m; i++) {
        int64_t seen = LT_MAX(0, LT_MIN(w, keys_of(s, b, q0 + i) - k0));
        REAL *row = x + i * KEYS, *slope = g + i * KEYS, d = inner[i];
        NAME(weights)(w, seen, row, scale, j->lse_in[u * s->tq + q0 + i], ignored);
        memcpy(p, row, (size_t)w * sizeof(REAL));
        if (s->dropout > 0) {
          NAME(drop)(s, u * s->tq + q0 + i, k0, seen, row);
          NAME(drop)(s, u * s->tq + q0 + i, k0, seen, slope);
        }
        for (int64_t c = 0; c < w; c++) slope[c] = scale * p[c] * (slope[c] - d);
      }
      NAME(product)(w, s->dv, m, x, 1, KEYS, gradients, m, gv + k0 * gv_row, gv_row, 1);
      NAME(product)(m, s->d, w, g, KEYS, 1, rows + k0 * NAME(panel), s->tk, gq, s->gq.row, 1);
      NAME(product)(w, s->d, m, g, 1, KEYS, queries, m, gk + k0 * gk_row, gk_row, 1);
    }
  }
}

/* Each worker takes every workers-th slice. */
static void NAME(backward)(int64_t begin, int64_t end, void *ctx) {
  const NAME(job) *j = ctx;
  int64_t count = j->s->n * j->s->heads * j->slices;
  for (int64_t worker = begin; worker < end; worker++)
    for (int64_t i = worker; i < count; i += j->workers)
      NAME(slice_grad)(j, i / j->slices, i % j->slices, j->space + worker * j->stride);
}

/* Adds the sums of the slices, for keys [begin, end) counted over all heads. */
static void NAME(add_slices)(int64_t begin, int64_t end, void *ctx) {
  const NAME(job) *j = ctx;
  const lti_attention *s = j->s;
  for (int64_t i = begin; i < end; i++) {
    int64_t u = i / s->tk, t = i % s->tk, b = u / s->heads, head = u % s->heads;
    REAL *gk = j->gk + NAME(at)(&s->gk, b, t, head, s->d);
    REAL *gv = j->gv + NAME(at)(&s->gv, b, t, head, s->dv);
    for (int64_t slice = 1; slice < j->slices; slice++) {
      const REAL *k = NAME(sums_of)(j, u, slice) + t * s->d;
      const REAL *v = NAME(sums_of)(j, u, slice) + s->tk * s->d + t * s->dv;
      for (int64_t c = 0; c < s->d; c++) gk[c] += k[c];
      for (int64_t c = 0; c < s->dv; c++) gv[c] += v[c];
    }
  }
}

/* The cut into slices depends on the sizes alone, and so do the results. */
static lt_status NAME(run_grad)(NAME(job) * j) {
  enum { UNITS = 8, LEAST_BLOCKS = 4 }; /* that are wanted; blocks of queries of a slice */
  const lti_attention *s = j->s;
  int64_t heads = s->n * s->heads, blocks = (s->tq + QUERIES - 1) / QUERIES;
  j->slices = LT_MAX(1, LT_MIN(UNITS / LT_MAX(1, heads), blocks / LEAST_BLOCKS));
  j->stride = NAME(packed_size)(s->d, s->tk) + NAME(packed_size)(s->tk, s->d) +
              NAME(packed_size)(s->dv, s->tk) + NAME(packed_size)(QUERIES, s->d) +
              NAME(packed_size)(QUERIES, s->dv);
  j->workers = LT_MIN(lt_get_num_threads(), heads * j->slices);
  int64_t sums = heads * (j->slices - 1) * s->tk * (s->d + s->dv);
  size_t bytes = (size_t)(j->workers * j->stride + sums) * sizeof(REAL);
  j->space = lti_alloc(bytes);
  if (!j->space) return lti_out_of_memory(bytes);
  j->sums = j->space + j->workers * j->stride;
  lti_parallel(j->workers, 1, NAME(backward), j);
  if (j->slices > 1)
    lti_parallel(heads * s->tk, 1 + lti_grain / (j->slices * (s->d + s->dv)), NAME(add_slices), j);
  lti_free(j->space, bytes);
  return LT_OK;
}

#undef NAME
