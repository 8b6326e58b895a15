-- Single elements of every dtype: element.get[dtype](data, i) and element.put[dtype](data, i, v),
-- with 0-based i and no checks; element.pointer[dtype] is the FFI pointer type.

local ffi = require 'ffi'
local F = require 'torch.ffi'

local element = {get = {}, put = {}, pointer = {}, get8 = {}, safe8 = {}}

-- FFI type, expression that reads `raw`, expression that writes `v`, and for floating point types
-- the condition that it is no NaN. Memory may hold NaNs with bits that the interpreter takes for
-- another kind of value, so that it must not even load them: they are known by their bits. Integer
-- elements take a number truncated and wrapped, where the FFI alone would be undefined.
local function integer(ctype, max)
  return {ctype, 'raw', ('v >= 0 and v <= %s and v or cast(int64, v)'):format(max)}
end
local types = {
  Byte = integer('uint8_t *', '255'),
  Char = integer('int8_t *', '127'),
  Short = integer('int16_t *', '32767'),
  Int = integer('int32_t *', '2147483647'),
  Long = {'int64_t *', 'tonumber(raw)', 'cast(int64, v)'},
  Half = {'uint16_t *', 'C.lt_half_value(raw)', 'C.lt_half_bits(v)'},
  BFloat16 = {'uint16_t *', 'C.lt_bfloat16_value(raw)', 'C.lt_bfloat16_bits(v)'},
  Float = {'float *', nil, 'v', 'band(cast(words, data)[i], 0x7fffffff) <= 0x7f800000'},
  Double = {'double *', nil, 'v', [[band(cast(words, data)[2 * i + 1], 0x7ff00000) < 0x7ff00000
    or band(cast(words, data)[2 * i + 1], 0xfffff) == 0 and cast(words, data)[2 * i] == 0]]},
}

local read_integer = [[
  local raw = cast(pointer, data)[i]
  return %s]]
local read_real = [[
  if %s then return cast(pointer, data)[i] end
  return nan]]

local source = [[
local C, cast, pointer, int64, words, band = ...
local nan, tonumber = 0 / 0, tonumber
return function(data, i)
%s
end, function(data, i, v)
  cast(pointer, data)[i] = %s
end]]

for name, spec in pairs(types) do
  local dtype, pointer = F.dtype[name], ffi.typeof(spec[1])
  local read = spec[4] and read_real:format(spec[4]) or read_integer:format(spec[2])
  local chunk = assert(loadstring(source:format(read, spec[3]), '=torch.' .. name .. '_element'))
  element.pointer[dtype] = pointer
  element.get[dtype], element.put[dtype] = chunk(F.C, ffi.cast, pointer,
    ffi.typeof('int64_t'), ffi.typeof('const int32_t *'), bit.band)
end

-- element.safe8[dtype](data, i), for floating point types: whether elements i .. i + 7 surely are
-- no such NaNs. Those are negative and have a highest byte of 255, as else only -inf and numbers
-- beyond -2^127 (float) or -2^1009 (double). element.get8[dtype](data, i) then is any one of them.
local eight = [[
local cast, pointer, bytes = ...
return function(data, i)
  return %s
end, function(data, i)
  return cast(pointer, data)[i]
end]]
local below_255 = {}
for k = 0, 7 do below_255[k + 1] = ('cast(bytes, data)[i + %d].highest < 255'):format(k) end
eight = eight:format(table.concat(below_255, ' and '))

for name, others in pairs {Float = '3', Double = '7'} do
  local dtype, chunk = F.dtype[name], assert(loadstring(eight, '=torch.' .. name .. '_element'))
  element.safe8[dtype], element.get8[dtype] = chunk(ffi.cast, element.pointer[dtype],
    ffi.typeof('const struct {uint8_t others[' .. others .. '], highest;} *'))
end

--- A pointer, or the address it holds as an intptr_t where `as_number` is true.
function element.pointer_or_address(pointer, as_number)
  if as_number then return ffi.cast('intptr_t', pointer) end
  return pointer
end

return element
