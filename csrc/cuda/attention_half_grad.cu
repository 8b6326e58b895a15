// The gradient of attention of half types. One kernel goes through the keys of 64 queries and gives
// the gradients of these queries; the other goes through the queries that see 64 keys, with
// transposed matrices, for these keys and values. Both compute the weights again, so that no sums
// are added up in memory, whose order would be another in every run (Dao, FlashAttention-2, 2023,
// shares the weights instead).
#include "cuda/attention_half.cuh"

namespace {

// Of queries: own = {q, gy}, other = {k, v}, out = {gq}; of keys: own = {k, v}, other = {q, gy},
// out = {gk, gv}.
template <typename S>
struct Gradient {
  Matrix<S> own[2], other[2], out[2];
  Visible all;
  Blocks blocks;
  float scale;
  const float *lse, *dots; // [n heads tq]
};

// Where a thread's elements of a product [own 16, other N] lie.
template <bool OF_KEYS>
struct Place {
  int64_t sample, line, own, other; // its first own position; the other one of the tile's start

  __device__ int column(int n, int e) const { return mma_lane() % 4 * 2 + n * 8 + e % 2; }
  __device__ int64_t query(int n, int e) const {
    return OF_KEYS ? other + column(n, e) : own + e / 2 * 8;
  }
  __device__ int64_t key(int n, int e) const {
    return OF_KEYS ? own + e / 2 * 8 : other + column(n, e);
  }
  // Of a thread's two own queries, or of the tile's queries.
  __device__ int of(int n, int e) const { return OF_KEYS ? column(n, e) : e / 2; }
};

// Products x of queries and keys, and g of gy and values, become weights after dropping, and the
// gradients of the products. lse and dots: of own queries, else those of the tile's queries.
template <int N, bool OF_KEYS, typename S>
__device__ void gradients(const Gradient<S> &j, const Place<OF_KEYS> &p, bool whole,
                          float (&x)[N / 8][4], float (&g)[N / 8][4], const float *lse,
                          const float *dots) {
  const Visible &all = j.all;
  int64_t queries = (OF_KEYS ? j.other : j.own)[0].t;
  EACH_SUM(N, x[n][e] = exp2f((j.scale * x[n][e] - lse[p.of(n, e)]) * LOG2E))
  if (!whole) {
    EACH_SUM(N, int64_t query = p.query(n, e), key = p.key(n, e);
             bool sees = query < queries && key < all.keys(p.sample, query);
             if (!sees || !all.counts(p.sample, key)) x[n][e] = 0)
  }
  if (all.dropout > 0) {
    EACH_SUM(N, uint32_t hash = all.row(p.line * queries + p.query(n, e));
             float f = all.kept<float>(hash, p.key(n, e));
             g[n][e] = x[n][e] * (g[n][e] * f - dots[p.of(n, e)]) * j.scale; x[n][e] *= f)
  } else {
    EACH_SUM(N, g[n][e] = x[n][e] * (g[n][e] - dots[p.of(n, e)]) * j.scale)
  }
}

template <typename S, int D, int N, bool OF_KEYS>
__global__ void __launch_bounds__(TILE_THREADS) gradient_kernel(Gradient<S> j) {
  DYNAMIC_SHARED(S, own);
  const int own_size = Tile<D>::SIZE, size = N * Tile<D>::STEP;
  S *other = own + 2 * own_size;             // tiles [2 turns][2]
  float *sums = (float *)(other + 4 * size); // lse and dots [2 turns][2][N]
  int row = threadIdx.x / 32 * 16;
  for (int64_t block = blockIdx.x; block < j.blocks.count; block += gridDim.x) {
    int64_t head = j.blocks.line(block) % j.blocks.heads, first = j.blocks.first(block);
    Place<OF_KEYS> p = {j.blocks.line(block) / j.blocks.heads, j.blocks.line(block),
                        first + row + mma_lane() / 4, 0};
    Matrix<S> other0 = j.other[0].of(p.sample, head), other1 = j.other[1].of(p.sample, head);
    int64_t begin = 0, end, count = j.all.count(p.sample), last = first + TILE_ROWS - 1;
    float own_lse[2] = {INFINITY, INFINITY}, own_dots[2] = {0, 0};
    if (OF_KEYS) {
      begin = j.all.causal ? first / N * N : 0; // earlier queries see none of the keys
      end = first < count ? other0.t : begin;
    } else {
      end = j.all.keys(p.sample, last < j.own[0].t ? last : j.own[0].t - 1);
      for (int r = 0; r < 2; r++) {
        if (p.own + r * 8 >= j.own[0].t) continue;
        own_lse[r] = j.lse[p.line * j.own[0].t + p.own + r * 8];
        own_dots[r] = j.dots[p.line * j.own[0].t + p.own + r * 8];
      }
    }
    auto load_other = [&](int turn, int64_t at) {
      load_tile<D, N>(other + turn * 2 * size, other0, at);
      load_tile<D, N>(other + (turn * 2 + 1) * size, other1, at);
      if (!OF_KEYS || threadIdx.x >= N) return;
      int64_t query = at + threadIdx.x, from = p.line * other0.t;
      if (query < other0.t) from += query;
      float *to = sums + turn * 2 * N + threadIdx.x;
      async_copy<4>(to, j.lse + from, query < other0.t);
      async_copy<4>(to + N, j.dots + from, query < other0.t);
    };
    load_tile<D, TILE_ROWS>(own, j.own[0].of(p.sample, head), first);
    load_tile<D, TILE_ROWS>(own + own_size, j.own[1].of(p.sample, head), first);
    if (begin < end) load_other(0, begin);
    async_wait();
    __syncthreads();
    float out0[D / 8][4] = {}, out1[OF_KEYS ? D / 8 : 1][4] = {};
    int turn = 0;
    for (int64_t at = begin; at < end; at += N, turn ^= 1) {
      if (at + N < end) load_other(turn ^ 1, at + N);
      const S *tile0 = other + turn * 2 * size, *tile1 = tile0 + size;
      float x[N / 8][4], g[N / 8][4];
      multiply_rows<D, N>(x, own, row, tile0);
      multiply_rows<D, N>(g, own + own_size, row, tile1);
      p.other = at;
      bool whole = !j.all.ignored;
      if (OF_KEYS)
        whole = whole && last < count && at + N <= other0.t && (!j.all.causal || last <= at);
      else
        whole = whole && at + N <= j.all.keys(p.sample, first + row);
      const float *lse = OF_KEYS ? sums + turn * 2 * N : own_lse;
      gradients<N, OF_KEYS>(j, p, whole, x, g, lse, OF_KEYS ? lse + N : own_dots);
      multiply_columns<D, N>(out0, g, tile0);
      if constexpr (OF_KEYS) multiply_columns<D, N>(out1, x, tile1);
      async_wait();
      __syncthreads();
    }
    const float by[2] = {1, 1};
    write_rows<D>(j.out[0].of(p.sample, head), first + row, out0, by);
    if constexpr (OF_KEYS) write_rows<D>(j.out[1].of(p.sample, head), first + row, out1, by);
  }
}

template <typename S, bool OF_KEYS>
lt_status run(const lti_attention *s, const Gradient<S> &j) {
  bool narrow = LT_MAX(s->d, s->dv) <= 64;
  const int N = narrow ? 64 : 32;
  size_t tiles = narrow ? 2 * Tile<64>::SIZE + 4 * N * Tile<64>::STEP
                        : 2 * Tile<128>::SIZE + 4 * N * Tile<128>::STEP;
  return launch("attention",
                narrow ? gradient_kernel<S, 64, 64, OF_KEYS> : gradient_kernel<S, 128, 32, OF_KEYS>,
                j.blocks.grid(), TILE_THREADS, tiles * sizeof(S) + (size_t)(4 * N) * sizeof(float),
                j);
}

template <typename S>
lt_status backward(const lti_attention *s, void *gq, void *gk, void *gv, const void *gy,
                   const void *y, const float *lse, const void *q, const void *k, const void *v) {
  Padding padding;
  Scratch dots;
  LT_TRY(padding.upload(s));
  LT_TRY(dots.allocate((size_t)(s->n * s->heads * s->tq) * sizeof(float)));
  LT_TRY(attention_dots(s, Part{0, s->n, 0, s->tq, s->tk}, dots.as<float>(), (const S *)gy,
                        (const S *)y));
  Matrix<S> mq((void *)q, s->q, s->tq, s->d), mk((void *)k, s->k, s->tk, s->d),
      mv((void *)v, s->v, s->tk, s->dv), mgy((void *)gy, s->y, s->tq, s->dv),
      mgq(gq, s->gq, s->tq, s->d), mgk(gk, s->gk, s->tk, s->d), mgv(gv, s->gv, s->tk, s->dv);
  Visible all = padding.visible(s);
  float scale = (float)s->scale;
  LT_TRY((run<S, false>(s, {{mq, mgy},
                            {mk, mv},
                            {mgq, mgq},
                            all,
                            Blocks(s, s->tq, s->causal != 0),
                            scale,
                            lse,
                            dots.as<float>()})));
  return run<S, true>(s, {{mk, mv},
                          {mq, mgy},
                          {mgk, mgv},
                          all,
                          Blocks(s, s->tk, false),
                          scale,
                          lse,
                          dots.as<float>()});
}

} // namespace

lt_status cuda_attention_half_grad(int dtype, const lti_attention *s, void *gq, void *gk, void *gv,
                                   const void *gy, const void *y, const float *lse, const void *q,
                                   const void *k, const void *v) {
  return dtype == LT_HALF ? backward<__half>(s, gq, gk, gv, gy, y, lse, q, k, v)
                          : backward<__nv_bfloat16>(s, gq, gk, gv, gy, y, lse, q, k, v);
}
