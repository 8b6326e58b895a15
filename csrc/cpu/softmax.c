/* Softmax and log-softmax of Float and Double [outer dim inner] along dim, and their gradients.
 * The largest element is subtracted first, so that no finite input overflows. */
#include "core/functor.h"
#include "cpu/isa.h"

/* SHORT, SHORT_GRAD: the most elements of a short row, forward and backward. */
enum { LANES = 32, STRIP = 64, SHORT = 63, SHORT_GRAD = 15 };

typedef struct softmax_job {
  int log;
  int64_t outer, dim, inner;
  void *out;
  const void *gy, *y; /* gy NULL: forward, y is the input */
} softmax_job;

#define REAL float
#include "cpu/softmax_real.h"
#undef REAL
#define REAL double
#include "cpu/softmax_real.h"
#undef REAL

static lt_status run(int dtype, softmax_job *j) {
  bool is_short = j->inner == 1 && j->dim <= (j->gy ? SHORT_GRAD : SHORT);
  int64_t width = is_short ? STRIP : LT_MIN(STRIP, j->inner);
  int64_t grain = LT_MAX(1, lti_grain / 8 / LT_MAX(1, j->dim * width));
  if (is_short)
    lti_parallel((j->outer + STRIP - 1) / STRIP, grain,
                 dtype == LT_FLOAT ? short_rows_float : short_rows_double, j);
  else
    lti_parallel(j->outer * ((j->inner + STRIP - 1) / STRIP), grain,
                 dtype == LT_FLOAT ? slices_float : slices_double, j);
  return LT_OK;
}

lt_status CPU(softmax)(int dtype, int log, int64_t outer, int64_t dim, int64_t inner, void *y,
                       const void *x) {
  return run(dtype, &(softmax_job){log, outer, dim, inner, y, NULL, x});
}

lt_status CPU(softmax_grad)(int dtype, int log, int64_t outer, int64_t dim, int64_t inner, void *gx,
                            const void *gy, const void *y) {
  return run(dtype, &(softmax_job){log, outer, dim, inner, gx, gy, y});
}
