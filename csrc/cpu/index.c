/* Slices and elements addressed by indices; buffers are [outer, limit, inner] as kernels.def says.
 * Where equal indices could meet, work is divided along outer and inner only, so that the order of
 * the indices decides the result. */
#include "cpu/reduce.h"
#include "cpu/walk.h"

typedef struct indexing {
  char *r;
  const char *x;
  const int64_t *index;
  int64_t step, slice;                        /* of x */
  int64_t n, limit, inner, size, tile, tiles; /* tile: elements of inner done as a unit */
  bool each;                                  /* index has an entry for each element */
  lt_scalar v;
} indexing;

lt_status CPU(index_check)(int64_t *bad, int64_t *value, const int64_t *index, int64_t n,
                           int64_t limit) {
  *bad = -1;
  int outside = 0;
  for (int64_t i = 0; i < n; i++) outside |= (uint64_t)(index[i] - 1) >= (uint64_t)limit;
  for (int64_t i = 0; outside && *bad < 0; i++) {
    if ((uint64_t)(index[i] - 1) < (uint64_t)limit) continue;
    *bad = i;
    *value = index[i];
  }
  return LT_OK;
}

/* ---- whole slices ---- */

/* r[outer, k] = x[outer, index[k]] for single elements; `each`: index[outer, k] instead. */
#define DEFINE_PICK(T)                                            \
  static void pick_##T(int64_t begin, int64_t end, void *ctx) {   \
    const indexing *job = ctx;                                    \
    for (int64_t unit = begin, m; unit < end; unit += m) {        \
      int64_t k = unit % job->n;                                  \
      const T *x = (const T *)job->x + unit / job->n * job->step; \
      const int64_t *at = job->index + (job->each ? unit : k);    \
      T *r = (T *)job->r + unit;                                  \
      m = LT_MIN(job->n - k, end - unit);                         \
      for (int64_t j = 0; j < m; j++) r[j] = x[at[j] - 1];        \
    }                                                             \
  }
DEFINE_PICK(uint8_t)
DEFINE_PICK(uint16_t)
DEFINE_PICK(uint32_t)
DEFINE_PICK(uint64_t)

#define BY_SIZE(fn, size)        \
  ((size) == 1   ? fn##_uint8_t  \
   : (size) == 2 ? fn##_uint16_t \
   : (size) == 4 ? fn##_uint32_t \
                 : fn##_uint64_t)

static void select_range(int64_t begin, int64_t end, void *ctx) {
  const indexing *job = ctx;
  int64_t bytes = job->inner * job->size;
  for (int64_t unit = begin; unit < end; unit++) {
    int64_t outer = unit / job->n, from = job->index[unit % job->n] - 1;
    memcpy(job->r + unit * bytes, job->x + (outer * job->step + from * job->slice) * job->size,
           (size_t)bytes);
  }
}

lt_status CPU(index_select)(int64_t size, void *r, const void *x, int64_t step, int64_t slice,
                            const int64_t *index, int64_t outer, int64_t n, int64_t limit,
                            int64_t inner) {
  (void)limit; /* indices are checked */
  indexing job = {.r = r, .x = x, .index = index, .n = n, .inner = inner, .size = size};
  job.step = step, job.slice = slice;
  int64_t bytes = inner * size;
  bool single = bytes <= 8 && (bytes & (bytes - 1)) == 0 && slice == inner && step % inner == 0;
  if (single) job.step = step / inner;
  lti_parallel(outer * n, LT_MAX(1, lti_grain / inner),
               single ? BY_SIZE(pick, bytes) : select_range, &job);
  return LT_OK;
}

/* Divides [outer, inner] into units of one tile, one for each thread at least where lines are long
 * enough, and runs fn over them. */
static void run_tiles(indexing *job, int64_t outer, void (*fn)(int64_t, int64_t, void *)) {
  enum { TILE_ELEMENTS = 4096, LEAST_ELEMENTS = 1024 };
  int64_t share = ceil_div(job->inner, ceil_div(lt_get_num_threads(), outer));
  job->tile = LT_MIN(job->inner, LT_MIN(LT_MAX(share, LEAST_ELEMENTS), TILE_ELEMENTS));
  job->tiles = ceil_div(job->inner, job->tile);
  int64_t work = job->n * job->tile;
  lti_parallel(outer * job->tiles, LT_MAX(1, lti_grain / work), fn, job);
}

/* Element offsets of a unit: slice 0 of r and of x (which has n slices) at the tile, and its
 * length. */
static int64_t tile_of(const indexing *job, int64_t unit, int64_t *r, int64_t *x) {
  int64_t outer = unit / job->tiles, first = unit % job->tiles * job->tile;
  *r = outer * job->limit * job->inner + first;
  *x = outer * job->step + first;
  return LT_MIN(job->tile, job->inner - first);
}

/* r[outer, index[k]] = x[outer, k] for single elements. */
#define DEFINE_PLACE(T)                                                              \
  static void place_##T(int64_t begin, int64_t end, void *ctx) {                     \
    const indexing *job = ctx;                                                       \
    for (int64_t outer = begin; outer < end; outer++) {                              \
      T *r = (T *)job->r + outer * job->limit;                                       \
      const T *x = (const T *)job->x + outer * job->step;                            \
      for (int64_t k = 0; k < job->n; k++) r[job->index[k] - 1] = x[k * job->slice]; \
    }                                                                                \
  }
DEFINE_PLACE(uint8_t)
DEFINE_PLACE(uint16_t)
DEFINE_PLACE(uint32_t)
DEFINE_PLACE(uint64_t)

static void copy_tiles(int64_t begin, int64_t end, void *ctx) {
  const indexing *job = ctx;
  for (int64_t unit = begin; unit < end; unit++) {
    int64_t to, from, m = tile_of(job, unit, &to, &from);
    for (int64_t k = 0; k < job->n; k++)
      memcpy(job->r + (to + (job->index[k] - 1) * job->inner) * job->size,
             job->x + (from + k * job->slice) * job->size, (size_t)(m * job->size));
  }
}

lt_status CPU(index_copy)(int64_t size, void *r, const void *x, int64_t step, int64_t slice,
                          const int64_t *index, int64_t outer, int64_t n, int64_t limit,
                          int64_t inner) {
  indexing job = {.r = r, .x = x, .index = index, .n = n, .limit = limit, .inner = inner};
  job.size = size, job.step = step, job.slice = slice;
  run_tiles(&job, outer, inner == 1 ? BY_SIZE(place, size) : copy_tiles);
  return LT_OK;
}

#define DEFINE(name, DTYPE, T, A, member, unused)                                       \
  static void add_##name(int64_t begin, int64_t end, void *ctx) {                       \
    const indexing *job = ctx;                                                          \
    for (int64_t unit = begin; unit < end; unit++) {                                    \
      int64_t to, from, m = tile_of(job, unit, &to, &from);                             \
      if (job->inner == 1) {                                                            \
        T *r = (T *)job->r + to;                                                        \
        const T *x = (const T *)job->x + from;                                          \
        for (int64_t k = 0; k < job->n; k++) {                                          \
          T *at = &r[job->index[k] - 1];                                                \
          *at = store_##name(load_##name(*at) + load_##name(x[k * job->slice]));        \
        }                                                                               \
        continue;                                                                       \
      }                                                                                 \
      for (int64_t k = 0; k < job->n; k++) {                                            \
        T *restrict r = (T *)job->r + to + (job->index[k] - 1) * job->inner;            \
        const T *restrict x = (const T *)job->x + from + k * job->slice;                \
        for (int64_t j = 0; j < m; j++)                                                 \
          r[j] = store_##name(load_##name(r[j]) + load_##name(x[j]));                   \
      }                                                                                 \
    }                                                                                   \
  }                                                                                     \
  static void fill_##name(int64_t begin, int64_t end, void *ctx) {                      \
    const indexing *job = ctx;                                                          \
    T v = store_##name(job->v.member);                                                  \
    for (int64_t unit = begin; unit < end; unit++) {                                    \
      int64_t to, from, m = tile_of(job, unit, &to, &from);                             \
      if (job->inner == 1) {                                                            \
        T *r = (T *)job->r + to;                                                        \
        for (int64_t k = 0; k < job->n; k++) r[job->index[k] - 1] = v;                  \
        continue;                                                                       \
      }                                                                                 \
      for (int64_t k = 0; k < job->n; k++) {                                            \
        T *r = (T *)job->r + to + (job->index[k] - 1) * job->inner;                     \
        for (int64_t j = 0; j < m; j++) r[j] = v;                                       \
      }                                                                                 \
    }                                                                                   \
  }                                                                                     \
  static void scatter_##name(int64_t begin, int64_t end, void *ctx) {                   \
    const indexing *job = ctx;                                                          \
    T v = store_##name(job->v.member);                                                  \
    for (int64_t unit = begin; unit < end; unit++) {                                    \
      int64_t to, from, m = tile_of(job, unit, &to, &from);                             \
      int64_t outer = unit / job->tiles, first = from - outer * job->step;              \
      const int64_t *at = job->index + outer * job->n * job->inner + first;             \
      const T *x = job->x ? (const T *)job->x + from : NULL;                            \
      T *r = (T *)job->r + to;                                                          \
      if (job->inner == 1 && x) {                                                       \
        for (int64_t k = 0; k < job->n; k++) r[at[k] - 1] = x[k];                       \
        continue;                                                                       \
      }                                                                                 \
      for (int64_t k = 0; k < job->n; k++, at += job->inner, x += x ? job->slice : 0)   \
        for (int64_t j = 0; j < m; j++) r[(at[j] - 1) * job->inner + j] = x ? x[j] : v; \
    }                                                                                   \
  }                                                                                     \
  static void scatter_add_##name(int64_t begin, int64_t end, void *ctx) {               \
    const indexing *job = ctx;                                                          \
    for (int64_t unit = begin; unit < end; unit++) {                                    \
      int64_t to, from, m = tile_of(job, unit, &to, &from);                             \
      int64_t outer = unit / job->tiles, first = from - outer * job->step;              \
      const int64_t *at = job->index + outer * job->n * job->inner + first;             \
      const T *x = (const T *)job->x + from;                                            \
      T *r = (T *)job->r + to;                                                          \
      if (job->inner == 1) {                                                            \
        for (int64_t k = 0; k < job->n; k++)                                            \
          r[at[k] - 1] = store_##name(load_##name(r[at[k] - 1]) + load_##name(x[k]));   \
        continue;                                                                       \
      }                                                                                 \
      for (int64_t k = 0; k < job->n; k++, at += job->inner, x += job->slice)           \
        for (int64_t j = 0; j < m; j++) {                                               \
          T *place = &r[(at[j] - 1) * job->inner + j];                                  \
          *place = store_##name(load_##name(*place) + load_##name(x[j]));               \
        }                                                                               \
    }                                                                                   \
  }
LT_REDUCE_ALL(DEFINE, )

#define ENTRY(name, DTYPE, T, A, member, unused) \
  [LT_##DTYPE] = {add_##name, fill_##name, scatter_##name, scatter_add_##name},
static const struct {
  void (*add)(int64_t, int64_t, void *);
  void (*fill)(int64_t, int64_t, void *);
  void (*scatter)(int64_t, int64_t, void *);
  void (*scatter_add)(int64_t, int64_t, void *);
} loops[LT_NDTYPE] = {LT_REDUCE_ALL(ENTRY, )};

lt_status CPU(index_add)(int dtype, void *r, const void *x, int64_t step, int64_t slice,
                         const int64_t *index, int64_t outer, int64_t n, int64_t limit,
                         int64_t inner) {
  indexing job = {.r = r, .x = x, .index = index, .n = n, .limit = limit, .inner = inner};
  job.step = step, job.slice = slice;
  run_tiles(&job, outer, loops[dtype].add);
  return LT_OK;
}

lt_status CPU(index_fill)(int dtype, void *r, const int64_t *index, int64_t outer, int64_t n,
                          int64_t limit, int64_t inner, lt_scalar v) {
  indexing job = {.r = r, .index = index, .n = n, .limit = limit, .inner = inner, .v = v};
  run_tiles(&job, outer, loops[dtype].fill);
  return LT_OK;
}

/* ---- single elements ---- */

lt_status CPU(scatter)(int dtype, void *r, const void *x, int64_t step, int64_t slice,
                       const int64_t *index, int64_t outer, int64_t n, int64_t limit, int64_t inner,
                       lt_scalar v) {
  indexing job = {.r = r, .x = x, .index = index, .n = n, .limit = limit, .inner = inner, .v = v};
  job.step = step, job.slice = slice;
  run_tiles(&job, outer, loops[dtype].scatter);
  return LT_OK;
}

lt_status CPU(scatter_add)(int dtype, void *r, const void *x, int64_t step, int64_t slice,
                           const int64_t *index, int64_t outer, int64_t n, int64_t limit,
                           int64_t inner) {
  indexing job = {.r = r, .x = x, .index = index, .n = n, .limit = limit, .inner = inner};
  job.step = step, job.slice = slice;
  run_tiles(&job, outer, loops[dtype].scatter_add);
  return LT_OK;
}

#define DEFINE_GATHER(T)                                                               \
  static void gather_##T(int64_t begin, int64_t end, void *ctx) {                      \
    const indexing *job = ctx;                                                         \
    for (int64_t unit = begin; unit < end; unit++) {                                   \
      const T *x = (const T *)job->x + unit / job->n * job->step;                      \
      const int64_t *at = job->index + unit * job->inner;                              \
      T *r = (T *)job->r + unit * job->inner;                                          \
      for (int64_t j = 0; j < job->inner; j++) r[j] = x[(at[j] - 1) * job->slice + j]; \
    }                                                                                  \
  }
DEFINE_GATHER(uint8_t)
DEFINE_GATHER(uint16_t)
DEFINE_GATHER(uint32_t)
DEFINE_GATHER(uint64_t)

lt_status CPU(gather)(int64_t size, void *r, const void *x, int64_t step, int64_t slice,
                      const int64_t *index, int64_t outer, int64_t n, int64_t limit,
                      int64_t inner) {
  (void)limit; /* indices are checked */
  indexing job = {.r = r, .x = x, .index = index, .n = n, .inner = inner};
  job.step = step, job.slice = slice, job.each = true;
  lti_parallel(outer * n, LT_MAX(1, lti_grain / inner),
               inner == 1 ? BY_SIZE(pick, size) : BY_SIZE(gather, size), &job);
  return LT_OK;
}
