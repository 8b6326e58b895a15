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
/* Number of GPUs, 0 where there is no driver. */
LT_API int lt_cuda_count(void);
/* The GPU on which this thread makes tensors. */
LT_API int lt_cuda_device(void);
LT_API lt_status lt_cuda_set_device(int device);
/* Waits for all work of the current GPU. */
LT_API lt_status lt_cuda_synchronize(void);
/* Bytes that are free and that there are on a GPU. */
LT_API lt_status lt_cuda_memory(int device, size_t *available, size_t *total);

typedef struct lt_cuda_device_properties {
  char name[256];
  int64_t total_memory, shared_memory_per_block; /* bytes */
  int major, minor;                              /* compute capability */
  int multiprocessors, warp_size, max_threads_per_block;
} lt_cuda_device_properties;
LT_API lt_status lt_cuda_properties(int device, lt_cuda_device_properties *out);

/* Bytes held by live storages on all GPUs; they count in lt_mem.debt. */
typedef struct lt_cuda_usage {
  int64_t live;
} lt_cuda_usage;
extern LT_API lt_cuda_usage lt_cuda_mem;

#ifndef LT_CDEF
#ifdef __cplusplus
}
#endif
#endif
#endif
