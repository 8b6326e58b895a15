// Running sums and products along a dimension, accumulated in double or int64. A block goes along a
// line in chunks; where neighbouring lines lie closer in memory than the elements of one, a thread
// goes along each. Where that leaves most of the device idle, lines are cut into parts: their sums
// first, then what comes before each, then the parts as lines of their own. Results are the same
// in every run.
#include "cuda/block.cuh"
#include "cuda/reduce.cuh"

namespace {

template <typename A>
struct Step {
  int product;
  __device__ A operator()(A a, A b) const { return product ? a * b : a + b; }
};

// The lines of one call: operands r and x; every line has `parts` of `share` elements, the last
// what is left. begin[part][line], if there is any: what comes before a part.
template <typename S>
struct Scan {
  typedef typename Wide<S>::type A;
  typedef typename Compute<S>::type T;
  Walk<2> walk;
  int64_t lines, len, r_stride, x_stride, parts, share;
  Step<A> step;
  A *begin;

  __device__ A before(int64_t part, int64_t line) const {
    return begin ? begin[part * lines + line] : (A)step.product;
  }
  __device__ int64_t end(int64_t part) const {
    int64_t last = (part + 1) * share;
    return last < len ? last : len;
  }
  __device__ A get(char *const *p, int64_t i) const {
    return (A)load((const S *)(p[1] + i * x_stride));
  }
};

// EACH elements to a thread in one round. Only sums: begin[part][line] = the part's sum.
enum { EACH = 4 };

template <typename S, bool SUMS>
__global__ void line_kernel(Scan<S> s) {
  typedef typename Scan<S>::A A;
  typedef typename Scan<S>::T T;
  __shared__ A all[CUDA_THREADS], total;
  for (int64_t unit = blockIdx.x; unit < s.lines * s.parts; unit += gridDim.x) {
    int64_t line = unit / s.parts, part = unit % s.parts, end = s.end(part);
    char *p[2];
    s.walk.at((uint32_t)line, p);
    A before = SUMS ? (A)s.step.product : s.before(part, line);
    for (int64_t base = part * s.share; base < end; base += CUDA_THREADS * EACH) {
      int64_t i = base + (int64_t)threadIdx.x * EACH;
      A v[EACH], own = s.step.product;
      for (int e = 0; e < EACH; e++) {
        v[e] = i + e < end ? s.get(p, i + e) : (A)s.step.product;
        own = v[e] = s.step(own, v[e]);
      }
      A sum = block_scan(all, own, s.step);
      if (threadIdx.x == CUDA_THREADS - 1) total = sum;
      A ahead = threadIdx.x ? s.step(before, all[threadIdx.x - 1]) : before;
      for (int e = 0; !SUMS && e < EACH && i + e < end; e++)
        store((S *)(p[0] + (i + e) * s.r_stride), (T)s.step(ahead, v[e]));
      __syncthreads();
      before = s.step(before, total);
      __syncthreads();
    }
    if (SUMS && threadIdx.x == 0) s.begin[part * s.lines + line] = before;
  }
}

template <typename S, bool SUMS>
__global__ void beside_kernel(Scan<S> s) {
  typedef typename Scan<S>::A A;
  typedef typename Scan<S>::T T;
  for (FLAT(unit, s.lines * s.parts)) {
    int64_t line = unit % s.lines, part = unit / s.lines, end = s.end(part);
    char *p[2];
    s.walk.at((uint32_t)line, p);
    A acc = SUMS ? (A)s.step.product : s.before(part, line);
#pragma unroll 4
    for (int64_t i = part * s.share; i < end; i++) {
      acc = s.step(acc, s.get(p, i));
      if (!SUMS) store((S *)(p[0] + i * s.r_stride), (T)acc);
    }
    if (SUMS) s.begin[part * s.lines + line] = acc;
  }
}

// The sums of the parts of a line become what comes before each.
template <typename S>
__global__ void parts_kernel(Scan<S> s) {
  typedef typename Scan<S>::A A;
  for (FLAT(line, s.lines)) {
    A before = s.step.product;
    for (int64_t part = 0; part < s.parts; part++) {
      A own = s.begin[part * s.lines + line];
      s.begin[part * s.lines + line] = before;
      before = s.step(before, own);
    }
  }
}

template <typename S, bool SUMS>
lt_status run(const Scan<S> &s, bool beside) {
  int64_t units = s.lines * s.parts;
  if (beside) return launch_flat("scan", units, beside_kernel<S, SUMS>, s);
  return launch("scan", line_kernel<S, SUMS>, dim3((unsigned)LT_MIN(units, (int64_t)1 << 20)),
                CUDA_THREADS, 0, s);
}

// Parts of `least` elements or more that give `wanted` units of work together.
int64_t parts_of(int64_t lines, int64_t len, int64_t wanted, int64_t least) {
  return LT_MAX((int64_t)1, LT_MIN(LT_MIN(wanted / lines, len / least), (int64_t)1024));
}

template <typename S>
lt_status scan_of(const lt_iter &part, int64_t len, const int64_t *stride, int product) {
  typedef typename Scan<S>::A A;
  bool beside = len < 32 || (part.ndim > 0 && part.stride[0][0] < stride[0]);
  int64_t threads = (int64_t)cuda_multiprocessors() * 1024;
  int64_t parts = beside ? parts_of(part.numel, len, threads, 64)
                         : parts_of(part.numel, len, threads / 128, 2 * CUDA_THREADS * EACH);
  int64_t share = (len + parts - 1) / parts;
  Scan<S> s = {Walk<2>(part), part.numel, len,       stride[0], stride[1],
               parts,         share,      {product}, nullptr};
  Scratch begin;
  if (parts > 1) {
    LT_TRY(begin.allocate((size_t)(parts * s.lines) * sizeof(A)));
    s.begin = begin.as<A>();
    LT_TRY((run<S, true>(s, beside)));
    LT_TRY(launch_flat("scan", s.lines, parts_kernel<S>, s));
  }
  return run<S, false>(s, beside);
}

} // namespace

CUDA_KERNEL(scan)(int dtype, int product, const lt_iter *it, int64_t len, const int64_t *stride) {
  return for_parts(*it, [&](const lt_iter &part) -> lt_status {
    CUDA_SWITCH(dtype, CUDA_FOR_ALL, product ? "cumprod" : "cumsum",
                return scan_of<S>(part, len, stride, product))
  });
}
