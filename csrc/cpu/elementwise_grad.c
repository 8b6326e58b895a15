/* Loops of the derivatives of the UNARY rows: inputs g (gradient of the result), x and y. */
#include "cpu/loop.h"

#define UNARY(name, types, value, deriv) LT_FOR_FLT(LT_TERNARY_LOOP, name##_grad, g, x, y, deriv)
#define UNARY1 UNARY
#define UNARY2 UNARY
#include "elementwise.def"

lt_loop_table CPU(grad_loops) = {
#define UNARY(name, types, value, deriv) LT_FOR_FLT(LT_ENTRY, name##_grad)
#define UNARY1 UNARY
#define UNARY2 UNARY
#include "elementwise.def"
};
