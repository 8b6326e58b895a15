/* operand.h: operands of calls on GPU tensors that come from elsewhere, as cutorch lets them. */
#ifndef LT_OPERAND_H
#define LT_OPERAND_H

#include "core/internal.h"
#include "core/peers.h"

/* Whether x stands for a tensor of `dtype` on the device of t: being one or, where t is on a GPU,
 * one in CPU memory. */
static inline bool lti_stands_for(const lt_tensor *x, int dtype, const lt_tensor *t) {
  return x->dtype == dtype && (lti_home(x) == lti_home(t) || x->device == LT_CPU);
}

/* *out = x as a contiguous tensor of dtype on a device: x itself or *tmp. */
static inline lt_status lti_operand(const lt_tensor **out, lt_tensor *tmp, const lt_tensor *x,
                                    int dtype, int device) {
  if (x->dtype == dtype && x->device == device) return lti_contiguous(out, tmp, x);
  LT_TRY(lti_new(tmp, dtype, device, x->ndim, x->sizes));
  *out = tmp;
  return lt_copy(tmp, x);
}

/* bytes = 1 where contiguous elements x on its device are not 0. */
static inline lt_status lti_nonzero(const lt_tensor *bytes, const lt_tensor *x) {
  LT_KERNEL(x->device, nonzero_mask, x->dtype, (uint8_t *)lti_data(bytes), lti_data(x),
            lti_numel(x));
  return LT_OK;
}

/* *out = mask as a contiguous ByteTensor on a device: mask itself or *tmp, which is 1 where
 * elements of another type are not 0. */
static inline lt_status lti_mask(const lt_tensor **out, lt_tensor *tmp, const lt_tensor *mask,
                                 int device) {
  if (mask->dtype == LT_BYTE) return lti_operand(out, tmp, mask, LT_BYTE, device);
  lt_tensor copy = {0};
  const lt_tensor *x;
  lt_status rc = lti_contiguous(&x, &copy, mask);
  if (rc == LT_OK) rc = lti_new(tmp, LT_BYTE, device, mask->ndim, mask->sizes);
  if (rc == LT_OK) rc = lti_nonzero(tmp, x);
  lt_tensor_release(&copy);
  *out = tmp;
  return rc;
}

#endif
