/* Rows of interleaved samples to planes of elements and back. */
#include "image/codec.h"

#ifdef __x86_64__
#include <immintrin.h>
#define AVX2 __attribute__((target("avx2")))
#endif

/* One row of n pixels with a constant number of channels. */
#define STORE_CHANNELS(channels, OUT, value) \
  for (int c = 0; c < (channels); c++) {     \
    OUT *restrict to = out + c * plane;      \
    for (int64_t i = 0; i < n; i++) {        \
      const int v = row[i * (channels) + c]; \
      to[i] = (OUT)(value);                  \
    }                                        \
  }
#define STORE(name, OUT, IN, value)                                                                \
  static void name(void *to_plane, const IN *restrict row, int64_t n, int64_t plane, int channels, \
                   double scale) {                                                                 \
    OUT *out = to_plane;                                                                           \
    (void)scale;                                                                                   \
    switch (channels) {                                                                            \
    case 1: STORE_CHANNELS(1, OUT, value) break;                                                   \
    case 2: STORE_CHANNELS(2, OUT, value) break;                                                   \
    case 3: STORE_CHANNELS(3, OUT, value) break;                                                   \
    default: STORE_CHANNELS(4, OUT, value)                                                         \
    }                                                                                              \
  }
STORE(byte_of_8, uint8_t, uint8_t, v)
STORE(float_of_8, float, uint8_t, (float)v *(float)scale)
STORE(double_of_8, double, uint8_t, v *scale)
STORE(byte_of_16, uint8_t, uint16_t, v >> 8)
STORE(float_of_16, float, uint16_t, (float)v *(float)scale)
STORE(double_of_16, double, uint16_t, v *scale)

#define STORE_ROW(bits, from)                                                                 \
  int64_t n = p->h.width - (from), plane = p->h.width * p->h.height;                          \
  int64_t at = y * p->h.width + (from);                                                       \
  int channels = (int)p->h.channels;                                                          \
  double scale = 1. / (double)p->h.maximum;                                                   \
  switch (p->type) {                                                                          \
  case LT_IMAGE_BYTE: byte_of_##bits((uint8_t *)p->out + at, row, n, plane, channels, scale); \
      break;                                                                                  \
  case LT_IMAGE_FLOAT: float_of_##bits((float *)p->out + at, row, n, plane, channels, scale); \
      break;                                                                                  \
  default: double_of_##bits((double *)p->out + at, row, n, plane, channels, scale);           \
  }

#ifdef __x86_64__
/* RGB is by far the most frequent. Sixteen pixels are three vectors; TAKE(s, c) has where in vector
 * s the samples of channel c are (128: in another). */
enum { PIXELS = 16, BLOCK = 16 * PIXELS, CACHE = 1 << 22 };
#define WHERE(s, c, j) \
  (char)(3 * (j) + (c) >= 16 * (s) && 3 * (j) + (c) < 16 * (s) + 16 ? 3 * (j) + (c)-16 * (s) : 128)
#define TAKE(s, c)                                                                              \
  _mm_setr_epi8(WHERE(s, c, 0), WHERE(s, c, 1), WHERE(s, c, 2), WHERE(s, c, 3), WHERE(s, c, 4), \
                WHERE(s, c, 5), WHERE(s, c, 6), WHERE(s, c, 7), WHERE(s, c, 8), WHERE(s, c, 9), \
                WHERE(s, c, 10), WHERE(s, c, 11), WHERE(s, c, 12), WHERE(s, c, 13),             \
                WHERE(s, c, 14), WHERE(s, c, 15))
#define TAKEN(c)                                 \
  _mm_or_si128(_mm_shuffle_epi8(v0, TAKE(0, c)), \
               _mm_or_si128(_mm_shuffle_epi8(v1, TAKE(1, c)), _mm_shuffle_epi8(v2, TAKE(2, c))))

/* n pixels, a multiple of 16, to three planes. */
AVX2 static void split(uint8_t *red, uint8_t *green, uint8_t *blue, const uint8_t *row, int64_t n) {
  for (int64_t i = 0; i < n; i += PIXELS) {
    const __m128i *from = (const __m128i *)(const void *)(row + 3 * i);
    __m128i v0 = _mm_loadu_si128(from), v1 = _mm_loadu_si128(from + 1);
    __m128i v2 = _mm_loadu_si128(from + 2);
    _mm_storeu_si128((__m128i *)(void *)(red + i), TAKEN(0));
    _mm_storeu_si128((__m128i *)(void *)(green + i), TAKEN(1));
    _mm_storeu_si128((__m128i *)(void *)(blue + i), TAKEN(2));
  }
}

AVX2 static void widen_float(float *restrict to, const uint8_t *restrict from, int64_t n,
                             float scale, bool past_caches) {
  int64_t i = 0;
  if (past_caches && ((uintptr_t)to & 31) == 0) {
    for (; i + 8 <= n; i += 8) {
      __m128i bytes = _mm_loadl_epi64((const __m128i *)(const void *)(from + i));
      __m256 v = _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(bytes));
      _mm256_stream_ps(to + i, _mm256_mul_ps(v, _mm256_set1_ps(scale)));
    }
  }
  for (; i < n; i++) to[i] = (float)from[i] * scale;
}

AVX2 static void widen_double(double *restrict to, const uint8_t *restrict from, int64_t n,
                              double scale) {
  for (int64_t i = 0; i < n; i++) to[i] = from[i] * scale;
}

/* As many pixels of an RGB row as vectors take; returns their number. */
AVX2 static int64_t store_rgb(const lti_planes *p, int64_t y, const uint8_t *row) {
  int64_t n = p->h.width / PIXELS * PIXELS, plane = p->h.width * p->h.height;
  double scale = 1. / (double)p->h.maximum;
  bool large = plane * 3 * (int64_t)sizeof(float) > CACHE;
  uint8_t part[3][BLOCK];
  for (int64_t i = 0; i < n; i += BLOCK) {
    int64_t m = n - i < BLOCK ? n - i : BLOCK, at = y * p->h.width + i;
    if (p->type == LT_IMAGE_BYTE) {
      uint8_t *to = (uint8_t *)p->out + at;
      split(to, to + plane, to + 2 * plane, row + 3 * i, m);
      continue;
    }
    split(part[0], part[1], part[2], row + 3 * i, m);
    for (int c = 0; c < 3; c++) {
      if (p->type == LT_IMAGE_FLOAT)
        widen_float((float *)p->out + c * plane + at, part[c], m, (float)scale, large);
      else
        widen_double((double *)p->out + c * plane + at, part[c], m, scale);
    }
  }
  if (large) _mm_sfence(); /* other threads see what was written past the caches */
  return n;
}
#endif

void lti_image_store8(const lti_planes *p, int64_t y, const uint8_t *row) {
  int64_t done = 0;
#ifdef __x86_64__
  if (p->h.channels == 3 && __builtin_cpu_supports("avx2")) done = store_rgb(p, y, row);
#endif
  row += done * p->h.channels;
  STORE_ROW(8, done)
}

void lti_image_store16(const lti_planes *p, int64_t y, const uint16_t *row) { STORE_ROW(16, 0) }

void lti_image_interleave(uint8_t *row, const lti_pixels *p, int64_t y) {
  int64_t plane = p->height * p->width;
  for (int64_t c = 0; c < p->channels; c++) {
    const uint8_t *from = p->planes + c * plane + y * p->width;
    for (int64_t i = 0; i < p->width; i++) row[i * p->channels + c] = from[i];
  }
}
