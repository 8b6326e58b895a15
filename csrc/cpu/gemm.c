/* Matrix products. Float and Double go to OpenBLAS; other types, and sizes beyond its 32-bit
 * integers, to a blocked loop that wraps integers and computes Half and BFloat16 in float.
 * Batches of small products run one product per thread at a time. */
#include <limits.h>

#include "core/half.h"
#include "cpu/isa.h"

/* OpenBLAS, LP64 interface (its header is not at one place on every system) */
enum { ROW_MAJOR = 101, NO_TRANS = 111, TRANS = 112 };
extern void cblas_sgemm(int order, int transa, int transb, int m, int n, int k, float alpha,
                        const float *a, int lda, const float *b, int ldb, float beta, float *c,
                        int ldc);
extern void cblas_dgemm(int order, int transa, int transb, int m, int n, int k, double alpha,
                        const double *a, int lda, const double *b, int ldb, double beta, double *c,
                        int ldc);
extern void cblas_sgemv(int order, int trans, int m, int n, float alpha, const float *a, int lda,
                        const float *x, int incx, float beta, float *y, int incy);
extern void cblas_dgemv(int order, int trans, int m, int n, double alpha, const double *a, int lda,
                        const double *x, int incx, double beta, double *y, int incy);
extern void cblas_sger(int order, int m, int n, float alpha, const float *x, int incx,
                       const float *y, int incy, float *a, int lda);
extern void cblas_dger(int order, int m, int n, double alpha, const double *x, int incx,
                       const double *y, int incy, double *a, int lda);
extern float cblas_sdot(int n, const float *x, int incx, const float *y, int incy);
extern double cblas_ddot(int n, const double *x, int incx, const double *y, int incy);

/* ---- the blocked loop ---- */

enum { BLOCK_M = 16, BLOCK_N = 128, BLOCK_K = 64 };

typedef struct product {
  int dtype, transa, transb;
  int64_t m, n, k, lda, ldb, ldc;
  lt_scalar alpha, beta;
  const void *a, *b;
  void *c;
} product;

#define SAME(x) (x)
/* Rows [begin, end) of p. T: stored type, W: computed in; LOAD, STORE convert between them. */
#define DEFINE_ROWS(name, T, W, member, LOAD, STORE)                                        \
  static void rows_##name(int64_t begin, int64_t end, void *ctx) {                          \
    const product *p = ctx;                                                                 \
    const T *a = p->a, *b = p->b;                                                           \
    T *c = p->c;                                                                            \
    int64_t arow = p->transa ? 1 : p->lda, acol = p->transa ? p->lda : 1;                   \
    int64_t brow = p->transb ? 1 : p->ldb, bcol = p->transb ? p->ldb : 1;                   \
    W alpha = (W)p->alpha.member, beta = (W)p->beta.member;                                 \
    W acc[BLOCK_M][BLOCK_N], tile[BLOCK_K][BLOCK_N];                                        \
    for (int64_t i0 = begin; i0 < end; i0 += BLOCK_M)                                       \
      for (int64_t j0 = 0; j0 < p->n; j0 += BLOCK_N) {                                      \
        int64_t im = LT_MIN(BLOCK_M, end - i0), jn = LT_MIN(BLOCK_N, p->n - j0);            \
        for (int64_t i = 0; i < im; i++) memset(acc[i], 0, (size_t)jn * sizeof(W));         \
        for (int64_t k0 = 0; k0 < p->k; k0 += BLOCK_K) {                                    \
          int64_t kk = LT_MIN(BLOCK_K, p->k - k0);                                          \
          for (int64_t q = 0; q < kk; q++)                                                  \
            for (int64_t j = 0; j < jn; j++)                                                \
              tile[q][j] = LOAD(b[(k0 + q) * brow + (j0 + j) * bcol]);                      \
          for (int64_t i = 0; i < im; i++)                                                  \
            for (int64_t q = 0; q < kk; q++) {                                              \
              W s = LOAD(a[(i0 + i) * arow + (k0 + q) * acol]);                             \
              for (int64_t j = 0; j < jn; j++) acc[i][j] = (W)(acc[i][j] + s * tile[q][j]); \
            }                                                                               \
        }                                                                                   \
        for (int64_t i = 0; i < im; i++) {                                                  \
          T *row = c + (i0 + i) * p->ldc + j0;                                              \
          if (p->beta.i == 0) /* the bits of 0 and of 0.0 */                                \
            for (int64_t j = 0; j < jn; j++) row[j] = STORE((W)(alpha * acc[i][j]));        \
          else                                                                              \
            for (int64_t j = 0; j < jn; j++)                                                \
              row[j] = STORE((W)(alpha * acc[i][j] + beta * LOAD(row[j])));                 \
        }                                                                                   \
      }                                                                                     \
  }
DEFINE_ROWS(byte, uint8_t, uint8_t, i, SAME, SAME)
DEFINE_ROWS(char, int8_t, int8_t, i, SAME, SAME)
DEFINE_ROWS(short, int16_t, int16_t, i, SAME, SAME)
DEFINE_ROWS(int, int32_t, int32_t, i, SAME, SAME)
DEFINE_ROWS(long, int64_t, int64_t, i, SAME, SAME)
DEFINE_ROWS(half, uint16_t, float, f, lti_half_to_float, lti_float_to_half)
DEFINE_ROWS(bfloat16, uint16_t, float, f, lti_bfloat16_to_float, lti_float_to_bfloat16)
DEFINE_ROWS(float, float, float, f, SAME, SAME)
DEFINE_ROWS(double, double, double, f, SAME, SAME)

static void (*const rows[LT_NDTYPE])(int64_t, int64_t, void *) = {
#define DTYPE(NAME, name, type, acc, torch) [LT_##NAME] = rows_##name,
#include "dtype.def"
#undef DTYPE
};

static lt_status product_loop(product *p) {
  int64_t work = LT_MAX(1, p->n) * LT_MAX(1, LT_MIN(p->k, INT64_MAX / LT_MAX(1, p->n)));
  int64_t grain = LT_MAX(BLOCK_M, lti_grain / LT_MIN(work, lti_grain));
  lti_parallel(p->m, grain, rows[p->dtype], p);
  return LT_OK;
}

/* ---- slots ---- */

static bool fits_blas(int dtype, int64_t x, int64_t y, int64_t z, int64_t ld) {
  return (dtype == LT_FLOAT || dtype == LT_DOUBLE) && x <= INT_MAX && y <= INT_MAX &&
         z <= INT_MAX && ld <= INT_MAX;
}

/* The leading dimension of a matrix of one row is never used, but BLAS insists on its size. */
static int64_t leading(int64_t ld, int64_t nrows, int64_t ncols) {
  return nrows <= 1 || ld < 1 ? LT_MAX(1, ncols) : ld;
}

lt_status CPU(gemm)(int dtype, int transa, int transb, int64_t m, int64_t n, int64_t k,
                    lt_scalar alpha, const void *a, int64_t lda, const void *b, int64_t ldb,
                    lt_scalar beta, void *c, int64_t ldc) {
  if (m <= 0 || n <= 0) return LT_OK;
  if (k < 0) k = 0;
  lda = leading(lda, transa ? k : m, transa ? m : k);
  ldb = leading(ldb, transb ? n : k, transb ? k : n);
  ldc = leading(ldc, m, n);
  LT_CHECK(lda >= (transa ? m : k) && ldb >= (transb ? k : n) && ldc >= n, EARG,
           "gemm: the rows of a matrix overlap");
  if (!fits_blas(dtype, m, n, k, LT_MAX(ldc, LT_MAX(lda, ldb)))) {
    product p = {dtype, transa, transb, m, n, k, lda, ldb, ldc, alpha, beta, a, b, c};
    return product_loop(&p);
  }
  if (n == 1)
    return CPU(gemv)(dtype, transa, transa ? k : m, transa ? m : k, alpha, a, lda, b,
                     transb ? 1 : ldb, beta, c, ldc);
  if (m == 1)
    return CPU(gemv)(dtype, !transb, transb ? n : k, transb ? k : n, alpha, b, ldb, a,
                     transa ? lda : 1, beta, c, 1);
  int ta = transa ? TRANS : NO_TRANS, tb = transb ? TRANS : NO_TRANS;
  if (dtype == LT_FLOAT)
    cblas_sgemm(ROW_MAJOR, ta, tb, (int)m, (int)n, (int)k, (float)alpha.f, a, (int)lda, b, (int)ldb,
                (float)beta.f, c, (int)ldc);
  else
    cblas_dgemm(ROW_MAJOR, ta, tb, (int)m, (int)n, (int)k, alpha.f, a, (int)lda, b, (int)ldb,
                beta.f, c, (int)ldc);
  return LT_OK;
}

typedef struct batch_job {
  int dtype, transa, transb;
  int64_t m, n, k, lda, ldb, ldc, stridea, strideb, stridec; /* strides in bytes */
  lt_scalar alpha, beta;
  const char *a, *b;
  char *c;
  lt_status status;
} batch_job;

static void batch_range(int64_t begin, int64_t end, void *ctx) {
  batch_job *j = ctx;
  for (int64_t i = begin; i < end; i++) {
    lt_status rc =
        CPU(gemm)(j->dtype, j->transa, j->transb, j->m, j->n, j->k, j->alpha, j->a + i * j->stridea,
                  j->lda, j->b + i * j->strideb, j->ldb, j->beta, j->c + i * j->stridec, j->ldc);
    if (rc != LT_OK) j->status = rc;
  }
}

lt_status CPU(gemm_batch)(int dtype, int transa, int transb, int64_t batch, int64_t m, int64_t n,
                          int64_t k, lt_scalar alpha, const void *a, int64_t lda, int64_t stridea,
                          const void *b, int64_t ldb, int64_t strideb, lt_scalar beta, void *c,
                          int64_t ldc, int64_t stridec) {
  enum { THREADED_ALONE = 1 << 21 }; /* multiplications from which a product occupies all threads */
  int64_t size = lti_elsize(dtype);
  batch_job j = {dtype,          transa,         transb,         m,     n,    k, lda, ldb, ldc,
                 stridea * size, strideb * size, stridec * size, alpha, beta, a, b,   c,   LT_OK};
  if (batch <= 0 || m <= 0 || n <= 0) return LT_OK;
  double work = (double)m * (double)n * (double)LT_MAX(1, k);
  if (work >= THREADED_ALONE && batch < 4 * lt_get_num_threads()) {
    batch_range(0, batch, &j);
  } else {
    int64_t grain = work >= lti_grain ? 1 : LT_MAX(1, (int64_t)(4 * lti_grain / work));
    lti_parallel(batch, grain, batch_range, &j);
  }
  /* the only failure is one of the shape, which the first product reports as well */
  if (j.status != LT_OK) return lti_fail(j.status, "gemm: the rows of a matrix overlap");
  return LT_OK;
}

lt_status CPU(gemv)(int dtype, int trans, int64_t m, int64_t n, lt_scalar alpha, const void *a,
                    int64_t lda, const void *x, int64_t incx, lt_scalar beta, void *y,
                    int64_t incy) {
  int64_t out = trans ? n : m, in = trans ? m : n;
  if (out <= 0) return LT_OK;
  if (out == 1) incy = 1;
  if (in <= 1) incx = 1;
  lda = leading(lda, m, n);
  LT_CHECK(lda >= n && incy >= 1, EARG, "gemv: the rows of the matrix or the result overlap");
  if (!fits_blas(dtype, m, n, lda, LT_MAX(incx, incy)) || incx < 1 || in <= 0) {
    product p = {dtype, trans, 0, out, 1, LT_MAX(0, in), lda, incx, incy, alpha, beta, a, x, y};
    return product_loop(&p);
  }
  int t = trans ? TRANS : NO_TRANS;
  if (dtype == LT_FLOAT) {
    if (beta.f == 0)
      for (int64_t i = 0; i < out; i++) ((float *)y)[i * incy] = 0;
    cblas_sgemv(ROW_MAJOR, t, (int)m, (int)n, (float)alpha.f, a, (int)lda, x, (int)incx,
                beta.f == 0 ? 1 : (float)beta.f, y, (int)incy);
  } else {
    if (beta.f == 0)
      for (int64_t i = 0; i < out; i++) ((double *)y)[i * incy] = 0;
    cblas_dgemv(ROW_MAJOR, t, (int)m, (int)n, alpha.f, a, (int)lda, x, (int)incx,
                beta.f == 0 ? 1 : beta.f, y, (int)incy);
  }
  return LT_OK;
}

lt_status CPU(ger)(int dtype, int64_t m, int64_t n, lt_scalar alpha, const void *x, int64_t incx,
                   const void *y, int64_t incy, void *a, int64_t lda) {
  if (m <= 0 || n <= 0) return LT_OK;
  if (m == 1) incx = 1;
  if (n == 1) incy = 1;
  lda = leading(lda, m, n);
  LT_CHECK(lda >= n, EARG, "ger: the rows of the matrix overlap");
  if (!fits_blas(dtype, m, n, lda, LT_MAX(incx, incy)) || incx < 1 || incy < 1) {
    lt_scalar one = lti_scalar(dtype, 1);
    product p = {dtype, 0, 1, m, n, 1, incx, incy, lda, alpha, one, x, y, a};
    return product_loop(&p);
  }
  if (dtype == LT_FLOAT)
    cblas_sger(ROW_MAJOR, (int)m, (int)n, (float)alpha.f, x, (int)incx, y, (int)incy, a, (int)lda);
  else
    cblas_dger(ROW_MAJOR, (int)m, (int)n, alpha.f, x, (int)incx, y, (int)incy, a, (int)lda);
  return LT_OK;
}

/* A product of vectors in parts that its length fixes, since OpenBLAS uses one thread for it. */
enum { DOT_PARTS = 256, DOT_PART = 1 << 15 };
typedef struct dot_job {
  int dtype;
  int64_t n, part, incx, incy;
  const char *x, *y;
  double sum[DOT_PARTS];
} dot_job;

static void dot_parts(int64_t begin, int64_t end, void *ctx) {
  dot_job *j = ctx;
  int64_t size = lti_elsize(j->dtype);
  for (int64_t i = begin; i < end; i++) {
    int64_t at = i * j->part;
    int n = (int)LT_MIN(j->part, j->n - at), incx = (int)j->incx, incy = (int)j->incy;
    const void *x = j->x + at * j->incx * size, *y = j->y + at * j->incy * size;
    j->sum[i] =
        j->dtype == LT_FLOAT ? cblas_sdot(n, x, incx, y, incy) : cblas_ddot(n, x, incx, y, incy);
  }
}

lt_status CPU(dot)(lt_scalar *out, int dtype, int64_t n, const void *x, int64_t incx, const void *y,
                   int64_t incy) {
  if (fits_blas(dtype, n, incx, incy, 1) && incx >= 1 && incy >= 1) {
    int64_t parts = LT_MIN(DOT_PARTS, n / DOT_PART + 1);
    parts += parts & (parts > 1); /* as many for either of two threads */
    dot_job j;
    j.dtype = dtype, j.n = n, j.part = (n + parts - 1) / parts;
    j.incx = incx, j.incy = incy, j.x = x, j.y = y;
    lti_parallel(parts, LT_MAX(1, lti_grain / DOT_PART), dot_parts, &j);
    out->f = 0;
    for (int64_t i = 0; i < parts; i++) out->f += j.sum[i];
    return LT_OK;
  }
#define DOT(NAME, T, W, member, LOAD)                                                   \
  case LT_##NAME: {                                                                     \
    const T *p = x, *q = y;                                                             \
    W sum = 0;                                                                          \
    for (int64_t i = 0; i < n; i++) sum += (W)LOAD(p[i * incx]) * (W)LOAD(q[i * incy]); \
    out->member = sum;                                                                  \
    return LT_OK;                                                                       \
  }
  switch (dtype) {
    DOT(BYTE, uint8_t, int64_t, i, SAME)
    DOT(CHAR, int8_t, int64_t, i, SAME)
    DOT(SHORT, int16_t, int64_t, i, SAME)
    DOT(INT, int32_t, int64_t, i, SAME)
    DOT(LONG, int64_t, int64_t, i, SAME)
    DOT(HALF, uint16_t, double, f, lti_half_to_float)
    DOT(BFLOAT16, uint16_t, double, f, lti_bfloat16_to_float)
    DOT(FLOAT, float, double, f, SAME)
    DOT(DOUBLE, double, double, f, SAME)
  }
  return lti_fail(LT_EDTYPE, "dot: bad dtype %d", dtype);
}
