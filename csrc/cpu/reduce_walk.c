/* The two walks of every reduction: over all elements, and along a dimension, either line by line
 * or, where neighbouring outputs lie closer in memory than the elements of one, in tiles of
 * columns. */
#include "cpu/reduce.h"
#include "cpu/walk.h"

void CPU(reduce_store)(int dtype, char *dst, int64_t step, const reduce_state *s, int64_t n) {
  switch (dtype) {
#define CASE(name, DTYPE, T, A, member, unused)                                               \
  case LT_##DTYPE:                                                                            \
    for (int64_t j = 0; j < n; j++) *(T *)(dst + j * step) = store_##name(s[j].value.member); \
    break;
    LT_REDUCE_ALL(CASE, )
  }
}

/* ---- over all elements ---- */

typedef struct whole {
  const reducer *r;
  const lt_iter *it;
  int64_t length;     /* of a chunk */
  reduce_state *part; /* one for each chunk */
} whole;

static void whole_chunks(int64_t begin, int64_t end, void *ctx) {
  const whole *job = ctx;
  const lt_iter *it = job->it;
  int64_t length = it->ndim > 0 ? it->size[0] : 1, stride = it->ndim > 0 ? it->stride[0][0] : 0;
  for (int64_t chunk = begin; chunk < end; chunk++) {
    reduce_state *s = &job->part[chunk];
    int64_t at = chunk * job->length, last = LT_MIN(at + job->length, it->numel),
            skip = at % length;
    walk w;
    walk_start(&w, it, 1, at / length);
    job->r->start(job->r, s);
    while (at < last) {
      int64_t n = LT_MIN(length - skip, last - at);
      job->r->line(job->r, s, w.ptr[0] + skip * stride, stride, n, at);
      at += n;
      skip = 0;
      walk_next(&w);
    }
  }
}

/* Chunks are of about equal size, and their number is even, so that threads finish together. */
lt_status CPU(reduce_whole)(reduce_state *out, const reducer *r, const lt_iter *it) {
  int64_t chunks = ceil_div(it->numel, CHUNK);
  if (chunks > 1) chunks += chunks & 1;
  int64_t length = ceil_div(ceil_div(it->numel, chunks), LANES) * LANES;
  chunks = ceil_div(it->numel, length);
  size_t bytes = (size_t)chunks * sizeof(reduce_state);
  whole job = {r, it, length, chunks == 1 ? out : lti_alloc(bytes)};
  if (!job.part) return lti_out_of_memory(bytes);
  lti_parallel(chunks, LT_MAX(1, lti_grain / CHUNK), whole_chunks, &job);
  if (job.part == out) return LT_OK;
  *out = job.part[0];
  for (int64_t i = 1; i < chunks; i++) r->combine(r, out, &job.part[i]);
  lti_free(job.part, bytes);
  return LT_OK;
}

/* ---- along a dimension ---- */

/* A unit of work is `rows` positions along the dimension (the last unit may have fewer), for one
 * output or for a tile of columns. */
typedef struct along {
  const reducer *r;
  const lt_iter *it;
  int64_t stride, rows, chunks, tiles, tile;
  reduce_state *part; /* outputs x chunks, when there is more than one chunk */
} along;

/* Units are numbered output * chunks + chunk. */
static void along_chunks(int64_t begin, int64_t end, void *ctx) {
  const along *job = ctx;
  int64_t chunk = begin % job->chunks;
  walk w;
  walk_start(&w, job->it, 0, begin / job->chunks);
  for (int64_t unit = begin; unit < end; unit++) {
    int64_t first = chunk * job->rows, n = LT_MIN(job->rows, job->r->len - first);
    job->r->start(job->r, &job->part[unit]);
    job->r->line(job->r, &job->part[unit], w.ptr[0] + first * job->stride, job->stride, n, first);
    if (++chunk == job->chunks) {
      chunk = 0;
      walk_next(&w);
    }
  }
}

/* Units are outputs, each of one chunk; neighbours are written together. */
static void along_lines(int64_t begin, int64_t end, void *ctx) {
  enum { BATCH = 64 };
  const along *job = ctx;
  const lt_iter *it = job->it;
  int64_t size = it->ndim > 0 ? it->size[0] : 1, from = begin % size, step[LT_MAXOP] = {0};
  reduce_state empty, s[BATCH];
  job->r->start(job->r, &empty);
  walk w;
  walk_start(&w, it, 1, begin / size);
  for (int k = 0; it->ndim > 0 && k < it->nop; k++) step[k] = it->stride[k][0];
  while (begin < end) {
    int64_t n = LT_MIN(LT_MIN(size - from, end - begin), (int64_t)BATCH);
    char *ptr[LT_MAXOP];
    for (int k = 0; k < it->nop; k++) ptr[k] = w.ptr[k] + from * step[k];
    for (int64_t j = 0; j < n; j++) {
      s[j] = empty;
      job->r->line(job->r, &s[j], ptr[0] + j * step[0], job->stride, job->r->len, 0);
    }
    job->r->put(job->r, ptr, step, s, n);
    begin += n;
    from += n;
    if (from == size) {
      from = 0;
      walk_next(&w);
    }
  }
}

/* Units are numbered (outer * tiles + tile) * chunks + chunk. */
static void along_columns(int64_t begin, int64_t end, void *ctx) {
  const along *job = ctx;
  const lt_iter *it = job->it;
  int64_t columns = it->size[0], step[LT_MAXOP];
  for (int k = 0; k < it->nop; k++) step[k] = it->stride[k][0];
  for (int64_t unit = begin; unit < end; unit++) {
    int64_t chunk = unit % job->chunks, tile = unit / job->chunks % job->tiles;
    int64_t outer = unit / job->chunks / job->tiles;
    int64_t column = tile * job->tile, n = LT_MIN(job->tile, columns - column);
    int64_t first = chunk * job->rows, last = LT_MIN(job->r->len, first + job->rows);
    reduce_state s[TILE];
    walk w;
    walk_start(&w, it, 1, outer);
    for (int k = 0; k < it->nop; k++) w.ptr[k] += column * step[k];
    job->r->columns(job->r, s, w.ptr[0] + first * job->stride, step[0], n, job->stride, first,
                    last);
    if (job->part)
      for (int64_t j = 0; j < n; j++)
        job->part[(outer * columns + column + j) * job->chunks + chunk] = s[j];
    else
      job->r->put(job->r, w.ptr, step, s, n);
  }
}

static void along_combine(int64_t begin, int64_t end, void *ctx) {
  static const int64_t step[LT_MAXOP] = {0};
  const along *job = ctx;
  walk w;
  walk_start(&w, job->it, 0, begin);
  for (int64_t output = begin; output < end; output++) {
    reduce_state *part = job->part + output * job->chunks;
    for (int64_t i = 1; i < job->chunks; i++) job->r->combine(job->r, part, part + i);
    job->r->put(job->r, w.ptr, step, part, 1);
    walk_next(&w);
  }
}

/* A tile that gives every thread work where `units` of this one would not; which elements are
 * combined, and in which order, does not depend on it. */
static int64_t narrower(int64_t tile, int64_t units) {
  enum { LEAST = 16 };
  int64_t parts = lt_get_num_threads() / units;
  return parts < 2 ? tile : LT_MIN(tile, ceil_div(ceil_div(tile, parts), LEAST) * LEAST);
}

lt_status CPU(reduce_along)(const reducer *r, const lt_iter *it, int64_t stride) {
  along job = {.r = r, .it = it, .stride = stride, .rows = CHUNK, .tiles = 1, .tile = 1};
  int64_t lines = it->numel;
  bool by_columns = it->ndim > 0 && it->size[0] >= 4 && it->stride[0][0] < stride;
  if (by_columns) {
    lines = it->numel / it->size[0];
    job.tile = LT_MIN(it->size[0], TILE);
    job.rows = TILE_CHUNK / job.tile;
    job.tile =
        narrower(job.tile, lines * ceil_div(it->size[0], job.tile) * ceil_div(r->len, job.rows));
    job.tiles = ceil_div(it->size[0], job.tile);
  }
  job.chunks = ceil_div(r->len, job.rows);
  size_t bytes = job.chunks > 1 ? (size_t)(it->numel * job.chunks) * sizeof(reduce_state) : 0;
  if (bytes > 0) {
    job.part = lti_alloc(bytes);
    if (!job.part) return lti_out_of_memory(bytes);
  }
  int64_t grain = LT_MAX(1, lti_grain / (LT_MIN(r->len, job.rows) * job.tile));
  lti_parallel(lines * job.tiles * job.chunks, grain,
               by_columns ? along_columns : (job.part ? along_chunks : along_lines), &job);
  if (bytes > 0) {
    lti_parallel(it->numel, LT_MAX(1, lti_grain / job.chunks), along_combine, &job);
    lti_free(job.part, bytes);
  }
  return LT_OK;
}
