/* The k largest elements of columns, in their order: Float and Double x [n t c]; threads share the
 * columns. NaN counts as the largest, and the first of equal elements are taken. */
#include "cpu/isa.h"

typedef struct kmax_job {
  int64_t columns, t, c, k, workers;
  const void *x;
  void *y;
  int64_t *indices;
  char *heaps; /* for each worker the k largest elements so far, the least of them first */
} kmax_job;

#define DEFINE_KMAX(real)                                                                       \
  static inline bool more_##real(real a, real b) { return a > b || (a != a && b == b); }        \
  /* Puts v in place of the least of the k elements of a heap. */                               \
  static void replace_least_##real(real *heap, int64_t k, real v) {                             \
    int64_t at = 0;                                                                             \
    for (int64_t child; (child = 2 * at + 1) < k; at = child) {                                 \
      if (child + 1 < k && more_##real(heap[child], heap[child + 1])) child++;                  \
      if (!more_##real(v, heap[child])) break;                                                  \
      heap[at] = heap[child];                                                                   \
    }                                                                                           \
    heap[at] = v;                                                                               \
  }                                                                                             \
  static void columns_##real(int64_t begin, int64_t end, void *ctx) {                           \
    const kmax_job *j = ctx;                                                                    \
    for (int64_t worker = begin; worker < end; worker++) {                                      \
      real *heap = (real *)j->heaps + worker * j->k;                                            \
      int64_t last = (worker + 1) * j->columns / j->workers;                                    \
      for (int64_t column = worker * j->columns / j->workers; column < last; column++) {        \
        int64_t n = column / j->c, c = column % j->c;                                           \
        const real *x = (const real *)j->x + n * j->t * j->c + c;                               \
        real *y = (real *)j->y + n * j->k * j->c + c;                                           \
        int64_t *indices = j->indices + n * j->k * j->c + c;                                    \
        for (int64_t i = 0; i < j->k; i++) heap[i] = (real)-INFINITY;                           \
        for (int64_t t = 0; t < j->t; t++)                                                      \
          if (more_##real(x[t * j->c], heap[0])) replace_least_##real(heap, j->k, x[t * j->c]); \
        int64_t equal = 0; /* elements to take that equal the least of the heap */              \
        for (int64_t i = 0; i < j->k; i++) equal += !more_##real(heap[i], heap[0]);             \
        for (int64_t t = 0, taken = 0; taken < j->k; t++) {                                     \
          real v = x[t * j->c];                                                                 \
          bool above = more_##real(v, heap[0]), below = more_##real(heap[0], v);                \
          if (below || (!above && equal == 0)) continue;                                        \
          if (!above) equal--;                                                                  \
          y[taken * j->c] = v;                                                                  \
          indices[taken++ * j->c] = t + 1;                                                      \
        }                                                                                       \
      }                                                                                         \
    }                                                                                           \
  }
DEFINE_KMAX(float)
DEFINE_KMAX(double)

lt_status CPU(kmaxpool)(int dtype, int64_t n, int64_t t, int64_t c, int64_t k, void *y,
                        int64_t *indices, const void *x) {
  kmax_job j = {.columns = n * c, .t = t, .c = c, .k = k, .x = x, .y = y, .indices = indices};
  j.workers = LT_MAX(1, LT_MIN(lt_get_num_threads(), j.columns * t / lti_grain));
  size_t bytes = (size_t)(j.workers * k * lti_elsize(dtype));
  j.heaps = lti_alloc(bytes);
  if (!j.heaps) return lti_out_of_memory(bytes);
  lti_parallel(j.workers, 1, dtype == LT_FLOAT ? columns_float : columns_double, &j);
  lti_free(j.heaps, bytes);
  return LT_OK;
}
