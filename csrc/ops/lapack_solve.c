/* Systems of linear equations, inverse and determinant: checks and results. */
#include "ops/lapack.h"
#include "core/peers.h"

/* ---- LU ---- */

lt_status lt_gesv(lt_tensor *x, lt_tensor *lu, const lt_tensor *b, const lt_tensor *a) {
  lapack s;
  LT_TRY(lti_lapack_begin(&s, "gesv", 2, 2, 4, (const lt_tensor *[]){x, lu, b, a}));
  LT_TRY(lti_lapack_check_square(&s, a));
  LT_TRY(lti_lapack_check_side(&s, b, a));
  int64_t n = a->sizes[0], sides = lti_lapack_columns(b);
  lt_tensor *solution = lti_lapack_copy(&s, x, b, n), *factors = lti_lapack_copy(&s, lu, a, n);
  LAPACK_KERNEL(&s, gesv, &s.info, s.dtype, n, sides, lti_data(factors), lti_data(solution));
  LAPACK_REQUIRE(&s, s.info == 0, "gesv: the matrix is singular: U(%d,%d) is 0", s.info, s.info);
  return lti_lapack_finish(&s);
}

lt_status lt_inverse(lt_tensor *r, const lt_tensor *x) {
  lapack s;
  LT_TRY(lti_lapack_begin(&s, "inverse", 1, 1, 2, (const lt_tensor *[]){r, x}));
  LT_TRY(lti_lapack_check_square(&s, x));
  int64_t n = x->sizes[0];
  lt_tensor *a = lti_lapack_copy(&s, NULL, x, n), *inverse = lti_lapack_matrix(&s, r, n, n, n);
  LAPACK_KERNEL(&s, inverse, &s.info, s.dtype, n, lti_data(a), lti_data(inverse));
  LAPACK_REQUIRE(&s, s.info == 0, "inverse: the matrix is singular: U(%d,%d) is 0", s.info, s.info);
  return lti_lapack_finish(&s);
}

/* value = determinant, its sign, logarithm of its absolute value. */
static lt_status determinant(double value[3], const char *name, const lt_tensor *x) {
  lapack s;
  LT_TRY(lti_lapack_begin(&s, name, 0, 0, 1, &x));
  LT_TRY(lti_lapack_check_square(&s, x));
  lt_tensor *factors = lti_lapack_copy(&s, NULL, x, x->sizes[0]);
  LAPACK_KERNEL(&s, det, value, s.dtype, x->sizes[0], lti_data(factors));
  return lti_lapack_finish(&s);
}

lt_status lt_det(double *out, const lt_tensor *x) {
  double value[3] = {0};
  LT_CHECK(out, EARG, "det: no place for the result");
  LT_TRY(determinant(value, "det", x));
  out[0] = lti_number(value[0]);
  return LT_OK;
}

lt_status lt_slogdet(double *out, const lt_tensor *x) {
  double value[3] = {0};
  LT_CHECK(out, EARG, "slogdet: no place for the result");
  LT_TRY(determinant(value, "slogdet", x));
  out[0] = lti_number(value[1]);
  out[1] = lti_number(value[2]);
  return LT_OK;
}

/* ---- least squares and triangles ---- */

lt_status lt_gels(lt_tensor *x, lt_tensor *qr, const lt_tensor *b, const lt_tensor *a) {
  lapack s;
  LT_TRY(lti_lapack_begin(&s, "gels", 2, 2, 4, (const lt_tensor *[]){x, qr, b, a}));
  LT_TRY(lti_lapack_check_matrix(&s, a, false));
  LT_TRY(lti_lapack_check_side(&s, b, a));
  int64_t m = a->sizes[0], n = a->sizes[1], sides = lti_lapack_columns(b);
  lt_tensor *solution = lti_lapack_copy(&s, x, b, LT_MAX(m, n));
  lt_tensor *factors = lti_lapack_copy(&s, qr, a, m);
  LAPACK_KERNEL(&s, gels, &s.info, s.dtype, m, n, sides, lti_data(factors), lti_data(solution));
  LAPACK_REQUIRE(&s, s.info == 0,
                 "gels: the matrix does not have full rank: element (%d,%d) of its triangular "
                 "factor is 0",
                 s.info, s.info);
  solution->sizes[0] = n;
  return lti_lapack_finish(&s);
}

lt_status lt_trtrs(lt_tensor *x, lt_tensor *r, const lt_tensor *b, const lt_tensor *a, int upper,
                   int trans, int unit) {
  lapack s;
  LT_TRY(lti_lapack_begin(&s, "trtrs", 2, 2, 4, (const lt_tensor *[]){x, r, b, a}));
  LT_TRY(lti_lapack_check_square(&s, a));
  LT_TRY(lti_lapack_check_side(&s, b, a));
  int64_t n = a->sizes[0], sides = lti_lapack_columns(b);
  lt_tensor *solution = lti_lapack_copy(&s, x, b, n), *triangle = lti_lapack_copy(&s, r, a, n);
  LAPACK_KERNEL(&s, trtrs, &s.info, s.dtype, upper, trans, unit, n, sides, lti_data(triangle),
                lti_data(solution));
  LAPACK_REQUIRE(&s, s.info == 0, "trtrs: the matrix is singular: A(%d,%d) is 0", s.info, s.info);
  return lti_lapack_finish(&s);
}

/* ---- Cholesky ---- */

lt_status lt_potrf(lt_tensor *r, const lt_tensor *x, int upper) {
  lapack s;
  LT_TRY(lti_lapack_begin(&s, "potrf", 1, 1, 2, (const lt_tensor *[]){r, x}));
  LT_TRY(lti_lapack_check_square(&s, x));
  int64_t n = x->sizes[0];
  lt_tensor *factor = lti_lapack_copy(&s, r, x, n);
  LAPACK_KERNEL(&s, potrf, &s.info, s.dtype, upper, n, lti_data(factor));
  LAPACK_REQUIRE(&s, s.info == 0,
                 "potrf: the matrix is not positive definite: its leading minor of order %d is not "
                 "positive",
                 s.info);
  return lti_lapack_finish(&s);
}

lt_status lt_potri(lt_tensor *r, const lt_tensor *x, int upper) {
  lapack s;
  LT_TRY(lti_lapack_begin(&s, "potri", 1, 1, 2, (const lt_tensor *[]){r, x}));
  LT_TRY(lti_lapack_check_square(&s, x));
  int64_t n = x->sizes[0];
  lt_tensor *inverse = lti_lapack_copy(&s, r, x, n);
  LAPACK_KERNEL(&s, potri, &s.info, s.dtype, upper, n, lti_data(inverse));
  LAPACK_REQUIRE(&s, s.info == 0, "potri: the factor is singular: its element (%d,%d) is 0", s.info,
                 s.info);
  return lti_lapack_finish(&s);
}

lt_status lt_potrs(lt_tensor *r, const lt_tensor *b, const lt_tensor *x, int upper) {
  lapack s;
  LT_TRY(lti_lapack_begin(&s, "potrs", 1, 1, 3, (const lt_tensor *[]){r, b, x}));
  LT_TRY(lti_lapack_check_square(&s, x));
  LT_TRY(lti_lapack_check_side(&s, b, x));
  int64_t n = x->sizes[0], sides = lti_lapack_columns(b);
  lt_tensor *solution = lti_lapack_copy(&s, r, b, n), *factor = lti_lapack_copy(&s, NULL, x, n);
  LAPACK_KERNEL(&s, potrs, &s.info, s.dtype, upper, n, sides, lti_data(factor), lti_data(solution));
  return lti_lapack_finish(&s);
}

lt_status lt_pstrf(lt_tensor *r, lt_tensor *piv, const lt_tensor *x, int upper, double tol) {
  lapack s;
  LT_TRY(lti_lapack_begin(&s, "pstrf", 2, 1, 3, (const lt_tensor *[]){r, piv, x}));
  LT_CHECK(piv->dtype == LT_INT, EDTYPE,
           "pstrf: expected an IntTensor for the pivots, got a %sTensor",
           lt_dtype_name(piv->dtype));
  LT_CHECK(lti_home(piv) == lti_home(x), EDEVICE,
           "pstrf: tensors are on different devices (%d, %d)", x->device, piv->device);
  LT_TRY(lti_lapack_check_square(&s, x));
  int64_t n = x->sizes[0];
  int rank = 0;
  lt_tensor *factor = lti_lapack_copy(&s, r, x, n);
  lt_tensor *pivots = lti_lapack_contiguous(&s, piv, LT_INT, 1, &n);
  LAPACK_KERNEL(&s, pstrf, &s.info, &rank, s.dtype, upper, n, lti_data(factor),
                (int32_t *)lti_data(pivots), tol);
  LAPACK_REQUIRE(&s, s.info == 0,
                 "pstrf: the matrix is rank deficient or not positive semidefinite: its rank is %d "
                 "of %lld",
                 rank, (long long)n);
  return lti_lapack_finish(&s);
}
