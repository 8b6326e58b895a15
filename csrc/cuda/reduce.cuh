// reduce.cuh: how reductions are spread over threads. A reduction R has
//   typedef Acc; typedef Element, of the sources; N, the number of operands of lines (the source
//   first); SOURCES, those of elements
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

// Neighbouring elements go to one thread, PACK bytes of them, read at once where they lie together;
// what a thread gets is the same where they do not.
enum { PACK = 16 };

// Waits for the other threads of groups of `span` neighbours, a power of 2.
__device__ inline void sync_span(int span) {
  if (span <= 32)
    __syncwarp();
  else
    __syncthreads();
}

// Combines the accumulators of `lanes` threads, which is a power of 2, `step` threads apart; the
// first of them has the result. Before all[] is written again, sync_span(lanes * step).
template <typename R>
__device__ void combine_lanes(const R &r, typename R::Acc *all, int lane, int lanes, int step) {
  int self = threadIdx.x;
  sync_span(lanes * step);
  for (int half = lanes / 2; half > 0; half /= 2) {
    if (lane < half) r.combine(all[self], all[self + half * step]);
    sync_span(half * step);
  }
}

// ---- along a dimension ----

// Takes elements begin .. end - 1 of the line at x that belong to a lane: single ones where lines
// lie beside each other, packs otherwise.
template <typename R>
__device__ void take_line(const R &r, typename R::Acc &acc, char *x, int64_t begin, int64_t end,
                          int64_t stride, int lane, int lanes, bool beside) {
  typedef typename R::Element S;
  enum { V = PACK / sizeof(S) };
  if (beside) {
#pragma unroll 8
    for (int64_t i = begin + lane; i < end; i += lanes) {
      char *at[1] = {x + i * stride};
      r.take(acc, at, i);
    }
    return;
  }
  bool packed = stride == sizeof(S) && (uintptr_t)(x + begin * stride) % PACK == 0;
  int64_t whole = packed ? begin + (end - begin) / V * V : begin, i = begin + (int64_t)lane * V;
#pragma unroll(16 / V)
  for (; i < whole; i += (int64_t)lanes * V) {
    Pack<S, V> pack = *reinterpret_cast<const Pack<S, V> *>(x + i * (int64_t)sizeof(S));
#pragma unroll
    for (int e = 0; e < V; e++) {
      char *at[1] = {reinterpret_cast<char *>(&pack.v[e])};
      r.take(acc, at, i + e);
    }
  }
  for (; i < end; i += (int64_t)lanes * V)
    for (int64_t e = i; e < i + V && e < end; e++) {
      char *at[1] = {x + e * stride};
      r.take(acc, at, e);
    }
}

// Threads of a block: `lanes` for each of REDUCE_THREADS / lanes results. `beside`: neighbouring
// threads have neighbouring results, else neighbouring elements of one line. blockIdx.y is the part
// of the lines, `share` elements, whose accumulators go to partial[part][result] where there are
// several.
template <typename R>
__global__ void reduce_lines(R r, Walk<R::N> walk, int64_t results, int64_t len, int64_t share,
                             int64_t stride, int lanes, bool beside, typename R::Acc *partial) {
  DYNAMIC_SHARED(typename R::Acc, all);
  int slots = REDUCE_THREADS / lanes;
  int slot = beside ? threadIdx.x % slots : threadIdx.x / lanes;
  int lane = beside ? threadIdx.x / slots : threadIdx.x % lanes;
  int step = beside ? slots : 1;
  int64_t begin = blockIdx.y * share, end = begin + share < len ? begin + share : len;
  for (int64_t base = (int64_t)blockIdx.x * slots; base < results;
       base += (int64_t)gridDim.x * slots) {
    int64_t result = base + slot;
    char *p[R::N];
    typename R::Acc acc = r.start();
    if (result < results) {
      walk.at((uint32_t)result, p);
      take_line(r, acc, p[0], begin, end, stride, lane, lanes, beside);
    }
    all[threadIdx.x] = acc;
    combine_lanes(r, all, lane, lanes, step);
    if (lane == 0 && result < results) {
      if (partial)
        partial[blockIdx.y * results + result] = all[threadIdx.x];
      else
        r.finish(all[threadIdx.x], len, p);
    }
    sync_span(lanes * step);
  }
}

template <typename R>
__global__ void reduce_parts(R r, Walk<R::N> walk, int64_t results, int64_t len, int parts,
                             const typename R::Acc *partial) {
  for (FLAT(result, results)) {
    char *p[R::N];
    walk.at((uint32_t)result, p);
    typename R::Acc acc = partial[result];
#pragma unroll 4
    for (int part = 1; part < parts; part++) r.combine(acc, partial[part * results + result]);
    r.finish(acc, len, p);
  }
}

// Reduces lines of len elements, stride bytes apart, that start where `it` walks.
template <typename R>
static lt_status reduce_along(const char *op, const R &r, const lt_iter &it, int64_t len,
                              int64_t stride) {
  typedef typename R::Acc Acc;
  enum { V = PACK / sizeof(typename R::Element) };
  return for_parts(it, [&](const lt_iter &part) -> lt_status {
    int64_t results = part.numel;
    bool beside = part.ndim > 0 && part.stride[0][0] < stride;
    int64_t each = beside ? 1 : V, packs = (len + each - 1) / each;
    // a warp's threads need no barrier, so that more have to have some packs each
    int lanes = 1, most = beside ? 8 : REDUCE_THREADS;
    while (lanes < most && (lanes < 32 ? lanes * 2 : lanes * 8) <= packs) lanes *= 2;
    int64_t blocks = (results + REDUCE_THREADS / lanes - 1) / (REDUCE_THREADS / lanes);
    int64_t wanted = (int64_t)cuda_multiprocessors() * 8 / blocks;
    int64_t parts = LT_MAX((int64_t)1, LT_MIN(wanted, LT_MIN(packs / (lanes * 16), (int64_t)512)));
    int64_t share = (packs + parts - 1) / parts * each;
    Scratch partial;
    if (parts > 1) LT_TRY(partial.allocate((size_t)(parts * results) * sizeof(Acc)));
    LT_TRY(launch(op, reduce_lines<R>,
                  dim3((unsigned)LT_MIN(blocks, (int64_t)1 << 20), (unsigned)parts), REDUCE_THREADS,
                  REDUCE_THREADS * sizeof(Acc), r, Walk<R::N>(part), results, len, share, stride,
                  lanes, beside, parts > 1 ? partial.as<Acc>() : nullptr));
    if (parts == 1) return LT_OK;
    return launch_flat(op, results, reduce_parts<R>, r, Walk<R::N>(part), results, len, (int)parts,
                       partial.as<Acc>());
  });
}

// ---- all elements ----

// packed: the sources are contiguous and aligned.
template <typename R>
__global__ void reduce_elements(R r, Walk<R::SOURCES> walk, int64_t n, bool packed,
                                typename R::Acc *partial) {
  typedef typename R::Element S;
  enum { V = PACK / sizeof(S) };
  DYNAMIC_SHARED(typename R::Acc, all);
  typename R::Acc acc = r.start();
  char *p[R::SOURCES];
  int64_t whole = packed ? n / V : 0, self = (int64_t)blockIdx.x * blockDim.x + threadIdx.x;
  int64_t i = self, step = (int64_t)gridDim.x * blockDim.x;
#pragma unroll(16 / V)
  for (; i < whole; i += step) {
    Pack<S, V> packs[R::SOURCES];
    for (int k = 0; k < R::SOURCES; k++)
      packs[k] = *reinterpret_cast<const Pack<S, V> *>(walk.base[k] + i * PACK);
#pragma unroll
    for (int e = 0; e < V; e++) {
      for (int k = 0; k < R::SOURCES; k++) p[k] = reinterpret_cast<char *>(&packs[k].v[e]);
      r.take(acc, p, i * V + e);
    }
  }
  for (; i * V < n; i += step)
    for (int64_t e = i * V; e < i * V + V && e < n; e++) {
      walk.at((uint32_t)e, p);
      r.take(acc, p, e);
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
#pragma unroll 4
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
  Scratch partial; // behind them the result
  size_t results = (size_t)(most * REDUCE_BLOCKS) * sizeof(Acc);
  LT_TRY(partial.allocate(results + bytes));
  char *out = partial.as<char>() + results;
  LT_TRY(for_parts(it, [&](const lt_iter &part) -> lt_status {
    enum { EACH = 2 * PACK / sizeof(typename R::Element) * REDUCE_THREADS }; // of a block, at least
    int64_t blocks = LT_MIN((part.numel + EACH - 1) / EACH, (int64_t)REDUCE_BLOCKS);
    int64_t elsize[R::SOURCES];
    for (int k = 0; k < R::SOURCES; k++) elsize[k] = sizeof(typename R::Element);
    LT_TRY(launch(op, reduce_elements<R>, dim3((unsigned)blocks), REDUCE_THREADS, shared, r,
                  Walk<R::SOURCES>(part), part.numel,
                  all_packable(part, R::SOURCES, elsize, PACK / elsize[0]),
                  partial.as<Acc>() + count));
    count += (int)blocks;
    return LT_OK;
  }));
  LT_TRY(launch(op, reduce_rest<R>, dim3(1), REDUCE_THREADS, shared, r, partial.as<Acc>(), count,
                it.numel, out));
  return cuda_read(op, host, out, bytes);
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
