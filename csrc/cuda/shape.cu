// Triangles of a matrix, and arithmetic sequences.
#include "cuda/reduce.cuh"
#include "cuda/split.cuh"

template <typename S>
__global__ void triangle_kernel(S *r, const S *x, int64_t total, Split cols, int64_t k, int lower) {
  for (FLAT(i, total)) {
    int64_t row = i, col = cols.take(row);
    bool kept = lower ? col - row <= k : col - row >= k;
    r[i] = kept ? x[i] : (S)0;
  }
}

CUDA_KERNEL(triangle)
(int64_t size, void *r, const void *x, int64_t rows, int64_t cols, int64_t k, int lower) {
  int64_t total = rows * cols;
  CUDA_BY_SIZE(size, return launch_flat(lower ? "tril" : "triu", total, triangle_kernel<S>, (S *)r,
                                        (const S *)x, total, Split(cols, total), k, lower))
}

template <typename S>
__global__ void range_kernel(S *r, int64_t n, double start, double step) {
  typedef typename Wide<S>::type A;
  typedef typename Compute<S>::type T;
  for (FLAT(i, n)) store(r + i, (T)(A)(start + (double)i * step));
}

CUDA_KERNEL(range)(int dtype, void *r, int64_t n, double start, double step) {
  CUDA_SWITCH(dtype, CUDA_FOR_ALL, "range",
              return launch_flat("range", n, range_kernel<S>, (S *)r, n, start, step))
}
