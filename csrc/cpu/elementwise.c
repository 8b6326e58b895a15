/* Elementwise kernels: picks the row's loop and runs it over the iterator on all threads. The
 * 16-bit types run the float loop on short converted chunks. */
#include "core/half.h"
#include "cpu/loop.h"
#include "cpu/stream.h"
#include "cpu/transpose.h"

enum { CHUNK = 256 };

/* What a thread needs; the first member is what plain loops read as their parameters. */
typedef struct {
  lt_scalar params[2];
  const lt_iter *it;
  lt_loop loop;
  int dtype; /* LT_HALF or LT_BFLOAT16 when operands are converted */
  bool byte_result;
  bool streams;   /* a large result goes past the caches */
  int transposed; /* a bit for each input that run_strips transposes */
} job;

static bool converts(int dtype) { return dtype == LT_HALF || dtype == LT_BFLOAT16; }

static void to_float(float *dst, const char *src, int64_t stride, int64_t n, int dtype) {
  for (int64_t i = 0; i < n; i++) {
    uint16_t bits = *(const uint16_t *)(src + i * stride);
    dst[i] = dtype == LT_HALF ? lti_half_to_float(bits) : lti_bfloat16_to_float(bits);
  }
}

static void from_float(char *dst, const float *src, int64_t stride, int64_t n, int dtype) {
  for (int64_t i = 0; i < n; i++)
    *(uint16_t *)(dst + i * stride) =
        dtype == LT_HALF ? lti_float_to_half(src[i]) : lti_float_to_bfloat16(src[i]);
}

/* A loop over 16-bit operands; params point to the job. */
static void converting_loop(char **ptr, const int64_t *stride, int64_t n, const lt_scalar *params) {
  const job *j = (const job *)(const void *)params;
  float buffer[LT_MAXOP][CHUNK];
  for (int64_t done = 0; done < n; done += CHUNK) {
    int64_t m = LT_MIN(n - done, (int64_t)CHUNK);
    char *p[LT_MAXOP];
    int64_t s[LT_MAXOP];
    for (int k = 0; k < j->it->nop; k++) {
      p[k] = (char *)buffer[k];
      s[k] = sizeof(float);
      if (k > 0 && stride[k] == 0) {
        to_float(buffer[k], ptr[k], 0, 1, j->dtype);
        s[k] = 0;
      } else if (k > 0) {
        to_float(buffer[k], ptr[k] + done * stride[k], stride[k], m, j->dtype);
      }
    }
    if (j->byte_result) {
      p[0] = ptr[0] + done * stride[0];
      s[0] = stride[0];
    }
    j->loop(p, s, m, j->params);
    if (!j->byte_result) from_float(ptr[0] + done * stride[0], buffer[0], stride[0], m, j->dtype);
  }
}

static void run_range(int64_t begin, int64_t end, void *ctx) {
  const job *j = ctx;
  if (j->streams)
    stream_run(j->it, j->byte_result ? 1 : lti_elsize(j->dtype), begin, end, j->loop, j->params);
  else
    lti_iter_run(j->it, begin, end, converts(j->dtype) ? converting_loop : j->loop, j->params);
}

static void run_strips(int64_t begin, int64_t end, void *ctx) {
  const job *j = ctx;
  CPU(transpose_run)
  (j->it, j->transposed, lti_elsize(j->dtype), j->byte_result ? 1 : lti_elsize(j->dtype), begin,
   end, converts(j->dtype) ? converting_loop : j->loop, j->params);
}

/* Bits of the inputs that are transposed to the result. */
static int find_transposed(const lt_iter *it, int64_t result_size, int64_t elsize) {
  int bits = 0;
  for (int k = 1; k < it->nop; k++) bits |= is_transposed(it, k, result_size, elsize) << k;
  return bits;
}

/* The scalar operands get their value as an element of dtype in place of a pointer. */
static void place_scalars(lt_iter *it, int dtype) {
  for (int k = 1; k < it->nop; k++) {
    if (it->base[k]) continue;
    lt_scalar v = it->scalar[k];
    char *place = (char *)&it->scalar[k];
    switch (dtype) {
    case LT_FLOAT: *(float *)place = (float)v.f; break;
    case LT_HALF: *(uint16_t *)place = lti_float_to_half((float)v.f); break;
    case LT_BFLOAT16: *(uint16_t *)place = lti_float_to_bfloat16((float)v.f); break;
    default: break; /* doubles, and integers: the low bytes of the wrapped value */
    }
    it->base[k] = place;
  }
}

static lt_loop find_loop(int op, int dtype, bool *compares) {
  *compares = CPU(compare_loops)[op][dtype] != NULL;
  if (op == LT_OP_cfmod && dtype == LT_FLOAT) return CPU(fmod_loop);
  lt_loop loop = CPU(compare_loops)[op][dtype];
  if (!loop) loop = CPU(unary_loops)[op][dtype];
  if (!loop) loop = CPU(binary_loops)[op][dtype];
  if (!loop) loop = CPU(grad_loops)[op][dtype];
  return loop;
}

/* Rows that arithmetic bounds more than memory does, so that streaming gains nothing. */
static bool is_arithmetic(int op) {
  switch (op) {
  case LT_OP_exp:
  case LT_OP_expm1:
  case LT_OP_log:
  case LT_OP_log1p:
  case LT_OP_sin:
  case LT_OP_cos:
  case LT_OP_tan:
  case LT_OP_asin:
  case LT_OP_acos:
  case LT_OP_atan:
  case LT_OP_sinh:
  case LT_OP_cosh:
  case LT_OP_tanh:
  case LT_OP_sigmoid:
  case LT_OP_erf:
  case LT_OP_rpow:
  case LT_OP_elu:
  case LT_OP_softplus:
  case LT_OP_logsigmoid:
  case LT_OP_gelu:
  case LT_OP_gelu_grad:
  case LT_OP_gelutanh:
  case LT_OP_gelutanh_grad:
  case LT_OP_silu:
  case LT_OP_silu_grad:
  case LT_OP_mish:
  case LT_OP_mish_grad:
  case LT_OP_cfmod:
  case LT_OP_cremainder:
  case LT_OP_cpow:
  case LT_OP_atan2: return true;
  default: return false;
  }
}

lt_status CPU(elementwise)(int op, int dtype, lt_iter *it, const lt_scalar *params) {
  job j = {.params = {params[0], params[1]}, .it = it, .dtype = dtype};
  j.loop = find_loop(op, converts(dtype) ? LT_FLOAT : dtype, &j.byte_result);
  LT_CHECK(j.loop, ENOTIMPL, "elementwise: no kernel for row %d and %s", op, lt_dtype_name(dtype));
  place_scalars(it, dtype);
  j.streams = !converts(dtype) && !is_arithmetic(op);
  if (it->numel <= lti_grain) {
    run_range(0, it->numel, &j);
    return LT_OK;
  }
  j.transposed = find_transposed(it, j.byte_result ? 1 : lti_elsize(dtype), lti_elsize(dtype));
  if (j.transposed)
    lti_parallel(strip_count(it), strip_grain(it), run_strips, &j);
  else
    lti_parallel(it->numel, lti_grain, run_range, &j);
  return LT_OK;
}

#define DIVISION_LOOP(type, DTYPE, least)                                     \
  static void division_##DTYPE(char **ptr, const int64_t *stride, int64_t n,  \
                               const lt_scalar *params) {                     \
    int bad = 0;                                                              \
    for (int64_t i = 0; i < n; i++) {                                         \
      type x = *(const type *)(ptr[1] + i * stride[1]),                       \
           y = *(const type *)(ptr[2] + i * stride[2]);                       \
      bad |= y == 0 || ((least) != 0 && x == (type)(least) && y == (type)-1); \
    }                                                                         \
    if (bad) *(int *)(uintptr_t)params->i = 1;                                \
  }
DIVISION_LOOP(uint8_t, BYTE, 0)
DIVISION_LOOP(int8_t, CHAR, 0)
DIVISION_LOOP(int16_t, SHORT, 0)
DIVISION_LOOP(int32_t, INT, INT32_MIN)
DIVISION_LOOP(int64_t, LONG, INT64_MIN)

lt_status CPU(division_check)(int *bad, int dtype, const lt_iter *it) {
  static const lt_loop loops[LT_NDTYPE] = {[LT_BYTE] = division_BYTE,
                                           [LT_CHAR] = division_CHAR,
                                           [LT_SHORT] = division_SHORT,
                                           [LT_INT] = division_INT,
                                           [LT_LONG] = division_LONG};
  lt_iter own = *it;
  lt_scalar place = {.i = (int64_t)(uintptr_t)bad};
  place_scalars(&own, dtype);
  lti_iter_run(&own, 0, own.numel, loops[dtype], &place);
  return LT_OK;
}
