-- Single elements of every dtype: element.get[dtype](data, i) and element.put[dtype](data, i, v),
-- with 0-based i and no checks; element.pointer[dtype] is the FFI pointer type.

local ffi = require 'ffi'
local F = require 'torch.ffi'

local element = {get = {}, put = {}, pointer = {}}

-- FFI type, expression that reads `raw`, expression that writes `v`. A NaN read from foreign
-- memory may carry bits that the interpreter would misread, so every NaN becomes the canonical
-- one. Integer elements take a number truncated and wrapped, where the FFI alone would be
-- undefined.
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
  Float = {'float *', 'raw', 'v'},
  Double = {'double *', 'raw', 'v'},
}

local source = [[
local C, cast, pointer, int64 = ...
local nan, tonumber = 0 / 0, tonumber
return function(data, i)
  local raw = cast(pointer, data)[i]
  local v = %s
  if v ~= v then return nan end
  return v
end, function(data, i, v)
  cast(pointer, data)[i] = %s
end]]

for name, spec in pairs(types) do
  local dtype, pointer = F.dtype[name], ffi.typeof(spec[1])
  local chunk = assert(loadstring(source:format(spec[2], spec[3]), '=torch.' .. name .. '_element'))
  element.pointer[dtype] = pointer
  element.get[dtype], element.put[dtype] = chunk(F.C, ffi.cast, pointer, ffi.typeof('int64_t'))
end

return element
