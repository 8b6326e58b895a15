// conv.cuh: the geometry of a convolution on the device, what it does to channels, and its kernels
// for single channels and for half types.
#ifndef LT_CUDA_CONV_CUH
#define LT_CUDA_CONV_CUH

#include "cuda/gemm.cuh"
#include "cuda/lanes.cuh"

extern "C" {
#include "core/window.h"
}

// The windows along one dimension.
struct ConvLine {
  int64_t in, out, window, step, pad, dilation;

  __device__ int64_t input(int64_t o, int64_t tap) const { return o * step - pad + tap * dilation; }
  // The output that meets the input at a place with a tap, or -1.
  __device__ int64_t output(int64_t place, int64_t tap) const {
    int64_t at = place + pad - tap * dilation;
    int64_t o = at / step;
    return at >= 0 && o * step == at && o < out ? o : -1;
  }
};

struct ConvShape {
  int64_t n, c, k, groups, cg, kg; // channels of a group: cg in, kg out
  ConvLine t, h, w;
  int64_t volume, outputs, taps; // places of a channel in and out, elements of a window
  Split ow, oh, iw, ih, kw, kh;

  explicit ConvShape(const lt_window &s)
      : n(s.n), c(s.c), k(s.k), groups(s.groups), cg(s.c / s.groups),
        kg(s.k / s.groups), t{s.t, s.ot, s.kt, s.st, s.pt, s.dt},
        h{s.h, s.oh, s.kh, s.sh, s.ph, s.dh}, w{s.w, s.ow, s.kw, s.sw, s.pw, s.dw},
        volume(s.t * s.h * s.w), outputs(s.ot * s.oh * s.ow), taps(s.kt * s.kh * s.kw),
        ow(s.ow, outputs), oh(s.oh, outputs), iw(s.w, volume), ih(s.h, volume), kw(s.kw, taps),
        kh(s.kh, taps) {}

  // One input channel to a group, of several.
  bool depthwise() const { return cg == 1 && groups > 1; }
  // Windows of one place, all of which are outputs in their order: nothing needs unfolding.
  bool direct() const {
    return taps == 1 && t.step == 1 && h.step == 1 && w.step == 1 && t.pad + h.pad + w.pad == 0;
  }

  // The place in a channel that a tap of output o reads, or -1 outside.
  __device__ int64_t input_of(int64_t o, int64_t tap) const {
    int64_t x = w.input(ow.take(o), kw.take(tap));
    int64_t y = h.input(oh.take(o), kh.take(tap));
    int64_t z = t.input(o, tap);
    bool inside = x >= 0 && x < w.in && y >= 0 && y < h.in && z >= 0 && z < t.in;
    return inside ? (z * h.in + y) * w.in + x : -1;
  }

  // Calls f(o, tap) for the outputs that read a place of a channel.
  template <typename F>
  __device__ void outputs_of(int64_t place, F f) const {
    int64_t x = iw.take(place), y = ih.take(place);
    for (int64_t a = 0; a < t.window; a++) {
      int64_t oz = t.output(place, a);
      for (int64_t b = 0; oz >= 0 && b < h.window; b++) {
        int64_t oy = h.output(y, b);
        for (int64_t d = 0; oy >= 0 && d < w.window; d++) {
          int64_t ox = w.output(x, d);
          if (ox >= 0) f((oz * h.out + oy) * w.out + ox, (a * h.window + b) * w.window + d);
        }
      }
    }
  }
};

template <typename S>
__global__ void set_channels_kernel(Channels at, int64_t total, S *y, const S *bias) {
  for (FLAT(i, total)) y[i] = bias[at.channel(i)];
}

// y[n c inner] = the bias of its channel.
template <typename S>
lt_status set_channels(int64_t n, int64_t c, int64_t inner, S *y, const S *bias) {
  int64_t total = n * c * inner;
  return launch_flat("conv", total, set_channels_kernel<S>, Channels(n, c, inner), total, y, bias);
}

template <typename S>
struct BiasGradient {
  typedef double Acc;
  const S *gy;
  S *gb;
  double scale;
  __device__ Acc start() const { return 0; }
  __device__ void take(Acc &acc, int64_t at, int64_t, int64_t) const {
    acc += (double)load(gy + at);
  }
  __device__ void combine(Acc &acc, const Acc &later) const { acc += later; }
  __device__ void finish(const Acc &acc, int64_t c) const {
    typedef typename Compute<S>::type T;
    store(gb + c, (T)(load(gb + c) + (T)(scale * acc)));
  }
};

// gb += scale times the sums of gy over channels.
template <typename S>
lt_status bias_gradient(const ConvShape &s, S *gb, const S *gy, double scale) {
  return sum_channels("conv", BiasGradient<S>{gy, gb, scale}, s.n, s.k, s.outputs);
}

// (conv_depthwise.cu) Groups of one input and kg output channels.
template <typename S>
lt_status depthwise_forward(const ConvShape &s, S *y, const S *x, const S *w, const S *bias);
template <typename S>
lt_status depthwise_grad_input(const ConvShape &s, S *gx, const S *gy, const S *w, const S *bias);
template <typename S>
lt_status depthwise_grad_weight(const ConvShape &s, S *gw, const S *x, const S *gy, double scale);

// (conv_half.cu) Half and BFloat16, as conv and its gradients in kernels.def.
lt_status half_forward(int dtype, const lt_window &s, void *y, const void *x, const void *w,
                       const void *bias);
lt_status half_grad_input(int dtype, const lt_window &s, void *gx, const void *gy, const void *w,
                          const void *bias);
lt_status half_grad_weight(int dtype, const lt_window &s, void *gw, void *gb, const void *x,
                           const void *gy, double scale);

#endif
