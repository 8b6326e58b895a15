// Linear algebra: the matrices go to the host, the CPU's kernel computes there, and what it wrote
// comes back.
#include <stdlib.h>

#include "cuda/device.cuh"

// n elements of `size` bytes of the device, on the host while this lives.
class OnHost {
public:
  OnHost() : block(nullptr), device(nullptr), bytes(0) {}
  ~OnHost() { free(block); }
  lt_status fetch(const char *op, const void *from, int64_t n, int64_t size) {
    LT_TRY(make(op, (void *)from, n, size));
    return bytes ? cuda_read(op, block, from, bytes) : LT_OK;
  }
  // The same for memory that is only written; NULL stays NULL.
  lt_status make(const char *op, void *at, int64_t n, int64_t size) {
    device = at;
    bytes = at ? (size_t)(n * size) : 0;
    if (!at) return LT_OK;
    block = lti_refused() ? nullptr : malloc(bytes ? bytes : 1);
    if (block) return LT_OK;
    return lti_fail(LT_ENOMEM, "%s: out of memory: %zu bytes asked for on the host", op, bytes);
  }
  lt_status give_back(const char *op) {
    if (!bytes) return LT_OK;
    CUDA_TRY(op, cudaMemcpyAsync(device, block, bytes, cudaMemcpyHostToDevice, cuda_stream()));
    return cuda_wait(op);
  }
  OnHost(const OnHost &) = delete;
  OnHost &operator=(const OnHost &) = delete;
  void *block;

private:
  void *device;
  size_t bytes;
};

static const lt_kernels &host() { return lti_backend(LT_CPU)->kernels; }

// In a kernel: buffer `name` of n elements of dtype, read, or only written.
#define FETCH(name, n) \
  OnHost name##_host;  \
  LT_TRY(name##_host.fetch(op, name, n, lti_elsize(dtype)))
#define MAKE(name, n) \
  OnHost name##_host; \
  LT_TRY(name##_host.make(op, name, n, lti_elsize(dtype)))
#define GIVE_BACK(name) LT_TRY(name##_host.give_back(op))

CUDA_KERNEL(gesv)(int *info, int dtype, int64_t n, int64_t nrhs, void *a, void *b) {
  const char *op = "gesv";
  FETCH(a, n * n);
  FETCH(b, n * nrhs);
  LT_TRY(host().gesv(info, dtype, n, nrhs, a_host.block, b_host.block));
  GIVE_BACK(a);
  GIVE_BACK(b);
  return LT_OK;
}

CUDA_KERNEL(inverse)(int *info, int dtype, int64_t n, void *a, void *r) {
  const char *op = "inverse";
  FETCH(a, n * n);
  MAKE(r, n * n);
  LT_TRY(host().inverse(info, dtype, n, a_host.block, r_host.block));
  if (*info != 0) return LT_OK;
  GIVE_BACK(r);
  return LT_OK;
}

CUDA_KERNEL(det)(double *out, int dtype, int64_t n, void *a) {
  const char *op = "det";
  FETCH(a, n * n);
  return host().det(out, dtype, n, a_host.block);
}

CUDA_KERNEL(gels)(int *info, int dtype, int64_t m, int64_t n, int64_t nrhs, void *a, void *b) {
  const char *op = "gels";
  FETCH(a, m * n);
  FETCH(b, LT_MAX(m, n) * nrhs);
  LT_TRY(host().gels(info, dtype, m, n, nrhs, a_host.block, b_host.block));
  GIVE_BACK(a);
  GIVE_BACK(b);
  return LT_OK;
}

CUDA_KERNEL(trtrs)
(int *info, int dtype, int upper, int trans, int unit, int64_t n, int64_t nrhs, const void *a,
 void *b) {
  const char *op = "trtrs";
  FETCH(a, n * n);
  FETCH(b, n * nrhs);
  LT_TRY(host().trtrs(info, dtype, upper, trans, unit, n, nrhs, a_host.block, b_host.block));
  GIVE_BACK(b);
  return LT_OK;
}

CUDA_KERNEL(potrf)(int *info, int dtype, int upper, int64_t n, void *a) {
  const char *op = "potrf";
  FETCH(a, n * n);
  LT_TRY(host().potrf(info, dtype, upper, n, a_host.block));
  GIVE_BACK(a);
  return LT_OK;
}

CUDA_KERNEL(potri)(int *info, int dtype, int upper, int64_t n, void *a) {
  const char *op = "potri";
  FETCH(a, n * n);
  LT_TRY(host().potri(info, dtype, upper, n, a_host.block));
  GIVE_BACK(a);
  return LT_OK;
}

CUDA_KERNEL(potrs)
(int *info, int dtype, int upper, int64_t n, int64_t nrhs, const void *a, void *b) {
  const char *op = "potrs";
  FETCH(a, n * n);
  FETCH(b, n * nrhs);
  LT_TRY(host().potrs(info, dtype, upper, n, nrhs, a_host.block, b_host.block));
  GIVE_BACK(b);
  return LT_OK;
}

CUDA_KERNEL(pstrf)
(int *info, int *rank, int dtype, int upper, int64_t n, void *a, int32_t *pivots, double tol) {
  const char *op = "pstrf";
  FETCH(a, n * n);
  OnHost pivots_host;
  LT_TRY(pivots_host.make(op, pivots, n, sizeof *pivots));
  LT_TRY(
      host().pstrf(info, rank, dtype, upper, n, a_host.block, (int32_t *)pivots_host.block, tol));
  GIVE_BACK(a);
  GIVE_BACK(pivots);
  return LT_OK;
}

CUDA_KERNEL(geqrf)(int dtype, int64_t m, int64_t n, void *a, void *tau) {
  const char *op = "geqrf";
  FETCH(a, m * n);
  MAKE(tau, LT_MIN(m, n));
  LT_TRY(host().geqrf(dtype, m, n, a_host.block, tau_host.block));
  GIVE_BACK(a);
  GIVE_BACK(tau);
  return LT_OK;
}

CUDA_KERNEL(orgqr)(int dtype, int64_t m, int64_t n, int64_t k, void *a, const void *tau) {
  const char *op = "orgqr";
  FETCH(a, m * n);
  FETCH(tau, k);
  LT_TRY(host().orgqr(dtype, m, n, k, a_host.block, tau_host.block));
  GIVE_BACK(a);
  return LT_OK;
}

CUDA_KERNEL(ormqr)
(int dtype, int right, int trans, int64_t m, int64_t n, int64_t k, const void *a, const void *tau,
 void *c) {
  const char *op = "ormqr";
  FETCH(a, (right ? n : m) * k);
  FETCH(tau, k);
  FETCH(c, m * n);
  LT_TRY(host().ormqr(dtype, right, trans, m, n, k, a_host.block, tau_host.block, c_host.block));
  GIVE_BACK(c);
  return LT_OK;
}

CUDA_KERNEL(syevd)(int *info, int dtype, int vectors, int upper, int64_t n, void *a, void *e) {
  const char *op = "syevd";
  FETCH(a, n * n);
  MAKE(e, n);
  LT_TRY(host().syevd(info, dtype, vectors, upper, n, a_host.block, e_host.block));
  if (*info != 0) return LT_OK;
  GIVE_BACK(a);
  GIVE_BACK(e);
  return LT_OK;
}

CUDA_KERNEL(geev)(int *info, int dtype, int64_t n, void *a, void *e, void *v) {
  const char *op = "geev";
  FETCH(a, n * n);
  MAKE(e, 2 * n);
  MAKE(v, n * n);
  LT_TRY(host().geev(info, dtype, n, a_host.block, e_host.block, v_host.block));
  if (*info != 0) return LT_OK;
  GIVE_BACK(e);
  GIVE_BACK(v);
  return LT_OK;
}

CUDA_KERNEL(gesdd)
(int *info, int dtype, int all, int64_t m, int64_t n, void *a, void *u, void *s, void *vt) {
  const char *op = "gesdd";
  int64_t k = LT_MIN(m, n);
  FETCH(a, m * n);
  MAKE(u, m * (all ? m : k));
  MAKE(s, k);
  MAKE(vt, (all ? n : k) * n);
  LT_TRY(host().gesdd(info, dtype, all, m, n, a_host.block, u_host.block, s_host.block,
                      vt_host.block));
  if (*info != 0) return LT_OK;
  GIVE_BACK(u);
  GIVE_BACK(s);
  GIVE_BACK(vt);
  return LT_OK;
}
