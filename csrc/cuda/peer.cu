// Which GPUs reach the memory of which. Memory of a pool is open to another GPU once the pool says
// so; copies between GPUs that are not joined go through the host.
#include <mutex>

#include "cuda/device.cuh"

enum Wish { UNSAID, OFF, ON };

static std::mutex lock;
// [device][peer]: device reaches the memory of peer
static Wish wish[LT_CUDA_MOST_DEVICES + 1][LT_CUDA_MOST_DEVICES + 1];
static bool joined[LT_CUDA_MOST_DEVICES + 1][LT_CUDA_MOST_DEVICES + 1];

static lt_status check(const char *op, int device, int peer) {
  LT_TRY(cuda_check_device(op, device));
  return cuda_check_device(op, peer);
}

static lt_status possible(int *out, const char *op, int device, int peer) {
  *out = device == peer;
  if (device == peer) return LT_OK;
  return cuda_status(op, cudaDeviceCanAccessPeer(out, device - 1, peer - 1));
}

lt_status lt_cuda_peer_access(int *on, int device, int peer) {
  LT_CHECK(on, EARG, "getPeerToPeerAccess: no place for the result");
  LT_TRY(check("getPeerToPeerAccess", device, peer));
  std::lock_guard<std::mutex> hold(lock);
  LT_TRY(possible(on, "getPeerToPeerAccess", device, peer));
  if (wish[device][peer] == OFF) *on = device == peer;
  return LT_OK;
}

static lt_status set_access(const char *op, int device, int peer, bool on) {
  if (device == peer || joined[device][peer] == on) return LT_OK;
  cudaMemPool_t pool;
  LT_TRY(cuda_pool(&pool, peer));
  cudaMemAccessDesc access = {};
  access.location.type = cudaMemLocationTypeDevice;
  access.location.id = device - 1;
  access.flags = on ? cudaMemAccessFlagsProtReadWrite : cudaMemAccessFlagsProtNone;
  CUDA_TRY(op, cudaMemPoolSetAccess(pool, &access, 1));
  joined[device][peer] = on;
  return LT_OK;
}

lt_status lt_cuda_set_peer_access(int device, int peer, int on) {
  const char *op = "setPeerToPeerAccess";
  LT_TRY(check(op, device, peer));
  std::lock_guard<std::mutex> hold(lock);
  int can;
  LT_TRY(possible(&can, op, device, peer));
  LT_CHECK(can || !on, EDEVICE, "%s: GPU %d cannot reach the memory of GPU %d", op, device, peer);
  LT_TRY(set_access(op, device, peer, on));
  wish[device][peer] = on ? ON : OFF;
  return LT_OK;
}

static bool are_joined(int device, int peer) {
  std::lock_guard<std::mutex> hold(lock);
  return joined[device][peer];
}

lt_status cuda_join_peers(int device, int peer) {
  std::lock_guard<std::mutex> hold(lock);
  if (wish[device][peer] == OFF || joined[device][peer]) return LT_OK;
  int can;
  LT_TRY(possible(&can, "copy", device, peer));
  return can ? set_access("copy", device, peer, true) : LT_OK;
}

// ---- kernels that use memory of several GPUs ----

static bool kernels_reach;
static thread_local int latest; // the GPU that this thread gave work to while they do; 0: none

int lt_cuda_kernel_peer_access(void) { return __atomic_load_n(&kernels_reach, __ATOMIC_ACQUIRE); }

void lt_cuda_set_kernel_peer_access(int on) {
  __atomic_store_n(&kernels_reach, on != 0, __ATOMIC_RELEASE);
}

bool cuda_reaches(int device, int other) {
  if (!lt_cuda_kernel_peer_access() || cuda_recording()) return false;
  return cuda_join_peers(device, other) == LT_OK && cuda_join_peers(other, device) == LT_OK &&
         are_joined(device, other) && are_joined(other, device);
}

lt_status cuda_follow(int device) {
  if (!lt_cuda_kernel_peer_access() || cuda_recording()) return LT_OK;
  int before = latest, stream = lt_cuda_stream();
  latest = device;
  if (before == 0 || before == device) return LT_OK;
  return lt_cuda_stream_wait(device, stream, before, stream);
}

void cuda_forget_peers(int device) {
  std::lock_guard<std::mutex> hold(lock);
  for (int other = 0; other <= LT_CUDA_MOST_DEVICES; other++)
    joined[device][other] = joined[other][device] = false;
}
