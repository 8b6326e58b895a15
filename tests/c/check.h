/* check.h: what the test programs share. A failed check is printed and counted; main returns
 * `failures > 0`. */
#ifndef LT_CHECK_H
#define LT_CHECK_H

#include <stdint.h>
#include <stdio.h>

static long failures;

#define CHECK(cond)                                             \
  do {                                                          \
    if (!(cond)) {                                              \
      printf("%s:%d: failed: %s\n", __FILE__, __LINE__, #cond); \
      failures++;                                               \
    }                                                           \
  } while (0)

/* A failure that is told in other words. At most 20 are printed. */
#define FAIL(...)                    \
  do {                               \
    if (failures++ < 20) {           \
      printf("%s: FAIL ", __FILE__); \
      printf(__VA_ARGS__), puts(""); \
    }                                \
  } while (0)

/* A number from 0 to n - 1, the same ones in every run: Marsaglia's xorshift, JSS 8(14), 2003. */
static inline int64_t below(int64_t n) {
  static uint64_t state = 88172645463325252u;
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (int64_t)(state % (uint64_t)n);
}

#endif
