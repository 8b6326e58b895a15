/* The objects that threads share, used by four threads at once: containers, counters, mutexes,
 * queues, parcels, ids. Run under the thread sanitizer it finds races. Every reference is given
 * back in the end. */
#include <pthread.h>
#include <stdio.h>

#include "threads/threads.h"

enum { THREADS = 4, ROUNDS = 2000 };

static ltt_object *queue, *hash, *vec, *mutex, *counter;
static int64_t unprotected; /* written under the mutex */
static int failures;

#define CHECK(cond)                                             \
  do {                                                          \
    if (!(cond)) {                                              \
      printf("%s:%d: failed: %s\n", __FILE__, __LINE__, #cond); \
      __atomic_fetch_add(&failures, 1, __ATOMIC_RELAXED);       \
    }                                                           \
  } while (0)

static void use_containers(int i) {
  ltt_value key = {.type = LTT_NUMBER, .number = i % 37}, got;
  ltt_value value = {.type = LTT_TEXT, .text = "hello", .size = 5};
  if (i % 5 == 0) value.type = LTT_NIL;
  CHECK(ltt_hash_set(hash, &key, &value) == LT_OK);
  CHECK(ltt_hash_get(&got, hash, &key) == LT_OK);
  CHECK(got.type == LTT_NIL || got.size == 5);
  ltt_release(got.object);
  CHECK(ltt_vec_set(vec, i % 50, &value) == LT_OK);
  if (i % 100 == 0) CHECK(ltt_vec_resize(vec, 10) == LT_OK);
  CHECK(ltt_vec_get(&got, vec, i % 20) == LT_OK);
  ltt_release(got.object);
}

static void use_mutex(void) {
  int64_t before, id;
  ltt_object *found;
  CHECK(ltt_id(&id, mutex) == LT_OK && ltt_find(&found, id, LTT_MUTEX) == LT_OK);
  CHECK(ltt_mutex_lock(found) == LT_OK);
  unprotected++;
  CHECK(ltt_mutex_lock(found) == LT_EARG);
  CHECK(ltt_mutex_unlock(mutex) == LT_OK);
  ltt_release(found);
  CHECK(ltt_counter_add(&before, counter, 1) == LT_OK);
}

/* Puts a message with a parcel and takes one. */
static void use_queue(int i, int lane) {
  ltt_object *parcel;
  lt_storage *storage, *shared;
  int64_t at;
  int done;
  CHECK(lt_storage_new(&storage, LT_CHAR, LT_CPU, 100) == LT_OK);
  CHECK(ltt_parcel_new(&parcel) == LT_OK);
  CHECK(ltt_parcel_add_storage(&at, parcel, storage) == LT_OK && at == 0);
  CHECK(ltt_parcel_add(&at, parcel, hash) == LT_OK && at == 1);
  ltt_message m = {.bytes = storage, .tag = i};
  CHECK(ltt_parcel_post(&m.parcel, parcel) == LT_OK);
  CHECK(ltt_queue_put(&done, queue, &m, -1) == LT_OK && done);
  CHECK(ltt_queue_take(&done, queue, lane, &m, -1) == LT_OK && done);
  CHECK(ltt_parcel_collect(&parcel, m.parcel) == LT_OK);
  CHECK(ltt_parcel_collect(&parcel, m.parcel) == LT_EARG);
  CHECK(ltt_parcel_storage(&shared, parcel, 0) == LT_OK && shared == m.bytes);
  CHECK(ltt_parcel_storage(&shared, parcel, 1) == LT_EARG);
  ltt_release(parcel);
  lt_storage_release(m.bytes);
  lt_storage_release(shared);
}

static void *work(void *argument) {
  for (int i = 0; i < ROUNDS; i++) {
    use_containers(i);
    use_mutex();
    use_queue(i, *(int *)argument);
  }
  return NULL;
}

/* A message that nobody takes lets go of what it refers to when its queue goes away. */
static void test_unread(void) {
  ltt_object *q, *parcel;
  ltt_message m = {.tag = 1};
  int64_t at;
  int done;
  CHECK(ltt_queue_new(&q, 1) == LT_OK && ltt_parcel_new(&parcel) == LT_OK);
  CHECK(ltt_parcel_add(&at, parcel, hash) == LT_OK && ltt_count(hash) == 2);
  CHECK(ltt_parcel_post(&m.parcel, parcel) == LT_OK);
  CHECK(ltt_queue_put(&done, q, &m, 0) == LT_OK && done);
  m.parcel = 0;
  CHECK(ltt_queue_put(&done, q, &m, 0.01) == LT_OK && !done);
  ltt_release(q);
  CHECK(ltt_count(hash) == 1);
}

int main(void) {
  pthread_t thread[THREADS];
  int lane[THREADS];
  int64_t value;
  CHECK(ltt_queue_new(&queue, 100) == LT_OK && ltt_queue_new(&queue, 0) == LT_EARG);
  CHECK(ltt_hash_new(&hash) == LT_OK && ltt_vec_new(&vec) == LT_OK);
  CHECK(ltt_mutex_new(&mutex) == LT_OK && ltt_counter_new(&counter, 0) == LT_OK);
  for (int i = 0; i < THREADS; i++) {
    lane[i] = i + 1;
    CHECK(pthread_create(&thread[i], NULL, work, &lane[i]) == 0);
  }
  for (int i = 0; i < THREADS; i++) pthread_join(thread[i], NULL);
  CHECK(ltt_counter_get(&value, counter) == LT_OK && value == THREADS * ROUNDS);
  CHECK(unprotected == THREADS * ROUNDS);
  test_unread();
  CHECK(ltt_count(hash) == 1 && ltt_count(queue) == 1);
  ltt_release(queue);
  ltt_release(hash);
  ltt_release(vec);
  ltt_release(mutex);
  ltt_release(counter);
  CHECK(lt_mem.live == 0);
  return failures > 0;
}
