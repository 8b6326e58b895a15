// Elementwise operations: the family of a row, and the check for undefined integer divisions.
#include "cuda/elementwise.cuh"

typedef lt_status (*family)(const Elementwise &job);

static const family families[] = {
#define UNARY(name, types, value, deriv) cuda_unary, cuda_grad,
#define UNARY1 UNARY
#define UNARY2 UNARY
#define BINARY(name, types, value) cuda_binary,
#define BINARY1 BINARY
#define TERNARY1 BINARY
#define COMPARE(name, value) cuda_compare,
#include "elementwise.def"
};

CUDA_KERNEL(elementwise)(int op, int dtype, lt_iter *it, const lt_scalar *params) {
  if (it->numel == 0) return LT_OK;
  return families[op]({op, dtype, it, params});
}

template <typename S>
__global__ void division_kernel(Walk<3> walk, Inputs<S, 2> in, int64_t n, S least, int *bad) {
  for (FLAT(i, n)) {
    char *p[3];
    walk.at((uint32_t)i, p);
    S x = in.p[0] ? *reinterpret_cast<const S *>(p[1]) : in.constant[0];
    S y = in.p[1] ? *reinterpret_cast<const S *>(p[2]) : in.constant[1];
    if (y == 0 || (least != 0 && x == least && y == (S)-1)) *bad = 1;
  }
}

template <typename S>
static lt_status check_division(int *bad, const lt_iter &it, S least) {
  Scratch found;
  LT_TRY(found.allocate(sizeof(int)));
  CUDA_TRY("division", cudaMemsetAsync(found.as<int>(), 0, sizeof(int), cuda_stream()));
  LT_TRY(for_parts(it, [&](const lt_iter &part) {
    return launch_flat("division", part.numel, division_kernel<S>, Walk<3>(part),
                       inputs_of<S, 2>(part), part.numel, least, found.as<int>());
  }));
  return cuda_read("division", bad, found.as<int>(), sizeof(int));
}

CUDA_KERNEL(division_check)(int *bad, int dtype, const lt_iter *it) {
  switch (dtype) {
  case LT_BYTE: return check_division<uint8_t>(bad, *it, 0);
  case LT_CHAR: return check_division<int8_t>(bad, *it, 0);
  case LT_SHORT: return check_division<int16_t>(bad, *it, 0);
  case LT_INT: return check_division<int32_t>(bad, *it, INT32_MIN);
  default: return check_division<int64_t>(bad, *it, INT64_MIN);
  }
}
