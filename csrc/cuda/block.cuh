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

enum { SUM_THREADS = 256, SUM_EACH = 16 };

// One block of SUM_THREADS: first[i], of n, becomes the sum of those before it, first[n] that of
// all. A thread adds SUM_EACH neighbours, so that there are few rounds.
template <typename T>
__global__ void sums_before(T *first, int64_t n) {
  __shared__ T all[SUM_THREADS], total;
  T before = 0;
  for (int64_t base = 0; base < n; base += SUM_THREADS * SUM_EACH) {
    int64_t i = base + (int64_t)threadIdx.x * SUM_EACH;
    T v[SUM_EACH], own = 0;
    for (int e = 0; e < SUM_EACH; e++) own += v[e] = i + e < n ? first[i + e] : (T)0;
    T sum = block_scan(all, own, Plus());
    if (threadIdx.x == SUM_THREADS - 1) total = sum;
    sum += before - own;
    for (int e = 0; e < SUM_EACH; e++) {
      if (i + e < n) first[i + e] = sum;
      sum += v[e];
    }
    __syncthreads();
    before += total;
    __syncthreads();
  }
  if (threadIdx.x == 0) first[n] = before;
}

#endif
