/* entries.h: the sparse rows of a batch, shared by the ops and kernels of sparse linear layers. */
#ifndef LT_ENTRIES_H
#define LT_ENTRIES_H

#include <stdint.h>

/* Sample b has the entries from ends[b - 1] (0 for the first) to ends[b] - 1. */
typedef struct lti_entries {
  int64_t batch, nnz, in, out;
  const int64_t *keys; /* [nnz], 1 .. in */
  const int64_t *ends; /* [batch] */
  const void *values;  /* [nnz] */
} lti_entries;

#endif
