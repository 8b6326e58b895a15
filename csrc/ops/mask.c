/* Masks: checks, contiguous operands, results. A mask is a ByteTensor of 0 and 1 with as many
 * elements as the tensor it applies to; both are read in their own logical order. As in cutorch, a
 * mask in CPU memory applies to tensors on GPUs too, and one on a GPU may be of any type: what is
 * not 0 counts as 1. */
#include "ops/operand.h"
#include "core/peers.h"

/* What one call works on: contiguous tensors, copies in tmp where needed. */
typedef struct masked {
  const lt_tensor *x, *mask;
  int64_t count; /* ones in the mask */
  lt_tensor x_tmp, mask_tmp;
  lti_output o;
} masked;

/* A call on result r, to be closed by finish. */
static void start(masked *m, lt_tensor *r) {
  memset(m, 0, offsetof(masked, o));
  lti_open(&m->o, r);
}

static lt_status finish(masked *m, lt_status rc) {
  rc = lti_finish_one(&m->o, rc);
  lt_tensor_release(&m->x_tmp);
  lt_tensor_release(&m->mask_tmp);
  return rc;
}

static lt_status count_ones(masked *m, const char *name) {
  LT_KERNEL(m->mask->device, mask_count, &m->count, (const uint8_t *)lti_data(m->mask),
            lti_numel(m->mask));
  LT_CHECK(m->count >= 0, EARG, "%s: the mask has elements other than 0 and 1", name);
  return LT_OK;
}

/* Checks mask against t and makes it contiguous. */
static lt_status check_mask(masked *m, const char *name, const lt_tensor *t,
                            const lt_tensor *mask) {
  LT_CHECK(t && mask, EARG, "%s: expected a tensor", name);
  LT_CHECK(!lt_interrupt, EINTR, "interrupted");
  LT_CHECK(mask->dtype == LT_BYTE || mask->device != LT_CPU, EDTYPE,
           "%s: expected a ByteTensor as mask, got a %sTensor", name, lt_dtype_name(mask->dtype));
  LT_CHECK(lti_home(mask) == lti_home(t) || mask->device == LT_CPU, EDEVICE,
           "%s: the tensor is a %s on device %d, the mask a %s on device %d", name,
           lti_class(t).str, t->device, lti_class(mask).str, mask->device);
  LT_CHECK(lti_numel(mask) == lti_numel(t), ESHAPE,
           "%s: mask %s does not match %s in element count", name, lti_shape(mask).str,
           lti_shape(t).str);
  return t->ndim == 0 ? LT_OK : lti_mask(&m->mask, &m->mask_tmp, mask, t->device);
}

/* The same, and counts the mask's ones. */
static lt_status take_mask(masked *m, const char *name, const lt_tensor *t, const lt_tensor *mask) {
  LT_TRY(check_mask(m, name, t, mask));
  return t->ndim == 0 ? LT_OK : count_ones(m, name);
}

/* Opens r itself for the changes, or a contiguous copy. */
static lt_status open_result(masked *m, lt_tensor *r, const lt_tensor *mask) {
  if (!lti_is_contiguous(r) || lti_overlaps(r, mask)) return lti_result_copy(&m->o, r, r->dtype);
  lti_open(&m->o, r);
  return LT_OK;
}

/* Fills r on the CPU, whatever its strides, in the order of its memory. */
static lt_status fill_strided(masked *m, lt_tensor *r, double v) {
  lt_tensor mask = *m->mask;
  lt_scalar element = {0};
  lt_iter one = {.nop = 1, .numel = 1, .base = {(char *)&element}}, it;
  int64_t stride = 1;
  mask.ndim = r->ndim;
  for (int d = r->ndim - 1; d >= 0; d--) {
    mask.sizes[d] = r->sizes[d];
    mask.strides[d] = stride;
    stride *= r->sizes[d];
  }
  LT_KERNEL(LT_CPU, fill, &one, r->dtype, lti_scalar(r->dtype, v));
  lti_iter_init(&it, 4, (const lt_tensor *const[]){r, &mask, NULL, r});
  it.base[2] = (char *)&element;
  LT_KERNEL(LT_CPU, where, lti_elsize(r->dtype), &it);
  return LT_OK;
}

static lt_status fill(masked *m, lt_tensor *r, const lt_tensor *mask, double v) {
  bool strided = !lti_is_contiguous(r) && !lti_overlaps(r, mask) && !lti_self_overlaps(r);
  if (strided && r->device == LT_CPU) return fill_strided(m, r, v);
  LT_TRY(open_result(m, r, mask));
  LT_KERNEL(r->device, masked_fill, r->dtype, lti_data(m->o.out),
            (const uint8_t *)lti_data(m->mask), lti_numel(r), lti_scalar(r->dtype, v));
  return LT_OK;
}

lt_status lt_masked_fill(lt_tensor *r, const lt_tensor *mask, double v) {
  masked m;
  LT_CHECK(r, EARG, "maskedFill: expected a tensor");
  start(&m, r);
  /* on a GPU, where a count would have to be waited for, anything but 0 counts as 1 */
  bool counts = r->device == LT_CPU || r->ndim == 0;
  lt_status rc = (counts ? take_mask : check_mask)(&m, "maskedFill", r, mask);
  if (rc == LT_OK && (m.count > 0 || !counts)) rc = fill(&m, r, mask, v);
  return finish(&m, rc);
}

/* Whether r has long rows of its own on the CPU, which can be written one by one. */
static bool has_rows(const lt_tensor *r, const lt_tensor *mask) {
  enum { LONG = 256 };
  int last = r->ndim - 1;
  return r->device == LT_CPU && r->strides[last] == 1 && r->sizes[last] >= LONG &&
         !lti_is_contiguous(r) && !lti_overlaps(r, mask) && !lti_self_overlaps(r);
}

static lt_status copy_rows(masked *m, lt_tensor *r) {
  int64_t size = lti_elsize(r->dtype), n = r->sizes[r->ndim - 1], index[LT_MAXDIM] = {0}, ones;
  const uint8_t *mask = (const uint8_t *)lti_data(m->mask);
  const char *x = lti_data(m->x);
  char *row = lti_data(r);
  for (int64_t left = lti_numel(r) / n; left > 0; left--, mask += n) {
    LT_KERNEL(LT_CPU, mask_count, &ones, mask, n);
    if (ones > 0) LT_KERNEL(LT_CPU, masked_copy, size, row, mask, n, x);
    x += ones * size;
    for (int d = r->ndim - 2; d >= 0; d--) {
      row += r->strides[d] * size;
      if (++index[d] < r->sizes[d]) break;
      row -= index[d] * r->strides[d] * size;
      index[d] = 0;
    }
  }
  return LT_OK;
}

static lt_status copy(masked *m, lt_tensor *r, const lt_tensor *mask, const lt_tensor *x) {
  LT_CHECK(lti_numel(x) >= m->count, ESHAPE,
           "maskedCopy: the mask has %lld ones but the source %s has %lld elements",
           (long long)m->count, lti_shape(x).str, (long long)lti_numel(x));
  if (m->count == 0) return LT_OK;
  bool own = lti_is_contiguous(x) && !(r->mem && r->mem == x->mem);
  m->x = x;
  if (!own) {
    LT_TRY(lti_new(&m->x_tmp, x->dtype, x->device, x->ndim, x->sizes));
    LT_TRY(lt_copy(&m->x_tmp, x));
    m->x = &m->x_tmp;
  }
  if (has_rows(r, mask)) return copy_rows(m, r);
  LT_TRY(open_result(m, r, mask));
  LT_KERNEL(r->device, masked_copy, lti_elsize(r->dtype), lti_data(m->o.out),
            (const uint8_t *)lti_data(m->mask), lti_numel(r), lti_data(m->x));
  return LT_OK;
}

lt_status lt_masked_copy(lt_tensor *r, const lt_tensor *mask, const lt_tensor *x) {
  masked m;
  LT_CHECK(r && x, EARG, "maskedCopy: expected a tensor");
  LT_TRY(lti_check_same("maskedCopy", 2, (const lti_named[]){{r, "tensor"}, {x, "source"}}));
  start(&m, r);
  lt_status rc = take_mask(&m, "maskedCopy", r, mask);
  if (rc == LT_OK) rc = copy(&m, r, mask, x);
  return finish(&m, rc);
}

static lt_status select(masked *m, lt_tensor *r, const lt_tensor *x, const lt_tensor *mask) {
  if (m->count == 0) return lti_resize(&m->o, 0, r->sizes);
  LT_TRY(lti_contiguous(&m->x, &m->x_tmp, x));
  LT_TRY(lti_result(&m->o, r, 1, &m->count, x, mask));
  LT_KERNEL(r->device, masked_select, lti_elsize(r->dtype), lti_data(m->o.out), lti_data(m->x),
            (const uint8_t *)lti_data(m->mask), lti_numel(x));
  return LT_OK;
}

lt_status lt_masked_select(lt_tensor *r, const lt_tensor *x, const lt_tensor *mask) {
  masked m;
  LT_CHECK(r && x, EARG, "maskedSelect: expected a tensor");
  LT_TRY(lti_check_same("maskedSelect", 2, (const lti_named[]){{x, "input"}, {r, "result"}}));
  start(&m, r);
  lt_status rc = take_mask(&m, "maskedSelect", x, mask);
  if (rc == LT_OK) rc = select(&m, r, x, mask);
  return finish(&m, rc);
}

static lt_status positions(masked *m, lt_tensor *r, const lt_tensor *x) {
  if (x->ndim == 0) return lti_resize(&m->o, 0, r->sizes);
  LT_TRY(lti_contiguous(&m->x, &m->x_tmp, x));
  LT_TRY(lti_new(&m->mask_tmp, LT_BYTE, x->device, x->ndim, x->sizes));
  m->mask = &m->mask_tmp;
  uint8_t *mask = (uint8_t *)lti_data(m->mask);
  LT_TRY(lti_nonzero(m->mask, m->x));
  LT_TRY(count_ones(m, "nonzero"));
  if (m->count == 0) return lti_resize(&m->o, 0, r->sizes);
  int64_t sizes[] = {m->count, x->ndim};
  LT_TRY(lti_result(&m->o, r, 2, sizes, x, NULL));
  LT_KERNEL(x->device, mask_positions, (int64_t *)lti_data(m->o.out), mask, x->ndim, x->sizes);
  return LT_OK;
}

lt_status lt_nonzero(lt_tensor *r, const lt_tensor *x) {
  masked m;
  LT_CHECK(r && x, EARG, "nonzero: expected a tensor");
  LT_CHECK(!lt_interrupt, EINTR, "interrupted");
  LT_CHECK(r->dtype == LT_LONG && lti_home(r) == lti_home(x), EDTYPE,
           "nonzero: positions go to a LongTensor of the same device, got a %s", lti_class(r).str);
  start(&m, r);
  return finish(&m, positions(&m, r, x));
}
