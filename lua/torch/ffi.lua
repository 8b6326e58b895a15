-- The door to the C library: declarations, loading, error raising, and the one place where tensor
-- and storage handles are made. Everything else in luatorch reaches C through this module.

local ffi = require 'ffi'
local cdef = require 'torch.cdef'
local place = require 'torch.place'

local debug, error, collectgarbage, type = debug, error, collectgarbage, type
local istype, cast, package_of = ffi.istype, ffi.cast, place.package_of

local F = {}

ffi.cdef 'int setenv(const char *name, const char *value, int overwrite);'

-- OpenMP threads that wait spin for a while before they sleep. The default spins for so long that
-- programs crawl on a machine that is busy; no spinning at all makes small loops slow. Read by
-- libgomp when it is loaded.
local function limit_spinning()
  if not os.getenv 'OMP_WAIT_POLICY' then ffi.C.setenv('GOMP_SPINCOUNT', '10000', 0) end
end

local function load_library()
  limit_spinning()
  local path, tried = package.searchpath('libluatorch', package.cpath)
  if not path then
    error('libluatorch.so not found; build it with make, or set LUA_CPATH:' .. tried, 0)
  end
  return ffi.load(path)
end

ffi.cdef(cdef.text)
ffi.cdef [[
typedef struct lt_storage_ref { lt_storage *const ptr; } lt_storage_ref;
typedef struct lt_tensor_head { uint8_t dtype, device; } lt_tensor_head;
]]
local C = load_library()
if ffi.string(C.lt_cdef_hash()) ~= cdef.hash then
  error('libluatorch and its Lua files are of different builds; run make again', 0)
end

if C.lt_blas_is_openmp() == 0 then
  io.stderr:write('luatorch: OpenBLAS is not its OpenMP build, so its threads compete with ours; ',
    'install libopenblas0-openmp\n')
end

F.C = C
--- Scratch for results that C writes through pointers; valid until the next call into luatorch.
F.out = ffi.new('double[8]')
F.iout = ffi.new('int64_t[8]')
--- Scratch for a list of sizes, strides or dimensions.
F.sizes = ffi.new('int64_t[?]', C.LT_MAXDIM)
F.strides = ffi.new('int64_t[?]', C.LT_MAXDIM)

--- Element types: F.dtype.Float is the C enum value, F.dtype_name[value] the Torch name.
F.dtype, F.dtype_name = {}, {}
for d = 0, C.LT_NDTYPE - 1 do
  local name = ffi.string(C.lt_dtype_name(d))
  F.dtype[name], F.dtype_name[d] = d, name
end

-- Errors ---------------------------------------------------------------------------------------

--- Functions that put the place of a module before an error themselves; see torch/place.lua.
F.rethrowing = place.rethrowing

-- Stack level, seen from the caller, of the innermost function outside luatorch's packages, or 0.
local function user_level()
  local level = 3
  while true do
    local info = debug.getinfo(level, 'S')
    if not info then return 0 end
    if info.what ~= 'C' and not package_of(info.source) then return level - 1 end
    level = level + 1
  end
end

--- Raises `message` (formatted with the rest) at the innermost caller outside luatorch's packages,
-- after the places of the modules that were being called and the innermost one's name.
function F.raise(message, ...)
  if select('#', ...) > 0 then message = message:format(...) end
  local places, name = place.of(3)
  if name and not message:find(name, 1, true) then message = name .. ': ' .. message end
  error(places .. message, (user_level()))
end

--- File and line, "[file]:line", of the innermost caller outside luatorch's packages, or nil.
function F.caller()
  local level = user_level()
  local info = level > 0 and debug.getinfo(level, 'Sl')
  return info and ('[%s]:%d'):format(info.short_src, info.currentline) or nil
end

-- `name` replaces the name of the C function that the library's message begins with.
local function fail(name)
  local message = ffi.string(C.lt_error())
  if name then message = name .. ': ' .. message:gsub('^[%a_]%w*: ', '') end
  if C.lt_interrupt ~= 0 then
    C.lt_interrupt = 0
    message = 'interrupted!'
  end
  return F.raise('%s', message)
end

--- Raises the library's message unless rc is LT_OK.
function F.check(rc)
  if rc ~= 0 then fail() end
end

--- The same for a function that calls C functions of other names: the message names `name`.
function F.check_as(name, rc)
  if rc ~= 0 then fail(name) end
end

-- Handles --------------------------------------------------------------------------------------

local mem = C.lt_mem
local owed = C.lt_mem_owed()                       -- by this state, which has a thread of its own
local limit = ffi.new('int64_t[1]', mem.limit)     -- at which it collects

--- Bytes of live tensors on other devices than the CPU; cutorch knows them.
function F.live_elsewhere() return 0 end

-- A small cdata may own a gigabyte, which the collector cannot know: memory allocated and not
-- freed since the last collection is owed, and paid by a full collection when it exceeds the limit.
-- A large Lua heap raises the limit, since it makes a collection slow; so does what is live, by
-- half of the state's share: it may be garbage of other states, which would then grow forever.
local function collect()
  collectgarbage()
  owed[0] = 0
  local live = tonumber(mem.live) + F.live_elsewhere()
  limit[0] = math.max(tonumber(mem.limit), live / (2 * tonumber(mem.states)),
    collectgarbage('count') * 1024)
end

--- Counts bytes that came from another state.
function F.owe(bytes)
  owed[0] = owed[0] + bytes
end

--- For what else makes handles of C objects: collects when the debt is due.
function F.settle()
  if owed[0] > limit[0] then collect() end
end

--- After a failed allocation: collects everything and returns cached memory. True when rc is worth
-- a second try.
function F.retry(rc)
  if rc ~= C.LT_ENOMEM then return false end
  collectgarbage()
  collectgarbage()
  C.lt_mem_trim()
  owed[0] = 0
  return true
end

--- A C call in a function of several steps, under whose name it reports: F.run(name, C.lt_x, ...)
-- collects and tries again when memory runs out, and raises otherwise. Single calls on hot paths
-- are written out instead, so that each has traces of its own.
function F.run(name, f, ...)
  local rc = f(...)
  if rc ~= 0 then
    if F.retry(rc) then rc = f(...) end
    F.check_as(name, rc)
  end
end

local tensor_t = ffi.typeof('lt_tensor')
local head_p = ffi.typeof('lt_tensor_head *') -- its first fields, writable
local storage_t = ffi.typeof('lt_storage_ref')
F.tensor_t, F.storage_t = tensor_t, storage_t

--- A new empty tensor handle of a dtype (F.dtype.Float, ...) on a device (0: CPU, the default).
function F.tensor(dtype, device)
  if owed[0] > limit[0] then collect() end
  local t = tensor_t()
  local head = cast(head_p, t)
  head.dtype, head.device = dtype, device or 0
  return t
end

--- A new empty tensor handle of the dtype and device of x.
function F.like(x)
  if owed[0] > limit[0] then collect() end
  local t = tensor_t()
  local head = cast(head_p, t)
  head.dtype, head.device = x.dtype, x.device
  return t
end

--- A handle that takes over a reference to the C storage `ptr`.
function F.storage(ptr)
  if owed[0] > limit[0] then collect() end
  return storage_t(ptr)
end

function F.is_tensor(x) return istype(tensor_t, x) end
function F.is_storage(x) return istype(storage_t, x) end

--- Class metatables by device kind (0: CPU, 1: CUDA) and dtype; filled by tensor.lua and cutorch.
F.classes = {[0] = {}, [1] = {}}
F.storage_classes = {[0] = {}, [1] = {}}

-- The name of a class before Tensor or Storage: "Float", on a GPU "Cuda", "CudaDouble".
local function stem_of(device, dtype)
  local name = F.dtype_name[dtype]
  if device == 0 then return name end
  return name == 'Float' and 'Cuda' or 'Cuda' .. name
end

--- What a value is, for messages: "a FloatTensor of size 2 x 3", "nil", "a table".
function F.describe(x)
  if istype(tensor_t, x) then
    local sizes = {}
    for d = 0, x.ndim - 1 do sizes[d + 1] = tostring(tonumber(x.sizes[d])) end
    local shape = x.ndim == 0 and 'an empty ' or 'a '
    local of = x.ndim == 0 and '' or ' of size ' .. table.concat(sizes, ' x ')
    return shape .. stem_of(x.device, x.dtype) .. 'Tensor' .. of
  elseif istype(storage_t, x) then
    return 'a ' .. stem_of(x.ptr.device, x.ptr.dtype) .. 'Storage'
  elseif x == nil then
    return 'nil'
  end
  return type(x) == 'number' and 'the number ' .. x or 'a ' .. type(x)
end

--- Raises "name: expected what as argument n, got value".
function F.bad_argument(name, n, what, value)
  F.raise('%s: expected %s as argument %d, got %s', name, what, n, F.describe(value))
end

return F
