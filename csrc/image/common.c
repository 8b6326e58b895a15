/* What the codecs share, and the public functions, which choose one. */
#include <stdarg.h>
#include <stdio.h>

#include "image/codec.h"

static _Thread_local char message[256];

int lti_image_fail(const char *format, ...) {
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  return 1;
}

const char *lt_image_error(void) { return message; }

const char *lt_image_cdef_hash(void) { return LT_CDEF_HASH; }

bool lti_image_reserve(lti_writer *w, size_t n) {
  if (n <= w->capacity - w->size) return true;
  size_t capacity = w->capacity * 2 + n + 4096;
  uint8_t *data = realloc(w->data, capacity);
  if (!data) return false;
  w->data = data;
  w->capacity = capacity;
  return true;
}

/* ---- public ---- */

static const lti_codec *const codecs[] = {
    [LT_IMAGE_PNG] = &lti_image_png,
    [LT_IMAGE_JPEG] = &lti_image_jpeg,
    [LT_IMAGE_PNM] = &lti_image_pnm,
};

static const lti_codec *find(int format) {
  if (format >= LT_IMAGE_PNG && format <= LT_IMAGE_PNM) return codecs[format];
  lti_image_fail("no format has the number %d", format);
  return NULL;
}

enum { FREE_PIXELS = 1 << 20, PIXELS_A_BYTE = 2048 };

int lti_image_check_header(const lt_image_header *h, int64_t n) {
  if (h->width <= 0 || h->height <= 0 || h->width > INT32_MAX || h->height > INT32_MAX)
    return lti_image_fail("a picture of %lld x %lld pixels", (long long)h->width,
                          (long long)h->height);
  int64_t pixels = h->width * h->height;
  if (pixels > FREE_PIXELS && pixels / PIXELS_A_BYTE > n)
    return lti_image_fail("declares %lld x %lld pixels, which its %lld bytes cannot hold",
                          (long long)h->width, (long long)h->height, (long long)n);
  return 0;
}

int lt_image_read_header(lt_image_header *h, int format, const uint8_t *bytes, int64_t n) {
  const lti_codec *codec = find(format);
  if (!codec) return 1;
  if (n <= 0) return lti_image_fail("there is nothing in it");
  return codec->read(h, NULL, bytes, n);
}

int lt_image_decode(void *out, int type, const lt_image_header *h, int format, const uint8_t *bytes,
                    int64_t n) {
  const lti_codec *codec = find(format);
  if (!codec) return 1;
  if (type < LT_IMAGE_BYTE || type > LT_IMAGE_DOUBLE)
    return lti_image_fail("no element type has the number %d", type);
  lt_image_header again;
  lti_planes planes = {out, type, *h};
  int rc = codec->read(&again, &planes, bytes, n);
  lti_image_stored();
  return rc;
}

int lt_image_encode(lt_image_bytes *file, int format, const uint8_t *pixels, int64_t channels,
                    int64_t height, int64_t width, int quality) {
  const lti_codec *codec = find(format);
  if (!codec) return 1;
  if (height <= 0 || width <= 0 || height > INT32_MAX || width > INT32_MAX)
    return lti_image_fail("a picture of %lld x %lld pixels", (long long)width, (long long)height);
  bool fits = channels == 1 || channels == 3 ||
              (format == LT_IMAGE_PNG && (channels == 2 || channels == 4));
  if (!fits) return lti_image_fail("a picture of %lld channels", (long long)channels);
  lti_writer w = {0};
  lti_pixels p = {pixels, channels, height, width};
  if (codec->write(&w, &p, quality)) {
    free(w.data);
    return 1;
  }
  file->data = w.data;
  file->size = (int64_t)w.size;
  return 0;
}

void lt_image_free(uint8_t *data) { free(data); }
