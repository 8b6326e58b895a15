/* Convolution of sequences: x [n t c] or [t c], weights [k kw*c], bias [k], y [n ot k], ot =
 * (t - kw) / s + 1. A window is kw*c neighbouring numbers, so that the windows that do not overlap,
 * every skip-th, are the rows of a matrix that lies in x, as are the frames that meet one frame of
 * the kernels: no window is copied. */
#include "ops/real.h"

typedef struct sequence {
  int64_t n, t, c, k;
  int64_t kw, s, ot;
  int64_t skip; /* windows from one to the next that does not overlap it */
} sequence;

static const lt_scalar one = {.f = 1}, zero = {.f = 0};

static lt_status geometry(sequence *q, const lt_tensor *x, const lt_tensor *w, int64_t kw,
                          int64_t s) {
  LT_CHECK(x && w, EARG, "temporal_conv: expected a tensor");
  LT_TRY(lti_check_float("temporal_conv", x));
  LT_CHECK(x->ndim == 2 || x->ndim == 3, ESHAPE, "temporal_conv: expected a 2D or 3D input, got %s",
           lti_shape(x).str);
  LT_CHECK(kw > 0 && s > 0, EARG,
           "temporal_conv: kernel and stride must be positive, got %lld and %lld", (long long)kw,
           (long long)s);
  int64_t row, c = x->sizes[x->ndim - 1];
  LT_CHECK(w->ndim == 2 && lti_mul(&row, kw, c) && w->sizes[1] == row, ESHAPE,
           "temporal_conv: weight %s does not fit windows of %lld frames of input %s",
           lti_shape(w).str, (long long)kw, lti_shape(x).str);
  *q = (sequence){.n = x->ndim == 3 ? x->sizes[0] : 1,
                  .t = x->sizes[x->ndim - 2],
                  .c = c,
                  .k = w->sizes[0],
                  .kw = kw,
                  .s = s};
  LT_CHECK(q->t >= kw, ESHAPE,
           "temporal_conv: the kernel covers %lld frames, the input %s has only %lld",
           (long long)kw, lti_shape(x).str, (long long)q->t);
  q->s = LT_MIN(s, q->t); /* a larger one changes nothing */
  q->ot = (q->t - kw) / s + 1;
  q->skip = (kw + q->s - 1) / q->s;
  return LT_OK;
}

static int output_sizes(int64_t sizes[3], const sequence *q, const lt_tensor *x) {
  const int64_t all[3] = {q->n, q->ot, q->k};
  memcpy(sizes, all + 3 - x->ndim, (size_t)x->ndim * sizeof all[0]);
  return x->ndim;
}

static lt_status check_output(const sequence *q, const lt_tensor *x, const lt_tensor *gy) {
  int64_t sizes[3];
  int ndim = output_sizes(sizes, q, x);
  LT_CHECK(gy->ndim == ndim && memcmp(gy->sizes, sizes, (size_t)ndim * sizeof sizes[0]) == 0,
           ESHAPE, "temporal_conv: gradOutput should be of size %s, got %s",
           lti_sizes(ndim, sizes).str, lti_shape(gy).str);
  return LT_OK;
}

static lt_status check_bias(const sequence *q, const lt_tensor *bias) {
  LT_CHECK(!bias || lti_numel(bias) == q->k, ESHAPE,
           "temporal_conv: expected a bias of %lld elements, got %s", (long long)q->k,
           lti_shape(bias).str);
  return LT_OK;
}

/* One of the products: rows of y are (or get) rows of x times columns of w. */
typedef struct piece {
  int64_t rows, columns;
  int64_t x, ldx, w, y, ldy; /* first elements of the first sample, elements between rows */
} piece;

/* The products that make a convolution: of windows that do not overlap by whole kernels, or where
 * these are few and frames are long, of all frames by one frame of the kernels each. */
static bool by_frames(const sequence *q) {
  enum { FEW_ROWS = 64, LONG_FRAME = 32 };
  return q->skip > 1 && q->ot < FEW_ROWS * q->skip && q->c >= LONG_FRAME;
}

static int64_t pieces(const sequence *q) { return by_frames(q) ? q->kw : LT_MIN(q->skip, q->ot); }

static piece get_piece(const sequence *q, int64_t i) {
  if (by_frames(q)) return (piece){q->ot, q->c, i * q->c, q->s * q->c, i * q->c, 0, q->k};
  return (piece){(q->ot - i + q->skip - 1) / q->skip,
                 q->kw * q->c,
                 i * q->s * q->c,
                 q->skip * q->s * q->c,
                 0,
                 i * q->k,
                 q->skip * q->k};
}

static char *at(const lt_tensor *t, int64_t element) {
  return lti_data(t) + element * lti_elsize(t->dtype);
}

static lt_status forward(const sequence *q, lt_tensor *y, const lt_tensor *x, const lt_tensor *w,
                         const lt_tensor *bias) {
  if (bias)
    LT_KERNEL(y->device, rows_set, y->dtype, q->n * q->ot, q->k, lti_data(bias), lti_data(y));
  for (int64_t i = 0; i < pieces(q); i++) {
    piece p = get_piece(q, i);
    bool add = bias || (i > 0 && by_frames(q));
    LT_KERNEL(y->device, gemm_batch, y->dtype, 0, 1, q->n, p.rows, q->k, p.columns, one, at(x, p.x),
              p.ldx, q->t * q->c, at(w, p.w), q->kw * q->c, 0, add ? one : zero, at(y, p.y), p.ldy,
              q->ot * q->k);
  }
  return LT_OK;
}

lt_status lt_temporal_conv(lt_tensor *y, const lt_tensor *x, const lt_tensor *w,
                           const lt_tensor *bias, int64_t kw, int64_t s) {
  sequence q;
  int64_t sizes[3];
  LT_CHECK(y, EARG, "temporal_conv: expected a tensor");
  LT_CHECK(!lt_interrupt, EINTR, "interrupted");
  LT_TRY(geometry(&q, x, w, kw, s));
  LT_TRY(check_bias(&q, bias));
  LT_TRY(lti_check_same(
      "temporal_conv", 4,
      (const lti_named[]){{x, "input"}, {y, "output"}, {w, "weight"}, {bias, "bias"}}));
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *wc, *bc;
  lt_tensor *yc;
  REAL_TRY(&set, real_input(&set, &xc, x));
  REAL_TRY(&set, real_input(&set, &wc, w));
  REAL_TRY(&set, real_input(&set, &bc, bias));
  REAL_TRY(&set, real_result(&set, &yc, y, output_sizes(sizes, &q, x), sizes));
  return real_finish(&set, forward(&q, yc, xc, wc, bc));
}

static lt_status grad_input(const sequence *q, lt_tensor *gx, const lt_tensor *gy,
                            const lt_tensor *w) {
  LT_TRY(lt_fill(gx, 0));
  for (int64_t i = 0; i < pieces(q); i++) {
    piece p = get_piece(q, i);
    LT_KERNEL(gx->device, gemm_batch, gx->dtype, 0, 0, q->n, p.rows, p.columns, q->k, one,
              at(gy, p.y), p.ldy, q->ot * q->k, at(w, p.w), q->kw * q->c, 0, one, at(gx, p.x),
              p.ldx, q->t * q->c);
  }
  return LT_OK;
}

lt_status lt_temporal_conv_grad_input(lt_tensor *gx, const lt_tensor *gy, const lt_tensor *w,
                                      const lt_tensor *x, int64_t kw, int64_t s) {
  sequence q;
  LT_CHECK(gx && gy, EARG, "temporal_conv: expected a tensor");
  LT_CHECK(!lt_interrupt, EINTR, "interrupted");
  LT_TRY(geometry(&q, x, w, kw, s));
  LT_TRY(check_output(&q, x, gy));
  LT_TRY(lti_check_same(
      "temporal_conv", 4,
      (const lti_named[]){{x, "input"}, {gx, "gradInput"}, {gy, "gradOutput"}, {w, "weight"}}));
  real_set set;
  set.n = 0;
  const lt_tensor *gyc, *wc;
  lt_tensor *gxc;
  REAL_TRY(&set, real_input(&set, &gyc, gy));
  REAL_TRY(&set, real_input(&set, &wc, w));
  REAL_TRY(&set, real_result(&set, &gxc, gx, x->ndim, x->sizes));
  return real_finish(&set, grad_input(&q, gxc, gyc, wc));
}

static lt_status grad_weight(const sequence *q, lt_tensor *gw, lt_tensor *gb, const lt_tensor *x,
                             const lt_tensor *gy, double scale) {
  for (int64_t n = 0; n < q->n; n++)
    for (int64_t i = 0; i < pieces(q); i++) {
      piece p = get_piece(q, i);
      LT_KERNEL(gw->device, gemm, gw->dtype, 1, 0, q->k, p.columns, p.rows, (lt_scalar){.f = scale},
                at(gy, n * q->ot * q->k + p.y), p.ldy, at(x, n * q->t * q->c + p.x), p.ldx, one,
                at(gw, p.w), q->kw * q->c);
    }
  if (gb)
    LT_KERNEL(gb->device, rows_sum, gb->dtype, q->n * q->ot, q->k, scale, lti_data(gy),
              lti_data(gb));
  return LT_OK;
}

lt_status lt_temporal_conv_grad_weight(lt_tensor *gw, lt_tensor *gb, const lt_tensor *x,
                                       const lt_tensor *gy, int64_t kw, int64_t s, double scale) {
  sequence q;
  LT_CHECK(gw && gy, EARG, "temporal_conv: expected a tensor");
  LT_CHECK(!lt_interrupt, EINTR, "interrupted");
  LT_TRY(geometry(&q, x, gw, kw, s));
  LT_TRY(check_output(&q, x, gy));
  LT_TRY(check_bias(&q, gb));
  LT_TRY(lti_check_same(
      "temporal_conv", 4,
      (const lti_named[]){{x, "input"}, {gw, "gradWeight"}, {gb, "gradBias"}, {gy, "gradOutput"}}));
  real_set set;
  set.n = 0;
  const lt_tensor *xc, *gyc;
  lt_tensor *gwc, *gbc;
  REAL_TRY(&set, real_input(&set, &xc, x));
  REAL_TRY(&set, real_input(&set, &gyc, gy));
  REAL_TRY(&set, real_accumulate(&set, &gwc, gw));
  REAL_TRY(&set, real_accumulate(&set, &gbc, gb));
  return real_finish(&set, grad_weight(&q, gwc, gbc, xc, gyc, scale));
}
