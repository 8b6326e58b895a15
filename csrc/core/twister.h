/* twister.h: the Mersenne twister MT19937 (Matsumoto and Nishimura, ACM TOMACS 8(1), 1998), the
 * source of all random words. */
#ifndef LT_TWISTER_H
#define LT_TWISTER_H

#include "core/internal.h"

enum { LTI_STATE_WORDS = 624 };

/* Replaces the state by the next 624 words; they still need lti_temper. */
static inline void lti_twist(uint32_t *s) {
  enum { N = LTI_STATE_WORDS, M = 397 };
#define TWIST(high, low, far) \
  ((far) ^ ((((high)&0x80000000u) | ((low)&0x7fffffffu)) >> 1) ^ (-((low)&1u) & 0x9908b0dfu))
  for (int i = 0; i < N - M; i++) s[i] = TWIST(s[i], s[i + 1], s[i + M]);
  for (int i = N - M; i < N - 1; i++) s[i] = TWIST(s[i], s[i + 1], s[i + M - N]);
  s[N - 1] = TWIST(s[N - 1], s[0], s[M - 1]);
#undef TWIST
}

static inline uint32_t lti_temper(uint32_t y) {
  y ^= y >> 11;
  y ^= (y << 7) & 0x9d2c5680u;
  y ^= (y << 15) & 0xefc60000u;
  return y ^ (y >> 18);
}

/* The next 32 random bits. */
static inline uint32_t lti_word(lt_generator *gen) {
  if (gen->next >= LTI_STATE_WORDS) {
    lti_twist(gen->state);
    gen->next = 0;
  }
  return lti_temper(gen->state[gen->next++]);
}

#endif
