/* sort_width.h: sorting and selecting along lines, for one width of keys. Included twice, with
 * KEY, SIGNED, ITEM, N(name) and LT_ORDER_TYPES defined, and make_item, item_key, item_index and
 * item_before for the items: a key with the position of its element.
 *
 * Items are ordered by key, then by position, so that every order is stable and every result is
 * unique: it depends neither on the number of threads nor on the path taken. A line is cut into
 * `chunks` that run on threads; lines that are many or short have one chunk and go to threads as
 * a whole. Radix sort from the lowest digit: Knuth, The Art of Computer Programming 3, 5.2.5. */

/* Keys of n elements `stride` bytes apart; flip reverses their order. */
typedef void N(extract)(const char *src, int64_t stride, int64_t n, int flip, KEY *restrict key);
/* Writes n items `item_step` apart to values and 1-based positions with these byte strides; an
 * element whose key is shared is read from line i, at src + i src_step, of elements x_stride apart.
 */
typedef void N(put)(const ITEM *item, int64_t item_step, int64_t n, int flip, char *values,
                    int64_t value_step, char *positions, int64_t position_step, const char *src,
                    int64_t src_step, int64_t x_stride);

#define DEFINE(name, DTYPE, U)                                                                   \
  static void N(extract_##name)(const char *src, int64_t stride, int64_t n, int flip,            \
                                KEY *restrict key) {                                             \
    const U mask = (U)(flip ? ~(U)0 : 0), *restrict v = (const U *)src;                          \
    if (stride == sizeof(U)) {                                                                   \
      for (int64_t i = 0; i < n; i++) key[i] = (U)(order_##name(v[i]) ^ mask);                   \
      return;                                                                                    \
    }                                                                                            \
    for (int64_t i = 0; i < n; i++)                                                              \
      key[i] = (U)(order_##name(*(const U *)(src + i * stride)) ^ mask);                         \
  }                                                                                              \
  static void N(put_##name)(const ITEM *item, int64_t item_step, int64_t n, int flip,            \
                            char *values, int64_t value_step, char *positions,                   \
                            int64_t position_step, const char *src, int64_t src_step,            \
                            int64_t x_stride) {                                                  \
    const U mask = (U)(flip ? ~(U)0 : 0);                                                        \
    for (int64_t i = 0; i < n; i++) {                                                            \
      U key = (U)((U)N(item_key)(item[i * item_step]) ^ mask), v = value_##name(key);            \
      int64_t at = N(item_index)(item[i * item_step]);                                           \
      if (LT_UNLIKELY(shared_##name(key))) v = *(const U *)(src + i * src_step + at * x_stride); \
      *(U *)(values + i * value_step) = v;                                                       \
      *(int64_t *)(positions + i * position_step) = at + 1;                                      \
    }                                                                                            \
  }
LT_ORDER_TYPES(DEFINE)
#undef DEFINE

#define ENTRY(name, DTYPE, U) [LT_##DTYPE] = {N(extract_##name), N(put_##name)},
static const struct {
  N(extract) * extract;
  N(put) * put;
} N(types)[LT_NDTYPE] = {LT_ORDER_TYPES(ENTRY)};
#undef ENTRY

/* A line of n elements: in memory, or its keys where these have been made. */
typedef struct N(source) {
  const char *src;
  int64_t stride, n;
  int dtype, flip;
  const KEY *keys;
} N(source);

/* Keys first .. first + n - 1; buffer has room for n. */
static const KEY *N(block)(const N(source) * s, int64_t first, int64_t n, KEY *buffer) {
  if (s->keys) return s->keys + first;
  N(types)[s->dtype].extract(s->src + first * s->stride, s->stride, n, s->flip, buffer);
  return buffer;
}

/* What the steps over the chunks of a line share. */
typedef struct N(task) {
  const N(source) * s;
  const ITEM *from;
  ITEM *to;
  int64_t n, chunks;
  KEY low, mask; /* digit of a key: (key - low) >> shift & mask */
  int shift;
  KEY *counts;      /* [chunks COUNTS] */
  int64_t k, *kept; /* stream: smallest items wanted, and found by each chunk */
} N(task);

typedef SIGNED N(lanes) __attribute__((vector_size(VBYTES)));

/* to[n] = the sorted items of these keys and positions 0 .. n - 1, n at most N(ranked). A few are
 * inserted one after the other; of more, each goes to its rank, the number of smaller keys, after
 * the equal ones before it: a vector of comparisons at a time. */
static void N(sort_keys)(const KEY *keys, int64_t n, ITEM *to) {
  if (n <= TINY) {
    for (int64_t i = 0; i < n; i++) {
      int64_t at = i;
      for (; at > 0 && keys[i] < N(item_key)(to[at - 1]); at--) to[at] = to[at - 1];
      to[at] = N(make_item)(keys[i], i);
    }
    return;
  }
  enum { LANES = sizeof(N(lanes)) / sizeof(KEY) };
  const KEY top = (KEY)1 << (8 * sizeof(KEY) - 1); /* most machines compare signed integers only */
  union {
    N(lanes) lanes[N(ranked) / LANES];
    KEY key[N(ranked)];
  } own, rank;
  uint8_t equal[N(ranked)] = {0};
  own.lanes[(n - 1) / LANES] = (N(lanes)){0};
  for (int64_t i = 0; i < n; i++) own.key[i] = keys[i] ^ top;
  for (int64_t i = 0; i * LANES < n; i++) {
    N(lanes) smaller = {0}, key = own.lanes[i];
    for (int64_t j = 0; j < n; j++) {
      N(lanes) other = (N(lanes)){0} + (__typeof__(key[0]))own.key[j];
      smaller -= key > other; /* true is -1 */
    }
    rank.lanes[i] = smaller;
  }
  for (int64_t i = 0; i < n; i++) {
    KEY r = rank.key[i];
    to[r + equal[r]++] = N(make_item)(keys[i], i);
  }
}

/* to[n] = the sorted items of from, n at most N(ranked). */
static void N(sort_small)(const ITEM *from, int64_t n, ITEM *to) {
  KEY key[N(ranked)] = {0};
  for (int64_t i = 0; i < n; i++) key[i] = N(item_key)(from[i]);
  N(sort_keys)(key, n, to);
  for (int64_t i = 0; i < n; i++) to[i] = from[N(item_index)(to[i])];
}

/* ---- steps over chunks ---- */

/* counts[c][0], [1] = smallest and largest key of chunk c. */
static void N(range_chunk)(int64_t begin, int64_t end, void *ctx) {
  const N(task) *t = ctx;
  KEY buffer[BLOCK];
  for (int64_t c = begin; c < end; c++) {
    int64_t last = chunk_start(t->n, t->chunks, c + 1);
    KEY low = (KEY) ~(KEY)0, high = 0;
    for (int64_t i = chunk_start(t->n, t->chunks, c); i < last; i += BLOCK) {
      int64_t n = LT_MIN(BLOCK, last - i);
      const KEY *key = N(block)(t->s, i, n, buffer);
      for (int64_t j = 0; j < n; j++) {
        low = LT_MIN(low, key[j]);
        high = LT_MAX(high, key[j]);
      }
    }
    t->counts[c * COUNTS] = low;
    t->counts[c * COUNTS + 1] = high;
  }
}

static void N(pack_chunk)(int64_t begin, int64_t end, void *ctx) {
  const N(task) *t = ctx;
  KEY buffer[BLOCK];
  int64_t last = chunk_start(t->n, t->chunks, end);
  for (int64_t i = chunk_start(t->n, t->chunks, begin); i < last; i += BLOCK) {
    int64_t n = LT_MIN(BLOCK, last - i);
    const KEY *key = N(block)(t->s, i, n, buffer);
    for (int64_t j = 0; j < n; j++) t->to[i + j] = N(make_item)(key[j], i + j);
  }
}

/* counts[c][d] = items (or keys, where there is a source) of chunk c with digit d. */
static void N(count_chunk)(int64_t begin, int64_t end, void *ctx) {
  const N(task) *t = ctx;
  KEY buffer[BLOCK], low = t->low, mask = t->mask;
  int shift = t->shift;
  for (int64_t c = begin; c < end; c++) {
    KEY *count = t->counts + c * COUNTS;
    memset(count, 0, ((size_t)mask + 1) * sizeof *count);
    int64_t i = chunk_start(t->n, t->chunks, c), last = chunk_start(t->n, t->chunks, c + 1);
    if (!t->s)
      for (; i < last; i++) count[(KEY)(N(item_key)(t->from[i]) - low) >> shift & mask]++;
    for (; i < last; i += BLOCK) {
      int64_t n = LT_MIN(BLOCK, last - i);
      const KEY *key = N(block)(t->s, i, n, buffer);
      for (int64_t j = 0; j < n; j++) count[(KEY)(key[j] - low) >> shift & mask]++;
    }
  }
}

/* Items to the places counts[c][d], which advance. */
static void N(scatter_chunk)(int64_t begin, int64_t end, void *ctx) {
  const N(task) *t = ctx;
  const KEY low = t->low, mask = t->mask;
  const int shift = t->shift;
  const ITEM *restrict from = t->from;
  ITEM *restrict to = t->to;
  for (int64_t c = begin; c < end; c++) {
    KEY *restrict place = t->counts + c * COUNTS;
    int64_t last = chunk_start(t->n, t->chunks, c + 1);
    for (int64_t i = chunk_start(t->n, t->chunks, c); i < last; i++) {
      ITEM item = from[i];
      to[place[(KEY)(N(item_key)(item) - low) >> shift & mask]++] = item;
    }
  }
}

/* Items of the keys low .. low + mask, in order, from place counts[c][0] on. */
static void N(collect_chunk)(int64_t begin, int64_t end, void *ctx) {
  const N(task) *t = ctx;
  KEY buffer[BLOCK];
  ITEM found[BLOCK + 1];
  for (int64_t c = begin; c < end; c++) {
    ITEM *to = t->to + t->counts[c * COUNTS];
    int64_t last = chunk_start(t->n, t->chunks, c + 1);
    for (int64_t i = chunk_start(t->n, t->chunks, c); i < last; i += BLOCK) {
      int64_t n = LT_MIN(BLOCK, last - i), m = 0;
      const KEY *key = N(block)(t->s, i, n, buffer);
      for (int64_t j = 0; j < n; j++) {
        found[m] = N(make_item)(key[j], i + j);
        m += (KEY)(key[j] - t->low) <= t->mask;
      }
      memcpy(to, found, (size_t)m * sizeof *to);
      to += m;
    }
  }
}

/* ---- sorting ---- */

static void N(run)(N(task) * t, void (*step)(int64_t, int64_t, void *)) {
  if (t->chunks == 1)
    step(0, 1, t);
  else
    lti_parallel(t->chunks, 1, step, t);
}

/* Turns counts into places; false where all n items have one digit and stay where they are. */
static bool N(places)(N(task) * t) {
  int64_t first = (KEY)(N(item_key)(t->from[0]) - t->low) >> t->shift & t->mask, same = 0;
  for (int64_t c = 0; c < t->chunks; c++) same += t->counts[c * COUNTS + first];
  if (same == t->n) return false;
  KEY at = 0;
  if (t->chunks == 1) {
    for (int64_t d = 0; d <= (int64_t)t->mask; d++) {
      KEY count = t->counts[d];
      t->counts[d] = at;
      at += count;
    }
    return true;
  }
  for (int64_t d = 0; d <= (int64_t)t->mask; d++)
    for (int64_t c = 0; c < t->chunks; c++) {
      KEY count = t->counts[c * COUNTS + d];
      t->counts[c * COUNTS + d] = at;
      at += count;
    }
  return true;
}

/* Sorts the n items in a or b (b: scratch of n), keys low .. low + 2^bits - 1. Leaves them in
 * either and returns it. */
static ITEM *N(radix)(N(task) * t, ITEM *a, ITEM *b, int bits) {
  int passes = (bits + DIGIT - 1) / DIGIT, width = passes ? (bits + passes - 1) / passes : 0;
  t->s = NULL;
  t->mask = ((KEY)1 << width) - 1;
  for (int pass = 0; pass < passes; pass++) {
    t->shift = pass * width;
    t->from = a;
    t->to = b;
    N(run)(t, N(count_chunk));
    if (!N(places)(t)) continue;
    N(run)(t, N(scatter_chunk));
    ITEM *swap = a;
    a = b;
    b = swap;
  }
  return a;
}

/* Sorts items in place; b: scratch of n; counts: COUNTS. */
static void N(sort_items)(ITEM *a, ITEM *b, int64_t n, KEY *counts) {
  if (n <= N(ranked)) {
    N(sort_small)(a, n, b);
    memcpy(a, b, (size_t)n * sizeof *a);
    return;
  }
  KEY low = (KEY) ~(KEY)0, high = 0;
  for (int64_t i = 0; i < n; i++) {
    low = LT_MIN(low, N(item_key)(a[i]));
    high = LT_MAX(high, N(item_key)(a[i]));
  }
  N(task) t = {.n = n, .chunks = 1, .low = low, .counts = counts};
  const ITEM *sorted = N(radix)(&t, a, b, bit_length((KEY)(high - low)));
  if (sorted != a) memcpy(a, sorted, (size_t)n * sizeof *a);
}

/* Sets t->low and *high to the range of the keys. */
static KEY N(range)(N(task) * t) {
  N(run)(t, N(range_chunk));
  KEY low = t->counts[0], high = t->counts[1];
  for (int64_t c = 1; c < t->chunks; c++) {
    low = LT_MIN(low, t->counts[c * COUNTS]);
    high = LT_MAX(high, t->counts[c * COUNTS + 1]);
  }
  t->low = low;
  return high;
}

/* result[n] = the sorted items of s; work: n. */
static void N(sort_line)(const N(source) * s, ITEM *result, ITEM *work, KEY *counts,
                         int64_t chunks) {
  N(task) t = {.s = s, .to = result, .n = s->n, .chunks = chunks, .counts = counts};
  if (s->n <= N(ranked)) {
    KEY buffer[N(ranked)];
    N(sort_keys)(N(block)(s, 0, s->n, buffer), s->n, result);
    return;
  }
  KEY high = N(range)(&t);
  int bits = bit_length((KEY)(high - t.low)), passes = (bits + DIGIT - 1) / DIGIT;
  /* an odd number of passes ends in the other array */
  if (passes % 2) t.to = work;
  N(run)(&t, N(pack_chunk));
  ITEM *sorted = N(radix)(&t, t.to, passes % 2 ? result : work, bits);
  if (sorted != result) memcpy(result, sorted, (size_t)s->n * sizeof *result);
}

/* ---- selecting ---- */

/* The item of 0-based rank `rank`; work: n. Each round keeps the items of one digit, the highest
 * that differs first. */
static ITEM N(select_line)(const N(source) * s, int64_t rank, ITEM *work, KEY *counts,
                           int64_t chunks) {
  N(task) t = {.s = s, .to = work, .n = s->n, .chunks = chunks, .counts = counts};
  ITEM sorted[N(ranked)];
  if (s->n <= N(ranked)) {
    KEY buffer[N(ranked)];
    N(sort_keys)(N(block)(s, 0, s->n, buffer), s->n, sorted);
    return sorted[rank];
  }
  KEY high = N(range)(&t);
  if (high == t.low) return N(make_item)(high, rank);
  int width = s->n < 8 * COUNTS ? DIGIT : COUNT_BITS;
  t.shift = LT_MAX(0, bit_length((KEY)(high - t.low)) - width);
  t.mask = ((KEY)1 << width) - 1;
  N(run)(&t, N(count_chunk));
  for (;;) {
    /* the digit of the item, and how many items of it the chunks have */
    int64_t digit = -1, count = 0;
    do {
      rank -= count;
      count = 0;
      digit++;
      for (int64_t c = 0; c < t.chunks; c++) count += t.counts[c * COUNTS + digit];
    } while (rank >= count);
    KEY place = 0;
    for (int64_t c = 0; c < t.chunks; c++) {
      KEY n = t.counts[c * COUNTS + digit];
      t.counts[c * COUNTS] = place;
      place += n;
    }
    t.low += (KEY)digit << t.shift;
    t.mask = ((KEY)1 << t.shift) - 1;
    if (t.s) {
      N(run)(&t, N(collect_chunk));
    } else {
      int64_t m = 0;
      for (int64_t i = 0; i < t.n; i++) {
        ITEM item = work[i];
        work[m] = item;
        m += (KEY)(N(item_key)(item) - t.low) <= t.mask;
      }
    }
    if (t.shift == 0) return work[rank];
    if (count <= N(ranked)) {
      N(sort_small)(work, count, sorted);
      return sorted[rank];
    }
    t.s = NULL;
    t.from = work;
    t.n = count;
    t.chunks = 1;
    width = LT_MIN(t.shift, DIGIT);
    t.shift -= width;
    t.mask = ((KEY)1 << width) - 1;
    N(count_chunk)(0, 1, &t);
  }
}

/* The k smallest items of each chunk, sorted: to + c * 2 * room on; kept[c] of them. */
static void N(stream_chunk)(int64_t begin, int64_t end, void *ctx) {
  const N(task) *t = ctx;
  KEY buffer[BLOCK];
  int64_t k = t->k, room = stream_room(k);
  for (int64_t c = begin; c < end; c++) {
    ITEM *best = t->to + c * 2 * room, *work = best + room;
    KEY *counts = t->counts + c * COUNTS, limit = (KEY) ~(KEY)0;
    int64_t m = 0, last = chunk_start(t->n, t->chunks, c + 1);
    bool full = false; /* are there k items with keys up to limit? */
    for (int64_t i = chunk_start(t->n, t->chunks, c); i < last; i += BLOCK) {
      int64_t n = LT_MIN(BLOCK, last - i);
      const KEY *key = N(block)(t->s, i, n, buffer);
      for (int64_t j = 0; j < n; j++) {
        if (full && n - j >= GROUP) {
          KEY least = key[j];
          for (int64_t g = 1; g < GROUP; g++) least = LT_MIN(least, key[j + g]);
          if (least >= limit) {
            j += GROUP - 1;
            continue;
          }
        }
        int64_t stop = LT_MIN(n, j + GROUP);
        for (; j < stop; j++) {
          if (full && key[j] >= limit) continue;
          ITEM item = N(make_item)(key[j], i + j);
          if (k <= FEW) { /* best is kept sorted */
            int64_t at = m < k ? m++ : k - 1;
            for (; at > 0 && N(item_before)(item, best[at - 1]); at--) best[at] = best[at - 1];
            best[at] = item;
          } else {
            best[m++] = item;
            if (m < room) continue;
            N(sort_items)(best, work, m, counts);
            m = k;
          }
          full = m == k;
          if (full) limit = N(item_key)(best[k - 1]);
        }
        j--;
      }
    }
    if (k > FEW) N(sort_items)(best, work, m, counts);
    t->kept[c] = LT_MIN(k, m);
  }
}

/* result[k] = the k smallest items, sorted; k <= n / 4; work: chunks * 2 * stream_room(k). */
static void N(stream_line)(const N(source) * s, int64_t k, ITEM *result, ITEM *work, KEY *counts,
                           int64_t chunks) {
  int64_t kept[MAX_CHUNKS], room = stream_room(k), m = 0;
  N(task)
  t = {.s = s, .to = work, .n = s->n, .chunks = chunks, .counts = counts, .k = k, .kept = kept};
  N(run)(&t, N(stream_chunk));
  for (int64_t c = 0; c < chunks; c++) {
    memmove(work + m, work + c * 2 * room, (size_t)kept[c] * sizeof *work);
    m += kept[c];
  }
  if (chunks > 1) N(sort_items)(work, work + m, m, counts);
  memcpy(result, work, (size_t)k * sizeof *work);
}

/* The last item of the longest run of equal keys, the smallest of several; work: 2 n. */
static ITEM N(mode_line)(const N(source) * s, ITEM *work, KEY *counts, int64_t chunks) {
  ITEM *item = work + s->n;
  N(sort_line)(s, item, work, counts, chunks);
  int64_t best = 0, longest = 0;
  for (int64_t i = 0, start = 0; i < s->n; i++) {
    if (N(item_key)(item[i]) != N(item_key)(item[start])) start = i;
    if (i - start < longest) continue;
    longest = i - start + 1;
    best = i;
  }
  return item[best];
}
