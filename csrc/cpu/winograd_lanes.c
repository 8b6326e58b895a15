/* Minimal filtering with channels in vectors: see winograd_lanes.h. All tiles that fit some
 * megabytes are transformed first; a task then takes a panel of the result's channels, transforms
 * their weights, and makes some rows of tiles at a time, whose coefficients stay in its cache; or
 * it takes a panel of the outputs' channels and some of the inputs', and sums the gradients of
 * their weights. Results do not depend on the number of threads. */
#include "cpu/winograd_lanes.h"

#include "cpu/tasks.h"
#include "cpu/transpose.h"

enum {
  HELD_BYTES = 4 << 20, /* of coefficients of the tiles that are transformed at a time */
  LEAST_TILES = 64,     /* but as many, so that weights are not transformed for few */
  TASK_TILES = 64,      /* whose results are made at a time */
  BAND_TILES = 16,      /* that a task transforms */
  FROM = 64,            /* input channels whose weights are used as soon as they are made */
  FEW = 16,             /* and are transposed together */
  AHEAD = 3,            /* rows of weights that are asked for early */
  SUM = 128,            /* tiles whose products are added at a time, for gradients of weights */
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
  float *sums; /* the gradients of weights [panels][classes][c][PANEL], if made in several chunks */
  bool add, last;      /* a later chunk, the last one */
  int64_t task_rows;   /* tile rows whose results are made at a time */
  int64_t parts;       /* tasks that share the rows of a panel of channels */
  int64_t held;        /* input channels whose weights a task holds */
  float *space;        /* for each worker */
  int64_t each;        /* elements of it */
  int64_t tasks, next; /* next: atomic */
  void (*step)(const struct lane_job *j, int64_t task, float *space);
} lane_job;

static int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

/* r[i][j] = x[j][i], with rows of r and x so many elements apart. */
static void transpose(float *r, int64_t r_row, const float *x, int64_t x_row, int64_t rows,
                      int64_t cols) {
  enum { SIZE = sizeof(float) };
  CPU(transpose_of)(SIZE)((char *)r, r_row * SIZE, (const char *)x, x_row * SIZE, rows, cols);
}

/* Asks for n elements of each of some rows, which lie too far apart to be foreseen. */
static void fetch(const float *x, int64_t row, int64_t rows, int64_t n) {
  enum { LINE = 64 / sizeof(float) };
  for (int64_t i = 0; i < rows; i++, x += row)
    for (int64_t at = 0; at < n + LINE - 1; at += LINE) __builtin_prefetch(x + LT_MIN(at, n - 1));
}

/* ---- tiles of images ---- */

/* Vectors for one row of tiles: its pixels as they are, and with what is around the image. */
static int64_t image_space(const lane_job *j, const tiled *s) {
  return s->t.side * (s->w + (j->p->tw - 1) * s->t.step + s->t.side);
}

/* The rows of an image that tile row r of the chunk sees. */
typedef struct seen {
  int64_t image, y0, begin, end; /* y0: where the tiles begin, which may be outside */
} seen;

static seen rows_seen(const lane_job *j, const tiled *s, int64_t r) {
  seen v = {(j->first + r) / j->p->th, (j->first + r) % j->p->th * s->t.step + s->t.y0, 0, 0};
  v.begin = LT_MIN(LT_MAX(v.y0, 0), s->h);
  v.end = LT_MAX(v.begin, LT_MIN(v.y0 + s->t.side, s->h));
  return v;
}

static const float *pixels_seen(const tiled *s, seen v, int64_t channel) {
  return s->data + ((v.image * s->c + channel) * s->h + v.begin) * s->w;
}

/* The coefficients of VL channels, the block-th, of tile row r of the chunk; row `next` follows. */
static void tile_row(const lane_job *j, const coefs *c, int64_t block, int64_t r, int64_t next,
                     lanes *space) {
  const tiled *s = c->from;
  seen v = rows_seen(j, s, r), then = rows_seen(j, s, next);
  int64_t channel = block * VL, n = LT_MIN(VL, LT_MAX(0, s->c - channel));
  int64_t width = (j->p->tw - 1) * s->t.step + s->t.side;
  lanes *x = space + s->t.side * s->w, zero = {0};
  if (n < VL) memset(space, 0, (size_t)(s->t.side * s->w) * sizeof(lanes));
  if (n > 0) {
    if (next > r && then.end > then.begin)
      fetch(pixels_seen(s, then, channel), s->h * s->w, n, (then.end - then.begin) * s->w);
    transpose((float *)space, VL, pixels_seen(s, v, channel), s->h * s->w, (v.end - v.begin) * s->w,
              n);
  }
  int64_t left = LT_MIN(width, LT_MAX(0, -s->t.x0));
  int64_t right = LT_MAX(left, LT_MIN(width, s->w - s->t.x0));
  for (int64_t i = 0; i < s->t.side; i++) {
    lanes *to = x + i * width;
    bool inside = v.y0 + i >= v.begin && v.y0 + i < v.end;
    const lanes *from = space + (inside ? v.y0 + i - v.begin : 0) * s->w;
    int64_t u0 = inside ? left : width, u1 = inside ? right : width;
    for (int64_t u = 0; u < u0; u++) to[u] = zero;
    for (int64_t u = u0; u < u1; u++) to[u] = from[s->t.x0 + u];
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

/* Tile rows that a task transforms. */
static int64_t band_rows(const lane_job *j) { return LT_MAX(1, BAND_TILES / j->p->tw); }

static void make_coefs(const lane_job *j, int64_t task, float *space) {
  int64_t inputs = vectors_of(&j->p->in), bands = ceil_div(j->rows, band_rows(j));
  int64_t block = task / bands, first = task % bands * band_rows(j);
  int64_t last = LT_MIN(j->rows, first + band_rows(j)) - 1;
  const coefs *c = block < inputs ? &j->in : &j->grad;
  if (block >= inputs) block -= inputs;
  for (int64_t r = first; r <= last; r++)
    tile_row(j, c, block, r, LT_MIN(r + 1, last), (lanes *)space);
}

/* ---- images from products ---- */

/* The weights of n channels of the result from k0 on and few of the input's from c0 on:
 * u[class][c][PANEL]. */
static void panel_weights(const lane_pass *p, int64_t k0, int64_t n, int64_t c0, int64_t few,
                          lanes *g, float *u) {
  int64_t from = p->in.c;
  for (int64_t i = 0; i < few; i++) {
    const float *next = p->w + ((c0 + i + AHEAD) * p->to + k0) * WINDOW;
    if (p->turned && i + AHEAD < few) fetch(next, 0, 1, n * WINDOW);
    for (int64_t v = 0; v < PANEL; v += VL) {
      int64_t held = LT_MIN(VL, LT_MAX(0, n - v)), k = k0 + v;
      const float *w = p->w + (p->turned ? (c0 + i) * p->to + k : k * from + c0 + i) * WINDOW;
      lanes *of = p->turned ? g : g + v / VL * FEW * WINDOW;
      if (held < VL && (p->turned || i == 0)) memset(of, 0, FEW * WINDOW * sizeof(lanes));
      if (held > 0 && p->turned)
        transpose((float *)of, VL, w, WINDOW, WINDOW, held);
      else if (held > 0 && i % FEW == 0)
        transpose((float *)of, VL, w, from * WINDOW, LT_MIN(FEW, few - i) * WINDOW, held);
      p->scheme->weights(p->turned ? of : of + i % FEW * WINDOW, p->turned, u + i * PANEL + v,
                         few * PANEL);
    }
  }
}

/* Channels [k0, k0 + n) of tile rows [r0, r0 + rows) from their coefficients m[slot][tiles][PANEL].
 */
static void store_rows(const lane_job *j, int64_t k0, int64_t n, int64_t r0, int64_t rows,
                       const float *m, int64_t tiles, lanes *y) {
  const lane_pass *p = j->p;
  int64_t side = p->out.side, line = p->tw * side;
  for (int64_t v = 0; v < n; v += VL) {
    int64_t held = LT_MIN(VL, n - v);
    lanes bias = {0};
    if (p->bias) memcpy(&bias, p->bias + k0 + v, (size_t)held * sizeof(float));
    for (int64_t r = 0; r < rows; r++) {
      int64_t image = (j->first + r0 + r) / p->th, y0 = (j->first + r0 + r) % p->th * side;
      for (int64_t t = 0; t < p->tw; t++)
        p->output(&p->out, m + (r * p->tw + t) * PANEL + v, tiles * PANEL, y + t * side, line);
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

/* A part of the rows of a panel of channels. */
static void make_images(const lane_job *j, int64_t task, float *space) {
  const lane_pass *p = j->p;
  const scheme *s = p->scheme;
  int64_t k0 = task / j->parts * PANEL, n = LT_MIN(PANEL, p->to - k0), room = task_room(j);
  int64_t pieces = ceil_div(j->rows, j->task_rows), part = task % j->parts;
  int64_t begin = pieces * part / j->parts, end = pieces * (part + 1) / j->parts;
  float *u = space, *m = u + s->classes * j->held * PANEL;
  lanes *y = (lanes *)(m + s->slots * room * PANEL);
  for (int64_t piece = begin; piece < end; piece++) {
    int64_t r = piece * j->task_rows, first = r * p->tw, tiles = LT_MIN(room, j->tiles - first);
    for (int64_t c = 0; c < p->in.c; c += j->held) {
      int64_t few = LT_MIN(j->held, p->in.c - c);
      if (piece == begin || j->held < p->in.c) panel_weights(p, k0, n, c, few, y, u);
      for (int i = 0; i < s->slots; i++)
        product_float(tiles, PANEL, few, j->in.data + (i * j->tiles + first) * j->in.row + c,
                      j->in.row, 1, u + s->class[i] * few * PANEL, few, m + i * tiles * PANEL,
                      PANEL, c > 0);
    }
    store_rows(j, k0, n, r, LT_MIN(j->task_rows, j->rows - r), m, tiles, y);
  }
}

/* ---- gradients of weights ---- */

/* gw += scale times the gradient, for channels [k0, k0 + n) of the outputs and [c0, c0 + few) of
 * the inputs, from that of their coefficients, u[class][span][PANEL]. */
static void store_gradients(const lane_pass *p, int64_t k0, int64_t n, int64_t c0, int64_t few,
                            const float *u, int64_t span, lanes *g) {
  float turned[VL][FEW * WINDOW];
  for (int64_t v = 0; v < n; v += VL)
    for (int64_t c = 0; c < few; c += FEW) {
      int64_t some = LT_MIN(FEW, few - c), held = LT_MIN(VL, n - v);
      for (int64_t i = 0; i < some; i++)
        p->scheme->gradient(u + (c + i) * PANEL + v, span * PANEL, g + i * WINDOW);
      transpose(turned[0], FEW * WINDOW, (const float *)g, VL, held, some * WINDOW);
      for (int64_t k = 0; k < held; k++) {
        float *gw = p->gw + ((k0 + v + k) * p->in.c + c0 + c) * WINDOW;
        for (int64_t i = 0; i < some * WINDOW; i++) gw[i] += p->scale * turned[k][i];
      }
    }
}

/* FROM input channels of a panel of the outputs'. */
static void make_gradients(const lane_job *j, int64_t task, float *space) {
  const lane_pass *p = j->p;
  const scheme *s = p->scheme;
  int64_t k0 = task / j->parts * PANEL, c0 = task % j->parts * FROM;
  int64_t few = LT_MIN(FROM, p->in.c - c0), span = j->sums ? p->in.c : few;
  lanes *g = (lanes *)space;
  const float *grad = j->grad.data + k0 / PANEL * j->grad.panel;
  float *u = j->sums ? j->sums + k0 * s->classes * span + c0 * PANEL : space + FEW * WINDOW * VL;
  for (int class = 0; class < s->classes; class ++) {
    bool add = j->add;
    for (int i = 0; i < s->slots; i++) {
      if (s->class[i] != class) continue;
      for (int64_t t = i * j->tiles; t < (i + 1) * j->tiles; t += SUM, add = true)
        product_float(few, PANEL, LT_MIN(SUM, (i + 1) * j->tiles - t),
                      j->in.data + t * j->in.row + c0, 1, j->in.row, grad + t * PANEL, 0,
                      u + class * span * PANEL, PANEL, add);
    }
  }
  if (j->last) store_gradients(p, k0, LT_MIN(PANEL, p->to - k0), c0, few, u, span, g);
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
  threads = lt_get_num_threads();
  int64_t panels = ceil_div(p->to, PANEL), wanted = threads > 1 ? 2 * threads : 1;
  j.task_rows = LT_MIN(chunk, LT_MAX(1, TASK_TILES / p->tw));
  /* a sum is made in one or several steps, whatever the number of threads */
  j.held = j.task_rows < chunk ? p->in.c : LT_MIN(FROM, p->in.c);
  if (panels * ceil_div(chunk, j.task_rows) < wanted)
    j.task_rows = LT_MAX(ceil_div(chunk, ceil_div(wanted, panels)), ceil_div(PACK_ROWS, p->tw));
  j.parts = LT_MIN(ceil_div(chunk, j.task_rows), ceil_div(wanted, panels));
  if (p->gw) j.parts = ceil_div(p->in.c, FROM);
  int64_t images = LT_MAX(image_space(&j, &p->in), p->gw ? image_space(&j, &p->grad) : 0);
  int64_t work = FEW * WINDOW * PANEL, held = tile * j.tiles, sums = 0;
  if (p->gw && chunk < rows) {
    sums = panels * s->classes * p->in.c * PANEL;
  } else if (p->gw) {
    work += s->classes * LT_MIN(FROM, p->in.c) * PANEL;
  } else {
    work = LT_MAX(work, p->out.side * p->out.side * p->tw * VL);
    work += (s->classes * j.held + s->slots * task_room(&j)) * PANEL;
  }
  j.each = ceil_div(LT_MAX(work, images * VL), PANEL) * PANEL;
  size_t bytes = (size_t)(held + sums + threads * j.each) * sizeof(float);
  float *block = lti_alloc_scratch(&bytes);
  if (!block) return lti_out_of_memory(bytes);
  j.in.data = block;
  j.grad.data = block + s->slots * j.tiles * j.in.row;
  j.sums = sums > 0 ? block + held : NULL;
  j.space = block + held + sums;
  for (j.first = 0; j.first < rows; j.first += chunk) {
    j.rows = LT_MIN(chunk, rows - j.first);
    j.add = j.first > 0, j.last = j.first + chunk >= rows;
    run_tasks(&j, ceil_div(j.rows, band_rows(&j)) * (vectors_of(&p->in) + grads / VL), make_coefs);
    run_tasks(&j, panels * j.parts, p->gw ? make_gradients : make_images);
  }
  lti_free(block, bytes);
  return LT_OK;
}
