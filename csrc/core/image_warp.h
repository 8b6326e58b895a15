/* image_warp.h: pixels that are fetched from elsewhere, shared by the kernels: the places that a
 * warp by a field, a rotation and polar coordinates fetch from, and the elements around a place
 * with their weights. */
#ifndef LT_IMAGE_WARP_H
#define LT_IMAGE_WARP_H

#include "core/functor.h"
#include "core/internal.h"

typedef struct lti_place {
  double y, x; /* inside of the source, or y < 0: outside */
} lti_place;

/* What is fetched: a picture of h x w from one of h0 x w0. */
typedef struct lti_fetch {
  const double *field; /* [2 h w] of a warp; NULL: turned */
  int64_t h, w, h0, w0;
  int kind, mode;
  bool offset, pad;
  double value;                  /* outside */
  double a, cosine, sine, log_a; /* the angle rounded to float, or the largest radius */
} lti_fetch;

static inline lti_fetch lti_fetch_warp(const double *field, int64_t h, int64_t w, int64_t h0,
                                       int64_t w0, int mode, bool offset, bool pad, double value) {
  lti_fetch f = {field, h, w, h0, w0, 0, mode, offset, pad, value, 0, 1, 0, 0};
  return f;
}

static inline lti_fetch lti_fetch_turn(int64_t h, int64_t w, int64_t h0, int64_t w0, int kind,
                                       int mode, double a) {
  double angle = (double)(float)a;
  lti_fetch f = {NULL, h, w, h0, w0, kind, mode, false, true, 0, a, cos(angle), sin(angle), log(a)};
  return f;
}

FN lti_place lti_place_at(double y, double x) {
  lti_place p = {y, x};
  return p;
}
/* Outside, or at y and x: without a branch. */
FN lti_place lti_place_unless(bool outside, double y, double x) {
  return lti_place_at(outside ? -1 : y, outside ? -1 : x);
}

/* a * b, which is not fused with a sum that follows: CPU and GPU round places in the same way. */
FN double lti_product(double a, double b) {
#ifdef __CUDA_ARCH__
  return __dmul_rn(a, b);
#else
  return a * b;
#endif
}

FN double lti_limit(double v, double most) { return v >= 0 ? v <= most ? v : most : 0; }

FN lti_place lti_warp_place(const lti_fetch *f, int64_t row, int64_t column) {
  const double *at = f->field + row * f->w + column;
  double bottom = (double)(f->h0 - 1), right = (double)(f->w0 - 1);
  double y = at[0] + (f->offset ? (double)row : 0);
  double x = at[f->h * f->w] + (f->offset ? (double)column : 0);
  if (f->pad && !(y >= 0 && y <= bottom && x >= 0 && x <= right)) return lti_place_at(-1, -1);
  y = lti_limit(y, bottom);
  x = lti_limit(x, right);
  return f->mode == LT_IMAGE_SIMPLE ? lti_place_at(floor(y + .5), floor(x + .5))
                                    : lti_place_at(y, x);
}

/* Places half a pixel or more outside are outside; those nearer lie on the border. As in Torch7 the
 * angle and, in mode simple, places are rounded to float, which decides at right angles. */
FN lti_place lti_rotate_place(const lti_fetch *f, int64_t row, int64_t column) {
  double bottom = (double)(f->h0 - 1), right = (double)(f->w0 - 1);
  double dy = (double)row - bottom / 2, dx = (double)column - right / 2;
  double y = lti_product(f->cosine, dy) + lti_product(f->sine, dx);
  double x = lti_product(f->cosine, dx) - lti_product(f->sine, dy);
  if (f->mode == LT_IMAGE_SIMPLE) {
    y = round((double)((float)y + (float)(bottom / 2)));
    x = round((double)((float)x + (float)(right / 2)));
    return lti_place_unless((y < 0) | (y > bottom) | (x < 0) | (x > right), y, x);
  }
  y += bottom / 2;
  x += right / 2;
  double yr = floor(y + .5), xr = floor(x + .5);
  return lti_place_unless((yr < 0) | (yr > bottom) | (xr < 0) | (xr > right), lti_limit(y, bottom),
                          lti_limit(x, right));
}

/* Angles and places are rounded to float, as in Torch7, which decides on which side of a border
 * between pixels those fall that lie on it. Nothing is interpolated with the last row and column.
 */
FN lti_place lti_polar_place(const lti_fetch *f, int64_t row, int64_t column) {
  double angle = (double)(float)(2 * M_PI * (double)row / (double)f->h);
  double part = (double)column / (double)f->w;
  double radius = f->kind == LT_IMAGE_POLAR ? part * f->a : exp(part * f->log_a);
  double y = (double)(float)((double)f->h0 / 2 + lti_product(radius, cos(angle)));
  double x = (double)(float)((double)f->w0 / 2 - lti_product(radius, sin(angle)));
  double y0 = floor(y), x0 = floor(x);
  if (y0 < 0 || y0 >= (double)f->h0 || x0 < 0 || x0 >= (double)f->w0) return lti_place_at(-1, -1);
  bool last = y0 == (double)(f->h0 - 1) || x0 == (double)(f->w0 - 1);
  return last || f->mode == LT_IMAGE_SIMPLE ? lti_place_at(y0, x0) : lti_place_at(y, x);
}

/* The elements around v, of n, and their weights. */
enum { LTI_MAX_TAPS = 6 };
typedef struct lti_taps {
  int64_t at[LTI_MAX_TAPS];
  double weight[LTI_MAX_TAPS];
} lti_taps;

FN void lti_taps_nearest(lti_taps *t, double v, int64_t n) {
  (void)n;
  t->at[0] = (int64_t)v;
  t->weight[0] = 1;
}

FN void lti_taps_linear(lti_taps *t, double v, int64_t n) {
  int64_t at = (int64_t)v;
  t->at[0] = at;
  t->at[1] = LT_MIN(at + 1, n - 1);
  t->weight[1] = v - (double)at;
  t->weight[0] = 1 - t->weight[1];
}

/* Catmull-Rom; zero outside. */
FN void lti_taps_cubic(lti_taps *t, double v, int64_t n) {
  int64_t at = (int64_t)v;
  double f = v - (double)at;
  t->weight[0] = .5 * f * (-1 + f * (2 - f));
  t->weight[1] = 1 + .5 * f * f * (-5 + 3 * f);
  t->weight[2] = .5 * f * (1 + f * (4 - 3 * f));
  t->weight[3] = .5 * f * f * (f - 1);
  for (int k = 0; k < 4; k++) {
    int64_t i = at + k - 1;
    if (i < 0 || i >= n) t->weight[k] = 0;
    t->at[k] = i < 0 ? 0 : LT_MIN(i, n - 1);
  }
}

/* Lanczos of radius 3 (Duchon 1979), the weights divided by their sum. */
FN void lti_taps_lanczos(lti_taps *t, double v, int64_t n) {
  int64_t at = (int64_t)v;
  double sum = 0;
  for (int k = 0; k < 6; k++) {
    int64_t i = at + k - 2;
    double d = M_PI * (v - (double)i);
    t->weight[k] = d == 0 ? 1 : 3 * sin(d) * sin(d / 3) / (d * d);
    t->at[k] = i < 0 ? 0 : LT_MIN(i, n - 1);
    sum += t->weight[k];
  }
  for (int k = 0; k < 6; k++) t->weight[k] /= sum;
}

#endif
