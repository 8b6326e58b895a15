// blas.cuh: the cuBLAS handle of the current device and stream.
#ifndef LT_CUDA_BLAS_CUH
#define LT_CUDA_BLAS_CUH

#include <cublas_v2.h>

#include "cuda/cuda.cuh"

lt_status cuda_blas(const char *op, cublasHandle_t *handle);
// Whether products of floats may use tensor cores with 10 bits of mantissa (TF32); at first not.
void cuda_allow_tf32(bool allow);
bool cuda_allows_tf32();

#endif
