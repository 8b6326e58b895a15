/* Status codes and the message of the last failure in each thread. */
#include <stdarg.h>
#include <stdio.h>

#include "core/internal.h"

static _Thread_local char message[512];

LT_API int32_t lt_interrupt;

lt_status lti_fail(lt_status status, const char *format, ...) {
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  return status;
}

const char *lt_error(void) { return message; }

const char *lt_status_text(lt_status status) {
  static const char *const text[] = {
#define STATUS(name, text) text,
#include "status.def"
#undef STATUS
  };
  return status >= 0 && status < LT_NSTATUS ? text[status] : "unknown status";
}

lti_text lti_sizes(int ndim, const int64_t *sizes) {
  lti_text t = {""};
  size_t used = 0;
  for (int d = 0; d < ndim && used < sizeof t.str; d++) {
    int n =
        snprintf(t.str + used, sizeof t.str - used, d ? " x %lld" : "%lld", (long long)sizes[d]);
    used += n > 0 ? (size_t)n : 0;
  }
  if (ndim == 0) strcpy(t.str, "empty");
  return t;
}

lti_text lti_class(const lt_tensor *t) {
  lti_text out;
  const char *type = lt_dtype_name(t->dtype);
  bool cuda = t->device != LT_CPU, plain = cuda && t->dtype == LT_FLOAT;
  snprintf(out.str, sizeof out.str, "%s%sTensor", cuda ? "Cuda" : "",
           plain  ? ""
           : type ? type
                  : "?");
  return out;
}

lti_text lti_shape(const lt_tensor *t) {
  lti_text out;
  snprintf(out.str, sizeof out.str, "[%.120s %.30s]", lti_sizes(t->ndim, t->sizes).str,
           lti_class(t).str);
  return out;
}
