/* walk.h: steps through an iterator position by position, for kernels that do more at each position
 * than an inner loop can. */
#ifndef LT_CPU_WALK_H
#define LT_CPU_WALK_H

#include "core/internal.h"

static inline int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

/* Position in an iterator's index space, over the dimensions from `first` on. */
typedef struct walk {
  const lt_iter *it;
  int first;
  int64_t index[LT_MAXDIM];
  char *ptr[LT_MAXOP];
} walk;

static inline void walk_start(walk *w, const lt_iter *it, int first, int64_t at) {
  w->it = it;
  w->first = first;
  for (int k = 0; k < it->nop; k++) w->ptr[k] = it->base[k];
  for (int d = first; d < it->ndim; d++) {
    w->index[d] = at % it->size[d];
    at /= it->size[d];
    for (int k = 0; k < it->nop; k++) w->ptr[k] += w->index[d] * it->stride[k][d];
  }
}

static inline void walk_next(walk *w) {
  const lt_iter *it = w->it;
  for (int d = w->first; d < it->ndim; d++) {
    for (int k = 0; k < it->nop; k++) w->ptr[k] += it->stride[k][d];
    if (++w->index[d] < it->size[d]) return;
    for (int k = 0; k < it->nop; k++) w->ptr[k] -= it->stride[k][d] * it->size[d];
    w->index[d] = 0;
  }
}

#endif
