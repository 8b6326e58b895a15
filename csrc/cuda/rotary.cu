// Rotary position encoding of Float and Double x [outer t heads size]: a thread for each pair.
#include "cuda/split.cuh"

template <typename T>
__global__ void rotary_kernel(T *y, const T *x, const T *table, int64_t pairs, Split t, Split heads,
                              Split half, T sign) {
  for (FLAT(i, pairs)) {
    int64_t rest = i, place = 2 * half.take(rest);
    heads.take(rest);
    const T *turn = table + t.take(rest) * 2 * half.size + place;
    T a = x[2 * i], b = x[2 * i + 1], cosine = turn[0], sine = sign * turn[1];
    y[2 * i] = a * cosine - b * sine;
    y[2 * i + 1] = a * sine + b * cosine;
  }
}

CUDA_KERNEL(rotary)
(int dtype, int64_t outer, int64_t t, int64_t heads, int64_t size, void *y, const void *x,
 const void *table, int inverse) {
  int64_t pairs = outer * t * heads * size / 2;
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "rotary",
              return launch_flat("rotary", pairs, rotary_kernel<S>, (S *)y, (const S *)x,
                                 (const S *)table, pairs, Split(t, pairs), Split(heads, pairs),
                                 Split(size / 2, pairs), (S)(inverse ? -1 : 1)))
}
