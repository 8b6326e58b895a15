/* Pictures whose pixels are fetched from elsewhere: warp by a field, rotation, polar coordinates.
 * For each row of the result the places in the source are computed, then the pixels there. */
#include "cpu/isa.h"

typedef struct place {
  double y, x; /* inside of the source, or y < 0: outside */
} place;

typedef struct job {
  void *r;
  const void *x;
  const double *field;
  int64_t planes, h, w, h0, w0;
  int kind, mode; /* kind: -1 for a warp */
  bool offset, pad;
  double value; /* outside */
  double a;
  int64_t workers;
  place *places; /* of a row, for each worker */
} job;

static const place outside = {-1, -1};

static inline double limit(double v, double most) { return v >= 0 ? v <= most ? v : most : 0; }

static void warp_row(place *out, const job *j, int64_t row) {
  const double *fy = j->field + row * j->w, *fx = fy + j->h * j->w;
  double bottom = (double)(j->h0 - 1), right = (double)(j->w0 - 1);
  for (int64_t i = 0; i < j->w; i++) {
    double y = fy[i] + (j->offset ? (double)row : 0), x = fx[i] + (j->offset ? (double)i : 0);
    if (j->pad && !(y >= 0 && y <= bottom && x >= 0 && x <= right))
      out[i] = outside;
    else
      out[i] = (place){limit(y, bottom), limit(x, right)};
    if (j->mode == LT_IMAGE_SIMPLE && out[i].y >= 0)
      out[i] = (place){floor(out[i].y + .5), floor(out[i].x + .5)};
  }
}

/* Places half a pixel or more outside are outside; those nearer lie on the border. As in Torch7 the
 * angle and, in mode simple, places are rounded to float, which decides at right angles. */
static void rotate_row(place *out, const job *j, int64_t row) {
  double bottom = (double)(j->h0 - 1), right = (double)(j->w0 - 1);
  double a = (double)(float)j->a, cos_a = cos(a), sin_a = sin(a);
  double dy = (double)row - bottom / 2;
  for (int64_t i = 0; i < j->w; i++) {
    double dx = (double)i - right / 2;
    double y = cos_a * dy + sin_a * dx, x = cos_a * dx - sin_a * dy;
    if (j->mode == LT_IMAGE_SIMPLE) {
      y = round((double)((float)y + (float)(bottom / 2)));
      x = round((double)((float)x + (float)(right / 2)));
      out[i] = y < 0 || y > bottom || x < 0 || x > right ? outside : (place){y, x};
      continue;
    }
    y += bottom / 2;
    x += right / 2;
    double yr = floor(y + .5), xr = floor(x + .5);
    if (yr < 0 || yr > bottom || xr < 0 || xr > right)
      out[i] = outside;
    else
      out[i] = (place){limit(y, bottom), limit(x, right)};
  }
}

/* Angles and places are rounded to float, as in Torch7, which decides on which side of a border
 * between pixels those fall that lie on it. Nothing is interpolated with the last row and column.
 */
static void polar_row(place *out, const job *j, int64_t row) {
  double angle = (double)(float)(2 * M_PI * (double)row / (double)j->h);
  double cos_a = cos(angle), sin_a = sin(angle);
  for (int64_t i = 0; i < j->w; i++) {
    double part = (double)i / (double)j->w;
    double radius = j->kind == LT_IMAGE_POLAR ? part * j->a : exp(part * log(j->a));
    double y = (double)(float)((double)j->h0 / 2 + radius * cos_a);
    double x = (double)(float)((double)j->w0 / 2 - radius * sin_a);
    double y0 = floor(y), x0 = floor(x);
    bool last = y0 == (double)(j->h0 - 1) || x0 == (double)(j->w0 - 1);
    if (y0 < 0 || y0 >= (double)j->h0 || x0 < 0 || x0 >= (double)j->w0)
      out[i] = outside;
    else if (last || j->mode == LT_IMAGE_SIMPLE)
      out[i] = (place){y0, x0};
    else
      out[i] = (place){y, x};
  }
}

/* The `count` elements around v, of n, and their weights. */
enum { MAX_TAPS = 6 };
typedef struct taps {
  int64_t at[MAX_TAPS];
  double weight[MAX_TAPS];
} taps;

static inline void linear(taps *t, double v, int64_t n) {
  int64_t at = (int64_t)v;
  t->at[0] = at;
  t->at[1] = LT_MIN(at + 1, n - 1);
  t->weight[1] = v - (double)at;
  t->weight[0] = 1 - t->weight[1];
}

/* Catmull-Rom; zero outside. */
static inline void cubic(taps *t, double v, int64_t n) {
  int64_t at = (int64_t)v;
  double f = v - (double)at;
  t->weight[0] = .5 * f * (-1 + f * (2 - f));
  t->weight[1] = 1 + .5 * f * f * (-5 + 3 * f);
  t->weight[2] = .5 * f * (1 + f * (4 - 3 * f));
  t->weight[3] = .5 * f * f * (f - 1);
  for (int k = 0; k < 4; k++) {
    int64_t i = at + k - 1;
    if (i < 0 || i >= n) t->weight[k] = 0;
    t->at[k] = LT_MIN(LT_MAX(i, 0), n - 1);
  }
}

/* Lanczos of radius 3 (Duchon 1979), the weights divided by their sum. */
static inline void lanczos(taps *t, double v, int64_t n) {
  int64_t at = (int64_t)v;
  double sum = 0;
  for (int k = 0; k < 6; k++) {
    double d = M_PI * (v - (double)(at + k - 2));
    t->weight[k] = d == 0 ? 1 : 3 * sin(d) * sin(d / 3) / (d * d);
    t->at[k] = LT_MIN(LT_MAX(at + k - 2, 0), n - 1);
    sum += t->weight[k];
  }
  for (int k = 0; k < 6; k++) t->weight[k] /= sum;
}

static inline uint8_t round_byte(double v) {
  v += .5;
  return v >= 255 ? 255 : v > 0 ? (uint8_t)v : 0;
}

/* Row y of all planes from its places; `count` taps in each direction, made by `make`. */
#define SAMPLE(T, name, count, make, STORE)                                               \
  static void name(const job *j, const place *places, int64_t y) {                        \
    int64_t plane = j->h * j->w, plane0 = j->h0 * j->w0;                                  \
    for (int64_t i = 0; i < j->w; i++) {                                                  \
      T *out = (T *)j->r + y * j->w + i;                                                  \
      if (places[i].y < 0) {                                                              \
        for (int64_t p = 0; p < j->planes; p++) out[p * plane] = (T)STORE(j->value);      \
        continue;                                                                         \
      }                                                                                   \
      taps ty, tx;                                                                        \
      make(&ty, places[i].y, j->h0);                                                      \
      make(&tx, places[i].x, j->w0);                                                      \
      for (int64_t p = 0; p < j->planes; p++) {                                           \
        const T *source = (const T *)j->x + p * plane0;                                   \
        double sum = 0;                                                                   \
        for (int k = 0; k < (count); k++) {                                               \
          const T *row = source + ty.at[k] * j->w0;                                       \
          double part = 0;                                                                \
          for (int l = 0; l < (count); l++) part += tx.weight[l] * (double)row[tx.at[l]]; \
          sum += ty.weight[k] * part;                                                     \
        }                                                                                 \
        out[p * plane] = (T)STORE(sum);                                                   \
      }                                                                                   \
    }                                                                                     \
  }

static inline void nearest(taps *t, double v, int64_t n) {
  (void)n;
  t->at[0] = (int64_t)v;
  t->weight[0] = 1;
}

typedef void (*sampler)(const job *j, const place *places, int64_t y);

#define SAMPLERS(T, name, STORE)                                                   \
  SAMPLE(T, nearest_##name, 1, nearest, STORE)                                     \
  SAMPLE(T, bilinear_##name, 2, linear, STORE)                                     \
  SAMPLE(T, bicubic_##name, 4, cubic, STORE)                                       \
  SAMPLE(T, lanczos_##name, 6, lanczos, STORE)                                     \
  static const sampler samplers_##name[] = {[LT_IMAGE_SIMPLE] = nearest_##name,    \
                                            [LT_IMAGE_BILINEAR] = bilinear_##name, \
                                            [LT_IMAGE_BICUBIC] = bicubic_##name,   \
                                            [LT_IMAGE_LANCZOS] = lanczos_##name};
SAMPLERS(uint8_t, byte, round_byte)
SAMPLERS(float, float, )
SAMPLERS(double, double, )

typedef struct task {
  const job *j;
  sampler sample;
} task;

static void part(int64_t begin, int64_t end, void *ctx) {
  const task *t = ctx;
  const job *j = t->j;
  for (int64_t worker = begin; worker < end; worker++) {
    place *places = j->places + worker * j->w;
    int64_t last = j->h * (worker + 1) / j->workers;
    for (int64_t y = j->h * worker / j->workers; y < last; y++) {
      if (j->kind < 0)
        warp_row(places, j, y);
      else if (j->kind == LT_IMAGE_ROTATE)
        rotate_row(places, j, y);
      else
        polar_row(places, j, y);
      t->sample(j, places, y);
    }
  }
}

static lt_status run(job *j, int dtype) {
  const sampler *samplers = dtype == LT_BYTE    ? samplers_byte
                            : dtype == LT_FLOAT ? samplers_float
                                                : samplers_double;
  int64_t work = 8 * j->h * j->w * j->planes;
  j->workers = LT_MAX(1, LT_MIN(LT_MIN(lt_get_num_threads(), j->h), work / lti_grain));
  size_t bytes = (size_t)(j->workers * j->w) * sizeof *j->places;
  j->places = lti_alloc(bytes);
  if (!j->places) return lti_out_of_memory(bytes);
  lti_parallel(j->workers, 1, part, &(task){j, samplers[j->mode]});
  lti_free(j->places, bytes);
  return LT_OK;
}

lt_status CPU(image_warp)(int dtype, void *r, const void *x, const double *field, int64_t planes,
                          int64_t h, int64_t w, int64_t h0, int64_t w0, int mode, bool offset,
                          bool pad, double value) {
  job j = {.r = r,
           .x = x,
           .field = field,
           .planes = planes,
           .h = h,
           .w = w,
           .h0 = h0,
           .w0 = w0,
           .kind = -1,
           .mode = mode,
           .offset = offset,
           .pad = pad,
           .value = value};
  return run(&j, dtype);
}

lt_status CPU(image_turn)(int dtype, void *r, const void *x, int64_t planes, int64_t h, int64_t w,
                          int64_t h0, int64_t w0, int kind, int mode, double a) {
  job j = {.r = r,
           .x = x,
           .planes = planes,
           .h = h,
           .w = w,
           .h0 = h0,
           .w0 = w0,
           .kind = kind,
           .mode = mode,
           .a = a};
  return run(&j, dtype);
}
