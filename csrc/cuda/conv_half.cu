// Convolution of Half and BFloat16, summed in float: of single channels by kernels of their own,
// the rest by cuDNN; what it does not have goes to the kernels for Float, whose operands are
// copies.
#include "cuda/conv.cuh"

#include "cuda/cudnn.cuh"

extern "C" {
lt_status cuda_copy(const lt_iter *it, int dst, int src);
lt_status cuda_conv(int dtype, const lt_window *s, void *y, const void *x, const void *w,
                    const void *bias);
lt_status cuda_conv_grad_input(int dtype, const lt_window *s, void *gx, const void *gy,
                               const void *w, const void *bias);
lt_status cuda_conv_grad_weight(int dtype, const lt_window *s, void *gw, void *gb, const void *x,
                                const void *gy, double scale);
}

namespace {

lt_status convert(int64_t n, int to, void *dst, int from, const void *src) {
  lt_iter it = {};
  it.nop = 2, it.ndim = 1;
  it.numel = it.size[0] = n;
  it.base[0] = (char *)dst, it.base[1] = (char *)src;
  it.stride[0][0] = lti_elsize(to), it.stride[1][0] = lti_elsize(from);
  return cuda_copy(&it, to, from);
}

// A buffer of floats that stands for one of n elements of a half type; NULL stands for NULL.
class Floats {
public:
  Floats(int dtype_, const void *from, int64_t n_) : dtype(dtype_), of((void *)from), n(n_) {}
  lt_status make() { return of ? block.allocate((size_t)n * sizeof(float)) : LT_OK; }
  lt_status take() {
    LT_TRY(make());
    return of ? convert(n, LT_FLOAT, data(), dtype, of) : LT_OK;
  }
  lt_status give_back() { return of ? convert(n, dtype, of, LT_FLOAT, data()) : LT_OK; }
  float *data() { return block.as<float>(); }

private:
  int dtype;
  void *of;
  int64_t n;
  Scratch block;
};

int64_t inputs(const ConvShape &s) { return s.n * s.c * s.volume; }
int64_t outputs(const ConvShape &s) { return s.n * s.k * s.outputs; }
int64_t weights(const ConvShape &s) { return s.k * s.cg * s.taps; }

// Runs `return call;` with S the type of a half dtype.
#define CUDA_FOR_HALVES(M, ...) M(__half, HALF, __VA_ARGS__) M(__nv_bfloat16, BFLOAT16, __VA_ARGS__)
#define HALVES(call) CUDA_SWITCH(dtype, CUDA_FOR_HALVES, "conv", return call)

lt_status add_bias_gradient(int dtype, const ConvShape &s, void *gb, const void *gy,
                            double scale){HALVES(bias_gradient(s, (S *)gb, (const S *)gy, scale))}

lt_status add_weight_gradient(int dtype, const ConvShape &s, void *gw, const void *x,
                              const void *gy, double scale) {
  HALVES(depthwise_grad_weight(s, (S *)gw, (const S *)x, (const S *)gy, scale))
}

} // namespace

lt_status half_forward(int dtype, const lt_window &window, void *y, const void *x, const void *w,
                       const void *bias) {
  ConvShape s(window);
  if (s.depthwise())
    HALVES(depthwise_forward(s, (S *)y, (const S *)x, (const S *)w, (const S *)bias))
  bool done;
  if (bias) LT_TRY(set_channels(s.n, s.k, s.outputs, (uint16_t *)y, (const uint16_t *)bias));
  LT_TRY(cudnn_convolve(CUDNN_FORWARD, dtype, window, x, w, y, 1, bias != nullptr, &done));
  if (done) return LT_OK;
  Floats fy(dtype, y, outputs(s)), fx(dtype, x, inputs(s)), fw(dtype, w, weights(s));
  Floats fb(dtype, bias, s.k);
  LT_TRY(fx.take());
  LT_TRY(fw.take());
  LT_TRY(fb.take());
  LT_TRY(fy.make());
  LT_TRY(cuda_conv(LT_FLOAT, &window, fy.data(), fx.data(), fw.data(), fb.data()));
  return fy.give_back();
}

lt_status half_grad_input(int dtype, const lt_window &window, void *gx, const void *gy,
                          const void *w, const void *bias) {
  ConvShape s(window);
  if (s.depthwise())
    HALVES(depthwise_grad_input(s, (S *)gx, (const S *)gy, (const S *)w, (const S *)bias))
  bool done;
  if (bias) LT_TRY(set_channels(s.n, s.c, s.volume, (uint16_t *)gx, (const uint16_t *)bias));
  LT_TRY(cudnn_convolve(CUDNN_DATA, dtype, window, w, gy, gx, 1, bias != nullptr, &done));
  if (done) return LT_OK;
  Floats fx(dtype, gx, inputs(s)), fy(dtype, gy, outputs(s)), fw(dtype, w, weights(s));
  Floats fb(dtype, bias, s.c);
  LT_TRY(fy.take());
  LT_TRY(fw.take());
  LT_TRY(fb.take());
  LT_TRY(fx.make());
  LT_TRY(cuda_conv_grad_input(LT_FLOAT, &window, fx.data(), fy.data(), fw.data(), fb.data()));
  return fx.give_back();
}

lt_status half_grad_weight(int dtype, const lt_window &window, void *gw, void *gb, const void *x,
                           const void *gy, double scale) {
  ConvShape s(window);
  bool done = !gw;
  if (gw && s.depthwise()) {
    LT_TRY(add_weight_gradient(dtype, s, gw, x, gy, scale));
    done = true;
  }
  if (!done) LT_TRY(cudnn_convolve(CUDNN_WEIGHTS, dtype, window, x, gy, gw, scale, 1, &done));
  if (!done) {
    Floats fw(dtype, gw, weights(s)), fx(dtype, x, inputs(s)), fy(dtype, gy, outputs(s));
    LT_TRY(fw.take());
    LT_TRY(fx.take());
    LT_TRY(fy.take());
    LT_TRY(
        cuda_conv_grad_weight(LT_FLOAT, &window, fw.data(), nullptr, fx.data(), fy.data(), scale));
    LT_TRY(fw.give_back());
  }
  return gb ? add_bias_gradient(dtype, s, gb, gy, scale) : LT_OK;
}
