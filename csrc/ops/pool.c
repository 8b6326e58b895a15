/* Pooling over windows of images and volumes: checks, geometry, results. Lists of numbers are those
 * of t, h, w; for images those of t are 1 (paddings 0). */
#include "ops/real.h"
#include "core/peers.h"

enum { DIMS = LT_POOL_DIMS };

/* Torch7's output size. Every window covers at least one element: the last one starts inside the
 * input or its left padding, and a dilated one must not step over the input. */
static lt_status output_size(int64_t *out, const char *op, int64_t size, int64_t k, int64_t stride,
                             int64_t pad, int64_t dilation, int ceil) {
  LT_CHECK(k > 0 && stride > 0 && dilation > 0, EARG,
           "%s: kernel, stride and dilation must be positive, got %lld, %lld and %lld", op,
           (long long)k, (long long)stride, (long long)dilation);
  LT_CHECK(pad >= 0 && pad <= k / 2, EARG,
           "%s: padding should be at most half of the kernel size, got %lld and %lld", op,
           (long long)pad, (long long)k);
  int64_t reach, most = INT64_MAX / 4;
  LT_CHECK(lti_mul(&reach, k - 1, dilation) && reach < most && k < most && stride < most, ESHAPE,
           "%s: window sizes are too large", op);
  int64_t room = size + 2 * pad - reach - 1;
  if (ceil) room += stride - 1;
  *out = room < 0 ? 0 : room / stride + 1;
  if ((*out - 1) * stride >= size + pad) --*out;
  LT_CHECK(*out > 0, ESHAPE,
           "%s: a window of %lld does not fit into an input of size %lld with padding %lld", op,
           (long long)reach + 1, (long long)size, (long long)pad);
  for (int64_t at = -pad; dilation > 1 && at < 0 && at <= (*out - 1) * stride - pad; at += stride)
    LT_CHECK((dilation + at % dilation) % dilation < size, ESHAPE,
             "%s: a window with dilation %lld has no pixel of an input of size %lld", op,
             (long long)dilation, (long long)size);
  return LT_OK;
}

/* The volumes over the last `dims` dimensions of x, whose windows are all of size 1. */
static lt_status volumes(lt_pool *s, const char *op, int dims, const lt_tensor *x) {
  LT_CHECK(x, EARG, "%s: expected a tensor", op);
  LT_TRY(lti_check_float(op, x));
  LT_CHECK(x->ndim >= dims, ESHAPE, "%s: expected at least %d dimensions, got %s", op, dims,
           lti_shape(x).str);
  *s = (lt_pool){.n = 1};
  for (int d = 0; d < x->ndim - dims; d++) s->n *= x->sizes[d];
  for (int d = 0; d < DIMS; d++) {
    s->size[d] = d < DIMS - dims ? 1 : x->sizes[x->ndim - DIMS + d];
    s->out[d] = s->window[d] = s->step[d] = s->dilation[d] = 1;
  }
  LT_CHECK(lti_volume(s->size) <= INT32_MAX, ESHAPE, "%s: planes of %s are too large", op,
           lti_sizes(dims, x->sizes + x->ndim - dims).str);
  return LT_OK;
}

/* The sizes of x with those of the output in the last `dims` dimensions. */
static void output_sizes(int64_t *sizes, const lt_pool *s, int dims, const lt_tensor *x) {
  memcpy(sizes, x->sizes, x->ndim * sizeof sizes[0]);
  for (int d = DIMS - dims; d < DIMS; d++) sizes[x->ndim - DIMS + d] = s->out[d];
}

/* Geometry of windows over the last `dims` dimensions of x and the sizes of the output. */
static lt_status geometry(lt_pool *s, int64_t *sizes, const char *op, int dims, const lt_tensor *x,
                          const int64_t k[DIMS], const int64_t stride[DIMS],
                          const int64_t pad[DIMS], const int64_t dilation[DIMS], int ceil) {
  LT_TRY(volumes(s, op, dims, x));
  for (int d = DIMS - dims; d < DIMS; d++) {
    LT_TRY(output_size(&s->out[d], op, s->size[d], k[d], stride[d], pad[d], dilation[d], ceil));
    s->window[d] = k[d], s->step[d] = stride[d], s->pad[d] = pad[d], s->dilation[d] = dilation[d];
  }
  output_sizes(sizes, s, dims, x);
  return LT_OK;
}

static lt_status check_sizes(const char *op, const char *what, const lt_tensor *t, int ndim,
                             const int64_t *sizes) {
  LT_CHECK(t->ndim == ndim && memcmp(t->sizes, sizes, (size_t)ndim * sizeof sizes[0]) == 0, ESHAPE,
           "%s: %s should be of size %s, got %s", op, what, lti_sizes(ndim, sizes).str,
           lti_shape(t).str);
  return LT_OK;
}

static lt_status check_indices(const char *op, const lt_tensor *indices, const lt_tensor *x) {
  LT_CHECK(indices->dtype == LT_LONG && lti_home(indices) == lti_home(x), EDTYPE,
           "%s: indices must be a LongTensor, got %s", op, lti_shape(indices).str);
  return LT_OK;
}

/* Which regions maxima are taken of. */
enum regions { WINDOWS, ADAPTIVE, FRACTIONAL };

/* y, indices = maxima over the regions of s; u: samples of fractional regions, else NULL. */
static lt_status maxima(const char *op, enum regions regions, const lt_pool *s,
                        const int64_t *sizes, lt_tensor *y, lt_tensor *indices, const lt_tensor *x,
                        const lt_tensor *u) {
  LT_CHECK(y && indices && y != indices, EARG, "%s: expected a tensor", op);
  LT_TRY(lti_check_same(op, 3, (const lti_named[]){{x, "input"}, {y, "output"}, {u, "samples"}}));
  LT_TRY(check_indices(op, indices, x));
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *uc;
  lt_tensor *yc, *ic;
  REAL_TRY(&set, real_input(&set, &xc, x));
  REAL_TRY(&set, real_input(&set, &uc, u));
  REAL_TRY(&set, real_result(&set, &yc, y, x->ndim, sizes));
  REAL_TRY(&set, real_result(&set, &ic, indices, x->ndim, sizes));
  int64_t *places = (int64_t *)lti_data(ic);
  if (regions == WINDOWS)
    REAL_KERNEL(&set, x->device, maxpool, yc->dtype, s, lti_data(yc), places, lti_data(xc));
  else if (regions == ADAPTIVE)
    REAL_KERNEL(&set, x->device, adaptive_maxpool, yc->dtype, s, lti_data(yc), places,
                lti_data(xc));
  else
    REAL_KERNEL(&set, x->device, fractional_maxpool, yc->dtype, s, (int)(lti_numel(u) / s->n),
                lti_data(yc), places, lti_data(xc), lti_data(uc));
  return real_finish(&set, LT_OK);
}

lt_status lt_maxpool2d(lt_tensor *y, lt_tensor *indices, const lt_tensor *x, int64_t kh, int64_t kw,
                       int64_t sh, int64_t sw, int64_t ph, int64_t pw, int64_t dh, int64_t dw,
                       int ceil) {
  lt_pool s;
  int64_t sizes[LT_MAXDIM];
  LT_TRY(geometry(&s, sizes, "maxpool2d", 2, x, (int64_t[]){1, kh, kw}, (int64_t[]){1, sh, sw},
                  (int64_t[]){0, ph, pw}, (int64_t[]){1, dh, dw}, ceil));
  return maxima("maxpool2d", WINDOWS, &s, sizes, y, indices, x, NULL);
}

lt_status lt_maxpool3d(lt_tensor *y, lt_tensor *indices, const lt_tensor *x, int64_t kt, int64_t kh,
                       int64_t kw, int64_t st, int64_t sh, int64_t sw, int64_t pt, int64_t ph,
                       int64_t pw, int64_t dt, int64_t dh, int64_t dw, int ceil) {
  lt_pool s;
  int64_t sizes[LT_MAXDIM];
  LT_TRY(geometry(&s, sizes, "maxpool3d", 3, x, (int64_t[]){kt, kh, kw}, (int64_t[]){st, sh, sw},
                  (int64_t[]){pt, ph, pw}, (int64_t[]){dt, dh, dw}, ceil));
  return maxima("maxpool3d", WINDOWS, &s, sizes, y, indices, x, NULL);
}

/* Sets the output's sizes of regions that are not windows. */
static lt_status set_output(lt_pool *s, const char *op, int dims, const int64_t out[DIMS]) {
  for (int d = DIMS - dims; d < DIMS; d++) {
    LT_CHECK(out[d] > 0 && out[d] <= INT32_MAX, EARG, "%s: output sizes must be positive, got %s",
             op, lti_sizes(dims, out + DIMS - dims).str);
    s->out[d] = out[d];
  }
  return LT_OK;
}

lt_status lt_adaptive_maxpool2d(lt_tensor *y, lt_tensor *indices, const lt_tensor *x, int64_t oh,
                                int64_t ow) {
  const char *op = "adaptive_maxpool2d";
  lt_pool s;
  int64_t sizes[LT_MAXDIM];
  LT_TRY(volumes(&s, op, 2, x));
  LT_TRY(set_output(&s, op, 2, (int64_t[]){1, oh, ow}));
  output_sizes(sizes, &s, 2, x);
  return maxima(op, ADAPTIVE, &s, sizes, y, indices, x, NULL);
}

lt_status lt_fractional_maxpool(lt_tensor *y, lt_tensor *indices, const lt_tensor *x,
                                const lt_tensor *u, int dims, int64_t ot, int64_t oh, int64_t ow,
                                int64_t kt, int64_t kh, int64_t kw) {
  const char *op = "fractional_maxpool";
  const int64_t window[DIMS] = {kt, kh, kw};
  lt_pool s;
  int64_t sizes[LT_MAXDIM];
  LT_CHECK(dims == 2 || dims == 3, EARG, "%s: expected 2 or 3 dimensions, got %d", op, dims);
  LT_TRY(volumes(&s, op, dims, x));
  LT_TRY(set_output(&s, op, dims, (int64_t[]){ot, oh, ow}));
  for (int d = DIMS - dims; d < DIMS; d++) {
    LT_CHECK(window[d] > 0 && window[d] <= s.size[d] && s.out[d] - 1 <= s.size[d] - window[d],
             ESHAPE, "%s: %lld windows of %lld do not fit into an input of size %lld", op,
             (long long)s.out[d], (long long)window[d], (long long)s.size[d]);
    s.window[d] = window[d];
  }
  LT_CHECK(u && lti_numel(u) == s.n * dims, ESHAPE, "%s: expected %lld x %d samples, got %s", op,
           (long long)s.n, dims, u ? lti_shape(u).str : "none");
  output_sizes(sizes, &s, dims, x);
  return maxima(op, FRACTIONAL, &s, sizes, y, indices, x, u);
}

/* The output of pooling and indices into the input's planes, of the same sizes. */
static lt_status check_places(const char *op, const char *what, int dims, const lt_tensor *y,
                              const lt_tensor *indices) {
  LT_TRY(check_indices(op, indices, y));
  LT_CHECK(y->ndim >= dims, ESHAPE, "%s: expected at least %d dimensions of %s, got %s", op, dims,
           what, lti_shape(y).str);
  return check_sizes(op, "indices", indices, y->ndim, y->sizes);
}

/* r (x's sizes but for those given of the last `dims` dimensions) = x summed at the places. */
static lt_status scatter(const char *op, int dims, lt_tensor *r, const lt_tensor *x,
                         const lt_tensor *indices, const int64_t *planes) {
  int64_t sizes[LT_MAXDIM], size = 1, outputs = 1;
  int first = x->ndim - dims;
  memcpy(sizes, x->sizes, x->ndim * sizeof sizes[0]);
  for (int d = 0; d < dims; d++) {
    outputs *= sizes[first + d];
    sizes[first + d] = planes[d];
    LT_CHECK(planes[d] > 0 && lti_mul(&size, size, planes[d]), ESHAPE,
             "%s: cannot make planes of %s", op, lti_sizes(dims, planes).str);
  }
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *ic;
  lt_tensor *rc;
  REAL_TRY(&set, real_input(&set, &xc, x));
  REAL_TRY(&set, real_input(&set, &ic, indices));
  REAL_TRY(&set, real_result(&set, &rc, r, x->ndim, sizes));
  REAL_KERNEL(&set, x->device, pool_scatter, op, rc->dtype, lti_numel(x) / outputs, size, outputs,
              lti_data(rc), lti_data(xc), (const int64_t *)lti_data(ic));
  return real_finish(&set, LT_OK);
}

static lt_status maxpool_grad(const char *op, int dims, lt_tensor *gx, const lt_tensor *gy,
                              const lt_tensor *indices, const lt_tensor *x) {
  LT_CHECK(gx && gy && indices && x, EARG, "%s: expected a tensor", op);
  LT_TRY(lti_check_float(op, x));
  LT_TRY(lti_check_same(op, 3,
                        (const lti_named[]){{x, "input"}, {gx, "gradInput"}, {gy, "gradOutput"}}));
  int planes = x->ndim - dims;
  LT_CHECK(planes >= 0 && gy->ndim == x->ndim &&
               memcmp(gy->sizes, x->sizes, (size_t)planes * sizeof gy->sizes[0]) == 0,
           ESHAPE, "%s: gradOutput %s does not belong to input %s", op, lti_shape(gy).str,
           lti_shape(x).str);
  LT_TRY(check_places(op, "gradOutput", dims, gy, indices));
  return scatter(op, dims, gx, gy, indices, x->sizes + planes);
}

lt_status lt_maxpool2d_grad(lt_tensor *gx, const lt_tensor *gy, const lt_tensor *indices,
                            const lt_tensor *x) {
  return maxpool_grad("maxpool2d", 2, gx, gy, indices, x);
}

lt_status lt_maxpool3d_grad(lt_tensor *gx, const lt_tensor *gy, const lt_tensor *indices,
                            const lt_tensor *x) {
  return maxpool_grad("maxpool3d", 3, gx, gy, indices, x);
}

lt_status lt_maxunpool(lt_tensor *y, const lt_tensor *x, const lt_tensor *indices, int dims,
                       int64_t t, int64_t h, int64_t w) {
  const char *op = "maxunpool";
  LT_CHECK(y && x && indices, EARG, "%s: expected a tensor", op);
  LT_CHECK(dims == 2 || dims == 3, EARG, "%s: expected 2 or 3 dimensions, got %d", op, dims);
  LT_TRY(lti_check_float(op, x));
  LT_TRY(lti_check_same(op, 2, (const lti_named[]){{x, "input"}, {y, "output"}}));
  LT_TRY(check_places(op, "input", dims, x, indices));
  return scatter(op, dims, y, x, indices, (const int64_t[]){t, h, w} + DIMS - dims);
}

lt_status lt_maxunpool_grad(lt_tensor *gx, const lt_tensor *gy, const lt_tensor *x,
                            const lt_tensor *indices, int dims) {
  const char *op = "maxunpool";
  LT_CHECK(gx && gy && x && indices, EARG, "%s: expected a tensor", op);
  LT_CHECK(dims == 2 || dims == 3, EARG, "%s: expected 2 or 3 dimensions, got %d", op, dims);
  LT_TRY(lti_check_float(op, x));
  LT_TRY(lti_check_same(op, 3,
                        (const lti_named[]){{x, "input"}, {gx, "gradInput"}, {gy, "gradOutput"}}));
  LT_TRY(check_places(op, "input", dims, x, indices));
  int planes = x->ndim - dims;
  LT_CHECK(gy->ndim == x->ndim &&
               memcmp(gy->sizes, x->sizes, (size_t)planes * sizeof gy->sizes[0]) == 0,
           ESHAPE, "%s: gradOutput %s does not belong to input %s", op, lti_shape(gy).str,
           lti_shape(x).str);
  int64_t n = 1;
  for (int d = 0; d < planes; d++) n *= x->sizes[d];
  real_set set;
  set.n = 0;
  const lt_tensor *gyc, *ic;
  lt_tensor *gxc;
  REAL_TRY(&set, real_input(&set, &gyc, gy));
  REAL_TRY(&set, real_input(&set, &ic, indices));
  REAL_TRY(&set, real_result(&set, &gxc, gx, x->ndim, x->sizes));
  REAL_KERNEL(&set, x->device, pool_gather, op, gxc->dtype, n, lti_numel(gy) / n, lti_numel(x) / n,
              lti_data(gxc), lti_data(gyc), (const int64_t *)lti_data(ic));
  return real_finish(&set, LT_OK);
}

/* Means over windows, or over adaptive regions where count_pad is negative; for the gradient `from`
 * is gradOutput and `shape` the input, of which only the sizes are used. */
static lt_status means(const char *op, const lt_pool *s, const int64_t *sizes, int count_pad,
                       lt_tensor *to, const lt_tensor *from, const lt_tensor *shape) {
  LT_CHECK(to && from, EARG, "%s: expected a tensor", op);
  if (shape) {
    LT_TRY(lti_check_same(
        op, 3, (const lti_named[]){{shape, "input"}, {to, "gradInput"}, {from, "gradOutput"}}));
    LT_TRY(check_sizes(op, "gradOutput", from, shape->ndim, sizes));
  } else {
    LT_TRY(lti_check_same(op, 2, (const lti_named[]){{from, "input"}, {to, "output"}}));
  }
  real_set set;
  set.n = 0;
  const lt_tensor *f;
  lt_tensor *t;
  REAL_TRY(&set, real_input(&set, &f, from));
  REAL_TRY(&set, real_result(&set, &t, to, from->ndim, shape ? shape->sizes : sizes));
  if (shape && count_pad < 0)
    REAL_KERNEL(&set, t->device, adaptive_avgpool_grad, t->dtype, s, lti_data(t), lti_data(f));
  else if (shape)
    REAL_KERNEL(&set, t->device, avgpool_grad, t->dtype, s, count_pad, lti_data(t), lti_data(f));
  else if (count_pad < 0)
    REAL_KERNEL(&set, t->device, adaptive_avgpool, t->dtype, s, lti_data(t), lti_data(f));
  else
    REAL_KERNEL(&set, t->device, avgpool, t->dtype, s, count_pad, lti_data(t), lti_data(f));
  return real_finish(&set, LT_OK);
}

#define NO_DILATION ((const int64_t[]){1, 1, 1})

lt_status lt_avgpool2d(lt_tensor *y, const lt_tensor *x, int64_t kh, int64_t kw, int64_t sh,
                       int64_t sw, int64_t ph, int64_t pw, int ceil, int count_pad) {
  lt_pool s;
  int64_t sizes[LT_MAXDIM];
  LT_TRY(geometry(&s, sizes, "avgpool2d", 2, x, (int64_t[]){1, kh, kw}, (int64_t[]){1, sh, sw},
                  (int64_t[]){0, ph, pw}, NO_DILATION, ceil));
  return means("avgpool2d", &s, sizes, count_pad != 0, y, x, NULL);
}

lt_status lt_avgpool2d_grad(lt_tensor *gx, const lt_tensor *gy, const lt_tensor *x, int64_t kh,
                            int64_t kw, int64_t sh, int64_t sw, int64_t ph, int64_t pw, int ceil,
                            int count_pad) {
  lt_pool s;
  int64_t sizes[LT_MAXDIM];
  LT_TRY(geometry(&s, sizes, "avgpool2d", 2, x, (int64_t[]){1, kh, kw}, (int64_t[]){1, sh, sw},
                  (int64_t[]){0, ph, pw}, NO_DILATION, ceil));
  return means("avgpool2d", &s, sizes, count_pad != 0, gx, gy, x);
}

lt_status lt_avgpool3d(lt_tensor *y, const lt_tensor *x, int64_t kt, int64_t kh, int64_t kw,
                       int64_t st, int64_t sh, int64_t sw, int64_t pt, int64_t ph, int64_t pw,
                       int ceil, int count_pad) {
  lt_pool s;
  int64_t sizes[LT_MAXDIM];
  LT_TRY(geometry(&s, sizes, "avgpool3d", 3, x, (int64_t[]){kt, kh, kw}, (int64_t[]){st, sh, sw},
                  (int64_t[]){pt, ph, pw}, NO_DILATION, ceil));
  return means("avgpool3d", &s, sizes, count_pad != 0, y, x, NULL);
}

lt_status lt_avgpool3d_grad(lt_tensor *gx, const lt_tensor *gy, const lt_tensor *x, int64_t kt,
                            int64_t kh, int64_t kw, int64_t st, int64_t sh, int64_t sw, int64_t pt,
                            int64_t ph, int64_t pw, int ceil, int count_pad) {
  lt_pool s;
  int64_t sizes[LT_MAXDIM];
  LT_TRY(geometry(&s, sizes, "avgpool3d", 3, x, (int64_t[]){kt, kh, kw}, (int64_t[]){st, sh, sw},
                  (int64_t[]){pt, ph, pw}, NO_DILATION, ceil));
  return means("avgpool3d", &s, sizes, count_pad != 0, gx, gy, x);
}

/* Adaptive regions of x in oh rows and ow columns. */
static lt_status adaptive_means(lt_tensor *to, const lt_tensor *from, const lt_tensor *x,
                                int64_t oh, int64_t ow, bool gradient) {
  const char *op = "adaptive_avgpool2d";
  lt_pool s;
  int64_t sizes[LT_MAXDIM];
  LT_TRY(volumes(&s, op, 2, x));
  LT_TRY(set_output(&s, op, 2, (int64_t[]){1, oh, ow}));
  output_sizes(sizes, &s, 2, x);
  return means(op, &s, sizes, -1, to, from, gradient ? x : NULL);
}

lt_status lt_adaptive_avgpool2d(lt_tensor *y, const lt_tensor *x, int64_t oh, int64_t ow) {
  return adaptive_means(y, x, x, oh, ow, false);
}

lt_status lt_adaptive_avgpool2d_grad(lt_tensor *gx, const lt_tensor *gy, const lt_tensor *x,
                                     int64_t oh, int64_t ow) {
  return adaptive_means(gx, gy, x, oh, ow, true);
}
