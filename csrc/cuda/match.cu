// Squared distances of all pairs of rows, in tiles of shared memory. Each is the sum over its
// columns in order, as on the CPU.
#include "cuda/cuda.cuh"

enum { SIDE = 16 };

template <typename S>
__global__ void match_kernel(S *r, const S *x, const S *y, int64_t n, int64_t m, int64_t k,
                             typename Compute<S>::type v) {
  typedef typename Compute<S>::type T;
  __shared__ T xs[SIDE][SIDE + 1], ys[SIDE][SIDE + 1];
  int row = threadIdx.x / SIDE, column = threadIdx.x % SIDE;
  int64_t across = (m + SIDE - 1) / SIDE, tiles = across * ((n + SIDE - 1) / SIDE);
  for (int64_t tile = blockIdx.x; tile < tiles; tile += gridDim.x) {
    int64_t i = tile / across * SIDE + row, j = tile % across * SIDE;
    T sum = 0;
    for (int64_t t = 0; t < k; t += SIDE) {
      bool inside = t + column < k;
      xs[row][column] = inside && i < n ? load(x + i * k + t + column) : (T)0;
      ys[row][column] = inside && j + row < m ? load(y + (j + row) * k + t + column) : (T)0;
      __syncthreads();
      for (int s = 0; s < SIDE; s++) {
        T d = xs[row][s] - ys[column][s];
        sum += d * d;
      }
      __syncthreads();
    }
    if (i < n && j + column < m) store(r + i * m + j + column, (T)(v * sum));
  }
}

CUDA_KERNEL(match)
(int dtype, void *r, const void *x, const void *y, int64_t n, int64_t m, int64_t k, lt_scalar v) {
  int64_t tiles = (n + SIDE - 1) / SIDE * ((m + SIDE - 1) / SIDE);
  CUDA_SWITCH(dtype, CUDA_FOR_ALL, "match",
              return launch("match", match_kernel<S>,
                            dim3(cuda_blocks(tiles * SIDE * SIDE, SIDE * SIDE)), SIDE * SIDE, 0,
                            (S *)r, (const S *)x, (const S *)y, n, m, k,
                            scalar_as<typename Compute<S>::type>(v)))
}
