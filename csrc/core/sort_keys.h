/* sort_keys.h: elements as unsigned integers in the order of their values, so that one set of loops
 * sorts every type. NaN has the largest key of all, and -0 the key of 0: these two keys do not tell
 * their element, which LT_ORDER marks as shared. */
#ifndef LT_SORT_KEYS_H
#define LT_SORT_KEYS_H

#include "core/functor.h"

/* order_x: bits of an element to its key; value_x: back; shared_x: may other bits have the key? */
#define INTEGER_ORDER(name, U, first)                       \
  FN U order_##name(U bits) { return (U)(bits ^ (first)); } \
  FN U value_##name(U key) { return (U)(key ^ (first)); }   \
  FN bool shared_##name(U key) { return (void)key, false; }

#define FLOAT_ORDER(name, U, sign, infinity)                                   \
  FN U order_##name(U bits) {                                                  \
    U magnitude = (U)(bits & (U) ~(U)(sign));                                  \
    U key = (U)(bits & (sign) ? ~bits : bits | (sign));                        \
    key = magnitude ? key : (U)(sign);                                         \
    return magnitude > (infinity) ? (U) ~(U)0 : key;                           \
  }                                                                            \
  FN U value_##name(U key) { return (U)(key & (sign) ? key ^ (sign) : ~key); } \
  FN bool shared_##name(U key) { return key == (U)(sign) || key == (U) ~(U)0; }

INTEGER_ORDER(byte, uint8_t, 0)
INTEGER_ORDER(char, uint8_t, 0x80)
INTEGER_ORDER(short, uint16_t, 0x8000)
INTEGER_ORDER(int, uint32_t, 0x80000000)
INTEGER_ORDER(long, uint64_t, 0x8000000000000000)
FLOAT_ORDER(half, uint16_t, 0x8000, 0x7c00)
FLOAT_ORDER(bfloat16, uint16_t, 0x8000, 0x7f80)
FLOAT_ORDER(float, uint32_t, 0x80000000, 0x7f800000)
FLOAT_ORDER(double, uint64_t, 0x8000000000000000, 0x7ff0000000000000)

/* M(name, DTYPE, unsigned type of the same size) for types of at most 32 bits, and for all. */
#define LT_ORDER_NARROW(M)  \
  M(byte, BYTE, uint8_t)    \
  M(char, CHAR, uint8_t)    \
  M(short, SHORT, uint16_t) \
  M(int, INT, uint32_t)     \
  M(half, HALF, uint16_t)   \
  M(float, FLOAT, uint32_t) \
  M(bfloat16, BFLOAT16, uint16_t)
#define LT_ORDER_ALL(M)   \
  LT_ORDER_NARROW(M)      \
  M(long, LONG, uint64_t) \
  M(double, DOUBLE, uint64_t)

#endif
