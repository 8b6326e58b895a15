/* Loops of the BINARY and TERNARY rows. */
#include "cpu/loop.h"

#define BINARY(name, types, value) LT_FOR_##types(LT_BINARY_LOOP, name, value)
#define BINARY1 BINARY
#define TERNARY1(name, types, value) LT_FOR_##types(LT_TERNARY_LOOP, name, x, y, z, value)
#include "elementwise.def"

lt_loop_table CPU(binary_loops) = {
#define BINARY(name, types, value) LT_FOR_##types(LT_ENTRY, name)
#define BINARY1 BINARY
#define TERNARY1 BINARY
#include "elementwise.def"
};
