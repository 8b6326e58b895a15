// blas.cuh: the cuBLAS handle of the current device and stream.
#ifndef LT_CUDA_BLAS_CUH
#define LT_CUDA_BLAS_CUH

#include <cublas_v2.h>

#include "cuda/cuda.cuh"

lt_status cuda_blas(const char *op, cublasHandle_t *handle);

// LT_OK, or the failure of `op` that a status of cuBLAS stands for.
lt_status blas_status(const char *op, cublasStatus_t status);

#endif
