/* recurrent_real.h: recurrent layers for one REAL, included by recurrent.c for each. A thread takes
 * some of the samples through the whole sequence, so that threads never wait for each other. */

#define NAME(x) LT_PASTE2(x, , REAL)
#include "cpu/packed.h"

typedef struct NAME(job) {
  const lt_recurrence *s;
  REAL *y, *gates, *extra, *h, *c; /* forward */
  REAL *dgates, *dextra, *dh, *dc; /* backward */
  const REAL *gy, *gates_in, *extra_in, *y_in, *h0, *c0;
  const REAL *summed, *apart, *bias; /* packed weights */
} NAME(job);

/* ---- cells forward: gates hold x W' + b + h W' and become what the backward pass needs ---- */

static void NAME(lstm)(int64_t n, REAL *restrict a, const REAL *restrict bias, REAL *restrict cell,
                       REAL *restrict kept, REAL *restrict h, REAL *restrict y) {
  for (int64_t u = 0; u < n; u++) {
    REAL i = m_sigmoid(a[u] + bias[u]);
    REAL f = m_sigmoid(a[n + u] + bias[n + u]);
    REAL g = m_tanh(a[2 * n + u] + bias[2 * n + u]);
    REAL o = m_sigmoid(a[3 * n + u] + bias[3 * n + u]);
    REAL c = f * cell[u] + i * g;
    a[u] = i, a[n + u] = f, a[2 * n + u] = g, a[3 * n + u] = o;
    cell[u] = kept[u] = c;
    h[u] = y[u] = o * m_tanh(c);
  }
}

/* hidden = (W h + b) of n */
static void NAME(gru)(int64_t n, REAL *restrict a, const REAL *restrict bias,
                      const REAL *restrict hidden, REAL *restrict h, REAL *restrict y) {
  for (int64_t u = 0; u < n; u++) {
    REAL r = m_sigmoid(a[u] + bias[u]);
    REAL z = m_sigmoid(a[n + u] + bias[n + u]);
    REAL g = m_tanh(a[2 * n + u] + r * hidden[u]);
    a[u] = r, a[n + u] = z, a[2 * n + u] = g;
    h[u] = y[u] = g + z * (h[u] - g);
  }
}

static void NAME(simple)(int cell, int64_t n, const REAL *restrict a, const REAL *restrict bias,
                         REAL *restrict h, REAL *restrict y) {
  if (cell == LT_CELL_TANH)
    for (int64_t u = 0; u < n; u++) h[u] = y[u] = m_tanh(a[u] + bias[u]);
  else
    for (int64_t u = 0; u < n; u++) {
      REAL v = a[u] + bias[u];
      h[u] = y[u] = v < 0 ? 0 : v;
    }
}

static void NAME(forward)(int64_t begin, int64_t end, void *ctx) {
  const NAME(job) *j = ctx;
  const lt_recurrence *s = j->s;
  int64_t m = end - begin, n = s->h, summed = lti_summed_gates(s);
  for (int64_t k = 0; k < s->t; k++) {
    int64_t t = s->reverse ? s->t - 1 - k : k, at = t * s->n;
    REAL *h = j->h + begin * n, *first = j->gates + (at + begin) * s->gates;
    NAME(product)(m, summed, n, h, n, 1, j->summed, n, first, s->gates, 1);
    if (s->cell == LT_CELL_GRU) {
      REAL *hidden = j->extra + (at + begin) * n;
      for (int64_t b = 0; b < m; b++)
        memcpy(hidden + b * n, j->bias + summed, (size_t)n * sizeof(REAL));
      NAME(product)(m, n, n, h, n, 1, j->apart, n, hidden, n, 1);
    }
    for (int64_t b = begin; b < end; b++) {
      REAL *a = j->gates + (at + b) * s->gates, *y = j->y + (at + b) * s->row;
      REAL *state = j->h + b * n, *extra = j->extra + (at + b) * n;
      if (s->lengths && t >= s->lengths[b])
        memset(y, 0, (size_t)n * sizeof(REAL));
      else if (s->cell == LT_CELL_LSTM)
        NAME(lstm)(n, a, j->bias, j->c + b * n, extra, state, y);
      else if (s->cell == LT_CELL_GRU)
        NAME(gru)(n, a, j->bias, extra, state, y);
      else
        NAME(simple)(s->cell, n, a, j->bias, state, y);
    }
  }
}

/* ---- cells backward: dh, the gradient of h', becomes the part of h's that passes no weights ----
 */

static void NAME(lstm_grad)(int64_t n, REAL *restrict d, REAL *restrict dh, REAL *restrict dc,
                            const REAL *restrict gy, const REAL *restrict a, const REAL *restrict c,
                            const REAL *restrict before) {
  for (int64_t u = 0; u < n; u++) {
    REAL i = a[u], f = a[n + u], g = a[2 * n + u], o = a[3 * n + u], t = m_tanh(c[u]);
    REAL gh = dh[u] + gy[u], gc = dc[u] + gh * o * (1 - t * t);
    d[u] = gc * g * i * (1 - i);
    d[n + u] = gc * before[u] * f * (1 - f);
    d[2 * n + u] = gc * i * (1 - g * g);
    d[3 * n + u] = gh * t * o * (1 - o);
    dc[u] = gc * f;
    dh[u] = 0;
  }
}

static void NAME(gru_grad)(int64_t n, REAL *restrict d, REAL *restrict dhidden, REAL *restrict dh,
                           const REAL *restrict gy, const REAL *restrict a,
                           const REAL *restrict hidden, const REAL *restrict before) {
  for (int64_t u = 0; u < n; u++) {
    REAL r = a[u], z = a[n + u], g = a[2 * n + u], gh = dh[u] + gy[u];
    REAL dn = gh * (1 - z) * (1 - g * g);
    d[u] = dn * hidden[u] * r * (1 - r);
    d[n + u] = gh * (before[u] - g) * z * (1 - z);
    d[2 * n + u] = dn;
    dhidden[u] = dn * r;
    dh[u] = gh * z;
  }
}

static void NAME(simple_grad)(int cell, int64_t n, REAL *restrict d, REAL *restrict dh,
                              const REAL *restrict gy, const REAL *restrict y) {
  for (int64_t u = 0; u < n; u++) {
    REAL slope = cell == LT_CELL_TANH ? 1 - y[u] * y[u] : y[u] > 0;
    d[u] = (dh[u] + gy[u]) * slope;
    dh[u] = 0;
  }
}

static void NAME(backward)(int64_t begin, int64_t end, void *ctx) {
  const NAME(job) *j = ctx;
  const lt_recurrence *s = j->s;
  int64_t m = end - begin, n = s->h, summed = lti_summed_gates(s);
  for (int64_t k = s->t - 1; k >= 0; k--) {
    int64_t t = s->reverse ? s->t - 1 - k : k, at = t * s->n;
    for (int64_t b = begin; b < end; b++) {
      int64_t steps = s->lengths ? s->lengths[b] : s->t, row = at + b;
      bool first = t == (s->reverse ? steps - 1 : 0);
      int64_t before = row + (s->reverse ? s->n : -s->n);
      REAL *d = j->dgates + row * s->gates, *dh = j->dh + b * n;
      const REAL *a = j->gates_in + row * s->gates, *gy = j->gy + row * s->row;
      if (t >= steps) {
        memset(d, 0, (size_t)s->gates * sizeof(REAL));
        if (j->dextra) memset(j->dextra + row * n, 0, (size_t)n * sizeof(REAL));
      } else if (s->cell == LT_CELL_LSTM) {
        NAME(lstm_grad)
        (n, d, dh, j->dc + b * n, gy, a, j->extra_in + row * n,
         first ? j->c0 + b * n : j->extra_in + before * n);
      } else if (s->cell == LT_CELL_GRU) {
        NAME(gru_grad)
        (n, d, j->dextra + row * n, dh, gy, a, j->extra_in + row * n,
         first ? j->h0 + b * n : j->y_in + before * s->row);
      } else {
        NAME(simple_grad)(s->cell, n, d, dh, gy, j->y_in + row * s->row);
      }
    }
    REAL *dh = j->dh + begin * n;
    NAME(product)
    (m, n, summed, j->dgates + (at + begin) * s->gates, s->gates, 1, j->summed, summed, dh, n, 1);
    if (s->cell == LT_CELL_GRU)
      NAME(product)(m, n, n, j->dextra + (at + begin) * n, n, 1, j->apart, n, dh, n, 1);
  }
}

/* Runs the job on all samples with w[gates h] packed: transposed for the forward pass. */
static lt_status NAME(run)(NAME(job) * j, const REAL *w, const REAL *bias, int grad) {
  const lt_recurrence *s = j->s;
  int64_t n = s->h, summed = lti_summed_gates(s), apart = s->gates - summed;
  int64_t main = grad ? NAME(packed_size)(summed, n) : NAME(packed_size)(n, summed);
  int64_t rest = grad ? NAME(packed_size)(apart, n) : NAME(packed_size)(n, apart);
  size_t bytes = (size_t)(main + rest + s->gates) * sizeof(REAL);
  REAL *space = lti_alloc(bytes);
  if (!space) return lti_out_of_memory(bytes);
  if (grad) {
    NAME(pack)(summed, n, w, n, 1, space);
    NAME(pack)(apart, n, w + summed * n, n, 1, space + main);
  } else {
    NAME(pack)(n, summed, w, 1, n, space);
    NAME(pack)(n, apart, w + summed * n, 1, n, space + main);
    if (bias)
      memcpy(space + main + rest, bias, (size_t)s->gates * sizeof(REAL));
    else
      memset(space + main + rest, 0, (size_t)s->gates * sizeof(REAL));
  }
  j->summed = space, j->apart = space + main, j->bias = space + main + rest;
  int64_t grain = LT_MAX(1, lti_grain / LT_MAX(1, s->t * s->gates));
  lti_parallel(s->n, grain, grad ? NAME(backward) : NAME(forward), j);
  lti_free(space, bytes);
  return LT_OK;
}

#undef NAME
