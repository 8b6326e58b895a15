// The emulated CUDA runtime: see cuda_runtime.h.
#include "cuda_runtime.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>

#include <map>
#include <mutex>
#include <vector>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)0)
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)0)
#endif

thread_local uint3 threadIdx, blockIdx;
thread_local dim3 blockDim, gridDim;

static thread_local cudaError_t last_error;

// The error of a GPU that was lost, which every call gives from then on.
static cudaError_t loss;
extern "C" __attribute__((visibility("default"))) void emulated_lose(int error) {
  loss = (cudaError_t)error;
}

static cudaError_t report(cudaError_t error) {
  if (loss != cudaSuccess) error = loss;
  if (error != cudaSuccess) last_error = error;
  return error;
}

const char *cudaGetErrorString(cudaError_t error) {
  switch (error) {
  case cudaSuccess: return "no error";
  case cudaErrorMemoryAllocation: return "out of memory";
  case cudaErrorInvalidDevice: return "invalid device ordinal";
  case cudaErrorIllegalAddress: return "an illegal memory access was encountered";
  default: return "invalid argument";
  }
}

cudaError_t cudaGetLastError() {
  cudaError_t error = last_error;
  last_error = cudaSuccess;
  return error;
}

// ---- devices ----

enum { DEVICES = 2 };
static thread_local int current_device;

cudaError_t cudaGetDeviceCount(int *count) {
  *count = DEVICES;
  return cudaSuccess;
}
cudaError_t cudaGetDevice(int *device) {
  *device = current_device;
  return cudaSuccess;
}
cudaError_t cudaSetDevice(int device) {
  if (device < 0 || device >= DEVICES) return report(cudaErrorInvalidDevice);
  current_device = device;
  return cudaSuccess;
}
// What waits for a stream that captures spoils the capture.
static cudaError_t wait_for(cudaStream_t stream) {
  if (stream && stream == emulated_capturing()) return report(emulated_spoil());
  return report(cudaSuccess);
}
cudaError_t cudaDeviceSynchronize() { return wait_for(emulated_capturing()); }
cudaError_t cudaDeviceReset() { return cudaSuccess; }
cudaError_t cudaDeviceCanAccessPeer(int *can, int device, int peer) {
  *can = device != peer;
  return cudaSuccess;
}
cudaError_t cudaRuntimeGetVersion(int *version) {
  *version = 12000;
  return cudaSuccess;
}
cudaError_t cudaDriverGetVersion(int *version) { return cudaRuntimeGetVersion(version); }
cudaError_t cudaDeviceGetAttribute(int *value, cudaDeviceAttr, int) {
  *value = 1;
  return cudaSuccess;
}
cudaError_t cudaGetDeviceProperties(cudaDeviceProp *p, int) {
  memset(p, 0, sizeof *p);
  snprintf(p->name, sizeof p->name, "emulated device");
  p->totalGlobalMem = (size_t)4 << 30;
  p->sharedMemPerBlock = 48 << 10;
  p->major = 8;
  p->multiProcessorCount = 1;
  p->warpSize = 32;
  p->maxThreadsPerBlock = 1024;
  p->regsPerBlock = 65536;
  p->totalConstMem = 65536;
  p->canMapHostMemory = 1;
  return cudaSuccess;
}

// ---- streams and events ----

struct emulated_stream {};
struct emulated_event {};
cudaError_t cudaStreamCreateWithFlags(cudaStream_t *stream, unsigned) {
  *stream = new emulated_stream;
  return cudaSuccess;
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  delete stream;
  return cudaSuccess;
}
cudaError_t cudaStreamSynchronize(cudaStream_t stream) { return wait_for(stream); }
cudaError_t cudaStreamQuery(cudaStream_t) { return cudaSuccess; }
cudaError_t cudaEventCreateWithFlags(cudaEvent_t *event, unsigned) {
  *event = new emulated_event;
  return cudaSuccess;
}
cudaError_t cudaEventDestroy(cudaEvent_t event) {
  delete event;
  return cudaSuccess;
}
cudaError_t cudaEventRecord(cudaEvent_t, cudaStream_t stream) { return wait_for(stream); }
cudaError_t cudaEventSynchronize(cudaEvent_t) { return cudaSuccess; }
cudaError_t cudaEventQuery(cudaEvent_t) { return cudaSuccess; }
cudaError_t cudaEventElapsedTime(float *ms, cudaEvent_t, cudaEvent_t) {
  *ms = 0;
  return cudaSuccess;
}
cudaError_t cudaStreamWaitEvent(cudaStream_t, cudaEvent_t, unsigned) { return cudaSuccess; }

// ---- memory: one range of addresses that is open only while a kernel or a copy runs ----

static const size_t ARENA = (size_t)4 << 30, GUARD = 256, GRAIN = 256;
static const size_t LARGE = 64 << 10;
enum { FRESH = 0xa5, CANARY = 0x5c };

static std::recursive_mutex lock;
static std::mutex known_lock;
static char *arena;
static size_t top, live; // bytes of the arena that were ever in use, and that blocks hold now
static std::map<char *, size_t> blocks;           // those in use, with their sizes
static std::multimap<size_t, char *> free_blocks; // by room
static int opened;
// Bytes that the pool keeps and no block fits into until it is trimmed.
static size_t kept_in_pool;
extern "C" __attribute__((visibility("default"))) void emulated_keep(double bytes) {
  kept_in_pool = (size_t)bytes;
}

static void protect(int protection) {
  if (top > 0) mprotect(arena, (top + 4095) & ~(size_t)4095, protection);
}

// Device memory may be touched while one of these lives.
class Open {
public:
  Open() {
    lock.lock();
    if (opened++ == 0) protect(PROT_READ | PROT_WRITE);
  }
  ~Open() {
    if (--opened == 0) protect(PROT_NONE);
    lock.unlock();
  }
};

static size_t room_of(size_t bytes) { return (bytes + GRAIN - 1) / GRAIN * GRAIN + GUARD; }

cudaError_t cudaMallocAsync(void **block, size_t bytes, cudaStream_t stream) {
  if (wait_for(stream) != cudaSuccess) return last_error;
  std::lock_guard<std::recursive_mutex> hold(lock);
  if (!arena) {
    void *p = mmap(NULL, ARENA, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) return report(cudaErrorMemoryAllocation);
    arena = (char *)p;
  }
  size_t room = room_of(bytes);
  auto found = free_blocks.lower_bound(room);
  char *p;
  if (found != free_blocks.end() && found->first == room) {
    p = found->second;
    free_blocks.erase(found);
  } else {
    if (room + kept_in_pool > ARENA - top) return report(cudaErrorMemoryAllocation);
    p = arena + top;
    top += room;
  }
  blocks[p] = bytes;
  live += room;
  Open memory;
  ASAN_UNPOISON_MEMORY_REGION(p, room);
  memset(p, FRESH, bytes);
  memset(p + bytes, CANARY, room - bytes);
  ASAN_POISON_MEMORY_REGION(p + bytes, room - bytes);
  *block = p;
  return cudaSuccess;
}

cudaError_t cudaFreeAsync(void *block, cudaStream_t stream) {
  if (stream && stream == emulated_capturing()) {
    fprintf(stderr, "emulation: a stream that captures frees memory\n");
    abort();
  }
  if (!block) return cudaSuccess;
  Open memory;
  char *p = (char *)block;
  auto found = blocks.find(p);
  if (found == blocks.end()) {
    fprintf(stderr, "emulation: freed memory that is not a block's\n");
    abort();
  }
  size_t bytes = found->second, room = room_of(bytes);
  ASAN_UNPOISON_MEMORY_REGION(p, room);
  for (size_t i = bytes; i < room; i++) {
    if ((unsigned char)p[i] == CANARY) continue;
    fprintf(stderr, "emulation: byte %zu of a block of %zu was written\n", i + 1, bytes);
    abort();
  }
  ASAN_POISON_MEMORY_REGION(p, room);
  if (room >= LARGE) { // pages that hold nothing make closing the range slow
    char *first = (char *)(((uintptr_t)p + 4095) & ~(uintptr_t)4095);
    madvise(first, (size_t)(p + room - first) & ~(size_t)4095, MADV_DONTNEED);
  }
  blocks.erase(found);
  free_blocks.insert({room, p});
  live -= room;
  return cudaSuccess;
}

cudaError_t cudaMemGetInfo(size_t *available, size_t *total) {
  *available = ARENA - live;
  *total = ARENA;
  return cudaSuccess;
}
struct emulated_pool {};
cudaError_t cudaDeviceGetDefaultMemPool(cudaMemPool_t *pool, int) {
  static emulated_pool one;
  *pool = &one;
  return cudaSuccess;
}
cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t, cudaMemPoolAttr, void *) { return cudaSuccess; }
cudaError_t cudaMemPoolGetAttribute(cudaMemPool_t, cudaMemPoolAttr, void *value) {
  *(uint64_t *)value = live; // nothing is kept
  return cudaSuccess;
}
cudaError_t cudaMemPoolTrimTo(cudaMemPool_t, size_t) {
  kept_in_pool = 0;
  return cudaDeviceSynchronize();
}
cudaError_t cudaMemPoolSetAccess(cudaMemPool_t, const cudaMemAccessDesc *, size_t) {
  return cudaSuccess;
}

// A graph keeps device memory and pinned memory, but reads and writes other memory whenever it
// runs.
static void check_kept(const void *address) {
  cudaPointerAttributes what;
  cudaPointerGetAttributes(&what, address);
  if (what.type != cudaMemoryTypeUnregistered) return;
  fprintf(stderr, "emulation: a graph records a copy of memory that it does not keep\n");
  abort();
}

cudaError_t cudaMemcpyAsync(void *dst, const void *src, size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream) {
  if (stream && stream == emulated_capturing()) check_kept(src), check_kept(dst);
  if (emulated_record(stream, [=] { return cudaMemcpyAsync(dst, src, bytes, kind, nullptr); }))
    return cudaSuccess;
  Open memory;
  memmove(dst, src, bytes);
  return cudaSuccess;
}
cudaError_t cudaMemcpyPeerAsync(void *dst, int, const void *src, int, size_t bytes,
                                cudaStream_t stream) {
  return cudaMemcpyAsync(dst, src, bytes, cudaMemcpyDeviceToDevice, stream);
}
cudaError_t cudaMemsetAsync(void *block, int value, size_t bytes, cudaStream_t stream) {
  if (emulated_record(stream, [=] { return cudaMemsetAsync(block, value, bytes, nullptr); }))
    return cudaSuccess;
  Open memory;
  memset(block, value, bytes);
  return cudaSuccess;
}

// Host memory that the runtime knows, with its size and kind.
struct Known {
  size_t bytes;
  cudaMemoryType type;
};
static std::map<const char *, Known> known;

static cudaError_t get(void **block, size_t bytes, cudaMemoryType type) {
  std::lock_guard<std::mutex> hold(known_lock);
  *block = bytes > ARENA ? nullptr : malloc(bytes ? bytes : 1);
  if (!*block) return report(cudaErrorMemoryAllocation);
  known[(const char *)*block] = {bytes, type};
  return cudaSuccess;
}
static cudaError_t give_back(void *block, cudaMemoryType type) {
  std::lock_guard<std::mutex> hold(known_lock);
  auto found = known.find((const char *)block);
  if (found == known.end() || found->second.type != type) return report(cudaErrorInvalidValue);
  known.erase(found);
  free(block);
  return cudaSuccess;
}
cudaError_t cudaMallocHost(void **block, size_t bytes) {
  return get(block, bytes, cudaMemoryTypeHost);
}
cudaError_t cudaFreeHost(void *block) { return give_back(block, cudaMemoryTypeHost); }
cudaError_t cudaMallocManaged(void **block, size_t bytes, unsigned) {
  return get(block, bytes, cudaMemoryTypeManaged);
}
cudaError_t cudaFree(void *block) {
  if (!block) return report(cudaSuccess);
  return give_back(block, cudaMemoryTypeManaged);
}
cudaError_t cudaPointerGetAttributes(cudaPointerAttributes *what, const void *address) {
  const char *p = (const char *)address;
  if (arena && p >= arena && p < arena + ARENA) {
    what->type = cudaMemoryTypeDevice;
    return cudaSuccess;
  }
  std::lock_guard<std::mutex> hold(known_lock);
  auto next = known.upper_bound(p);
  what->type = cudaMemoryTypeUnregistered;
  if (next == known.begin()) return cudaSuccess;
  --next;
  if (p < next->first + next->second.bytes) what->type = next->second.type;
  return cudaSuccess;
}

// ---- launches: the threads of a block are fibers ----

enum { MAX_THREADS = 1024, STACK = 128 << 10 };
const size_t MOST_SHARED = 99 << 10; // of the devices that the kernels are compiled for, at least
enum State { RUNS, AT_BLOCK, AT_WARP, DONE };

// A fiber begins by its context and changes places by its jump, which needs no system call.
struct Fiber {
  ucontext_t context;
  jmp_buf jump;
  bool begun;
  State state;
  uint64_t handed;
};

static Fiber fibers[MAX_THREADS];
static char *stacks;
static ucontext_t origin;
static jmp_buf scheduler;
static int running; // the thread that runs now
static const std::function<void()> *running_body;
static std::vector<char> shared_memory;

void *emulated_shared() { return shared_memory.data(); }
int emulated_lane() { return running % 32; }

static void start_fiber() {
  (*running_body)();
  fibers[running].state = DONE;
  _longjmp(scheduler, 1);
}

static void wait_in(State state) {
  Fiber &self = fibers[running];
  self.state = state;
  if (_setjmp(self.jump) == 0) _longjmp(scheduler, 1);
}

static void resume(int t) {
  running = t;
  threadIdx = {(unsigned)t, 0, 0};
  if (_setjmp(scheduler) != 0) return;
  Fiber &fiber = fibers[t];
  if (fiber.begun) _longjmp(fiber.jump, 1);
  fiber.begun = true;
  swapcontext(&origin, &fiber.context);
}

void __syncthreads() { wait_in(AT_BLOCK); }
void __syncwarp(unsigned) { wait_in(AT_WARP); }

uint64_t emulated_exchange(uint64_t value, int lane) {
  int self = running, first = self / 32 * 32;
  fibers[self].handed = value;
  wait_in(AT_WARP);
  uint64_t got = fibers[first + lane].handed;
  wait_in(AT_WARP);
  return got;
}

unsigned __ballot_sync(unsigned, int predicate) {
  int self = running, first = self / 32 * 32;
  fibers[self].handed = predicate != 0;
  wait_in(AT_WARP);
  unsigned bits = 0;
  for (int lane = 0; lane < 32 && first + lane < (int)blockDim.x; lane++)
    if (fibers[first + lane].state != DONE) bits |= (unsigned)fibers[first + lane].handed << lane;
  wait_in(AT_WARP);
  return bits;
}

// Lets the threads of [first, last) go on when all that have not ended wait in `state`.
static bool release(int first, int last, State state) {
  int waiting = 0;
  for (int t = first; t < last; t++) {
    if (fibers[t].state == DONE) continue;
    if (fibers[t].state != state) return false;
    waiting++;
  }
  for (int t = first; t < last; t++)
    if (fibers[t].state == state) fibers[t].state = RUNS;
  return waiting > 0;
}

static void run_block(int threads) {
  for (int t = 0; t < threads; t++) {
    getcontext(&fibers[t].context);
    fibers[t].context.uc_stack.ss_sp = stacks + (size_t)t * STACK;
    fibers[t].context.uc_stack.ss_size = STACK;
    fibers[t].begun = false;
    makecontext(&fibers[t].context, start_fiber, 0);
    fibers[t].state = RUNS;
  }
  for (int pass = 0;; pass++) {
    int left = 0;
    for (int i = 0; i < threads; i++) {
      int t = pass % 2 == 0 ? i : threads - 1 - i; // either order must do between barriers
      if (fibers[t].state == RUNS) resume(t);
      left += fibers[t].state != DONE;
    }
    if (left == 0) return;
    bool moved = false;
    for (int first = 0; first < threads; first += 32)
      moved |= release(first, first + 32 < threads ? first + 32 : threads, AT_WARP);
    if (!moved) moved = release(0, threads, AT_BLOCK);
    if (!moved) {
      fprintf(stderr, "emulation: not all threads of a block reach the same barrier\n");
      abort();
    }
  }
}

// Whether the last block and thread of a launch go first, which every other launch lets them: what
// hangs on their order shows.
static bool turn() {
  static bool last_first;
  return last_first = !last_first;
}

cudaError_t emulate(dim3 blocks_, int threads, size_t shared, const std::function<void()> &body,
                    cudaStream_t stream) {
  if (threads < 1 || threads > MAX_THREADS || shared > MOST_SHARED || blocks_.x == 0 ||
      blocks_.y == 0 || blocks_.z == 0 || blocks_.y > 65535 || blocks_.z > 65535)
    return report(cudaErrorInvalidValue);
  if (loss != cudaSuccess) return loss;
  if (emulated_record(stream, [=] { return emulate(blocks_, threads, shared, body, nullptr); }))
    return cudaSuccess;
  Open memory;
  if (!stacks) stacks = (char *)malloc((size_t)MAX_THREADS * STACK);
  running_body = &body;
  gridDim = blocks_;
  blockDim = dim3((unsigned)threads);
  uint64_t count = (uint64_t)blocks_.x * blocks_.y * blocks_.z;
  bool last_first = turn();
  for (uint64_t i = 0; i < count; i++) {
    uint64_t b = last_first ? count - 1 - i : i;
    shared_memory.assign(shared + 16, (char)FRESH);
    blockIdx = {(unsigned)(b % blocks_.x), (unsigned)(b / blocks_.x % blocks_.y),
                (unsigned)(b / blocks_.x / blocks_.y)};
    run_block(threads);
  }
  return cudaSuccess;
}

cudaError_t emulate_flat(unsigned blocks_, int threads, const std::function<void()> &body,
                         cudaStream_t stream) {
  if (loss != cudaSuccess) return loss;
  if (emulated_record(stream, [=] { return emulate_flat(blocks_, threads, body, nullptr); }))
    return cudaSuccess;
  Open memory;
  gridDim = dim3(blocks_);
  blockDim = dim3((unsigned)threads);
  uint64_t count = (uint64_t)blocks_ * (unsigned)threads;
  bool last_first = turn();
  for (uint64_t i = 0; i < count; i++) {
    uint64_t thread = last_first ? count - 1 - i : i;
    blockIdx = {(unsigned)(thread / (unsigned)threads), 0, 0};
    threadIdx = {(unsigned)(thread % (unsigned)threads), 0, 0};
    body();
  }
  return cudaSuccess;
}

extern "C" __attribute__((visibility("default"))) void emulated_touch(void (*f)(void *),
                                                                      void *argument) {
  Open memory;
  f(argument);
}

cudaError_t emulate_call(const std::function<void()> &body) {
  if (emulated_record(emulated_capturing(), [=] { return emulate_call(body); })) return cudaSuccess;
  Open memory;
  body();
  return cudaSuccess;
}
