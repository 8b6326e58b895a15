// Matrix products: cuBLAS for floating point, a tiled kernel for integers, which wrap. cuBLAS is
// column-major, so that it computes c' = op(b)' op(a)'.
#include "cuda/blas.cuh"
#include "cuda/device.cuh"
#include "cuda/reduce.cuh"

lt_status blas_status(const char *op, cublasStatus_t status) {
  if (status == CUBLAS_STATUS_SUCCESS) return LT_OK;
  return lti_fail(status == CUBLAS_STATUS_ALLOC_FAILED ? LT_ENOMEM : LT_EBACKEND, "%s: cuBLAS: %s",
                  op, cublasGetStatusString(status));
}

static thread_local bool tensor_cores;

int lt_cuda_tf32(void) { return tensor_cores; }
void lt_cuda_set_tf32(int on) { tensor_cores = on != 0; }

// ---- handles: numbered from 1, of each thread and device, made when they are first used ----

enum { MOST_HANDLES = 64 };

// A handle and what it was told last, which is not told again: most products are of one stream.
struct Handle {
  cublasHandle_t handle;
  cudaStream_t stream;
  cublasMath_t math;
  bool recorded; // it has a graph's stream and memory
};

// The handles of a thread, which end with it.
struct Handles {
  Handle of[LT_CUDA_MOST_DEVICES + 1][MOST_HANDLES + 1];
  void forget(int device) {
    for (int i = 1; i <= MOST_HANDLES; i++) {
      if (of[device][i].handle) cublasDestroy(of[device][i].handle);
      of[device][i] = Handle();
    }
  }
  ~Handles() {
    if (cuda_first_thread()) return;
    for (int device = 1; device <= LT_CUDA_MOST_DEVICES; device++) {
      bool some = false;
      for (int i = 1; i <= MOST_HANDLES; i++) some = some || of[device][i].handle;
      if (!some) continue;
      Entered here(device);
      forget(device);
    }
  }
};
static thread_local Handles handles;
static thread_local int reserved = 1, chosen = 1;

int lt_cuda_blas_handles(void) { return reserved; }

lt_status lt_cuda_reserve_blas_handles(int n) {
  LT_CHECK(n >= 0 && n <= MOST_HANDLES, ERANGE,
           "reserveBlasHandles: expected a number of handles from 0 to %d, got %d", MOST_HANDLES,
           n);
  reserved = LT_MAX(reserved, n);
  return LT_OK;
}

int lt_cuda_blas_handle(void) { return chosen; }

lt_status lt_cuda_set_blas_handle(int handle) {
  LT_CHECK(handle >= 1 && handle <= reserved, ERANGE,
           "setBlasHandle: expected a handle from 1 to %d, got %d", reserved, handle);
  chosen = handle;
  return LT_OK;
}

void cuda_forget_blas(int device) { handles.forget(device); }

// A new handle. What the pool keeps of freed memory goes back where cuBLAS, which does not take its
// memory from there, finds none.
static lt_status create(const char *op, Handle *own) {
  cublasStatus_t status = cublasCreate(&own->handle);
  if (status == CUBLAS_STATUS_ALLOC_FAILED || status == CUBLAS_STATUS_NOT_INITIALIZED) {
    LT_TRY(cuda_unrecorded(op, cuda_waits));
    cuda_trim();
    status = cublasCreate(&own->handle);
  }
  if (status != CUBLAS_STATUS_SUCCESS) own->handle = nullptr;
  own->math = CUBLAS_DEFAULT_MATH;
  return blas_status(op, status);
}

// Work for a stream goes with cuBLAS's own workspace, which cublasSetStream brings back.
static lt_status set_stream(const char *op, Handle *own) {
  cudaStream_t stream = cuda_stream();
  bool recording = cuda_recording();
  if (stream == own->stream && !recording && !own->recorded) return LT_OK;
  own->recorded = true; // until all of it is done
  LT_TRY(blas_status(op, cublasSetStream(own->handle, stream)));
  own->stream = stream;
  void *workspace;
  size_t bytes;
  LT_TRY(cuda_graph_workspace(&workspace, &bytes));
  if (workspace) LT_TRY(blas_status(op, cublasSetWorkspace(own->handle, workspace, bytes)));
  own->recorded = recording;
  return LT_OK;
}

lt_status cuda_blas(const char *op, cublasHandle_t *handle) {
  Handle *own = &handles.of[cuda_device()][chosen];
  if (!own->handle) LT_TRY(create(op, own));
  LT_TRY(set_stream(op, own));
  cublasMath_t math = tensor_cores ? CUBLAS_TF32_TENSOR_OP_MATH : CUBLAS_DEFAULT_MATH;
  if (math != own->math) LT_TRY(blas_status(op, cublasSetMathMode(own->handle, math)));
  own->math = math;
  *handle = own->handle;
  return LT_OK;
}

// A floating point dtype for cuBLAS.
static cudaDataType_t blas_type(int dtype) {
  switch (dtype) {
  case LT_DOUBLE: return CUDA_R_64F;
  case LT_HALF: return CUDA_R_16F;
  case LT_BFLOAT16: return CUDA_R_16BF;
  default: return CUDA_R_32F;
  }
}

// One matrix product or `batch` of them.
struct Product {
  int transa, transb;
  int64_t batch, m, n, k;
  const void *a;
  int64_t lda, stridea;
  const void *b;
  int64_t ldb, strideb;
  void *c;
  int64_t ldc, stridec;
};

static lt_status floating(const Product &s, int dtype, lt_scalar alpha, lt_scalar beta) {
  cudaDataType_t type = blas_type(dtype);
  cublasComputeType_t compute = dtype == LT_DOUBLE ? CUBLAS_COMPUTE_64F : CUBLAS_COMPUTE_32F;
  const int64_t most = INT32_MAX;
  LT_CHECK(s.m <= most && s.n <= most && s.k <= most && s.lda <= most && s.ldb <= most &&
               s.ldc <= most && s.batch <= most,
           ESHAPE, "matrix product: sizes of 2^31 and more are too large for cuBLAS");
  float single[] = {(float)alpha.f, (float)beta.f};
  const void *by = dtype == LT_DOUBLE ? (const void *)&alpha.f : &single[0];
  const void *keep = dtype == LT_DOUBLE ? (const void *)&beta.f : &single[1];
  cublasHandle_t handle;
  LT_TRY(cuda_blas("gemm", &handle));
  cublasOperation_t opa = s.transa ? CUBLAS_OP_T : CUBLAS_OP_N;
  cublasOperation_t opb = s.transb ? CUBLAS_OP_T : CUBLAS_OP_N;
  if (s.batch == 1)
    return blas_status("gemm", cublasGemmEx(handle, opb, opa, (int)s.n, (int)s.m, (int)s.k, by, s.b,
                                            type, (int)s.ldb, s.a, type, (int)s.lda, keep, s.c,
                                            type, (int)s.ldc, compute, CUBLAS_GEMM_DEFAULT));
  return blas_status(
      "gemm", cublasGemmStridedBatchedEx(handle, opb, opa, (int)s.n, (int)s.m, (int)s.k, by, s.b,
                                         type, (int)s.ldb, s.strideb, s.a, type, (int)s.lda,
                                         s.stridea, keep, s.c, type, (int)s.ldc, s.stridec,
                                         (int)s.batch, compute, CUBLAS_GEMM_DEFAULT));
}

enum { TILE = 16 };

// Blocks go over tiles of the results, those of one row of tiles after another, of all products.
template <typename S>
__global__ void integer_kernel(Product s, int64_t tiles, int64_t down, int64_t across,
                               int64_t alpha, int64_t beta) {
  __shared__ int64_t as[TILE][TILE], bs[TILE][TILE];
  int x = threadIdx.x % TILE, y = threadIdx.x / TILE;
  for (int64_t tile = blockIdx.x; tile < tiles; tile += gridDim.x) {
    int64_t batch = tile / across / down;
    int64_t row = tile / across % down * TILE + y, col = tile % across * TILE + x;
    const S *a = (const S *)s.a + batch * s.stridea, *b = (const S *)s.b + batch * s.strideb;
    uint64_t sum = 0;
    for (int64_t first = 0; first < s.k; first += TILE) {
      int64_t ka = first + x, kb = first + y;
      as[y][x] = row < s.m && ka < s.k ? a[s.transa ? ka * s.lda + row : row * s.lda + ka] : 0;
      bs[y][x] = col < s.n && kb < s.k ? b[s.transb ? col * s.ldb + kb : kb * s.ldb + col] : 0;
      __syncthreads();
      for (int i = 0; i < TILE; i++) sum += (uint64_t)as[y][i] * (uint64_t)bs[i][x];
      __syncthreads();
    }
    if (row >= s.m || col >= s.n) continue;
    S *to = (S *)s.c + batch * s.stridec + row * s.ldc + col;
    *to = (S)((uint64_t)alpha * sum + (beta == 0 ? 0 : (uint64_t)beta * (uint64_t)*to));
  }
}

static lt_status product(const Product &s, int dtype, lt_scalar alpha, lt_scalar beta) {
  if (s.m == 0 || s.n == 0 || s.batch == 0) return LT_OK;
  if (lti_is_float(dtype)) return floating(s, dtype, alpha, beta);
  int64_t down = (s.m + TILE - 1) / TILE, across = (s.n + TILE - 1) / TILE;
  int64_t tiles = s.batch * down * across;
  CUDA_SWITCH(dtype, CUDA_FOR_INT, "gemm",
              return launch("gemm", integer_kernel<S>,
                            dim3((unsigned)LT_MIN(tiles, (int64_t)1 << 30)), TILE * TILE, 0, s,
                            tiles, down, across, alpha.i, beta.i))
}

CUDA_KERNEL(gemm)
(int dtype, int transa, int transb, int64_t m, int64_t n, int64_t k, lt_scalar alpha, const void *a,
 int64_t lda, const void *b, int64_t ldb, lt_scalar beta, void *c, int64_t ldc) {
  return product({transa, transb, 1, m, n, k, a, lda, 0, b, ldb, 0, c, ldc, 0}, dtype, alpha, beta);
}

CUDA_KERNEL(gemm_batch)
(int dtype, int transa, int transb, int64_t batch, int64_t m, int64_t n, int64_t k, lt_scalar alpha,
 const void *a, int64_t lda, int64_t stridea, const void *b, int64_t ldb, int64_t strideb,
 lt_scalar beta, void *c, int64_t ldc, int64_t stridec) {
  return product(
      {transa, transb, batch, m, n, k, a, lda, stridea, b, ldb, strideb, c, ldc, stridec}, dtype,
      alpha, beta);
}

// Vectors are matrices of one column, whose rows are inc apart; 0 where there is one row.
static int64_t rows_apart(int64_t inc) { return LT_MAX(inc, (int64_t)1); }

CUDA_KERNEL(gemv)
(int dtype, int trans, int64_t m, int64_t n, lt_scalar alpha, const void *a, int64_t lda,
 const void *x, int64_t incx, lt_scalar beta, void *y, int64_t incy) {
  return product({trans, 0, 1, trans ? n : m, 1, trans ? m : n, a, lda, 0, x, rows_apart(incx), 0,
                  y, rows_apart(incy), 0},
                 dtype, alpha, beta);
}

CUDA_KERNEL(ger)
(int dtype, int64_t m, int64_t n, lt_scalar alpha, const void *x, int64_t incx, const void *y,
 int64_t incy, void *a, int64_t lda) {
  lt_scalar one = lti_is_float(dtype) ? lt_scalar{1.0} : lt_scalar{};
  if (!lti_is_float(dtype)) one.i = 1;
  return product({0, 1, 1, m, n, 1, x, rows_apart(incx), 0, y, rows_apart(incy), 0, a, lda, 0},
                 dtype, alpha, one);
}

template <typename S>
struct Dot {
  typedef typename Wide<S>::type Acc;
  typedef S Element;
  enum { N = 3, SOURCES = 2 };
  __device__ Acc start() const { return 0; }
  __device__ void take(Acc &acc, char *const *x, int64_t) const {
    acc += (Acc)load((const S *)x[0]) * (Acc)load((const S *)x[1]);
  }
  __device__ void combine(Acc &acc, const Acc &later) const { acc += later; }
  __device__ void finish(const Acc &acc, int64_t, char *const *at) const { *(Acc *)at[1] = acc; }
};

CUDA_KERNEL(dot)
(lt_scalar *out, int dtype, int64_t n, const void *x, int64_t incx, const void *y, int64_t incy) {
  lt_iter it = {};
  it.nop = 2;
  it.ndim = 1;
  it.numel = it.size[0] = n;
  it.base[0] = (char *)x;
  it.base[1] = (char *)y;
  it.stride[0][0] = incx * lti_elsize(dtype);
  it.stride[1][0] = incy * lti_elsize(dtype);
  CUDA_SWITCH(dtype, CUDA_FOR_ALL, "dot",
              return reduce_whole("dot", Dot<S>(), it, out, sizeof *out))
}
