// Rectification with a slope for each channel, Float and Double.
#include "cuda/lanes.cuh"

namespace {

// out = from where x > 0, else from times the channel's slope.
template <typename S>
__global__ void prelu_kernel(Channels at, int64_t total, S *out, const S *from, const S *x,
                             const S *w) {
  for (FLAT(i, total)) out[i] = x[i] > 0 ? from[i] : from[i] * w[at.channel(i)];
}

template <typename S>
struct Slopes {
  typedef double Acc;
  const S *gy, *x;
  S *gw;
  double scale;
  __device__ Acc start() const { return 0; }
  __device__ void take(Acc &acc, int64_t at, int64_t, int64_t) const {
    if (!(x[at] > 0)) acc += (double)(x[at] * gy[at]);
  }
  __device__ void combine(Acc &acc, const Acc &later) const { acc += later; }
  __device__ void finish(const Acc &acc, int64_t c) const { gw[c] += (S)(scale * acc); }
};

lt_status rectify(int dtype, int64_t n, int64_t c, int64_t inner, void *out, const void *from,
                  const void *x, const void *w) {
  int64_t total = n * c * inner;
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "prelu",
              return launch_flat("prelu", total, prelu_kernel<S>, Channels(n, c, inner), total,
                                 (S *)out, (const S *)from, (const S *)x, (const S *)w))
}

} // namespace

CUDA_KERNEL(prelu)
(int dtype, int64_t n, int64_t c, int64_t inner, void *y, const void *x, const void *w) {
  return rectify(dtype, n, c, inner, y, x, x, w);
}

CUDA_KERNEL(prelu_grad_input)
(int dtype, int64_t n, int64_t c, int64_t inner, void *gx, const void *gy, const void *x,
 const void *w) {
  return rectify(dtype, n, c, inner, gx, gy, x, w);
}

CUDA_KERNEL(prelu_grad_weight)
(int dtype, int64_t n, int64_t c, int64_t inner, void *gw, const void *gy, const void *x,
 double scale) {
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "prelu",
              return sum_channels("prelu", Slopes<S>{(const S *)gy, (const S *)x, (S *)gw, scale},
                                  n, c, inner))
}
