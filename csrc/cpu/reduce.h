/* reduce.h: what the reduction kernels share: element types, the loops of reduce.def's rows, and a
 * walk over the outputs of a reduction.
 *
 * Results depend neither on the number of threads nor on the instruction set: every sum is cut
 * into chunks fixed by its length, a chunk of LANES or more is accumulated in LANES partial sums
 * (element i goes to lane i % LANES), lanes are combined pairwise and chunks in order. */
#ifndef LT_CPU_REDUCE_H
#define LT_CPU_REDUCE_H

#include <math.h>

#include "core/half.h"
#include "core/reduce.h"
#include "cpu/isa.h"

#define LT_UNUSED __attribute__((unused))

enum {
  LANES = 32,
  CHUNK = 32768,        /* elements reduced as a unit along one line of elements */
  TILE = 512,           /* columns reduced side by side */
  TILE_CHUNK = 1 << 19, /* elements reduced as a unit in a tile */
};

typedef uint16_t half;
typedef uint16_t bfloat16;

/* M(name, DTYPE, stored type, accumulator, member of lt_scalar, ...) for each dtype of a class. */
#define LT_REDUCE_BYTE(M, ...) M(byte, BYTE, uint8_t, int64_t, i, __VA_ARGS__)
#define LT_REDUCE_SHORT_FLT(M, ...)           \
  M(half, HALF, half, double, f, __VA_ARGS__) \
  M(bfloat16, BFLOAT16, bfloat16, double, f, __VA_ARGS__)
#define LT_REDUCE_REAL(M, ...)                   \
  M(float, FLOAT, float, double, f, __VA_ARGS__) \
  M(double, DOUBLE, double, double, f, __VA_ARGS__)
#define LT_REDUCE_INT(M, ...)                       \
  LT_REDUCE_BYTE(M, __VA_ARGS__)                    \
  M(char, CHAR, int8_t, int64_t, i, __VA_ARGS__)    \
  M(short, SHORT, int16_t, int64_t, i, __VA_ARGS__) \
  M(int, INT, int32_t, int64_t, i, __VA_ARGS__)     \
  M(long, LONG, int64_t, int64_t, i, __VA_ARGS__)
#define LT_REDUCE_FLT(M, ...) LT_REDUCE_REAL(M, __VA_ARGS__) LT_REDUCE_SHORT_FLT(M, __VA_ARGS__)
#define LT_REDUCE_ALL(M, ...) LT_REDUCE_INT(M, __VA_ARGS__) LT_REDUCE_FLT(M, __VA_ARGS__)

/* An element as an accumulator, and back. */
static inline int64_t load_byte(uint8_t v) { return v; }
static inline int64_t load_char(int8_t v) { return v; }
static inline int64_t load_short(int16_t v) { return v; }
static inline int64_t load_int(int32_t v) { return v; }
static inline int64_t load_long(int64_t v) { return v; }
static inline double load_half(half v) { return lti_half_to_float(v); }
static inline double load_float(float v) { return v; }
static inline double load_double(double v) { return v; }
static inline double load_bfloat16(bfloat16 v) { return lti_bfloat16_to_float(v); }
static inline uint8_t store_byte(int64_t v) { return (uint8_t)v; }
static inline int8_t store_char(int64_t v) { return (int8_t)v; }
static inline int16_t store_short(int64_t v) { return (int16_t)v; }
static inline int32_t store_int(int64_t v) { return (int32_t)v; }
static inline int64_t store_long(int64_t v) { return v; }
static inline half store_half(double v) { return lti_float_to_half((float)v); }
static inline float store_float(double v) { return (float)v; }
static inline double store_double(double v) { return v; }
static inline bfloat16 store_bfloat16(double v) { return lti_float_to_bfloat16((float)v); }

/* Accumulator of a reducer. */
typedef union reduce_state {
  lt_scalar value;
  struct {
    double n, mean, m2; /* m2: sum of squared distances from the mean */
  } moments;
  struct {
    lt_scalar value;
    int64_t at; /* 0-based position, -1 before the first element */
  } extremum;
} reduce_state;

/* Writes the values of n states as elements of dtype, the first to dst and `step` bytes apart. */
void CPU(reduce_store)(int dtype, char *dst, int64_t step, const reduce_state *s, int64_t n);

/* The loops of one row for one dtype. */
typedef struct reduce_loops {
  void (*start)(lt_scalar *acc);
  /* *acc = *acc combined with n elements; stride in bytes */
  void (*line)(lt_scalar *acc, const char *src, int64_t stride, int64_t n, double p);
  /* acc[j] = acc[j] combined with column j of n columns `step` bytes apart, for `rows` rows */
  void (*columns)(lt_scalar *acc, const char *src, int64_t step, int64_t n, int64_t stride,
                  int64_t rows, double p);
  void (*combine)(lt_scalar *acc, const lt_scalar *other);
  /* makes `count` accumulators of n elements each the results */
  void (*finish)(reduce_state *s, int64_t count, int64_t n, double p);
} reduce_loops;

extern const reduce_loops CPU(reduce_loops)[LT_NREDUCE][LT_NDTYPE];

/* A reduction for the two walks below. */
typedef struct reducer {
  void (*start)(const struct reducer *r, reduce_state *s);
  /* takes in n elements `stride` bytes apart, which are at positions first, first + 1, ... */
  void (*line)(const struct reducer *r, reduce_state *s, const char *src, int64_t stride, int64_t n,
               int64_t first);
  /* s[j] = column j of n (at most TILE) columns `step` bytes apart, for rows first .. last - 1,
   * which are `stride` bytes apart; src is row `first` */
  void (*columns)(const struct reducer *r, reduce_state *s, const char *src, int64_t step,
                  int64_t n, int64_t stride, int64_t first, int64_t last);
  void (*combine)(const struct reducer *r, reduce_state *s, const reduce_state *later);
  /* writes the results of n states to operands k = 1, 2..., the first to dst[k] and step[k] bytes
   * apart; the states are spent */
  void (*put)(const struct reducer *r, char *const *dst, const int64_t *step, reduce_state *s,
              int64_t n);
  int op, dtype;
  int64_t len;
  double p;
  int unbiased, root;
} reducer;

/* *out = r over all elements of operand 0, of which there are one or more. */
lt_status CPU(reduce_whole)(reduce_state *out, const reducer *r, const lt_iter *it);
/* Writes r along a dimension of r->len elements `stride` bytes apart, for each position of it. */
lt_status CPU(reduce_along)(const reducer *r, const lt_iter *it, int64_t stride);

#endif
