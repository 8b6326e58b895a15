/* Threads: one OpenMP pool, shared with the OpenMP build of OpenBLAS. */
#include <omp.h>
#include <unistd.h>

#include "core/internal.h"

extern void openblas_set_num_threads(int n);
extern int openblas_get_parallel(void);

#ifdef LT_HARD
const int64_t lti_grain = 4;
#else
const int64_t lti_grain = 32768;
#endif

static int main_threads; /* 0: not chosen yet */
/* In workers, else 0. OpenBLAS keeps buffers for its number of threads, which it gives up when any
 * thread changes the number, while another may use them: so workers let it alone. */
static _Thread_local int worker_threads;

int lt_num_cores(void) {
  long n = sysconf(_SC_NPROCESSORS_ONLN);
  return n > 0 ? (int)n : 1;
}

int lt_get_num_threads(void) {
  if (worker_threads > 0) return worker_threads;
  if (main_threads == 0) main_threads = LT_MAX(1, omp_get_max_threads());
  return main_threads;
}

void lt_worker_thread(void) {
  worker_threads = 1;
  omp_set_num_threads(1); /* for this thread; OpenBLAS asks OpenMP */
}

lt_status lt_set_num_threads(int n) {
  LT_CHECK(n >= 1 && n <= 4096, EARG, "setnumthreads: expected 1 to 4096 threads, got %d", n);
  if (worker_threads > 0) {
    worker_threads = n;
    return LT_OK;
  }
  main_threads = n;
  omp_set_num_threads(n);
  openblas_set_num_threads(n);
  return LT_OK;
}

void lti_blas_alone(bool alone) {
  if (worker_threads > 0) return;
  int threads = lt_get_num_threads(); /* before OpenBLAS tells OpenMP that there is one */
  openblas_set_num_threads(alone ? 1 : threads);
}

int lt_blas_is_openmp(void) {
  enum { OPENBLAS_OPENMP = 2 };
  return openblas_get_parallel() == OPENBLAS_OPENMP;
}

void lti_parallel(int64_t n, int64_t grain, void (*fn)(int64_t begin, int64_t end, void *ctx),
                  void *ctx) {
  if (n <= 0) return;
  int64_t ranges = LT_MIN((int64_t)lt_get_num_threads(), grain > 0 ? (n + grain - 1) / grain : n);
  if (ranges <= 1 || omp_in_parallel()) {
    fn(0, n, ctx);
    return;
  }
  int64_t step = (n + ranges - 1) / ranges;
#pragma omp parallel num_threads((int)ranges)
  {
    int64_t first = omp_get_thread_num();
    for (int64_t k = first; k < ranges; k += omp_get_num_threads()) {
      int64_t begin = k * step, end = LT_MIN(n, begin + step);
      if (begin < end) fn(begin, end, ctx);
    }
  }
}
