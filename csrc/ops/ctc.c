/* Connectionist temporal classification: checks and results. */
#include "ops/real.h"
#include "core/peers.h"

typedef struct ctc_shape {
  int64_t frames, n, c, width;
} ctc_shape;

static lt_status check(ctc_shape *s, const lt_tensor *alpha, const lt_tensor *x,
                       const lt_tensor *labels, const lt_tensor *lengths, int batch_first,
                       int64_t blank) {
  LT_CHECK(alpha && x && labels && lengths, EARG, "ctc: expected a tensor");
  LT_TRY(lti_check_float("ctc", x));
  LT_CHECK(x->ndim == 3, ESHAPE, "ctc: expected scores [frames n c], got %s", lti_shape(x).str);
  s->frames = x->sizes[batch_first ? 1 : 0], s->n = x->sizes[batch_first ? 0 : 1];
  s->c = x->sizes[2];
  LT_CHECK(labels->dtype == LT_LONG && lti_home(labels) == lti_home(x), EDTYPE,
           "ctc: targets must be a LongTensor, got %s", lti_shape(labels).str);
  LT_CHECK(labels->ndim == 2 && labels->sizes[0] == s->n, ESHAPE,
           "ctc: scores %s need targets of %lld samples, got %s", lti_shape(x).str, (long long)s->n,
           lti_shape(labels).str);
  s->width = labels->sizes[1];
  LT_CHECK(lengths->dtype == LT_LONG && lti_home(lengths) == lti_home(x), EDTYPE,
           "ctc: lengths must be a LongTensor, got %s", lti_shape(lengths).str);
  LT_CHECK(lti_numel(lengths) == s->n, ESHAPE, "ctc: scores %s need %lld lengths, got %s",
           lti_shape(x).str, (long long)s->n, lti_shape(lengths).str);
  LT_CHECK(blank >= 1 && blank <= s->c, ERANGE, "ctc: blank %lld is out of range [1, %lld]",
           (long long)blank, (long long)s->c);
  LT_CHECK(alpha->dtype == LT_DOUBLE && lti_home(alpha) == lti_home(x), EDTYPE,
           "ctc: the buffer must be a DoubleTensor, got %s", lti_shape(alpha).str);
  return LT_OK;
}

static void alpha_sizes(int64_t sizes[3], const ctc_shape *s) {
  sizes[0] = s->n, sizes[1] = s->frames, sizes[2] = 2 * s->width + 4;
}

lt_status lt_ctc(double *out, lt_tensor *alpha, const lt_tensor *x, const lt_tensor *labels,
                 const lt_tensor *lengths, int batch_first, int64_t blank, int zero_infinity,
                 int average) {
  ctc_shape s;
  int64_t sizes[3];
  LT_CHECK(out, EARG, "ctc: no place for the result");
  LT_TRY(check(&s, alpha, x, labels, lengths, batch_first, blank));
  alpha_sizes(sizes, &s);
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *lc, *nc;
  lt_tensor *ac;
  double sum;
  REAL_TRY(&set, real_input(&set, &xc, x));
  REAL_TRY(&set, real_input(&set, &lc, labels));
  REAL_TRY(&set, real_input(&set, &nc, lengths));
  REAL_TRY(&set, real_result(&set, &ac, alpha, 3, sizes));
  REAL_KERNEL(&set, x->device, ctc, xc->dtype, &sum, (double *)lti_data(ac), s.frames, s.n, s.c,
              s.width, batch_first, lti_data(xc), (const int64_t *)lti_data(lc),
              (const int64_t *)lti_data(nc), blank, zero_infinity);
  *out = lti_number(average ? sum / (double)s.n : sum);
  return real_finish(&set, LT_OK);
}

lt_status lt_ctc_grad(lt_tensor *gx, const lt_tensor *alpha, const lt_tensor *x,
                      const lt_tensor *labels, const lt_tensor *lengths, int batch_first,
                      int64_t blank, int zero_infinity, int average) {
  ctc_shape s;
  int64_t sizes[3];
  LT_CHECK(gx, EARG, "ctc: expected a tensor");
  LT_TRY(check(&s, alpha, x, labels, lengths, batch_first, blank));
  LT_CHECK(gx->dtype == x->dtype && lti_home(gx) == lti_home(x), EDTYPE,
           "ctc: input %s and gradInput %s are of different types", lti_shape(x).str,
           lti_shape(gx).str);
  alpha_sizes(sizes, &s);
  LT_CHECK(alpha->ndim == 3 && !memcmp(alpha->sizes, sizes, sizeof sizes), ESHAPE,
           "ctc: no forward step was made with scores %s and targets %s", lti_shape(x).str,
           lti_shape(labels).str);
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *lc, *nc, *ac;
  lt_tensor *gxc;
  REAL_TRY(&set, real_input(&set, &xc, x));
  REAL_TRY(&set, real_input(&set, &lc, labels));
  REAL_TRY(&set, real_input(&set, &nc, lengths));
  REAL_TRY(&set, real_input(&set, &ac, alpha));
  REAL_TRY(&set, real_result(&set, &gxc, gx, 3, x->sizes));
  REAL_KERNEL(&set, x->device, ctc_grad, xc->dtype, lti_data(gxc), (const double *)lti_data(ac),
              s.frames, s.n, s.c, s.width, batch_first, lti_data(xc), (const int64_t *)lti_data(lc),
              (const int64_t *)lti_data(nc), blank, zero_infinity, average ? 1 / (double)s.n : 1);
  return real_finish(&set, LT_OK);
}
