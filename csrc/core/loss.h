/* loss.h: the pointwise losses that ops and kernels share. */
#ifndef LT_LOSS_H
#define LT_LOSS_H

enum {
  LTI_LOSS_MSE,
  LTI_LOSS_ABS,
  LTI_LOSS_SMOOTHL1,
  LTI_LOSS_BCE,
#define LOSS(name, value, derivative) LTI_LOSS_##name,
#include "loss.def"
};

/* log(1 + exp(z)), which neither overflows nor loses digits; for rows of loss.def. */
#define LTI_SOFTPLUS(z) (((z) > 0 ? (z) : 0) + m_log1p(m_exp(-m_abs(z))))

#endif
