// Local response normalization across channels, Float and Double x [n c inner].
#include "cuda/split.cuh"

#include "core/functor.h"

namespace {

// Sums of channel c take those from c - before to c + after.
struct Window {
  int64_t c, inner, before, after;
  Split columns, channels;

  Window(int64_t n, int64_t c_, int64_t inner_, int64_t before_, int64_t after_)
      : c(c_), inner(inner_), before(before_), after(after_), columns(inner_, n * c_ * inner_),
        channels(c_, n * c_ * inner_) {}

  // The sum of v over the window of position i.
  template <typename S, typename F>
  __device__ S sum(int64_t i, F v) const {
    int64_t n = i;
    columns.take(n);
    int64_t k = channels.take(n);
    int64_t first = k - before < 0 ? -k : -before, last = k + after >= c ? c - 1 - k : after;
    S all = 0;
    for (int64_t l = first; l <= last; l++) all += v(i + l * inner);
    return all;
  }
};

// s^-beta; the usual exponent 3/4 takes two roots.
template <typename S>
__device__ S power(S s, double beta) {
  if (beta != 0.75) return m_pow(s, (S)-beta);
  S root = m_sqrt(s);
  return 1 / (root * m_sqrt(root));
}

template <typename S>
__global__ void lrn_kernel(Window w, int64_t total, S alpha, double beta, S k, S *y, S *scale,
                           const S *x) {
  for (FLAT(i, total)) {
    S s = k + alpha * w.sum<S>(i, [=](int64_t at) { return x[at] * x[at]; });
    scale[i] = s;
    y[i] = x[i] * power(s, beta);
  }
}

// gx = gy scale^-beta, ratio = gy x scale^(-beta - 1)
template <typename S>
__global__ void ratios_kernel(int64_t total, double beta, S *gx, S *ratio, const S *gy, const S *x,
                              const S *scale) {
  for (FLAT(i, total)) {
    S p = power(scale[i], beta) * gy[i];
    ratio[i] = p * x[i] / scale[i];
    gx[i] = p;
  }
}

template <typename S>
__global__ void lrn_grad_kernel(Window w, int64_t total, S factor, S *gx, const S *x,
                                const S *ratio) {
  for (FLAT(i, total)) gx[i] -= factor * x[i] * w.sum<S>(i, [=](int64_t at) { return ratio[at]; });
}

} // namespace

CUDA_KERNEL(lrn)
(int dtype, int64_t n, int64_t c, int64_t inner, int64_t before, int64_t after, double alpha,
 double beta, double k, void *y, void *scale, const void *x) {
  int64_t total = n * c * inner;
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "lrn",
              return launch_flat("lrn", total, lrn_kernel<S>, Window(n, c, inner, before, after),
                                 total, (S)alpha, beta, (S)k, (S *)y, (S *)scale, (const S *)x))
}

CUDA_KERNEL(lrn_grad)
(int dtype, int64_t n, int64_t c, int64_t inner, int64_t before, int64_t after, double alpha,
 double beta, void *gx, const void *gy, const void *x, const void *scale) {
  int64_t total = n * c * inner;
  Scratch ratio;
  LT_TRY(ratio.allocate((size_t)(total * lti_elsize(dtype))));
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "lrn", {
    LT_TRY(launch_flat("lrn", total, ratios_kernel<S>, total, beta, (S *)gx, ratio.as<S>(),
                       (const S *)gy, (const S *)x, (const S *)scale));
    return launch_flat("lrn", total, lrn_grad_kernel<S>, Window(n, c, inner, after, before), total,
                       (S)(2 * alpha * beta), (S *)gx, (const S *)x, ratio.as<S>());
  })
}
