// mma.cuh: products of small matrices by the threads of a warp on tensor cores, of a 16-bit type S
// with sums in float, and what brings the matrices from shared memory into registers. Their
// elements lie in the registers of the warp as the PTX ISA says of mma.m16n8k16: in pairs of
// neighbours, the first in the lower half of a word. Thread t has, with g = t / 4 and c = t % 4 *
// 2,
//   of A [16 16]: rows g, g + 8 at columns c, c + 1, then both rows at columns c + 8, c + 9;
//   of B [16 8]:  rows c, c + 1 of column g, then rows c + 8, c + 9;
//   of the sums [16 8]: row g at columns c, c + 1, then row g + 8.
// So sums of two neighbouring products are, in pairs, the A of the next one.
#ifndef LT_CUDA_MMA_CUH
#define LT_CUDA_MMA_CUH

#include "cuda/cuda.cuh"

__device__ inline int mma_lane() { return threadIdx.x % 32; }

#ifdef LT_EMULATED

inline float mma_value(__half v) { return __half2float(v); }
inline float mma_value(__nv_bfloat16 v) { return __bfloat162float(v); }

// A word of two numbers, rounded to S.
template <typename S>
uint32_t mma_pair(float low, float high) {
  S v[2];
  store(&v[0], low);
  store(&v[1], high);
  uint32_t word;
  memcpy(&word, v, sizeof word);
  return word;
}

// What `lane` has in two words.
inline void mma_get(uint32_t to[2], uint32_t first, uint32_t second, int lane) {
  uint64_t both = emulated_exchange((uint64_t)second << 32 | first, lane);
  to[0] = (uint32_t)both;
  to[1] = (uint32_t)(both >> 32);
}

template <typename S>
float mma_element(uint32_t word, int half) {
  S v[2];
  memcpy(v, &word, sizeof v);
  return mma_value(v[half]);
}

// sums += A B
template <typename S>
void mma(float (&sums)[4], const uint32_t (&a)[4], uint32_t b0, uint32_t b1) {
  int lane = mma_lane(), row = lane / 4 * 4, column = lane % 4 * 2;
  for (int t = 0; t < 4; t++) {
    uint32_t near[2], far[2];
    mma_get(near, a[0], a[1], row + t);
    mma_get(far, a[2], a[3], row + t);
    for (int j = 0; j < 2; j++) {
      uint32_t b[2];
      mma_get(b, b0, b1, (column + j) * 4 + t);
      for (int i = 0; i < 2; i++)
        for (int half = 0; half < 2; half++)
          sums[i * 2 + j] += mma_element<S>(near[i], half) * mma_element<S>(b[0], half) +
                             mma_element<S>(far[i], half) * mma_element<S>(b[1], half);
    }
  }
}

// Four matrices [8 8] of 16 bits in shared memory, whose rows of 16 bytes begin where threads 0 to
// 7, 8 to 15, 16 to 23 and 24 to 31 say: thread t gets elements c, c + 1 of row g of each.
inline void mma_load(uint32_t (&to)[4], const void *row) {
  for (int i = 0; i < 4; i++) {
    uint64_t at = emulated_exchange((uint64_t)row, i * 8 + mma_lane() / 4);
    memcpy(&to[i], (const char *)at + mma_lane() % 4 * 4, 4);
  }
}

// The same of the transposed matrices: elements g of rows c, c + 1.
inline void mma_load_transposed(uint32_t (&to)[4], const void *row) {
  for (int i = 0; i < 4; i++)
    for (int half = 0; half < 2; half++) {
      uint64_t at = emulated_exchange((uint64_t)row, i * 8 + mma_lane() % 4 * 2 + half);
      memcpy((char *)&to[i] + half * 2, (const char *)at + mma_lane() / 4 * 2, 2);
    }
}

// Begins a copy of BYTES, 4 or 16 (or zeros), to shared memory, which async_wait waits for.
template <int BYTES>
void async_copy(void *shared, const void *from, bool is) {
  if (is)
    memcpy(shared, from, BYTES);
  else
    memset(shared, 0, BYTES);
}
inline void async_wait() {}

#else

template <typename S>
__device__ inline uint32_t mma_pair(float low, float high);
template <>
__device__ inline uint32_t mma_pair<__half>(float low, float high) {
  __half2 v = __floats2half2_rn(low, high);
  return *reinterpret_cast<uint32_t *>(&v);
}
template <>
__device__ inline uint32_t mma_pair<__nv_bfloat16>(float low, float high) {
  __nv_bfloat162 v = __floats2bfloat162_rn(low, high);
  return *reinterpret_cast<uint32_t *>(&v);
}

template <typename S>
__device__ inline void mma(float (&sums)[4], const uint32_t (&a)[4], uint32_t b0, uint32_t b1);

#define MMA(S, NAME)                                                                 \
  template <>                                                                        \
  __device__ inline void mma<S>(float(&sums)[4], const uint32_t(&a)[4], uint32_t b0, \
                                uint32_t b1) {                                       \
    asm("mma.sync.aligned.m16n8k16.row.col.f32." NAME "." NAME ".f32 "               \
        "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"            \
        : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])                 \
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));             \
  }
MMA(__half, "f16")
MMA(__nv_bfloat16, "bf16")
#undef MMA

__device__ inline uint32_t shared_address(const void *p) {
  return (uint32_t)__cvta_generic_to_shared(p);
}

__device__ inline void mma_load(uint32_t (&to)[4], const void *row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
               : "r"(shared_address(row))
               : "memory");
}

__device__ inline void mma_load_transposed(uint32_t (&to)[4], const void *row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
               : "r"(shared_address(row))
               : "memory");
}

template <int BYTES>
__device__ inline void async_copy(void *shared, const void *from, bool is) {
  asm volatile("cp.async.ca.shared.global [%0], [%1], %2, %3;" ::"r"(shared_address(shared)),
               "l"(from), "n"(BYTES), "r"(is ? BYTES : 0)
               : "memory");
}
__device__ inline void async_wait() { asm volatile("cp.async.wait_all;" ::: "memory"); }

#endif
#endif
