/* image_scale.h: sums that make a picture of another size, shared by the kernels. Rows and columns
 * of the result are weighted sums of a few rows and columns of the source; the weights of a mode
 * make it the one or the other interpolation. */
#ifndef LT_IMAGE_SCALE_H
#define LT_IMAGE_SCALE_H

#include "core/functor.h"
#include "core/internal.h"

/* The sums along one dimension, of n0 elements to n: element i of the result is the sum over
 * k < count of weight[k * n + i] times element at[k * n + i] of the source. Where fewer are needed
 * the last ones repeat an element with weight 0. */
typedef struct lti_sums {
  int64_t n, n0, count;
  int mode;
  int32_t *at;
  double *weight;
} lti_sums;

/* Sums without memory, and the bytes that they need. */
static inline lti_sums lti_sums_of(int mode, int64_t n, int64_t n0) {
  lti_sums s = {n, n0, 2, mode, NULL, NULL};
  if (n == n0 || n0 == 1 || mode == LT_IMAGE_SIMPLE)
    s.count = 1;
  else if (mode == LT_IMAGE_BICUBIC)
    s.count = 4;
  else if (n < n0)
    s.count = n0 / n + 2;
  return s;
}
static inline size_t lti_sums_bytes(const lti_sums *s) {
  return (size_t)(s->count * s->n) * (sizeof *s->at + sizeof *s->weight);
}
static inline void lti_sums_place(lti_sums *s, void *memory) {
  s->weight = (double *)memory;
  s->at = (int32_t *)(void *)(s->weight + s->count * s->n);
}

FN void lti_sums_put(const lti_sums *s, int64_t i, int64_t k, int64_t at, double weight) {
  s->at[k * s->n + i] = (int32_t)at;
  s->weight[k * s->n + i] = weight;
}

/* The mean over [i * step, (i + 1) * step), step = n0 / n. */
FN void lti_sums_area(const lti_sums *s, int64_t i) {
  double step = (double)s->n0 / (double)s->n, end = (double)(i + 1) * step;
  double from = (double)i * step, to = end < (double)s->n0 ? end : (double)s->n0;
  int64_t first = (int64_t)from, k = 0;
  for (int64_t j = first; k < s->count && j < s->n0 && (double)j < to; j++, k++) {
    double covered = LT_MIN(to, (double)(j + 1)) - LT_MAX(from, (double)j);
    lti_sums_put(s, i, k, j, covered / (to - from));
  }
  for (; k < s->count; k++) lti_sums_put(s, i, k, first, 0);
}

/* Catmull-Rom; a point outside lies on the line through the two next to it. */
FN void lti_sums_cubic(const lti_sums *s, int64_t i, int64_t at, double t) {
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
  for (int64_t k = 0; k < 4; k++) {
    int64_t from = at + k - 1;
    lti_sums_put(s, i, k, from < 0 ? 0 : LT_MIN(from, s->n0 - 1), w[k]);
  }
}

/* Element i of the result, whose terms are written. */
FN void lti_sums_fill(const lti_sums *s, int64_t i) {
  int64_t n = s->n, n0 = s->n0;
  if (s->count == 1) {
    lti_sums_put(s, i, 0, n == n0 ? i : (int64_t)((double)i * (double)n0 / (double)n), 1);
    return;
  }
  if (s->mode == LT_IMAGE_BILINEAR && n < n0) {
    lti_sums_area(s, i);
    return;
  }
  double step = n > 1 ? (double)(n0 - 1) / (double)(n - 1) : (double)(n0 - 1);
  int64_t at = LT_MIN((int64_t)((double)i * step), n0 - 2);
  double t = i == n - 1 ? 1 : (double)i * step - (double)at;
  if (i == n - 1) at = n0 - 2;
  if (s->mode == LT_IMAGE_BICUBIC) {
    lti_sums_cubic(s, i, at, t);
  } else {
    lti_sums_put(s, i, 0, at, 1 - t);
    lti_sums_put(s, i, 1, at + 1, t);
  }
}

#endif
