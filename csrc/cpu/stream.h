/* stream.h: large results written past the caches. Their lines need not be read first then, which
 * saves a third to a half of the time of a loop that memory bounds. Loops know nothing of this:
 * they write to a short buffer that stays in the first-level cache, and its lines are streamed. */
#ifndef LT_STREAM_H
#define LT_STREAM_H

#include <stdlib.h>

#include "core/internal.h"
#ifdef __AVX__
#include <immintrin.h>
#endif

/* FROM: bytes of all operands from which streaming pays, a few times a core's last-level cache; of
 * fewer, what reads the result next finds some of it there.
 * BUFFER: bytes written by one call of the loop. The buffer lies half a PAGE from the result,
 * modulo pages: processors take a load for one from a recent store when the addresses are equal
 * within a page, and the inputs of large tensors all have the result's address there. */
enum { STREAM_FROM = 64 << 20, STREAM_LINE = 64, STREAM_BUFFER = 1024, STREAM_PAGE = 4096 };

/* Copies whole lines to a line-aligned place. */
static inline void stream_copy(char *dst, const char *src, int64_t bytes) {
#if defined(__AVX512F__)
  for (int64_t i = 0; i < bytes; i += 64)
    _mm512_stream_si512((void *)(dst + i), _mm512_loadu_si512(src + i));
#elif defined(__AVX__)
  for (int64_t i = 0; i < bytes; i += 32)
    _mm256_stream_si256((__m256i *)(dst + i), _mm256_loadu_si256((const __m256i *)(src + i)));
#else
  memcpy(dst, src, (size_t)bytes);
#endif
}

/* Makes what was streamed visible to the other threads before what this one does next. */
static inline void stream_end(void) {
#ifdef __AVX__
  _mm_sfence();
#endif
}

/* Whether a result of elements of `size` bytes is large, contiguous along its rows, and not one of
 * the inputs. */
static inline bool stream_pays(const lt_iter *it, int64_t size) {
#ifdef __AVX__
  if (it->numel < STREAM_FROM / (LT_MAXOP * 8) || it->ndim < 1) return false;
  if (it->stride[0][0] != size || (uintptr_t)it->base[0] % (uintptr_t)size != 0) return false;
  int64_t bytes = 0;
  for (int k = 0; k < it->nop; k++) {
    if (k > 0 && it->base[k] == it->base[0]) return false;
    int64_t nearest = STREAM_LINE;
    for (int d = 0; d < it->ndim; d++) nearest = LT_MIN(nearest, llabs(it->stride[k][d]));
    bytes += nearest * it->numel;
  }
  return bytes >= STREAM_FROM;
#else
  (void)it, (void)size;
  return false; /* 16-byte stores are slower past the caches than into them */
#endif
}

/* Copies bytes between two places that do not overlap. */
static inline void stream_move(char *dst, const char *src, int64_t bytes) {
  int64_t head = LT_MIN((int64_t)(-(uintptr_t)dst % STREAM_LINE), bytes);
  int64_t lines = (bytes - head) / STREAM_LINE * STREAM_LINE;
  memcpy(dst, src, (size_t)head);
  stream_copy(dst + head, src + head, lines);
  memcpy(dst + head + lines, src + head + lines, (size_t)(bytes - head - lines));
  stream_end();
}

static inline void stream_zero(char *dst, int64_t bytes) {
  static const _Alignas(STREAM_LINE) char zeros[STREAM_LINE];
  int64_t head = LT_MIN((int64_t)(-(uintptr_t)dst % STREAM_LINE), bytes), i = head;
  memset(dst, 0, (size_t)head);
  for (; i + STREAM_LINE <= bytes; i += STREAM_LINE) stream_copy(dst + i, zeros, STREAM_LINE);
  memset(dst + i, 0, (size_t)(bytes - i));
  stream_end();
}

/* lti_iter_run for a result of elements of `size` bytes, streamed where that pays. */
static inline void stream_run(const lt_iter *it, int64_t size, int64_t begin, int64_t end,
                              lt_loop loop, const lt_scalar *params) {
  if (it->ndim != 1 || !stream_pays(it, size)) {
    lti_iter_run(it, begin, end, loop, params);
    return;
  }
  _Alignas(STREAM_LINE) char area[STREAM_PAGE + STREAM_BUFFER];
  int64_t stride[LT_MAXOP];
  for (int k = 0; k < it->nop; k++) stride[k] = it->stride[k][0];
  for (int64_t i = begin, n; i < end; i += n) {
    char *ptr[LT_MAXOP], *dst = it->base[0] + i * size;
    int64_t before_line = (int64_t)(-(uintptr_t)dst % STREAM_LINE) / size;
    n = LT_MIN(before_line ? before_line : STREAM_BUFFER / size, end - i);
    char *buffer = area + ((uintptr_t)dst - (uintptr_t)area + STREAM_PAGE / 2) / STREAM_LINE *
                              STREAM_LINE % STREAM_PAGE;
    bool lines = !before_line && n * size % STREAM_LINE == 0;
    for (int k = 1; k < it->nop; k++) ptr[k] = it->base[k] + i * stride[k];
    ptr[0] = lines ? buffer : dst;
    loop(ptr, stride, n, params);
    if (lines) stream_copy(dst, buffer, n * size);
  }
  stream_end();
}

#endif
