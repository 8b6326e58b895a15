// Softmax and log-softmax of [outer dim inner] along dim, and their gradients; half types are
// computed in float. A line is read twice: for the largest element and the sum of exponentials, and
// for the result. A thread reads BATCH elements before it works on them.
#include "cuda/exponentials.cuh"

namespace {

enum { BATCH = 4 };

// The elements of a thread: v[e] is element first + e lanes of the line at `at`, `nothing` from
// `end` on.
template <typename X, typename S>
__device__ void read(S (&v)[BATCH], const X *x, int64_t at, int64_t first, int64_t end,
                     const Lanes &l, const Split &inner, S nothing) {
  for (int e = 0; e < BATCH; e++) {
    int64_t i = first + e * l.lanes;
    v[e] = i < end ? load(x + at + i * inner.size) : nothing;
  }
}

template <typename X, typename S>
__device__ void write(X *x, const S (&v)[BATCH], int64_t at, int64_t first, int64_t end,
                      const Lanes &l, const Split &inner) {
  for (int e = 0; e < BATCH; e++) {
    int64_t i = first + e * l.lanes;
    if (i < end) store(x + at + i * inner.size, v[e]);
  }
}

template <typename X>
__global__ void softmax_kernel(Lanes l, bool log, Split inner, X *y, const X *x) {
  typedef typename Compute<X>::type S;
  DYNAMIC_SHARED(typename Exponentials<S>::Acc, all);
  Exponentials<S> f;
  const int64_t round = (int64_t)BATCH * l.lanes;
  for (LINES(line, l)) {
    int64_t outer = line, first = inner.take(outer);
    int64_t end = line < l.count ? l.len : 0, at = outer * l.len * inner.size + first;
    typename Exponentials<S>::Acc acc = f.start();
    S v[BATCH];
    for (int64_t i = l.lane(); i < end; i += round) {
      read(v, x, at, i, end, l, inner, -(S)INFINITY);
      f.take(acc, v);
    }
    acc = join_lanes(f, all, acc, l);
    S base = acc.most + m_log(acc.sum), by = 1 / acc.sum;
    for (int64_t i = l.lane(); i < end; i += round) {
      read(v, x, at, i, end, l, inner, (S)0);
      for (int e = 0; e < BATCH; e++) v[e] = log ? v[e] - base : m_exp(v[e] - acc.most) * by;
      write(y, v, at, i, end, l, inner);
    }
  }
}

template <typename X>
__global__ void softmax_grad_kernel(Lanes l, bool log, Split inner, X *gx, const X *gy,
                                    const X *y) {
  typedef typename Compute<X>::type S;
  DYNAMIC_SHARED(S, all);
  const int64_t round = (int64_t)BATCH * l.lanes;
  for (LINES(line, l)) {
    int64_t outer = line, first = inner.take(outer);
    int64_t end = line < l.count ? l.len : 0, at = outer * l.len * inner.size + first;
    S sum = 0, g[BATCH], v[BATCH];
    for (int64_t i = l.lane(); i < end; i += round) {
      read(g, gy, at, i, end, l, inner, (S)0);
      if (!log) read(v, y, at, i, end, l, inner, (S)0);
      for (int e = 0; e < BATCH; e++) sum += log ? g[e] : g[e] * v[e];
    }
    sum = join_lanes(Sum<S>(), all, sum, l);
    for (int64_t i = l.lane(); i < end; i += round) {
      read(g, gy, at, i, end, l, inner, (S)0);
      read(v, y, at, i, end, l, inner, (S)0);
      for (int e = 0; e < BATCH; e++) g[e] = log ? g[e] - m_exp(v[e]) * sum : v[e] * (g[e] - sum);
      write(gx, g, at, i, end, l, inner);
    }
  }
}

// Lines of [outer dim inner].
Lanes lines_of(int64_t outer, int64_t dim, int64_t inner) {
  return Lanes(outer * inner, dim, inner > 1, inner > 1 ? 8 : REDUCE_THREADS);
}

} // namespace

CUDA_KERNEL(softmax)
(int dtype, int log, int64_t outer, int64_t dim, int64_t inner, void *y, const void *x) {
  Lanes l = lines_of(outer, dim, inner);
  CUDA_SWITCH(dtype, CUDA_FOR_FLT, "softmax",
              return launch("softmax", softmax_kernel<S>, l.blocks(), REDUCE_THREADS,
                            REDUCE_THREADS * 2 * sizeof(typename Compute<S>::type), l, log != 0,
                            Split(inner, l.count), (S *)y, (const S *)x))
}

CUDA_KERNEL(softmax_grad)
(int dtype, int log, int64_t outer, int64_t dim, int64_t inner, void *gx, const void *gy,
 const void *y) {
  Lanes l = lines_of(outer, dim, inner);
  CUDA_SWITCH(dtype, CUDA_FOR_FLT, "softmax",
              return launch("softmax", softmax_grad_kernel<S>, l.blocks(), REDUCE_THREADS,
                            REDUCE_THREADS * sizeof(typename Compute<S>::type), l, log != 0,
                            Split(inner, l.count), (S *)gx, (const S *)gy, (const S *)y))
}
