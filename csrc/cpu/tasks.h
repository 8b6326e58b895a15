/* tasks.h: work that is cut into whole tasks, of which every worker takes the next one until none
 * are left. Threads meet once, at the end, so that one that is held up does not hold up others. */
#ifndef LT_TASKS_H
#define LT_TASKS_H

#include "core/internal.h"

/* Workers for some tasks, each with scratch memory of its own: the number of threads, or 1 where
 * there are too few tasks, which the threads then share one after the other. */
static inline int64_t workers_of(int64_t tasks) {
  int64_t threads = lt_get_num_threads();
  return tasks >= 2 * threads ? threads : 1;
}

/* The next task; `next` starts as 0. */
static inline int64_t take_task(int64_t *next) {
  return __atomic_fetch_add(next, 1, __ATOMIC_RELAXED);
}

#endif
