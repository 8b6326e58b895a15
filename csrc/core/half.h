/* half.h: conversions between float and the 16-bit formats, with round to nearest even.
 * Half is IEEE 754 binary16; BFloat16 is the upper half of a binary32. NaN stays NaN. */
#ifndef LT_HALF_H
#define LT_HALF_H

#include <stdint.h>
#include <string.h>

static inline float lti_bits_to_float(uint32_t bits) {
  float f;
  memcpy(&f, &bits, sizeof f);
  return f;
}

static inline uint32_t lti_float_to_bits(float f) {
  uint32_t bits;
  memcpy(&bits, &f, sizeof bits);
  return bits;
}

static inline float lti_half_to_float(uint16_t h) {
  uint32_t sign = (uint32_t)(h & 0x8000) << 16;
  uint32_t rest = h & 0x7fff;
  if (rest >= 0x7c00) return lti_bits_to_float(sign | 0x7f800000 | (rest & 0x3ff) << 13);
  /* shifting a small exponent into place and rescaling handles subnormals as well */
  float magnitude = lti_bits_to_float(rest << 13) * lti_bits_to_float(0x77800000); /* 2^112 */
  return lti_bits_to_float(sign | lti_float_to_bits(magnitude));
}

static inline uint16_t lti_float_to_half(float f) {
  uint32_t bits = lti_float_to_bits(f);
  uint16_t sign = (uint16_t)(bits >> 16 & 0x8000);
  uint32_t rest = bits & 0x7fffffff;
  if (rest > 0x7f800000) return sign | 0x7e00;
  if (rest >= 0x477ff000) return sign | 0x7c00; /* rounds to 65536 or more */
  if (rest < 0x38800000) {                      /* subnormal half: let the addition round */
    float shifted = lti_bits_to_float(rest) + 0.5f;
    return (uint16_t)(sign | (lti_float_to_bits(shifted) - 0x3f000000));
  }
  uint32_t rounded = rest + 0xfff + (rest >> 13 & 1);
  return (uint16_t)(sign | (rounded - 0x38000000) >> 13);
}

static inline float lti_bfloat16_to_float(uint16_t b) {
  return lti_bits_to_float((uint32_t)b << 16);
}

static inline uint16_t lti_float_to_bfloat16(float f) {
  uint32_t bits = lti_float_to_bits(f);
  if ((bits & 0x7fffffff) > 0x7f800000) return (uint16_t)(bits >> 16 | 0x40);
  return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

#endif
