-- The few POSIX calls that paths, sys and torch need, through the FFI. Only calls without
-- platform-dependent structures are used, save readdir, timespec and rusage, whose leading fields
-- are the same on every Linux. The declarations carry private names, so that other cdefs of the
-- same functions do not clash.

local ffi = require 'ffi'

if ffi.os ~= 'Linux' then error('paths: only Linux is supported, this is ' .. ffi.os) end

ffi.cdef [[
typedef struct { long sec, nsec; } lt_posix_timespec;
typedef struct {
  uint64_t ino;
  int64_t off;
  unsigned short reclen;
  unsigned char type;
  char name[256];
} lt_posix_dirent;
char *lt_posix_getcwd(char *, size_t) __asm__("getcwd");
char *lt_posix_strerror(int) __asm__("strerror");
int lt_posix_access(const char *, int) __asm__("access");
int lt_posix_mkdir(const char *, unsigned int) __asm__("mkdir");
int lt_posix_rmdir(const char *) __asm__("rmdir");
int lt_posix_unlink(const char *) __asm__("unlink");
long lt_posix_readlink(const char *, char *, size_t) __asm__("readlink");
int lt_posix_uname(char *) __asm__("uname");
void *lt_posix_opendir(const char *) __asm__("opendir");
lt_posix_dirent *lt_posix_readdir(void *) __asm__("readdir64");
int lt_posix_closedir(void *) __asm__("closedir");
int lt_posix_isatty(int) __asm__("isatty");
int lt_posix_fileno(void *) __asm__("fileno");
int lt_posix_ioctl(int, unsigned long, ...) __asm__("ioctl");
int lt_posix_usleep(unsigned int) __asm__("usleep");
int lt_posix_clock_gettime(int, lt_posix_timespec *) __asm__("clock_gettime");
int lt_posix_getrusage(int, long *) __asm__("getrusage");
]]

local C = ffi.C
local timespec = ffi.new('lt_posix_timespec')
local usage = ffi.new('long[128]')
local path_max = 4096

local posix = {CLOCK_REALTIME = 0, CLOCK_MONOTONIC = 1, F_OK = 0, X_OK = 1}

local function failure()
  return nil, ffi.string(C.lt_posix_strerror(ffi.errno()))
end

local function result(status)
  if status == 0 then return true end
  return failure()
end

--- Seconds on a clock (posix.CLOCK_REALTIME: since 1970; posix.CLOCK_MONOTONIC: never set back).
function posix.clock(id)
  C.lt_posix_clock_gettime(id, timespec)
  return tonumber(timespec.sec) + tonumber(timespec.nsec) * 1e-9
end

--- Processor seconds that the process has used: in its own code, in the system.
function posix.cpu_times()
  C.lt_posix_getrusage(0, usage)
  return tonumber(usage[0]) + tonumber(usage[1]) * 1e-6,
    tonumber(usage[2]) + tonumber(usage[3]) * 1e-6
end

--- Sleeps for a number of microseconds below one million.
function posix.usleep(microseconds)
  C.lt_posix_usleep(microseconds)
end

--- Whether an open Lua file is a terminal.
function posix.isatty(file)
  return C.lt_posix_isatty(C.lt_posix_fileno(file)) == 1
end

--- Columns of the terminal that an open Lua file is, or nil where it is none.
function posix.columns(file)
  local get_window_size = 0x5413
  local size = ffi.new('unsigned short[4]')
  local status = C.lt_posix_ioctl(C.lt_posix_fileno(file), get_window_size, size)
  if status == 0 and size[1] > 0 then return size[1] end
end

--- Current directory, or nil and a message.
function posix.getcwd()
  local buffer = ffi.new('char[?]', path_max)
  if C.lt_posix_getcwd(buffer, path_max) == nil then return failure() end
  return ffi.string(buffer)
end

--- Whether a path may be used in a mode (posix.F_OK: exists, posix.X_OK: may be executed).
function posix.access(path, mode)
  return C.lt_posix_access(path, mode) == 0
end

--- Target of a symbolic link, or nil and a message where the path is none.
function posix.readlink(path)
  local buffer = ffi.new('char[?]', path_max)
  local length = tonumber(C.lt_posix_readlink(path, buffer, path_max))
  if length < 0 then return failure() end
  return ffi.string(buffer, length)
end

--- Makes a directory; true, or nil and a message.
function posix.mkdir(path)
  return result(C.lt_posix_mkdir(path, 511))
end

--- Removes an empty directory; true, or nil and a message.
function posix.rmdir(path)
  return result(C.lt_posix_rmdir(path))
end

--- Removes a file or a symbolic link; true, or nil and a message.
function posix.unlink(path)
  return result(C.lt_posix_unlink(path))
end

--- Names in a directory, . and .. included, in the system's order, or nil and a message.
function posix.names(path)
  local directory = C.lt_posix_opendir(path)
  if directory == nil then return failure() end
  local names = {}
  while true do
    local entry = C.lt_posix_readdir(directory)
    if entry == nil then break end
    names[#names + 1] = ffi.string(entry.name)
  end
  C.lt_posix_closedir(directory)
  return names
end

--- System, node and machine name.
function posix.uname()
  local field = 65
  local buffer = ffi.new('char[?]', 6 * field)
  C.lt_posix_uname(buffer)
  return ffi.string(buffer), ffi.string(buffer + field), ffi.string(buffer + 4 * field)
end

return posix
