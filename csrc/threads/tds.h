/* tds.h: the data structures of package tds, part of the public interface (threads.h). Single calls
 * are safe from any thread. */
#ifndef LUATORCH_TDS_H
#define LUATORCH_TDS_H

/* ---- counters ---- */

LT_API lt_status ltt_counter_new(ltt_object **c, int64_t value);
/* Adds `by`; *before = the value that it had. */
LT_API lt_status ltt_counter_add(int64_t *before, ltt_object *c, int64_t by);
LT_API lt_status ltt_counter_get(int64_t *value, ltt_object *c);
LT_API lt_status ltt_counter_set(ltt_object *c, int64_t value);

/* ---- elements ---- */

enum {
  LTT_NIL = 0,
  LTT_BOOLEAN, /* number: 0 or 1 */
  LTT_NUMBER,  /* number */
  LTT_TEXT,    /* text, size */
  LTT_PACKED,  /* text, size: an object that the user has turned into bytes */
  LTT_STORAGE, /* storage */
  LTT_SHARED   /* object: a tensor, counter, vec or hash */
};

/* An element as it goes in and out. What comes out holds a reference to `object`, whose bytes are
 * the text, or to `storage`; what goes in is copied or retained. */
typedef struct ltt_value {
  int type;
  double number;
  const char *text;
  int64_t size;
  lt_storage *storage;
  ltt_object *object;
} ltt_value;

/* A tensor as an object: a view of the same memory, with sizes of its own. */
LT_API lt_status ltt_tensor_new(ltt_object **r, const lt_tensor *t);
/* The tensor in it; NULL for another object. */
LT_API const lt_tensor *ltt_tensor_view(const ltt_object *t);

/* ---- vecs: elements 0 .. size - 1 ---- */

LT_API lt_status ltt_vec_new(ltt_object **v);
LT_API lt_status ltt_vec_size(int64_t *n, ltt_object *v);
/* New elements are nil. */
LT_API lt_status ltt_vec_resize(ltt_object *v, int64_t n);
/* *e = an element, nil beyond the end. */
LT_API lt_status ltt_vec_get(ltt_value *e, ltt_object *v, int64_t i);
/* Sets an element; the vec grows to have it. */
LT_API lt_status ltt_vec_set(ltt_object *v, int64_t i, const ltt_value *e);
/* Inserts before element i; the vec grows to have i. */
LT_API lt_status ltt_vec_insert(ltt_object *v, int64_t i, const ltt_value *e);
LT_API lt_status ltt_vec_remove(ltt_object *v, int64_t i);
/* Element k becomes what element order[k] was; order is a permutation of 0 .. n - 1 and n the size.
 */
LT_API lt_status ltt_vec_permute(ltt_object *v, const int64_t *order, int64_t n);

/* ---- hashes: keys are booleans, numbers and texts ---- */

LT_API lt_status ltt_hash_new(ltt_object **h);
LT_API lt_status ltt_hash_size(int64_t *n, ltt_object *h);
/* *e = the value of a key, nil where there is none. */
LT_API lt_status ltt_hash_get(ltt_value *e, ltt_object *h, const ltt_value *key);
/* Sets the value of a key; nil removes it. */
LT_API lt_status ltt_hash_set(ltt_object *h, const ltt_value *key, const ltt_value *e);
/* The entry at or after *place (0 to begin) in the order of insertion, and the place to go on;
 * *found = 0 at the end. Setting values of present keys while walking is fine, and so is removing.
 */
LT_API lt_status ltt_hash_next(int *found, ltt_value *key, ltt_value *e, ltt_object *h,
                               int64_t *place);

#endif
