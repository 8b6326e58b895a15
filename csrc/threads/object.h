/* object.h: what the files of csrc/threads share: counted objects, memory, waiting. */
#ifndef LUATORCH_THREADS_OBJECT_H
#define LUATORCH_THREADS_OBJECT_H

#include <pthread.h>
#include <stdatomic.h>

#include "core/internal.h"
#include "threads/threads.h"

/* The first member of every object. */
struct ltt_object {
  atomic_int refcount;
  uint16_t kind;
  atomic_bool registered; /* has an id */
};

/* Checks in a function that returns lt_status that o is of a kind. */
#define LTT_CHECK(o, wanted, name)                                                    \
  do {                                                                                \
    LT_CHECK(o, EARG, "%s: the object was freed", name);                              \
    LT_CHECK((o)->kind == (wanted), EARG, "%s: the object is of another kind", name); \
  } while (0)

/* A block counted in lt_mem, and its release; NULL when there is none. */
void *ltt_alloc(size_t bytes) __attribute__((malloc));
void ltt_free(void *block, size_t bytes);
/* A block of another size with the same contents; NULL, and the old one stays, when there is none.
 */
void *ltt_grow(void *block, size_t bytes, size_t wanted);

lt_status ltt_no_memory(size_t bytes) __attribute__((cold));
/* A zeroed object of a kind with one reference, NULL when there is no memory. */
ltt_object *ltt_make(int kind, size_t bytes);

/* What release calls for the last reference: each frees the object. */
void ltt_mutex_free(ltt_object *o);
void ltt_condition_free(ltt_object *o);
void ltt_queue_free(ltt_object *o);
void ltt_thread_free(ltt_object *o);
void ltt_parcel_free(ltt_object *o);
void ltt_string_free(ltt_object *o);
void ltt_tensor_free(ltt_object *o);
void ltt_counter_free(ltt_object *o);
void ltt_container_free(ltt_object *o); /* vecs and hashes */

/* A moment `seconds` from now on the clock of ltt_wait; negative: never. */
typedef struct ltt_deadline {
  bool never;
  struct timespec at;
} ltt_deadline;
ltt_deadline ltt_in(double seconds);
/* A condition variable for ltt_wait. */
int ltt_cond_init(pthread_cond_t *c);
/* Waits for c to be signalled, at most until the deadline; may return earlier for no reason. False
 * when the deadline has passed. */
bool ltt_wait(pthread_cond_t *c, pthread_mutex_t *m, const ltt_deadline *until);
/* True when Ctrl-C asks the calling thread, which is not a worker, to give up waiting. */
bool ltt_interrupted(void);
lt_status ltt_interrupt_error(void);

/* thread.c: notes that the calling thread starts or ends waiting, or took a message. */
void ltt_thread_waits(bool waiting);
void ltt_thread_took(int64_t tag);
bool ltt_is_worker(void);

#endif
