// Convolution by cuDNN. A plan holds the descriptors of a window and the algorithm of a pass; every
// thread keeps its plans, so that a step that was made before asks cuDNN for nothing but the work.
#include "cuda/cudnn.cuh"
#include "cuda/plans.cuh"

namespace {

enum { MOST_CHOICES = 20 };

// Workspace of an algorithm that is chosen without cudnn.fastest.
const size_t WORKSPACE = (size_t)1 << 30;

struct Key {
  int64_t device, pass, dtype, math, found, fastest;
  lt_window s;
};

// An algorithm, how it makes products, and its workspace.
struct Way {
  int algorithm, math;
  size_t bytes;
};

// spare: a way without workspace, for when there is no memory for that of the best.
struct Plan {
  bool supported, has_spare;
  Way best, spare;
  const Cudnn *of;
  void *input, *output, *weights, *window;

  void release() {
    if (input) of->free_tensor(input);
    if (output) of->free_tensor(output);
    if (weights) of->free_filter(weights);
    if (window) of->free_window(window);
    *this = Plan();
  }
};

thread_local Plans<Key, Plan> plans;

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

int type_of(int64_t dtype) {
  switch (dtype) {
  case LT_DOUBLE: return CUDNN_DOUBLE;
  case LT_HALF: return CUDNN_HALF;
  case LT_BFLOAT16: return CUDNN_BFLOAT16;
  default: return CUDNN_FLOAT;
  }
}

// How products of a dtype are to be made: of half types on tensor cores, which round nothing more.
int math_of(int dtype) {
  if (dtype == LT_DOUBLE) return CUDNN_MATH_DEFAULT;
  if (dtype != LT_FLOAT) return CUDNN_MATH_TENSOR;
  return lt_cuda_tf32() ? CUDNN_MATH_DEFAULT : CUDNN_MATH_FMA;
}

// Makes the descriptors; images have two dimensions beside samples and channels, volumes three.
int describe(const Cudnn &l, const Key &k, Plan &p) {
  const lt_window &s = k.s;
  int type = type_of(k.dtype), sums = k.dtype == LT_DOUBLE ? CUDNN_DOUBLE : CUDNN_FLOAT;
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
                          CUDNN_CORRELATION, sums));
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

// Whether a choice was a success, makes its products as is wished and, unless the fastest is
// wanted, takes no more workspace than is allowed and sums in a fixed order.
bool suits(const Key &k, const CudnnChoice &one) {
  if (one.status != CUDNN_SUCCESS || one.math == CUDNN_MATH_CONVERT) return false;
  if (k.math == CUDNN_MATH_FMA && one.math == CUDNN_MATH_TENSOR) return false;
  return k.fastest || (one.memory <= WORKSPACE && one.deterministic);
}

// Takes the first of the choices, which are in the order of their times, that suits, and the first
// without workspace. How products are made decides on the workspace too, which may be more than the
// choice said.
int choose(const Cudnn &l, void *handle, const Key &k, Plan &p, const CudnnChoice *choices,
           int count) {
  Operands o((int)k.pass, p);
  for (int i = 0; i < count && !p.has_spare; i++) {
    if (!suits(k, choices[i])) continue;
    bool exact = k.math == CUDNN_MATH_FMA;
    Way way = {choices[i].algorithm, exact ? (int)CUDNN_MATH_FMA : choices[i].math, 0};
    CUDNN_CALL(l.set_math(p.window, way.math));
    int status = l.pass[k.pass].bytes(handle, o.a, o.b, p.window, o.c, way.algorithm, &way.bytes);
    if (is_refused(status)) continue;
    CUDNN_CALL(status);
    if (!k.fastest && way.bytes > WORKSPACE) continue;
    if (!p.supported) p.best = way;
    if (way.bytes == 0) p.spare = way;
    p.supported = true, p.has_spare = way.bytes == 0;
  }
  return CUDNN_SUCCESS;
}

// Times all algorithms, with results that nobody sees; where there is no memory for that, *count
// is 0.
lt_status find(const Cudnn &l, void *handle, const Key &k, const Plan &p, const void *a,
               const void *b, int *count, CudnnChoice *choices) {
  Scratch result, workspace;
  size_t size = (size_t)(elements((int)k.pass, k.s) * lti_elsize((int)k.dtype));
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
  p.of = &l;
  int count = 0, status = describe(l, k, p);
  if (status == CUDNN_SUCCESS && k.found) LT_TRY(find(l, handle, k, p, a, b, &count, choices));
  if (status == CUDNN_SUCCESS && count == 0) {
    Operands o((int)k.pass, p);
    status = l.pass[k.pass].get(handle, o.a, o.b, p.window, o.c, MOST_CHOICES, &count, choices);
  }
  if (status == CUDNN_SUCCESS) status = choose(l, handle, k, p, choices, count);
  return is_refused(status) ? LT_OK : cuda_cudnn_status("conv", status);
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

// Memory for the best way of a plan or, where there is not enough, its spare; *way is NULL where
// neither can be gone.
lt_status provide(const Plan &p, Scratch *workspace, const Way **way) {
  *way = &p.best;
  if (p.best.bytes == 0) return LT_OK;
  lt_status rc = workspace->allocate(p.best.bytes);
  if (rc != LT_ENOMEM) return rc;
  *way = p.has_spare ? &p.spare : nullptr;
  return LT_OK;
}

} // namespace

void cudnn_forget_plans(int device) { plans.forget(device); }

lt_status cudnn_convolve(int pass, int dtype, const lt_window &s, const void *a, const void *b,
                         void *c, double alpha, double beta, bool *done) {
  const Cudnn *l;
  *done = false;
  LT_TRY(cuda_cudnn(&l, "conv"));
  if (!l || !fits(s, a, b, c)) return LT_OK;
  Key k;
  memset(&k, 0, sizeof k);
  k.device = cuda_device(), k.pass = pass, k.dtype = dtype, k.s = s;
  k.math = math_of(dtype);
  k.found = cuda_cudnn_option(LT_CUDA_CUDNN_BENCHMARK) && !cuda_recording();
  k.fastest = cuda_cudnn_option(LT_CUDA_CUDNN_FASTEST);
  void *handle;
  Plan *p = nullptr;
  Scratch workspace;
  const Way *way;
  LT_TRY(cuda_cudnn_handle("conv", &handle));
  LT_TRY(
      plans.get("conv", k, &p, [&](Plan &made) { return make_plan(*l, handle, k, a, b, made); }));
  if (!p->supported) return LT_OK;
  LT_TRY(provide(*p, &workspace, &way));
  if (!way) return LT_OK;
  Operands o(pass, *p);
  float alpha1 = (float)alpha, beta1 = (float)beta;
  bool wide = dtype == LT_DOUBLE;
  int status = l->set_math(p->window, way->math);
  if (status == CUDNN_SUCCESS)
    status = l->pass[pass].run(handle, wide ? (void *)&alpha : &alpha1, o.a, a, o.b, b, p->window,
                               way->algorithm, workspace.as<char>(), way->bytes,
                               wide ? (void *)&beta : &beta1, o.c, c);
  if (is_unsupported(status)) {
    p->supported = false;
    return LT_OK;
  }
  LT_TRY(cuda_cudnn_status("conv", status));
  *done = true;
  return LT_OK;
}
