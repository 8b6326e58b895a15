/* reduce.h: numbers of the reduction rows (reduce.def), in list order. */
#ifndef LT_REDUCE_H
#define LT_REDUCE_H

enum {
#define REDUCE(name, types, empty, start, step, combine, finish) LT_REDUCE_##name,
#define REDUCE_ALL REDUCE
#define REDUCE_NORM REDUCE
#include "reduce.def"
  LT_NREDUCE
};

#endif
