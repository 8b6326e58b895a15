// Random numbers by the counter-based generator Philox 4x32-10 (Salmon, Moraes, Dror and Shaw,
// Parallel random numbers: as easy as 1, 2, 3, SC 2011). A call takes its key, two words, from the
// generator, and number i comes from the counter that i decides: results depend on the generator's
// state alone, not on the device. Double and integers are computed in double from 53 bits, the
// other types in float from 24 bits.
#include "cuda/cuda.cuh"

struct Words {
  uint32_t v[4];
};

__device__ static inline Words philox(uint64_t counter, uint32_t key0, uint32_t key1) {
  Words w = {{(uint32_t)counter, (uint32_t)(counter >> 32), 0, 0}};
  for (int round = 0; round < 10; round++) {
    uint32_t high0 = __umulhi(0xD2511F53u, w.v[0]), low0 = 0xD2511F53u * w.v[0];
    uint32_t high1 = __umulhi(0xCD9E8D57u, w.v[2]), low1 = 0xCD9E8D57u * w.v[2];
    w = {{high1 ^ w.v[1] ^ key0, low1, high0 ^ w.v[3] ^ key1, low0}};
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  return w;
}

__device__ static inline Words draw(uint64_t counter, const RandomKey &key) {
  return key.live ? philox(counter, key.live[0], key.live[1]) : philox(counter, key.a, key.b);
}

// Numbers in [0, 1) that one counter gives: PER of them.
template <typename T>
struct Units;
template <>
struct Units<float> {
  enum { PER = 4 };
  __device__ static float get(const Words &w, int k) { return (float)(w.v[k] >> 8) * 0x1p-24f; }
};
template <>
struct Units<double> {
  enum { PER = 2 };
  __device__ static double get(const Words &w, int k) {
    uint64_t bits = (uint64_t)w.v[2 * k] << 32 | w.v[2 * k + 1];
    return (double)(bits >> 11) * 0x1p-53;
  }
};

__device__ static inline void sine_and_cosine_of_pi(float x, float *s, float *c) {
  sincospif(x, s, c);
}
__device__ static inline void sine_and_cosine_of_pi(double x, double *s, double *c) {
  sincospi(x, s, c);
}

struct Distribution {
  int kind;
  double a, b; // LT_DIST_INTEGER: the first value and how many
};

// Number k of a counter.
template <typename T>
__device__ T number(const Distribution &d, const Words &w, int k, const double *p) {
  T a = (T)d.a, b = (T)d.b, u = Units<T>::get(w, k);
  switch (d.kind) {
  case LT_DIST_UNIFORM: return u * (b - a) + a;
  case LT_DIST_NORMAL:
  case LT_DIST_LOGNORMAL: { // Box and Muller, in pairs
    T angle = Units<T>::get(w, k & ~1), radius = sqrt(-2 * log(1 - Units<T>::get(w, k | 1)));
    T s, c;
    sine_and_cosine_of_pi(2 * angle, &s, &c);
    T v = radius * (k & 1 ? s : c) * b + a;
    return d.kind == LT_DIST_NORMAL ? v : exp(v);
  }
  case LT_DIST_EXPONENTIAL: return -log(1 - u) / a;
  case LT_DIST_CAUCHY: {
    T s, c;
    sine_and_cosine_of_pi(u - (T)0.5, &s, &c);
    return a + b * (s / c);
  }
  case LT_DIST_GEOMETRIC: return trunc(log(1 - u) / log(a)) + 1;
  default: return u < (p ? (T)*p : a) ? 1 : 0;
  }
}

template <typename S, typename T>
__global__ void random_kernel(S *r, int64_t n, Distribution d, const double *p, RandomKey key) {
  enum { PER = Units<T>::PER };
  for (FLAT(block, (n + PER - 1) / PER)) {
    Words w = draw((uint64_t)block, key);
    for (int k = 0; k < PER && block * PER + k < n; k++) {
      int64_t i = block * PER + k;
      store(r + i, (typename Compute<S>::type)number<T>(d, w, k, p ? p + i : nullptr));
    }
  }
}

template <typename S>
__global__ void integer_kernel(S *r, int64_t n, int64_t first, uint64_t count, RandomKey key) {
  for (FLAT(block, (n + 1) / 2)) {
    Words w = draw((uint64_t)block, key);
    for (int k = 0; k < 2 && block * 2 + k < n; k++) {
      uint64_t bits = (uint64_t)w.v[2 * k] << 32 | w.v[2 * k + 1];
      store(r + block * 2 + k, (typename Compute<S>::type)(first + (int64_t)(bits % count)));
    }
  }
}

// What numbers of a type are computed in.
template <typename S>
struct RandomType {
  typedef double type;
};
template <>
struct RandomType<float> {
  typedef float type;
};
template <>
struct RandomType<__half> {
  typedef float type;
};
template <>
struct RandomType<__nv_bfloat16> {
  typedef float type;
};

static lt_status generate(const Distribution &d, int dtype, void *r, int64_t n, const double *p,
                          const RandomKey &key) {
  if (d.kind == LT_DIST_INTEGER) {
    int64_t first = (int64_t)trunc(d.a);
    uint64_t count = (uint64_t)((int64_t)trunc(d.b) - first) + 1;
    CUDA_SWITCH(
        dtype, CUDA_FOR_ALL, "random",
        return launch_flat("random", (n + 1) / 2, integer_kernel<S>, (S *)r, n, first, count, key))
  }
  CUDA_SWITCH(dtype, CUDA_FOR_ALL, "random",
              return launch_flat("random", (n + 1) / 2,
                                 random_kernel<S, typename RandomType<S>::type>, (S *)r, n, d, p,
                                 key))
}

CUDA_KERNEL(random)
(int distribution, int dtype, void *r, int64_t n, lt_generator *gen, double a, double b,
 const double *p) {
  lt_generator before = *gen;
  RandomKey key;
  LT_TRY(cuda_random_key(&key, gen));
  lt_status rc = generate({distribution, a, b}, dtype, r, n, p, key);
  if (rc != LT_OK) *gen = before;
  return rc;
}
