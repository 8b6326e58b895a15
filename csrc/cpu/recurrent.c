/* One direction of a recurrent layer of Float or Double over a whole sequence: recurrence and
 * gates, and their gradient. Results do not depend on the number of threads. */
#include "core/functor.h"
#include "cpu/isa.h"

#define REAL float
#include "cpu/recurrent_real.h"
#undef REAL
#define REAL double
#include "cpu/recurrent_real.h"
#undef REAL

#define RUN(T, grad, bias, ...) run_##T(&(job_##T){.s = s, __VA_ARGS__}, w, bias, grad)

lt_status CPU(recurrent)(int dtype, const lt_recurrence *s, void *y, void *gates, void *extra,
                         void *h, void *c, const void *w, const void *bias) {
#define FORWARD(T) RUN(T, 0, bias, .y = y, .gates = gates, .extra = extra, .h = h, .c = c)
  return dtype == LT_FLOAT ? FORWARD(float) : FORWARD(double);
}

lt_status CPU(recurrent_grad)(int dtype, const lt_recurrence *s, void *dgates, void *dextra,
                              void *dh, void *dc, const void *gy, const void *gates,
                              const void *extra, const void *y, const void *h0, const void *c0,
                              const void *w) {
#define BACKWARD(T)                                                                 \
  RUN(T, 1, NULL, .dgates = dgates, .dextra = dextra, .dh = dh, .dc = dc, .gy = gy, \
      .gates_in = gates, .extra_in = extra, .y_in = y, .h0 = h0, .c0 = c0)
  return dtype == LT_FLOAT ? BACKWARD(float) : BACKWARD(double);
}
