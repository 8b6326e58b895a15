/* lapack.h: the tensors of one call into LAPACK. Every input is copied into a column-major buffer
 * of its own, and results are written when all went well: results may be inputs, and a call that
 * fails has changed nothing. Once there are buffers, the first failure is kept in `rc`, what
 * follows it does nothing, and lti_lapack_finish ends the call. */
#ifndef LT_OPS_LAPACK_H
#define LT_OPS_LAPACK_H

#include "core/internal.h"

enum { LAPACK_ITEMS = 4, LAPACK_TENSORS = 5 };

typedef struct lapack {
  const char *name; /* of the operation, for messages */
  lt_status rc;
  int info; /* what LAPACK says */
  int dtype, device;
  int nresults, ntensors;
  const lt_tensor *tensor[LAPACK_TENSORS]; /* arguments: results, then inputs */
  int nitems;
  struct {
    lt_tensor *result; /* where value goes in the end; NULL for scratch */
    lt_tensor value;
    int64_t rows; /* of value's memory, at least value.sizes[0] */
    bool keep;    /* the result keeps its layout */
  } item[LAPACK_ITEMS];
} lapack;

/* Starts a call with its tensors, the results first; checks that they are there and that the
 * results are not one. The inputs have to be of one type, Float or Double, and so have the results
 * that have_type counts (the others are for the caller to check). */
lt_status lti_lapack_begin(lapack *s, const char *name, int nresults, int have_type, int ntensors,
                           const lt_tensor *const *tensor);
/* Checks that x is a matrix, or (vector) also a vector, of a size that LAPACK can take. */
lt_status lti_lapack_check_matrix(const lapack *s, const lt_tensor *x, bool vector);
/* Checks that x is a square matrix. */
lt_status lti_lapack_check_square(const lapack *s, const lt_tensor *x);
/* Checks that b is a matrix or a vector with as many rows as a. */
lt_status lti_lapack_check_side(const lapack *s, const lt_tensor *b, const lt_tensor *a);
/* Columns of a matrix or a vector. */
static inline int64_t lti_lapack_columns(const lt_tensor *x) {
  return x->ndim == 2 ? x->sizes[1] : 1;
}

/* A matrix in column-major memory of ld >= rows rows, to become `result` (NULL: scratch). */
lt_tensor *lti_lapack_matrix(lapack *s, lt_tensor *result, int64_t rows, int64_t cols, int64_t ld);
/* A contiguous tensor of a dtype. */
lt_tensor *lti_lapack_contiguous(lapack *s, lt_tensor *result, int dtype, int ndim,
                                 const int64_t *sizes);
/* A vector of n elements of the inputs' type. */
lt_tensor *lti_lapack_vector(lapack *s, lt_tensor *result, int64_t n);
/* A column-major copy of x, a vector being one column, in memory of ld rows. */
lt_tensor *lti_lapack_copy(lapack *s, lt_tensor *result, const lt_tensor *x, int64_t ld);

/* Moves the values into their results when all went well, releases the rest, gives the status. A
 * result of the right size that shares memory with an input, or is a part of a larger storage,
 * keeps its layout; others take the layout of their value. */
lt_status lti_lapack_finish(lapack *s);

/* Calls a kernel slot, unless something failed before. */
#define LAPACK_KERNEL(s, slot, ...)                                                           \
  do {                                                                                        \
    if ((s)->rc != LT_OK) break;                                                              \
    const lt_backend *backend_ = lti_backend((s)->device);                                    \
    if (!backend_)                                                                            \
      (s)->rc = LT_EBACKEND;                                                                  \
    else if (!backend_->kernels.slot)                                                         \
      (s)->rc = lti_fail(LT_ENOTIMPL, "%s is not implemented for %s", #slot, backend_->name); \
    else if (backend_->enter)                                                                 \
      (s)->rc = backend_->enter((s)->device);                                                 \
    if ((s)->rc == LT_OK) (s)->rc = backend_->kernels.slot(__VA_ARGS__);                      \
  } while (0)

/* Fails where LAPACK found that the condition on s->info does not hold. */
#define LAPACK_REQUIRE(s, condition, ...)                                              \
  do {                                                                                 \
    if ((s)->rc == LT_OK && !(condition)) (s)->rc = lti_fail(LT_ELINALG, __VA_ARGS__); \
  } while (0)

#endif
