/* OS threads that each run code in a Lua state of their own, and what becomes of them when the
 * process ends: those that wait stay asleep; when others do not come to an end soon, the process
 * leaves without the clean-up of libraries that they may be using. */
#include "threads/object.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <luajit.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

typedef struct thread {
  ltt_object base;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  bool ended;
  int jit;
  atomic_llong tag;
  char *code, *path, *cpath;
  size_t size;
  char *error; /* set before `ended`, never changed after */
} thread;

static _Thread_local thread *self;
static atomic_int running, busy; /* threads that have not ended; and do not wait */
static atomic_bool leaving;

bool ltt_is_worker(void) { return self != NULL; }

int ltt_threads_running(void) { return atomic_load(&running); }

/* Sleeps until the process has ended. */
static void sleep_for_good(void) {
  for (;;) pause();
}

void ltt_thread_waits(bool waiting) {
  if (!self) return;
  atomic_fetch_add(&busy, waiting ? -1 : 1);
  if (!waiting && atomic_load(&leaving)) {
    atomic_fetch_sub(&busy, 1);
    sleep_for_good();
  }
}

void ltt_thread_took(int64_t tag) {
  if (self) atomic_store(&self->tag, tag);
}

/* ---- the end of the process ---- */

enum { GRACE_MS = 500 };

static void leave(int status, void *unused) {
  (void)unused;
  atomic_store(&leaving, true);
  const struct timespec step = {.tv_nsec = 1000000};
  for (int ms = 0; atomic_load(&busy) > 0 && !self && ms < GRACE_MS; ms++) nanosleep(&step, NULL);
  if (atomic_load(&busy) == 0) return;
  fflush(NULL);
  _exit(status);
}

static void watch_exit(void) { on_exit(leave, NULL); }

/* ---- the life of a thread ---- */

static int with_traceback(lua_State *L) {
  const char *message = lua_tostring(L, 1);
  luaL_traceback(L, L, message ? message : luaL_typename(L, 1), 1);
  return 1;
}

static void set_path(lua_State *L, const char *field, const char *value) {
  lua_getglobal(L, "package");
  lua_pushstring(L, value);
  lua_setfield(L, -2, field);
  lua_pop(L, 1);
}

/* Runs protected; argument: the thread. */
static int run(lua_State *L) {
  const thread *t = lua_touserdata(L, 1);
  lua_pushboolean(L, 1);
  lua_setfield(L, LUA_REGISTRYINDEX, "LUA_NOENV"); /* the paths come from the parent */
  luaL_openlibs(L);
  if (!t->jit) luaJIT_setmode(L, 0, LUAJIT_MODE_ENGINE | LUAJIT_MODE_OFF);
  set_path(L, "path", t->path);
  set_path(L, "cpath", t->cpath);
  if (luaL_loadbuffer(L, t->code, t->size, "=thread") != 0) lua_error(L);
  lua_call(L, 0, 0);
  return 0;
}

static char *run_state(thread *t) {
  lua_State *L = luaL_newstate();
  if (!L) return strdup("not enough memory for a Lua state");
  char *error = NULL;
  lua_pushcfunction(L, with_traceback);
  lua_pushcfunction(L, run);
  lua_pushlightuserdata(L, t);
  if (lua_pcall(L, 1, 0, 1) != 0) {
    const char *message = lua_tostring(L, -1);
    error = strdup(message ? message : "unknown error");
  }
  lua_close(L);
  return error;
}

/* n threads more have not ended and do not wait. */
static void count(int n) {
  atomic_fetch_add(&running, n);
  atomic_fetch_add(&busy, n);
  __atomic_fetch_add(&lt_mem.states, n, __ATOMIC_RELAXED);
}

static void end(thread *t, char *error) {
  count(-1);
  pthread_mutex_lock(&t->lock);
  t->error = error;
  t->ended = true;
  pthread_cond_broadcast(&t->changed);
  pthread_mutex_unlock(&t->lock);
  ltt_release(&t->base);
}

/* For a thread that is ended by pthread_exit. */
static void cut_off(void *argument) { end(argument, strdup("the thread was ended from outside")); }

static void *thread_main(void *argument) {
  thread *t = argument;
  self = t;
  lt_worker_thread();
  char *error = NULL;
  pthread_cleanup_push(cut_off, t);
  error = run_state(t);
  pthread_cleanup_pop(0);
  end(t, error);
  return NULL;
}

void ltt_thread_free(ltt_object *o) {
  thread *t = (thread *)o;
  free(t->error);
  free(t->code);
  free(t->path);
  free(t->cpath);
  pthread_cond_destroy(&t->changed);
  pthread_mutex_destroy(&t->lock);
  ltt_free(t, sizeof *t);
}

static char *copy(const char *text, size_t size) {
  char *r = lti_refused() ? NULL : malloc(size + 1);
  if (!r) return NULL;
  memcpy(r, text, size);
  r[size] = '\0';
  return r;
}

/* Starts t with all signals blocked, so that the main thread gets them. */
static int start(thread *t) {
  pthread_t id;
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int rc = pthread_create(&id, NULL, thread_main, t);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (rc == 0) pthread_detach(id);
  return rc;
}

lt_status ltt_thread_new(ltt_object **r, const char *code, int64_t size, const char *path,
                         const char *cpath, int jit) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  LT_CHECK(code && size >= 0 && path && cpath, EARG, "Thread: no code");
  thread *t = (thread *)ltt_make(LTT_THREAD, sizeof *t);
  if (!t) return ltt_no_memory(sizeof *t);
  pthread_mutex_init(&t->lock, NULL);
  ltt_cond_init(&t->changed);
  t->code = copy(code, (size_t)size);
  t->path = copy(path, strlen(path));
  t->cpath = copy(cpath, strlen(cpath));
  t->size = (size_t)size;
  t->jit = jit;
  if (!t->code || !t->path || !t->cpath) {
    ltt_release(&t->base);
    return ltt_no_memory((size_t)size);
  }
  pthread_once(&once, watch_exit);
  ltt_retain(&t->base); /* the thread's own reference */
  count(1);
  int rc = start(t);
  if (rc != 0) {
    count(-1);
    ltt_release(&t->base);
    ltt_release(&t->base);
    return lti_fail(LT_ENOMEM, "cannot start a thread: %s", strerror(rc));
  }
  *r = &t->base;
  return LT_OK;
}

lt_status ltt_thread_join(int *ended, ltt_object *o, double seconds) {
  LTT_CHECK(o, LTT_THREAD, "Thread");
  thread *t = (thread *)o;
  LT_CHECK(t != self, EARG, "free: a thread cannot wait for its own end");
  ltt_deadline until = ltt_in(seconds);
  bool in_time = true;
  lt_status rc = LT_OK;
  pthread_mutex_lock(&t->lock);
  while (!t->ended && in_time && rc == LT_OK) {
    in_time = ltt_wait(&t->changed, &t->lock, &until);
    if (ltt_interrupted()) rc = ltt_interrupt_error();
  }
  *ended = t->ended;
  pthread_mutex_unlock(&t->lock);
  return rc;
}

const char *ltt_thread_error(const ltt_object *o) {
  thread *t = (thread *)o;
  if (!o || o->kind != LTT_THREAD) return "";
  pthread_mutex_lock(&t->lock);
  const char *error = t->ended && t->error ? t->error : "";
  pthread_mutex_unlock(&t->lock);
  return error;
}

int64_t ltt_thread_tag(const ltt_object *o) {
  return o && o->kind == LTT_THREAD ? atomic_load(&((const thread *)o)->tag) : 0;
}
