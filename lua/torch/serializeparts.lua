-- The pieces that records in object graphs are made of: ints, longs, doubles, byte strings. What
-- cannot be read is an error that names file and position; nothing large is allocated on a file's
-- word alone.

local ffi = require 'ffi'
local F = require 'torch.ffi'
local element = require 'torch.element'
local types = require 'torch.filetypes'

local raise, get_element = F.raise, element.get[F.dtype.Double]

local parts = {}

local Int, Long, Double, Char = types.Int, types.Long, types.Double, types.Char
local BLOCK = 65536
local block = ffi.new('int8_t[?]', BLOCK)
local bytes_t = ffi.typeof('const char *')

--- Raises "damaged <file> at position n: what is wrong".
function parts.damaged(file, message, ...)
  local position = file.port and file.port:tell()
  raise('damaged %s%s: %s', file.name,
    position and (' at position %d'):format(position + 1) or '', message:format(...))
end

--- Reads n elements of type `row`. partial: more of the same group follow.
local function get(file, pointer, n, row, partial)
  if file.codec.read(file, pointer, n, row, partial) < n then
    file.failed = true
    parts.damaged(file, 'it ends early, or here is no %s', row.name:lower())
  end
end

--- Writes n elements of type `row`.
local function put(file, pointer, n, row)
  if file.codec.write(file, pointer, n, row) < n then
    file.failed = true
    raise('write error in %s: %s', file.name, file.port.last_error())
  end
end

parts.put = put

--- Reads an int, as a number.
function parts.get_int(file)
  get(file, Int.scratch, 1, Int)
  return Int.scratch[0]
end

--- Writes an int.
function parts.put_int(file, value)
  Int.scratch[0] = value
  put(file, Int.scratch, 1, Int)
end

--- Reads a double.
function parts.get_double(file)
  get(file, Double.scratch, 1, Double)
  return get_element(Double.scratch, 0)
end

--- Writes a double.
function parts.put_double(file, value)
  Double.scratch[0] = value
  put(file, Double.scratch, 1, Double)
end

--- Reads n sizes, longs between `least` and 2^53, to an int64_t array.
function parts.get_sizes(file, array, n, least)
  get(file, array, n, Long)
  for i = 0, n - 1 do
    if array[i] < least or array[i] > 2^53 then
      parts.damaged(file, 'bad size or offset %s', (tostring(array[i]):gsub('LL', '')))
    end
  end
end

--- Writes n longs of an int64_t array.
function parts.put_longs(file, array, n)
  put(file, array, n, Long)
end

--- Reads a string: its length and its bytes.
function parts.get_string(file)
  local n = parts.get_int(file)
  if n < 0 then parts.damaged(file, 'a string of %d bytes', n) end
  if n <= BLOCK then
    get(file, block, n, Char)
    return ffi.string(block, n)
  end
  local pieces = {}
  while n > 0 do
    local count = math.min(n, BLOCK)
    n = n - count
    get(file, block, count, Char, n > 0)
    pieces[#pieces + 1] = ffi.string(block, count)
  end
  return table.concat(pieces)
end

--- Writes a string: its length and its bytes.
function parts.put_string(file, text)
  if #text > 0x7fffffff then raise('cannot write a string of %d bytes to a file', #text) end
  parts.put_int(file, #text)
  put(file, bytes_t(text), #text, Char)
end

return parts
