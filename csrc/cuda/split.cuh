// split.cuh: positions of a buffer become places along its dimensions.
#ifndef LT_CUDA_SPLIT_CUH
#define LT_CUDA_SPLIT_CUH

#include "cuda/walk.cuh"

// Division by `size` of positions below `total`, with 32-bit arithmetic where that is enough.
struct Split {
  Divisor quick;
  int64_t size;
  bool small;

  Split(int64_t size_, int64_t total)
      : quick(total <= INT32_MAX && size_ <= INT32_MAX ? (uint32_t)LT_MAX((int64_t)1, size_) : 1),
        size(size_), small(total <= INT32_MAX && size_ <= INT32_MAX) {}

  // The place along a dimension of `size`; i becomes the position in what is before it.
  __device__ int64_t take(int64_t &i) const {
    int64_t whole = small ? (int64_t)quick.quotient((uint32_t)i) : i / size;
    int64_t place = i - whole * size;
    i = whole;
    return place;
  }
};

// Where position i of [n c inner] is: its channel, and the n before it.
struct Channels {
  Split inner, c;

  Channels(int64_t n, int64_t c_, int64_t inner_)
      : inner(inner_, n * c_ * inner_), c(c_, n * c_ * inner_) {}

  __device__ int64_t channel(int64_t i) const {
    inner.take(i);
    return c.take(i);
  }
};

#endif
