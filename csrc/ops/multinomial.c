/* Draws from discrete distributions given by weights: multinomial with a sum tree, which finds and
 * removes a category in log2(k) steps, and the alias method. Nothing of weight 0 is ever drawn.
 * Everything is computed in CPU memory; tensors of other devices are copied there and back. */
#include "core/random.h"
#include "core/peers.h"

/* ---- sum tree: leaves at [width, width + k), node i = node 2i + node 2i + 1, root at 1 ---- */

static void build(double *tree, int64_t width, const double *weights, int64_t k) {
  for (int64_t i = 0; i < width; i++) tree[width + i] = i < k ? weights[i] : 0;
  for (int64_t i = width - 1; i >= 1; i--) tree[i] = tree[2 * i] + tree[2 * i + 1];
}

/* The first leaf at which the running sum reaches u of the total. */
static int64_t find(const double *tree, int64_t width, double u) {
  double x = u * tree[1];
  int64_t i = 1;
  while (i < width) {
    double left = tree[2 * i];
    bool go_left = tree[2 * i + 1] <= 0 || (left > 0 && x <= left);
    if (!go_left) x -= left;
    i = 2 * i + !go_left;
  }
  return i - width;
}

static void take_out(double *tree, int64_t width, int64_t leaf) {
  int64_t i = width + leaf;
  tree[i] = 0;
  for (i /= 2; i >= 1; i /= 2) tree[i] = tree[2 * i] + tree[2 * i + 1];
}

/* ---- weights ---- */

/* Fails unless all k weights are >= 0; *positive is how many are > 0. */
static lt_status check_weights(const char *op, const double *w, int64_t k, int64_t *positive) {
  int64_t bad = 0;
  *positive = 0;
  for (int64_t i = 0; i < k; i++) {
    bad += !(w[i] >= 0);
    *positive += w[i] > 0;
  }
  for (int64_t i = 0; bad && i < k; i++)
    LT_CHECK(w[i] >= 0, EARG, "%s: invalid distribution (probability %.17g at element %lld)", op,
             w[i], (long long)i + 1);
  return LT_OK;
}

static lt_status check_sum(const char *op, double sum) {
  LT_CHECK(sum > 0, EARG, "%s: invalid distribution (sum of probabilities <= 0)", op);
  LT_CHECK(isfinite(sum), EARG, "%s: invalid distribution (infinite sum of probabilities)", op);
  return LT_OK;
}

/* *d = p as a fresh contiguous tensor of a type in CPU memory. */
static lt_status on_cpu(lt_tensor *d, int dtype, const lt_tensor *p) {
  LT_TRY(lti_new(d, dtype, LT_CPU, p->ndim, p->sizes));
  lt_status rc = lt_copy(d, p);
  if (rc != LT_OK) lt_tensor_release(d);
  return rc;
}

/* Fails unless all n tensors are on one device. */
static lt_status check_devices(const char *op, int n, const lt_tensor *const *t) {
  for (int i = 1; i < n; i++)
    LT_CHECK(lti_home(t[i]) == lti_home(t[0]), EDEVICE,
             "%s: a %s on device %d met a %s on device %d", op, lti_class(t[0]).str, t[0]->device,
             lti_class(t[i]).str, t[i]->device);
  return LT_OK;
}

/* ---- multinomial ---- */

/* What a call draws: n of k categories from each of `rows` distributions. */
typedef struct drawing {
  const lt_tensor *p;
  lt_generator *gen;
  int64_t rows, k, n, width;
  int replacement;
  double *tree;
} drawing;

/* Draws from a row of weights. */
static lt_status draw_row(const drawing *d, int64_t *out, const double *w, int64_t row) {
  int64_t positive;
  LT_TRY(check_weights("multinomial", w, d->k, &positive));
  build(d->tree, d->width, w, d->k);
  LT_TRY(check_sum("multinomial", d->tree[1]));
  LT_CHECK(
      d->replacement || d->n <= positive, EARG,
      "multinomial: cannot draw %lld samples without replacement, row %lld has %lld categories "
      "of positive probability",
      (long long)d->n, (long long)row + 1, (long long)positive);
  for (int64_t i = 0; i < d->n; i++) {
    int64_t leaf = find(d->tree, d->width, lti_unit(lti_word(d->gen)));
    out[i] = leaf + 1;
    if (!d->replacement) take_out(d->tree, d->width, leaf);
  }
  return LT_OK;
}

/* Draws from all rows, some at a time, whose weights as numbers fit into the cache. */
static lt_status draw_rows(const drawing *d, int64_t *out) {
  enum { ELEMENTS = 1 << 15 };
  int64_t step = LT_MAX(1, ELEMENTS / d->k);
  lt_status rc = LT_OK;
  for (int64_t first = 0; first < d->rows && rc == LT_OK; first += step) {
    int64_t count = LT_MIN(step, d->rows - first);
    lt_tensor some = *d->p, weights; /* some borrows p's storage */
    if (some.ndim == 2) {
      some.offset += first * some.strides[0];
      some.sizes[0] = count;
    }
    LT_TRY(on_cpu(&weights, LT_DOUBLE, &some));
    const double *w = (const double *)lti_data(&weights);
    for (int64_t i = 0; i < count && rc == LT_OK; i++)
      rc = draw_row(d, out + (first + i) * d->n, w + i * d->k, first + i);
    lt_tensor_release(&weights);
  }
  return rc;
}

lt_status lt_multinomial(lt_tensor *r, const lt_tensor *p, lt_generator *gen, int64_t n,
                         int replacement) {
  LT_CHECK(r && p && gen, EARG, "multinomial: expected two tensors and a generator");
  LT_TRY(lti_check_float("multinomial", p));
  LT_CHECK(r->dtype == LT_LONG, EDTYPE, "multinomial: the result must be a LongTensor, got %s",
           lti_shape(r).str);
  LT_TRY(check_devices("multinomial", 2, (const lt_tensor *[]){p, r}));
  LT_CHECK(p->ndim == 1 || p->ndim == 2, ESHAPE,
           "multinomial: expected probabilities of one or two dimensions, got %s",
           lti_shape(p).str);
  LT_CHECK(n > 0, EARG, "multinomial: cannot draw %lld samples", (long long)n);
  int64_t rows = p->ndim == 2 ? p->sizes[0] : 1, k = p->sizes[p->ndim - 1];
  LT_CHECK(replacement || n <= k, EARG,
           "multinomial: cannot draw %lld samples without replacement from %lld categories",
           (long long)n, (long long)k);
  int64_t sizes[2] = {rows, n};
  const int64_t *shape = sizes + 2 - p->ndim;
  lt_tensor draws;
  LT_TRY(lti_new(&draws, LT_LONG, LT_CPU, p->ndim, shape));
  drawing d = {p, gen, rows, k, n, 1, replacement, NULL};
  while (d.width < k) d.width *= 2;
  size_t bytes = (size_t)d.width * 2 * sizeof *d.tree;
  d.tree = lti_alloc(bytes);
  lt_generator before = *gen;
  lt_status rc = d.tree ? draw_rows(&d, (int64_t *)lti_data(&draws)) : lti_out_of_memory(bytes);
  if (rc == LT_OK) rc = lt_resize(r, p->ndim, shape, NULL);
  if (rc == LT_OK) rc = lt_copy(r, &draws);
  if (rc != LT_OK) *gen = before;
  lti_free(d.tree, bytes);
  lt_tensor_release(&draws);
  return rc;
}

/* ---- alias method ---- */

/* q[k] = weights scaled to mean 1, then cut so that q[i] is the chance to keep i, else its alias
 * j[i] (0-based; 0 with q = 1 where there is none). stack has room for k. */
static void make_alias(int64_t *j, double *q, int64_t *stack, int64_t k) {
  int64_t small = 0, large = k;
  for (int64_t i = 0; i < k; i++) {
    j[i] = -1;
    if (q[i] < 1) stack[small++] = i;
  }
  for (int64_t i = k; i-- > 0;)
    if (!(q[i] < 1)) stack[--large] = i;
  int64_t top = k; /* the large ones are stack[large .. top), the next is the last */
  while (small > 0 && top > large) {
    int64_t s = stack[--small], l = stack[top - 1];
    j[s] = l;
    q[l] -= 1 - q[s];
    if (q[l] < 1) {
      top--;
      stack[small++] = l;
    }
  }
  for (int64_t i = 0; i < k; i++)
    if (j[i] < 0) j[i] = 0, q[i] = 1;
}

lt_status lt_multinomial_alias_setup(lt_tensor *j, lt_tensor *q, const lt_tensor *p) {
  LT_CHECK(j && q && p, EARG, "multinomialAliasSetup: expected tensors");
  LT_TRY(lti_check_float("multinomialAliasSetup", p));
  LT_CHECK(
      j->dtype == LT_LONG && q->dtype == p->dtype, EDTYPE,
      "multinomialAliasSetup: expected a LongTensor and a tensor of the probabilities' type, got %s "
      "and %s",
      lti_shape(j).str, lti_shape(q).str);
  LT_TRY(check_devices("multinomialAliasSetup", 3, (const lt_tensor *[]){p, j, q}));
  LT_CHECK(p->ndim == 1, ESHAPE,
           "multinomialAliasSetup: expected probabilities of one dimension, got %s",
           lti_shape(p).str);
  int64_t k = p->sizes[0], positive;
  double sum = 0;
  lt_tensor scaled, aliases, stack;
  LT_TRY(on_cpu(&scaled, LT_DOUBLE, p));
  double *v = (double *)lti_data(&scaled);
  lt_status rc = check_weights("multinomialAliasSetup", v, k, &positive);
  for (int64_t i = 0; i < k; i++) sum += v[i];
  if (rc == LT_OK) rc = check_sum("multinomialAliasSetup", sum);
  if (rc == LT_OK) rc = lti_new(&aliases, LT_LONG, LT_CPU, 1, &k);
  if (rc == LT_OK) {
    rc = lti_new(&stack, LT_LONG, LT_CPU, 1, &k);
    if (rc == LT_OK) {
      for (int64_t i = 0; i < k; i++) v[i] = v[i] / sum * (double)k;
      make_alias((int64_t *)lti_data(&aliases), v, (int64_t *)lti_data(&stack), k);
      lti_output to_j = {.r = j, .out = &aliases}, to_q = {.r = q, .out = &scaled};
      rc = lti_finish(2, (lti_output *[]){&to_j, &to_q}, LT_OK);
      lt_tensor_release(&stack);
    }
    lt_tensor_release(&aliases);
  }
  lt_tensor_release(&scaled);
  return rc;
}

lt_status lt_multinomial_alias(lt_tensor *r, lt_generator *gen, const lt_tensor *j,
                               const lt_tensor *q) {
  LT_CHECK(r && gen && j && q, EARG, "multinomialAlias: expected three tensors and a generator");
  LT_TRY(lti_check_float("multinomialAlias", q));
  LT_CHECK(r->dtype == LT_LONG && j->dtype == LT_LONG, EDTYPE,
           "multinomialAlias: expected LongTensors for the result and the aliases, got %s and %s",
           lti_shape(r).str, lti_shape(j).str);
  LT_TRY(check_devices("multinomialAlias", 3, (const lt_tensor *[]){r, j, q}));
  LT_CHECK(j->ndim == 1 && q->ndim == 1 && j->sizes[0] == q->sizes[0], ESHAPE,
           "multinomialAlias: expected two tables of one dimension and one size, got %s and %s",
           lti_shape(j).str, lti_shape(q).str);
  int64_t n = lti_numel(r), k = q->sizes[0];
  if (n == 0) return LT_OK;
  lt_tensor keep, draws, alias = {0};
  LT_TRY(on_cpu(&keep, LT_DOUBLE, q));
  lt_status rc = on_cpu(&alias, LT_LONG, j);
  if (rc == LT_OK) rc = lti_new(&draws, LT_LONG, LT_CPU, r->ndim, r->sizes);
  if (rc == LT_OK) {
    lt_generator before = *gen;
    const double *v = (const double *)lti_data(&keep);
    const int64_t *other = (const int64_t *)lti_data(&alias);
    int64_t *out = (int64_t *)lti_data(&draws);
    for (int64_t i = 0; i < n; i++) {
      int64_t c = (int64_t)(lti_unit(lti_word(gen)) * (double)k);
      bool stay = lti_unit(lti_word(gen)) <= v[c];
      /* Torch7 gives the alias as it is stored, counted from 0 */
      out[i] = stay ? c + 1 : other[c];
    }
    rc = lt_copy(r, &draws);
    if (rc != LT_OK) *gen = before;
    lt_tensor_release(&draws);
  }
  lt_tensor_release(&alias);
  lt_tensor_release(&keep);
  return rc;
}
