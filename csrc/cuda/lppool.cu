// p-norms of neighbouring slices of Float and Double x [outer n inner], y [outer on inner].
#include "cuda/split.cuh"

#include "core/functor.h"

namespace {

struct Slices {
  int64_t n, on, width, step;
  double p;
};

template <typename S>
__global__ void norms_kernel(Slices s, Channels at, int64_t total, S *y, const S *x) {
  int64_t inner = at.inner.size;
  for (FLAT(i, total)) {
    int64_t outer = i, column = at.inner.take(outer), o = at.c.take(outer);
    const S *from = x + (outer * s.n + o * s.step) * inner + column;
    S sum = 0;
    for (int64_t k = 0; k < s.width; k++) {
      S v = from[k * inner];
      sum += s.p == 2 ? v * v : m_pow(v, (S)s.p);
    }
    y[i] = s.p == 2 ? m_sqrt(sum) : m_pow(sum, (S)(1 / s.p));
  }
}

// One thread to an input, which sums over the outputs that took it.
template <typename S>
__global__ void norms_grad_kernel(Slices s, Channels at, int64_t total, S *gx, const S *gy,
                                  const S *x, const S *y) {
  int64_t inner = at.inner.size;
  for (FLAT(i, total)) {
    int64_t outer = i, column = at.inner.take(outer), k = at.c.take(outer);
    int64_t first = k < s.width ? 0 : (k - s.width) / s.step + 1, last = k / s.step;
    S sum = 0;
    for (int64_t o = first; o <= last && o < s.on; o++) {
      int64_t to = (outer * s.on + o) * inner + column;
      if (y[to] == 0) continue;
      S ratio = x[i] / y[to];
      sum += gy[to] * (s.p == 2 ? ratio : m_pow(ratio, (S)(s.p - 1)));
    }
    gx[i] = sum;
  }
}

} // namespace

CUDA_KERNEL(lppool)
(int dtype, int64_t outer, int64_t n, int64_t on, int64_t inner, int64_t width, int64_t step,
 double p, void *y, const void *x) {
  int64_t total = outer * on * inner;
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "lppool",
              return launch_flat("lppool", total, norms_kernel<S>, Slices{n, on, width, step, p},
                                 Channels(outer, on, inner), total, (S *)y, (const S *)x))
}

CUDA_KERNEL(lppool_grad)
(int dtype, int64_t outer, int64_t n, int64_t on, int64_t inner, int64_t width, int64_t step,
 double p, void *gx, const void *gy, const void *x, const void *y) {
  int64_t total = outer * n * inner;
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "lppool",
              return launch_flat("lppool", total, norms_grad_kernel<S>,
                                 Slices{n, on, width, step, p}, Channels(outer, n, inner), total,
                                 (S *)gx, (const S *)gy, (const S *)x, (const S *)y))
}
