// Sums and choices at places of volumes that indices name: gradients of maxima, and unpooling.
// Float and Double.
#include "cuda/cuda.cuh"

namespace {

// Each block takes volume after volume. Outputs that share a place are added in their order: in
// every round the first of those that are left claims the place.
template <typename S>
__global__ void scatter_kernel(int64_t n, int64_t size, int64_t outputs, S *rs, const S *xs,
                               const int64_t *indices, unsigned long long *claims, int64_t *lasts) {
  __shared__ int left, bad;
  unsigned long long *claim = claims + blockIdx.x * size;
  int64_t *last = lasts + blockIdx.x * size;
  for (int64_t v = blockIdx.x; v < n; v += gridDim.x) {
    S *r = rs + v * size;
    const S *x = xs + v * outputs;
    const int64_t *at = indices + v * outputs;
    for (int64_t i = threadIdx.x; i < size; i += blockDim.x)
      r[i] = 0, claim[i] = ~0ull, last[i] = -1;
    if (threadIdx.x == 0) left = 1, bad = 0;
    __syncthreads();
    while (left) {
      for (int64_t o = threadIdx.x; o < outputs; o += blockDim.x) {
        int64_t place = at[o] - 1;
        if ((uint64_t)place >= (uint64_t)size)
          bad = 1;
        else if (o > last[place])
          atomicMin(claim + place, (unsigned long long)o);
      }
      __syncthreads();
      if (threadIdx.x == 0) left = 0;
      __syncthreads();
      for (int64_t o = threadIdx.x; o < outputs; o += blockDim.x) {
        int64_t place = at[o] - 1;
        if ((uint64_t)place >= (uint64_t)size || o <= last[place]) continue;
        if (claim[place] != (unsigned long long)o) {
          left = 1;
          continue;
        }
        r[place] += x[o];
      }
      __syncthreads();
      for (int64_t i = threadIdx.x; i < size; i += blockDim.x)
        if (claim[i] != ~0ull) last[i] = (int64_t)claim[i], claim[i] = ~0ull;
      __syncthreads();
    }
    for (int64_t i = threadIdx.x; bad && i < size; i += blockDim.x) r[i] = (S)NAN;
    __syncthreads();
  }
}

template <typename S>
__global__ void gather_kernel(int64_t total, int64_t size, int64_t outputs, S *r, const S *x,
                              const int64_t *indices) {
  for (FLAT(i, total)) {
    int64_t place = indices[i] - 1;
    r[i] = (uint64_t)place < (uint64_t)size ? x[i / outputs * size + place] : (S)NAN;
  }
}

} // namespace

CUDA_KERNEL(pool_scatter)
(const char *op, int dtype, int64_t n, int64_t size, int64_t outputs, void *r, const void *x,
 const int64_t *indices) {
  // what the claims of all blocks may take, and at least one block's
  const int64_t room = (int64_t)64 << 20;
  int64_t most = (int64_t)cuda_multiprocessors() * 8;
  int64_t blocks = LT_MAX((int64_t)1, LT_MIN(LT_MIN(n, most), room / (16 * LT_MAX(size, 1))));
  Scratch scratch;
  LT_TRY(scratch.allocate((size_t)(blocks * size * 16)));
  unsigned long long *claims = scratch.as<unsigned long long>();
  int64_t *lasts = (int64_t *)(claims + blocks * size);
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, op,
              return launch(op, scatter_kernel<S>, dim3((unsigned)blocks), CUDA_THREADS, 0, n, size,
                            outputs, (S *)r, (const S *)x, indices, claims, lasts))
}

CUDA_KERNEL(pool_gather)
(const char *op, int dtype, int64_t n, int64_t size, int64_t outputs, void *r, const void *x,
 const int64_t *indices) {
  int64_t total = n * outputs;
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, op,
              return launch_flat(op, total, gather_kernel<S>, total, size, outputs, (S *)r,
                                 (const S *)x, indices))
}
