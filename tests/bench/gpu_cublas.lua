-- Matrix products by cuBLAS itself, to compare luatorch's with. Requiring it gives a function that
-- returns a table, or nil and the reason why cuBLAS cannot be called.

local ffi = require 'ffi'

ffi.cdef [[
int cublasCreate_v2(void **handle);
int cublasGemmEx(void *handle, int transa, int transb, int m, int n, int k, const void *alpha,
                 const void *a, int atype, int lda, const void *b, int btype, int ldb,
                 const void *beta, void *c, int ctype, int ldc, int compute, int algorithm);
]]

local CUDA_R_32F, CUDA_R_16F = 0, 2
local COMPUTE_32F, COMPUTE_32F_FAST_TF32 = 68, 77
local DEFAULT = -1

-- Path of the library that the CUDA library has loaded.
local function loaded()
  for line in io.lines('/proc/self/maps') do
    local path = line:match('(/%S*/libcublas%.so%S*)')
    if path then return path end
  end
end

local function need(status)
  if status ~= 0 then error(('gpu_cublas: status %d of cuBLAS'):format(status), 0) end
end

return function()
  local path = loaded()
  if not path then return nil, 'libcublas.so is not loaded' end
  local library, handle = ffi.load(path), ffi.new('void *[1]')
  need(library.cublasCreate_v2(handle))
  local one, zero = ffi.new('float[1]', 1), ffi.new('float[1]', 0)

  --- A function that computes c = a b n times, of square contiguous matrices; precision: float,
  -- tf32 or half, all with float accumulators. cuBLAS has columns where we have rows: c' = b' a'.
  local function product(c, a, b, precision)
    local size, kind = a:size(1), precision == 'half' and CUDA_R_16F or CUDA_R_32F
    local compute = precision == 'tf32' and COMPUTE_32F_FAST_TF32 or COMPUTE_32F
    local pc, pa, pb = c:data(), a:data(), b:data()
    return function(n)
      for _ = 1, n do
        need(library.cublasGemmEx(handle[0], 0, 0, size, size, size, one, pb, kind, size,
          pa, kind, size, zero, pc, kind, size, compute, DEFAULT))
      end
    end
  end
  return {product = product}
end
