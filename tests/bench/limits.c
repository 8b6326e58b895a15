/* What the machine can do: memory bandwidth (copy, and triad c = a + s * b; the better of stores
 * through and past the caches), arithmetic peak, and OpenBLAS called directly. Prints lines like
 * the workloads: "rate.NAME  amount per second" and "product.NAME  seconds", both over all threads
 * (OMP_NUM_THREADS). limits GROUP [SECONDS [FILTER]] */
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifdef __AVX512F__
#include <immintrin.h>
#endif

enum { ROW_MAJOR = 101, NO_TRANS = 111 };
extern void cblas_sgemm(int order, int transa, int transb, int m, int n, int k, float alpha,
                        const float *a, int lda, const float *b, int ldb, float beta, float *c,
                        int ldc);

enum { N = 10000000, LANES = 16, CHAINS = 12 };

static float *a, *b, *c;
static double budget = 0.2;
static volatile float sink;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Seconds of the fastest slice of runs of f(n), by run. */
static double fastest(void (*f)(int n), int n) {
  f(n);
  double slice = fmin(budget / 20, 0.002), best = 1e30, total = 0;
  long runs = 1;
  for (int count = 0; count < 3 || total < budget;) {
    double start = now();
    for (long i = 0; i < runs; i++) f(n);
    double t = now() - start;
    if (t < slice && count == 0) {
      runs = runs * 2;
      continue;
    }
    best = fmin(best, t / (double)runs);
    total += t;
    count++;
  }
  return best;
}

/* A thread's part of n elements, whole cache lines. */
static void part(int n, int *begin, int *end) {
  int threads = omp_get_num_threads(), k = omp_get_thread_num();
  int size = ((n + threads - 1) / threads + LANES - 1) / LANES * LANES;
  *begin = k * size < n ? k * size : n;
  *end = *begin + size < n ? *begin + size : n;
}

static void copy(int n) {
#pragma omp parallel
  {
    int begin, end;
    part(n, &begin, &end);
    if (begin < end) memcpy(c + begin, a + begin, (size_t)(end - begin) * sizeof *a);
  }
}

static void triad(int n) {
#pragma omp parallel
  {
    int begin, end;
    part(n, &begin, &end);
    for (int i = begin; i < end; i++) c[i] = a[i] + 0.5f * b[i];
  }
}

#ifdef __AVX512F__
static void streaming_copy(int n) {
#pragma omp parallel
  {
    int begin, end;
    part(n, &begin, &end);
    for (int i = begin; i < end; i += LANES) _mm512_stream_ps(c + i, _mm512_load_ps(a + i));
    _mm_sfence();
  }
}

static void streaming_triad(int n) {
#pragma omp parallel
  {
    int begin, end;
    part(n, &begin, &end);
    for (int i = begin; i < end; i += LANES)
      _mm512_stream_ps(c + i, _mm512_fmadd_ps(_mm512_set1_ps(0.5f), _mm512_load_ps(b + i),
                                              _mm512_load_ps(a + i)));
    _mm_sfence();
  }
}
#else
#define streaming_copy copy
#define streaming_triad triad
#endif

typedef float lanes __attribute__((vector_size(LANES * sizeof(float))));

/* Multiply-adds on registers: n rounds of CHAINS independent chains. */
static void multiply_add(int n) {
  float sum = 0;
#pragma omp parallel reduction(+ : sum)
  {
    lanes r[CHAINS], x = (lanes){0} + 0.999f, y = (lanes){0} + 1e-3f;
#pragma GCC unroll 12
    for (int q = 0; q < CHAINS; q++) r[q] = (lanes){0} + (float)q;
    for (int i = 0; i < n; i++) {
#pragma GCC unroll 12
      for (int q = 0; q < CHAINS; q++) r[q] = r[q] * x + y;
    }
#pragma GCC unroll 12
    for (int q = 0; q < CHAINS; q++) sum += r[q][0];
  }
  sink = sum;
}

static void gemm(int n) {
  cblas_sgemm(ROW_MAJOR, NO_TRANS, NO_TRANS, n, n, n, 1, a, n, b, n, 0, c, n);
}

int main(int argc, char **argv) {
  const char *group = argc > 1 ? argv[1] : "";
  const char *filter = argc > 3 ? argv[3] : "";
  if (argc > 2) budget = atof(argv[2]);
  a = aligned_alloc(64, N * sizeof *a);
  b = aligned_alloc(64, N * sizeof *b);
  c = aligned_alloc(64, N * sizeof *c);
  if (!a || !b || !c) {
    fprintf(stderr, "limits: out of memory\n");
    return 1;
  }
  for (int i = 0; i < N; i++) {
    a[i] = (float)(i % 1009) / 1009 - 0.5f;
    b[i] = (float)(i % 1013) / 1013 - 0.5f;
    c[i] = 0;
  }
  if (strcmp(group, "pointwise") == 0) {
    printf("rate.copy\t%.9g\n", 8.0 * N / fmin(fastest(copy, N), fastest(streaming_copy, N)));
    printf("rate.triad\t%.9g\n", 12.0 * N / fmin(fastest(triad, N), fastest(streaming_triad, N)));
  } else if (strcmp(group, "layers") == 0) {
    enum { ROUNDS = 200000 };
    double flop = 2.0 * LANES * CHAINS * ROUNDS * omp_get_max_threads();
    printf("rate.flop\t%.9g\n", flop / fastest(multiply_add, ROUNDS));
  } else if (strcmp(group, "products") == 0) {
    for (int n = 64; n <= 1024; n *= 4) {
      char name[32];
      snprintf(name, sizeof name, "product.gemm%d", n);
      if (strstr(name, filter)) printf("%s\t%.9g\n", name, fastest(gemm, n));
    }
  }
  return 0;
}
