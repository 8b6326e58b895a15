/* tds.h: the data structures of package tds, part of the public interface (threads.h). */
#ifndef LUATORCH_TDS_H
#define LUATORCH_TDS_H

/* ---- counters ---- */

LT_API lt_status ltt_counter_new(ltt_object **c, int64_t value);
/* Adds `by`; *before = the value that it had. */
LT_API lt_status ltt_counter_add(int64_t *before, ltt_object *c, int64_t by);
LT_API lt_status ltt_counter_get(int64_t *value, ltt_object *c);
LT_API lt_status ltt_counter_set(ltt_object *c, int64_t value);

#endif
