/* Threads: ranges cover everything once and respect the grain, nested calls run inline, any number
 * of threads gives the same result. Exits with 1 after printing what failed. */
#include "check.h"
#include "core/internal.h"

enum { MAX = 5000 };

typedef struct {
  int visits[MAX];
  int ranges, short_ranges;
  int64_t n, grain;
} record;

static void visit(int64_t begin, int64_t end, void *ctx) {
  record *r = ctx;
  for (int64_t i = begin; i < end; i++) r->visits[i]++;
  __atomic_fetch_add(&r->ranges, 1, __ATOMIC_RELAXED);
  if (end - begin < r->grain / 2 && end != r->n)
    __atomic_fetch_add(&r->short_ranges, 1, __ATOMIC_RELAXED);
}

static void test_cover(int threads, int64_t n, int64_t grain) {
  static record r;
  memset(&r, 0, sizeof r);
  r.n = n;
  r.grain = grain;
  lti_parallel(n, grain, visit, &r);
  for (int i = 0; i < MAX; i++) CHECK(r.visits[i] == (i < n));
  CHECK(r.ranges <= threads && r.ranges >= (n > 0));
  CHECK(r.short_ranges == 0);
  if (n > 0 && n <= grain) CHECK(r.ranges == 1);
}

typedef struct {
  int outer, inner, inline_ranges;
} nest;

static void inner(int64_t begin, int64_t end, void *ctx) {
  nest *n = ctx;
  __atomic_fetch_add(&n->inner, (int)(end - begin), __ATOMIC_RELAXED);
  __atomic_fetch_add(&n->inline_ranges, 1, __ATOMIC_RELAXED);
}

static void outer(int64_t begin, int64_t end, void *ctx) {
  nest *n = ctx;
  __atomic_fetch_add(&n->outer, 1, __ATOMIC_RELAXED);
  for (int64_t i = begin; i < end; i++) lti_parallel(100, 1, inner, n);
}

static void test_nested(void) {
  nest n = {0};
  lti_parallel(8, 1, outer, &n);
  CHECK(n.inner == 800);
  if (n.outer > 1) CHECK(n.inline_ranges == 8);
}

int main(void) {
  CHECK(lt_num_cores() >= 1);
  CHECK(lt_set_num_threads(0) == LT_EARG && lt_set_num_threads(-1) == LT_EARG);
  CHECK(lt_set_num_threads(1 << 30) == LT_EARG);
  for (int threads = 1; threads <= 5; threads++) {
    CHECK(lt_set_num_threads(threads) == LT_OK && lt_get_num_threads() == threads);
    for (int64_t n = 0; n <= MAX; n += n < 20 ? 1 : 311) {
      test_cover(threads, n, 1);
      test_cover(threads, n, 7);
      test_cover(threads, n, 1000);
    }
    test_cover(threads, MAX, 0);
    test_nested();
  }
  CHECK(lti_grain > 0);
  return failures > 0;
}
