/* Pictures whose pixels are fetched from elsewhere: warp by a field, rotation, polar coordinates.
 * For each row of the result the places in the source are computed, then the pixels there. */
#include "core/image_bytes.h"
#include "core/image_warp.h"
#include "cpu/isa.h"

typedef struct job {
  void *r;
  const void *x;
  int64_t planes;
  lti_fetch fetch;
  int64_t workers;
  lti_place *places; /* of a row, for each worker */
} job;

/* The fields of f are copied, since `out` might alias them. */
static void place_row(lti_place *out, const lti_fetch *fetch, int64_t row) {
  const lti_fetch f = *fetch;
  if (f.field)
    for (int64_t i = 0; i < f.w; i++) out[i] = lti_warp_place(&f, row, i);
  else if (f.kind == LT_IMAGE_ROTATE)
    for (int64_t i = 0; i < f.w; i++) out[i] = lti_rotate_place(&f, row, i);
  else
    for (int64_t i = 0; i < f.w; i++) out[i] = lti_polar_place(&f, row, i);
}

/* Row y of all planes from its places; `count` taps in each direction, made by `make`. */
#define SAMPLE(T, name, count, make, STORE)                                                \
  static void name(const job *j, const lti_place *places, int64_t y) {                     \
    int64_t h0 = j->fetch.h0, w0 = j->fetch.w0, w = j->fetch.w;                            \
    int64_t plane = j->fetch.h * w, plane0 = h0 * w0;                                      \
    for (int64_t i = 0; i < w; i++) {                                                      \
      T *out = (T *)j->r + y * w + i;                                                      \
      if (places[i].y < 0) {                                                               \
        for (int64_t p = 0; p < j->planes; p++) out[p * plane] = (T)STORE(j->fetch.value); \
        continue;                                                                          \
      }                                                                                    \
      lti_taps ty, tx;                                                                     \
      make(&ty, places[i].y, h0);                                                          \
      make(&tx, places[i].x, w0);                                                          \
      for (int64_t p = 0; p < j->planes; p++) {                                            \
        const T *source = (const T *)j->x + p * plane0;                                    \
        double sum = 0;                                                                    \
        for (int k = 0; k < (count); k++) {                                                \
          const T *row = source + ty.at[k] * w0;                                           \
          double part = 0;                                                                 \
          for (int l = 0; l < (count); l++) part += tx.weight[l] * (double)row[tx.at[l]];  \
          sum += ty.weight[k] * part;                                                      \
        }                                                                                  \
        out[p * plane] = (T)STORE(sum);                                                    \
      }                                                                                    \
    }                                                                                      \
  }

typedef void (*sampler)(const job *j, const lti_place *places, int64_t y);

#define SAMPLERS(T, name, STORE)                                                   \
  SAMPLE(T, nearest_##name, 1, lti_taps_nearest, STORE)                            \
  SAMPLE(T, bilinear_##name, 2, lti_taps_linear, STORE)                            \
  SAMPLE(T, bicubic_##name, 4, lti_taps_cubic, STORE)                              \
  SAMPLE(T, lanczos_##name, 6, lti_taps_lanczos, STORE)                            \
  static const sampler samplers_##name[] = {[LT_IMAGE_SIMPLE] = nearest_##name,    \
                                            [LT_IMAGE_BILINEAR] = bilinear_##name, \
                                            [LT_IMAGE_BICUBIC] = bicubic_##name,   \
                                            [LT_IMAGE_LANCZOS] = lanczos_##name};
SAMPLERS(uint8_t, byte, lti_image_byte)
SAMPLERS(float, float, )
SAMPLERS(double, double, )

typedef struct task {
  const job *j;
  sampler sample;
} task;

static void part(int64_t begin, int64_t end, void *ctx) {
  const task *t = ctx;
  const job *j = t->j;
  int64_t h = j->fetch.h;
  for (int64_t worker = begin; worker < end; worker++) {
    lti_place *places = j->places + worker * j->fetch.w;
    int64_t last = h * (worker + 1) / j->workers;
    for (int64_t y = h * worker / j->workers; y < last; y++) {
      place_row(places, &j->fetch, y);
      t->sample(j, places, y);
    }
  }
}

static lt_status run(int dtype, void *r, const void *x, int64_t planes, const lti_fetch *f) {
  const sampler *samplers = dtype == LT_BYTE    ? samplers_byte
                            : dtype == LT_FLOAT ? samplers_float
                                                : samplers_double;
  int64_t work = 8 * f->h * f->w * planes;
  job j = {r, x, planes, *f, 1, NULL};
  j.workers = LT_MAX(1, LT_MIN(LT_MIN(lt_get_num_threads(), f->h), work / lti_grain));
  size_t bytes = (size_t)(j.workers * f->w) * sizeof *j.places;
  j.places = lti_alloc(bytes);
  if (!j.places) return lti_out_of_memory(bytes);
  lti_parallel(j.workers, 1, part, &(task){&j, samplers[f->mode]});
  lti_free(j.places, bytes);
  return LT_OK;
}

lt_status CPU(image_warp)(int dtype, void *r, const void *x, const double *field, int64_t planes,
                          int64_t h, int64_t w, int64_t h0, int64_t w0, int mode, bool offset,
                          bool pad, double value) {
  lti_fetch f = lti_fetch_warp(field, h, w, h0, w0, mode, offset, pad, value);
  return run(dtype, r, x, planes, &f);
}

lt_status CPU(image_turn)(int dtype, void *r, const void *x, int64_t planes, int64_t h, int64_t w,
                          int64_t h0, int64_t w0, int kind, int mode, double a) {
  lti_fetch f = lti_fetch_turn(h, w, h0, w0, kind, mode, a);
  return run(dtype, r, x, planes, &f);
}
