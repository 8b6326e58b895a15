/* Triangles of a matrix, and arithmetic sequences. */
#include "cpu/reduce.h"

typedef struct triangle {
  char *r;
  const char *x;
  int64_t size, cols, k;
  int lower;
} triangle;

static void triangle_rows(int64_t begin, int64_t end, void *ctx) {
  const triangle *job = ctx;
  for (int64_t row = begin; row < end; row++) {
    /* kept columns: [0, edge) of a lower triangle, [edge, cols) of an upper one */
    int64_t edge = LT_MAX(0, LT_MIN(job->cols, row + job->k + (job->lower ? 1 : 0)));
    int64_t first = job->lower ? 0 : edge, last = job->lower ? edge : job->cols;
    char *r = job->r + row * job->cols * job->size;
    memset(r, 0, (size_t)(first * job->size));
    if (job->r != job->x)
      memcpy(r + first * job->size, job->x + (row * job->cols + first) * job->size,
             (size_t)((last - first) * job->size));
    memset(r + last * job->size, 0, (size_t)((job->cols - last) * job->size));
  }
}

lt_status CPU(triangle)(int64_t size, void *r, const void *x, int64_t rows, int64_t cols, int64_t k,
                        int lower) {
  triangle job = {r, x, size, cols, k, lower};
  lti_parallel(rows, LT_MAX(1, lti_grain / cols), triangle_rows, &job);
  return LT_OK;
}

#define DEFINE(name, DTYPE, T, A, member, unused)                                              \
  case LT_##DTYPE:                                                                             \
    for (int64_t i = 0; i < n; i++) ((T *)r)[i] = store_##name((A)(start + (double)i * step)); \
    break;

lt_status CPU(range)(int dtype, void *r, int64_t n, double start, double step) {
  switch (dtype) { LT_REDUCE_ALL(DEFINE, ) }
  return LT_OK;
}
