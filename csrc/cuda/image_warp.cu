// Pictures whose pixels are fetched from elsewhere: warp by a field, rotation, polar coordinates. A
// thread for each pixel of the result finds its place in the source and sums around it in all
// planes.
#include "cuda/cuda.cuh"

#include "core/image_warp.h"
#include "cuda/image.cuh"

template <int MODE>
__device__ inline void make_taps(lti_taps *t, double v, int64_t n) {
  if (MODE == LT_IMAGE_SIMPLE)
    lti_taps_nearest(t, v, n);
  else if (MODE == LT_IMAGE_BILINEAR)
    lti_taps_linear(t, v, n);
  else if (MODE == LT_IMAGE_BICUBIC)
    lti_taps_cubic(t, v, n);
  else
    lti_taps_lanczos(t, v, n);
}

__device__ inline lti_place place_of(const lti_fetch &f, int64_t row, int64_t column) {
  if (f.field) return lti_warp_place(&f, row, column);
  return f.kind == LT_IMAGE_ROTATE ? lti_rotate_place(&f, row, column)
                                   : lti_polar_place(&f, row, column);
}

template <typename T, int MODE>
__global__ void fetch_kernel(T *r, const T *x, int64_t planes, lti_fetch f) {
  const int taps = MODE == LT_IMAGE_SIMPLE     ? 1
                   : MODE == LT_IMAGE_BILINEAR ? 2
                   : MODE == LT_IMAGE_BICUBIC  ? 4
                                               : 6;
  int64_t plane = f.h * f.w, plane0 = f.h0 * f.w0;
  for (FLAT(i, plane)) {
    lti_place place = place_of(f, i / f.w, i % f.w);
    if (place.y < 0) {
      for (int64_t p = 0; p < planes; p++) store_pixel(r + p * plane + i, f.value);
      continue;
    }
    lti_taps ty, tx;
    make_taps<MODE>(&ty, place.y, f.h0);
    make_taps<MODE>(&tx, place.x, f.w0);
    for (int64_t p = 0; p < planes; p++) {
      double sum = 0;
      for (int k = 0; k < taps; k++) {
        const T *row = x + p * plane0 + ty.at[k] * f.w0;
        double part = 0;
        for (int l = 0; l < taps; l++) part += tx.weight[l] * (double)row[tx.at[l]];
        sum += ty.weight[k] * part;
      }
      store_pixel(r + p * plane + i, sum);
    }
  }
}

template <typename T>
static lt_status fetch(const char *op, T *r, const T *x, int64_t planes, const lti_fetch &f) {
  void (*const kernels[])(T *, const T *, int64_t, lti_fetch) = {
      fetch_kernel<T, LT_IMAGE_SIMPLE>, fetch_kernel<T, LT_IMAGE_BILINEAR>,
      fetch_kernel<T, LT_IMAGE_BICUBIC>, fetch_kernel<T, LT_IMAGE_LANCZOS>};
  return launch_flat(op, f.h * f.w, kernels[f.mode], r, x, planes, f);
}

CUDA_KERNEL(image_warp)
(int dtype, void *r, const void *x, const double *field, int64_t planes, int64_t h, int64_t w,
 int64_t h0, int64_t w0, int mode, bool offset, bool pad, double value) {
  lti_fetch f = lti_fetch_warp(field, h, w, h0, w0, mode, offset, pad, value);
  CUDA_SWITCH(dtype, CUDA_FOR_PIXEL, "image_warp",
              return fetch("image_warp", (S *)r, (const S *)x, planes, f))
}

CUDA_KERNEL(image_turn)
(int dtype, void *r, const void *x, int64_t planes, int64_t h, int64_t w, int64_t h0, int64_t w0,
 int kind, int mode, double a) {
  lti_fetch f = lti_fetch_turn(h, w, h0, w0, kind, mode, a);
  CUDA_SWITCH(dtype, CUDA_FOR_PIXEL, "image_turn",
              return fetch("image_turn", (S *)r, (const S *)x, planes, f))
}
