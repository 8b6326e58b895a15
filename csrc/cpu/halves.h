/* halves.h: conversion of neighbouring halves to floats and back, as core/half.h does it, by the
 * instructions that an instruction set has for it; only the bits of NaNs may differ. */
#ifndef LT_CPU_HALVES_H
#define LT_CPU_HALVES_H

#include "core/half.h"

#ifdef __F16C__
#include <immintrin.h>
#endif

static inline void halves_to_floats(float *restrict r, const uint16_t *restrict x, int64_t n) {
  int64_t i = 0;
#ifdef __F16C__
  for (; i + 8 <= n; i += 8)
    _mm256_storeu_ps(r + i,
                     _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(const void *)(x + i))));
#endif
  for (; i < n; i++) r[i] = lti_half_to_float(x[i]);
}

static inline void floats_to_halves(uint16_t *restrict r, const float *restrict x, int64_t n) {
  int64_t i = 0;
#ifdef __F16C__
  for (; i + 8 <= n; i += 8)
    _mm_storeu_si128((__m128i *)(void *)(r + i),
                     _mm256_cvtps_ph(_mm256_loadu_ps(x + i), _MM_FROUND_TO_NEAREST_INT));
#endif
  for (; i < n; i++) r[i] = lti_float_to_half(x[i]);
}

#endif
