/* correlation.h: the geometry of a correlation of planes with kernels, shared by the op and its
 * kernels. Planes are volumes [d h w]; an image is a volume with d = 1. */
#ifndef LT_CORRELATION_H
#define LT_CORRELATION_H

#include <stdint.h>

typedef struct lt_correlation {
  int64_t groups, p, q; /* every group turns p planes into q, with kernels [groups q p kd kh kw] */
  int64_t d, h, w;      /* planes x [groups p d h w] */
  int64_t kd, kh, kw;   /* kernels */
  int64_t od, oh, ow;   /* results r [groups q od oh ow] */
  int full;             /* planes have zeros around them, k - 1 on each side */
  int flip;             /* kernels are reversed along every dimension: a convolution */
} lt_correlation;

#endif
