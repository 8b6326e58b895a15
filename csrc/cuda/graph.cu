// Recorded graphs: work that a thread gives a GPU is captured by CUDA and run again at a stroke.
// What a graph's kernels may point to stays theirs while it lives: memory allocated while it was
// recorded, and whatever older memory storages give up later. Random numbers come from keys in
// memory that every run fills anew.
#include <stdio.h>

#include <mutex>
#include <new>
#include <unordered_map>

#include "cuda/device.cuh"

#include "core/twister.h"

enum { KEYS = 128 }; // random calls whose keys one launch brings

struct KeyBlock {
  uint32_t *words; // 2 * KEYS of them
  KeyBlock *next;
};

struct lt_cuda_graph {
  int device;
  uint64_t sequence;         // blocks born before may be in use by it
  cudaStream_t stream, side; // while it is recorded: of its work, and of its memory
  cudaGraphExec_t exec;
  cudaEvent_t done; // of the latest run
  bool ran;
  lt_generator *generator, before;
  int random_calls;
  KeyBlock *keys;
  void *workspace;
  char refusal[240]; // why it cannot be run
  lt_cuda_graph *next;
};

// A block of memory that a graph keeps. `size` bytes, of which a storage uses `asked`.
struct Kept {
  lt_cuda_graph *owner;
  int device;        // LT_CPU: of the host
  bool inside, used; // allocated by the graph; a storage or scratch has it
  size_t size, asked;
  uint64_t birth;
  void (*give_back)(void *); // of the host's
};

static std::mutex lock; // of what follows
static lt_cuda_graph *living;
static uint64_t sequence = 1; // grows with every graph that was recorded
static std::unordered_map<const void *, Kept> kept;
// When blocks outside of graphs were born, by sequence; those that are older than all living graphs
// are not there.
static std::unordered_map<const void *, uint64_t> births;

static thread_local lt_cuda_graph *recording;

const char cuda_waits[] = "waits for a GPU";

static lt_status lacking(size_t bytes) {
  return lti_fail(LT_ENOMEM, "graph: %zu bytes of memory are lacking", bytes);
}

bool cuda_recording() { return recording != nullptr; }

cudaStream_t cuda_recording_stream(int device) {
  return recording && recording->device == device ? recording->stream : nullptr;
}

lt_status cuda_unrecorded(const char *op, const char *what) {
  if (!recording) return LT_OK;
  lt_status rc =
      lti_fail(LT_EBACKEND, "%s: it %s, which cannot be recorded by cutorch.graph", op, what);
  if (!recording->refusal[0])
    snprintf(recording->refusal, sizeof recording->refusal,
             "graph: the function went on after an error, %s: it %s", op, what);
  return rc;
}

lt_status cuda_enter_kernel(int device) {
  if (recording && device != recording->device)
    LT_TRY(cuda_unrecorded("graph", "uses several GPUs"));
  LT_TRY(cuda_follow(device));
  return cuda_enter(device);
}

static bool alive() { return __atomic_load_n(&lt_cuda_mem.graphs, __ATOMIC_ACQUIRE) > 0; }

// ---- memory ----

lt_status cuda_graph_allocate(void **block, size_t bytes) {
  lt_cuda_graph *g = recording;
  std::lock_guard<std::mutex> hold(lock);
  auto best = kept.end();
  for (auto it = kept.begin(); it != kept.end(); ++it) {
    const Kept &k = it->second;
    bool fits = k.owner == g && k.inside && !k.used && k.size >= bytes && k.size / 2 <= bytes;
    if (fits && (best == kept.end() || k.size < best->second.size)) best = it;
  }
  if (best != kept.end()) {
    best->second.used = true;
    best->second.asked = bytes;
    *block = const_cast<void *>(best->first);
    return LT_OK;
  }
  void *fresh;
  cudaError_t error = cudaMallocAsync(&fresh, bytes, g->side);
  if (error == cudaErrorMemoryAllocation) return cuda_out_of_memory(bytes);
  CUDA_TRY("memory", error);
  lt_status rc = cuda_status("memory", cudaStreamSynchronize(g->side));
  try {
    if (rc == LT_OK) kept[fresh] = {g, g->device, true, true, bytes, bytes, sequence, nullptr};
  } catch (const std::bad_alloc &) {
    rc = lacking(sizeof(Kept));
  }
  if (rc != LT_OK) {
    cudaFreeAsync(fresh, g->side);
    return rc;
  }
  cuda_count(g->device, (int64_t)bytes);
  *block = fresh;
  return LT_OK;
}

void cuda_graph_born(const void *block) {
  if (!alive()) return;
  std::lock_guard<std::mutex> hold(lock);
  try {
    births[block] = sequence;
  } catch (const std::bad_alloc &) { // then it counts as old
  }
}

// A living graph that may use a block, or NULL.
static lt_cuda_graph *user_of(int device, uint64_t birth) {
  for (lt_cuda_graph *g = living; g; g = g->next)
    if ((device == LT_CPU || g->device == device) && birth < g->sequence) return g;
  return nullptr;
}

bool cuda_graph_keeps(int device, void *block, size_t bytes, void (*give_back)(void *)) {
  if (!alive()) return false;
  std::lock_guard<std::mutex> hold(lock);
  auto own = kept.find(block);
  if (own != kept.end()) {
    own->second.used = false;
    return true;
  }
  auto born = births.find(block);
  uint64_t birth = born == births.end() ? 0 : born->second;
  if (born != births.end()) births.erase(born);
  lt_cuda_graph *g = user_of(device, birth);
  if (!g) return false;
  try {
    kept[block] = {g, device, false, false, bytes, 0, birth, give_back};
  } catch (const std::bad_alloc &) { // it is lost, which is better than in use twice
  }
  return true;
}

// Lets go of a graph's blocks. Those that storages use become ordinary ones.
static void let_go(lt_cuda_graph *g) {
  for (auto it = kept.begin(); it != kept.end();) {
    Kept &k = it->second;
    lt_cuda_graph *other = k.owner != g || k.used ? nullptr : user_of(k.device, k.birth);
    if (k.owner != g || other) {
      if (other) k.owner = other;
      ++it;
      continue;
    }
    void *block = const_cast<void *>(it->first);
    if (k.used) {
      cuda_count(k.device, (int64_t)k.asked - (int64_t)k.size);
    } else if (k.device == LT_CPU) {
      k.give_back(block);
    } else {
      Entered here(k.device);
      cudaFreeAsync(block, cuda_disposal());
      cuda_count(k.device, -(int64_t)k.size);
    }
    it = kept.erase(it);
  }
}

lt_status cuda_graph_workspace(void **block, size_t *bytes) {
  lt_cuda_graph *g = recording;
  *bytes = (size_t)32 << 20; // what cuBLAS recommends for the largest GPUs
  *block = nullptr;
  if (!g) return LT_OK;
  if (!g->workspace) LT_TRY(cuda_graph_allocate(&g->workspace, *bytes));
  *block = g->workspace;
  return LT_OK;
}

// ---- random numbers ----

struct KeyWords {
  uint32_t v[2 * KEYS];
};

__global__ void keys_kernel(uint32_t *to, KeyWords words, int n) {
  for (FLAT(i, n)) to[i] = words.v[i];
}

lt_status cuda_random_key(RandomKey *key, lt_generator *gen) {
  lt_cuda_graph *g = recording;
  key->live = nullptr;
  if (g) {
    if (gen != g->generator)
      LT_TRY(cuda_unrecorded("random", "takes numbers from a generator of its own"));
    int at = g->random_calls % KEYS;
    if (at == 0) {
      void *words;
      KeyBlock *block = new (std::nothrow) KeyBlock();
      if (!block) return lacking(sizeof *block);
      lt_status rc = cuda_graph_allocate(&words, sizeof(KeyWords));
      if (rc != LT_OK) {
        delete block;
        return rc;
      }
      *block = {static_cast<uint32_t *>(words), nullptr};
      KeyBlock **end = &g->keys;
      while (*end) end = &(*end)->next;
      *end = block;
    }
    KeyBlock *last = g->keys;
    while (last->next) last = last->next;
    key->live = last->words + 2 * at;
    g->random_calls++;
  }
  key->a = lti_word(gen);
  key->b = lti_word(gen);
  return LT_OK;
}

// Draws the keys of one run, as the recorded calls would have.
static lt_status bring_keys(const lt_cuda_graph *g, lt_generator *gen) {
  int left = 2 * g->random_calls;
  for (const KeyBlock *block = g->keys; block; block = block->next) {
    KeyWords words = {};
    int n = LT_MIN(left, 2 * (int)KEYS);
    for (int i = 0; i < n; i++) words.v[i] = lti_word(gen);
    LT_TRY(launch_flat("graph", n, keys_kernel, block->words, words, n));
    left -= n;
  }
  return LT_OK;
}

// ---- recording and running ----

lt_status lt_cuda_graph_begin(lt_cuda_graph **graph, lt_generator *gen) {
  const char *op = "graph";
  LT_CHECK(graph && gen, EARG, "graph: no place for the result, or no generator");
  LT_CHECK(!recording, EARG, "graph: another one is being recorded");
  int device = lt_cuda_device();
  LT_TRY(cuda_enter(device));
  lt_cuda_graph *g = new (std::nothrow) lt_cuda_graph();
  if (!g) return lacking(sizeof *g);
  g->device = device;
  g->sequence = UINT64_MAX;
  g->generator = gen;
  g->before = *gen;
  {
    std::lock_guard<std::mutex> hold(lock);
    g->next = living;
    living = g;
    __atomic_fetch_add(&lt_cuda_mem.graphs, 1, __ATOMIC_RELEASE);
  }
  cudaError_t error = cudaStreamCreateWithFlags(&g->stream, cudaStreamNonBlocking);
  if (error == cudaSuccess) error = cudaStreamCreateWithFlags(&g->side, cudaStreamNonBlocking);
  if (error == cudaSuccess) error = cudaEventCreateWithFlags(&g->done, cudaEventDisableTiming);
  if (error == cudaSuccess) error = cudaStreamBeginCapture(g->stream, cudaStreamCaptureModeRelaxed);
  if (error != cudaSuccess) {
    lt_cuda_graph_free(g);
    return cuda_status(op, error);
  }
  recording = g;
  *graph = g;
  return LT_OK;
}

lt_status lt_cuda_graph_end(lt_cuda_graph *g, int keep) {
  LT_CHECK(g && g == recording, EARG, "graph: it is not being recorded");
  Entered here(g->device);
  cudaGraph_t work = nullptr;
  cudaError_t error = cudaStreamEndCapture(g->stream, &work);
  recording = nullptr;
  *g->generator = g->before;
  {
    std::lock_guard<std::mutex> hold(lock);
    g->sequence = ++sequence;
  }
  bool usable = keep && !g->refusal[0];
  if (error == cudaSuccess && usable) error = cudaGraphInstantiate(&g->exec, work, 0);
  if (work) cudaGraphDestroy(work);
  cudaStreamDestroy(g->stream);
  cudaStreamDestroy(g->side);
  g->stream = g->side = nullptr;
  if (!usable) cudaGetLastError(); // the refusal says more
  LT_CHECK(!keep || usable, EBACKEND, "%s", g->refusal);
  return keep ? cuda_status("graph", error) : LT_OK;
}

lt_status lt_cuda_graph_launch(lt_cuda_graph *g, lt_generator *gen) {
  const char *op = "graph";
  LT_CHECK(g && g->exec && gen, EARG, "graph: expected one that can be run, and a generator");
  LT_TRY(cuda_unrecorded(op, "runs another graph"));
  Entered here(g->device);
  LT_TRY(here.status);
  cudaStream_t stream = cuda_stream();
  // keys are those of the latest run until it is done
  if (g->ran) CUDA_TRY(op, cudaStreamWaitEvent(stream, g->done, 0));
  lt_generator before = *gen;
  lt_status rc = bring_keys(g, gen);
  if (rc == LT_OK) rc = cuda_status(op, cudaGraphLaunch(g->exec, stream));
  if (rc != LT_OK) {
    *gen = before;
    return rc;
  }
  g->ran = true;
  return cuda_status(op, cudaEventRecord(g->done, stream));
}

void lt_cuda_graph_free(lt_cuda_graph *g) {
  if (!g) return;
  if (g == recording) lt_cuda_graph_end(g, 0);
  if (g->ran) cudaEventSynchronize(g->done);
  if (g->exec) cudaGraphExecDestroy(g->exec);
  if (g->done) cudaEventDestroy(g->done);
  if (g->stream) cudaStreamDestroy(g->stream);
  if (g->side) cudaStreamDestroy(g->side);
  std::lock_guard<std::mutex> hold(lock);
  lt_cuda_graph **at = &living;
  while (*at != g) at = &(*at)->next;
  *at = g->next;
  if (g->workspace) kept[g->workspace].used = false;
  for (KeyBlock *block = g->keys, *next; block; block = next) {
    next = block->next;
    kept[block->words].used = false;
    delete block;
  }
  let_go(g);
  if (!living) births.clear();
  __atomic_fetch_sub(&lt_cuda_mem.graphs, 1, __ATOMIC_RELEASE);
  delete g;
}
