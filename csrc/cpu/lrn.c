/* Local response normalization across the channels of Float and Double x [n c inner]; threads share
 * blocks of positions, whose channels stay in cache. */
#include "core/functor.h"
#include "cpu/isa.h"

enum { BLOCK = 128 };

typedef struct lrn_job {
  int64_t n, c, inner, before, after, blocks, workers;
  double alpha, beta, k;
  const void *x, *gy;
  void *y, *scale; /* y: the result, output or gradient */
  char *scratch;   /* for each worker [c BLOCK] */
} lrn_job;

#define REAL float
#include "cpu/lrn_real.h"
#undef REAL
#define REAL double
#include "cpu/lrn_real.h"
#undef REAL

/* Sets the blocks and workers. */
static void share_out(lrn_job *j) {
  j->blocks = j->n * ((j->inner + BLOCK - 1) / BLOCK);
  j->workers = LT_MIN(lt_get_num_threads(), j->n * j->c * j->inner / (lti_grain / 8 + 1));
  j->workers = LT_MAX(1, LT_MIN(j->workers, j->blocks));
}

lt_status CPU(lrn)(int dtype, int64_t n, int64_t c, int64_t inner, int64_t before, int64_t after,
                   double alpha, double beta, double k, void *y, void *scale, const void *x) {
  lrn_job j = {.n = n,
               .c = c,
               .inner = inner,
               .before = before,
               .after = after,
               .alpha = alpha,
               .beta = beta,
               .k = k,
               .x = x,
               .y = y,
               .scale = scale};
  share_out(&j);
  lti_parallel(j.workers, 1, dtype == LT_FLOAT ? forward_float : forward_double, &j);
  return LT_OK;
}

lt_status CPU(lrn_grad)(int dtype, int64_t n, int64_t c, int64_t inner, int64_t before,
                        int64_t after, double alpha, double beta, void *gx, const void *gy,
                        const void *x, const void *scale) {
  lrn_job j = {.n = n,
               .c = c,
               .inner = inner,
               .before = before,
               .after = after,
               .alpha = alpha,
               .beta = beta,
               .x = x,
               .gy = gy,
               .y = gx,
               .scale = (void *)scale};
  share_out(&j);
  size_t bytes = (size_t)(j.workers * c * BLOCK * lti_elsize(dtype));
  j.scratch = lti_alloc(bytes);
  if (!j.scratch) return lti_out_of_memory(bytes);
  lti_parallel(j.workers, 1, dtype == LT_FLOAT ? backward_float : backward_double, &j);
  lti_free(j.scratch, bytes);
  return LT_OK;
}
