/* sort_drive.h: applies what sort_width.h does with one line to every line of an iterator. Included
 * after it, with the same macros. Operands of the iterator: x, values, positions.
 *
 * Lines whose neighbours lie closer than their own elements are taken `tile` at a time, so that
 * whole cache lines are read and written. */

typedef struct N(job) {
  const lt_iter *it;
  const int64_t *stride;
  int what, dtype, flip;
  int64_t len, k;        /* elements of a line; rank or number wanted */
  int64_t count, room;   /* results of a line, and items that its result takes */
  int64_t tile, tiles;   /* lines taken together; tiles of a row of lines */
  int64_t pitch;         /* from the keys of one to those of the next */
  int64_t units, groups; /* parts that go to threads; tiles in all */
  int64_t chunks;        /* of a line */
  bool made;             /* are the keys of a line made first? */
  char *scratch;
  int64_t keys_bytes, result_bytes, work_bytes, unit_bytes;
} N(job);

/* One line: count items at result. */
static void N(line)(const N(job) * j, const N(source) * s, ITEM *result, ITEM *work, KEY *counts) {
  switch (j->what) {
  case SORT: N(sort_line)(s, result, work, counts, j->chunks); break;
  case SELECT: *result = N(select_line)(s, j->k, work, counts, j->chunks); break;
  case STREAM: N(stream_line)(s, j->k, result, work, counts, j->chunks); break;
  case MODE: *result = N(mode_line)(s, work, counts, j->chunks); break;
  }
}

/* What the threads share that write one long line. */
typedef struct N(output) {
  const N(job) * job;
  const ITEM *item;
  char *const *ptr;
} N(output);

static void N(put_chunk)(int64_t begin, int64_t end, void *ctx) {
  const N(output) *o = ctx;
  const N(job) *j = o->job;
  N(put) *put = N(types)[j->dtype].put;
  put(o->item + begin, 1, end - begin, j->flip, o->ptr[1] + begin * j->stride[1], j->stride[1],
      o->ptr[2] + begin * j->stride[2], j->stride[2], o->ptr[0], 0, j->stride[0]);
}

/* Keys of n neighbouring lines, step bytes apart, each len long. */
static void N(make_keys)(const N(job) * j, const char *src, int64_t step, int64_t n, KEY *keys) {
  N(extract) *extract = N(types)[j->dtype].extract;
  if (n == 1) {
    extract(src, j->stride[0], j->len, j->flip, keys);
    return;
  }
  KEY row[MAX_TILE];
  for (int64_t i = 0; i < j->len; i++) {
    extract(src + i * j->stride[0], step, n, j->flip, row);
    for (int64_t l = 0; l < n; l++) keys[l * j->pitch + i] = row[l];
  }
}

/* n neighbouring lines at ptr, with the scratch memory of a unit. */
static void N(lines)(const N(job) * j, char *const *ptr, int64_t n, char *scratch) {
  KEY *keys = (KEY *)scratch;
  ITEM *result = (ITEM *)(scratch + j->keys_bytes);
  ITEM *work = (ITEM *)(scratch + j->keys_bytes + j->result_bytes);
  KEY *counts = (KEY *)(scratch + j->keys_bytes + j->result_bytes + j->work_bytes);
  int64_t step[3] = {0};
  if (n > 1)
    for (int k = 0; k < 3; k++) step[k] = j->it->stride[k][0];
  if (j->made) N(make_keys)(j, ptr[0], step[0], n, keys);
  for (int64_t l = 0; l < n; l++) {
    N(source)
    s = {ptr[0] + l * step[0],
         j->stride[0],
         j->len,
         j->dtype,
         j->flip,
         j->made ? keys + l * j->pitch : NULL};
    N(line)(j, &s, result + l * j->room, work, counts);
  }
  if (n == 1) {
    N(output) o = {j, result, ptr};
    if (j->chunks > 1)
      lti_parallel(j->count, lti_grain, N(put_chunk), &o);
    else
      N(put_chunk)(0, j->count, &o);
    return;
  }
  N(put) *put = N(types)[j->dtype].put;
  for (int64_t i = 0; i < j->count; i++)
    put(result + i, j->room, n, j->flip, ptr[1] + i * j->stride[1], step[1],
        ptr[2] + i * j->stride[2], step[2], ptr[0], step[0], j->stride[0]);
}

static void N(units)(int64_t begin, int64_t end, void *ctx) {
  const N(job) *j = ctx;
  const lt_iter *it = j->it;
  for (int64_t unit = begin; unit < end; unit++) {
    char *scratch = j->scratch + unit * j->unit_bytes;
    int64_t g = chunk_start(j->groups, j->units, unit);
    int64_t last = chunk_start(j->groups, j->units, unit + 1);
    walk w;
    walk_start(&w, it, j->tile > 1, g / j->tiles);
    if (j->tile == 1) {
      for (; g < last; g++, walk_next(&w)) N(lines)(j, w.ptr, 1, scratch);
      continue;
    }
    for (; g < last; g++) {
      int64_t column = g % j->tiles * j->tile;
      char *ptr[3];
      for (int k = 0; k < 3; k++) ptr[k] = w.ptr[k] + column * it->stride[k][0];
      N(lines)(j, ptr, LT_MIN(j->tile, it->size[0] - column), scratch);
      if (column + j->tile >= it->size[0]) walk_next(&w);
    }
  }
}

/* *bytes = n elements of `size` bytes, rounded up to whole cache lines; false on overflow. */
static bool N(sized)(int64_t *bytes, int64_t n, int64_t size) {
  if (!lti_mul(bytes, n, size) || *bytes > INT64_MAX / 4) return false;
  *bytes = (*bytes + 63) & ~(int64_t)63;
  return true;
}

/* Computes `what` of every line; count: results of a line, k: rank for SELECT. */
static lt_status N(apply)(int what, int dtype, int flip, int64_t k, int64_t count,
                          const lt_iter *it, int64_t len, const int64_t *stride) {
  const int64_t threads = lt_get_num_threads();
  N(job)
  j = {.it = it,
       .stride = stride,
       .what = what,
       .dtype = dtype,
       .flip = flip,
       .len = len,
       .k = k,
       .count = count,
       .chunks = 1,
       .tile = 1,
       .tiles = 1,
       .groups = it->numel};
  if (it->ndim > 0 && it->stride[0][0] < stride[0])
    j.tile = LT_MAX(1, LT_MIN(LT_MIN(it->size[0], MAX_TILE), TILE_ELEMENTS / len));
  if (j.tile > 1) {
    j.tiles = ceil_div(it->size[0], j.tile);
    j.groups = it->numel / it->size[0] * j.tiles;
  }
  /* few long lines are cut up, otherwise threads take whole ones */
  if (j.groups < threads && j.tile == 1)
    j.chunks = LT_MAX(1, LT_MIN(LT_MIN(threads, MAX_CHUNKS), len / (CHUNK_GRAINS * lti_grain)));
  if (j.chunks == 1)
    j.units = LT_MIN(threads, ceil_div(j.groups, 1 + lti_grain / COST / j.tile / len));
  else
    j.units = 1;
  /* keys of one row of a tile must not share a set of the cache */
  j.pitch = len + (len % 1024 < 32 || len % 1024 > 992 ? 48 : 0);
  j.made = j.tile > 1 || len <= MADE_ELEMENTS;
  j.room = what == SORT ? len : count;
  int64_t work = what == STREAM ? j.chunks * 2 * stream_room(k) : what == MODE ? 2 * len : len;
  int64_t counts = j.chunks * COUNTS * (int64_t)sizeof(KEY), bytes;
  LT_CHECK(N(sized)(&j.keys_bytes, j.made ? j.tile * j.pitch : 0, sizeof(KEY)) &&
               N(sized)(&j.result_bytes, j.tile * j.room, sizeof(ITEM)) &&
               N(sized)(&j.work_bytes, work, sizeof(ITEM)) &&
               !__builtin_add_overflow(j.keys_bytes + counts, j.result_bytes, &bytes) &&
               !__builtin_add_overflow(bytes, j.work_bytes, &j.unit_bytes) &&
               lti_mul(&bytes, j.unit_bytes, j.units),
           ENOMEM, "out of memory: a line of %lld elements is too long to be sorted",
           (long long)len);
  j.scratch = lti_alloc((size_t)bytes);
  if (!j.scratch) return lti_out_of_memory((size_t)bytes);
  lti_parallel(j.units, 1, N(units), &j);
  lti_free(j.scratch, (size_t)bytes);
  return LT_OK;
}
