/* resample.h: what padding and upsampling share. x is seen as n volumes [t h w], its last three
 * dimensions; missing ones have size 1, and t joins n where it stays as it is. */
#ifndef LT_RESAMPLE_H
#define LT_RESAMPLE_H

#include "ops/real.h"

enum { RESAMPLE_DIMS = 3 };

typedef struct resample {
  int64_t n, size[RESAMPLE_DIMS], out[RESAMPLE_DIMS];
  int64_t sizes[LT_MAXDIM]; /* of the output */
} resample;

/* The volumes of x, of which the last `dims` dimensions change. */
static inline lt_status resample_volumes(resample *s, const char *op, const lt_tensor *x,
                                         int dims) {
  LT_CHECK(x, EARG, "%s: expected a tensor", op);
  LT_TRY(lti_check_float(op, x));
  LT_CHECK(x->ndim >= dims, ESHAPE, "%s: expected at least %d dimensions, got %s", op, dims,
           lti_shape(x).str);
  s->n = 1;
  memcpy(s->sizes, x->sizes, x->ndim * sizeof s->sizes[0]);
  for (int d = 0; d < x->ndim - RESAMPLE_DIMS; d++) s->n *= x->sizes[d];
  for (int d = 0; d < RESAMPLE_DIMS; d++) {
    int at = x->ndim - RESAMPLE_DIMS + d;
    s->size[d] = s->out[d] = at < 0 ? 1 : x->sizes[at];
    LT_CHECK(s->size[d] < INT32_MAX - 1, ESHAPE, "%s: input %s is too large", op, lti_shape(x).str);
  }
  return LT_OK;
}

/* Sets the output's size of dimension d. */
static inline lt_status resample_to(resample *s, const char *op, const lt_tensor *x, int d,
                                    int64_t out) {
  LT_CHECK(out > 0 && out <= INT32_MAX, ESHAPE,
           "%s: size %lld of dimension %d of %s cannot become "
           "%lld",
           op, (long long)s->size[d], x->ndim - RESAMPLE_DIMS + d + 1, lti_shape(x).str,
           (long long)out);
  s->out[d] = s->sizes[x->ndim - RESAMPLE_DIMS + d] = out;
  return LT_OK;
}

/* Lets t join n where it stays as it is. */
static inline void resample_fold(resample *s, bool t_stays) {
  if (!t_stays) return;
  s->n *= s->size[0];
  s->size[0] = s->out[0] = 1;
}

/* Opens the set: *f the buffer of `from`, *t that of `to`. The forward direction (gradient false)
 * makes to, of the output's sizes, from x; the gradient makes to, of x's sizes, from `from`. */
static inline lt_status resample_open(real_set *set, const resample *s, const char *op,
                                      const lt_tensor **f, lt_tensor **t, lt_tensor *to,
                                      const lt_tensor *from, const lt_tensor *x, bool gradient) {
  set->n = 0;
  LT_CHECK(to && from, EARG, "%s: expected a tensor", op);
  LT_TRY(lti_check_same(op, 3,
                        (const lti_named[]){{x, "input"},
                                            {to, gradient ? "gradInput" : "output"},
                                            {from, gradient ? "gradOutput" : "input"}}));
  LT_CHECK(!gradient || (from->ndim == x->ndim &&
                         memcmp(from->sizes, s->sizes, x->ndim * sizeof s->sizes[0]) == 0),
           ESHAPE, "%s: gradOutput should be of size %s, got %s", op,
           lti_sizes(x->ndim, s->sizes).str, lti_shape(from).str);
  LT_TRY(real_input(set, f, from));
  return real_result(set, t, to, x->ndim, gradient ? x->sizes : s->sizes);
}

#endif
