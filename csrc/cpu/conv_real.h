/* conv_real.h: convolution for one REAL (float or double), included by conv.c for each. Products
 * are made by small kernels that hold a tile of results in vector registers; they are written with
 * vector extensions, so that one text serves every instruction set. */

#define NAME(x) LT_PASTE2(x, , REAL)
#define vec NAME(vec)
/* elements of a vector; vectors and columns of a tile; largest number of its rows; rows up to which
 * WIDE tiles are made together, to keep enough independent sums going */
#define VL ((int)(VBYTES / sizeof(REAL)))
#define NV (2 * VL < SEG ? SEG / VL : 2)
#define TILE (NV * VL)
#define MAX_MR (VSUMS / NV)
#define WIDE_MR (MAX_MR / WIDE)

typedef REAL vec __attribute__((vector_size(VBYTES), aligned(sizeof(REAL)), may_alias));

/* A vector from o and, when it is two segments long (16 floats of AVX-512), o2. */
static inline __attribute__((always_inline)) vec NAME(join)(const REAL *o, const REAL *o2) {
#if TWO_SEGMENTS
  return _mm512_insertf32x8(_mm512_castps256_ps512(_mm256_loadu_ps(o)), _mm256_loadu_ps(o2), 1);
#else
  (void)o2;
  return *(const vec *)o;
#endif
}

/* Columns [v VL, (v + 1) VL) of a run whose segments start at s[0], s[1], ..., o further on. */
static inline __attribute__((always_inline)) vec NAME(load)(const REAL *const *s, ptrdiff_t o,
                                                            int v) {
  return NAME(join)(s[v * VL / SEG] + o + v * VL % SEG, s[(v * VL + VL - 1) / SEG] + o);
}

/* ---- source ---- */

typedef REAL NAME(segment)
    __attribute__((vector_size(SEG * sizeof(REAL)), aligned(sizeof(REAL)), may_alias));

/* Zeros in out[n], and maybe in up to SEG - 1 elements behind it. */
static inline void NAME(clear)(int64_t n, REAL *out) {
  if (n <= 0) return;
  *(NAME(segment) *)out = (NAME(segment)){0};
  if (n > SEG) memset(out + SEG, 0, (size_t)(n - SEG) * sizeof(REAL));
}

/* out[i] = in[2 i]. */
static inline void NAME(every_second)(int64_t n, const REAL *in, REAL *out) {
  int64_t i = 0;
#if VBYTES >= 32
  typedef REAL pair __attribute__((vector_size(32), aligned(sizeof(REAL)), may_alias));
  enum { N = 32 / sizeof(REAL) };
  for (; i + N <= n; i += N) { /* the second half ends with the last element that is used */
    pair a = *(const pair *)(in + 2 * i), b = *(const pair *)(in + 2 * i + N - 1);
#if FLOATS
    *(pair *)(out + i) = __builtin_shuffle(a, b, (lanes32){0, 2, 4, 6, 9, 11, 13, 15});
#else
    *(pair *)(out + i) = __builtin_shuffle(a, b, (lanes64){0, 2, 5, 7});
#endif
  }
#endif
  for (; i < n; i++) out[i] = in[2 * i];
}

/* The part of the source that one task reads, planes [c0, c0 + nchan) of group g, zero-padded and
 * split by phase. */
static void NAME(prepare)(const corr *p, const REAL *src, int64_t g, int64_t c0, int64_t nchan,
                          int64_t img, int64_t nimg, int64_t row0, int64_t nrows, REAL *buf) {
  for (int64_t i = 0; i < nimg; i++)
    for (int64_t c = 0; c < nchan; c++) {
      int64_t at = source_plane(p, g, c0 + c, img + i), h = at < 0 ? 0 : p->h;
      const REAL *plane = src + LT_MAX(at, 0) * p->h * p->w;
      for (int64_t phase = 0; phase < p->npy * p->npx; phase++) {
        int64_t py = phase / p->npx, px = phase % p->npx, x0 = px + p->dx0;
        /* columns [v0, v1) are inside the image */
        int64_t v0 = x0 < 0 ? LT_MIN(ceil_div(-x0, p->sx), p->wq) : 0;
        int64_t v1 = x0 < p->w ? LT_MIN(ceil_div(p->w - x0, p->sx), p->wq) : 0;
        v1 = LT_MAX(v0, v1);
        REAL *out = buf + i * p->image + c * p->chan + phase * p->plane;
        for (int64_t r = 0; r < nrows + p->qy; r++, out += p->wq) {
          int64_t y = (row0 + r) * p->sy + py + p->dy0;
          if (y < 0 || y >= h) {
            NAME(clear)(p->wq, out);
            continue;
          }
          const REAL *in = plane + y * p->w + x0;
          NAME(clear)(v0, out); /* what follows overwrites what is beyond */
          if (p->sx == 1)
            for (int64_t v = v0; v < v1; v++) out[v] = in[v];
          else if (p->sx == 2)
            NAME(every_second)(v1 - v0, in + 2 * v0, out + v0);
          else
            for (int64_t v = v0; v < v1; v++) out[v] = in[v * p->sx];
          NAME(clear)(p->wq - v1, out + v1);
        }
      }
    }
}

/* ---- correlation ---- */

/* c[mr][nv VL] = a[k][mr]' times the columns that the segments select at each of k offsets; when
 * nv > NV, they are one run. */
static inline __attribute__((always_inline)) void
NAME(micro)(const int mr, const int nv, int64_t k, const REAL *a, const REAL *src,
            const ptrdiff_t *off, const ptrdiff_t *seg, REAL *c, int64_t ldc) {
  const REAL *s[TILE / SEG];
  vec acc[MAX_MR][WIDE * NV];
  UNROLL for (int j = 0; j < TILE / SEG; j++) { s[j] = src + seg[j]; }
  UNROLL for (int i = 0; i < mr; i++) {
    UNROLL for (int v = 0; v < nv; v++) { acc[i][v] = (vec){0}; }
  }
  for (int64_t q = 0; q < k; q++, a += mr) {
    ptrdiff_t o = off[q];
    vec b[WIDE * NV];
    UNROLL for (int v = 0; v < nv; v++) {
      b[v] = nv > NV ? *(const vec *)(s[0] + o + v * VL) : NAME(load)(s, o, v);
    }
    UNROLL for (int i = 0; i < mr; i++) {
      UNROLL for (int v = 0; v < nv; v++) { acc[i][v] += a[i] * b[v]; }
    }
  }
  UNROLL for (int i = 0; i < mr; i++) {
    UNROLL for (int v = 0; v < nv; v++) { *(vec *)(c + i * ldc + v * VL) = acc[i][v]; }
  }
}

#define MICRO(mr)                                                                     \
  case mr: {                                                                          \
    const int rows = mr <= MAX_MR ? mr : 1;                                           \
    NAME(micro)(rows, rows <= WIDE_MR ? WIDE * NV : NV, k, a, src, off, seg, c, ldc); \
    return;                                                                           \
  }

/* One tile (WIDE of them for mr <= WIDE_MR) of mr rows. */
static void NAME(tile)(int64_t mr, int64_t k, const REAL *a, const REAL *src, const ptrdiff_t *off,
                       const ptrdiff_t *seg, REAL *c, int64_t ldc) {
  switch (mr) {
    MICRO(1)
    MICRO(2)
    MICRO(3)
    MICRO(4)
    MICRO(5)
    MICRO(6)
    MICRO(7)
    MICRO(8)
    MICRO(9)
    MICRO(10)
    MICRO(11)
    MICRO(12)
    MICRO(13)
  }
}

/* The same from a panel[k][TILE]; with `add`, c is added to. */
static inline __attribute__((always_inline)) void NAME(panel_micro)(const int mr, int64_t k,
                                                                    const REAL *a,
                                                                    const REAL *panel, REAL *c,
                                                                    int64_t ldc, bool add) {
  vec acc[MAX_MR][NV];
  UNROLL for (int i = 0; i < mr; i++) {
    UNROLL for (int v = 0; v < NV; v++) { acc[i][v] = (vec){0}; }
  }
  for (int64_t q = 0; q < k; q++, a += mr, panel += TILE) {
    vec b[NV];
    UNROLL for (int v = 0; v < NV; v++) { b[v] = *(const vec *)(panel + v * VL); }
    UNROLL for (int i = 0; i < mr; i++) {
      UNROLL for (int v = 0; v < NV; v++) { acc[i][v] += a[i] * b[v]; }
    }
  }
  UNROLL for (int i = 0; i < mr; i++) {
    UNROLL for (int v = 0; v < NV; v++) {
      vec *out = (vec *)(c + i * ldc + v * VL);
      if (add) acc[i][v] += *out;
      *out = acc[i][v];
    }
  }
}

#define PANEL(mr)                                                       \
  case mr: {                                                            \
    NAME(panel_micro)(mr <= MAX_MR ? mr : 1, k, a, panel, c, ldc, add); \
    return;                                                             \
  }

static void NAME(panel_tile)(int64_t mr, int64_t k, const REAL *a, const REAL *panel, REAL *c,
                             int64_t ldc, bool add) {
  switch (mr) {
    PANEL(1)
    PANEL(2)
    PANEL(3)
    PANEL(4)
    PANEL(5)
    PANEL(6)
    PANEL(7)
    PANEL(8)
    PANEL(9)
    PANEL(10)
    PANEL(11)
    PANEL(12)
    PANEL(13)
  }
}

/* Input channels [begin, begin + n), counted over all images, of s: their bias, or 0. */
static void NAME(fill)(REAL *out, const REAL *bias, const lt_window *s, int64_t begin, int64_t n) {
  int64_t size = s->t * s->h * s->w;
  for (int64_t c = begin; c < begin + n; c++) {
    REAL *o = out + c * size, b = bias ? bias[c % s->c] : 0;
    for (int64_t i = 0; i < size; i++) o[i] = b;
  }
}

typedef struct NAME(corr_job) {
  const corr *p;
  weights w;
  int64_t blocks; /* of rows in a group */
  REAL *packed;   /* [groups][blocks][c taps][rows of the block] */
  const REAL *src, *bias;
  REAL *out;
  const lt_window *spread;     /* see spread below; NULL: plain correlation */
  const ptrdiff_t *off, *seg;  /* of taps and of segments */
  REAL *scratch;               /* for each worker: buffer, then tile rows */
  int64_t buffer, results;     /* elements of the two */
  int64_t panel;               /* of one for in_panels, if sums are made so; else 0 */
  int64_t mparts, tasks, next; /* parts of the rows of a group; next task, atomic */
} NAME(corr_job);

static void NAME(pack_blocks)(int64_t begin, int64_t end, void *ctx) {
  const NAME(corr_job) *j = ctx;
  const corr *p = j->p;
  for (int64_t job = begin; job < end; job++) {
    int64_t g = job / j->blocks, b = job % j->blocks;
    int64_t m0 = p->m * b / j->blocks, mr = p->m * (b + 1) / j->blocks - m0;
    REAL *out = j->packed + (g * p->m + m0) * p->c * p->ntaps;
    for (int64_t c = 0; c < p->c; c++)
      for (int64_t q = 0; q < p->ntaps; q++) {
        const REAL *w = (const REAL *)j->w.w + g * j->w.group + m0 * j->w.row +
                        c / p->nz * j->w.chan + p->frames[c % p->nz].index * j->w.frame +
                        p->taps[q].index;
        for (int64_t i = 0; i < mr; i++) *out++ = w[i * j->w.row];
      }
  }
}

/* Results of rows [m0, m0 + mr) of group g for a task's images and rows, from c to out. */
static void NAME(store)(const NAME(corr_job) * j, int64_t g, int64_t m0, int64_t mr, int64_t img,
                        int64_t nimg, int64_t row0, int64_t nrows, const REAL *c, int64_t ldc) {
  const corr *p = j->p;
  for (int64_t n = 0; n < nimg; n++)
    for (int64_t i = 0; i < mr; i++) {
      int64_t m = g * p->m + m0 + i;
      REAL *out = j->out + output_plane(p, m, img + n) * p->out_h * p->out_w;
      const REAL *in = c + i * ldc + n * p->image_segs * SEG;
      REAL b = j->bias ? j->bias[m] : 0;
      for (int64_t t = 0; t < nrows; t++, in += p->pitch) {
        REAL *o = out + (p->oy + (row0 + t) * p->oys) * p->out_w + p->ox;
        if (p->oxs == 1)
          for (int64_t u = 0; u < p->gw; u++) o[u] = in[u] + b;
        else
          for (int64_t u = 0; u < p->gw; u++) o[u * p->oxs] = in[u] + b;
      }
    }
}

/* The same when row m is an input channel seen through one tap of the window: its results are added
 * to the pixels that the tap touches. */
static void NAME(spread)(const NAME(corr_job) * j, int64_t g, int64_t m0, int64_t mr, int64_t img,
                         int64_t nimg, const REAL *c, int64_t ldc) {
  const lt_window *s = j->spread;
  int64_t taps = s->kh * s->kw, size = s->h * s->w;
  for (int64_t n = 0; n < nimg; n++)
    for (int64_t m = m0; m < m0 + mr; m++) {
      int64_t chan = g * (s->c / s->groups) + m / taps;
      int64_t y = m % taps / s->kw * s->dh - s->ph, x = m % s->kw * s->dw - s->pw;
      int64_t u0 = x < 0 ? ceil_div(-x, s->sw) : 0;
      int64_t u1 = x < s->w ? LT_MIN(s->ow, ceil_div(s->w - x, s->sw)) : 0;
      REAL *out = j->out + ((img + n) * s->c + chan) * size + x;
      const REAL *in = c + (m - m0) * ldc + n * j->p->image_segs * SEG;
      for (int64_t t = 0; t < s->oh; t++, y += s->sh, in += j->p->pitch) {
        if (y < 0 || y >= s->h) continue;
        REAL *o = out + y * s->w;
        if (s->sw == 1)
          for (int64_t u = u0; u < u1; u++) o[u] += in[u];
        else
          for (int64_t u = u0; u < u1; u++) o[u * s->sw] += in[u];
      }
    }
}

/* Row blocks [block0, block1) of group g times `cols` columns, PANEL_SUM products of the sums at a
 * time: what TILE columns need of the source is copied together, so that it stays in the first
 * cache for all rows. */
static void NAME(in_panels)(const NAME(corr_job) * j, int64_t g, int64_t block0, int64_t block1,
                            int64_t cols, const REAL *src, REAL *panel, REAL *c, int64_t ldc) {
  const corr *p = j->p;
  int64_t k = p->c * p->ntaps, first = p->m * block0 / j->blocks;
  for (int64_t k0 = 0; k0 < k; k0 += PANEL_SUM) {
    int64_t sum = LT_MIN(PANEL_SUM, k - k0);
    for (int64_t x = 0; x < cols; x += TILE) {
      for (int s = 0; s < TILE / SEG; s++) {
        const REAL *from = src + j->seg[x / SEG + s];
        REAL *to = panel + s * SEG;
        for (int64_t q = 0; q < sum; q++)
          *(NAME(segment) *)(to + q * TILE) = *(const NAME(segment) *)(from + j->off[k0 + q]);
      }
      for (int64_t b = block0; b < block1; b++) {
        int64_t m0 = p->m * b / j->blocks, mr = p->m * (b + 1) / j->blocks - m0;
        const REAL *a = j->packed + (g * p->m + m0) * k + k0 * mr;
        NAME(panel_tile)(mr, sum, a, panel, c + (m0 - first) * ldc + x, ldc, k0 > 0);
      }
    }
  }
}

static void NAME(corr_worker)(int64_t begin, int64_t end, void *ctx) {
  NAME(corr_job) *j = ctx;
  const corr *p = j->p;
  int64_t k = p->c * p->ntaps, sets = ceil_div(p->n, p->imgs);
  for (int64_t worker = begin; worker < end; worker++) {
    REAL *buf = j->scratch + worker * (j->buffer + j->results + j->panel), *c = buf + j->buffer;
    for (;;) {
      int64_t task = __atomic_fetch_add(&j->next, 1, __ATOMIC_RELAXED);
      if (task >= j->tasks) break;
      int64_t part = task % j->mparts, g = task / j->mparts % p->groups;
      int64_t band = task / j->mparts / p->groups % p->bands;
      int64_t img = task / j->mparts / p->groups / p->bands % sets * p->imgs;
      int64_t nimg = LT_MIN(p->imgs, p->n - img);
      int64_t row0 = band * p->rows, nrows = LT_MIN(p->rows, p->gh - row0);
      const REAL *src = buf;
      if (p->direct)
        src = j->src + g * p->c * p->h * p->w + img * p->image + row0 * p->w;
      else
        NAME(prepare)(p, j->src, g, 0, p->c, img, nimg, row0, nrows, buf);
      int64_t cols = ((nimg - 1) * p->image_segs + band_segs(p, nrows)) * SEG;
      int64_t ldc = cols + WIDE * TILE;
      if (j->spread) { /* a task has whole images then */
        int64_t chans = j->spread->c / p->groups;
        for (int64_t n = img; n < img + nimg; n++)
          NAME(fill)(j->out, j->bias, j->spread, (n * p->groups + g) * chans, chans);
      }
      int64_t block0 = j->blocks * part / j->mparts, block1 = j->blocks * (part + 1) / j->mparts;
      if (j->panel) {
        NAME(in_panels)(j, g, block0, block1, cols, src, c + j->results, c, ldc);
        int64_t m0 = p->m * block0 / j->blocks, m1 = p->m * block1 / j->blocks;
        NAME(store)(j, g, m0, m1 - m0, img, nimg, row0, nrows, c, ldc);
        continue;
      }
      for (int64_t b = block0; b < block1; b++) {
        int64_t m0 = p->m * b / j->blocks, mr = p->m * (b + 1) / j->blocks - m0;
        const REAL *a = j->packed + (g * p->m + m0) * k;
        if (p->m <= WIDE_MR) /* the last tile of an image may run into the next one's columns */
          for (int64_t n = 0; n < nimg; n++)
            for (int64_t x = 0; x < band_segs(p, nrows) * SEG; x += WIDE * TILE) NAME(tile)
        (mr, k, a, src, j->off, j->seg + n * p->image_segs + x / SEG,
         c + n * p->image_segs * SEG + x, ldc);
        else for (int64_t x = 0; x < cols; x += TILE)
            NAME(tile)(mr, k, a, src, j->off, j->seg + x / SEG, c + x, ldc);
        if (j->spread)
          NAME(spread)(j, g, m0, mr, img, nimg, c, ldc);
        else
          NAME(store)(j, g, m0, mr, img, nimg, row0, nrows, c, ldc);
      }
    }
  }
}

typedef struct NAME(fill_job) {
  REAL *out;
  const REAL *bias;
  const lt_window *s;
} NAME(fill_job);

static void NAME(fill_range)(int64_t begin, int64_t end, void *ctx) {
  const NAME(fill_job) *j = ctx;
  NAME(fill)(j->out, j->bias, j->s, begin, end - begin);
}

/* Runs the correlation p (taps and given fields set) over all images, in work space of its own when
 * space is NULL. With spread, p has one band. */
static lt_status NAME(correlate)(corr *p, REAL *out, const REAL *src, weights w, const REAL *bias,
                                 const lt_window *spread, work *space) {
  int64_t threads = lt_get_num_threads();
  p->flat = p->m <= WIDE_MR;
  bool panels = !spread && suits_panels(p->m, p->c * p->ntaps, MAX_MR);
  int64_t bytes_held = panels ? PANEL_BUFFER_BYTES : BUFFER_BYTES;
  LT_TRY(plan_corr(p, sizeof(REAL), p->c, bytes_held, panels ? PANEL_COLS : MAX_COLS, 4 * threads));
  if (!p->flat) plan_direct(p, sizeof(REAL), BUFFER_BYTES);
  panels = panels && !p->direct;
  NAME(corr_job) j = {.p = p, .w = w, .src = src, .bias = bias, .out = out, .spread = spread};
  j.blocks = ceil_div(p->m, MAX_MR);
  j.tasks = ceil_div(p->n, p->imgs) * p->bands * p->groups;
  bool few = j.tasks < 2 * threads && !spread;
  j.mparts = LT_MIN(j.blocks, few ? ceil_div(2 * threads, j.tasks) : 1);
  j.tasks *= j.mparts;
  int64_t k = p->c * p->ntaps, segs = p->imgs * p->image_segs, pad = WIDE * TILE / SEG;
  j.buffer = p->direct ? 0 : ceil_div(p->imgs * p->image + WIDE * TILE, TILE) * TILE;
  j.results =
      (panels ? ceil_div(j.blocks, j.mparts) * MAX_MR : LT_MIN(p->m, MAX_MR)) * (segs + pad) * SEG;
  j.panel = panels ? PANEL_SUM * TILE : 0;
  threads = LT_MIN(threads, j.tasks);
  /* one block: packed weights, scratch, offsets; all products are of sizes of existing buffers */
  int64_t packed = ceil_div(p->groups * p->m * k, TILE) * TILE;
  size_t reals = (size_t)(packed + threads * (j.buffer + j.results + j.panel));
  size_t bytes = reals * sizeof(REAL) + 64 + (size_t)(k + segs + pad) * sizeof(ptrdiff_t);
  if (space && !space->block) {
    space->bytes = LT_MAX(space->bytes, bytes);
    return LT_OK;
  }
  char *block = space ? space->block : lti_alloc_scratch(&bytes);
  if (!block) return lti_out_of_memory(bytes);
  j.packed = (REAL *)block;
  j.scratch = j.packed + packed;
  ptrdiff_t *off = (ptrdiff_t *)(block + (reals * sizeof(REAL) + 63) / 64 * 64);
  for (int64_t c = 0; c < p->c; c++)
    for (int64_t q = 0; q < p->ntaps; q++) off[c * p->ntaps + q] = tap_offset(p, c, q);
  fill_segments(p, off + k, pad, 0);
  j.off = off, j.seg = off + k;
  lti_parallel(p->groups * j.blocks, LT_MAX(1, 16384 / (k * MAX_MR)), NAME(pack_blocks), &j);
  lti_parallel(threads, 1, NAME(corr_worker), &j);
  if (!space) lti_free(block, bytes);
  return LT_OK;
}
