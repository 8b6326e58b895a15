// Margin losses of classes and of pairs of vectors, of Float and Double: threads share a sample,
// whose value is a sum in double. Values check their targets; gradients, which wait for nothing,
// are NaN in samples whose targets are out of range.
#include "cuda/classloss.cuh"

#include "core/functor.h"

extern "C" lt_status cuda_check_signs(const char *op, int dtype, int64_t n, const void *t);

namespace {

// Values of samples, added up for the host; bad[i] is the position of a target of sample i that is
// out of range, or -1.
struct Samples : ClassSum {
  const double *values;
  const int64_t *bad;
  __device__ void take(Acc &acc, int64_t i) const {
    acc.sum += values[i];
    if (bad && bad[i] >= 0 && bad[i] < acc.bad) acc.bad = bad[i];
  }
};

struct Sum {
  typedef double Acc;
  __device__ void combine(Acc &acc, const Acc &later) const { acc += later; }
};

// ---- one class against the others ----

template <typename S>
struct Margin {
  const S *x, *w;
  const int64_t *target;
  int p;
  double margin, factor;
};

// values NULL: gradients gx; else values, and bad[i] = i where the target is out of range, or -1.
template <typename S>
__global__ void multimargin_kernel(Lanes l, Margin<S> s, double *values, int64_t *bad, S *gx) {
  DYNAMIC_SHARED(double, all);
  for (LINES(i, l)) {
    const S *x = s.x + i * l.len;
    int64_t t = i < l.count ? s.target[i] - 1 : -1;
    bool valid = t >= 0 && t < l.len;
    int64_t end = valid ? l.len : 0;
    double base = valid ? s.margin - (double)x[t] : 0, sum = 0;
    double f = valid ? s.factor * (s.w ? (double)s.w[t] : 1) / (double)l.len : 0;
    for (int64_t k = l.lane(); k < end; k += l.lanes) {
      double z = base + (double)x[k];
      if (k == t) continue;
      z = z <= 0 ? 0 : z;
      double g = s.p == 1 ? (z == 0 ? 0 : f) : 2 * f * z;
      sum += gx ? g : s.p == 1 ? z : z * z;
      if (gx) gx[i * l.len + k] = (S)g;
    }
    sum = join_lanes(Sum(), all, sum, l);
    if (i >= l.count) continue;
    if (gx) {
      for (int64_t k = l.lane(); !valid && k < l.len; k += l.lanes) gx[i * l.len + k] = (S)NAN;
      if (valid && l.lane() == 0) gx[i * l.len + t] = (S)-sum;
    } else if (l.lane() == 0) {
      values[i] = sum * f;
      bad[i] = valid ? -1 : i;
    }
  }
}

// ---- several classes against the others ----

// A block to a sample. is_target marks its targets, which end with a 0; the other classes that are
// above a target by less than 1 count. bad[i] is the position of a target out of range, or -1.
template <typename S>
__global__ void multilabel_kernel(Lanes l, int64_t n, int64_t c, uint8_t *marks, double *values,
                                  int64_t *bad, S *gxs, const S *xs, const int64_t *targets,
                                  double factor) {
  DYNAMIC_SHARED(double, all);
  __shared__ int64_t count, wrong;
  uint8_t *is_target = marks + blockIdx.x * c;
  for (int64_t i = blockIdx.x; i < n; i += gridDim.x) {
    const S *x = xs + i * c;
    const int64_t *target = targets + i * c;
    for (int64_t k = threadIdx.x; k < c; k += blockDim.x) is_target[k] = 0;
    if (threadIdx.x == 0) {
      wrong = -1;
      for (count = 0; count < c && target[count]; count++)
        if ((target[count] < 1 || target[count] > c) && wrong < 0) wrong = count;
    }
    __syncthreads();
    int64_t labels = wrong < 0 ? count : 0;
    for (int64_t k = threadIdx.x; k < labels; k += blockDim.x) is_target[target[k] - 1] = 1;
    __syncthreads();
    double sum = 0;
    for (int64_t k = threadIdx.x; k < c; k += blockDim.x) {
      double found = 0;
      for (int64_t j = 0; j < (is_target[k] ? 0 : labels); j++) {
        double z = 1 - (double)x[target[j] - 1] + (double)x[k];
        if (z > 0) sum += z, found++;
      }
      if (gxs && !is_target[k]) gxs[i * c + k] = wrong < 0 ? (S)(factor * found) : (S)NAN;
    }
    sum = join_lanes(Sum(), all, sum, l);
    if (!gxs && threadIdx.x == 0) {
      values[i] = sum * factor;
      bad[i] = wrong < 0 ? -1 : i * c + wrong;
    }
    // a class that is a target several times counts as often
    for (int64_t k = threadIdx.x; gxs && k < c; k += blockDim.x) {
      if (!is_target[k]) continue;
      double found = 0, times = 0;
      for (int64_t j = 0; j < labels; j++) times += target[j] - 1 == k;
      for (int64_t j = 0; j < c; j++) found += !is_target[j] && 1 - (double)x[k] + (double)x[j] > 0;
      gxs[i * c + k] = (S)(-factor * found * times);
    }
    __syncthreads();
  }
}

// ---- pairs of vectors ----

struct Products {
  double dot, xx, yy;
};
struct ProductSum {
  typedef Products Acc;
  __device__ void combine(Acc &acc, const Acc &later) const {
    acc.dot += later.dot;
    acc.xx += later.xx;
    acc.yy += later.yy;
  }
};

// values NULL: gradients gx and gy. d cos / dx = y / (|x| |y|) - x cos / |x|^2
template <typename S>
__global__ void cosine_kernel(Lanes l, double *values, S *gxs, S *gys, const S *xs, const S *ys,
                              const S *signs, double margin, double factor) {
  DYNAMIC_SHARED(Products, all);
  const double tiny = 1e-12;
  for (LINES(i, l)) {
    const S *x = xs + i * l.len, *y = ys + i * l.len;
    int64_t end = i < l.count ? l.len : 0;
    Products sum = {0, 0, 0};
    for (int64_t k = l.lane(); k < end; k += l.lanes) {
      double a = (double)x[k], b = (double)y[k];
      sum.dot += a * b, sum.xx += a * a, sum.yy += b * b;
    }
    sum = join_lanes(ProductSum(), all, sum, l);
    if (i >= l.count) continue;
    double xx = 1 / (sum.xx + tiny), yy = 1 / (sum.yy + tiny), both = sqrt(xx * yy);
    double cosine = sum.dot * both, over = cosine - margin <= 0 ? 0 : cosine - margin;
    bool same = signs[i] == 1;
    if (values) {
      if (l.lane() == 0) values[i] = same ? 1 - cosine : over;
      continue;
    }
    double f = same ? -factor : signs[i] != -1 ? (double)NAN : cosine - margin <= 0 ? 0 : factor;
    double fx = f * cosine * xx, fy = f * cosine * yy;
    f *= both;
    for (int64_t k = l.lane(); k < end; k += l.lanes) {
      double a = (double)x[k], b = (double)y[k];
      gxs[i * l.len + k] = (S)(f * b - fx * a);
      gys[i * l.len + k] = (S)(f * a - fy * b);
    }
  }
}

// Memory for the values of n samples and for the positions of their bad targets.
struct Values {
  Scratch scratch;
  double *values;
  int64_t *bad;
  lt_status allocate(int64_t n) {
    LT_TRY(scratch.allocate((size_t)n * 16));
    values = scratch.as<double>();
    bad = (int64_t *)(values + n);
    return LT_OK;
  }
  lt_status sum(const char *op, int64_t n, ClassTotal *t, bool targets) {
    Samples s;
    s.values = values, s.bad = targets ? bad : nullptr;
    return total(op, s, n, t);
  }
};

template <typename S>
lt_status multimargin(double *out, int64_t n, int64_t c, S *gx, const Margin<S> &s) {
  Lanes l(n, c, false);
  Values v;
  if (!gx) LT_TRY(v.allocate(n));
  LT_TRY(launch("multimargin", multimargin_kernel<S>, l.blocks(), REDUCE_THREADS,
                REDUCE_THREADS * sizeof(double), l, s, gx ? nullptr : v.values,
                gx ? nullptr : v.bad, gx));
  if (gx) return LT_OK;
  ClassTotal t;
  LT_TRY(v.sum("multimargin", n, &t, true));
  LT_TRY(check_total("multimargin", t, s.target, c));
  *out = t.sum;
  return LT_OK;
}

template <typename S>
lt_status multilabel(double *out, int64_t n, int64_t c, S *gx, const S *x, const int64_t *target,
                     double factor) {
  const char *op = "multilabelmargin";
  int64_t blocks = LT_MAX((int64_t)1, LT_MIN(n, (int64_t)cuda_multiprocessors() * 8));
  Values v;
  Scratch marks;
  if (!gx) LT_TRY(v.allocate(n));
  LT_TRY(marks.allocate((size_t)(blocks * c)));
  LT_TRY(launch(op, multilabel_kernel<S>, dim3((unsigned)blocks), CUDA_THREADS,
                CUDA_THREADS * sizeof(double), Lanes(1, CUDA_THREADS, false), n, c,
                marks.as<uint8_t>(), gx ? nullptr : v.values, gx ? nullptr : v.bad, gx, x, target,
                factor / (double)c));
  if (gx) return LT_OK;
  ClassTotal t;
  int64_t value;
  LT_TRY(v.sum(op, n, &t, true));
  *out = t.sum;
  if (t.bad == INT64_MAX) return LT_OK;
  LT_TRY(cuda_read(op, &value, target + t.bad, sizeof value));
  return lti_fail(
      LT_ERANGE, "%s: target %lld at position %lld of sample %lld is out of range [0, %lld]", op,
      (long long)value, (long long)(t.bad % c) + 1, (long long)(t.bad / c) + 1, (long long)c);
}

} // namespace

CUDA_KERNEL(multimargin)
(int dtype, double *out, int64_t n, int64_t c, const void *x, const int64_t *target,
 const void *weights, int p, double margin){
    CUDA_SWITCH(dtype, CUDA_FOR_REAL, "multimargin",
                return multimargin<S>(out, n, c, nullptr,
                                      {(const S *)x, (const S *)weights, target, p, margin, 1}))}

CUDA_KERNEL(multimargin_grad)(int dtype, int64_t n, int64_t c, void *gx, const void *x,
                              const int64_t *target, const void *weights, int p, double margin,
                              double factor){CUDA_SWITCH(
    dtype, CUDA_FOR_REAL, "multimargin",
    return multimargin<S>(nullptr, n, c, (S *)gx,
                          {(const S *)x, (const S *)weights, target, p, margin, factor}))}

CUDA_KERNEL(multilabelmargin)(int dtype, double *out, int64_t n, int64_t c, const void *x,
                              const int64_t *target){
    CUDA_SWITCH(dtype, CUDA_FOR_REAL, "multilabelmargin",
                return multilabel<S>(out, n, c, nullptr, (const S *)x, target, 1))}

CUDA_KERNEL(multilabelmargin_grad)(int dtype, int64_t n, int64_t c, void *gx, const void *x,
                                   const int64_t *target, double factor){
    CUDA_SWITCH(dtype, CUDA_FOR_REAL, "multilabelmargin",
                return multilabel<S>(nullptr, n, c, (S *)gx, (const S *)x, target, factor))}

CUDA_KERNEL(cosineembedding)(int dtype, double *out, int64_t n, int64_t d, const void *x,
                             const void *y, const void *target, double margin) {
  LT_TRY(cuda_check_signs("cosineembedding", dtype, n, target));
  Lanes l(n, d, false);
  Values v;
  ClassTotal t;
  LT_TRY(v.allocate(n));
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "cosineembedding", {
    LT_TRY(launch("cosineembedding", cosine_kernel<S>, l.blocks(), REDUCE_THREADS,
                  REDUCE_THREADS * sizeof(Products), l, v.values, nullptr, nullptr, (const S *)x,
                  (const S *)y, (const S *)target, margin, 1));
    LT_TRY(v.sum("cosineembedding", n, &t, false));
    *out = t.sum;
    return LT_OK;
  })
}

CUDA_KERNEL(cosineembedding_grad)
(int dtype, int64_t n, int64_t d, void *gx, void *gy, const void *x, const void *y,
 const void *target, double margin, double factor) {
  Lanes l(n, d, false);
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "cosineembedding",
              return launch("cosineembedding", cosine_kernel<S>, l.blocks(), REDUCE_THREADS,
                            REDUCE_THREADS * sizeof(Products), l, nullptr, (S *)gx, (S *)gy,
                            (const S *)x, (const S *)y, (const S *)target, margin, factor))
}
