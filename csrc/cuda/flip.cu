// Reversal along a dimension of contiguous elements of any type.
#include "cuda/split.cuh"

template <typename S>
__global__ void flip_kernel(S *r, const S *x, int64_t total, Split n, Split inner) {
  for (FLAT(i, total)) {
    int64_t rest = i;
    inner.take(rest);
    r[i] = x[i + (n.size - 1 - 2 * n.take(rest)) * inner.size];
  }
}

CUDA_KERNEL(flip)(int64_t size, void *r, const void *x, int64_t outer, int64_t n, int64_t inner) {
  int64_t total = outer * n * inner;
  CUDA_BY_SIZE(size, return launch_flat("flip", total, flip_kernel<S>, (S *)r, (const S *)x, total,
                                        Split(n, total), Split(inner, total)))
}
