// device.cuh: devices, streams and memory, as the files that manage them see each other.
#ifndef LT_CUDA_DEVICE_CUH
#define LT_CUDA_DEVICE_CUH

#include "cuda/cuda.cuh"
#include "cuda/luatorch_cuda.h"

// Makes a device the one that kernels of this thread run on.
lt_status cuda_enter(int device);
// Fails unless there is a GPU of this number.
lt_status cuda_check_device(const char *op, int device);

// Makes `device` current while it lives.
class Entered {
public:
  explicit Entered(int device) : before(cuda_device()), status(cuda_enter(device)) {}
  ~Entered() { cuda_enter(before); }
  const int before;
  const lt_status status;
};

// Whether this is the thread that the process began with. What it has of CUDA's libraries ends with
// the process, at whose end CUDA may be gone before.
bool cuda_first_thread();

// Waits for the current stream, and counts it in lt_cuda_mem.waits.
lt_status cuda_wait(const char *op);

// Whether an address is in pinned memory (host.cu), which copies read after they have returned.
bool cuda_is_pinned(const void *address);

// A stream of the current device on which memory can be freed: it comes after all work that the
// device has been given so far.
cudaStream_t cuda_disposal();

// What a reset of a device ends, and makes again.
void cuda_forget_streams(int device);
lt_status cuda_remake_streams(int device);
void cuda_forget_pool(int device);
void cuda_forget_blas(int device);
void cuda_forget_cudnn(int device);

// Lets copies from `peer` to `device` go directly where that is on and can be.
lt_status cuda_join_peers(int device, int peer);
void cuda_forget_peers(int device);
// Whether kernels of each of two GPUs may use the other's memory, which is opened to them.
bool cuda_reaches(int device, int other);
// Where kernels use memory of several GPUs: later work of a device comes after what this thread has
// given another one.
lt_status cuda_follow(int device);

// ---- recorded graphs (graph.cu) ----

// The stream of the graph that this thread records on a device, or NULL.
cudaStream_t cuda_recording_stream(int device);
extern const char cuda_waits[]; // what cuda_unrecorded says of most
// Makes a device current for a kernel: while a graph is recorded, its device only.
lt_status cuda_enter_kernel(int device);
// Memory for the graph that this thread records, which keeps it. The caller counts nothing.
lt_status cuda_graph_allocate(void **block, size_t bytes);
// A storage has got a block outside of graphs.
void cuda_graph_born(const void *block);
// Whether a graph keeps a block that a storage gives up, since it may use it. device 0: memory of
// the host, which `give_back` frees.
bool cuda_graph_keeps(int device, void *block, size_t bytes, void (*give_back)(void *));
// Memory for cuBLAS while this thread records a graph; *block is NULL where it does not.
lt_status cuda_graph_workspace(void **block, size_t *bytes);

// Counts bytes that a device has given, or got back (memory.cu).
void cuda_count(int device, int64_t bytes);
// The failure to get bytes on the current device.
lt_status cuda_out_of_memory(size_t bytes);
// Waits for the current device and gives back what its pool keeps of freed memory.
void cuda_trim();

// The pool of a device's memory.
lt_status cuda_pool(cudaMemPool_t *pool, int device);

#endif
