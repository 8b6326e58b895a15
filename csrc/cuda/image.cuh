// image.cuh: what the kernels of pictures share: their element types and how these are stored.
#ifndef LT_CUDA_IMAGE_CUH
#define LT_CUDA_IMAGE_CUH

#include "core/image_bytes.h"
#include "cuda/cuda.cuh"

// M(S, DTYPE, ...) for each dtype of a picture.
#define CUDA_FOR_PIXEL(M, ...) M(uint8_t, BYTE, __VA_ARGS__) CUDA_FOR_REAL(M, __VA_ARGS__)

template <typename T, typename A>
__device__ inline void store_pixel(T *p, A v) {
  *p = (T)v;
}
__device__ inline void store_pixel(uint8_t *p, double v) { *p = lti_image_byte(v); }
__device__ inline void store_pixel(uint8_t *p, float v) { *p = lti_image_bytef(v); }

#endif
