// Running sums and products along a dimension, accumulated in double or int64. A block goes along a
// line in chunks; where neighbouring lines lie closer in memory than the elements of one, a thread
// goes along each.
#include "cuda/block.cuh"
#include "cuda/reduce.cuh"

template <typename A>
struct Step {
  int product;
  __device__ A operator()(A a, A b) const { return product ? a * b : a + b; }
};

template <typename S>
__global__ void line_kernel(Walk<2> walk, int64_t lines, int64_t len, int64_t r_stride,
                            int64_t x_stride, Step<typename Wide<S>::type> step) {
  typedef typename Wide<S>::type A;
  typedef typename Compute<S>::type T;
  __shared__ A all[CUDA_THREADS];
  for (int64_t line = blockIdx.x; line < lines; line += gridDim.x) {
    char *p[2];
    walk.at((uint32_t)line, p);
    A before = step.product;
    for (int64_t base = 0; base < len; base += CUDA_THREADS) {
      int64_t i = base + threadIdx.x;
      A v = i < len ? (A)load((const S *)(p[1] + i * x_stride)) : (A)step.product;
      v = step(before, block_scan(all, v, step));
      if (i < len) store((S *)(p[0] + i * r_stride), (T)v);
      all[threadIdx.x] = v;
      __syncthreads();
      before = all[CUDA_THREADS - 1];
      __syncthreads();
    }
  }
}

template <typename S>
__global__ void beside_kernel(Walk<2> walk, int64_t lines, int64_t len, int64_t r_stride,
                              int64_t x_stride, Step<typename Wide<S>::type> step) {
  typedef typename Wide<S>::type A;
  typedef typename Compute<S>::type T;
  for (FLAT(line, lines)) {
    char *p[2];
    walk.at((uint32_t)line, p);
    A acc = step.product;
    for (int64_t i = 0; i < len; i++) {
      acc = step(acc, (A)load((const S *)(p[1] + i * x_stride)));
      store((S *)(p[0] + i * r_stride), (T)acc);
    }
  }
}

template <typename S>
static lt_status scan_of(const lt_iter &part, int64_t len, const int64_t *stride, int product) {
  Step<typename Wide<S>::type> step = {product};
  bool beside = part.ndim > 0 && part.stride[0][0] < stride[0] && part.numel >= 1024;
  if (beside || len < 32)
    return launch_flat("scan", part.numel, beside_kernel<S>, Walk<2>(part), part.numel, len,
                       stride[0], stride[1], step);
  return launch("scan", line_kernel<S>, dim3((unsigned)LT_MIN(part.numel, (int64_t)1 << 20)),
                CUDA_THREADS, 0, Walk<2>(part), part.numel, len, stride[0], stride[1], step);
}

CUDA_KERNEL(scan)(int dtype, int product, const lt_iter *it, int64_t len, const int64_t *stride) {
  return for_parts(*it, [&](const lt_iter &part) -> lt_status {
    CUDA_SWITCH(dtype, CUDA_FOR_ALL, product ? "cumprod" : "cumsum",
                return scan_of<S>(part, len, stride, product))
  });
}
