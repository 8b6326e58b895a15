/* conv_weight_real.h: the gradients of weights and bias for one REAL, included by conv.c after
 * conv_real.h. A weight's gradient is the dot product of a result row (all pixels of one output
 * channel) and a source row seen through one tap; blocks of MAX_DM x DN of them are made at once,
 * along the pixels. */

#define GROUP (VL > SEG ? VL : SEG) /* columns are padded to a multiple */
#define MAX_DM (VBYTES == 64 ? 5 : 3)
#define DN (VBYTES == 64 ? 5 : 4)

typedef struct NAME(wgrad_job) {
  const corr *p;
  const REAL *x, *gy;
  const ptrdiff_t *off, *seg;
  int64_t chans, parts;  /* channels of a task; parts of a group's channels */
  int64_t mparts;        /* parts of a group's rows */
  int64_t slices, units; /* slices of the units (a band of a set of images) */
  bool outer;            /* by outer products: partial is [slices][groups][rows / TILE][k + 1]
                            [TILE], in row k the sums of the outputs' gradients */
  const ptrdiff_t *row;  /* of grid rows in the buffer, for these */
  int64_t buffer, grads, line;
  REAL *scratch; /* for each worker: source, gradients [rows blocked], a line of them */
  REAL *gw, *gb, *partial;
  int64_t sums; /* elements of a slice in partial */
  REAL scale;
  int64_t tasks, next;
} NAME(wgrad_job);

/* Sum of the elements of v, as a tree. */
static inline __attribute__((always_inline)) REAL NAME(sum)(vec v) {
#if VBYTES == 64
  return TWO_SEGMENTS ? (REAL)_mm512_reduce_add_ps((__m512)v)
                      : (REAL)_mm512_reduce_add_pd((__m512d)v);
#else
  REAL s[VBYTES / sizeof(REAL)];
  memcpy(s, &v, sizeof s);
  for (int half = VL / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) s[i] += s[i + half];
  return s[0];
#endif
}

/* out[mr][n] += scale a[mr] . b[n] over nvec vectors; a is stored [nvec][mr][VL]. */
static inline __attribute__((always_inline)) void
NAME(dots)(const int mr, int64_t n, int64_t nvec, const REAL *a, const REAL *src,
           const ptrdiff_t *off, const ptrdiff_t *seg, REAL *out, int64_t ldo, REAL scale) {
  const REAL *s[DN];
  vec acc[MAX_DM][DN];
  UNROLL for (int j = 0; j < DN; j++) { s[j] = src + off[LT_MIN(j, n - 1)]; }
  UNROLL for (int i = 0; i < mr; i++) {
    UNROLL for (int j = 0; j < DN; j++) { acc[i][j] = (vec){0}; }
  }
  for (int64_t v = 0; v < nvec; v++, a += mr * VL) {
    ptrdiff_t o = VL > SEG ? seg[2 * v] : seg[v * VL / SEG] + v * VL % SEG;
    ptrdiff_t o2 = VL > SEG ? seg[2 * v + 1] : o;
    vec row[MAX_DM];
    UNROLL for (int i = 0; i < mr; i++) { row[i] = *(const vec *)(a + i * VL); }
    UNROLL for (int j = 0; j < DN; j++) {
      vec b = NAME(join)(s[j] + o, s[j] + o2);
      UNROLL for (int i = 0; i < mr; i++) { acc[i][j] += row[i] * b; }
    }
  }
  for (int i = 0; i < mr; i++)
    for (int j = 0; j < n; j++) out[i * ldo + j] += scale * NAME(sum)(acc[i][j]);
}

/* Rows [m0, m0 + mr) of the gradients of a task's outputs, in columns like those of the source,
 * zero between them, stored [vectors][mr][VL]. */
static void NAME(prepare_rows)(const NAME(wgrad_job) * j, int64_t g, int64_t m0, int64_t mr,
                               int64_t img, int64_t nimg, int64_t row0, int64_t nrows, int64_t nvec,
                               REAL *line, REAL *out) {
  const corr *p = j->p;
  for (int64_t i = 0; i < mr; i++) {
    REAL *l = line;
    for (int64_t n = 0; n < nimg; n++) {
      const REAL *in = j->gy + output_plane(p, g * p->m + m0 + i, img + n) * p->gh * p->gw;
      in += row0 * p->gw;
      for (int64_t t = 0; t < nrows; t++, in += p->gw) {
        int64_t end = t + 1 < nrows ? p->pitch : band_segs(p, nrows) * SEG - t * p->pitch;
        for (int64_t u = 0; u < p->gw; u++) l[u] = in[u];
        for (int64_t u = p->gw; u < end; u++) l[u] = 0;
        l += end;
      }
    }
    for (REAL *end = line + nvec * VL; l < end; l++) *l = 0;
    for (int64_t v = 0; v < nvec; v++)
      *(vec *)(out + (v * mr + i) * VL) = *(const vec *)(line + v * VL);
  }
}

/* Blocks of rows of the outputs: of TILE for outer products, else of about MAX_DM. */
static int64_t NAME(row_blocks)(const NAME(wgrad_job) * j) {
  return ceil_div(j->p->m, j->outer ? TILE : MAX_DM);
}

/* Row blocks [b0, b1) of a unit by outer products, from the source in buf, in room for a block. */
static void NAME(outer_blocks)(const NAME(wgrad_job) * j, int64_t g, int64_t b0, int64_t b1,
                               int64_t img, int64_t nimg, int64_t row0, int64_t nrows, int64_t c0,
                               int64_t taps, const REAL *buf, REAL *room, REAL *out) {
  const corr *p = j->p;
  int64_t k = p->c * p->ntaps;
  for (int64_t b = b0; b < b1; b++) {
    int64_t m0 = b * TILE, mr = LT_MIN(TILE, p->m - m0);
    REAL *to = out + b * (k + 1) * TILE;
    NAME(prepare_pixels)
    (p, j->gy, g, m0, mr, img, nimg, row0, nrows, room, c0 == 0 ? to + k * TILE : NULL);
    NAME(outer_taps)
    (taps, nimg * nrows, p->gw, j->row, room, buf, j->off, to + c0 * p->ntaps * TILE);
  }
}

static void NAME(wgrad_worker)(int64_t begin, int64_t end, void *ctx) {
  NAME(wgrad_job) *j = ctx;
  const corr *p = j->p;
  int64_t k = p->c * p->ntaps, blocks = NAME(row_blocks)(j);
  for (int64_t worker = begin; worker < end; worker++) {
    REAL *buf = j->scratch + worker * (j->buffer + j->grads + j->line);
    REAL *rows = buf + j->buffer, *line = rows + j->grads;
    memset(buf, 0, (size_t)j->buffer * sizeof(REAL)); /* what no pixel fills is multiplied by 0 */
    for (;;) {
      int64_t task = __atomic_fetch_add(&j->next, 1, __ATOMIC_RELAXED);
      if (task >= j->tasks) break;
      int64_t part = task % j->parts, g = task / j->parts % p->groups;
      int64_t b0 = blocks * (task / j->parts / p->groups % j->mparts) / j->mparts;
      int64_t b1 = blocks * (task / j->parts / p->groups % j->mparts + 1) / j->mparts;
      int64_t slice = task / j->parts / p->groups / j->mparts;
      int64_t c0 = part * j->chans, nchan = LT_MIN(j->chans, p->c - c0), taps = nchan * p->ntaps;
      int64_t row_base = p->m * b0 / blocks;
      REAL *out = j->partial ? j->partial + slice * j->sums : j->gw;
      out += j->outer ? g * blocks * TILE * (k + 1) : g * p->m * k + c0 * p->ntaps;
      REAL scale = j->partial ? 1 : j->scale;
      for (int64_t u = j->units * slice / j->slices; u < j->units * (slice + 1) / j->slices; u++) {
        int64_t img = u / p->bands * p->imgs, nimg = LT_MIN(p->imgs, p->n - img);
        int64_t row0 = u % p->bands * p->rows, nrows = LT_MIN(p->rows, p->gh - row0);
        int64_t cols = ((nimg - 1) * p->image_segs + band_segs(p, nrows)) * SEG;
        int64_t nvec = ceil_div(cols, GROUP) * GROUP / VL;
        NAME(prepare)
        (p, j->x, g, c0, nchan, img, nimg, row0, nrows, buf);
        if (j->outer) {
          NAME(outer_blocks)(j, g, b0, b1, img, nimg, row0, nrows, c0, taps, buf, rows, out);
          continue;
        }
        for (int64_t b = b0; b < b1; b++) {
          int64_t m0 = p->m * b / blocks, mr = p->m * (b + 1) / blocks - m0;
          NAME(prepare_rows)
          (j, g, m0, mr, img, nimg, row0, nrows, nvec, line, rows + (m0 - row_base) * nvec * VL);
        }
        for (int64_t b = b0; b < b1; b++) {
          int64_t m0 = p->m * b / blocks, mr = p->m * (b + 1) / blocks - m0;
          const REAL *a = rows + (m0 - row_base) * nvec * VL;
          for (int64_t q = 0; q < taps; q += DN) {
            const ptrdiff_t *off = j->off + q;
            REAL *o = out + m0 * k + q;
            int64_t n = LT_MIN(DN, taps - q);
            switch (mr) {
            case 1: NAME(dots)(1, n, nvec, a, buf, off, j->seg, o, k, scale); break;
            case 2: NAME(dots)(2, n, nvec, a, buf, off, j->seg, o, k, scale); break;
            case 3: NAME(dots)(3, n, nvec, a, buf, off, j->seg, o, k, scale); break;
#if VBYTES == 64
            case 4: NAME(dots)(4, n, nvec, a, buf, off, j->seg, o, k, scale); break;
            case 5: NAME(dots)(5, n, nvec, a, buf, off, j->seg, o, k, scale); break;
#endif
            }
          }
        }
      }
    }
  }
}

static REAL NAME(add_sums)(const NAME(wgrad_job) * j, int64_t at) {
  REAL sum = j->partial[at];
  for (int64_t s = 1; s < j->slices; s++) sum += j->partial[s * j->sums + at];
  return sum;
}

static void NAME(add_slices)(int64_t begin, int64_t end, void *ctx) {
  const NAME(wgrad_job) *j = ctx;
  for (int64_t i = begin; i < end; i++) j->gw[i] += j->scale * NAME(add_sums)(j, i);
}

/* The same of outer products, for rows [begin, end) of all groups. */
static void NAME(add_rows)(int64_t begin, int64_t end, void *ctx) {
  const NAME(wgrad_job) *j = ctx;
  int64_t k = j->p->c * j->p->ntaps, blocks = NAME(row_blocks)(j);
  for (int64_t row = begin; row < end; row++) {
    int64_t g = row / j->p->m, m = row % j->p->m;
    int64_t at = (g * blocks + m / TILE) * (k + 1) * TILE + m % TILE;
    REAL *gw = j->gw + row * k;
    for (int64_t i = 0; i < k; i++) gw[i] += j->scale * NAME(add_sums)(j, at + i * TILE);
    if (j->gb) j->gb[row] += j->scale * NAME(add_sums)(j, at + k * TILE);
  }
}

/* gw += scale dw, and where it costs nothing, which sets *with_bias, gb += scale db. The cut into
 * tasks, and so the rounding, depends on the sizes alone. */
static lt_status NAME(grad_weight)(corr *p, REAL *gw, REAL *gb, bool *with_bias, const REAL *x,
                                   const REAL *gy, double scale) {
  enum { TASKS = 32, MOST_ROWS = 64, LEAST_TAPS = 64, MOST_TAPS = 256, MOST_PARTIAL = 1 << 22 };
  int64_t k = p->c * p->ntaps, blocks;
  NAME(wgrad_job) j = {.p = p, .x = x, .gy = gy, .gw = gw, .gb = gb, .scale = (REAL)scale};
  int64_t held = ceil_div(p->m, TILE) * TILE; /* for outer products */
  j.outer = *with_bias = 8 * p->m >= 7 * held && p->groups * held * (k + 1) <= MOST_PARTIAL;
  j.sums = p->groups * (j.outer ? held * (k + 1) : p->m * k);
  j.mparts = j.outer ? 1 : ceil_div(p->m, MOST_ROWS);
  blocks = NAME(row_blocks)(&j);
  int64_t most_rows = j.outer ? TILE : ceil_div(blocks, j.mparts) * MAX_DM;
  int64_t parts = ceil_div(TASKS, LT_MIN(TASKS, p->groups * j.mparts));
  parts = LT_MAX(parts, j.mparts > 1 ? k / MOST_TAPS : 1);
  if (j.outer) parts = k / MOST_TAPS; /* for each the gradients are transposed anew */
  j.chans = ceil_div(p->c, LT_MAX(1, LT_MIN(LT_MIN(k / LEAST_TAPS, p->c), parts)));
  j.parts = ceil_div(p->c, j.chans);
  int64_t cols = LT_MIN(MAX_COLS, GRAD_BYTES / (int64_t)sizeof(REAL) / most_rows);
  int64_t tasks = ceil_div(TASKS, LT_MIN(TASKS, j.parts * j.mparts));
  LT_TRY(plan_corr(p, sizeof(REAL), j.chans, BUFFER_BYTES, cols, tasks));
  j.units = ceil_div(p->n, p->imgs) * p->bands;
  j.slices = LT_MIN(j.units, ceil_div(TASKS, p->groups * j.parts * j.mparts));
  j.slices = LT_MAX(1, LT_MIN(j.slices, MOST_PARTIAL / j.sums));
  if (j.outer) j.mparts = LT_MIN(blocks, ceil_div(TASKS, p->groups * j.parts * j.slices));
  j.tasks = p->groups * j.parts * j.mparts * j.slices;
  int64_t taps = j.chans * p->ntaps, segs = p->imgs * p->image_segs, pad = GROUP / SEG;
  j.line = ceil_div(segs * SEG, GROUP) * GROUP;
  j.grads = most_rows * j.line;
  j.buffer = ceil_div(p->imgs * p->image + SEG, GROUP) * GROUP;
  int64_t threads = LT_MIN(lt_get_num_threads(), j.tasks);
  int64_t reals = threads * (j.buffer + j.grads + j.line);
  bool apart = j.outer || j.slices > 1;
  if (apart) reals += j.slices * j.sums;
  int64_t lines = p->imgs * p->rows;
  size_t bytes =
      (size_t)reals * sizeof(REAL) + 64 + (size_t)(taps + segs + pad + lines) * sizeof(ptrdiff_t);
  char *block = lti_alloc_scratch(&bytes);
  if (!block) return lti_out_of_memory(bytes);
  j.scratch = (REAL *)block;
  if (apart) {
    j.partial = j.scratch + threads * (j.buffer + j.grads + j.line);
    memset(j.partial, 0, (size_t)(j.slices * j.sums) * sizeof(REAL));
  }
  ptrdiff_t *off = (ptrdiff_t *)(block + ((size_t)reals * sizeof(REAL) + 63) / 64 * 64);
  for (int64_t c = 0; c < j.chans; c++)
    for (int64_t q = 0; q < p->ntaps; q++) off[c * p->ntaps + q] = tap_offset(p, c, q);
  fill_segments(p, off + taps, pad, 0);
  ptrdiff_t *row = off + taps + segs + pad;
  for (int64_t i = 0; i < lines; i++) row[i] = i / p->rows * p->image + i % p->rows * p->wq;
  j.off = off, j.seg = off + taps, j.row = row;
  lti_parallel(threads, 1, NAME(wgrad_worker), &j);
  if (j.outer)
    lti_parallel(p->groups * p->m, lti_grain / (j.slices * k) + 1, NAME(add_rows), &j);
  else if (apart)
    lti_parallel(j.sums, lti_grain / j.slices + 1, NAME(add_slices), &j);
  lti_free(block, bytes);
  return LT_OK;
}

typedef struct NAME(bias_job) {
  const lt_window *s;
  REAL *gb;
  const REAL *gy;
  double scale;
} NAME(bias_job);

static void NAME(bias_range)(int64_t begin, int64_t end, void *ctx) {
  const NAME(bias_job) *j = ctx;
  int64_t plane = j->s->ot * j->s->oh * j->s->ow;
  for (int64_t k = begin; k < end; k++) {
    double sum = 0;
    for (int64_t n = 0; n < j->s->n; n++) {
      const REAL *g = j->gy + (n * j->s->k + k) * plane;
      vec acc[4] = {{0}};
      int64_t i = 0;
      for (; i + 4 * VL <= plane; i += 4 * VL) {
        UNROLL for (int v = 0; v < 4; v++) { acc[v] += *(const vec *)(g + i + v * VL); }
      }
      REAL rest = 0;
      for (; i < plane; i++) rest += g[i];
      sum += (double)(NAME(sum)((acc[0] + acc[1]) + (acc[2] + acc[3])) + rest);
    }
    j->gb[k] += (REAL)(j->scale * sum);
  }
}
