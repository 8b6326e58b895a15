/* Correlation of planes with kernels: r[q z y x] = sum over p, i, j, l of
 * k[q p i j l] x[p z+i y+j x+l], or with the kernel reversed.
 *
 * Planes are copied into rows of `pitch` elements with their zeros around them. There, elements
 * that one tap of the kernel meets lie at a fixed distance from the result's place, so that results
 * are computed as one run of vectors over the rows (the columns between rows are thrown away), or
 * row by row where that is less work. A result is the sum over the taps in order, whatever the
 * number of threads; integers wrap. */
#include "cpu/isa.h"
#include "cpu/walk.h"

#if defined(__AVX512F__)
enum { VECTOR = 64 };
#elif defined(__AVX2__)
enum { VECTOR = 32 };
#else
enum { VECTOR = 16 };
#endif
enum { TILE_V = 4, TILE_Q = 2, CHUNK_TILES = 16 }; /* vectors, results; tiles of a unit of work */

typedef struct job {
  const lt_correlation *s;
  const char *x; /* the padded copy */
  const char *k;
  char *r;
  int64_t taps;                /* of one result: p kd kh kw */
  int64_t plane, slice, pitch; /* elements of a padded plane, of its slices and rows */
  int64_t run, runs;           /* places computed in one go, and how many times in a slice */
  int64_t chunk, chunks;       /* vectors of a run in a unit of work, and units */
  const int64_t *tap;          /* distance of the element that each tap meets */
} job;

#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* Places `at` to `at + n` of a run that starts at row y, into result plane r. */
static void put_columns(const job *j, int64_t size, char *r, int64_t y, int64_t at, int64_t n,
                        const char *values) {
  const lt_correlation *s = j->s;
  y += at / j->pitch;
  for (int64_t column = at % j->pitch; n > 0; column = 0, y++) {
    int64_t width = LT_MIN(n, j->pitch - column), kept = LT_MIN(width, s->ow - column);
    if (kept > 0) memcpy(r + (y * s->ow + column) * size, values, (size_t)(kept * size));
    values += width * size;
    n -= width;
  }
}

#define DEFINE(name, T)                                                                           \
  typedef T vector_##name __attribute__((vector_size(VECTOR), aligned(1), may_alias));            \
  /* out[q][v]: nv vectors of the places from x on, for nq results */                             \
  ALWAYS_INLINE void tile_##name(int nq, int nv, vector_##name out[TILE_Q][TILE_V], const job *j, \
                                 const T *x, const T *k) {                                        \
    vector_##name acc[TILE_Q][TILE_V];                                                            \
    for (int q = 0; q < nq; q++)                                                                  \
      for (int v = 0; v < nv; v++) acc[q][v] = (vector_##name){0};                                \
    for (int64_t t = 0; t < j->taps; t++) {                                                       \
      const vector_##name *from = (const vector_##name *)(x + j->tap[t]);                         \
      for (int q = 0; q < nq; q++)                                                                \
        for (int v = 0; v < nv; v++) acc[q][v] += from[v] * k[q * j->taps + t];                   \
    }                                                                                             \
    for (int q = 0; q < nq; q++)                                                                  \
      for (int v = 0; v < nv; v++) out[q][v] = acc[q][v];                                         \
  }                                                                                               \
  static void tiles_##name(int nq, int nv, vector_##name out[TILE_Q][TILE_V], const job *j,       \
                           const T *x, const T *k) {                                              \
    switch (nq * (TILE_V + 1) + nv) {                                                             \
    case 1 * (TILE_V + 1) + 1: tile_##name(1, 1, out, j, x, k); break;                            \
    case 1 * (TILE_V + 1) + 2: tile_##name(1, 2, out, j, x, k); break;                            \
    case 1 * (TILE_V + 1) + 3: tile_##name(1, 3, out, j, x, k); break;                            \
    case 1 * (TILE_V + 1) + 4: tile_##name(1, 4, out, j, x, k); break;                            \
    case 2 * (TILE_V + 1) + 1: tile_##name(2, 1, out, j, x, k); break;                            \
    case 2 * (TILE_V + 1) + 2: tile_##name(2, 2, out, j, x, k); break;                            \
    case 2 * (TILE_V + 1) + 3: tile_##name(2, 3, out, j, x, k); break;                            \
    case 2 * (TILE_V + 1) + 4: tile_##name(2, 4, out, j, x, k); break;                            \
    }                                                                                             \
  }                                                                                               \
  /* Units: [groups, pairs of results, slices, runs, chunks of a run]. */                         \
  static void units_##name(int64_t begin, int64_t end, void *ctx) {                               \
    enum { PER = VECTOR / sizeof(T) };                                                            \
    const job *j = ctx;                                                                           \
    const lt_correlation *s = j->s;                                                               \
    int64_t pairs = ceil_div(s->q, TILE_Q);                                                       \
    for (int64_t unit = begin; unit < end; unit++) {                                              \
      int64_t at = unit, first = at % j->chunks * j->chunk;                                       \
      int64_t y = (at /= j->chunks) % j->runs, z = (at /= j->runs) % s->od;                       \
      int64_t pair = (at /= s->od) % pairs, group = at / pairs, q = pair * TILE_Q;                \
      int nq = (int)LT_MIN(TILE_Q, s->q - q);                                                     \
      const T *x = (const T *)j->x + group * s->p * j->plane + z * j->slice + y * j->pitch;       \
      const T *k = (const T *)j->k + (group * s->q + q) * j->taps;                                \
      int64_t result = s->od * s->oh * s->ow;                                                     \
      char *r = j->r + ((group * s->q + q) * result + z * s->oh * s->ow) * (int64_t)sizeof(T);    \
      int64_t last = LT_MIN(first + j->chunk, ceil_div(j->run, PER));                             \
      for (int64_t v = first; v < last; v += TILE_V) {                                            \
        vector_##name out[TILE_Q][TILE_V];                                                        \
        int nv = (int)LT_MIN(TILE_V, last - v);                                                   \
        tiles_##name(nq, nv, out, j, x + v * PER, k);                                             \
        int64_t n = LT_MIN(nv * PER, j->run - v * PER);                                           \
        for (int i = 0; i < nq; i++)                                                              \
          put_columns(j, sizeof(T), r + i * result * (int64_t)sizeof(T), y, v * PER, n,           \
                      (const char *)out[i]);                                                      \
      }                                                                                           \
    }                                                                                             \
  }
DEFINE(byte, uint8_t)
DEFINE(char, int8_t)
DEFINE(short, int16_t)
DEFINE(int, int32_t)
DEFINE(long, int64_t)
DEFINE(float, float)
DEFINE(double, double)

static void (*const units[LT_NDTYPE])(int64_t, int64_t, void *) = {
    [LT_BYTE] = units_byte,     [LT_CHAR] = units_char, [LT_SHORT] = units_short,
    [LT_INT] = units_int,       [LT_LONG] = units_long, [LT_FLOAT] = units_float,
    [LT_DOUBLE] = units_double,
};

/* Copies the planes x between zeros; pad: zeros before each dimension. */
static void pad_planes(const job *j, int64_t size, char *to, int64_t bytes, const char *x) {
  const lt_correlation *s = j->s;
  int64_t pd = s->full ? s->kd - 1 : 0, ph = s->full ? s->kh - 1 : 0, pw = s->full ? s->kw - 1 : 0;
  memset(to, 0, (size_t)bytes);
  for (int64_t p = 0; p < s->groups * s->p; p++)
    for (int64_t z = 0; z < s->d; z++)
      for (int64_t y = 0; y < s->h; y++, x += s->w * size)
        memcpy(to + (p * j->plane + (z + pd) * j->slice + (y + ph) * j->pitch + pw) * size, x,
               (size_t)(s->w * size));
}

static void place_taps(const job *j, int64_t *tap) {
  const lt_correlation *s = j->s;
  for (int64_t p = 0; p < s->p; p++)
    for (int64_t d = 0; d < s->kd; d++)
      for (int64_t h = 0; h < s->kh; h++)
        for (int64_t w = 0; w < s->kw; w++) {
          int64_t at = d * j->slice + h * j->pitch + w;
          int64_t last = (s->kd - 1) * j->slice + (s->kh - 1) * j->pitch + s->kw - 1;
          *tap++ = p * j->plane + (s->flip ? last - at : at);
        }
}

/* One run over a whole slice, or one for each row: what takes fewer vectors of `per` elements. */
static void choose_runs(job *j, int64_t per) {
  const lt_correlation *s = j->s;
  int64_t whole = (s->oh - 1) * j->pitch + s->ow;
  bool rows = s->oh * ceil_div(s->ow, per) <= ceil_div(whole, per);
  j->run = rows ? s->ow : whole;
  j->runs = rows ? s->oh : 1;
  j->chunk = TILE_V * CHUNK_TILES;
  j->chunks = ceil_div(ceil_div(j->run, per), j->chunk);
}

lt_status CPU(xcorr)(int dtype, const lt_correlation *s, void *r, const void *x, const void *k) {
  int64_t size = lti_elsize(dtype), per = VECTOR / size, planes, elements, bytes, tap_bytes;
  job j = {.s = s, .k = k, .r = r, .taps = s->p * s->kd * s->kh * s->kw};
  j.pitch = s->ow + s->kw - 1;
  LT_CHECK(lti_mul(&j.slice, j.pitch, s->oh + s->kh - 1) &&
               lti_mul(&j.plane, j.slice, s->od + s->kd - 1) && lti_mul(&planes, s->groups, s->p) &&
               lti_mul(&elements, planes, j.plane) && elements < INT64_MAX / 16 &&
               lti_mul(&bytes, elements + per, size) &&
               lti_mul(&tap_bytes, j.taps, sizeof(int64_t)),
           ENOMEM, "xcorr: the planes are too large");
  choose_runs(&j, per);
  char *padded = lti_alloc((size_t)bytes);
  int64_t *tap = lti_alloc((size_t)tap_bytes);
  if (padded && tap) {
    pad_planes(&j, size, padded, bytes, x);
    place_taps(&j, tap);
    j.x = padded;
    j.tap = tap;
    int64_t work = j.taps * LT_MIN(j.chunk * per, j.run);
    lti_parallel(s->groups * ceil_div(s->q, TILE_Q) * s->od * j.runs * j.chunks,
                 LT_MAX(1, 4 * lti_grain / LT_MIN(work, 4 * lti_grain)), units[dtype], &j);
  }
  lt_status rc = padded && tap ? LT_OK : lti_out_of_memory((size_t)(bytes + tap_bytes));
  if (padded) lti_free(padded, (size_t)bytes);
  if (tap) lti_free(tap, (size_t)tap_bytes);
  return rc;
}
