/* Pooling of Float and Double planes; threads share the planes. */
#include "cpu/isa.h"

typedef struct pool_job {
  const lt_window *s;
  const void *x;
  void *y;
  int64_t *indices;
  int64_t size, outputs; /* of a plane */
  void *places;          /* of the windows in a plane, where rows are too short for vectors */
  int bad;               /* an index is out of range; atomic */
  int count_pad;
} pool_job;

typedef struct span {
  int64_t begin, end;
} span;

enum { STRIP = 64 }; /* outputs of a row that are made together */

/* The first of the positions at, at + step, ... that is not negative. */
static int64_t first_inside(int64_t at, int64_t step) {
  return at < 0 ? at + (-at + step - 1) / step * step : at;
}

/* Output columns whose windows are inside the image. */
static span whole_windows(const lt_window *s) {
  int64_t room = s->w + s->pw - (s->kw - 1) * s->dw - 1;
  int64_t begin = LT_MIN(s->ow, (s->pw + s->sw - 1) / s->sw);
  int64_t end = room < 0 ? 0 : LT_MIN(s->ow, room / s->sw + 1);
  return (span){begin, LT_MAX(begin, end)};
}

/* Image rows that output row oy averages. */
static span rows_of(const lt_window *s, int64_t oy) {
  int64_t y = oy * s->sh - s->ph;
  return (span){LT_MAX(0, y), LT_MIN(s->h, y + s->kh)};
}

/* Window columns that are inside the image for some output. */
static span reaching_taps(const lt_window *s) {
  return (span){LT_MAX(0, s->pw - (s->ow - 1) * s->sw), LT_MIN(s->kw, s->w + s->pw)};
}

/* Output columns for which window column kx is inside the image. */
static span outputs_of(const lt_window *s, int64_t kx) {
  int64_t least = s->pw - kx, most = s->w - 1 + s->pw - kx; /* least <= o sw <= most */
  int64_t begin = least > 0 ? (least + s->sw - 1) / s->sw : 0;
  int64_t end = most < 0 ? 0 : LT_MIN(s->ow, most / s->sw + 1);
  return (span){begin, LT_MAX(begin, end)};
}

/* What an average divides by: padding counts as far as it reaches, or not at all. */
static int64_t window_size(const pool_job *j, int64_t oy, int64_t ox) {
  const lt_window *s = j->s;
  int64_t y0 = oy * s->sh - s->ph, x0 = ox * s->sw - s->pw;
  int64_t y1 = LT_MIN(y0 + s->kh, s->h + s->ph), x1 = LT_MIN(x0 + s->kw, s->w + s->pw);
  if (!j->count_pad)
    y0 = LT_MAX(0, y0), x0 = LT_MAX(0, x0), y1 = LT_MIN(y1, s->h), x1 = LT_MIN(x1, s->w);
  return (y1 - y0) * (x1 - x0);
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

/* Whether a row has few outputs, and every window is inside the image. */
static bool has_short_rows(const lt_window *s) {
  span inside = whole_windows(s);
  bool all = inside.begin == 0 && inside.end == s->ow && s->ph == 0 &&
             (s->oh - 1) * s->sh + (s->kh - 1) * s->dh < s->h;
  return all && s->ow < STRIP / 2;
}

/* Planes that make a thread worth its while. */
static int64_t plane_grain(int64_t work) { return LT_MAX(1, lti_grain / LT_MAX(1, work)); }

lt_status CPU(maxpool2d)(int dtype, const lt_window *s, void *y, int64_t *indices, const void *x) {
  pool_job j = {.s = s, .x = x, .y = y, .indices = indices};
  size_t bytes = (size_t)(s->oh * s->ow * lti_elsize(dtype)); /* indices are as wide as elements */
  if (has_short_rows(s)) {
    j.places = lti_alloc(bytes);
    if (!j.places) return lti_out_of_memory(bytes);
    dtype == LT_FLOAT ? list_places_float(s, j.places) : list_places_double(s, j.places);
  }
  lti_parallel(s->n, plane_grain(s->h * s->w),
               dtype == LT_FLOAT ? max_planes_float : max_planes_double, &j);
  lti_free(j.places, bytes);
  return LT_OK;
}

lt_status CPU(maxpool2d_grad)(int dtype, int64_t planes, int64_t size, int64_t outputs, void *gx,
                              const void *gy, const int64_t *indices) {
  pool_job j = {.x = gy, .y = gx, .indices = (int64_t *)indices, .size = size, .outputs = outputs};
  lti_parallel(planes * outputs, lti_grain, check_indices, &j);
  for (int64_t i = 0; j.bad && i < planes * outputs; i++)
    LT_CHECK(indices[i] >= 1 && indices[i] <= size, ERANGE,
             "maxpool2d: index %lld at position %lld is out of range [1, %lld]",
             (long long)indices[i], (long long)i + 1, (long long)size);
  lti_parallel(planes, plane_grain(size), dtype == LT_FLOAT ? max_grad_float : max_grad_double, &j);
  return LT_OK;
}

lt_status CPU(avgpool2d)(int dtype, const lt_window *s, int count_pad, void *y, const void *x) {
  pool_job j = {.s = s, .x = x, .y = y, .count_pad = count_pad};
  lti_parallel(s->n, plane_grain(s->h * s->w),
               dtype == LT_FLOAT ? mean_planes_float : mean_planes_double, &j);
  return LT_OK;
}

lt_status CPU(avgpool2d_grad)(int dtype, const lt_window *s, int count_pad, void *gx,
                              const void *gy) {
  pool_job j = {.s = s, .x = gy, .y = gx, .count_pad = count_pad};
  lti_parallel(s->n, plane_grain(s->h * s->w),
               dtype == LT_FLOAT ? mean_grad_float : mean_grad_double, &j);
  return LT_OK;
}
