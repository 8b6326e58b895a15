/* Rows of interleaved samples to planes of elements and back. */
#include "image/codec.h"

#ifdef __x86_64__
#include <immintrin.h>
#define AVX2 __attribute__((target("avx2")))
#define VBMI __attribute__((target("avx512f,avx512bw,avx512vbmi")))
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
/* RGB is by far the most frequent. Pictures that do not fit into the caches are written past them,
 * where the rows of planes are aligned. */
enum { CACHE = 1 << 22 };
#define INLINE static inline __attribute__((always_inline))
#define AT(x) ((const __m128i *)(const void *)(x))

/* Sixteen pixels are three vectors; TAKE(s, c) has where in vector s the samples of channel c are
 * (128: in another). */
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

/* The first pixels of a row of n to three planes; returns how many. */
AVX2 static int64_t split_bytes(uint8_t *to, int64_t plane, const uint8_t *row, int64_t n) {
  int64_t i = 0;
  for (; i + 16 <= n; i += 16) {
    const __m128i *from = AT(row + 3 * i);
    __m128i v0 = _mm_loadu_si128(from), v1 = _mm_loadu_si128(from + 1);
    __m128i v2 = _mm_loadu_si128(from + 2);
    _mm_storeu_si128((__m128i *)(void *)(to + i), TAKEN(0));
    _mm_storeu_si128((__m128i *)(void *)(to + plane + i), TAKEN(1));
    _mm_storeu_si128((__m128i *)(void *)(to + 2 * plane + i), TAKEN(2));
  }
  return i;
}

AVX2 INLINE void put_float(float *to, __m256i v, double scale, bool past_caches) {
  __m256 x = _mm256_mul_ps(_mm256_cvtepi32_ps(v), _mm256_set1_ps((float)scale));
  if (past_caches)
    _mm256_stream_ps(to, x);
  else
    _mm256_storeu_ps(to, x);
}

AVX2 INLINE void put_double(double *to, __m256i v, double scale, bool past_caches) {
  for (int half = 0; half < 2; half++) {
    __m128i four = half ? _mm256_extracti128_si256(v, 1) : _mm256_castsi256_si128(v);
    __m256d x = _mm256_mul_pd(_mm256_cvtepi32_pd(four), _mm256_set1_pd(scale));
    if (past_caches)
      _mm256_stream_pd(to + 4 * half, x);
    else
      _mm256_storeu_pd(to + 4 * half, x);
  }
}

/* As split_bytes, eight pixels at a time; the last pixels are left, since 4 bytes more are read. */
#define SAMPLES(c) c, -1, -1, -1, 3 + c, -1, -1, -1, 6 + c, -1, -1, -1, 9 + c, -1, -1, -1
#define SPLIT(T)                                                                                   \
  AVX2 static int64_t split_##T(T *to, int64_t plane, const uint8_t *row, int64_t n, double scale, \
                                bool past_caches) {                                                \
    const __m256i take[3] = {_mm256_setr_epi8(SAMPLES(0), SAMPLES(0)),                             \
                             _mm256_setr_epi8(SAMPLES(1), SAMPLES(1)),                             \
                             _mm256_setr_epi8(SAMPLES(2), SAMPLES(2))};                            \
    int64_t i = 0;                                                                                 \
    for (; i + 10 <= n; i += 8) {                                                                  \
      __m256i v = _mm256_loadu2_m128i(AT(row + 3 * i + 12), AT(row + 3 * i));                      \
      for (int c = 0; c < 3; c++)                                                                  \
        put_##T(to + c * plane + i, _mm256_shuffle_epi8(v, take[c]), scale, past_caches);          \
    }                                                                                              \
    return i;                                                                                      \
  }
SPLIT(float)
SPLIT(double)

/* Sixteen pixels of an RGB row at a time. */
VBMI static int64_t split_float_vbmi(float *to, int64_t plane, const uint8_t *row, int64_t n,
                                     double scale, bool past_caches) {
  const __m512i first =
      _mm512_setr_epi32(0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 33, 36, 39, 42, 45);
  const __m512 times = _mm512_set1_ps((float)scale);
  int64_t i = 0;
  for (; i + 16 <= n; i += 16) {
    __m512i v = _mm512_maskz_loadu_epi8(((__mmask64)1 << 48) - 1, row + 3 * i);
    for (int c = 0; c < 3; c++) {
      __m512i at = _mm512_add_epi32(first, _mm512_set1_epi32(c));
      __m512i samples = _mm512_maskz_permutexvar_epi8(0x1111111111111111, at, v);
      __m512 x = _mm512_mul_ps(_mm512_cvtepi32_ps(samples), times);
      if (past_caches)
        _mm512_stream_ps(to + c * plane + i, x);
      else
        _mm512_storeu_ps(to + c * plane + i, x);
    }
  }
  return i;
}

static bool aligned(const void *to, int64_t plane_bytes) {
  return ((uintptr_t)to | (uintptr_t)plane_bytes) % 64 == 0;
}

/* As many pixels of an RGB row as vectors take; returns their number. */
static int64_t store_rgb(const lti_planes *p, int64_t y, const uint8_t *row) {
  int64_t n = p->h.width, plane = p->h.width * p->h.height, at = y * p->h.width;
  double scale = 1. / (double)p->h.maximum;
  if (p->type == LT_IMAGE_BYTE) return split_bytes((uint8_t *)p->out + at, plane, row, n);
  if (p->type == LT_IMAGE_DOUBLE) {
    double *to = (double *)p->out + at;
    int64_t bytes = plane * (int64_t)sizeof *to;
    return split_double(to, plane, row, n, scale, bytes > CACHE / 3 && aligned(to, bytes));
  }
  float *to = (float *)p->out + at;
  int64_t bytes = plane * (int64_t)sizeof *to;
  bool past_caches = bytes > CACHE / 3 && aligned(to, bytes);
  return (__builtin_cpu_supports("avx512vbmi") ? split_float_vbmi : split_float)(
      to, plane, row, n, scale, past_caches);
}

void lti_image_stored(void) { _mm_sfence(); }
#else
void lti_image_stored(void) {}
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
