// cuda_fp16.h: CUDA's 16-bit type for the host.
#ifndef EMULATION_CUDA_FP16_H
#define EMULATION_CUDA_FP16_H

#include "core/half.h"

struct __half {
  uint16_t bits;
};
inline float __half2float(__half h) { return lti_half_to_float(h.bits); }
inline __half __float2half(float f) { return {lti_float_to_half(f)}; }

#endif
