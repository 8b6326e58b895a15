/* luatorch_cuda.h: the public functions of libluatorch_cuda.so, and the source of their FFI
 * declarations. Devices count from 1, as Lua sees them; the conventions are those of luatorch.h. */
#ifndef LUATORCH_CUDA_H
#define LUATORCH_CUDA_H

#ifdef LT_CDEF
#define LT_API
#else
#include "luatorch.h"
#ifdef __cplusplus
extern "C" {
#endif
#endif

/* Hash of the FFI declarations that the library was built from. */
LT_API const char *lt_cuda_cdef_hash(void);
/* ---- devices (device.cu) ---- */

enum { LT_CUDA_MOST_DEVICES = 64 };

/* Number of GPUs, 0 where there is no driver. */
LT_API int lt_cuda_count(void);
/* The GPU on which this thread makes tensors. */
LT_API int lt_cuda_device(void);
LT_API lt_status lt_cuda_set_device(int device);
/* Waits for all work of the current GPU. */
LT_API lt_status lt_cuda_synchronize(void);
/* Versions as CUDA numbers them: 12040 is 12.4. */
LT_API lt_status lt_cuda_versions(int *runtime, int *driver);
/* Gives everything of the current GPU back: memory, streams, handles. Fails where storages, pinned
 * memory or events are alive, which would lose their memory. */
LT_API lt_status lt_cuda_reset(void);

typedef struct lt_cuda_device_properties {
  char name[256];
  int64_t total_memory, shared_memory_per_block, constant_memory, pitch; /* bytes */
  int major, minor;                                                      /* compute capability */
  int multiprocessors, warp_size, max_threads_per_block, registers_per_block;
  int integrated, maps_host_memory, bus, slot; /* on the PCI bus */
} lt_cuda_device_properties;
LT_API lt_status lt_cuda_properties(int device, lt_cuda_device_properties *out);

/* ---- peers (peer.cu) ---- */

/* *on: whether copies let GPU `device` reach the memory of GPU `peer`; so they do at first wherever
 * the hardware can. */
LT_API lt_status lt_cuda_peer_access(int *on, int device, int peer);
/* Whether functions take tensors of several GPUs, whose kernels then use each other's memory; at
 * first not. Work of one thread on several GPUs is done in the order of its calls while they do. */
LT_API int lt_cuda_kernel_peer_access(void);
LT_API void lt_cuda_set_kernel_peer_access(int on);
/* Fails where on is asked for and the hardware cannot. */
LT_API lt_status lt_cuda_set_peer_access(int device, int peer, int on);

/* ---- streams and events (stream.cu) ---- */

/* Streams that every GPU has beside its default stream, number 0. */
LT_API int lt_cuda_streams(void);
/* Makes streams until there are n; nonblocking: ones that do not wait for the default stream. */
LT_API lt_status lt_cuda_reserve_streams(int n, int nonblocking);
/* The number of the stream that this thread's work goes to, on every GPU. */
LT_API int lt_cuda_stream(void);
LT_API lt_status lt_cuda_set_stream(int stream);
/* The current stream on a GPU as other libraries take it, a cudaStream_t; fails while a graph is
 * recorded. */
LT_API lt_status lt_cuda_stream_handle(void **handle, int device);
/* Later work of a stream waits for what another one has been given so far. */
LT_API lt_status lt_cuda_stream_wait(int device, int stream, int other_device, int other_stream);
/* Waits for a stream of the current GPU. */
LT_API lt_status lt_cuda_stream_synchronize(int stream);

/* A point in the work of the current stream of the current GPU. */
typedef struct lt_cuda_event lt_cuda_event;
LT_API lt_status lt_cuda_event_new(lt_cuda_event **event);
/* Later work of the current stream waits for the event. */
LT_API lt_status lt_cuda_event_wait(lt_cuda_event *event);
LT_API void lt_cuda_event_free(lt_cuda_event *event);

/* ---- graphs (graph.cu) ---- */

/* Work of the current GPU that was recorded and can be run again. */
typedef struct lt_cuda_graph lt_cuda_graph;
/* Records what this thread gives the current GPU from now on instead of doing it. `gen` is the
 * generator that its random numbers come from, each time that it runs. Until lt_cuda_graph_end
 * whatever waits for a GPU, uses another one, or changes streams fails. */
LT_API lt_status lt_cuda_graph_begin(lt_cuda_graph **graph, lt_generator *gen);
/* Ends the recording; the generator is as it was when it began. keep: makes the graph ready to run,
 * which fails where something failed that cannot be recorded. The graph has to be freed anyway. */
LT_API lt_status lt_cuda_graph_end(lt_cuda_graph *graph, int keep);
/* Gives the work to the current stream of the graph's GPU. */
LT_API lt_status lt_cuda_graph_launch(lt_cuda_graph *graph, lt_generator *gen);
/* Waits until it has run. Memory that it kept and no storage uses goes back. */
LT_API void lt_cuda_graph_free(lt_cuda_graph *graph);

/* ---- cuBLAS (gemm.cu) ---- */

/* Handles that this thread has on every GPU, at first 1, and the one that it uses. */
LT_API int lt_cuda_blas_handles(void);
LT_API lt_status lt_cuda_reserve_blas_handles(int n);
LT_API int lt_cuda_blas_handle(void);
LT_API lt_status lt_cuda_set_blas_handle(int handle);
/* Whether products of floats may round their operands to TF32 (10 bits of mantissa); at first not.
 */
LT_API int lt_cuda_tf32(void);
LT_API void lt_cuda_set_tf32(int on);

/* ---- cuDNN (cudnn.cu) ---- */

/* *version of cuDNN that convolutions use, as 90100 for 9.1.0; 0: it is not there or not used.
 * Fails where the environment names one that cannot be used. */
LT_API lt_status lt_cuda_cudnn_version(int64_t *version);
enum {
  LT_CUDA_CUDNN_ENABLED,   /* at first on */
  LT_CUDA_CUDNN_BENCHMARK, /* algorithms are chosen by their times */
  LT_CUDA_CUDNN_FASTEST,   /* even those that need over 1 GB or sum in any order */
  LT_CUDA_CUDNN_OPTIONS
};
/* Switches an option for this thread. */
LT_API lt_status lt_cuda_set_cudnn(int option, int on);

/* ---- memory (memory.cu, host.cu) ---- */

/* Bytes that tensors can still get and that there are on a GPU. What the pool keeps of freed
 * tensors counts as free. */
LT_API lt_status lt_cuda_memory(int device, size_t *available, size_t *total);
/* Whether freed memory is kept for later tensors: unless THC_CACHING_ALLOCATOR is 0. */
LT_API int lt_cuda_keeps_memory(void);
/* Whether GPU memory counts in lt_mem.debt; at first it does. */
LT_API void lt_cuda_track(int on);

/* Bytes held by live storages on all GPUs and on each; they count in lt_mem.debt. `host`: those of
 * pinned and managed memory. `waits`: how often functions have waited for a GPU. `peak`: the most
 * that `on` has been since peak was last set. `graphs`: those alive. */
typedef struct lt_cuda_usage {
  int64_t live, host, events, waits, graphs;
  int64_t on[LT_CUDA_MOST_DEVICES + 1], peak[LT_CUDA_MOST_DEVICES + 1];
} lt_cuda_usage;
extern LT_API lt_cuda_usage lt_cuda_mem;

/* Memory of the host that GPUs copy from and to on their own, and memory that host and GPUs
 * share. */
extern LT_API const lt_allocator lt_cuda_pinned, lt_cuda_managed;
/* Whether an address lies in managed memory. */
LT_API lt_status lt_cuda_is_managed(int *out, const void *address);
/* A storage over the elements of src, in managed memory, for another device. */
LT_API lt_status lt_cuda_share(lt_storage **s, lt_storage *src, int device);
/* lt_copy that returns before the elements have arrived where both are contiguous, of one type, and
 * what is not on a GPU is pinned; otherwise lt_copy. */
LT_API lt_status lt_cuda_copy_async(lt_tensor *r, const lt_tensor *x);

#ifndef LT_CDEF
#ifdef __cplusplus
}
#endif
#endif
#endif
