/* Running sums and products, and histograms: checks and results. */
#include <math.h>

#include "core/internal.h"

static lt_status run_scan(lt_tensor *r, const lt_tensor *x, int dim, int product) {
  lt_iter it;
  int64_t len, stride[LT_MAXOP];
  lti_iter_init_dim(&it, 2, (const lt_tensor *[]){r, x}, dim, &len, stride);
  LT_KERNEL(x->device, scan, x->dtype, product, &it, len, stride);
  return LT_OK;
}

static lt_status scan(const char *name, lt_tensor *r, const lt_tensor *x, int dim, int product) {
  LT_CHECK(r && x, EARG, "%s: expected a tensor", name);
  LT_CHECK(!lt_interrupt, EINTR, "interrupted");
  LT_TRY(lti_check_same(name, 2, (const lti_named[]){{x, "input"}, {r, "result"}}));
  LT_CHECK(dim >= 0 && dim < x->ndim, ERANGE,
           "%s: dimension %d is out of range of the %dD tensor %s", name, dim + 1, x->ndim,
           lti_shape(x).str);
  lti_output o;
  LT_TRY(lti_result(&o, r, x->ndim, x->sizes, x, NULL));
  return lti_finish_one(&o, run_scan(o.out, x, dim, product));
}

lt_status lt_cumsum(lt_tensor *r, const lt_tensor *x, int dim) {
  return scan("cumsum", r, x, dim, 0);
}
lt_status lt_cumprod(lt_tensor *r, const lt_tensor *x, int dim) {
  return scan("cumprod", r, x, dim, 1);
}

static lt_status count(lt_tensor *counts, const lt_tensor *x, int64_t rows, int64_t bins,
                       double low, double high) {
  LT_KERNEL(x->device, histogram, (double *)lti_data(counts), x->dtype, rows, lti_numel(x) / rows,
            lti_data(x), bins, low, high);
  return LT_OK;
}

/* x has one or more elements, r the right type. */
static lt_status histogram(const char *name, lt_tensor *r, const lt_tensor *x, int64_t rows,
                           int64_t bins, double low, double high, int ndim) {
  if (low == high) {
    LT_TRY(lt_min_all(&low, x));
    LT_TRY(lt_max_all(&high, x));
    LT_CHECK(isfinite(low) && isfinite(high), EARG, "%s: the elements range from %g to %g", name,
             low, high);
  }
  if (low == high) {
    low--;
    high++;
  }
  int64_t sizes[] = {rows, bins};
  lt_tensor counts, tmp = {0};
  const lt_tensor *c;
  LT_TRY(lti_new(&counts, LT_DOUBLE, x->device, ndim, sizes + 2 - ndim));
  lt_status rc = lti_contiguous(&c, &tmp, x);
  if (rc == LT_OK) rc = count(&counts, c, rows, bins, low, high);
  if (rc == LT_OK) rc = lt_resize_as(r, &counts);
  if (rc == LT_OK) rc = lt_copy(r, &counts);
  lt_tensor_release(&tmp);
  lt_tensor_release(&counts);
  return rc;
}

static lt_status check_histogram(const char *name, lt_tensor *r, const lt_tensor *x, int64_t bins,
                                 double low, double high) {
  LT_CHECK(r && x, EARG, "%s: expected a tensor", name);
  LT_CHECK(!lt_interrupt, EINTR, "interrupted");
  LT_TRY(lti_check_same(name, 2, (const lti_named[]){{x, "input"}, {r, "result"}}));
  LT_TRY(lti_check_float(name, x));
  LT_CHECK(x->ndim > 0, ESHAPE, "%s: the tensor is empty", name);
  LT_CHECK(bins > 0, EARG, "%s: expected one or more bins, got %lld", name, (long long)bins);
  LT_CHECK(isfinite(low) && isfinite(high), EARG, "%s: bad range from %g to %g", name, low, high);
  return LT_OK;
}

lt_status lt_histc(lt_tensor *r, const lt_tensor *x, int64_t bins, double low, double high) {
  LT_TRY(check_histogram("histc", r, x, bins, low, high));
  return histogram("histc", r, x, 1, bins, low, high, 1);
}

lt_status lt_bhistc(lt_tensor *r, const lt_tensor *x, int64_t bins, double low, double high) {
  LT_TRY(check_histogram("bhistc", r, x, bins, low, high));
  LT_CHECK(x->ndim <= 2, ESHAPE, "bhistc: expected a vector or a matrix, got %s", lti_shape(x).str);
  return histogram("bhistc", r, x, x->ndim == 2 ? x->sizes[0] : 1, bins, low, high, 2);
}
