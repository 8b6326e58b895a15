// Largest and smallest values along a dimension with their positions: the first one of equal
// values, and the first NaN where there is any.
#include "cuda/reduce.cuh"

namespace {

template <typename T>
struct Best {
  T value;
  int64_t at; // -1: none yet
};

template <typename S>
struct Extremum {
  typedef typename Compute<S>::type T;
  typedef Best<T> Acc;
  typedef S Element;
  enum { N = 3, SOURCES = 1 };
  int largest;
  __device__ Acc start() const { return {0, -1}; }
  // Whether x at i goes before the best one so far.
  __device__ bool wins(T x, int64_t i, const Acc &best) const {
    if (best.at < 0) return true;
    bool nan = x != x, best_nan = best.value != best.value;
    if (nan || best_nan) return nan && (!best_nan || i < best.at);
    if (x == best.value) return i < best.at;
    return largest ? x > best.value : x < best.value;
  }
  __device__ void take(Acc &acc, char *const *x, int64_t i) const {
    T v = load((const S *)x[0]);
    if (wins(v, i, acc)) acc = {v, i};
  }
  __device__ void combine(Acc &acc, const Acc &later) const {
    if (later.at >= 0 && wins(later.value, later.at, acc)) acc = later;
  }
  __device__ void finish(const Acc &acc, int64_t, char *const *at) const {
    store((S *)at[1], acc.value);
    *(int64_t *)at[2] = acc.at + 1;
  }
};

} // namespace

CUDA_KERNEL(extremum)(int dtype, int largest, const lt_iter *it, int64_t len, int64_t stride) {
  CUDA_SWITCH(dtype, CUDA_FOR_ALL, largest ? "max" : "min",
              return reduce_along("extremum", Extremum<S>{largest}, *it, len, stride))
}
