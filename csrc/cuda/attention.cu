// Scaled dot-product attention of Float or Double and its gradient: weights of a part of the
// queries with all keys, by matrix products and kernels on their lines. A part takes ROOM bytes at
// most; in the gradient weights are computed again from the log-sums of exponentials. Half types go
// to attention_half.cu.
#include "cuda/attention.cuh"
#include "cuda/gemm.cuh"

namespace {

const int64_t ROOM = (int64_t)32 << 20; // about what stays in the second-level cache

// The lines of a part: weights [n heads m keys].
struct Lines {
  Part p;
  int64_t heads, tq;
  Visible all;

  __device__ int64_t sample(int64_t line) const { return p.n0 + line / (heads * p.m); }
  // Of all heads.
  __device__ int64_t query(int64_t line) const {
    return (p.n0 * heads + line / p.m) * tq + p.q0 + line % p.m;
  }
  __device__ int64_t seen(int64_t line) const { return all.keys(sample(line), p.q0 + line % p.m); }
  __device__ bool counts(int64_t line, int64_t key) const { return all.counts(sample(line), key); }
  __device__ uint32_t row(int64_t line) const { return all.row(query(line)); }
};

// Products of queries and keys become weights, dropped ones among them; lse[n heads tq].
template <typename S>
__global__ void weights_kernel(Lanes l, Lines s, S scale, S *xs, S *lse) {
  DYNAMIC_SHARED(typename Exponentials<S>::Acc, all);
  Exponentials<S> f;
  for (LINES(line, l)) {
    S *x = xs + line * l.len;
    int64_t end = line < l.count ? l.len : 0, seen = end ? s.seen(line) : 0;
    typename Exponentials<S>::Acc acc = f.start();
    for (int64_t j = l.lane(); j < end && j < seen; j += l.lanes)
      if (s.counts(line, j)) f.combine(acc, {scale * x[j], 1});
    acc = join_lanes(f, all, acc, l);
    S by = acc.sum == 0 ? 0 : 1 / acc.sum;
    uint32_t row = end ? s.row(line) : 0;
    for (int64_t j = l.lane(); j < end; j += l.lanes) {
      S w = j < seen && s.counts(line, j) ? m_exp(scale * x[j] - acc.most) * by : (S)0;
      x[j] = s.all.dropout > 0 ? w * s.all.kept<S>(row, j) : w;
    }
    if (end && l.lane() == 0)
      lse[s.query(line)] = acc.sum == 0 ? (S)INFINITY : acc.most + m_log(acc.sum);
  }
}

// Products x of queries and keys become weights after dropping; d, gradients of these weights,
// become those of the products.
template <typename S>
__global__ void weights_grad_kernel(Lines s, int64_t total, Split keys, S scale, S *x, S *d,
                                    const S *lse, const S *dots) {
  for (FLAT(i, total)) {
    int64_t line = i, j = keys.take(line);
    S w = j < s.seen(line) && s.counts(line, j) ? m_exp(scale * x[i] - lse[s.query(line)]) : (S)0;
    S f = s.all.dropout > 0 ? s.all.kept<S>(s.row(line), j) : (S)1;
    x[i] = w * f;
    d[i] = w * (d[i] * f - dots[line]) * scale;
  }
}

// Rows of one head's matrices [t size] of samples that are one after another.
template <typename S>
struct Heads {
  S *data;
  lti_rows rows;
  int64_t size;
  S *at(int64_t n, int64_t t, int64_t head) const {
    return data + n * rows.sample + t * rows.row + head * size;
  }
};

// c[m n] = op(a)[m k] op(b)[k n] + beta c of all heads and samples of a part, where operands are
// given by their first elements and what is from one head and from one sample to the next.
struct Operand {
  void *first;
  int64_t ld, head, sample;
};

template <typename S>
lt_status products(const Part &p, int64_t heads, int transa, int transb, int64_t m, int64_t n,
                   int64_t k, const Operand &a, const Operand &b, double beta, const Operand &c) {
  bool by_sample = p.n > heads; // the longer batch goes into one call
  int64_t calls = by_sample ? heads : p.n;
  auto at = [&](const Operand &o, int64_t i) {
    return (S *)o.first + i * (by_sample ? o.head : o.sample);
  };
  auto stride = [&](const Operand &o) { return by_sample ? o.sample : o.head; };
  for (int64_t i = 0; i < calls; i++)
    LT_TRY(cuda_gemm_batch(Dtype<S>::value, transa, transb, by_sample ? p.n : heads, m, n, k,
                           gemm_scalar(1), at(a, i), a.ld, stride(a), at(b, i), b.ld, stride(b),
                           gemm_scalar(beta), at(c, i), c.ld, stride(c)));
  return LT_OK;
}

template <typename S>
Operand operand(const Heads<S> &h, const Part &p, int64_t t) {
  return {(void *)h.at(p.n0, t, 0), h.rows.row, h.size, h.rows.sample};
}

Lines lines(const lti_attention *s, const Part &p, Padding &padding) {
  return {p, s->heads, s->tq, padding.visible(s)};
}

// Calls run(part) for parts whose weights take at most `room` bytes.
template <typename S, typename Run>
lt_status for_queries(const lti_attention *s, int64_t room, Run run) {
  int64_t line = s->heads * s->tk * (int64_t)sizeof(S), fit = LT_MAX((int64_t)1, room / line);
  int64_t m = LT_MIN(s->tq, fit), n = LT_MIN(s->n, LT_MAX((int64_t)1, fit / s->tq));
  for (int64_t n0 = 0; n0 < s->n; n0 += n)
    for (int64_t q0 = 0; q0 < s->tq; q0 += m) {
      Part p = {n0, LT_MIN(n, s->n - n0), q0, LT_MIN(m, s->tq - q0), s->tk};
      if (s->causal) p.keys = LT_MIN(p.keys, q0 + p.m);
      LT_TRY(run(p));
    }
  return LT_OK;
}

// Elements of the weights of the largest part.
template <typename S>
int64_t largest(const lti_attention *s, int64_t room) {
  int64_t line = s->heads * s->tk * (int64_t)sizeof(S), fit = LT_MAX((int64_t)1, room / line);
  return LT_MIN(fit, s->n * s->tq) * s->heads * s->tk;
}

template <typename S>
lt_status forward(const lti_attention *s, S *y, S *lse, const S *q, const S *k, const S *v) {
  Heads<const S> hq = {q, s->q, s->d}, hk = {k, s->k, s->d}, hv = {v, s->v, s->dv};
  Heads<S> hy = {y, s->y, s->dv};
  Scratch scratch;
  Padding padding;
  LT_TRY(padding.upload(s));
  LT_TRY(scratch.allocate((size_t)largest<S>(s, ROOM) * sizeof(S)));
  S *x = scratch.as<S>();
  return for_queries<S>(s, ROOM, [&](const Part &p) -> lt_status {
    Operand w = {x, p.keys, p.m * p.keys, s->heads * p.m * p.keys};
    LT_TRY(products<S>(p, s->heads, 0, 1, p.m, p.keys, s->d, operand(hq, p, p.q0),
                       operand(hk, p, 0), 0, w));
    Lanes l(p.n * s->heads * p.m, p.keys, false);
    LT_TRY(launch("attention", weights_kernel<S>, l.blocks(), REDUCE_THREADS,
                  REDUCE_THREADS * 2 * sizeof(S), l, lines(s, p, padding), (S)s->scale, x, lse));
    return products<S>(p, s->heads, 0, 0, p.m, s->dv, p.keys, w, operand(hv, p, 0), 0,
                       operand(hy, p, p.q0));
  });
}

template <typename S>
lt_status clear(const Heads<S> &h, const lti_attention *s, int64_t t);

template <typename S>
lt_status backward(const lti_attention *s, S *gq, S *gk, S *gv, const S *gy, const S *y,
                   const S *lse, const S *q, const S *k, const S *v) {
  Heads<const S> hq = {q, s->q, s->d}, hk = {k, s->k, s->d}, hv = {v, s->v, s->dv};
  Heads<const S> hgy = {gy, s->y, s->dv};
  Heads<S> hgq = {gq, s->gq, s->d}, hgk = {gk, s->gk, s->d}, hgv = {gv, s->gv, s->dv};
  int64_t most = largest<S>(s, ROOM / 2), queries = most / s->tk;
  Scratch scratch;
  Padding padding;
  LT_TRY(padding.upload(s));
  LT_TRY(scratch.allocate((size_t)(2 * most + queries) * sizeof(S)));
  S *x = scratch.as<S>(), *d = x + most, *dots = d + most;
  // the first part writes the gradients of all keys and values, of which later ones are part
  LT_TRY(clear(hgk, s, s->tk));
  LT_TRY(clear(hgv, s, s->tk));
  return for_queries<S>(s, ROOM / 2, [&](const Part &p) -> lt_status {
    Operand w = {x, p.keys, p.m * p.keys, s->heads * p.m * p.keys}, dw = w;
    dw.first = d;
    LT_TRY(products<S>(p, s->heads, 0, 1, p.m, p.keys, s->d, operand(hq, p, p.q0),
                       operand(hk, p, 0), 0, w));
    LT_TRY(products<S>(p, s->heads, 0, 1, p.m, p.keys, s->dv, operand(hgy, p, p.q0),
                       operand(hv, p, 0), 0, dw));
    int64_t count = p.n * s->heads * p.m;
    LT_TRY(attention_dots(s, p, dots, gy, y));
    LT_TRY(launch_flat("attention", count * p.keys, weights_grad_kernel<S>, lines(s, p, padding),
                       count * p.keys, Split(p.keys, count * p.keys), (S)s->scale, x, d, lse,
                       dots));
    LT_TRY(products<S>(p, s->heads, 1, 0, p.keys, s->dv, p.m, w, operand(hgy, p, p.q0), 1,
                       operand(hgv, p, 0)));
    LT_TRY(products<S>(p, s->heads, 0, 0, p.m, s->d, p.keys, dw, operand(hk, p, 0), 0,
                       operand(hgq, p, p.q0)));
    return products<S>(p, s->heads, 1, 0, p.keys, s->d, p.m, dw, operand(hq, p, p.q0), 1,
                       operand(hgk, p, 0));
  });
}

template <typename S>
__global__ void clear_kernel(int64_t total, Split width, Split t, lti_rows rows, S *data) {
  for (FLAT(i, total)) {
    int64_t n = i, column = width.take(n), row = t.take(n);
    data[n * rows.sample + row * rows.row + column] = 0;
  }
}

template <typename S>
lt_status clear(const Heads<S> &h, const lti_attention *s, int64_t t) {
  int64_t width = s->heads * h.size, total = s->n * t * width;
  return launch_flat("attention", total, clear_kernel<S>, total, Split(width, total),
                     Split(t, total), h.rows, h.data);
}

} // namespace

CUDA_KERNEL(attention)
(int dtype, const lti_attention *s, void *y, void *lse, const void *q, const void *k,
 const void *v) {
  if (dtype == LT_HALF || dtype == LT_BFLOAT16)
    return cuda_attention_half(dtype, s, y, (float *)lse, q, k, v);
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "attention",
              return forward<S>(s, (S *)y, (S *)lse, (const S *)q, (const S *)k, (const S *)v))
}

CUDA_KERNEL(attention_grad)
(int dtype, const lti_attention *s, void *gq, void *gk, void *gv, const void *gy, const void *y,
 const void *lse, const void *q, const void *k, const void *v) {
  if (dtype == LT_HALF || dtype == LT_BFLOAT16)
    return cuda_attention_half_grad(dtype, s, gq, gk, gv, gy, y, (const float *)lse, q, k, v);
  CUDA_SWITCH(dtype, CUDA_FOR_REAL, "attention",
              return backward<S>(s, (S *)gq, (S *)gk, (S *)gv, (const S *)gy, (const S *)y,
                                 (const S *)lse, (const S *)q, (const S *)k, (const S *)v))
}
