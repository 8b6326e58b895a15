// Sorting, selecting and counting along a dimension. Lines of up to TILE elements are sorted in
// shared memory, as many in a block as fit, by a bitonic network (Batcher, Sorting networks and
// their applications, 1968). Longer lines become sorted runs of TILE items, which are merged in
// pairs by blocks that share out the result evenly (Green, McColl and Bader, GPU merge path, 2012);
// for topk runs are cut at k items. kthvalue of long lines finds the digits of the item one by one.
#include "cuda/block.cuh"
#include "cuda/sort_items.cuh"
#include "cuda/split.cuh"

enum { TILE = 2048, MERGED = 1024, THREADS = 256, DIGITS = 256 };

// The lines of one call: operands x, values, positions.
template <typename O>
struct SortLines {
  typedef typename O::Item Item;
  typedef typename Item::Key Key;
  Walk<3> walk;
  int64_t lines, len, stride[3];
  int descending;

  SortLines(const lt_iter &it, int64_t n, const int64_t *s, int d)
      : walk(it), lines(it.numel), len(n), stride{s[0], s[1], s[2]}, descending(d) {}

  __device__ Key key(const char *x, int64_t i) const {
    Key key = O::key(*(const typename O::Bits *)(x + i * stride[0]));
    return descending ? ~key : key;
  }
  // Result `at` of the line at p.
  __device__ void put(char *const *p, int64_t at, const Item &item) const {
    typedef typename O::Bits Bits;
    Key key = descending ? ~item.key() : item.key();
    *(Bits *)(p[1] + at * stride[1]) =
        O::shared(key) ? *(const Bits *)(p[0] + item.index() * stride[0]) : O::value(key);
    *(int64_t *)(p[2] + at * stride[2]) = item.index() + 1;
  }
};

// ---- tiles ----

// How tiles cover the lines: segments of `width` places, a power of 2; `keep` of the items of each
// go to memory.
struct SortTiling {
  int64_t chunks; // segments of a line
  int width, slots;
  int64_t keep, pitch; // items of a segment and of a line in memory
};

// Sorts groups of `width` of all[items].
template <typename Item>
__device__ void sort_groups(Item *all, int items, int width) {
  for (int size = 2; size <= width; size *= 2)
    for (int step = size / 2; step > 0; step /= 2) {
      for (int t = threadIdx.x; t < items / 2; t += THREADS) {
        int i = 2 * t - (t & (step - 1)), j = i + step;
        bool up = (i & (width - 1) & size) == 0;
        Item a = all[i], b = all[j];
        if (b.before(a) == up) all[i] = b, all[j] = a;
      }
      __syncthreads();
    }
}

// Sorts segments; results first .. first + count - 1 of each, or its first items to `runs`.
template <typename O>
__global__ void tile_kernel(SortLines<O> job, SortTiling tiling, bool beside, int64_t first,
                            int64_t count, typename O::Item *runs) {
  typedef typename O::Item Item;
  DYNAMIC_SHARED(Item, all);
  int width = tiling.width, slots = tiling.slots, items = width * slots;
  int64_t segments = job.lines * tiling.chunks;
  for (int64_t base = (int64_t)blockIdx.x * slots; base < segments;
       base += (int64_t)gridDim.x * slots) {
    for (int t = threadIdx.x; t < items; t += THREADS) {
      int slot = beside ? t % slots : t / width, place = beside ? t / slots : t % width;
      int64_t segment = base + slot, i = segment % tiling.chunks * width + place;
      Item item = Item::last();
      if (segment < segments && i < job.len) {
        char *p[3];
        job.walk.at((uint32_t)(segment / tiling.chunks), p);
        item = Item::make(job.key(p[0], i), i);
      }
      all[slot * width + place] = item;
    }
    __syncthreads();
    sort_groups(all, items, width);
    for (int t = threadIdx.x; t < items; t += THREADS) {
      int slot = beside ? t % slots : t / width, place = beside ? t / slots : t % width;
      int64_t segment = base + slot;
      if (segment >= segments) continue;
      int64_t line = segment / tiling.chunks, chunk = segment % tiling.chunks;
      const Item &item = all[slot * width + place];
      if (runs) {
        int64_t there = job.len - chunk * width;
        if (place < tiling.keep && place < there)
          runs[line * tiling.pitch + chunk * tiling.keep + place] = item;
      } else if (place >= first && place < first + count) {
        char *p[3];
        job.walk.at((uint32_t)line, p);
        job.put(p, place - first, item);
      }
    }
    __syncthreads();
  }
}

// A tiling that keeps up to k sorted items of each segment.
static SortTiling tiling_of(int64_t lines, int64_t len, int64_t k) {
  SortTiling t = {(len + TILE - 1) / TILE, 1, 1, 0, 0};
  while (t.width < len && t.width < TILE) t.width *= 2;
  while (t.width * t.slots < TILE && t.slots < lines) t.slots *= 2;
  t.keep = LT_MIN(k, (int64_t)t.width);
  t.pitch = (t.chunks - 1) * t.keep + LT_MIN(k, len - (t.chunks - 1) * t.width);
  return t;
}

template <typename O>
static lt_status sort_tiles(const char *op, const SortLines<O> &job, const SortTiling &t,
                            bool beside, int64_t first, int64_t count, typename O::Item *runs) {
  int64_t blocks = (job.lines * t.chunks + t.slots - 1) / t.slots;
  return launch(op, tile_kernel<O>, dim3((unsigned)LT_MIN(blocks, (int64_t)1 << 30)), THREADS,
                (size_t)(t.width * t.slots) * sizeof(typename O::Item), job, t, beside, first,
                count, runs);
}

// ---- merging ----

// `runs` sorted runs in every line, `run` items in each but the last, which has `last`.
struct SortedRuns {
  int64_t runs, run, last;
  __host__ __device__ int64_t pitch() const { return (runs - 1) * run + last; }
  __device__ int64_t size(int64_t r) const { return r < runs - 1 ? run : r == runs - 1 ? last : 0; }
};

// How many of the first `n` items of the merged a and b are a's.
template <typename Item>
__device__ int64_t split(const Item *a, int64_t na, const Item *b, int64_t nb, int64_t n) {
  int64_t low = n > nb ? n - nb : 0, high = n < na ? n : na;
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if (a[middle].before(b[n - 1 - middle]))
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

// Of n sorted items, those before one.
template <typename Item>
__device__ int count_before(const Item *all, int n, const Item &item) {
  int low = 0;
  while (low < n) {
    int middle = (low + n) / 2;
    if (all[middle].before(item))
      low = middle + 1;
    else
      n = middle;
  }
  return low;
}

template <typename Item>
__global__ void merge_kernel(Item *to, SortedRuns after, const Item *from, SortedRuns before,
                             int64_t lines) {
  __shared__ Item in[MERGED], out[MERGED];
  __shared__ int64_t cut[2];
  int64_t tiles = (after.run + MERGED - 1) / MERGED, units = lines * after.runs * tiles;
  for (int64_t unit = blockIdx.x; unit < units; unit += gridDim.x) {
    int64_t tile = unit % tiles, pair = unit / tiles % after.runs, line = unit / tiles / after.runs;
    const Item *a = from + line * before.pitch() + 2 * pair * before.run, *b = a + before.run;
    int64_t na = before.size(2 * pair), nb = before.size(2 * pair + 1), n = after.size(pair);
    int64_t begin = tile * MERGED, end = begin + MERGED < n ? begin + MERGED : n;
    if (begin >= n) continue;
    if (threadIdx.x < 2) cut[threadIdx.x] = split(a, na, b, nb, threadIdx.x ? end : begin);
    __syncthreads();
    int from_a = (int)(cut[1] - cut[0]), total = (int)(end - begin);
    for (int t = threadIdx.x; t < total; t += THREADS)
      in[t] = t < from_a ? a[cut[0] + t] : b[begin - cut[0] + t - from_a];
    __syncthreads();
    for (int t = threadIdx.x; t < total; t += THREADS) {
      bool is_a = t < from_a;
      int others =
          is_a ? count_before(in + from_a, total - from_a, in[t]) : count_before(in, from_a, in[t]);
      out[(is_a ? t : t - from_a) + others] = in[t];
    }
    __syncthreads();
    Item *result = to + line * after.pitch() + pair * after.run + begin;
    for (int t = threadIdx.x; t < total; t += THREADS) result[t] = out[t];
    __syncthreads();
  }
}

// Merges the runs of every line in a into one of up to k items; *sorted = a or b, where it is.
template <typename Item>
static lt_status merge(const char *op, Item **sorted, Item *a, Item *b, SortedRuns before,
                       int64_t lines, int64_t k) {
  while (before.runs > 1) {
    bool odd = before.runs % 2 == 1;
    SortedRuns after = {(before.runs + 1) / 2, LT_MIN(k, 2 * before.run), 0};
    after.last = LT_MIN(after.run, before.last + (odd ? 0 : before.run));
    int64_t units = lines * after.runs * ((after.run + MERGED - 1) / MERGED);
    LT_TRY(launch(op, merge_kernel<Item>, dim3((unsigned)LT_MIN(units, (int64_t)1 << 30)), THREADS,
                  0, b, after, (const Item *)a, before, lines));
    Item *other = a;
    a = b, b = other;
    before = after;
  }
  *sorted = a;
  return LT_OK;
}

template <typename O>
__global__ void put_kernel(SortLines<O> job, const typename O::Item *sorted, Split count) {
  for (FLAT(i, job.lines * count.size)) {
    char *p[3];
    int64_t line = i, at = count.take(line);
    job.walk.at((uint32_t)line, p);
    job.put(p, at, sorted[i]);
  }
}

// The line's most frequent element, of several the smallest, in its last place.
template <typename O>
__global__ void mode_kernel(SortLines<O> job, const typename O::Item *sorted) {
  __shared__ int64_t most[THREADS], place[THREADS];
  for (int64_t line = blockIdx.x; line < job.lines; line += gridDim.x) {
    const typename O::Item *item = sorted + line * job.len;
    int64_t best = 0, at = 0;
    for (int64_t i = threadIdx.x; i < job.len; i += THREADS) {
      typename O::Item::Key key = item[i].key();
      if (i + 1 < job.len && item[i + 1].key() == key) continue;
      int64_t low = 0, high = i; // of the first with this key
      while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (item[middle].key() < key)
          low = middle + 1;
        else
          high = middle;
      }
      if (i - low + 1 > best) best = i - low + 1, at = i;
    }
    most[threadIdx.x] = best;
    place[threadIdx.x] = at;
    __syncthreads();
    for (int half = THREADS / 2; half > 0; half /= 2) {
      int self = threadIdx.x, other = self + half;
      if (self < half &&
          (most[other] > most[self] || (most[other] == most[self] && place[other] < place[self]))) {
        most[self] = most[other];
        place[self] = place[other];
      }
      __syncthreads();
    }
    if (threadIdx.x == 0) {
      char *p[3];
      job.walk.at((uint32_t)line, p);
      job.put(p, 0, item[place[0]]);
    }
    __syncthreads();
  }
}

// ---- selecting ----

// What is known of a line's item: digits of its key, then of its place, and its rank among the
// items that have them.
struct SelectState {
  uint64_t key;
  int64_t index, rank;
};

__global__ void start_kernel(SelectState *search, int64_t lines, int64_t rank) {
  for (FLAT(i, lines)) search[i] = {0, 0, rank};
}

// Counts the next digit, at `shift`, of the items that have the known ones; blockIdx.y: the part of
// the line.
template <typename O>
__global__ void digit_kernel(SortLines<O> job, const SelectState *search,
                             unsigned long long *counts, int shift, bool of_key) {
  __shared__ unsigned all[DIGITS];
  int64_t share = (job.len + gridDim.y - 1) / gridDim.y, begin = blockIdx.y * share;
  int64_t end = begin + share < job.len ? begin + share : job.len;
  for (int64_t line = blockIdx.x; line < job.lines; line += gridDim.x) {
    SelectState known = search[line];
    char *p[3];
    job.walk.at((uint32_t)line, p);
    all[threadIdx.x] = 0;
    __syncthreads();
    for (int64_t i = begin + threadIdx.x; i < end; i += THREADS) {
      uint64_t key = job.key(p[0], i), digits = of_key ? key : (uint64_t)i;
      uint64_t found = of_key ? known.key : (uint64_t)known.index;
      if (!of_key && key != known.key) continue;
      if (shift < 56 && digits >> (shift + 8) != found >> (shift + 8)) continue;
      atomicAdd(&all[digits >> shift & (DIGITS - 1)], 1u);
    }
    __syncthreads();
    if (all[threadIdx.x])
      atomicAdd(&counts[line * DIGITS + threadIdx.x], (unsigned long long)all[threadIdx.x]);
    __syncthreads();
  }
}

// The digit of the item from the counts, which become 0.
__global__ void choose_kernel(SelectState *search, unsigned long long *counts, int64_t lines,
                              int shift, bool of_key) {
  __shared__ int64_t all[DIGITS];
  for (int64_t line = blockIdx.x; line < lines; line += gridDim.x) {
    int64_t own = (int64_t)counts[line * DIGITS + threadIdx.x], rank = search[line].rank;
    int64_t sum = block_scan(all, own, Plus());
    counts[line * DIGITS + threadIdx.x] = 0;
    if (rank >= sum - own && rank < sum) {
      uint64_t digit = (uint64_t)threadIdx.x << shift;
      search[line].rank = rank - (sum - own);
      if (of_key)
        search[line].key |= digit;
      else
        search[line].index |= (int64_t)digit;
    }
    __syncthreads();
  }
}

template <typename O>
__global__ void found_kernel(SortLines<O> job, const SelectState *search) {
  typedef typename O::Item Item;
  for (FLAT(line, job.lines)) {
    char *p[3];
    job.walk.at((uint32_t)line, p);
    job.put(p, 0, Item::make((typename Item::Key)search[line].key, search[line].index));
  }
}

template <typename O>
static lt_status select(const char *op, const SortLines<O> &job, int64_t rank) {
  Scratch search, counts;
  size_t bytes = (size_t)job.lines * DIGITS * sizeof(unsigned long long);
  LT_TRY(search.allocate((size_t)job.lines * sizeof(SelectState)));
  LT_TRY(counts.allocate(bytes));
  CUDA_TRY(op, cudaMemsetAsync(counts.as<char>(), 0, bytes, cuda_stream()));
  LT_TRY(launch_flat(op, job.lines, start_kernel, search.as<SelectState>(), job.lines, rank));
  unsigned lines = (unsigned)LT_MIN(job.lines, (int64_t)1 << 30);
  int64_t wanted = (int64_t)cuda_multiprocessors() * 8 / lines + 1;
  int64_t parts = LT_MAX((int64_t)1, LT_MIN(wanted, job.len / (8 * THREADS)));
  int place_bits = 8;
  while (place_bits < 56 && job.len > (int64_t)1 << place_bits) place_bits += 8;
  for (int of_key = 1; of_key >= 0; of_key--) {
    int bits = of_key ? 8 * (int)sizeof(typename O::Bits) : place_bits;
    for (int shift = bits - 8; shift >= 0; shift -= 8) {
      LT_TRY(launch(op, digit_kernel<O>, dim3(lines, (unsigned)parts), THREADS, 0, job,
                    search.as<SelectState>(), counts.as<unsigned long long>(), shift, of_key == 1));
      LT_TRY(launch(op, choose_kernel, dim3(lines), DIGITS, 0, search.as<SelectState>(),
                    counts.as<unsigned long long>(), job.lines, shift, of_key == 1));
    }
  }
  return launch_flat(op, job.lines, found_kernel<O>, job, search.as<SelectState>());
}

// ---- entries ----

// Results first .. first + count - 1 of every sorted line, or (mode) the most frequent element.
struct OrderRequest {
  const char *op;
  int dtype, descending;
  int64_t first, count, len;
  const int64_t *stride;
  bool mode;
};

template <typename O>
static lt_status order(const OrderRequest &r, const lt_iter &part) {
  typedef typename O::Item Item;
  SortLines<O> job(part, r.len, r.stride, r.descending);
  int64_t k = r.first + r.count;
  SortTiling t = tiling_of(job.lines, r.len, k);
  bool beside = part.ndim > 0 && part.stride[0][0] < r.stride[0];
  if (!r.mode && t.chunks == 1)
    return sort_tiles(r.op, job, t, beside, r.first, r.count, (Item *)nullptr);
  if (r.first > 0) return select(r.op, job, r.first);
  Scratch a, b;
  size_t bytes = (size_t)(job.lines * t.pitch) * sizeof(Item);
  Item *sorted;
  LT_TRY(a.allocate(bytes));
  if (t.chunks > 1) LT_TRY(b.allocate(bytes));
  LT_TRY(sort_tiles(r.op, job, t, beside, 0, 0, a.as<Item>()));
  LT_TRY(merge(r.op, &sorted, a.as<Item>(), b.as<Item>(),
               SortedRuns{t.chunks, t.keep, t.pitch - (t.chunks - 1) * t.keep}, job.lines, k));
  if (r.mode)
    return launch(r.op, mode_kernel<O>, dim3((unsigned)LT_MIN(job.lines, (int64_t)1 << 20)),
                  THREADS, 0, job, (const Item *)sorted);
  return launch_flat(r.op, job.lines * r.count, put_kernel<O>, job, (const Item *)sorted,
                     Split(r.count, job.lines * r.count));
}

static lt_status order_lines(const OrderRequest &r, const lt_iter *it) {
  LT_CHECK(r.len < UINT32_MAX, ESHAPE, "%s: lines of %lld elements are too long for the GPU", r.op,
           (long long)r.len);
  return for_parts(*it, [&](const lt_iter &part) -> lt_status {
#define CUDA_ORDER_CALL return order<O>(r, part)
    switch (r.dtype) { LT_ORDER_ALL(CUDA_ORDER_CASE) }
#undef CUDA_ORDER_CALL
    return lti_fail(LT_ENOTIMPL, "%s: no kernel for %s on the GPU", r.op, lt_dtype_name(r.dtype));
  });
}

CUDA_KERNEL(sort)
(int dtype, int descending, const lt_iter *it, int64_t len, const int64_t *stride) {
  return order_lines({"sort", dtype, descending, 0, len, len, stride, false}, it);
}

CUDA_KERNEL(topk)
(int dtype, int largest, int64_t k, const lt_iter *it, int64_t len, const int64_t *stride) {
  return order_lines({"topk", dtype, largest, 0, k, len, stride, false}, it);
}

CUDA_KERNEL(kthvalue)(int dtype, int64_t k, const lt_iter *it, int64_t len, const int64_t *stride) {
  return order_lines({"kthvalue", dtype, 0, k, 1, len, stride, false}, it);
}

CUDA_KERNEL(mode)(int dtype, const lt_iter *it, int64_t len, const int64_t *stride) {
  return order_lines({"mode", dtype, 0, 0, len, len, stride, true}, it);
}
