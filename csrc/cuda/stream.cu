// Streams and events. Every GPU has the default stream, number 0, and the same number of others; a
// thread's current stream is one number for all GPUs.
#include <mutex>

#include "cuda/device.cuh"

enum { MOST_STREAMS = 1024 };

static std::mutex lock; // of what follows
static int reserved;
static unsigned kinds[MOST_STREAMS + 1]; // flags of the streams of a number
static cudaStream_t streams[LT_CUDA_MOST_DEVICES + 1][MOST_STREAMS + 1];
static cudaStream_t disposal[LT_CUDA_MOST_DEVICES + 1]; // where memory is freed that streams used

static thread_local int chosen;

cudaStream_t cuda_stream() {
  cudaStream_t recording = cuda_recording_stream(cuda_device());
  return recording ? recording : streams[cuda_device()][chosen];
}

lt_status cuda_wait(const char *op) {
  LT_TRY(cuda_unrecorded(op, cuda_waits));
  __atomic_fetch_add(&lt_cuda_mem.waits, 1, __ATOMIC_RELAXED);
  return cuda_status(op, cudaStreamSynchronize(cuda_stream()));
}

int lt_cuda_streams(void) { return __atomic_load_n(&reserved, __ATOMIC_ACQUIRE); }

int lt_cuda_stream(void) { return chosen; }

static lt_status check_stream(const char *op, int stream) {
  int most = lt_cuda_streams();
  LT_CHECK(stream >= 0 && stream <= most, ERANGE, "%s: expected a stream from 0 to %d, got %d", op,
           most, stream);
  return LT_OK;
}

lt_status lt_cuda_set_stream(int stream) {
  LT_TRY(check_stream("setStream", stream));
  LT_TRY(cuda_unrecorded("setStream", "leaves the stream"));
  chosen = stream;
  return LT_OK;
}

lt_status lt_cuda_stream_handle(void **handle, int device) {
  const char *op = "getStream";
  LT_CHECK(handle, EARG, "%s: no place for the result", op);
  LT_TRY(cuda_check_device(op, device));
  LT_TRY(cuda_unrecorded(op, "gives work to another library"));
  *handle = streams[device][chosen];
  return LT_OK;
}

// Streams `from` to `to` of one GPU.
static lt_status create(int device, int from, int to) {
  Entered here(device);
  LT_TRY(here.status);
  cudaStream_t *own = streams[device];
  if (!disposal[device])
    CUDA_TRY("reserveStreams", cudaStreamCreateWithFlags(&disposal[device], cudaStreamNonBlocking));
  for (int i = from; i <= to; i++)
    if (!own[i]) CUDA_TRY("reserveStreams", cudaStreamCreateWithFlags(&own[i], kinds[i]));
  return LT_OK;
}

lt_status lt_cuda_reserve_streams(int n, int nonblocking) {
  LT_CHECK(n >= 0 && n <= MOST_STREAMS, ERANGE,
           "reserveStreams: expected a number of streams from 0 to %d, got %d", MOST_STREAMS, n);
  std::lock_guard<std::mutex> hold(lock);
  if (n <= reserved) return LT_OK;
  for (int i = reserved + 1; i <= n; i++)
    kinds[i] = nonblocking ? cudaStreamNonBlocking : cudaStreamDefault;
  for (int device = 1; device <= lt_cuda_count(); device++) LT_TRY(create(device, reserved + 1, n));
  __atomic_store_n(&reserved, n, __ATOMIC_RELEASE);
  return LT_OK;
}

// An event that is gone when it goes out of scope, which it may be before it has happened.
class Moment {
public:
  Moment() : event(nullptr) {}
  ~Moment() {
    if (event) cudaEventDestroy(event);
  }
  // Now, in the work of a stream of the current device.
  cudaError_t record(cudaStream_t stream) {
    cudaError_t error = cudaEventCreateWithFlags(&event, cudaEventDisableTiming);
    if (error != cudaSuccess) {
      event = nullptr;
      return error;
    }
    return cudaEventRecord(event, stream);
  }
  cudaEvent_t event;
};

lt_status lt_cuda_stream_wait(int device, int stream, int other_device, int other_stream) {
  const char *op = "streamWaitFor";
  LT_TRY(cuda_unrecorded(op, "orders streams"));
  LT_TRY(cuda_check_device(op, device));
  LT_TRY(cuda_check_device(op, other_device));
  LT_TRY(check_stream(op, stream));
  LT_TRY(check_stream(op, other_stream));
  if (device == other_device && stream == other_stream) return LT_OK;
  Moment moment;
  Entered there(other_device);
  LT_TRY(there.status);
  CUDA_TRY(op, moment.record(streams[other_device][other_stream]));
  Entered here(device);
  LT_TRY(here.status);
  return cuda_status(op, cudaStreamWaitEvent(streams[device][stream], moment.event, 0));
}

lt_status lt_cuda_stream_synchronize(int stream) {
  LT_TRY(check_stream("streamSynchronize", stream));
  LT_TRY(cuda_unrecorded("streamSynchronize", cuda_waits));
  LT_TRY(cuda_enter(lt_cuda_device()));
  return cuda_status("streamSynchronize", cudaStreamSynchronize(streams[lt_cuda_device()][stream]));
}

cudaStream_t cuda_disposal() {
  int most = lt_cuda_streams(), device = cuda_device();
  if (most == 0) return cuda_stream();
  cudaStream_t last = disposal[device];
  for (int i = 0; i <= most; i++) {
    Moment moment;
    if (moment.record(streams[device][i]) != cudaSuccess ||
        cudaStreamWaitEvent(last, moment.event, 0) != cudaSuccess)
      cudaStreamSynchronize(streams[device][i]);
  }
  return last;
}

void cuda_forget_streams(int device) {
  std::lock_guard<std::mutex> hold(lock);
  for (int i = 1; i <= reserved; i++)
    if (streams[device][i]) cudaStreamDestroy(streams[device][i]);
  if (disposal[device]) cudaStreamDestroy(disposal[device]);
  disposal[device] = nullptr;
  memset(streams[device], 0, sizeof streams[device]);
}

lt_status cuda_remake_streams(int device) {
  std::lock_guard<std::mutex> hold(lock);
  return reserved ? create(device, 1, reserved) : LT_OK;
}

// ---- events ----

static cudaEvent_t event_of(lt_cuda_event *event) { return reinterpret_cast<cudaEvent_t>(event); }

lt_status lt_cuda_event_new(lt_cuda_event **event) {
  LT_CHECK(event, EARG, "Event: no place for the result");
  LT_TRY(cuda_unrecorded("Event", "orders streams"));
  LT_TRY(cuda_enter(lt_cuda_device()));
  Moment moment;
  CUDA_TRY("Event", moment.record(cuda_stream()));
  *event = reinterpret_cast<lt_cuda_event *>(moment.event);
  moment.event = nullptr;
  __atomic_fetch_add(&lt_cuda_mem.events, 1, __ATOMIC_RELAXED);
  return LT_OK;
}

lt_status lt_cuda_event_wait(lt_cuda_event *event) {
  LT_CHECK(event, EARG, "waitOn: expected an event");
  LT_TRY(cuda_unrecorded("waitOn", "orders streams"));
  LT_TRY(cuda_enter(lt_cuda_device()));
  return cuda_status("waitOn", cudaStreamWaitEvent(cuda_stream(), event_of(event), 0));
}

void lt_cuda_event_free(lt_cuda_event *event) {
  if (!event) return;
  cudaEventDestroy(event_of(event));
  __atomic_fetch_sub(&lt_cuda_mem.events, 1, __ATOMIC_RELAXED);
}
