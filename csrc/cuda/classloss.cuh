// classloss.cuh: targets that are classes, numbered from 1.
#ifndef LT_CUDA_CLASSLOSS_CUH
#define LT_CUDA_CLASSLOSS_CUH

#include "cuda/lanes.cuh"

// The sum of losses, that of weights, and the first position whose target is out of range.
struct ClassTotal {
  double sum, weight;
  int64_t bad;
};

static inline void unmade(ClassTotal *t) { *t = {NAN, NAN, INT64_MAX}; }

struct ClassSum {
  typedef ClassTotal Acc;
  __device__ Acc start() const { return {0, 0, INT64_MAX}; }
  __device__ void combine(Acc &acc, const Acc &later) const {
    acc.sum += later.sum;
    acc.weight += later.weight;
    if (later.bad < acc.bad) acc.bad = later.bad;
  }
};

// Fails when the total has a target out of range.
static inline lt_status check_total(const char *op, const ClassTotal &t, const int64_t *target,
                                    int64_t c) {
  int64_t value;
  if (t.bad == INT64_MAX) return LT_OK;
  LT_TRY(cuda_read(op, &value, target + t.bad, sizeof value));
  return lti_fail(LT_ERANGE, "%s: target %lld at position %lld is out of range [1, %lld]", op,
                  (long long)value, (long long)t.bad + 1, (long long)c);
}

#endif
