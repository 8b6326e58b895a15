/* Tensors of random numbers and permutations. A call that fails leaves the generator as it was. */
#include "core/random.h"
#include "core/peers.h"

static const char *const dist_name[LT_NDIST] = {"random", "random",    "uniform",
                                                "normal", "logNormal", "exponential",
                                                "cauchy", "geometric", "bernoulli"};

/* r = numbers of a checked distribution, with the probabilities p[numel] where given. */
static lt_status fill(lt_tensor *r, lt_generator *gen, int distribution, double a, double b,
                      const double *p) {
  int64_t n = lti_numel(r);
  if (n == 0) return LT_OK;
  LT_CHECK(!lt_interrupt, EINTR, "interrupted");
  LT_TRY(lti_check_distinct(dist_name[distribution], r));
  if (lti_is_contiguous(r)) {
    LT_KERNEL(r->device, random, distribution, r->dtype, lti_data(r), n, gen, a, b, p);
    r->version++;
    return LT_OK;
  }
  lt_tensor tmp;
  LT_TRY(lti_new(&tmp, r->dtype, r->device, r->ndim, r->sizes));
  lt_generator before = *gen;
  lt_status rc = fill(&tmp, gen, distribution, a, b, p);
  if (rc == LT_OK) rc = lt_copy(r, &tmp);
  if (rc != LT_OK) *gen = before;
  lt_tensor_release(&tmp);
  return rc;
}

/* Words of a tensor type run from 0 to its largest integer that the original counts with. */
static double largest_word(int dtype) {
  switch (dtype) {
  case LT_BYTE: return UINT8_MAX;
  case LT_CHAR: return INT8_MAX;
  case LT_SHORT: return INT16_MAX;
  case LT_INT: return INT32_MAX;
  case LT_FLOAT: return 0x1p24;
  case LT_HALF: return 0x1p11;
  case LT_BFLOAT16: return 0x1p8;
  default: return UINT32_MAX;
  }
}

lt_status lt_random(lt_tensor *r, lt_generator *gen, int distribution, double a, double b) {
  LT_CHECK(r && gen, EARG, "random: expected a tensor and a generator");
  LT_TRY(lti_check_distribution(distribution, a, b));
  if (distribution == LT_DIST_WORD)
    return fill(r, gen, LT_DIST_INTEGER, 0, largest_word(r->dtype), NULL);
  if (distribution >= LT_DIST_UNIFORM && distribution <= LT_DIST_CAUCHY)
    LT_TRY(lti_check_float(dist_name[distribution], r));
  return fill(r, gen, distribution, a, b, NULL);
}

lt_status lt_bernoulli(lt_tensor *r, lt_generator *gen, const lt_tensor *p) {
  LT_CHECK(r && gen && p, EARG, "bernoulli: expected two tensors and a generator");
  LT_TRY(lti_check_float("bernoulli", p));
  LT_CHECK(lti_home(r) == lti_home(p), EDEVICE,
           "bernoulli: the result is a %s on device %d, the probabilities a %s on device %d",
           lti_class(r).str, r->device, lti_class(p).str, p->device);
  int64_t n = lti_numel(r);
  LT_CHECK(lti_numel(p) == n, ESHAPE, "bernoulli: sizes do not match: result %s, probabilities %s",
           lti_shape(r).str, lti_shape(p).str);
  if (n == 0) return LT_OK;
  lt_tensor d, there = {0};
  LT_TRY(lti_new(&d, LT_DOUBLE, LT_CPU, p->ndim, p->sizes));
  lt_status rc = lt_copy(&d, p);
  const double *v = (const double *)lti_data(&d);
  for (int64_t i = 0; i < n && rc == LT_OK; i++)
    if (!(v[i] >= 0 && v[i] <= 1))
      rc = lti_fail(LT_EARG, "bernoulli: p must be >= 0 and <= 1, got %.17g at element %lld", v[i],
                    (long long)i + 1);
  if (rc == LT_OK && r->device != LT_CPU) {
    rc = lti_new(&there, LT_DOUBLE, r->device, p->ndim, p->sizes);
    if (rc == LT_OK) rc = lt_copy(&there, &d);
    v = (const double *)lti_data(&there);
  }
  if (rc == LT_OK) rc = fill(r, gen, LT_DIST_BERNOULLI, 0, 0, v);
  lt_tensor_release(&there);
  lt_tensor_release(&d);
  return rc;
}

lt_status lt_randperm(lt_tensor *r, lt_generator *gen, int64_t n) {
  LT_CHECK(r && gen, EARG, "randperm: expected a tensor and a generator");
  LT_CHECK(n >= 1, EARG, "randperm: the number of elements must be strictly positive, got %lld",
           (long long)n);
  lt_tensor tmp;
  LT_TRY(lti_new(&tmp, LT_LONG, LT_CPU, 1, &n));
  lt_status rc = lt_resize(r, 1, &n, NULL);
  if (rc == LT_OK) {
    lt_generator before = *gen;
    int64_t *v = (int64_t *)lti_data(&tmp);
    for (int64_t i = 0; i < n; i++) v[i] = i + 1;
    for (int64_t i = 0; i < n - 1; i++) {
      int64_t k = i + lti_word(gen) % (n - i), chosen = v[k];
      v[k] = v[i];
      v[i] = chosen;
    }
    rc = lt_copy(r, &tmp);
    if (rc != LT_OK) *gen = before;
  }
  lt_tensor_release(&tmp);
  return rc;
}
