// The derivatives of the UNARY rows of elementwise.def: operands g, x, y.
#include "cuda/elementwise.cuh"

namespace {

#define UNARY(name, types, value, deriv)                     \
  struct fn_##name {                                         \
    template <typename T>                                    \
    __device__ static inline T of(T g, T x, T y, T a, T b) { \
      (void)g, (void)x, (void)y, (void)a, (void)b;           \
      return (T)(deriv);                                     \
    }                                                        \
  };
#define UNARY1 UNARY
#define UNARY2 UNARY
#include "elementwise.def"

struct Family {
  template <typename T>
  __device__ static T of(int op, T x, T y, T z, T a, T b) {
    switch (op) {
#define UNARY(name, types, value, deriv) CUDA_CHOOSE(name##_grad, FLT, fn_##name)
#define UNARY1 UNARY
#define UNARY2 UNARY
#include "elementwise.def"
    }
    return 0;
  }
};

} // namespace

lt_status cuda_grad(const Elementwise &job) {
  switch (job.op) {
#define UNARY(name, types, value, deriv) CUDA_ROW_CASE(name##_grad, FLT, fn_##name, 3)
#define UNARY1 UNARY
#define UNARY2 UNARY
#include "elementwise.def"
  }
  return no_row(job);
}
