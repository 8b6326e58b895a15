/* stream.h: stores that go past the caches. A result larger than they are is written faster so,
 * because its lines need not be read first, and it leaves the inputs cached. */
#ifndef LT_STREAM_H
#define LT_STREAM_H

#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <immintrin.h>
#endif

/* STREAM_LINE: alignment and step of streamed memory. STREAM_FROM: bytes of all operands from which
 * streaming pays, about the share of the last-level cache that a few cores have. */
enum { STREAM_LINE = 64, STREAM_FROM = 32 << 20 };

/* Copies whole lines to a line-aligned place; stream_end() before another thread reads them. */
static inline void stream_copy(char *dst, const char *src, int64_t bytes) {
#if defined(__AVX512F__)
  for (int64_t i = 0; i < bytes; i += 64)
    _mm512_stream_si512((void *)(dst + i), _mm512_loadu_si512(src + i));
#elif defined(__SSE2__)
  for (int64_t i = 0; i < bytes; i += 16)
    _mm_stream_si128((__m128i *)(dst + i), _mm_loadu_si128((const __m128i *)(src + i)));
#else
  memcpy(dst, src, (size_t)bytes);
#endif
}

static inline void stream_end(void) {
#ifdef __SSE2__
  _mm_sfence();
#endif
}

#endif
