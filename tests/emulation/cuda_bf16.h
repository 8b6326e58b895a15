// cuda_bf16.h: CUDA's bfloat16 type for the host.
#ifndef EMULATION_CUDA_BF16_H
#define EMULATION_CUDA_BF16_H

#include "core/half.h"

struct __nv_bfloat16 {
  uint16_t bits;
};
inline float __bfloat162float(__nv_bfloat16 b) { return lti_bfloat16_to_float(b.bits); }
inline __nv_bfloat16 __float2bfloat16(float f) { return {lti_float_to_bfloat16(f)}; }

#endif
