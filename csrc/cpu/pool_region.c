/* Pooling of Float and Double volumes over regions of uneven places: adaptive and fractional.
 * Threads share the volumes; the rows of a region are joined in vectors first, then the columns. */
#include "cpu/isa.h"

enum { T = LT_POOL_T, H = LT_POOL_H, W = LT_POOL_W };

#if defined(__AVX512F__)
#include <immintrin.h>
#define VBYTES 64
#elif defined(__AVX__)
#define VBYTES 32
#else
#define VBYTES 16
#endif

typedef struct span {
  int64_t begin, end;
} span;

typedef struct region_job {
  const lt_pool *s;
  const void *x;
  void *y;
  int64_t *indices;
  span *spans;      /* of a volume: out[T], then out[H], then out[W] of them */
  int64_t apart;    /* spans from one volume to the next; 0: all have the same */
  char *scratch;    /* for each worker a row of values, and one of places */
  size_t row_bytes; /* of either row */
  int64_t workers;
} region_job;

/* The spans of volume p along dimension d. */
static const span *spans_of(const region_job *j, int64_t p, int d) {
  const span *all = j->spans + p * j->apart;
  for (int e = T; e < d; e++) all += j->s->out[e];
  return all;
}

/* The volumes of a worker. */
static span volumes_of(const region_job *j, int64_t worker) {
  return (span){worker * j->s->n / j->workers, (worker + 1) * j->s->n / j->workers};
}

#define REAL float
#define INDEX int32_t
#include "cpu/pool_region_real.h"
#undef REAL
#undef INDEX
#define REAL double
#define INDEX int64_t
#include "cpu/pool_region_real.h"
#undef REAL
#undef INDEX

static int64_t spans_of_volume(const lt_pool *s) { return s->out[T] + s->out[H] + s->out[W]; }

/* Memory for the spans of `lists` volumes and for the workers. */
static lt_status allocate(region_job *j, int dtype, int64_t lists) {
  const lt_pool *s = j->s;
  int64_t chunk = LT_MAX(1, lti_grain / LT_MAX(1, lti_volume(s->size)));
  j->workers = LT_MAX(1, LT_MIN(lt_get_num_threads(), s->n / chunk));
  j->row_bytes = (size_t)(s->size[W] * lti_elsize(dtype)); /* places are as wide as elements */
  size_t rows = 2 * j->row_bytes * (size_t)j->workers;
  size_t spans = (size_t)(lists * spans_of_volume(s)) * sizeof(span);
  j->scratch = lti_alloc(rows);
  if (!j->scratch) return lti_out_of_memory(rows);
  j->spans = lti_alloc(spans);
  if (j->spans) return LT_OK;
  lti_free(j->scratch, rows);
  return lti_out_of_memory(spans);
}

/* Runs fn and releases the memory for `lists` volumes. */
static void run(region_job *j, int64_t lists, void (*fn)(int64_t, int64_t, void *)) {
  lti_parallel(j->workers, 1, fn, j);
  lti_free(j->scratch, 2 * j->row_bytes * (size_t)j->workers);
  lti_free(j->spans, (size_t)(lists * spans_of_volume(j->s)) * sizeof(span));
}

/* Output o of a dimension takes the places floor(o size / out) to ceil((o + 1) size / out) - 1. */
static void list_adaptive(const lt_pool *s, span *spans) {
  for (int d = T; d <= W; d++)
    for (int64_t o = 0; o < s->out[d]; o++)
      *spans++ =
          (span){o * s->size[d] / s->out[d], ((o + 1) * s->size[d] + s->out[d] - 1) / s->out[d]};
}

static lt_status adaptive(region_job *j, int dtype, void (*fn)(int64_t, int64_t, void *)) {
  LT_TRY(allocate(j, dtype, 1));
  list_adaptive(j->s, j->spans);
  run(j, 1, fn);
  return LT_OK;
}

lt_status CPU(adaptive_maxpool)(int dtype, const lt_pool *s, void *y, int64_t *indices,
                                const void *x) {
  region_job j = {.s = s, .x = x, .y = y, .indices = indices};
  return adaptive(&j, dtype, dtype == LT_FLOAT ? max_regions_float : max_regions_double);
}

lt_status CPU(adaptive_avgpool)(int dtype, const lt_pool *s, void *y, const void *x) {
  region_job j = {.s = s, .x = x, .y = y};
  return adaptive(&j, dtype, dtype == LT_FLOAT ? mean_regions_float : mean_regions_double);
}

lt_status CPU(adaptive_avgpool_grad)(int dtype, const lt_pool *s, void *gx, const void *gy) {
  region_job j = {.s = s, .x = gy, .y = gx};
  return adaptive(&j, dtype, dtype == LT_FLOAT ? mean_grad_float : mean_grad_double);
}

lt_status CPU(fractional_maxpool)(int dtype, const lt_pool *s, int samples, void *y,
                                  int64_t *indices, const void *x, const void *u) {
  for (int64_t i = 0; i < s->n * samples; i++) {
    double v = dtype == LT_FLOAT ? ((const float *)u)[i] : ((const double *)u)[i];
    LT_CHECK(v >= 0 && v <= 1, ERANGE, "fractional_maxpool: sample %g is not between 0 and 1", v);
  }
  region_job j = {.s = s, .x = x, .y = y, .indices = indices, .apart = spans_of_volume(s)};
  LT_TRY(allocate(&j, dtype, s->n));
  for (int64_t p = 0; p < s->n; p++) {
    span *spans = j.spans + p * j.apart;
    dtype == LT_FLOAT ? list_fractional_float(s, samples, (const float *)u + p * samples, spans)
                      : list_fractional_double(s, samples, (const double *)u + p * samples, spans);
  }
  run(&j, s->n, dtype == LT_FLOAT ? max_regions_float : max_regions_double);
  return LT_OK;
}
