// Rows of a matrix: one row copied to all, and all rows summed in double, as a bias and its
// gradient need.
#include "cuda/reduce.cuh"
#include "cuda/split.cuh"

template <typename S>
__global__ void rows_kernel(S *y, const S *x, int64_t total, Split m) {
  for (FLAT(i, total)) {
    int64_t row = i;
    y[i] = x[m.take(row)];
  }
}

CUDA_KERNEL(rows_set)(int dtype, int64_t n, int64_t m, const void *x, void *y) {
  CUDA_SWITCH(dtype, CUDA_FOR_FLT, "rows_set",
              return launch_flat("rows_set", n * m, rows_kernel<S>, (S *)y, (const S *)x, n * m,
                                 Split(m, n * m)))
}

// Adds scale times the sum of a column.
template <typename S>
struct AddSum {
  typedef double Acc;
  typedef S Element;
  enum { SOURCES = 1, N = 2 };
  double scale;
  __device__ Acc start() const { return 0; }
  __device__ void take(Acc &acc, char *const *x, int64_t) const { acc += load((const S *)x[0]); }
  __device__ void combine(Acc &acc, const Acc &later) const { acc += later; }
  __device__ void finish(const Acc &acc, int64_t, char *const *p) const {
    S *y = (S *)p[1];
    store(y, (typename Compute<S>::type)(load(y) + scale * acc));
  }
};

CUDA_KERNEL(rows_sum)(int dtype, int64_t n, int64_t m, double scale, const void *x, void *y) {
  int64_t size = lti_elsize(dtype);
  lt_iter columns = {};
  columns.nop = 2;
  columns.ndim = 1;
  columns.numel = columns.size[0] = m;
  columns.base[0] = (char *)x;
  columns.base[1] = (char *)y;
  columns.stride[0][0] = columns.stride[1][0] = size;
  CUDA_SWITCH(dtype, CUDA_FOR_FLT, "rows_sum",
              return reduce_along("rows_sum", AddSum<S>{scale}, columns, n, m * size))
}
