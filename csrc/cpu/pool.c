/* Pooling of Float and Double volumes over windows; threads share the volumes. Maxima take rows of
 * outputs in vectors, with the places of the maxima in vectors beside them. */
#include "cpu/isa.h"

enum { T = LT_POOL_T, H = LT_POOL_H, W = LT_POOL_W };

typedef struct pool_job {
  const lt_pool *s;
  const void *x;
  void *y;
  int64_t *indices;
  int64_t size, outputs; /* of a volume */
  void *places;          /* of the windows in a volume, where rows are too short for vectors */
  int bad;               /* an index is out of range; atomic */
  int count_pad;
} pool_job;

typedef struct span {
  int64_t begin, end;
} span;

/* The input rows of a row of outputs. */
typedef struct rows {
  span t, y;
} rows;

enum { STRIP = 64 }; /* outputs of a row that are made together */

/* The first of the positions at, at + step, ... that is not negative. */
static int64_t first_inside(int64_t at, int64_t step) {
  return at < 0 ? at + (-at + step - 1) / step * step : at;
}

/* Places along dimension d that are in the window of output o and inside the input; they are
 * dilation[d] apart. */
static span window_of(const lt_pool *s, int d, int64_t o) {
  int64_t at = o * s->step[d] - s->pad[d];
  return (span){first_inside(at, s->dilation[d]),
                LT_MIN(s->size[d], at + (s->window[d] - 1) * s->dilation[d] + 1)};
}

/* The input rows of row `row` of the outputs of all volumes. */
static rows rows_of(const lt_pool *s, int64_t row) {
  return (rows){window_of(s, T, row / s->out[H] % s->out[T]), window_of(s, H, row % s->out[H])};
}

/* The outputs along dimension d whose windows are inside the input. */
static span whole_windows(const lt_pool *s, int d) {
  int64_t room = s->size[d] + s->pad[d] - (s->window[d] - 1) * s->dilation[d] - 1;
  int64_t begin = LT_MIN(s->out[d], (s->pad[d] + s->step[d] - 1) / s->step[d]);
  int64_t end = room < 0 ? 0 : LT_MIN(s->out[d], room / s->step[d] + 1);
  return (span){begin, LT_MAX(begin, end)};
}

/* Window columns that are inside the input for some output. */
static span reaching_taps(const lt_pool *s) {
  return (span){LT_MAX(0, s->pad[W] - (s->out[W] - 1) * s->step[W]),
                LT_MIN(s->window[W], s->size[W] + s->pad[W])};
}

/* Output columns for which window column kx is inside the input. */
static span outputs_of(const lt_pool *s, int64_t kx) {
  int64_t least = s->pad[W] - kx, most = s->size[W] - 1 + least; /* least <= o step <= most */
  int64_t begin = least > 0 ? (least + s->step[W] - 1) / s->step[W] : 0;
  int64_t end = most < 0 ? 0 : LT_MIN(s->out[W], most / s->step[W] + 1);
  return (span){begin, LT_MAX(begin, end)};
}

/* What an average counts along dimension d for output o: padding as far as it reaches, or not. */
static int64_t counted(const pool_job *j, int d, int64_t o) {
  const lt_pool *s = j->s;
  int64_t begin = o * s->step[d] - s->pad[d];
  int64_t end = LT_MIN(begin + s->window[d], s->size[d] + s->pad[d]);
  return j->count_pad ? end - begin : LT_MIN(end, s->size[d]) - LT_MAX(0, begin);
}

/* What the averages of a row of outputs count in each column. */
static int64_t counted_rows(const pool_job *j, int64_t row) {
  const lt_pool *s = j->s;
  return counted(j, T, row / s->out[H] % s->out[T]) * counted(j, H, row % s->out[H]);
}

#define REAL float
#define INDEX int32_t
#include "cpu/pool_real.h"
#undef REAL
#undef INDEX
#define REAL double
#define INDEX int64_t
#include "cpu/pool_real.h"
#undef REAL
#undef INDEX

/* Sets bad when an index is outside [1, size]. */
static void check_indices(int64_t begin, int64_t end, void *ctx) {
  pool_job *j = ctx;
  uint64_t bad = 0, size = (uint64_t)j->size;
  for (int64_t i = begin; i < end; i++) bad |= (uint64_t)j->indices[i] - 1 >= size;
  if (bad) __atomic_store_n(&j->bad, 1, __ATOMIC_RELAXED);
}

/* Fails when one of n indices is outside [1, size]. */
static lt_status checked(pool_job *j, const char *op, int64_t n) {
  lti_parallel(n, lti_grain, check_indices, j);
  for (int64_t i = 0; j->bad && i < n; i++)
    LT_CHECK(j->indices[i] >= 1 && j->indices[i] <= j->size, ERANGE,
             "%s: index %lld at position %lld is out of range [1, %lld]", op,
             (long long)j->indices[i], (long long)i + 1, (long long)j->size);
  return LT_OK;
}

/* Whether a row has few outputs, and every window is inside the input. */
static bool has_short_rows(const lt_pool *s) {
  for (int d = T; d <= W; d++) {
    span inside = whole_windows(s, d);
    if (inside.begin > 0 || inside.end < s->out[d]) return false;
  }
  return s->out[W] < STRIP / 2;
}

/* Volumes that make a thread worth its while. */
static int64_t volume_grain(int64_t work) { return LT_MAX(1, lti_grain / LT_MAX(1, work)); }

lt_status CPU(maxpool)(int dtype, const lt_pool *s, void *y, int64_t *indices, const void *x) {
  pool_job j = {.s = s, .x = x, .y = y, .indices = indices};
  size_t bytes = (size_t)(lti_volume(s->out) * lti_elsize(dtype)); /* indices are as wide */
  if (has_short_rows(s)) {
    j.places = lti_alloc(bytes);
    if (!j.places) return lti_out_of_memory(bytes);
    dtype == LT_FLOAT ? list_places_float(s, j.places) : list_places_double(s, j.places);
  }
  lti_parallel(s->n, volume_grain(lti_volume(s->size)),
               dtype == LT_FLOAT ? max_volumes_float : max_volumes_double, &j);
  lti_free(j.places, bytes);
  return LT_OK;
}

lt_status CPU(pool_scatter)(const char *op, int dtype, int64_t n, int64_t size, int64_t outputs,
                            void *gx, const void *gy, const int64_t *indices) {
  pool_job j = {.x = gy, .y = gx, .indices = (int64_t *)indices, .size = size, .outputs = outputs};
  LT_TRY(checked(&j, op, n * outputs));
  lti_parallel(n, volume_grain(size), dtype == LT_FLOAT ? scatter_float : scatter_double, &j);
  return LT_OK;
}

lt_status CPU(pool_gather)(const char *op, int dtype, int64_t n, int64_t size, int64_t outputs,
                           void *r, const void *x, const int64_t *indices) {
  pool_job j = {.x = x, .y = r, .indices = (int64_t *)indices, .size = size, .outputs = outputs};
  LT_TRY(checked(&j, op, n * outputs));
  lti_parallel(n, volume_grain(outputs), dtype == LT_FLOAT ? gather_float : gather_double, &j);
  return LT_OK;
}

/* One window, the whole input. */
static bool has_one_window(const lt_pool *s) {
  for (int d = T; d <= W; d++)
    if (s->out[d] != 1 || s->pad[d] != 0 || s->window[d] < s->size[d]) return false;
  return true;
}

lt_status CPU(avgpool)(int dtype, const lt_pool *s, int count_pad, void *y, const void *x) {
  if (has_one_window(s)) return CPU(adaptive_avgpool)(dtype, s, y, x);
  pool_job j = {.s = s, .x = x, .y = y, .count_pad = count_pad};
  lti_parallel(s->n, volume_grain(lti_volume(s->size)),
               dtype == LT_FLOAT ? mean_volumes_float : mean_volumes_double, &j);
  return LT_OK;
}

lt_status CPU(avgpool_grad)(int dtype, const lt_pool *s, int count_pad, void *gx, const void *gy) {
  if (has_one_window(s)) return CPU(adaptive_avgpool_grad)(dtype, s, gx, gy);
  pool_job j = {.s = s, .x = gy, .y = gx, .count_pad = count_pad};
  lti_parallel(s->n, volume_grain(lti_volume(s->size)),
               dtype == LT_FLOAT ? mean_grad_float : mean_grad_double, &j);
  return LT_OK;
}
