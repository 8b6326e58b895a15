/* operand.h: operands of calls on GPU tensors that come from elsewhere, as cutorch lets them. */
#ifndef LT_OPERAND_H
#define LT_OPERAND_H

#include "core/internal.h"

/* Whether x stands for a tensor of `dtype` on the device of t: being one or, where t is on a GPU,
 * one in CPU memory. */
static inline bool lti_stands_for(const lt_tensor *x, int dtype, const lt_tensor *t) {
  return x->dtype == dtype && (x->device == t->device || x->device == LT_CPU);
}

/* *out = x as a contiguous tensor of dtype on a device: x itself or *tmp. */
static inline lt_status lti_operand(const lt_tensor **out, lt_tensor *tmp, const lt_tensor *x,
                                    int dtype, int device) {
  if (x->dtype == dtype && x->device == device) return lti_contiguous(out, tmp, x);
  LT_TRY(lti_new(tmp, dtype, device, x->ndim, x->sizes));
  *out = tmp;
  return lt_copy(tmp, x);
}

#endif
