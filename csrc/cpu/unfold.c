/* Convolution of Float images as a matrix product (K. Chellapilla et al., High Performance
 * Convolutional Neural Networks for Document Processing, 2006): the pixels that the windows of some
 * images see are unfolded to columns [c kh kw][outputs], which the weights [k][c kh kw] multiply.
 * With few outputs an image, rows of them would leave vectors half empty; unfolded, those of all
 * images make one long row. */
#include "cpu/unfold.h"

#include "cpu/tasks.h"

enum {
  LEAST_SUM = 512,        /* products of an output */
  LEAST_CHANNELS = 64,    /* of the output */
  COLUMN_BYTES = 6 << 20, /* that are unfolded at a time, where an image allows it */
  TASK_BYTES = 2 << 20,   /* and by a worker of several */
  HALVED = 4096,          /* pixels of images that are halved on the stack */
};

typedef float run4 __attribute__((vector_size(16), aligned(4), may_alias));
typedef float run8 __attribute__((vector_size(32), aligned(4), may_alias));

typedef struct unfold_job {
  const lt_window *s;
  int64_t first, images; /* of the batch, in the columns now */
  const float *x, *gy, *w, *bias;
  float *y;
  double scale;
  float *columns; /* [c kh kw][images oh ow] */
  float *rows;    /* [k][images oh ow] */
} unfold_job;

bool CPU(unfold_pays)(int dtype, const lt_window *s, int64_t most) {
  return dtype == LT_FLOAT && s->groups == 1 && s->t * s->ot * s->kt == 1 &&
         s->oh * s->ow <= most && s->c * s->kh * s->kw >= LEAST_SUM && s->k >= LEAST_CHANNELS &&
         s->kh * s->kw > 1;
}

/* Outputs [u0, u1) of a row, for which window column kx is inside the image. */
typedef struct reach {
  int64_t u0, u1, x; /* x: the pixel of output 0, which may be outside */
} reach;

static reach reach_of(const lt_window *s, int64_t kx) {
  int64_t x = kx * s->dw - s->pw;
  int64_t u0 = x < 0 ? (-x + s->sw - 1) / s->sw : 0;
  int64_t u1 = x < s->w ? LT_MIN(s->ow, (s->w - x + s->sw - 1) / s->sw) : 0;
  return (reach){LT_MIN(u0, s->ow), LT_MAX(LT_MIN(u0, s->ow), u1), x};
}

/* Whether images are taken apart into even and odd columns, each row [2][w / 2]: windows two
 * columns apart then see neighbouring elements. It pays where a pixel is in several windows. */
static bool halves(const lt_window *s) {
  return s->sw == 2 && s->kh * s->kw > 1 && s->w % 2 == 0 && s->h * s->w <= HALVED;
}

/* Where column x, which may be outside, and those at even distances from it are in such a row. */
static int64_t halved(const lt_window *s, int64_t x) {
  return (x & 1) * (s->w / 2) + (x - (x & 1)) / 2;
}

static void halve(const lt_window *s, const float *in, float *out) {
  for (int64_t y = 0; y < s->h; y++, in += s->w, out += s->w)
    for (int64_t u = 0; u < s->w / 2; u++) out[u] = in[2 * u], out[s->w / 2 + u] = in[2 * u + 1];
}

static void join(const lt_window *s, const float *in, float *out) {
  for (int64_t y = 0; y < s->h; y++, in += s->w, out += s->w)
    for (int64_t u = 0; u < s->w / 2; u++) out[2 * u] = in[u], out[2 * u + 1] = in[s->w / 2 + u];
}

/* Short runs: a call of memcpy would take longer. */
static inline void copy_run(int64_t n, const float *in, float *out) {
  int64_t u = 0;
  for (; u + 8 <= n; u += 8) *(run8 *)(out + u) = *(const run8 *)(in + u);
  if (u + 4 <= n) {
    *(run4 *)(out + u) = *(const run4 *)(in + u);
    *(run4 *)(out + n - 4) = *(const run4 *)(in + n - 4); /* some of them twice */
    return;
  }
  for (; u < n; u++) out[u] = in[u];
}

static inline void add_run(int64_t n, const float *in, float *out) {
  int64_t u = 0;
  for (; u + 8 <= n; u += 8) *(run8 *)(out + u) += *(const run8 *)(in + u);
  if (u + 4 <= n) {
    *(run4 *)(out + u) += *(const run4 *)(in + u);
    u += 4;
  }
  for (; u < n; u++) out[u] += in[u];
}

/* Columns of input channels [begin, end). */
static void unfold_channels(int64_t begin, int64_t end, void *ctx) {
  const unfold_job *j = ctx;
  const lt_window *s = j->s;
  int64_t outputs = s->oh * s->ow, taps = s->kh * s->kw;
  bool two = halves(s);
  int64_t size = s->h * s->w, each = two ? HALVED / size : j->images;
  float split[HALVED];
  for (int64_t c = begin; c < end; c++)
    for (int64_t n0 = 0; n0 < j->images; n0 += each) {
      const float *planes = j->x + ((j->first + n0) * s->c + c) * size;
      int64_t n1 = LT_MIN(j->images, n0 + each), step = s->c * size;
      if (two) {
        for (int64_t n = n0; n < n1; n++)
          halve(s, planes + (n - n0) * step, split + (n - n0) * size);
        planes = split, step = size;
      }
      for (int64_t tap = 0; tap < taps; tap++) {
        float *out = j->columns + ((c * taps + tap) * j->images + n0) * outputs;
        reach r = reach_of(s, tap % s->kw);
        int64_t x = two ? halved(s, r.x) : r.x;
        for (int64_t n = n0; n < n1; n++) {
          int64_t y = tap / s->kw * s->dh - s->ph;
          for (int64_t t = 0; t < s->oh; t++, y += s->sh, out += s->ow) {
            bool inside = y >= 0 && y < s->h;
            const float *in = planes + (n - n0) * step + (inside ? y * s->w : 0);
            int64_t u0 = inside ? r.u0 : s->ow, u1 = inside ? r.u1 : s->ow;
            for (int64_t u = 0; u < u0; u++) out[u] = 0;
            if (two || s->sw == 1)
              copy_run(u1 - u0, in + x + u0, out + u0);
            else
              for (int64_t u = u0; u < u1; u++) out[u] = in[x + u * s->sw];
            for (int64_t u = u1; u < s->ow; u++) out[u] = 0;
          }
        }
      }
    }
}

/* Input channels [begin, end) of the images, counted over all of them: the sum of what the windows
 * have in their columns, and the bias. */
static void fold_channels(int64_t begin, int64_t end, void *ctx) {
  const unfold_job *j = ctx;
  const lt_window *s = j->s;
  int64_t outputs = s->oh * s->ow, taps = s->kh * s->kw, size = s->h * s->w;
  bool two = halves(s);
  float split[HALVED];
  for (int64_t i = begin; i < end; i++) {
    int64_t n = i / s->c, c = i % s->c;
    float *image = j->y + (j->first * s->c + i) * size, *plane = two ? split : image;
    for (int64_t p = 0; p < size; p++) plane[p] = j->bias ? j->bias[c] : 0;
    for (int64_t tap = 0; tap < taps; tap++) {
      const float *in = j->columns + ((c * taps + tap) * j->images + n) * outputs;
      reach r = reach_of(s, tap % s->kw);
      int64_t y = tap / s->kw * s->dh - s->ph, x = two ? halved(s, r.x) : r.x;
      for (int64_t t = 0; t < s->oh; t++, y += s->sh, in += s->ow) {
        if (y < 0 || y >= s->h) continue;
        float *out = plane + y * s->w;
        if (two || s->sw == 1)
          add_run(r.u1 - r.u0, in + r.u0, out + x + r.u0);
        else
          for (int64_t u = r.u0; u < r.u1; u++) out[x + u * s->sw] += in[u];
      }
    }
    if (two) join(s, plane, image);
  }
}

/* Output channels [begin, end): from rows to y, with the bias. */
static void scatter_rows(int64_t begin, int64_t end, void *ctx) {
  const unfold_job *j = ctx;
  int64_t outputs = j->s->oh * j->s->ow;
  for (int64_t k = begin; k < end; k++) {
    float b = j->bias ? j->bias[k] : 0;
    const float *in = j->rows + k * j->images * outputs;
    for (int64_t n = j->first; n < j->first + j->images; n++, in += outputs) {
      float *out = j->y + (n * j->s->k + k) * outputs;
      for (int64_t i = 0; i < outputs; i++) out[i] = in[i] + b;
    }
  }
}

/* Output channels [begin, end): from x, which are gradients of the outputs, to rows. */
static void gather_rows(int64_t begin, int64_t end, void *ctx) {
  const unfold_job *j = ctx;
  int64_t outputs = j->s->oh * j->s->ow;
  for (int64_t k = begin; k < end; k++)
    for (int64_t n = 0; n < j->images; n++)
      memcpy(j->rows + (k * j->images + n) * outputs,
             j->x + ((j->first + n) * j->s->k + k) * outputs, (size_t)outputs * sizeof(float));
}

static void in_channels(const unfold_job *j, int64_t channels, int64_t elements,
                        void (*fn)(int64_t, int64_t, void *)) {
  lti_parallel(channels, 1 + lti_grain / elements, fn, (void *)j);
}

static int64_t sum_of(const lt_window *s) { return s->c * s->kh * s->kw; }

/* c[m n] = a b, with a [m k], or [k m] if transposed; the rows of all are dense. Fails only where
 * rows overlap. */
static void multiply(int transa, int64_t m, int64_t n, int64_t k, const float *a, const float *b,
                     float *c) {
  lt_scalar one = {.f = 1}, zero = {.f = 0};
  CPU(gemm)(LT_FLOAT, transa, 0, m, n, k, one, a, transa ? m : k, b, n, zero, c, n);
}

static void forward_images(const unfold_job *j) {
  const lt_window *s = j->s;
  int64_t outputs = j->images * s->oh * s->ow;
  in_channels(j, s->c, s->kh * s->kw * outputs, unfold_channels);
  multiply(0, s->k, outputs, sum_of(s), j->w, j->columns, j->rows);
  in_channels(j, s->k, outputs, scatter_rows);
}

static void backward_images(const unfold_job *j) {
  const lt_window *s = j->s;
  int64_t outputs = j->images * s->oh * s->ow;
  in_channels(j, s->k, outputs, gather_rows);
  multiply(1, sum_of(s), outputs, s->k, j->w, j->rows, j->columns);
  in_channels(j, j->images * s->c, s->kh * s->kw * s->oh * s->ow, fold_channels);
}

static void weight_images(const unfold_job *j) {
  const lt_window *s = j->s;
  int64_t outputs = j->images * s->oh * s->ow, sum = sum_of(s);
  lt_scalar factor = {.f = j->scale}, one = {.f = 1};
  in_channels(j, s->c, s->kh * s->kw * outputs, unfold_channels);
  unfold_job gradient = *j;
  gradient.x = j->gy;
  in_channels(&gradient, s->k, outputs, gather_rows);
  CPU(gemm)
  (LT_FLOAT, 0, 1, s->k, sum, outputs, factor, j->rows, outputs, j->columns, outputs, one, j->y,
   sum);
}

/* All images, `most` bytes of columns at a time where an image allows it. Workers take whole tasks
 * if these are `apart`. */
typedef struct unfold_pass {
  const unfold_job *all;
  void (*step)(const unfold_job *j);
  int64_t images, each; /* of a task; elements of columns and rows */
  int64_t tasks, next;  /* next: atomic */
} unfold_pass;

static void image_worker(int64_t begin, int64_t end, void *ctx) {
  unfold_pass *p = ctx;
  const lt_window *s = p->all->s;
  for (int64_t worker = begin; worker < end; worker++) {
    unfold_job j = *p->all;
    j.columns += worker * p->each;
    for (;;) {
      int64_t task = take_task(&p->next);
      if (task >= p->tasks) break;
      j.first = task * p->images;
      j.images = LT_MIN(p->images, s->n - j.first);
      j.rows = j.columns + sum_of(s) * j.images * s->oh * s->ow;
      p->step(&j);
    }
  }
}

static lt_status run(unfold_job *j, void (*step)(const unfold_job *j), int64_t most, bool apart) {
  const lt_window *s = j->s;
  int64_t image = (sum_of(s) + s->k) * s->oh * s->ow;
  int64_t images = LT_MIN(s->n, LT_MAX(1, most / (image * (int64_t)sizeof(float))));
  unfold_pass p = {.all = j, .step = step, .tasks = (s->n + images - 1) / images};
  int64_t threads = lt_get_num_threads();
  if (apart && p.tasks > threads) p.tasks = (p.tasks + threads - 1) / threads * threads;
  p.images = (s->n + p.tasks - 1) / p.tasks;
  p.tasks = (s->n + p.images - 1) / p.images;
  p.each = (image * p.images + 15) / 16 * 16;
  int64_t workers = apart ? workers_of(p.tasks) : 1;
  size_t bytes = (size_t)(workers * p.each) * sizeof(float);
  j->columns = lti_alloc_scratch(&bytes);
  if (!j->columns) return lti_out_of_memory(bytes);
  lti_parallel(workers, 1, image_worker, &p);
  lti_free(j->columns, bytes);
  return LT_OK;
}

lt_status CPU(unfold_forward)(const lt_window *s, float *y, const float *x, const float *w,
                              const float *bias) {
  unfold_job j = {.s = s, .x = x, .w = w, .y = y, .bias = bias};
  return run(&j, forward_images, TASK_BYTES, true);
}

lt_status CPU(unfold_grad_input)(const lt_window *s, float *gx, const float *gy, const float *w,
                                 const float *bias) {
  unfold_job j = {.s = s, .x = gy, .w = w, .y = gx, .bias = bias};
  return run(&j, backward_images, TASK_BYTES, true);
}

lt_status CPU(unfold_grad_weight)(const lt_window *s, float *gw, const float *x, const float *gy,
                                  double scale) {
  unfold_job j = {.s = s, .x = x, .gy = gy, .y = gw, .scale = scale};
  return run(&j, weight_images, COLUMN_BYTES, false);
}
