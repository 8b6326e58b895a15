// Batch normalization of Float and Double x [n c inner]. Statistics of a channel are summed in
// double, as differences from its first element, so that no digits cancel.
#include <math.h>

#include "cuda/lanes.cuh"

namespace {

// What normalizes a channel: y = (x - mean) factor + bias.
template <typename S>
struct Line {
  S mean, factor, bias;
};

template <typename S>
struct Norm {
  int64_t n, inner;
  const S *x, *weight, *bias;
  S *running_mean, *running_var, *save_mean, *save_std;
  double momentum, eps;
  Line<S> *lines;
  __device__ void set(int64_t c, double mean, double inverse) const {
    lines[c] = {(S)mean, (S)(inverse * (weight ? (double)weight[c] : 1)), bias ? bias[c] : 0};
  }
};

template <typename S>
struct Moments : PairSum<double> {
  Norm<S> s;
  explicit Moments(const Norm<S> &s_) : s(s_) {}
  __device__ void take(Acc &acc, int64_t at, int64_t, int64_t c) const {
    double d = (double)s.x[at] - (double)s.x[c * s.inner];
    acc.first += d;
    acc.second += d * d;
  }
  __device__ void finish(const Acc &acc, int64_t c) const {
    double count = (double)(s.n * s.inner), away = acc.first / count;
    double mean = (double)s.x[c * s.inner] + away;
    double squares = acc.second - acc.first * away;
    squares = squares < 0 ? 0 : squares;
    double var = squares / count, inverse = var + s.eps > 0 ? 1 / sqrt(var + s.eps) : 0;
    double m = s.momentum, unbiased = squares / (count > 2 ? count - 1 : 1);
    if (s.save_mean) s.save_mean[c] = (S)mean;
    if (s.save_std) s.save_std[c] = (S)inverse;
    if (s.running_mean) s.running_mean[c] = (S)(m * mean + (1 - m) * (double)s.running_mean[c]);
    if (s.running_var) s.running_var[c] = (S)(m * unbiased + (1 - m) * (double)s.running_var[c]);
    s.set(c, mean, inverse);
  }
};

template <typename S>
__global__ void running_kernel(Norm<S> s, int64_t c) {
  for (FLAT(k, c)) s.set(k, (double)s.running_mean[k], 1 / sqrt((double)s.running_var[k] + s.eps));
}

// V elements at once, all of one channel: the inner size of `at` and `total` count packs.
template <typename S, int V>
__global__ void apply_kernel(Channels at, int64_t total, const Line<S> *lines, Pack<S, V> *y,
                             const Pack<S, V> *x) {
  for (FLAT(i, total)) {
    Line<S> l = lines[at.channel(i)];
    Pack<S, V> pack = x[i];
    for (int e = 0; e < V; e++) pack.v[e] = (pack.v[e] - l.mean) * l.factor + l.bias;
    y[i] = pack;
  }
}

template <typename S, int V>
lt_status apply(int64_t n, int64_t c, int64_t inner, const Line<S> *lines, S *y, const S *x) {
  int64_t total = n * c * inner / V;
  return launch_flat("batchnorm", total, apply_kernel<S, V>, Channels(n, c, inner / V), total,
                     lines, (Pack<S, V> *)y, (const Pack<S, V> *)x);
}

// Whether packs of V elements are of one channel and start where they can be read at once.
template <typename S, int V>
bool has_packs(int64_t inner, const S *a, const S *b, const S *c) {
  return inner % V == 0 && ((uintptr_t)a | (uintptr_t)b | (uintptr_t)c) % (V * sizeof(S)) == 0;
}

template <typename S>
lt_status normalize(int64_t n, int64_t c, int64_t inner, bool training, S *y, Norm<S> s) {
  Scratch lines;
  LT_TRY(lines.allocate((size_t)c * sizeof(Line<S>)));
  s.lines = lines.as<Line<S>>();
  if (training)
    LT_TRY(sum_channels("batchnorm", Moments<S>(s), n, c, inner));
  else
    LT_TRY(launch_flat("batchnorm", c, running_kernel<S>, s, c));
  enum { V = 16 / sizeof(S) };
  if (has_packs<S, V>(inner, y, s.x, nullptr)) return apply<S, V>(n, c, inner, s.lines, y, s.x);
  return apply<S, 1>(n, c, inner, s.lines, y, s.x);
}

// gx = (gy - mean_gy - (x - mean) slope) factor
template <typename S>
struct GradLine {
  S mean, factor, slope, mean_gy;
};

template <typename S>
struct Gradients : PairSum<double> {
  int64_t count;
  const S *x, *gy, *weight, *mean, *var;
  S *gw, *gb;
  bool training;
  double scale, eps;
  GradLine<S> *lines;
  __device__ void take(Acc &acc, int64_t at, int64_t, int64_t c) const {
    double g = (double)gy[at];
    acc.first += g;
    acc.second += ((double)x[at] - (double)mean[c]) * g;
  }
  __device__ void finish(const Acc &acc, int64_t c) const {
    double inverse = training ? (double)var[c] : 1 / sqrt((double)var[c] + eps);
    double each = training ? 1 / (double)count : 0;
    lines[c] = {mean[c], (S)(inverse * (weight ? (double)weight[c] : 1)),
                (S)(acc.second * inverse * inverse * each), (S)(acc.first * each)};
    if (gw) gw[c] += (S)(scale * acc.second * inverse);
    if (gb) gb[c] += (S)(scale * acc.first);
  }
};

template <typename S, int V>
__global__ void apply_grad_kernel(Channels at, int64_t total, const GradLine<S> *lines,
                                  Pack<S, V> *gx, const Pack<S, V> *x, const Pack<S, V> *gy) {
  for (FLAT(i, total)) {
    GradLine<S> l = lines[at.channel(i)];
    Pack<S, V> pack = x[i], g = gy[i];
    for (int e = 0; e < V; e++)
      pack.v[e] = (g.v[e] - l.mean_gy - (pack.v[e] - l.mean) * l.slope) * l.factor;
    gx[i] = pack;
  }
}

template <typename S, int V>
lt_status apply_grad(int64_t n, int64_t c, int64_t inner, const Gradients<S> &s, S *gx) {
  int64_t total = n * c * inner / V;
  return launch_flat("batchnorm", total, apply_grad_kernel<S, V>, Channels(n, c, inner / V), total,
                     s.lines, (Pack<S, V> *)gx, (const Pack<S, V> *)s.x, (const Pack<S, V> *)s.gy);
}

template <typename S>
lt_status gradients(int64_t n, int64_t c, int64_t inner, S *gx, Gradients<S> s) {
  Scratch lines;
  LT_TRY(lines.allocate((size_t)c * sizeof(GradLine<S>)));
  s.lines = lines.as<GradLine<S>>();
  LT_TRY(sum_channels("batchnorm", s, n, c, inner));
  if (!gx) return LT_OK;
  enum { V = 16 / sizeof(S) };
  if (has_packs<S, V>(inner, gx, s.x, s.gy)) return apply_grad<S, V>(n, c, inner, s, gx);
  return apply_grad<S, 1>(n, c, inner, s, gx);
}

} // namespace

CUDA_KERNEL(batchnorm)
(int dtype, int64_t n, int64_t c, int64_t inner, void *y, const void *x, const void *weight,
 const void *bias, void *running_mean, void *running_var, void *save_mean, void *save_std,
 int training, double momentum, double eps){
    CUDA_SWITCH(dtype, CUDA_FOR_REAL, "batchnorm",
                return normalize<S>(n, c, inner, training != 0, (S *)y,
                                    {n, inner, (const S *)x, (const S *)weight, (const S *)bias,
                                     (S *)running_mean, (S *)running_var, (S *)save_mean,
                                     (S *)save_std, momentum, eps, nullptr}))}

CUDA_KERNEL(batchnorm_grad)(int dtype, int64_t n, int64_t c, int64_t inner, void *gx, void *gw,
                            void *gb, const void *x, const void *gy, const void *weight,
                            const void *mean, const void *var, int training, double scale,
                            double eps) {
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "batchnorm", {
    Gradients<S> s;
    s.count = n * inner, s.x = (const S *)x, s.gy = (const S *)gy, s.weight = (const S *)weight;
    s.mean = (const S *)mean, s.var = (const S *)var, s.gw = (S *)gw, s.gb = (S *)gb;
    s.training = training != 0, s.scale = scale, s.eps = eps;
    return gradients<S>(n, c, inner, (S *)gx, s);
  })
}
