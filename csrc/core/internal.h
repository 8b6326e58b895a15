/* internal.h: what the core offers to csrc/ops, csrc/cpu and csrc/cuda, and nobody else.
 * Private names that cross files start with lti_; those that cross libraries are LT_API. */
#ifndef LT_INTERNAL_H
#define LT_INTERNAL_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "luatorch.h"
#include "core/attention.h"
#include "core/correlation.h"
#include "core/entries.h"
#include "core/pool.h"
#include "core/recurrence.h"
#include "core/window.h"

#define LT_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define LT_MIN(a, b) ((a) < (b) ? (a) : (b))
#define LT_MAX(a, b) ((a) > (b) ? (a) : (b))

/* ---- errors (status.c) ---- */

/* Formats the message for lt_error() and returns status. */
LT_API lt_status lti_fail(lt_status status, const char *format, ...)
    __attribute__((format(printf, 2, 3), cold));

#define LT_CHECK(cond, code, ...)       \
  do {                                  \
    if (LT_UNLIKELY(!(cond))) {         \
      lti_fail(LT_##code, __VA_ARGS__); \
      return LT_##code;                 \
    }                                   \
  } while (0)
#define LT_TRY(call)                           \
  do {                                         \
    lt_status rc_ = (call);                    \
    if (LT_UNLIKELY(rc_ != LT_OK)) return rc_; \
  } while (0)

/* "[2 x 3 FloatTensor]" for messages; the struct lives as long as the full expression. */
typedef struct {
  char str[160];
} lti_text;
lti_text lti_shape(const lt_tensor *t);
/* "FloatTensor", "CudaTensor", "CudaDoubleTensor": the name of t's class. */
lti_text lti_class(const lt_tensor *t);
/* "2 x 3" for a list of sizes. */
lti_text lti_sizes(int ndim, const int64_t *sizes);

/* ---- dtypes (dtype.c) ---- */

typedef union lt_scalar {
  double f;  /* floating point dtypes */
  int64_t i; /* integer dtypes, already wrapped to the type */
} lt_scalar;

static inline bool lti_is_float(int dtype) {
  return dtype == LT_FLOAT || dtype == LT_DOUBLE || dtype == LT_HALF || dtype == LT_BFLOAT16;
}
/* v for a Lua number: a NaN may carry bits that LuaJIT takes for another kind of value. */
static inline double lti_number(double v) { return v == v ? v : (double)NAN; }
/* v wrapped to the range of an integer dtype. */
int64_t lti_wrap(int dtype, int64_t v);
/* v as a scalar of dtype: truncated toward zero, then wrapped, for integers. */
lt_scalar lti_scalar(int dtype, double v);

/* ---- memory (memory.c) ---- */

/* 64-byte aligned block, NULL when there is none; not zeroed. Freed blocks are kept for reuse. */
void *lti_alloc(size_t bytes) __attribute__((malloc));
/* The same for memory that a kernel has while it runs: a larger block that is cached will do, and
 * *bytes becomes its size. One block then serves kernels of many sizes, one after the other. */
void *lti_alloc_scratch(size_t *bytes) __attribute__((malloc));
/* bytes as given to lti_alloc, or by lti_alloc_scratch. */
void lti_free(void *block, size_t bytes);
/* Counts bytes allocated elsewhere, or freed when negative, as owed by this thread (luatorch.h). */
LT_API void lti_owe(int64_t bytes);
/* Fails with LT_ENOMEM, naming the bytes that were asked for. */
lt_status lti_out_of_memory(size_t bytes) __attribute__((cold));
#ifdef LT_HARD
/* Makes allocations fail: the ones numbered first .. first + count - 1 from now, where 1 is the
 * next. count 0 ends it. */
LT_API void lt_mem_fail(int64_t first, int64_t count);
/* Allocations that failed in this way since the last lt_mem_fail. */
LT_API int64_t lt_mem_failed(void);
/* True when the next allocation has to fail; counts it. */
LT_API bool lti_refused(void);
#else
static inline bool lti_refused(void) { return false; }
#endif
/* *r = a * b; false on overflow or a negative factor. */
static inline bool lti_mul(int64_t *r, int64_t a, int64_t b) {
  return a >= 0 && b >= 0 && !__builtin_mul_overflow(a, b, r);
}

/* ---- threads (parallel.c) ---- */

/* Runs fn on disjoint ranges that cover [0, n), each of at least `grain` (the last may be shorter),
 * on up to lt_get_num_threads() threads; inside a parallel region, and for n <= grain, inline. */
void lti_parallel(int64_t n, int64_t grain, void (*fn)(int64_t begin, int64_t end, void *ctx),
                  void *ctx);
/* Keeps OpenBLAS to the calling thread, or lets it use all of lt_get_num_threads() again. */
void lti_blas_alone(bool alone);
/* Elements below which another thread does not pay for a cheap elementwise loop. */
extern const int64_t lti_grain;

/* ---- tensors (tensor.c, view.c) ---- */

LT_API int64_t lti_elsize(int dtype);
static inline char *lti_data(const lt_tensor *t) {
  return t->mem ? (char *)t->mem->data + t->offset * lti_elsize(t->dtype) : NULL;
}
static inline int64_t lti_numel(const lt_tensor *t) {
  if (t->ndim == 0) return 0;
  int64_t n = 1;
  for (int d = 0; d < t->ndim; d++) n *= t->sizes[d];
  return n;
}
LT_API bool lti_is_contiguous(const lt_tensor *t);
bool lti_same_size(const lt_tensor *x, const lt_tensor *y);
bool lti_has_sizes(const lt_tensor *t, int ndim, const int64_t *sizes);
/* A fresh contiguous tensor of the sizes in an uninitialised struct; release with
 * lt_tensor_release. */
lt_status lti_new(lt_tensor *t, int dtype, int device, int ndim, const int64_t *sizes);
/* A storage over the memory of src, which another device can use as well; keeps src alive. */
LT_API lt_status lti_storage_share(lt_storage **s, lt_storage *src, int device);
/* *out is x itself when contiguous, else tmp made a contiguous copy of it. tmp must be all zero;
 * always release it with lt_tensor_release. */
lt_status lti_contiguous(const lt_tensor **out, lt_tensor *tmp, const lt_tensor *x);

/* A result while it is computed. Every one that was opened is closed by lti_finish, which leaves r
 * as it was when the operation failed. */
typedef struct lti_output {
  lt_tensor *r, *out; /* the result, and where to compute it: r or tmp */
  lt_tensor tmp;      /* fresh memory, to be copied to r */
  lt_tensor before;   /* when resized: what r was */
  int64_t size;       /* and its storage's size */
  bool resized;
} lti_output;

/* Opens o for r, to be computed in r itself. */
static inline void lti_open(lti_output *o, lt_tensor *r) {
  o->r = o->out = r;
  o->tmp.mem = NULL; /* all that release looks at */
  o->resized = false;
}
/* Resizes o->r; fails when it has the sizes and elements of it share memory. */
lt_status lti_resize(lti_output *o, int ndim, const int64_t *sizes);
/* Opens o for a kernel that wants contiguous memory of the given sizes: r resized or, when that
 * cannot be contiguous or shares memory with `in1`/`in2` (may be NULL), fresh memory. o is open
 * even when this fails, as it does when elements of r share memory. */
lt_status lti_result(lti_output *o, lt_tensor *r, int ndim, const int64_t *sizes,
                     const lt_tensor *in1, const lt_tensor *in2);
/* Opens o for r to be changed through a contiguous copy of a dtype. */
lt_status lti_result_copy(lti_output *o, lt_tensor *r, int dtype);
/* Copies the n results back unless rc is a failure, releases what they hold and returns the final
 * status: all of them have changed or none. */
lt_status lti_finish(int n, lti_output *const *o, lt_status rc);
static inline lt_status lti_finish_one(lti_output *o, lt_status rc) {
  return lti_finish(1, &o, rc);
}
/* Copies and converts between tensors of one shape that share no elements; on one device it
 * allocates nothing. */
lt_status lti_copy_same_shape(lt_tensor *r, const lt_tensor *x);
/* A tensor and what messages call it. */
typedef struct lti_named {
  const lt_tensor *t;
  const char *name;
} lti_named;
/* Fails with EDTYPE / EDEVICE unless all n tensors (NULL ones are skipped) are of one dtype and
 * device. */
lt_status lti_check_same(const char *op, int n, const lti_named *item);
/* Fails with EDTYPE unless t is floating point. */
lt_status lti_check_float(const char *op, const lt_tensor *t);

/* ---- overlap (overlap.c) ---- */

/* True when x and y may share an element without being the very same view. */
bool lti_overlaps(const lt_tensor *x, const lt_tensor *y);
/* True when two index tuples of t may address one element (expanded or self-overlapping). */
bool lti_self_overlaps(const lt_tensor *t);
/* Fails with EARG when elements of the result r share memory. `op` begins the message, or NULL. */
lt_status lti_check_distinct(const char *op, const lt_tensor *r);

/* ---- iterator (iter.c) ---- */

enum { LT_MAXOP = 5 };

/* Operands walked together in the result's logical order. Dimension 0 is the innermost; strides are
 * in bytes, 0 for an expanded operand. base[k] == NULL: operand k is the scalar scalar[k]. */
typedef struct lt_iter {
  int nop, ndim;
  int64_t numel;
  int64_t size[LT_MAXDIM];
  int64_t stride[LT_MAXOP][LT_MAXDIM];
  char *base[LT_MAXOP];
  lt_scalar scalar[LT_MAXOP];
} lt_iter;

/* Builds the iterator over n operands that all have (or expand to) the sizes of operand 0; operands
 * of another shape must have stride-compatible views made by the caller. Drops size-1 dimensions,
 * sorts by the result's strides and merges neighbours. NULL operands become scalars. */
void lti_iter_init(lt_iter *it, int n, const lt_tensor *const *operands);
/* All dimensions of x (operand 0) and the others but `dim`; *n is the size along dim and stride[k]
 * operand k's byte stride along it (operands k >= 1 may have size 1 there: stride 0). */
void lti_iter_init_dim(lt_iter *it, int n, const lt_tensor *const *operands, int dim, int64_t *len,
                       int64_t stride[LT_MAXOP]);

/* Inner loop over n elements from the pointers, which it does not change, with byte strides. */
typedef void (*lt_loop)(char **ptr, const int64_t *stride, int64_t n, const lt_scalar *params);
/* Runs loop over the flat range [begin, end) of it. */
void lti_iter_run(const lt_iter *it, int64_t begin, int64_t end, lt_loop loop,
                  const lt_scalar *params);

/* ---- backends (backend.c) ---- */

typedef struct lt_kernels {
#define KERNEL(name, args) lt_status(*name) args;
#include "kernels.def"
#undef KERNEL
} lt_kernels;

/* Memory of devices other than the CPU, whose backend has none of these. Blocks are aligned to 256
 * bytes and not zeroed. */
typedef struct lt_device_memory {
  lt_status (*allocate)(void **block, int device, size_t bytes);
  void (*release)(int device, void *block, size_t bytes);
  /* Copies bytes from device `from` to device `to`, either of which may be the CPU, whose memory
   * has been read or written when this returns. */
  lt_status (*transfer)(int to, void *dst, int from, const void *src, size_t bytes);
} lt_device_memory;

typedef struct lt_backend {
  const char *name;
  lt_device_memory memory;
  lt_status (*enter)(int device); /* kernels run on this device from now on; NULL: there is one */
  bool takes_halves; /* kernels for which kernels.def says so take Half and BFloat16 as they are */
  lt_kernels kernels;
} lt_backend;

/* A block of a device's memory, as lti_alloc for the CPU. */
lt_status lti_device_alloc(void **block, int device, size_t bytes);
void lti_device_free(int device, void *block, size_t bytes);
lt_status lti_transfer(int to, void *dst, int from, const void *src, size_t bytes);

/* Backend of a device; NULL (and a message through lti_fail) when none is registered. */
LT_API const lt_backend *lti_backend(int device);
/* Called by a backend's library when it is loaded; devices first .. first + count - 1. */
LT_API lt_status lt_register_backend(const lt_backend *backend, int first_device, int count);

/* Calls a slot of the device's backend; LT_ENOTIMPL when the backend lacks it. */
#define LT_KERNEL(device, slot, ...)                                                  \
  do {                                                                                \
    const lt_backend *backend_ = lti_backend(device);                                 \
    LT_CHECK(backend_, EBACKEND, "no backend for device %d", (int)(device));          \
    LT_CHECK(backend_->kernels.slot, ENOTIMPL, "%s is not implemented for %s", #slot, \
             backend_->name);                                                         \
    if (backend_->enter) LT_TRY(backend_->enter(device));                             \
    LT_TRY(backend_->kernels.slot(__VA_ARGS__));                                      \
  } while (0)

/* Elementwise rows in list order: LT_OP_abs, LT_OP_abs_grad, ... */
enum {
#define UNARY(name, types, value, deriv) LT_OP_##name, LT_OP_##name##_grad,
#define UNARY1 UNARY
#define UNARY2 UNARY
#define BINARY(name, types, value) LT_OP_##name,
#define BINARY1 BINARY
#define TERNARY1 BINARY
#define COMPARE(name, value) LT_OP_##name,
#include "elementwise.def"
  LT_NELEMENTWISE
};

/* Which dtypes a row takes, as bits 1 << dtype. */
enum {
  LTI_FLT = 1 << LT_FLOAT | 1 << LT_DOUBLE | 1 << LT_HALF | 1 << LT_BFLOAT16,
  LTI_INT = 1 << LT_BYTE | 1 << LT_CHAR | 1 << LT_SHORT | 1 << LT_INT | 1 << LT_LONG,
  LTI_SGN = LTI_FLT | 1 << LT_INT | 1 << LT_LONG,
  LTI_ALL = LTI_FLT | LTI_INT
};

#endif
