// Batch normalization of x [n c inner], of half types too, beside which all else is Float.
// Statistics of a channel are summed in double, as differences from its first element, so that no
// digits cancel.
#include <math.h>

#include "cuda/lanes.cuh"

namespace {

// What normalizes a channel: y = (x - mean) factor + bias.
template <typename S>
struct Line {
  S mean, factor, bias;
};

template <typename X>
struct Norm {
  typedef typename Compute<X>::type S;
  int64_t n, inner;
  const X *x;
  const S *weight, *bias;
  S *running_mean, *running_var, *save_mean, *save_std;
  double momentum, eps;
  Line<S> *lines;
  __device__ void set(int64_t c, double mean, double inverse) const {
    lines[c] = {(S)mean, (S)(inverse * (weight ? (double)weight[c] : 1)), bias ? bias[c] : 0};
  }
};

template <typename X>
struct Moments : PairSum<double> {
  typedef typename Compute<X>::type S;
  Norm<X> s;
  explicit Moments(const Norm<X> &s_) : s(s_) {}
  __device__ void take(Acc &acc, int64_t at, int64_t, int64_t c) const {
    double d = (double)load(s.x + at) - (double)load(s.x + c * s.inner);
    acc.first += d;
    acc.second += d * d;
  }
  __device__ void finish(const Acc &acc, int64_t c) const {
    double count = (double)(s.n * s.inner), away = acc.first / count;
    double mean = (double)load(s.x + c * s.inner) + away;
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

template <typename X>
__global__ void running_kernel(Norm<X> s, int64_t c) {
  for (FLAT(k, c)) s.set(k, (double)s.running_mean[k], 1 / sqrt((double)s.running_var[k] + s.eps));
}

// V elements at once, all of one channel: the inner size of `at` and `total` count packs.
template <typename X, int V>
__global__ void apply_kernel(Channels at, int64_t total,
                             const Line<typename Compute<X>::type> *lines, Pack<X, V> *y,
                             const Pack<X, V> *x) {
  for (FLAT(i, total)) {
    Line<typename Compute<X>::type> l = lines[at.channel(i)];
    Pack<X, V> pack = x[i];
    for (int e = 0; e < V; e++) store(&pack.v[e], (load(&pack.v[e]) - l.mean) * l.factor + l.bias);
    y[i] = pack;
  }
}

template <typename X, int V>
lt_status apply(int64_t n, int64_t c, int64_t inner, const Line<typename Compute<X>::type> *lines,
                X *y, const X *x) {
  int64_t total = n * c * inner / V;
  return launch_flat("batchnorm", total, apply_kernel<X, V>, Channels(n, c, inner / V), total,
                     lines, (Pack<X, V> *)y, (const Pack<X, V> *)x);
}

// Whether packs of V elements are of one channel and start where they can be read at once.
template <typename X, int V>
bool has_packs(int64_t inner, const X *a, const X *b, const X *c) {
  return inner % V == 0 && ((uintptr_t)a | (uintptr_t)b | (uintptr_t)c) % (V * sizeof(X)) == 0;
}

template <typename X>
lt_status normalize(int64_t n, int64_t c, int64_t inner, bool training, X *y, Norm<X> s) {
  typedef typename Compute<X>::type S;
  Scratch lines;
  LT_TRY(lines.allocate((size_t)c * sizeof(Line<S>)));
  s.lines = lines.as<Line<S>>();
  if (training)
    LT_TRY(sum_channels("batchnorm", Moments<X>(s), n, c, inner));
  else
    LT_TRY(launch_flat("batchnorm", c, running_kernel<X>, s, c));
  enum { V = 16 / sizeof(X) };
  if (has_packs<X, V>(inner, y, s.x, nullptr)) return apply<X, V>(n, c, inner, s.lines, y, s.x);
  return apply<X, 1>(n, c, inner, s.lines, y, s.x);
}

// gx = (gy - mean_gy - (x - mean) slope) factor
template <typename S>
struct GradLine {
  S mean, factor, slope, mean_gy;
};

template <typename X>
struct Gradients : PairSum<double> {
  typedef typename Compute<X>::type S;
  int64_t count;
  const X *x, *gy;
  const S *weight, *mean, *var;
  S *gw, *gb;
  bool training;
  double scale, eps;
  GradLine<S> *lines;
  __device__ void take(Acc &acc, int64_t at, int64_t, int64_t c) const {
    double g = (double)load(gy + at);
    acc.first += g;
    acc.second += ((double)load(x + at) - (double)mean[c]) * g;
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

template <typename X, int V>
__global__ void apply_grad_kernel(Channels at, int64_t total,
                                  const GradLine<typename Compute<X>::type> *lines, Pack<X, V> *gx,
                                  const Pack<X, V> *x, const Pack<X, V> *gy) {
  for (FLAT(i, total)) {
    GradLine<typename Compute<X>::type> l = lines[at.channel(i)];
    Pack<X, V> pack = x[i], g = gy[i];
    for (int e = 0; e < V; e++)
      store(&pack.v[e],
            (load(&g.v[e]) - l.mean_gy - (load(&pack.v[e]) - l.mean) * l.slope) * l.factor);
    gx[i] = pack;
  }
}

template <typename X, int V>
lt_status apply_grad(int64_t n, int64_t c, int64_t inner, const Gradients<X> &s, X *gx) {
  int64_t total = n * c * inner / V;
  return launch_flat("batchnorm", total, apply_grad_kernel<X, V>, Channels(n, c, inner / V), total,
                     s.lines, (Pack<X, V> *)gx, (const Pack<X, V> *)s.x, (const Pack<X, V> *)s.gy);
}

template <typename X>
lt_status gradients(int64_t n, int64_t c, int64_t inner, X *gx, Gradients<X> s) {
  typedef typename Compute<X>::type S;
  Scratch lines;
  LT_TRY(lines.allocate((size_t)c * sizeof(GradLine<S>)));
  s.lines = lines.as<GradLine<S>>();
  LT_TRY(sum_channels("batchnorm", s, n, c, inner));
  if (!gx) return LT_OK;
  enum { V = 16 / sizeof(X) };
  if (has_packs<X, V>(inner, gx, s.x, s.gy)) return apply_grad<X, V>(n, c, inner, s, gx);
  return apply_grad<X, 1>(n, c, inner, s, gx);
}

} // namespace

CUDA_KERNEL(batchnorm)
(int dtype, int64_t n, int64_t c, int64_t inner, void *y, const void *x, const void *weight,
 const void *bias, void *running_mean, void *running_var, void *save_mean, void *save_std,
 int training, double momentum, double eps){
    CUDA_SWITCH(dtype, CUDA_FOR_FLT, "batchnorm",
                {
                  typedef typename Compute<S>::type P;
                  return normalize<S>(n, c, inner, training != 0, (S *)y,
                                      {n, inner, (const S *)x, (const P *)weight, (const P *)bias,
                                       (P *)running_mean, (P *)running_var, (P *)save_mean,
                                       (P *)save_std, momentum, eps, nullptr});
                })}

CUDA_KERNEL(batchnorm_grad)(int dtype, int64_t n, int64_t c, int64_t inner, void *gx, void *gw,
                            void *gb, const void *x, const void *gy, const void *weight,
                            const void *mean, const void *var, int training, double scale,
                            double eps) {
  CUDA_SWITCH(dtype, CUDA_FOR_FLT, "batchnorm", {
    typedef typename Compute<S>::type P;
    Gradients<S> s;
    s.count = n * inner, s.x = (const S *)x, s.gy = (const S *)gy, s.weight = (const P *)weight;
    s.mean = (const P *)mean, s.var = (const P *)var, s.gw = (P *)gw, s.gb = (P *)gb;
    s.training = training != 0, s.scale = scale, s.eps = eps;
    return gradients<S>(n, c, inner, (S *)gx, s);
  })
}
