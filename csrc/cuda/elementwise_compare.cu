// The COMPARE rows of elementwise.def: bytes from operands of any type.
#include "cuda/elementwise.cuh"

namespace {

#define COMPARE(name, value)                                 \
  struct fn_##name {                                         \
    template <typename T>                                    \
    __device__ static inline uint8_t of(T x, T y, T, T, T) { \
      return value;                                          \
    }                                                        \
  };
#include "elementwise.def"

struct Family {
  template <typename T>
  __device__ static uint8_t of(int op, T x, T y, T z, T a, T b) {
    switch (op) {
#define COMPARE(name, value) CUDA_CHOOSE(name, ALL, fn_##name)
#include "elementwise.def"
    }
    return 0;
  }
};

} // namespace

#undef CUDA_RUN
#define CUDA_RUN(S, DTYPE, fn, N) \
  case LT_##DTYPE: return run_row<fn, Family, uint8_t, S, N>(job);

lt_status cuda_compare(const Elementwise &job) {
  switch (job.op) {
#define COMPARE(name, value) CUDA_ROW_CASE(name, ALL, fn_##name, 2)
#include "elementwise.def"
  }
  return no_row(job);
}
