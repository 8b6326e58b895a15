/* image.h: picture files in memory, read and written by libluatorch_image.so through libpng and
 * libjpeg. The library knows no tensors; package image gives it bytes and buffers. Functions return
 * 0, or 1 after leaving a message; none of them ends the process, whatever the bytes are. */
#ifndef LT_IMAGE_H
#define LT_IMAGE_H

#ifndef LT_CDEF
#include <stdint.h>
#define LT_IMAGE_API __attribute__((visibility("default")))
#else
#define LT_IMAGE_API
#endif

enum { LT_IMAGE_PNG, LT_IMAGE_JPEG, LT_IMAGE_PNM };
enum { LT_IMAGE_BYTE, LT_IMAGE_FLOAT, LT_IMAGE_DOUBLE };

/* What the beginning of a file says. Samples are 0 to `maximum`. */
typedef struct lt_image_header {
  int64_t channels, height, width, maximum;
} lt_image_header;

/* A file that was made; data is freed with lt_image_free. */
typedef struct lt_image_bytes {
  uint8_t *data;
  int64_t size;
} lt_image_bytes;

/* Message of the last failure in this thread. */
LT_IMAGE_API const char *lt_image_error(void);
/* Hash of the declarations that the library was built from. */
LT_IMAGE_API const char *lt_image_cdef_hash(void);
/* Reads the header of a file of n bytes. Fails where the bytes are too few for the pixels that it
 * declares, so that a caller may allocate them: at most 2048 for a byte (and a million at least).
 */
LT_IMAGE_API int lt_image_read_header(lt_image_header *h, int format, const uint8_t *bytes,
                                      int64_t n);
/* out (channels x height x width of h, which lt_image_read_header gave; elements of a type
 * LT_IMAGE_BYTE ...) = the pixels. Floating point samples are divided by the maximum; bytes are the
 * samples as they are, of 16 bits the high 8. After a failure the contents of out are unspecified.
 */
LT_IMAGE_API int lt_image_decode(void *out, int type, const lt_image_header *h, int format,
                                 const uint8_t *bytes, int64_t n);
/* file = pixels (channels x height x width bytes) in a format. PNG takes 1 to 4 channels (grey,
 * grey and alpha, RGB, RGB and alpha), the others 1 or 3; quality (1 to 100) is for JPEG alone. */
LT_IMAGE_API int lt_image_encode(lt_image_bytes *file, int format, const uint8_t *pixels,
                                 int64_t channels, int64_t height, int64_t width, int quality);
LT_IMAGE_API void lt_image_free(uint8_t *data);

#endif
