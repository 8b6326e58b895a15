/* ctc.h: checks of the samples of connectionist temporal classification, shared by the kernels. */
#ifndef LT_CTC_H
#define LT_CTC_H

#include "core/internal.h"

/* Labels of a sample, up to the first 0. */
static inline int64_t lti_ctc_labels(int64_t width, const int64_t *label) {
  int64_t m = 0;
  while (m < width && label[m]) m++;
  return m;
}

/* Labels are classes other than blank up to the first 0, and there are frames for them: label
 * [n width], lengths [n]. */
static inline lt_status lti_ctc_check(int64_t frames, int64_t n, int64_t c, int64_t width,
                                      const int64_t *label, const int64_t *lengths, int64_t blank,
                                      int zero_infinity) {
  for (int64_t i = 0; i < n; i++, label += width) {
    int64_t labels = lti_ctc_labels(width, label), repeats = 0;
    LT_CHECK(lengths[i] >= 1 && lengths[i] <= frames, ERANGE,
             "ctc: length %lld of sample %lld is out of range [1, %lld]", (long long)lengths[i],
             (long long)i + 1, (long long)frames);
    for (int64_t l = 0; l < labels; l++) {
      LT_CHECK(label[l] >= 1 && label[l] <= c, ERANGE,
               "ctc: target %lld at position %lld of sample %lld is out of range [1, %lld]",
               (long long)label[l], (long long)l + 1, (long long)i + 1, (long long)c);
      LT_CHECK(label[l] != blank, ERANGE,
               "ctc: target %lld at position %lld of sample %lld is the blank", (long long)label[l],
               (long long)l + 1, (long long)i + 1);
      repeats += l > 0 && label[l] == label[l - 1];
    }
    LT_CHECK(zero_infinity || labels + repeats <= lengths[i], ERANGE,
             "ctc: the %lld targets of sample %lld need %lld frames, it has %lld",
             (long long)labels, (long long)i + 1, (long long)(labels + repeats),
             (long long)lengths[i]);
  }
  return LT_OK;
}

#endif
