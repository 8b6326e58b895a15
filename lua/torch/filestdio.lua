-- Bytes of a C stream: the port behind DiskFile and PipeFile. Reads and writes may follow each
-- other in any order. A port closes its stream when it is collected.

local ffi = require 'ffi'
local filesystem = require 'torch.filesystem'

ffi.cdef [[
  void *luatorch_fopen(const char *, const char *) __asm__("fopen");
  void *luatorch_popen(const char *, const char *) __asm__("popen");
  int luatorch_fclose(void *) __asm__("fclose");
  int luatorch_pclose(void *) __asm__("pclose");
  size_t luatorch_fread(void *, size_t, size_t, void *) __asm__("fread");
  size_t luatorch_fwrite(const void *, size_t, size_t, void *) __asm__("fwrite");
  int luatorch_getc(void *) __asm__("getc_unlocked");
  int luatorch_ungetc(int, void *) __asm__("ungetc");
  int luatorch_fflush(void *) __asm__("fflush");
  int luatorch_fseek(void *, long, int) __asm__("fseek");
  long luatorch_ftell(void *) __asm__("ftell");
  int luatorch_setvbuf(void *, char *, int, size_t) __asm__("setvbuf");
  void *luatorch_signal(int, void *) __asm__("signal");
]]
local C = ffi.C

local SEEK_SET, SEEK_CUR, SEEK_END = 0, 1, 2
local UNBUFFERED = 2
local SIGPIPE, IGNORE = 13, ffi.cast('void *', 1)

local Port = {}
Port.__index = Port

-- Calls f(...) while a broken pipe gives an error instead of ending the process.
local function without_sigpipe(f, ...)
  local old = C.luatorch_signal(SIGPIPE, IGNORE)
  local result = f(...)
  local code = ffi.errno()
  C.luatorch_signal(SIGPIPE, old)
  ffi.errno(code)
  return result
end

local function pclose(stream) return without_sigpipe(C.luatorch_pclose, stream) end
local function guarded_fclose(stream) return without_sigpipe(C.luatorch_fclose, stream) end

local function new(stream, close, guard)
  return setmetatable({stream = ffi.gc(stream, close), finish = close, guard = guard}, Port)
end

local function fclose(stream) return C.luatorch_fclose(stream) end

--- Port on a file, mode as for C's fopen. Returns nil and the reason on failure.
local function open(path, mode)
  local info = filesystem.stat(path)
  if info and info.kind == 'directory' then return nil, 'Is a directory' end
  local stream = C.luatorch_fopen(path, mode)
  if stream == nil then return nil, filesystem.last_error() end
  local guard = info ~= nil and info.kind ~= 'file'
  return new(stream, guard and guarded_fclose or fclose, guard)
end

--- Port on the output ('r') or the input ('w') of a shell command. Nil and the reason on failure.
local function open_pipe(command, mode)
  local stream = C.luatorch_popen(command, mode)
  if stream == nil then return nil, filesystem.last_error() end
  return new(stream, pclose, true)
end

-- C asks for a seek between reading and writing.
local function turn(self, writing)
  if self.writing ~= writing then
    if self.writing ~= nil then C.luatorch_fseek(self.stream, 0, SEEK_CUR) end
    self.writing = writing
  end
end

--- Reads up to n bytes; returns how many.
function Port:read(pointer, n)
  if self.writing ~= false then turn(self, false) end
  return tonumber(C.luatorch_fread(pointer, 1, n, self.stream))
end

--- Writes n bytes; returns how many were taken.
function Port:write(pointer, n)
  if self.writing ~= true then turn(self, true) end
  if self.guard then
    return tonumber(without_sigpipe(C.luatorch_fwrite, pointer, 1, n, self.stream))
  end
  return tonumber(C.luatorch_fwrite(pointer, 1, n, self.stream))
end

--- The next byte, -1 at the end.
function Port:getc()
  if self.writing ~= false then turn(self, false) end
  return C.luatorch_getc(self.stream)
end

--- Puts the byte that getc returned last back; -1 does nothing.
function Port:unget(c)
  if c >= 0 then C.luatorch_ungetc(c, self.stream) end
end

--- Moves to a byte position, 0 for the first; returns whether it could.
function Port:seek(position)
  return C.luatorch_fseek(self.stream, position, SEEK_SET) == 0
end

--- Moves behind the last byte; returns whether it could.
function Port:seek_end()
  return C.luatorch_fseek(self.stream, 0, SEEK_END) == 0
end

--- Byte position, nil for a stream without positions.
function Port:tell()
  local position = tonumber(C.luatorch_ftell(self.stream))
  return position >= 0 and position or nil
end

--- Bytes from here to the end, nil where nobody knows.
function Port:remaining()
  local here = self:tell()
  if not here or not self:seek_end() then return nil end
  local last = self:tell()
  if not self:seek(here) then return nil end
  return last - here
end

--- Hands written bytes to the system; returns whether that worked.
function Port:flush()
  if self.guard then return without_sigpipe(C.luatorch_fflush, self.stream) == 0 end
  return C.luatorch_fflush(self.stream) == 0
end

--- Switches buffering off.
function Port:unbuffer()
  if self.writing then self:flush() end
  C.luatorch_setvbuf(self.stream, nil, UNBUFFERED, 0)
end

--- Why the last operation failed.
function Port.last_error()
  return filesystem.last_error()
end

--- Closes the stream; returns whether everything written was taken.
function Port:close()
  local ok = self.writing ~= true or self:flush()
  local code = ffi.errno()
  local closed = self.finish(ffi.gc(self.stream, nil))
  if not ok then ffi.errno(code) end
  return ok and closed ~= -1
end

return {open = open, open_pipe = open_pipe}
