-- The binary encoding of files: elements as they lie in memory, with the byte order and the size
-- of longs that the file asks for. Both functions return the number of whole elements moved.

local ffi = require 'ffi'
local bit = require 'bit'
local raise = require('torch.ffi').raise

local binary = {}

local CHUNK = 65536 -- bytes converted at a time
local chunk = ffi.new('uint8_t[?]', CHUNK)
local chunk_i32 = ffi.cast('int32_t *', chunk)
local u16, i32, i64 = ffi.typeof('uint16_t *'), ffi.typeof('int32_t *'), ffi.typeof('int64_t *')

local function swap(pointer, n, size)
  if size == 2 then
    local p = ffi.cast(u16, pointer)
    for i = 0, n - 1 do p[i] = bit.rshift(bit.bswap(p[i]), 16) end
  elseif size == 4 then
    local p = ffi.cast(i32, pointer)
    for i = 0, n - 1 do p[i] = bit.bswap(p[i]) end
  elseif size == 8 then
    local p = ffi.cast(i64, pointer)
    for i = 0, n - 1 do p[i] = bit.bswap(p[i]) end
  end
end

local function read_short_longs(file, pointer, n)
  local done = 0
  while done < n do
    local want = math.min(n - done, CHUNK / 4)
    local got = math.floor(file.port:read(chunk, want * 4) / 4)
    if file.swap then swap(chunk, got, 4) end
    for i = 0, got - 1 do pointer[done + i] = chunk_i32[i] end
    done = done + got
    if got < want then break end
  end
  return done
end

local function write_short_longs(file, pointer, n)
  for i = 0, n - 1 do
    if pointer[i] < -0x80000000LL or pointer[i] > 0x7fffffffLL then
      raise('writeLong: %s does not fit the file\'s longs of 4 bytes',
        tostring(pointer[i]):gsub('LL', ''))
    end
  end
  local done = 0
  while done < n do
    local want = math.min(n - done, CHUNK / 4)
    for i = 0, want - 1 do chunk_i32[i] = ffi.cast('int32_t', pointer[done + i]) end
    if file.swap then swap(chunk, want, 4) end
    local put = math.floor(file.port:write(chunk, want * 4) / 4)
    done = done + put
    if put < want then break end
  end
  return done
end

--- Reads up to n elements of type `row` to typed memory.
function binary.read(file, pointer, n, row)
  if row.long and file.long_size == 4 then return read_short_longs(file, pointer, n) end
  local got = file.port:read(pointer, n * row.size)
  if row.size > 1 then got = math.floor(got / row.size) end
  if file.swap then swap(pointer, got, row.size) end
  return got
end

--- Writes n elements of type `row` from typed memory.
function binary.write(file, pointer, n, row)
  if row.long and file.long_size == 4 then return write_short_longs(file, pointer, n) end
  local size = row.size
  if not file.swap or size == 1 then
    return math.floor(file.port:write(pointer, n * size) / size)
  end
  local bytes = ffi.cast('uint8_t *', pointer)
  local done = 0
  while done < n do
    local want = math.min(n - done, CHUNK / size)
    ffi.copy(chunk, bytes + done * size, want * size)
    swap(chunk, want, size)
    local put = math.floor(file.port:write(chunk, want * size) / size)
    done = done + put
    if put < want then break end
  end
  return done
end

--- Bytes that an element takes at least.
function binary.least_size(file, row)
  return row.long and file.long_size or row.size
end

return binary
