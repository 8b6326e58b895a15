/* Recurrent layers over whole sequences: checks, the products over all steps at once, and the slots
 * of the recurrence. Lengths are on the CPU. */
#include "ops/real.h"

/* One direction of a layer; offsets in elements. */
typedef struct layer {
  lt_recurrence s;
  int64_t in, column; /* inputs; first element of y's rows */
  int64_t state;      /* of the slot in states */
  int64_t w_input, w_hidden, b_input, b_hidden, end;
} layer;

static const lt_scalar one = {.f = 1}, zero = {.f = 0};

static lt_status check_sizes(const char *op, const char *what, const lt_tensor *t, int64_t a,
                             int64_t b, int64_t c) {
  LT_CHECK(t && t->ndim == 3 && t->sizes[0] == a && t->sizes[1] == b && t->sizes[2] == c, ESHAPE,
           "%s: %s should be %lld x %lld x %lld, got %s", op, what, (long long)a, (long long)b,
           (long long)c, t ? lti_shape(t).str : "nothing");
  return LT_OK;
}

static lt_status check_lengths(const char *op, const lt_tensor *lengths, const lt_recurrence *s) {
  LT_CHECK(lengths->dtype == LT_LONG && lengths->device == LT_CPU, EDTYPE,
           "%s: lengths must be a LongTensor, got %s", op, lti_shape(lengths).str);
  LT_CHECK(lengths->ndim == 1 && lengths->sizes[0] == s->n && lti_is_contiguous(lengths), ESHAPE,
           "%s: expected %lld lengths, got %s", op, (long long)s->n, lti_shape(lengths).str);
  const int64_t *length = (const int64_t *)lti_data(lengths);
  for (int64_t b = 0; b < s->n; b++)
    LT_CHECK(length[b] >= 0 && length[b] <= s->t, ERANGE,
             "%s: length %lld of sample %lld is out of range [0, %lld]", op, (long long)length[b],
             (long long)b + 1, (long long)s->t);
  return LT_OK;
}

/* Describes the layer of a cell and direction with steps t, samples n, `in` inputs, states h and
 * flat weights w. */
static lt_status describe(layer *l, const char *op, const lt_tensor *h, const lt_tensor *w,
                          const lt_tensor *lengths, int64_t t, int64_t in, int directions, int cell,
                          int direction, int64_t slot, int64_t place, int bias) {
  static const int gates[LT_NCELL] = {1, 1, 4, 3};
  LT_CHECK(cell >= 0 && cell < LT_NCELL, EARG, "%s: bad cell %d", op, cell);
  LT_CHECK(direction >= 0 && direction < directions, EARG, "%s: bad direction %d", op, direction);
  LT_CHECK(h && h->ndim == 3 && slot >= 0 && slot < h->sizes[0], ESHAPE,
           "%s: expected states [slots n hidden] with more than %lld slots, got %s", op,
           (long long)slot, h ? lti_shape(h).str : "nothing");
  LT_CHECK(w && w->ndim == 1 && place >= 0, ESHAPE, "%s: expected flat weights, got %s", op,
           w ? lti_shape(w).str : "nothing");
  LT_TRY(lti_check_float(op, w));
  lt_recurrence *s = &l->s;
  *s = (lt_recurrence){.cell = cell, .reverse = direction, .t = t, .n = h->sizes[1]};
  s->h = h->sizes[2], s->row = directions * s->h;
  int64_t input, hidden;
  bool fits = lti_mul(&s->gates, s->h, gates[cell]) && lti_mul(&input, s->gates, in) &&
              lti_mul(&hidden, s->gates, s->h);
  l->in = in, l->column = direction * s->h, l->state = slot * s->n * s->h;
  l->end = place;
  fits = fits && !__builtin_add_overflow(l->end, input, &l->end) &&
         !__builtin_add_overflow(l->end, hidden, &l->end) &&
         !__builtin_add_overflow(l->end, bias ? 2 * s->gates : 0, &l->end);
  LT_CHECK(fits && l->end <= w->sizes[0], ESHAPE,
           "%s: %lld inputs and %lld hidden units do not fit into weights %s from element %lld", op,
           (long long)in, (long long)s->h, lti_shape(w).str, (long long)place + 1);
  l->w_input = place, l->w_hidden = place + input, l->b_input = l->w_hidden + hidden;
  l->b_hidden = l->b_input + s->gates;
  if (!lengths) return LT_OK;
  LT_TRY(check_lengths(op, lengths, s));
  s->lengths = (const int64_t *)lti_data(lengths);
  return LT_OK;
}

/* How many directions the rows of y hold; 0 when they hold no whole number. */
static int directions_of(const lt_tensor *y, const lt_tensor *h) {
  if (!y || !h || y->ndim != 3 || h->ndim != 3) return 0;
  return y->sizes[2] == h->sizes[2] ? 1 : y->sizes[2] == 2 * h->sizes[2] ? 2 : 0;
}

static lt_status check_output(const char *op, const char *what, const lt_tensor *y,
                              const lt_tensor *h) {
  LT_CHECK(directions_of(y, h) > 0, ESHAPE,
           "%s: %s %s does not fit states %s: expected [t n hidden] or [t n 2*hidden]", op, what,
           y ? lti_shape(y).str : "nothing", h ? lti_shape(h).str : "nothing");
  return LT_OK;
}

/* Data of t (which may be NULL) from an element. */
static void *from(const lt_tensor *t, int64_t element) {
  return t ? lti_data(t) + element * lti_elsize(t->dtype) : NULL;
}

static bool keeps_extra(int cell) { return cell == LT_CELL_LSTM || cell == LT_CELL_GRU; }

/* gates = x W' + b, then the recurrence. */
static lt_status forward(const layer *l, lt_tensor *y, lt_tensor *gates, lt_tensor *extra,
                         lt_tensor *h, lt_tensor *c, const lt_tensor *x, const lt_tensor *w,
                         int bias) {
  const lt_recurrence *s = &l->s;
  int64_t rows = s->t * s->n;
  if (bias)
    LT_KERNEL(y->device, gemm_rows, y->dtype, 0, 1, rows, s->gates, l->in, lti_data(x),
              from(w, l->w_input), from(w, l->b_input), lti_data(gates));
  else
    LT_KERNEL(y->device, gemm, y->dtype, 0, 1, rows, s->gates, l->in, one, lti_data(x), l->in,
              from(w, l->w_input), l->in, zero, lti_data(gates), s->gates);
  LT_KERNEL(y->device, recurrent, y->dtype, s, from(y, l->column), lti_data(gates), from(extra, 0),
            from(h, l->state), from(c, l->state), from(w, l->w_hidden),
            bias ? from(w, l->b_hidden) : NULL);
  return LT_OK;
}

lt_status lt_recurrent(lt_tensor *y, lt_tensor *gates, lt_tensor *extra, lt_tensor *h, lt_tensor *c,
                       const lt_tensor *x, const lt_tensor *w, const lt_tensor *lengths, int cell,
                       int direction, int64_t slot, int64_t place, int bias) {
  const char *op = "recurrent";
  layer l;
  LT_CHECK(!lt_interrupt, EINTR, "interrupted");
  LT_CHECK(x && x->ndim == 3, ESHAPE, "%s: expected an input [t n in], got %s", op,
           x ? lti_shape(x).str : "nothing");
  LT_TRY(check_output(op, "output", y, h));
  LT_TRY(describe(&l, op, h, w, lengths, x->sizes[0], x->sizes[2], directions_of(y, h), cell,
                  direction, slot, place, bias));
  LT_TRY(check_sizes(op, "output", y, l.s.t, l.s.n, l.s.row));
  LT_TRY(check_sizes(op, "input", x, l.s.t, l.s.n, l.in));
  if (cell == LT_CELL_LSTM) LT_TRY(check_sizes(op, "cell state", c, h->sizes[0], l.s.n, l.s.h));
  LT_CHECK(gates && (extra || !keeps_extra(cell)), EARG, "%s: expected a tensor", op);
  if (!keeps_extra(cell)) extra = NULL;
  if (cell != LT_CELL_LSTM) c = NULL;
  LT_TRY(lti_check_same(op, 7,
                        (const lti_named[]){{w, "weight"},
                                            {x, "input"},
                                            {y, "output"},
                                            {gates, "gates"},
                                            {extra, "buffer"},
                                            {h, "hidden state"},
                                            {c, "cell state"}}));
  int64_t sizes[] = {l.s.t, l.s.n, l.s.gates}, kept[] = {l.s.t, l.s.n, l.s.h};
  const lt_tensor *xc, *wc;
  lt_tensor *yc, *gc, *ec, *hc, *cc;
  real_set set;
  set.n = 0;
  lt_status rc = real_input(&set, &xc, x);
  if (rc == LT_OK) rc = real_input(&set, &wc, w);
  if (rc == LT_OK) rc = real_accumulate(&set, &yc, y);
  if (rc == LT_OK) rc = real_result(&set, &gc, gates, 3, sizes);
  if (rc == LT_OK) rc = real_result(&set, &ec, extra, 3, kept);
  if (rc == LT_OK) rc = real_accumulate(&set, &hc, h);
  if (rc == LT_OK) rc = real_accumulate(&set, &cc, c);
  if (rc == LT_OK) rc = forward(&l, yc, gc, ec, hc, cc, xc, wc, bias);
  return real_finish(&set, rc);
}

/* The tensors of recurrent_grad, as buffers. */
typedef struct gradients {
  lt_tensor *gx, *dgates, *dextra, *dh, *dc;
  const lt_tensor *gy, *gates, *extra, *y, *h0, *c0, *w;
} gradients;

static lt_status backward(const layer *l, const gradients *g, int add) {
  const lt_recurrence *s = &l->s;
  int device = g->w->device, dtype = g->w->dtype;
  LT_KERNEL(device, recurrent_grad, dtype, s, lti_data(g->dgates), from(g->dextra, 0),
            from(g->dh, l->state), from(g->dc, l->state), from(g->gy, l->column),
            lti_data(g->gates), from(g->extra, 0), from(g->y, l->column), from(g->h0, l->state),
            from(g->c0, l->state), from(g->w, l->w_hidden));
  if (!g->gx) return LT_OK;
  LT_KERNEL(device, gemm, dtype, 0, 0, s->t * s->n, l->in, s->gates, one, lti_data(g->dgates),
            s->gates, from(g->w, l->w_input), l->in, add ? one : zero, lti_data(g->gx), l->in);
  return LT_OK;
}

lt_status lt_recurrent_grad(lt_tensor *gx, lt_tensor *dgates, lt_tensor *dextra, lt_tensor *dh,
                            lt_tensor *dc, const lt_tensor *gy, const lt_tensor *gates,
                            const lt_tensor *extra, const lt_tensor *y, const lt_tensor *h0,
                            const lt_tensor *c0, const lt_tensor *w, const lt_tensor *lengths,
                            int cell, int direction, int64_t slot, int64_t place, int bias,
                            int add) {
  const char *op = "recurrent_grad";
  layer l;
  LT_CHECK(!lt_interrupt, EINTR, "interrupted");
  LT_CHECK(gx && gx->ndim == 3, ESHAPE, "%s: expected a gradient [t n in], got %s", op,
           gx ? lti_shape(gx).str : "nothing");
  LT_TRY(check_output(op, "output", y, dh));
  LT_TRY(describe(&l, op, dh, w, lengths, y->sizes[0], gx->sizes[2], directions_of(y, dh), cell,
                  direction, slot, place, bias));
  const lt_recurrence *s = &l.s;
  bool kept = keeps_extra(cell), lstm = cell == LT_CELL_LSTM, gru = cell == LT_CELL_GRU;
  LT_TRY(check_sizes(op, "gradInput", gx, s->t, s->n, l.in));
  LT_TRY(check_sizes(op, "output", y, s->t, s->n, s->row));
  LT_TRY(check_sizes(op, "gradOutput", gy, s->t, s->n, s->row));
  LT_TRY(check_sizes(op, "gates", gates, s->t, s->n, s->gates));
  if (kept) LT_TRY(check_sizes(op, "buffer", extra, s->t, s->n, s->h));
  LT_TRY(check_sizes(op, "initial state", h0, dh->sizes[0], s->n, s->h));
  if (lstm) LT_TRY(check_sizes(op, "initial cells", c0, dh->sizes[0], s->n, s->h));
  if (lstm) LT_TRY(check_sizes(op, "gradient of the cells", dc, dh->sizes[0], s->n, s->h));
  LT_CHECK(dgates && (dextra || !gru), EARG, "%s: expected a tensor", op);
  gradients g = {.gx = NULL};
  LT_TRY(lti_check_same(op, 12,
                        (const lti_named[]){{w, "weight"},
                                            {gx, "gradInput"},
                                            {dgates, "gradient of the gates"},
                                            {gru ? dextra : NULL, "buffer"},
                                            {dh, "gradient of the state"},
                                            {lstm ? dc : NULL, "gradient of the cells"},
                                            {gy, "gradOutput"},
                                            {gates, "gates"},
                                            {kept ? extra : NULL, "buffer"},
                                            {y, "output"},
                                            {h0, "initial state"},
                                            {lstm ? c0 : NULL, "initial cells"}}));
  int64_t sizes[] = {s->t, s->n, s->gates}, hidden[] = {s->t, s->n, s->h};
  real_set set;
  set.n = 0;
  lt_status rc = real_input(&set, &g.gy, gy);
  if (rc == LT_OK) rc = real_input(&set, &g.gates, gates);
  if (rc == LT_OK) rc = real_input(&set, &g.extra, kept ? extra : NULL);
  if (rc == LT_OK) rc = real_input(&set, &g.y, y);
  if (rc == LT_OK) rc = real_input(&set, &g.h0, h0);
  if (rc == LT_OK) rc = real_input(&set, &g.c0, lstm ? c0 : NULL);
  if (rc == LT_OK) rc = real_input(&set, &g.w, w);
  if (rc == LT_OK) rc = real_accumulate(&set, &g.gx, gx);
  if (rc == LT_OK) rc = real_result(&set, &g.dgates, dgates, 3, sizes);
  if (rc == LT_OK) rc = real_result(&set, &g.dextra, gru ? dextra : NULL, 3, hidden);
  if (rc == LT_OK) rc = real_accumulate(&set, &g.dh, dh);
  if (rc == LT_OK) rc = real_accumulate(&set, &g.dc, lstm ? dc : NULL);
  if (rc == LT_OK) rc = backward(&l, &g, add);
  return real_finish(&set, rc);
}

/* The buffers of recurrent_grad_weight. */
typedef struct weight_gradient {
  lt_tensor *gw;
  const lt_tensor *x, *y, *h0, *dgates, *dextra;
  lt_scalar scale;
} weight_gradient;

/* gw of hidden weights, for `count` gates from `first` on, whose gradients start the rows of
 * d[t n width]: a product with the states before every step. */
static lt_status hidden_weights(const layer *l, const weight_gradient *g, const lt_tensor *d,
                                int64_t width, int64_t first, int64_t count) {
  const lt_recurrence *s = &l->s;
  int dtype = g->gw->dtype, device = g->gw->device;
  int64_t rest = (s->t - 1) * s->n, step = s->n * width;
  void *gw = from(g->gw, l->w_hidden + first * s->h);
  LT_KERNEL(device, gemm, dtype, 1, 0, count, s->h, rest, g->scale, from(d, s->reverse ? 0 : step),
            width, from(g->y, l->column + (s->reverse ? s->n * s->row : 0)), s->row, one, gw, s->h);
  if (!s->reverse || !s->lengths) {
    LT_KERNEL(device, gemm, dtype, 1, 0, count, s->h, s->n, g->scale,
              from(d, s->reverse ? (s->t - 1) * step : 0), width, from(g->h0, l->state), s->h, one,
              gw, s->h);
    return LT_OK;
  }
  for (int64_t b = 0; b < s->n; b++)
    if (s->lengths[b] > 0)
      LT_KERNEL(device, ger, dtype, count, s->h, g->scale,
                from(d, (s->lengths[b] - 1) * step + b * width), 1,
                from(g->h0, l->state + b * s->h), 1, gw, s->h);
  return LT_OK;
}

/* gw of both biases: they differ for gates that the two products enter apart. */
static lt_status biases(const layer *l, const weight_gradient *g, lt_tensor *sums) {
  const lt_recurrence *s = &l->s;
  int dtype = g->gw->dtype, device = g->gw->device;
  int64_t rows = s->t * s->n, summed = lti_summed_gates(s), apart = s->gates - summed;
  LT_TRY(lt_fill(sums, 0));
  LT_KERNEL(device, rows_sum, dtype, rows, s->gates, g->scale.f, lti_data(g->dgates),
            lti_data(sums));
  LT_KERNEL(device, rows_sum, dtype, 1, s->gates, 1, lti_data(sums), from(g->gw, l->b_input));
  LT_KERNEL(device, rows_sum, dtype, 1, summed, 1, lti_data(sums), from(g->gw, l->b_hidden));
  if (apart)
    LT_KERNEL(device, rows_sum, dtype, rows, apart, g->scale.f, lti_data(g->dextra),
              from(g->gw, l->b_hidden + summed));
  return LT_OK;
}

static lt_status grad_weight(const layer *l, const weight_gradient *g, lt_tensor *sums) {
  const lt_recurrence *s = &l->s;
  int64_t summed = lti_summed_gates(s), apart = s->gates - summed;
  LT_KERNEL(g->gw->device, gemm, g->gw->dtype, 1, 0, s->gates, l->in, s->t * s->n, g->scale,
            lti_data(g->dgates), s->gates, lti_data(g->x), l->in, one, from(g->gw, l->w_input),
            l->in);
  LT_TRY(hidden_weights(l, g, g->dgates, s->gates, 0, summed));
  if (apart) LT_TRY(hidden_weights(l, g, g->dextra, s->h, summed, apart));
  return sums->mem ? biases(l, g, sums) : LT_OK;
}

lt_status lt_recurrent_grad_weight(lt_tensor *gw, const lt_tensor *x, const lt_tensor *y,
                                   const lt_tensor *h0, const lt_tensor *dgates,
                                   const lt_tensor *dextra, const lt_tensor *lengths, int cell,
                                   int direction, int64_t slot, int64_t place, int bias,
                                   double scale) {
  const char *op = "recurrent_grad_weight";
  layer l;
  LT_CHECK(!lt_interrupt, EINTR, "interrupted");
  LT_CHECK(x && x->ndim == 3, ESHAPE, "%s: expected an input [t n in], got %s", op,
           x ? lti_shape(x).str : "nothing");
  LT_TRY(check_output(op, "output", y, h0));
  LT_TRY(describe(&l, op, h0, gw, lengths, x->sizes[0], x->sizes[2], directions_of(y, h0), cell,
                  direction, slot, place, bias));
  const lt_recurrence *s = &l.s;
  if (cell != LT_CELL_GRU) dextra = NULL;
  LT_TRY(check_sizes(op, "input", x, s->t, s->n, l.in));
  LT_TRY(check_sizes(op, "output", y, s->t, s->n, s->row));
  LT_TRY(check_sizes(op, "gradient of the gates", dgates, s->t, s->n, s->gates));
  if (cell == LT_CELL_GRU) LT_TRY(check_sizes(op, "buffer", dextra, s->t, s->n, s->h));
  LT_TRY(lti_check_same(op, 6,
                        (const lti_named[]){{gw, "gradWeight"},
                                            {x, "input"},
                                            {y, "output"},
                                            {h0, "initial state"},
                                            {dgates, "gradient of the gates"},
                                            {dextra, "buffer"}}));
  weight_gradient g = {.scale = {.f = scale}};
  real_set set;
  set.n = 0;
  lt_status rc = real_input(&set, &g.x, x);
  if (rc == LT_OK) rc = real_input(&set, &g.y, y);
  if (rc == LT_OK) rc = real_input(&set, &g.h0, h0);
  if (rc == LT_OK) rc = real_input(&set, &g.dgates, dgates);
  if (rc == LT_OK) rc = real_input(&set, &g.dextra, dextra);
  if (rc == LT_OK) rc = real_accumulate(&set, &g.gw, gw);
  lt_tensor sums = {.mem = NULL}; /* made before anything is added to gw */
  if (rc == LT_OK && bias) rc = lti_new(&sums, g.gw->dtype, g.gw->device, 1, &s->gates);
  if (rc == LT_OK) rc = grad_weight(&l, &g, &sums);
  lt_tensor_release(&sums);
  return real_finish(&set, rc);
}
