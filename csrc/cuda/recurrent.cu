// One direction of a recurrent layer of Float or Double over a whole sequence: in each step a
// matrix product by cuBLAS and a kernel for the cells, and their gradient.
#include "cuda/cuda.cuh"

#include "core/functor.h"
#include "cuda/gemm.cuh"
extern "C" {
#include "core/recurrence.h"
}

namespace {

// The step at time t: rows of the sample b of it, lengths on the device.
struct Step {
  int cell;
  bool reverse;
  int64_t t, n, h, gates, row, steps;
  const int64_t *lengths;

  __device__ int64_t length(int64_t b) const { return lengths ? lengths[b] : steps; }
};

// gates hold x W' + h W' and become what the backward pass needs; extra: c of an LSTM, W h of n of
// a GRU.
template <typename S>
__global__ void cell_kernel(Step s, S *y, S *gates, S *extra, S *hs, S *cs, const S *bias) {
  int64_t n = s.h;
  for (FLAT(i, s.n * n)) {
    int64_t b = i / n, u = i % n;
    S *a = gates + b * s.gates + u, out = 0;
    auto sum = [&](int gate) { return a[gate * n] + (bias ? bias[gate * n + u] : (S)0); };
    if (s.t >= s.length(b)) {
      y[b * s.row + u] = 0;
      continue;
    }
    if (s.cell == LT_CELL_LSTM) {
      S in = m_sigmoid(sum(0)), f = m_sigmoid(sum(1)), g = m_tanh(sum(2)), o = m_sigmoid(sum(3));
      S c = f * cs[i] + in * g;
      a[0] = in, a[n] = f, a[2 * n] = g, a[3 * n] = o;
      cs[i] = extra[i] = c;
      out = o * m_tanh(c);
    } else if (s.cell == LT_CELL_GRU) {
      S hidden = extra[i] + (bias ? bias[2 * n + u] : (S)0);
      S r = m_sigmoid(sum(0)), z = m_sigmoid(sum(1)), g = m_tanh(a[2 * n] + r * hidden);
      a[0] = r, a[n] = z, a[2 * n] = g;
      extra[i] = hidden;
      out = g + z * (hs[i] - g);
    } else {
      S v = sum(0);
      out = s.cell == LT_CELL_TANH ? m_tanh(v) : v < 0 ? 0 : v;
    }
    hs[i] = y[b * s.row + u] = out;
  }
}

// What the gradient reads: of this step, and of all to find the state before it.
template <typename S>
struct Kept {
  const S *gy, *gates, *extra, *y, *h0, *c0;
};

// dh, the gradient of h', becomes the part of h's that passes no weights.
template <typename S>
__global__ void cell_grad_kernel(Step s, S *dgates, S *dextra, S *dhs, S *dcs, Kept<S> k) {
  int64_t n = s.h, before = s.reverse ? s.n : -s.n;
  for (FLAT(i, s.n * n)) {
    int64_t b = i / n, u = i % n, length = s.length(b);
    S *d = dgates + b * s.gates + u;
    const S *a = k.gates + b * s.gates + u;
    bool first = s.t == (s.reverse ? length - 1 : 0);
    if (s.t >= length) {
      for (int64_t gate = 0; gate < s.gates; gate += n) d[gate] = 0;
      if (dextra) dextra[i] = 0;
      continue;
    }
    S gh = dhs[i] + k.gy[b * s.row + u];
    if (s.cell == LT_CELL_LSTM) {
      S in = a[0], f = a[n], g = a[2 * n], o = a[3 * n], t = m_tanh(k.extra[i]);
      S gc = dcs[i] + gh * o * (1 - t * t);
      S c = first ? k.c0[i] : k.extra[before * n + i];
      d[0] = gc * g * in * (1 - in);
      d[n] = gc * c * f * (1 - f);
      d[2 * n] = gc * in * (1 - g * g);
      d[3 * n] = gh * t * o * (1 - o);
      dcs[i] = gc * f;
      dhs[i] = 0;
    } else if (s.cell == LT_CELL_GRU) {
      S r = a[0], z = a[n], g = a[2 * n], dn = gh * (1 - z) * (1 - g * g);
      S h = first ? k.h0[i] : k.y[(before + b) * s.row + u];
      d[0] = dn * k.extra[i] * r * (1 - r);
      d[n] = gh * (h - g) * z * (1 - z);
      d[2 * n] = dn;
      dextra[i] = dn * r;
      dhs[i] = gh * z;
    } else {
      S y = k.y[b * s.row + u];
      d[0] = gh * (s.cell == LT_CELL_TANH ? 1 - y * y : (S)(y > 0));
      dhs[i] = 0;
    }
  }
}

// The lengths, which are on the host, on the device.
lt_status upload(Scratch *to, const lt_recurrence *s) {
  if (!s->lengths) return LT_OK;
  return cuda_upload("recurrent", to, s->lengths, (size_t)s->n * sizeof(int64_t));
}

Step step_of(const lt_recurrence *s, int64_t t, Scratch *lengths) {
  return {s->cell,
          s->reverse != 0,
          t,
          s->n,
          s->h,
          s->gates,
          s->row,
          s->t,
          s->lengths ? lengths->as<int64_t>() : nullptr};
}

template <typename S>
lt_status forward(int dtype, const lt_recurrence *s, S *y, S *gates, S *extra, S *h, S *c,
                  const S *w, const S *bias) {
  Scratch lengths;
  LT_TRY(upload(&lengths, s));
  int64_t summed = lti_summed_gates(s), n = s->h;
  for (int64_t k = 0; k < s->t; k++) {
    int64_t t = s->reverse ? s->t - 1 - k : k, at = t * s->n;
    S *now = gates + at * s->gates, *beside = extra ? extra + at * n : nullptr;
    LT_TRY(cuda_gemm(dtype, 0, 1, s->n, summed, n, gemm_scalar(1), h, n, w, n, gemm_scalar(1), now,
                     s->gates));
    if (s->cell == LT_CELL_GRU)
      LT_TRY(cuda_gemm(dtype, 0, 1, s->n, n, n, gemm_scalar(1), h, n, w + summed * n, n,
                       gemm_scalar(0), beside, n));
    LT_TRY(launch_flat("recurrent", s->n * n, cell_kernel<S>, step_of(s, t, &lengths),
                       y + at * s->row, now, beside, h, c, bias));
  }
  return LT_OK;
}

template <typename S>
lt_status backward(int dtype, const lt_recurrence *s, S *dgates, S *dextra, S *dh, S *dc,
                   const Kept<S> &all, const S *w) {
  Scratch lengths;
  LT_TRY(upload(&lengths, s));
  int64_t summed = lti_summed_gates(s), n = s->h;
  for (int64_t k = s->t - 1; k >= 0; k--) {
    int64_t t = s->reverse ? s->t - 1 - k : k, at = t * s->n;
    S *d = dgates + at * s->gates, *beside = dextra ? dextra + at * n : nullptr;
    Kept<S> now = {all.gy + at * s->row,
                   all.gates + at * s->gates,
                   all.extra ? all.extra + at * n : nullptr,
                   all.y + at * s->row,
                   all.h0,
                   all.c0};
    LT_TRY(launch_flat("recurrent", s->n * n, cell_grad_kernel<S>, step_of(s, t, &lengths), d,
                       beside, dh, dc, now));
    LT_TRY(cuda_gemm(dtype, 0, 0, s->n, n, summed, gemm_scalar(1), d, s->gates, w, n,
                     gemm_scalar(1), dh, n));
    if (s->cell == LT_CELL_GRU)
      LT_TRY(cuda_gemm(dtype, 0, 0, s->n, n, n, gemm_scalar(1), beside, n, w + summed * n, n,
                       gemm_scalar(1), dh, n));
  }
  return LT_OK;
}

} // namespace

CUDA_KERNEL(recurrent)
(int dtype, const lt_recurrence *s, void *y, void *gates, void *extra, void *h, void *c,
 const void *w,
 const void *bias){CUDA_SWITCH(dtype, CUDA_FOR_REAL, "recurrent",
                               return forward<S>(dtype, s, (S *)y, (S *)gates, (S *)extra, (S *)h,
                                                 (S *)c, (const S *)w, (const S *)bias))}

CUDA_KERNEL(recurrent_grad)(int dtype, const lt_recurrence *s, void *dgates, void *dextra, void *dh,
                            void *dc, const void *gy, const void *gates, const void *extra,
                            const void *y, const void *h0, const void *c0, const void *w) {
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "recurrent",
              return backward<S>(dtype, s, (S *)dgates, (S *)dextra, (S *)dh, (S *)dc,
                                 {(const S *)gy, (const S *)gates, (const S *)extra, (const S *)y,
                                  (const S *)h0, (const S *)c0},
                                 (const S *)w))
}
