/* Pictures of another size. Rows and columns of the result are weighted sums of a few rows and
 * columns of the source; the weights of a mode make it the one or the other interpolation. */
#include "cpu/isa.h"

/* The sums along one dimension, of n0 elements to n: element i of the result is the sum over
 * k < count of weight[k * n + i] times element at[k * n + i] of the source. Where fewer are needed
 * the last ones repeat an element with weight 0. */
typedef struct sums {
  int64_t n, n0, count;
  int32_t *at;
  double *weight;
  size_t bytes;
} sums;

static int64_t terms(int mode, int64_t n, int64_t n0) {
  if (n == n0 || n0 == 1 || mode == LT_IMAGE_SIMPLE) return 1;
  if (mode == LT_IMAGE_BICUBIC) return 4;
  return n > n0 ? 2 : n0 / n + 2;
}

static lt_status open_sums(sums *s, int mode, int64_t n, int64_t n0) {
  s->n = n;
  s->n0 = n0;
  s->count = terms(mode, n, n0);
  s->bytes = (size_t)(s->count * n) * (sizeof *s->at + sizeof *s->weight);
  s->weight = lti_alloc(s->bytes);
  if (!s->weight) return lti_out_of_memory(s->bytes);
  s->at = (int32_t *)(s->weight + s->count * n);
  return LT_OK;
}

static void put(sums *s, int64_t i, int64_t k, int64_t at, double weight) {
  s->at[k * s->n + i] = (int32_t)at;
  s->weight[k * s->n + i] = weight;
}

/* The mean over [i * step, (i + 1) * step), step = n0 / n. */
static void area(sums *s, int64_t i) {
  double step = (double)s->n0 / (double)s->n;
  double from = (double)i * step, to = LT_MIN((double)(i + 1) * step, (double)s->n0);
  int64_t first = (int64_t)from, k = 0;
  for (int64_t j = first; k < s->count && j < s->n0 && (double)j < to; j++, k++) {
    double covered = LT_MIN(to, (double)(j + 1)) - LT_MAX(from, (double)j);
    put(s, i, k, j, covered / (to - from));
  }
  for (; k < s->count; k++) put(s, i, k, first, 0);
}

/* Catmull-Rom; a point outside lies on the line through the two next to it. */
static void cubic(sums *s, int64_t i, int64_t at, double t) {
  double w[4] = {.5 * t * (-1 + t * (2 - t)), 1 + .5 * t * t * (-5 + 3 * t),
                 .5 * t * (1 + t * (4 - 3 * t)), .5 * t * t * (t - 1)};
  if (at == 0) {
    w[1] += 2 * w[0];
    w[2] -= w[0];
    w[0] = 0;
  }
  if (at + 2 >= s->n0) {
    w[2] += 2 * w[3];
    w[1] -= w[3];
    w[3] = 0;
  }
  for (int64_t k = 0; k < 4; k++) put(s, i, k, LT_MIN(LT_MAX(at + k - 1, 0), s->n0 - 1), w[k]);
}

static void fill(sums *s, int mode) {
  int64_t n = s->n, n0 = s->n0;
  double step = n > 1 ? (double)(n0 - 1) / (double)(n - 1) : (double)(n0 - 1);
  for (int64_t i = 0; i < n; i++) {
    if (s->count == 1) {
      put(s, i, 0, n == n0 ? i : (int64_t)((double)i * (double)n0 / (double)n), 1);
    } else if (mode == LT_IMAGE_BILINEAR && n < n0) {
      area(s, i);
    } else {
      int64_t at = LT_MIN((int64_t)((double)i * step), n0 - 2);
      double t = i == n - 1 ? 1 : (double)i * step - (double)at;
      if (i == n - 1) at = n0 - 2;
      if (mode == LT_IMAGE_BICUBIC) {
        cubic(s, i, at, t);
      } else {
        put(s, i, 0, at, 1 - t);
        put(s, i, 1, at + 1, t);
      }
    }
  }
}

typedef struct job {
  void *r;
  const void *x;
  int64_t planes;
  sums rows, columns;
  int64_t workers;
  void *scratch; /* for each worker a row of the source's width and LINES of the result's */
} job;

enum {
  LINES = 4
}; /* a power of two, no less than the terms of a sum over rows that are stretched */

static inline uint8_t round_byte(float v) {
  v += .5f;
  return v >= 255 ? 255 : v > 0 ? (uint8_t)v : 0;
}

#define T uint8_t
#define A float
#define NAME(name) name##_byte
#define STORE(v) round_byte(v)
#include "cpu/image_scale_real.h"

#define T float
#define A float
#define NAME(name) name##_float
#define STORE(v) (v)
#include "cpu/image_scale_real.h"

#define T double
#define A double
#define NAME(name) name##_double
#define STORE(v) (v)
#include "cpu/image_scale_real.h"

static lt_status run(job *j, int dtype) {
  int64_t rows = j->planes * j->rows.n;
  int64_t work = rows * (j->rows.count * j->columns.n0 + 2 * j->columns.count * j->columns.n);
  j->workers = LT_MAX(1, LT_MIN(LT_MIN(lt_get_num_threads(), rows), work / lti_grain));
  size_t line = dtype == LT_DOUBLE ? sizeof(double) : sizeof(float);
  size_t bytes = (size_t)(j->workers * (j->columns.n0 + LINES * j->columns.n)) * line;
  j->scratch = lti_alloc(bytes);
  if (!j->scratch) return lti_out_of_memory(bytes);
  switch (dtype) {
  case LT_BYTE: lti_parallel(j->workers, 1, part_byte, j); break;
  case LT_FLOAT: lti_parallel(j->workers, 1, part_float, j); break;
  default: lti_parallel(j->workers, 1, part_double, j);
  }
  lti_free(j->scratch, bytes);
  return LT_OK;
}

lt_status CPU(image_scale)(int dtype, void *r, const void *x, int64_t planes, int64_t h, int64_t w,
                           int64_t h0, int64_t w0, int mode) {
  job j = {.r = r, .x = x, .planes = planes};
  lt_status rc = open_sums(&j.rows, mode, h, h0);
  if (rc == LT_OK) rc = open_sums(&j.columns, mode, w, w0);
  if (rc == LT_OK) {
    fill(&j.rows, mode);
    fill(&j.columns, mode);
    rc = run(&j, dtype);
  }
  if (j.columns.weight) lti_free(j.columns.weight, j.columns.bytes);
  if (j.rows.weight) lti_free(j.rows.weight, j.rows.bytes);
  return rc;
}
