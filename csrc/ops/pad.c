/* Padding with edges and mirror images: checks, sizes, results. */
#include "ops/resample.h"

static lt_status pad(lt_tensor *to, const lt_tensor *from, const lt_tensor *x, bool gradient,
                     int reflect, const int64_t before[RESAMPLE_DIMS],
                     const int64_t after[RESAMPLE_DIMS]) {
  const char *op = reflect ? "reflection padding" : "replication padding";
  const int64_t most = INT32_MAX;
  resample s;
  LT_TRY(resample_volumes(&s, op, x, RESAMPLE_DIMS));
  for (int d = 0; d < RESAMPLE_DIMS; d++) {
    int64_t size = s.size[d];
    LT_CHECK(before[d] >= -most && before[d] <= most && after[d] >= -most && after[d] <= most, EARG,
             "%s: %lld and %lld are too large", op, (long long)before[d], (long long)after[d]);
    LT_CHECK(!reflect || (before[d] < size && after[d] < size), ESHAPE,
             "%s: %lld and %lld must be less than size %lld of dimension %d of %s", op,
             (long long)before[d], (long long)after[d], (long long)size, x->ndim - 2 + d,
             lti_shape(x).str);
    LT_CHECK(before[d] > -size && after[d] > -size, ESHAPE,
             "%s: %lld and %lld remove all of size %lld of dimension %d of %s", op,
             (long long)before[d], (long long)after[d], (long long)size, x->ndim - 2 + d,
             lti_shape(x).str);
    LT_TRY(resample_to(&s, op, x, d, size + before[d] + after[d]));
  }
  resample_fold(&s, before[0] == 0 && after[0] == 0);
  real_set set;
  const lt_tensor *f;
  lt_tensor *t;
  REAL_TRY(&set, resample_open(&set, &s, op, &f, &t, to, from, x, gradient));
  if (gradient)
    REAL_KERNEL(&set, t->device, pad_edges_grad, t->dtype, reflect, s.n, s.size, s.out, before,
                lti_data(t), lti_data(f));
  else
    REAL_KERNEL(&set, t->device, pad_edges, t->dtype, reflect, s.n, s.size, s.out, before,
                lti_data(t), lti_data(f));
  return real_finish(&set, LT_OK);
}

lt_status lt_pad_edges(lt_tensor *y, const lt_tensor *x, int reflect, int64_t front, int64_t back,
                       int64_t top, int64_t bottom, int64_t left, int64_t right) {
  return pad(y, x, x, false, reflect, (int64_t[]){front, top, left},
             (int64_t[]){back, bottom, right});
}

lt_status lt_pad_edges_grad(lt_tensor *gx, const lt_tensor *gy, const lt_tensor *x, int reflect,
                            int64_t front, int64_t back, int64_t top, int64_t bottom, int64_t left,
                            int64_t right) {
  return pad(gx, gy, x, true, reflect, (int64_t[]){front, top, left},
             (int64_t[]){back, bottom, right});
}
