/* Loops of the UNARY rows. */
#include "cpu/loop.h"

#define UNARY(name, types, value, deriv) LT_FOR_##types(LT_UNARY_LOOP, name, value)
#define UNARY1 UNARY
#define UNARY2 UNARY
#include "elementwise.def"

lt_loop_table CPU(unary_loops) = {
#define UNARY(name, types, value, deriv) LT_FOR_##types(LT_ENTRY, name)
#define UNARY1 UNARY
#define UNARY2 UNARY
#include "elementwise.def"
};
