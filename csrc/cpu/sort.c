/* Sorting, selecting and counting along a dimension: every element becomes a key, an unsigned
 * integer in the order of the values (sort_keys.h), and the keys with their positions are sorted.
 * Keys of at most 32 bits share a word with the position; longer ones have two words. */
#include "cpu/isa.h"
#include "core/sort_keys.h"
#include "cpu/walk.h"

enum {
  TINY = 12,       /* items that are sorted by insertion */
  FEW = 32,        /* smallest items that are kept sorted */
  DIGIT = 8,       /* bits of a digit */
  COUNT_BITS = 11, /* of the first digit of a selection from many */
  COUNTS = 1 << COUNT_BITS,
  BLOCK = 1024,    /* keys made at a time */
  GROUP = 32,      /* keys compared with a limit at a time */
  MAX_CHUNKS = 64, /* parts of a long line */
  MAX_TILE = 64,   /* lines side by side */
  TILE_ELEMENTS = 1 << 18,
  MADE_ELEMENTS = 1 << 14, /* of a line whose keys are made once rather than in each step */
  CHUNK_GRAINS = 8,        /* least size of such a part, in lti_grain */
  COST = 4,                /* of an element, as against a cheap elementwise loop */
};
/* Bytes of a vector; items up to which comparing all with all is the fastest way to sort. */
#ifdef __AVX512F__
enum { VBYTES = 64, ranked_narrow = 128, ranked_wide = 128 };
#elif defined __AVX2__
enum { VBYTES = 32, ranked_narrow = 64, ranked_wide = 64 };
#else
enum { VBYTES = 16, ranked_narrow = 64, ranked_wide = 32 };
#endif
enum { SORT, SELECT, STREAM, MODE };

#ifdef LT_HARD
static const int64_t narrow_limit = 1000; /* so that tests see wide keys of every type */
#else
static const int64_t narrow_limit = UINT32_MAX; /* elements of a line whose positions fit 32 bits */
#endif

/* First of n elements that chunk c has. */
static inline int64_t chunk_start(int64_t n, int64_t chunks, int64_t c) {
  return n / chunks * c + LT_MIN(c, n % chunks);
}

static inline int bit_length(uint64_t v) { return v ? 64 - __builtin_clzll(v) : 0; }

/* Items that a chunk gathers before it drops all but the k smallest. */
static inline int64_t stream_room(int64_t k) { return k <= FEW ? k : 2 * k; }

typedef uint64_t item_narrow;
static inline item_narrow make_item_narrow(uint32_t key, int64_t index) {
  return (uint64_t)key << 32 | (uint64_t)index;
}
static inline uint32_t item_key_narrow(item_narrow i) { return (uint32_t)(i >> 32); }
static inline int64_t item_index_narrow(item_narrow i) { return (int64_t)(i & UINT32_MAX); }
static inline bool item_before_narrow(item_narrow a, item_narrow b) { return a < b; }

typedef struct item_wide {
  uint64_t key;
  int64_t index;
} item_wide;
static inline item_wide make_item_wide(uint64_t key, int64_t index) {
  return (item_wide){key, index};
}
static inline uint64_t item_key_wide(item_wide i) { return i.key; }
static inline int64_t item_index_wide(item_wide i) { return i.index; }
static inline bool item_before_wide(item_wide a, item_wide b) {
  return a.key < b.key || (a.key == b.key && a.index < b.index);
}

#define KEY uint32_t
#define SIGNED int32_t
#define ITEM item_narrow
#define N(name) name##_narrow
#define LT_ORDER_TYPES LT_ORDER_NARROW
#include "cpu/sort_width.h"
#include "cpu/sort_drive.h"
#undef KEY
#undef SIGNED
#undef ITEM
#undef N
#undef LT_ORDER_TYPES

#define KEY uint64_t
#define SIGNED int64_t
#define ITEM item_wide
#define N(name) name##_wide
#define LT_ORDER_TYPES LT_ORDER_ALL
#include "cpu/sort_width.h"
#include "cpu/sort_drive.h"

static lt_status apply(int what, int dtype, int flip, int64_t k, int64_t count, const lt_iter *it,
                       int64_t len, const int64_t *stride) {
  if (types_narrow[dtype].put && len <= narrow_limit)
    return apply_narrow(what, dtype, flip, k, count, it, len, stride);
  return apply_wide(what, dtype, flip, k, count, it, len, stride);
}

lt_status CPU(sort)(int dtype, int descending, const lt_iter *it, int64_t len,
                    const int64_t *stride) {
  return apply(SORT, dtype, descending, len, len, it, len, stride);
}

lt_status CPU(topk)(int dtype, int largest, int64_t k, const lt_iter *it, int64_t len,
                    const int64_t *stride) {
  return apply(k <= len / 4 ? STREAM : SORT, dtype, largest, k, k, it, len, stride);
}

lt_status CPU(kthvalue)(int dtype, int64_t k, const lt_iter *it, int64_t len,
                        const int64_t *stride) {
  return apply(SELECT, dtype, 0, k, 1, it, len, stride);
}

lt_status CPU(mode)(int dtype, const lt_iter *it, int64_t len, const int64_t *stride) {
  return apply(MODE, dtype, 0, 0, 1, it, len, stride);
}
