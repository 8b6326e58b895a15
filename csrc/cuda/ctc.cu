// Connectionist temporal classification: forward and backward recursions in log space and double. A
// block takes a sample through its frames, a thread some of its states. Graves et al. 2006,
// Connectionist temporal classification.
//
// The states of a sample with m labels are blank, label 1, blank, ..., label m, blank. A row of
// alpha holds two -inf, the states of the longest sample, and the log-sum of the frame's scores.
#include <stdlib.h>

#include "cuda/lanes.cuh"

#include "core/functor.h"
extern "C" {
#include "core/ctc.h"
}

namespace {

enum { PAD = 2 };

template <typename S>
struct Job {
  int64_t frames, n, c, width;         // width: labels of a sample, padded with 0
  int64_t frame_stride, sample_stride; // of scores, in elements
  const S *x;
  const int64_t *label, *lengths;
  int64_t blank;
  bool zero_infinity;

  __device__ int64_t row() const { return PAD + 2 * width + 2; }
  // Elements of two rows of states with PAD more behind each.
  __device__ int64_t room() const { return 2 * width + 1 + PAD; }
  __device__ const S *scores(int64_t i, int64_t t) const {
    return x + t * frame_stride + i * sample_stride;
  }
  __device__ int64_t labels(int64_t i) const {
    int64_t m = 0;
    while (m < width && label[i * width + m]) m++;
    return m;
  }
  __device__ int64_t class_of(int64_t i, int64_t state) const {
    return (state % 2 ? label[i * width + state / 2] : blank) - 1;
  }
  // Whether state s may follow state s - 2: two different labels.
  __device__ bool skips(int64_t i, int64_t s) const {
    const int64_t *l = label + i * width;
    return s % 2 && s > 1 && l[s / 2] != l[s / 2 - 1];
  }
};

// log(exp a + exp b + exp c)
__device__ double log_sum3(double a, double b, double c) {
  double base = a > b ? a : b;
  base = c > base ? c : base;
  base = base > -1e300 ? base : -1e300; // not -inf, which would make -inf - -inf
  return base + m_log(m_exp(a - base) + m_exp(b - base) + m_exp(c - base));
}

struct Largest {
  typedef double Acc;
  __device__ void combine(Acc &acc, const Acc &later) const { acc = later > acc ? later : acc; }
};
struct Sum {
  typedef double Acc;
  __device__ void combine(Acc &acc, const Acc &later) const { acc += later; }
};

// log sum of exp of c scores, by a block.
template <typename S>
__device__ double log_sum(double *all, const Lanes &l, const S *x, int64_t c) {
  double most = -INFINITY, sum = 0;
  for (int64_t k = threadIdx.x; k < c; k += blockDim.x)
    most = (double)x[k] > most || x[k] != x[k] ? (double)x[k] : most;
  most = join_lanes(Largest(), all, most, l);
  if (most == INFINITY || most == -INFINITY) return most;
  for (int64_t k = threadIdx.x; k < c; k += blockDim.x) sum += (double)m_exp(x[k] - (S)most);
  return most + m_log(join_lanes(Sum(), all, sum, l));
}

__device__ double log_likelihood(const double *last, int64_t states) {
  return log_sum3(last[states - 1], states > 1 ? last[states - 2] : -(double)INFINITY,
                  -(double)INFINITY);
}

template <typename S>
__global__ void forward_kernel(Job<S> j, Lanes l, double *alphas, double *loss) {
  DYNAMIC_SHARED(double, all);
  for (int64_t i = blockIdx.x; i < j.n; i += gridDim.x) {
    int64_t states = 2 * j.labels(i) + 1, row = j.row();
    double *alpha = alphas + i * j.frames * row;
    for (int64_t t = 0; t < j.lengths[i]; t++, alpha += row) {
      const S *x = j.scores(i, t);
      double sum = log_sum(all, l, x, j.c), *now = alpha + PAD;
      const double *before = now - row;
      for (int64_t s = threadIdx.x; s < states; s += blockDim.x) {
        double v = s < 2 ? 0 : -(double)INFINITY;
        if (t > 0)
          v = log_sum3(before[s], before[s - 1], j.skips(i, s) ? before[s - 2] : -(double)INFINITY);
        now[s] = v + (double)x[j.class_of(i, s)] - sum;
      }
      if (threadIdx.x == 0) alpha[row - 1] = sum, alpha[0] = alpha[1] = -(double)INFINITY;
      __syncthreads();
    }
    double v = -log_likelihood(alpha - row + PAD, states);
    if (threadIdx.x == 0) loss[i] = j.zero_infinity && v == (double)INFINITY ? 0 : v;
    __syncthreads();
  }
}

// scratch: two rows of room() for each block. gx = factor (softmax(x) - the posterior of the
// states, added by label).
template <typename S>
__global__ void backward_kernel(Job<S> j, const double *alphas, double *scratch, S *gx,
                                double factor) {
  int64_t row = j.row(), room = j.room();
  double *next = scratch + blockIdx.x * 2 * room, *posterior = next + room;
  for (int64_t i = blockIdx.x; i < j.n; i += gridDim.x) {
    int64_t labels = j.labels(i), states = 2 * labels + 1;
    int64_t length = j.lengths[i];
    const int64_t *label = j.label + i * j.width;
    const double *alpha = alphas + i * j.frames * row;
    double total = log_likelihood(alpha + (length - 1) * row + PAD, states);
    bool lost = j.zero_infinity && total == -(double)INFINITY;
    for (int64_t s = threadIdx.x; s < states + PAD; s += blockDim.x)
      next[s] = s < states - 2 || s >= states ? -(double)INFINITY : 0;
    __syncthreads();
    for (int64_t t = j.frames - 1; t >= 0; t--) {
      const S *x = j.scores(i, t);
      S *out = gx + (x - j.x);
      if (t >= length || lost) {
        for (int64_t k = threadIdx.x; k < j.c; k += blockDim.x) out[k] = 0;
        continue;
      }
      const double *now = alpha + t * row + PAD;
      double sum = alpha[t * row + row - 1];
      for (int64_t s = threadIdx.x; s < states; s += blockDim.x) {
        posterior[s] = m_exp(now[s] + next[s] - total);
        next[s] += (double)x[j.class_of(i, s)] - sum;
      }
      for (int64_t k = threadIdx.x; k < j.c; k += blockDim.x)
        out[k] = (S)factor * m_exp(x[k] - (S)sum);
      __syncthreads();
      // the first of equal labels takes the posteriors of all, the last thread those of blanks
      for (int64_t a = threadIdx.x; a <= labels; a += blockDim.x) {
        double found = a < labels ? 0 : posterior[0];
        bool first = true;
        for (int64_t b = 0; b < labels && first; b++) {
          if (a == labels)
            found += posterior[2 * b + 2];
          else if (label[b] == label[a] && b < a)
            first = false;
          else if (label[b] == label[a])
            found += posterior[2 * b + 1];
        }
        if (first) out[a < labels ? label[a] - 1 : j.blank - 1] -= (S)(factor * found);
      }
      __syncthreads();
      for (int64_t s = threadIdx.x; s < states; s += blockDim.x)
        posterior[s] =
            log_sum3(next[s], next[s + 1],
                     s + 2 < states && j.skips(i, s + 2) ? next[s + 2] : -(double)INFINITY);
      __syncthreads();
      for (int64_t s = threadIdx.x; s < states; s += blockDim.x) next[s] = posterior[s];
      __syncthreads();
    }
    __syncthreads();
  }
}

struct Losses : Sum {
  const double *values;
  __device__ Acc start() const { return 0; }
  __device__ void take(Acc &acc, int64_t i) const { acc += values[i]; }
};

// Labels and lengths on the host, checked.
template <typename S>
lt_status check(const Job<S> &j) {
  size_t labels = (size_t)(j.n * j.width), bytes = (labels + (size_t)j.n) * sizeof(int64_t);
  int64_t *host = (int64_t *)malloc(bytes);
  if (!host) return lti_fail(LT_ENOMEM, "ctc: no memory for %lld bytes", (long long)bytes);
  lt_status rc = cuda_read("ctc", host, j.label, labels * sizeof(int64_t));
  if (rc == LT_OK) rc = cuda_read("ctc", host + labels, j.lengths, (size_t)j.n * sizeof(int64_t));
  if (rc == LT_OK)
    rc = lti_ctc_check(j.frames, j.n, j.c, j.width, host, host + labels, j.blank, j.zero_infinity);
  free(host);
  return rc;
}

template <typename S>
Job<S> job(int64_t frames, int64_t n, int64_t c, int64_t width, int batch_first, const void *x,
           const int64_t *label, const int64_t *lengths, int64_t blank, int zero_infinity) {
  return {
      frames,       n,     c,       width, batch_first ? c : n * c, batch_first ? frames * c : c,
      (const S *)x, label, lengths, blank, zero_infinity != 0};
}

template <typename S>
lt_status forward(const Job<S> &j, double *out, double *alpha) {
  LT_TRY(check(j));
  Scratch loss;
  LT_TRY(loss.allocate((size_t)j.n * sizeof(double)));
  LT_TRY(launch("ctc", forward_kernel<S>, dim3((unsigned)LT_MIN(j.n, (int64_t)65535)),
                REDUCE_THREADS, REDUCE_THREADS * sizeof(double), j, Lanes(1, REDUCE_THREADS, false),
                alpha, loss.as<double>()));
  Losses f;
  f.values = loss.as<double>();
  return total("ctc", f, j.n, out);
}

template <typename S>
lt_status backward(const Job<S> &j, S *gx, const double *alpha, double factor) {
  LT_TRY(check(j));
  int64_t blocks = LT_MIN(j.n, (int64_t)cuda_multiprocessors() * 8);
  Scratch scratch;
  LT_TRY(scratch.allocate((size_t)(blocks * 2 * (2 * j.width + 1 + PAD)) * sizeof(double)));
  return launch("ctc", backward_kernel<S>, dim3((unsigned)blocks), REDUCE_THREADS, 0, j, alpha,
                scratch.as<double>(), gx, factor);
}

} // namespace

CUDA_KERNEL(ctc)
(int dtype, double *out, double *alpha, int64_t frames, int64_t n, int64_t c, int64_t width,
 int batch_first, const void *x, const int64_t *label, const int64_t *lengths, int64_t blank,
 int zero_infinity){CUDA_SWITCH(dtype, CUDA_FOR_REAL, "ctc",
                                return forward(job<S>(frames, n, c, width, batch_first, x, label,
                                                      lengths, blank, zero_infinity),
                                               out, alpha))}

CUDA_KERNEL(ctc_grad)(int dtype, void *gx, const double *alpha, int64_t frames, int64_t n,
                      int64_t c, int64_t width, int batch_first, const void *x,
                      const int64_t *label, const int64_t *lengths, int64_t blank,
                      int zero_infinity, double factor) {
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "ctc",
              return backward(
                  job<S>(frames, n, c, width, batch_first, x, label, lengths, blank, zero_infinity),
                  (S *)gx, alpha, factor))
}
