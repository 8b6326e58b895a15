/* The iterator: every element of operands of any strides is visited once, in step, whatever the
 * range; dimensions merge; expanded and scalar operands have stride 0. Exits with 1 after printing
 * what failed. */
#include <stdlib.h>

#include "check.h"
#include "core/internal.h"

enum { CELLS = 512 };
static int32_t memory[3][CELLS];
static lt_storage storages[3];

static lt_tensor view(int k, int64_t offset, int ndim, const int64_t *sizes,
                      const int64_t *strides) {
  storages[k] = (lt_storage){.data = memory[k],
                             .size = CELLS,
                             .capacity = sizeof memory[k],
                             .refcount = 1,
                             .dtype = LT_INT};
  lt_tensor t = {.mem = &storages[k], .offset = offset, .ndim = (uint8_t)ndim, .dtype = LT_INT};
  memcpy(t.sizes, sizes, (size_t)ndim * sizeof *sizes);
  memcpy(t.strides, strides, (size_t)ndim * sizeof *strides);
  return t;
}

/* r = x + y, counting visits in the upper bits of r. */
static void add(char **ptr, const int64_t *stride, int64_t n, const lt_scalar *params) {
  for (int64_t i = 0; i < n; i++) {
    int32_t *r = (int32_t *)(ptr[0] + i * stride[0]);
    int32_t x = *(const int32_t *)(ptr[1] + i * stride[1]);
    int32_t y = *(const int32_t *)(ptr[2] + i * stride[2]);
    *r += (int32_t)params->i + x + y;
  }
}

static int32_t *at(int k, const lt_tensor *t, const int64_t *index) {
  int64_t place = t->offset;
  for (int d = 0; d < t->ndim; d++) place += index[d] * t->strides[d];
  return &memory[k][place];
}

static void next_index(int64_t *index, const lt_tensor *t) {
  for (int d = t->ndim - 1; d >= 0 && ++index[d] == t->sizes[d]; d--) index[d] = 0;
}

/* Runs the iterator in pieces of `step` elements and compares with a plain walk. */
static void run(int ndim, const int64_t *sizes, const int64_t *rs, const int64_t *xs,
                const int64_t *ys, int64_t step, int merged) {
  enum { VISIT = 1 << 20 };
  lt_tensor r = view(0, 3, ndim, sizes, rs), x = view(1, 5, ndim, sizes, xs);
  lt_tensor y = view(2, 0, ndim, sizes, ys);
  memset(memory[0], 0, sizeof memory[0]);
  for (int i = 0; i < CELLS; i++) {
    memory[1][i] = i;
    memory[2][i] = 1000 * i;
  }
  lt_iter it;
  const lt_tensor *operands[] = {&r, &x, &y};
  lti_iter_init(&it, 3, operands);
  CHECK(it.numel == lti_numel(&r));
  CHECK(it.ndim == merged);
  lt_scalar params = {.i = VISIT};
  for (int64_t begin = 0; begin < it.numel; begin += step)
    lti_iter_run(&it, begin, LT_MIN(begin + step, it.numel), add, &params);
  int64_t index[LT_MAXDIM] = {0};
  int64_t visited = 0;
  for (int64_t i = 0; i < it.numel; i++, next_index(index, &r)) {
    CHECK(*at(0, &r, index) == VISIT + *at(1, &x, index) + *at(2, &y, index));
    visited++;
  }
  for (int i = 0; i < CELLS; i++) visited -= memory[0][i] != 0;
  CHECK(visited == 0); /* nothing else was written */
}

static void test_layouts(void) {
  const int64_t s1[] = {24}, c1[] = {1}, two[] = {2};
  const int64_t s3[] = {4, 3, 2}, c3[] = {6, 2, 1}, t3[] = {1, 4, 12}, gaps[] = {40, 10, 3};
  const int64_t row[] = {0, 2, 1}, none[] = {0, 0, 0};
  const int64_t s5[] = {1, 4, 1, 3, 2}, c5[] = {99, 6, 77, 2, 1};
  for (int64_t step = 1; step <= 24; step++) {
    run(1, s1, c1, c1, c1, step, 1);
    run(1, s1, two, c1, two, step, 1);
    run(3, s3, c3, c3, c3, step, 1);   /* contiguous merges into one dimension */
    run(3, s3, t3, t3, t3, step, 1);   /* so does any common order */
    run(3, s3, c3, t3, gaps, step, 3); /* different orders do not */
    run(3, s3, c3, row, c3, step, 2);  /* an expanded operand keeps its dimension apart */
    run(3, s3, c3, c3, none, step, 1); /* stride 0 throughout merges as well */
    run(5, s5, c5, c5, c5, step, 1);   /* size 1 is dropped, whatever its stride */
  }
}

static void test_scalars_and_edges(void) {
  const int64_t size[] = {5}, stride[] = {1}, one[] = {1};
  lt_tensor r = view(0, 0, 1, size, stride);
  lt_iter it;
  const lt_tensor *with_scalar[] = {&r, NULL};
  lti_iter_init(&it, 2, with_scalar);
  CHECK(it.base[1] == NULL && it.stride[1][0] == 0 && it.numel == 5);

  lt_tensor empty = {.dtype = LT_INT};
  const lt_tensor *nothing[] = {&empty};
  lti_iter_init(&it, 1, nothing);
  CHECK(it.numel == 0 && it.ndim == 0);
  lti_iter_run(&it, 0, 0, add, NULL);

  lt_tensor single = view(0, 7, 1, one, stride);
  const lt_tensor *operands[] = {&single, &single, &single};
  lti_iter_init(&it, 3, operands);
  CHECK(it.numel == 1 && it.ndim == 0);
  memory[0][7] = 2;
  lt_scalar zero = {.i = 0};
  lti_iter_run(&it, 0, 1, add, &zero);
  CHECK(memory[0][7] == 6);
}

static void test_all_but_one(void) {
  const int64_t sizes[] = {4, 3, 2}, strides[] = {6, 2, 1}, reduced[] = {2, 2, 1};
  const int64_t sizes1[] = {1, 3, 2};
  lt_tensor x = view(0, 0, 3, sizes, strides), r = view(1, 0, 3, sizes1, reduced);
  const lt_tensor *operands[] = {&x, &r};
  for (int dim = 0; dim < 3; dim++) {
    lt_iter it;
    int64_t n, stride[LT_MAXOP];
    lti_iter_init_dim(&it, 2, operands, dim, &n, stride);
    CHECK(n == sizes[dim]);
    CHECK(stride[0] == strides[dim] * 4);
    CHECK(stride[1] == (dim == 0 ? 0 : reduced[dim] * 4));
    CHECK(it.numel == 24 / sizes[dim]);
  }
}

int main(void) {
  test_layouts();
  test_scalars_and_edges();
  test_all_but_one();
  return failures > 0;
}
