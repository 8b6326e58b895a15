// Runs of equal elements in sorted ones, and searches among sorted elements, in the order of
// core/sort_keys.h. Positions of runs follow from counts of the runs that begin in chunks.
#include "cuda/block.cuh"
#include "cuda/sort_items.cuh"

enum { CHUNK = 2048, THREADS = 256 };

// 1 where a run begins.
template <typename O>
__device__ int64_t begins(const typename O::Bits *x, int64_t i, int64_t n) {
  return i < n && (i == 0 || O::key(x[i]) != O::key(x[i - 1]));
}

// first[c] = runs that begin in chunk c.
template <typename O>
__global__ void count_kernel(const typename O::Bits *x, int64_t n, int64_t *first) {
  __shared__ int64_t all[THREADS];
  for (int64_t chunk = blockIdx.x; chunk * CHUNK < n; chunk += gridDim.x) {
    int64_t count = 0;
    for (int64_t i = chunk * CHUNK + threadIdx.x; i < chunk * CHUNK + CHUNK; i += THREADS)
      count += begins<O>(x, i, n);
    count = block_scan(all, count, Plus());
    if (threadIdx.x == THREADS - 1) first[chunk] = count;
  }
}

static int64_t chunks_of(int64_t n) { return (n + CHUNK - 1) / CHUNK; }

static dim3 blocks_of(int64_t n) { return dim3((unsigned)LT_MIN(chunks_of(n), (int64_t)1 << 20)); }

template <typename O>
static lt_status count_runs(Scratch *first, const void *sorted, int64_t n) {
  LT_TRY(first->allocate((size_t)(chunks_of(n) + 1) * sizeof(int64_t)));
  LT_TRY(launch("unique", count_kernel<O>, blocks_of(n), THREADS, 0,
                (const typename O::Bits *)sorted, n, first->as<int64_t>()));
  return launch("unique", sums_before<int64_t>, dim3(1), SUM_THREADS, 0, first->as<int64_t>(),
                chunks_of(n));
}

template <typename O>
static lt_status run_count(int64_t *count, const void *sorted, int64_t n) {
  Scratch first;
  LT_TRY(count_runs<O>(&first, sorted, n));
  return cuda_read("unique", count, first.as<int64_t>() + chunks_of(n), sizeof *count);
}

// Values of the runs, where they begin, and the run of every element. A thread has CHUNK / THREADS
// neighbours.
template <typename O>
__global__ void runs_kernel(typename O::Bits *values, int64_t *starts, int64_t *inverse,
                            const typename O::Bits *x, const int64_t *positions, int64_t n,
                            const int64_t *first) {
  enum { EACH = CHUNK / THREADS };
  __shared__ int64_t all[THREADS];
  for (int64_t chunk = blockIdx.x; chunk * CHUNK < n; chunk += gridDim.x) {
    int64_t i = chunk * CHUNK + (int64_t)threadIdx.x * EACH, own = 0;
    for (int e = 0; e < EACH; e++) own += begins<O>(x, i + e, n);
    int64_t run = first[chunk] + block_scan(all, own, Plus()) - own;
    for (int64_t at = i; at < i + EACH && at < n; at++) {
      if (begins<O>(x, at, n)) {
        values[run] = x[at];
        if (starts) starts[run] = at;
        run++;
      }
      if (inverse) inverse[positions[at] - 1] = run;
    }
  }
}

__global__ void lengths_kernel(int64_t *counts, const int64_t *starts, const int64_t *runs,
                               int64_t n) {
  for (FLAT(i, *runs)) counts[i] = (i + 1 < *runs ? starts[i + 1] : n) - starts[i];
}

template <typename O>
static lt_status runs(void *values, int64_t *inverse, int64_t *counts, const void *sorted,
                      const int64_t *positions, int64_t n) {
  typedef typename O::Bits Bits;
  Scratch first, starts;
  LT_TRY(count_runs<O>(&first, sorted, n));
  if (counts) LT_TRY(starts.allocate((size_t)n * sizeof(int64_t)));
  LT_TRY(launch("unique", runs_kernel<O>, blocks_of(n), THREADS, 0, (Bits *)values,
                counts ? starts.as<int64_t>() : nullptr, inverse, (const Bits *)sorted, positions,
                n, first.as<int64_t>()));
  if (!counts) return LT_OK;
  return launch_flat("unique", n, lengths_kernel, counts, starts.as<int64_t>(),
                     first.as<int64_t>() + chunks_of(n), n);
}

template <typename O>
__global__ void search_kernel(int64_t *r, const typename O::Bits *sorted,
                              const typename O::Bits *values, int64_t total, int64_t n, int64_t m,
                              int64_t step, int right) {
  for (FLAT(i, total)) {
    const typename O::Bits *x = sorted + i / m * step;
    typename O::Item::Key v = O::key(values[i]);
    int64_t first = 0, left = n;
    while (left > 0) {
      int64_t half = left / 2;
      typename O::Item::Key key = O::key(x[first + half]);
      bool after = key < v || (right && key == v);
      first = after ? first + half + 1 : first;
      left = after ? left - half - 1 : half;
    }
    r[i] = first + 1;
  }
}

#define NO_ORDER(op) \
  return lti_fail(LT_ENOTIMPL, "%s: no kernel for %s on the GPU", op, lt_dtype_name(dtype))

CUDA_KERNEL(run_count)(int64_t *count, int dtype, const void *sorted, int64_t n) {
#define CUDA_ORDER_CALL return run_count<O>(count, sorted, n)
  switch (dtype) { LT_ORDER_ALL(CUDA_ORDER_CASE) }
#undef CUDA_ORDER_CALL
  NO_ORDER("unique");
}

CUDA_KERNEL(runs)
(int dtype, void *values, int64_t *inverse, int64_t *counts, const void *sorted,
 const int64_t *positions, int64_t n) {
#define CUDA_ORDER_CALL return runs<O>(values, inverse, counts, sorted, positions, n)
  switch (dtype) { LT_ORDER_ALL(CUDA_ORDER_CASE) }
#undef CUDA_ORDER_CALL
  NO_ORDER("unique");
}

CUDA_KERNEL(searchsorted)
(int dtype, int right, int64_t *r, const void *sorted, const void *values, int64_t rows, int64_t n,
 int64_t m, int shared) {
#define CUDA_ORDER_CALL                                                                      \
  return launch_flat("searchsorted", rows * m, search_kernel<O>, r, (const O::Bits *)sorted, \
                     (const O::Bits *)values, rows * m, n, m, shared ? (int64_t)0 : n, right)
  switch (dtype) { LT_ORDER_ALL(CUDA_ORDER_CASE) }
#undef CUDA_ORDER_CALL
  NO_ORDER("searchsorted");
}
