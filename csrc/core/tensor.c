/* Tensors: sizes, storage, resizing, and what ops need to prepare inputs and results. */
#include "core/internal.h"
#include "core/peers.h"

bool lti_is_contiguous(const lt_tensor *t) {
  int64_t expected = 1;
  for (int d = t->ndim - 1; d >= 0; d--) {
    if (t->sizes[d] == 1) continue;
    if (t->strides[d] != expected) return false;
    expected *= t->sizes[d];
  }
  return true;
}

bool lti_same_size(const lt_tensor *x, const lt_tensor *y) {
  return x->ndim == y->ndim && memcmp(x->sizes, y->sizes, x->ndim * sizeof x->sizes[0]) == 0;
}

int lt_is_contiguous(const lt_tensor *x) { return x && lti_is_contiguous(x); }
int lt_is_same_size(const lt_tensor *x, const lt_tensor *y) {
  return x && y && lti_same_size(x, y);
}
int64_t lt_numel(const lt_tensor *x) { return x ? lti_numel(x) : 0; }

int lt_is_set_to(const lt_tensor *x, const lt_tensor *y) {
  return x && y && x->mem && x->mem == y->mem && x->offset == y->offset && lti_same_size(x, y) &&
         memcmp(x->strides, y->strides, x->ndim * sizeof x->strides[0]) == 0;
}

void lt_tensor_release(lt_tensor *t) {
  if (!t) return;
  lt_storage_release(t->mem);
  t->mem = NULL;
  t->ndim = 0;
}

/* Fills in contiguous strides and gives the number of elements, or fails when it overflows. */
static lt_status contiguous_strides(int64_t *strides, int64_t *numel, int ndim,
                                    const int64_t *sizes) {
  int64_t n = 1;
  for (int d = ndim - 1; d >= 0; d--) {
    strides[d] = n;
    LT_CHECK(lti_mul(&n, n, sizes[d]) && n < INT64_MAX / 16, ENOMEM,
             "resize: %s elements are too many", lti_sizes(ndim, sizes).str);
  }
  *numel = ndim ? n : 0;
  return LT_OK;
}

/* Elements from the first to the last one of a view, 0 for an empty one. */
static lt_status extent(int64_t *elements, int ndim, const int64_t *sizes, const int64_t *strides) {
  int64_t n = ndim ? 1 : 0, numel = 1;
  for (int d = 0; d < ndim; d++) {
    int64_t span;
    LT_CHECK(lti_mul(&span, sizes[d] - 1, strides[d]) && !__builtin_add_overflow(n, span, &n) &&
                 n < INT64_MAX / 16 && lti_mul(&numel, numel, sizes[d]) && numel < INT64_MAX / 16,
             ENOMEM, "resize: sizes %s with these strides are too large",
             lti_sizes(ndim, sizes).str);
  }
  *elements = n;
  return LT_OK;
}

/* Gives t the sizes and strides over storage mem (created when NULL), which grows if needed. */
static lt_status place(lt_tensor *t, lt_storage *mem, int64_t offset, int ndim,
                       const int64_t *sizes, const int64_t *strides) {
  int64_t need;
  LT_TRY(extent(&need, ndim, sizes, strides));
  if (need > 0) {
    LT_CHECK(!__builtin_add_overflow(need, offset, &need), ENOMEM, "resize: offset too large");
    if (!mem)
      LT_TRY(lt_storage_new(&mem, t->dtype, t->device, need));
    else if (need > mem->size)
      LT_TRY(lt_storage_resize(mem, need));
  }
  if (mem != t->mem) {
    lt_storage_release(t->mem);
    t->mem = mem;
    if (mem) t->device = mem->device;
  }
  t->offset = offset;
  t->ndim = (uint8_t)ndim;
  memmove(t->sizes, sizes, (size_t)ndim * sizeof sizes[0]);
  memcpy(t->strides, strides, (size_t)ndim * sizeof strides[0]);
  return LT_OK;
}

static const int64_t no_sizes[1]; /* stands for NULL where there are no dimensions */

/* Torch7's size list: ends at the first size <= 0. */
static int leading_positive(int ndim, const int64_t *sizes) {
  int n = 0;
  while (n < ndim && sizes[n] > 0) n++;
  return n;
}

/* Negative strides stand for contiguous ones, from the last dimension on. */
static lt_status complete_strides(int64_t *out, int ndim, const int64_t *sizes,
                                  const int64_t *strides) {
  for (int d = ndim - 1; d >= 0; d--) {
    if (strides && strides[d] >= 0)
      out[d] = strides[d];
    else if (d == ndim - 1)
      out[d] = 1;
    else
      LT_CHECK(lti_mul(&out[d], out[d + 1], sizes[d + 1]), ENOMEM,
               "resize: %s elements are too many", lti_sizes(ndim, sizes).str);
  }
  return LT_OK;
}

lt_status lt_resize(lt_tensor *t, int ndim, const int64_t *sizes, const int64_t *strides) {
  LT_CHECK(t && (sizes || ndim == 0), EARG, "resize: no tensor or no sizes");
  LT_CHECK(ndim >= 0 && ndim <= LT_MAXDIM, ESHAPE, "resize: at most %d dimensions, got %d",
           LT_MAXDIM, ndim);
  if (!sizes) sizes = no_sizes;
  ndim = leading_positive(ndim, sizes);
  if (ndim == t->ndim && memcmp(sizes, t->sizes, (size_t)ndim * sizeof sizes[0]) == 0 && !strides)
    return LT_OK;
  int64_t full[LT_MAXDIM];
  LT_TRY(complete_strides(full, ndim, sizes, strides));
  return place(t, t->mem, t->offset, ndim, sizes, full);
}

lt_status lt_resize_as(lt_tensor *t, const lt_tensor *like) {
  LT_CHECK(like, EARG, "resizeAs: no tensor to take the size of");
  return lt_resize(t, like->ndim, like->sizes, NULL);
}

lt_status lt_set_storage(lt_tensor *t, lt_storage *s, int64_t offset, int ndim,
                         const int64_t *sizes, const int64_t *strides) {
  LT_CHECK(t && (sizes || ndim == 0), EARG, "set: no tensor or no sizes");
  LT_CHECK(offset >= 0, ERANGE, "set: storage offset must be 1 or more, got %lld",
           (long long)offset + 1);
  LT_CHECK(ndim >= 0 && ndim <= LT_MAXDIM, ESHAPE, "set: at most %d dimensions, got %d", LT_MAXDIM,
           ndim);
  LT_CHECK(!s || (s->dtype == t->dtype && (s->device == LT_CPU) == (t->device == LT_CPU)), EDTYPE,
           "set: a %s cannot view a %sStorage of %s", lti_class(t).str,
           lt_dtype_name(s ? s->dtype : 0), s && s->device != LT_CPU ? "a GPU" : "the CPU");
  if (!sizes) sizes = no_sizes;
  ndim = leading_positive(ndim, sizes);
  int64_t full[LT_MAXDIM];
  LT_TRY(complete_strides(full, ndim, sizes, strides));
  bool fresh = s && s != t->mem; /* place() keeps the reference it is handed for a new storage */
  if (fresh) lt_storage_retain(s);
  lt_status rc = place(t, s, offset, ndim, sizes, full);
  if (fresh && rc != LT_OK) lt_storage_release(s);
  return rc;
}

lt_status lti_new(lt_tensor *t, int dtype, int device, int ndim, const int64_t *sizes) {
  memset(t, 0, sizeof *t);
  t->dtype = (uint8_t)dtype;
  t->device = (uint8_t)lti_resolve(device);
  int64_t n;
  LT_TRY(contiguous_strides(t->strides, &n, ndim, sizes));
  if (n == 0) return LT_OK;
  LT_TRY(lt_storage_new(&t->mem, dtype, device, n));
  t->ndim = (uint8_t)ndim;
  memcpy(t->sizes, sizes, (size_t)ndim * sizeof sizes[0]);
  return LT_OK;
}

lt_status lti_contiguous(const lt_tensor **out, lt_tensor *tmp, const lt_tensor *x) {
  *out = x;
  if (lti_is_contiguous(x)) return LT_OK;
  LT_TRY(lti_new(tmp, x->dtype, x->device, x->ndim, x->sizes));
  *out = tmp;
  return lt_copy(tmp, x);
}

bool lti_has_sizes(const lt_tensor *t, int ndim, const int64_t *sizes) {
  return t->ndim == ndim && memcmp(t->sizes, sizes, (size_t)ndim * sizeof sizes[0]) == 0;
}

lt_status lti_resize(lti_output *o, int ndim, const int64_t *sizes) {
  lt_tensor *r = o->r;
  if (lti_has_sizes(r, ndim, sizes)) return lti_check_distinct(NULL, r);
  o->before = *r;
  o->size = r->mem ? r->mem->size : 0;
  LT_TRY(lt_resize(r, ndim, sizes, NULL));
  o->resized = true;
  return LT_OK;
}

lt_status lti_result(lti_output *o, lt_tensor *r, int ndim, const int64_t *sizes,
                     const lt_tensor *in1, const lt_tensor *in2) {
  bool shared = r->mem && ((in1 && in1->mem == r->mem) || (in2 && in2->mem == r->mem));
  lti_open(o, r);
  bool same = lti_has_sizes(r, ndim, sizes);
  if (!shared && !(same && !lti_is_contiguous(r))) return lti_resize(o, ndim, sizes);
  if (same) LT_TRY(lti_check_distinct(NULL, r));
  o->out = &o->tmp;
  return lti_new(&o->tmp, r->dtype, r->device, ndim, sizes);
}

lt_status lti_result_copy(lti_output *o, lt_tensor *r, int dtype) {
  lti_open(o, r);
  LT_TRY(lti_check_distinct(NULL, r));
  o->out = &o->tmp;
  LT_TRY(lti_new(&o->tmp, dtype, r->device, r->ndim, r->sizes));
  return lt_copy(&o->tmp, r);
}

/* Makes o->r what it was before lti_resize. Its storage keeps the memory that it got. */
static void undo_resize(lti_output *o) {
  lt_tensor *r = o->r;
  if (r->mem != o->before.mem)
    lt_storage_release(r->mem);
  else if (r->mem)
    r->mem->size = o->size;
  *r = o->before;
}

lt_status lti_finish(int n, lti_output *const *o, lt_status rc) {
  for (int k = 0; k < n && rc == LT_OK; k++)
    if (o[k]->out != o[k]->r) rc = lti_resize(o[k], o[k]->out->ndim, o[k]->out->sizes);
  for (int k = n - 1; k >= 0; k--) {
    if (rc != LT_OK) {
      if (o[k]->resized) undo_resize(o[k]);
    } else if (o[k]->out != o[k]->r) {
      rc = lti_copy_same_shape(o[k]->r, o[k]->out);
    } else {
      o[k]->r->version++;
    }
    lt_tensor_release(&o[k]->tmp);
  }
  return rc;
}

lt_status lti_check_same(const char *op, int n, const lti_named *item) {
  const lti_named *first = NULL;
  for (int i = 0; i < n; i++) {
    const lti_named *k = &item[i];
    if (!k->t) continue;
    if (!first) first = k;
    LT_CHECK(k->t->dtype == first->t->dtype &&
                 (k->t->device == LT_CPU) == (first->t->device == LT_CPU),
             EDTYPE, "%s: the %s is a %s, the %s a %s", op, first->name, lti_class(first->t).str,
             k->name, lti_class(k->t).str);
    for (int j = 0; j < i; j++)
      LT_CHECK(!item[j].t || lti_reaches(item[j].t->device, k->t->device), EDEVICE,
               "%s: the %s is on device %d, the %s on device %d", op, item[j].name,
               lti_home(item[j].t), k->name, lti_home(k->t));
  }
  return LT_OK;
}

lt_status lti_check_float(const char *op, const lt_tensor *t) {
  LT_CHECK(lti_is_float(t->dtype), EDTYPE, "%s: not available for a %sTensor", op,
           lt_dtype_name(t->dtype));
  return LT_OK;
}
