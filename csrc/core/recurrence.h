/* recurrence.h: one direction of a recurrent layer over a whole sequence, shared by ops and
 * kernels. */
#ifndef LT_RECURRENCE_H
#define LT_RECURRENCE_H

#include <stdint.h>

#include "luatorch.h"

typedef struct lt_recurrence {
  int cell, reverse;      /* LT_CELL_*; 1: backwards in time */
  int64_t t, n, h;        /* steps, samples, hidden size */
  int64_t gates;          /* elements of the gates of a sample: 1, 1, 4 or 3 times h */
  int64_t row;            /* elements from one sample of the outputs to the next */
  const int64_t *lengths; /* steps of each sample, or NULL: all */
} lt_recurrence;

/* Elements of the gates that x W' + b and h W' + b enter as a sum; the others, the n of a GRU, take
 * them apart. */
static inline int64_t lti_summed_gates(const lt_recurrence *s) {
  return s->cell == LT_CELL_GRU ? 2 * s->h : s->gates;
}

#endif
