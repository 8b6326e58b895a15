-- The elements and strings of files: readInt, writeInt and their kin for all types, readBool,
-- readString, ...

local ffi = require 'ffi'
local base = require 'torch.filebase'
local class = require 'torch.class'
local element = require 'torch.element'
local F = require 'torch.ffi'
local types = require 'torch.filetypes'

local File, raise = base.File, F.raise
local check_readable, check_writable, fail = base.check_readable, base.check_writable, base.fail
local elements = {}

local DIRECT = 2^20 -- bytes that may be allocated before it is known that the file has them

--- Sizes `storage` to n elements of type `row` and reads them; returns how many there were. Memory
-- is taken in one piece only where the file is known to be long enough, else as it fills.
function elements.fill(self, storage, n, row)
  local port, codec = self.port, self.codec
  local remaining = n * row.size > DIRECT and port:remaining()
  local done, step = 0, n
  if remaining == nil or remaining and remaining < n * codec.least_size(self, row) then
    step = DIRECT / row.size
  end
  repeat
    local count = math.min(step, n - done)
    storage:resize(done + count)
    local pointer = row.pointer(storage.ptr.data) + done
    local got = codec.read(self, pointer, count, row, done + count < n)
    done = done + got
    step = done
  until got < count or done >= n
  if done < n then storage:resize(done) end
  return done
end

local function read_scalar(self, row)
  if self.codec.read(self, row.scratch, 1, row) < 1 then
    fail(self, 'read error: read 0 blocks instead of 1')
    return 0
  end
  return element.get[F.dtype[row.name]](row.scratch, 0)
end

local function read_storage(self, name, row, what)
  local is_count = type(what) == 'number'
  if not is_count and class.typename(what) ~= row.storage then
    F.bad_argument(name, 1, 'a number or a ' .. row.storage, what)
  end
  local n = is_count and math.floor(what) or tonumber(what.ptr.size)
  if not (n >= 0 and n < 2^53) then raise('%s: bad number of elements %s', name, n) end
  local storage, done
  if is_count then
    storage = class.getconstructortable(row.storage)()
    done = elements.fill(self, storage, n, row)
  else
    done = self.codec.read(self, row.pointer(what.ptr.data), n, row)
  end
  if done < n then fail(self, 'read error: read %d blocks instead of %d', done, n) end
  return storage or done
end

local function check_written(self, put, n)
  if put < n then
    fail(self, 'write error: wrote %d blocks instead of %d: %s', put, n, self.port.last_error())
  end
  return put
end

local function write_scalar(self, name, row, value)
  if type(value) == 'number' then
    if row.text ~= 'real' then
      if not (value >= -2^63 and value < 2^63) then
        raise('%s: %s is no integer of 64 bits', name, value)
      end
      value = ffi.cast('int64_t', value)
    end
  elseif not (row.long and ffi.istype('int64_t', value)) then
    F.bad_argument(name, 1, 'a number or a ' .. row.storage, value)
  end
  row.scratch[0] = row.text == 'real' and value or ffi.cast(row.element, value)
  check_written(self, self.codec.write(self, row.scratch, 1, row), 1)
end

for type_name, row in pairs(types) do
  local read_name, write_name = 'read' .. type_name, 'write' .. type_name

  --- readX(): one number. readX(n): a storage of n. readX(storage): fills it, returns the count.
  File[read_name] = function(self, what)
    check_readable(self, read_name)
    if what == nil then return read_scalar(self, row) end
    return read_storage(self, read_name, row, what)
  end

  --- writeX(number); writeX(storage) returns the count.
  File[write_name] = function(self, value)
    check_writable(self, write_name)
    if class.typename(value) ~= row.storage then
      return write_scalar(self, write_name, row, value)
    end
    local memory = value.ptr
    local n = tonumber(memory.size)
    return check_written(self, self.codec.write(self, row.pointer(memory.data), n, row), n)
  end
end

--- A boolean, stored as an int.
function File:readBool()
  check_readable(self, 'readBool')
  return read_scalar(self, types.Int) ~= 0
end

--- Writes a boolean as an int.
function File:writeBool(value)
  check_writable(self, 'writeBool')
  if value ~= nil and type(value) ~= 'boolean' then
    F.bad_argument('writeBool', 1, 'a boolean or nil', value)
  end
  write_scalar(self, 'writeBool', types.Int, value and 1 or 0)
end

-- Longs of 8 bytes whatever the file's longSize is.
local address = setmetatable({long = false}, {__index = types.Long})

--- An address that writePointer wrote, as a number.
function File:readPointer()
  check_readable(self, 'readPointer')
  return read_scalar(self, address)
end

--- Writes an address as torch.pointer gives it.
function File:writePointer(value)
  check_writable(self, 'writePointer')
  if type(value) ~= 'number' then F.bad_argument('writePointer', 1, 'a number', value) end
  write_scalar(self, 'writePointer', address, value)
end

-- Strings --------------------------------------------------------------------------------------

local BLOCK = 65536
local block = ffi.new('uint8_t[?]', BLOCK)

local function read_all(port)
  local parts = {}
  repeat
    local got = port:read(block, BLOCK)
    parts[#parts + 1] = ffi.string(block, got)
  until got < BLOCK
  return table.concat(parts)
end

local function read_line(port)
  local parts, n = {}, 0
  local c = port:getc()
  if c < 0 then return nil end
  while c >= 0 and c ~= 10 do
    if n == BLOCK then
      parts[#parts + 1], n = ffi.string(block, n), 0
    end
    block[n] = c
    n = n + 1
    c = port:getc()
  end
  parts[#parts + 1] = ffi.string(block, n)
  return table.concat(parts)
end

--- The rest of the file ('*a') or of the line ('*l').
function File:readString(format)
  check_readable(self, 'readString')
  local text
  if format == '*a' then
    text = read_all(self.port)
    if text == '' then text = nil end
  elseif format == '*l' then
    text = read_line(self.port)
  else
    raise("readString: format must be '*a' or '*l', got %s", tostring(format))
  end
  if not text then
    fail(self, 'read error: read 0 blocks instead of 1')
    return ''
  end
  return text
end

--- Writes the bytes of a string and nothing else; returns their number.
function File:writeString(text)
  check_writable(self, 'writeString')
  if type(text) ~= 'string' then F.bad_argument('writeString', 1, 'a string', text) end
  return check_written(self, self.port:write(text, #text), #text)
end

return elements
