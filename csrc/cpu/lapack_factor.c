/* Orthogonal factors, eigenvalues and singular values through LAPACK. Matrices are column-major.
 * LAPACK's iterations are not made for elements that are not finite (some never end): *info is -1
 * then, and nothing is computed. */
#include "cpu/lapack.h"

LAPACK(geqrf, (const int *m, const int *n, void *a, const int *lda, void *tau, void *work,
               const int *lwork, int *info));
LAPACK(orgqr, (const int *m, const int *n, const int *k, void *a, const int *lda, const void *tau,
               void *work, const int *lwork, int *info));
LAPACK(ormqr, (const char *side, const char *trans, const int *m, const int *n, const int *k,
               const void *a, const int *lda, const void *tau, void *c, const int *ldc, void *work,
               const int *lwork, int *info, size_t, size_t));
LAPACK(syevd,
       (const char *jobz, const char *uplo, const int *n, void *a, const int *lda, void *w,
        void *work, const int *lwork, int *iwork, const int *liwork, int *info, size_t, size_t));
LAPACK(geev, (const char *jobvl, const char *jobvr, const int *n, void *a, const int *lda, void *wr,
              void *wi, void *vl, const int *ldvl, void *vr, const int *ldvr, void *work,
              const int *lwork, int *info, size_t, size_t));
LAPACK(gesdd, (const char *jobz, const int *m, const int *n, void *a, const int *lda, void *s,
               void *u, const int *ldu, void *vt, const int *ldvt, void *work, const int *lwork,
               int *iwork, int *info, size_t));

/* ---- QR ---- */

lt_status CPU(geqrf)(int dtype, int64_t m, int64_t n, void *a, void *tau) {
  int rows = (int)m, columns = (int)n, info = 0;
  workspace w = lapack_query(dtype);
  LAPACK_QUERY_AND_RUN(&w, n, 0,
                       LAPACK_CALL(m * n, dtype, geqrf, &rows, &columns, a, &rows, tau,
                                   lapack_work(&w), &w.lwork, &info));
  lapack_free(&w);
  return LT_OK;
}

lt_status CPU(orgqr)(int dtype, int64_t m, int64_t n, int64_t k, void *a, const void *tau) {
  int rows = (int)m, columns = (int)n, reflectors = (int)k, info = 0;
  workspace w = lapack_query(dtype);
  LAPACK_QUERY_AND_RUN(&w, n, 0,
                       LAPACK_CALL(m * n, dtype, orgqr, &rows, &columns, &reflectors, a, &rows, tau,
                                   lapack_work(&w), &w.lwork, &info));
  lapack_free(&w);
  return LT_OK;
}

lt_status CPU(ormqr)(int dtype, int right, int trans, int64_t m, int64_t n, int64_t k,
                     const void *a, const void *tau, void *c) {
  int rows = (int)m, columns = (int)n, reflectors = (int)k, info = 0;
  int lda = right ? columns : rows;
  workspace w = lapack_query(dtype);
  LAPACK_QUERY_AND_RUN(&w, right ? m : n, 0,
                       LAPACK_CALL(m * n, dtype, ormqr, right ? "R" : "L", trans ? "T" : "N", &rows,
                                   &columns, &reflectors, a, &lda, tau, c, &rows, lapack_work(&w),
                                   &w.lwork, &info, 1, 1));
  lapack_free(&w);
  return LT_OK;
}

/* ---- eigenvalues and singular values ---- */

#define DEFINE_ALL_FINITE(T)                                 \
  static bool all_finite_##T(int64_t n, const T *x) {        \
    int bad = 0;                                             \
    for (int64_t i = 0; i < n; i++) bad |= x[i] - x[i] != 0; \
    return !bad;                                             \
  }
DEFINE_ALL_FINITE(float)
DEFINE_ALL_FINITE(double)

static bool all_finite(int dtype, int64_t n, const void *x) {
  return dtype == LT_FLOAT ? all_finite_float(n, x) : all_finite_double(n, x);
}

/* The same of one triangle of an n x n matrix. */
static bool triangle_finite(int dtype, int upper, int64_t n, const void *a) {
  for (int64_t j = 0; j < n; j++) {
    int64_t first = upper ? 0 : j, end = upper ? j + 1 : n;
    if (!all_finite(dtype, end - first, lapack_at(dtype, a, j * n + first))) return false;
  }
  return true;
}

lt_status CPU(syevd)(int *info, int dtype, int vectors, int upper, int64_t n, void *a, void *e) {
  if (!triangle_finite(dtype, upper, n, a)) {
    *info = -1;
    return LT_OK;
  }
  int rows = (int)n, liwork = vectors ? 3 + 5 * rows : 1;
  int64_t least = vectors && n > 1 ? 1 + 6 * n + 2 * n * n : 2 * n + 1;
  workspace w = lapack_query(dtype);
  LT_TRY(lapack_alloc(&w, least, (size_t)liwork * sizeof(int)));
  LAPACK_CALL(n * n, dtype, syevd, vectors ? "V" : "N", upper ? "U" : "L", &rows, a, &rows, e,
              w.work, &w.lwork, w.more, &liwork, info, 1, 1);
  lapack_free(&w);
  return LT_OK;
}

lt_status CPU(geev)(int *info, int dtype, int64_t n, void *a, void *e, void *v) {
  if (!all_finite(dtype, n * n, a)) {
    *info = -1;
    return LT_OK;
  }
  int rows = (int)n, one = 1;
  int64_t size = lti_elsize(dtype);
  workspace w = lapack_query(dtype);
  LAPACK_QUERY_AND_RUN(&w, 4 * n, (size_t)(2 * n * size),
                       LAPACK_CALL(n * n, dtype, geev, "N", v ? "V" : "N", &rows, a, &rows, w.more,
                                   lapack_at(dtype, w.more, w.more ? n : 0), NULL, &one, v,
                                   v ? &rows : &one, lapack_work(&w), &w.lwork, info, 1, 1));
  for (int64_t i = 0; i < 2 * n; i++) /* the real parts, then the imaginary parts */
    memcpy(lapack_at(dtype, e, i % n * 2 + i / n), lapack_at(dtype, w.more, i), (size_t)size);
  lapack_free(&w);
  return LT_OK;
}

lt_status CPU(gesdd)(int *info, int dtype, int all, int64_t m, int64_t n, void *a, void *u, void *s,
                     void *vt) {
  if (!all_finite(dtype, m * n, a)) {
    *info = -1;
    return LT_OK;
  }
  int64_t k = LT_MIN(m, n);
  int rows = (int)m, columns = (int)n, ldvt = (int)(all ? n : k);
  workspace w = lapack_query(dtype);
  LAPACK_QUERY_AND_RUN(&w, 4 * k * k + 7 * k + LT_MAX(m, n), (size_t)(8 * k) * sizeof(int),
                       LAPACK_CALL(m * n, dtype, gesdd, all ? "A" : "S", &rows, &columns, a, &rows,
                                   s, u, &rows, vt, &ldvt, lapack_work(&w), &w.lwork, w.more, info,
                                   1));
  lapack_free(&w);
  return LT_OK;
}
