/* loss.h: the pointwise losses that ops and kernels share. */
#ifndef LT_LOSS_H
#define LT_LOSS_H

/* Rows like those of loss.def for losses whose operations are declared apart. */
#define LTI_LOSSES(LOSS)                                                          \
  LOSS(MSE, (x - t) * (x - t), 2 * (x - t))                                       \
  LOSS(ABS, m_abs(x - t), x >= t ? 1 : -1)                                        \
  LOSS(SMOOTHL1, m_abs(x - t) < 1 ? 0.5 * (x - t) * (x - t) : m_abs(x - t) - 0.5, \
       x - t < -1 ? -1 : (x - t > 1 ? 1 : x - t))                                 \
  LOSS(BCE,                                                                       \
       ((x >= 0) & (x <= 1) ? 0 : (double)NAN) -                                  \
           (m_log(x + LTI_BCE_EPS) * t + m_log(1 - x + LTI_BCE_EPS) * (1 - t)),   \
       -(t - x) / ((1 - x + LTI_BCE_EPS) * (x + LTI_BCE_EPS)))
#define LTI_BCE_EPS 1e-12

enum {
#define LOSS(name, value, derivative) LTI_LOSS_##name,
  LTI_LOSSES(LOSS)
#undef LOSS
#define LOSS(name, value, derivative) LTI_LOSS_##name,
#include "loss.def"
};

/* log(1 + exp(z)), which neither overflows nor loses digits; for rows of loss.def. */
#define LTI_SOFTPLUS(z) (((z) > 0 ? (z) : 0) + m_log1p(m_exp(-m_abs(z))))

#endif
