// Correlation of planes with kernels, as core/correlation.h has it: one thread for each result,
// which adds up the taps that meet elements of the planes, in order; integers wrap.
#include "cuda/cuda.cuh"

// First and last tap of `k` that lie in n elements, from place `at` on.
struct CorrelationTaps {
  int64_t begin, end;
  __device__ CorrelationTaps(int64_t at, int64_t k, int64_t n)
      : begin(at < 0 ? -at : 0), end(at + k > n ? n - at : k) {}
};

// Sums are of type A.
template <typename T, typename A>
__global__ void xcorr_kernel(lt_correlation s, T *r, const T *x, const T *k, int64_t total) {
  int64_t plane = s.d * s.h * s.w, taps = s.kd * s.kh * s.kw;
  for (FLAT(i, total)) {
    int64_t at = i, ow = at % s.ow, oh = (at /= s.ow) % s.oh, od = (at /= s.oh) % s.od;
    int64_t q = at / s.od, group = q / s.q; // q counts over all groups
    if (s.full) od -= s.kd - 1, oh -= s.kh - 1, ow -= s.kw - 1;
    CorrelationTaps d(od, s.kd, s.d), h(oh, s.kh, s.h), w(ow, s.kw, s.w);
    A sum = 0;
    for (int64_t p = 0; p < s.p; p++) {
      const T *from = x + (group * s.p + p) * plane;
      const T *kernel = k + (q * s.p + p) * taps;
      for (int64_t a = d.begin; a < d.end; a++)
        for (int64_t b = h.begin; b < h.end; b++) {
          const T *row = from + ((od + a) * s.h + oh + b) * s.w + ow;
          int64_t tap = (a * s.kh + b) * s.kw;
          for (int64_t c = w.begin; c < w.end; c++)
            sum += (A)row[c] * (A)kernel[s.flip ? taps - 1 - tap - c : tap + c];
        }
    }
    r[i] = (T)sum;
  }
}

template <typename T, typename A>
static lt_status correlate(const lt_correlation &s, void *r, const void *x, const void *k) {
  int64_t total = s.groups * s.q * s.od * s.oh * s.ow;
  return launch_flat("xcorr", total, xcorr_kernel<T, A>, s, (T *)r, (const T *)x, (const T *)k,
                     total);
}

// Integers are computed as unsigned numbers, which wrap.
CUDA_KERNEL(xcorr)(int dtype, const lt_correlation *s, void *r, const void *x, const void *k) {
  switch (dtype) {
  case LT_FLOAT: return correlate<float, float>(*s, r, x, k);
  case LT_DOUBLE: return correlate<double, double>(*s, r, x, k);
  case LT_BYTE:
  case LT_CHAR: return correlate<uint8_t, uint32_t>(*s, r, x, k);
  case LT_SHORT: return correlate<uint16_t, uint32_t>(*s, r, x, k);
  case LT_INT: return correlate<uint32_t, uint32_t>(*s, r, x, k);
  case LT_LONG: return correlate<uint64_t, uint64_t>(*s, r, x, k);
  default: return lti_fail(LT_ENOTIMPL, "xcorr: no kernel for %s on the GPU", lt_dtype_name(dtype));
  }
}
