/* winograd_stride.h: convolution of Float images with 3 x 3 windows in steps of two, by minimal
 * filtering. Results are those of the plain sum up to rounding; see docs/numerics.md. */
#ifndef LT_WINOGRAD_STRIDE_H
#define LT_WINOGRAD_STRIDE_H

#include "core/window.h"
#include "cpu/isa.h"

/* Whether a convolution can be done so, and faster than by the plain sum. */
bool CPU(winograd_stride_pays)(int dtype, const lt_window *s);

/* y [n k oh ow] from x [n c h w] and w [k c 3 3]; bias [k] or NULL. */
lt_status CPU(winograd_stride_forward)(const lt_window *s, float *y, const float *x, const float *w,
                                       const float *bias);
/* gx [n c h w] from gy [n k oh ow] and w; bias [c] or NULL is added. */
lt_status CPU(winograd_stride_grad_input)(const lt_window *s, float *gx, const float *gy,
                                          const float *w, const float *bias);
/* gw [k c 3 3] += scale times the gradient from x and gy. */
lt_status CPU(winograd_stride_grad_weight)(const lt_window *s, float *gw, const float *x,
                                           const float *gy, double scale);

#endif
