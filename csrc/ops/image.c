/* Pictures, [channels x] height x width, of Byte, Float or Double: resampling. */
#include "core/internal.h"

/* A picture as planes of h x w; sizes are those of a result of the same channels. */
typedef struct picture {
  int64_t planes, h, w;
  int64_t sizes[3];
} picture;

static lt_status read_picture(picture *p, const char *op, const lt_tensor *x) {
  LT_CHECK(x, EARG, "%s: expected a tensor", op);
  LT_CHECK(x->dtype == LT_BYTE || x->dtype == LT_FLOAT || x->dtype == LT_DOUBLE, EDTYPE,
           "%s: expected a Byte, Float or Double tensor, got %s", op, lti_shape(x).str);
  LT_CHECK(x->ndim == 2 || x->ndim == 3, ESHAPE,
           "%s: expected a picture of height x width or channels x height x width, got %s", op,
           lti_shape(x).str);
  int at = x->ndim - 2;
  *p = (picture){at ? x->sizes[0] : 1, x->sizes[at], x->sizes[at + 1], {0}};
  memcpy(p->sizes, x->sizes, sizeof x->sizes[0] * x->ndim);
  LT_CHECK(p->h < INT32_MAX && p->w < INT32_MAX, ESHAPE, "%s: picture %s is too large", op,
           lti_shape(x).str);
  return LT_OK;
}

static lt_status resize_picture(picture *p, const char *op, const lt_tensor *x, int64_t height,
                                int64_t width) {
  LT_CHECK(height > 0 && width > 0 && height < INT32_MAX && width < INT32_MAX, ESHAPE,
           "%s: %s cannot get a height of %lld and a width of %lld", op, lti_shape(x).str,
           (long long)height, (long long)width);
  p->sizes[x->ndim - 2] = height;
  p->sizes[x->ndim - 1] = width;
  return LT_OK;
}

static lt_status scale(lt_tensor *r, const lt_tensor *x, const picture *p, int64_t h, int64_t w,
                       int mode) {
  LT_KERNEL(x->device, image_scale, x->dtype, lti_data(r), lti_data(x), p->planes, h, w, p->h, p->w,
            mode);
  return LT_OK;
}

lt_status lt_image_scale(lt_tensor *r, const lt_tensor *x, int64_t height, int64_t width,
                         int mode) {
  static const char *const op = "image.scale";
  picture p;
  LT_TRY(read_picture(&p, op, x));
  LT_CHECK(!lt_interrupt, EINTR, "interrupted");
  LT_CHECK(r, EARG, "%s: expected a result tensor", op);
  LT_TRY(lti_check_same(op, 2, (const lti_named[]){{x, "input"}, {r, "result"}}));
  LT_CHECK(mode >= LT_IMAGE_SIMPLE && mode <= LT_IMAGE_BICUBIC, EARG, "%s: no mode %d", op, mode);
  LT_TRY(resize_picture(&p, op, x, height, width));
  lti_output o;
  lt_tensor copy = {0};
  const lt_tensor *source;
  lt_status rc = lti_result(&o, r, x->ndim, p.sizes, x, NULL);
  if (rc == LT_OK) rc = lti_contiguous(&source, &copy, x);
  if (rc == LT_OK) rc = scale(o.out, source, &p, height, width, mode);
  lt_tensor_release(&copy);
  return lti_finish_one(&o, rc);
}
