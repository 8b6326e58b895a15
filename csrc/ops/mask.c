/* Masks: checks, contiguous operands, results. A mask is a ByteTensor of 0 and 1 with as many
 * elements as the tensor it applies to; both are read in their own logical order. */
#include "core/internal.h"

/* What one call works on: contiguous tensors, copies in tmp where needed. */
typedef struct masked {
  lt_tensor *r; /* the tensor that changes, or NULL */
  const lt_tensor *x, *mask;
  int64_t count; /* ones in the mask */
  lt_tensor tmp[3];
} masked;

static void release(masked *m) {
  for (int i = 0; i < 3; i++) lt_tensor_release(&m->tmp[i]);
}

static lt_status count_ones(masked *m, const char *name) {
  LT_KERNEL(m->mask->device, mask_count, &m->count, (const uint8_t *)lti_data(m->mask),
            lti_numel(m->mask));
  LT_CHECK(m->count >= 0, EARG, "%s: the mask has elements other than 0 and 1", name);
  return LT_OK;
}

/* Checks mask against t, makes it contiguous and counts its ones. */
static lt_status take_mask(masked *m, const char *name, const lt_tensor *t, const lt_tensor *mask) {
  memset(m, 0, sizeof *m);
  LT_CHECK(t && mask, EARG, "%s: expected a tensor", name);
  LT_CHECK(!lt_interrupt, EINTR, "interrupted");
  LT_CHECK(mask->dtype == LT_BYTE, EDTYPE, "%s: expected a ByteTensor as mask, got a %sTensor",
           name, lt_dtype_name(mask->dtype));
  LT_CHECK(mask->device == t->device, EDEVICE, "%s: the mask is on another device", name);
  LT_CHECK(lti_numel(mask) == lti_numel(t), ESHAPE,
           "%s: mask %s does not match %s in element count", name, lti_shape(mask).str,
           lti_shape(t).str);
  if (t->ndim == 0) return LT_OK;
  LT_TRY(lti_contiguous(&m->mask, &m->tmp[0], mask));
  return count_ones(m, name);
}

/* r itself, or a contiguous copy of it that finish() copies back. */
static lt_status open_result(masked *m, lt_tensor *r, const lt_tensor *mask) {
  m->r = r;
  if (lti_is_contiguous(r) && !lti_overlaps(r, mask)) return LT_OK;
  m->r = &m->tmp[1];
  LT_TRY(lti_new(m->r, r->dtype, r->device, r->ndim, r->sizes));
  return lt_copy(m->r, r);
}

static lt_status finish(masked *m, lt_tensor *r, lt_status rc) {
  if (rc == LT_OK && m->r) rc = lti_commit(r, m->r, &m->tmp[1]);
  release(m);
  return rc;
}

static lt_status fill(masked *m, lt_tensor *r, const lt_tensor *mask, double v) {
  LT_TRY(open_result(m, r, mask));
  LT_KERNEL(r->device, masked_fill, r->dtype, lti_data(m->r), (const uint8_t *)lti_data(m->mask),
            lti_numel(r), lti_scalar(r->dtype, v));
  return LT_OK;
}

lt_status lt_masked_fill(lt_tensor *r, const lt_tensor *mask, double v) {
  masked m;
  lt_status rc = take_mask(&m, "maskedFill", r, mask);
  if (rc == LT_OK && m.count > 0) rc = fill(&m, r, mask, v);
  return finish(&m, r, rc);
}

static lt_status copy(masked *m, lt_tensor *r, const lt_tensor *mask, const lt_tensor *x) {
  LT_CHECK(lti_numel(x) >= m->count, ESHAPE,
           "maskedCopy: the mask has %lld ones but the source %s has %lld elements",
           (long long)m->count, lti_shape(x).str, (long long)lti_numel(x));
  if (m->count == 0) return LT_OK;
  bool own = lti_is_contiguous(x) && !(r->mem && r->mem == x->mem);
  m->x = x;
  if (!own) {
    LT_TRY(lti_new(&m->tmp[2], x->dtype, x->device, x->ndim, x->sizes));
    LT_TRY(lt_copy(&m->tmp[2], x));
    m->x = &m->tmp[2];
  }
  LT_TRY(open_result(m, r, mask));
  LT_KERNEL(r->device, masked_copy, lti_elsize(r->dtype), lti_data(m->r),
            (const uint8_t *)lti_data(m->mask), lti_numel(r), lti_data(m->x));
  return LT_OK;
}

lt_status lt_masked_copy(lt_tensor *r, const lt_tensor *mask, const lt_tensor *x) {
  masked m;
  LT_CHECK(r && x, EARG, "maskedCopy: expected a tensor");
  LT_TRY(lti_check_same("maskedCopy", 2, (const lt_tensor *[]){r, x}));
  lt_status rc = take_mask(&m, "maskedCopy", r, mask);
  if (rc == LT_OK) rc = copy(&m, r, mask, x);
  return finish(&m, r, rc);
}

/* Computes into m->tmp[1] or r itself; *out is which. */
static lt_status select(masked *m, lt_tensor **out, lt_tensor *r, const lt_tensor *x,
                        const lt_tensor *mask) {
  if (m->count == 0) return lt_resize(r, 0, r->sizes, NULL);
  LT_TRY(lti_contiguous(&m->x, &m->tmp[2], x));
  LT_TRY(lti_result(out, &m->tmp[1], r, 1, &m->count, x, mask));
  LT_KERNEL(r->device, masked_select, lti_elsize(r->dtype), lti_data(*out), lti_data(m->x),
            (const uint8_t *)lti_data(m->mask), lti_numel(x));
  return LT_OK;
}

lt_status lt_masked_select(lt_tensor *r, const lt_tensor *x, const lt_tensor *mask) {
  masked m;
  lt_tensor *out = NULL;
  LT_CHECK(r && x, EARG, "maskedSelect: expected a tensor");
  LT_TRY(lti_check_same("maskedSelect", 2, (const lt_tensor *[]){x, r}));
  lt_status rc = take_mask(&m, "maskedSelect", x, mask);
  if (rc == LT_OK) rc = select(&m, &out, r, x, mask);
  m.r = out;
  return finish(&m, r, rc);
}

static lt_status positions(masked *m, lt_tensor **out, lt_tensor *r, const lt_tensor *x) {
  LT_TRY(lti_contiguous(&m->x, &m->tmp[2], x));
  LT_TRY(lti_new(&m->tmp[0], LT_BYTE, x->device, x->ndim, x->sizes));
  m->mask = &m->tmp[0];
  uint8_t *mask = (uint8_t *)lti_data(m->mask);
  LT_KERNEL(x->device, nonzero_mask, x->dtype, mask, lti_data(m->x), lti_numel(x));
  LT_TRY(count_ones(m, "nonzero"));
  if (m->count == 0) return lt_resize(r, 0, r->sizes, NULL);
  int64_t sizes[] = {m->count, x->ndim};
  LT_TRY(lti_result(out, &m->tmp[1], r, 2, sizes, x, NULL));
  LT_KERNEL(x->device, mask_positions, (int64_t *)lti_data(*out), mask, x->ndim, x->sizes);
  return LT_OK;
}

lt_status lt_nonzero(lt_tensor *r, const lt_tensor *x) {
  masked m = {0};
  lt_tensor *out = NULL;
  LT_CHECK(r && x, EARG, "nonzero: expected a tensor");
  LT_CHECK(!lt_interrupt, EINTR, "interrupted");
  LT_CHECK(r->dtype == LT_LONG && r->device == x->device, EDTYPE,
           "nonzero: positions go to a LongTensor of the same device, got a %sTensor",
           lt_dtype_name(r->dtype));
  lt_status rc = x->ndim == 0 ? lt_resize(r, 0, r->sizes, NULL) : positions(&m, &out, r, x);
  m.r = out;
  return finish(&m, r, rc);
}
