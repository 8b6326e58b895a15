// The emulated cuBLAS: column-major products in plain loops, summed in double.
#include "cublas_v2.h"

#include "cuda_bf16.h"
#include "cuda_fp16.h"

struct emulated_blas {};

const char *cublasGetStatusString(cublasStatus_t status) {
  return status == CUBLAS_STATUS_SUCCESS ? "success" : "an unsupported value";
}
cublasStatus_t cublasCreate(cublasHandle_t *handle) {
  static emulated_blas one;
  *handle = &one;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasDestroy(cublasHandle_t) { return CUBLAS_STATUS_SUCCESS; }
cublasStatus_t cublasSetStream(cublasHandle_t, cudaStream_t) { return CUBLAS_STATUS_SUCCESS; }
cublasStatus_t cublasSetWorkspace(cublasHandle_t, void *workspace, size_t bytes) {
  bool aligned = ((uintptr_t)workspace & 255) == 0;
  return workspace && aligned && bytes > 0 ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_INVALID_VALUE;
}
cublasStatus_t cublasSetMathMode(cublasHandle_t, cublasMath_t) { return CUBLAS_STATUS_SUCCESS; }

static double get(const float *p) { return *p; }
static double get(const double *p) { return *p; }
static double get(const __half *p) { return __half2float(*p); }
static double get(const __nv_bfloat16 *p) { return __bfloat162float(*p); }
static void put(float *p, double v) { *p = (float)v; }
static void put(double *p, double v) { *p = v; }
static void put(__half *p, double v) { *p = __float2half((float)v); }
static void put(__nv_bfloat16 *p, double v) { *p = __float2bfloat16((float)v); }

template <typename S>
static void multiply(bool transa, bool transb, int m, int n, int k, double alpha, const S *a,
                     int lda, const S *b, int ldb, double beta, S *c, int ldc) {
  for (int j = 0; j < n; j++)
    for (int i = 0; i < m; i++) {
      double sum = 0;
      for (int l = 0; l < k; l++)
        sum += get(transa ? a + l + (size_t)i * lda : a + i + (size_t)l * lda) *
               get(transb ? b + j + (size_t)l * ldb : b + l + (size_t)j * ldb);
      S *to = c + i + (size_t)j * ldc;
      put(to, alpha * sum + (beta == 0 ? 0 : beta * get(to)));
    }
}

cublasStatus_t cublasGemmStridedBatchedEx(cublasHandle_t, cublasOperation_t opa,
                                          cublasOperation_t opb, int m, int n, int k,
                                          const void *alpha, const void *a, cudaDataType_t type,
                                          int lda, long long stridea, const void *b,
                                          cudaDataType_t btype, int ldb, long long strideb,
                                          const void *beta, void *c, cudaDataType_t ctype, int ldc,
                                          long long stridec, int batch, cublasComputeType_t compute,
                                          cublasGemmAlgo_t) {
  bool ta = opa == CUBLAS_OP_T, tb = opb == CUBLAS_OP_T, wide = compute == CUBLAS_COMPUTE_64F;
  if (btype != type || ctype != type || wide != (type == CUDA_R_64F) || lda < (ta ? k : m) ||
      ldb < (tb ? n : k) || ldc < m || m < 0 || n < 0 || k < 0 || lda < 1 || ldb < 1 || ldc < 1)
    return CUBLAS_STATUS_INVALID_VALUE;
  double by = wide ? *(const double *)alpha : *(const float *)alpha;
  double keep = wide ? *(const double *)beta : *(const float *)beta;
  emulate_call([=] {
    for (long long i = 0; i < batch; i++) {
#define MULTIPLY(S)                                                                               \
  multiply(ta, tb, m, n, k, by, (const S *)a + i * stridea, lda, (const S *)b + i * strideb, ldb, \
           keep, (S *)c + i * stridec, ldc)
      if (type == CUDA_R_32F) MULTIPLY(float);
      if (type == CUDA_R_64F) MULTIPLY(double);
      if (type == CUDA_R_16F) MULTIPLY(__half);
      if (type == CUDA_R_16BF) MULTIPLY(__nv_bfloat16);
    }
  });
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasGemmEx(cublasHandle_t handle, cublasOperation_t opa, cublasOperation_t opb,
                            int m, int n, int k, const void *alpha, const void *a,
                            cudaDataType_t atype, int lda, const void *b, cudaDataType_t btype,
                            int ldb, const void *beta, void *c, cudaDataType_t ctype, int ldc,
                            cublasComputeType_t compute, cublasGemmAlgo_t algorithm) {
  return cublasGemmStridedBatchedEx(handle, opa, opb, m, n, k, alpha, a, atype, lda, 0, b, btype,
                                    ldb, 0, beta, c, ctype, ldc, 0, 1, compute, algorithm);
}
