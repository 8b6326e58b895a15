/* Systems of linear equations, inverse and determinant through LAPACK: LU, Cholesky and triangular
 * factors, least squares. Matrices are column-major; nothing here looks at *info but to stop. */
#include "cpu/lapack.h"

LAPACK(gesv, (const int *n, const int *nrhs, void *a, const int *lda, int *ipiv, void *b,
              const int *ldb, int *info));
LAPACK(getrf, (const int *m, const int *n, void *a, const int *lda, int *ipiv, int *info));
LAPACK(getri, (const int *n, void *a, const int *lda, const int *ipiv, void *work, const int *lwork,
               int *info));
LAPACK(gels,
       (const char *trans, const int *m, const int *n, const int *nrhs, void *a, const int *lda,
        void *b, const int *ldb, void *work, const int *lwork, int *info, size_t));
LAPACK(trtrs,
       (const char *uplo, const char *trans, const char *diag, const int *n, const int *nrhs,
        const void *a, const int *lda, void *b, const int *ldb, int *info, size_t, size_t, size_t));
LAPACK(potrf, (const char *uplo, const int *n, void *a, const int *lda, int *info, size_t));
LAPACK(potri, (const char *uplo, const int *n, void *a, const int *lda, int *info, size_t));
LAPACK(potrs, (const char *uplo, const int *n, const int *nrhs, const void *a, const int *lda,
               void *b, const int *ldb, int *info, size_t));
LAPACK(pstrf, (const char *uplo, const int *n, void *a, const int *lda, int *piv, int *rank,
               const void *tol, void *work, int *info, size_t));

/* ---- LU ---- */

/* Room for n row numbers; NULL (and a message) when there is none. */
static int *new_pivots(int64_t n) {
  int *pivots = lti_alloc((size_t)n * sizeof *pivots);
  if (!pivots) lti_out_of_memory((size_t)n * sizeof *pivots);
  return pivots;
}

static void free_pivots(int *pivots, int64_t n) { lti_free(pivots, (size_t)n * sizeof *pivots); }

lt_status CPU(gesv)(int *info, int dtype, int64_t n, int64_t nrhs, void *a, void *b) {
  int rows = (int)n, columns = (int)nrhs;
  int *pivots = new_pivots(n);
  if (!pivots) return LT_ENOMEM;
  LAPACK_CALL(n * n, dtype, gesv, &rows, &columns, a, &rows, pivots, b, &rows, info);
  free_pivots(pivots, n);
  return LT_OK;
}

/* The inverse in place. */
static lt_status invert(int *info, int dtype, int64_t n, void *a, int *pivots) {
  int rows = (int)n;
  LAPACK_CALL(n * n, dtype, getrf, &rows, &rows, a, &rows, pivots, info);
  if (*info != 0) return LT_OK;
  workspace w = lapack_query(dtype);
  LAPACK_QUERY_AND_RUN(
      &w, n, 0,
      LAPACK_CALL(n * n, dtype, getri, &rows, a, &rows, pivots, lapack_work(&w), &w.lwork, info));
  lapack_free(&w);
  return LT_OK;
}

/* r = the identity */
static void set_identity(int dtype, int64_t n, void *r) {
  memset(r, 0, (size_t)(n * n * lti_elsize(dtype)));
  for (int64_t i = 0; i < n; i++) {
    if (dtype == LT_FLOAT)
      ((float *)r)[i * (n + 1)] = 1;
    else
      ((double *)r)[i * (n + 1)] = 1;
  }
}

/* Threads have more to do at a time in solving for the identity, which takes a little more work. */
lt_status CPU(inverse)(int *info, int dtype, int64_t n, void *a, void *r) {
  if (n * n >= LAPACK_THREADED && lt_get_num_threads() > 1) {
    set_identity(dtype, n, r);
    return CPU(gesv)(info, dtype, n, n, a, r);
  }
  int *pivots = new_pivots(n);
  if (!pivots) return LT_ENOMEM;
  lt_status rc = invert(info, dtype, n, a, pivots);
  free_pivots(pivots, n);
  if (rc == LT_OK) memcpy(r, a, (size_t)(n * n * lti_elsize(dtype)));
  return rc;
}

lt_status CPU(det)(double *out, int dtype, int64_t n, void *a) {
  int rows = (int)n, info = 0;
  int *pivots = new_pivots(n);
  if (!pivots) return LT_ENOMEM;
  LAPACK_CALL(n * n, dtype, getrf, &rows, &rows, a, &rows, pivots, &info);
  double product = 1, sign = 1, log_abs = 0;
  for (int64_t i = 0; i < n; i++) {
    const void *p = lapack_at(dtype, a, i * (n + 1));
    double v = dtype == LT_FLOAT ? *(const float *)p : *(const double *)p;
    if (pivots[i] != i + 1) v = -v;
    product *= v;
    sign *= v != v ? v : (double)((v > 0) - (v < 0));
    log_abs += log(fabs(v));
  }
  free_pivots(pivots, n);
  out[0] = product, out[1] = sign, out[2] = log_abs;
  return LT_OK;
}

/* ---- least squares and triangles ---- */

lt_status CPU(gels)(int *info, int dtype, int64_t m, int64_t n, int64_t nrhs, void *a, void *b) {
  int rows = (int)m, columns = (int)n, sides = (int)nrhs, ldb = LT_MAX(rows, columns);
  int64_t least = LT_MIN(m, n);
  workspace w = lapack_query(dtype);
  LAPACK_QUERY_AND_RUN(&w, least + LT_MAX(least, nrhs), 0,
                       LAPACK_CALL(m * n, dtype, gels, "N", &rows, &columns, &sides, a, &rows, b,
                                   &ldb, lapack_work(&w), &w.lwork, info, 1));
  lapack_free(&w);
  return LT_OK;
}

lt_status CPU(trtrs)(int *info, int dtype, int upper, int trans, int unit, int64_t n, int64_t nrhs,
                     const void *a, void *b) {
  int rows = (int)n, columns = (int)nrhs;
  LAPACK_CALL(n * n, dtype, trtrs, upper ? "U" : "L", trans ? "T" : "N", unit ? "U" : "N", &rows,
              &columns, a, &rows, b, &rows, info, 1, 1, 1);
  return LT_OK;
}

/* ---- Cholesky ---- */

/* Column by column, the triangle that `upper` does not name: zeros, or the mirror image of the one
 * it names. */
static void fill_other_triangle(int dtype, int upper, int64_t n, void *a, bool mirror) {
  int64_t size = lti_elsize(dtype);
  for (int64_t j = 0; j < n; j++) {
    int64_t first = upper ? j + 1 : 0, end = upper ? n : j;
    char *column = lapack_at(dtype, a, j * n);
    if (!mirror) {
      memset(column + first * size, 0, (size_t)((end - first) * size));
    } else if (dtype == LT_FLOAT) {
      for (int64_t i = first; i < end; i++) ((float *)column)[i] = ((float *)a)[i * n + j];
    } else {
      for (int64_t i = first; i < end; i++) ((double *)column)[i] = ((double *)a)[i * n + j];
    }
  }
}

lt_status CPU(potrf)(int *info, int dtype, int upper, int64_t n, void *a) {
  int rows = (int)n;
  LAPACK_CALL(n * n, dtype, potrf, upper ? "U" : "L", &rows, a, &rows, info, 1);
  if (*info == 0) fill_other_triangle(dtype, upper, n, a, false);
  return LT_OK;
}

lt_status CPU(potri)(int *info, int dtype, int upper, int64_t n, void *a) {
  int rows = (int)n;
  LAPACK_CALL(n * n, dtype, potri, upper ? "U" : "L", &rows, a, &rows, info, 1);
  if (*info == 0) fill_other_triangle(dtype, upper, n, a, true);
  return LT_OK;
}

lt_status CPU(potrs)(int *info, int dtype, int upper, int64_t n, int64_t nrhs, const void *a,
                     void *b) {
  int rows = (int)n, columns = (int)nrhs;
  LAPACK_CALL(n * n, dtype, potrs, upper ? "U" : "L", &rows, &columns, a, &rows, b, &rows, info, 1);
  return LT_OK;
}

lt_status CPU(pstrf)(int *info, int *rank, int dtype, int upper, int64_t n, void *a,
                     int32_t *pivots, double tol) {
  int rows = (int)n;
  float single = (float)tol;
  workspace w = lapack_query(dtype);
  LT_TRY(lapack_alloc(&w, 2 * n, 0));
  LAPACK_CALL(n * n, dtype, pstrf, upper ? "U" : "L", &rows, a, &rows, pivots, rank,
              dtype == LT_FLOAT ? (const void *)&single : &tol, w.work, info, 1);
  lapack_free(&w);
  if (*info == 0) fill_other_triangle(dtype, upper, n, a, false);
  return LT_OK;
}
