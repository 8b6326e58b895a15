/* Elements of vecs and hashes, and how containers that are nested in each other are freed. */
#include "threads/elem.h"

/* ---- strings and tensors ---- */

void ltt_string_free(ltt_object *o) {
  ltt_string *s = (ltt_string *)o;
  ltt_free(s, sizeof *s + (size_t)s->size);
}

typedef struct tensor {
  ltt_object base;
  lt_tensor view;
} tensor;

lt_status ltt_tensor_new(ltt_object **r, const lt_tensor *t) {
  LT_CHECK(t, EARG, "tds: no tensor");
  tensor *made = (tensor *)ltt_make(LTT_TENSOR, sizeof *made);
  if (!made) return ltt_no_memory(sizeof *made);
  made->view = *t;
  lt_storage_retain(t->mem);
  *r = &made->base;
  return LT_OK;
}

void ltt_tensor_free(ltt_object *o) {
  lt_storage_release(((tensor *)o)->view.mem);
  ltt_free(o, sizeof(tensor));
}

const lt_tensor *ltt_tensor_view(const ltt_object *o) {
  return o && o->kind == LTT_TENSOR ? &((const tensor *)o)->view : NULL;
}

/* ---- elements ---- */

static lt_status make_text(ltt_elem *e, const ltt_value *v, const char *name) {
  LT_CHECK(v->size >= 0 && v->size < (int64_t)1 << 46 && (v->text || v->size == 0), EARG,
           "%s: bad text of %lld bytes", name, (long long)v->size);
  size_t bytes = sizeof(ltt_string) + (size_t)v->size;
  ltt_string *s = (ltt_string *)ltt_make(LTT_STRING, bytes);
  if (!s) return ltt_no_memory(bytes);
  s->size = v->size;
  if (v->size > 0) memcpy(s->text, v->text, (size_t)v->size);
  e->object = &s->base;
  return LT_OK;
}

static bool can_nest(const ltt_object *o) {
  return o && (o->kind == LTT_TENSOR || o->kind == LTT_COUNTER || o->kind == LTT_VEC ||
               o->kind == LTT_HASH);
}

lt_status ltt_elem_make(ltt_elem *e, const ltt_value *v, const char *name) {
  LT_CHECK(v, EARG, "%s: no value", name);
  *e = (ltt_elem){.type = v->type};
  switch (v->type) {
  case LTT_NIL: break;
  case LTT_BOOLEAN: e->number = v->number != 0; break;
  case LTT_NUMBER: e->number = v->number; break;
  case LTT_TEXT:
  case LTT_PACKED: return make_text(e, v, name);
  case LTT_STORAGE:
    LT_CHECK(v->storage, EARG, "%s: no storage", name);
    e->storage = v->storage;
    lt_storage_retain(v->storage);
    break;
  case LTT_SHARED:
    LT_CHECK(can_nest(v->object), EARG, "%s: an object of this kind cannot be an element", name);
    e->object = v->object;
    ltt_retain(v->object);
    break;
  default: return lti_fail(LT_EARG, "%s: unknown type %d of an element", name, v->type);
  }
  return LT_OK;
}

static bool has_object(int type) {
  return type == LTT_TEXT || type == LTT_PACKED || type == LTT_SHARED;
}

void ltt_elem_drop(ltt_elem e) {
  if (e.type == LTT_STORAGE) lt_storage_release(e.storage);
  if (has_object(e.type)) ltt_release(e.object);
}

void ltt_elem_read(ltt_value *v, const ltt_elem *e) {
  *v = (ltt_value){.type = e->type};
  if (e->type == LTT_BOOLEAN || e->type == LTT_NUMBER) v->number = lti_number(e->number);
  if (e->type == LTT_STORAGE) {
    v->storage = e->storage;
    lt_storage_retain(v->storage);
  }
  if (!has_object(e->type)) return;
  v->object = e->object;
  ltt_retain(v->object);
  if (e->type == LTT_SHARED) return;
  v->text = ((ltt_string *)e->object)->text;
  v->size = ((ltt_string *)e->object)->size;
}

/* ---- containers ---- */

ltt_container *ltt_container_make(int kind, size_t bytes) {
  ltt_container *c = (ltt_container *)ltt_make(kind, bytes);
  if (c) pthread_mutex_init(&c->lock, NULL);
  return c;
}

void ltt_container_free(ltt_object *o) {
  static _Thread_local ltt_container *dead;
  static _Thread_local bool freeing;
  ltt_container *c = (ltt_container *)o;
  c->next = dead;
  dead = c;
  if (freeing) return;
  freeing = true;
  while (dead) {
    c = dead;
    dead = c->next;
    pthread_mutex_destroy(&c->lock);
    if (c->base.kind == LTT_VEC)
      ltt_vec_destroy(c);
    else
      ltt_hash_destroy(c);
  }
  freeing = false;
}
