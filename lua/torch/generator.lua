-- torch.Generator: Mersenne twisters, the default one (torch._gen, seeded from the system), and the
-- functions that seed them and take or restore their state.

local ffi = require 'ffi'
local F = require 'torch.ffi'
local class = require 'torch.class'
local ops = require 'torch.ops'

local C, check, raise, bad, is_tensor = F.C, F.check, F.raise, F.bad_argument, F.is_tensor
local type, tonumber = type, tonumber
local op = ops.op
local istype = ffi.istype

local BYTES = C.LT_GENERATOR_BYTES
local generator_t = ffi.typeof('lt_generator')
local bytes_p = ffi.typeof('uint8_t *')

local generator = {}

--- A new generator, seeded from the system.
function generator.new()
  local g = generator_t()
  check(C.lt_generator_seed_os(g))
  return g
end

function generator.is_generator(x) return istype(generator_t, x) end

local is_generator = generator.is_generator

local Generator = class.newmetatable('torch.Generator', nil, generator.new, nil, generator.new)
class.metatype('torch.Generator', generator_t)

--- The generator of every call that names none.
generator.default = generator.new()

--- The one of a call that fills a tensor of a device, by its number: GPUs have generators of their
-- own.
generator.of = {[0] = generator.default}

local default = generator.default

-- State -------------------------------------------------------------------------------------------

-- r, a ByteTensor, becomes the generator's state.
local function state_to(r, g)
  F.sizes[0] = BYTES
  check(C.lt_resize(r, 1, F.sizes, nil))
  local whole = r
  if not r:isContiguous() then
    whole = F.like(r)
    check(C.lt_resize(whole, 1, F.sizes, nil))
  end
  check(C.lt_generator_get_state(ffi.cast(bytes_p, whole.mem.data) + whole.offset, g))
  if whole ~= r then check(C.lt_copy(r, whole)) end
  return r
end

local function state_from(name, g, t)
  local n = tonumber(C.lt_numel(t))
  if n ~= BYTES then
    raise('%s: a state has %d bytes, got %s', name, BYTES, F.describe(t))
  end
  local whole = t
  if not t:isContiguous() then
    whole = F.like(t)
    check(C.lt_clone(whole, t))
  end
  check(C.lt_generator_set_state(g, ffi.cast(bytes_p, whole.mem.data) + whole.offset))
end

local function check_bytes(name, n, t)
  if not is_tensor(t) or t.dtype ~= F.dtype.Byte or t.device ~= 0 then
    bad(name, n, 'a ByteTensor', t)
  end
end

local function check_file(name, file)
  if not class.isTypeOf(file, 'torch.File') then bad(name, 2, 'a torch.File', file) end
end

--- Writes the 5048 bytes of the state.
function Generator:write(file)
  if not is_generator(self) then bad('write', 1, 'a torch.Generator', self) end
  check_file('write', file)
  file:writeByte(state_to(F.tensor(F.dtype.Byte), self):storage())
end

--- Takes the state that write wrote.
function Generator:read(file)
  if not is_generator(self) then bad('read', 1, 'a torch.Generator', self) end
  check_file('read', file)
  local bytes = file:readByte(BYTES)
  local t = F.tensor(F.dtype.Byte)
  F.sizes[0] = bytes:size()
  if bytes:size() > 0 then check(C.lt_set_storage(t, bytes.ptr, 0, 1, F.sizes, nil)) end
  state_from('read', self, t)
end

op('getRNGState', 'custom', {doc = "the generator's state as a ByteTensor",
  usage = '([gen] [, res])',
  func = function(g, r)
    if not is_generator(g) then g, r = default, g end
    if r == nil then r = F.tensor(F.dtype.Byte) end
    check_bytes('torch.getRNGState', 1, r)
    return state_to(r, g)
  end})

op('setRNGState', 'custom', {doc = 'restores a state that getRNGState gave, and returns it',
  usage = '([gen,] state)',
  func = function(g, t)
    if not is_generator(g) then g, t = default, g end
    check_bytes('torch.setRNGState', 1, t)
    state_from('torch.setRNGState', g, t)
    return t
  end})

-- Seeds -------------------------------------------------------------------------------------------

op('seed', 'custom', {doc = 'seeds from the system and returns the seed', usage = '([gen])',
  func = function(g)
    if g == nil then g = default end
    if not is_generator(g) then bad('torch.seed', 1, 'a torch.Generator', g) end
    check(C.lt_generator_seed_os(g))
    return tonumber(g.initial_seed)
  end})

op('manualSeed', 'custom', {
  doc = 'starts the stream of a seed, whose fraction is dropped and whose low 32 bits count',
  usage = '([gen,] seed)',
  func = function(g, seed)
    if not is_generator(g) then g, seed = default, g end
    local v = (type(seed) == 'number' or type(seed) == 'string') and tonumber(seed)
    if not v then bad('torch.manualSeed', 1, 'a number', seed) end
    if not (v >= -2 ^ 63 and v < 2 ^ 63) then
      raise('torch.manualSeed: the seed must be a 64-bit integer, got %s', v)
    end
    check(C.lt_generator_seed(g, v))
  end})

op('initialSeed', 'custom', {doc = 'the seed that the generator was last seeded with',
  usage = '([gen])',
  func = function(g)
    if g == nil then g = default end
    if not is_generator(g) then bad('torch.initialSeed', 1, 'a torch.Generator', g) end
    return tonumber(g.initial_seed)
  end})

return generator
