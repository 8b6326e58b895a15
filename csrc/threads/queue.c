/* Queues of messages between threads. A queue is a list with lanes: a worker takes what is for
 * everybody and what is for it alone, in the order in which it was put. */
#include "threads/object.h"

typedef struct node {
  struct node *next;
  ltt_message message;
} node;

typedef struct queue {
  ltt_object base;
  pthread_mutex_t lock;
  pthread_cond_t filled, emptied;
  int64_t capacity; /* of each lane */
  bool closed;
  node *first, **end;
} queue;

lt_status ltt_queue_new(ltt_object **r, int64_t capacity) {
  LT_CHECK(capacity >= 1, EARG, "Queue: a size of 1 or more expected, got %lld",
           (long long)capacity);
  queue *q = (queue *)ltt_make(LTT_QUEUE, sizeof *q);
  if (!q) return ltt_no_memory(sizeof *q);
  pthread_mutex_init(&q->lock, NULL);
  ltt_cond_init(&q->filled);
  ltt_cond_init(&q->emptied);
  q->capacity = capacity;
  q->end = &q->first;
  *r = &q->base;
  return LT_OK;
}

/* Frees a list of messages that nobody will read. */
static void drop(node *n) {
  while (n) {
    node *next = n->next;
    ltt_object *parcel;
    lt_storage_release(n->message.bytes);
    if (n->message.parcel && ltt_parcel_collect(&parcel, n->message.parcel) == LT_OK)
      ltt_release(parcel);
    ltt_free(n, sizeof *n);
    n = next;
  }
}

void ltt_queue_free(ltt_object *o) {
  queue *q = (queue *)o;
  drop(q->first);
  pthread_cond_destroy(&q->emptied);
  pthread_cond_destroy(&q->filled);
  pthread_mutex_destroy(&q->lock);
  ltt_free(q, sizeof *q);
}

lt_status ltt_queue_capacity(int64_t *n, ltt_object *o) {
  LTT_CHECK(o, LTT_QUEUE, "Queue");
  *n = ((queue *)o)->capacity;
  return LT_OK;
}

/* Messages in a lane; the lock is held. */
static int64_t count(const queue *q, int lane) {
  int64_t found = 0;
  for (const node *n = q->first; n; n = n->next) found += n->message.lane == lane;
  return found;
}

lt_status ltt_queue_size(int64_t *n, ltt_object *o, int lane) {
  LTT_CHECK(o, LTT_QUEUE, "Queue");
  queue *q = (queue *)o;
  pthread_mutex_lock(&q->lock);
  *n = count(q, lane);
  pthread_mutex_unlock(&q->lock);
  return LT_OK;
}

lt_status ltt_queue_put(int *done, ltt_object *o, const ltt_message *m, double seconds) {
  LTT_CHECK(o, LTT_QUEUE, "addjob");
  queue *q = (queue *)o;
  node *added = ltt_alloc(sizeof *added);
  if (!added) return ltt_no_memory(sizeof *added);
  *added = (node){.message = *m};
  ltt_deadline until = ltt_in(seconds);
  lt_status rc = LT_OK;
  bool in_time = true;
  *done = 0;
  pthread_mutex_lock(&q->lock);
  while (!q->closed && in_time && rc == LT_OK && count(q, m->lane) >= q->capacity) {
    in_time = ltt_wait(&q->emptied, &q->lock, &until);
    if (ltt_interrupted()) rc = ltt_interrupt_error();
  }
  bool closed = q->closed;
  if (rc == LT_OK && !closed && count(q, m->lane) < q->capacity) {
    *q->end = added;
    q->end = &added->next;
    *done = 1;
    pthread_cond_broadcast(&q->filled); /* takers may wait for different lanes */
  }
  pthread_mutex_unlock(&q->lock);
  if (rc == LT_OK && closed) {
    drop(added);
    *done = 1;
  } else if (!*done) {
    ltt_free(added, sizeof *added);
  }
  return rc;
}

/* The place of the first message for a taker, or NULL; the lock is held. */
static node **find(queue *q, int lane) {
  for (node **n = &q->first; *n; n = &(*n)->next)
    if ((*n)->message.lane == 0 || (*n)->message.lane == lane) return n;
  return NULL;
}

lt_status ltt_queue_take(int *done, ltt_object *o, int lane, ltt_message *m, double seconds) {
  LTT_CHECK(o, LTT_QUEUE, "dojob");
  queue *q = (queue *)o;
  ltt_deadline until = ltt_in(seconds);
  lt_status rc = LT_OK;
  bool in_time = true;
  node *taken = NULL, **at;
  pthread_mutex_lock(&q->lock);
  while (!(at = find(q, lane)) && !q->closed && in_time && rc == LT_OK) {
    in_time = ltt_wait(&q->filled, &q->lock, &until);
    if (ltt_interrupted()) rc = ltt_interrupt_error();
  }
  if (rc == LT_OK && at) {
    taken = *at;
    *at = taken->next;
    if (!*at) q->end = at;
    pthread_cond_broadcast(&q->emptied);
  }
  pthread_mutex_unlock(&q->lock);
  *done = taken != NULL;
  if (!taken) return rc;
  *m = taken->message;
  ltt_free(taken, sizeof *taken);
  if (lane > 0) ltt_thread_took(m->tag);
  return LT_OK;
}

lt_status ltt_queue_close(ltt_object *o) {
  LTT_CHECK(o, LTT_QUEUE, "Queue");
  queue *q = (queue *)o;
  pthread_mutex_lock(&q->lock);
  node *dropped = q->first;
  q->first = NULL;
  q->end = &q->first;
  q->closed = true;
  pthread_cond_broadcast(&q->filled);
  pthread_cond_broadcast(&q->emptied);
  pthread_mutex_unlock(&q->lock);
  drop(dropped);
  return LT_OK;
}
