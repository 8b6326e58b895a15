// gemm.cuh: matrix products for kernels that are made of them, as kernels.def has them.
#ifndef LT_CUDA_GEMM_CUH
#define LT_CUDA_GEMM_CUH

#include "cuda/cuda.cuh"

extern "C" {
lt_status cuda_gemm(int dtype, int transa, int transb, int64_t m, int64_t n, int64_t k,
                    lt_scalar alpha, const void *a, int64_t lda, const void *b, int64_t ldb,
                    lt_scalar beta, void *c, int64_t ldc);
lt_status cuda_gemm_batch(int dtype, int transa, int transb, int64_t batch, int64_t m, int64_t n,
                          int64_t k, lt_scalar alpha, const void *a, int64_t lda, int64_t stridea,
                          const void *b, int64_t ldb, int64_t strideb, lt_scalar beta, void *c,
                          int64_t ldc, int64_t stridec);
}

static inline lt_scalar gemm_scalar(double v) {
  lt_scalar s = {};
  s.f = v;
  return s;
}

// The dtype of S.
template <typename S>
struct Dtype;
template <>
struct Dtype<float> {
  enum { value = LT_FLOAT };
};
template <>
struct Dtype<double> {
  enum { value = LT_DOUBLE };
};

#endif
