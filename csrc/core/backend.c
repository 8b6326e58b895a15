/* Backends: which kernel table serves a device. The CPU's is chosen once, by instruction set. */
#include <stdlib.h>

#include "core/internal.h"
#include "core/peers.h"

#ifndef LT_CDEF_HASH
#define LT_CDEF_HASH ""
#endif

enum { MAX_DEVICES = 255 };

extern const lt_backend cpu_backend_base, cpu_backend_avx2, cpu_backend_avx512;

static const lt_backend *backends[MAX_DEVICES];
static const char *isa_name;

static bool runs_here(const char *isa) {
#ifdef LT_HAVE_AVX512
  if (strcmp(isa, "avx512") == 0)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("fma");
#endif
#ifdef LT_HAVE_AVX2
  if (strcmp(isa, "avx2") == 0)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
  return strcmp(isa, "base") == 0;
}

/* The widest instruction set that runs here, or the one LT_ISA names when it does. */
__attribute__((constructor)) static void choose_cpu_backend(void) {
  static const struct {
    const char *isa;
    const lt_backend *backend;
  } tables[] = {
#ifdef LT_HAVE_AVX512
      {"avx512", &cpu_backend_avx512},
#endif
#ifdef LT_HAVE_AVX2
      {"avx2", &cpu_backend_avx2},
#endif
      {"base", &cpu_backend_base},
  };
  const char *wanted = getenv("LT_ISA");
  for (size_t i = 0; i < sizeof tables / sizeof *tables && !backends[LT_CPU]; i++) {
    if (!runs_here(tables[i].isa) || (wanted && strcmp(wanted, tables[i].isa) != 0)) continue;
    backends[LT_CPU] = tables[i].backend;
    isa_name = tables[i].isa;
  }
  if (!backends[LT_CPU]) {
    backends[LT_CPU] = &cpu_backend_base;
    isa_name = "base";
  }
}

const char *lt_isa(void) { return isa_name; }

const char *lt_cdef_hash(void) { return LT_CDEF_HASH; }

const lt_backend *lti_backend(int device) {
  device = lti_resolve(device);
  return device >= 0 && device < MAX_DEVICES ? backends[device] : NULL;
}

lt_status lt_register_backend(const lt_backend *backend, int first_device, int count) {
  LT_CHECK(backend && backend->name, EARG, "register_backend: no backend");
  LT_CHECK(first_device > LT_CPU && count >= 0 && first_device + count <= MAX_DEVICES, EARG,
           "register_backend: devices %d to %d are out of range 1 to %d", first_device,
           first_device + count - 1, MAX_DEVICES - 1);
  for (int d = first_device; d < first_device + count; d++) backends[d] = backend;
  return LT_OK;
}

lt_status lti_device_alloc(void **block, int device, size_t bytes) {
  if (device == LT_CPU) {
    *block = lti_alloc(bytes);
    return *block ? LT_OK : lti_out_of_memory(bytes);
  }
  const lt_backend *backend = lti_backend(device);
  LT_CHECK(backend, EBACKEND, "no backend for device %d", device);
  return backend->memory.allocate(block, device, bytes);
}

void lti_device_free(int device, void *block, size_t bytes) {
  if (device == LT_CPU)
    lti_free(block, bytes);
  else if (block)
    lti_backend(device)->memory.release(device, block, bytes);
}

lt_status lti_transfer(int to, void *dst, int from, const void *src, size_t bytes) {
  const lt_backend *backend = lti_backend(to == LT_CPU ? from : to);
  if (to == LT_CPU && from == LT_CPU) {
    memcpy(dst, src, bytes);
    return LT_OK;
  }
  LT_CHECK(backend, EBACKEND, "no backend for device %d", LT_MAX(to, from));
  return backend->memory.transfer(to, dst, from, src, bytes);
}
