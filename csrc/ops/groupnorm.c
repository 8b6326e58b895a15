/* Normalization of groups of channels: checks and results. */
#include "ops/real.h"

/* x seen as [n c inner], c in groups. */
typedef struct layout {
  int64_t n, c, groups, inner, rows; /* rows = n groups */
} layout;

static lt_status check_layout(layout *s, const lt_tensor *x, int dim, int64_t groups) {
  LT_CHECK(x, EARG, "groupnorm: expected a tensor");
  LT_TRY(lti_check_float("groupnorm", x));
  LT_CHECK(dim >= 0 && dim < x->ndim, ERANGE, "groupnorm: dimension %d is out of range of %s",
           dim + 1, lti_shape(x).str);
  *s = (layout){.n = 1, .c = x->sizes[dim], .groups = groups, .inner = 1};
  LT_CHECK(groups > 0 && s->c % groups == 0, ESHAPE,
           "groupnorm: %lld groups do not divide the %lld channels of %s", (long long)groups,
           (long long)s->c, lti_shape(x).str);
  for (int d = 0; d < dim; d++) s->n *= x->sizes[d];
  for (int d = dim + 1; d < x->ndim; d++) s->inner *= x->sizes[d];
  s->rows = s->n * groups;
  return LT_OK;
}

/* t, when there is one, has `count` elements, one for each of `what`. */
static lt_status check_count(const char *name, const lt_tensor *t, int64_t count, const char *what,
                             const lt_tensor *x) {
  LT_CHECK(!t || lti_numel(t) == count, ESHAPE, "groupnorm: the input %s has %lld %s, %s is %s",
           lti_shape(x).str, (long long)count, what, name, lti_shape(t).str);
  return LT_OK;
}

lt_status lt_groupnorm(lt_tensor *y, const lt_tensor *x, const lt_tensor *weight,
                       const lt_tensor *bias, lt_tensor *save_mean, lt_tensor *save_std, int dim,
                       int64_t groups, int center, double eps) {
  layout s;
  LT_CHECK(y, EARG, "groupnorm: expected a tensor");
  LT_TRY(check_layout(&s, x, dim, groups));
  LT_CHECK(weight || !bias, EARG, "groupnorm: a bias needs a weight");
  LT_TRY(lti_check_same("groupnorm", 6,
                        (const lti_named[]){{x, "input"},
                                            {y, "output"},
                                            {weight, "weight"},
                                            {bias, "bias"},
                                            {save_mean, "save_mean"},
                                            {save_std, "save_std"}}));
  LT_TRY(check_count("weight", weight, s.c, "channels", x));
  LT_TRY(check_count("bias", bias, s.c, "channels", x));
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *wc, *bc;
  lt_tensor *yc, *mc, *sc;
  REAL_TRY(&set, real_input_as(&set, native_dtype(x), &xc, x));
  REAL_TRY(&set, real_input(&set, &wc, weight));
  REAL_TRY(&set, real_input(&set, &bc, bias));
  REAL_TRY(&set, real_result(&set, &mc, save_mean, 1, &s.rows));
  REAL_TRY(&set, real_result(&set, &sc, save_std, 1, &s.rows));
  REAL_TRY(&set, real_result_as(&set, native_dtype(x), &yc, y, x->ndim, x->sizes));
  REAL_KERNEL(&set, x->device, groupnorm, yc->dtype, s.n, s.c, s.groups, s.inner, lti_data(yc),
              lti_data(xc), real_data(wc), real_data(bc), real_data(mc), real_data(sc), center,
              eps);
  return real_finish(&set, LT_OK);
}

lt_status lt_groupnorm_grad(lt_tensor *gx, lt_tensor *gw, lt_tensor *gb, const lt_tensor *x,
                            const lt_tensor *gy, const lt_tensor *weight, const lt_tensor *mean,
                            const lt_tensor *std, int dim, int64_t groups, int center,
                            double scale) {
  layout s;
  LT_TRY(check_layout(&s, x, dim, groups));
  LT_CHECK(gy && std && (mean || !center), EARG, "groupnorm: expected a tensor");
  LT_TRY(lti_check_same("groupnorm", 8,
                        (const lti_named[]){{x, "input"},
                                            {gy, "gradOutput"},
                                            {gx, "gradInput"},
                                            {gw, "gradWeight"},
                                            {gb, "gradBias"},
                                            {weight, "weight"},
                                            {mean, "mean"},
                                            {std, "deviation"}}));
  LT_CHECK(lti_same_size(x, gy), ESHAPE, "groupnorm: gradOutput should be of size %s, got %s",
           lti_sizes(x->ndim, x->sizes).str, lti_shape(gy).str);
  LT_TRY(check_count("weight", weight, s.c, "channels", x));
  LT_TRY(check_count("gradWeight", gw, s.c, "channels", x));
  LT_TRY(check_count("gradBias", gb, s.c, "channels", x));
  LT_TRY(check_count("the mean", mean, s.rows, "groups", x));
  LT_TRY(check_count("the deviation", std, s.rows, "groups", x));
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *gyc, *wc, *mc, *sc;
  lt_tensor *gxc, *gwc, *gbc;
  REAL_TRY(&set, real_input_as(&set, native_dtype(x), &xc, x));
  REAL_TRY(&set, real_input_as(&set, native_dtype(x), &gyc, gy));
  REAL_TRY(&set, real_input(&set, &wc, weight));
  REAL_TRY(&set, real_input(&set, &mc, mean));
  REAL_TRY(&set, real_input(&set, &sc, std));
  REAL_TRY(&set, real_accumulate(&set, &gwc, gw));
  REAL_TRY(&set, real_accumulate(&set, &gbc, gb));
  REAL_TRY(&set, real_result_as(&set, native_dtype(x), &gxc, gx, x->ndim, x->sizes));
  REAL_KERNEL(&set, x->device, groupnorm_grad, xc->dtype, s.n, s.c, s.groups, s.inner,
              real_data(gxc), real_data(gwc), real_data(gbc), lti_data(xc), lti_data(gyc),
              real_data(wc), real_data(mc), lti_data(sc), center, scale);
  return real_finish(&set, LT_OK);
}
