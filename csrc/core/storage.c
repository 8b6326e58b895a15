/* Storages: reference-counted memory that is owned, borrowed, mapped from a file, of a foreign
 * allocator, or a part of another storage. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/internal.h"
#include "core/peers.h"

enum { KIND_OWNED, KIND_BORROWED, KIND_MAPPED, KIND_VIEW, KIND_FOREIGN };
enum { FLAG_VIEWED = 1 }; /* another storage points into the memory, so it must not move */

/* What the struct that Lua sees is embedded in. */
typedef struct storage {
  lt_storage base;
  lt_storage *parent;     /* KIND_VIEW */
  lt_allocator allocator; /* KIND_FOREIGN */
  char *name;             /* KIND_MAPPED, of shared memory: the object that ends with the storage */
} storage;

static lt_status new_storage(lt_storage **s, int dtype, int device, int kind, void *data, int64_t n,
                             int64_t capacity) {
  storage *created = lti_alloc(sizeof *created);
  if (!created) return lti_out_of_memory(sizeof *created);
  *created = (storage){.base = {.data = data,
                                .size = n,
                                .capacity = capacity,
                                .refcount = 1,
                                .dtype = (uint8_t)dtype,
                                .device = (uint8_t)device,
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

lt_status lt_storage_new(lt_storage **s, int dtype, int device, int64_t n) {
  LT_CHECK(s, EARG, "storage: no place for the result");
  int64_t bytes;
  LT_TRY(byte_count(&bytes, dtype, n));
  device = lti_resolve(device);
  LT_CHECK(lti_backend(device), EBACKEND, "storage: no backend for device %d", device);
  void *data = NULL;
  if (bytes > 0) LT_TRY(lti_device_alloc(&data, device, (size_t)bytes));
  lt_status rc = new_storage(s, dtype, device, KIND_OWNED, data, n, bytes);
  if (rc != LT_OK) lti_device_free(device, data, (size_t)bytes);
  return rc;
}

lt_status lt_storage_borrow(lt_storage **s, int dtype, void *data, int64_t n) {
  LT_CHECK(s, EARG, "storage: no place for the result");
  int64_t bytes;
  LT_TRY(byte_count(&bytes, dtype, n));
  LT_CHECK(data || n == 0, EARG, "storage: NULL memory for %lld elements", (long long)n);
  return new_storage(s, dtype, LT_CPU, KIND_BORROWED, data, n, bytes);
}

static lt_status view(lt_storage **s, lt_storage *src, int device, int64_t first, int64_t n) {
  int64_t elsize = lti_elsize(src->dtype);
  char *data = src->data ? (char *)src->data + first * elsize : NULL;
  LT_TRY(new_storage(s, src->dtype, device, KIND_VIEW, data, n, n * elsize));
  ((storage *)*s)->parent = src;
  src->flags |= FLAG_VIEWED;
  lt_storage_retain(src);
  return LT_OK;
}

lt_status lt_storage_view(lt_storage **s, lt_storage *src, int64_t first, int64_t n) {
  LT_CHECK(s && src, EARG, "storage: no storage to view");
  LT_CHECK(first >= 0 && n >= 0 && first <= src->size && n <= src->size - first, ERANGE,
           "storage: %lld elements from position %lld exceed the storage of %lld", (long long)n,
           (long long)first + 1, (long long)src->size);
  return view(s, src, src->device, first, n);
}

lt_status lti_storage_share(lt_storage **s, lt_storage *src, int device) {
  return view(s, src, device, 0, src->size);
}

/* A file, or an object of shared memory, to be mapped; `size` is what it had when it was opened. */
typedef struct file {
  const char *path;
  int fd;
  bool shared, memory, created;
  int64_t size;
} file;

static int open_as(const file *f, int mode) {
  return f->memory ? shm_open(f->path, mode, 0666) : open(f->path, mode, 0666);
}

static lt_status open_file(file *f, bool create) {
  f->created = false;
  f->fd = open_as(f, f->shared ? O_RDWR : O_RDONLY);
  if (f->fd < 0 && errno == ENOENT && create) {
    f->fd = open_as(f, O_RDWR | O_CREAT | O_EXCL);
    f->created = f->fd >= 0;
    /* somebody else was faster, or the name is a link that leads nowhere */
    if (!f->created && errno == EEXIST) f->fd = open_as(f, O_RDWR | O_CREAT);
  }
  LT_CHECK(f->fd >= 0, EIO, "unable to open file <%s>: %s", f->path, strerror(errno));
  struct stat info;
  if (fstat(f->fd, &info) == 0) {
    f->size = info.st_size;
    return LT_OK;
  }
  lti_fail(LT_EIO, "unable to stat file <%s>: %s", f->path, strerror(errno));
  close(f->fd);
  return LT_EIO;
}

/* *data = a mapping of the first `bytes` of f, which is extended when needed. */
static lt_status map_file(void **data, const file *f, int64_t bytes) {
  if (bytes == 0) return LT_OK;
  if (bytes > f->size) {
    LT_CHECK(f->shared, EIO, "file <%s> has %lld bytes, %lld needed", f->path, (long long)f->size,
             (long long)bytes);
    LT_CHECK(ftruncate(f->fd, bytes) == 0, EIO, "unable to extend file <%s>: %s", f->path,
             strerror(errno));
  }
  errno = ENOMEM;
  void *p = lti_refused() ? MAP_FAILED
                          : mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE,
                                 f->shared ? MAP_SHARED : MAP_PRIVATE, f->fd, 0);
  if (p == MAP_FAILED)
    return lti_fail(errno == ENOMEM ? LT_ENOMEM : LT_EIO,
                    "unable to map %lld bytes of file <%s>: %s", (long long)bytes, f->path,
                    strerror(errno));
  *data = p;
  return LT_OK;
}

/* Closes f, which gets back its size, or is removed when it was created, after a failure. */
static lt_status close_file(const file *f, lt_status rc, int64_t bytes) {
  if (rc != LT_OK && f->created)
    (void)(f->memory ? shm_unlink(f->path) : unlink(f->path));
  else if (rc != LT_OK && f->shared && bytes > f->size && ftruncate(f->fd, f->size) != 0)
    rc = lti_fail(LT_EIO, "unable to cut file <%s> to its size: %s", f->path, strerror(errno));
  close(f->fd);
  return rc;
}

static lt_status keep_name(lt_storage *s, const char *name) {
  size_t bytes = strlen(name) + 1;
  char *copy = lti_alloc(bytes);
  if (!copy) return lti_out_of_memory(bytes);
  ((storage *)s)->name = memcpy(copy, name, bytes);
  return LT_OK;
}

static void unmap(lt_storage *s) {
  if (s->mapped > 0) munmap(s->data, (size_t)s->mapped);
  char *name = ((storage *)s)->name;
  if (!name) return;
  shm_unlink(name);
  lti_free(name, strlen(name) + 1);
}

lt_status lt_storage_map(lt_storage **s, int dtype, const char *path, int flags, int64_t n) {
  LT_CHECK(s && path, EARG, "storage: no file name");
  int64_t bytes;
  LT_TRY(byte_count(&bytes, dtype, n));
  file f = {.path = path, .shared = flags & LT_MAP_SHARED, .memory = flags & LT_MAP_MEMORY};
  LT_TRY(open_file(&f, f.shared && n > 0));
  if (n == 0) n = f.size / lti_elsize(dtype), bytes = n * lti_elsize(dtype);
  lt_storage *created = NULL;
  lt_status rc = new_storage(&created, dtype, LT_CPU, KIND_MAPPED, NULL, n, bytes);
  if (rc == LT_OK) {
    rc = map_file(&created->data, &f, bytes);
    if (rc == LT_OK) created->mapped = bytes;
    if (rc == LT_OK && f.memory) rc = keep_name(created, path);
    if (rc != LT_OK) lt_storage_release(created);
  }
  rc = close_file(&f, rc, bytes);
  if (rc == LT_OK) *s = created;
  return rc;
}

lt_status lt_storage_allocate(lt_storage **s, int dtype, const lt_allocator *from, int64_t n) {
  LT_CHECK(s && from && from->allocate && from->release, EARG, "storage: no allocator");
  int64_t bytes;
  LT_TRY(byte_count(&bytes, dtype, n));
  void *data = bytes > 0 ? from->allocate(from->context, bytes) : NULL;
  if (bytes > 0 && !data) return lti_out_of_memory((size_t)bytes);
  lt_status rc = new_storage(s, dtype, LT_CPU, KIND_FOREIGN, data, n, bytes);
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
  if (s->kind == KIND_OWNED) lti_device_free(s->device, s->data, (size_t)s->capacity);
  if (s->kind == KIND_MAPPED) unmap(s);
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
    if (!data) return lti_out_of_memory((size_t)bytes);
  } else {
    int device = s->device;
    LT_TRY(lti_device_alloc(&data, device, (size_t)bytes));
    lt_status rc = LT_OK;
    if (s->data) rc = lti_transfer(device, data, device, s->data, (size_t)s->capacity);
    lti_device_free(device, rc == LT_OK ? s->data : data,
                    (size_t)(rc == LT_OK ? s->capacity : bytes));
    LT_TRY(rc);
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
