// Slices and elements read from where indices say, and the check of indices; buffers are
// [outer, limit, inner] as kernels.def says. (Writing: index_write.cu.) Indices are not checked
// while a graph is recorded, since its runs may find others: where one is out of range then, what
// is read has all bits set, which is NaN or -1, and nothing is written.
#include "cuda/split.cuh"

__global__ void check_kernel(const int64_t *index, int64_t n, int64_t limit,
                             unsigned long long *first) {
  for (FLAT(i, n))
    if ((uint64_t)(index[i] - 1) >= (uint64_t)limit) atomicMin(first, (unsigned long long)i);
}

CUDA_KERNEL(index_check)
(int64_t *bad, int64_t *value, const int64_t *index, int64_t n, int64_t limit) {
  *bad = -1;
  if (cuda_recording()) return LT_OK;
  Scratch scratch;
  LT_TRY(scratch.allocate(sizeof(unsigned long long)));
  unsigned long long *first = scratch.as<unsigned long long>(), found;
  CUDA_TRY("index", cudaMemsetAsync(first, 0xff, sizeof found, cuda_stream()));
  LT_TRY(launch_flat("index", n, check_kernel, index, n, limit, first));
  LT_TRY(cuda_read("index", &found, first, sizeof found));
  *bad = (int64_t)found;
  return *bad < 0 ? LT_OK : cuda_read("index", value, index + *bad, sizeof *value);
}

// r [outer n inner] from the lines of x: ELEMENTS has an index to each, else there is one to a
// slice.
template <bool ELEMENTS, typename S>
__global__ void read_kernel(S *r, const S *x, int64_t step, int64_t slice, const int64_t *index,
                            int64_t total, Split n, int64_t limit, Split inner) {
  for (FLAT(i, total)) {
    int64_t o = i, j = inner.take(o), k = n.take(o);
    int64_t at = index[ELEMENTS ? i : k] - 1;
    r[i] = (uint64_t)at < (uint64_t)limit ? x[o * step + at * slice + j] : (S) ~(S)0;
  }
}

template <bool ELEMENTS>
static lt_status read(const char *op, int64_t size, void *r, const void *x, int64_t step,
                      int64_t slice, const int64_t *index, int64_t outer, int64_t n, int64_t limit,
                      int64_t inner) {
  int64_t total = outer * n * inner;
  CUDA_BY_SIZE(size,
               return launch_flat(op, total, read_kernel<ELEMENTS, S>, (S *)r, (const S *)x, step,
                                  slice, index, total, Split(n, total), limit, Split(inner, total)))
}

CUDA_KERNEL(index_select)
(int64_t size, void *r, const void *x, int64_t step, int64_t slice, const int64_t *index,
 int64_t outer, int64_t n, int64_t limit, int64_t inner) {
  return read<false>("index", size, r, x, step, slice, index, outer, n, limit, inner);
}

CUDA_KERNEL(gather)
(int64_t size, void *r, const void *x, int64_t step, int64_t slice, const int64_t *index,
 int64_t outer, int64_t n, int64_t limit, int64_t inner) {
  return read<true>("gather", size, r, x, step, slice, index, outer, n, limit, inner);
}
