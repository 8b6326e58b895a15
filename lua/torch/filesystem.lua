-- What files need to know from the operating system: kind and permissions of a path, real paths,
-- renaming, messages of failed calls.

local ffi = require 'ffi'
local bit = require 'bit'

-- The layout of the kernel's struct statx is the same on every architecture.
ffi.cdef [[
  struct luatorch_statx {
    uint32_t mask, block_size;
    uint64_t attributes;
    uint32_t links, user, group;
    uint16_t mode, spare;
    uint64_t inode, size;
    uint8_t rest[208];
  };
  int luatorch_statx(int, const char *, int, unsigned, struct luatorch_statx *) __asm__("statx");
  char *luatorch_realpath(const char *, char *) __asm__("realpath");
  int luatorch_chmod(const char *, unsigned) __asm__("chmod");
  int luatorch_getpid(void) __asm__("getpid");
  char *luatorch_strerror(int) __asm__("strerror");
  void luatorch_free(void *) __asm__("free");
]]
local C = ffi.C

local filesystem = {}

local CURRENT_FOLDER, BASIC_STATS = -100, 0x7ff
local kinds = {[0x8] = 'file', [0x4] = 'directory'}
local status = ffi.new('struct luatorch_statx')

--- {kind = 'file', 'directory' or 'other', permissions =, size =} of a path, nil for no file.
function filesystem.stat(path)
  if C.luatorch_statx(CURRENT_FOLDER, path, 0, BASIC_STATS, status) ~= 0 then return nil end
  return {
    kind = kinds[bit.rshift(status.mode, 12)] or 'other',
    permissions = bit.band(status.mode, 0xfff),
    size = tonumber(status.size),
  }
end

--- Absolute path without symbolic links, nil where the path does not exist.
function filesystem.realpath(path)
  local resolved = C.luatorch_realpath(path, nil)
  if resolved == nil then return nil end
  local text = ffi.string(resolved)
  C.luatorch_free(resolved)
  return text
end

--- Sets the permission bits of a file.
function filesystem.chmod(path, permissions)
  return C.luatorch_chmod(path, permissions) == 0
end

--- Number of this process.
function filesystem.process()
  return C.luatorch_getpid()
end

--- Message of the last C call that failed.
function filesystem.last_error()
  return ffi.string(C.luatorch_strerror(ffi.errno()))
end

return filesystem
