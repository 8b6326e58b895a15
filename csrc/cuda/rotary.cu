// Rotary position encoding of Float and Double x [outer t heads size]: a thread for each pair.
#include "cuda/cuda.cuh"

template <typename T>
__global__ void rotary_kernel(T *y, const T *x, const T *table, int64_t pairs, int64_t t,
                              int64_t heads, int64_t size, T sign) {
  for (FLAT(i, pairs)) {
    int64_t at = 2 * i, place = at % size, position = at / size / heads % t;
    T a = x[at], b = x[at + 1];
    T cosine = table[position * size + place], sine = sign * table[position * size + place + 1];
    y[at] = a * cosine - b * sine;
    y[at + 1] = a * sine + b * cosine;
  }
}

CUDA_KERNEL(rotary)
(int dtype, int64_t outer, int64_t t, int64_t heads, int64_t size, void *y, const void *x,
 const void *table, int inverse) {
  int64_t pairs = outer * t * heads * size / 2;
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "rotary",
              return launch_flat("rotary", pairs, rotary_kernel<S>, (S *)y, (const S *)x,
                                 (const S *)table, pairs, t, heads, size, (S)(inverse ? -1 : 1)))
}
