/* Upsampling of Float and Double volumes: nearest elements, whole numbers of times, and linear
 * interpolation in which the outermost elements keep their places. Threads share the volumes. */
#include "cpu/isa.h"

typedef struct nearest_job {
  const int64_t *size, *scale; /* of t, h, w */
  const void *x;
  void *y;
} nearest_job;

/* Interpolation along a dimension: output o = w0[o] x[i0[o]] + w1[o] x[i1[o]]; i0 never decreases,
 * and first[i] is the first output with i0 >= i, for i = 0 .. size + 1. */
typedef struct taps {
  int32_t *i0, *i1, *first;
  void *w0, *w1;
} taps;

typedef struct linear_job {
  int64_t n, workers;
  const int64_t *size, *out; /* of t, h, w */
  const void *x;
  void *y;
  taps dim[3];
  char *rows; /* a row of the input, or of the output for the gradient, for each worker */
} linear_job;

#define REAL float
#include "cpu/upsample_real.h"
#undef REAL
#define REAL double
#include "cpu/upsample_real.h"
#undef REAL

static int64_t volume(const int64_t *size) { return size[0] * size[1] * size[2]; }

lt_status CPU(upsample_nearest)(int dtype, int64_t n, const int64_t *size, const int64_t *scale,
                                void *y, const void *x) {
  nearest_job j = {size, scale, x, y};
  lti_parallel(n * size[0] * size[1], LT_MAX(1, lti_grain / (size[2] * volume(scale))),
               dtype == LT_FLOAT ? repeat_float : repeat_double, &j);
  return LT_OK;
}

lt_status CPU(upsample_nearest_grad)(int dtype, int64_t n, const int64_t *size,
                                     const int64_t *scale, void *gx, const void *gy) {
  nearest_job j = {size, scale, gy, gx};
  lti_parallel(n * size[0] * size[1], LT_MAX(1, lti_grain / (size[2] * volume(scale))),
               dtype == LT_FLOAT ? gather_float : gather_double, &j);
  return LT_OK;
}

/* Calls fn with memory for the taps and a row of `row` elements for each worker. */
static lt_status run(int dtype, linear_job *j, int64_t row, void (*set_taps)(linear_job *),
                     void (*fn)(int64_t, int64_t, void *)) {
  int64_t bytes = 0, places = 2 * sizeof(int32_t) + 2 * lti_elsize(dtype);
  j->workers = LT_MAX(1, LT_MIN(lt_get_num_threads(), j->n * volume(j->out) / lti_grain));
  j->workers = LT_MIN(j->workers, j->n);
  for (int d = 0; d < 3; d++)
    bytes += j->out[d] * places + (j->size[d] + 2) * (int64_t)sizeof(double);
  bytes += j->workers * row * lti_elsize(dtype);
  char *block = lti_alloc((size_t)bytes), *at = block;
  if (!block) return lti_out_of_memory((size_t)bytes);
  for (int d = 0; d < 3; d++) { /* the widest first: every list is aligned */
    j->dim[d].w0 = at;
    j->dim[d].w1 = at += j->out[d] * lti_elsize(dtype);
    at += j->out[d] * lti_elsize(dtype);
  }
  j->rows = at;
  at += j->workers * row * lti_elsize(dtype);
  for (int d = 0; d < 3; d++) {
    j->dim[d].i0 = (int32_t *)at;
    j->dim[d].i1 = j->dim[d].i0 + j->out[d];
    j->dim[d].first = j->dim[d].i1 + j->out[d];
    at = (char *)(j->dim[d].first + j->size[d] + 2);
  }
  set_taps(j);
  lti_parallel(j->workers, 1, fn, j);
  lti_free(block, (size_t)bytes);
  return LT_OK;
}

lt_status CPU(upsample_linear)(int dtype, int64_t n, const int64_t *size, const int64_t *out,
                               void *y, const void *x) {
  linear_job j = {.n = n, .size = size, .out = out, .x = x, .y = y};
  bool single = dtype == LT_FLOAT;
  return run(dtype, &j, size[2], single ? set_taps_float : set_taps_double,
             single ? interpolate_float : interpolate_double);
}

lt_status CPU(upsample_linear_grad)(int dtype, int64_t n, const int64_t *size, const int64_t *out,
                                    void *gx, const void *gy) {
  linear_job j = {.n = n, .size = size, .out = out, .x = gy, .y = gx};
  bool single = dtype == LT_FLOAT;
  return run(dtype, &j, out[2], single ? set_taps_float : set_taps_double,
             single ? distribute_float : distribute_double);
}
