/* tds.Hash: a hash table outside of any Lua heap. Entries lie in the order of insertion in one
 * array; an index with open addressing and linear probing says where. A removed entry leaves a gap
 * until the next growth, so that a walk over the entries may remove them. */
#include "threads/elem.h"

typedef struct entry {
  ltt_elem key, value; /* key nil: a gap */
  uint64_t hash;
} entry;

enum { EMPTY = -1 }; /* in the index */

typedef struct hash {
  ltt_container base;
  int64_t live, used, capacity; /* entries without and with gaps, and what there is room for */
  int64_t slots;                /* of the index: a power of two, at least 2 * capacity */
  entry *entries;
  int32_t *index;
} hash;

lt_status ltt_hash_new(ltt_object **r) {
  ltt_container *c = ltt_container_make(LTT_HASH, sizeof(hash));
  if (!c) return ltt_no_memory(sizeof(hash));
  *r = &c->base;
  return LT_OK;
}

static void free_tables(hash *h) {
  ltt_free(h->entries, (size_t)h->capacity * sizeof(entry));
  ltt_free(h->index, (size_t)h->slots * sizeof(int32_t));
  h->entries = NULL;
  h->index = NULL;
  h->used = h->capacity = h->slots = 0;
}

void ltt_hash_destroy(ltt_container *c) {
  hash *h = (hash *)c;
  for (int64_t i = 0; i < h->used; i++) {
    ltt_elem_drop(h->entries[i].key);
    ltt_elem_drop(h->entries[i].value);
  }
  free_tables(h);
  ltt_free(h, sizeof *h);
}

lt_status ltt_hash_size(int64_t *n, ltt_object *o) {
  LTT_CHECK(o, LTT_HASH, "tds.Hash");
  hash *h = (hash *)o;
  pthread_mutex_lock(&h->base.lock);
  *n = h->live;
  pthread_mutex_unlock(&h->base.lock);
  return LT_OK;
}

/* ---- keys ---- */

static uint64_t mix(uint64_t h) {
  h ^= h >> 33;
  h *= 0xff51afd7ed558ccdu;
  h ^= h >> 33;
  h *= 0xc4ceb9fe1a85ec53u;
  return h ^ h >> 33;
}

static uint64_t hash_bytes(const char *text, int64_t size) {
  uint64_t h = 0x9e3779b97f4a7c15u ^ (uint64_t)size, word;
  for (; size >= 8; size -= 8, text += 8) {
    memcpy(&word, text, 8);
    h = mix(h ^ word);
  }
  word = 0;
  if (size > 0) memcpy(&word, text, (size_t)size);
  return mix(h ^ word);
}

static uint64_t hash_pointer(const void *p) { return mix((uint64_t)(uintptr_t)p); }

/* Tensors are one key where they are one view of one storage, or of one type and without storage;
 * other objects where they are one. */
static uint64_t hash_object(const ltt_object *o) {
  const lt_tensor *view = ltt_tensor_view(o);
  return view ? hash_pointer(view->mem) ^ mix((uint64_t)view->offset) : hash_pointer(o);
}

static bool same_object(const ltt_object *a, const ltt_object *b) {
  const lt_tensor *x = ltt_tensor_view(a), *y = ltt_tensor_view(b);
  if (!x || !y) return a == b;
  return x->mem || y->mem ? lt_is_set_to(x, y) : x->dtype == y->dtype;
}

static uint64_t hash_key(const ltt_value *key) {
  if (key->type == LTT_TEXT) return hash_bytes(key->text, key->size);
  if (key->type == LTT_STORAGE) return hash_pointer(key->storage);
  if (key->type == LTT_SHARED) return hash_object(key->object);
  double number = key->number + 0.0; /* -0 is 0 */
  uint64_t bits;
  memcpy(&bits, &number, sizeof bits);
  return mix(bits ^ (uint64_t)key->type << 60);
}

static bool same_key(const ltt_elem *e, const ltt_value *key) {
  if (e->type != key->type) return false;
  if (key->type == LTT_STORAGE) return e->storage == key->storage;
  if (key->type == LTT_SHARED) return same_object(e->object, key->object);
  if (key->type != LTT_TEXT) return e->number == key->number;
  const ltt_string *s = (const ltt_string *)e->object;
  return s->size == key->size && memcmp(s->text, key->text, (size_t)key->size) == 0;
}

static lt_status check_key(const ltt_object *o, const ltt_value *key) {
  LT_CHECK(key, EARG, "tds.Hash: no key");
  switch (key->type) {
  case LTT_BOOLEAN:
  case LTT_NUMBER: LT_CHECK(key->number == key->number, EARG, "tds.Hash: the key is NaN"); break;
  case LTT_TEXT:
    LT_CHECK(key->size >= 0 && (key->text || key->size == 0), EARG, "tds.Hash: no text of a key");
    break;
  case LTT_STORAGE: LT_CHECK(key->storage, EARG, "tds.Hash: no storage of a key"); break;
  case LTT_SHARED:
    LT_CHECK(key->object && key->object != o, EARG, "tds.Hash: a tds.Hash cannot be its own key");
    break;
  default: return lti_fail(LT_EARG, "tds.Hash: type %d cannot be a key", key->type);
  }
  return LT_OK;
}

/* The entry of a key, or NULL; the lock is held. */
static entry *find(const hash *h, const ltt_value *key, uint64_t code) {
  if (h->slots == 0) return NULL;
  for (uint64_t i = code;; i++) {
    int32_t at = h->index[i & (uint64_t)(h->slots - 1)];
    if (at == EMPTY) return NULL;
    entry *e = &h->entries[at];
    if (e->hash == code && same_key(&e->key, key)) return e;
  }
}

/* ---- growth ---- */

static void put_in_index(int32_t *index, int64_t slots, uint64_t code, int64_t at) {
  uint64_t i = code;
  while (index[i & (uint64_t)(slots - 1)] != EMPTY) i++;
  index[i & (uint64_t)(slots - 1)] = (int32_t)at;
}

/* New tables without gaps and with room for more entries; the lock is held. */
static lt_status grow(hash *h) {
  const int64_t most = (int64_t)1 << 30;
  int64_t capacity = 8;
  while (capacity < h->live + h->live / 2 + 1) capacity *= 2;
  LT_CHECK(capacity <= most, EARG, "tds.Hash: %lld entries are too many", (long long)h->live);
  size_t bytes = (size_t)capacity * sizeof(entry),
         of_index = 2 * (size_t)capacity * sizeof(int32_t);
  entry *entries = ltt_alloc(bytes);
  int32_t *index = ltt_alloc(of_index);
  if (!entries || !index) {
    ltt_free(entries, bytes);
    ltt_free(index, of_index);
    return ltt_no_memory(bytes + of_index);
  }
  memset(index, 0xff, of_index); /* EMPTY */
  int64_t n = 0;
  for (int64_t i = 0; i < h->used; i++) {
    if (h->entries[i].key.type == LTT_NIL) continue;
    put_in_index(index, 2 * capacity, h->entries[i].hash, n);
    entries[n++] = h->entries[i];
  }
  free_tables(h);
  h->entries = entries;
  h->index = index;
  h->used = n;
  h->capacity = capacity;
  h->slots = 2 * capacity;
  return LT_OK;
}

/* ---- access ---- */

lt_status ltt_hash_get(ltt_value *value, ltt_object *o, const ltt_value *key) {
  LTT_CHECK(o, LTT_HASH, "tds.Hash");
  LT_TRY(check_key(o, key));
  hash *h = (hash *)o;
  uint64_t code = hash_key(key);
  *value = (ltt_value){.type = LTT_NIL};
  pthread_mutex_lock(&h->base.lock);
  const entry *e = find(h, key, code);
  if (e) ltt_elem_read(value, &e->value);
  pthread_mutex_unlock(&h->base.lock);
  return LT_OK;
}

/* Appends an entry, which takes over key and value; the lock is held. */
static lt_status append(hash *h, ltt_elem key, ltt_elem value, uint64_t code) {
  if (h->used == h->capacity) LT_TRY(grow(h));
  put_in_index(h->index, h->slots, code, h->used);
  h->entries[h->used++] = (entry){key, value, code};
  h->live++;
  return LT_OK;
}

static void erase(ltt_object *o, const ltt_value *key) {
  hash *h = (hash *)o;
  uint64_t code = hash_key(key);
  entry gone = {.key.type = LTT_NIL, .value.type = LTT_NIL};
  pthread_mutex_lock(&h->base.lock);
  entry *e = find(h, key, code);
  if (e) {
    gone = *e;
    e->key.type = e->value.type = LTT_NIL;
    if (--h->live == 0) free_tables(h);
  }
  pthread_mutex_unlock(&h->base.lock);
  ltt_elem_drop(gone.key);
  ltt_elem_drop(gone.value);
}

lt_status ltt_hash_set(ltt_object *o, const ltt_value *key, const ltt_value *value) {
  LTT_CHECK(o, LTT_HASH, "tds.Hash");
  LT_TRY(check_key(o, key));
  LT_CHECK(value && !(value->type == LTT_SHARED && value->object == o), EARG,
           "tds.Hash: a tds.Hash cannot be an element of itself");
  if (value->type == LTT_NIL) {
    erase(o, key);
    return LT_OK;
  }
  hash *h = (hash *)o;
  uint64_t code = hash_key(key);
  ltt_elem made_key, made, before = {.type = LTT_NIL};
  LT_TRY(ltt_elem_make(&made, value, "tds.Hash"));
  lt_status rc = ltt_elem_make(&made_key, key, "tds.Hash");
  if (rc != LT_OK) {
    ltt_elem_drop(made);
    return rc;
  }
  pthread_mutex_lock(&h->base.lock);
  entry *e = find(h, key, code);
  if (e) {
    before = e->value;
    e->value = made;
  } else {
    rc = append(h, made_key, made, code);
  }
  pthread_mutex_unlock(&h->base.lock);
  if (e || rc != LT_OK) ltt_elem_drop(made_key);
  ltt_elem_drop(rc == LT_OK ? before : made);
  return rc;
}

lt_status ltt_hash_next(int *found, ltt_value *key, ltt_value *value, ltt_object *o,
                        int64_t *place) {
  LTT_CHECK(o, LTT_HASH, "tds.Hash");
  LT_CHECK(*place >= 0, ERANGE, "tds.Hash: bad place");
  hash *h = (hash *)o;
  pthread_mutex_lock(&h->base.lock);
  int64_t i = *place;
  while (i < h->used && h->entries[i].key.type == LTT_NIL) i++;
  *found = i < h->used;
  if (*found) {
    ltt_elem_read(key, &h->entries[i].key);
    ltt_elem_read(value, &h->entries[i].value);
  }
  *place = i + 1;
  pthread_mutex_unlock(&h->base.lock);
  return LT_OK;
}
