/* Overlap: never "no" where two views share an element, "no" for views that clearly do not, and for
 * the very same view; self-overlap of expanded and unfolded views. Checked against a walk over all
 * elements. Exits with 1 after printing what failed. */
#include "check.h"
#include "core/internal.h"

enum { CELLS = 256 };
static uint8_t memory[CELLS];
static lt_storage storage = {.data = memory, .size = CELLS, .capacity = CELLS, .refcount = 1};

/* A view of up to three dimensions inside the memory. */
static lt_tensor random_view(void) {
  lt_tensor t = {.mem = &storage, .dtype = LT_BYTE};
  t.ndim = (uint8_t)(1 + below(3));
  t.offset = below(60);
  for (int d = 0; d < t.ndim; d++) {
    t.sizes[d] = 1 + below(4);
    t.strides[d] = below(16);
  }
  return t;
}

/* Counts how often each cell is addressed; returns true when one is twice. */
static bool walk(const lt_tensor *t, int *hits) {
  bool twice = false;
  int64_t index[LT_MAXDIM] = {0};
  for (int64_t i = 0; i < lti_numel(t); i++) {
    int64_t place = t->offset;
    for (int d = 0; d < t->ndim; d++) place += index[d] * t->strides[d];
    twice |= hits[place]++ > 0;
    for (int d = t->ndim - 1; d >= 0 && ++index[d] == t->sizes[d]; d--) index[d] = 0;
  }
  return twice;
}

static void test_random(void) {
  int clear = 0, plain = 0;
  for (int n = 0; n < 20000; n++) {
    lt_tensor x = random_view(), y = random_view();
    int in_x[CELLS] = {0}, in_y[CELLS] = {0};
    bool x_twice = walk(&x, in_x);
    walk(&y, in_y);
    bool shared = false;
    for (int i = 0; i < CELLS; i++) shared |= in_x[i] && in_y[i];
    CHECK(!shared || lti_overlaps(&x, &y) || lt_is_set_to(&x, &y));
    CHECK(lti_overlaps(&x, &y) == lti_overlaps(&y, &x));
    CHECK(!x_twice || lti_self_overlaps(&x));
    clear += !lti_overlaps(&x, &y);
    plain += !lti_self_overlaps(&x);
  }
  CHECK(clear > 1000 && plain > 1000); /* the answers are of use */
}

static lt_tensor view(int64_t offset, int64_t rows, int64_t cols, int64_t rs, int64_t cs) {
  return (lt_tensor){.mem = &storage,
                     .dtype = LT_BYTE,
                     .ndim = 2,
                     .offset = offset,
                     .sizes = {rows, cols},
                     .strides = {rs, cs}};
}

static void test_known(void) {
  lt_tensor whole = view(0, 4, 4, 4, 1), turned = view(0, 4, 4, 1, 4),
            below_it = view(16, 4, 4, 4, 1);
  CHECK(!lti_overlaps(&whole, &whole));
  CHECK(lti_overlaps(&whole, &turned));
  CHECK(!lti_overlaps(&whole, &below_it));
  CHECK(!lti_self_overlaps(&whole) && !lti_self_overlaps(&turned));
  lt_tensor expanded = view(0, 4, 4, 0, 1), unfolded = view(0, 3, 2, 1, 1);
  CHECK(lti_self_overlaps(&expanded) && lti_self_overlaps(&unfolded));
  lt_tensor single = view(0, 1, 4, 0, 1);
  CHECK(!lti_self_overlaps(&single)); /* stride 0 of one row is no overlap */
  lt_tensor empty = {.dtype = LT_BYTE};
  CHECK(!lti_overlaps(&empty, &whole) && !lti_overlaps(&whole, &empty) &&
        !lti_self_overlaps(&empty));

  lt_storage part = {.data = memory + 8, .size = 8, .capacity = 8, .refcount = 1};
  lt_storage apart = {.data = memory + 128, .size = 8, .capacity = 8, .refcount = 1};
  storage.capacity = 64;
  lt_tensor in_part = view(0, 2, 4, 4, 1), in_apart = in_part;
  in_part.mem = &part;
  in_apart.mem = &apart;
  CHECK(lti_overlaps(&whole, &in_part)); /* another storage over the same memory */
  CHECK(!lti_overlaps(&whole, &in_apart));
  storage.capacity = CELLS;
}

int main(void) {
  test_random();
  test_known();
  return failures > 0;
}
