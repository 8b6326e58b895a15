/* unfold.h: convolution of Float images as a matrix product, for windows with few outputs. */
#ifndef LT_UNFOLD_H
#define LT_UNFOLD_H

#include "cpu/isa.h"

enum {
  UNFOLD_FEW = 100,  /* outputs up to which the forward pass and the weight gradient gain */
  UNFOLD_SOME = 256, /* and the input gradient */
};

/* Whether it is faster than the sum in place: at most `most` outputs, many channels, no groups, no
 * volume. */
bool CPU(unfold_pays)(int dtype, const lt_window *s, int64_t most);
/* y [n k oh ow] from x [n c h w] and w [k c kh kw]; bias [k] or NULL. */
lt_status CPU(unfold_forward)(const lt_window *s, float *y, const float *x, const float *w,
                              const float *bias);
/* gx [n c h w] from gy [n k oh ow] and w; bias [c] or NULL is added. */
lt_status CPU(unfold_grad_input)(const lt_window *s, float *gx, const float *gy, const float *w,
                                 const float *bias);
/* gw [k c kh kw] += scale times the gradient from x and gy. */
lt_status CPU(unfold_grad_weight)(const lt_window *s, float *gw, const float *x, const float *gy,
                                  double scale);

#endif
