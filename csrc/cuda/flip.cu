// Reversal along a dimension of contiguous elements of any type.
#include "cuda/cuda.cuh"

template <typename S>
__global__ void flip_kernel(S *r, const S *x, int64_t total, int64_t n, int64_t inner) {
  for (FLAT(i, total)) {
    int64_t at = i / inner % n;
    r[i] = x[i + (n - 1 - 2 * at) * inner];
  }
}

CUDA_KERNEL(flip)(int64_t size, void *r, const void *x, int64_t outer, int64_t n, int64_t inner) {
  int64_t total = outer * n * inner;
  CUDA_BY_SIZE(size, return launch_flat("flip", total, flip_kernel<S>, (S *)r, (const S *)x, total,
                                        n, inner))
}
