/* attention.h: scaled dot-product attention of several heads, shared by ops and kernels. */
#ifndef LT_ATTENTION_H
#define LT_ATTENTION_H

#include <stdint.h>

/* Elements of a head up to which backends that take halves take them here. */
enum { LTI_ATTENTION_HALF = 128 };

/* Where a matrix [n t heads*size] lies, with elements of a row side by side. */
typedef struct lti_rows {
  int64_t sample, row; /* elements from one sample, from one position to the next */
} lti_rows;

typedef struct lti_attention {
  int64_t n, heads;
  int64_t tq, tk;      /* positions of queries; of keys and values */
  int64_t d, dv;       /* size of a head's query and key; of its value */
  lti_rows q, k, v, y; /* layouts; y's is that of its gradient too */
  lti_rows gq, gk, gv;
  double scale;           /* of the products of queries and keys */
  int causal;             /* 1: queries see no keys of later positions */
  const int64_t *lengths; /* [n] how many keys count, or NULL */
  const uint8_t *ignored; /* [n tk] 1 for keys that do not count, or NULL */
  double dropout;         /* probability that a weight is dropped; the others grow */
  uint32_t seed;          /* of which weights */
} lti_attention;

#endif
