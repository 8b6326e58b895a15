/* Memory: alignment, reuse and accounting of blocks, storages of every kind, sizes that overflow.
 * Exits with 1 after printing what failed. */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"
#include "core/internal.h"

static void test_blocks(void) {
  int64_t live = lt_mem.live, debt = lt_mem.debt;
  for (size_t bytes = 0; bytes < 70000; bytes += bytes / 7 + 1) {
    char *p = lti_alloc(bytes);
    CHECK(p && (uintptr_t)p % 64 == 0);
    if (!p) continue;
    memset(p, 1, bytes);
    CHECK(lt_mem.live - live >= (int64_t)bytes);
    CHECK(lt_mem.live - live <= (int64_t)(bytes + bytes / 4 + 64)); /* at most a quarter is lost */
    CHECK(lt_mem.debt - debt == lt_mem.live - live);
    lti_free(p, bytes);
    CHECK(lt_mem.live == live && lt_mem.debt == debt);
  }
  lti_free(NULL, 100);
  CHECK(lt_mem.live == live);
  CHECK(lti_alloc((size_t)1 << 60) == NULL);
  CHECK(lti_alloc(SIZE_MAX) == NULL);
  CHECK(lt_mem.live == live);
}

static void test_cache(void) {
  lt_mem_trim();
  CHECK(lt_mem.cached == 0);
  enum { N = 20, BYTES = 1 << 20 };
  void *block[N];
  for (int i = 0; i < N; i++) block[i] = lti_alloc(BYTES);
  for (int i = 0; i < N; i++) lti_free(block[i], BYTES);
#if defined LT_HARD || defined __SANITIZE_ADDRESS__
  CHECK(lt_mem.cached == 0);
#else
  CHECK(lt_mem.cached == (int64_t)N * BYTES);
  void *again = lti_alloc(BYTES);
  CHECK(again == block[N - 1]); /* the one freed last is the warmest */
  CHECK(lt_mem.cached == (int64_t)(N - 1) * BYTES);
  lti_free(again, BYTES);
#endif
  lt_mem_trim();
  CHECK(lt_mem.cached == 0);
}

/* Pages of large blocks are large ones, and go back to the system at once. */
static void test_large(void) {
#ifndef __SANITIZE_ADDRESS__
  enum { LARGE_PAGE = 2 << 20, BYTES = 9 * LARGE_PAGE / 2 };
  unsigned char there[BYTES / 4096];
  char *p = lti_alloc(BYTES);
  CHECK(p && (uintptr_t)p % LARGE_PAGE == 0);
  if (!p) return;
  memset(p, 1, BYTES);
  CHECK(mincore(p, BYTES, there) == 0);
  lti_free(p, BYTES);
  lt_mem_trim();
  CHECK(mincore(p, BYTES, there) == -1 && errno == ENOMEM);
#endif
}

static void test_products(void) {
  int64_t r;
  CHECK(lti_mul(&r, 3, 4) && r == 12);
  CHECK(lti_mul(&r, 0, INT64_MAX) && r == 0);
  CHECK(!lti_mul(&r, INT64_MAX, 2));
  CHECK(!lti_mul(&r, -1, 2));
  CHECK(!lti_mul(&r, 2, -1));
}

static void test_storages(void) {
  int64_t live = lt_mem.live;
  lt_storage *s = NULL, *v = NULL;
  CHECK(lt_storage_new(&s, LT_FLOAT, LT_CPU, 10) == LT_OK && s->size == 10 && s->refcount == 1);
  void *data = s->data;
  CHECK(lt_storage_resize(s, 4) == LT_OK && s->size == 4 && s->capacity == 40 && s->data == data);
  CHECK(lt_storage_resize(s, 10) == LT_OK && s->data == data); /* within the memory that stayed */
  for (int i = 0; i < 10; i++) ((float *)s->data)[i] = (float)i;
  CHECK(lt_storage_resize(s, 1000) == LT_OK && s->size == 1000);
  CHECK(((float *)s->data)[9] == 9);

  CHECK(lt_storage_view(&v, s, 2, 5) == LT_OK && ((float *)v->data)[0] == 2);
  CHECK(s->refcount == 2);
  CHECK(lt_storage_resize(s, 100000) == LT_EARG); /* a view points into the memory */
  CHECK(lt_storage_resize(v, 6) == LT_EARG);
  CHECK(lt_storage_resize(v, 3) == LT_OK);
  lt_storage_release(s);
  CHECK(((float *)v->data)[1] == 3); /* the view keeps it alive */
  lt_storage_release(v);
  CHECK(lt_mem.live == live);

  CHECK(lt_storage_new(&s, LT_FLOAT, LT_CPU, -1) == LT_EARG);
  CHECK(lt_storage_new(&s, LT_FLOAT, LT_CPU, INT64_MAX / 2) == LT_ENOMEM);
  CHECK(lt_storage_new(&s, LT_BYTE, LT_CPU, (int64_t)1 << 60) == LT_ENOMEM);
  CHECK(lt_storage_new(&s, 99, LT_CPU, 1) == LT_EARG);
  CHECK(lt_storage_new(&s, LT_FLOAT, 200, 1) == LT_EBACKEND);
  CHECK(lt_storage_new(NULL, LT_FLOAT, LT_CPU, 1) == LT_EARG);
  CHECK(lt_mem.live == live);

  int32_t foreign[4] = {1, 2, 3, 4};
  CHECK(lt_storage_borrow(&s, LT_INT, foreign, 4) == LT_OK && s->data == foreign);
  CHECK(lt_storage_resize(s, 5) == LT_EARG);
  CHECK(lt_storage_fill(s, 7) == LT_OK && foreign[3] == 7);
  lt_storage_release(s);
  CHECK(lt_storage_borrow(&s, LT_INT, NULL, 4) == LT_EARG);
  lt_storage_release(NULL);
  CHECK(lt_mem.live == live);
}

static void test_bounds(void) {
  lt_storage *s = NULL, *v = NULL;
  CHECK(lt_storage_new(&s, LT_BYTE, LT_CPU, 8) == LT_OK);
  CHECK(lt_storage_view(&v, s, 9, 0) == LT_ERANGE);
  CHECK(lt_storage_view(&v, s, 8, 1) == LT_ERANGE);
  CHECK(lt_storage_view(&v, s, -1, 1) == LT_ERANGE);
  CHECK(lt_storage_view(&v, s, 1, INT64_MAX) == LT_ERANGE);
  CHECK(lt_storage_view(&v, s, 8, 0) == LT_OK);
  lt_storage_release(v);

  lt_tensor t = {.dtype = LT_BYTE};
  const int64_t huge[] = {INT64_MAX / 2, 4}, many[] = {(int64_t)1 << 40, (int64_t)1 << 40};
  const int64_t zeros[] = {0, 0}, small[] = {2, 4};
  CHECK(lt_resize(&t, 2, huge, NULL) == LT_ENOMEM);
  CHECK(lt_set_storage(&t, s, 0, 2, many, zeros) ==
        LT_ENOMEM); /* more elements than can be counted */
  CHECK(lt_set_storage(&t, s, -1, 2, small, NULL) == LT_ERANGE);
  CHECK(lt_resize(&t, 17, huge, NULL) == LT_ESHAPE);
  CHECK(t.ndim == 0 && t.mem == NULL);
  CHECK(lt_set_storage(&t, s, 0, 2, small, NULL) == LT_OK && s->refcount == 2);
  lt_storage_release(s);
  lt_tensor_release(&t);
  lt_tensor_release(&t); /* releasing an empty one is nothing */
  lt_tensor_release(NULL);
}

static void test_files(void) {
  char name[] = "/tmp/luatorch_memory_XXXXXX";
  int fd = mkstemp(name);
  CHECK(fd >= 0);
  if (fd < 0) return;
  close(fd);
  lt_storage *s = NULL, *again = NULL;
  CHECK(lt_storage_map(&s, LT_INT, name, 1, 6) == LT_OK && s->size == 6);
  CHECK(lt_storage_fill(s, 5) == LT_OK);
  CHECK(lt_storage_resize(s, 7) == LT_EARG);
  CHECK(lt_storage_map(&again, LT_INT, name, 0, 0) == LT_OK && again->size == 6);
  CHECK(((int32_t *)again->data)[5] == 5);
  CHECK(lt_storage_fill(again, 8) == LT_OK && ((int32_t *)s->data)[5] == 5); /* private */
  lt_storage_release(again);
  lt_storage_release(s);
  CHECK(lt_storage_map(&s, LT_INT, name, 0, 100) == LT_EIO); /* too short, and not ours to extend */
  unlink(name);
  CHECK(lt_storage_map(&s, LT_INT, name, 0, 0) == LT_EIO);
  CHECK(lt_storage_map(&s, LT_INT, "/", 0, 4) != LT_OK);
}

int main(void) {
  test_blocks();
  test_cache();
  test_large();
  test_products();
  test_storages();
  test_bounds();
  test_files();
  return failures > 0;
}
