// Filling and copying with conversion.
#include "cuda/walk.cuh"

#include "core/functor.h"

template <typename S>
__global__ void fill_kernel(Walk<1> walk, int64_t n, typename Compute<S>::type v) {
  for (FLAT(i, n)) {
    char *p[1];
    walk.at((uint32_t)i, p);
    store(reinterpret_cast<S *>(p[0]), v);
  }
}

CUDA_KERNEL(fill)(const lt_iter *it, int dtype, lt_scalar v) {
  return for_parts(*it, [&](const lt_iter &part) -> lt_status {
    CUDA_SWITCH(dtype, CUDA_FOR_ALL, "fill",
                return launch_flat("fill", part.numel, fill_kernel<S>, Walk<1>(part), part.numel,
                                   scalar_as<typename Compute<S>::type>(v)))
  });
}

// A number as an element: floating point goes to integers by way of int64, which wraps.
template <typename D, typename T>
__device__ inline typename Compute<D>::type convert(T v) {
  typedef typename Compute<D>::type To;
  if constexpr ((To)0.5 == 0 && (T)0.5 != 0)
    return (To)lti_f64_to_i64((double)v);
  else
    return (To)v;
}

template <typename D, typename S>
__global__ void copy_kernel(Walk<2> walk, int64_t n) {
  for (FLAT(i, n)) {
    char *p[2];
    walk.at((uint32_t)i, p);
    store(reinterpret_cast<D *>(p[0]), convert<D>(load(reinterpret_cast<const S *>(p[1]))));
  }
}

template <typename D>
static lt_status copy_to(const lt_iter &part, int src) {
  CUDA_SWITCH(src, CUDA_FOR_ALL, "copy",
              return launch_flat("copy", part.numel, copy_kernel<D, S>, Walk<2>(part), part.numel))
}

// Elements of `size` bytes as they are.
static lt_status copy_bits(const lt_iter &part, int64_t size) {
  switch (size) {
  case 1: return copy_to<uint8_t>(part, LT_BYTE);
  case 2: return copy_to<int16_t>(part, LT_SHORT);
  case 4: return copy_to<int32_t>(part, LT_INT);
  default: return copy_to<int64_t>(part, LT_LONG);
  }
}

CUDA_KERNEL(copy)(const lt_iter *it, int dst, int src) {
  int64_t elsize[] = {lti_elsize(dst), lti_elsize(src)};
  if (dst == src && all_contiguous(*it, elsize)) {
    CUDA_TRY("copy", cudaMemcpyAsync(it->base[0], it->base[1], (size_t)(it->numel * elsize[0]),
                                     cudaMemcpyDeviceToDevice, cuda_stream()));
    return LT_OK;
  }
  return for_parts(*it, [&](const lt_iter &part) -> lt_status {
    if (dst == src) return copy_bits(part, elsize[0]);
    CUDA_SWITCH(dst, CUDA_FOR_ALL, "copy", return copy_to<S>(part, src))
  });
}
