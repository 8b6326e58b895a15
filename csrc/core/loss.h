/* loss.h: the pointwise losses that ops and kernels share. */
#ifndef LT_LOSS_H
#define LT_LOSS_H

enum { LTI_LOSS_MSE, LTI_LOSS_ABS, LTI_LOSS_SMOOTHL1, LTI_LOSS_BCE };

#endif
