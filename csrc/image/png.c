/* PNG through libpng. As in Torch7, samples are taken as they are: no gamma, a palette becomes RGB
 * (and drops its transparency), fewer than 8 bits of grey are expanded, alpha stays a channel. */
#include <png.h>

#include "image/codec.h"

typedef struct reader {
  png_structp png;
  png_infop info;
  const uint8_t *bytes, *end;
  uint8_t *rows; /* one row, or all of an interlaced picture */
} reader;

static void failed(png_structp png, png_const_charp text) {
  lti_image_fail("%s", text);
  png_longjmp(png, 1);
}

static void ignored(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

static void take(png_structp png, png_bytep to, size_t n) {
  reader *r = png_get_io_ptr(png);
  if ((size_t)(r->end - r->bytes) < n) png_error(png, "it is cut short");
  memcpy(to, r->bytes, n);
  r->bytes += n;
}

/* Deflate makes at most 1032 bytes of one. */
enum { BYTES_A_BYTE = 1040, FREE_BYTES = 1 << 20 };

static int read_header(reader *r, lt_image_header *h, int64_t n) {
  png_structp png = r->png;
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1); /* texts, profiles, ... */
  png_read_info(png, r->info);
  int colour = png_get_color_type(png, r->info), bits = png_get_bit_depth(png, r->info);
  *h = (lt_image_header){png_get_channels(png, r->info), png_get_image_height(png, r->info),
                         png_get_image_width(png, r->info), bits == 16 ? 65535 : 255};
  if (colour == PNG_COLOR_TYPE_PALETTE) {
    h->channels = 3;
    png_set_palette_to_rgb(png);
  } else if (bits < 8) {
    png_set_expand_gray_1_2_4_to_8(png);
  }
  if (lti_image_check_header(h, n)) return 1;
  int64_t bytes = (int64_t)png_get_rowbytes(png, r->info) * h->height;
  if (bytes > FREE_BYTES && bytes / BYTES_A_BYTE > n)
    return lti_image_fail("declares %lld x %lld pixels, which its %lld bytes cannot hold",
                          (long long)h->width, (long long)h->height, (long long)n);
  return 0;
}

static void store(const lti_planes *p, int64_t y, const uint8_t *row) {
  if (p->h.maximum == 255)
    lti_image_store8(p, y, row);
  else
    lti_image_store16(p, y, (const uint16_t *)(const void *)row);
}

static int read_rows(reader *r, const lti_planes *p) {
  png_structp png = r->png;
  int64_t height = p->h.height;
  if (p->h.maximum > 255 && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) png_set_swap(png);
  if (png_get_color_type(png, r->info) == PNG_COLOR_TYPE_PALETTE) png_set_strip_alpha(png);
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, r->info);
  size_t row = png_get_rowbytes(png, r->info);
  size_t sample = p->h.maximum > 255 ? 2 : 1;
  if (row != (size_t)(p->h.width * p->h.channels) * sample)
    return lti_image_fail("a row has %zu bytes", row);
  r->rows = malloc(passes > 1 ? row * (size_t)height : row);
  if (!r->rows) return lti_image_fail("out of memory");
  for (int pass = 0; pass < passes; pass++) {
    for (int64_t y = 0; y < height; y++) {
      uint8_t *to = passes > 1 ? r->rows + row * (size_t)y : r->rows;
      png_read_row(png, to, NULL);
      if (pass == passes - 1) store(p, y, to);
    }
  }
  png_read_end(png, NULL);
  return 0;
}

static int guarded_read(reader *r, lt_image_header *h, const lti_planes *p, int64_t n) {
  if (setjmp(png_jmpbuf(r->png))) return 1;
  r->info = png_create_info_struct(r->png);
  if (!r->info) return lti_image_fail("out of memory");
  png_set_read_fn(r->png, r, take);
  if (read_header(r, h, n)) return 1;
  if (!p) return 0;
  if (memcmp(h, &p->h, sizeof *h) != 0) return lti_image_fail("its header has changed");
  return read_rows(r, p);
}

static int read_png(lt_image_header *h, lti_planes *planes, const uint8_t *bytes, int64_t n) {
  reader r = {.bytes = bytes, .end = bytes + n};
  r.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, failed, ignored);
  if (!r.png) return lti_image_fail("libpng does not start: out of memory, or of another version");
  int rc = guarded_read(&r, h, planes, n);
  png_destroy_read_struct(&r.png, &r.info, NULL);
  free(r.rows);
  return rc;
}

/* ---- writing ---- */

typedef struct writer {
  png_structp png;
  png_infop info;
  lti_writer *out;
  uint8_t *row;
} writer;

static void give(png_structp png, png_bytep from, size_t n) {
  lti_writer *w = ((writer *)png_get_io_ptr(png))->out;
  if (!lti_image_reserve(w, n)) png_error(png, "out of memory");
  memcpy(w->data + w->size, from, n);
  w->size += n;
}

static void flush(png_structp png) { (void)png; }

static int guarded_write(writer *w, const lti_pixels *p) {
  static const int colours[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB,
                                PNG_COLOR_TYPE_RGB_ALPHA};
  if (setjmp(png_jmpbuf(w->png))) return 1;
  w->info = png_create_info_struct(w->png);
  w->row = malloc((size_t)(p->width * p->channels));
  if (!w->info || !w->row) return lti_image_fail("out of memory");
  png_set_write_fn(w->png, w, give, flush);
  png_set_IHDR(w->png, w->info, (png_uint_32)p->width, (png_uint_32)p->height, 8,
               colours[p->channels - 1], PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  png_write_info(w->png, w->info);
  for (int64_t y = 0; y < p->height; y++) {
    lti_image_interleave(w->row, p, y);
    png_write_row(w->png, w->row);
  }
  png_write_end(w->png, NULL);
  return 0;
}

static int write_png(lti_writer *out, const lti_pixels *p, int quality) {
  (void)quality;
  writer w = {.out = out};
  w.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, failed, ignored);
  if (!w.png) return lti_image_fail("libpng does not start: out of memory, or of another version");
  int rc = guarded_write(&w, p);
  png_destroy_write_struct(&w.png, &w.info);
  free(w.row);
  return rc;
}

const lti_codec lti_image_png = {read_png, write_png};
