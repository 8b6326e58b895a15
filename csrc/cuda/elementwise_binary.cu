// The BINARY and TERNARY rows of elementwise.def.
#include "cuda/elementwise.cuh"

namespace {

#define BINARY(name, types, value) CUDA_ROW(fn_##name, value)
#define BINARY1 BINARY
#define TERNARY1 BINARY
#include "elementwise.def"

struct Family {
  template <typename T>
  __device__ static T of(int op, T x, T y, T z, T a, T b) {
    switch (op) {
#define BINARY(name, types, value) CUDA_CHOOSE(name, types, fn_##name)
#define BINARY1 BINARY
#define TERNARY1 BINARY
#include "elementwise.def"
    }
    return 0;
  }
};

} // namespace

lt_status cuda_binary(const Elementwise &job) {
  switch (job.op) {
#define BINARY(name, types, value) CUDA_ROW_CASE(name, types, fn_##name, 2)
#define BINARY1 BINARY
#define TERNARY1(name, types, value) CUDA_ROW_CASE(name, types, fn_##name, 3)
#include "elementwise.def"
  }
  return no_row(job);
}
