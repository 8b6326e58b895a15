// Colours of pictures in other spaces: a thread for each pixel.
#include "cuda/cuda.cuh"

#include "core/image_colour.h"
#include "cuda/image.cuh"

template <typename T>
__global__ void colour_kernel(T *r, const T *x, int64_t n, int conversion) {
  for (FLAT(i, n)) {
    lti_colour v = lti_colour_of((double)x[i], (double)x[n + i], (double)x[2 * n + i]);
#define CONVERT(name, function) \
  case name: v = function(v); break;
    switch (conversion) { LTI_COLOUR_CONVERSIONS(CONVERT) }
#undef CONVERT
    store_pixel(r + i, v.a);
    if (conversion == LT_RGB2Y) continue;
    store_pixel(r + n + i, v.b);
    store_pixel(r + 2 * n + i, v.c);
  }
}

CUDA_KERNEL(image_colour)(int dtype, void *r, const void *x, int64_t n, int conversion) {
  CUDA_SWITCH(
      dtype, CUDA_FOR_PIXEL, "image_colour",
      return launch_flat("image_colour", n, colour_kernel<S>, (S *)r, (const S *)x, n, conversion))
}
