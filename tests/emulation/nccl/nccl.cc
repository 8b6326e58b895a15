// A stand-in for libnccl.so.2 over the emulated GPUs: checks that the calls of a group fit
// together, and computes by loops when it ends. nccl_stand_in_calls counts what was computed.
#include <stdlib.h>
#include <string.h>

#include <vector>

#include "../cuda_bf16.h"
#include "../cuda_fp16.h"
#include "../cuda_runtime.h"

#define EXPORT extern "C" __attribute__((visibility("default")))

// Runs f where device memory is open (runtime.cc).
EXPORT void emulated_touch(void (*f)(void *), void *argument);

enum { SUCCESS = 0, INVALID_ARGUMENT = 4, INVALID_USAGE = 5, MOST = 64 };
enum Kind { REDUCE, BROADCAST };

struct Clique {
  int n, left;
};
struct ncclComm {
  Clique *clique;
  int rank;
};
struct Call {
  Kind kind;
  const void *from;
  void *to;
  size_t count;
  int type, root;
  ncclComm *comm;
};

static std::vector<Call> calls;
static int depth, computed;
static int wrong; // what a group was told before it ended

EXPORT int nccl_stand_in_calls() { return computed; }

EXPORT int ncclGetVersion(int *version) {
  *version = 21903;
  return SUCCESS;
}
EXPORT const char *ncclGetErrorString(int result) {
  return result == SUCCESS            ? "no error"
         : result == INVALID_ARGUMENT ? "invalid argument"
                                      : "invalid usage";
}

EXPORT int ncclCommInitAll(ncclComm **comms, int n, const int *devices) {
  if (!comms || n < 1 || n > MOST) return INVALID_ARGUMENT;
  // memory of the GPUs' pools is not open to each other, which NCCL has to be told
  const char *direct = getenv("NCCL_P2P_DIRECT_DISABLE");
  if (!direct || strcmp(direct, "1") != 0) return INVALID_USAGE;
  for (int i = 0; i < n; i++)
    for (int j = 0; j < i; j++)
      if (devices[i] < 0 || devices[i] == devices[j]) return INVALID_USAGE;
  Clique *clique = new Clique{n, n};
  for (int i = 0; i < n; i++) comms[i] = new ncclComm{clique, i};
  return SUCCESS;
}
EXPORT int ncclCommDestroy(ncclComm *comm) {
  if (!comm) return INVALID_ARGUMENT;
  if (--comm->clique->left == 0) delete comm->clique;
  delete comm;
  return SUCCESS;
}

static double get(const float *p) { return *p; }
static double get(const double *p) { return *p; }
static double get(const __half *p) { return __half2float(*p); }
static double get(const __nv_bfloat16 *p) { return __bfloat162float(*p); }
static void put(float *p, double v) { *p = (float)v; }
static void put(double *p, double v) { *p = v; }
static void put(__half *p, double v) { *p = __float2half((float)v); }
static void put(__nv_bfloat16 *p, double v) { *p = __float2bfloat16((float)v); }

static size_t size_of(int type) {
  static const size_t sizes[] = {1, 1, 4, 4, 8, 8, 2, 4, 8, 2};
  return type >= 0 && type < 10 ? sizes[type] : 0;
}

// The calls of one operation, by rank.
struct Operation {
  std::vector<Call> ranks;
};

template <typename S>
static void add(const Operation &op) {
  S *to = (S *)op.ranks[op.ranks[0].root].to;
  for (size_t i = 0; i < op.ranks[0].count; i++) {
    double sum = 0;
    for (const Call &call : op.ranks) sum += get((const S *)call.from + i);
    put(to + i, sum);
  }
}

static void compute(void *argument) {
  const Operation &op = *(const Operation *)argument;
  const Call &first = op.ranks[0];
  if (first.kind == BROADCAST) {
    for (const Call &call : op.ranks)
      if (call.to != op.ranks[first.root].from)
        memcpy(call.to, op.ranks[first.root].from, first.count * size_of(first.type));
    return;
  }
  switch (first.type) {
  case 6: return add<__half>(op);
  case 7: return add<float>(op);
  case 8: return add<double>(op);
  default: return add<__nv_bfloat16>(op);
  }
}

static int take(const Call &call) {
  bool known = call.comm && call.from && call.to && call.count > 0 && size_of(call.type) > 0 &&
               call.root >= 0 && call.root < call.comm->clique->n &&
               (call.kind == BROADCAST || call.type >= 6);
  if (!known || depth == 0) return wrong = known ? INVALID_USAGE : INVALID_ARGUMENT;
  calls.push_back(call);
  return SUCCESS;
}

EXPORT int ncclGroupStart() {
  depth++;
  return SUCCESS;
}

// Every operation needs a call of each rank, in their order, with the same sizes.
EXPORT int ncclGroupEnd() {
  if (depth == 0) return INVALID_USAGE;
  if (--depth > 0) return SUCCESS;
  std::vector<Call> group;
  group.swap(calls);
  int result = wrong;
  wrong = SUCCESS;
  for (size_t at = 0; at < group.size() && result == SUCCESS;) {
    Operation op;
    const Call &first = group[at];
    int n = first.comm->clique->n;
    for (int rank = 0; rank < n; rank++, at++) {
      bool fits = at < group.size() && group[at].comm->clique == first.comm->clique &&
                  group[at].comm->rank == rank && group[at].kind == first.kind &&
                  group[at].count == first.count && group[at].type == first.type &&
                  group[at].root == first.root;
      if (!fits) return INVALID_USAGE;
      op.ranks.push_back(group[at]);
    }
    emulated_touch(compute, &op);
    computed++;
  }
  return result;
}

EXPORT int ncclReduce(const void *from, void *to, size_t count, int type, int op, int root,
                      ncclComm *comm, void *) {
  if (op != 0) return wrong = INVALID_ARGUMENT;
  return take({REDUCE, from, to, count, type, root, comm});
}
EXPORT int ncclBroadcast(const void *from, void *to, size_t count, int type, int root,
                         ncclComm *comm, void *) {
  return take({BROADCAST, from, to, count, type, root, comm});
}
