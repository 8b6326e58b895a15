/* runs.h: short runs of floats, such as rows of small images: a call of memcpy would take longer.
 */
#ifndef LT_RUNS_H
#define LT_RUNS_H

#include <stdint.h>

typedef float run4 __attribute__((vector_size(16), aligned(4), may_alias));
typedef float run8 __attribute__((vector_size(32), aligned(4), may_alias));

/* out[0 ... n - 1] = in[0 ... n - 1] */
static inline void copy_run(int64_t n, const float *in, float *out) {
  int64_t u = 0;
  for (; u + 8 <= n; u += 8) *(run8 *)(out + u) = *(const run8 *)(in + u);
  if (u + 4 <= n) {
    *(run4 *)(out + u) = *(const run4 *)(in + u);
    *(run4 *)(out + n - 4) = *(const run4 *)(in + n - 4); /* some of them twice */
    return;
  }
  for (; u < n; u++) out[u] = in[u];
}

#endif
