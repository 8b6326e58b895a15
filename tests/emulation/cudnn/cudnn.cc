// A stand-in for libcudnn.so.9 over the emulated GPUs: the functions of cudnn.cuh, by plain loops
// summed in double. It checks its arguments, and cudnn_stand_in(mode) makes it refuse or fail.
// cudnn_stand_in_count(what) tells how often it was asked.
#include <string.h>

#include "../cuda_bf16.h"
#include "../cuda_fp16.h"
#include "../cuda_runtime.h"

#define EXPORT extern "C" __attribute__((visibility("default")))

enum { SUCCESS = 0, BAD_PARAM = 2000, NOT_SUPPORTED_SHAPE = 3002, EXECUTION_FAILED = 5000 };
enum { FLOAT = 0, DOUBLE = 1, HALF = 2, BFLOAT16 = 9, MOST = 5 };
enum { DEFAULT_MATH = 0, TENSOR_MATH = 1, CONVERT_MATH = 2, FMA_MATH = 3 };
enum { FORWARD, DATA, WEIGHTS };
// What goes on beside the work: algorithm 0 sums in any order, 1 needs 3 GB, 2 rounds floats, 3
// says that it needs 16 bytes but needs 3 GB, 4 uses tensor cores, 5 needs 4096 bytes, 6 none.
enum { ALGORITHMS = 7, ROUNDS = 2, GROWS = 3, ON_TENSORS = 4, CHOSEN = 5, NEEDED = 4096 };
// VAST: algorithm 0 needs more than there is; NO_SPARE: so do all.
enum Mode { WORKS, REFUSES, REFUSES_TO_RUN, FAILS, CANNOT_START, VAST, NO_SPARE };
enum Count { RUNS, GETS, FINDS, LIVE, HANDLES, COUNTS };

static int mode, counts[COUNTS], last_algorithm, last_math, last_type;

EXPORT void cudnn_stand_in(int to) { mode = to; }
EXPORT int cudnn_stand_in_count(int what) { return counts[what]; }
EXPORT int cudnn_stand_in_algorithm() { return last_algorithm; }
EXPORT int cudnn_stand_in_math() { return last_math; }
EXPORT int cudnn_stand_in_type() { return last_type; }

struct Tensor {
  int type, n, size[MOST];
};
struct Window {
  int n, pad[3], step[3], dilation[3], groups, math, type;
};
struct Choice {
  int algorithm, status;
  float time;
  size_t memory;
  int deterministic, math, reserved[3];
};

EXPORT size_t cudnnGetVersion() { return 90100; }
EXPORT const char *cudnnGetErrorString(int status) {
  return status == EXECUTION_FAILED ? "EXECUTION_FAILED" : "something else";
}

static int handle;
EXPORT int cudnnCreate(void **out) {
  if (mode == CANNOT_START) return EXECUTION_FAILED;
  *out = &handle;
  counts[HANDLES]++;
  return SUCCESS;
}
EXPORT int cudnnDestroy(void *) {
  counts[HANDLES]--;
  return SUCCESS;
}
EXPORT int cudnnSetStream(void *h, void *) { return h == &handle ? SUCCESS : BAD_PARAM; }

#define DESCRIPTOR(name, type)                           \
  EXPORT int cudnnCreate##name##Descriptor(void **out) { \
    *out = new type();                                   \
    counts[LIVE]++;                                      \
    return SUCCESS;                                      \
  }                                                      \
  EXPORT int cudnnDestroy##name##Descriptor(void *d) {   \
    delete (type *)d;                                    \
    counts[LIVE]--;                                      \
    return SUCCESS;                                      \
  }
DESCRIPTOR(Tensor, Tensor)
DESCRIPTOR(Filter, Tensor)
DESCRIPTOR(Convolution, Window)

static int set(Tensor *t, int type, int n, const int *size) {
  bool known = type == FLOAT || type == DOUBLE || type == HALF || type == BFLOAT16;
  if (!known || n < 4 || n > MOST) return BAD_PARAM;
  t->type = type, t->n = n;
  for (int d = 0; d < n; d++) {
    if (size[d] < 1) return BAD_PARAM;
    t->size[d] = size[d];
  }
  return SUCCESS;
}
EXPORT int cudnnSetTensorNdDescriptor(void *t, int type, int n, const int *size,
                                      const int *stride) {
  for (int d = n - 1, dense = 1; d >= 0; dense *= size[d--])
    if (stride[d] != dense) return BAD_PARAM;
  return set((Tensor *)t, type, n, size);
}
EXPORT int cudnnSetFilterNdDescriptor(void *t, int type, int format, int n, const int *size) {
  return format == 0 ? set((Tensor *)t, type, n, size) : BAD_PARAM;
}
EXPORT int cudnnSetConvolutionNdDescriptor(void *to, int n, const int *pad, const int *step,
                                           const int *dilation, int correlation, int type) {
  Window *w = (Window *)to;
  if (n < 2 || n > 3 || correlation != 1 || (type != FLOAT && type != DOUBLE)) return BAD_PARAM;
  w->n = n, w->type = type;
  for (int d = 0; d < n; d++) {
    if (pad[d] < 0 || step[d] < 1 || dilation[d] < 1) return BAD_PARAM;
    w->pad[d] = pad[d], w->step[d] = step[d], w->dilation[d] = dilation[d];
  }
  return SUCCESS;
}
EXPORT int cudnnSetConvolutionGroupCount(void *w, int groups) {
  ((Window *)w)->groups = groups;
  return groups > 0 ? SUCCESS : BAD_PARAM;
}
EXPORT int cudnnSetConvolutionMathType(void *w, int math) {
  ((Window *)w)->math = math;
  return math >= DEFAULT_MATH && math <= FMA_MATH ? SUCCESS : BAD_PARAM;
}

// Inputs, weights, outputs and window of a convolution, as three dimensions.
struct Shape {
  int n, c, k, groups, in[3], out[3], size[3], pad[3], step[3], dilation[3], type;
};

static bool shape_of(Shape *s, const Tensor *x, const Tensor *w, const Tensor *y, const Window *v) {
  if (x->n != w->n || x->n != y->n || x->n != v->n + 2 || x->type != w->type || x->type != y->type)
    return false;
  s->type = x->type, s->n = x->size[0], s->c = x->size[1], s->k = y->size[1];
  s->groups = v->groups;
  if (v->type != (x->type == DOUBLE ? DOUBLE : FLOAT)) return false;
  bool fits = y->size[0] == s->n && w->size[0] == s->k && w->size[1] * s->groups == s->c &&
              s->k % s->groups == 0;
  for (int d = 0; d < 3; d++) {
    int from = d - (3 - v->n);
    s->in[d] = from < 0 ? 1 : x->size[from + 2], s->out[d] = from < 0 ? 1 : y->size[from + 2];
    s->size[d] = from < 0 ? 1 : w->size[from + 2];
    s->pad[d] = from < 0 ? 0 : v->pad[from], s->step[d] = from < 0 ? 1 : v->step[from];
    s->dilation[d] = from < 0 ? 1 : v->dilation[from];
    int seen = s->in[d] + 2 * s->pad[d] - (s->size[d] - 1) * s->dilation[d] - 1;
    fits = fits && seen >= 0 && seen / s->step[d] + 1 == s->out[d];
  }
  return fits;
}

// The shape of a pass from the descriptors of its operands.
static bool pass_shape(Shape *s, int pass, void *a, void *b, void *c, void *window) {
  const Tensor *x = (Tensor *)(pass == DATA ? c : a);
  const Tensor *w = (Tensor *)(pass == FORWARD ? b : pass == DATA ? a : c);
  const Tensor *y = (Tensor *)(pass == FORWARD ? c : b);
  return shape_of(s, x, w, y, (Window *)window);
}

// Calls f(place of x, of w, of y) for every product.
template <typename F>
static void products(const Shape &s, F f) {
  int cg = s.c / s.groups, kg = s.k / s.groups;
  for (int n = 0; n < s.n; n++)
    for (int k = 0; k < s.k; k++)
      for (int c = 0; c < cg; c++) {
        long x0 = (long)n * s.c + k / kg * cg + c, y0 = (long)n * s.k + k, w0 = (long)k * cg + c;
        for (int o = 0; o < s.out[0] * s.out[1] * s.out[2]; o++)
          for (int t = 0; t < s.size[0] * s.size[1] * s.size[2]; t++) {
            int at[3], ro = o, rt = t;
            bool inside = true;
            for (int d = 2; d >= 0; d--) {
              at[d] = ro % s.out[d] * s.step[d] - s.pad[d] + rt % s.size[d] * s.dilation[d];
              ro /= s.out[d], rt /= s.size[d];
              inside = inside && at[d] >= 0 && at[d] < s.in[d];
            }
            if (!inside) continue;
            long place = (at[0] * s.in[1] + at[1]) * s.in[2] + at[2];
            f(x0 * s.in[0] * s.in[1] * s.in[2] + place, w0 * s.size[0] * s.size[1] * s.size[2] + t,
              y0 * s.out[0] * s.out[1] * s.out[2] + o);
          }
      }
}

static long volume(const int *size) { return (long)size[0] * size[1] * size[2]; }

static double value_of(float v) { return v; }
static double value_of(double v) { return v; }
static double value_of(__half v) { return __half2float(v); }
static double value_of(__nv_bfloat16 v) { return __bfloat162float(v); }
static void put(float *p, double v) { *p = (float)v; }
static void put(double *p, double v) { *p = v; }
static void put(__half *p, double v) { *p = __float2half((float)v); }
static void put(__nv_bfloat16 *p, double v) { *p = __float2bfloat16((float)v); }

template <typename S>
static void compute(int pass, const Shape &s, double alpha, const S *a, const S *b, double beta,
                    S *c) {
  long count = pass == FORWARD ? s.n * s.k * volume(s.out)
               : pass == DATA  ? s.n * s.c * volume(s.in)
                               : s.k * (s.c / s.groups) * volume(s.size);
  double *sum = new double[count]();
  products(s, [&](long x, long w, long y) {
    if (pass == FORWARD) sum[y] += value_of(a[x]) * value_of(b[w]);
    if (pass == DATA) sum[x] += value_of(a[w]) * value_of(b[y]);
    if (pass == WEIGHTS) sum[w] += value_of(a[x]) * value_of(b[y]);
  });
  for (long i = 0; i < count; i++)
    put(c + i, alpha * sum[i] + (beta == 0 ? 0 : beta * value_of(c[i])));
  delete[] sum;
}

static int list(Choice *choices, int most, int *count, const void *window) {
  *count = most < ALGORITHMS ? most : (int)ALGORITHMS;
  memset(choices, 0, sizeof *choices * (size_t)*count);
  for (int i = 0; i < *count; i++) {
    choices[i].algorithm = i, choices[i].time = 1 + (float)i;
    choices[i].deterministic = i > 0;
    choices[i].memory = i == 1 ? (size_t)3 << 30 : i == GROWS ? 16 : i == CHOSEN ? NEEDED : 0;
    choices[i].math = i == ROUNDS ? CONVERT_MATH : i == ON_TENSORS ? TENSOR_MATH : DEFAULT_MATH;
    if (i == CHOSEN) choices[i].math = ((const Window *)window)->math;
  }
  return SUCCESS;
}

static int get(int pass, void *a, void *b, void *window, void *c, int most, int *count,
               Choice *choices) {
  Shape s;
  counts[GETS]++;
  if (!pass_shape(&s, pass, a, b, c, window)) return BAD_PARAM;
  if (mode == REFUSES) return NOT_SUPPORTED_SHAPE;
  return list(choices, most, count, window);
}

static int bytes_of(int algorithm, size_t *bytes) {
  const size_t giga = (size_t)1 << 30;
  bool vast = mode == NO_SPARE || (mode == VAST && algorithm == 0);
  *bytes = vast ? 1024 * giga : 0;
  if (algorithm == CHOSEN && !vast) *bytes = NEEDED;
  if (algorithm == GROWS && !vast) *bytes = 3 * giga;
  return SUCCESS;
}

static int run(int pass, const void *alpha, void *at, const void *a, void *bt, const void *b,
               void *window, int algorithm, void *workspace, size_t bytes, const void *beta,
               void *ct, void *c) {
  Shape s;
  if (!pass_shape(&s, pass, at, bt, ct, window) || !a || !b || !c) return BAD_PARAM;
  if (algorithm == CHOSEN && (bytes < NEEDED || !workspace)) return BAD_PARAM;
  if (mode == REFUSES_TO_RUN) return NOT_SUPPORTED_SHAPE;
  if (mode == FAILS) return EXECUTION_FAILED;
  counts[RUNS]++;
  last_algorithm = algorithm, last_math = ((Window *)window)->math, last_type = s.type;
  double by = s.type == DOUBLE ? *(const double *)alpha : *(const float *)alpha;
  double keep = s.type == DOUBLE ? *(const double *)beta : *(const float *)beta;
  emulate_call([=] {
    if (algorithm == CHOSEN) memset(workspace, 1, NEEDED);
    if (s.type == DOUBLE)
      compute(pass, s, by, (const double *)a, (const double *)b, keep, (double *)c);
    else if (s.type == HALF)
      compute(pass, s, by, (const __half *)a, (const __half *)b, keep, (__half *)c);
    else if (s.type == BFLOAT16)
      compute(pass, s, by, (const __nv_bfloat16 *)a, (const __nv_bfloat16 *)b, keep,
              (__nv_bfloat16 *)c);
    else
      compute(pass, s, by, (const float *)a, (const float *)b, keep, (float *)c);
  });
  return SUCCESS;
}

// Writes over the result, as timing it does.
static int find(int pass, void *at, const void *a, void *bt, const void *b, void *window, void *ct,
                void *c, int most, int *count, Choice *choices) {
  Shape s;
  counts[FINDS]++;
  if (!pass_shape(&s, pass, at, bt, ct, window) || !a || !b) return BAD_PARAM;
  emulate_call([=] { memset(c, 0x7f, 2); });
  return list(choices, most, count, window);
}

#define PASS(pass, name)                                                                          \
  EXPORT int cudnnGetConvolution##name##Algorithm_v7(                                             \
      void *, void *a, void *b, void *window, void *c, int most, int *count, Choice *choices) {   \
    return get(pass, a, b, window, c, most, count, choices);                                      \
  }                                                                                               \
  EXPORT int cudnnFindConvolution##name##AlgorithmEx(                                             \
      void *, void *at, const void *a, void *bt, const void *b, void *window, void *ct, void *c,  \
      int most, int *count, Choice *choices, void *, size_t) {                                    \
    return find(pass, at, a, bt, b, window, ct, c, most, count, choices);                         \
  }                                                                                               \
  EXPORT int cudnnGetConvolution##name##WorkspaceSize(void *, void *, void *, void *, void *,     \
                                                      int algorithm, size_t *bytes) {             \
    return bytes_of(algorithm, bytes);                                                            \
  }                                                                                               \
  EXPORT int cudnnConvolution##name(void *, const void *alpha, void *at, const void *a, void *bt, \
                                    const void *b, void *window, int algorithm, void *workspace,  \
                                    size_t bytes, const void *beta, void *ct, void *c) {          \
    return run(pass, alpha, at, a, bt, b, window, algorithm, workspace, bytes, beta, ct, c);      \
  }
PASS(FORWARD, Forward)
PASS(DATA, BackwardData)
PASS(WEIGHTS, BackwardFilter)
