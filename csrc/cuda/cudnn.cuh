// cudnn.cuh: the part of the library cuDNN 9 that convolution uses. It is loaded when it is
// first asked for, and needed neither to build nor to run: what it cannot do is done by the kernels
// of conv.cu. Names, arguments and numbers are those of its C interface.
#ifndef LT_CUDA_CUDNN_CUH
#define LT_CUDA_CUDNN_CUH

#include "cuda/cuda.cuh"

extern "C" {
#include "core/window.h"
}

// cudnnConvolutionFwdAlgoPerf_t and its two likes.
struct CudnnChoice {
  int algorithm, status;
  float time; // ms
  size_t memory;
  int deterministic, math;
  int reserved[3];
};

enum {
  CUDNN_SUCCESS = 0,
  CUDNN_FLOAT = 0,
  CUDNN_DOUBLE = 1,
  CUDNN_HALF = 2,
  CUDNN_BFLOAT16 = 9,
  CUDNN_NCHW = 0,
  CUDNN_CORRELATION = 1
};

// How products are made.
enum {
  CUDNN_MATH_DEFAULT = 0, // of floats: TF32 on tensor cores
  CUDNN_MATH_TENSOR = 1,  // on tensor cores
  CUDNN_MATH_CONVERT = 2, // on tensor cores, of floats rounded to halves
  CUDNN_MATH_FMA = 3      // of floats: as they are
};

// One of the three passes: c = alpha (a, b) + beta c, where a and b are inputs and weights, weights
// and output gradients, or inputs and output gradients.
typedef int CudnnGet(void *handle, void *a, void *b, void *window, void *c, int most, int *count,
                     CudnnChoice *choices);
typedef int CudnnFind(void *handle, void *at, const void *a, void *bt, const void *b, void *window,
                      void *ct, void *c, int most, int *count, CudnnChoice *choices,
                      void *workspace, size_t bytes);
typedef int CudnnBytes(void *handle, void *a, void *b, void *window, void *c, int algorithm,
                       size_t *bytes);
typedef int CudnnRun(void *handle, const void *alpha, void *at, const void *a, void *bt,
                     const void *b, void *window, int algorithm, void *workspace, size_t bytes,
                     const void *beta, void *ct, void *c);
struct CudnnPass {
  CudnnGet *get;
  CudnnFind *find;
  CudnnBytes *bytes;
  CudnnRun *run;
};

struct Cudnn {
  size_t (*version)();
  const char *(*error)(int status);
  int (*create)(void **handle);
  int (*destroy)(void *handle);
  int (*stream)(void *handle, void *stream);
  int (*new_tensor)(void **t);
  int (*free_tensor)(void *t);
  int (*set_tensor)(void *t, int type, int n, const int *sizes, const int *strides);
  int (*new_filter)(void **f);
  int (*free_filter)(void *f);
  int (*set_filter)(void *f, int type, int format, int n, const int *sizes);
  int (*new_window)(void **w);
  int (*free_window)(void *w);
  int (*set_window)(void *w, int n, const int *pad, const int *step, const int *dilation, int mode,
                    int type);
  int (*set_groups)(void *w, int groups);
  int (*set_math)(void *w, int math);
  CudnnPass pass[3]; // CUDNN_FORWARD, CUDNN_DATA, CUDNN_WEIGHTS
};
enum { CUDNN_FORWARD, CUDNN_DATA, CUDNN_WEIGHTS };

// *out = the library, or NULL where there is none or it is switched off; fails where the
// environment names one that cannot be used.
lt_status cuda_cudnn(const Cudnn **out, const char *op);
// How this thread wants algorithms to be chosen: values of lt_cuda_cudnn_option.
bool cuda_cudnn_option(int option);
// The handle of the current device and stream.
lt_status cuda_cudnn_handle(const char *op, void **handle);
// LT_OK, or the failure of `op` that a status stands for.
lt_status cuda_cudnn_status(const char *op, int status);

// (conv_cudnn.cu) c = alpha (a, b) + beta c by a pass of cuDNN, of Float, Double, Half or BFloat16,
// the latter two summed in float. *done: false where it does not have the pass for such a window;
// then nothing was changed.
lt_status cudnn_convolve(int pass, int dtype, const lt_window &s, const void *a, const void *b,
                         void *c, double alpha, double beta, bool *done);
// Forgets the plans of this thread for a device.
void cudnn_forget_plans(int device);

#endif
