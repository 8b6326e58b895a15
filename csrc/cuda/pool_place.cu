// Sums and choices at places of volumes that indices name: gradients of maxima, and unpooling.
// Float and Double.
#include "cuda/split.cuh"

namespace {

const uint32_t NONE = UINT32_MAX;

// Each block takes part after part of the volumes: `width` places of one, all of whose outputs it
// looks at. Outputs that share a place are added in their order: in every round the first of those
// that are left claims the place. claim: for each place the output that claims it; done: how many
// outputs come before the next that may. They are in shared memory where `spaces` is NULL.
template <typename S>
__global__ void scatter_kernel(int64_t n, int64_t size, int64_t width, int64_t outputs, S *rs,
                               const S *xs, const int64_t *indices, uint32_t *spaces) {
  DYNAMIC_SHARED(uint32_t, own);
  __shared__ int left, bad;
  uint32_t *claim = spaces ? spaces + blockIdx.x * 2 * width : own, *done = claim + width;
  int64_t parts = (size + width - 1) / width;
  for (int64_t unit = blockIdx.x; unit < n * parts; unit += gridDim.x) {
    int64_t v = unit / parts, begin = unit % parts * width;
    int64_t here = begin + width < size ? width : size - begin;
    S *r = rs + v * size + begin;
    const S *x = xs + v * outputs;
    const int64_t *at = indices + v * outputs;
    for (int64_t i = threadIdx.x; i < here; i += blockDim.x) r[i] = 0, claim[i] = NONE, done[i] = 0;
    if (threadIdx.x == 0) bad = 0;
    __syncthreads();
    for (;;) {
      if (threadIdx.x == 0) left = 0;
      for (int64_t o = threadIdx.x; o < outputs; o += blockDim.x) {
        int64_t place = at[o] - 1 - begin;
        if ((uint64_t)(place + begin) >= (uint64_t)size)
          bad = 1;
        else if (place >= 0 && place < here && o >= done[place])
          atomicMin(claim + place, (uint32_t)o);
      }
      __syncthreads();
      for (int64_t o = threadIdx.x; o < outputs; o += blockDim.x) {
        int64_t place = at[o] - 1 - begin;
        if (place < 0 || place >= here || o < done[place]) continue;
        if (claim[place] == o)
          r[place] += x[o];
        else
          left = 1;
      }
      __syncthreads();
      if (!left) break;
      for (int64_t i = threadIdx.x; i < here; i += blockDim.x)
        if (claim[i] != NONE) done[i] = claim[i] + 1, claim[i] = NONE;
      __syncthreads();
    }
    for (int64_t i = threadIdx.x; bad && i < here; i += blockDim.x) r[i] = (S)NAN;
    __syncthreads();
  }
}

template <typename S>
__global__ void gather_kernel(int64_t total, int64_t size, Split outputs, S *r, const S *x,
                              const int64_t *indices) {
  for (FLAT(i, total)) {
    int64_t place = indices[i] - 1, volume = i;
    outputs.take(volume);
    r[i] = (uint64_t)place < (uint64_t)size ? x[volume * size + place] : (S)NAN;
  }
}

} // namespace

CUDA_KERNEL(pool_scatter)
(const char *op, int dtype, int64_t n, int64_t size, int64_t outputs, void *r, const void *x,
 const int64_t *indices) {
  LT_CHECK(size < NONE && outputs < NONE, ESHAPE, "%s: planes of %lld elements are too large", op,
           (long long)LT_MAX(size, outputs));
  // claims of a part in shared memory, as long as outputs are not looked at too often; elsewhere
  // `room` bytes for those of all blocks, at least one block's
  const int64_t most_shared = 40 << 10, most_parts = 16, room = (int64_t)64 << 20, each = 8;
  bool fits = size * each <= most_shared * most_parts;
  int64_t width = fits ? LT_MIN(size, most_shared / each) : size, bytes = width * each;
  int64_t units = n * ((size + width - 1) / width);
  int64_t blocks = LT_MIN(units, (int64_t)cuda_multiprocessors() * 8);
  if (!fits) blocks = LT_MAX((int64_t)1, LT_MIN(blocks, room / bytes));
  Scratch spaces;
  if (!fits) LT_TRY(spaces.allocate((size_t)(blocks * bytes)));
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, op,
              return launch(op, scatter_kernel<S>, dim3((unsigned)blocks), CUDA_THREADS,
                            fits ? (size_t)bytes : 0, n, size, width, outputs, (S *)r, (const S *)x,
                            indices, fits ? nullptr : spaces.as<uint32_t>()))
}

CUDA_KERNEL(pool_gather)
(const char *op, int dtype, int64_t n, int64_t size, int64_t outputs, void *r, const void *x,
 const int64_t *indices) {
  int64_t total = n * outputs;
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, op,
              return launch_flat(op, total, gather_kernel<S>, total, size, Split(outputs, total),
                                 (S *)r, (const S *)x, indices))
}
