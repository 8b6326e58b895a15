/* Pictures, [channels x] height x width, of Byte, Float or Double: other sizes, places and colours.
 */
#include "core/internal.h"
#include "core/peers.h"

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

/* Checks r and x and opens the result of p's sizes; *source is x or a contiguous copy of it. */
static lt_status open_picture(lti_output *o, const lt_tensor **source, lt_tensor *copy,
                              const picture *p, lt_tensor *r, const lt_tensor *x) {
  LT_TRY(lti_result(o, r, x->ndim, p->sizes, x, NULL));
  return lti_contiguous(source, copy, x);
}

static lt_status close_picture(lti_output *o, lt_tensor *copy, lt_status rc) {
  lt_tensor_release(copy);
  return lti_finish_one(o, rc);
}

static lt_status check_result(const char *op, const lt_tensor *r, const lt_tensor *x) {
  LT_CHECK(!lt_interrupt, EINTR, "interrupted");
  LT_CHECK(r, EARG, "%s: expected a result tensor", op);
  return lti_check_same(op, 2, (const lti_named[]){{x, "input"}, {r, "result"}});
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
  LT_TRY(check_result(op, r, x));
  LT_CHECK(mode >= LT_IMAGE_SIMPLE && mode <= LT_IMAGE_BICUBIC, EARG, "%s: no mode %d", op, mode);
  LT_TRY(resize_picture(&p, op, x, height, width));
  lti_output o;
  lt_tensor copy = {0};
  const lt_tensor *source;
  lt_status rc = open_picture(&o, &source, &copy, &p, r, x);
  if (rc == LT_OK) rc = scale(o.out, source, &p, height, width, mode);
  return close_picture(&o, &copy, rc);
}

static lt_status warp(lt_tensor *r, const lt_tensor *x, const lt_tensor *field, const picture *p,
                      int mode, int offset, int pad, double value) {
  LT_KERNEL(x->device, image_warp, x->dtype, lti_data(r), lti_data(x),
            (const double *)(const void *)lti_data(field), p->planes, field->sizes[1],
            field->sizes[2], p->h, p->w, mode, offset != 0, pad != 0, value);
  return LT_OK;
}

lt_status lt_image_warp(lt_tensor *r, const lt_tensor *x, const lt_tensor *field, int mode,
                        int offset, int pad, double value) {
  static const char *const op = "image.warp";
  picture p;
  LT_TRY(read_picture(&p, op, x));
  LT_TRY(check_result(op, r, x));
  LT_CHECK(field && field->dtype == LT_DOUBLE && field->ndim == 3 && field->sizes[0] == 2, ESHAPE,
           "%s: expected a field of 2 x height x width, got %s", op,
           field ? lti_shape(field).str : "none");
  LT_CHECK(lti_home(field) == lti_home(x), EDEVICE, "%s: the field is on another device", op);
  LT_CHECK(mode >= LT_IMAGE_SIMPLE && mode <= LT_IMAGE_LANCZOS, EARG, "%s: no mode %d", op, mode);
  LT_TRY(resize_picture(&p, op, x, field->sizes[1], field->sizes[2]));
  lti_output o;
  lt_tensor copy = {0}, field_copy = {0};
  const lt_tensor *source, *places;
  lt_status rc = lti_contiguous(&places, &field_copy, field);
  if (rc != LT_OK) return rc;
  if (places == field && r->mem == field->mem) { /* the field is read while r is written */
    rc = lti_new(&field_copy, LT_DOUBLE, field->device, 3, field->sizes);
    if (rc == LT_OK) rc = lti_copy_same_shape(&field_copy, field);
    places = &field_copy;
  }
  if (rc == LT_OK) {
    rc = open_picture(&o, &source, &copy, &p, r, x);
    if (rc == LT_OK) rc = warp(o.out, source, places, &p, mode, offset, pad, value);
    rc = close_picture(&o, &copy, rc);
  }
  lt_tensor_release(&field_copy);
  return rc;
}

static lt_status turn(lt_tensor *r, const lt_tensor *x, const picture *p, int64_t h, int64_t w,
                      int kind, int mode, double a) {
  LT_KERNEL(x->device, image_turn, x->dtype, lti_data(r), lti_data(x), p->planes, h, w, p->h, p->w,
            kind, mode, a);
  return LT_OK;
}

lt_status lt_image_turn(lt_tensor *r, const lt_tensor *x, int64_t height, int64_t width, int kind,
                        int mode, double a) {
  static const char *const ops[] = {"image.rotate", "image.polar", "image.logpolar"};
  LT_CHECK(kind >= LT_IMAGE_ROTATE && kind <= LT_IMAGE_LOGPOLAR, EARG, "image: no kind %d", kind);
  const char *op = ops[kind];
  picture p;
  LT_TRY(read_picture(&p, op, x));
  LT_TRY(check_result(op, r, x));
  LT_CHECK(mode == LT_IMAGE_SIMPLE || mode == LT_IMAGE_BILINEAR, EARG, "%s: no mode %d", op, mode);
  LT_CHECK(isfinite(a) && (kind == LT_IMAGE_ROTATE || a > 0), EARG, "%s: %s is %g", op,
           kind == LT_IMAGE_ROTATE ? "the angle" : "the largest radius", a);
  LT_TRY(resize_picture(&p, op, x, height, width));
  lti_output o;
  lt_tensor copy = {0};
  const lt_tensor *source;
  lt_status rc = open_picture(&o, &source, &copy, &p, r, x);
  if (rc == LT_OK) rc = turn(o.out, source, &p, height, width, kind, mode, a);
  return close_picture(&o, &copy, rc);
}

static lt_status colour(lt_tensor *r, const lt_tensor *x, const picture *p, int conversion) {
  LT_KERNEL(x->device, image_colour, x->dtype, lti_data(r), lti_data(x), p->h * p->w, conversion);
  return LT_OK;
}

lt_status lt_image_colour(lt_tensor *r, const lt_tensor *x, int conversion) {
  static const char *const names[] = {
      "image.rgb2yuv", "image.yuv2rgb", "image.rgb2y",   "image.rgb2hsl", "image.hsl2rgb",
      "image.rgb2hsv", "image.hsv2rgb", "image.rgb2lab", "image.lab2rgb", "image.rgb2nrgb"};
  LT_CHECK(conversion >= 0 && conversion < LT_NCOLOUR, EARG, "image: no conversion %d", conversion);
  const char *op = names[conversion];
  picture p;
  LT_TRY(read_picture(&p, op, x));
  LT_TRY(check_result(op, r, x));
  LT_CHECK(x->dtype != LT_BYTE || conversion == LT_RGB2Y, EDTYPE,
           "%s: expected a Float or Double tensor, got %s", op, lti_shape(x).str);
  LT_CHECK(x->ndim == 3 && p.planes == 3, ESHAPE,
           "%s: expected a picture 3 x height x width, got %s", op, lti_shape(x).str);
  if (conversion == LT_RGB2Y) p.sizes[0] = 1;
  lti_output o;
  lt_tensor copy = {0};
  const lt_tensor *source;
  lt_status rc = open_picture(&o, &source, &copy, &p, r, x);
  if (rc == LT_OK) rc = colour(o.out, source, &p, conversion);
  return close_picture(&o, &copy, rc);
}
