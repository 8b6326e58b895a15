// Devices and errors.
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <mutex>

#include "cuda/device.cuh"

// The error after which the GPUs cannot be used any more; empty: none.
static std::mutex loss_lock;
static char loss[200];

lt_status cuda_status(const char *op, cudaError_t error) {
  if (error == cudaSuccess) return LT_OK;
  const char *text = cudaGetErrorString(error);
  cudaGetLastError(); // unless it is sticky, it is over
  if (error == cudaErrorMemoryAllocation) return lti_fail(LT_ENOMEM, "%s: CUDA: %s", op, text);
  bool sticky = cudaFree(nullptr) != cudaSuccess;
  cudaGetLastError();
  if (!sticky) return lti_fail(LT_EBACKEND, "%s: CUDA: %s", op, text);
  std::lock_guard<std::mutex> hold(loss_lock);
  if (loss[0])
    return lti_fail(
        LT_EBACKEND,
        "%s: the GPU cannot be used since an earlier call met \"%s\"; start the program "
        "anew",
        op, loss);
  snprintf(loss, sizeof loss, "%s", text);
  return lti_fail(LT_EBACKEND,
                  "%s: CUDA: %s. This or an earlier function failed on the GPU, which this process "
                  "cannot use any more; run it with CUDA_LAUNCH_BLOCKING=1 to see which one",
                  op, text);
}

static thread_local int current = 0; // that kernels run on; 0: not known
static thread_local int chosen = 1;  // that the user makes tensors on

int cuda_device() {
  if (current == 0) {
    int device = 0;
    cudaGetDevice(&device);
    current = device + 1;
  }
  return current;
}

lt_status cuda_enter(int device) {
  if (device == LT_ANY_GPU) device = chosen;
  if (device == current) return LT_OK;
  LT_CHECK(device >= 1 && device <= LT_CUDA_MOST_DEVICES, EDEVICE, "there is no GPU %d", device);
  CUDA_TRY("setDevice", cudaSetDevice(device - 1));
  current = device;
  return LT_OK;
}

bool cuda_first_thread() { return getpid() == (pid_t)syscall(SYS_gettid); }

int cuda_multiprocessors() {
  static int count[LT_CUDA_MOST_DEVICES + 1];
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

lt_status cuda_check_device(const char *op, int device) {
  int most = LT_MIN(lt_cuda_count(), (int)LT_CUDA_MOST_DEVICES);
  LT_CHECK(device >= 1 && device <= most, EDEVICE, "%s: expected a GPU from 1 to %d, got %d", op,
           most, device);
  return LT_OK;
}

lt_status lt_cuda_set_device(int device) {
  LT_TRY(cuda_check_device("setDevice", device));
  LT_TRY(cuda_enter(device));
  chosen = device;
  return LT_OK;
}

lt_status lt_cuda_synchronize(void) {
  LT_TRY(cuda_unrecorded("synchronize", cuda_waits));
  LT_TRY(cuda_enter(chosen));
  CUDA_TRY("synchronize", cudaDeviceSynchronize());
  return LT_OK;
}

lt_status lt_cuda_versions(int *runtime, int *driver) {
  LT_CHECK(runtime && driver, EARG, "getRuntimeVersion: no place for the result");
  CUDA_TRY("getRuntimeVersion", cudaRuntimeGetVersion(runtime));
  return cuda_status("getDriverVersion", cudaDriverGetVersion(driver));
}

lt_status lt_cuda_reset(void) {
  const lt_cuda_usage *in_use = &lt_cuda_mem;
  LT_CHECK(in_use->on[chosen] == 0 && in_use->host == 0 && in_use->events == 0 &&
               in_use->graphs == 0,
           EBACKEND,
           "deviceReset: GPU %d is in use: %.1f MB of it are held by live storages, %.1f MB of "
           "pinned and managed memory, %lld events, %lld graphs",
           chosen, (double)in_use->on[chosen] / 1e6, (double)in_use->host / 1e6,
           (long long)in_use->events, (long long)in_use->graphs);
  LT_TRY(lt_cuda_synchronize());
  cuda_forget_blas(chosen);
  cuda_forget_cudnn(chosen);
  cuda_forget_streams(chosen);
  cuda_forget_peers(chosen);
  cuda_forget_pool(chosen);
  CUDA_TRY("deviceReset", cudaDeviceReset());
  return cuda_remake_streams(chosen);
}

lt_status lt_cuda_properties(int device, lt_cuda_device_properties *out) {
  LT_CHECK(out, EARG, "getDeviceProperties: no place for the result");
  LT_TRY(cuda_check_device("getDeviceProperties", device));
  cudaDeviceProp p;
  CUDA_TRY("getDeviceProperties", cudaGetDeviceProperties(&p, device - 1));
  memset(out, 0, sizeof *out);
  memcpy(out->name, p.name, LT_MIN(sizeof out->name - 1, sizeof p.name));
  out->total_memory = (int64_t)p.totalGlobalMem;
  out->shared_memory_per_block = (int64_t)p.sharedMemPerBlock;
  out->constant_memory = (int64_t)p.totalConstMem;
  out->pitch = (int64_t)p.memPitch;
  out->major = p.major;
  out->minor = p.minor;
  out->multiprocessors = p.multiProcessorCount;
  out->warp_size = p.warpSize;
  out->max_threads_per_block = p.maxThreadsPerBlock;
  out->registers_per_block = p.regsPerBlock;
  out->integrated = p.integrated;
  out->maps_host_memory = p.canMapHostMemory;
  out->bus = p.pciBusID;
  out->slot = p.pciDeviceID;
  return LT_OK;
}
