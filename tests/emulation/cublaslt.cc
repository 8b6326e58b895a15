// The emulated cuBLASLt: column-major products with a column added, in plain loops, summed in
// double. Products of fewer than two rows or columns are said not to be supported, so that callers'
// other way is gone, too.
#include "cublasLt.h"

#include "cuda_bf16.h"
#include "cuda_fp16.h"

struct emulated_product {
  cublasComputeType_t compute;
  bool transa, transb, column;
  const void *bias;
};
struct emulated_layout {
  cudaDataType_t type;
  int64_t rows, columns, ld;
};
struct emulated_wish {
  size_t workspace;
  uint32_t alignment[4];
};

enum { WORKSPACE = 512, SEAL = 77 };

cublasStatus_t cublasLtMatmulDescCreate(cublasLtMatmulDesc_t *p, cublasComputeType_t compute,
                                        cudaDataType_t scale) {
  if (scale != CUDA_R_32F || compute == CUBLAS_COMPUTE_64F) return CUBLAS_STATUS_INVALID_VALUE;
  *p = new emulated_product{compute, false, false, false, nullptr};
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulDescDestroy(cublasLtMatmulDesc_t p) {
  delete p;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulDescSetAttribute(cublasLtMatmulDesc_t p,
                                              cublasLtMatmulDescAttributes_t what,
                                              const void *value, size_t size) {
  int32_t number = 0;
  if (size != (what == CUBLASLT_MATMUL_DESC_BIAS_POINTER ? sizeof(void *) : sizeof number))
    return CUBLAS_STATUS_INVALID_VALUE;
  memcpy(&number, value, sizeof number);
  switch (what) {
  case CUBLASLT_MATMUL_DESC_TRANSA: p->transa = number == CUBLAS_OP_T; break;
  case CUBLASLT_MATMUL_DESC_TRANSB: p->transb = number == CUBLAS_OP_T; break;
  case CUBLASLT_MATMUL_DESC_EPILOGUE: p->column = number == CUBLASLT_EPILOGUE_BIAS; break;
  case CUBLASLT_MATMUL_DESC_BIAS_POINTER: memcpy(&p->bias, value, size); break;
  default: return CUBLAS_STATUS_INVALID_VALUE;
  }
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatrixLayoutCreate(cublasLtMatrixLayout_t *l, cudaDataType_t type,
                                          uint64_t rows, uint64_t columns, int64_t ld) {
  if (ld < (int64_t)rows || rows < 1 || columns < 1) return CUBLAS_STATUS_INVALID_VALUE;
  *l = new emulated_layout{type, (int64_t)rows, (int64_t)columns, ld};
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatrixLayoutDestroy(cublasLtMatrixLayout_t l) {
  delete l;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmulPreferenceCreate(cublasLtMatmulPreference_t *w) {
  *w = new emulated_wish{0, {256, 256, 256, 256}};
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulPreferenceDestroy(cublasLtMatmulPreference_t w) {
  delete w;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulPreferenceSetAttribute(cublasLtMatmulPreference_t w,
                                                    cublasLtMatmulPreferenceAttributes_t what,
                                                    const void *value, size_t size) {
  if (what == CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES) {
    if (size != sizeof w->workspace) return CUBLAS_STATUS_INVALID_VALUE;
    memcpy(&w->workspace, value, size);
    return CUBLAS_STATUS_SUCCESS;
  }
  int i = what - CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES;
  if (i < 0 || i > 3 || size != sizeof w->alignment[i]) return CUBLAS_STATUS_INVALID_VALUE;
  memcpy(&w->alignment[i], value, size);
  return CUBLAS_STATUS_SUCCESS;
}

static bool fits(const emulated_product &p, const emulated_layout &a, const emulated_layout &b,
                 const emulated_layout &c) {
  int64_t m = p.transa ? a.columns : a.rows, k = p.transa ? a.rows : a.columns;
  int64_t l = p.transb ? b.columns : b.rows, n = p.transb ? b.rows : b.columns;
  return p.column && p.bias && k == l && c.rows == m && c.columns == n && a.type == c.type &&
         b.type == c.type && (p.compute == CUBLAS_COMPUTE_32F || c.type == CUDA_R_32F);
}

// The algorithm keeps what the addresses were promised to be multiples of.
cublasStatus_t cublasLtMatmulAlgoGetHeuristic(cublasLtHandle_t, cublasLtMatmulDesc_t p,
                                              cublasLtMatrixLayout_t a, cublasLtMatrixLayout_t b,
                                              cublasLtMatrixLayout_t c, cublasLtMatrixLayout_t d,
                                              cublasLtMatmulPreference_t w, int asked,
                                              cublasLtMatmulHeuristicResult_t *results,
                                              int *count) {
  *count = 0;
  if (asked < 1 || c != d || !fits(*p, *a, *b, *c)) return CUBLAS_STATUS_INVALID_VALUE;
  if (c->rows < 2 || c->columns < 2 || w->workspace < WORKSPACE) return CUBLAS_STATUS_NOT_SUPPORTED;
  *results = cublasLtMatmulHeuristicResult_t();
  results->workspaceSize = WORKSPACE;
  for (int i = 0; i < 4; i++) results->algo.data[i] = w->alignment[i];
  uint64_t bias = 16;
  while ((uintptr_t)p->bias % bias != 0) bias /= 2;
  results->algo.data[4] = bias;
  results->algo.data[5] = SEAL;
  *count = 1;
  return CUBLAS_STATUS_SUCCESS;
}

static float get(const float *p) { return *p; }
static float get(const __half *p) { return __half2float(*p); }
static float get(const __nv_bfloat16 *p) { return __bfloat162float(*p); }
static void put(float *p, double v) { *p = (float)v; }
static void put(__half *p, double v) { *p = __float2half((float)v); }
static void put(__nv_bfloat16 *p, double v) { *p = __float2bfloat16((float)v); }

template <typename S>
static void multiply(const emulated_product &p, const emulated_layout &la,
                     const emulated_layout &lb, const emulated_layout &lc, const void *a_,
                     const void *b_, void *c_) {
  const S *a = (const S *)a_, *b = (const S *)b_, *bias = (const S *)p.bias;
  S *c = (S *)c_;
  int64_t inner = p.transa ? la.rows : la.columns;
  for (int64_t j = 0; j < lc.columns; j++)
    for (int64_t i = 0; i < lc.rows; i++) {
      double sum = get(bias + i);
      for (int64_t l = 0; l < inner; l++)
        sum += (double)get(p.transa ? a + l + i * la.ld : a + i + l * la.ld) *
               get(p.transb ? b + j + l * lb.ld : b + l + j * lb.ld);
      put(c + i + j * lc.ld, sum);
    }
}

cublasStatus_t cublasLtMatmul(cublasLtHandle_t, cublasLtMatmulDesc_t p, const void *alpha,
                              const void *a, cublasLtMatrixLayout_t la, const void *b,
                              cublasLtMatrixLayout_t lb, const void *beta, const void *c,
                              cublasLtMatrixLayout_t lc, void *d, cublasLtMatrixLayout_t ld,
                              const cublasLtMatmulAlgo_t *algorithm, void *workspace, size_t bytes,
                              cudaStream_t) {
  const void *address[] = {a, b, c, d, p->bias};
  bool promised = algorithm->data[5] == SEAL;
  for (int i = 0; i < 5; i++)
    promised = promised && (uintptr_t)address[i] % algorithm->data[i] == 0;
  if (!promised || c != d || lc != ld || *(const float *)alpha != 1 || *(const float *)beta != 0 ||
      !workspace || bytes < WORKSPACE || !fits(*p, *la, *lb, *lc))
    return CUBLAS_STATUS_INVALID_VALUE;
  emulated_product product = *p;
  emulated_layout one = *la, two = *lb, three = *lc;
  emulate_call([=] {
    memset(workspace, 0xff, bytes);
    if (three.type == CUDA_R_32F) multiply<float>(product, one, two, three, a, b, d);
    if (three.type == CUDA_R_16F) multiply<__half>(product, one, two, three, a, b, d);
    if (three.type == CUDA_R_16BF) multiply<__nv_bfloat16>(product, one, two, three, a, b, d);
  });
  return CUBLAS_STATUS_SUCCESS;
}
