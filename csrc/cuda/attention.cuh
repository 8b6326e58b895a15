// attention.cuh: which keys a query sees and which of its weights are dropped, and sums that both
// ways to compute attention need.
#ifndef LT_CUDA_ATTENTION_CUH
#define LT_CUDA_ATTENTION_CUH

#include "cuda/exponentials.cuh"
#include "cuda/lanes.cuh"

#include "core/drop.h"
extern "C" {
#include "core/attention.h"
}

// A query is given by its sample and position, or as one of [n heads tq].
struct Visible {
  int64_t tk;
  bool causal;
  const int64_t *lengths; // on the device, as is `ignored`
  const uint8_t *ignored;
  double dropout;
  uint32_t seed;

  // Keys of a sample, and those that a query may see, ignored ones among them.
  __device__ int64_t count(int64_t sample) const { return lengths ? lengths[sample] : tk; }
  __device__ int64_t keys(int64_t sample, int64_t position) const {
    int64_t most = count(sample);
    return causal && position + 1 < most ? position + 1 : most;
  }
  __device__ bool counts(int64_t sample, int64_t key) const {
    return !ignored || !ignored[sample * tk + key];
  }
  // 0 for dropped weights, else 1 / (1 - dropout). row: of the query.
  template <typename T>
  __device__ T kept(uint32_t row, int64_t key) const {
    return lti_mix(row + (uint32_t)key) >= lti_drop_threshold(dropout) ? (T)(1 / (1 - dropout))
                                                                       : (T)0;
  }
  __device__ uint32_t row(int64_t query) const { return lti_mix(lti_mix(seed) + (uint32_t)query); }
};

// Padding, which is on the host, on the device.
struct Padding {
  Scratch scratch;
  lt_status upload(const lti_attention *s) {
    const void *from = s->lengths ? (const void *)s->lengths : s->ignored;
    size_t bytes = s->lengths ? (size_t)s->n * sizeof(int64_t) : (size_t)(s->n * s->tk);
    return from ? cuda_upload("attention", &scratch, from, bytes) : LT_OK;
  }
  Visible visible(const lti_attention *s) {
    return {s->tk,
            s->causal != 0,
            s->lengths ? scratch.as<int64_t>() : nullptr,
            s->ignored ? scratch.as<uint8_t>() : nullptr,
            s->dropout,
            s->seed};
  }
};

// Queries q0 .. q0 + m - 1 of all heads of samples n0 .. n0 + n - 1, with the first `keys` keys.
struct Part {
  int64_t n0, n, q0, m, keys;
};

// dots[n heads m] = gy . y of the queries of a part, lines of dv elements.
template <typename S, typename T>
__global__ void dots_kernel(Lanes l, Part p, int64_t heads, lti_rows r, T *dots, const S *gy,
                            const S *y) {
  DYNAMIC_SHARED(T, all);
  for (LINES(line, l)) {
    int64_t end = line < l.count ? l.len : 0;
    int64_t at = (p.n0 + line / (heads * p.m)) * r.sample + (p.q0 + line % p.m) * r.row +
                 line / p.m % heads * l.len;
    T sum = 0;
    for (int64_t j = l.lane(); j < end; j += l.lanes) sum += load(gy + at + j) * load(y + at + j);
    sum = join_lanes(Sum<T>(), all, sum, l);
    if (end && l.lane() == 0) dots[line] = sum;
  }
}

template <typename S, typename T>
lt_status attention_dots(const lti_attention *s, const Part &p, T *dots, const S *gy, const S *y) {
  Lanes l(p.n * s->heads * p.m, s->dv, false);
  return launch("attention", dots_kernel<S, T>, l.blocks(), REDUCE_THREADS,
                REDUCE_THREADS * sizeof(T), l, p, s->heads, s->y, dots, gy, y);
}

// The same for half types (attention_half.cu): float sums on tensor cores, heads of at most
// LTI_ATTENTION_HALF elements.
lt_status cuda_attention_half(int dtype, const lti_attention *s, void *y, float *lse, const void *q,
                              const void *k, const void *v);
lt_status cuda_attention_half_grad(int dtype, const lti_attention *s, void *gq, void *gk, void *gv,
                                   const void *gy, const void *y, const float *lse, const void *q,
                                   const void *k, const void *v);

#endif
