// Convolution of images and volumes, Float and Double (Half and BFloat16: conv_half.cu): windows
// unfolded into columns, a part of the outputs at a time, and matrix products, where cuDNN is not
// there. Convolution of single channels reads its windows directly. Letters as in core/window.h.
#include "cuda/conv.cuh"

#include "cuda/cudnn.cuh"
#include "cuda/lanes.cuh"

namespace {

// A part of the outputs: samples n0 .. n0 + n - 1, positions o0 .. o0 + o - 1. Several samples only
// with all of their positions.
struct Part {
  int64_t n0, n, o0, o;
};

// The columns of a part for one group of channels: rows are (channel of the group, tap); `joined`:
// the samples lie side by side, columns [rows n o], else [n rows o].
struct Columns {
  ConvShape s;
  Part part;
  int64_t channel0; // of the group
  int64_t rows;
  bool joined;
  Split o, second, third; // of the positions of the buffer

  Columns(const ConvShape &s_, const Part &p, int64_t group, bool joined_)
      : s(s_), part(p), channel0(group * s_.cg), rows(s_.cg * s_.taps), joined(joined_),
        o(p.o, p.n * rows * p.o), second(joined_ ? p.n : rows, p.n * rows * p.o),
        third(s_.taps, s_.cg * s_.taps) {}
  int64_t total() const { return part.n * rows * part.o; }
};

template <typename S>
__global__ void unfold_kernel(Columns k, int64_t total, S *columns, const S *x) {
  for (FLAT(i, total)) {
    int64_t rest = i, o = k.part.o0 + k.o.take(rest), second = k.second.take(rest);
    int64_t n = k.part.n0 + (k.joined ? second : rest), row = k.joined ? rest : second;
    int64_t tap = k.third.take(row);
    int64_t place = k.s.input_of(o, tap);
    columns[i] = place < 0 ? (S)0 : x[(n * k.s.c + k.channel0 + row) * k.s.volume + place];
  }
}

// gx of the channels of a group += (first: =) the columns of its windows.
template <typename S>
__global__ void fold_kernel(Columns k, bool first, Channels at, int64_t total, S *gx,
                            const S *columns) {
  for (FLAT(i, total)) {
    int64_t n = i, place = at.inner.take(n), channel = at.c.take(n);
    int64_t to = ((k.part.n0 + n) * k.s.c + k.channel0 + channel) * k.s.volume + place;
    const S *from = columns + (n * k.rows + channel * k.s.taps) * k.part.o;
    S sum = first ? (S)0 : gx[to];
    k.s.outputs_of(place, [&](int64_t o, int64_t tap) {
      o -= k.part.o0;
      if (o >= 0 && o < k.part.o) sum += from[tap * k.part.o + o];
    });
    gx[to] = sum;
  }
}

// to[k n o] = the gradients gy of a part for one group.
template <typename S>
__global__ void join_kernel(Part p, Split o, Split n, int64_t total, int64_t k0, int64_t k,
                            int64_t outputs, S *to, const S *gy) {
  for (FLAT(i, total)) {
    int64_t channel = i, at = o.take(channel), sample = n.take(channel);
    to[i] = gy[((p.n0 + sample) * k + k0 + channel) * outputs + p.o0 + at];
  }
}

// Bytes of columns and of what goes with them: about what stays in the second-level cache.
const int64_t ROOM = (int64_t)32 << 20;

// Calls run(part) for parts whose columns of `bytes` for one output fit into ROOM.
template <typename Run>
lt_status for_outputs(const ConvShape &s, int64_t bytes, Run run) {
  int64_t fit = LT_MAX((int64_t)1, ROOM / bytes);
  int64_t o = LT_MIN(s.outputs, fit), n = LT_MIN(s.n, LT_MAX((int64_t)1, fit / s.outputs));
  for (int64_t n0 = 0; n0 < s.n; n0 += n)
    for (int64_t o0 = 0; o0 < s.outputs; o0 += o)
      LT_TRY(run(Part{n0, LT_MIN(n, s.n - n0), o0, LT_MIN(o, s.outputs - o0)}));
  return LT_OK;
}

// Elements of the columns of the largest part.
int64_t room_for(const ConvShape &s, int64_t bytes, int64_t each) {
  int64_t fit = LT_MAX((int64_t)1, ROOM / bytes);
  return LT_MIN(s.n * s.outputs, LT_MAX(fit, (int64_t)1)) * each;
}

template <typename S>
lt_status forward(const lt_window &window, S *y, const S *x, const S *w, const S *bias) {
  const char *op = "conv";
  ConvShape s(window);
  int64_t rows = s.cg * s.taps, bytes = rows * (int64_t)sizeof(S);
  if (s.depthwise()) return depthwise_forward(s, y, x, w, bias);
  if (bias) LT_TRY(set_channels(s.n, s.k, s.outputs, y, bias));
  bool done;
  LT_TRY(
      cudnn_convolve(CUDNN_FORWARD, Dtype<S>::value, window, x, w, y, 1, bias != nullptr, &done));
  if (done) return LT_OK;
  Scratch columns;
  if (!s.direct()) LT_TRY(columns.allocate((size_t)room_for(s, bytes, rows) * sizeof(S)));
  return for_outputs(s, s.direct() ? 1 : bytes, [&](const Part &p) -> lt_status {
    for (int64_t g = 0; g < s.groups; g++) {
      Columns k(s, p, g, false);
      const S *from = x + (p.n0 * s.c + g * s.cg) * s.volume + p.o0;
      if (!s.direct())
        LT_TRY(launch_flat(op, k.total(), unfold_kernel<S>, k, k.total(), columns.as<S>(), x));
      LT_TRY(cuda_gemm_batch(
          Dtype<S>::value, 0, 0, p.n, s.kg, p.o, rows, gemm_scalar(1), w + g * s.kg * rows, rows, 0,
          s.direct() ? from : columns.as<S>(), s.direct() ? s.volume : p.o,
          s.direct() ? s.c * s.volume : rows * p.o, gemm_scalar(bias ? 1 : 0),
          y + (p.n0 * s.k + g * s.kg) * s.outputs + p.o0, s.outputs, s.k * s.outputs));
    }
    return LT_OK;
  });
}

template <typename S>
lt_status grad_input(const lt_window &window, S *gx, const S *gy, const S *w, const S *bias) {
  const char *op = "conv";
  ConvShape s(window);
  int64_t rows = s.cg * s.taps, bytes = rows * (int64_t)sizeof(S);
  if (s.depthwise()) return depthwise_grad_input(s, gx, gy, w, bias);
  if (bias) LT_TRY(set_channels(s.n, s.c, s.volume, gx, bias));
  bool done;
  LT_TRY(cudnn_convolve(CUDNN_DATA, Dtype<S>::value, window, w, gy, gx, 1, bias != nullptr, &done));
  if (done) return LT_OK;
  Scratch columns;
  if (!s.direct()) LT_TRY(columns.allocate((size_t)room_for(s, bytes, rows) * sizeof(S)));
  return for_outputs(s, s.direct() ? 1 : bytes, [&](const Part &p) -> lt_status {
    for (int64_t g = 0; g < s.groups; g++) {
      S *to = gx + (p.n0 * s.c + g * s.cg) * s.volume + p.o0;
      LT_TRY(cuda_gemm_batch(
          Dtype<S>::value, 1, 0, p.n, rows, p.o, s.kg, gemm_scalar(1), w + g * s.kg * rows, rows, 0,
          gy + (p.n0 * s.k + g * s.kg) * s.outputs + p.o0, s.outputs, s.k * s.outputs,
          gemm_scalar(s.direct() && bias ? 1 : 0), s.direct() ? to : columns.as<S>(),
          s.direct() ? s.volume : p.o, s.direct() ? s.c * s.volume : rows * p.o));
      int64_t total = p.n * s.cg * s.volume;
      if (!s.direct())
        LT_TRY(launch_flat(op, total, fold_kernel<S>, Columns(s, p, g, false), p.o0 == 0 && !bias,
                           Channels(p.n, s.cg, s.volume), total, gx, columns.as<S>()));
    }
    return LT_OK;
  });
}

template <typename S>
lt_status grad_weight(const lt_window &window, S *gw, S *gb, const S *x, const S *gy,
                      double scale) {
  const char *op = "conv";
  ConvShape s(window);
  int64_t rows = s.cg * s.taps, bytes = (rows + s.kg) * (int64_t)sizeof(S);
  bool done = !gw;
  if (gw && s.depthwise()) {
    LT_TRY(depthwise_grad_weight(s, gw, x, gy, scale));
    done = true;
  }
  if (!done)
    LT_TRY(cudnn_convolve(CUDNN_WEIGHTS, Dtype<S>::value, window, x, gy, gw, scale, 1, &done));
  if (!done) {
    Scratch scratch;
    int64_t room = room_for(s, bytes, 1);
    LT_TRY(scratch.allocate((size_t)(room * bytes)));
    S *columns = scratch.as<S>(), *joined = columns + room * rows;
    LT_TRY(for_outputs(s, bytes, [&](const Part &p) -> lt_status {
      for (int64_t g = 0; g < s.groups; g++) {
        Columns k(s, p, g, true);
        int64_t width = p.n * p.o, total = s.kg * width;
        LT_TRY(launch_flat(op, k.total(), unfold_kernel<S>, k, k.total(), columns, x));
        LT_TRY(launch_flat(op, total, join_kernel<S>, p, Split(p.o, total), Split(p.n, total),
                           total, g * s.kg, s.k, s.outputs, joined, gy));
        LT_TRY(cuda_gemm(Dtype<S>::value, 0, 1, s.kg, rows, width, gemm_scalar(scale), joined,
                         width, columns, width, gemm_scalar(1), gw + g * s.kg * rows, rows));
      }
      return LT_OK;
    }));
  }
  return gb ? bias_gradient(s, gb, gy, scale) : LT_OK;
}

bool is_half(int dtype) { return dtype == LT_HALF || dtype == LT_BFLOAT16; }

} // namespace

CUDA_KERNEL(conv)
(int dtype, const lt_window *s, void *y, const void *x, const void *w, const void *bias) {
  if (is_half(dtype)) return half_forward(dtype, *s, y, x, w, bias);
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "conv",
              return forward<S>(*s, (S *)y, (const S *)x, (const S *)w, (const S *)bias))
}

CUDA_KERNEL(conv_grad_input)
(int dtype, const lt_window *s, void *gx, const void *gy, const void *w, const void *bias) {
  if (is_half(dtype)) return half_grad_input(dtype, *s, gx, gy, w, bias);
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "conv",
              return grad_input<S>(*s, (S *)gx, (const S *)gy, (const S *)w, (const S *)bias))
}

CUDA_KERNEL(conv_grad_weight)
(int dtype, const lt_window *s, void *gw, void *gb, const void *x, const void *gy, double scale) {
  if (is_half(dtype)) return half_grad_weight(dtype, *s, gw, gb, x, gy, scale);
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "conv",
              return grad_weight<S>(*s, (S *)gw, (S *)gb, (const S *)x, (const S *)gy, scale))
}
