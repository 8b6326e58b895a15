// Negative log-likelihood of Float and Double x [n c inner], plain, focal and smoothed. The values
// check their targets; gradients, which wait for nothing, are NaN at targets out of range.
#include "cuda/classloss.cuh"

#include "core/functor.h"

namespace {

template <typename S>
struct Likelihood {
  int64_t c;
  Split inner;
  const S *x, *w;
  const int64_t *target;
  int64_t ignore;
  double gamma, smoothing;

  __device__ bool valid(int64_t i) const { return target[i] >= 1 && target[i] <= c; }
  // Position of the first class of item i.
  __device__ int64_t first(int64_t i) const {
    int64_t column = inner.take(i);
    return i * c * inner.size + column;
  }
  __device__ double weight(int64_t k) const { return w ? (double)w[k] : 1; }
};

template <typename S>
struct Values : ClassSum, Likelihood<S> {
  explicit Values(const Likelihood<S> &s) : Likelihood<S>(s) {}
  __device__ void take(Acc &acc, int64_t i) const {
    if (this->target[i] == this->ignore) return;
    if (!this->valid(i)) {
      if (i < acc.bad) acc.bad = i;
      return;
    }
    const S *x = this->x + this->first(i);
    int64_t t = this->target[i] - 1, stride = this->inner.size;
    double v = (double)x[t * stride], weight = this->weight(t), all = 0;
    if (this->gamma != 0) {
      double q = -m_expm1(v);
      v *= m_pow(q > 0 ? q : 0, this->gamma);
    }
    if (this->smoothing != 0)
      for (int64_t k = 0; k < this->c; k++) all += (double)x[k * stride] * this->weight(k);
    acc.sum -= (1 - this->smoothing) * v * weight + this->smoothing / (double)this->c * all;
    acc.weight += weight;
  }
};

template <typename S>
__global__ void slopes_kernel(Likelihood<S> s, Channels at, int64_t total, S *gx, double factor) {
  for (FLAT(p, total)) {
    int64_t i = p, column = at.inner.take(i), k = at.c.take(i), item = i * s.inner.size + column;
    int64_t target = s.target[item];
    if (target == s.ignore || !s.valid(item)) {
      gx[p] = target == s.ignore ? 0 : (S)NAN;
      continue;
    }
    double slope = -factor * s.smoothing / (double)s.c * s.weight(k);
    if (k == target - 1) {
      double own = 1;
      if (s.gamma != 0) {
        double v = (double)s.x[p], q = -m_expm1(v);
        double power = q > 0 ? m_pow(q, s.gamma) : 0;
        own = q > 0 ? power - s.gamma * power / q * (1 - q) * v : 0;
      }
      slope -= own * factor * (1 - s.smoothing) * s.weight(k);
    }
    gx[p] = (S)slope;
  }
}

template <typename S>
lt_status value(const char *op, double *out, int64_t n, const Likelihood<S> &s) {
  ClassTotal t;
  LT_TRY(total(op, Values<S>(s), n * s.inner.size, &t));
  LT_TRY(check_total(op, t, s.target, s.c));
  if (cuda_recording()) {
    // gradients of means need the sum of weights as a number
    if (s.w) LT_TRY(cuda_unrecorded(op, "adds up weights of classes for the CPU"));
    t.weight = (double)(n * s.inner.size);
  }
  out[0] = t.sum, out[1] = t.weight;
  return LT_OK;
}

template <typename S>
lt_status slopes(const char *op, int64_t n, const Likelihood<S> &s, void *gx, double factor) {
  int64_t total = n * s.c * s.inner.size;
  return launch_flat(op, total, slopes_kernel<S>, s, Channels(n, s.c, s.inner.size), total, (S *)gx,
                     factor);
}

} // namespace

CUDA_KERNEL(nll)
(int dtype, double *out, int64_t n, int64_t c, int64_t inner, const void *x, const int64_t *target,
 const void *weights,
 int64_t ignore){CUDA_SWITCH(dtype, CUDA_FOR_REAL, "nll",
                             return value<S>("nll", out, n,
                                             {c, Split(inner, n *inner), (const S *)x,
                                              (const S *)weights, target, ignore, 0, 0}))}

CUDA_KERNEL(nll_grad)(int dtype, int64_t n, int64_t c, int64_t inner, void *gx,
                      const int64_t *target, const void *weights, int64_t ignore, double factor){
    CUDA_SWITCH(dtype, CUDA_FOR_REAL, "nll",
                return slopes<S>("nll", n,
                                 {c, Split(inner, n *inner), nullptr, (const S *)weights, target,
                                  ignore, 0, 0},
                                 gx, factor))}

CUDA_KERNEL(softnll)(int dtype, double *out, int64_t n, int64_t c, int64_t inner, const void *x,
                     const int64_t *target, const void *weights, int64_t ignore, double gamma,
                     double smoothing){
    CUDA_SWITCH(dtype, CUDA_FOR_REAL, "softnll",
                return value<S>("softnll", out, n,
                                {c, Split(inner, n *inner), (const S *)x, (const S *)weights,
                                 target, ignore, gamma, smoothing}))}

CUDA_KERNEL(softnll_grad)(int dtype, int64_t n, int64_t c, int64_t inner, void *gx, const void *x,
                          const int64_t *target, const void *weights, int64_t ignore, double gamma,
                          double smoothing, double factor) {
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "softnll",
              return slopes<S>("softnll", n,
                               {c, Split(inner, n * inner), (const S *)x, (const S *)weights,
                                target, ignore, gamma, smoothing},
                               gx, factor))
}
