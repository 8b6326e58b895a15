// elementwise.cuh: kernels of the rows of elementwise.def. Contiguous operands are read and written
// 16 bytes at a time by a kernel for each row and type; any other layout by one kernel for each
// type that chooses the row at run time.
#ifndef LT_CUDA_ELEMENTWISE_CUH
#define LT_CUDA_ELEMENTWISE_CUH

#include "cuda/walk.cuh"

#include "core/functor.h"

// One call: operand 0 of it is the result, an operand without memory its scalar.
struct Elementwise {
  int op, dtype;
  const lt_iter *it;
  const lt_scalar *params;
};

// The families of rows, each in a file of its own.
lt_status cuda_unary(const Elementwise &job);
lt_status cuda_grad(const Elementwise &job);
lt_status cuda_binary(const Elementwise &job);
lt_status cuda_compare(const Elementwise &job);

// Inputs of a row: memory, or a constant where p is null.
template <typename S, int N>
struct Inputs {
  typedef typename Compute<S>::type T;
  const S *p[N];
  T constant[N];
};

template <typename F, typename R, typename S, int N, int V>
__global__ void contiguous_kernel(R *r, Inputs<S, N> in, int64_t n, typename Compute<S>::type a,
                                  typename Compute<S>::type b) {
  typedef typename Compute<S>::type T;
  for (FLAT(chunk, (n + V - 1) / V)) {
    int64_t first = chunk * V;
    if (first + V <= n) {
      Pack<S, V> packs[N];
      for (int k = 0; k < N; k++)
        if (in.p[k]) packs[k] = *reinterpret_cast<const Pack<S, V> *>(in.p[k] + first);
      Pack<R, V> out;
      for (int i = 0; i < V; i++) {
        T x[3] = {};
        for (int k = 0; k < N; k++) x[k] = in.p[k] ? load(&packs[k].v[i]) : in.constant[k];
        store(&out.v[i], F::of(x[0], x[1], x[2], a, b));
      }
      *reinterpret_cast<Pack<R, V> *>(r + first) = out;
    } else {
      for (int64_t i = first; i < n; i++) {
        T x[3] = {};
        for (int k = 0; k < N; k++) x[k] = in.p[k] ? load(in.p[k] + i) : in.constant[k];
        store(r + i, F::of(x[0], x[1], x[2], a, b));
      }
    }
  }
}

template <typename Family, typename R, typename S, int N>
__global__ void strided_kernel(int op, Walk<N + 1> walk, Inputs<S, N> in, int64_t n,
                               typename Compute<S>::type a, typename Compute<S>::type b) {
  typedef typename Compute<S>::type T;
  for (FLAT(i, n)) {
    char *p[N + 1];
    walk.at((uint32_t)i, p);
    T x[3] = {};
    for (int k = 0; k < N; k++)
      x[k] = in.p[k] ? load(reinterpret_cast<const S *>(p[k + 1])) : in.constant[k];
    store(reinterpret_cast<R *>(p[0]), Family::of(op, x[0], x[1], x[2], a, b));
  }
}

template <typename S, int N>
static Inputs<S, N> inputs_of(const lt_iter &it) {
  Inputs<S, N> in;
  for (int k = 0; k < N; k++) {
    in.p[k] = reinterpret_cast<const S *>(it.base[k + 1]);
    in.constant[k] = it.base[k + 1] ? 0 : scalar_as<typename Compute<S>::type>(it.scalar[k + 1]);
  }
  return in;
}

// True when all operands are contiguous and start where V elements of each can be read at once.
template <typename R, typename S, int N, int V>
static bool packs(const lt_iter &it) {
  int64_t elsize[N + 1] = {sizeof(R)};
  for (int k = 1; k <= N; k++) elsize[k] = sizeof(S);
  return all_packable(it, N + 1, elsize, V);
}

// Runs row F, which Family knows as job.op, from S to R.
template <typename F, typename Family, typename R, typename S, int N>
static lt_status run_row(const Elementwise &job) {
  typedef typename Compute<S>::type T;
  enum { V = 16 / sizeof(S) > 8 ? 8 : 16 / sizeof(S) };
  T a = scalar_as<T>(job.params[0]), b = scalar_as<T>(job.params[1]);
  const lt_iter &it = *job.it;
  if (packs<R, S, N, V>(it))
    return launch_flat("elementwise", (it.numel + V - 1) / V, contiguous_kernel<F, R, S, N, V>,
                       reinterpret_cast<R *>(it.base[0]), inputs_of<S, N>(it), it.numel, a, b);
  return for_parts(it, [&](const lt_iter &part) {
    return launch_flat("elementwise", part.numel, strided_kernel<Family, R, S, N>, job.op,
                       Walk<N + 1>(part), inputs_of<S, N>(part), part.numel, a, b);
  });
}

// Whether a class of types has compute type T, in the rows' words.
template <typename T>
struct Takes {
  static constexpr bool floating = (T)0.5 != 0;
  static constexpr bool FLT = floating, INT = !floating, ALL = true;
  static constexpr bool SGN = floating || sizeof(T) >= 4;
};

#define CUDA_ROW(name, value)                                \
  struct name {                                              \
    template <typename T>                                    \
    __device__ static inline T of(T x, T y, T z, T a, T b) { \
      (void)x, (void)y, (void)z, (void)a, (void)b;           \
      return (T)(value);                                     \
    }                                                        \
  };

// In Family::of: row `op` when it takes the type.
#define CUDA_CHOOSE(name, types, fn)                             \
  case LT_OP_##name:                                             \
    if constexpr (Takes<T>::types) return fn::of(x, y, z, a, b); \
    break;

// In the file's entry: `case` of a row, then of each of its types.
#define CUDA_RUN(S, DTYPE, fn, N) \
  case LT_##DTYPE:                \
    return run_row<fn, Family, S, S, N>(job);
#define CUDA_ROW_CASE(name, types, fn, N)                    \
  case LT_OP_##name:                                         \
    switch (job.dtype) { CUDA_FOR_##types(CUDA_RUN, fn, N) } \
    break;

static inline lt_status no_row(const Elementwise &job) {
  return lti_fail(LT_ENOTIMPL, "elementwise: no kernel for row %d and %s on the GPU", job.op,
                  lt_dtype_name(job.dtype));
}

#endif
