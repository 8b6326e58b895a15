/* image_bytes.h: values as bytes of pictures: the nearest, from 0 to 255, NaN as 0. */
#ifndef LT_IMAGE_BYTES_H
#define LT_IMAGE_BYTES_H

#include "core/functor.h"

FN uint8_t lti_image_byte(double v) {
  v += .5;
  return v >= 255 ? 255 : v > 0 ? (uint8_t)v : 0;
}
FN uint8_t lti_image_bytef(float v) {
  v += .5f;
  return v >= 255 ? 255 : v > 0 ? (uint8_t)v : 0;
}

#endif
