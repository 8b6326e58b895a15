// Slices and elements written to where indices say; buffers are [outer, limit, inner] as
// kernels.def says. Where equal indices meet, their order decides the result: a thread goes through
// all indices of a line where the lines keep the device busy; elsewhere all elements are worked on
// at once, and those that only the last of equal indices writes are claimed before, while sums take
// equal indices from a stable sort. Nothing depends on the order in which threads run.
#include "cuda/split.cuh"

extern "C" lt_status cuda_sort(int dtype, int descending, const lt_iter *it, int64_t len,
                               const int64_t *stride);

namespace {

// One call; index [n] for slices, [outer n inner] for elements.
struct Writes {
  int64_t outer, n, limit, inner, step, slice;
  const int64_t *index;
  Split j, k; // of positions in [outer n inner]

  Writes(int64_t outer_, int64_t n_, int64_t limit_, int64_t inner_, int64_t step_, int64_t slice_,
         const int64_t *index_)
      : outer(outer_), n(n_), limit(limit_), inner(inner_), step(step_), slice(slice_),
        index(index_), j(inner_, outer_ * n_ * inner_), k(n_, outer_ * n_ * inner_) {}
  int64_t lines() const { return outer * inner; }
  int64_t total() const { return outer * n * inner; }
  // Whether a thread to each line is enough, since there are many or they are short.
  bool by_lines() const {
    return n <= 32 || n >= UINT32_MAX || lines() >= (int64_t)cuda_multiprocessors() * 1024;
  }
  // Where element j of slice k of o comes from, and where index `at` puts it.
  __device__ int64_t from(int64_t o, int64_t at, int64_t column) const {
    return o * step + at * slice + column;
  }
  __device__ int64_t to(int64_t o, int64_t at, int64_t column) const {
    return (o * limit + at - 1) * inner + column;
  }
  // Whether there is such a place, which is not known while a graph is recorded (index.cu).
  __device__ bool has(int64_t at) const { return (uint64_t)(at - 1) < (uint64_t)limit; }
};

template <bool ELEMENTS>
__device__ int64_t index_of(const Writes &s, int64_t o, int64_t at, int64_t column) {
  return s.index[ELEMENTS ? (o * s.n + at) * s.inner + column : at];
}

// ---- copies: the last of equal indices wins ----

template <bool ELEMENTS, typename S>
__global__ void copy_lines_kernel(Writes s, int64_t lines, S *r, const S *x) {
  for (FLAT(i, lines)) {
    int64_t o = i, column = s.j.take(o);
    for (int64_t at = 0; at < s.n; at++) {
      int64_t place = index_of<ELEMENTS>(s, o, at, column);
      if (s.has(place)) r[s.to(o, place, column)] = x[s.from(o, at, column)];
    }
  }
}

// last[a place, of r for elements, of the dimension for slices] = one more than the last index that
// names it.
template <bool ELEMENTS>
__global__ void claim_kernel(Writes s, int64_t total, uint32_t *last) {
  for (FLAT(i, total)) {
    int64_t o = i, column = ELEMENTS ? s.j.take(o) : 0, at = ELEMENTS ? s.k.take(o) : i;
    int64_t place = index_of<ELEMENTS>(s, o, at, column);
    if (!s.has(place)) continue;
    atomicMax(&last[ELEMENTS ? s.to(o, place, column) : place - 1], (uint32_t)at + 1);
  }
}

template <bool ELEMENTS, typename S>
__global__ void copy_claimed_kernel(Writes s, int64_t total, S *r, const S *x,
                                    const uint32_t *last) {
  for (FLAT(i, total)) {
    int64_t o = i, column = s.j.take(o), at = s.k.take(o);
    int64_t place = index_of<ELEMENTS>(s, o, at, column), to = s.to(o, place, column);
    if (!s.has(place)) continue;
    if (last[ELEMENTS ? to : place - 1] == (uint32_t)at + 1) r[to] = x[s.from(o, at, column)];
  }
}

template <bool ELEMENTS, typename S>
lt_status copy(const char *op, const Writes &s, S *r, const S *x) {
  if (s.by_lines())
    return launch_flat(op, s.lines(), copy_lines_kernel<ELEMENTS, S>, s, s.lines(), r, x);
  Scratch last;
  size_t bytes = (size_t)(ELEMENTS ? s.outer * s.limit * s.inner : s.limit) * sizeof(uint32_t);
  LT_TRY(last.allocate(bytes));
  CUDA_TRY(op, cudaMemsetAsync(last.as<char>(), 0, bytes, cuda_stream()));
  int64_t claims = ELEMENTS ? s.total() : s.n;
  LT_TRY(launch_flat(op, claims, claim_kernel<ELEMENTS>, s, claims, last.as<uint32_t>()));
  return launch_flat(op, s.total(), copy_claimed_kernel<ELEMENTS, S>, s, s.total(), r, x,
                     last.as<uint32_t>());
}

// ---- one value everywhere ----

template <bool ELEMENTS, typename S>
__global__ void fill_kernel(Writes s, int64_t total, S *r, typename Compute<S>::type v) {
  for (FLAT(i, total)) {
    int64_t o = i, column = s.j.take(o), at = s.k.take(o);
    int64_t place = index_of<ELEMENTS>(s, o, at, column);
    if (s.has(place)) store(r + s.to(o, place, column), v);
  }
}

template <bool ELEMENTS>
lt_status fill(const char *op, int dtype, const Writes &s, void *r, lt_scalar v) {
  CUDA_SWITCH(dtype, CUDA_FOR_ALL, op,
              return launch_flat(op, s.total(), fill_kernel<ELEMENTS, S>, s, s.total(), (S *)r,
                                 scalar_as<typename Compute<S>::type>(v)))
}

// ---- sums, in the order of the indices; each addition is rounded to S ----

template <typename S>
__device__ void add(S *to, const S *x) {
  typedef typename Compute<S>::type T;
  store(to, (T)(load(to) + load(x)));
}

template <bool ELEMENTS, typename S>
__global__ void add_lines_kernel(Writes s, int64_t lines, S *r, const S *x) {
  for (FLAT(i, lines)) {
    int64_t o = i, column = s.j.take(o);
    for (int64_t at = 0; at < s.n; at++) {
      int64_t place = index_of<ELEMENTS>(s, o, at, column);
      if (s.has(place)) add(r + s.to(o, place, column), x + s.from(o, at, column));
    }
  }
}

// The first of a run of equal indices adds all of them. The indices of s are sorted, and came from
// positions.
template <bool ELEMENTS, typename S>
__global__ void add_runs_kernel(Writes s, int64_t total, S *r, const S *x, Writes positions) {
  for (FLAT(i, total)) {
    int64_t o = i, column = s.j.take(o), at = s.k.take(o);
    int64_t place = index_of<ELEMENTS>(s, o, at, column);
    if (!s.has(place) || (at > 0 && index_of<ELEMENTS>(s, o, at - 1, column) == place)) continue;
    S *to = r + s.to(o, place, column), sum = *to;
    for (; at < s.n && index_of<ELEMENTS>(s, o, at, column) == place; at++)
      add(&sum, x + s.from(o, index_of<ELEMENTS>(positions, o, at, column) - 1, column));
    *to = sum;
  }
}

// sorted, positions = the indices of each line in ascending order, and where from 1 each was.
template <bool ELEMENTS>
lt_status sort_indices(const Writes &s, int64_t *sorted, int64_t *positions) {
  const int64_t element = sizeof(int64_t), inner = ELEMENTS ? s.inner : 1;
  const int64_t stride[] = {inner * element, inner * element, inner * element};
  char *const base[] = {(char *)s.index, (char *)sorted, (char *)positions};
  lt_iter lines = {};
  lines.nop = 3;
  lines.numel = ELEMENTS ? s.lines() : 1;
  if (ELEMENTS) lines.ndim = 2, lines.size[0] = s.outer, lines.size[1] = inner;
  for (int k = 0; k < lines.nop; k++) {
    lines.base[k] = base[k];
    lines.stride[k][0] = s.n * inner * element;
    lines.stride[k][1] = element;
  }
  return cuda_sort(LT_LONG, 0, &lines, s.n, stride);
}

template <bool ELEMENTS, typename S>
lt_status add(const char *op, const Writes &s, S *r, const S *x) {
  if (s.by_lines())
    return launch_flat(op, s.lines(), add_lines_kernel<ELEMENTS, S>, s, s.lines(), r, x);
  int64_t count = ELEMENTS ? s.total() : s.n;
  Scratch room;
  LT_TRY(room.allocate((size_t)(2 * count) * sizeof(int64_t)));
  Writes sorted = s, positions = s;
  int64_t *first = room.as<int64_t>(), *second = first + count;
  sorted.index = first, positions.index = second;
  LT_TRY(sort_indices<ELEMENTS>(s, first, second));
  return launch_flat(op, s.total(), add_runs_kernel<ELEMENTS, S>, sorted, s.total(), r, x,
                     positions);
}

} // namespace

CUDA_KERNEL(index_copy)
(int64_t size, void *r, const void *x, int64_t step, int64_t slice, const int64_t *index,
 int64_t outer, int64_t n, int64_t limit, int64_t inner) {
  Writes s(outer, n, limit, inner, step, slice, index);
  CUDA_BY_SIZE(size, return copy<false>("indexCopy", s, (S *)r, (const S *)x))
}

CUDA_KERNEL(index_add)
(int dtype, void *r, const void *x, int64_t step, int64_t slice, const int64_t *index,
 int64_t outer, int64_t n, int64_t limit, int64_t inner) {
  Writes s(outer, n, limit, inner, step, slice, index);
  CUDA_SWITCH(dtype, CUDA_FOR_ALL, "indexAdd",
              return add<false>("indexAdd", s, (S *)r, (const S *)x))
}

CUDA_KERNEL(index_fill)
(int dtype, void *r, const int64_t *index, int64_t outer, int64_t n, int64_t limit, int64_t inner,
 lt_scalar v) {
  return fill<false>("indexFill", dtype, Writes(outer, n, limit, inner, 0, 0, index), r, v);
}

CUDA_KERNEL(scatter)
(int dtype, void *r, const void *x, int64_t step, int64_t slice, const int64_t *index,
 int64_t outer, int64_t n, int64_t limit, int64_t inner, lt_scalar v) {
  Writes s(outer, n, limit, inner, step, slice, index);
  if (!x) return fill<true>("scatter", dtype, s, r, v);
  CUDA_BY_SIZE(lti_elsize(dtype), return copy<true>("scatter", s, (S *)r, (const S *)x))
}

CUDA_KERNEL(scatter_add)
(int dtype, void *r, const void *x, int64_t step, int64_t slice, const int64_t *index,
 int64_t outer, int64_t n, int64_t limit, int64_t inner) {
  Writes s(outer, n, limit, inner, step, slice, index);
  CUDA_SWITCH(dtype, CUDA_FOR_ALL, "scatterAdd",
              return add<true>("scatterAdd", s, (S *)r, (const S *)x))
}
