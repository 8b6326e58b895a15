/* lapack.h: LAPACK's Fortran symbols, which OpenBLAS contains, with 32-bit integers, for Float and
 * Double. Every argument is a pointer; the lengths of character arguments follow behind the others.
 * Arguments are checked before: LAPACK's own handler of bad ones (xerbla) is never reached. */
#ifndef LT_LAPACK_H
#define LT_LAPACK_H

#include <limits.h>

#include "cpu/isa.h"

/* Declares both precisions of a routine; elements are void, so that one call serves both. */
#define LAPACK(name, args)     \
  extern void s##name##_ args; \
  extern void d##name##_ args

/* Elements of a matrix from which several threads pay: factorizations go through many short steps.
 */
enum { LAPACK_THREADED = 200 * 200 };

/* Calls a routine for `elements` elements. */
#define LAPACK_CALL(elements, dtype, name, ...)                   \
  do {                                                            \
    bool alone_ = (elements) < LAPACK_THREADED;                   \
    if (alone_) lti_blas_alone(true);                             \
    ((dtype) == LT_FLOAT ? s##name##_ : d##name##_)(__VA_ARGS__); \
    if (alone_) lti_blas_alone(false);                            \
  } while (0)

/* Scratch memory of one call: `lwork` elements and, behind them, bytes for something else. While
 * lwork is -1 a routine only says how many elements it would like. */
typedef struct workspace {
  int dtype, lwork;
  union {
    float f;
    double d;
  } answer; /* where the wish is written */
  void *work, *more;
  size_t bytes;
} workspace;

static inline workspace lapack_query(int dtype) { return (workspace){.dtype = dtype, .lwork = -1}; }

/* Where the routine finds its elements. */
static inline void *lapack_work(workspace *w) { return w->work ? w->work : &w->answer; }

/* Allocates what was asked for, or the `least` number where that exceeds 32 bits, and `more`
 * bytes. */
static inline lt_status lapack_alloc(workspace *w, int64_t least, size_t more) {
  /* the answer is rounded to the type of the elements, perhaps down */
  double wish = w->dtype == LT_FLOAT ? w->answer.f * (1 + 1e-6) : w->answer.d;
  w->lwork = (int)LT_MAX(1, wish > (double)least && wish < INT_MAX ? (int64_t)wish : least);
  size_t elements = ((size_t)w->lwork * (size_t)lti_elsize(w->dtype) + 63) & ~(size_t)63;
  w->bytes = elements + more;
  w->work = lti_alloc(w->bytes);
  if (!w->work) return lti_out_of_memory(w->bytes);
  w->more = (char *)w->work + elements;
  return LT_OK;
}

static inline void lapack_free(workspace *w) { lti_free(w->work, w->bytes); }

/* Runs the call, which mentions w, twice: as a query, and with what it asked for. */
#define LAPACK_QUERY_AND_RUN(w, least, more, call) \
  do {                                             \
    call;                                          \
    LT_TRY(lapack_alloc(w, least, more));          \
    call;                                          \
  } while (0)

/* Element i of a buffer of dtype. */
static inline void *lapack_at(int dtype, const void *data, int64_t i) {
  return (char *)data + i * lti_elsize(dtype);
}

#endif
