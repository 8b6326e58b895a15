/* winograd.h: convolution of Float images and volumes with windows 3 x 3 and [kt 3 3], by minimal
 * filtering. Results are those of the plain sum up to rounding; see docs/numerics.md. */
#ifndef LT_WINOGRAD_H
#define LT_WINOGRAD_H

#include "core/window.h"
#include "cpu/isa.h"

/* The passes of a convolution of x [n c t h w] with w [k c kt 3 3] to y [n k ot oh ow]. */
typedef struct filtering {
  /* y, with bias [k] or NULL */
  lt_status (*forward)(const lt_window *s, float *y, const float *x, const float *w,
                       const float *bias);
  /* gx, shaped as x, from gy, shaped as y; bias [c] or NULL is added */
  lt_status (*grad_input)(const lt_window *s, float *gx, const float *gy, const float *w,
                          const float *bias);
  /* gw, shaped as w, += scale times the gradient from x and gy */
  lt_status (*grad_weight)(const lt_window *s, float *gw, const float *x, const float *gy,
                           double scale);
} filtering;

/* How to do a convolution, or NULL where the plain sum is faster or the only way. */
const filtering *CPU(winograd)(int dtype, const lt_window *s);

extern const filtering CPU(winograd_volume);

/* Images in steps of two. */
extern const filtering CPU(winograd_stride);
bool CPU(winograd_stride_pays)(const lt_window *s);

#endif
