/* JPEG through libjpeg: grey or RGB of 8 bits; CMYK becomes RGB. Where the compressed data are
 * damaged or end early, reading fails; what libjpeg can ignore without losing pixels is ignored. */
#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

#include <jerror.h>

#include "image/codec.h"

enum { MAX_SCANS = 500, MAX_ROWS = 4 };

typedef struct reader {
  struct jpeg_decompress_struct jpeg;
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  jmp_buf back;
  JSAMPLE *rows;
} reader;

static void leave_message(j_common_ptr jpeg) {
  char text[JMSG_LENGTH_MAX];
  jpeg->err->format_message(jpeg, text);
  lti_image_fail("%s", text);
}

static void read_failed(j_common_ptr jpeg) {
  leave_message(jpeg);
  longjmp(((reader *)(void *)jpeg)->back, 1);
}

/* Warnings: those that mean lost pixels are errors. */
static void noticed(j_common_ptr jpeg, int level) {
  if (level >= 0) return;
  switch (jpeg->err->msg_code) {
  case JWRN_JPEG_EOF: lti_image_fail("it is cut short"); longjmp(((reader *)(void *)jpeg)->back, 1);
  case JWRN_HIT_MARKER:
  case JWRN_HUFF_BAD_CODE:
  case JWRN_ARITH_BAD_CODE:
  case JWRN_MUST_RESYNC:
  case JWRN_NOT_SEQUENTIAL:
  case JWRN_BOGUS_PROGRESSION: read_failed(jpeg);
  }
}

static void silent(j_common_ptr jpeg) { (void)jpeg; }

/* A file of few bytes can ask for thousands of passes over its pixels. */
static void progressed(j_common_ptr jpeg) {
  if (((j_decompress_ptr)jpeg)->input_scan_number <= MAX_SCANS) return;
  lti_image_fail("it has more than %d scans", MAX_SCANS);
  longjmp(((reader *)(void *)jpeg)->back, 1);
}

static void store(const lti_planes *p, int64_t y, uint8_t *row, bool cmyk, bool inverted) {
  if (cmyk) {
    for (int64_t i = 0; i < p->h.width; i++) {
      const uint8_t *in = row + i * 4;
      unsigned k = inverted ? in[3] : 255u - in[3];
      for (int c = 0; c < 3; c++) {
        unsigned v = inverted ? in[c] : 255u - in[c];
        row[i * 3 + c] = (uint8_t)((v * k + 127) / 255);
      }
    }
  }
  lti_image_store8(p, y, row);
}

static int guarded_read(reader *r, lt_image_header *h, const lti_planes *p, const uint8_t *bytes,
                        int64_t n) {
  j_decompress_ptr jpeg = &r->jpeg;
  if (setjmp(r->back)) return 1;
  jpeg_create_decompress(jpeg);
  jpeg->progress = &r->progress;
  jpeg_mem_src(jpeg, bytes, (unsigned long)n);
  jpeg_read_header(jpeg, TRUE);
  bool cmyk = jpeg->jpeg_color_space == JCS_CMYK || jpeg->jpeg_color_space == JCS_YCCK;
  bool grey = jpeg->jpeg_color_space == JCS_GRAYSCALE;
  jpeg->out_color_space = cmyk ? JCS_CMYK : grey ? JCS_GRAYSCALE : JCS_RGB;
  *h = (lt_image_header){grey ? 1 : 3, jpeg->image_height, jpeg->image_width, 255};
  if (lti_image_check_header(h, n)) return 1;
  if (!p) return 0;
  if (memcmp(h, &p->h, sizeof *h) != 0) return lti_image_fail("its header has changed");
  jpeg_start_decompress(jpeg);
  /* Rows start at odd addresses: libjpeg-turbo writes those that are aligned past the caches. */
  size_t row = ((size_t)h->width * (size_t)jpeg->output_components + 63) / 64 * 64;
  r->rows = malloc(row * MAX_ROWS + 1);
  if (!r->rows) return lti_image_fail("out of memory");
  JSAMPROW rows[MAX_ROWS];
  for (int i = 0; i < MAX_ROWS; i++) rows[i] = r->rows + 1 + row * (size_t)i;
  while (jpeg->output_scanline < jpeg->output_height) {
    int64_t y = jpeg->output_scanline;
    int64_t got = jpeg_read_scanlines(jpeg, rows, MAX_ROWS);
    for (int64_t i = 0; i < got; i++) store(p, y + i, rows[i], cmyk, jpeg->saw_Adobe_marker);
  }
  jpeg_finish_decompress(jpeg);
  return 0;
}

static int read_jpeg(lt_image_header *h, lti_planes *planes, const uint8_t *bytes, int64_t n) {
  reader r = {.progress = {.progress_monitor = progressed}};
  r.jpeg.err = jpeg_std_error(&r.errors);
  r.errors.error_exit = read_failed;
  r.errors.emit_message = noticed;
  r.errors.output_message = silent;
  int rc = guarded_read(&r, h, planes, bytes, n);
  jpeg_destroy_decompress(&r.jpeg);
  free(r.rows);
  return rc;
}

/* ---- writing ---- */

typedef struct writer {
  struct jpeg_compress_struct jpeg;
  struct jpeg_error_mgr errors;
  struct jpeg_destination_mgr to;
  jmp_buf back;
  lti_writer *out;
  JSAMPLE *row;
} writer;

enum { BLOCK = 1 << 16 };

static void write_failed(j_common_ptr jpeg) {
  leave_message(jpeg);
  longjmp(((writer *)(void *)jpeg)->back, 1);
}

static void ignored(j_common_ptr jpeg, int level) {
  (void)jpeg;
  (void)level;
}

static void make_room(j_compress_ptr jpeg) {
  writer *w = (writer *)(void *)jpeg;
  if (!lti_image_reserve(w->out, BLOCK)) ERREXIT1(jpeg, JERR_OUT_OF_MEMORY, 0);
  w->to.next_output_byte = w->out->data + w->out->size;
  w->to.free_in_buffer = w->out->capacity - w->out->size;
}

/* libjpeg calls it when the whole room is used up. */
static boolean full(j_compress_ptr jpeg) {
  writer *w = (writer *)(void *)jpeg;
  w->out->size = w->out->capacity;
  make_room(jpeg);
  return TRUE;
}

static void finished(j_compress_ptr jpeg) {
  writer *w = (writer *)(void *)jpeg;
  w->out->size = w->out->capacity - w->to.free_in_buffer;
}

static int guarded_write(writer *w, const lti_pixels *p, int quality) {
  j_compress_ptr jpeg = &w->jpeg;
  if (setjmp(w->back)) return 1;
  jpeg_create_compress(jpeg);
  jpeg->dest = &w->to;
  jpeg->image_width = (JDIMENSION)p->width;
  jpeg->image_height = (JDIMENSION)p->height;
  jpeg->input_components = (int)p->channels;
  jpeg->in_color_space = p->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(jpeg);
  jpeg_set_quality(jpeg, quality, TRUE);
  w->row = malloc((size_t)(p->width * p->channels));
  if (!w->row) return lti_image_fail("out of memory");
  jpeg_start_compress(jpeg, TRUE);
  for (int64_t y = 0; y < p->height; y++) {
    lti_image_interleave(w->row, p, y);
    jpeg_write_scanlines(jpeg, &w->row, 1);
  }
  jpeg_finish_compress(jpeg);
  return 0;
}

static int write_jpeg(lti_writer *out, const lti_pixels *p, int quality) {
  writer w = {.out = out,
              .to = {.init_destination = make_room,
                     .empty_output_buffer = full,
                     .term_destination = finished}};
  w.jpeg.err = jpeg_std_error(&w.errors);
  w.errors.error_exit = write_failed;
  w.errors.emit_message = ignored;
  w.errors.output_message = silent;
  int rc = guarded_write(&w, p, quality);
  jpeg_destroy_compress(&w.jpeg);
  free(w.row);
  return rc;
}

const lti_codec lti_image_jpeg = {read_jpeg, write_jpeg};
