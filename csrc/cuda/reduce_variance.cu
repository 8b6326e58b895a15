// Variance, over all elements and along a dimension, in one pass: means and squared distances of
// parts are combined by the update of Chan, Golub and LeVeque (1979).
#include "cuda/reduce.cuh"

namespace {

struct Moments {
  double n, mean, m2;
};

template <typename S>
struct Variance {
  typedef Moments Acc;
  typedef S Element;
  enum { N = 2, SOURCES = 1 };
  int unbiased, root;
  bool whole;
  __device__ Moments start() const { return {0, 0, 0}; }
  __device__ void take(Moments &acc, char *const *x, int64_t) const {
    double v = (double)load((const S *)x[0]), delta = v - acc.mean;
    acc.n += 1;
    acc.mean += delta / acc.n;
    acc.m2 += delta * (v - acc.mean);
  }
  __device__ void combine(Moments &acc, const Moments &later) const {
    double n = acc.n + later.n, delta = later.mean - acc.mean;
    if (later.n == 0) return;
    acc.mean += delta * (later.n / n);
    acc.m2 += later.m2 + delta * delta * (acc.n * later.n / n);
    acc.n = n;
  }
  __device__ void finish(const Moments &acc, int64_t n, char *const *at) const {
    double v = acc.m2 / (double)(n - unbiased);
    if (root) v = sqrt(v);
    if (whole)
      *(double *)at[1] = v;
    else
      store((S *)at[1], (typename Compute<S>::type)v);
  }
};

} // namespace

CUDA_KERNEL(variance_all)
(double *out, int dtype, int unbiased, int root,
 const lt_iter *it){CUDA_SWITCH(dtype, CUDA_FOR_FLT, "var",
                                return reduce_whole("var", Variance<S>{unbiased, root, true}, *it,
                                                    out, sizeof *out))}

CUDA_KERNEL(variance)(int dtype, int unbiased, int root, const lt_iter *it, int64_t len,
                      int64_t stride) {
  CUDA_SWITCH(dtype, CUDA_FOR_FLT, "var",
              return reduce_along("var", Variance<S>{unbiased, root, false}, *it, len, stride))
}
