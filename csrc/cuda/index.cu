// Slices and elements addressed by indices; buffers are [outer, limit, inner] as kernels.def says.
// Where equal indices could meet, a thread goes through all indices in order, so that their order
// decides the result.
#include "cuda/cuda.cuh"

__global__ void check_kernel(const int64_t *index, int64_t n, int64_t limit,
                             unsigned long long *first) {
  for (FLAT(i, n))
    if ((uint64_t)(index[i] - 1) >= (uint64_t)limit) atomicMin(first, (unsigned long long)i);
}

CUDA_KERNEL(index_check)
(int64_t *bad, int64_t *value, const int64_t *index, int64_t n, int64_t limit) {
  Scratch scratch;
  LT_TRY(scratch.allocate(sizeof(unsigned long long)));
  unsigned long long *first = scratch.as<unsigned long long>(), found;
  CUDA_TRY("index", cudaMemsetAsync(first, 0xff, sizeof found, cuda_stream()));
  LT_TRY(launch_flat("index", n, check_kernel, index, n, limit, first));
  LT_TRY(cuda_read("index", &found, first, sizeof found));
  *bad = (int64_t)found;
  return *bad < 0 ? LT_OK : cuda_read("index", value, index + *bad, sizeof *value);
}

template <typename S>
__global__ void select_kernel(S *r, const S *x, int64_t step, int64_t slice, const int64_t *index,
                              int64_t total, int64_t n, int64_t inner) {
  for (FLAT(i, total)) {
    int64_t j = i % inner, k = i / inner % n, o = i / inner / n;
    r[i] = x[o * step + (index[k] - 1) * slice + j];
  }
}

CUDA_KERNEL(index_select)
(int64_t size, void *r, const void *x, int64_t step, int64_t slice, const int64_t *index,
 int64_t outer, int64_t n, int64_t inner) {
  int64_t total = outer * n * inner;
  CUDA_BY_SIZE(size, return launch_flat("index", total, select_kernel<S>, (S *)r, (const S *)x,
                                        step, slice, index, total, n, inner))
}

template <typename S>
__global__ void copy_kernel(S *r, const S *x, int64_t step, int64_t slice, const int64_t *index,
                            int64_t lines, int64_t n, int64_t limit, int64_t inner) {
  for (FLAT(i, lines)) {
    int64_t j = i % inner, o = i / inner;
    for (int64_t k = 0; k < n; k++)
      r[(o * limit + index[k] - 1) * inner + j] = x[o * step + k * slice + j];
  }
}

CUDA_KERNEL(index_copy)
(int64_t size, void *r, const void *x, int64_t step, int64_t slice, const int64_t *index,
 int64_t outer, int64_t n, int64_t limit, int64_t inner) {
  CUDA_BY_SIZE(size,
               return launch_flat("indexCopy", outer * inner, copy_kernel<S>, (S *)r, (const S *)x,
                                  step, slice, index, outer * inner, n, limit, inner))
}

template <typename S>
__global__ void add_kernel(S *r, const S *x, int64_t step, int64_t slice, const int64_t *index,
                           int64_t lines, int64_t n, int64_t limit, int64_t inner) {
  typedef typename Compute<S>::type T;
  for (FLAT(i, lines)) {
    int64_t j = i % inner, o = i / inner;
    for (int64_t k = 0; k < n; k++) {
      S *to = r + (o * limit + index[k] - 1) * inner + j;
      store(to, (T)(load(to) + load(x + o * step + k * slice + j)));
    }
  }
}

CUDA_KERNEL(index_add)
(int dtype, void *r, const void *x, int64_t step, int64_t slice, const int64_t *index,
 int64_t outer, int64_t n, int64_t limit, int64_t inner) {
  CUDA_SWITCH(dtype, CUDA_FOR_ALL, "indexAdd",
              return launch_flat("indexAdd", outer * inner, add_kernel<S>, (S *)r, (const S *)x,
                                 step, slice, index, outer * inner, n, limit, inner))
}

template <typename S>
__global__ void fill_kernel(S *r, const int64_t *index, int64_t total, int64_t n, int64_t limit,
                            int64_t inner, typename Compute<S>::type v) {
  for (FLAT(i, total)) {
    int64_t j = i % inner, k = i / inner % n, o = i / inner / n;
    store(r + (o * limit + index[k] - 1) * inner + j, v);
  }
}

CUDA_KERNEL(index_fill)
(int dtype, void *r, const int64_t *index, int64_t outer, int64_t n, int64_t limit, int64_t inner,
 lt_scalar v) {
  int64_t total = outer * n * inner;
  CUDA_SWITCH(dtype, CUDA_FOR_ALL, "indexFill",
              return launch_flat("indexFill", total, fill_kernel<S>, (S *)r, index, total, n, limit,
                                 inner, scalar_as<typename Compute<S>::type>(v)))
}

template <typename S>
__global__ void gather_kernel(S *r, const S *x, int64_t step, int64_t slice, const int64_t *index,
                              int64_t total, int64_t n, int64_t inner) {
  for (FLAT(i, total)) {
    int64_t j = i % inner, o = i / inner / n;
    r[i] = x[o * step + (index[i] - 1) * slice + j];
  }
}

CUDA_KERNEL(gather)
(int64_t size, void *r, const void *x, int64_t step, int64_t slice, const int64_t *index,
 int64_t outer, int64_t n, int64_t inner) {
  int64_t total = outer * n * inner;
  CUDA_BY_SIZE(size, return launch_flat("gather", total, gather_kernel<S>, (S *)r, (const S *)x,
                                        step, slice, index, total, n, inner))
}

template <typename S>
__global__ void scatter_kernel(S *r, const S *x, int64_t step, int64_t slice, const int64_t *index,
                               int64_t lines, int64_t n, int64_t limit, int64_t inner,
                               typename Compute<S>::type v) {
  for (FLAT(i, lines)) {
    int64_t j = i % inner, o = i / inner;
    for (int64_t k = 0; k < n; k++) {
      S *to = r + (o * limit + index[(o * n + k) * inner + j] - 1) * inner + j;
      if (x)
        *to = x[o * step + k * slice + j];
      else
        store(to, v);
    }
  }
}

CUDA_KERNEL(scatter)
(int dtype, void *r, const void *x, int64_t step, int64_t slice, const int64_t *index,
 int64_t outer, int64_t n, int64_t limit, int64_t inner, lt_scalar v) {
  CUDA_SWITCH(dtype, CUDA_FOR_ALL, "scatter",
              return launch_flat("scatter", outer * inner, scatter_kernel<S>, (S *)r, (const S *)x,
                                 step, slice, index, outer * inner, n, limit, inner,
                                 scalar_as<typename Compute<S>::type>(v)))
}
