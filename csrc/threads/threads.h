/* threads.h: the public interface of libluatorch_threads and the source of its FFI declarations:
 * OS threads that each run a Lua state, what they wait for each other with, the queues that carry
 * messages between them, and the data structures that they share (package tds).
 *
 * Everything here is a counted object (ltt_object), which any thread may hold and use. Functions
 * that make or find one give the caller a reference, to be given back with ltt_release. */
#ifndef LUATORCH_THREADS_H
#define LUATORCH_THREADS_H

#ifndef LT_CDEF
#include "luatorch.h"
#else
#define LT_API
#endif

/* A mutex, condition, queue, ...; `kind` says what. */
typedef struct ltt_object ltt_object;

enum {
  LTT_MUTEX = 1,
  LTT_CONDITION,
  LTT_QUEUE,
  LTT_THREAD,
  LTT_PARCEL,
  LTT_STRING,
  LTT_TENSOR,
  LTT_COUNTER,
  LTT_VEC,
  LTT_HASH,
  LTT_NKIND
};

/* Hash of the FFI declarations that the library was built from. */
LT_API const char *ltt_cdef_hash(void);

/* ---- objects ---- */

LT_API void ltt_retain(ltt_object *o);
LT_API void ltt_release(ltt_object *o);
/* One of the enum above; 0 for NULL. */
LT_API int ltt_kind(const ltt_object *o);
/* How many references there are. */
LT_API int ltt_count(const ltt_object *o);
/* *id = a number by which every thread finds the object while it lives; the same each time. */
LT_API lt_status ltt_id(int64_t *id, ltt_object *o);
/* *o = the living object of that id and kind, retained. */
LT_API lt_status ltt_find(ltt_object **o, int64_t id, int kind);

/* ---- parcels: what a message shares rather than copies ---- */

/* An empty parcel. It holds a reference to all that is added, until it is released. */
LT_API lt_status ltt_parcel_new(ltt_object **p);
/* Adds a storage or an object; *index says where. */
LT_API lt_status ltt_parcel_add_storage(int64_t *index, ltt_object *p, lt_storage *s);
LT_API lt_status ltt_parcel_add(int64_t *index, ltt_object *p, ltt_object *o);
/* Hands the caller's reference over to whoever collects the parcel by *id. */
LT_API lt_status ltt_parcel_post(int64_t *id, ltt_object *p);
/* *p = the parcel posted under id, which nobody can collect a second time. */
LT_API lt_status ltt_parcel_collect(ltt_object **p, int64_t id);
/* What lies at an index, retained. */
LT_API lt_status ltt_parcel_storage(lt_storage **s, ltt_object *p, int64_t index);
LT_API lt_status ltt_parcel_object(ltt_object **o, ltt_object *p, int64_t index, int kind);

/* ---- waiting ---- */

/* A mutex that knows its owner: locking it twice and unlocking another's are errors. */
LT_API lt_status ltt_mutex_new(ltt_object **m);
LT_API lt_status ltt_mutex_lock(ltt_object *m);
LT_API lt_status ltt_mutex_unlock(ltt_object *m);
LT_API lt_status ltt_condition_new(ltt_object **c);
/* Wakes one of the threads that wait, if any. */
LT_API lt_status ltt_condition_signal(ltt_object *c);
/* Unlocks m, waits for a signal, locks m again. */
LT_API lt_status ltt_condition_wait(ltt_object *c, ltt_object *m);

/* ---- queues ---- */

/* A message: bytes (NULL: none), the id of its parcel (0: none) and two numbers for the users'
 * purposes. Lane 0 is for every taker, another lane for those who ask for it. */
typedef struct ltt_message {
  lt_storage *bytes;
  int64_t parcel, tag;
  int lane, sender;
} ltt_message;

/* A queue that takes up to `capacity` messages in each lane. */
LT_API lt_status ltt_queue_new(ltt_object **q, int64_t capacity);
LT_API lt_status ltt_queue_capacity(int64_t *n, ltt_object *q);
/* *n = messages that wait in a lane. */
LT_API lt_status ltt_queue_size(int64_t *n, ltt_object *q, int lane);
/* Appends a message once its lane has room, which takes over its bytes and parcel. *done = 0 and
 * nothing taken over when there was none for `seconds` (negative: waits for ever). */
LT_API lt_status ltt_queue_put(int *done, ltt_object *q, const ltt_message *m, double seconds);
/* *m = the first message of lane 0 or `lane`, whose bytes and parcel are the caller's then. *done =
 * 0 when there was none for `seconds` (negative: for ever), or the queue is closed and has none. */
LT_API lt_status ltt_queue_take(int *done, ltt_object *q, int lane, ltt_message *m, double seconds);
/* Drops all messages, and what is put from now on; takers do not wait any more. */
LT_API lt_status ltt_queue_close(ltt_object *q);

/* ---- threads ---- */

/* Starts a thread with a Lua state of its own, which has the standard libraries and the given
 * package.path and package.cpath, and runs `code` there. `jit` 0 turns its compiler off. Kernels
 * use one thread there until lt_set_num_threads says otherwise, OpenBLAS always. */
LT_API lt_status ltt_thread_new(ltt_object **t, const char *code, int64_t size, const char *path,
                                const char *cpath, int jit);
/* *ended = whether the thread has ended; waits up to `seconds` for that (negative: for ever). */
LT_API lt_status ltt_thread_join(int *ended, ltt_object *t, double seconds);
/* The error that ended the thread, with a traceback; "" when there was none or it still runs. */
LT_API const char *ltt_thread_error(const ltt_object *t);
/* Tag of the last message of a lane other than 0, or of lane 0, that the thread took; 0: none. */
LT_API int64_t ltt_thread_tag(const ltt_object *t);
/* Threads of this library that have not ended. */
LT_API int ltt_threads_running(void);

#include "threads/tds.h"

#endif
