/* PGM and PPM: P2 and P3 (decimal numbers), P5 and P6 (bytes, or 16 bits with the high byte first).
 * Writes P5 and P6 with 255 as the largest sample. */
#include <stdio.h>

#include "image/codec.h"

typedef struct reader {
  const uint8_t *at, *end;
} reader;

static bool is_space(int c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/* *v = the next number, after white space and comments. */
static int number(reader *r, int64_t *v) {
  while (r->at < r->end && (is_space(*r->at) || *r->at == '#')) {
    if (*r->at == '#')
      while (r->at < r->end && *r->at != '\n') r->at++;
    else
      r->at++;
  }
  if (r->at == r->end) return lti_image_fail("it is cut short");
  if (*r->at < '0' || *r->at > '9')
    return lti_image_fail("a number is expected where byte %d is", *r->at);
  int64_t n = 0;
  for (; r->at < r->end && *r->at >= '0' && *r->at <= '9'; r->at++) {
    n = n * 10 + (*r->at - '0');
    if (n > INT32_MAX) return lti_image_fail("a number is too large");
  }
  *v = n;
  return 0;
}

static int too_short(const lt_image_header *h) {
  return lti_image_fail("it is cut short: %lld x %lld pixels are declared", (long long)h->width,
                        (long long)h->height);
}

/* A row of samples, of 16 bits where bytes do not hold them. */
static int read_row(reader *r, void *row, const lt_image_header *h, bool decimal) {
  int64_t n = h->width * h->channels;
  bool wide = h->maximum > 255;
  uint8_t *narrow_row = row;
  uint16_t *wide_row = row;
  for (int64_t i = 0; i < n; i++) {
    int64_t v;
    if (decimal) {
      if (number(r, &v)) return 1;
    } else if (wide) {
      v = r->at[0] << 8 | r->at[1];
      r->at += 2;
    } else {
      v = *r->at++;
    }
    if (v > h->maximum)
      return lti_image_fail("a sample is %lld, and %lld is declared as the largest", (long long)v,
                            (long long)h->maximum);
    if (wide)
      wide_row[i] = (uint16_t)v;
    else
      narrow_row[i] = (uint8_t)v;
  }
  return 0;
}

static int read_rows(reader *r, const lti_planes *p, bool decimal) {
  size_t row_bytes = (size_t)(p->h.width * p->h.channels) * (p->h.maximum > 255 ? 2 : 1);
  void *row = malloc(row_bytes);
  if (!row) return lti_image_fail("out of memory");
  int rc = 0;
  for (int64_t y = 0; rc == 0 && y < p->h.height; y++) {
    rc = read_row(r, row, &p->h, decimal);
    if (rc) break;
    if (p->h.maximum > 255)
      lti_image_store16(p, y, row);
    else
      lti_image_store8(p, y, row);
  }
  free(row);
  return rc;
}

static int read_pnm(lt_image_header *h, lti_planes *planes, const uint8_t *bytes, int64_t n) {
  reader r = {bytes, bytes + n};
  if (n < 3 || bytes[0] != 'P' || !strchr("2356", bytes[1]))
    return lti_image_fail("it does not begin with P2, P3, P5 or P6");
  int kind = bytes[1] - '0';
  bool decimal = kind < 5;
  h->channels = kind == 3 || kind == 6 ? 3 : 1;
  r.at += 2;
  if (number(&r, &h->width) || number(&r, &h->height) || number(&r, &h->maximum)) return 1;
  if (h->maximum < 1 || h->maximum > 65535)
    return lti_image_fail("%lld is declared as the largest sample", (long long)h->maximum);
  if (lti_image_check_header(h, n)) return 1;
  if (!decimal) r.at += r.at < r.end; /* one white space character */
  int64_t samples = h->width * h->height, left = r.end - r.at;
  int64_t a_sample = decimal || h->maximum > 255 ? 2 : 1;
  if (samples > left / (h->channels * a_sample) + decimal) return too_short(h);
  if (!planes) return 0;
  if (memcmp(h, &planes->h, sizeof *h) != 0) return lti_image_fail("its header has changed");
  return read_rows(&r, planes, decimal);
}

static int write_pnm(lti_writer *w, const lti_pixels *p, int quality) {
  (void)quality;
  char header[64];
  int length = snprintf(header, sizeof header, "P%d\n%lld %lld\n255\n", p->channels == 1 ? 5 : 6,
                        (long long)p->width, (long long)p->height);
  size_t row = (size_t)(p->width * p->channels);
  if (!lti_image_reserve(w, (size_t)length + row * (size_t)p->height))
    return lti_image_fail("out of memory");
  memcpy(w->data, header, (size_t)length);
  w->size = (size_t)length;
  for (int64_t y = 0; y < p->height; y++, w->size += row)
    lti_image_interleave(w->data + w->size, p, y);
  return 0;
}

const lti_codec lti_image_pnm = {read_pnm, write_pnm};
