/* elem.h: elements as vecs and hashes keep them: a type and eight bytes. */
#ifndef LUATORCH_THREADS_ELEM_H
#define LUATORCH_THREADS_ELEM_H

#include "threads/object.h"

typedef struct ltt_string {
  ltt_object base;
  int64_t size;
  char text[];
} ltt_string;

typedef struct ltt_elem {
  union {
    double number;
    ltt_object *object; /* LTT_TEXT and LTT_PACKED: a string */
    lt_storage *storage;
  };
  int type;
} ltt_elem;

/* *e = a copy of v, which holds references of its own. */
lt_status ltt_elem_make(ltt_elem *e, const ltt_value *v, const char *name);
/* Gives up what e holds. */
void ltt_elem_drop(ltt_elem e);
/* *v = e, with references of its own. */
void ltt_elem_read(ltt_value *v, const ltt_elem *e);

/* What vecs and hashes begin with. */
typedef struct ltt_container {
  ltt_object base;
  struct ltt_container *next; /* among those to be freed */
  pthread_mutex_t lock;
} ltt_container;

/* A new container of a kind, NULL when there is no memory. */
ltt_container *ltt_container_make(int kind, size_t bytes);
/* What the release of one does in the end: frees the contents, and the block itself. */
void ltt_vec_destroy(ltt_container *c);
void ltt_hash_destroy(ltt_container *c);

#endif
