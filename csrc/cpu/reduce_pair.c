/* What compares two tensors element by element: the norm of their difference, and equality. */
#include "cpu/reduce.h"
#include "cpu/transpose.h"
#include "cpu/walk.h"

/* ---- distance ---- */

enum { BLOCK = 1024 };

/* block[i] = x[i] - y[i] in double */
#define DIFFERENCE(name, DTYPE, T, A, member, unused)                                          \
  static void difference_##name(double *block, const char *x, const char *y, int64_t x_stride, \
                                int64_t y_stride, int64_t n) {                                 \
    if (x_stride == sizeof(T) && y_stride == sizeof(T)) {                                      \
      for (int64_t i = 0; i < n; i++)                                                          \
        block[i] = load_##name(((const T *)x)[i]) - load_##name(((const T *)y)[i]);            \
      return;                                                                                  \
    }                                                                                          \
    for (int64_t i = 0; i < n; i++)                                                            \
      block[i] = load_##name(*(const T *)(x + i * x_stride)) -                                 \
                 load_##name(*(const T *)(y + i * y_stride));                                  \
  }
LT_REDUCE_FLT(DIFFERENCE, )

#define ENTRY_DIFFERENCE(name, DTYPE, T, A, member, unused) [LT_##DTYPE] = difference_##name,
static void (*const differences[LT_NDTYPE])(double *, const char *, const char *, int64_t, int64_t,
                                            int64_t) = {LT_REDUCE_FLT(ENTRY_DIFFERENCE, )};

typedef struct distance {
  const lt_iter *it;
  const reduce_loops *loops;
  int dtype;
  double p;
  lt_scalar *part; /* one for each chunk */
} distance;

/* Units are chunks of CHUNK pairs; blocks of differences are reduced one after the other. */
static void distance_chunks(int64_t begin, int64_t end, void *ctx) {
  const distance *job = ctx;
  const lt_iter *it = job->it;
  int64_t length = it->ndim > 0 ? it->size[0] : 1, stride[2] = {0};
  for (int k = 0; k < 2 && it->ndim > 0; k++) stride[k] = it->stride[k][0];
  for (int64_t chunk = begin; chunk < end; chunk++) {
    double block[BLOCK];
    int64_t at = chunk * CHUNK, last = LT_MIN(at + CHUNK, it->numel), skip = at % length, used = 0;
    walk w;
    walk_start(&w, it, 1, at / length);
    job->loops->start(&job->part[chunk]);
    while (at < last) {
      int64_t n = LT_MIN(LT_MIN(length - skip, last - at), BLOCK - used);
      differences[job->dtype](block + used, w.ptr[0] + skip * stride[0],
                              w.ptr[1] + skip * stride[1], stride[0], stride[1], n);
      at += n;
      skip += n;
      used += n;
      if (skip == length) {
        skip = 0;
        walk_next(&w);
      }
      if (used < BLOCK && at < last) continue;
      job->loops->line(&job->part[chunk], (const char *)block, sizeof(double), used, job->p);
      used = 0;
    }
  }
}

lt_status CPU(distance)(double *out, int op, int dtype, const lt_iter *it, double p) {
  int64_t chunks = ceil_div(it->numel, CHUNK);
  size_t bytes = (size_t)chunks * sizeof(lt_scalar);
  const reduce_loops *loops = &CPU(reduce_loops)[op][LT_DOUBLE];
  reduce_state total;
  distance job = {it, loops, dtype, p, chunks == 1 ? &total.value : lti_alloc(bytes)};
  if (!job.part) return lti_out_of_memory(bytes);
  lti_parallel(chunks, LT_MAX(1, lti_grain / CHUNK), distance_chunks, &job);
  if (chunks > 1) {
    total.value = job.part[0];
    for (int64_t i = 1; i < chunks; i++) loops->combine(&total.value, &job.part[i]);
    lti_free(job.part, bytes);
  }
  loops->finish(&total, 1, it->numel, p);
  *out = total.value.f;
  return LT_OK;
}

/* ---- equality ---- */

typedef struct equality {
  const lt_iter *it;
  lt_loop loop;
  int64_t size; /* of an element */
  int differ;   /* set by any thread */
} equality;

/* Loops over two inputs; params point to the job. */
#define DEFINE_EQUAL(name, DTYPE, T, A, member, unused)                                     \
  static void equal_##name(char **ptr, const int64_t *stride, int64_t n,                    \
                           const lt_scalar *params) {                                       \
    enum { STEP = 4096 };                                                                   \
    int *found = (int *)(uintptr_t)params->i;                                               \
    for (int64_t at = 0; at < n && !__atomic_load_n(found, __ATOMIC_RELAXED); at += STEP) { \
      const char *x = ptr[0] + at * stride[0], *y = ptr[1] + at * stride[1];                \
      int64_t m = LT_MIN(STEP, n - at);                                                     \
      int differ = 0;                                                                       \
      if (stride[0] == sizeof(T) && stride[1] == sizeof(T))                                 \
        for (int64_t i = 0; i < m; i++)                                                     \
          differ |= load_##name(((const T *)x)[i]) != load_##name(((const T *)y)[i]);       \
      else                                                                                  \
        for (int64_t i = 0; i < m; i++)                                                     \
          differ |= load_##name(*(const T *)(x + i * stride[0])) !=                         \
                    load_##name(*(const T *)(y + i * stride[1]));                           \
      if (differ) __atomic_store_n(found, 1, __ATOMIC_RELAXED);                             \
    }                                                                                       \
  }
LT_REDUCE_ALL(DEFINE_EQUAL, )

#define ENTRY_EQUAL(name, DTYPE, T, A, member, unused) [LT_##DTYPE] = equal_##name,
static const lt_loop equal_loops[LT_NDTYPE] = {LT_REDUCE_ALL(ENTRY_EQUAL, )};

static void equal_range(int64_t begin, int64_t end, void *ctx) {
  equality *job = ctx;
  lt_scalar found = {.i = (int64_t)(uintptr_t)&job->differ};
  lti_iter_run(job->it, begin, end, job->loop, &found);
}

static void equal_strips(int64_t begin, int64_t end, void *ctx) {
  equality *job = ctx;
  lt_scalar found = {.i = (int64_t)(uintptr_t)&job->differ};
  CPU(transpose_run)(job->it, 1 << 1, job->size, 0, begin, end, job->loop, &found);
}

lt_status CPU(equal)(int *out, int dtype, const lt_iter *it) {
  equality job = {it, equal_loops[dtype], lti_elsize(dtype), 0};
  if (it->numel > lti_grain && is_transposed(it, 1, job.size, job.size))
    lti_parallel(strip_count(it), strip_grain(it), equal_strips, &job);
  else
    lti_parallel(it->numel, lti_grain, equal_range, &job);
  *out = !job.differ;
  return LT_OK;
}
