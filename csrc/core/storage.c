/* Storages: reference-counted memory that is owned, borrowed, mapped from a file, of a foreign
 * allocator, or a part of another storage. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/internal.h"

enum { KIND_OWNED, KIND_BORROWED, KIND_MAPPED, KIND_VIEW, KIND_FOREIGN };
enum { FLAG_VIEWED = 1 }; /* another storage points into the memory, so it must not move */

/* What the struct that Lua sees is embedded in. */
typedef struct storage {
  lt_storage base;
  lt_storage *parent;     /* KIND_VIEW */
  lt_allocator allocator; /* KIND_FOREIGN */
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

/* Opens what lt_storage_map maps, n > 0 elements of it being asked for or all that there are. */
static int open_mapped(const char *path, int flags, int64_t n) {
  int mode = flags & LT_MAP_SHARED ? O_RDWR | (n > 0 ? O_CREAT : 0) : O_RDONLY;
  return flags & LT_MAP_MEMORY ? shm_open(path, mode, 0666) : open(path, mode, 0666);
}

/* Maps `bytes` bytes (0: all whole elements) of an open file, which becomes as long. */
static lt_status map_open(void **data, int64_t *bytes, int fd, int elsize, const char *path,
                          int flags) {
  struct stat info;
  LT_CHECK(fstat(fd, &info) == 0, EIO, "unable to stat file <%s>: %s", path, strerror(errno));
  if (*bytes == 0) *bytes = info.st_size - info.st_size % elsize;
  if (*bytes > info.st_size) {
    LT_CHECK(flags & LT_MAP_SHARED, EIO, "file <%s> has %lld bytes, %lld needed", path,
             (long long)info.st_size, (long long)*bytes);
    LT_CHECK(ftruncate(fd, *bytes) == 0, EIO, "unable to extend file <%s>: %s", path,
             strerror(errno));
  }
  *data = NULL;
  if (*bytes == 0) return LT_OK;
  *data = mmap(NULL, (size_t)*bytes, PROT_READ | PROT_WRITE,
               flags & LT_MAP_SHARED ? MAP_SHARED : MAP_PRIVATE, fd, 0);
  LT_CHECK(*data != MAP_FAILED, ENOMEM, "unable to map file <%s>: %s", path, strerror(errno));
  return LT_OK;
}

lt_status lt_storage_map(lt_storage **s, int dtype, const char *path, int flags, int64_t n) {
  LT_CHECK(s && path, EARG, "storage: no file name");
  int64_t bytes;
  LT_TRY(byte_count(&bytes, dtype, n));
  int fd = open_mapped(path, flags, n);
  LT_CHECK(fd >= 0, EIO, "unable to open file <%s>: %s", path, strerror(errno));
  void *data;
  int elsize = (int)lti_elsize(dtype);
  lt_status rc = map_open(&data, &bytes, fd, elsize, path, flags);
  close(fd);
  LT_TRY(rc);
  rc = new_storage(s, dtype, KIND_MAPPED, data, bytes / elsize, bytes);
  if (rc == LT_OK)
    (*s)->mapped = bytes;
  else if (data)
    munmap(data, (size_t)bytes);
  return rc;
}

lt_status lt_storage_allocate(lt_storage **s, int dtype, const lt_allocator *from, int64_t n) {
  LT_CHECK(s && from && from->allocate && from->release, EARG, "storage: no allocator");
  int64_t bytes;
  LT_TRY(byte_count(&bytes, dtype, n));
  void *data = bytes > 0 ? from->allocate(from->context, bytes) : NULL;
  if (bytes > 0 && !data) return out_of_memory(bytes);
  lt_status rc = new_storage(s, dtype, KIND_FOREIGN, data, n, bytes);
  if (rc == LT_OK)
    ((storage *)*s)->allocator = *from;
  else if (data)
    from->release(from->context, data);
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
  if (s->kind == KIND_FOREIGN && s->data) {
    const lt_allocator *from = &((storage *)s)->allocator;
    from->release(from->context, s->data);
  }
  lti_free(s, sizeof(storage));
}

/* Moves the elements to a block of `bytes` bytes, more than there are now. */
static lt_status grow(lt_storage *s, int64_t bytes) {
  void *data;
  if (s->kind == KIND_FOREIGN) {
    const lt_allocator *from = &((storage *)s)->allocator;
    data = s->data ? from->reallocate(from->context, s->data, bytes)
                   : from->allocate(from->context, bytes);
    if (!data) return out_of_memory(bytes);
  } else {
    data = lti_alloc((size_t)bytes);
    if (!data) return out_of_memory(bytes);
    if (s->data) memcpy(data, s->data, (size_t)s->capacity);
    lti_free(s->data, (size_t)s->capacity);
  }
  s->data = data;
  s->capacity = bytes;
  return LT_OK;
}

lt_status lt_storage_resize(lt_storage *s, int64_t n) {
  LT_CHECK(s, EARG, "resize: no storage");
  int64_t bytes;
  LT_TRY(byte_count(&bytes, s->dtype, n));
  if (bytes > s->capacity) {
    bool movable = s->kind == KIND_OWNED ||
                   (s->kind == KIND_FOREIGN && (!s->data || ((storage *)s)->allocator.reallocate));
    LT_CHECK(movable && !(s->flags & FLAG_VIEWED), EARG,
             "resize: memory that is mapped, borrowed or viewed by another storage cannot grow "
             "(from %lld to %lld elements)",
             (long long)s->size, (long long)n);
    LT_TRY(grow(s, bytes));
  }
  s->size = n;
  return LT_OK;
}
