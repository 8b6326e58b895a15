/* pool_region_real.h: the loops of pool_region.c for one REAL; INDEX is an integer of its width. */

#define NAME(x) LT_PASTE2(x, , REAL)

/* Pseudorandom overlapping regions of one volume: starts are floor((o + u) step) - floor(u step),
 * the last region ends with the input. u: a sample for W, for H and, where there are three, for T.
 * Graham, Fractional Max-Pooling, 2014. */
static void NAME(list_fractional)(const lt_pool *s, int samples, const REAL *u, span *spans) {
  for (int d = T; d <= W; d++) {
    int64_t last = s->size[d] - s->window[d];
    REAL step = s->out[d] > 1 ? (REAL)last / (REAL)(s->out[d] - 1) : 0;
    REAL sample = W - d < samples ? u[W - d] : 0;
    for (int64_t o = 0; o < s->out[d]; o++) {
      int64_t at = (int64_t)(((REAL)o + sample) * step) - (int64_t)(sample * step);
      if (o == s->out[d] - 1 || at > last) at = last;
      *spans++ = (span){at, at + s->window[d]};
    }
  }
}

/* best, where: the maximum of each column over the rows of a region. */
static void NAME(join_maxima)(const lt_pool *s, const REAL *x, span t, span y, REAL *restrict best,
                              INDEX *restrict where) {
  INDEX first = (INDEX)((t.begin * s->size[H] + y.begin) * s->size[W]), w = (INDEX)s->size[W];
  memcpy(best, x + first, (size_t)w * sizeof *best);
  for (INDEX i = 0; i < w; i++) where[i] = first + i;
  for (int64_t at = t.begin; at < t.end; at++)
    for (int64_t row = y.begin; row < y.end; row++) {
      INDEX place = (INDEX)((at * s->size[H] + row) * s->size[W]);
      const REAL *in = x + place;
      if (place == first) continue;
      for (INDEX i = 0; i < w; i++) {
        REAL v = in[i];
        bool more = (v > best[i]) | (v != v);
        best[i] = more ? v : best[i];
        where[i] = more ? place + i : where[i];
      }
    }
}

static void NAME(max_regions)(int64_t begin, int64_t end, void *ctx) {
  const region_job *j = ctx;
  const lt_pool *s = j->s;
  for (int64_t worker = begin; worker < end; worker++) {
    REAL *best = (REAL *)(j->scratch + 2 * j->row_bytes * (size_t)worker);
    INDEX *where = (INDEX *)((char *)best + j->row_bytes);
    span volumes = volumes_of(j, worker);
    for (int64_t p = volumes.begin; p < volumes.end; p++) {
      const span *ts = spans_of(j, p, T), *ys = spans_of(j, p, H), *xs = spans_of(j, p, W);
      const REAL *x = (const REAL *)j->x + p * lti_volume(s->size);
      REAL *out = (REAL *)j->y + p * lti_volume(s->out);
      int64_t *indices = j->indices + p * lti_volume(s->out);
      for (int64_t row = 0; row < s->out[T] * s->out[H]; row++) {
        NAME(join_maxima)(s, x, ts[row / s->out[H]], ys[row % s->out[H]], best, where);
        for (int64_t o = 0; o < s->out[W]; o++) {
          int64_t at = xs[o].begin;
          for (int64_t i = at + 1; i < xs[o].end; i++)
            if (best[i] > best[at] || best[i] != best[i] ||
                (best[i] == best[at] && where[i] < where[at]))
              at = i;
          *out++ = best[at];
          *indices++ = (int64_t)where[at] + 1;
        }
      }
    }
  }
}

typedef REAL NAME(vec) __attribute__((vector_size(VBYTES), aligned(sizeof(REAL)), may_alias));
typedef INDEX NAME(bits) __attribute__((vector_size(VBYTES), aligned(sizeof(REAL)), may_alias));

/* The sum of n elements that lie together. */
static inline __attribute__((always_inline)) REAL NAME(sum_run)(const REAL *x, int64_t n) {
  enum { VL = VBYTES / sizeof(REAL) };
  static const INDEX keep[2 * VL] = {[VL... 2 * VL - 1] = -1};
  if (n < VL) {
    REAL sum = 0;
    for (int64_t i = 0; i < n; i++) sum += x[i];
    return sum;
  }
  NAME(vec) a = {0}, b = {0}, c = {0}, d = {0};
  int64_t i = 0;
  for (; i + 4 * VL <= n; i += 4 * VL) {
    a += *(const NAME(vec) *)(x + i);
    b += *(const NAME(vec) *)(x + i + VL);
    c += *(const NAME(vec) *)(x + i + 2 * VL);
    d += *(const NAME(vec) *)(x + i + 3 * VL);
  }
  for (; i + VL <= n; i += VL) a += *(const NAME(vec) *)(x + i);
  /* of the last vector, what is not in the sum yet */
  b += (NAME(vec))(*(const NAME(bits) *)(x + n - VL) & *(const NAME(bits) *)(keep + n - i));
  a = (a + b) + (c + d);
#if VBYTES == 64
  return sizeof(REAL) == sizeof(float) ? (REAL)_mm512_reduce_add_ps((__m512)a)
                                       : (REAL)_mm512_reduce_add_pd((__m512d)a);
#else
  REAL lane[VL];
  memcpy(lane, &a, sizeof lane);
#pragma GCC unroll 8
  for (int half = VL / 2; half > 0; half /= 2) {
#pragma GCC unroll 8
    for (int k = 0; k < half; k++) lane[k] += lane[k + half];
  }
  return lane[0];
#endif
}

/* Of each volume its mean. */
static void NAME(means)(span volumes, int64_t size, const REAL *x, REAL *out) {
  for (int64_t p = volumes.begin; p < volumes.end; p++)
    out[p] = NAME(sum_run)(x + p * size, size) / (REAL)size;
}

/* One output for each row of regions, which are as wide as the input: they lie together in runs. */
static void NAME(mean_columns)(const lt_pool *s, const span *ts, const span *ys, const REAL *x,
                               REAL *out) {
  for (int64_t ot = 0; ot < s->out[T]; ot++)
    for (int64_t oy = 0; oy < s->out[H]; oy++) {
      int64_t run = (ys[oy].end - ys[oy].begin) * s->size[W];
      REAL sum = 0;
      for (int64_t t = ts[ot].begin; t < ts[ot].end; t++)
        sum += NAME(sum_run)(x + (t * s->size[H] + ys[oy].begin) * s->size[W], run);
      *out++ = sum / (REAL)((ts[ot].end - ts[ot].begin) * run);
    }
}

static void NAME(mean_regions)(int64_t begin, int64_t end, void *ctx) {
  const region_job *j = ctx;
  const lt_pool *s = j->s;
  const span *ts = spans_of(j, 0, T), *ys = spans_of(j, 0, H), *xs = spans_of(j, 0, W);
  for (int64_t worker = begin; worker < end; worker++) {
    REAL *sums = (REAL *)(j->scratch + 2 * j->row_bytes * (size_t)worker);
    span volumes = volumes_of(j, worker);
    if (lti_volume(s->out) == 1) {
      NAME(means)(volumes, lti_volume(s->size), j->x, j->y);
      continue;
    }
    for (int64_t p = volumes.begin; p < volumes.end; p++) {
      const REAL *x = (const REAL *)j->x + p * lti_volume(s->size);
      REAL *out = (REAL *)j->y + p * lti_volume(s->out);
      if (s->out[W] == 1) {
        NAME(mean_columns)(s, ts, ys, x, out);
        continue;
      }
      for (int64_t row = 0; row < s->out[T] * s->out[H]; row++) {
        span t = ts[row / s->out[H]], y = ys[row % s->out[H]];
        memset(sums, 0, j->row_bytes);
        for (int64_t at = t.begin; at < t.end; at++)
          for (int64_t line = y.begin; line < y.end; line++) {
            const REAL *in = x + (at * s->size[H] + line) * s->size[W];
            for (int64_t i = 0; i < s->size[W]; i++) sums[i] += in[i];
          }
        int64_t lines = (t.end - t.begin) * (y.end - y.begin);
        for (int64_t o = 0; o < s->out[W]; o++) {
          REAL sum = 0;
          for (int64_t i = xs[o].begin; i < xs[o].end; i++) sum += sums[i];
          *out++ = sum / (REAL)(lines * (xs[o].end - xs[o].begin));
        }
      }
    }
  }
}

static void NAME(mean_grad)(int64_t begin, int64_t end, void *ctx) {
  const region_job *j = ctx;
  const lt_pool *s = j->s;
  const span *ts = spans_of(j, 0, T), *ys = spans_of(j, 0, H), *xs = spans_of(j, 0, W);
  int64_t size = lti_volume(s->size);
  for (int64_t worker = begin; worker < end; worker++) {
    REAL *shares = (REAL *)(j->scratch + 2 * j->row_bytes * (size_t)worker);
    span volumes = volumes_of(j, worker);
    for (int64_t p = volumes.begin; p < volumes.end; p++) {
      REAL *gx = (REAL *)j->y + p * size;
      const REAL *gy = (const REAL *)j->x + p * lti_volume(s->out);
      if (lti_volume(s->out) == 1) {
        REAL g = *gy / (REAL)size;
        for (int64_t i = 0; i < size; i++) gx[i] = g;
        continue;
      }
      memset(gx, 0, (size_t)size * sizeof *gx);
      for (int64_t row = 0; row < s->out[T] * s->out[H]; row++) {
        span t = ts[row / s->out[H]], y = ys[row % s->out[H]];
        int64_t lines = (t.end - t.begin) * (y.end - y.begin);
        memset(shares, 0, j->row_bytes);
        for (int64_t o = 0; o < s->out[W]; o++) {
          REAL g = *gy++ / (REAL)(lines * (xs[o].end - xs[o].begin));
          for (int64_t i = xs[o].begin; i < xs[o].end; i++) shares[i] += g;
        }
        for (int64_t at = t.begin; at < t.end; at++)
          for (int64_t line = y.begin; line < y.end; line++) {
            REAL *to = gx + (at * s->size[H] + line) * s->size[W];
            for (int64_t i = 0; i < s->size[W]; i++) to[i] += shares[i];
          }
      }
    }
  }
}

#undef NAME
