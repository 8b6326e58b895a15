/* codec.h: what the codecs share: messages, rows of samples to planes and back, growing output. */
#ifndef LT_IMAGE_CODEC_H
#define LT_IMAGE_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "image/image.h"

/* Leaves a message and returns 1. */
int lti_image_fail(const char *format, ...) __attribute__((format(printf, 1, 2), cold));

/* Where decoded rows go: planes of height x width elements of a type. */
typedef struct lti_planes {
  void *out;
  int type;
  lt_image_header h;
} lti_planes;

/* Stores row y of interleaved samples of 8 or (in this machine's byte order) 16 bits. */
void lti_image_store8(const lti_planes *p, int64_t y, const uint8_t *row);
void lti_image_store16(const lti_planes *p, int64_t y, const uint16_t *row);
/* After the last row: other threads see what was written past the caches. */
void lti_image_stored(void);

/* Pixels that are to be written. */
typedef struct lti_pixels {
  const uint8_t *planes;
  int64_t channels, height, width;
} lti_pixels;

/* row = row y of the pixels, interleaved. */
void lti_image_interleave(uint8_t *row, const lti_pixels *p, int64_t y);

/* A file that is being made. */
typedef struct lti_writer {
  uint8_t *data;
  size_t size, capacity;
} lti_writer;

/* Makes room for n more bytes; false where there is no memory. */
bool lti_image_reserve(lti_writer *w, size_t n);

/* Fails unless the sizes of h are positive and n bytes can hold that many pixels. */
int lti_image_check_header(const lt_image_header *h, int64_t n);

/* The codecs. read: *h = the header and, unless planes is NULL, the pixels of the file. */
typedef struct lti_codec {
  int (*read)(lt_image_header *h, lti_planes *planes, const uint8_t *bytes, int64_t n);
  int (*write)(lti_writer *w, const lti_pixels *pixels, int quality);
} lti_codec;

extern const lti_codec lti_image_png, lti_image_jpeg, lti_image_pnm;

#endif
