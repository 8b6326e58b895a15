/* Storages: reference-counted memory that is owned, borrowed, mapped from a file, or a part of
 * another storage. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/internal.h"

enum { KIND_OWNED, KIND_BORROWED, KIND_MAPPED, KIND_VIEW };
enum { FLAG_VIEWED = 1 }; /* another storage points into the memory, so it must not move */

/* What the struct that Lua sees is embedded in. */
typedef struct storage {
  lt_storage base;
  lt_storage *parent; /* KIND_VIEW */
} storage;

static lt_status new_storage(lt_storage **s, int dtype, int kind, void *data, int64_t n,
                             int64_t capacity) {
  storage *created = lti_alloc(sizeof *created);
  LT_CHECK(created, ENOMEM, "out of memory for a storage");
  *created = (storage){.base = {.data = data,
                                .size = n,
                                .capacity = capacity,
                                .refcount = 1,
                                .dtype = (uint8_t)dtype,
                                .kind = (uint8_t)kind}};
  *s = &created->base;
  return LT_OK;
}

static lt_status byte_count(int64_t *bytes, int dtype, int64_t n) {
  LT_CHECK(dtype >= 0 && dtype < LT_NDTYPE, EARG, "storage: unknown element type %d", dtype);
  LT_CHECK(n >= 0, EARG, "storage: size must not be negative, got %lld", (long long)n);
  LT_CHECK(lti_mul(bytes, n, lti_elsize(dtype)), ENOMEM, "storage: %lld elements are too many",
           (long long)n);
  return LT_OK;
}

static lt_status out_of_memory(int64_t bytes) {
  return lti_fail(LT_ENOMEM, "out of memory: %.1f MB asked for, %.1f MB held by live storages",
                  (double)bytes / 1e6, (double)lt_mem.live / 1e6);
}

lt_status lt_storage_new(lt_storage **s, int dtype, int device, int64_t n) {
  LT_CHECK(s, EARG, "storage: no place for the result");
  int64_t bytes;
  LT_TRY(byte_count(&bytes, dtype, n));
  LT_CHECK(device == LT_CPU, EBACKEND, "storage: no backend for device %d", device);
  void *data = NULL;
  if (bytes > 0) {
    data = lti_alloc((size_t)bytes);
    if (!data) return out_of_memory(bytes);
  }
  lt_status rc = new_storage(s, dtype, KIND_OWNED, data, n, bytes);
  if (rc != LT_OK) lti_free(data, (size_t)bytes);
  return rc;
}

lt_status lt_storage_borrow(lt_storage **s, int dtype, void *data, int64_t n) {
  LT_CHECK(s, EARG, "storage: no place for the result");
  int64_t bytes;
  LT_TRY(byte_count(&bytes, dtype, n));
  LT_CHECK(data || n == 0, EARG, "storage: NULL memory for %lld elements", (long long)n);
  return new_storage(s, dtype, KIND_BORROWED, data, n, bytes);
}

lt_status lt_storage_view(lt_storage **s, lt_storage *src, int64_t first, int64_t n) {
  LT_CHECK(s && src, EARG, "storage: no storage to view");
  LT_CHECK(first >= 0 && n >= 0 && first <= src->size && n <= src->size - first, ERANGE,
           "storage: %lld elements from position %lld exceed the storage of %lld", (long long)n,
           (long long)first + 1, (long long)src->size);
  int64_t elsize = lti_elsize(src->dtype);
  char *data = src->data ? (char *)src->data + first * elsize : NULL;
  LT_TRY(new_storage(s, src->dtype, KIND_VIEW, data, n, n * elsize));
  ((storage *)*s)->parent = src;
  src->flags |= FLAG_VIEWED;
  lt_storage_retain(src);
  return LT_OK;
}

lt_status lt_storage_map(lt_storage **s, int dtype, const char *path, int shared, int64_t n) {
  LT_CHECK(s && path, EARG, "storage: no file name");
  int64_t bytes;
  LT_TRY(byte_count(&bytes, dtype, n));
  int fd = open(path, shared ? O_RDWR | (n > 0 ? O_CREAT : 0) : O_RDONLY, 0666);
  LT_CHECK(fd >= 0, EIO, "unable to open file <%s>: %s", path, strerror(errno));
  struct stat info;
  lt_status rc = LT_OK;
  if (fstat(fd, &info) != 0)
    rc = lti_fail(LT_EIO, "unable to stat file <%s>: %s", path, strerror(errno));
  if (rc == LT_OK && bytes == 0) {
    n = info.st_size / lti_elsize(dtype);
    bytes = n * lti_elsize(dtype);
  }
  if (rc == LT_OK && bytes > info.st_size) {
    if (!shared)
      rc = lti_fail(LT_EIO, "file <%s> has %lld bytes, %lld needed", path, (long long)info.st_size,
                    (long long)bytes);
    else if (ftruncate(fd, bytes) != 0)
      rc = lti_fail(LT_EIO, "unable to extend file <%s>: %s", path, strerror(errno));
  }
  void *data = NULL;
  if (rc == LT_OK && bytes > 0) {
    data =
        mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE, shared ? MAP_SHARED : MAP_PRIVATE, fd, 0);
    if (data == MAP_FAILED)
      rc = lti_fail(LT_ENOMEM, "unable to map file <%s>: %s", path, strerror(errno));
  }
  close(fd);
  LT_TRY(rc);
  rc = new_storage(s, dtype, KIND_MAPPED, data, n, bytes);
  if (rc == LT_OK)
    (*s)->mapped = bytes;
  else if (data)
    munmap(data, (size_t)bytes);
  return rc;
}

void lt_storage_retain(lt_storage *s) {
  if (s) __atomic_fetch_add(&s->refcount, 1, __ATOMIC_RELAXED);
}

void lt_storage_release(lt_storage *s) {
  if (!s || __atomic_sub_fetch(&s->refcount, 1, __ATOMIC_ACQ_REL) > 0) return;
  if (s->kind == KIND_OWNED) lti_free(s->data, (size_t)s->capacity);
  if (s->kind == KIND_MAPPED && s->mapped > 0) munmap(s->data, (size_t)s->mapped);
  if (s->kind == KIND_VIEW) lt_storage_release(((storage *)s)->parent);
  lti_free(s, sizeof(storage));
}

lt_status lt_storage_resize(lt_storage *s, int64_t n) {
  LT_CHECK(s, EARG, "resize: no storage");
  int64_t bytes;
  LT_TRY(byte_count(&bytes, s->dtype, n));
  if (bytes > s->capacity) {
    LT_CHECK(s->kind == KIND_OWNED && !(s->flags & FLAG_VIEWED), EARG,
             "resize: memory that is mapped, borrowed or viewed by another storage cannot grow "
             "(from %lld to %lld elements)",
             (long long)s->size, (long long)n);
    void *data = lti_alloc((size_t)bytes);
    if (!data) return out_of_memory(bytes);
    if (s->data) memcpy(data, s->data, (size_t)s->capacity);
    lti_free(s->data, (size_t)s->capacity);
    s->data = data;
    s->capacity = bytes;
  }
  s->size = n;
  return LT_OK;
}
