// Reductions of one accumulator, the rows of reduce.def, over all elements and along a dimension;
// distances and equality of two tensors.
#include "cuda/reduce.cuh"

#include "core/functor.h"
#include "core/reduce.h"

namespace {

template <typename A>
__device__ inline A lowest() {
  if constexpr (std::is_same<A, double>::value)
    return -INFINITY;
  else
    return INT64_MIN;
}
template <typename A>
__device__ inline A highest() {
  if constexpr (std::is_same<A, double>::value)
    return INFINITY;
  else
    return INT64_MAX;
}
#define LOWEST lowest<A>()
#define HIGHEST highest<A>()

#define REDUCE(name, types, empty, first, with, both, last) \
  struct fn_##name {                                        \
    template <typename A>                                   \
    __device__ static A start(A) {                          \
      return (A)(first);                                    \
    }                                                       \
    template <typename A>                                   \
    __device__ static A step(A a, A x, double p) {          \
      (void)p;                                              \
      return (A)(with);                                     \
    }                                                       \
    template <typename A>                                   \
    __device__ static A combine(A a, A b) {                 \
      return (A)(both);                                     \
    }                                                       \
    template <typename A>                                   \
    __device__ static A finish(A a, int64_t n, double p) {  \
      (void)n, (void)p;                                     \
      return (A)(last);                                     \
    }                                                       \
  };
#define REDUCE_ALL REDUCE
#define REDUCE_NORM REDUCE
#include "reduce.def"

// Row F of elements S. `whole`: the result is an accumulator for the host, else an element.
template <typename F, typename S>
struct Row {
  typedef typename Wide<S>::type Acc;
  typedef S Element;
  enum { N = 2, SOURCES = 1 };
  double p;
  bool whole;
  __device__ Acc start() const { return F::start(Acc()); }
  __device__ void take(Acc &acc, char *const *x, int64_t) const {
    acc = F::step(acc, (Acc)load((const S *)x[0]), p);
  }
  __device__ void combine(Acc &acc, const Acc &later) const { acc = F::combine(acc, later); }
  __device__ void finish(const Acc &acc, int64_t n, char *const *at) const {
    Acc v = F::finish(acc, n, p);
    if (whole)
      *(Acc *)at[1] = v;
    else
      store((S *)at[1], (typename Compute<S>::type)v);
  }
};

// Row F of the differences of two operands.
template <typename F, typename S>
struct Differences : Row<F, S> {
  enum { SOURCES = 2 };
  __device__ void take(double &acc, char *const *x, int64_t) const {
    acc = F::step(acc, (double)load((const S *)x[0]) - (double)load((const S *)x[1]), this->p);
  }
};

} // namespace

#define CUDA_FOR_BYTE(M, ...) M(uint8_t, BYTE, __VA_ARGS__)

CUDA_KERNEL(reduce_all)(lt_scalar *out, int op, int dtype, const lt_iter *it, double p) {
  switch (op) {
#define WHOLE(S, DTYPE, fn) \
  case LT_##DTYPE:          \
    return reduce_whole("reduce", Row<fn, S>{p, true}, *it, out, sizeof *out);
#define REDUCE(name, types, empty, first, with, both, last) \
  case LT_REDUCE_##name:                                    \
    switch (dtype) { CUDA_FOR_##types(WHOLE, fn_##name) }   \
    break;
#define REDUCE_ALL REDUCE
#define REDUCE_NORM REDUCE
#include "reduce.def"
  }
  return lti_fail(LT_ENOTIMPL, "reduce: no kernel for %s on the GPU", lt_dtype_name(dtype));
}

CUDA_KERNEL(reduce)(int op, int dtype, const lt_iter *it, int64_t len, int64_t stride, double p) {
  switch (op) {
#define ALONG(S, DTYPE, fn) \
  case LT_##DTYPE:          \
    return reduce_along("reduce", Row<fn, S>{p, false}, *it, len, stride);
#define REDUCE(name, types, empty, first, with, both, last) \
  case LT_REDUCE_##name:                                    \
    switch (dtype) { CUDA_FOR_##types(ALONG, fn_##name) }   \
    break;
#define REDUCE_ALL REDUCE
#define REDUCE_NORM REDUCE
#include "reduce.def"
  }
  return lti_fail(LT_ENOTIMPL, "reduce: no kernel for %s on the GPU", lt_dtype_name(dtype));
}

template <typename F, typename S>
static lt_status distance_of(double *out, const lt_iter *it, double p) {
  Differences<F, S> r;
  r.p = p;
  r.whole = true;
  return reduce_whole("dist", r, *it, out, sizeof *out);
}

CUDA_KERNEL(distance)(double *out, int op, int dtype, const lt_iter *it, double p) {
  switch (op) {
#define APART(S, DTYPE, fn) \
  case LT_##DTYPE:          \
    return distance_of<fn, S>(out, it, p);
#define REDUCE_NORM(name, types, empty, first, with, both, last) \
  case LT_REDUCE_##name:                                         \
    switch (dtype) { CUDA_FOR_##types(APART, fn_##name) }        \
    break;
#include "reduce.def"
  }
  return lti_fail(LT_ENOTIMPL, "dist: no kernel for %s on the GPU", lt_dtype_name(dtype));
}

template <typename S>
__global__ void equal_kernel(Walk<2> walk, int64_t n, int *differ) {
  for (FLAT(i, n)) {
    char *p[2];
    walk.at((uint32_t)i, p);
    if (load((const S *)p[0]) != load((const S *)p[1])) *differ = 1;
  }
}

CUDA_KERNEL(equal)(int *out, int dtype, const lt_iter *it) {
  Scratch differ;
  LT_TRY(differ.allocate(sizeof(int)));
  CUDA_TRY("equal", cudaMemsetAsync(differ.as<int>(), 0, sizeof(int), cuda_stream()));
  LT_TRY(for_parts(*it, [&](const lt_iter &part) -> lt_status {
    CUDA_SWITCH(dtype, CUDA_FOR_ALL, "equal",
                return launch_flat("equal", part.numel, equal_kernel<S>, Walk<2>(part), part.numel,
                                   differ.as<int>()))
  }));
  int found = 0;
  LT_TRY(cuda_read("equal", &found, differ.as<int>(), sizeof found));
  *out = !found;
  return LT_OK;
}
