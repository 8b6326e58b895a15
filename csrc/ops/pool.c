/* Pooling over windows of images: checks, geometry, results. */
#include "ops/real.h"

/* Torch7's output size. Every window covers at least one pixel: the last one starts inside the
 * image or its left padding, and a dilated one must not step over the image. */
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

/* Geometry of planes x [... h w] and the sizes of the output. */
static lt_status geometry(lt_window *s, int64_t *sizes, const char *op, const lt_tensor *x,
                          const int64_t k[2], const int64_t stride[2], const int64_t pad[2],
                          const int64_t dilation[2], int ceil) {
  LT_CHECK(x, EARG, "%s: expected a tensor", op);
  LT_TRY(lti_check_float(op, x));
  LT_CHECK(x->ndim >= 2, ESHAPE, "%s: expected at least 2 dimensions, got %s", op,
           lti_shape(x).str);
  int64_t h = x->sizes[x->ndim - 2], w = x->sizes[x->ndim - 1];
  *s = (lt_window){.n = lti_numel(x) / (h * w),
                   .c = 1,
                   .h = h,
                   .w = w,
                   .k = 1,
                   .kh = k[0],
                   .kw = k[1],
                   .sh = stride[0],
                   .sw = stride[1],
                   .ph = pad[0],
                   .pw = pad[1],
                   .dh = dilation[0],
                   .dw = dilation[1],
                   .groups = 1};
  LT_TRY(output_size(&s->oh, op, h, k[0], stride[0], pad[0], dilation[0], ceil));
  LT_TRY(output_size(&s->ow, op, w, k[1], stride[1], pad[1], dilation[1], ceil));
  LT_CHECK(h * w <= INT32_MAX, ESHAPE, "%s: planes of %lld x %lld are too large", op, (long long)h,
           (long long)w);
  memcpy(sizes, x->sizes, x->ndim * sizeof sizes[0]);
  sizes[x->ndim - 2] = s->oh, sizes[x->ndim - 1] = s->ow;
  return LT_OK;
}

static lt_status check_sizes(const char *op, const char *what, const lt_tensor *t, int ndim,
                             const int64_t *sizes) {
  LT_CHECK(t->ndim == ndim && memcmp(t->sizes, sizes, (size_t)ndim * sizeof sizes[0]) == 0, ESHAPE,
           "%s: %s should be of size %s, got %s", op, what, lti_sizes(ndim, sizes).str,
           lti_shape(t).str);
  return LT_OK;
}

lt_status lt_maxpool2d(lt_tensor *y, lt_tensor *indices, const lt_tensor *x, int64_t kh, int64_t kw,
                       int64_t sh, int64_t sw, int64_t ph, int64_t pw, int64_t dh, int64_t dw,
                       int ceil) {
  lt_window s;
  int64_t sizes[LT_MAXDIM];
  LT_CHECK(y && indices && y != indices, EARG, "maxpool2d: expected a tensor");
  LT_TRY(geometry(&s, sizes, "maxpool2d", x, (int64_t[]){kh, kw}, (int64_t[]){sh, sw},
                  (int64_t[]){ph, pw}, (int64_t[]){dh, dw}, ceil));
  LT_TRY(lti_check_same("maxpool2d", 2, (const lti_named[]){{x, "input"}, {y, "output"}}));
  LT_CHECK(indices->dtype == LT_LONG && indices->device == x->device, EDTYPE,
           "maxpool2d: indices must be a LongTensor, got %s", lti_shape(indices).str);
  real_set set;
  set.n = 0;
  const lt_tensor *xc;
  lt_tensor *yc, *ic;
  REAL_TRY(&set, real_input(&set, &xc, x));
  REAL_TRY(&set, real_result(&set, &yc, y, x->ndim, sizes));
  REAL_TRY(&set, real_result(&set, &ic, indices, x->ndim, sizes));
  REAL_KERNEL(&set, x->device, maxpool2d, yc->dtype, &s, lti_data(yc), (int64_t *)lti_data(ic),
              lti_data(xc));
  return real_finish(&set, LT_OK);
}

lt_status lt_maxpool2d_grad(lt_tensor *gx, const lt_tensor *gy, const lt_tensor *indices,
                            const lt_tensor *x) {
  LT_CHECK(gx && gy && indices && x, EARG, "maxpool2d: expected a tensor");
  LT_TRY(lti_check_float("maxpool2d", x));
  LT_TRY(lti_check_same("maxpool2d", 3,
                        (const lti_named[]){{x, "input"}, {gx, "gradInput"}, {gy, "gradOutput"}}));
  LT_CHECK(indices->dtype == LT_LONG && indices->device == x->device, EDTYPE,
           "maxpool2d: indices must be a LongTensor, got %s", lti_shape(indices).str);
  LT_CHECK(x->ndim >= 2 && gy->ndim == x->ndim, ESHAPE,
           "maxpool2d: gradOutput %s does not belong to input %s", lti_shape(gy).str,
           lti_shape(x).str);
  int planes_ndim = x->ndim - 2;
  LT_TRY(check_sizes("maxpool2d", "indices", indices, gy->ndim, gy->sizes));
  LT_CHECK(memcmp(gy->sizes, x->sizes, (size_t)planes_ndim * sizeof gy->sizes[0]) == 0, ESHAPE,
           "maxpool2d: gradOutput %s does not belong to input %s", lti_shape(gy).str,
           lti_shape(x).str);
  int64_t size = x->sizes[planes_ndim] * x->sizes[planes_ndim + 1];
  int64_t outputs = gy->sizes[planes_ndim] * gy->sizes[planes_ndim + 1];
  real_set set;
  set.n = 0;
  const lt_tensor *gyc, *ic;
  lt_tensor *gxc;
  REAL_TRY(&set, real_input(&set, &gyc, gy));
  REAL_TRY(&set, real_input(&set, &ic, indices));
  REAL_TRY(&set, real_result(&set, &gxc, gx, x->ndim, x->sizes));
  REAL_KERNEL(&set, x->device, maxpool2d_grad, gxc->dtype, lti_numel(x) / size, size, outputs,
              lti_data(gxc), lti_data(gyc), (const int64_t *)lti_data(ic));
  return real_finish(&set, LT_OK);
}

lt_status lt_avgpool2d(lt_tensor *y, const lt_tensor *x, int64_t kh, int64_t kw, int64_t sh,
                       int64_t sw, int64_t ph, int64_t pw, int ceil, int count_pad) {
  lt_window s;
  int64_t sizes[LT_MAXDIM];
  LT_CHECK(y, EARG, "avgpool2d: expected a tensor");
  LT_TRY(geometry(&s, sizes, "avgpool2d", x, (int64_t[]){kh, kw}, (int64_t[]){sh, sw},
                  (int64_t[]){ph, pw}, (int64_t[]){1, 1}, ceil));
  LT_TRY(lti_check_same("avgpool2d", 2, (const lti_named[]){{x, "input"}, {y, "output"}}));
  real_set set;
  set.n = 0;
  const lt_tensor *xc;
  lt_tensor *yc;
  REAL_TRY(&set, real_input(&set, &xc, x));
  REAL_TRY(&set, real_result(&set, &yc, y, x->ndim, sizes));
  REAL_KERNEL(&set, x->device, avgpool2d, yc->dtype, &s, count_pad, lti_data(yc), lti_data(xc));
  return real_finish(&set, LT_OK);
}

lt_status lt_avgpool2d_grad(lt_tensor *gx, const lt_tensor *gy, const lt_tensor *x, int64_t kh,
                            int64_t kw, int64_t sh, int64_t sw, int64_t ph, int64_t pw, int ceil,
                            int count_pad) {
  lt_window s;
  int64_t sizes[LT_MAXDIM];
  LT_CHECK(gx && gy, EARG, "avgpool2d: expected a tensor");
  LT_TRY(geometry(&s, sizes, "avgpool2d", x, (int64_t[]){kh, kw}, (int64_t[]){sh, sw},
                  (int64_t[]){ph, pw}, (int64_t[]){1, 1}, ceil));
  LT_TRY(lti_check_same("avgpool2d", 3,
                        (const lti_named[]){{x, "input"}, {gx, "gradInput"}, {gy, "gradOutput"}}));
  LT_TRY(check_sizes("avgpool2d", "gradOutput", gy, x->ndim, sizes));
  real_set set;
  set.n = 0;
  const lt_tensor *gyc;
  lt_tensor *gxc;
  REAL_TRY(&set, real_input(&set, &gyc, gy));
  REAL_TRY(&set, real_result(&set, &gxc, gx, x->ndim, x->sizes));
  REAL_KERNEL(&set, x->device, avgpool2d_grad, gxc->dtype, &s, count_pad, lti_data(gxc),
              lti_data(gyc));
  return real_finish(&set, LT_OK);
}
