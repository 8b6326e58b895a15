/* pool.h: the geometry of pooling over volumes, shared by ops and kernels. Places in lists are
 * those of the dimensions t, h, w; images are volumes with t = 1. */
#ifndef LT_POOL_GEOMETRY_H
#define LT_POOL_GEOMETRY_H

#include <stdint.h>

enum { LT_POOL_T, LT_POOL_H, LT_POOL_W, LT_POOL_DIMS };

typedef struct lt_pool {
  int64_t n;                      /* volumes */
  int64_t size[LT_POOL_DIMS];     /* of a volume of the input */
  int64_t out[LT_POOL_DIMS];      /* of a volume of the output */
  int64_t window[LT_POOL_DIMS];   /* elements of a window */
  int64_t step[LT_POOL_DIMS];     /* from one window to the next */
  int64_t pad[LT_POOL_DIMS];      /* on each side */
  int64_t dilation[LT_POOL_DIMS]; /* from one element of a window to the next */
} lt_pool;

/* Product of the sizes of a volume. */
static inline int64_t lti_volume(const int64_t size[LT_POOL_DIMS]) {
  return size[LT_POOL_T] * size[LT_POOL_H] * size[LT_POOL_W];
}

#endif
