// The UNARY rows of elementwise.def.
#include "cuda/elementwise.cuh"

namespace {

#define UNARY(name, types, value, deriv) CUDA_ROW(fn_##name, value)
#define UNARY1 UNARY
#define UNARY2 UNARY
#include "elementwise.def"

struct Family {
  template <typename T>
  __device__ static T of(int op, T x, T y, T z, T a, T b) {
    switch (op) {
#define UNARY(name, types, value, deriv) CUDA_CHOOSE(name, types, fn_##name)
#define UNARY1 UNARY
#define UNARY2 UNARY
#include "elementwise.def"
    }
    return 0;
  }
};

} // namespace

lt_status cuda_unary(const Elementwise &job) {
  switch (job.op) {
#define UNARY(name, types, value, deriv) CUDA_ROW_CASE(name, types, fn_##name, 1)
#define UNARY1 UNARY
#define UNARY2 UNARY
#include "elementwise.def"
  }
  return no_row(job);
}
