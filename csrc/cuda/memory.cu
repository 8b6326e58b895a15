// Device memory from CUDA's own stream-ordered pools, which keep what is freed, and copies between
// devices and the host.
#include <stdlib.h>

#include "cuda/device.cuh"

LT_API lt_cuda_usage lt_cuda_mem = {};

static cudaMemPool_t pools[LT_CUDA_MOST_DEVICES + 1];
static bool untracked;

int lt_cuda_keeps_memory(void) {
  const char *wish = getenv("THC_CACHING_ALLOCATOR");
  return !wish || strcmp(wish, "0") != 0;
}

void lt_cuda_track(int on) { untracked = !on; }

lt_status cuda_pool(cudaMemPool_t *pool, int device) {
  if (!pools[device]) {
    // freed memory stays in the pool instead of going back at every synchronisation
    uint64_t kept = lt_cuda_keeps_memory() ? UINT64_MAX : 0;
    cudaMemPool_t own;
    CUDA_TRY("memory", cudaDeviceGetDefaultMemPool(&own, device - 1));
    CUDA_TRY("memory", cudaMemPoolSetAttribute(own, cudaMemPoolAttrReleaseThreshold, &kept));
    pools[device] = own;
  }
  *pool = pools[device];
  return LT_OK;
}

void cuda_forget_pool(int device) { pools[device] = nullptr; }

lt_status lt_cuda_memory(int device, size_t *available, size_t *total) {
  const char *op = "getMemoryUsage";
  LT_CHECK(available && total, EARG, "%s: no place for the result", op);
  LT_TRY(cuda_check_device(op, device));
  Entered here(device);
  LT_TRY(here.status);
  cudaMemPool_t pool;
  LT_TRY(cuda_pool(&pool, device));
  uint64_t reserved = 0, used = 0;
  CUDA_TRY(op, cudaMemPoolGetAttribute(pool, cudaMemPoolAttrReservedMemCurrent, &reserved));
  CUDA_TRY(op, cudaMemPoolGetAttribute(pool, cudaMemPoolAttrUsedMemCurrent, &used));
  CUDA_TRY(op, cudaMemGetInfo(available, total));
  *available += (size_t)(reserved - LT_MIN(used, reserved));
  return LT_OK;
}

void cuda_count(int device, int64_t bytes) {
  __atomic_fetch_add(&lt_cuda_mem.live, bytes, __ATOMIC_RELAXED);
  int64_t on = __atomic_add_fetch(&lt_cuda_mem.on[device], bytes, __ATOMIC_RELAXED);
  int64_t *peak = &lt_cuda_mem.peak[device];
  int64_t most = __atomic_load_n(peak, __ATOMIC_RELAXED);
  while (on > most &&
         !__atomic_compare_exchange_n(peak, &most, on, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
  if (!untracked) lti_owe(bytes);
}

lt_status cuda_out_of_memory(size_t bytes) {
  size_t available = 0, total = 0;
  int device = cuda_device();
  cudaGetLastError();
  cudaMemGetInfo(&available, &total);
  const double mega = 1e6;
  return lti_fail(LT_ENOMEM,
                  "out of memory on GPU %d: %.1f MB asked for, %.1f MB held by live storages, "
                  "%.1f of %.1f MB free",
                  device, (double)bytes / mega, (double)lt_cuda_mem.on[device] / mega,
                  (double)available / mega, (double)total / mega);
}

void cuda_trim() {
  cudaMemPool_t pool;
  cudaGetLastError();
  cudaDeviceSynchronize();
  if (cuda_pool(&pool, cuda_device()) == LT_OK) cudaMemPoolTrimTo(pool, 0);
  cudaGetLastError();
}

static cudaError_t get(void **block, size_t bytes, cudaStream_t stream) {
  cudaError_t error = cudaMallocAsync(block, bytes, stream);
  if (error != cudaErrorMemoryAllocation) return error;
  // what was freed may still wait for other streams, or lie in pieces that are too small
  cuda_trim();
  return cudaMallocAsync(block, bytes, stream);
}

lt_status cuda_allocate(void **block, int device, size_t bytes) {
  Entered here(device);
  LT_TRY(here.status);
  cudaMemPool_t pool;
  LT_TRY(cuda_pool(&pool, device));
  if (lti_refused()) return cuda_out_of_memory(bytes);
  if (cuda_recording_stream(device)) return cuda_graph_allocate(block, bytes);
  cudaError_t error = get(block, bytes, cuda_stream());
  if (error == cudaErrorMemoryAllocation) return cuda_out_of_memory(bytes);
  CUDA_TRY("memory", error);
  cuda_count(device, (int64_t)bytes);
  cuda_graph_born(*block);
  return LT_OK;
}

static void release(int device, void *block, size_t bytes, cudaStream_t stream) {
  cudaFreeAsync(block, stream);
  cuda_count(device, -(int64_t)bytes);
}

void cuda_release(int device, void *block, size_t bytes) {
  if (cuda_graph_keeps(device, block, bytes, nullptr)) return;
  Entered here(device);
  cuda_follow(device);
  release(device, block, bytes, cuda_disposal());
}

lt_status cuda_transfer(int to, void *dst, int from, const void *src, size_t bytes) {
  Entered here(to == LT_CPU ? from : to);
  LT_TRY(here.status);
  cudaStream_t stream = cuda_stream();
  if (to != from) LT_TRY(cuda_unrecorded("copy", cuda_waits));
  LT_TRY(cuda_follow(to == LT_CPU ? from : to));
  if (to != LT_CPU && from != LT_CPU && to != from) {
    // after what is under way on the other device, whose later work may overwrite src
    int number = lt_cuda_stream();
    LT_TRY(cuda_join_peers(to, from));
    LT_TRY(lt_cuda_stream_wait(to, number, from, number));
    CUDA_TRY("copy", cudaMemcpyPeerAsync(dst, to - 1, src, from - 1, bytes, stream));
    return lt_cuda_stream_wait(from, number, to, number);
  }
  CUDA_TRY("copy", cudaMemcpyAsync(dst, src, bytes, cudaMemcpyDefault, stream));
  if (to == LT_CPU || from == LT_CPU) LT_TRY(cuda_wait("copy"));
  return LT_OK;
}

lt_status cuda_read(const char *op, void *host, const void *device, size_t bytes) {
  LT_TRY(cuda_unrecorded(op, cuda_waits));
  CUDA_TRY(op, cudaMemcpyAsync(host, device, bytes, cudaMemcpyDeviceToHost, cuda_stream()));
  return cuda_wait(op);
}

lt_status cuda_upload(const char *op, Scratch *to, const void *host, size_t bytes) {
  LT_TRY(cuda_unrecorded(op, "reads memory of the CPU"));
  LT_TRY(to->allocate(bytes));
  CUDA_TRY(op, cudaMemcpyAsync(to->as<void>(), host, bytes, cudaMemcpyHostToDevice, cuda_stream()));
  return cuda_is_pinned(host) ? cuda_wait(op) : LT_OK;
}

lt_status Scratch::allocate(size_t bytes) {
  size = LT_MAX(bytes, (size_t)1);
  lt_status rc = cuda_allocate(&block, cuda_device(), size);
  if (rc != LT_OK) block = nullptr;
  return rc;
}

Scratch::~Scratch() {
  if (!block) return;
  if (cuda_recording())
    cuda_release(cuda_device(), block, size);
  else
    release(cuda_device(), block, size, cuda_stream());
}
