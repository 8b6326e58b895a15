// Devices, streams and errors.
#include "cuda/cuda.cuh"
#include "cuda/luatorch_cuda.h"

lt_status cuda_status(const char *op, cudaError_t error) {
  if (error == cudaSuccess) return LT_OK;
  cudaGetLastError(); // an error that is not sticky is over
  return lti_fail(error == cudaErrorMemoryAllocation ? LT_ENOMEM : LT_EBACKEND, "%s: CUDA: %s", op,
                  cudaGetErrorString(error));
}

enum { MAX_DEVICES = 64 };

static thread_local int current = 0; // that kernels run on; 0: not known
static thread_local int chosen = 1;  // that the user makes tensors on
static thread_local cudaStream_t streams[MAX_DEVICES + 1];

int cuda_device() {
  if (current == 0) {
    int device = 0;
    cudaGetDevice(&device);
    current = device + 1;
  }
  return current;
}

cudaStream_t cuda_stream() { return streams[cuda_device()]; }

lt_status cuda_enter(int device) {
  if (device == current) return LT_OK;
  LT_CHECK(device >= 1 && device <= MAX_DEVICES, EDEVICE, "there is no GPU %d", device);
  CUDA_TRY("setDevice", cudaSetDevice(device - 1));
  current = device;
  return LT_OK;
}

int cuda_multiprocessors() {
  static int count[MAX_DEVICES + 1];
  int device = cuda_device();
  if (count[device] == 0) {
    int n = 0;
    if (cudaDeviceGetAttribute(&n, cudaDevAttrMultiProcessorCount, device - 1) != cudaSuccess)
      n = 1;
    count[device] = n;
  }
  return count[device];
}

const char *lt_cuda_cdef_hash(void) { return LT_CDEF_HASH; }

int lt_cuda_count(void) {
  int count = 0;
  return cudaGetDeviceCount(&count) == cudaSuccess ? count : 0;
}

int lt_cuda_device(void) { return chosen; }

lt_status lt_cuda_set_device(int device) {
  LT_CHECK(device >= 1 && device <= lt_cuda_count(), EDEVICE,
           "setDevice: expected a GPU from 1 to %d, got %d", lt_cuda_count(), device);
  LT_TRY(cuda_enter(device));
  chosen = device;
  return LT_OK;
}

lt_status lt_cuda_synchronize(void) {
  LT_TRY(cuda_enter(chosen));
  CUDA_TRY("synchronize", cudaDeviceSynchronize());
  return LT_OK;
}

lt_status lt_cuda_memory(int device, size_t *available, size_t *total) {
  LT_CHECK(device >= 1 && device <= lt_cuda_count(), EDEVICE,
           "getMemoryUsage: expected a GPU from 1 to %d, got %d", lt_cuda_count(), device);
  LT_TRY(cuda_enter(device));
  return cuda_status("getMemoryUsage", cudaMemGetInfo(available, total));
}

lt_status lt_cuda_properties(int device, lt_cuda_device_properties *out) {
  LT_CHECK(device >= 1 && device <= lt_cuda_count(), EDEVICE,
           "getDeviceProperties: expected a GPU from 1 to %d, got %d", lt_cuda_count(), device);
  cudaDeviceProp p;
  CUDA_TRY("getDeviceProperties", cudaGetDeviceProperties(&p, device - 1));
  memset(out, 0, sizeof *out);
  memcpy(out->name, p.name, LT_MIN(sizeof out->name - 1, sizeof p.name));
  out->total_memory = (int64_t)p.totalGlobalMem;
  out->major = p.major;
  out->minor = p.minor;
  out->multiprocessors = p.multiProcessorCount;
  out->warp_size = p.warpSize;
  out->max_threads_per_block = p.maxThreadsPerBlock;
  out->shared_memory_per_block = (int64_t)p.sharedMemPerBlock;
  return LT_OK;
}
