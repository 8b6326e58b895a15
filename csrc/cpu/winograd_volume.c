/* Winograd's minimal filtering of volumes whose window has kt frames of 3 x 3 at step 1: each frame
 * of the input is transformed once, as an image, and a frame of the output is the
 * sum of kt products of transformed frames with transformed frames of the weights, made before the
 * one transform back. Threads take chunks of whole frames, which do not depend on their number, and
 * so neither do the results. */
#include "cpu/winograd.h"

#include "cpu/winograd_tiles.h"

/* One pass over the volumes: a is made from frames of `all.x`, b are coefficients of `frames` other
 * frames, of the result or of its gradient. Every worker has its own copy. */
typedef struct volume {
  job all;            /* with what all chunks share */
  planes gradient;    /* of the result, for weight gradients */
  int64_t n, frames;  /* images; frames of an image of the result */
  int64_t pt;         /* frame `f` sees frames f - pt ... f - pt + kt - 1 of all.x */
  int64_t chunk;      /* most frames of a chunk */
  int64_t chunks;     /* of an image */
  int64_t slices;     /* of all chunks: each has a sum of weight gradients */
  int64_t tile_frame; /* tiles of a frame */
  int64_t pitch_a, pitch_b;
  int64_t size_a, size_b, size_u; /* elements of a and b, and of weights or their gradients */
  float *u, *a, *b;
  int64_t image, begin, end; /* the chunk: frames [begin, end) of an image */
  bool added;                /* u has weight gradients of a chunk before */
} volume;

static float *weights_of(const volume *v, int64_t kz) {
  return v->u + kz * COEFS * apart(v->all.to * v->all.from);
}

/* Products [begin, end) of the coefficients: all frames of the window. */
static void multiply_frames(int64_t begin, int64_t end, void *ctx) {
  const volume *v = ctx;
  const job *j = &v->all;
  int64_t tiles = (v->end - v->begin) * v->tile_frame;
  for (int64_t i = begin; i < end; i++)
    for (int64_t kz = 0; kz < j->kt; kz++) {
      lt_scalar one = {.f = 1}, beta = {.f = j->gw ? v->added : kz > 0};
      float *a = v->a + i * apart(j->from * v->pitch_a) + kz * v->tile_frame;
      float *b = v->b + i * apart(j->to * v->pitch_b);
      float *u = weights_of(v, kz) + i * apart(j->to * j->from);
      if (j->gw) /* fails only where rows overlap */
        CPU(gemm)
      (LT_FLOAT, 0, 1, j->to, j->from, tiles, one, b, v->pitch_b, a, v->pitch_a, beta, u, j->from);
      else CPU(gemm)(LT_FLOAT, 0, 0, j->to, tiles, j->from, one, u, j->from, a, v->pitch_a, beta, b,
                     v->pitch_b);
    }
}

/* Frames of padding before and behind those that the chunk sees, for channels [begin, end). */
typedef struct padding {
  const volume *v;
  int64_t before, first, behind; /* tiles [0, before) and [first, behind) */
} padding;

static void clear_padding(int64_t begin, int64_t end, void *ctx) {
  const padding *p = ctx;
  const volume *v = p->v;
  for (int64_t i = 0; i < COEFS; i++)
    for (int64_t c = begin; c < end; c++) {
      float *a = v->a + i * apart(v->all.from * v->pitch_a) + c * v->pitch_a;
      memset(a, 0, (size_t)p->before * sizeof(float));
      memset(a + p->first, 0, (size_t)(p->behind - p->first) * sizeof(float));
    }
}

/* a from the frames that the chunk sees. */
static void transform_seen(const volume *v) {
  job j = v->all;
  int64_t frames = v->end - v->begin + j.kt - 1, first = v->begin - v->pt;
  int64_t from = LT_MIN(LT_MAX(0, first), j.x.frames);
  int64_t to = LT_MAX(from, LT_MIN(j.x.frames, first + frames));
  j.first = (v->image * j.x.frames + from) * j.th, j.rows = (to - from) * j.th;
  j.pitch = v->pitch_a, j.held = j.from;
  j.coefs = v->a + (from - first) * v->tile_frame;
  if (j.rows > 0) lti_parallel(j.from, grain_of(j.rows * j.tw), input_channels, &j);
  padding p = {v, (from - first) * v->tile_frame, (to - first) * v->tile_frame,
               frames * v->tile_frame};
  if (p.before > 0 || p.first < p.behind)
    lti_parallel(j.from, grain_of(frames * v->tile_frame), clear_padding, &p);
}

/* b from gradients of the result, or the result from b. */
static void transform_result(const volume *v) {
  job j = v->all;
  j.first = (v->image * v->frames + v->begin) * j.th, j.rows = (v->end - v->begin) * j.th;
  j.pitch = v->pitch_b, j.held = j.to, j.coefs = v->b;
  if (j.gw) j.x = v->gradient;
  lti_parallel(j.to, grain_of(j.rows * j.tw), j.gw ? gradient_channels : output_channels, &j);
}

/* Transforms the weights to u, or their gradients from it, frame by frame; shift: frame kz of the
 * products is frame |shift - kz| of the window. */
static void transform_weights(const volume *v, int64_t shift) {
  job j = v->all;
  j.held = j.to;
  for (int64_t kz = 0; kz < j.kt; kz++) {
    j.kz = LT_MAX(shift - kz, kz - shift);
    j.u = weights_of(v, kz);
    lti_parallel(j.to, grain_of(j.from), j.gw ? weight_gradients : weight_channels, &j);
  }
}

/* Chunk `index` of all images. */
static void one_chunk(volume *v, int64_t index) {
  v->image = index / v->chunks;
  v->begin = index % v->chunks * v->chunk;
  v->end = LT_MIN(v->frames, v->begin + v->chunk);
  transform_seen(v);
  if (v->all.gw) transform_result(v);
  lti_parallel(COEFS, 1, multiply_frames, v);
  if (!v->all.gw) transform_result(v);
}

/* Workers take chunks or, for weight gradients, slices of them. */
typedef struct pass {
  const volume *v;
  int64_t tasks, next; /* next: atomic */
} pass;

static void volume_worker(int64_t begin, int64_t end, void *ctx) {
  pass *p = ctx;
  for (int64_t worker = begin; worker < end; worker++) {
    volume v = *p->v;
    v.a += worker * (v.size_a + v.size_b), v.b = v.a + v.size_a;
    for (;;) {
      int64_t task = take_task(&p->next);
      if (task >= p->tasks) break;
      int64_t count = v.n * v.chunks, first = task, last = task + 1;
      if (v.all.gw) {
        first = count * task / v.slices, last = count * (task + 1) / v.slices;
        v.u = p->v->u + task * v.size_u;
      }
      v.added = false;
      for (int64_t index = first; index < last; index++, v.added = true) one_chunk(&v, index);
    }
  }
}

static lt_status run(volume *v) {
  const job *j = &v->all;
  v->tile_frame = j->th * j->tw;
  int64_t frame = COEFS * (j->from + j->to) * v->tile_frame * (int64_t)sizeof(float);
  int64_t most = LT_MAX(1, CHUNK_BYTES / frame), chunks = (v->frames + most - 1) / most;
  v->chunk = (v->frames + chunks - 1) / chunks;
  v->chunks = (v->frames + v->chunk - 1) / v->chunk;
  job rows = *j;
  rows.rows = (v->chunk + j->kt - 1) * j->th, v->pitch_a = pitch_of(&rows);
  rows.rows = v->chunk * j->th, v->pitch_b = pitch_of(&rows);
  v->size_a = COEFS * apart(j->from * v->pitch_a), v->size_b = COEFS * apart(j->to * v->pitch_b);
  v->size_u = j->kt * COEFS * apart(j->to * j->from);
  v->slices = j->gw ? slices_of(v->n * v->chunks, v->size_u) : 1;
  pass p = {.v = v, .tasks = j->gw ? v->slices : v->n * v->chunks};
  int64_t workers = workers_of(p.tasks);
  scratch work = {0};
  LT_TRY(allocate(&work, v->slices * v->size_u, workers * (v->size_a + v->size_b)));
  v->u = work.weights, v->a = work.a;
  v->all.slices = v->slices, v->all.slice = v->size_u;
  if (!j->gw) transform_weights(v, j->turned ? j->kt - 1 : 0);
  lti_parallel(workers, 1, volume_worker, &p);
  if (j->gw) transform_weights(v, 0);
  lti_free(work.block, work.bytes);
  return LT_OK;
}

static lt_status forward(const lt_window *s, float *y, const float *x, const float *w,
                         const float *bias) {
  volume v = {.all = {.th = tiles_of(s->oh),
                      .tw = tiles_of(s->ow),
                      .x = {x, s->c, s->h, s->w, s->ph, s->pw, s->t},
                      .y = y,
                      .ot = s->ot,
                      .oh = s->oh,
                      .ow = s->ow,
                      .bias = bias,
                      .w = w,
                      .kt = s->kt,
                      .from = s->c,
                      .to = s->k},
              .n = s->n,
              .frames = s->ot,
              .pt = s->pt};
  return run(&v);
}

static lt_status grad_input(const lt_window *s, float *gx, const float *gy, const float *w,
                            const float *bias) {
  volume v = {.all = {.th = tiles_of(s->h),
                      .tw = tiles_of(s->w),
                      .x = {gy, s->k, s->oh, s->ow, 2 - s->ph, 2 - s->pw, s->ot},
                      .y = gx,
                      .ot = s->t,
                      .oh = s->h,
                      .ow = s->w,
                      .bias = bias,
                      .w = w,
                      .kt = s->kt,
                      .from = s->k,
                      .to = s->c,
                      .turned = true},
              .n = s->n,
              .frames = s->t,
              .pt = s->kt - 1 - s->pt};
  return run(&v);
}

static lt_status grad_weight(const lt_window *s, float *gw, const float *x, const float *gy,
                             double scale) {
  volume v = {.all = {.th = tiles_of(s->oh),
                      .tw = tiles_of(s->ow),
                      .x = {x, s->c, s->h, s->w, s->ph, s->pw, s->t},
                      .kt = s->kt,
                      .from = s->c,
                      .to = s->k,
                      .gw = gw,
                      .scale = (float)scale},
              .gradient = {gy, s->k, s->oh, s->ow, 0, 0, s->ot},
              .n = s->n,
              .frames = s->ot,
              .pt = s->pt};
  return run(&v);
}

const filtering CPU(winograd_volume) = {forward, grad_input, grad_weight};
