/* tds.AtomicCounter: an integer that threads count with. */
#include "threads/object.h"

typedef struct counter {
  ltt_object base;
  atomic_llong value;
} counter;

lt_status ltt_counter_new(ltt_object **r, int64_t value) {
  counter *c = (counter *)ltt_make(LTT_COUNTER, sizeof *c);
  if (!c) return ltt_no_memory(sizeof *c);
  atomic_init(&c->value, value);
  *r = &c->base;
  return LT_OK;
}

void ltt_counter_free(ltt_object *o) { ltt_free(o, sizeof(counter)); }

lt_status ltt_counter_add(int64_t *before, ltt_object *o, int64_t by) {
  LTT_CHECK(o, LTT_COUNTER, "AtomicCounter");
  *before = atomic_fetch_add(&((counter *)o)->value, by);
  return LT_OK;
}

lt_status ltt_counter_get(int64_t *value, ltt_object *o) {
  LTT_CHECK(o, LTT_COUNTER, "AtomicCounter");
  *value = atomic_load(&((counter *)o)->value);
  return LT_OK;
}

lt_status ltt_counter_set(ltt_object *o, int64_t value) {
  LTT_CHECK(o, LTT_COUNTER, "AtomicCounter");
  atomic_store(&((counter *)o)->value, value);
  return LT_OK;
}
