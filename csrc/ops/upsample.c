/* Upsampling: checks, sizes, results. */
#include "ops/resample.h"

/* Every element scale times along the last `dims` dimensions. */
static lt_status nearest(lt_tensor *to, const lt_tensor *from, const lt_tensor *x, bool gradient,
                         int dims, int64_t scale) {
  const char *op = "upsample_nearest";
  int64_t times[RESAMPLE_DIMS] = {1, 1, 1}, out;
  resample s;
  LT_CHECK(dims == 2 || dims == 3, EARG, "%s: expected 2 or 3 dimensions, got %d", op, dims);
  LT_CHECK(scale > 0, EARG, "%s: the scale must be positive, got %lld", op, (long long)scale);
  LT_TRY(resample_volumes(&s, op, x, dims));
  for (int d = RESAMPLE_DIMS - dims; d < RESAMPLE_DIMS; d++) {
    times[d] = scale;
    LT_TRY(resample_to(&s, op, x, d, lti_mul(&out, s.size[d], scale) ? out : INT64_MAX));
  }
  resample_fold(&s, dims == 2);
  real_set set;
  const lt_tensor *f;
  lt_tensor *t;
  REAL_TRY(&set, resample_open(&set, &s, op, &f, &t, to, from, x, gradient));
  if (gradient)
    REAL_KERNEL(&set, t->device, upsample_nearest_grad, t->dtype, s.n, s.size, times, lti_data(t),
                lti_data(f));
  else
    REAL_KERNEL(&set, t->device, upsample_nearest, t->dtype, s.n, s.size, times, lti_data(t),
                lti_data(f));
  return real_finish(&set, LT_OK);
}

lt_status lt_upsample_nearest(lt_tensor *y, const lt_tensor *x, int dims, int64_t scale) {
  return nearest(y, x, x, false, dims, scale);
}

lt_status lt_upsample_nearest_grad(lt_tensor *gx, const lt_tensor *gy, const lt_tensor *x, int dims,
                                   int64_t scale) {
  return nearest(gx, gy, x, true, dims, scale);
}

/* The last `dims` dimensions to the sizes out. */
static lt_status linear(lt_tensor *to, const lt_tensor *from, const lt_tensor *x, bool gradient,
                        int dims, const int64_t out[RESAMPLE_DIMS]) {
  const char *op = "upsample_linear";
  resample s;
  LT_CHECK(dims == 2 || dims == 3, EARG, "%s: expected 2 or 3 dimensions, got %d", op, dims);
  LT_TRY(resample_volumes(&s, op, x, dims));
  for (int d = RESAMPLE_DIMS - dims; d < RESAMPLE_DIMS; d++)
    LT_TRY(resample_to(&s, op, x, d, out[d]));
  resample_fold(&s, s.size[0] == s.out[0]);
  real_set set;
  const lt_tensor *f;
  lt_tensor *t;
  REAL_TRY(&set, resample_open(&set, &s, op, &f, &t, to, from, x, gradient));
  if (gradient)
    REAL_KERNEL(&set, t->device, upsample_linear_grad, t->dtype, s.n, s.size, s.out, lti_data(t),
                lti_data(f));
  else
    REAL_KERNEL(&set, t->device, upsample_linear, t->dtype, s.n, s.size, s.out, lti_data(t),
                lti_data(f));
  return real_finish(&set, LT_OK);
}

lt_status lt_upsample_linear(lt_tensor *y, const lt_tensor *x, int dims, int64_t ot, int64_t oh,
                             int64_t ow) {
  return linear(y, x, x, false, dims, (int64_t[]){ot, oh, ow});
}

lt_status lt_upsample_linear_grad(lt_tensor *gx, const lt_tensor *gy, const lt_tensor *x, int dims,
                                  int64_t ot, int64_t oh, int64_t ow) {
  return linear(gx, gy, x, true, dims, (int64_t[]){ot, oh, ow});
}
