/* CPU memory: 64-byte aligned blocks, kept in size-class bins after use, since fresh pages are the
 * real cost of a large allocation; live and kept blocks together never take more than 32 MB above
 * what has been live at once. Counts what is live, cached, and allocated but not freed since
 * the last collection (lt_mem). Safe to call from several threads. */
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "core/internal.h"

LT_API lt_memory lt_mem = {.limit = 64 << 20, .states = 1};

static _Thread_local int64_t owed;

int64_t *lt_mem_owed(void) { return &owed; }

void lti_owe(int64_t bytes) {
  owed += bytes;
  __atomic_fetch_add(&lt_mem.debt, bytes, __ATOMIC_RELAXED);
}

/* Test builds do not reuse blocks; the hard build poisons them, and the sanitizer gets exact sizes.
 */
#if defined(LT_HARD) || defined(__SANITIZE_ADDRESS__)
static const int64_t cache_limit = 0;
#else
static const int64_t cache_limit = (int64_t)1 << 30;
#endif
enum { POISON = 0xa5 };

enum { NCLASS = 4 * 44, MIN_SHIFT = 6 };

typedef struct block {
  struct block *next;
} block;

static block *bins[NCLASS];
static uint64_t uses, last_use[NCLASS]; /* of a bin */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Rounds bytes up to its size class: four classes to each power of two, so at most 25 % is lost. */
static size_t class_size(size_t bytes, int *index) {
#ifdef __SANITIZE_ADDRESS__
  *index = 0;
  return LT_MAX(bytes, (size_t)1);
#endif
  if (bytes <= (size_t)1 << MIN_SHIFT) {
    *index = 0;
    return (size_t)1 << MIN_SHIFT;
  }
  int top = 63 - __builtin_clzll(bytes - 1); /* 2^top < bytes <= 2^(top + 1) */
  size_t step = LT_MAX((size_t)1 << (top - 2), (size_t)64);
  size_t rounded = (bytes + step - 1) & ~(step - 1);
  int quarter = (int)((rounded - ((size_t)1 << top)) / step); /* 1 .. 4 */
  *index = 4 * (top - MIN_SHIFT) + quarter;
  return rounded;
}

/* Bytes of a block of bin `index`. */
static size_t size_of_class(int index) {
  if (index == 0) return (size_t)1 << MIN_SHIFT;
  size_t base = (size_t)1 << (MIN_SHIFT + (index - 1) / 4);
  return base + LT_MAX(base / 4, (size_t)64) * (size_t)((index - 1) % 4 + 1);
}

#ifdef LT_HARD
static int64_t requests, fail_first, fail_last, failed;

void lt_mem_fail(int64_t first, int64_t count) {
  requests = failed = 0;
  fail_first = first;
  fail_last = count > INT64_MAX - first ? INT64_MAX : first + count - 1;
}

int64_t lt_mem_failed(void) { return failed; }

bool lti_refused(void) {
  int64_t number = __atomic_add_fetch(&requests, 1, __ATOMIC_RELAXED);
  if (number < fail_first || number > fail_last) return false;
  __atomic_add_fetch(&failed, 1, __ATOMIC_RELAXED);
  return true;
}
#endif

enum { LARGE_PAGE = 2 << 20 };

/* Whether blocks of a size lie in mappings of their own, on large pages where the system has them:
 * that saves page faults and misses of the TLB, and such a block is wholly given back. The
 * sanitizer watches over the blocks of malloc only. */
static bool is_large(size_t size) {
#ifdef __SANITIZE_ADDRESS__
  (void)size;
  return false;
#else
  return size >= 2 * LARGE_PAGE;
#endif
}

/* `size`, whole pages, at a multiple of LARGE_PAGE. */
static void *map_block(size_t size) {
  char *p =
      mmap(NULL, size + LARGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (p == MAP_FAILED) return NULL;
  size_t before = -(uintptr_t)p % LARGE_PAGE;
  if (before > 0) munmap(p, before);
  munmap(p + before + size, LARGE_PAGE - before);
  madvise(p + before, size / LARGE_PAGE * LARGE_PAGE, MADV_HUGEPAGE);
  return p + before;
}

static void *system_block(size_t size) {
  void *p;
  if (is_large(size)) return map_block(size);
  return posix_memalign(&p, 64, size) == 0 ? p : NULL;
}

static void give_back(void *p, size_t size) {
  if (is_large(size))
    munmap(p, size);
  else
    free(p);
}

static const int64_t spare = 32 << 20; /* bytes cached beyond the most that was live at once */

/* Takes a block out of a bin and gives it back to the system. Needs the lock. */
static void release(int index) {
  block *b = bins[index];
  bins[index] = b->next;
  lt_mem.cached -= (int64_t)size_of_class(index);
  give_back(b, size_of_class(index));
}

/* Gives blocks back, those of the bin that was used longest ago first, until no more than `most`
 * bytes are live or cached. Needs the lock. */
static void keep_within(int64_t most) {
  while (lt_mem.cached > 0 && lt_mem.live + lt_mem.cached > most) {
    int oldest = -1;
    for (int i = 0; i < NCLASS; i++)
      if (bins[i] && (oldest < 0 || last_use[i] < last_use[oldest])) oldest = i;
    if (oldest < 0) return;
    release(oldest);
  }
}

void *lti_alloc(size_t bytes) {
  int index;
  if (bytes > (size_t)1 << 46 || lti_refused()) return NULL;
  size_t size = class_size(bytes, &index);
  pthread_mutex_lock(&lock);
  block *b = bins[index];
  if (b) {
    bins[index] = b->next;
    lt_mem.cached -= (int64_t)size;
    last_use[index] = ++uses;
  } else {
    keep_within(LT_MAX(lt_mem.peak, lt_mem.live + (int64_t)size) + spare - (int64_t)size);
  }
  pthread_mutex_unlock(&lock);
  if (!b) b = system_block(size);
  if (!b) {
    lt_mem_trim();
    b = system_block(size);
  }
  if (!b) return NULL;
#ifdef LT_HARD
  memset(b, POISON, size);
#endif
  lti_owe((int64_t)size);
  int64_t live = __atomic_add_fetch(&lt_mem.live, (int64_t)size, __ATOMIC_RELAXED);
  int64_t peak = __atomic_load_n(&lt_mem.peak, __ATOMIC_RELAXED);
  while (live > peak && !__atomic_compare_exchange_n(&lt_mem.peak, &peak, live, true,
                                                     __ATOMIC_RELAXED, __ATOMIC_RELAXED))
    continue;
  return b;
}

/* Where no cached block is large enough, a smaller one is given up for the new block, which can do
 * its work from now on. */
void *lti_alloc_scratch(size_t *bytes) {
  enum { LEAST = 1 << 20, SMALLER = 8 }; /* bytes; classes, four to a power of two */
  int index;
  if (*bytes > (size_t)1 << 46 || class_size(*bytes, &index) < LEAST) return lti_alloc(*bytes);
  pthread_mutex_lock(&lock);
  int found = index;
  while (found < NCLASS && !bins[found]) found++;
  if (found < NCLASS) {
    *bytes = size_of_class(found);
  } else {
    int smaller = index - 1, least = LT_MAX(0, index - SMALLER);
    while (smaller >= least && !bins[smaller]) smaller--;
    if (smaller >= least) release(smaller);
  }
  pthread_mutex_unlock(&lock);
  return lti_alloc(*bytes);
}

lt_status lti_out_of_memory(size_t bytes) {
  const double mega = 1e6;
  double held = (double)lt_mem.live / mega;
  if ((double)bytes < mega)
    return lti_fail(LT_ENOMEM, "out of memory: %zu bytes asked for, %.1f MB held by live storages",
                    bytes, held);
  return lti_fail(LT_ENOMEM, "out of memory: %.1f MB asked for, %.1f MB held by live storages",
                  (double)bytes / mega, held);
}

void lti_free(void *p, size_t bytes) {
  if (!p) return;
  int index;
  size_t size = class_size(bytes, &index);
  __atomic_fetch_sub(&lt_mem.live, (int64_t)size, __ATOMIC_RELAXED);
  lti_owe(-(int64_t)size);
  block *b = p;
  pthread_mutex_lock(&lock);
  bool keep = lt_mem.cached + (int64_t)size <= cache_limit;
  if (keep) {
    b->next = bins[index];
    bins[index] = b;
    lt_mem.cached += (int64_t)size;
    last_use[index] = ++uses;
    keep_within(lt_mem.peak + spare);
  }
  pthread_mutex_unlock(&lock);
  if (!keep) give_back(p, size);
}

void lt_mem_trim(void) {
  pthread_mutex_lock(&lock);
  for (int i = 0; i < NCLASS; i++) {
    while (bins[i]) {
      block *b = bins[i];
      bins[i] = b->next;
      give_back(b, size_of_class(i));
    }
  }
  lt_mem.cached = 0;
  pthread_mutex_unlock(&lock);
  malloc_trim(0);
}
