// cuda.cuh: what the CUDA kernels share: errors, the current stream, launches, and the 16-bit
// types. Compiled by nvcc, or for the host by a C++ compiler with tests/emulation in front of the
// include path, where blocks and threads are emulated and device memory is closed to the host.
#ifndef LT_CUDA_CUH
#define LT_CUDA_CUH

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_runtime.h>

extern "C" {
#include "core/internal.h"
}

// ---- errors (device.cu) ----

// LT_OK, or the failure of `op` that a CUDA error stands for.
lt_status cuda_status(const char *op, cudaError_t error);

#define CUDA_TRY(op, call) LT_TRY(cuda_status(op, call))

// ---- devices and streams (device.cu) ----

// The device that kernels of this thread run on, from 1, and its current stream.
int cuda_device();
cudaStream_t cuda_stream();
// Multiprocessors of the current device.
int cuda_multiprocessors();

// ---- memory (memory.cu) ----

// Scratch memory of the current device, given back on the current stream when it goes out of scope.
class Scratch {
public:
  Scratch() : block(nullptr), size(0) {}
  ~Scratch();
  lt_status allocate(size_t bytes);
  template <typename T>
  T *as() {
    return static_cast<T *>(block);
  }
  Scratch(const Scratch &) = delete;
  Scratch &operator=(const Scratch &) = delete;

private:
  void *block;
  size_t size;
};

// Copies bytes of the host's memory into scratch memory. Fails while this thread records a graph,
// whose runs would find other bytes there, or none.
lt_status cuda_upload(const char *op, Scratch *to, const void *host, size_t bytes);

// Copies bytes of the current device to the host and waits for them, which fails while this thread
// records a graph.
lt_status cuda_read(const char *op, void *host, const void *device, size_t bytes);

// ---- recorded graphs (graph.cu) ----

// Whether this thread's work is recorded instead of done.
bool cuda_recording();
// Fails while this thread records a graph, since `op` does `what`; the graph is lost then.
lt_status cuda_unrecorded(const char *op, const char *what);
// The two words that a call takes from a generator. Recorded calls find theirs at *live when the
// graph runs; *live is NULL otherwise.
struct RandomKey {
  uint32_t a, b;
  const uint32_t *live;
};
lt_status cuda_random_key(RandomKey *key, lt_generator *gen);

// ---- launches ----

enum { CUDA_THREADS = 256 };

// Blocks for one thread to each of n items, at most as many as keep the device busy.
static inline unsigned cuda_blocks(int64_t n, int threads = CUDA_THREADS) {
  int64_t most = (int64_t)cuda_multiprocessors() * (2048 / threads) * 4;
  return (unsigned)LT_MAX((int64_t)1, LT_MIN((n + threads - 1) / threads, most));
}

#ifdef LT_EMULATED
template <typename... P, typename... A>
lt_status launch(const char *op, void (*kernel)(P...), dim3 blocks, int threads, size_t shared,
                 A... arguments) {
  return cuda_status(op,
                     emulate(
                         blocks, threads, shared, [=] { kernel(P(arguments)...); }, cuda_stream()));
}
template <typename... P, typename... A>
lt_status launch_flat(const char *op, int64_t n, void (*kernel)(P...), A... arguments) {
  return cuda_status(
      op, emulate_flat(
              cuda_blocks(n), CUDA_THREADS, [=] { kernel(P(arguments)...); }, cuda_stream()));
}
#define DYNAMIC_SHARED(T, name) T *name = static_cast<T *>(emulated_shared())
#else
// Runs a kernel whose threads work together, with `shared` bytes of dynamic shared memory.
template <typename... P, typename... A>
lt_status launch(const char *op, void (*kernel)(P...), dim3 blocks, int threads, size_t shared,
                 A... arguments) {
  if (shared > (48 << 10)) // more than kernels get unasked
    CUDA_TRY(
        op, cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, (int)shared));
  kernel<<<blocks, threads, shared, cuda_stream()>>>(P(arguments)...);
  return cuda_status(op, cudaGetLastError());
}
// Runs a kernel whose threads know nothing of each other and step over n items (FLAT).
template <typename... P, typename... A>
lt_status launch_flat(const char *op, int64_t n, void (*kernel)(P...), A... arguments) {
  kernel<<<cuda_blocks(n), CUDA_THREADS, 0, cuda_stream()>>>(P(arguments)...);
  return cuda_status(op, cudaGetLastError());
}
// The dynamic shared memory of a block.
#define DYNAMIC_SHARED(T, name)                        \
  extern __shared__ __align__(16) char name##_bytes[]; \
  T *name = reinterpret_cast<T *>(name##_bytes)
#endif

// The items of a thread: for (FLAT(i, n)) { ... }
#define FLAT(i, n)                                                            \
  int64_t i = (int64_t)blockIdx.x * blockDim.x + threadIdx.x, i##_last = (n); \
  i < i##_last;                                                               \
  i += (int64_t)gridDim.x * blockDim.x

// ---- element types: S in memory, T to compute with ----

// load and store between the two
template <typename T>
__device__ inline T load(const T *p) {
  return *p;
}
__device__ inline float load(const __half *p) { return __half2float(*p); }
__device__ inline float load(const __nv_bfloat16 *p) { return __bfloat162float(*p); }
template <typename T>
__device__ inline void store(T *p, T v) {
  *p = v;
}
__device__ inline void store(__half *p, float v) { *p = __float2half(v); }
__device__ inline void store(__nv_bfloat16 *p, float v) { *p = __float2bfloat16(v); }

// Compute<S>::type, and in what sums are kept.
template <typename S>
struct Compute {
  typedef S type;
  typedef int64_t sum;
};
template <>
struct Compute<float> {
  typedef float type;
  typedef double sum;
};
template <>
struct Compute<double> {
  typedef double type;
  typedef double sum;
};
template <>
struct Compute<__half> {
  typedef float type;
  typedef float sum;
};
template <>
struct Compute<__nv_bfloat16> {
  typedef float type;
  typedef float sum;
};

// Elements that are read or written at once.
template <typename T, int V>
struct alignas(sizeof(T) * V) Pack {
  T v[V];
};

// A parameter in the compute type.
static inline void set_scalar(float *to, lt_scalar v) { *to = (float)v.f; }
static inline void set_scalar(double *to, lt_scalar v) { *to = v.f; }
template <typename T>
static inline void set_scalar(T *to, lt_scalar v) {
  *to = (T)v.i;
}
template <typename T>
static inline T scalar_as(lt_scalar v) {
  T out;
  set_scalar(&out, v);
  return out;
}

// M(S, DTYPE, ...) for each dtype of a class of the rows.
#define CUDA_FOR_REAL(M, ...) M(float, FLOAT, __VA_ARGS__) M(double, DOUBLE, __VA_ARGS__)
#define CUDA_FOR_FLT(M, ...)    \
  CUDA_FOR_REAL(M, __VA_ARGS__) \
  M(__half, HALF, __VA_ARGS__) M(__nv_bfloat16, BFLOAT16, __VA_ARGS__)
#define CUDA_FOR_INT(M, ...)    \
  M(uint8_t, BYTE, __VA_ARGS__) \
  M(int8_t, CHAR, __VA_ARGS__)  \
  M(int16_t, SHORT, __VA_ARGS__) M(int32_t, INT, __VA_ARGS__) M(int64_t, LONG, __VA_ARGS__)
#define CUDA_FOR_SGN(M, ...) \
  M(int32_t, INT, __VA_ARGS__) M(int64_t, LONG, __VA_ARGS__) CUDA_FOR_FLT(M, __VA_ARGS__)
#define CUDA_FOR_ALL(M, ...) CUDA_FOR_INT(M, __VA_ARGS__) CUDA_FOR_FLT(M, __VA_ARGS__)

// CUDA_SWITCH(dtype, CUDA_FOR_REAL, op, call): runs `return call;` with S the type of dtype, or
// fails.
#define CUDA_CASE(S_, DTYPE, ...) \
  case LT_##DTYPE: {              \
    typedef S_ S;                 \
    __VA_ARGS__;                  \
  }
#define CUDA_SWITCH(dtype, FOR, op, ...)                                                       \
  switch (dtype) {                                                                             \
    FOR(CUDA_CASE, __VA_ARGS__)                                                                \
  default:                                                                                     \
    return lti_fail(LT_ENOTIMPL, "%s: no kernel for %s on the GPU", op, lt_dtype_name(dtype)); \
  }

// Runs `return call;` with S an unsigned type of `size` bytes, for kernels that move elements.
#define CUDA_BY_SIZE(size, ...) \
  switch (size) {               \
  case 1: {                     \
    typedef uint8_t S;          \
    __VA_ARGS__;                \
  }                             \
  case 2: {                     \
    typedef uint16_t S;         \
    __VA_ARGS__;                \
  }                             \
  case 4: {                     \
    typedef uint32_t S;         \
    __VA_ARGS__;                \
  }                             \
  default: {                    \
    typedef uint64_t S;         \
    __VA_ARGS__;                \
  }                             \
  }

// A slot of the kernel table.
#define CUDA_KERNEL(name) extern "C" lt_status cuda_##name

#endif
