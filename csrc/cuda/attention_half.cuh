// attention_half.cuh: tiles of matrices of a half type in shared memory, and their products by the
// four warps of a block, each of which has 16 rows.
#ifndef LT_CUDA_ATTENTION_HALF_CUH
#define LT_CUDA_ATTENTION_HALF_CUH

#include "cuda/attention.cuh"
#include "cuda/mma.cuh"

enum { TILE_THREADS = 128, TILE_ROWS = 64 };

// [t size] of a head, or of the first head of the first sample.
template <typename S>
struct Matrix {
  S *data;
  lti_rows rows;
  int64_t t;
  int size;
  bool aligned; // rows begin where 16 bytes can be read at once

  Matrix(void *first, const lti_rows &r, int64_t t_, int64_t size_)
      : data((S *)first), rows(r), t(t_), size((int)size_),
        aligned((uintptr_t)first % 16 == 0 && r.sample % 8 == 0 && r.row % 8 == 0 &&
                size_ % 8 == 0) {}
  __device__ Matrix of(int64_t sample, int64_t head) const {
    Matrix m = *this;
    m.data += sample * rows.sample + head * size;
    return m;
  }
};

// A tile has rows of D elements; the 8 behind each let eight of them be read from all banks at
// once.
template <int D>
struct Tile {
  enum { STEP = D + 8, SIZE = TILE_ROWS * STEP };
};

// Begins to copy rows first .. first + N - 1 into a tile, with zeros for what m has not.
template <int D, int N, typename S>
__device__ void load_tile(S *tile, const Matrix<S> &m, int64_t first) {
  for (int i = threadIdx.x; i < N * D / 8; i += TILE_THREADS) {
    int row = i / (D / 8), column = i % (D / 8) * 8;
    int there = first + row < m.t ? m.size - column : 0;
    S *to = tile + row * Tile<D>::STEP + column;
    const S *from = m.data + (first + row) * m.rows.row + column;
    if (m.aligned)
      async_copy<16>(to, there > 0 ? from : m.data, there > 0);
    else
      for (int e = 0; e < 8; e++) store(to + e, e < there ? load(from + e) : 0.0f);
  }
}

// Sums [16 N] are in registers as those of N / 8 products (mma.cuh): does something with each of a
// thread's, x[n][e].
#define EACH_SUM(N, ...)                              \
  _Pragma("unroll") for (int n = 0; n < (N) / 8; n++) \
      _Pragma("unroll") for (int e = 0; e < 4; e++) { \
    __VA_ARGS__;                                      \
  }

// x[16 N] = 16 rows of a tile by the transposed N rows of another.
template <int D, int N, typename S>
__device__ void multiply_rows(float (&x)[N / 8][4], const S *a_tile, int row, const S *b_tile) {
  int i = mma_lane() / 8, j = mma_lane() % 8;
  EACH_SUM(N, x[n][e] = 0)
#pragma unroll
  for (int k = 0; k < D; k += 16) {
    uint32_t a[4], b[4];
    mma_load(a, a_tile + (row + i % 2 * 8 + j) * Tile<D>::STEP + k + i / 2 * 8);
#pragma unroll
    for (int n = 0; n < N; n += 16) {
      mma_load(b, b_tile + (n + i / 2 * 8 + j) * Tile<D>::STEP + k + i % 2 * 8);
      mma<S>(x[n / 8], a, b[0], b[1]);
      mma<S>(x[n / 8 + 1], a, b[2], b[3]);
    }
  }
}

// out[16 D] += x[16 N], rounded to S, by the N rows of a tile.
template <int D, int N, typename S>
__device__ void multiply_columns(float (&out)[D / 8][4], const float (&x)[N / 8][4],
                                 const S *tile) {
  int i = mma_lane() / 8, j = mma_lane() % 8;
#pragma unroll
  for (int k = 0; k < N; k += 16) {
    const float(&near)[4] = x[k / 8], (&far)[4] = x[k / 8 + 1];
    uint32_t a[4] = {mma_pair<S>(near[0], near[1]), mma_pair<S>(near[2], near[3]),
                     mma_pair<S>(far[0], far[1]), mma_pair<S>(far[2], far[3])};
#pragma unroll
    for (int n = 0; n < D; n += 16) {
      uint32_t b[4];
      mma_load_transposed(b, tile + (k + i % 2 * 8 + j) * Tile<D>::STEP + n + i / 2 * 8);
      mma<S>(out[n / 8], a, b[0], b[1]);
      mma<S>(out[n / 8 + 1], a, b[2], b[3]);
    }
  }
}

// Writes 16 rows of sums, times by[0] and by[1] (rows g and g + 8), from row `first` of m on.
template <int D, typename S>
__device__ void write_rows(const Matrix<S> &m, int64_t first, const float (&out)[D / 8][4],
                           const float (&by)[2]) {
  EACH_SUM(D, int64_t row = first + mma_lane() / 4 + e / 2 * 8;
           int column = n * 8 + mma_lane() % 4 * 2 + e % 2; if (row < m.t && column < m.size)
               store(m.data + row * m.rows.row + column, out[n][e] * by[e / 2]))
}

// Which tile a block works on: those with the most work of a head that is causal come first.
struct Blocks {
  int64_t heads, tiles, count;
  bool last_first;
  Blocks(const lti_attention *s, int64_t t, bool last_first_)
      : heads(s->heads), tiles((t + TILE_ROWS - 1) / TILE_ROWS), count(s->n * s->heads * tiles),
        last_first(last_first_) {}
  dim3 grid() const { return dim3((unsigned)LT_MIN(count, (int64_t)INT32_MAX)); }
  // The first row, and the head of all samples.
  __device__ int64_t first(int64_t block) const {
    int64_t tile = block % tiles;
    return (last_first ? tiles - 1 - tile : tile) * TILE_ROWS;
  }
  __device__ int64_t line(int64_t block) const { return block / tiles; }
};

const float LOG2E = 1.44269504088896341f;

#endif
