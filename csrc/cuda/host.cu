// Memory of the host that GPUs copy from and to on their own (pinned), memory that host and GPUs
// share (managed), and copies that are under way when they return.
#include "cuda/device.cuh"

// ---- allocators: a block begins with its size, in a header that keeps the alignment ----

enum { HEADER = 64 };

typedef cudaError_t (*allocate_function)(void **, size_t);

static cudaError_t get_pinned(void **block, size_t bytes) { return cudaMallocHost(block, bytes); }
static cudaError_t get_managed(void **block, size_t bytes) {
  return cudaMallocManaged(block, bytes, cudaMemAttachGlobal);
}

static int64_t *header_of(void *memory) {
  return reinterpret_cast<int64_t *>(static_cast<char *>(memory) - HEADER);
}

static void *allocate_with(allocate_function get, int64_t bytes) {
  void *block = nullptr;
  if (bytes < 0 || bytes > INT64_MAX - HEADER || lti_refused()) return nullptr;
  if (get(&block, (size_t)(bytes + HEADER)) != cudaSuccess) {
    cudaGetLastError();
    return nullptr;
  }
  cuda_graph_born(static_cast<char *>(block) + HEADER);
  *static_cast<int64_t *>(block) = bytes;
  __atomic_fetch_add(&lt_cuda_mem.host, bytes, __ATOMIC_RELAXED);
  lti_owe(bytes);
  return static_cast<char *>(block) + HEADER;
}

// Waits for all GPUs that hold memory: they may be copying from or to a block.
static void settle() {
  for (int device = 1; device <= LT_CUDA_MOST_DEVICES; device++) {
    if (lt_cuda_mem.on[device] == 0) continue;
    Entered here(device);
    cudaDeviceSynchronize();
  }
}

static void uncount(int64_t bytes) {
  __atomic_fetch_sub(&lt_cuda_mem.host, bytes, __ATOMIC_RELAXED);
  lti_owe(-bytes);
}

static void free_pinned(void *memory) {
  settle();
  uncount(*header_of(memory));
  cudaFreeHost(header_of(memory));
}
static void free_managed(void *memory) {
  settle();
  uncount(*header_of(memory));
  cudaFree(header_of(memory));
}

// Frees a block unless a graph uses it.
static void release_with(void (*give_back)(void *), void *memory) {
  if (!cuda_graph_keeps(LT_CPU, memory, (size_t)*header_of(memory), give_back)) give_back(memory);
}
static void release_pinned(void *, void *memory) { release_with(free_pinned, memory); }
static void release_managed(void *, void *memory) { release_with(free_managed, memory); }

static void *grow(allocate_function get, void (*release)(void *, void *), void *memory,
                  int64_t bytes) {
  if (cuda_unrecorded("resize", cuda_waits) != LT_OK) return nullptr;
  void *block = allocate_with(get, bytes);
  if (!block) return nullptr;
  settle();
  memcpy(block, memory, (size_t)LT_MIN(bytes, *header_of(memory)));
  release(nullptr, memory);
  return block;
}

static void *allocate_pinned(void *, int64_t bytes) { return allocate_with(get_pinned, bytes); }
static void *allocate_managed(void *, int64_t bytes) { return allocate_with(get_managed, bytes); }
static void *grow_pinned(void *, void *memory, int64_t bytes) {
  return grow(get_pinned, release_pinned, memory, bytes);
}
static void *grow_managed(void *, void *memory, int64_t bytes) {
  return grow(get_managed, release_managed, memory, bytes);
}

const lt_allocator lt_cuda_pinned = {allocate_pinned, grow_pinned, release_pinned, nullptr};
const lt_allocator lt_cuda_managed = {allocate_managed, grow_managed, release_managed, nullptr};

// ---- what an address is ----

static cudaMemoryType kind_of(const void *address) {
  cudaPointerAttributes what;
  if (!address || cudaPointerGetAttributes(&what, address) != cudaSuccess) {
    cudaGetLastError();
    return cudaMemoryTypeUnregistered;
  }
  return what.type;
}

bool cuda_is_pinned(const void *address) { return kind_of(address) == cudaMemoryTypeHost; }

lt_status lt_cuda_is_managed(int *out, const void *address) {
  LT_CHECK(out, EARG, "isManaged: no place for the result");
  *out = kind_of(address) == cudaMemoryTypeManaged;
  return LT_OK;
}

lt_status lt_cuda_share(lt_storage **s, lt_storage *src, int device) {
  LT_CHECK(s && src, EARG, "toUVATensor: no storage to share");
  if (device != LT_CPU) LT_TRY(cuda_check_device("toUVATensor", device));
  LT_CHECK(kind_of(src->data) == cudaMemoryTypeManaged, EARG,
           "toUVATensor: the storage is not in managed memory");
  return lti_storage_share(s, src, device);
}

// ---- copies that do not wait ----

lt_status lt_cuda_copy_async(lt_tensor *r, const lt_tensor *x) {
  LT_CHECK(r && x, EARG, "copyAsync: expected two tensors");
  const lt_tensor *host = r->device == LT_CPU ? r : x, *there = host == r ? x : r;
  bool direct = r->dtype == x->dtype && host->device == LT_CPU && there->device != LT_CPU &&
                lti_is_contiguous(r) && lti_is_contiguous(x) && lti_numel(r) == lti_numel(x) &&
                lti_numel(r) > 0 && kind_of(lti_data(host)) == cudaMemoryTypeHost;
  if (!direct) return lt_copy(r, x);
  Entered here(there->device);
  LT_TRY(here.status);
  LT_TRY(cuda_enter_kernel(there->device));
  CUDA_TRY("copyAsync",
           cudaMemcpyAsync(lti_data(r), lti_data(x), (size_t)(lti_numel(r) * lti_elsize(r->dtype)),
                           cudaMemcpyDefault, cuda_stream()));
  r->version++;
  return LT_OK;
}
