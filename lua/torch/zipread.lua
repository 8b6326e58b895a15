-- Reads zip archives (PKWARE's APPNOTE 6.3, with zip64), members stored or deflated: the directory,
-- and each member as a port. Sizes are compared with the archive's before anything is made of them,
-- and the CRC-32 of a member that is read is checked.

local ffi = require 'ffi'
local bit = require 'bit'
local arrays = require 'torch.arrays'
local raise = require('torch.ffi').raise
local zlib = require 'torch.zlib'

local damaged = arrays.damaged
local zipread = {}

local END_SIZE, LOCATOR_SIZE, END64_SIZE, ENTRY_SIZE, LOCAL_SIZE = 22, 20, 56, 46, 30
local MAX_COMMENT = 65535
local STORED, DEFLATED = 0, 8
local ENCRYPTED = 0x2041 -- flags: encrypted, strongly, or with a masked directory
local MAX_RATIO = 1032 -- of deflate
local INPUT = 65536    -- compressed bytes read at a time
local PIECE = 2^18     -- bytes read at a time, which the CRC-32 then finds in the cache
local bytes_t = ffi.typeof('uint8_t *')

-- An unsigned little-endian number of n bytes at position `at` of a string.
local function number(text, at, n)
  local value = 0
  for i = n, 1, -1 do value = value * 256 + text:byte(at + i - 1) end
  return value
end

local function read_at(archive, position, n)
  if not archive.port:seek(position) then raise('%s cannot be read in parts', archive.name) end
  return arrays.get_text(archive.port, archive.name, n)
end

-- Directory --------------------------------------------------------------------------------------

-- Position and text of the record at the archive's end, before which a comment may not stand.
local function find_end(archive)
  local n = math.min(archive.size, END_SIZE + MAX_COMMENT)
  if n < END_SIZE then raise('%s is no zip archive', archive.name) end
  local text = read_at(archive, archive.size - n, n)
  for at = n - END_SIZE + 1, 1, -1 do
    if text:byte(at) == 80 and text:sub(at, at + 3) == 'PK\5\6'
      and at + END_SIZE - 1 + number(text, at + 20, 2) == n then
      return archive.size - n + at - 1, text:sub(at, at + END_SIZE - 1)
    end
  end
  raise('%s is no zip archive', archive.name)
end

-- Number of entries, size and position of the directory, and where it must end.
local function find_directory(archive)
  local position, text = find_end(archive)
  local disk, first_disk, here = number(text, 5, 2), number(text, 7, 2), number(text, 9, 2)
  local count, size, start = number(text, 11, 2), number(text, 13, 4), number(text, 17, 4)
  local locator = position >= LOCATOR_SIZE
    and read_at(archive, position - LOCATOR_SIZE, LOCATOR_SIZE) or ''
  if locator:sub(1, 4) == 'PK\6\7' then
    local last = position - LOCATOR_SIZE
    position = number(locator, 9, 8)
    if position > last - END64_SIZE then damaged(archive.name, 'bad place of its zip64 record') end
    text = read_at(archive, position, END64_SIZE)
    if text:sub(1, 4) ~= 'PK\6\6' then damaged(archive.name, 'no zip64 record') end
    disk, first_disk, here = number(text, 17, 4), number(text, 21, 4), number(text, 25, 8)
    count, size, start = number(text, 33, 8), number(text, 41, 8), number(text, 49, 8)
  end
  if disk ~= 0 or first_disk ~= 0 or here ~= count then
    raise('%s is a part of an archive on several disks', archive.name)
  end
  if start + size > position or count * ENTRY_SIZE > size then
    damaged(archive.name, 'a directory of %.0f entries, %.0f bytes from byte %.0f', count, size,
      start)
  end
  return count, size, start
end

-- Puts sizes and offset that an entry has in its zip64 field in place of 0xffffffff.
local function take_zip64(entry, extra, archive)
  local at = 1
  while at + 3 <= #extra do
    local id, n = number(extra, at, 2), number(extra, at + 2, 2)
    if at + 3 + n > #extra then break end
    if id == 1 then
      local from, last = at + 4, at + 3 + n
      for _, key in ipairs {'size', 'compressed', 'offset'} do
        if entry[key] == 0xffffffff then
          if from + 7 > last then damaged(archive.name, 'bad zip64 field of %s', entry.name) end
          entry[key] = number(extra, from, 8)
          from = from + 8
        end
      end
      return
    end
    at = at + 4 + n
  end
end

local function check_entry(archive, entry)
  local limit = entry.method == STORED and entry.compressed or entry.compressed * MAX_RATIO
  if entry.size > limit or entry.method == STORED and entry.size ~= entry.compressed then
    damaged(archive.name, '%s has %.0f bytes, compressed %.0f', entry.name, entry.size,
      entry.compressed)
  end
  if entry.offset + LOCAL_SIZE + entry.compressed > archive.start then
    damaged(archive.name, '%s reaches into the directory', entry.name)
  end
  if archive.entries[entry.name] then damaged(archive.name, 'two members %s', entry.name) end
end

local function read_directory(archive)
  local count, size, start = find_directory(archive)
  archive.start = start
  local text, at, total = read_at(archive, start, size), 1, 0
  for i = 1, count do
    if at + ENTRY_SIZE - 1 > #text or text:sub(at, at + 3) ~= 'PK\1\2' then
      damaged(archive.name, 'no entry %d in its directory', i)
    end
    local n, extra = number(text, at + 28, 2), number(text, at + 30, 2)
    local next_at = at + ENTRY_SIZE + n + extra + number(text, at + 32, 2)
    if next_at > #text + 1 then damaged(archive.name, 'its directory ends in entry %d', i) end
    local entry = {
      flags = number(text, at + 8, 2), method = number(text, at + 10, 2),
      crc = number(text, at + 16, 4), compressed = number(text, at + 20, 4),
      size = number(text, at + 24, 4), offset = number(text, at + 42, 4),
      name = text:sub(at + ENTRY_SIZE, at + ENTRY_SIZE + n - 1),
    }
    take_zip64(entry, text:sub(at + ENTRY_SIZE + n, at + ENTRY_SIZE + n + extra - 1), archive)
    check_entry(archive, entry)
    archive.entries[i], archive.entries[entry.name] = entry, entry
    total, at = total + entry.compressed, next_at
  end
  if total > start then damaged(archive.name, 'its members overlap') end
end

--- The archive behind a port that can seek: {entries = list and table by name of {name =, size =}}.
function zipread.open(port, name)
  if not port:seek_end() then raise('%s cannot be read in parts', name) end
  local archive = {port = port, name = name, size = port:tell(), entries = {}}
  read_directory(archive)
  return archive
end

-- Members ----------------------------------------------------------------------------------------

local Member = {}
Member.__index = Member

--- A port on a member's bytes. Only one member of an archive can be read at a time.
function zipread.member(archive, entry)
  local where = ('member %s of %s'):format(entry.name, archive.name)
  if bit.band(entry.flags, ENCRYPTED) ~= 0 then raise('%s is encrypted', where) end
  if entry.method ~= STORED and entry.method ~= DEFLATED then
    raise('%s is compressed by method %d, which is not supported', where, entry.method)
  end
  local text = read_at(archive, entry.offset, LOCAL_SIZE)
  local n, extra = number(text, 27, 2), number(text, 29, 2)
  local start = entry.offset + LOCAL_SIZE + n + extra
  if text:sub(1, 4) ~= 'PK\3\4' or number(text, 9, 2) ~= entry.method
    or start + entry.compressed > archive.start
    or read_at(archive, entry.offset + LOCAL_SIZE, n) ~= entry.name then
    damaged(where, 'its header differs from the directory')
  end
  archive.port:seek(start)
  local member = {port = archive.port, name = where, crc = 0, wanted_crc = entry.crc,
    left = entry.size, compressed = entry.compressed}
  if entry.method == DEFLATED then
    member.stream, member.input = zlib.inflater(), ffi.new('uint8_t[?]', INPUT)
  end
  return setmetatable(member, Member)
end

-- Decompresses up to n bytes, n < 2^32; returns how many.
local function inflate(self, bytes, n)
  local stream = self.stream
  local at, status = 0, zlib.OK
  while at < n and status == zlib.OK do
    if stream.avail_in == 0 and self.compressed > 0 then
      local got = self.port:read(self.input, math.min(INPUT, self.compressed))
      self.compressed = got > 0 and self.compressed - got or 0
      stream.next_in, stream.avail_in = self.input, got
    end
    stream.next_out, stream.avail_out = bytes + at, n - at
    status = zlib.inflate(stream)
    at = n - stream.avail_out
  end
  return at
end

--- Reads up to n bytes; returns how many.
function Member:read(pointer, n)
  n = math.min(n, self.left)
  local bytes, got = ffi.cast(bytes_t, pointer), 0
  while got < n do
    local want = math.min(PIECE, n - got)
    local count = self.stream and inflate(self, bytes + got, want)
      or self.port:read(bytes + got, want)
    self.crc = zlib.crc(self.crc, bytes + got, count)
    got = got + count
    if count < want then break end
  end
  self.left = self.left - got
  return got
end

--- Bytes that have not been read.
function Member:remaining() return self.left end

--- Reads what is left and checks that all is as the directory says.
function Member:finish()
  local rest = ffi.new('uint8_t[?]', INPUT)
  repeat local got = self:read(rest, INPUT) until got == 0
  if self.left > 0 then damaged(self.name, '%.0f bytes are missing', self.left) end
  if self.stream then
    local more = inflate(self, rest, 1)
    local behind = self.compressed > 0 or self.stream.avail_in > 0
    zlib.close(self.stream, 'inflateEnd')
    self.stream = nil
    if more > 0 or behind then damaged(self.name, 'it is longer than the directory says') end
  end
  if self.crc ~= self.wanted_crc then
    damaged(self.name, 'its CRC-32 is %08x, expected %08x', self.crc, self.wanted_crc)
  end
end

return zipread
