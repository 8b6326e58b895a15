// Convolution of single channels, without columns: a thread makes one output, or one input's
// gradient; a block one weight's. Half types are summed in float.
#include "cuda/conv.cuh"
#include "cuda/lanes.cuh"

namespace {

template <typename S>
__global__ void forward_kernel(ConvShape s, Channels at, int64_t total, S *y, const S *xs,
                               const S *w, const S *bias) {
  typedef typename Compute<S>::type T;
  for (FLAT(i, total)) {
    int64_t n = i, o = at.inner.take(n), k = at.c.take(n);
    const S *x = xs + (n * s.c + k / s.kg) * s.volume;
    T sum = bias ? load(bias + k) : (T)0;
    for (int64_t tap = 0; tap < s.taps; tap++) {
      int64_t place = s.input_of(o, tap);
      if (place >= 0) sum += load(w + k * s.taps + tap) * load(x + place);
    }
    store(y + i, sum);
  }
}

template <typename S>
__global__ void grad_input_kernel(ConvShape s, Channels at, int64_t total, S *gx, const S *gy,
                                  const S *w, const S *bias) {
  typedef typename Compute<S>::type T;
  for (FLAT(i, total)) {
    int64_t n = i, place = at.inner.take(n), c = at.c.take(n);
    T sum = bias ? load(bias + c) : (T)0;
    for (int64_t k = c * s.kg; k < (c + 1) * s.kg; k++) {
      const S *g = gy + (n * s.k + k) * s.outputs, *kernel = w + k * s.taps;
      s.outputs_of(place, [&](int64_t o, int64_t tap) { sum += load(g + o) * load(kernel + tap); });
    }
    store(gx + i, sum);
  }
}

// Lines are the weights, elements the outputs of all samples.
template <typename T>
struct WeightGradient {
  typedef T Acc;
  __device__ Acc start() const { return 0; }
  __device__ void combine(Acc &acc, const Acc &later) const { acc += later; }
};

template <typename S>
__global__ void grad_weight_kernel(ConvShape s, Lanes l, Split outputs, S *gw, const S *x,
                                   const S *gy, typename Compute<S>::type scale) {
  typedef typename Compute<S>::type T;
  DYNAMIC_SHARED(T, all);
  for (LINES(line, l)) {
    int64_t k = line / s.taps, tap = line % s.taps;
    T sum = 0;
    for (int64_t e = l.lane(); line < l.count && e < l.len; e += l.lanes) {
      int64_t n = e, o = outputs.take(n), place = s.input_of(o, tap);
      if (place >= 0)
        sum += load(gy + (n * s.k + k) * s.outputs + o) *
               load(x + (n * s.c + k / s.kg) * s.volume + place);
    }
    sum = join_lanes(WeightGradient<T>(), all, sum, l);
    if (line < l.count && l.lane() == 0) store(gw + line, load(gw + line) + scale * sum);
  }
}

} // namespace

template <typename S>
lt_status depthwise_forward(const ConvShape &s, S *y, const S *x, const S *w, const S *bias) {
  int64_t total = s.n * s.k * s.outputs;
  return launch_flat("conv", total, forward_kernel<S>, s, Channels(s.n, s.k, s.outputs), total, y,
                     x, w, bias);
}

template <typename S>
lt_status depthwise_grad_input(const ConvShape &s, S *gx, const S *gy, const S *w, const S *bias) {
  int64_t total = s.n * s.c * s.volume;
  return launch_flat("conv", total, grad_input_kernel<S>, s, Channels(s.n, s.c, s.volume), total,
                     gx, gy, w, bias);
}

template <typename S>
lt_status depthwise_grad_weight(const ConvShape &s, S *gw, const S *x, const S *gy, double scale) {
  typedef typename Compute<S>::type T;
  Lanes l(s.k * s.taps, s.n * s.outputs, false);
  return launch("conv", grad_weight_kernel<S>, l.blocks(), REDUCE_THREADS,
                REDUCE_THREADS * sizeof(T), s, l, Split(s.outputs, l.len), gw, x, gy, (T)scale);
}

#define INSTANCE(S)                                                                        \
  template lt_status depthwise_forward<S>(const ConvShape &, S *, const S *, const S *,    \
                                          const S *);                                      \
  template lt_status depthwise_grad_input<S>(const ConvShape &, S *, const S *, const S *, \
                                             const S *);                                   \
  template lt_status depthwise_grad_weight<S>(const ConvShape &, S *, const S *, const S *, double);
INSTANCE(float)
INSTANCE(double)
INSTANCE(__half)
INSTANCE(__nv_bfloat16)
