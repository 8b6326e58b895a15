/* Counted objects: references, the ids by which threads find them, and the memory they take, which
 * counts as tensor memory does. */
#include "threads/object.h"

#include <stdlib.h>

#ifndef LT_CDEF_HASH
#define LT_CDEF_HASH ""
#endif

const char *ltt_cdef_hash(void) { return LT_CDEF_HASH; }

/* ---- memory ---- */

static void account(int64_t bytes) {
  lti_owe(bytes);
  __atomic_fetch_add(&lt_mem.live, bytes, __ATOMIC_RELAXED);
}

void *ltt_alloc(size_t bytes) {
  void *block = lti_refused() ? NULL : malloc(bytes);
  if (block) account((int64_t)bytes);
  return block;
}

void ltt_free(void *block, size_t bytes) {
  if (!block) return;
  free(block);
  account(-(int64_t)bytes);
}

void *ltt_grow(void *block, size_t bytes, size_t wanted) {
  void *grown = lti_refused() ? NULL : realloc(block, wanted);
  if (grown) account((int64_t)wanted - (int64_t)bytes);
  return grown;
}

/* ---- references ---- */

static void (*const destroy[LTT_NKIND])(ltt_object *) = {
    [LTT_MUTEX] = ltt_mutex_free,   [LTT_CONDITION] = ltt_condition_free,
    [LTT_QUEUE] = ltt_queue_free,   [LTT_THREAD] = ltt_thread_free,
    [LTT_PARCEL] = ltt_parcel_free, [LTT_STRING] = ltt_string_free,
    [LTT_TENSOR] = ltt_tensor_free, [LTT_COUNTER] = ltt_counter_free,
    [LTT_VEC] = ltt_container_free, [LTT_HASH] = ltt_container_free,
};

lt_status ltt_no_memory(size_t bytes) {
  return lti_fail(LT_ENOMEM, "out of memory: %zu bytes asked for", bytes);
}

ltt_object *ltt_make(int kind, size_t bytes) {
  ltt_object *o = ltt_alloc(bytes);
  if (!o) return NULL;
  memset(o, 0, bytes);
  atomic_init(&o->refcount, 1);
  o->kind = (uint16_t)kind;
  return o;
}

void ltt_retain(ltt_object *o) {
  if (o) atomic_fetch_add_explicit(&o->refcount, 1, memory_order_relaxed);
}

int ltt_kind(const ltt_object *o) { return o ? o->kind : 0; }

int ltt_count(const ltt_object *o) { return o ? atomic_load(&o->refcount) : 0; }

/* ---- ids ---- */

typedef struct entry {
  struct entry *next;
  ltt_object *object;
  int64_t id;
} entry;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static entry *entries;
static int64_t last_id;

/* The place of an entry in the list, by object or by id; the lock is held. */
static entry **place(const ltt_object *o, int64_t id) {
  entry **e = &entries;
  while (*e && (*e)->object != o && (*e)->id != id) e = &(*e)->next;
  return e;
}

static void take_out(entry **e) {
  entry *gone = *e;
  *e = gone->next;
  ltt_free(gone, sizeof *gone);
}

void ltt_release(ltt_object *o) {
  if (!o || atomic_fetch_sub_explicit(&o->refcount, 1, memory_order_acq_rel) > 1) return;
  if (atomic_load(&o->registered)) {
    pthread_mutex_lock(&lock);
    entry **e = place(o, 0);
    if (*e) take_out(e);
    pthread_mutex_unlock(&lock);
  }
  destroy[o->kind](o);
}

lt_status ltt_id(int64_t *id, ltt_object *o) {
  LT_CHECK(o, EARG, "id: no object");
  pthread_mutex_lock(&lock);
  entry **e = place(o, 0);
  if (!*e) {
    entry *added = ltt_alloc(sizeof *added);
    if (added) {
      *added = (entry){.next = entries, .object = o, .id = ++last_id};
      entries = added;
      atomic_store(&o->registered, true);
      e = &entries;
    }
  }
  if (*e) *id = (*e)->id;
  bool known = *e != NULL;
  pthread_mutex_unlock(&lock);
  return known ? LT_OK : ltt_no_memory(sizeof(entry));
}

/* One more reference, unless the last one is just being given back. */
static bool revive(ltt_object *o) {
  int count = atomic_load(&o->refcount);
  while (count > 0 && !atomic_compare_exchange_weak(&o->refcount, &count, count + 1)) continue;
  return count > 0;
}

lt_status ltt_find(ltt_object **o, int64_t id, int kind) {
  static const char *const names[LTT_NKIND] = {
      [LTT_MUTEX] = "mutex", [LTT_CONDITION] = "condition",
      [LTT_QUEUE] = "queue", [LTT_COUNTER] = "counter",
      [LTT_VEC] = "vec",     [LTT_HASH] = "hash",
  };
  LT_CHECK(kind > 0 && kind < LTT_NKIND && names[kind], EARG, "find: unknown kind %d", kind);
  pthread_mutex_lock(&lock);
  entry *e = id > 0 ? *place(NULL, id) : NULL;
  bool found = e && e->object && e->object->kind == kind && revive(e->object);
  if (found) *o = e->object;
  pthread_mutex_unlock(&lock);
  LT_CHECK(found, EARG, "there is no %s with id %lld", names[kind], (long long)id);
  return LT_OK;
}

/* ---- parcels ---- */

typedef struct item {
  lt_storage *storage; /* or */
  ltt_object *object;
} item;

typedef struct parcel {
  ltt_object base;
  int64_t n, capacity;
  item *items;
} parcel;

lt_status ltt_parcel_new(ltt_object **p) {
  *p = ltt_make(LTT_PARCEL, sizeof(parcel));
  return *p ? LT_OK : ltt_no_memory(sizeof(parcel));
}

void ltt_parcel_free(ltt_object *o) {
  parcel *p = (parcel *)o;
  for (int64_t i = 0; i < p->n; i++) {
    lt_storage_release(p->items[i].storage);
    ltt_release(p->items[i].object);
  }
  ltt_free(p->items, (size_t)p->capacity * sizeof(item));
  ltt_free(p, sizeof *p);
}

static lt_status add(int64_t *index, ltt_object *o, lt_storage *storage, ltt_object *object) {
  LTT_CHECK(o, LTT_PARCEL, "parcel");
  parcel *p = (parcel *)o;
  if (p->n == p->capacity) {
    int64_t wanted = LT_MAX(8, 2 * p->capacity);
    item *items =
        ltt_grow(p->items, (size_t)p->capacity * sizeof(item), (size_t)wanted * sizeof(item));
    if (!items) return ltt_no_memory((size_t)wanted * sizeof(item));
    p->items = items;
    p->capacity = wanted;
  }
  lt_storage_retain(storage);
  ltt_retain(object);
  *index = p->n;
  p->items[p->n++] = (item){storage, object};
  return LT_OK;
}

lt_status ltt_parcel_add_storage(int64_t *index, ltt_object *p, lt_storage *s) {
  LT_CHECK(s, EARG, "parcel: no storage");
  return add(index, p, s, NULL);
}

lt_status ltt_parcel_add(int64_t *index, ltt_object *p, ltt_object *o) {
  LT_CHECK(o && o->kind != LTT_PARCEL, EARG, "parcel: no object");
  return add(index, p, NULL, o);
}

lt_status ltt_parcel_post(int64_t *id, ltt_object *p) {
  LTT_CHECK(p, LTT_PARCEL, "parcel");
  return ltt_id(id, p);
}

lt_status ltt_parcel_collect(ltt_object **p, int64_t id) {
  pthread_mutex_lock(&lock);
  entry **e = id > 0 ? place(NULL, id) : NULL;
  bool found = e && *e && (*e)->object->kind == LTT_PARCEL;
  if (found) {
    *p = (*e)->object;
    atomic_store(&(*p)->registered, false);
    take_out(e);
  }
  pthread_mutex_unlock(&lock);
  LT_CHECK(found, EARG, "the message was read already, or is none");
  return LT_OK;
}

lt_status ltt_parcel_storage(lt_storage **s, ltt_object *o, int64_t index) {
  LTT_CHECK(o, LTT_PARCEL, "parcel");
  const parcel *p = (parcel *)o;
  LT_CHECK(index >= 0 && index < p->n && p->items[index].storage, EARG,
           "damaged message: it has no storage %lld", (long long)index);
  *s = p->items[index].storage;
  lt_storage_retain(*s);
  return LT_OK;
}

lt_status ltt_parcel_object(ltt_object **r, ltt_object *o, int64_t index, int kind) {
  LTT_CHECK(o, LTT_PARCEL, "parcel");
  const parcel *p = (parcel *)o;
  LT_CHECK(index >= 0 && index < p->n && ltt_kind(p->items[index].object) == kind, EARG,
           "damaged message: it has no object %lld", (long long)index);
  *r = p->items[index].object;
  ltt_retain(*r);
  return LT_OK;
}
