// Device memory from CUDA's own stream-ordered pools, which keep what is freed, and copies between
// devices and the host.
#include "cuda/cuda.cuh"
#include "cuda/luatorch_cuda.h"

LT_API lt_cuda_usage lt_cuda_mem = {0};

lt_status cuda_enter(int device);

// Makes `device` current while it lives.
class Entered {
public:
  explicit Entered(int device) : before(cuda_device()), status(cuda_enter(device)) {}
  ~Entered() { cuda_enter(before); }
  const int before;
  const lt_status status;
};

// Keeps freed memory in the pool instead of giving it back at every synchronisation.
static lt_status keep_pool(int device) {
  static bool kept[65];
  if (kept[device]) return LT_OK;
  cudaMemPool_t pool;
  uint64_t all = UINT64_MAX;
  CUDA_TRY("memory", cudaDeviceGetDefaultMemPool(&pool, device - 1));
  CUDA_TRY("memory", cudaMemPoolSetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &all));
  kept[device] = true;
  return LT_OK;
}

static lt_status out_of_memory(size_t bytes) {
  size_t available = 0, total = 0;
  cudaGetLastError();
  cudaMemGetInfo(&available, &total);
  const double mega = 1e6;
  return lti_fail(LT_ENOMEM,
                  "out of memory on GPU %d: %.1f MB asked for, %.1f MB held by live storages, "
                  "%.1f of %.1f MB free",
                  cuda_device(), (double)bytes / mega, (double)lt_cuda_mem.live / mega,
                  (double)available / mega, (double)total / mega);
}

lt_status cuda_allocate(void **block, int device, size_t bytes) {
  Entered here(device);
  LT_TRY(here.status);
  LT_TRY(keep_pool(device));
  if (lti_refused()) return out_of_memory(bytes);
  cudaError_t error = cudaMallocAsync(block, bytes, cuda_stream());
  if (error == cudaErrorMemoryAllocation) return out_of_memory(bytes);
  CUDA_TRY("memory", error);
  __atomic_fetch_add(&lt_cuda_mem.live, (int64_t)bytes, __ATOMIC_RELAXED);
  *lt_mem_owed() += (int64_t)bytes;
  __atomic_fetch_add(&lt_mem.debt, (int64_t)bytes, __ATOMIC_RELAXED);
  return LT_OK;
}

void cuda_release(int device, void *block, size_t bytes) {
  Entered here(device);
  cudaFreeAsync(block, cuda_stream());
  __atomic_fetch_sub(&lt_cuda_mem.live, (int64_t)bytes, __ATOMIC_RELAXED);
  *lt_mem_owed() -= (int64_t)bytes;
  __atomic_fetch_sub(&lt_mem.debt, (int64_t)bytes, __ATOMIC_RELAXED);
}

lt_status cuda_transfer(int to, void *dst, int from, const void *src, size_t bytes) {
  Entered here(to == LT_CPU ? from : to);
  LT_TRY(here.status);
  cudaStream_t stream = cuda_stream();
  if (to != LT_CPU && from != LT_CPU && to != from) {
    // what is under way on the other device comes first
    LT_TRY(cuda_enter(from));
    CUDA_TRY("copy", cudaStreamSynchronize(cuda_stream()));
    LT_TRY(cuda_enter(to));
    CUDA_TRY("copy", cudaMemcpyPeerAsync(dst, to - 1, src, from - 1, bytes, stream));
    CUDA_TRY("copy", cudaStreamSynchronize(stream));
    return LT_OK;
  }
  CUDA_TRY("copy", cudaMemcpyAsync(dst, src, bytes, cudaMemcpyDefault, stream));
  if (to == LT_CPU || from == LT_CPU) CUDA_TRY("copy", cudaStreamSynchronize(stream));
  return LT_OK;
}

lt_status cuda_read(const char *op, void *host, const void *device, size_t bytes) {
  CUDA_TRY(op, cudaMemcpyAsync(host, device, bytes, cudaMemcpyDeviceToHost, cuda_stream()));
  CUDA_TRY(op, cudaStreamSynchronize(cuda_stream()));
  return LT_OK;
}

lt_status Scratch::allocate(size_t bytes) {
  size = LT_MAX(bytes, (size_t)1);
  lt_status rc = cuda_allocate(&block, cuda_device(), size);
  if (rc != LT_OK) block = nullptr;
  return rc;
}

Scratch::~Scratch() {
  if (block) cuda_release(cuda_device(), block, size);
}
