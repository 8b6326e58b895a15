// cuda_runtime.h: CUDA's runtime for the host, as far as csrc/cuda uses it, so that the kernels run
// in tests without a GPU. A block's threads are fibers of one thread that change places at
// barriers; device memory can be touched only by kernels and by the runtime's copies. Slow, and
// exact about what it checks: addresses outside of blocks of memory (under the address sanitizer),
// barriers that not all threads reach, and the host's use of device pointers.
#ifndef EMULATION_CUDA_RUNTIME_H
#define EMULATION_CUDA_RUNTIME_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <functional>

#define LT_EMULATED 1
#define __global__ static
#define __device__
#define __host__
#define __forceinline__ inline
#define __shared__ static
#define __constant__ static
#define __restrict__ __restrict
#define __launch_bounds__(...)
#define __align__(n) alignas(n)

struct uint3 {
  unsigned x, y, z;
};
struct dim3 {
  unsigned x, y, z;
  dim3(unsigned x_ = 1, unsigned y_ = 1, unsigned z_ = 1) : x(x_), y(y_), z(z_) {}
};
extern thread_local uint3 threadIdx, blockIdx;
extern thread_local dim3 blockDim, gridDim;
enum { warpSize = 32 };

// ---- errors ----

typedef enum cudaError {
  cudaSuccess = 0,
  cudaErrorInvalidValue = 1,
  cudaErrorMemoryAllocation = 2,
  cudaErrorInvalidDevice = 101,
  cudaErrorNotReady = 600,
  cudaErrorIllegalAddress = 700,
  cudaErrorStreamCaptureUnsupported = 900,
  cudaErrorStreamCaptureInvalidated = 901
} cudaError_t;
const char *cudaGetErrorString(cudaError_t error);
cudaError_t cudaGetLastError();

// ---- devices ----

enum cudaDeviceAttr { cudaDevAttrMultiProcessorCount = 16 };
struct cudaDeviceProp {
  char name[256];
  size_t totalGlobalMem, sharedMemPerBlock, totalConstMem, memPitch;
  int major, minor, multiProcessorCount, warpSize, maxThreadsPerBlock, regsPerBlock, integrated;
  int canMapHostMemory, pciBusID, pciDeviceID;
};
cudaError_t cudaRuntimeGetVersion(int *version);
cudaError_t cudaDriverGetVersion(int *version);
cudaError_t cudaGetDeviceCount(int *count);
cudaError_t cudaGetDevice(int *device);
cudaError_t cudaSetDevice(int device);
cudaError_t cudaDeviceSynchronize();
cudaError_t cudaDeviceReset();
cudaError_t cudaDeviceCanAccessPeer(int *can, int device, int peer);
cudaError_t cudaDeviceGetAttribute(int *value, cudaDeviceAttr attribute, int device);
cudaError_t cudaGetDeviceProperties(cudaDeviceProp *properties, int device);

// ---- streams and events: everything happens at once ----

typedef struct emulated_stream *cudaStream_t;
typedef struct emulated_event *cudaEvent_t;
enum { cudaStreamDefault = 0, cudaStreamNonBlocking = 1, cudaEventDisableTiming = 2 };
cudaError_t cudaStreamCreateWithFlags(cudaStream_t *stream, unsigned flags);
cudaError_t cudaStreamDestroy(cudaStream_t stream);
cudaError_t cudaStreamSynchronize(cudaStream_t stream);
cudaError_t cudaStreamQuery(cudaStream_t stream);
cudaError_t cudaEventCreateWithFlags(cudaEvent_t *event, unsigned flags);
cudaError_t cudaEventDestroy(cudaEvent_t event);
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream);
cudaError_t cudaEventSynchronize(cudaEvent_t event);
cudaError_t cudaEventQuery(cudaEvent_t event);
cudaError_t cudaEventElapsedTime(float *ms, cudaEvent_t begin, cudaEvent_t end);
cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned flags);

// ---- graphs: what a capturing stream is given is recorded, and done when the graph runs ----

typedef struct emulated_graph *cudaGraph_t;
typedef struct emulated_exec *cudaGraphExec_t;
enum cudaStreamCaptureMode {
  cudaStreamCaptureModeGlobal,
  cudaStreamCaptureModeThreadLocal,
  cudaStreamCaptureModeRelaxed
};
cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode mode);
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t *graph);
cudaError_t cudaGraphInstantiate(cudaGraphExec_t *exec, cudaGraph_t graph,
                                 unsigned long long flags);
cudaError_t cudaGraphLaunch(cudaGraphExec_t exec, cudaStream_t stream);
cudaError_t cudaGraphDestroy(cudaGraph_t graph);
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t exec);
// Records `work`, given to a stream that captures: whether it did. Library calls, which do not say
// their stream, count as given to the stream that the thread captures.
bool emulated_record(cudaStream_t stream, const std::function<cudaError_t()> &work);
cudaStream_t emulated_capturing();
// Ends a capture's hope, as CUDA does where a call waits for it; returns the error.
cudaError_t emulated_spoil();

// ---- memory ----

typedef struct emulated_pool *cudaMemPool_t;
enum cudaMemPoolAttr {
  cudaMemPoolAttrReleaseThreshold = 4,
  cudaMemPoolAttrReservedMemCurrent = 5,
  cudaMemPoolAttrUsedMemCurrent = 7
};
enum cudaMemAccessFlags { cudaMemAccessFlagsProtNone = 0, cudaMemAccessFlagsProtReadWrite = 3 };
enum cudaMemLocationType { cudaMemLocationTypeDevice = 1 };
struct cudaMemAccessDesc {
  struct {
    cudaMemLocationType type;
    int id;
  } location;
  cudaMemAccessFlags flags;
};
enum cudaMemoryType {
  cudaMemoryTypeUnregistered,
  cudaMemoryTypeHost,
  cudaMemoryTypeDevice,
  cudaMemoryTypeManaged
};
struct cudaPointerAttributes {
  cudaMemoryType type;
};
enum cudaMemcpyKind {
  cudaMemcpyHostToHost,
  cudaMemcpyHostToDevice,
  cudaMemcpyDeviceToHost,
  cudaMemcpyDeviceToDevice,
  cudaMemcpyDefault
};
cudaError_t cudaDeviceGetDefaultMemPool(cudaMemPool_t *pool, int device);
cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t pool, cudaMemPoolAttr attribute, void *value);
cudaError_t cudaMemPoolGetAttribute(cudaMemPool_t pool, cudaMemPoolAttr attribute, void *value);
cudaError_t cudaMemPoolSetAccess(cudaMemPool_t pool, const cudaMemAccessDesc *access, size_t count);
cudaError_t cudaMemPoolTrimTo(cudaMemPool_t pool, size_t kept);
cudaError_t cudaMallocAsync(void **block, size_t bytes, cudaStream_t stream);
cudaError_t cudaFreeAsync(void *block, cudaStream_t stream);
cudaError_t cudaMemGetInfo(size_t *available, size_t *total);
cudaError_t cudaMemcpyAsync(void *dst, const void *src, size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream);
cudaError_t cudaMemcpyPeerAsync(void *dst, int to, const void *src, int from, size_t bytes,
                                cudaStream_t stream);
cudaError_t cudaMemsetAsync(void *block, int value, size_t bytes, cudaStream_t stream);
cudaError_t cudaMallocHost(void **block, size_t bytes);
cudaError_t cudaFreeHost(void *block);
enum { cudaMemAttachGlobal = 1 };
cudaError_t cudaMallocManaged(void **block, size_t bytes, unsigned flags);
cudaError_t cudaFree(void *block);
cudaError_t cudaPointerGetAttributes(cudaPointerAttributes *what, const void *address);

// ---- launches ----

// Runs body once for each thread of each block.
cudaError_t emulate(dim3 blocks, int threads, size_t shared, const std::function<void()> &body,
                    cudaStream_t stream);
// The same for threads that meet at no barrier.
cudaError_t emulate_flat(unsigned blocks, int threads, const std::function<void()> &body,
                         cudaStream_t stream);
// Runs body, which may touch device memory: what a library's kernels do. It may be
// recorded, so it captures by value.
__attribute__((visibility("default"))) cudaError_t emulate_call(const std::function<void()> &body);
void *emulated_shared();

// ---- what kernels call ----

void __syncthreads();
void __syncwarp(unsigned mask = 0xffffffffu);
// The 8-byte value that `lane` of this warp hands in; every thread of the warp must come here.
uint64_t emulated_exchange(uint64_t value, int lane);

template <typename T>
T emulated_shuffle(T v, int lane) {
  static_assert(sizeof(T) <= 8, "shuffles move up to 8 bytes");
  uint64_t bits = 0;
  memcpy(&bits, &v, sizeof v);
  bits = emulated_exchange(bits, lane);
  memcpy(&v, &bits, sizeof v);
  return v;
}
int emulated_lane();
template <typename T>
T __shfl_sync(unsigned, T v, int lane, int width = 32) {
  return emulated_shuffle(v, emulated_lane() / width * width + lane % width);
}
template <typename T>
T __shfl_down_sync(unsigned, T v, unsigned delta, int width = 32) {
  int lane = emulated_lane();
  return emulated_shuffle(v, lane % width + (int)delta < width ? lane + (int)delta : lane);
}
template <typename T>
T __shfl_up_sync(unsigned, T v, unsigned delta, int width = 32) {
  int lane = emulated_lane();
  return emulated_shuffle(v, lane % width >= (int)delta ? lane - (int)delta : lane);
}
template <typename T>
T __shfl_xor_sync(unsigned, T v, int mask, int width = 32) {
  (void)width;
  return emulated_shuffle(v, emulated_lane() ^ mask);
}
unsigned __ballot_sync(unsigned mask, int predicate);
inline int __any_sync(unsigned mask, int predicate) { return __ballot_sync(mask, predicate) != 0; }
inline int __popc(unsigned v) { return __builtin_popcount(v); }
inline int __clz(int v) { return v ? __builtin_clz((unsigned)v) : 32; }
inline int __ffs(int v) { return __builtin_ffs(v); }
inline unsigned __umulhi(unsigned a, unsigned b) { return (unsigned)(((uint64_t)a * b) >> 32); }
inline uint64_t __umul64hi(uint64_t a, uint64_t b) {
  return (uint64_t)(((unsigned __int128)a * b) >> 64);
}

template <typename T>
T atomicAdd(T *p, T v) {
  T before = *p;
  *p = (T)(before + v);
  return before;
}
template <typename T>
T atomicMax(T *p, T v) {
  T before = *p;
  if (v > before) *p = v;
  return before;
}
template <typename T>
T atomicMin(T *p, T v) {
  T before = *p;
  if (v < before) *p = v;
  return before;
}
template <typename T>
T atomicExch(T *p, T v) {
  T before = *p;
  *p = v;
  return before;
}
template <typename T>
T atomicCAS(T *p, T compare, T v) {
  T before = *p;
  if (before == compare) *p = v;
  return before;
}
inline void __threadfence() {}

inline float normcdff(float x) { return 0.5f * erfcf(-x * 0.70710678118654752440f); }
inline double normcdf(double x) { return 0.5 * erfc(-x * 0.70710678118654752440); }
inline float rsqrtf(float x) { return 1 / sqrtf(x); }
inline double rsqrt(double x) { return 1 / sqrt(x); }
inline void sincospif(float x, float *s, float *c) {
  *s = (float)sin(M_PI * x), *c = (float)cos(M_PI * x);
}
inline void sincospi(double x, double *s, double *c) { *s = sin(M_PI * x), *c = cos(M_PI * x); }
// Not fused: the emulation is compiled without contraction.
inline float __fmul_rn(float x, float y) { return x * y; }
inline float __fadd_rn(float x, float y) { return x + y; }
inline double __dmul_rn(double x, double y) { return x * y; }
inline double __dadd_rn(double x, double y) { return x + y; }
inline float __expf(float x) { return expf(x); }
inline unsigned __float_as_uint(float f) {
  unsigned u;
  memcpy(&u, &f, sizeof u);
  return u;
}
inline float __uint_as_float(unsigned u) {
  float f;
  memcpy(&f, &u, sizeof f);
  return f;
}

#endif
