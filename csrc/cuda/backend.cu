// The CUDA backend: libluatorch_cuda.so registers it when it is loaded, for devices 1 to n, the
// GPUs that the driver shows. Its table is made from kernels.def; a slot that no file here defines
// is empty, and its operations fail with "not implemented for Cuda".
#include "cuda/cuda.cuh"
#include "cuda/luatorch_cuda.h"

extern "C" {
#include "core/peers.h"
#define KERNEL(name, args) __attribute__((weak)) lt_status cuda_##name args;
#include "kernels.def"
#undef KERNEL
}

lt_status cuda_allocate(void **block, int device, size_t bytes);
void cuda_release(int device, void *block, size_t bytes);
lt_status cuda_transfer(int to, void *dst, int from, const void *src, size_t bytes);
lt_status cuda_enter_kernel(int device);
bool cuda_reaches(int device, int other);

static const lt_backend cuda_backend = {
    "Cuda",
    {cuda_allocate, cuda_release, cuda_transfer},
    cuda_enter_kernel,
    true,
    {
#define KERNEL(name, args) cuda_##name,
#include "kernels.def"
#undef KERNEL
    },
};

__attribute__((constructor)) static void register_devices() {
  int count = 0;
  if (cudaGetDeviceCount(&count) != cudaSuccess) return;
  lt_register_backend(&cuda_backend, 1, count);
  lt_register_peers(cuda_reaches, lt_cuda_device);
}
