// exponentials.cuh: accumulators of lines (lanes.cuh) for softmax and attention.
#ifndef LT_CUDA_EXPONENTIALS_CUH
#define LT_CUDA_EXPONENTIALS_CUH

#include "cuda/lanes.cuh"

#include "core/functor.h"

// The largest element and the sum of exponentials of the differences from it, which is rescaled
// when a larger element comes. Milakov and Gimelshein, Online normalizer calculation for softmax,
// 2018.
template <typename S>
struct Exponentials {
  struct Acc {
    S most, sum;
  };
  __device__ Acc start() const { return {-(S)INFINITY, 0}; }
  __device__ void combine(Acc &acc, const Acc &later) const {
    if (later.most > acc.most)
      acc = {later.most, acc.sum * m_exp(acc.most - later.most) + later.sum};
    else if (later.sum != 0)
      acc.sum += later.most == acc.most ? later.sum : later.sum * m_exp(later.most - acc.most);
  }
  // Takes elements, of which those that are -inf count nothing.
  template <int N>
  __device__ void take(Acc &acc, const S (&v)[N]) const {
    S most = acc.most;
    for (int e = 0; e < N; e++) most = v[e] > most ? v[e] : most;
    S base = most == -(S)INFINITY ? 0 : most, sum = acc.sum * power(acc.most, base);
    for (int e = 0; e < N; e++) sum += power(v[e], base);
    acc = {most, sum};
  }
  __device__ static S power(S v, S base) { return v == base ? (S)1 : m_exp(v - base); }
};

template <typename S>
struct Sum {
  typedef S Acc;
  __device__ Acc start() const { return 0; }
  __device__ void combine(Acc &acc, const Acc &later) const { acc += later; }
};

#endif
