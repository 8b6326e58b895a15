/* Winograd's minimal filtering F(4 x 4, 3 x 3) (A. Lavin and S. Gray, Fast Algorithms for
 * Convolutional Neural Networks, 2016, section 4.3): a tile of 4 x 4 outputs comes from 6 x 6
 * inputs and 3 x 3 weights, all transformed to 6 x 6 coefficients, by 36 products, where the plain
 * sum needs 144. For each coefficient the products of all channels and tiles are a matrix product.
 *
 *   transformed   input B' d B, weights G g G', output A' m A
 *
 * Many tiles are worked on in chunks of whole tile rows, which stay in the caches, with all
 * weights; threads take chunks. Few tiles below many weights are transformed at once, and each
 * thread takes blocks of channels, whose weights stay in its cache from their transform to their
 * use. Chunks and blocks do not depend on the number of threads, and so neither do the results. */
#include "cpu/winograd.h"

#include "cpu/winograd_tiles.h"

enum {
  LEAST_CHUNK = 128, /* tiles, so that the weights are not read for few */
  BLOCK = 64         /* channels of a block */
};

static bool is_volume(const lt_window *s) { return s->t * s->ot * s->kt > 1; }

bool CPU(winograd_pays)(int dtype, const lt_window *s) {
  if (dtype != LT_FLOAT || s->kh != 3 || s->kw != 3 || s->sh != 1 || s->sw != 1 || s->dh != 1 ||
      s->dw != 1 || s->groups != 1 || s->st != 1 || s->dt != 1 || s->pt >= s->kt || s->ph > 2 ||
      s->pw > 2 || s->c < 16 || s->k < 16)
    return false;
  /* in products of the matrices; the transforms of an element take the time of so many */
  enum { TILE_COST = 40, WEIGHT_COST = 20 };
  double frames = (double)s->n * (double)s->ot, outputs = frames * (double)s->oh * (double)s->ow;
  double tiles = frames * (double)tiles_of(s->oh) * (double)tiles_of(s->ow);
  double c = (double)s->c, k = (double)s->k, kt = (double)s->kt;
  double own = COEFS * (c * k * kt * (tiles + WEIGHT_COST) + (c + k) * tiles * TILE_COST);
  return own < 9 * c * k * kt * outputs && COEFS * c * k * kt < 0x1p32;
}

/* Whether all tiles fit in a chunk, while the weights would not stay in a cache. */
static bool suits_blocks(const job *j, int64_t rows) {
  int64_t row = COEFS * (j->from + j->to) * j->tw * (int64_t)sizeof(float);
  return rows <= LT_MAX(CHUNK_BYTES / row, (LEAST_CHUNK + j->tw - 1) / j->tw) &&
         COEFS * j->from * j->to * (int64_t)sizeof(float) > CHUNK_BYTES;
}

/* A product for each coefficient of the chunk, of dense rows lda, ldb and ldc apart. */
typedef struct products {
  int transb;
  int64_t m, n, k;
  const float *a;
  int64_t lda;
  const float *b;
  int64_t ldb;
  double beta;
  float *c;
  int64_t ldc;
} products;

static void multiply(int64_t begin, int64_t end, void *ctx) {
  const products *p = ctx;
  lt_scalar one = {.f = 1}, beta = {.f = p->beta};
  int64_t rows = p->transb ? p->n : p->k;
  for (int64_t i = begin; i < end; i++) /* fails only where rows overlap */
    CPU(gemm)
  (LT_FLOAT, 0, p->transb, p->m, p->n, p->k, one, p->a + i * apart(p->m * p->lda), p->lda,
   p->b + i * apart(rows * p->ldb), p->ldb, beta, p->c + i * apart(p->m * p->ldc), p->ldc);
}

/* One chunk of few tiles: threads take blocks of output channels. */
typedef struct blocks {
  const job *all;         /* its coefs are those of the inputs */
  planes gradient;        /* of the outputs, for weight gradients */
  float *space;           /* for each worker: weights, then coefficients */
  int64_t weights, coefs; /* elements of the two */
  int64_t count, next;    /* next block: atomic */
} blocks;

static void block_worker(int64_t begin, int64_t end, void *ctx) {
  blocks *s = ctx;
  const job *all = s->all;
  int64_t tiles = all->rows * all->tw;
  for (int64_t worker = begin; worker < end; worker++) {
    float *weights = s->space + worker * (s->weights + s->coefs), *coefs = weights + s->weights;
    for (;;) {
      int64_t block = take_task(&s->next);
      if (block >= s->count) break;
      job j = *all;
      j.at = block * BLOCK;
      j.held = LT_MIN(BLOCK, j.to - j.at);
      j.u = weights;
      j.coefs = coefs;
      if (j.gw) {
        j.x = s->gradient;
        gradient_channels(j.at, j.at + j.held, &j);
        products p = {1,          j.held,  j.from, tiles,   coefs, j.pitch,
                      all->coefs, j.pitch, 0,      weights, j.from};
        multiply(0, COEFS, &p);
        weight_gradients(j.at, j.at + j.held, &j);
      } else {
        weight_channels(j.at, j.at + j.held, &j);
        products p = {0,          j.held,  tiles, j.from, weights, j.from,
                      all->coefs, j.pitch, 0,     coefs,  j.pitch};
        multiply(0, COEFS, &p);
        output_channels(j.at, j.at + j.held, &j);
      }
    }
  }
}

static lt_status in_blocks(job *j, const planes *gradient, int64_t rows) {
  j->rows = rows;
  j->pitch = pitch_of(j);
  j->held = j->from;
  int64_t held = LT_MIN(BLOCK, j->to);
  blocks s = {.all = j, .count = (j->to + BLOCK - 1) / BLOCK};
  if (gradient) s.gradient = *gradient;
  s.weights = COEFS * apart(held * j->from);
  s.coefs = COEFS * apart(held * j->pitch);
  int64_t workers = LT_MIN(s.count, (int64_t)lt_get_num_threads());
  scratch work = {0};
  LT_TRY(allocate(&work, 0, COEFS * apart(j->from * j->pitch), workers * (s.weights + s.coefs)));
  j->coefs = work.a;
  s.space = work.b;
  lti_parallel(j->from, grain_of(rows * j->tw), input_channels, j);
  lti_parallel(workers, 1, block_worker, &s);
  lti_free(work.block, work.bytes);
  return LT_OK;
}

/* Many tiles: chunks of `most` of all tile rows. A worker makes whole chunks where there are enough
 * for all threads, so that these need not wait for each other, and else all share each chunk. For
 * weight gradients a task is a slice of the chunks, which has a sum of its own. */
typedef struct chunks {
  const job *all;
  planes gradient;               /* of the outputs, for weight gradients */
  int64_t most, rows, count;     /* tile rows of a chunk, and all; chunks */
  int64_t slices;                /* of the chunks, for weight gradients */
  float *space;                  /* for each worker: coefficients of both sides */
  int64_t inputs, each, weights; /* elements: of the one side, of both, of a slice's sum */
  int64_t tasks, next;           /* next: atomic */
} chunks;

static job chunk_of(const chunks *s, int64_t index) {
  job j = *s->all;
  j.first = index * s->most;
  j.rows = LT_MIN(s->most, s->rows - j.first);
  return j;
}

static void chunk_outputs(const chunks *s, int64_t index, float *a, float *b) {
  job j = chunk_of(s, index);
  int64_t tiles = j.rows * j.tw;
  j.coefs = a, j.held = j.from;
  lti_parallel(j.from, grain_of(tiles), input_channels, &j);
  products p = {0, j.to, tiles, j.from, j.u, j.from, a, j.pitch, 0, b, j.pitch};
  lti_parallel(COEFS, 1, multiply, &p);
  j.coefs = b, j.held = j.to;
  lti_parallel(j.to, grain_of(tiles), output_channels, &j);
}

static void slice_gradients(const chunks *s, int64_t slice, float *a, float *b) {
  int64_t begin = s->count * slice / s->slices, end = s->count * (slice + 1) / s->slices;
  for (int64_t index = begin; index < end; index++) {
    job j = chunk_of(s, index);
    int64_t tiles = j.rows * j.tw;
    j.coefs = a, j.held = j.from;
    lti_parallel(j.from, grain_of(tiles), input_channels, &j);
    j.x = s->gradient, j.coefs = b, j.held = j.to;
    lti_parallel(j.to, grain_of(tiles), gradient_channels, &j);
    float *u = j.u + slice * s->weights;
    products p = {1, j.to, j.from, tiles, b, j.pitch, a, j.pitch, index > begin, u, j.from};
    lti_parallel(COEFS, 1, multiply, &p);
  }
}

static void chunk_worker(int64_t begin, int64_t end, void *ctx) {
  chunks *s = ctx;
  for (int64_t worker = begin; worker < end; worker++) {
    float *a = s->space + worker * s->each, *b = a + s->inputs;
    for (;;) {
      int64_t task = take_task(&s->next);
      if (task >= s->tasks) break;
      if (s->all->gw)
        slice_gradients(s, task, a, b);
      else
        chunk_outputs(s, task, a, b);
    }
  }
}

static lt_status in_chunks(job *j, const planes *gradient, int64_t rows) {
  int64_t row = COEFS * (j->from + j->to) * j->tw * (int64_t)sizeof(float);
  int64_t most = LT_MAX(CHUNK_BYTES / row, (LEAST_CHUNK + j->tw - 1) / j->tw);
  chunks s = {.all = j, .rows = rows, .count = (rows + most - 1) / most, .slices = 1};
  j->rows = s.most = (rows + s.count - 1) / s.count;
  s.count = (rows + s.most - 1) / s.most;
  j->pitch = pitch_of(j);
  s.weights = COEFS * apart(j->to * j->from);
  if (gradient) {
    s.gradient = *gradient;
    s.slices = slices_of(s.count, s.weights);
  }
  s.tasks = gradient ? s.slices : s.count;
  s.inputs = COEFS * apart(j->from * j->pitch);
  s.each = s.inputs + COEFS * apart(j->to * j->pitch);
  int64_t workers = workers_of(s.tasks);
  scratch work = {0};
  LT_TRY(allocate(&work, s.slices * s.weights, workers * s.each, 0));
  j->u = work.weights;
  s.space = work.a;
  j->held = j->to;
  if (!gradient) lti_parallel(j->to, grain_of(j->from), weight_channels, j);
  lti_parallel(workers, 1, chunk_worker, &s);
  j->slices = s.slices, j->slice = s.weights;
  if (gradient) lti_parallel(j->to, grain_of(j->from), weight_gradients, j);
  lti_free(work.block, work.bytes);
  return LT_OK;
}

/* Correlates j->x with the weights and writes j->y, or adds to j->gw; n images. */
static lt_status correlate(job *j, const planes *gradient, int64_t n) {
  int64_t rows = n * j->th;
  return suits_blocks(j, rows) ? in_blocks(j, gradient, rows) : in_chunks(j, gradient, rows);
}

lt_status CPU(winograd_forward)(const lt_window *s, float *y, const float *x, const float *w,
                                const float *bias) {
  if (is_volume(s)) return CPU(winograd_volume_forward)(s, y, x, w, bias);
  job j = {.th = tiles_of(s->oh),
           .tw = tiles_of(s->ow),
           .x = {x, s->c, s->h, s->w, s->ph, s->pw, s->t},
           .y = y,
           .ot = 1,
           .oh = s->oh,
           .ow = s->ow,
           .bias = bias,
           .w = w,
           .kt = 1,
           .from = s->c,
           .to = s->k};
  return correlate(&j, NULL, s->n);
}

lt_status CPU(winograd_grad_input)(const lt_window *s, float *gx, const float *gy, const float *w,
                                   const float *bias) {
  if (is_volume(s)) return CPU(winograd_volume_grad_input)(s, gx, gy, w, bias);
  job j = {.th = tiles_of(s->h),
           .tw = tiles_of(s->w),
           .x = {gy, s->k, s->oh, s->ow, 2 - s->ph, 2 - s->pw, s->ot},
           .y = gx,
           .ot = 1,
           .oh = s->h,
           .ow = s->w,
           .bias = bias,
           .w = w,
           .kt = 1,
           .from = s->k,
           .to = s->c,
           .turned = true};
  return correlate(&j, NULL, s->n);
}

lt_status CPU(winograd_grad_weight)(const lt_window *s, float *gw, const float *x, const float *gy,
                                    double scale) {
  if (is_volume(s)) return CPU(winograd_volume_grad_weight)(s, gw, x, gy, scale);
  job j = {.th = tiles_of(s->oh),
           .tw = tiles_of(s->ow),
           .x = {x, s->c, s->h, s->w, s->ph, s->pw, s->t},
           .from = s->c,
           .to = s->k,
           .kt = 1,
           .gw = gw,
           .scale = (float)scale};
  planes outputs = {gy, s->k, s->oh, s->ow, 0, 0, s->ot};
  return correlate(&j, &outputs, s->n);
}
