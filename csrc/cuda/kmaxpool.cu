// The k largest elements of columns, in their order: Float and Double x [n t c]. NaN counts as the
// largest, and the first of equal elements are taken. An element finds its rank by comparison with
// its column, and is taken when the rank is below k.
#include "cuda/split.cuh"

namespace {

template <typename S>
__device__ bool more(S a, S b) {
  return a > b || (a != a && b == b);
}

// taken[i] = 1 for elements that are taken.
template <typename S>
__global__ void ranks_kernel(Channels at, int64_t total, int64_t t, int64_t k, uint8_t *taken,
                             const S *x) {
  int64_t c = at.inner.size;
  for (FLAT(i, total)) {
    int64_t n = i, channel = at.inner.take(n), own = at.c.take(n), rank = 0;
    const S *column = x + n * t * c + channel;
    for (int64_t e = 0; e < t && rank < k; e++)
      rank += more(column[e * c], x[i]) || (e < own && !more(x[i], column[e * c]));
    taken[i] = rank < k;
  }
}

template <typename S>
__global__ void take_kernel(int64_t columns, int64_t t, int64_t c, int64_t k, S *y,
                            int64_t *indices, const S *x, const uint8_t *taken) {
  for (FLAT(column, columns)) {
    int64_t n = column / c, channel = column % c, to = n * k * c + channel;
    for (int64_t e = 0; e < t; e++) {
      int64_t from = (n * t + e) * c + channel;
      if (!taken[from]) continue;
      y[to] = x[from];
      indices[to] = e + 1;
      to += c;
    }
  }
}

} // namespace

CUDA_KERNEL(kmaxpool)
(int dtype, int64_t n, int64_t t, int64_t c, int64_t k, void *y, int64_t *indices, const void *x) {
  int64_t total = n * t * c;
  Scratch taken;
  LT_TRY(taken.allocate((size_t)total));
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "kmaxpool", {
    LT_TRY(launch_flat("kmaxpool", total, ranks_kernel<S>, Channels(n, t, c), total, t, k,
                       taken.as<uint8_t>(), (const S *)x));
    return launch_flat("kmaxpool", n * c, take_kernel<S>, n * c, t, c, k, (S *)y, indices,
                       (const S *)x, taken.as<uint8_t>());
  })
}
