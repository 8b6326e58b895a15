/* Errors: codes and texts, a message for each thread, long messages cut, failed calls that change
 * nothing. Exits with 1 after printing what failed. */
#include <pthread.h>

#include "check.h"
#include "core/internal.h"

static void *fail_elsewhere(void *unused) {
  (void)unused;
  lti_fail(LT_EARG, "of another thread");
  return NULL;
}

static lt_status checked(int x) {
  LT_CHECK(x > 0, ERANGE, "x is %d", x);
  return LT_OK;
}

static lt_status tried(int x) {
  LT_TRY(checked(x));
  return lti_fail(LT_EIO, "unreached for a failing call");
}

static void test_messages(void) {
  CHECK(lti_fail(LT_ESHAPE, "%s %d", "size", 3) == LT_ESHAPE);
  CHECK(strcmp(lt_error(), "size 3") == 0);
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, fail_elsewhere, NULL) == 0);
  pthread_join(thread, NULL);
  CHECK(strcmp(lt_error(), "size 3") == 0);
  CHECK(checked(1) == LT_OK);
  CHECK(tried(-2) == LT_ERANGE && strcmp(lt_error(), "x is -2") == 0);
  char longer[2000];
  memset(longer, 'x', sizeof longer - 1);
  longer[sizeof longer - 1] = 0;
  lti_fail(LT_EARG, "%s", longer);
  CHECK(strlen(lt_error()) > 100 && strlen(lt_error()) < sizeof longer);
}

static void test_texts(void) {
  CHECK(strcmp(lt_status_text(LT_OK), "success") == 0);
  for (int i = 0; i < LT_NSTATUS; i++) CHECK(strlen(lt_status_text(i)) > 3);
  CHECK(strcmp(lt_status_text(-1), lt_status_text(LT_NSTATUS)) == 0);
}

static void test_shapes(void) {
  lt_tensor t = {.dtype = LT_FLOAT, .ndim = 2, .sizes = {2, 3}};
  CHECK(strcmp(lti_shape(&t).str, "[2 x 3 FloatTensor]") == 0);
  t.ndim = 0;
  CHECK(strcmp(lti_shape(&t).str, "[empty FloatTensor]") == 0);
  t.ndim = LT_MAXDIM;
  for (int d = 0; d < LT_MAXDIM; d++) t.sizes[d] = INT64_MAX;
  CHECK(strlen(lti_shape(&t).str) < sizeof(lti_text)); /* cut, not overrun */
}

static void test_failed_calls(void) {
  lt_tensor x = {.dtype = LT_INT}, y = {.dtype = LT_FLOAT}, r = {.dtype = LT_INT};
  const int64_t size[] = {4}, other[] = {3};
  CHECK(lt_resize(&x, 1, size, NULL) == LT_OK && lt_fill(&x, 2) == LT_OK);
  CHECK(lt_resize(&y, 1, size, NULL) == LT_OK && lt_fill(&y, 2) == LT_OK);
  CHECK(lt_resize(&r, 1, other, NULL) == LT_OK && lt_fill(&r, 9) == LT_OK);
  CHECK(lt_cmul(&r, &x, &y) == LT_EDTYPE);
  CHECK(lt_exp(&r, &x) == LT_EDTYPE);
  CHECK(lt_cmul(&r, NULL, &x) == LT_EARG && lt_cmul(&r, &x, NULL) == LT_EARG);
  CHECK(lt_cmul(NULL, &x, &x) == LT_EARG);
  CHECK(lt_copy(NULL, &x) == LT_EARG && lt_copy(&x, &r) == LT_ESHAPE);
  CHECK(r.ndim == 1 && r.sizes[0] == 3 && ((int32_t *)r.mem->data)[0] == 9);
  lt_interrupt = 1;
  CHECK(lt_cmul(&r, &x, &x) == LT_EINTR && lt_fill(&x, 1) == LT_EINTR);
  lt_interrupt = 0;
  CHECK(lt_cmul(&r, &x, &x) == LT_OK && r.sizes[0] == 4 && ((int32_t *)r.mem->data)[3] == 4);
  CHECK(lt_cdiv_s(&r, &x, 0) == LT_EZERODIV && ((int32_t *)r.mem->data)[3] == 4);
  CHECK(lt_get(&(double){0}, &x, 4) == LT_ERANGE && lt_get(&(double){0}, &x, -1) == LT_ERANGE);
  lt_tensor_release(&x);
  lt_tensor_release(&y);
  lt_tensor_release(&r);
}

int main(void) {
  test_messages();
  test_texts();
  test_shapes();
  test_failed_calls();
  return failures > 0;
}
