/* p-norms of neighbouring slices: checks and results. */
#include "ops/real.h"

typedef struct slices {
  int64_t outer, n, on, inner;
  int64_t sizes[LT_MAXDIM]; /* of the output */
} slices;

static lt_status extents(slices *s, const lt_tensor *x, int dim, int64_t width, int64_t step,
                         double p) {
  LT_CHECK(x, EARG, "lppool: expected a tensor");
  LT_TRY(lti_check_float("lppool", x));
  LT_CHECK(dim >= 0 && dim < x->ndim, ERANGE, "lppool: dimension %d is out of range of %s", dim + 1,
           lti_shape(x).str);
  LT_CHECK(width > 0 && step > 0, EARG,
           "lppool: width and step must be positive, got %lld and %lld", (long long)width,
           (long long)step);
  LT_CHECK(p > 0 && p < INFINITY, EARG, "lppool: the power must be positive, got %g", p);
  *s = (slices){.outer = 1, .n = x->sizes[dim], .inner = 1};
  LT_CHECK(s->n >= width, ESHAPE, "lppool: %lld slices do not fit into dimension %d of %s",
           (long long)width, dim + 1, lti_shape(x).str);
  s->on = (s->n - width) / step + 1;
  for (int d = 0; d < dim; d++) s->outer *= x->sizes[d];
  for (int d = dim + 1; d < x->ndim; d++) s->inner *= x->sizes[d];
  memcpy(s->sizes, x->sizes, x->ndim * sizeof s->sizes[0]);
  s->sizes[dim] = s->on;
  return LT_OK;
}

lt_status lt_lppool(lt_tensor *y, const lt_tensor *x, int dim, int64_t width, int64_t step,
                    double p) {
  slices s;
  LT_TRY(extents(&s, x, dim, width, step, p));
  LT_CHECK(y, EARG, "lppool: expected a tensor");
  LT_TRY(lti_check_same("lppool", 2, (const lti_named[]){{x, "input"}, {y, "output"}}));
  real_set set;
  set.n = 0;
  const lt_tensor *xc;
  lt_tensor *yc;
  REAL_TRY(&set, real_input(&set, &xc, x));
  REAL_TRY(&set, real_result(&set, &yc, y, x->ndim, s.sizes));
  REAL_KERNEL(&set, x->device, lppool, yc->dtype, s.outer, s.n, s.on, s.inner, width, step, p,
              lti_data(yc), lti_data(xc));
  return real_finish(&set, LT_OK);
}

lt_status lt_lppool_grad(lt_tensor *gx, const lt_tensor *gy, const lt_tensor *x, const lt_tensor *y,
                         int dim, int64_t width, int64_t step, double p) {
  slices s;
  LT_TRY(extents(&s, x, dim, width, step, p));
  LT_CHECK(gx && gy && y, EARG, "lppool: expected a tensor");
  LT_TRY(lti_check_same(
      "lppool", 4,
      (const lti_named[]){{x, "input"}, {gx, "gradInput"}, {gy, "gradOutput"}, {y, "output"}}));
  LT_CHECK(y->ndim == x->ndim && memcmp(y->sizes, s.sizes, x->ndim * sizeof s.sizes[0]) == 0 &&
               lti_same_size(y, gy),
           ESHAPE, "lppool: output %s and gradOutput %s should be of size %s", lti_shape(y).str,
           lti_shape(gy).str, lti_sizes(x->ndim, s.sizes).str);
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *yc, *gyc;
  lt_tensor *gxc;
  REAL_TRY(&set, real_input(&set, &xc, x));
  REAL_TRY(&set, real_input(&set, &yc, y));
  REAL_TRY(&set, real_input(&set, &gyc, gy));
  REAL_TRY(&set, real_result(&set, &gxc, gx, x->ndim, x->sizes));
  REAL_KERNEL(&set, x->device, lppool_grad, gxc->dtype, s.outer, s.n, s.on, s.inner, width, step, p,
              lti_data(gxc), lti_data(gyc), lti_data(xc), lti_data(yc));
  return real_finish(&set, LT_OK);
}
