// Pictures of another size, as weighted sums of rows and columns: the weights, as on the CPU, and
// then a thread for each pixel of the result.
#include "cuda/cuda.cuh"

#include "core/image_scale.h"
#include "cuda/image.cuh"

__global__ void sums_kernel(lti_sums rows, lti_sums columns) {
  for (FLAT(i, rows.n + columns.n))
    if (i < rows.n)
      lti_sums_fill(&rows, i);
    else
      lti_sums_fill(&columns, i - rows.n);
}

// a + b * c rounded twice, as the CPU does.
__device__ inline float plus(float a, float b, float c) { return __fadd_rn(a, __fmul_rn(b, c)); }
__device__ inline double plus(double a, double b, double c) {
  return __dadd_rn(a, __dmul_rn(b, c));
}

// The sum at one place of a row, which starts at x.
template <typename T, typename A>
__device__ inline A along_row(const lti_sums &columns, const T *x, int64_t at) {
  A sum = 0;
  for (int64_t l = 0; l < columns.count; l++) {
    int64_t k = l * columns.n + at;
    sum = plus(sum, (A)columns.weight[k], (A)x[columns.at[k]]);
  }
  return sum;
}

// The sum at one place of a column, which starts at x. Rows without weight do not count.
template <typename T, typename A>
__device__ inline A along_column(const lti_sums &rows, const T *x, int64_t w, int64_t at) {
  A sum = 0;
  for (int64_t l = 0; l < rows.count; l++) {
    int64_t k = l * rows.n + at;
    A weight = (A)rows.weight[k];
    if (l == 0 || weight != 0) sum = plus(sum, weight, (A)x[rows.at[k] * w]);
  }
  return sum;
}

// As on the CPU, columns come first where there will be more rows than before.
template <typename T, typename A>
__global__ void scale_kernel(T *r, const T *x, lti_sums rows, lti_sums columns, int64_t total) {
  for (FLAT(i, total)) {
    int64_t line = i / columns.n, at = i % columns.n, y = line % rows.n;
    const T *plane = x + line / rows.n * rows.n0 * columns.n0;
    A sum = 0;
    if (rows.n > rows.n0)
      for (int64_t l = 0; l < rows.count; l++) {
        int64_t k = l * rows.n + y;
        A weight = (A)rows.weight[k];
        if (l > 0 && weight == 0) continue;
        sum = plus(sum, weight, along_row<T, A>(columns, plane + rows.at[k] * columns.n0, at));
      }
    else
      for (int64_t l = 0; l < columns.count; l++) {
        int64_t k = l * columns.n + at;
        A part = along_column<T, A>(rows, plane + columns.at[k], columns.n0, y);
        sum = plus(sum, (A)columns.weight[k], part);
      }
    store_pixel(r + i, sum);
  }
}

CUDA_KERNEL(image_scale)
(int dtype, void *r, const void *x, int64_t planes, int64_t h, int64_t w, int64_t h0, int64_t w0,
 int mode) {
  static const char *const op = "image_scale";
  lti_sums rows = lti_sums_of(mode, h, h0), columns = lti_sums_of(mode, w, w0);
  Scratch row_memory, column_memory;
  LT_TRY(row_memory.allocate(lti_sums_bytes(&rows)));
  LT_TRY(column_memory.allocate(lti_sums_bytes(&columns)));
  lti_sums_place(&rows, row_memory.as<void>());
  lti_sums_place(&columns, column_memory.as<void>());
  LT_TRY(launch_flat(op, h + w, sums_kernel, rows, columns));
  int64_t total = planes * h * w;
  if (dtype == LT_DOUBLE)
    return launch_flat(op, total, scale_kernel<double, double>, (double *)r, (const double *)x,
                       rows, columns, total);
  if (dtype == LT_FLOAT)
    return launch_flat(op, total, scale_kernel<float, float>, (float *)r, (const float *)x, rows,
                       columns, total);
  return launch_flat(op, total, scale_kernel<uint8_t, float>, (uint8_t *)r, (const uint8_t *)x,
                     rows, columns, total);
}
