// Masks: filling, copying and selecting where a byte is 1, and positions of ones. Blocks work on
// chunks whose places in the result follow from the ones counted before them.
#include "cuda/block.cuh"

enum { CHUNK = 2048, THREADS = 256 };

static int64_t chunks_of(int64_t n) { return (n + CHUNK - 1) / CHUNK; }

// first[c] = ones of chunk c; *highest the largest byte.
__global__ void count_kernel(const uint8_t *mask, int64_t n, int64_t *first, int *highest) {
  __shared__ int64_t all[THREADS];
  for (int64_t chunk = blockIdx.x; chunk * CHUNK < n; chunk += gridDim.x) {
    int64_t count = 0, last = chunk * CHUNK + CHUNK < n ? chunk * CHUNK + CHUNK : n;
    int most = 0;
    for (int64_t i = chunk * CHUNK + threadIdx.x; i < last; i += THREADS) {
      count += mask[i];
      most = mask[i] > most ? mask[i] : most;
    }
    if (most > 1) atomicMax(highest, most);
    count = block_scan(all, count, Plus());
    if (threadIdx.x == THREADS - 1) first[chunk] = count;
  }
}

static dim3 blocks_of(int64_t n) { return dim3((unsigned)LT_MIN(chunks_of(n), (int64_t)1 << 20)); }

// first gets the ones before every chunk of the mask, the number of all, and the largest byte.
static lt_status count_ones(const char *op, const uint8_t *mask, int64_t n, Scratch *first) {
  LT_TRY(first->allocate((size_t)(chunks_of(n) + 2) * sizeof(int64_t)));
  int64_t *highest = first->as<int64_t>() + chunks_of(n) + 1;
  CUDA_TRY(op, cudaMemsetAsync(highest, 0, sizeof *highest, cuda_stream()));
  LT_TRY(launch(op, count_kernel, blocks_of(n), THREADS, 0, mask, n, first->as<int64_t>(),
                reinterpret_cast<int *>(highest)));
  return launch(op, sums_before<int64_t>, dim3(1), SUM_THREADS, 0, first->as<int64_t>(),
                chunks_of(n));
}

CUDA_KERNEL(mask_count)(int64_t *count, const uint8_t *mask, int64_t n) {
  Scratch first;
  int64_t out[2]; // the number of ones, and the largest byte
  LT_TRY(count_ones("mask", mask, n, &first));
  LT_TRY(cuda_read("mask", out, first.as<int64_t>() + chunks_of(n), sizeof out));
  *count = out[1] > 1 ? -1 : out[0];
  return LT_OK;
}

template <typename S>
__global__ void fill_kernel(S *r, const uint8_t *mask, int64_t n, typename Compute<S>::type v) {
  for (FLAT(i, n))
    if (mask[i]) store(r + i, v);
}

CUDA_KERNEL(masked_fill)(int dtype, void *r, const uint8_t *mask, int64_t n, lt_scalar v) {
  CUDA_SWITCH(dtype, CUDA_FOR_ALL, "maskedFill",
              return launch_flat("maskedFill", n, fill_kernel<S>, (S *)r, mask, n,
                                 scalar_as<typename Compute<S>::type>(v)))
}

// Calls each(i, k) for the k-th one of the mask, at i. A thread has CHUNK / THREADS neighbours.
template <typename Each>
__global__ void ones_kernel(const uint8_t *mask, int64_t n, const int64_t *first, Each each) {
  enum { EACH = CHUNK / THREADS };
  __shared__ int64_t all[THREADS];
  for (int64_t chunk = blockIdx.x; chunk * CHUNK < n; chunk += gridDim.x) {
    int64_t i = chunk * CHUNK + (int64_t)threadIdx.x * EACH, own = 0;
    uint8_t ones[EACH];
    for (int e = 0; e < EACH; e++) own += ones[e] = i + e < n ? mask[i + e] : 0;
    int64_t k = first[chunk] + block_scan(all, own, Plus()) - own;
    for (int e = 0; e < EACH; e++)
      if (ones[e]) each(i + e, k++);
  }
}

template <typename Each>
static lt_status for_ones(const char *op, const uint8_t *mask, int64_t n, Each each) {
  Scratch first;
  LT_TRY(count_ones(op, mask, n, &first));
  return launch(op, ones_kernel<Each>, blocks_of(n), THREADS, 0, mask, n, first.as<int64_t>(),
                each);
}

template <typename S>
struct Copy {
  S *r;
  const S *x;
  __device__ void operator()(int64_t i, int64_t k) const { r[i] = x[k]; }
};

template <typename S>
struct Select {
  S *r;
  const S *x;
  __device__ void operator()(int64_t i, int64_t k) const { r[k] = x[i]; }
};

struct Positions {
  int64_t *r;
  int ndim;
  int64_t sizes[LT_MAXDIM];
  __device__ void operator()(int64_t i, int64_t k) const {
    for (int d = ndim - 1; d >= 0; d--) {
      r[k * ndim + d] = i % sizes[d] + 1;
      i /= sizes[d];
    }
  }
};

CUDA_KERNEL(masked_copy)
(int64_t size, void *r, const uint8_t *mask, int64_t n, const void *x){
    CUDA_BY_SIZE(size, return for_ones("maskedCopy", mask, n, Copy<S>{(S *)r, (const S *)x}))}

CUDA_KERNEL(masked_select)(int64_t size, void *r, const void *x, const uint8_t *mask, int64_t n){
    CUDA_BY_SIZE(size, return for_ones("maskedSelect", mask, n, Select<S>{(S *)r, (const S *)x}))}

CUDA_KERNEL(mask_positions)(int64_t *r, const uint8_t *mask, int ndim, const int64_t *sizes) {
  Positions each = {r, ndim, {}};
  int64_t n = 1;
  for (int d = 0; d < ndim; d++) n *= each.sizes[d] = sizes[d];
  return for_ones("nonzero", mask, n, each);
}

template <typename S>
__global__ void nonzero_kernel(uint8_t *mask, const S *x, int64_t n) {
  for (FLAT(i, n)) mask[i] = load(x + i) != 0;
}

CUDA_KERNEL(nonzero_mask)(int dtype, uint8_t *mask, const void *x, int64_t n) {
  CUDA_SWITCH(dtype, CUDA_FOR_ALL, "nonzero",
              return launch_flat("nonzero", n, nonzero_kernel<S>, mask, (const S *)x, n))
}
