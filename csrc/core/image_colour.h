/* image_colour.h: colours in other spaces, shared by the kernels: YUV (ITU-R BT.601), HSL and HSV
 * (Smith 1978), CIE L*a*b* of sRGB with the white D65, and chromaticities. */
#ifndef LT_IMAGE_COLOUR_H
#define LT_IMAGE_COLOUR_H

#include "core/functor.h"
#include "core/internal.h"

typedef struct lti_colour {
  double a, b, c;
} lti_colour;

FN lti_colour lti_colour_of(double a, double b, double c) {
  lti_colour v = {a, b, c};
  return v;
}

FN double lti_largest(lti_colour v) { return fmax(v.a, fmax(v.b, v.c)); }
FN double lti_smallest(lti_colour v) { return fmin(v.a, fmin(v.b, v.c)); }

/* 0 to 1 from red; `range` = largest - smallest, not zero. */
FN double lti_hue(lti_colour v, double most, double range) {
  double h = most == v.a   ? (v.b - v.c) / range + (v.b < v.c ? 6 : 0)
             : most == v.b ? (v.c - v.a) / range + 2
                           : (v.a - v.b) / range + 4;
  return h / 6;
}

FN lti_colour lti_rgb2hsl(lti_colour v) {
  double most = lti_largest(v), least = lti_smallest(v), sum = most + least, range = most - least;
  if (range == 0) return lti_colour_of(0, 0, sum / 2);
  return lti_colour_of(lti_hue(v, most, range), range / (sum > 1 ? 2 - sum : sum), sum / 2);
}

FN double lti_hue_part(double p, double q, double h) {
  if (h < 0) h += 1;
  if (h > 1) h -= 1;
  if (h < 1. / 6) return p + (q - p) * 6 * h;
  if (h < 1. / 2) return q;
  return h < 2. / 3 ? p + (q - p) * 6 * (2. / 3 - h) : p;
}

FN lti_colour lti_hsl2rgb(lti_colour v) {
  double h = v.a, s = v.b, l = v.c;
  if (s == 0) return lti_colour_of(l, l, l);
  double q = l < .5 ? l * (1 + s) : l + s - l * s, p = 2 * l - q;
  return lti_colour_of(lti_hue_part(p, q, h + 1. / 3), lti_hue_part(p, q, h),
                       lti_hue_part(p, q, h - 1. / 3));
}

FN lti_colour lti_rgb2hsv(lti_colour v) {
  double most = lti_largest(v), range = most - lti_smallest(v);
  if (range == 0) return lti_colour_of(0, 0, most);
  return lti_colour_of(lti_hue(v, most, range), range / most, most);
}

FN lti_colour lti_hsv2rgb(lti_colour v) {
  double sector = floor(v.a * 6), f = v.a * 6 - sector, s = v.b, l = v.c;
  double p = l * (1 - s), q = l * (1 - f * s), t = l * (1 - (1 - f) * s);
  sector -= 6 * floor(sector / 6);
  if (sector == 0) return lti_colour_of(l, t, p);
  if (sector == 1) return lti_colour_of(q, l, p);
  if (sector == 2) return lti_colour_of(p, l, t);
  if (sector == 3) return lti_colour_of(p, q, l);
  return sector == 4 ? lti_colour_of(t, p, l) : lti_colour_of(l, p, q);
}

/* sRGB's transfer function and its inverse. */
FN double lti_srgb_linear(double v) {
  return v <= .04045 ? v / 12.92 : pow((v + .055) / 1.055, 2.4);
}
FN double lti_srgb_companded(double v) {
  return v <= .0031308 ? 12.92 * v : 1.055 * pow(v, 1 / 2.4) - .055;
}

#define LTI_LAB_EPSILON (216. / 24389)
#define LTI_LAB_KAPPA (24389. / 27)
#define LTI_WHITE_X .950456
#define LTI_WHITE_Z 1.088754

FN double lti_lab_f(double v) {
  return v > LTI_LAB_EPSILON ? cbrt(v) : (LTI_LAB_KAPPA * v + 16) / 116;
}

FN double lti_lab_inverse(double f) {
  double cube = f * f * f;
  return cube > LTI_LAB_EPSILON ? cube : (116 * f - 16) / LTI_LAB_KAPPA;
}

FN lti_colour lti_rgb2lab(lti_colour v) {
  double r = lti_srgb_linear(v.a), g = lti_srgb_linear(v.b), b = lti_srgb_linear(v.c);
  double x = lti_lab_f((.412453 * r + .357580 * g + .180423 * b) / LTI_WHITE_X);
  double y = lti_lab_f(.212671 * r + .715160 * g + .072169 * b);
  double z = lti_lab_f((.019334 * r + .119193 * g + .950227 * b) / LTI_WHITE_Z);
  return lti_colour_of(116 * y - 16, 500 * (x - y), 200 * (y - z));
}

FN lti_colour lti_lab2rgb(lti_colour v) {
  double fy = (v.a + 16) / 116;
  double x = LTI_WHITE_X * lti_lab_inverse(fy + v.b / 500), y = lti_lab_inverse(fy);
  double z = LTI_WHITE_Z * lti_lab_inverse(fy - v.c / 200);
  return lti_colour_of(lti_srgb_companded(3.2404542 * x - 1.5371385 * y - .4985314 * z),
                       lti_srgb_companded(-.9692660 * x + 1.8760108 * y + .0415560 * z),
                       lti_srgb_companded(.0556434 * x - .2040259 * y + 1.0572252 * z));
}

FN lti_colour lti_rgb2yuv(lti_colour v) {
  return lti_colour_of(.299 * v.a + .587 * v.b + .114 * v.c,
                       -.14713 * v.a - .28886 * v.b + .436 * v.c,
                       .615 * v.a - .51499 * v.b - .10001 * v.c);
}

FN lti_colour lti_yuv2rgb(lti_colour v) {
  return lti_colour_of(v.a + 1.13983 * v.c, v.a - .39465 * v.b - .58060 * v.c, v.a + 2.03211 * v.b);
}

FN lti_colour lti_rgb2nrgb(lti_colour v) {
  double sum = v.a + v.b + v.c + 1e-6;
  return lti_colour_of(v.a / sum, v.b / sum, v.c / sum);
}

FN lti_colour lti_rgb2y(lti_colour v) { return lti_colour_of(lti_rgb2yuv(v).a, 0, 0); }

/* M(LT_NAME, function) for each conversion. */
#define LTI_COLOUR_CONVERSIONS(M) \
  M(LT_RGB2YUV, lti_rgb2yuv)      \
  M(LT_YUV2RGB, lti_yuv2rgb)      \
  M(LT_RGB2Y, lti_rgb2y)          \
  M(LT_RGB2HSL, lti_rgb2hsl)      \
  M(LT_HSL2RGB, lti_hsl2rgb)      \
  M(LT_RGB2HSV, lti_rgb2hsv)      \
  M(LT_HSV2RGB, lti_hsv2rgb)      \
  M(LT_RGB2LAB, lti_rgb2lab)      \
  M(LT_LAB2RGB, lti_lab2rgb)      \
  M(LT_RGB2NRGB, lti_rgb2nrgb)

#endif
