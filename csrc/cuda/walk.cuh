// walk.cuh: lt_iter on the device. A flat index becomes the addresses of all operands; parts of up
// to 2^31 elements are walked with 32-bit arithmetic.
#ifndef LT_CUDA_WALK_CUH
#define LT_CUDA_WALK_CUH

#include "cuda/cuda.cuh"

// Division of numbers below 2^31 by a constant in a multiplication and a shift (Granlund and
// Montgomery, Division by invariant integers using multiplication, 1994).
struct Divisor {
  uint32_t divisor, multiplier, shift;

  explicit Divisor(uint32_t d = 1) : divisor(d), multiplier(0), shift(0) {
    while (shift < 32 && ((uint64_t)1 << shift) < d) shift++;
    multiplier = (uint32_t)((((uint64_t)1 << 32) * (((uint64_t)1 << shift) - d)) / d + 1);
  }
  __device__ uint32_t quotient(uint32_t n) const { return (__umulhi(n, multiplier) + n) >> shift; }
};

template <int N>
struct Walk {
  int ndim;
  Divisor size[LT_MAXDIM];
  int64_t stride[N][LT_MAXDIM];
  char *base[N];

  explicit Walk(const lt_iter &it) : ndim(it.ndim) {
    for (int d = 0; d < ndim; d++) size[d] = Divisor((uint32_t)it.size[d]);
    for (int k = 0; k < N; k++) {
      base[k] = it.base[k];
      for (int d = 0; d < ndim; d++) stride[k][d] = it.stride[k][d];
    }
  }

  // p[k] = where element i of operand k is.
  __device__ void at(uint32_t i, char *p[N]) const {
    for (int k = 0; k < N; k++) p[k] = base[k];
#pragma unroll
    for (int d = 0; d < LT_MAXDIM; d++) {
      if (d == ndim) break;
      uint32_t rest = size[d].quotient(i);
      int64_t place = i - rest * size[d].divisor;
      i = rest;
      for (int k = 0; k < N; k++) p[k] += place * stride[k][d];
    }
  }
};

// Calls run(part) for parts of `it` that have at most 2^31 - 1 elements.
template <typename Run>
static lt_status for_parts(const lt_iter &it, Run run) {
  if (it.numel <= INT32_MAX) return run(it);
  lt_iter half = it;
  int d = 0;
  for (int i = 1; i < it.ndim; i++)
    if (it.size[i] > it.size[d]) d = i;
  int64_t first = it.size[d] / 2, others = it.numel / it.size[d];
  half.size[d] = first;
  half.numel = first * others;
  LT_TRY(for_parts(half, run));
  half.size[d] = it.size[d] - first;
  half.numel = half.size[d] * others;
  for (int k = 0; k < it.nop; k++)
    if (half.base[k]) half.base[k] += first * it.stride[k][d];
  return for_parts(half, run);
}

// True when the first `count` operands that have memory are contiguous in one order.
static inline bool all_contiguous(const lt_iter &it, int count, const int64_t *elsize) {
  if (it.ndim > 1) return false;
  for (int k = 0; k < count; k++)
    if (it.base[k] && it.ndim == 1 && it.stride[k][0] != elsize[k]) return false;
  return true;
}

// The same, and they start where V elements can be read or written at once.
static inline bool all_packable(const lt_iter &it, int count, const int64_t *elsize, int64_t v) {
  if (!all_contiguous(it, count, elsize)) return false;
  for (int k = 0; k < count; k++)
    if ((uintptr_t)it.base[k] % (uintptr_t)(elsize[k] * v) != 0) return false;
  return true;
}

#endif
