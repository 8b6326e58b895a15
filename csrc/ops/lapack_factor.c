/* Orthogonal factors, eigenvalues and singular values: checks and results. */
#include "ops/lapack.h"

#include <limits.h>

/* ---- QR ---- */

lt_status lt_geqrf(lt_tensor *a, lt_tensor *tau, const lt_tensor *x) {
  lapack s;
  LT_TRY(lti_lapack_begin(&s, "geqrf", 2, 2, 3, (const lt_tensor *[]){a, tau, x}));
  LT_TRY(lti_lapack_check_matrix(&s, x, false));
  int64_t m = x->sizes[0], n = x->sizes[1];
  lt_tensor *factors = lti_lapack_copy(&s, a, x, m);
  lt_tensor *scales = lti_lapack_vector(&s, tau, LT_MIN(m, n));
  LAPACK_KERNEL(&s, geqrf, s.dtype, m, n, lti_data(factors), lti_data(scales));
  return lti_lapack_finish(&s);
}

lt_status lt_qr(lt_tensor *q, lt_tensor *r, const lt_tensor *x) {
  lapack s;
  LT_TRY(lti_lapack_begin(&s, "qr", 2, 2, 3, (const lt_tensor *[]){q, r, x}));
  LT_TRY(lti_lapack_check_matrix(&s, x, false));
  int64_t m = x->sizes[0], n = x->sizes[1], k = LT_MIN(m, n);
  lt_tensor *factors = lti_lapack_copy(&s, m >= n ? q : NULL, x, m);
  lt_tensor *scales = lti_lapack_vector(&s, NULL, k);
  lt_tensor *triangle = lti_lapack_contiguous(&s, r, s.dtype, 2, (int64_t[]){k, n});
  LAPACK_KERNEL(&s, geqrf, s.dtype, m, n, lti_data(factors), lti_data(scales));
  lt_tensor part = *factors; /* the first k rows, then the first k columns */
  part.sizes[0] = k;
  if (s.rc == LT_OK) s.rc = lt_triu(triangle, &part, 0);
  lt_tensor *orthogonal = factors;
  if (m < n) {
    part.sizes[0] = m, part.sizes[1] = k;
    orthogonal = lti_lapack_copy(&s, q, &part, m);
  }
  LAPACK_KERNEL(&s, orgqr, s.dtype, m, k, k, lti_data(orthogonal), lti_data(scales));
  return lti_lapack_finish(&s);
}

/* Checks reflectors x[m n] with tau[k], k <= min(m, n), and gives k. */
static lt_status check_reflectors(const lapack *s, const lt_tensor *x, const lt_tensor *tau,
                                  int64_t *k) {
  LT_TRY(lti_lapack_check_matrix(s, x, false));
  *k = lti_numel(tau);
  LT_CHECK(tau->ndim == 1 && *k <= LT_MIN(x->sizes[0], x->sizes[1]), ESHAPE,
           "%s: expected a vector tau of at most %lld elements for the reflectors %s, got %s",
           s->name, (long long)LT_MIN(x->sizes[0], x->sizes[1]), lti_shape(x).str,
           lti_shape(tau).str);
  return LT_OK;
}

lt_status lt_orgqr(lt_tensor *r, const lt_tensor *x, const lt_tensor *tau) {
  lapack s;
  int64_t k;
  LT_TRY(lti_lapack_begin(&s, "orgqr", 1, 1, 3, (const lt_tensor *[]){r, tau, x}));
  LT_TRY(check_reflectors(&s, x, tau, &k));
  /* q has at most m columns; those after them keep what x has there */
  int64_t m = x->sizes[0], n = LT_MIN(m, x->sizes[1]);
  lt_tensor *orthogonal = lti_lapack_copy(&s, r, x, m), *scales = lti_lapack_copy(&s, NULL, tau, k);
  LAPACK_KERNEL(&s, orgqr, s.dtype, m, n, k, lti_data(orthogonal), lti_data(scales));
  return lti_lapack_finish(&s);
}

lt_status lt_ormqr(lt_tensor *r, const lt_tensor *x, const lt_tensor *tau, const lt_tensor *c,
                   int right, int trans) {
  lapack s;
  int64_t k;
  LT_TRY(lti_lapack_begin(&s, "ormqr", 1, 1, 4, (const lt_tensor *[]){r, tau, c, x}));
  LT_TRY(check_reflectors(&s, x, tau, &k));
  LT_TRY(lti_lapack_check_matrix(&s, c, false));
  int64_t m = c->sizes[0], n = c->sizes[1], rows = x->sizes[0];
  LT_CHECK(rows == (right ? n : m), ESHAPE,
           "ormqr: expected a matrix of %lld %s for the reflectors %s, got %s", (long long)rows,
           right ? "columns" : "rows", lti_shape(x).str, lti_shape(c).str);
  lt_tensor *product = lti_lapack_copy(&s, r, c, m), *scales = lti_lapack_copy(&s, NULL, tau, k);
  lt_tensor *reflectors = lti_lapack_copy(&s, NULL, x, rows);
  LAPACK_KERNEL(&s, ormqr, s.dtype, right, trans, m, n, k, lti_data(reflectors), lti_data(scales),
                lti_data(product));
  return lti_lapack_finish(&s);
}

/* ---- eigenvalues and singular values ---- */

/* Elements that LAPACK wants as workspace have to be fewer than 2^31. */
static lt_status check_workspace(const lapack *s, const lt_tensor *x, int64_t k, int64_t elements) {
  LT_CHECK(k < 1 << 16 && elements <= INT_MAX, ESHAPE,
           "%s: %s is too large for LAPACK's 32-bit workspace", s->name, lti_shape(x).str);
  return LT_OK;
}

static lt_status finish_iteration(lapack *s) {
  LAPACK_REQUIRE(s, s->info >= 0, "%s: the matrix has elements that are not finite", s->name);
  LAPACK_REQUIRE(s, s->info == 0, "%s: the iteration did not converge (LAPACK's info is %d)",
                 s->name, s->info);
  return lti_lapack_finish(s);
}

lt_status lt_symeig(lt_tensor *e, lt_tensor *v, const lt_tensor *x, int vectors, int upper) {
  lapack s;
  LT_TRY(lti_lapack_begin(&s, "symeig", 2, 2, 3, (const lt_tensor *[]){e, v, x}));
  LT_TRY(lti_lapack_check_square(&s, x));
  int64_t n = x->sizes[0];
  if (vectors) LT_TRY(check_workspace(&s, x, n, 2 * n * n + 6 * n + 1));
  lt_tensor *a = lti_lapack_copy(&s, vectors ? v : NULL, x, n),
            *values = lti_lapack_vector(&s, e, n);
  LAPACK_KERNEL(&s, syevd, &s.info, s.dtype, vectors, upper, n, lti_data(a), lti_data(values));
  return finish_iteration(&s);
}

lt_status lt_eig(lt_tensor *e, lt_tensor *v, const lt_tensor *x, int vectors) {
  lapack s;
  LT_TRY(lti_lapack_begin(&s, "eig", 2, 2, 3, (const lt_tensor *[]){e, v, x}));
  LT_TRY(lti_lapack_check_square(&s, x));
  int64_t n = x->sizes[0];
  lt_tensor *a = lti_lapack_copy(&s, NULL, x, n);
  lt_tensor *values = lti_lapack_contiguous(&s, e, s.dtype, 2, (int64_t[]){n, 2});
  lt_tensor *columns = vectors ? lti_lapack_matrix(&s, v, n, n, n) : NULL;
  LAPACK_KERNEL(&s, geev, &s.info, s.dtype, n, lti_data(a), lti_data(values),
                columns ? lti_data(columns) : NULL);
  return finish_iteration(&s);
}

lt_status lt_svd(lt_tensor *u, lt_tensor *d, lt_tensor *v, const lt_tensor *x, int all) {
  lapack s;
  LT_TRY(lti_lapack_begin(&s, "svd", 3, 3, 4, (const lt_tensor *[]){u, d, v, x}));
  LT_TRY(lti_lapack_check_matrix(&s, x, false));
  int64_t m = x->sizes[0], n = x->sizes[1], k = LT_MIN(m, n);
  LT_TRY(check_workspace(&s, x, k, 4 * k * k + 7 * k + LT_MAX(m, n)));
  lt_tensor *a = lti_lapack_copy(&s, NULL, x, m), *values = lti_lapack_vector(&s, d, k);
  lt_tensor *left = lti_lapack_matrix(&s, u, m, all ? m : k, m);
  /* v' by columns is v by rows */
  lt_tensor *right = lti_lapack_contiguous(&s, v, s.dtype, 2, (int64_t[]){n, all ? n : k});
  LAPACK_KERNEL(&s, gesdd, &s.info, s.dtype, all, m, n, lti_data(a), lti_data(left),
                lti_data(values), lti_data(right));
  return finish_iteration(&s);
}
