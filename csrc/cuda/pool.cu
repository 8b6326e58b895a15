// Pooling of Float and Double volumes over windows and over regions of uneven places: one thread to
// an output, or, for gradients of means, to an input, which sums what it gave to.
#include "cuda/lanes.cuh"

extern "C" {
#include "core/pool.h"
}

namespace {

enum { T = LT_POOL_T, H = LT_POOL_H, W = LT_POOL_W };

struct Span {
  int64_t begin, end, step;
  __device__ int64_t size() const { return end - begin; }
};

// The place along each dimension of positions in n volumes.
struct Places {
  Split t, h, w;

  Places(int64_t n, const int64_t *size)
      : t(size[T], n * lti_volume(size)), h(size[H], n * lti_volume(size)),
        w(size[W], n * lti_volume(size)) {}

  // at[] = the place of position i; i becomes its volume.
  __device__ void take(int64_t &i, int64_t at[3]) const {
    at[W] = w.take(i);
    at[H] = h.take(i);
    at[T] = t.take(i);
  }
};

__device__ int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
__device__ int64_t most(int64_t a, int64_t b) { return a > b ? a : b; }

__device__ int64_t volume(const int64_t *size) { return size[T] * size[H] * size[W]; }

// ---- regions: which places of dimension d output o of volume n takes, which outputs take a place,
// and what their mean divides by ----

struct Windows {
  lt_pool s;
  bool count_pad;
  __device__ Span of(int64_t, int d, int64_t o) const {
    int64_t at = o * s.step[d] - s.pad[d], step = s.dilation[d];
    int64_t first = at < 0 ? at + (-at + step - 1) / step * step : at;
    return {first, least(s.size[d], at + (s.window[d] - 1) * step + 1), step};
  }
  // Without dilation.
  __device__ Span outputs(int d, int64_t place) const {
    int64_t at = place + s.pad[d], first = at - s.window[d];
    return {first < 0 ? 0 : first / s.step[d] + 1, least(s.out[d], at / s.step[d] + 1), 1};
  }
  __device__ int64_t counted(int d, int64_t o) const {
    int64_t begin = o * s.step[d] - s.pad[d];
    int64_t end = least(begin + s.window[d], s.size[d] + s.pad[d]);
    return count_pad ? end - begin : least(end, s.size[d]) - most(0, begin);
  }
};

struct Adaptive {
  lt_pool s;
  __device__ Span of(int64_t, int d, int64_t o) const {
    return {o * s.size[d] / s.out[d], ((o + 1) * s.size[d] + s.out[d] - 1) / s.out[d], 1};
  }
  __device__ Span outputs(int d, int64_t place) const {
    return {place * s.out[d] / s.size[d], ((place + 1) * s.out[d] + s.size[d] - 1) / s.size[d], 1};
  }
  __device__ int64_t counted(int d, int64_t o) const { return of(0, d, o).size(); }
};

// Starts are floor((o + u) step) - floor(u step), the last region ends with the input. Graham,
// Fractional Max-Pooling, 2014.
template <typename S>
struct Fractional {
  lt_pool s;
  int samples;
  const S *u;
  __device__ Span of(int64_t n, int d, int64_t o) const {
    int64_t last = s.size[d] - s.window[d];
    S step = s.out[d] > 1 ? (S)last / (S)(s.out[d] - 1) : 0;
    S sample = W - d < samples ? u[n * samples + W - d] : 0;
    int64_t at = (int64_t)(((S)o + sample) * step) - (int64_t)(sample * step);
    if (o == s.out[d] - 1 || at > last) at = last;
    return {at, at + s.window[d], 1};
  }
};

struct NoSample {
  template <typename S>
  __device__ static bool is(S u) {
    return !(u >= 0 && u <= 1);
  }
};

// ---- kernels ----

template <typename S, typename R>
__global__ void max_kernel(R r, Places out, int64_t total, S *y, int64_t *indices, const S *xs) {
  for (FLAT(i, total)) {
    int64_t n = i, o[3];
    out.take(n, o);
    const S *x = xs + n * volume(r.s.size);
    Span t = r.of(n, T, o[T]), h = r.of(n, H, o[H]), w = r.of(n, W, o[W]);
    int64_t best = (t.begin * r.s.size[H] + h.begin) * r.s.size[W] + w.begin;
    S value = x[best];
    for (int64_t a = t.begin; a < t.end; a += t.step)
      for (int64_t b = h.begin; b < h.end; b += h.step)
        for (int64_t c = w.begin; c < w.end; c += w.step) {
          int64_t place = (a * r.s.size[H] + b) * r.s.size[W] + c;
          S v = x[place];
          if (v > value || v != v) value = v, best = place;
        }
    y[i] = value;
    indices[i] = best + 1;
  }
}

template <typename S, typename R>
__global__ void mean_kernel(R r, Places out, int64_t total, S *y, const S *xs) {
  for (FLAT(i, total)) {
    int64_t n = i, o[3];
    out.take(n, o);
    const S *x = xs + n * volume(r.s.size);
    Span t = r.of(n, T, o[T]), h = r.of(n, H, o[H]), w = r.of(n, W, o[W]);
    S sum = 0;
    for (int64_t a = t.begin; a < t.end; a++)
      for (int64_t b = h.begin; b < h.end; b++)
        for (int64_t c = w.begin; c < w.end; c++) sum += x[(a * r.s.size[H] + b) * r.s.size[W] + c];
    y[i] = sum / (S)(r.counted(T, o[T]) * r.counted(H, o[H]) * r.counted(W, o[W]));
  }
}

template <typename S, typename R>
__global__ void mean_grad_kernel(R r, Places in, int64_t total, S *gx, const S *gys) {
  for (FLAT(i, total)) {
    int64_t n = i, at[3];
    in.take(n, at);
    const S *gy = gys + n * volume(r.s.out);
    Span t = r.outputs(T, at[T]), h = r.outputs(H, at[H]), w = r.outputs(W, at[W]);
    S sum = 0;
    for (int64_t a = t.begin; a < t.end; a++)
      for (int64_t b = h.begin; b < h.end; b++)
        for (int64_t c = w.begin; c < w.end; c++)
          sum += gy[(a * r.s.out[H] + b) * r.s.out[W] + c] /
                 (S)(r.counted(T, a) * r.counted(H, b) * r.counted(W, c));
    gx[i] = sum;
  }
}

template <typename S, typename R>
lt_status maxima(const char *op, const R &r, void *y, int64_t *indices, const void *x) {
  int64_t total = r.s.n * lti_volume(r.s.out);
  return launch_flat(op, total, max_kernel<S, R>, r, Places(r.s.n, r.s.out), total, (S *)y, indices,
                     (const S *)x);
}

template <typename R>
lt_status means(const char *op, int dtype, const R &r, void *y, const void *x) {
  int64_t total = r.s.n * lti_volume(r.s.out);
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, op,
              return launch_flat(op, total, mean_kernel<S, R>, r, Places(r.s.n, r.s.out), total,
                                 (S *)y, (const S *)x))
}

template <typename R>
lt_status mean_grads(const char *op, int dtype, const R &r, void *gx, const void *gy) {
  int64_t total = r.s.n * lti_volume(r.s.size);
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, op,
              return launch_flat(op, total, mean_grad_kernel<S, R>, r, Places(r.s.n, r.s.size),
                                 total, (S *)gx, (const S *)gy))
}

} // namespace

CUDA_KERNEL(maxpool)
(int dtype, const lt_pool *s, void *y, int64_t *indices,
 const void *x){CUDA_SWITCH(dtype, CUDA_FOR_REAL, "maxpool",
                            return maxima<S>("maxpool", Windows{*s, false}, y, indices, x))}

CUDA_KERNEL(avgpool)(int dtype, const lt_pool *s, int count_pad, void *y, const void *x) {
  return means("avgpool", dtype, Windows{*s, count_pad != 0}, y, x);
}

CUDA_KERNEL(avgpool_grad)(int dtype, const lt_pool *s, int count_pad, void *gx, const void *gy) {
  return mean_grads("avgpool", dtype, Windows{*s, count_pad != 0}, gx, gy);
}

CUDA_KERNEL(adaptive_maxpool)
(int dtype, const lt_pool *s, void *y, int64_t *indices,
 const void *x){CUDA_SWITCH(dtype, CUDA_FOR_REAL, "adaptive_maxpool",
                            return maxima<S>("adaptive_maxpool", Adaptive{*s}, y, indices, x))}

CUDA_KERNEL(adaptive_avgpool)(int dtype, const lt_pool *s, void *y, const void *x) {
  return means("adaptive_avgpool", dtype, Adaptive{*s}, y, x);
}

CUDA_KERNEL(adaptive_avgpool_grad)(int dtype, const lt_pool *s, void *gx, const void *gy) {
  return mean_grads("adaptive_avgpool", dtype, Adaptive{*s}, gx, gy);
}

CUDA_KERNEL(fractional_maxpool)
(int dtype, const lt_pool *s, int samples, void *y, int64_t *indices, const void *x,
 const void *u) {
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "fractional_maxpool", {
    int64_t at;
    double v = 0;
    LT_TRY((find<S, NoSample>("fractional_maxpool", s->n * samples, u, &at, &v)));
    LT_CHECK(at < 0, ERANGE, "fractional_maxpool: sample %g is not between 0 and 1", v);
    return maxima<S>("fractional_maxpool", Fractional<S>{*s, samples, (const S *)u}, y, indices, x);
  })
}
