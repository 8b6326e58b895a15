// Losses of Float and Double: a number, and the gradient of the input. Sums are made in double.
#include "cuda/lanes.cuh"

#include "core/functor.h"
extern "C" {
#include "core/loss.h"
}

namespace {

// ---- losses of elements ----

__device__ double loss_value(int loss, double x, double t, double a, double b) {
  switch (loss) {
#define LOSS(name, value, derivative) \
  case LTI_LOSS_##name: return (double)(value);
    LTI_LOSSES(LOSS)
#include "loss.def"
  }
  return a + b;
}

__device__ double loss_slope(int loss, double x, double t, double a, double b) {
  switch (loss) {
#define LOSS(name, value, derivative) \
  case LTI_LOSS_##name: return (double)(derivative);
    LTI_LOSSES(LOSS)
#include "loss.def"
  }
  return a + b;
}

// x [rows cols], weights [cols] or NULL.
template <typename S>
struct Elements {
  typedef double Acc;
  int loss;
  Split cols;
  const S *x, *t, *w;
  double a, b;
  __device__ double weight(int64_t i) const { return w ? (double)w[cols.take(i)] : 1; }
  __device__ Acc start() const { return 0; }
  __device__ void take(Acc &acc, int64_t i) const {
    acc += loss_value(loss, (double)x[i], (double)t[i], a, b) * weight(i);
  }
  __device__ void combine(Acc &acc, const Acc &later) const { acc += later; }
};

template <typename S>
__global__ void slopes_kernel(Elements<S> s, int64_t n, S *gx, double factor) {
  for (FLAT(i, n))
    gx[i] =
        (S)(loss_slope(s.loss, (double)s.x[i], (double)s.t[i], s.a, s.b) * (factor * s.weight(i)));
}

struct NoProbability {
  template <typename S>
  __device__ static bool is(S p) {
    return !(p >= 0 && p <= 1);
  }
};

struct NoSign {
  template <typename S>
  __device__ static bool is(S t) {
    return t != 1 && t != -1;
  }
};

template <typename S>
lt_status check_probabilities(int dtype, int64_t n, const void *x) {
  int64_t at;
  double value = 0;
  LT_TRY((find<S, NoProbability>("bce", n, x, &at, &value)));
  LT_CHECK(at < 0, EARG, "bce: input %.*g at position %lld is not between 0 and 1",
           dtype == LT_FLOAT ? 9 : 17, lti_number(value), (long long)at + 1);
  return LT_OK;
}

template <typename S>
lt_status check_signs(const char *op, int64_t n, const void *t) {
  int64_t at;
  double value = 0;
  LT_TRY((find<S, NoSign>(op, n, t, &at, &value)));
  LT_CHECK(at < 0, ERANGE, "%s: target %g at position %lld is neither 1 nor -1", op,
           lti_number(value), (long long)at + 1);
  return LT_OK;
}

} // namespace

CUDA_KERNEL(check_signs)
(const char *op, int dtype, int64_t n,
 const void *t){CUDA_SWITCH(dtype, CUDA_FOR_REAL, op, return check_signs<S>(op, n, t))}

CUDA_KERNEL(loss)(int loss, int dtype, double *out, int64_t rows, int64_t cols, const void *x,
                  const void *target, const void *weights, double a, double b) {
  int64_t n = rows * cols;
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "loss", {
    LT_TRY(total("loss",
                 Elements<S>{loss, Split(cols, n), (const S *)x, (const S *)target,
                             (const S *)weights, a, b},
                 n, out));
    return loss == LTI_LOSS_BCE && isnan(*out) ? check_probabilities<S>(dtype, n, x) : LT_OK;
  })
}

CUDA_KERNEL(loss_grad)
(int loss, int dtype, int64_t rows, int64_t cols, void *gx, const void *x, const void *target,
 const void *weights, double a, double b, double factor) {
  int64_t n = rows * cols;
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "loss",
              return launch_flat("loss", n, slopes_kernel<S>,
                                 Elements<S>{loss, Split(cols, n), (const S *)x, (const S *)target,
                                             (const S *)weights, a, b},
                                 n, (S *)gx, factor))
}
