// Matrix products with a row added to every row, as linear layers with a bias need, by cuBLASLt,
// which adds the row before it writes the result. It is column-major, so that it computes
// c' = op(b)' op(a)' + a column.
#include <cublasLt.h>

#include "cuda/blas.cuh"
#include "cuda/gemm.cuh"
#include "cuda/plans.cuh"

extern "C" lt_status cuda_rows_set(int dtype, int64_t n, int64_t m, const void *x, void *y);

namespace {

// Workspace of an algorithm.
const size_t WORKSPACE = (size_t)32 << 20;

// Alignments, in bytes, are those of a, b, row and c.
struct Key {
  int64_t device, dtype, tf32, transa, transb, m, n, k, alignment[4];
};

struct Plan {
  bool supported;
  cublasLtMatmulDesc_t product;
  cublasLtMatrixLayout_t a, b, c;
  cublasLtMatmulHeuristicResult_t way;

  void release() {
    if (product) cublasLtMatmulDescDestroy(product);
    if (a) cublasLtMatrixLayoutDestroy(a);
    if (b) cublasLtMatrixLayoutDestroy(b);
    if (c) cublasLtMatrixLayoutDestroy(c);
    *this = Plan();
  }
};

thread_local Plans<Key, Plan> plans;

// What cuBLASLt does not have, or calls wrong sizes.
bool is_refused(cublasStatus_t status) {
  return status == CUBLAS_STATUS_NOT_SUPPORTED || status == CUBLAS_STATUS_INVALID_VALUE;
}

#define BLAS_CALL(call)                                   \
  do {                                                    \
    cublasStatus_t status_ = (call);                      \
    if (status_ != CUBLAS_STATUS_SUCCESS) return status_; \
  } while (0)

int64_t alignment(const void *p) {
  int64_t bytes = 16;
  while ((uintptr_t)p % (uintptr_t)bytes != 0) bytes /= 2;
  return bytes;
}

cublasStatus_t set(cublasLtMatmulDesc_t p, cublasLtMatmulDescAttributes_t what, int32_t value) {
  return cublasLtMatmulDescSetAttribute(p, what, &value, sizeof value);
}

cublasStatus_t set_row(cublasLtMatmulDesc_t p, const void *row) {
  return cublasLtMatmulDescSetAttribute(p, CUBLASLT_MATMUL_DESC_BIAS_POINTER, &row, sizeof row);
}

cublasStatus_t describe(const Key &k, const void *row, Plan &p) {
  cudaDataType_t type = k.dtype == LT_HALF       ? CUDA_R_16F
                        : k.dtype == LT_BFLOAT16 ? CUDA_R_16BF
                                                 : CUDA_R_32F;
  bool round = k.tf32 && k.dtype == LT_FLOAT;
  BLAS_CALL(cublasLtMatmulDescCreate(
      &p.product, round ? CUBLAS_COMPUTE_32F_FAST_TF32 : CUBLAS_COMPUTE_32F, CUDA_R_32F));
  BLAS_CALL(set(p.product, CUBLASLT_MATMUL_DESC_TRANSA, k.transb ? CUBLAS_OP_T : CUBLAS_OP_N));
  BLAS_CALL(set(p.product, CUBLASLT_MATMUL_DESC_TRANSB, k.transa ? CUBLAS_OP_T : CUBLAS_OP_N));
  BLAS_CALL(set(p.product, CUBLASLT_MATMUL_DESC_EPILOGUE, CUBLASLT_EPILOGUE_BIAS));
  BLAS_CALL(set_row(p.product, row));
  // the rows of a matrix here are the columns that cuBLASLt sees
  uint64_t a_rows = (uint64_t)(k.transa ? k.k : k.m), a_size = (uint64_t)(k.transa ? k.m : k.k);
  uint64_t b_rows = (uint64_t)(k.transb ? k.n : k.k), b_size = (uint64_t)(k.transb ? k.k : k.n);
  BLAS_CALL(cublasLtMatrixLayoutCreate(&p.a, type, a_size, a_rows, (int64_t)a_size));
  BLAS_CALL(cublasLtMatrixLayoutCreate(&p.b, type, b_size, b_rows, (int64_t)b_size));
  return cublasLtMatrixLayoutCreate(&p.c, type, (uint64_t)k.n, (uint64_t)k.m, k.n);
}

cublasStatus_t choose(cublasHandle_t handle, const Key &k, cublasLtMatmulPreference_t wish,
                      Plan &p) {
  const cublasLtMatmulPreferenceAttributes_t what[] = {
      CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES,
      CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES};
  const int64_t bytes[] = {k.alignment[0], k.alignment[1], k.alignment[3], k.alignment[3]};
  BLAS_CALL(cublasLtMatmulPreferenceSetAttribute(wish, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES,
                                                 &WORKSPACE, sizeof WORKSPACE));
  for (int i = 0; i < 4; i++) {
    uint32_t value = (uint32_t)bytes[i];
    BLAS_CALL(cublasLtMatmulPreferenceSetAttribute(wish, what[i], &value, sizeof value));
  }
  int count = 0;
  cublasStatus_t status = cublasLtMatmulAlgoGetHeuristic((cublasLtHandle_t)handle, p.product, p.b,
                                                         p.a, p.c, p.c, wish, 1, &p.way, &count);
  p.supported = status == CUBLAS_STATUS_SUCCESS && count > 0;
  return is_refused(status) ? CUBLAS_STATUS_SUCCESS : status;
}

lt_status make_plan(cublasHandle_t handle, const Key &k, const void *row, Plan &p) {
  cublasLtMatmulPreference_t wish = nullptr;
  cublasStatus_t status = describe(k, row, p);
  if (status == CUBLAS_STATUS_SUCCESS) status = cublasLtMatmulPreferenceCreate(&wish);
  if (status == CUBLAS_STATUS_SUCCESS) status = choose(handle, k, wish, p);
  if (wish) cublasLtMatmulPreferenceDestroy(wish);
  return blas_status("gemm", status);
}

// *done: whether cuBLASLt has what is asked for, and there was memory for it.
lt_status multiply(const Key &k, const void *a, const void *b, const void *row, void *c,
                   bool *done) {
  cublasHandle_t handle; // is one of cuBLASLt, too
  Plan *p = nullptr;
  Scratch workspace;
  *done = false;
  LT_TRY(cuda_blas("gemm", &handle));
  LT_TRY(plans.get("gemm", k, &p, [&](Plan &made) { return make_plan(handle, k, row, made); }));
  if (!p->supported) return LT_OK;
  if (p->way.workspaceSize > 0) {
    lt_status rc = workspace.allocate(p->way.workspaceSize);
    if (rc != LT_OK) return rc == LT_ENOMEM ? LT_OK : rc;
  }
  const float one = 1, zero = 0;
  cublasStatus_t status = set_row(p->product, row);
  if (status == CUBLAS_STATUS_SUCCESS)
    status = cublasLtMatmul((cublasLtHandle_t)handle, p->product, &one, b, p->b, a, p->a, &zero, c,
                            p->c, c, p->c, &p->way.algo, workspace.as<char>(), p->way.workspaceSize,
                            cuda_stream());
  if (status == CUBLAS_STATUS_NOT_SUPPORTED) {
    p->supported = false;
    return LT_OK;
  }
  *done = status == CUBLAS_STATUS_SUCCESS;
  return blas_status("gemm", status);
}

} // namespace

CUDA_KERNEL(gemm_rows)
(int dtype, int transa, int transb, int64_t m, int64_t n, int64_t k, const void *a, const void *b,
 const void *row, void *c) {
  bool done = false;
  if (dtype != LT_DOUBLE) {
    Key key = {cuda_device(),
               dtype,
               lt_cuda_tf32(),
               transa,
               transb,
               m,
               n,
               k,
               {alignment(a), alignment(b), alignment(row), alignment(c)}};
    LT_TRY(multiply(key, a, b, row, c, &done));
  }
  if (done) return LT_OK;
  LT_TRY(cuda_rows_set(dtype, m, n, row, c));
  return cuda_gemm(dtype, transa, transb, m, n, k, gemm_scalar(1), a, transa ? m : k, b,
                   transb ? k : n, gemm_scalar(1), c, n);
}
