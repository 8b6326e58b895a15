// The CUDA backend: libluatorch_cuda.so registers it when it is loaded, for devices 1 to n, the
// GPUs that the driver shows. Its table has no kernel: every op fails with "not implemented for
// Cuda".
#include <cuda_runtime.h>

extern "C" {
#include "core/internal.h"
}

static const lt_backend cuda_backend = {"Cuda", {}};

__attribute__((constructor)) static void register_devices(void) {
  int count = 0;
  if (cudaGetDeviceCount(&count) == cudaSuccess) lt_register_backend(&cuda_backend, 1, count);
}
