// Filling and copying, with conversion; transposed copies by tiles.
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

template <typename S>
__global__ void fill_packs_kernel(S *r, int64_t n, typename Compute<S>::type v) {
  enum { V = 16 / sizeof(S) };
  Pack<S, V> pack;
  for (int e = 0; e < V; e++) store(&pack.v[e], v);
  for (FLAT(i, (n + V - 1) / V)) {
    if (i * V + V <= n)
      *reinterpret_cast<Pack<S, V> *>(r + i * V) = pack;
    else
      for (int64_t e = i * V; e < n; e++) r[e] = pack.v[0];
  }
}

CUDA_KERNEL(fill)(const lt_iter *it, int dtype, lt_scalar v) {
  int64_t elsize[] = {lti_elsize(dtype)};
  if (all_packable(*it, 1, elsize, 16 / elsize[0]))
    CUDA_SWITCH(dtype, CUDA_FOR_ALL, "fill",
                return launch_flat("fill", (it->numel * elsize[0] + 15) / 16, fill_packs_kernel<S>,
                                   (S *)it->base[0], it->numel,
                                   scalar_as<typename Compute<S>::type>(v)))
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

// TOGETHER elements at once where both operands are contiguous and aligned (packed).
enum { TOGETHER = 4 };

template <typename D, typename S>
__global__ void copy_kernel(Walk<2> walk, int64_t n, bool packed) {
  int64_t packs = packed ? n / TOGETHER : 0;
  for (FLAT(i, packs)) {
    Pack<S, TOGETHER> from = reinterpret_cast<const Pack<S, TOGETHER> *>(walk.base[1])[i];
    Pack<D, TOGETHER> to;
    for (int e = 0; e < TOGETHER; e++) store(&to.v[e], convert<D>(load(&from.v[e])));
    reinterpret_cast<Pack<D, TOGETHER> *>(walk.base[0])[i] = to;
  }
  for (FLAT(i, n - packs * TOGETHER)) {
    char *p[2];
    walk.at((uint32_t)(packs * TOGETHER + i), p);
    store(reinterpret_cast<D *>(p[0]), convert<D>(load(reinterpret_cast<const S *>(p[1]))));
  }
}

template <typename D>
static lt_status copy_to(const lt_iter &part, int src) {
  int64_t elsize[] = {sizeof(D), lti_elsize(src)};
  bool packed = all_packable(part, 2, elsize, TOGETHER);
  CUDA_SWITCH(src, CUDA_FOR_ALL, "copy",
              return launch_flat("copy",
                                 packed ? (part.numel + TOGETHER - 1) / TOGETHER : part.numel,
                                 copy_kernel<D, S>, Walk<2>(part), part.numel, packed))
}

// ---- elements as they are ----

template <typename S>
__global__ void move_kernel(Walk<2> walk, int64_t n) {
  for (FLAT(i, n)) {
    char *p[2];
    walk.at((uint32_t)i, p);
    *reinterpret_cast<S *>(p[0]) = *reinterpret_cast<const S *>(p[1]);
  }
}

// ---- transposed elements ----

enum { SIDE = 32, ROWS = CUDA_THREADS / SIDE };

// Copies where elements follow each other along the first of two dimensions in the result, along
// the second in the source. A block moves tiles of SIDE x SIDE through shared memory, so that
// neighbouring threads read and write neighbours. `others` walks the other dimensions.
struct Transposition {
  Walk<2> others;
  int64_t n0, n1, r1, x0; // sizes; bytes from one element to the next where they are not neighbours
  int64_t across, down, tiles;
};

template <typename S>
__global__ void transpose_kernel(Transposition s) {
  __shared__ S tile[SIDE][SIDE + 1];
  int column = threadIdx.x % SIDE, row = threadIdx.x / SIDE;
  for (int64_t t = blockIdx.x; t < s.tiles; t += gridDim.x) {
    int64_t first0 = t % s.across * SIDE, rest = t / s.across, first1 = rest % s.down * SIDE;
    char *p[2];
    s.others.at((uint32_t)(rest / s.down), p);
    const S *x = reinterpret_cast<const S *>(p[1]);
    for (int k = row; k < SIDE; k += ROWS)
      if (first0 + k < s.n0 && first1 + column < s.n1)
        tile[k][column] = x[(first0 + k) * (s.x0 / (int64_t)sizeof(S)) + first1 + column];
    __syncthreads();
    S *r = reinterpret_cast<S *>(p[0]);
    for (int k = row; k < SIDE; k += ROWS)
      if (first1 + k < s.n1 && first0 + column < s.n0)
        r[(first1 + k) * (s.r1 / (int64_t)sizeof(S)) + first0 + column] = tile[column][k];
    __syncthreads();
  }
}

template <typename S>
static lt_status transpose(const Transposition &s) {
  return launch("copy", transpose_kernel<S>, dim3((unsigned)LT_MIN(s.tiles, (int64_t)1 << 30)),
                CUDA_THREADS, 0, s);
}

// The dimension along which elements of `size` bytes follow each other in the source alone, where
// tiles are worth it; else 0.
static int transposed(const lt_iter &it, int64_t size) {
  if (it.ndim < 2 || it.stride[0][0] != size || it.stride[1][0] == size) return 0;
  for (int d = 1; d < it.ndim; d++)
    if (it.stride[1][d] == size && it.size[0] >= SIDE / 2 && it.size[d] >= SIDE / 2) return d;
  return 0;
}

static lt_status copy_transposed(const lt_iter &it, int64_t size, int dim) {
  lt_iter others = it;
  others.ndim = 0;
  others.numel = it.numel / it.size[0] / it.size[dim];
  for (int d = 1; d < it.ndim; d++) {
    if (d == dim) continue;
    others.size[others.ndim] = it.size[d];
    for (int k = 0; k < 2; k++) others.stride[k][others.ndim] = it.stride[k][d];
    others.ndim++;
  }
  int64_t across = (it.size[0] + SIDE - 1) / SIDE, down = (it.size[dim] + SIDE - 1) / SIDE;
  Transposition s = {Walk<2>(others), it.size[0], it.size[dim], it.stride[0][dim],
                     it.stride[1][0], across,     down,         across * down * others.numel};
  CUDA_BY_SIZE(size, return transpose<S>(s))
}

// Elements of `size` bytes that lie side by side in both operands become elements of more, up to
// 16, as far as all addresses allow. Returns their size.
static int64_t widen(lt_iter *it, int64_t size) {
  for (; size < 16 && it->ndim > 0 && it->size[0] % 2 == 0; size *= 2) {
    for (int k = 0; k < 2; k++) {
      if (it->stride[k][0] != size || (uintptr_t)it->base[k] % (uintptr_t)(2 * size) != 0)
        return size;
      for (int d = 1; d < it->ndim; d++)
        if (it->stride[k][d] % (2 * size) != 0) return size;
    }
    it->size[0] /= 2;
    it->numel /= 2;
    it->stride[0][0] = it->stride[1][0] = 2 * size;
  }
  return size;
}

template <typename S>
static lt_status move(const lt_iter &part) {
  return launch_flat("copy", part.numel, move_kernel<S>, Walk<2>(part), part.numel);
}

static lt_status copy_bits(lt_iter part, int64_t size) {
  int dim = transposed(part, size);
  if (dim) return copy_transposed(part, size, dim);
  switch (widen(&part, size)) {
  case 1: return move<uint8_t>(part);
  case 2: return move<uint16_t>(part);
  case 4: return move<uint32_t>(part);
  case 8: return move<uint64_t>(part);
  default: return move<Pack<uint64_t, 2>>(part);
  }
}

CUDA_KERNEL(copy)(const lt_iter *it, int dst, int src) {
  int64_t elsize[] = {lti_elsize(dst), lti_elsize(src)};
  if (dst == src && all_contiguous(*it, 2, elsize)) {
    CUDA_TRY("copy", cudaMemcpyAsync(it->base[0], it->base[1], (size_t)(it->numel * elsize[0]),
                                     cudaMemcpyDeviceToDevice, cuda_stream()));
    return LT_OK;
  }
  return for_parts(*it, [&](const lt_iter &part) -> lt_status {
    if (dst == src) return copy_bits(part, elsize[0]);
    CUDA_SWITCH(dst, CUDA_FOR_ALL, "copy", return copy_to<S>(part, src))
  });
}
