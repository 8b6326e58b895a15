// The library cuDNN: loading it, its options and handles.
#include "cuda/cudnn.cuh"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cuda/device.cuh"

namespace {

Cudnn library;
// Why the library that the environment names cannot be used; empty where none is named or it can.
char refusal[400];

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

// Loads the file that the environment's LUATORCH_CUDNN names, none if it is 0. An emulated device
// has only what is named.
bool load() {
  const char *named = getenv("LUATORCH_CUDNN");
  if (named && strcmp(named, "0") == 0) return false;
  if (named && *named) {
    void *from = dlopen(named, RTLD_NOW | RTLD_LOCAL);
    if (from && load_symbols(from)) return true;
    const char *why = dlerror(); // of the last symbol, too
    snprintf(refusal, sizeof refusal, "%s", why ? why : named);
    return false;
  }
#ifndef LT_EMULATED
  void *from = dlopen("libcudnn.so.9", RTLD_NOW | RTLD_LOCAL);
  if (from) return load_symbols(from);
#endif
  return false;
}

thread_local bool options[LT_CUDA_CUDNN_OPTIONS] = {true};

// The handles of a thread, which end with it.
struct Handles {
  void *of[LT_CUDA_MOST_DEVICES + 1];
  void forget(int device) {
    if (of[device]) library.destroy(of[device]);
    of[device] = nullptr;
  }
  ~Handles() {
    if (cuda_first_thread()) return;
    for (int device = 1; device <= LT_CUDA_MOST_DEVICES; device++) {
      if (!of[device]) continue;
      Entered here(device);
      forget(device);
    }
  }
};
thread_local Handles handles;

} // namespace

lt_status cuda_cudnn(const Cudnn **out, const char *op) {
  static const bool loaded = load();
  bool wanted = options[LT_CUDA_CUDNN_ENABLED];
  *out = loaded && wanted ? &library : nullptr;
  LT_CHECK(!wanted || !refusal[0], EBACKEND,
           "%s: the environment's LUATORCH_CUDNN names no cuDNN 9 that can be used: %s", op,
           refusal);
  return LT_OK;
}

bool cuda_cudnn_option(int option) { return options[option]; }

lt_status cuda_cudnn_status(const char *op, int status) {
  if (status == CUDNN_SUCCESS) return LT_OK;
  return lti_fail(LT_EBACKEND, "%s: cuDNN: %s", op, library.error(status));
}

lt_status cuda_cudnn_handle(const char *op, void **handle) {
  void **own = &handles.of[cuda_device()];
  int status = *own ? CUDNN_SUCCESS : library.create(own);
  LT_CHECK(status == CUDNN_SUCCESS, EBACKEND,
           "%s: cuDNN cannot start: %s; LUATORCH_CUDNN=0 in the environment does without it", op,
           library.error(status));
  LT_TRY(cuda_cudnn_status(op, library.stream(*own, cuda_stream())));
  *handle = *own;
  return LT_OK;
}

void cuda_forget_cudnn(int device) {
  cudnn_forget_plans(device);
  handles.forget(device);
}

lt_status lt_cuda_cudnn_version(int64_t *version) {
  LT_CHECK(version, EARG, "getCudnn: no place for the result");
  const Cudnn *l;
  LT_TRY(cuda_cudnn(&l, "getCudnn"));
  *version = l ? (int64_t)l->version() : 0;
  return LT_OK;
}

lt_status lt_cuda_set_cudnn(int option, int on) {
  LT_CHECK(option >= 0 && option < LT_CUDA_CUDNN_OPTIONS, EARG, "cudnn: no such option: %d",
           option);
  options[option] = on != 0;
  return LT_OK;
}
