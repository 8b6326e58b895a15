/* Minimal filtering with channels in vectors: see winograd_lanes.h. All tiles that fit some
 * megabytes are transformed first; a task then takes some channels of the result, transforms their
 * weights, and makes some rows of tiles at a time, whose coefficients stay in its cache. Results
 * do not depend on the number of threads. */
#include "cpu/winograd_lanes.h"

#include "cpu/tasks.h"
#include "cpu/transpose.h"

enum {
  HELD_BYTES = 8 << 20, /* of coefficients of the tiles that are transformed at a time */
  LEAST_TILES = 64,     /* but as many, so that weights are not transformed for few */
  TASK_TILES = 64,      /* whose results are made at a time */
  BLOCK = 2 * PANEL,    /* channels of a task's results */
  FEW = 16,             /* input channels whose weights are transposed together */
};

typedef struct coefs {
  const tiled *from;
  float *data;        /* [slots][tiles] rows of all channels */
  int64_t row, panel; /* elements between rows, and between panels of a row */
} coefs;

typedef struct lane_job {
  const lane_pass *p;
  int64_t first, rows; /* tile rows of the chunk, counted over all images */
  int64_t tiles;       /* and room for their tiles: whole blocks of rows of a product */
  coefs in, grad;
  float *sums;        /* the gradients of weights [blocks][classes][c][BLOCK] */
  bool add, last;     /* a later chunk, the last one */
  int64_t task_rows;  /* tile rows whose results are made at a time */
  int64_t parts;      /* tasks that share a block of channels */
  float *space;       /* for each worker */
  int64_t each;       /* elements of it */
  int64_t tasks, next; /* next: atomic */
  void (*step)(const struct lane_job *j, int64_t task, float *space);
} lane_job;

static int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

static int64_t blocks_of(const lane_pass *p) { return ceil_div(p->to, BLOCK); }

/* r[i][j] = x[j][i], with rows of r and x so many elements apart. */
static void transpose(float *r, int64_t r_row, const float *x, int64_t x_row, int64_t rows,
                      int64_t cols) {
  enum { SIZE = sizeof(float) };
  CPU(transpose_of)(SIZE)((char *)r, r_row *SIZE, (const char *)x, x_row *SIZE, rows, cols);
}

/* ---- tiles of images ---- */

/* Vectors for one row of tiles: its pixels as they are, and with what is around the image. */
static int64_t image_space(const lane_job *j, const tiled *s) {
  return s->t.side * (s->w + (j->p->tw - 1) * s->t.step + s->t.side);
}

/* The coefficients of VL channels, the block-th, of tile row r of the chunk. */
static void tile_row(const lane_job *j, const coefs *c, int64_t block, int64_t r, lanes *space) {
  const tiled *s = c->from;
  int64_t image = (j->first + r) / j->p->th, y0 = (j->first + r) % j->p->th * s->t.step + s->t.y0;
  int64_t begin = LT_MAX(y0, 0), end = LT_MAX(begin, LT_MIN(y0 + s->t.side, s->h));
  int64_t channel = block * VL, n = LT_MIN(VL, LT_MAX(0, s->c - channel));
  int64_t width = (j->p->tw - 1) * s->t.step + s->t.side;
  lanes *x = space + s->t.side * s->w, zero = {0};
  if (n < VL) memset(space, 0, (size_t)(s->t.side * s->w) * sizeof(lanes));
  if (n > 0)
    transpose((float *)space, VL, s->data + ((image * s->c + channel) * s->h + begin) * s->w,
              s->h * s->w, (end - begin) * s->w, n);
  int64_t left = LT_MIN(width, LT_MAX(0, -s->t.x0));
  int64_t right = LT_MAX(left, LT_MIN(width, s->w - s->t.x0));
  for (int64_t i = 0; i < s->t.side; i++) {
    lanes *to = x + i * width;
    bool inside = y0 + i >= begin && y0 + i < end;
    const lanes *from = space + (inside ? y0 + i - begin : 0) * s->w + s->t.x0;
    int64_t u0 = inside ? left : width, u1 = inside ? right : width;
    for (int64_t u = 0; u < u0; u++) to[u] = zero;
    for (int64_t u = u0; u < u1; u++) to[u] = from[u];
    for (int64_t u = u1; u < width; u++) to[u] = zero;
  }
  float *out = c->data + channel / PANEL * c->panel + channel % PANEL;
  int64_t tile = r * j->p->tw;
  for (int64_t t = 0; t < j->p->tw; t++)
    s->transform(&s->t, x + t * s->t.step, width, out + (tile + t) * c->row, j->tiles * c->row);
  if (r + 1 < j->rows) return;
  for (int slot = 0; slot < j->p->scheme->slots; slot++) /* what products add need not be there */
    for (tile = j->rows * j->p->tw; tile < j->tiles; tile++)
      *(lanes *)(out + (slot * j->tiles + tile) * c->row) = zero;
}

/* Blocks of VL channels, so many that panels are filled. */
static int64_t vectors_of(const tiled *s) { return ceil_div(s->c, PANEL) * (PANEL / VL); }

static void make_coefs(const lane_job *j, int64_t task, float *space) {
  int64_t inputs = vectors_of(&j->p->in), r = task % j->rows, block = task / j->rows;
  if (block < inputs)
    tile_row(j, &j->in, block, r, (lanes *)space);
  else
    tile_row(j, &j->grad, block - inputs, r, (lanes *)space);
}

/* ---- images from products ---- */

/* The weights of n channels of the result from k0 on: u[class][panel][from][PANEL]. */
static void block_weights(const lane_pass *p, int64_t k0, int64_t n, lanes *g, float *u) {
  int64_t from = p->in.c, step = ceil_div(n, PANEL) * PANEL * from;
  for (int64_t v = 0; v < ceil_div(n, PANEL) * PANEL; v += VL) {
    int64_t held = LT_MIN(VL, LT_MAX(0, n - v)), k = k0 + v;
    float *out = u + v / PANEL * PANEL * from + v % PANEL;
    if (held < VL) memset(g, 0, FEW * WINDOW * sizeof(lanes));
    for (int64_t c = 0; c < from; c++, out += PANEL) {
      const float *w = p->w + (p->turned ? c * p->to + k : k * from + c) * WINDOW;
      int64_t at = p->turned ? 0 : c % FEW;
      if (p->turned)
        transpose((float *)g, VL, w, WINDOW, WINDOW, held);
      else if (at == 0)
        transpose((float *)g, VL, w, from * WINDOW, LT_MIN(FEW, from - c) * WINDOW, held);
      p->scheme->weights(g + at * WINDOW, p->turned, out, step);
    }
  }
}

/* Channels [k0, k0 + n) of tile rows [r0, r0 + rows) from their coefficients m[slot][tiles][width].
 */
static void store_rows(const lane_job *j, int64_t k0, int64_t n, int64_t r0, int64_t rows,
                       const float *m, int64_t tiles, int64_t width, lanes *y) {
  const lane_pass *p = j->p;
  int64_t side = p->out.side, line = p->tw * side;
  for (int64_t v = 0; v < n; v += VL) {
    int64_t held = LT_MIN(VL, n - v);
    lanes bias = {0};
    if (p->bias) memcpy(&bias, p->bias + k0 + v, (size_t)held * sizeof(float));
    for (int64_t r = 0; r < rows; r++) {
      int64_t image = (j->first + r0 + r) / p->th, y0 = (j->first + r0 + r) % p->th * side;
      for (int64_t t = 0; t < p->tw; t++)
        p->output(&p->out, m + (r * p->tw + t) * width + v, tiles * width, y + t * side, line);
      int64_t height = LT_MIN(side, p->oh - y0);
      for (int64_t i = 0; i < height; i++)
        for (int64_t u = 0; u < p->ow; u++) y[i * p->ow + u] = y[i * line + u] + bias;
      transpose(p->y + ((image * p->to + k0 + v) * p->oh + y0) * p->ow, p->oh * p->ow,
                (const float *)y, VL, held, height * p->ow);
    }
  }
}

static int64_t task_room(const lane_job *j) {
  return ceil_div(j->task_rows * j->p->tw, PACK_ROWS) * PACK_ROWS;
}

/* A part of the rows of a block of channels. */
static void make_images(const lane_job *j, int64_t task, float *space) {
  const lane_pass *p = j->p;
  const scheme *s = p->scheme;
  int64_t k0 = task / j->parts * BLOCK, n = LT_MIN(BLOCK, p->to - k0), from = p->in.c;
  int64_t width = ceil_div(n, PANEL) * PANEL, room = task_room(j);
  float *u = space, *m = u + s->classes * from * BLOCK;
  lanes *y = (lanes *)(m + s->slots * room * BLOCK);
  block_weights(p, k0, n, y, u);
  int64_t pieces = ceil_div(j->rows, j->task_rows), part = task % j->parts;
  int64_t end = LT_MIN(j->rows, pieces * (part + 1) / j->parts * j->task_rows);
  for (int64_t r = pieces * part / j->parts * j->task_rows; r < end; r += j->task_rows) {
    int64_t rows = LT_MIN(j->task_rows, end - r), first = r * p->tw;
    int64_t tiles = LT_MIN(room, j->tiles - first);
    for (int i = 0; i < s->slots; i++)
      product_float(tiles, width, from, j->in.data + (i * j->tiles + first) * j->in.row, j->in.row,
                    1, u + s->class[i] * from * width, from, m + i * tiles * width, width, 0);
    store_rows(j, k0, n, r, rows, m, tiles, width, y);
  }
}

/* ---- gradients of weights ---- */

/* gw += scale times the gradient, for channels [k0, k0 + n) of the outputs and [c0, c1) of the
 * inputs, from that of their coefficients, u[class][c][BLOCK]. */
static void store_gradients(const lane_pass *p, int64_t k0, int64_t n, int64_t c0, int64_t c1,
                            const float *u, lanes *g) {
  float turned[VL][FEW * WINDOW];
  for (int64_t v = 0; v < n; v += VL)
    for (int64_t c = c0; c < c1; c += FEW) {
      int64_t few = LT_MIN(FEW, c1 - c), held = LT_MIN(VL, n - v);
      for (int64_t i = 0; i < few; i++)
        p->scheme->gradient(u + (c + i) * BLOCK + v, p->in.c * BLOCK, g + i * WINDOW);
      transpose(turned[0], FEW * WINDOW, (const float *)g, VL, held, few * WINDOW);
      for (int64_t k = 0; k < held; k++) {
        float *gw = p->gw + ((k0 + v + k) * p->in.c + c) * WINDOW;
        for (int64_t i = 0; i < few * WINDOW; i++) gw[i] += p->scale * turned[k][i];
      }
    }
}

/* A part of the input channels of a block of the outputs'. */
static void make_gradients(const lane_job *j, int64_t task, float *space) {
  const lane_pass *p = j->p;
  const scheme *s = p->scheme;
  int64_t block = task / j->parts, k0 = block * BLOCK, n = LT_MIN(BLOCK, p->to - k0);
  int64_t c = p->in.c, strips = ceil_div(c, PACK_ROWS), part = task % j->parts;
  int64_t c0 = strips * part / j->parts * PACK_ROWS;
  int64_t c1 = LT_MIN(c, strips * (part + 1) / j->parts * PACK_ROWS);
  float *u = j->sums + block * s->classes * c * BLOCK;
  const float *grad = j->grad.data + k0 / PANEL * j->grad.panel;
  for (int class = 0; class < s->classes; class++) {
    bool add = j->add;
    for (int i = 0; i < s->slots; i++) {
      if (s->class[i] != class) continue;
      for (int64_t v = 0; v < n; v += PANEL)
        product_float(c1 - c0, PANEL, j->tiles, j->in.data + i * j->tiles * j->in.row + c0, 1,
                      j->in.row, grad + v / PANEL * j->grad.panel + i * j->tiles * PANEL, j->tiles,
                      u + (class * c + c0) * BLOCK + v, BLOCK, add);
      add = true;
    }
  }
  if (j->last) store_gradients(p, k0, n, c0, c1, u, (lanes *)space);
}

/* ---- all of it ---- */

static void lane_worker(int64_t begin, int64_t end, void *ctx) {
  lane_job *j = ctx;
  for (int64_t worker = begin; worker < end; worker++)
    for (;;) {
      int64_t task = take_task(&j->next);
      if (task >= j->tasks) break;
      j->step(j, task, j->space + worker * j->each);
    }
}

static void run_tasks(lane_job *j, int64_t tasks,
                      void (*step)(const lane_job *j, int64_t task, float *space)) {
  j->tasks = tasks, j->next = 0, j->step = step;
  lti_parallel(LT_MIN(tasks, (int64_t)lt_get_num_threads()), 1, lane_worker, j);
}

/* Elements of rows of channels whose neighbours do not begin at addresses that share cache sets. */
static int64_t pitch_of(const tiled *s) {
  enum { LINE = 16 };
  return (ceil_div(vectors_of(s) * VL, LINE) | 1) * LINE;
}

lt_status CPU(winograd_lanes)(const lane_pass *p) {
  const scheme *s = p->scheme;
  lane_job j = {.p = p, .in = {.from = &p->in, .panel = PANEL}, .grad = {.from = &p->grad}};
  int64_t grads = p->gw ? vectors_of(&p->grad) * VL : 0, rows = p->n * p->th, threads;
  j.in.row = pitch_of(&p->in), j.grad.row = PANEL;
  int64_t tile = s->slots * (j.in.row + grads);
  int64_t most = LT_MAX(LEAST_TILES, HELD_BYTES / (tile * (int64_t)sizeof(float)));
  int64_t chunk = LT_MIN(rows, LT_MAX(1, most / p->tw)), chunks = ceil_div(rows, chunk);
  chunk = ceil_div(rows, chunks);
  j.tiles = ceil_div(chunk * p->tw, PACK_ROWS) * PACK_ROWS;
  j.grad.panel = s->slots * j.tiles * PANEL;
  j.task_rows = LT_MIN(chunk, LT_MAX(1, TASK_TILES / p->tw));
  threads = lt_get_num_threads();
  int64_t pieces = p->gw ? ceil_div(p->in.c, BLOCK) : ceil_div(chunk, j.task_rows);
  j.parts = LT_MIN(pieces, ceil_div(2 * threads, blocks_of(p)));
  int64_t images = LT_MAX(image_space(&j, &p->in), p->gw ? image_space(&j, &p->grad) : 0);
  int64_t work = FEW * WINDOW * VL, held = tile * j.tiles, sums = 0;
  if (p->gw) {
    sums = blocks_of(p) * s->classes * p->in.c * BLOCK;
  } else {
    work = LT_MAX(work, p->out.side * p->out.side * p->tw * VL);
    work += s->classes * p->in.c * BLOCK + s->slots * task_room(&j) * BLOCK;
  }
  j.each = ceil_div(LT_MAX(work, images * VL), PANEL) * PANEL;
  size_t bytes = (size_t)(held + sums + threads * j.each) * sizeof(float);
  float *block = lti_alloc_scratch(&bytes);
  if (!block) return lti_out_of_memory(bytes);
  j.in.data = block;
  j.grad.data = block + s->slots * j.tiles * j.in.row;
  j.sums = block + held;
  j.space = j.sums + sums;
  for (j.first = 0; j.first < rows; j.first += chunk) {
    j.rows = LT_MIN(chunk, rows - j.first);
    j.add = j.first > 0, j.last = j.first + chunk >= rows;
    run_tasks(&j, j.rows * (vectors_of(&p->in) + grads / VL), make_coefs);
    run_tasks(&j, blocks_of(p) * j.parts, p->gw ? make_gradients : make_images);
  }
  lti_free(block, bytes);
  return LT_OK;
}
