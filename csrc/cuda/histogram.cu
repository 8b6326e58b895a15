// Histograms with bins of equal width: blocks count parts of a row in shared memory where the bins
// fit there, and add their counts, which are integers, up.
#include "cuda/cuda.cuh"

enum { SHARED_BINS = 8192, HISTOGRAM_THREADS = 256 };

template <typename S>
__global__ void histogram_kernel(unsigned long long *counts, const S *x, int64_t rows, int64_t n,
                                 int64_t bins, double low, double high, bool in_block) {
  DYNAMIC_SHARED(unsigned, own);
  int64_t share = (n + gridDim.y - 1) / gridDim.y, begin = blockIdx.y * share;
  int64_t end = begin + share < n ? begin + share : n;
  for (int64_t row = blockIdx.x; row < rows; row += gridDim.x) {
    unsigned long long *all = counts + row * bins;
    if (in_block)
      for (int64_t b = threadIdx.x; b < bins; b += HISTOGRAM_THREADS) own[b] = 0;
    __syncthreads();
    for (int64_t i = begin + threadIdx.x; i < end; i += HISTOGRAM_THREADS) {
      double value = load(x + row * n + i);
      if (!(value >= low && value <= high)) continue;
      int64_t bin = (int64_t)((value - low) / (high - low) * (double)bins);
      bin = bin < bins - 1 ? bin : bins - 1;
      if (in_block)
        atomicAdd(&own[bin], 1u);
      else
        atomicAdd(&all[bin], 1ull);
    }
    __syncthreads();
    if (in_block)
      for (int64_t b = threadIdx.x; b < bins; b += HISTOGRAM_THREADS)
        if (own[b]) atomicAdd(&all[b], (unsigned long long)own[b]);
    __syncthreads();
  }
}

__global__ void as_double_kernel(double *r, const unsigned long long *counts, int64_t n) {
  for (FLAT(i, n)) r[i] = (double)counts[i];
}

CUDA_KERNEL(histogram)
(double *counts, int dtype, int64_t rows, int64_t n, const void *x, int64_t bins, double low,
 double high) {
  Scratch sums;
  size_t bytes = (size_t)(rows * bins) * sizeof(unsigned long long);
  LT_TRY(sums.allocate(bytes));
  unsigned long long *all = sums.as<unsigned long long>();
  CUDA_TRY("histc", cudaMemsetAsync(all, 0, bytes, cuda_stream()));
  bool in_block = bins <= SHARED_BINS;
  int64_t wanted = (int64_t)cuda_multiprocessors() * 8 / rows + 1;
  int64_t parts = LT_MAX((int64_t)1, LT_MIN(wanted, n / (16 * HISTOGRAM_THREADS)));
  parts = LT_MAX(parts, n / INT32_MAX + 1); // counts of a part fit 32 bits
  dim3 blocks((unsigned)LT_MIN(rows, (int64_t)1 << 30), (unsigned)parts);
  size_t shared = in_block ? (size_t)bins * sizeof(unsigned) : 0;
  auto run = [&]() -> lt_status {
    CUDA_SWITCH(dtype, CUDA_FOR_FLT, "histc",
                return launch("histc", histogram_kernel<S>, blocks, HISTOGRAM_THREADS, shared, all,
                              (const S *)x, rows, n, bins, low, high, in_block))
  };
  LT_TRY(run());
  return launch_flat("histc", rows * bins, as_double_kernel, counts,
                     (const unsigned long long *)all, rows * bins);
}
