/* Colours of pictures in other spaces: YUV (ITU-R BT.601), HSL and HSV (Smith 1978), CIE L*a*b* of
 * sRGB with the white D65, and chromaticities. */
#include "cpu/isa.h"

typedef struct colour {
  double a, b, c;
} colour;

static inline double largest(colour v) { return fmax(v.a, fmax(v.b, v.c)); }
static inline double smallest(colour v) { return fmin(v.a, fmin(v.b, v.c)); }

/* 0 to 1 from red; `range` = largest - smallest, not zero. */
static double hue(colour v, double most, double range) {
  double h = most == v.a   ? (v.b - v.c) / range + (v.b < v.c ? 6 : 0)
             : most == v.b ? (v.c - v.a) / range + 2
                           : (v.a - v.b) / range + 4;
  return h / 6;
}

static colour rgb2hsl(colour v) {
  double most = largest(v), least = smallest(v), sum = most + least, range = most - least;
  if (range == 0) return (colour){0, 0, sum / 2};
  return (colour){hue(v, most, range), range / (sum > 1 ? 2 - sum : sum), sum / 2};
}

static double hue_part(double p, double q, double h) {
  if (h < 0) h += 1;
  if (h > 1) h -= 1;
  if (h < 1. / 6) return p + (q - p) * 6 * h;
  if (h < 1. / 2) return q;
  return h < 2. / 3 ? p + (q - p) * 6 * (2. / 3 - h) : p;
}

static colour hsl2rgb(colour v) {
  double h = v.a, s = v.b, l = v.c;
  if (s == 0) return (colour){l, l, l};
  double q = l < .5 ? l * (1 + s) : l + s - l * s, p = 2 * l - q;
  return (colour){hue_part(p, q, h + 1. / 3), hue_part(p, q, h), hue_part(p, q, h - 1. / 3)};
}

static colour rgb2hsv(colour v) {
  double most = largest(v), range = most - smallest(v);
  if (range == 0) return (colour){0, 0, most};
  return (colour){hue(v, most, range), range / most, most};
}

static colour hsv2rgb(colour v) {
  double sector = floor(v.a * 6), f = v.a * 6 - sector, s = v.b, l = v.c;
  double p = l * (1 - s), q = l * (1 - f * s), t = l * (1 - (1 - f) * s);
  sector -= 6 * floor(sector / 6);
  if (sector == 0) return (colour){l, t, p};
  if (sector == 1) return (colour){q, l, p};
  if (sector == 2) return (colour){p, l, t};
  if (sector == 3) return (colour){p, q, l};
  return sector == 4 ? (colour){t, p, l} : (colour){l, p, q};
}

/* sRGB's transfer function and its inverse. */
static double linear(double v) { return v <= .04045 ? v / 12.92 : pow((v + .055) / 1.055, 2.4); }
static double companded(double v) {
  return v <= .0031308 ? 12.92 * v : 1.055 * pow(v, 1 / 2.4) - .055;
}

static const double lab_epsilon = 216. / 24389, lab_kappa = 24389. / 27;
static const double white_x = .950456, white_z = 1.088754;

static double lab_f(double v) { return v > lab_epsilon ? cbrt(v) : (lab_kappa * v + 16) / 116; }

static double lab_inverse(double f) {
  double cube = f * f * f;
  return cube > lab_epsilon ? cube : (116 * f - 16) / lab_kappa;
}

static colour rgb2lab(colour v) {
  double r = linear(v.a), g = linear(v.b), b = linear(v.c);
  double x = lab_f((.412453 * r + .357580 * g + .180423 * b) / white_x);
  double y = lab_f(.212671 * r + .715160 * g + .072169 * b);
  double z = lab_f((.019334 * r + .119193 * g + .950227 * b) / white_z);
  return (colour){116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

static colour lab2rgb(colour v) {
  double fy = (v.a + 16) / 116;
  double x = white_x * lab_inverse(fy + v.b / 500), y = lab_inverse(fy);
  double z = white_z * lab_inverse(fy - v.c / 200);
  return (colour){companded(3.2404542 * x - 1.5371385 * y - .4985314 * z),
                  companded(-.9692660 * x + 1.8760108 * y + .0415560 * z),
                  companded(.0556434 * x - .2040259 * y + 1.0572252 * z)};
}

static colour rgb2yuv(colour v) {
  return (colour){.299 * v.a + .587 * v.b + .114 * v.c, -.14713 * v.a - .28886 * v.b + .436 * v.c,
                  .615 * v.a - .51499 * v.b - .10001 * v.c};
}

static colour yuv2rgb(colour v) {
  return (colour){v.a + 1.13983 * v.c, v.a - .39465 * v.b - .58060 * v.c, v.a + 2.03211 * v.b};
}

static colour rgb2nrgb(colour v) {
  double sum = v.a + v.b + v.c + 1e-6;
  return (colour){v.a / sum, v.b / sum, v.c / sum};
}

static colour rgb2y(colour v) { return (colour){rgb2yuv(v).a, 0, 0}; }

typedef struct job {
  void *r;
  const void *x;
  int64_t n;
  bool grey;
  colour (*convert)(colour);
} job;

#define CONVERT(T, name, STORE)                                                              \
  static void name(int64_t begin, int64_t end, void *ctx) {                                  \
    const job *j = ctx;                                                                      \
    const T *x = j->x;                                                                       \
    T *r = j->r;                                                                             \
    int64_t n = j->n;                                                                        \
    for (int64_t i = begin; i < end; i++) {                                                  \
      colour v = j->convert((colour){(double)x[i], (double)x[n + i], (double)x[2 * n + i]}); \
      r[i] = (T)STORE(v.a);                                                                  \
      if (j->grey) continue;                                                                 \
      r[n + i] = (T)STORE(v.b);                                                              \
      r[2 * n + i] = (T)STORE(v.c);                                                          \
    }                                                                                        \
  }

static inline uint8_t round_byte(double v) { return (uint8_t)(v + .5); } /* v is 0 to 255 */

CONVERT(uint8_t, convert_byte, round_byte)
CONVERT(float, convert_float, )
CONVERT(double, convert_double, )

lt_status CPU(image_colour)(int dtype, void *r, const void *x, int64_t n, int conversion) {
  static colour (*const conversions[LT_NCOLOUR])(colour) = {
      [LT_RGB2YUV] = rgb2yuv,  [LT_YUV2RGB] = yuv2rgb, [LT_RGB2Y] = rgb2y,
      [LT_RGB2HSL] = rgb2hsl,  [LT_HSL2RGB] = hsl2rgb, [LT_RGB2HSV] = rgb2hsv,
      [LT_HSV2RGB] = hsv2rgb,  [LT_RGB2LAB] = rgb2lab, [LT_LAB2RGB] = lab2rgb,
      [LT_RGB2NRGB] = rgb2nrgb};
  job j = {r, x, n, conversion == LT_RGB2Y, conversions[conversion]};
  int64_t grain = lti_grain / 8;
  lti_parallel(n, grain,
               dtype == LT_BYTE    ? convert_byte
               : dtype == LT_FLOAT ? convert_float
                                   : convert_double,
               &j);
  return LT_OK;
}
