// block.cuh: sums over the threads of a block before each of them.
#ifndef LT_CUDA_BLOCK_CUH
#define LT_CUDA_BLOCK_CUH

#include "cuda/cuda.cuh"

// The combination of the values of threads 0 .. this one, by op; `all` has room for one of each
// thread. Every thread of the block must come here.
template <typename T, typename Op>
__device__ T block_scan(T *all, T v, Op op) {
  int self = threadIdx.x;
  all[self] = v;
  __syncthreads();
  for (int step = 1; step < (int)blockDim.x; step *= 2) {
    T before = self >= step ? all[self - step] : v;
    __syncthreads();
    if (self >= step) all[self] = v = op(before, v);
    __syncthreads();
  }
  T result = all[self];
  __syncthreads();
  return result;
}

#endif
