/* What threads wait for each other with: mutexes and conditions. The thread that is no worker gives
 * up waiting on Ctrl-C. */
#include "threads/object.h"

#include <errno.h>
#include <time.h>

/* ---- waiting ---- */

enum { POLL_MS = 50 }; /* how often a thread that waits looks for Ctrl-C */
static const int64_t second = 1000000000;

static struct timespec later(struct timespec t, int64_t ns) {
  ns += t.tv_nsec;
  t.tv_sec += (time_t)(ns / second);
  t.tv_nsec = (long)(ns % second);
  return t;
}

static bool before(struct timespec a, struct timespec b) {
  return a.tv_sec < b.tv_sec || (a.tv_sec == b.tv_sec && a.tv_nsec < b.tv_nsec);
}

static struct timespec now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t;
}

ltt_deadline ltt_in(double seconds) {
  static const double most = 1e8; /* about three years */
  if (!(seconds >= 0)) return (ltt_deadline){.never = true};
  double whole = (double)(int64_t)LT_MIN(seconds, most);
  struct timespec t = now();
  t.tv_sec += (time_t)whole;
  return (ltt_deadline){.at = later(t, (int64_t)((LT_MIN(seconds, most) - whole) * 1e9))};
}

int ltt_cond_init(pthread_cond_t *c) {
  pthread_condattr_t attributes;
  if (pthread_condattr_init(&attributes) != 0) return ENOMEM;
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  int rc = pthread_cond_init(c, &attributes);
  pthread_condattr_destroy(&attributes);
  return rc;
}

bool ltt_wait(pthread_cond_t *c, pthread_mutex_t *m, const ltt_deadline *until) {
  ltt_thread_waits(true);
  if (until->never && ltt_is_worker()) {
    pthread_cond_wait(c, m);
  } else {
    struct timespec t = later(now(), POLL_MS * (second / 1000));
    if (!until->never && (ltt_is_worker() || before(until->at, t))) t = until->at;
    pthread_cond_timedwait(c, m, &t);
  }
  ltt_thread_waits(false);
  return until->never || before(now(), until->at);
}

bool ltt_interrupted(void) {
  return __atomic_load_n(&lt_interrupt, __ATOMIC_RELAXED) && !ltt_is_worker();
}

lt_status ltt_interrupt_error(void) { return lti_fail(LT_EINTR, "interrupted!"); }

/* ---- mutexes ---- */

typedef struct mutex {
  ltt_object base;
  pthread_mutex_t lock; /* of the fields */
  pthread_cond_t freed;
  bool held;
  pthread_t owner;
} mutex;

lt_status ltt_mutex_new(ltt_object **r) {
  mutex *m = (mutex *)ltt_make(LTT_MUTEX, sizeof *m);
  if (!m) return ltt_no_memory(sizeof *m);
  pthread_mutex_init(&m->lock, NULL);
  ltt_cond_init(&m->freed);
  *r = &m->base;
  return LT_OK;
}

void ltt_mutex_free(ltt_object *o) {
  mutex *m = (mutex *)o;
  pthread_cond_destroy(&m->freed);
  pthread_mutex_destroy(&m->lock);
  ltt_free(m, sizeof *m);
}

static bool is_mine(const mutex *m) { return m->held && pthread_equal(m->owner, pthread_self()); }

/* Takes m; its lock is held. */
static lt_status take(mutex *m) {
  ltt_deadline never = {.never = true};
  while (m->held) {
    if (ltt_interrupted()) return ltt_interrupt_error();
    ltt_wait(&m->freed, &m->lock, &never);
  }
  m->held = true;
  m->owner = pthread_self();
  return LT_OK;
}

lt_status ltt_mutex_lock(ltt_object *o) {
  LTT_CHECK(o, LTT_MUTEX, "lock");
  mutex *m = (mutex *)o;
  pthread_mutex_lock(&m->lock);
  lt_status rc = is_mine(m) ? lti_fail(LT_EARG, "lock: this thread holds the mutex already and "
                                                "would wait for itself")
                            : take(m);
  pthread_mutex_unlock(&m->lock);
  return rc;
}

lt_status ltt_mutex_unlock(ltt_object *o) {
  LTT_CHECK(o, LTT_MUTEX, "unlock");
  mutex *m = (mutex *)o;
  pthread_mutex_lock(&m->lock);
  bool mine = is_mine(m);
  if (mine) {
    m->held = false;
    pthread_cond_signal(&m->freed);
  }
  pthread_mutex_unlock(&m->lock);
  LT_CHECK(mine, EARG, "unlock: this thread does not hold the mutex");
  return LT_OK;
}

/* ---- conditions ---- */

typedef struct condition {
  ltt_object base;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  int64_t waiting, signals; /* signals that no waiting thread has taken yet: at most `waiting` */
} condition;

lt_status ltt_condition_new(ltt_object **r) {
  condition *c = (condition *)ltt_make(LTT_CONDITION, sizeof *c);
  if (!c) return ltt_no_memory(sizeof *c);
  pthread_mutex_init(&c->lock, NULL);
  ltt_cond_init(&c->changed);
  *r = &c->base;
  return LT_OK;
}

void ltt_condition_free(ltt_object *o) {
  condition *c = (condition *)o;
  pthread_cond_destroy(&c->changed);
  pthread_mutex_destroy(&c->lock);
  ltt_free(c, sizeof *c);
}

lt_status ltt_condition_signal(ltt_object *o) {
  LTT_CHECK(o, LTT_CONDITION, "signal");
  condition *c = (condition *)o;
  pthread_mutex_lock(&c->lock);
  if (c->signals < c->waiting) {
    c->signals++;
    pthread_cond_signal(&c->changed);
  }
  pthread_mutex_unlock(&c->lock);
  return LT_OK;
}

/* Waits until there is a signal and takes it; the lock is held. */
static lt_status take_signal(condition *c) {
  ltt_deadline never = {.never = true};
  lt_status rc = LT_OK;
  while (c->signals == 0 && rc == LT_OK) {
    if (ltt_interrupted())
      rc = ltt_interrupt_error();
    else
      ltt_wait(&c->changed, &c->lock, &never);
  }
  if (rc == LT_OK) c->signals--;
  c->waiting--;
  return rc;
}

lt_status ltt_condition_wait(ltt_object *o, ltt_object *with) {
  LTT_CHECK(o, LTT_CONDITION, "wait");
  LTT_CHECK(with, LTT_MUTEX, "wait");
  condition *c = (condition *)o;
  mutex *m = (mutex *)with;
  pthread_mutex_lock(&c->lock);
  c->waiting++;
  lt_status rc = ltt_mutex_unlock(with);
  if (rc != LT_OK) {
    c->waiting--;
    pthread_mutex_unlock(&c->lock);
    return lti_fail(LT_EARG, "wait: this thread does not hold the mutex");
  }
  rc = take_signal(c);
  pthread_mutex_unlock(&c->lock);
  pthread_mutex_lock(&m->lock);
  ltt_deadline never = {.never = true};
  while (m->held) ltt_wait(&m->freed, &m->lock, &never);
  m->held = true;
  m->owner = pthread_self();
  pthread_mutex_unlock(&m->lock);
  return rc;
}
