// Choice between two operands by a mask, for elements of any type; kernels.def says which operand
// is which.
#include "cuda/walk.cuh"

template <typename S>
__global__ void where_kernel(Walk<4> walk, int64_t n) {
  for (FLAT(i, n)) {
    char *p[4];
    walk.at((uint32_t)i, p);
    *(S *)p[0] = *p[1] ? *(const S *)p[2] : *(const S *)p[3];
  }
}

CUDA_KERNEL(where)(int64_t size, const lt_iter *it) {
  return for_parts(*it, [&](const lt_iter &part) -> lt_status {
    CUDA_BY_SIZE(
        size, return launch_flat("where", part.numel, where_kernel<S>, Walk<4>(part), part.numel))
  });
}
