/* drop.h: which weights of attention are dropped, the same on every device. */
#ifndef LT_DROP_H
#define LT_DROP_H

#include "core/functor.h"

/* A permutation of 32 bits that scatters them: the finalizer of MurmurHash3. */
FN uint32_t lti_mix(uint32_t x) {
  x ^= x >> 16;
  x *= 0x85ebca6bu;
  x ^= x >> 13;
  x *= 0xc2b2ae35u;
  return x ^ x >> 16;
}

/* The share p of all 32-bit numbers is less than this. Key j of query i (of all heads) is dropped
 * where lti_mix(lti_mix(lti_mix(seed) + i) + j) is. */
FN uint32_t lti_drop_threshold(double p) { return (uint32_t)(p * 0x1p32); }

#endif
