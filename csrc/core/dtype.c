/* Element types: names, sizes and conversion of Lua numbers to scalars. */
#include <math.h>

#include "core/half.h"
#include "core/internal.h"

static const struct {
  const char *name;
  int64_t size;
} dtypes[] = {
#define DTYPE(NAME, name, type, acc, torch) {torch, sizeof(type)},
#include "dtype.def"
#undef DTYPE
};

const char *lt_dtype_name(int dtype) {
  return dtype >= 0 && dtype < LT_NDTYPE ? dtypes[dtype].name : NULL;
}

int64_t lt_dtype_size(int dtype) {
  return dtype >= 0 && dtype < LT_NDTYPE ? dtypes[dtype].size : 0;
}

int64_t lti_elsize(int dtype) { return dtypes[dtype].size; }

/* The integer part of v modulo 2^64, as the machine's truncating conversion gives where it is
 * defined; NaN and infinities become the smallest integer, as on x86. */
static int64_t to_int64(double v) {
  if (v >= -0x1p63 && v < 0x1p63) return (int64_t)v;
  return INT64_MIN;
}

int64_t lti_wrap(int dtype, int64_t v) {
  switch (dtype) {
  case LT_BYTE: return (uint8_t)v;
  case LT_CHAR: return (int8_t)v;
  case LT_SHORT: return (int16_t)v;
  case LT_INT: return (int32_t)v;
  default: return v;
  }
}

lt_scalar lti_scalar(int dtype, double v) {
  if (lti_is_float(dtype)) return (lt_scalar){.f = v};
  return (lt_scalar){.i = lti_wrap(dtype, to_int64(v))};
}

double lt_half_value(uint16_t bits) { return lti_number(lti_half_to_float(bits)); }
uint16_t lt_half_bits(double v) { return lti_float_to_half((float)v); }
double lt_bfloat16_value(uint16_t bits) { return lti_number(lti_bfloat16_to_float(bits)); }
uint16_t lt_bfloat16_bits(double v) { return lti_float_to_bfloat16((float)v); }
