/* Colours of pictures in other spaces. */
#include "core/image_bytes.h"
#include "core/image_colour.h"
#include "cpu/isa.h"

typedef struct job {
  void *r;
  const void *x;
  int64_t n;
  bool grey;
  lti_colour (*convert)(lti_colour);
} job;

#define CONVERT(T, name, STORE)                                                           \
  static void name(int64_t begin, int64_t end, void *ctx) {                               \
    const job *j = ctx;                                                                   \
    const T *x = j->x;                                                                    \
    T *r = j->r;                                                                          \
    int64_t n = j->n;                                                                     \
    for (int64_t i = begin; i < end; i++) {                                               \
      lti_colour v =                                                                      \
          j->convert((lti_colour){(double)x[i], (double)x[n + i], (double)x[2 * n + i]}); \
      r[i] = (T)STORE(v.a);                                                               \
      if (j->grey) continue;                                                              \
      r[n + i] = (T)STORE(v.b);                                                           \
      r[2 * n + i] = (T)STORE(v.c);                                                       \
    }                                                                                     \
  }

CONVERT(uint8_t, convert_byte, lti_image_byte)
CONVERT(float, convert_float, )
CONVERT(double, convert_double, )

/* The conversions as functions that can be pointed to. */
#define FUNCTION(conversion, function) \
  static lti_colour point_##function(lti_colour v) { return function(v); }
#define ENTRY(conversion, function) [conversion] = point_##function,
LTI_COLOUR_CONVERSIONS(FUNCTION)

lt_status CPU(image_colour)(int dtype, void *r, const void *x, int64_t n, int conversion) {
  static lti_colour (*const conversions[LT_NCOLOUR])(lti_colour) = {LTI_COLOUR_CONVERSIONS(ENTRY)};
  job j = {r, x, n, conversion == LT_RGB2Y, conversions[conversion]};
  int64_t grain = lti_grain / 8;
  lti_parallel(n, grain,
               dtype == LT_BYTE    ? convert_byte
               : dtype == LT_FLOAT ? convert_float
                                   : convert_double,
               &j);
  return LT_OK;
}
