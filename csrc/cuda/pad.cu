// Padding of Float and Double volumes with their edges or mirror images: a thread for each output,
// or for each input where gradients are added up.
#include "cuda/cuda.cuh"

// How the places of one dimension correspond.
struct PadDimension {
  int64_t size, out, before;
  int reflect;

  // The input place that output place o takes.
  __device__ int64_t source(int64_t o) const {
    int64_t i = o - before, last = size - 1;
    if (!reflect) return i < 0 ? 0 : i > last ? last : i;
    return i < 0 ? -i : i > last ? 2 * last - i : i;
  }

  // Candidate k (0, 1 or 2) of the ranges of output places, in order, that take input place i.
  __device__ void range(int64_t i, int k, int64_t *begin, int64_t *end) const {
    int64_t last = size - 1, at = i + before;
    *begin = *end = 0;
    if (k == 1) {
      *begin = at, *end = at + 1;
    } else if (reflect) {
      if (k == 0 ? i == 0 : i == last) return;
      *begin = k == 0 ? before - i : at + 2 * (last - i);
      *end = *begin + 1;
    } else if (k == 0 ? i == 0 : i == last) {
      *begin = k == 0 ? 0 : at + 1;
      *end = k == 0 ? at : out;
    }
    *begin = *begin < 0 ? 0 : *begin;
    *end = *end > out ? out : *end;
  }
};

struct PadVolume {
  PadDimension d[3];
  PadVolume(int reflect, const int64_t *size, const int64_t *out, const int64_t *before) {
    for (int k = 0; k < 3; k++) d[k] = {size[k], out[k], before[k], reflect};
  }
};

template <typename T>
__global__ void pad_kernel(PadVolume s, T *y, const T *x, int64_t total) {
  for (FLAT(i, total)) {
    int64_t at = i, w = at % s.d[2].out, h = (at /= s.d[2].out) % s.d[1].out;
    int64_t t = (at /= s.d[1].out) % s.d[0].out, n = at / s.d[0].out;
    int64_t row = (n * s.d[0].size + s.d[0].source(t)) * s.d[1].size + s.d[1].source(h);
    y[i] = x[row * s.d[2].size + s.d[2].source(w)];
  }
}

// Outputs are added in their order in memory.
template <typename T>
__global__ void pad_grad_kernel(PadVolume s, T *gx, const T *gy, int64_t total) {
  for (FLAT(i, total)) {
    int64_t at = i, w = at % s.d[2].size, h = (at /= s.d[2].size) % s.d[1].size;
    int64_t t = (at /= s.d[1].size) % s.d[0].size, n = at / s.d[0].size;
    int64_t first[3], last[3];
    T sum = 0;
    for (int a = 0; a < 3; a++) {
      s.d[0].range(t, a, &first[0], &last[0]);
      for (int64_t ot = first[0]; ot < last[0]; ot++)
        for (int b = 0; b < 3; b++) {
          s.d[1].range(h, b, &first[1], &last[1]);
          for (int64_t oh = first[1]; oh < last[1]; oh++) {
            const T *row = gy + ((n * s.d[0].out + ot) * s.d[1].out + oh) * s.d[2].out;
            for (int c = 0; c < 3; c++) {
              s.d[2].range(w, c, &first[2], &last[2]);
              for (int64_t ow = first[2]; ow < last[2]; ow++) sum += row[ow];
            }
          }
        }
    }
    gx[i] = sum;
  }
}

CUDA_KERNEL(pad_edges)
(int dtype, int reflect, int64_t n, const int64_t *size, const int64_t *out, const int64_t *before,
 void *y, const void *x) {
  int64_t total = n * out[0] * out[1] * out[2];
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "pad_edges",
              return launch_flat("pad_edges", total, pad_kernel<S>,
                                 PadVolume(reflect, size, out, before), (S *)y, (const S *)x,
                                 total))
}

CUDA_KERNEL(pad_edges_grad)
(int dtype, int reflect, int64_t n, const int64_t *size, const int64_t *out, const int64_t *before,
 void *gx, const void *gy) {
  int64_t total = n * size[0] * size[1] * size[2];
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "pad_edges",
              return launch_flat("pad_edges", total, pad_grad_kernel<S>,
                                 PadVolume(reflect, size, out, before), (S *)gx, (const S *)gy,
                                 total))
}
