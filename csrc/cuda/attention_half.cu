// Scaled dot-product attention of half types: a block goes through the keys that 64 queries see,
// tile by tile, with the sums of exponentials as far as they are known (Dao, FlashAttention-2,
// 2023), so that weights are never in memory.
#include "cuda/attention_half.cuh"

namespace {

template <typename S>
struct Forward {
  Matrix<S> q, k, v, y;
  Visible all;
  Blocks blocks;
  float scale; // times log2(e): exponentials are powers of 2
  float *lse;
};

// The weights that 16 queries give to the keys of a tile, as far as these are known.
struct Weights {
  int64_t sample, seen[2], least; // keys that the queries of this thread see, and the first of 16
  uint32_t hash[2];               // for dropout
  float most[2], sum[2];          // of the scores, and of this thread's exponentials
};

// Scores x of keys from `at` on become exponentials; fade is what earlier ones are worth.
template <int N>
__device__ void exponentials(Weights &w, float (&x)[N / 8][4], float (&fade)[2], const Visible &all,
                             float scale, int64_t at) {
  bool whole = !all.ignored && at + N <= w.least;
  at += mma_lane() % 4 * 2;
  EACH_SUM(N, x[n][e] *= scale)
  if (!whole) {
    EACH_SUM(N, int64_t key = at + n * 8 + e % 2;
             if (key >= w.seen[e / 2] || !all.counts(w.sample, key)) x[n][e] = -INFINITY)
  }
  float most[2] = {w.most[0], w.most[1]}, base[2];
  EACH_SUM(N, most[e / 2] = fmaxf(most[e / 2], x[n][e]))
#pragma unroll
  for (int r = 0; r < 2; r++) {
    most[r] = fmaxf(most[r], __shfl_xor_sync(0xffffffffu, most[r], 1));
    most[r] = fmaxf(most[r], __shfl_xor_sync(0xffffffffu, most[r], 2));
    base[r] = most[r] == -INFINITY ? 0 : most[r];
    fade[r] = exp2f(w.most[r] - base[r]);
    w.most[r] = most[r];
    w.sum[r] *= fade[r];
  }
  EACH_SUM(N, x[n][e] = exp2f(x[n][e] - base[e / 2]); w.sum[e / 2] += x[n][e])
  if (all.dropout > 0) {
    EACH_SUM(N, x[n][e] *= all.kept<float>(w.hash[e / 2], at + n * 8 + e % 2))
  }
}

template <typename S, int D>
__global__ void __launch_bounds__(TILE_THREADS) forward_kernel(Forward<S> j) {
  DYNAMIC_SHARED(S, queries);
  const int size = Tile<D>::SIZE;
  S *keys = queries + size, *values = keys + 2 * size;
  int row = threadIdx.x / 32 * 16;
  for (int64_t block = blockIdx.x; block < j.blocks.count; block += gridDim.x) {
    int64_t line = j.blocks.line(block), head = line % j.blocks.heads;
    int64_t first = j.blocks.first(block), last = first + TILE_ROWS - 1;
    Weights w = {};
    w.sample = line / j.blocks.heads;
    Matrix<S> q = j.q.of(w.sample, head), k = j.k.of(w.sample, head), v = j.v.of(w.sample, head);
    load_tile<D, TILE_ROWS>(queries, q, first);
    load_tile<D, TILE_ROWS>(keys, k, 0);
    load_tile<D, TILE_ROWS>(values, v, 0);
    int64_t end = j.all.keys(w.sample, last < q.t ? last : q.t - 1);
    w.least = j.all.keys(w.sample, first + row);
    for (int r = 0; r < 2; r++) {
      int64_t position = first + row + mma_lane() / 4 + r * 8;
      w.seen[r] = position < q.t ? j.all.keys(w.sample, position) : 0;
      w.hash[r] = j.all.row(line * q.t + position);
      w.most[r] = -INFINITY;
    }
    float out[D / 8][4] = {};
    async_wait();
    __syncthreads();
    int turn = 0;
    for (int64_t at = 0; at < end; at += TILE_ROWS, turn ^= 1) {
      if (at + TILE_ROWS < end) {
        load_tile<D, TILE_ROWS>(keys + (turn ^ 1) * size, k, at + TILE_ROWS);
        load_tile<D, TILE_ROWS>(values + (turn ^ 1) * size, v, at + TILE_ROWS);
      }
      float x[TILE_ROWS / 8][4], fade[2];
      multiply_rows<D, TILE_ROWS>(x, queries, row, keys + turn * size);
      exponentials<TILE_ROWS>(w, x, fade, j.all, j.scale, at);
      EACH_SUM(D, out[n][e] *= fade[e / 2])
      multiply_columns<D, TILE_ROWS>(out, x, values + turn * size);
      async_wait();
      __syncthreads();
    }
    float by[2];
    for (int r = 0; r < 2; r++) {
      w.sum[r] += __shfl_xor_sync(0xffffffffu, w.sum[r], 1);
      w.sum[r] += __shfl_xor_sync(0xffffffffu, w.sum[r], 2);
      by[r] = w.sum[r] == 0 ? 0 : 1 / w.sum[r];
      int64_t position = first + row + mma_lane() / 4 + r * 8;
      if (mma_lane() % 4 == 0 && position < q.t)
        j.lse[line * q.t + position] =
            w.sum[r] == 0 ? INFINITY : w.most[r] / LOG2E + logf(w.sum[r]);
    }
    write_rows<D>(j.y.of(w.sample, head), first + row, out, by);
  }
}

template <typename S>
lt_status forward(const lti_attention *s, void *y, float *lse, const void *q, const void *k,
                  const void *v) {
  Padding padding;
  LT_TRY(padding.upload(s));
  Forward<S> j = {{(void *)q, s->q, s->tq, s->d},
                  {(void *)k, s->k, s->tk, s->d},
                  {(void *)v, s->v, s->tk, s->dv},
                  {y, s->y, s->tq, s->dv},
                  padding.visible(s),
                  Blocks(s, s->tq, s->causal != 0),
                  (float)s->scale * LOG2E,
                  lse};
  bool narrow = LT_MAX(s->d, s->dv) <= 64;
  int tile = narrow ? (int)Tile<64>::SIZE : (int)Tile<128>::SIZE;
  return launch("attention", narrow ? forward_kernel<S, 64> : forward_kernel<S, 128>,
                j.blocks.grid(), TILE_THREADS, (size_t)(5 * tile) * sizeof(S), j);
}

} // namespace

lt_status cuda_attention_half(int dtype, const lti_attention *s, void *y, float *lse, const void *q,
                              const void *k, const void *v) {
  return dtype == LT_HALF ? forward<__half>(s, y, lse, q, k, v)
                          : forward<__nv_bfloat16>(s, y, lse, q, k, v);
}
