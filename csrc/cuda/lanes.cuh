// lanes.cuh: threads of a block that share a line of elements, sums over channels, and sums whose
// result goes to the host. A sum F has
//   typedef Acc; Acc start() const; void combine(Acc &acc, const Acc &later) const
// and `take`, which adds an element. The order of combination depends on the sizes alone.
#ifndef LT_CUDA_LANES_CUH
#define LT_CUDA_LANES_CUH

#include "cuda/reduce.cuh"
#include "cuda/split.cuh"

// ---- lines ----

// Lines of len elements: `lanes` threads to each, 256 / lanes lines to a block. `beside`:
// neighbouring threads have neighbouring lines, else neighbouring elements of one.
struct Lanes {
  int64_t count, len;
  int lanes;
  bool beside;

  Lanes(int64_t count_, int64_t len_, bool beside_, int most = REDUCE_THREADS)
      : count(count_), len(len_), lanes(1), beside(beside_) {
    while (lanes < most && lanes < len) lanes *= 2;
  }
  int64_t slots() const { return REDUCE_THREADS / lanes; }
  dim3 blocks() const {
    return dim3((unsigned)LT_MIN((count + slots() - 1) / slots(), (int64_t)1 << 20));
  }
  __device__ int per_block() const { return REDUCE_THREADS / lanes; }
  __device__ int slot() const { return beside ? threadIdx.x % per_block() : threadIdx.x / lanes; }
  __device__ int lane() const { return beside ? threadIdx.x / per_block() : threadIdx.x % lanes; }
  __device__ int step() const { return beside ? per_block() : 1; }
};

// The combination of the accumulators of a line's threads, for each of them.
template <typename F>
__device__ typename F::Acc join_lanes(const F &f, typename F::Acc *all, typename F::Acc acc,
                                      const Lanes &l) {
  all[threadIdx.x] = acc;
  combine_lanes(f, all, l.lane(), l.lanes, l.step());
  sync_span(l.lanes * l.step());
  typename F::Acc joined = all[l.beside ? l.slot() : l.slot() * l.lanes];
  sync_span(l.lanes * l.step());
  return joined;
}

// for (LINES(line, l)) { ... }: the lines of a block. All its threads go through the body equally
// often; those without a line have line >= l.count.
#define LINES(line, l)                                               \
  int64_t line = (int64_t)blockIdx.x * (l).per_block() + (l).slot(); \
  line - (l).slot() < (l).count;                                     \
  line += (int64_t)gridDim.x * (l).per_block()

// Two sums in T.
template <typename T>
struct Pair {
  T first, second;
};
template <typename T>
struct PairSum {
  typedef Pair<T> Acc;
  __device__ Acc start() const { return {0, 0}; }
  __device__ void combine(Acc &acc, const Acc &later) const {
    acc.first += later.first;
    acc.second += later.second;
  }
};

// ---- channels ----

// Sums over each channel of [n c inner]: F has take(acc, at, n, c) for the element at position `at`
// and finish(acc, c). blockIdx.y is the part of a channel.
template <typename F>
__global__ void channel_parts(F f, Lanes l, int64_t c, Split inner, typename F::Acc *partial) {
  DYNAMIC_SHARED(typename F::Acc, all);
  int64_t share = (l.len + gridDim.y - 1) / gridDim.y;
  int64_t begin = blockIdx.y * share, end = begin + share < l.len ? begin + share : l.len;
  for (int64_t base = (int64_t)blockIdx.x * l.per_block(); base < c;
       base += (int64_t)gridDim.x * l.per_block()) {
    int64_t channel = base + l.slot();
    typename F::Acc acc = f.start();
    if (channel >= c) end = begin;
#pragma unroll 4
    for (int64_t e = begin + l.lane(); e < end; e += l.lanes) {
      int64_t n = e, i = inner.take(n);
      f.take(acc, (n * c + channel) * inner.size + i, n, channel);
    }
    acc = join_lanes(f, all, acc, l);
    if (l.lane() > 0 || channel >= c) continue;
    if (partial)
      partial[blockIdx.y * c + channel] = acc;
    else
      f.finish(acc, channel);
  }
}

template <typename F>
__global__ void join_channels(F f, int64_t c, int parts, const typename F::Acc *partial) {
  for (FLAT(channel, c)) {
    typename F::Acc acc = partial[channel];
    for (int part = 1; part < parts; part++) f.combine(acc, partial[part * c + channel]);
    f.finish(acc, channel);
  }
}

template <typename F>
static lt_status sum_channels(const char *op, const F &f, int64_t n, int64_t c, int64_t inner) {
  typedef typename F::Acc Acc;
  Lanes l(c, n * inner, true, inner == 1 ? 8 : REDUCE_THREADS);
  int64_t blocks = (c + l.slots() - 1) / l.slots();
  int64_t wanted = (int64_t)cuda_multiprocessors() * 8 / blocks;
  int parts = (int)LT_MAX((int64_t)1, LT_MIN(wanted, LT_MIN(l.len / (l.lanes * 16), (int64_t)256)));
  Scratch partial;
  if (parts > 1) LT_TRY(partial.allocate((size_t)(parts * c) * sizeof(Acc)));
  LT_TRY(launch(op, channel_parts<F>, dim3((unsigned)LT_MIN(blocks, (int64_t)1 << 20), parts),
                REDUCE_THREADS, REDUCE_THREADS * sizeof(Acc), f, l, c, Split(inner, l.len),
                parts > 1 ? partial.as<Acc>() : nullptr));
  if (parts == 1) return LT_OK;
  return launch_flat(op, c, join_channels<F>, f, c, parts, partial.as<Acc>());
}

// ---- sums for the host ----

template <typename F>
__global__ void total_parts(F f, int64_t n, typename F::Acc *partial) {
  DYNAMIC_SHARED(typename F::Acc, all);
  typename F::Acc acc = f.start();
  for (FLAT(i, n)) f.take(acc, i);
  all[threadIdx.x] = acc;
  combine_lanes(f, all, threadIdx.x, REDUCE_THREADS, 1);
  if (threadIdx.x == 0) partial[blockIdx.x] = all[0];
}

template <typename F>
__global__ void total_rest(F f, const typename F::Acc *partial, int count, typename F::Acc *out) {
  DYNAMIC_SHARED(typename F::Acc, all);
  typename F::Acc acc = f.start();
  int share = (count + REDUCE_THREADS - 1) / REDUCE_THREADS, begin = threadIdx.x * share;
  for (int i = begin; i < begin + share && i < count; i++) f.combine(acc, partial[i]);
  all[threadIdx.x] = acc;
  combine_lanes(f, all, threadIdx.x, REDUCE_THREADS, 1);
  if (threadIdx.x == 0) *out = all[0];
}

// What stands for a sum that is not made: no number, no position.
static inline void unmade(double *sum) { *sum = NAN; }
static inline void unmade(int64_t *first) { *first = INT64_MAX; }

// *host = the sum over items 0 .. n - 1, which F::take(acc, i) adds; waits for it. While a graph is
// recorded nothing can be waited for, and no sum is made.
template <typename F>
static lt_status total(const char *op, const F &f, int64_t n, typename F::Acc *host) {
  typedef typename F::Acc Acc;
  if (cuda_recording()) return unmade(host), LT_OK;
  size_t shared = REDUCE_THREADS * sizeof(Acc);
  int64_t blocks = (n + 4 * REDUCE_THREADS - 1) / (4 * REDUCE_THREADS);
  int count = (int)LT_MAX((int64_t)1, LT_MIN(blocks, (int64_t)REDUCE_BLOCKS));
  Scratch partial;
  LT_TRY(partial.allocate((size_t)(count + 1) * sizeof(Acc)));
  Acc *parts = partial.as<Acc>();
  LT_TRY(launch(op, total_parts<F>, dim3(count), REDUCE_THREADS, shared, f, n, parts));
  LT_TRY(
      launch(op, total_rest<F>, dim3(1), REDUCE_THREADS, shared, f, parts, count, parts + count));
  return cuda_read(op, host, parts + count, sizeof(Acc));
}

// The first of which Bad::is(element of x).
template <typename S, typename Bad>
struct First {
  typedef int64_t Acc;
  const S *x;
  __device__ Acc start() const { return INT64_MAX; }
  __device__ void take(Acc &acc, int64_t i) const {
    if (Bad::is(x[i]) && i < acc) acc = i;
  }
  __device__ void combine(Acc &acc, const Acc &later) const { acc = later < acc ? later : acc; }
};

// Finds the first bad element of x: *at is its position or -1, *value what it is.
template <typename S, typename Bad>
static lt_status find(const char *op, int64_t n, const void *x, int64_t *at, double *value) {
  S found;
  LT_TRY(total(op, First<S, Bad>{(const S *)x}, n, at));
  if (*at == INT64_MAX) return *at = -1, LT_OK;
  LT_TRY(cuda_read(op, &found, (const S *)x + *at, sizeof found));
  *value = (double)found;
  return LT_OK;
}

#endif
