/* Masks: filling, copying and selecting where a byte is 1, and positions of ones. Threads work on
 * chunks whose places in the result follow from the ones counted before them. */
#include "cpu/reduce.h"
#include "cpu/walk.h"
#ifdef __AVX512BW__
#include <immintrin.h>
#endif

typedef uint8_t lanes __attribute__((vector_size(32)));

/* Sums bytes in bytes, as often as these hold it. */
static int64_t ones(const uint8_t *mask, int64_t n) {
  enum { WIDE = sizeof(lanes), TIMES = 255 };
  int64_t count = 0, i = 0;
  while (i + WIDE <= n) {
    lanes sum = {0}, v;
    for (int k = 0; k < TIMES && i + WIDE <= n; k++, i += WIDE) {
      memcpy(&v, mask + i, sizeof v);
      sum += v;
    }
    for (int k = 0; k < WIDE; k++) count += sum[k];
  }
  for (; i < n; i++) count += mask[i];
  return count;
}

static uint8_t highest(const uint8_t *mask, int64_t n) {
  uint8_t all = 0;
  for (int64_t i = 0; i < n; i++) all |= mask[i];
  return all;
}

lt_status CPU(mask_count)(int64_t *count, const uint8_t *mask, int64_t n) {
  *count = highest(mask, n) > 1 ? -1 : ones(mask, n);
  return LT_OK;
}

/* A pass over a mask; first[i] is the number of ones before chunk i. */
typedef struct pass {
  int dtype, ndim;
  int64_t size, n;
  const uint8_t *mask;
  char *r;
  const char *x;
  const int64_t *sizes;
  lt_scalar v;
  int64_t *first;
} pass;

static void count_chunks(int64_t begin, int64_t end, void *ctx) {
  const pass *job = ctx;
  for (int64_t i = begin; i < end; i++)
    job->first[i] = ones(job->mask + i * CHUNK, LT_MIN(CHUNK, job->n - i * CHUNK));
}

/* Runs fn over chunks with their `first` known. */
static lt_status run_chunks(pass *job, void (*fn)(int64_t, int64_t, void *)) {
  int64_t chunks = ceil_div(job->n, CHUNK), before = 0;
  size_t bytes = (size_t)chunks * sizeof *job->first;
  job->first = lti_alloc(bytes);
  if (!job->first) return lti_out_of_memory(bytes);
  lti_parallel(chunks, 1, count_chunks, job);
  for (int64_t i = 0; i < chunks; i++) {
    int64_t here = job->first[i];
    job->first[i] = before;
    before += here;
  }
  lti_parallel(chunks, 1, fn, job);
  lti_free(job->first, bytes);
  return LT_OK;
}

/* ---- fill ---- */

#define DEFINE_FILL(name, DTYPE, T, A, member, unused)               \
  static void fill_##name(int64_t begin, int64_t end, void *ctx) {   \
    const pass *job = ctx;                                           \
    T *restrict r = (T *)job->r;                                     \
    const uint8_t *restrict mask = job->mask;                        \
    T v = store_##name(job->v.member);                               \
    for (int64_t i = begin; i < end; i++) r[i] = mask[i] ? v : r[i]; \
  }
LT_REDUCE_ALL(DEFINE_FILL, )

#define ENTRY_FILL(name, DTYPE, T, A, member, unused) [LT_##DTYPE] = fill_##name,
static void (*const fills[LT_NDTYPE])(int64_t, int64_t, void *) = {LT_REDUCE_ALL(ENTRY_FILL, )};

lt_status CPU(masked_fill)(int dtype, void *r, const uint8_t *mask, int64_t n, lt_scalar v) {
  pass job = {.r = r, .mask = mask, .v = v};
  lti_parallel(n, lti_grain, fills[dtype], &job);
  return LT_OK;
}

/* ---- copy and select, by element size ---- */

/* Gives r[0 .. n) the elements of x where the mask has ones, as far as whole vectors of x are left
 * among `count`, and returns how many elements of r were looked at; *used: how many of x were. */
#define expand_uint8_t(r, mask, x, n, count, used) 0
#define expand_uint16_t(r, mask, x, n, count, used) 0
#define expand_uint64_t(r, mask, x, n, count, used) 0
#ifdef __AVX512BW__
static int64_t expand_uint32_t(uint32_t *r, const uint8_t *mask, const uint32_t *x, int64_t n,
                               int64_t count, int64_t *used) {
  enum { WIDE = 16 };
  int64_t i = 0, k = 0;
  for (; i + WIDE <= n && count - k >= WIDE; i += WIDE) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(mask + i));
    __mmask16 taken = _mm_test_epi8_mask(bytes, bytes);
    _mm512_storeu_si512(r + i, _mm512_mask_expand_epi32(_mm512_loadu_si512(r + i), taken,
                                                        _mm512_loadu_si512(x + k)));
    k += __builtin_popcount(taken);
  }
  *used = k;
  return i;
}
#else
#define expand_uint32_t(r, mask, x, n, count, used) 0
#endif

#define DEFINE_MOVE(T)                                                                    \
  static void copy_##T(int64_t begin, int64_t end, void *ctx) {                           \
    const pass *job = ctx;                                                                \
    for (int64_t chunk = begin; chunk < end; chunk++) {                                   \
      const T *x = (const T *)job->x + job->first[chunk];                                 \
      T *r = (T *)job->r + chunk * CHUNK;                                                 \
      const uint8_t *mask = job->mask + chunk * CHUNK;                                    \
      int64_t n = LT_MIN(CHUNK, job->n - chunk * CHUNK), count = ones(mask, n), k = 0;    \
      for (int64_t i = expand_##T(r, mask, x, n, count, &k); k < count; k += mask[i++]) { \
        T value = x[k], before = r[i];                                                    \
        r[i] = mask[i] ? value : before;                                                  \
      }                                                                                   \
    }                                                                                     \
  }                                                                                       \
  static void select_##T(int64_t begin, int64_t end, void *ctx) {                         \
    const pass *job = ctx;                                                                \
    for (int64_t chunk = begin; chunk < end; chunk++) {                                   \
      T *r = (T *)job->r + job->first[chunk];                                             \
      const T *x = (const T *)job->x + chunk * CHUNK;                                     \
      const uint8_t *mask = job->mask + chunk * CHUNK;                                    \
      int64_t count = ones(mask, LT_MIN(CHUNK, job->n - chunk * CHUNK));                  \
      for (int64_t i = 0, k = 0; k < count; k += mask[i++]) r[k] = x[i];                  \
    }                                                                                     \
  }
DEFINE_MOVE(uint8_t)
DEFINE_MOVE(uint16_t)
DEFINE_MOVE(uint32_t)
DEFINE_MOVE(uint64_t)

#define BY_SIZE(fn, size)        \
  ((size) == 1   ? fn##_uint8_t  \
   : (size) == 2 ? fn##_uint16_t \
   : (size) == 4 ? fn##_uint32_t \
                 : fn##_uint64_t)

lt_status CPU(masked_copy)(int64_t size, void *r, const uint8_t *mask, int64_t n, const void *x) {
  pass job = {.r = r, .mask = mask, .n = n, .x = x};
  return run_chunks(&job, BY_SIZE(copy, size));
}

lt_status CPU(masked_select)(int64_t size, void *r, const void *x, const uint8_t *mask, int64_t n) {
  pass job = {.r = r, .mask = mask, .n = n, .x = x};
  return run_chunks(&job, BY_SIZE(select, size));
}

/* ---- positions of elements that are not 0 ---- */

#define DEFINE_NONZERO(name, DTYPE, T, A, member, unused)                \
  static void nonzero_##name(int64_t begin, int64_t end, void *ctx) {    \
    const pass *job = ctx;                                               \
    uint8_t *restrict r = (uint8_t *)job->r;                             \
    const T *restrict x = (const T *)job->x;                             \
    for (int64_t i = begin; i < end; i++) r[i] = load_##name(x[i]) != 0; \
  }
LT_REDUCE_ALL(DEFINE_NONZERO, )

#define ENTRY_NONZERO(name, DTYPE, T, A, member, unused) [LT_##DTYPE] = nonzero_##name,
static void (*const nonzeros[LT_NDTYPE])(int64_t, int64_t,
                                         void *) = {LT_REDUCE_ALL(ENTRY_NONZERO, )};

lt_status CPU(nonzero_mask)(int dtype, uint8_t *mask, const void *x, int64_t n) {
  pass job = {.r = (char *)mask, .x = x};
  lti_parallel(n, lti_grain, nonzeros[dtype], &job);
  return LT_OK;
}

/* Writes the positions of the ones among n elements of a row, from its element `at` on, and returns
 * their end; shared: the other coordinates. Of eight elements with a one every position is written,
 * those of zeros to be overwritten, which costs less than branches that cannot be foreseen. */
static inline int64_t *positions_of(int64_t *r, const int64_t *shared, int ndim,
                                    const uint8_t *mask, int64_t at, int64_t n) {
  enum { TOGETHER = 8 };
  int64_t *end = r + ones(mask, n) * ndim;
  for (int64_t i = 0; r < end; i += TOGETHER) {
    uint64_t word = 1;
    if (i + TOGETHER <= n) memcpy(&word, mask + i, sizeof word);
    for (int64_t j = i; word && j < i + TOGETHER && r < end; r += mask[j++] * ndim) {
      for (int d = 0; d < ndim - 1; d++) r[d] = shared[d];
      r[ndim - 1] = at + j + 1;
    }
  }
  return end;
}

static int64_t *row_positions(int64_t *r, const int64_t *shared, int ndim, const uint8_t *mask,
                              int64_t at, int64_t n) {
  return ndim == 1   ? positions_of(r, shared, 1, mask, at, n)
         : ndim == 2 ? positions_of(r, shared, 2, mask, at, n)
         : ndim == 3 ? positions_of(r, shared, 3, mask, at, n)
         : ndim == 4 ? positions_of(r, shared, 4, mask, at, n)
                     : positions_of(r, shared, ndim, mask, at, n);
}

static void position_chunks(int64_t begin, int64_t end, void *ctx) {
  const pass *job = ctx;
  int64_t row = job->sizes[job->ndim - 1], shared[LT_MAXDIM];
  for (int64_t chunk = begin; chunk < end; chunk++) {
    int64_t *r = (int64_t *)job->r + job->first[chunk] * job->ndim, n;
    for (int64_t i = chunk * CHUNK, last = LT_MIN(job->n, i + CHUNK); i < last; i += n) {
      int64_t at = i % row, rest = i / row;
      for (int d = job->ndim - 2; d >= 0; d--) {
        shared[d] = rest % job->sizes[d] + 1;
        rest /= job->sizes[d];
      }
      n = LT_MIN(row - at, last - i);
      r = row_positions(r, shared, job->ndim, job->mask + i, at, n);
    }
  }
}

lt_status CPU(mask_positions)(int64_t *r, const uint8_t *mask, int ndim, const int64_t *sizes) {
  pass job = {.r = (char *)r, .mask = mask, .n = 1, .ndim = ndim, .sizes = sizes};
  for (int d = 0; d < ndim; d++) job.n *= sizes[d];
  return run_chunks(&job, position_chunks);
}
