// block.cuh: sums over the threads of a block, and over counts of chunks, before each of them.
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

struct Plus {
  __device__ int64_t operator()(int64_t a, int64_t b) const { return a + b; }
};

enum { SUM_THREADS = 256 };

// One block of SUM_THREADS: first[i], of n, becomes the sum of those before it, first[n] that of
// all.
template <typename T>
__global__ void sums_before(T *first, int64_t n) {
  __shared__ T all[SUM_THREADS];
  T before = 0;
  for (int64_t base = 0; base < n; base += SUM_THREADS) {
    int64_t i = base + threadIdx.x;
    T own = i < n ? first[i] : 0, sum = block_scan(all, own, Plus());
    if (i < n) first[i] = before + sum - own;
    all[threadIdx.x] = sum;
    __syncthreads();
    before += all[SUM_THREADS - 1];
    __syncthreads();
  }
  if (threadIdx.x == 0) first[n] = before;
}

#endif
