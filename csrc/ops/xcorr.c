/* Correlations and convolutions of images and volumes: a plane with a kernel, planes each with a
 * kernel of its own, or every plane with a kernel for each result plane, summed. */
#include "ops/real.h"

/* Geometry from the sizes: x with `space` dimensions, or planes in front of them. */
static lt_status geometry(lt_correlation *s, const char *op, const lt_tensor *x, const lt_tensor *k,
                          int space) {
  bool sums = x->ndim == space + 1 && k->ndim == space + 2;
  LT_CHECK(sums || (x->ndim == k->ndim && (x->ndim == space || x->ndim == space + 1)), ESHAPE,
           "%s: expected an image and a kernel of %dD and %dD, %dD and %dD, or %dD and %dD, got %s "
           "and %s",
           op, space, space, space + 1, space + 1, space + 1, space + 2, lti_shape(x).str,
           lti_shape(k).str);
  int64_t planes = x->ndim == space ? 1 : x->sizes[0];
  int64_t matched = k->ndim == space ? 1 : k->sizes[sums];
  LT_CHECK(planes == matched, ESHAPE, "%s: %s has %lld planes, the kernel %s is for %lld", op,
           lti_shape(x).str, (long long)planes, lti_shape(k).str, (long long)matched);
  s->groups = sums ? 1 : planes;
  s->p = sums ? planes : 1;
  s->q = sums ? k->sizes[0] : 1;
  int64_t in[3] = {1, 1, 1}, window[3] = {1, 1, 1}, out[3];
  memcpy(in + 3 - space, x->sizes + x->ndim - space, (size_t)space * sizeof in[0]);
  memcpy(window + 3 - space, k->sizes + k->ndim - space, (size_t)space * sizeof in[0]);
  for (int d = 0; d < 3; d++) {
    LT_CHECK(in[d] < INT64_MAX / 8 && window[d] < INT64_MAX / 8, ESHAPE,
             "%s: dimensions of %s or %s are too large", op, lti_shape(x).str, lti_shape(k).str);
    out[d] = s->full ? in[d] + window[d] - 1 : in[d] - window[d] + 1;
    LT_CHECK(out[d] > 0, ESHAPE, "%s: the kernel %s is larger than the image %s", op,
             lti_shape(k).str, lti_shape(x).str);
  }
  s->d = in[0], s->h = in[1], s->w = in[2];
  s->kd = window[0], s->kh = window[1], s->kw = window[2];
  s->od = out[0], s->oh = out[1], s->ow = out[2];
  return LT_OK;
}

static lt_status run(const char *op, lt_tensor *r, const lt_tensor *x, const lt_tensor *k,
                     int space, int full, int flip) {
  LT_CHECK(r && x && k, EARG, "%s: expected a tensor", op);
  LT_TRY(lti_check_same(op, 3, (const lti_named[]){{x, "input"}, {k, "kernel"}, {r, "result"}}));
  lt_correlation s = {.full = full, .flip = flip};
  LT_TRY(geometry(&s, op, x, k, space));
  int64_t sizes[4] = {s.groups * s.q, s.od, s.oh, s.ow};
  if (space == 2) memmove(sizes + 1, sizes + 2, 2 * sizeof sizes[0]);
  int planes = x->ndim > space;
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *kc;
  lt_tensor *rc;
  REAL_TRY(&set, real_input(&set, &xc, x));
  REAL_TRY(&set, real_input(&set, &kc, k));
  REAL_TRY(&set, real_result(&set, &rc, r, space + planes, sizes + !planes));
  REAL_KERNEL(&set, x->device, xcorr, rc->dtype, &s, lti_data(rc), lti_data(xc), lti_data(kc));
  return real_finish(&set, LT_OK);
}

#define XCORR(name, space, flip)                                                        \
  lt_status lt_##name(lt_tensor *r, const lt_tensor *x, const lt_tensor *k, int full) { \
    return run(#name, r, x, k, space, full, flip);                                      \
  }
XCORR(conv2, 2, 1)
XCORR(conv3, 3, 1)
XCORR(xcorr2, 2, 0)
XCORR(xcorr3, 3, 0)
