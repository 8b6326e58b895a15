// The emulated graphs: lists of calls, recorded by the thread that captures.
#include "cuda_runtime.h"

#include <vector>

typedef std::vector<std::function<cudaError_t()>> Calls;
struct emulated_graph {
  Calls calls;
};
struct emulated_exec {
  Calls calls;
};

static thread_local cudaStream_t capturing;
static thread_local bool spoilt;
static thread_local Calls recorded;

cudaStream_t emulated_capturing() { return capturing; }

cudaError_t emulated_spoil() {
  spoilt = true;
  return cudaErrorStreamCaptureUnsupported;
}

bool emulated_record(cudaStream_t stream, const std::function<cudaError_t()> &work) {
  if (!capturing || stream != capturing) return false;
  recorded.push_back(work);
  return true;
}

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode mode) {
  if (!stream || capturing) return cudaErrorStreamCaptureUnsupported;
  if (mode != cudaStreamCaptureModeRelaxed) return cudaErrorInvalidValue;
  capturing = stream;
  spoilt = false;
  recorded.clear();
  return cudaSuccess;
}

cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t *graph) {
  *graph = nullptr;
  if (!stream || stream != capturing) return cudaErrorInvalidValue;
  capturing = nullptr;
  if (spoilt) return cudaErrorStreamCaptureInvalidated;
  *graph = new emulated_graph{std::move(recorded)};
  recorded.clear();
  return cudaSuccess;
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t *exec, cudaGraph_t graph, unsigned long long) {
  *exec = new emulated_exec{graph->calls};
  return cudaSuccess;
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t exec, cudaStream_t stream) {
  if (stream && stream == capturing) return emulated_spoil();
  for (const auto &call : exec->calls) {
    cudaError_t error = call();
    if (error != cudaSuccess) return error;
  }
  return cudaSuccess;
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  delete graph;
  return cudaSuccess;
}
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t exec) {
  delete exec;
  return cudaSuccess;
}
