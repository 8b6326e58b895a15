// Normalization of groups of channels x [n c inner], of half types too, beside which all else is
// Float: a group of a sample is a row of neighbouring elements. Sums are made in double, as
// differences from the row's first element.
#include <math.h>

#include "cuda/lanes.cuh"

namespace {

template <typename S>
struct Group {
  int64_t c, groups; // channels of a group, groups of a sample
  Split inner;
  bool center;
  const S *weight;
  // The channel of element i of a row.
  __device__ int64_t channel(int64_t row, int64_t i) const {
    inner.take(i);
    return row % groups * c + i;
  }
  __device__ S factor(int64_t row, int64_t i) const {
    return weight ? weight[channel(row, i)] : (S)1;
  }
};

template <typename X, typename S>
__global__ void groupnorm_kernel(Lanes l, Group<S> s, X *y, const X *xs, const S *bias,
                                 S *save_mean, S *save_std, double eps) {
  DYNAMIC_SHARED(Pair<double>, all);
  for (LINES(row, l)) {
    const X *x = xs + row * l.len;
    int64_t end = row < l.count ? l.len : 0;
    double about = s.center && end ? (double)load(x) : 0;
    Pair<double> acc = {0, 0};
    for (int64_t i = l.lane(); i < end; i += l.lanes) {
      double d = (double)load(x + i) - about;
      acc.first += d;
      acc.second += d * d;
    }
    acc = join_lanes(PairSum<double>(), all, acc, l);
    double away = s.center ? acc.first / (double)l.len : 0;
    double squares = acc.second - acc.first * away;
    double var = (squares < 0 ? 0 : squares) / (double)l.len + eps;
    double inverse = var > 0 ? 1 / sqrt(var) : 0;
    S mean = (S)(about + away), f = (S)inverse;
    if (end && l.lane() == 0) {
      if (save_mean) save_mean[row] = mean;
      if (save_std) save_std[row] = f;
    }
    for (int64_t i = l.lane(); i < end; i += l.lanes) {
      S v = (load(x + i) - mean) * f;
      if (s.weight) {
        int64_t c = s.channel(row, i);
        v = v * s.weight[c] + (bias ? bias[c] : 0);
      }
      store(y + row * l.len + i, v);
    }
  }
}

// With h = gy weight and u = (x - mean) / std: gx = (h - [center] mean(h) - u mean(h u)) / std.
template <typename X, typename S>
__global__ void groupnorm_grad_kernel(Lanes l, Group<S> s, X *gx, const X *xs, const X *gy,
                                      const S *means, const S *stds) {
  DYNAMIC_SHARED(Pair<double>, all);
  for (LINES(row, l)) {
    const X *x = xs + row * l.len, *g = gy + row * l.len;
    int64_t end = row < l.count ? l.len : 0;
    S mean = end && means ? means[row] : 0, inverse = end ? stds[row] : 0;
    Pair<double> acc = {0, 0};
    for (int64_t i = l.lane(); i < end; i += l.lanes) {
      double h = (double)load(g + i) * (double)s.factor(row, i);
      acc.first += h;
      acc.second += h * (double)(load(x + i) - mean);
    }
    acc = join_lanes(PairSum<double>(), all, acc, l);
    double f = (double)inverse, each = f / (double)l.len;
    S shift = s.center ? (S)(acc.first * each) : 0, slope = (S)(acc.second * f * f * each);
    for (int64_t i = l.lane(); i < end; i += l.lanes)
      store(gx + row * l.len + i,
            load(g + i) * (inverse * s.factor(row, i)) - shift - (load(x + i) - mean) * slope);
  }
}

// Sums of gy and gy (x - mean) / std over a channel.
template <typename X, typename S>
struct Parameters : PairSum<double> {
  int64_t c, groups;
  const X *x, *gy;
  const S *mean, *std;
  S *gw, *gb;
  double scale;
  __device__ void take(Acc &acc, int64_t at, int64_t n, int64_t channel) const {
    int64_t row = n * groups + channel / c;
    double g = (double)load(gy + at);
    acc.first += g;
    acc.second += g * (double)((load(x + at) - (mean ? mean[row] : 0)) * std[row]);
  }
  __device__ void finish(const Acc &acc, int64_t channel) const {
    if (gb) gb[channel] += (S)(scale * acc.first);
    if (gw) gw[channel] += (S)(scale * acc.second);
  }
};

template <typename S>
Group<S> group_of(int64_t c, int64_t groups, int64_t inner, int center, const void *weight) {
  return {c / groups, groups, Split(inner, c / groups * inner), center != 0, (const S *)weight};
}

} // namespace

CUDA_KERNEL(groupnorm)
(int dtype, int64_t n, int64_t c, int64_t groups, int64_t inner, void *y, const void *x,
 const void *weight, const void *bias, void *save_mean, void *save_std, int center, double eps) {
  Lanes l(n * groups, c / groups * inner, false);
  CUDA_SWITCH(dtype, CUDA_FOR_FLT, "groupnorm", {
    typedef typename Compute<S>::type P;
    return launch("groupnorm", groupnorm_kernel<S, P>, l.blocks(), REDUCE_THREADS,
                  REDUCE_THREADS * sizeof(Pair<double>), l,
                  group_of<P>(c, groups, inner, center, weight), (S *)y, (const S *)x,
                  (const P *)bias, (P *)save_mean, (P *)save_std, eps);
  })
}

template <typename X, typename S>
static lt_status groupnorm_grads(int64_t n, int64_t c, int64_t groups, int64_t inner, X *gx, S *gw,
                                 S *gb, const X *x, const X *gy, const S *weight, const S *mean,
                                 const S *std, int center, double scale) {
  Lanes l(n * groups, c / groups * inner, false);
  if (gx)
    LT_TRY(launch("groupnorm", groupnorm_grad_kernel<X, S>, l.blocks(), REDUCE_THREADS,
                  REDUCE_THREADS * sizeof(Pair<double>), l,
                  group_of<S>(c, groups, inner, center, weight), gx, x, gy, mean, std));
  if (!gw && !gb) return LT_OK;
  Parameters<X, S> p;
  p.c = c / groups, p.groups = groups, p.x = x, p.gy = gy, p.mean = mean, p.std = std;
  p.gw = gw, p.gb = gb, p.scale = scale;
  return sum_channels("groupnorm", p, n, c, inner);
}

CUDA_KERNEL(groupnorm_grad)
(int dtype, int64_t n, int64_t c, int64_t groups, int64_t inner, void *gx, void *gw, void *gb,
 const void *x, const void *gy, const void *weight, const void *mean, const void *std, int center,
 double scale) {
  CUDA_SWITCH(dtype, CUDA_FOR_FLT, "groupnorm", {
    typedef typename Compute<S>::type P;
    return groupnorm_grads(n, c, groups, inner, (S *)gx, (P *)gw, (P *)gb, (const S *)x,
                           (const S *)gy, (const P *)weight, (const P *)mean, (const P *)std,
                           center, scale);
  })
}
