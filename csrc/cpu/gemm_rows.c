/* Matrix products with a row added to every row, as linear layers with a bias need. */
#include "cpu/isa.h"

lt_status CPU(gemm_rows)(int dtype, int transa, int transb, int64_t m, int64_t n, int64_t k,
                         const void *a, const void *b, const void *row, void *c) {
  const lt_scalar one = {.f = 1};
  LT_TRY(CPU(rows_set)(dtype, m, n, row, c));
  return CPU(gemm)(dtype, transa, transb, m, n, k, one, a, transa ? m : k, b, transb ? k : n, one,
                   c, n);
}
