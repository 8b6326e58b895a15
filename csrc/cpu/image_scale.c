/* Pictures of another size, as weighted sums of rows and columns. */
#include "core/image_bytes.h"
#include "core/image_scale.h"
#include "cpu/isa.h"

static lt_status open_sums(lti_sums *s, int mode, int64_t n, int64_t n0) {
  *s = lti_sums_of(mode, n, n0);
  size_t bytes = lti_sums_bytes(s);
  void *memory = lti_alloc(bytes);
  if (!memory) return lti_out_of_memory(bytes);
  lti_sums_place(s, memory);
  for (int64_t i = 0; i < n; i++) lti_sums_fill(s, i);
  return LT_OK;
}

typedef struct job {
  void *r;
  const void *x;
  int64_t planes;
  lti_sums rows, columns;
  int64_t workers;
  void *scratch; /* for each worker a row of the source's width and LINES of the result's */
} job;

enum {
  LINES = 4
}; /* a power of two, no less than the terms of a sum over rows that are stretched */

#define T uint8_t
#define A float
#define NAME(name) name##_byte
#define STORE(v) lti_image_bytef(v)
#include "cpu/image_scale_real.h"

#define T float
#define A float
#define NAME(name) name##_float
#define STORE(v) (v)
#include "cpu/image_scale_real.h"

#define T double
#define A double
#define NAME(name) name##_double
#define STORE(v) (v)
#include "cpu/image_scale_real.h"

static lt_status run(job *j, int dtype) {
  int64_t rows = j->planes * j->rows.n;
  int64_t work = rows * (j->rows.count * j->columns.n0 + 2 * j->columns.count * j->columns.n);
  j->workers = LT_MAX(1, LT_MIN(LT_MIN(lt_get_num_threads(), rows), work / lti_grain));
  size_t line = dtype == LT_DOUBLE ? sizeof(double) : sizeof(float);
  size_t bytes = (size_t)(j->workers * (j->columns.n0 + LINES * j->columns.n)) * line;
  j->scratch = lti_alloc(bytes);
  if (!j->scratch) return lti_out_of_memory(bytes);
  switch (dtype) {
  case LT_BYTE: lti_parallel(j->workers, 1, part_byte, j); break;
  case LT_FLOAT: lti_parallel(j->workers, 1, part_float, j); break;
  default: lti_parallel(j->workers, 1, part_double, j);
  }
  lti_free(j->scratch, bytes);
  return LT_OK;
}

lt_status CPU(image_scale)(int dtype, void *r, const void *x, int64_t planes, int64_t h, int64_t w,
                           int64_t h0, int64_t w0, int mode) {
  job j = {.r = r, .x = x, .planes = planes};
  lt_status rc = open_sums(&j.rows, mode, h, h0);
  if (rc == LT_OK) rc = open_sums(&j.columns, mode, w, w0);
  if (rc == LT_OK) rc = run(&j, dtype);
  if (j.columns.weight) lti_free(j.columns.weight, lti_sums_bytes(&j.columns));
  if (j.rows.weight) lti_free(j.rows.weight, lti_sums_bytes(&j.rows));
  return rc;
}
