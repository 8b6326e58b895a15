// The library cuDNN: loading it, its options and handles.
#include "cuda/cudnn.cuh"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "cuda/device.cuh"

namespace {

Cudnn library;

template <typename F>
bool symbol(void *from, const char *name, F *to) {
  *to = reinterpret_cast<F>(dlsym(from, name));
  return *to != nullptr;
}

bool load_pass(void *from, CudnnPass *p, const char *get, const char *find, const char *bytes,
               const char *run) {
  return symbol(from, get, &p->get) && symbol(from, find, &p->find) &&
         symbol(from, bytes, &p->bytes) && symbol(from, run, &p->run);
}

bool load_symbols(void *from) {
  Cudnn &l = library;
  return symbol(from, "cudnnGetVersion", &l.version) &&
         symbol(from, "cudnnGetErrorString", &l.error) && symbol(from, "cudnnCreate", &l.create) &&
         symbol(from, "cudnnDestroy", &l.destroy) && symbol(from, "cudnnSetStream", &l.stream) &&
         symbol(from, "cudnnCreateTensorDescriptor", &l.new_tensor) &&
         symbol(from, "cudnnDestroyTensorDescriptor", &l.free_tensor) &&
         symbol(from, "cudnnSetTensorNdDescriptor", &l.set_tensor) &&
         symbol(from, "cudnnCreateFilterDescriptor", &l.new_filter) &&
         symbol(from, "cudnnDestroyFilterDescriptor", &l.free_filter) &&
         symbol(from, "cudnnSetFilterNdDescriptor", &l.set_filter) &&
         symbol(from, "cudnnCreateConvolutionDescriptor", &l.new_window) &&
         symbol(from, "cudnnDestroyConvolutionDescriptor", &l.free_window) &&
         symbol(from, "cudnnSetConvolutionNdDescriptor", &l.set_window) &&
         symbol(from, "cudnnSetConvolutionGroupCount", &l.set_groups) &&
         symbol(from, "cudnnSetConvolutionMathType", &l.set_math) &&
         load_pass(from, &l.pass[CUDNN_FORWARD], "cudnnGetConvolutionForwardAlgorithm_v7",
                   "cudnnFindConvolutionForwardAlgorithmEx",
                   "cudnnGetConvolutionForwardWorkspaceSize", "cudnnConvolutionForward") &&
         load_pass(from, &l.pass[CUDNN_DATA], "cudnnGetConvolutionBackwardDataAlgorithm_v7",
                   "cudnnFindConvolutionBackwardDataAlgorithmEx",
                   "cudnnGetConvolutionBackwardDataWorkspaceSize",
                   "cudnnConvolutionBackwardData") &&
         load_pass(from, &l.pass[CUDNN_WEIGHTS], "cudnnGetConvolutionBackwardFilterAlgorithm_v7",
                   "cudnnFindConvolutionBackwardFilterAlgorithmEx",
                   "cudnnGetConvolutionBackwardFilterWorkspaceSize",
                   "cudnnConvolutionBackwardFilter");
}

// The file that the environment's LUATORCH_CUDNN names, none if it is 0. An emulated device has
// only what is named.
bool load() {
  const char *named = getenv("LUATORCH_CUDNN");
  if (named && strcmp(named, "0") == 0) return false;
  if (named && *named) {
    void *from = dlopen(named, RTLD_NOW | RTLD_LOCAL);
    return from && load_symbols(from);
  }
#ifndef LT_EMULATED
  void *from = dlopen("libcudnn.so.9", RTLD_NOW | RTLD_LOCAL);
  if (from) return load_symbols(from);
#endif
  return false;
}

thread_local bool options[LT_CUDA_CUDNN_OPTIONS] = {true};
thread_local void *handles[LT_CUDA_MOST_DEVICES + 1];

} // namespace

const Cudnn *cuda_cudnn() {
  static const bool loaded = load();
  return loaded && options[LT_CUDA_CUDNN_ENABLED] ? &library : nullptr;
}

bool cuda_cudnn_option(int option) { return options[option]; }

lt_status cuda_cudnn_status(const char *op, int status) {
  if (status == CUDNN_SUCCESS) return LT_OK;
  return lti_fail(LT_EBACKEND, "%s: cuDNN: %s", op, library.error(status));
}

lt_status cuda_cudnn_handle(const char *op, void **handle) {
  void **own = &handles[cuda_device()];
  int status = *own ? CUDNN_SUCCESS : library.create(own);
  LT_CHECK(status == CUDNN_SUCCESS, EBACKEND,
           "%s: cuDNN cannot start: %s; LUATORCH_CUDNN=0 in the environment does without it", op,
           library.error(status));
  LT_TRY(cuda_cudnn_status(op, library.stream(*own, cuda_stream())));
  *handle = *own;
  return LT_OK;
}

void cuda_forget_cudnn(int device) {
  cudnn_forget_plans(library, device);
  if (handles[device]) library.destroy(handles[device]);
  handles[device] = nullptr;
}

int64_t lt_cuda_cudnn_version(void) {
  const Cudnn *l = cuda_cudnn();
  return l ? (int64_t)l->version() : 0;
}

lt_status lt_cuda_set_cudnn(int option, int on) {
  LT_CHECK(option >= 0 && option < LT_CUDA_CUDNN_OPTIONS, EARG, "cudnn: no such option: %d",
           option);
  options[option] = on != 0;
  return LT_OK;
}
