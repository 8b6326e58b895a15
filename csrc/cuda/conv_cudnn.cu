// Convolution by cuDNN. A plan holds the descriptors of a window and the algorithm of a pass; every
// thread keeps its plans, so that a step that was made before asks cuDNN for nothing but the work.
#include <string.h>

#include <new>
#include <unordered_map>

#include "cuda/cudnn.cuh"
#include "cuda/device.cuh"

namespace {

enum { MOST_CHOICES = 10, MOST_PLANS = 4096 };

// Workspace of an algorithm that is chosen without cudnn.fastest.
const size_t WORKSPACE = (size_t)1 << 30;

struct Key {
  int64_t device, pass, dtype, math, found, fastest;
  lt_window s;
  bool operator==(const Key &k) const { return memcmp(this, &k, sizeof k) == 0; }
};
static_assert(sizeof(Key) % sizeof(int64_t) == 0, "keys are compared as words");

struct KeyHash {
  size_t operator()(const Key &k) const {
    const int64_t *word = reinterpret_cast<const int64_t *>(&k);
    uint64_t hash = 0;
    for (size_t i = 0; i < sizeof k / sizeof *word; i++)
      hash = (hash ^ (uint64_t)word[i]) * 0x9e3779b97f4a7c15u, hash ^= hash >> 29;
    return (size_t)hash;
  }
};

struct Plan {
  bool supported;
  int algorithm;
  size_t bytes;
  void *input, *output, *weights, *window;
};

typedef std::unordered_map<Key, Plan, KeyHash> Plans;
thread_local Plans *plans;

void release(const Cudnn &l, Plan &p) {
  if (p.input) l.free_tensor(p.input);
  if (p.output) l.free_tensor(p.output);
  if (p.weights) l.free_filter(p.weights);
  if (p.window) l.free_window(p.window);
  p = Plan();
}

// What cuDNN does not have; while a plan is made, sizes that it refuses, too.
bool is_unsupported(int status) { return status >= 3000 && status < 4000; }
bool is_refused(int status) { return status >= 2000 && status < 4000; }

#define CUDNN_CALL(call)                          \
  do {                                            \
    int status_ = (call);                         \
    if (status_ != CUDNN_SUCCESS) return status_; \
  } while (0)

int set_tensor(const Cudnn &l, void *t, int type, int n, const int *sizes) {
  int strides[5], step = 1;
  for (int d = n - 1; d >= 0; d--) strides[d] = step, step *= sizes[d];
  return l.set_tensor(t, type, n, sizes, strides);
}

// Makes the descriptors; images have two dimensions beside samples and channels, volumes three.
int describe(const Cudnn &l, const Key &k, Plan &p) {
  const lt_window &s = k.s;
  int type = k.dtype == LT_DOUBLE ? CUDNN_DOUBLE : CUDNN_FLOAT;
  bool volume = s.t * s.ot * s.kt > 1 || s.pt > 0;
  int n = volume ? 5 : 4, from = volume ? 0 : 1;
  int in[] = {(int)s.t, (int)s.h, (int)s.w}, out[] = {(int)s.ot, (int)s.oh, (int)s.ow};
  int size[] = {(int)s.kt, (int)s.kh, (int)s.kw}, pad[] = {(int)s.pt, (int)s.ph, (int)s.pw};
  int step[] = {(int)s.st, (int)s.sh, (int)s.sw}, dilation[] = {(int)s.dt, (int)s.dh, (int)s.dw};
  int x[5] = {(int)s.n, (int)s.c}, y[5] = {(int)s.n, (int)s.k};
  int w[5] = {(int)s.k, (int)(s.c / s.groups)};
  for (int d = 2; d < n; d++)
    x[d] = in[d - 2 + from], y[d] = out[d - 2 + from], w[d] = size[d - 2 + from];
  CUDNN_CALL(l.new_tensor(&p.input));
  CUDNN_CALL(l.new_tensor(&p.output));
  CUDNN_CALL(l.new_filter(&p.weights));
  CUDNN_CALL(l.new_window(&p.window));
  CUDNN_CALL(set_tensor(l, p.input, type, n, x));
  CUDNN_CALL(set_tensor(l, p.output, type, n, y));
  CUDNN_CALL(l.set_filter(p.weights, type, CUDNN_NCHW, n, w));
  CUDNN_CALL(l.set_window(p.window, n - 2, pad + from, step + from, dilation + from,
                          CUDNN_CORRELATION, type));
  CUDNN_CALL(l.set_groups(p.window, (int)s.groups));
  return l.set_math(p.window, (int)k.math);
}

// The descriptors of a, b and c in a pass.
struct Operands {
  void *a, *b, *c;
  Operands(int pass, const Plan &p)
      : a(pass == CUDNN_DATA ? p.weights : p.input),
        b(pass == CUDNN_FORWARD ? p.weights : p.output), c(pass == CUDNN_FORWARD ? p.output
                                                           : pass == CUDNN_DATA  ? p.input
                                                                                 : p.weights) {}
};

int64_t elements(int pass, const lt_window &s) {
  if (pass == CUDNN_FORWARD) return s.n * s.k * s.ot * s.oh * s.ow;
  if (pass == CUDNN_DATA) return s.n * s.c * s.t * s.h * s.w;
  return s.k * s.c / s.groups * s.kt * s.kh * s.kw;
}

// Takes the first of the choices, which are in the order of their times, that was a success, takes
// no more workspace than is allowed and, unless the fastest is wanted, sums in a fixed order.
void choose(const Key &k, Plan &p, const CudnnChoice *choices, int count) {
  p.supported = false;
  for (int i = 0; i < count && !p.supported; i++) {
    const CudnnChoice &one = choices[i];
    if (one.status != CUDNN_SUCCESS) continue;
    if (!k.fastest && (one.memory > WORKSPACE || !one.deterministic)) continue;
    p.supported = true, p.algorithm = one.algorithm, p.bytes = one.memory;
  }
}

// Times all algorithms, with results that nobody sees; where there is no memory for that, *count
// is 0.
lt_status find(const Cudnn &l, void *handle, const Key &k, const Plan &p, const void *a,
               const void *b, int *count, CudnnChoice *choices) {
  Scratch result, workspace;
  size_t size = (size_t)elements((int)k.pass, k.s) * (k.dtype == LT_DOUBLE ? 8 : 4);
  *count = 0;
  if (result.allocate(size) != LT_OK || workspace.allocate(WORKSPACE) != LT_OK) return LT_OK;
  Operands o((int)k.pass, p);
  int status = l.pass[k.pass].find(handle, o.a, a, o.b, b, p.window, o.c, result.as<char>(),
                                   MOST_CHOICES, count, choices, workspace.as<char>(), WORKSPACE);
  if (status == CUDNN_SUCCESS) return LT_OK;
  *count = 0;
  return is_refused(status) ? LT_OK : cuda_cudnn_status("conv", status);
}

lt_status make_plan(const Cudnn &l, void *handle, const Key &k, const void *a, const void *b,
                    Plan &p) {
  CudnnChoice choices[MOST_CHOICES];
  int count = 0, status = describe(l, k, p);
  if (status == CUDNN_SUCCESS && k.found) LT_TRY(find(l, handle, k, p, a, b, &count, choices));
  if (status == CUDNN_SUCCESS && count == 0) {
    Operands o((int)k.pass, p);
    status = l.pass[k.pass].get(handle, o.a, o.b, p.window, o.c, MOST_CHOICES, &count, choices);
  }
  if (status != CUDNN_SUCCESS)
    return is_refused(status) ? LT_OK : cuda_cudnn_status("conv", status);
  choose(k, p, choices, count);
  if (!p.supported) return LT_OK;
  Operands o((int)k.pass, p);
  status = l.pass[k.pass].bytes(handle, o.a, o.b, p.window, o.c, p.algorithm, &p.bytes);
  if (status == CUDNN_SUCCESS) return LT_OK;
  p.supported = false;
  return is_refused(status) ? LT_OK : cuda_cudnn_status("conv", status);
}

// The plan for a key, made where there is none yet.
lt_status plan_of(const Cudnn &l, void *handle, const Key &k, const void *a, const void *b,
                  Plan **out) {
  try {
    if (!plans) plans = new Plans();
    auto at = plans->find(k);
    if (at == plans->end()) {
      if (plans->size() >= MOST_PLANS) {
        for (auto &each : *plans) release(l, each.second);
        plans->clear();
      }
      Plan made = Plan();
      lt_status rc = make_plan(l, handle, k, a, b, made);
      if (rc != LT_OK) {
        release(l, made);
        return rc;
      }
      at = plans->emplace(k, made).first;
    }
    *out = &at->second;
    return LT_OK;
  } catch (const std::bad_alloc &) {
    return lti_fail(LT_ENOMEM, "conv: out of memory for a plan of cuDNN");
  }
}

// Whether cuDNN takes the sizes, since its integers have 32 bits, and the addresses.
bool fits(const lt_window &s, const void *a, const void *b, const void *c) {
  enum { ALIGNED = 16 };
  if (((uintptr_t)a | (uintptr_t)b | (uintptr_t)c) % ALIGNED != 0) return false;
  const int64_t most = INT32_MAX;
  return elements(CUDNN_FORWARD, s) <= most && elements(CUDNN_DATA, s) <= most &&
         elements(CUDNN_WEIGHTS, s) <= most && s.pt <= most && s.ph <= most && s.pw <= most &&
         s.st <= most && s.sh <= most && s.sw <= most && s.dt <= most && s.dh <= most &&
         s.dw <= most;
}

} // namespace

void cudnn_forget_plans(const Cudnn &library, int device) {
  if (!plans) return;
  for (auto at = plans->begin(); at != plans->end();) {
    if (at->first.device != device) {
      ++at;
      continue;
    }
    release(library, at->second);
    at = plans->erase(at);
  }
}

lt_status cudnn_convolve(int pass, int dtype, const lt_window &s, const void *a, const void *b,
                         void *c, double alpha, double beta, bool *done) {
  const Cudnn *l = cuda_cudnn();
  *done = false;
  if (!l || !fits(s, a, b, c)) return LT_OK;
  Key k;
  memset(&k, 0, sizeof k);
  k.device = cuda_device(), k.pass = pass, k.dtype = dtype, k.s = s;
  k.math = lt_cuda_tf32() ? CUDNN_MATH_ANY : CUDNN_MATH_FMA;
  k.found = cuda_cudnn_option(LT_CUDA_CUDNN_BENCHMARK) && !cuda_recording();
  k.fastest = cuda_cudnn_option(LT_CUDA_CUDNN_FASTEST);
  void *handle;
  Plan *p = nullptr;
  LT_TRY(cuda_cudnn_handle("conv", &handle));
  LT_TRY(plan_of(*l, handle, k, a, b, &p));
  if (!p->supported) return LT_OK;
  Scratch workspace;
  if (p->bytes > 0) LT_TRY(workspace.allocate(p->bytes));
  Operands o(pass, *p);
  float alpha1 = (float)alpha, beta1 = (float)beta;
  bool wide = dtype == LT_DOUBLE;
  int status = l->pass[pass].run(handle, wide ? (void *)&alpha : &alpha1, o.a, a, o.b, b, p->window,
                                 p->algorithm, workspace.as<char>(), p->bytes,
                                 wide ? (void *)&beta : &beta1, o.c, c);
  if (is_unsupported(status)) {
    p->supported = false;
    return LT_OK;
  }
  LT_TRY(cuda_cudnn_status("conv", status));
  *done = true;
  return LT_OK;
}
