/* tds.Vec: an array of elements outside of any Lua heap. */
#include "threads/elem.h"

typedef struct vec {
  ltt_container base;
  int64_t size, capacity;
  ltt_elem *elems;
} vec;

static const int64_t most = (int64_t)1 << 42;

lt_status ltt_vec_new(ltt_object **r) {
  ltt_container *c = ltt_container_make(LTT_VEC, sizeof(vec));
  if (!c) return ltt_no_memory(sizeof(vec));
  *r = &c->base;
  return LT_OK;
}

void ltt_vec_destroy(ltt_container *c) {
  vec *v = (vec *)c;
  for (int64_t i = 0; i < v->size; i++) ltt_elem_drop(v->elems[i]);
  ltt_free(v->elems, (size_t)v->capacity * sizeof(ltt_elem));
  ltt_free(v, sizeof *v);
}

lt_status ltt_vec_size(int64_t *n, ltt_object *o) {
  LTT_CHECK(o, LTT_VEC, "tds.Vec");
  vec *v = (vec *)o;
  pthread_mutex_lock(&v->base.lock);
  *n = v->size;
  pthread_mutex_unlock(&v->base.lock);
  return LT_OK;
}

/* Changes the capacity to n, which is not below the size; the lock is held. */
static lt_status set_capacity(vec *v, int64_t n) {
  size_t before = (size_t)v->capacity * sizeof(ltt_elem), bytes = (size_t)n * sizeof(ltt_elem);
  if (n == 0) {
    ltt_free(v->elems, before);
    v->elems = NULL;
  } else {
    ltt_elem *elems = ltt_grow(v->elems, before, bytes);
    if (!elems) return ltt_no_memory(bytes);
    v->elems = elems;
  }
  v->capacity = n;
  return LT_OK;
}

/* Grows v to n elements, the new ones nil; the lock is held. `slack`: more are likely to come. */
static lt_status grow(vec *v, int64_t n, bool slack) {
  LT_CHECK(n <= most, EARG, "tds.Vec: %lld elements are too many", (long long)n);
  if (n > v->capacity) {
    int64_t wanted = slack ? LT_MAX(LT_MAX(n, v->capacity + v->capacity / 2), 8) : n;
    LT_TRY(set_capacity(v, wanted));
  }
  for (; v->size < n; v->size++) v->elems[v->size] = (ltt_elem){.type = LTT_NIL};
  return LT_OK;
}

/* Gives back memory that a vec of far fewer elements than before does not need; best effort. */
static void shrink(vec *v) {
  if (v->size <= v->capacity / 4) (void)set_capacity(v, v->size);
}

lt_status ltt_vec_resize(ltt_object *o, int64_t n) {
  LTT_CHECK(o, LTT_VEC, "resize");
  LT_CHECK(n >= 0, EARG, "resize: size must not be negative, got %lld", (long long)n);
  vec *v = (vec *)o;
  pthread_mutex_lock(&v->base.lock);
  lt_status rc = grow(v, n, false);
  while (rc == LT_OK && v->size > n) ltt_elem_drop(v->elems[--v->size]);
  shrink(v);
  pthread_mutex_unlock(&v->base.lock);
  return rc;
}

lt_status ltt_vec_get(ltt_value *e, ltt_object *o, int64_t i) {
  LTT_CHECK(o, LTT_VEC, "tds.Vec");
  LT_CHECK(i >= 0, ERANGE, "tds.Vec: index %lld out of range", (long long)i + 1);
  vec *v = (vec *)o;
  *e = (ltt_value){.type = LTT_NIL};
  pthread_mutex_lock(&v->base.lock);
  if (i < v->size) ltt_elem_read(e, &v->elems[i]);
  pthread_mutex_unlock(&v->base.lock);
  return LT_OK;
}

/* Whether o holds itself when e is put into it, which would keep it for ever. */
static bool is_self(const ltt_object *o, const ltt_value *e) {
  return e && e->type == LTT_SHARED && e->object == o;
}

static lt_status put(ltt_object *o, int64_t i, const ltt_value *e, bool insert) {
  const char *name = insert ? "insert" : "tds.Vec";
  LTT_CHECK(o, LTT_VEC, name);
  LT_CHECK(i >= 0 && i < most, ERANGE, "%s: index %lld out of range", name, (long long)i + 1);
  LT_CHECK(!is_self(o, e), EARG, "%s: a tds.Vec cannot be an element of itself", name);
  vec *v = (vec *)o;
  ltt_elem made, before = {.type = LTT_NIL};
  LT_TRY(ltt_elem_make(&made, e, name));
  pthread_mutex_lock(&v->base.lock);
  bool between = insert && i < v->size;
  lt_status rc = grow(v, LT_MAX(i, v->size - !between) + 1, true);
  if (rc == LT_OK) {
    if (between)
      memmove(&v->elems[i + 1], &v->elems[i], (size_t)(v->size - 1 - i) * sizeof made);
    else
      before = v->elems[i];
    v->elems[i] = made;
  }
  pthread_mutex_unlock(&v->base.lock);
  ltt_elem_drop(rc == LT_OK ? before : made);
  return rc;
}

lt_status ltt_vec_set(ltt_object *v, int64_t i, const ltt_value *e) { return put(v, i, e, false); }

lt_status ltt_vec_insert(ltt_object *v, int64_t i, const ltt_value *e) {
  return put(v, i, e, true);
}

lt_status ltt_vec_remove(ltt_object *o, int64_t i) {
  LTT_CHECK(o, LTT_VEC, "remove");
  vec *v = (vec *)o;
  ltt_elem gone = {.type = LTT_NIL};
  pthread_mutex_lock(&v->base.lock);
  bool there = i >= 0 && i < v->size;
  int64_t size = v->size;
  if (there) {
    gone = v->elems[i];
    memmove(&v->elems[i], &v->elems[i + 1], (size_t)(v->size - 1 - i) * sizeof gone);
    v->size--;
    shrink(v);
  }
  pthread_mutex_unlock(&v->base.lock);
  LT_CHECK(there, ERANGE, "remove: index %lld out of range 1 to %lld", (long long)i + 1,
           (long long)size);
  ltt_elem_drop(gone);
  return LT_OK;
}

/* Whether order is a permutation of 0 .. n - 1; seen: n zero bytes. */
static bool is_permutation(const int64_t *order, int64_t n, char *seen) {
  for (int64_t k = 0; k < n; k++) {
    if (order[k] < 0 || order[k] >= n || seen[order[k]]) return false;
    seen[order[k]] = 1;
  }
  return true;
}

/* `elems` has room for the elements in their new order; the lock is held. */
static lt_status permute(vec *v, const int64_t *order, int64_t n, ltt_elem *elems, char *seen) {
  LT_CHECK(n == v->size, EARG, "sort: the tds.Vec was changed while it was sorted");
  LT_CHECK(is_permutation(order, n, seen), EARG, "sort: not a permutation");
  for (int64_t k = 0; k < n; k++) elems[k] = v->elems[order[k]];
  ltt_free(v->elems, (size_t)v->capacity * sizeof *elems);
  v->elems = elems;
  v->capacity = n;
  return LT_OK;
}

lt_status ltt_vec_permute(ltt_object *o, const int64_t *order, int64_t n) {
  LTT_CHECK(o, LTT_VEC, "sort");
  LT_CHECK(order && n >= 0 && n <= most, EARG, "sort: no order");
  if (n == 0) return LT_OK;
  vec *v = (vec *)o;
  size_t bytes = (size_t)n * sizeof(ltt_elem);
  ltt_elem *elems = ltt_alloc(bytes);
  char *seen = ltt_alloc((size_t)n);
  lt_status rc = LT_OK;
  if (!elems || !seen) {
    rc = ltt_no_memory(bytes);
  } else {
    memset(seen, 0, (size_t)n);
    pthread_mutex_lock(&v->base.lock);
    rc = permute(v, order, n, elems, seen);
    pthread_mutex_unlock(&v->base.lock);
  }
  ltt_free(seen, (size_t)n);
  if (rc != LT_OK) ltt_free(elems, bytes);
  return rc;
}
