// reduce.cuh: how reductions are spread over threads. A reduction R has
//   typedef Acc; N, the number of operands of lines (the source first); SOURCES, those of elements
//   Acc start() const                                an accumulator of nothing
//   void take(Acc &acc, char *const *x, int64_t i) const    element i of source k is at x[k]
//   void combine(Acc &acc, const Acc &later) const
//   void finish(const Acc &acc, int64_t n, char *const *p) const    writes the result of n elements
// Partial results are combined in an order that depends on the sizes alone, so that results are the
// same in every run.
#ifndef LT_CUDA_REDUCE_CUH
#define LT_CUDA_REDUCE_CUH

#include <type_traits>

#include "cuda/walk.cuh"

enum { REDUCE_THREADS = 256, REDUCE_BLOCKS = 1024 };

// Combines the accumulators of `lanes` threads, which is a power of 2, `step` threads apart; the
// first of them has the result.
template <typename R>
__device__ void combine_lanes(const R &r, typename R::Acc *all, int lane, int lanes, int step) {
  int self = threadIdx.x;
  __syncthreads();
  for (int half = lanes / 2; half > 0; half /= 2) {
    if (lane < half) r.combine(all[self], all[self + half * step]);
    __syncthreads();
  }
}

// ---- along a dimension ----

// Threads of a block: `lanes` for each of REDUCE_THREADS / lanes results. `beside`: neighbouring
// threads have neighbouring results, else neighbouring elements of one line. blockIdx.y is the part
// of the lines, whose accumulators go to partial[part][result] where there are several.
template <typename R>
__global__ void reduce_lines(R r, Walk<R::N> walk, int64_t results, int64_t len, int64_t stride,
                             int lanes, bool beside, typename R::Acc *partial) {
  DYNAMIC_SHARED(typename R::Acc, all);
  int slots = REDUCE_THREADS / lanes;
  int slot = beside ? threadIdx.x % slots : threadIdx.x / lanes;
  int lane = beside ? threadIdx.x / slots : threadIdx.x % lanes;
  int64_t share = (len + gridDim.y - 1) / gridDim.y;
  int64_t begin = blockIdx.y * share, end = begin + share < len ? begin + share : len;
  for (int64_t base = (int64_t)blockIdx.x * slots; base < results;
       base += (int64_t)gridDim.x * slots) {
    int64_t result = base + slot;
    char *p[R::N];
    typename R::Acc acc = r.start();
    if (result < results) {
      walk.at((uint32_t)result, p);
      for (int64_t i = begin + lane; i < end; i += lanes) {
        char *x[1] = {p[0] + i * stride};
        r.take(acc, x, i);
      }
    }
    all[threadIdx.x] = acc;
    combine_lanes(r, all, lane, lanes, beside ? slots : 1);
    if (lane == 0 && result < results) {
      if (partial)
        partial[blockIdx.y * results + result] = all[threadIdx.x];
      else
        r.finish(all[threadIdx.x], len, p);
    }
    __syncthreads();
  }
}

template <typename R>
__global__ void reduce_parts(R r, Walk<R::N> walk, int64_t results, int64_t len, int parts,
                             const typename R::Acc *partial) {
  for (FLAT(result, results)) {
    char *p[R::N];
    walk.at((uint32_t)result, p);
    typename R::Acc acc = partial[result];
    for (int part = 1; part < parts; part++) r.combine(acc, partial[part * results + result]);
    r.finish(acc, len, p);
  }
}

// Reduces lines of len elements, stride bytes apart, that start where `it` walks.
template <typename R>
static lt_status reduce_along(const char *op, const R &r, const lt_iter &it, int64_t len,
                              int64_t stride) {
  typedef typename R::Acc Acc;
  return for_parts(it, [&](const lt_iter &part) -> lt_status {
    int64_t results = part.numel;
    bool beside = part.ndim > 0 && part.stride[0][0] < stride;
    int lanes = 1, most = beside ? 8 : REDUCE_THREADS;
    while (lanes < most && lanes * 2 <= len) lanes *= 2;
    int64_t blocks = (results + REDUCE_THREADS / lanes - 1) / (REDUCE_THREADS / lanes);
    int64_t wanted = (int64_t)cuda_multiprocessors() * 8 / blocks;
    int parts = (int)LT_MAX((int64_t)1, LT_MIN(wanted, LT_MIN(len / (lanes * 16), (int64_t)256)));
    Scratch partial;
    if (parts > 1) LT_TRY(partial.allocate((size_t)(parts * results) * sizeof(Acc)));
    LT_TRY(launch(op, reduce_lines<R>, dim3((unsigned)LT_MIN(blocks, (int64_t)1 << 20), parts),
                  REDUCE_THREADS, REDUCE_THREADS * sizeof(Acc), r, Walk<R::N>(part), results, len,
                  stride, lanes, beside, parts > 1 ? partial.as<Acc>() : nullptr));
    if (parts == 1) return LT_OK;
    return launch_flat(op, results, reduce_parts<R>, r, Walk<R::N>(part), results, len, parts,
                       partial.as<Acc>());
  });
}

// ---- all elements ----

template <typename R>
__global__ void reduce_elements(R r, Walk<R::SOURCES> walk, int64_t n, typename R::Acc *partial) {
  DYNAMIC_SHARED(typename R::Acc, all);
  typename R::Acc acc = r.start();
  for (FLAT(i, n)) {
    char *p[R::SOURCES];
    walk.at((uint32_t)i, p);
    r.take(acc, p, i);
  }
  all[threadIdx.x] = acc;
  combine_lanes(r, all, threadIdx.x, REDUCE_THREADS, 1);
  if (threadIdx.x == 0) partial[blockIdx.x] = all[0];
}

// One block: combines all partial results and finishes in *out, operand 1.
template <typename R>
__global__ void reduce_rest(R r, const typename R::Acc *partial, int count, int64_t n, char *out) {
  DYNAMIC_SHARED(typename R::Acc, all);
  typename R::Acc acc = r.start();
  int share = (count + REDUCE_THREADS - 1) / REDUCE_THREADS;
  int begin = threadIdx.x * share;
  for (int i = begin; i < begin + share && i < count; i++) r.combine(acc, partial[i]);
  all[threadIdx.x] = acc;
  combine_lanes(r, all, threadIdx.x, REDUCE_THREADS, 1);
  char *p[2] = {nullptr, out};
  if (threadIdx.x == 0) r.finish(all[0], n, p);
}

// Reduces all elements of the sources of it; finish writes `bytes` bytes, which come back in *host.
template <typename R>
static lt_status reduce_whole(const char *op, const R &r, const lt_iter &it, void *host,
                              size_t bytes) {
  typedef typename R::Acc Acc;
  size_t shared = REDUCE_THREADS * sizeof(Acc);
  int64_t most = 2 * (it.numel / ((int64_t)1 << 30)) + 1; // parts that for_parts may make
  int count = 0;
  Scratch partial, out;
  LT_TRY(partial.allocate((size_t)(most * REDUCE_BLOCKS) * sizeof(Acc)));
  LT_TRY(out.allocate(bytes));
  LT_TRY(for_parts(it, [&](const lt_iter &part) -> lt_status {
    int64_t blocks = (part.numel + 4 * REDUCE_THREADS - 1) / (4 * REDUCE_THREADS);
    blocks = LT_MIN(blocks, (int64_t)REDUCE_BLOCKS);
    LT_TRY(launch(op, reduce_elements<R>, dim3((unsigned)blocks), REDUCE_THREADS, shared, r,
                  Walk<R::SOURCES>(part), part.numel, partial.as<Acc>() + count));
    count += (int)blocks;
    return LT_OK;
  }));
  LT_TRY(launch(op, reduce_rest<R>, dim3(1), REDUCE_THREADS, shared, r, partial.as<Acc>(), count,
                it.numel, out.as<char>()));
  return cuda_read(op, host, out.as<char>(), bytes);
}

// Accumulators: double for floating point, int64_t for integers.
template <typename S>
struct Wide {
  typedef typename Compute<S>::type T;
  static constexpr bool floating = (T)0.5 != 0;
  typedef double real;
  typedef typename std::conditional<floating, double, int64_t>::type type;
};

#endif
