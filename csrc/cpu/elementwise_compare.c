/* Loops of the COMPARE rows; they write bytes. */
#include "cpu/loop.h"

#define COMPARE(name, value) LT_FOR_ALL(LT_COMPARE_LOOP, name, value)
#include "elementwise.def"

lt_loop_table CPU(compare_loops) = {
#define COMPARE(name, value) LT_FOR_ALL(LT_ENTRY, name)
#include "elementwise.def"
};
