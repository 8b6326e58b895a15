// Softmax and log-softmax of Float and Double [outer dim inner] along dim, and their gradients. A
// line is read twice: for the largest element and the sum of exponentials, and for the result.
#include "cuda/exponentials.cuh"

namespace {

template <typename S>
__global__ void softmax_kernel(Lanes l, bool log, Split inner, S *y, const S *x) {
  DYNAMIC_SHARED(typename Exponentials<S>::Acc, all);
  Exponentials<S> f;
  for (LINES(line, l)) {
    int64_t outer = line, first = inner.take(outer);
    int64_t end = line < l.count ? l.len : 0, at = outer * l.len * inner.size + first;
    typename Exponentials<S>::Acc acc = f.start();
    for (int64_t i = l.lane(); i < end; i += l.lanes) f.combine(acc, {x[at + i * inner.size], 1});
    acc = join_lanes(f, all, acc, l);
    S base = acc.most + m_log(acc.sum), by = 1 / acc.sum;
    for (int64_t i = l.lane(); i < end; i += l.lanes) {
      S v = x[at + i * inner.size];
      y[at + i * inner.size] = log ? v - base : m_exp(v - acc.most) * by;
    }
  }
}

template <typename S>
__global__ void softmax_grad_kernel(Lanes l, bool log, Split inner, S *gx, const S *gy,
                                    const S *y) {
  DYNAMIC_SHARED(S, all);
  for (LINES(line, l)) {
    int64_t outer = line, first = inner.take(outer);
    int64_t end = line < l.count ? l.len : 0, at = outer * l.len * inner.size + first;
    S sum = 0;
    for (int64_t i = l.lane(); i < end; i += l.lanes) {
      int64_t p = at + i * inner.size;
      sum += log ? gy[p] : gy[p] * y[p];
    }
    sum = join_lanes(Sum<S>(), all, sum, l);
    for (int64_t i = l.lane(); i < end; i += l.lanes) {
      int64_t p = at + i * inner.size;
      gx[p] = log ? gy[p] - m_exp(y[p]) * sum : y[p] * (gy[p] - sum);
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
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "softmax",
              return launch("softmax", softmax_kernel<S>, l.blocks(), REDUCE_THREADS,
                            REDUCE_THREADS * 2 * sizeof(S), l, log != 0, Split(inner, l.count),
                            (S *)y, (const S *)x))
}

CUDA_KERNEL(softmax_grad)
(int dtype, int log, int64_t outer, int64_t dim, int64_t inner, void *gx, const void *gy,
 const void *y) {
  Lanes l = lines_of(outer, dim, inner);
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "softmax",
              return launch("softmax", softmax_grad_kernel<S>, l.blocks(), REDUCE_THREADS,
                            REDUCE_THREADS * sizeof(S), l, log != 0, Split(inner, l.count), (S *)gx,
                            (const S *)gy, (const S *)y))
}
