-- Bytes of a CharStorage that grows when written: the port behind MemoryFile. The storage always
-- holds one NUL behind the last byte.

local ffi = require 'ffi'

ffi.cdef [[ void *luatorch_memmove(void *, const void *, size_t) __asm__("memmove"); ]]
local C = ffi.C
local bytes_t = ffi.typeof('uint8_t *')
local LEAST = 256 -- bytes of the first growth

local Port = {}
Port.__index = Port

--- Port on all but the last element of a CharStorage.
local function open(storage)
  return setmetatable({
    storage = storage, position = 0, size = math.max(tonumber(storage.ptr.size) - 1, 0),
  }, Port)
end

-- The storage belongs to the user as well, who may have resized it.
local function data(self)
  local memory = self.storage.ptr
  if memory.size < self.size then self.size = tonumber(memory.size) end
  if self.position > self.size then self.position = self.size end
  return bytes_t(memory.data)
end

--- Reads up to n bytes; returns how many.
function Port:read(pointer, n)
  local memory = data(self)
  n = math.min(n, self.size - self.position)
  if n > 0 then
    C.luatorch_memmove(pointer, memory + self.position, n)
    self.position = self.position + n
  end
  return n
end

--- Writes n bytes; returns n.
function Port:write(pointer, n)
  local memory, last = data(self), self.position + n
  if last + 1 > self.storage.ptr.size then
    local source = type(pointer) ~= 'string' and ffi.cast(bytes_t, pointer)
    if source and source >= memory and source < memory + self.storage.ptr.size then
      pointer = ffi.string(source, n) -- growing moves the file's own memory
    end
    self.storage:resize(math.max(last + 1, 2 * self.size, LEAST))
    memory = data(self)
  end
  C.luatorch_memmove(memory + self.position, pointer, n)
  self.position = last
  if last > self.size then
    self.size = last
    memory[last] = 0
  end
  return n
end

--- The next byte, -1 at the end.
function Port:getc()
  local memory = data(self)
  if self.position >= self.size then return -1 end
  self.position = self.position + 1
  return memory[self.position - 1]
end

--- Puts the byte that getc returned last back; -1 does nothing.
function Port:unget(c)
  if c >= 0 then self.position = self.position - 1 end
end

--- Moves to a byte position, 0 for the first; returns whether it could.
function Port:seek(position)
  data(self)
  if position > self.size then return false end
  self.position = position
  return true
end

--- Moves behind the last byte.
function Port:seek_end()
  data(self)
  self.position = self.size
  return true
end

--- Byte position, 0 for the first.
function Port:tell()
  return self.position
end

--- Bytes from here to the end.
function Port:remaining()
  data(self)
  return self.size - self.position
end

--- Memory needs no flushing.
function Port.flush()
  return true
end

--- The storage, cut to the bytes of the file and the NUL.
function Port:trimmed()
  data(self)
  self.storage:resize(self.size + 1)
  data(self)[self.size] = 0
  return self.storage
end

--- Lets go of the storage.
function Port:close()
  self.storage = nil
  return true
end

return {open = open}
