/* luatorch.h: the public interface of the tensor core, and the source of the FFI declarations.
 *
 * Results come first, then inputs, then scalars. Every function that can fail returns an lt_status
 * (0 is success) and leaves a message for lt_error(); a failed call has changed nothing.
 * Dimensions and offsets are 0-based here; messages name them 1-based, as Lua users see them. */
#ifndef LUATORCH_H
#define LUATORCH_H

#ifndef LT_CDEF
#include <stdint.h>
#define LT_API __attribute__((visibility("default")))
#define LT_FIELD
#ifdef __cplusplus
extern "C" {
#endif
#else
#define LT_API
#define LT_FIELD const /* what decides where memory is: only the library writes it, never Lua */
#endif

enum { LT_MAXDIM = 16, LT_CPU = 0, LT_ANY_GPU = 255 };

typedef int lt_status;
enum {
#define STATUS(name, text) LT_##name,
#include "status.def"
#undef STATUS
  LT_NSTATUS
};

enum {
#define DTYPE(NAME, name, type, acc, torch) LT_##NAME,
#include "dtype.def"
#undef DTYPE
  LT_NDTYPE
};

/* Reference-counted memory shared by tensors. Read-only outside the core. `capacity` is never
 * reduced while the storage lives, so a tensor that was once valid stays inside the memory. */
typedef struct lt_storage {
  void *LT_FIELD data;
  LT_FIELD int64_t size;     /* elements */
  LT_FIELD int64_t capacity; /* bytes */
  LT_FIELD int32_t refcount; /* atomic */
  LT_FIELD uint8_t dtype, device, kind, flags;
  LT_FIELD int64_t mapped; /* bytes of the mapping when memory is mapped from a file */
} lt_storage;

/* A strided view of a storage. All zero is a valid empty Byte tensor. Lua makes one by
 * setting the first two fields of an empty one. */
typedef struct lt_tensor {
  LT_FIELD uint8_t dtype, device;
  LT_FIELD uint8_t ndim; /* 0 = empty */
  LT_FIELD uint8_t flags;
  uint32_t version;                    /* counts in-place changes */
  lt_storage *LT_FIELD mem;            /* NULL until first sized */
  LT_FIELD int64_t offset;             /* of the first element, in elements */
  LT_FIELD int64_t sizes[LT_MAXDIM];   /* elements along each dimension */
  LT_FIELD int64_t strides[LT_MAXDIM]; /* in elements; 0 = expanded */
} lt_tensor;

/* Memory held by storages and the allocator's caches, in bytes, and the number of Lua states.
 * `debt` is what was allocated less what was freed; `limit` the least that a state allocates
 * between two collections. */
typedef struct lt_memory {
  int64_t live, cached, debt, limit, peak, states;
} lt_memory;
extern LT_API lt_memory lt_mem;
/* Bytes that this thread has allocated less those that it has freed since its Lua state set them to
 * 0, which it does when it collects. */
LT_API int64_t *lt_mem_owed(void);

/* Set to 1 (a signal handler may) to make the next operation fail with LT_EINTR. */
extern LT_API int32_t lt_interrupt;

/* ---- library ---- */

/* Message of the last failure in this thread. */
LT_API const char *lt_error(void);
/* Default text of a status code. */
LT_API const char *lt_status_text(lt_status status);
/* Hash of the FFI declarations that the library was built from. */
LT_API const char *lt_cdef_hash(void);
/* Name of the instruction set whose kernels are in use: "base", "avx2" or "avx512". */
LT_API const char *lt_isa(void);
/* Torch name ("Float") and bytes of an element of a dtype; NULL and 0 for a bad one. */
LT_API const char *lt_dtype_name(int dtype);
LT_API int64_t lt_dtype_size(int dtype);
/* 16-bit formats to numbers and back, rounding to nearest even. */
LT_API double lt_half_value(uint16_t bits);
LT_API uint16_t lt_half_bits(double v);
LT_API double lt_bfloat16_value(uint16_t bits);
LT_API uint16_t lt_bfloat16_bits(double v);
/* Threads used by kernels and by OpenBLAS together; set takes 1 or more. See lt_worker_thread. */
LT_API int lt_get_num_threads(void);
LT_API lt_status lt_set_num_threads(int n);
LT_API int lt_num_cores(void);
/* Makes the calling thread a worker: from now on it has a number of threads of its own for its
 * kernels, at first 1, and OpenBLAS uses one there. */
LT_API void lt_worker_thread(void);
/* 1 when the OpenBLAS in use is its OpenMP build and so shares the kernels' threads. */
LT_API int lt_blas_is_openmp(void);
/* Returns cached blocks to the system. */
LT_API void lt_mem_trim(void);
/* The index of an elementwise row in the library's own list, -1 for an unknown name. */
LT_API int lt_elementwise_index(const char *name);

/* ---- storages ---- */

/* A new storage of n elements with reference count 1; contents are unspecified. */
LT_API lt_status lt_storage_new(lt_storage **s, int dtype, int device, int64_t n);
/* A storage over n elements of foreign memory, which must outlive it. */
LT_API lt_status lt_storage_borrow(lt_storage **s, int dtype, void *data, int64_t n);
/* How lt_storage_map maps a file. LT_MAP_SHARED: writes go to the file, which is created or
 * extended when needed; LT_MAP_MEMORY: the path names a POSIX shared memory object, which loses its
 * name when the storage is freed. */
enum { LT_MAP_SHARED = 1, LT_MAP_MEMORY = 2 };

/* A storage of n elements (0: as many as there are) over a memory-mapped file. */
LT_API lt_status lt_storage_map(lt_storage **s, int dtype, const char *path, int flags, int64_t n);

/* Where a storage gets memory from, and where it returns it to. `reallocate` may be NULL: then the
 * storage cannot grow. */
typedef struct lt_allocator {
  void *(*allocate)(void *context, int64_t bytes);
  void *(*reallocate)(void *context, void *memory, int64_t bytes);
  void (*release)(void *context, void *memory);
  void *context;
} lt_allocator;

/* A new storage of n elements whose memory comes from an allocator, which is copied. */
LT_API lt_status lt_storage_allocate(lt_storage **s, int dtype, const lt_allocator *from,
                                     int64_t n);
/* A storage of n elements over the memory of src, from element `first`; keeps src alive. */
LT_API lt_status lt_storage_view(lt_storage **s, lt_storage *src, int64_t first, int64_t n);
LT_API void lt_storage_retain(lt_storage *s);
LT_API void lt_storage_release(lt_storage *s);
/* Changes the number of elements and keeps the first ones; memory never shrinks. */
LT_API lt_status lt_storage_resize(lt_storage *s, int64_t n);
/* Sets every element to v, converted to the storage's type. */
LT_API lt_status lt_storage_fill(lt_storage *s, double v);
/* One element of any device, from 0. */
LT_API lt_status lt_storage_get(double *out, const lt_storage *s, int64_t index);
LT_API lt_status lt_storage_put(lt_storage *s, int64_t index, double v);
/* Copies and converts; sizes must be equal. */
LT_API lt_status lt_storage_copy(lt_storage *dst, const lt_storage *src);

/* ---- tensors: shape and views; none of these copies elements ---- */

/* Releases the storage; the struct itself belongs to the caller. */
LT_API void lt_tensor_release(lt_tensor *t);
/* Torch7's resize: equal sizes (and no strides asked for) leave the tensor as it is, otherwise it
 * becomes contiguous (or gets `strides`, which may be NULL) over its storage, which grows if
 * needed. A size <= 0 ends the list. */
LT_API lt_status lt_resize(lt_tensor *t, int ndim, const int64_t *sizes, const int64_t *strides);
LT_API lt_status lt_resize_as(lt_tensor *t, const lt_tensor *like);
/* Makes t a view of storage s (NULL: empty); strides may be NULL for contiguous. Grows s if needed.
 */
LT_API lt_status lt_set_storage(lt_tensor *t, lt_storage *s, int64_t offset, int ndim,
                                const int64_t *sizes, const int64_t *strides);
/* Makes r another view of all of x. */
LT_API lt_status lt_set(lt_tensor *r, const lt_tensor *x);
LT_API lt_status lt_narrow(lt_tensor *r, const lt_tensor *x, int dim, int64_t first, int64_t size);
/* x must have 2 or more dimensions. */
LT_API lt_status lt_select(lt_tensor *r, const lt_tensor *x, int dim, int64_t index);
LT_API lt_status lt_transpose(lt_tensor *r, const lt_tensor *x, int dim1, int dim2);
LT_API lt_status lt_permute(lt_tensor *r, const lt_tensor *x, int ndim, const int64_t *dims);
LT_API lt_status lt_unfold(lt_tensor *r, const lt_tensor *x, int dim, int64_t size, int64_t step);
/* dim < 0 removes every dimension of size 1 (one always stays). */
LT_API lt_status lt_squeeze(lt_tensor *r, const lt_tensor *x, int dim);
LT_API lt_status lt_expand(lt_tensor *r, const lt_tensor *x, int ndim, const int64_t *sizes);
/* x must be contiguous; one size may be -1. */
LT_API lt_status lt_view(lt_tensor *r, const lt_tensor *x, int ndim, const int64_t *sizes);
LT_API int lt_is_contiguous(const lt_tensor *x);
LT_API int lt_is_same_size(const lt_tensor *x, const lt_tensor *y);
LT_API int lt_is_set_to(const lt_tensor *x, const lt_tensor *y);
LT_API int64_t lt_numel(const lt_tensor *x);

/* ---- random numbers ---- */

enum { LT_GENERATOR_BYTES = 5048 };

/* Distributions and their parameters a, b; u is the next uniform number of [0, 1). */
enum {
  LT_DIST_WORD,      /* 32 random bits; in a tensor an integer from 0 to its type's largest, at most
                        2^32 - 1 (Float 2^24, Half 2^11, BFloat16 2^8) */
  LT_DIST_INTEGER,   /* integer of [a, b], |a| and |b| at most 2^53 */
  LT_DIST_UNIFORM,   /* u * (b - a) + a */
  LT_DIST_NORMAL,    /* mean a, standard deviation b > 0; numbers come in Box-Muller pairs */
  LT_DIST_LOGNORMAL, /* exp of that normal number */
  LT_DIST_EXPONENTIAL, /* rate a > 0 */
  LT_DIST_CAUCHY,      /* median a, scale b */
  LT_DIST_GEOMETRIC,   /* 1 + floor(log(1 - u) / log(a)), 0 < a < 1 */
  LT_DIST_BERNOULLI,   /* u <= a, 0 <= a <= 1 */
  LT_NDIST
};

/* A Mersenne twister and its pending half of a Box-Muller pair; owned by the caller. Any contents
 * are safe to use; seed it before its first number. */
typedef struct lt_generator {
  int64_t initial_seed;
  uint32_t next;        /* index of the next word of state; 624: renew it first; 625: just seeded */
  int32_t normal_valid; /* 1 when the second number of the pair is still to be given */
  double normal_x, normal_y, normal_rho;
  uint32_t state[624];
} lt_generator;

/* Starts the stream of a seed, of which the low 32 bits count. */
LT_API lt_status lt_generator_seed(lt_generator *gen, int64_t seed);
/* Seeds from the operating system with a number that a double holds exactly. */
LT_API lt_status lt_generator_seed_os(lt_generator *gen);
/* Writes or takes the LT_GENERATOR_BYTES bytes of Torch7's state: little endian u64 seed, i32 words
 * left, i32 seeded, u64 next, 624 u64 words, f64 normal_x, normal_y, normal_rho, i32 normal_valid,
 * 4 bytes of padding. Bytes that are no state of a seeded generator are refused. */
LT_API lt_status lt_generator_get_state(uint8_t *bytes, const lt_generator *gen);
LT_API lt_status lt_generator_set_state(lt_generator *gen, const uint8_t *bytes);
/* One number of a distribution. */
LT_API lt_status lt_random_number(double *out, lt_generator *gen, int distribution, double a,
                                  double b);

/* ---- elementwise operations, from elementwise.def ---- */

#define UNARY(name, types, value, deriv)                                                   \
  LT_API lt_status lt_##name(lt_tensor *r, const lt_tensor *x);                            \
  LT_API lt_status lt_##name##_grad(lt_tensor *gx, const lt_tensor *g, const lt_tensor *x, \
                                    const lt_tensor *y);
#define UNARY1(name, types, value, deriv)                                                  \
  LT_API lt_status lt_##name(lt_tensor *r, const lt_tensor *x, double a);                  \
  LT_API lt_status lt_##name##_grad(lt_tensor *gx, const lt_tensor *g, const lt_tensor *x, \
                                    const lt_tensor *y, double a);
#define UNARY2(name, types, value, deriv)                                                  \
  LT_API lt_status lt_##name(lt_tensor *r, const lt_tensor *x, double a, double b);        \
  LT_API lt_status lt_##name##_grad(lt_tensor *gx, const lt_tensor *g, const lt_tensor *x, \
                                    const lt_tensor *y, double a, double b);
#define BINARY(name, types, value)                                                  \
  LT_API lt_status lt_##name(lt_tensor *r, const lt_tensor *x, const lt_tensor *y); \
  LT_API lt_status lt_##name##_s(lt_tensor *r, const lt_tensor *x, double y);
#define BINARY1(name, types, value) \
  LT_API lt_status lt_##name(lt_tensor *r, const lt_tensor *x, const lt_tensor *y, double a);
#define TERNARY1(name, types, value)                                               \
  LT_API lt_status lt_##name(lt_tensor *r, const lt_tensor *x, const lt_tensor *y, \
                             const lt_tensor *z, double a);
#define COMPARE(name, value)                                                        \
  LT_API lt_status lt_##name(lt_tensor *r, const lt_tensor *x, const lt_tensor *y); \
  LT_API lt_status lt_##name##_s(lt_tensor *r, const lt_tensor *x, double y);
#include "elementwise.def"

/* Cells of recurrent layers; gates in the order in which they lie in weights and buffers:
 * TANH, RELU  h' = f(a)
 * LSTM        i f g o: c' = sigmoid(f) c + sigmoid(i) tanh(g), h' = sigmoid(o) tanh(c')
 * GRU         r z n: h' = (1 - sigmoid(z)) n' + sigmoid(z) h, n' = tanh(n + sigmoid(r) (W h + b))
 */
enum { LT_CELL_TANH, LT_CELL_RELU, LT_CELL_LSTM, LT_CELL_GRU, LT_NCELL };

/* How pictures are interpolated; see lt_image_scale and lt_image_warp. */
enum { LT_IMAGE_SIMPLE, LT_IMAGE_BILINEAR, LT_IMAGE_BICUBIC, LT_IMAGE_LANCZOS };
/* What lt_image_turn does to a picture, and conversions between colour spaces. */
enum { LT_IMAGE_ROTATE, LT_IMAGE_POLAR, LT_IMAGE_LOGPOLAR };
enum {
  LT_RGB2YUV,
  LT_YUV2RGB,
  LT_RGB2Y,
  LT_RGB2HSL,
  LT_HSL2RGB,
  LT_RGB2HSV,
  LT_HSV2RGB,
  LT_RGB2LAB,
  LT_LAB2RGB,
  LT_RGB2NRGB,
  LT_NCOLOUR
};

/* ---- every other operation, from ops.def ---- */

#define OP(name, args) LT_API lt_status lt_##name args;
#include "ops.def"
#undef OP

#if !defined(LT_CDEF) && defined(__cplusplus)
}
#endif
#endif
