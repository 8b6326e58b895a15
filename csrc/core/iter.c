/* The iterator: operands of equal (or expanded) shape walked together, with as few and as long
 * inner loops as their strides allow. */
#include "core/internal.h"

/* Copies sizes and byte strides, innermost dimension first, leaving out `skip` and size 1. */
static void load(lt_iter *it, int n, const lt_tensor *const *operands, int skip) {
  const lt_tensor *r = operands[0];
  it->nop = n;
  it->ndim = 0;
  it->numel = 1;
  for (int k = 0; k < n; k++) it->base[k] = operands[k] ? lti_data(operands[k]) : NULL;
  for (int d = r->ndim - 1; d >= 0; d--) {
    if (d == skip || r->sizes[d] == 1) continue;
    int i = it->ndim++;
    it->size[i] = r->sizes[d];
    it->numel *= r->sizes[d];
    for (int k = 0; k < n; k++) {
      const lt_tensor *t = operands[k];
      bool expanded = !t || t->sizes[d] == 1;
      it->stride[k][i] = expanded ? 0 : t->strides[d] * lti_elsize(t->dtype);
    }
  }
}

static void swap_dims(lt_iter *it, int i, int j) {
  int64_t size = it->size[i];
  it->size[i] = it->size[j];
  it->size[j] = size;
  for (int k = 0; k < it->nop; k++) {
    int64_t stride = it->stride[k][i];
    it->stride[k][i] = it->stride[k][j];
    it->stride[k][j] = stride;
  }
}

/* True when dimension j should be inside of dimension i: by the first operand that tells. */
static bool is_inner(const lt_iter *it, int j, int i) {
  for (int k = 0; k < it->nop; k++) {
    int64_t a = it->stride[k][j], b = it->stride[k][i];
    if (a != b && a != 0 && b != 0) return a < b;
  }
  return false;
}

static void sort_dims(lt_iter *it) {
  for (int i = 1; i < it->ndim; i++)
    for (int j = i; j > 0 && is_inner(it, j, j - 1); j--) swap_dims(it, j, j - 1);
}

static void merge_dims(lt_iter *it) {
  int last = 0;
  for (int i = 1; i < it->ndim; i++) {
    bool mergeable = true;
    for (int k = 0; k < it->nop; k++)
      mergeable &= it->stride[k][i] == it->stride[k][last] * it->size[last];
    if (mergeable) {
      it->size[last] *= it->size[i];
      continue;
    }
    last++;
    it->size[last] = it->size[i];
    for (int k = 0; k < it->nop; k++) it->stride[k][last] = it->stride[k][i];
  }
  if (it->ndim > 0) it->ndim = last + 1;
}

void lti_iter_init(lt_iter *it, int n, const lt_tensor *const *operands) {
  load(it, n, operands, -1);
  if (operands[0]->ndim == 0) it->numel = 0;
  sort_dims(it);
  merge_dims(it);
}

void lti_iter_init_dim(lt_iter *it, int n, const lt_tensor *const *operands, int dim, int64_t *len,
                       int64_t stride[LT_MAXOP]) {
  load(it, n, operands, dim);
  *len = operands[0]->sizes[dim];
  for (int k = 0; k < n; k++) {
    const lt_tensor *t = operands[k];
    bool expanded = !t || t->sizes[dim] == 1;
    stride[k] = expanded ? 0 : t->strides[dim] * lti_elsize(t->dtype);
  }
  sort_dims(it);
  merge_dims(it);
}

void lti_iter_run(const lt_iter *it, int64_t begin, int64_t end, lt_loop loop,
                  const lt_scalar *params) {
  if (begin >= end) return;
  /* Unused operands stand still, so that all are advanced in one go. */
  char *ptr[LT_MAXOP] = {0};
  int64_t stride[LT_MAXOP] = {0}, step[LT_MAXOP] = {0}, index[LT_MAXDIM];
  for (int k = 0; k < it->nop; k++) {
    ptr[k] = it->base[k];
    if (it->ndim > 0) stride[k] = it->stride[k][0];
    if (it->ndim > 1) step[k] = it->stride[k][1];
  }
  int64_t rest = begin;
  for (int d = 0; d < it->ndim; d++) {
    index[d] = rest % it->size[d];
    rest /= it->size[d];
    for (int k = 0; k < it->nop; k++) ptr[k] += index[d] * it->stride[k][d];
  }
  int64_t inner = it->ndim > 0 ? it->size[0] : 1;
  int64_t done = it->ndim > 0 ? index[0] : 0;
  for (int64_t left = end - begin;;) {
    int64_t n = LT_MIN(inner - done, left);
    loop(ptr, stride, n, params);
    left -= n;
    if (left == 0) return;
    if (done > 0) {
      for (int k = 0; k < it->nop; k++) ptr[k] -= done * stride[k];
      done = 0;
    }
    for (int k = 0; k < LT_MAXOP; k++) ptr[k] += step[k];
    index[1]++;
    for (int d = 1; index[d] == it->size[d]; d++) {
      for (int k = 0; k < it->nop; k++)
        ptr[k] += it->stride[k][d + 1] - it->stride[k][d] * it->size[d];
      index[d] = 0;
      index[d + 1]++;
    }
  }
}
