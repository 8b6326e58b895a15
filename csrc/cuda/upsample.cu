// Upsampling of Float and Double volumes: nearest elements, whole numbers of times, and linear
// interpolation in which the outermost elements keep their places. A thread for each output, or for
// each input where gradients are added up.
#include "cuda/cuda.cuh"

struct UpsampleSizes {
  int64_t in[3], out[3], scale[3];
};

static UpsampleSizes scaled(const int64_t *size, const int64_t *scale) {
  UpsampleSizes s;
  for (int d = 0; d < 3; d++)
    s.in[d] = size[d], s.scale[d] = scale[d], s.out[d] = size[d] * scale[d];
  return s;
}

static int64_t volume(const int64_t *size) { return size[0] * size[1] * size[2]; }

template <typename T>
__global__ void nearest_kernel(UpsampleSizes s, T *y, const T *x, int64_t total) {
  for (FLAT(i, total)) {
    int64_t at = i, w = at % s.out[2], h = (at /= s.out[2]) % s.out[1];
    int64_t t = (at /= s.out[1]) % s.out[0], n = at / s.out[0];
    int64_t row = (n * s.in[0] + t / s.scale[0]) * s.in[1] + h / s.scale[1];
    y[i] = x[row * s.in[2] + w / s.scale[2]];
  }
}

template <typename T>
__global__ void nearest_grad_kernel(UpsampleSizes s, T *gx, const T *gy, int64_t total) {
  for (FLAT(i, total)) {
    int64_t at = i, w = at % s.in[2], h = (at /= s.in[2]) % s.in[1];
    int64_t t = (at /= s.in[1]) % s.in[0], n = at / s.in[0];
    T sum = 0;
    for (int64_t a = 0; a < s.scale[0]; a++)
      for (int64_t b = 0; b < s.scale[1]; b++) {
        int64_t row = (n * s.out[0] + t * s.scale[0] + a) * s.out[1] + h * s.scale[1] + b;
        T part = 0;
        for (int64_t c = 0; c < s.scale[2]; c++) part += gy[row * s.out[2] + w * s.scale[2] + c];
        sum += part;
      }
    gx[i] = sum;
  }
}

CUDA_KERNEL(upsample_nearest)
(int dtype, int64_t n, const int64_t *size, const int64_t *scale, void *y, const void *x) {
  UpsampleSizes s = scaled(size, scale);
  int64_t total = n * volume(s.out);
  CUDA_SWITCH(
      dtype, CUDA_FOR_REAL, "upsample",
      return launch_flat("upsample", total, nearest_kernel<S>, s, (S *)y, (const S *)x, total))
}

CUDA_KERNEL(upsample_nearest_grad)
(int dtype, int64_t n, const int64_t *size, const int64_t *scale, void *gx, const void *gy) {
  UpsampleSizes s = scaled(size, scale);
  int64_t total = n * volume(s.in);
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "upsample",
              return launch_flat("upsample", total, nearest_grad_kernel<S>, s, (S *)gx,
                                 (const S *)gy, total))
}

// Output o of a dimension is w0 x[i0] + w1 x[i1]. Places are single precision in Torch7, for Double
// too.
template <typename T>
struct UpsampleTap {
  int64_t i0, i1;
  T w0, w1;
  __device__ UpsampleTap(int64_t o, int64_t size, float step) {
    float at = step * (float)o;
    i0 = (int64_t)at < size - 1 ? (int64_t)at : size - 1;
    i1 = i0 + 1 < size - 1 ? i0 + 1 : size - 1;
    w1 = (T)(at - (float)i0);
    w0 = 1 - w1;
  }
  __device__ T weight(int64_t i) const { return (i0 == i ? w0 : 0) + (i1 == i ? w1 : 0); }
};

struct UpsampleSteps {
  int64_t in[3], out[3];
  float step[3];
  UpsampleSteps(const int64_t *size, const int64_t *to) {
    for (int d = 0; d < 3; d++) {
      in[d] = size[d], out[d] = to[d];
      step[d] = to[d] > 1 ? (float)(size[d] - 1) / (float)(to[d] - 1) : 0;
    }
  }
  // The first output of dimension d whose i0 is at least i.
  __device__ int64_t first(int d, int64_t i) const {
    if (i <= 0) return 0;
    int64_t low = 0, high = out[d];
    while (low < high) {
      int64_t middle = low + (high - low) / 2;
      if (UpsampleTap<float>(middle, in[d], step[d]).i0 < i)
        low = middle + 1;
      else
        high = middle;
    }
    return low;
  }
};

template <typename T>
__global__ void linear_kernel(UpsampleSteps s, T *y, const T *x, int64_t total) {
  for (FLAT(i, total)) {
    int64_t at = i, ow = at % s.out[2], oh = (at /= s.out[2]) % s.out[1];
    int64_t ot = (at /= s.out[1]) % s.out[0], n = at / s.out[0];
    UpsampleTap<T> t(ot, s.in[0], s.step[0]), h(oh, s.in[1], s.step[1]), w(ow, s.in[2], s.step[2]);
    const T *from = x + n * s.in[0] * s.in[1] * s.in[2];
    T sides[2];
    for (int k = 0; k < 2; k++) {
      int64_t column = k ? w.i1 : w.i0, plane = s.in[1] * s.in[2];
      const T *a = from + t.i0 * plane + column, *b = from + t.i1 * plane + column;
      int64_t y0 = h.i0 * s.in[2], y1 = h.i1 * s.in[2];
      sides[k] = t.w0 * h.w0 * a[y0] + t.w0 * h.w1 * a[y1];
      if (t.i1 != t.i0) sides[k] += t.w1 * h.w0 * b[y0] + t.w1 * h.w1 * b[y1];
    }
    y[i] = w.w0 * sides[0] + w.w1 * sides[1];
  }
}

template <typename T>
__global__ void linear_grad_kernel(UpsampleSteps s, T *gx, const T *gy, int64_t total) {
  for (FLAT(i, total)) {
    int64_t at = i, place[3], first[3], last[3];
    for (int d = 2; d >= 0; d--) {
      place[d] = at % s.in[d];
      at /= s.in[d];
      first[d] = s.first(d, place[d] - 1);
      last[d] = s.first(d, place[d] + 1);
    }
    T sum = 0;
    for (int64_t ot = first[0]; ot < last[0]; ot++)
      for (int64_t oh = first[1]; oh < last[1]; oh++) {
        T share = UpsampleTap<T>(ot, s.in[0], s.step[0]).weight(place[0]) *
                  UpsampleTap<T>(oh, s.in[1], s.step[1]).weight(place[1]);
        const T *row = gy + ((at * s.out[0] + ot) * s.out[1] + oh) * s.out[2];
        T part = 0;
        for (int64_t ow = first[2]; ow < last[2]; ow++)
          part += UpsampleTap<T>(ow, s.in[2], s.step[2]).weight(place[2]) * row[ow];
        sum += share * part;
      }
    gx[i] = sum;
  }
}

CUDA_KERNEL(upsample_linear)
(int dtype, int64_t n, const int64_t *size, const int64_t *out, void *y, const void *x) {
  int64_t total = n * volume(out);
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "upsample",
              return launch_flat("upsample", total, linear_kernel<S>, UpsampleSteps(size, out),
                                 (S *)y, (const S *)x, total))
}

CUDA_KERNEL(upsample_linear_grad)
(int dtype, int64_t n, const int64_t *size, const int64_t *out, void *gx, const void *gy) {
  int64_t total = n * volume(size);
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "upsample",
              return launch_flat("upsample", total, linear_grad_kernel<S>, UpsampleSteps(size, out),
                                 (S *)gx, (const S *)gy, total))
}
