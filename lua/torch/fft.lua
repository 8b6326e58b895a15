-- Discrete Fourier transforms, an addition to Torch7: fft, ifft, rfft, irfft of Float and Double
-- tensors. FFTW computes them; it is loaded at the first transform, and only they need it.
--
-- Complex numbers are the last dimension, of size 2: real and imaginary part. The inverse
-- transforms are divided by the number of elements that a transform mixes.

local ffi = require 'ffi'
local F = require 'torch.ffi'
local ops = require 'torch.ops'
local sizes = require 'torch.sizes'

local C, check, raise, bad, like, is_tensor, describe =
  F.C, F.check, F.raise, F.bad_argument, F.like, F.is_tensor, F.describe
local D = F.dtype
local type, tonumber = type, tonumber

-- The library ------------------------------------------------------------------------------------

local declarations = [[
void *P_plan_guru64_dft(int rank, const lt_fftw_dim *dims, int nbatch, const lt_fftw_dim *batch,
  REAL *x, REAL *y, int sign, unsigned flags);
void *P_plan_guru64_dft_r2c(int rank, const lt_fftw_dim *dims, int nbatch,
  const lt_fftw_dim *batch, REAL *x, REAL *y, unsigned flags);
void *P_plan_guru64_dft_c2r(int rank, const lt_fftw_dim *dims, int nbatch,
  const lt_fftw_dim *batch, REAL *x, REAL *y, unsigned flags);
void P_execute_dft(const void *plan, REAL *x, REAL *y);
void P_execute_dft_r2c(const void *plan, REAL *x, REAL *y);
void P_execute_dft_c2r(const void *plan, REAL *x, REAL *y);
void P_destroy_plan(void *plan);
int P_alignment_of(REAL *x);
void P_make_planner_thread_safe(void);
int P_init_threads(void);
void P_plan_with_nthreads(int n);
]]
ffi.cdef [[
typedef struct lt_fftw_dim { ptrdiff_t n, is, os; } lt_fftw_dim;
void *dlopen(const char *file, int mode);
]]
local STAY = 0x1002 -- RTLD_NOW | RTLD_NODELETE

local precisions = {
  [D.Float] = {prefix = 'fftwf', real = 'float', file = 'libfftw3f', package = 'libfftw3-single3'},
  [D.Double] = {prefix = 'fftw', real = 'double', file = 'libfftw3', package = 'libfftw3-double3'},
}
for _, p in pairs(precisions) do
  ffi.cdef((declarations:gsub('P_', p.prefix .. '_'):gsub('REAL', p.real)))
end

local FORWARD, BACKWARD, ESTIMATE = -1, 1, 64
local THREADED = 3e4 -- elements from which several threads pay

-- The functions of FFTW for a dtype. Its planner is made safe for several Lua states, which takes
-- its library of threads; that one must stay loaded, since FFTW calls it.
local function library(name, dtype)
  local p = precisions[dtype]
  if p.plan then return p end
  local ok, lib = pcall(ffi.load, p.file .. '.so.3')
  local with_threads, threads = pcall(ffi.load, p.file .. '_omp.so.3')
  if not (ok and with_threads and threads[p.prefix .. '_init_threads']() ~= 0) then
    raise('%s: FFTW (%s.so.3 and %s_omp.so.3) is needed for a %sTensor and cannot be loaded; '
      .. 'on Debian: apt-get install %s', name, p.file, p.file, F.dtype_name[dtype], p.package)
  end
  ffi.C.dlopen(p.file .. '_omp.so.3', STAY)
  threads[p.prefix .. '_make_planner_thread_safe']()
  p.set_threads = threads[p.prefix .. '_plan_with_nthreads']
  p.lib, p.threads = lib, threads -- functions do not keep them loaded
  p.alignment, p.destroy = lib[p.prefix .. '_alignment_of'], lib[p.prefix .. '_destroy_plan']
  p.plan, p.run = {}, {}
  for _, kind in ipairs {'', '_r2c', '_c2r'} do
    p.plan[kind] = lib[p.prefix .. '_plan_guru64_dft' .. kind]
    p.run[kind] = lib[p.prefix .. '_execute_dft' .. kind]
  end
  return p
end

-- Plans of the transforms that were done last, by what they depend on.
local MAX_PLANS = 100
local plans, planned = {}, 0

local function keep_plan(key, plan)
  if planned == MAX_PLANS then plans, planned = {}, 0 end
  plans[key], planned = plan, planned + 1
end

-- Geometry ---------------------------------------------------------------------------------------

-- The dimensions (from 0) that a call transforms: `dims` is nil for the last, a number or a table.
local function dimensions(name, n, x, count, dims)
  if dims == nil then return {count - 1} end
  if type(dims) ~= 'table' then dims = {dims} end
  if #dims == 0 then raise('%s: expected one or more dimensions', name) end
  local out, seen = {}, {}
  for i, dim in ipairs(dims) do
    local d = sizes.dim(name, n, dim)
    if d >= count then
      raise('%s: dimension %d is out of range 1 to %d of %s', name, d + 1, count, describe(x))
    end
    if seen[d] then raise('%s: dimension %d is given twice', name, d + 1) end
    out[i], seen[d] = d, true
  end
  return out, seen
end

-- Contiguous strides for a list of sizes.
local function strides_of(lengths)
  local strides, stride = {}, 1
  for d = #lengths, 1, -1 do strides[d], stride = stride, stride * lengths[d] end
  return strides
end

local dims_t = ffi.typeof('lt_fftw_dim[?]')

-- FFTW's descriptions of the dimensions that are transformed, whose lengths are `logical`, and of
-- the others; x and y are the sizes of both sides without the dimension of complex numbers.
local function describe_dims(dims, logical, x, y)
  local xs, ys = strides_of(x), strides_of(y)
  local mixed, batch, chosen = dims_t(#dims), dims_t(#x), {}
  for i, d in ipairs(dims) do
    mixed[i - 1].n, mixed[i - 1].is, mixed[i - 1].os = logical[d + 1], xs[d + 1], ys[d + 1]
    chosen[d] = true
  end
  local n = 0
  for d = 0, #x - 1 do
    if not chosen[d] then
      batch[n].n, batch[n].is, batch[n].os = logical[d + 1], xs[d + 1], ys[d + 1]
      n = n + 1
    end
  end
  return mixed, batch, n
end

-- Transforms -------------------------------------------------------------------------------------

local function need_real_type(name, n, x)
  if not is_tensor(x) then bad(name, n, 'a tensor', x) end
  if not precisions[x.dtype] then
    raise('%s: not available for a %sTensor', name, F.dtype_name[x.dtype])
  end
  if x.ndim == 0 then raise('%s: the tensor is empty', name) end
end

local function need_complex(name, x)
  if x.ndim < 2 or x.sizes[x.ndim - 1] ~= 2 then
    raise('%s: expected complex numbers, a last dimension of size 2, got %s', name, describe(x))
  end
end

-- The first n sizes of x as a table.
local function list_sizes(x, n)
  local out = {}
  for d = 1, n do out[d] = tonumber(x.sizes[d - 1]) end
  return out
end

-- A new tensor of x's type; complex ones get a last dimension of size 2.
local function new_result(name, x, lengths, complex)
  local n, y = #lengths, like(x)
  if complex and n == C.LT_MAXDIM then raise(name .. ': too many dimensions in %s', describe(x)) end
  for d = 1, n do F.sizes[d - 1] = lengths[d] end
  if complex then F.sizes[n] = 2 end
  F.run(name, C.lt_resize, y, complex and n + 1 or n, F.sizes, nil)
  return y
end

-- y = the transform of x over dims, whose lengths are `logical`; xs and ys are the sizes of both
-- without the dimension of complex numbers. kind: '' (with a sign), '_r2c' or '_c2r'.
local function transform(name, kind, x, y, dims, logical, xs, ys, sign)
  local p = library(name, x.dtype)
  local from, to = x:data(), y:data()
  local threads = x:nElement() < THREADED and 1 or C.lt_get_num_threads()
  local key = table.concat({kind, sign or 0, p.prefix, threads, p.alignment(from), p.alignment(to),
    table.concat(logical, ' '), table.concat(dims, ' ')}, ',')
  local plan = plans[key]
  if not plan then
    local mixed, batch, nbatch = describe_dims(dims, logical, xs, ys)
    p.set_threads(threads)
    local make = p.plan[kind]
    plan = sign and make(#dims, mixed, nbatch, batch, from, to, sign, ESTIMATE)
      or make(#dims, mixed, nbatch, batch, from, to, ESTIMATE)
    if plan == nil then raise('%s: FFTW has no plan for %s', name, describe(y)) end
    keep_plan(key, ffi.gc(plan, p.destroy))
  end
  p.run[kind](plan, from, to)
  if sign == BACKWARD or kind == '_c2r' then
    local n = 1
    for _, d in ipairs(dims) do n = n * logical[d + 1] end
    check(C.lt_cmul_s(y, y, 1 / n))
  end
  return y
end

local function complex_transform(name, sign)
  return function(n, x, dims)
    need_complex(name, x)
    dims = dimensions(name, n, x, x.ndim - 1, dims)
    x = x:contiguous()
    local lengths = list_sizes(x, x.ndim - 1)
    local y = new_result(name, x, lengths, true)
    return transform(name, '', x, y, dims, lengths, lengths, lengths, sign)
  end
end

-- The last of the dimensions keeps half of its frequencies, the others being conjugates of those.
local function rfft(n, x, dims)
  dims = dimensions('rfft', n, x, x.ndim, dims)
  x = x:contiguous()
  local lengths, half = list_sizes(x, x.ndim), list_sizes(x, x.ndim)
  local last = dims[#dims] + 1
  half[last] = (lengths[last] - lengths[last] % 2) / 2 + 1
  local y = new_result('rfft', x, half, true)
  return transform('rfft', '_r2c', x, y, dims, lengths, lengths, half)
end

local function irfft(n, x, dims, length)
  need_complex('irfft', x)
  dims = dimensions('irfft', n, x, x.ndim - 1, dims)
  local half, lengths = list_sizes(x, x.ndim - 1), list_sizes(x, x.ndim - 1)
  local last = dims[#dims] + 1
  local shortest = 2 * (half[last] - 1)
  length = length == nil and math.max(shortest, 1) or sizes.integer('irfft', n + 1, length)
  if length < 1 or (length ~= shortest and length ~= shortest + 1) then
    raise('irfft: %d frequencies in dimension %d of %s are those of %d or %d elements, not of %s',
      half[last], last, describe(x), shortest, shortest + 1, length)
  end
  lengths[last] = length
  local y = new_result('irfft', x, lengths, false)
  x = x:clone() -- FFTW overwrites it
  return transform('irfft', '_c2r', x, y, dims, lengths, half, lengths)
end

-- f(n, x, dims, length) in the memory of the CPU, where FFTW computes; y on the device of x.
local function computed(name, f, n, x, dims, length)
  if x.device == 0 then return f(n, x, dims, length) end
  local host, y = F.tensor(x.dtype), like(x)
  F.run(name, C.lt_resize_as, host, x)
  F.run(name, C.lt_copy, host, x)
  host = f(n, host, dims, length)
  F.run(name, C.lt_resize_as, y, host)
  F.run(name, C.lt_copy, y, host)
  return y
end

-- Declares a transform f(n, x, dims, length), n being the number of the argument dims.
local function declare(name, doc, usage, f)
  local function forms(a, b, c, d)
    need_real_type(name, 1, is_tensor(b) and b or a)
    if not is_tensor(b) then return computed(name, f, 2, a, b, c) end
    if not is_tensor(a) or a.dtype ~= b.dtype or (a.device == 0) ~= (b.device == 0) then
      bad(name, 1, 'a ' .. F.dtype_name[b.dtype] .. 'Tensor for the result', a)
    end
    local y = computed(name, f, 3, b, c, d)
    F.run(name, C.lt_resize_as, a, y)
    F.run(name, C.lt_copy, a, y)
    return a
  end
  ops.op(name, 'custom', {doc = doc .. ' (an addition to Torch7; needs FFTW)', usage = usage,
    method = forms, func = forms})
end

declare('fft', 'Fourier transform of complex numbers, whose real and imaginary part are a last '
  .. 'dimension of size 2; over the last dimension before it, or the given ones',
  '([res,] x [, dim or {dims}])', complex_transform('fft', FORWARD))
declare('ifft', 'inverse of fft', '([res,] x [, dim or {dims}])',
  complex_transform('ifft', BACKWARD))
declare('rfft', 'Fourier transform of real numbers, over the last dimension or the given ones; of '
  .. 'the n frequencies of the last of these floor(n / 2) + 1 are kept, as complex numbers',
  '([res,] x [, dim or {dims}])', rfft)
declare('irfft', 'inverse of rfft; n is the length of the last dimension that is transformed, by '
  .. 'default the even one', '([res,] x [, dim or {dims} [, n]])', irfft)
