-- Writes zip archives (PKWARE's APPNOTE 6.3), members stored or deflated, with zip64 fields where
-- sizes or offsets need them. The same members give the same bytes: all carry the date 1980-01-01.

local ffi = require 'ffi'
local F = require 'torch.ffi'
local zlib = require 'torch.zlib'

local zipwrite = {}

local STORED, DEFLATED = 0, 8
local VERSION, VERSION64 = 20, 45
local DATE = 0x21    -- 1980-01-01
local UTF8 = 0x800   -- flag: the name is UTF-8
local UNIX = 3 * 256 -- system that made the archive, in the upper byte
local MODE = 0x81a40000 -- of a regular file, rw-r--r--
local FULL, FULL16 = 0xffffffff, 0xffff
local OUTPUT = 65536
local PIECE = 2^18   -- bytes written at a time, which the CRC-32 leaves in the cache

-- Little-endian numbers from {value, bytes, value, bytes, ...}.
local function pack(list)
  local out = {}
  for i = 1, #list, 2 do
    local value = list[i]
    for _ = 1, list[i + 1] do
      out[#out + 1] = string.char(value % 256)
      value = math.floor(value / 256)
    end
  end
  return table.concat(out)
end

local function capped(value, limit) return math.min(value, limit or FULL) end

local Writer = {}
Writer.__index = Writer

local function emit(self, text)
  if self.port:write(text, #text) < #text then
    F.raise('write error in %s: %s', self.name, self.port.last_error())
  end
end

--- A writer of an archive that begins where the port is. The port has to be able to seek.
function zipwrite.new(port, name)
  local start = port:tell()
  if not start or not port:seek(start) then
    F.raise('%s: an archive needs a file that can seek', name)
  end
  return setmetatable({port = port, name = name, start = start, entries = {}}, Writer)
end

-- A header's fields from the version to the length of the name.
local function common(entry)
  return pack {entry.zip64 and VERSION64 or VERSION, 2, entry.flags, 2, entry.method, 2, 0, 2,
    DATE, 2, entry.crc, 4, entry.zip64 and FULL or entry.compressed, 4,
    entry.zip64 and FULL or entry.size, 4, #entry.name, 2}
end

local function local_header(entry)
  local extra = entry.zip64 and pack {1, 2, 16, 2, entry.size, 8, entry.compressed, 8} or ''
  return 'PK\3\4' .. common(entry) .. pack {#extra, 2} .. entry.name .. extra
end

-- The port that Writer:add gives to the function that writes a member.
local Member = {}
Member.__index = Member

local function drain(self, flush)
  local stream, writer = self.stream, self.writer
  repeat
    stream.next_out, stream.avail_out = self.output, OUTPUT
    local status = zlib.deflate(stream, flush)
    local n = OUTPUT - stream.avail_out
    if writer.port:write(self.output, n) < n then return false end
    self.compressed = self.compressed + n
  until stream.avail_out > 0 or status == zlib.STREAM_END
  return true
end

--- Writes n bytes of the member; returns n, less where the file could not take them.
function Member:write(pointer, n)
  local bytes, at = ffi.cast('const uint8_t *', pointer), 0
  while at < n do
    local count = math.min(PIECE, n - at)
    self.crc, self.size = zlib.crc(self.crc, bytes + at, count), self.size + count
    if self.stream then
      self.stream.next_in, self.stream.avail_in = bytes + at, count
      if not drain(self, zlib.NO_FLUSH) then return at end
    else
      local put = self.writer.port:write(bytes + at, count)
      self.compressed = self.compressed + put
      if put < count then return at + put end
    end
    at = at + count
  end
  return n
end

function Member:last_error() return self.writer.port.last_error() end

--- Adds a member: write(port) writes its bytes, `size` of them at most.
function Writer:add(name, size, deflated, write)
  if #name > FULL16 then F.raise('%s: a name of %d bytes is too long', self.name, #name) end
  local entry = {
    name = name, method = deflated and DEFLATED or STORED, offset = self.port:tell() - self.start,
    flags = name:find('[\128-\255]') and UTF8 or 0, crc = 0, size = 0, compressed = 0,
    zip64 = size + size / 1000 + 2^16 >= FULL, -- what cannot be compressed grows a little
  }
  local header_at = self.port:tell()
  emit(self, local_header(entry))
  local member = setmetatable({writer = self, crc = 0, size = 0, compressed = 0}, Member)
  if deflated then
    member.stream, member.output = zlib.deflater(), ffi.new('uint8_t[?]', OUTPUT)
  end
  write(member)
  if deflated then
    local ok = drain(member, zlib.FINISH)
    zlib.close(member.stream, 'deflateEnd')
    if not ok then F.raise('write error in %s: %s', self.name, self.port.last_error()) end
  end
  entry.crc, entry.size, entry.compressed = member.crc, member.size, member.compressed
  local last = self.port:tell()
  self.port:seek(header_at)
  emit(self, local_header(entry))
  self.port:seek(last)
  table.insert(self.entries, entry)
end

local function directory_entry(entry)
  local wide = {}
  if entry.zip64 then wide = {entry.size, 8, entry.compressed, 8} end
  if entry.offset >= FULL then
    wide[#wide + 1], wide[#wide + 2] = entry.offset, 8
  end
  local extra = pack(wide)
  if #extra > 0 then extra = pack {1, 2, #extra, 2} .. extra end
  local version = (entry.zip64 or #extra > 0) and VERSION64 or VERSION
  return 'PK\1\2' .. pack {UNIX + version, 2} .. common(entry)
    .. pack {#extra, 2, 0, 2, 0, 2, 0, 2, MODE, 4, capped(entry.offset), 4} .. entry.name .. extra
end

--- Writes the directory. The port stands behind the archive then.
function Writer:finish()
  local start = self.port:tell() - self.start
  for _, entry in ipairs(self.entries) do emit(self, directory_entry(entry)) end
  local last = self.port:tell() - self.start
  local count, size = #self.entries, last - start
  if count >= FULL16 or size >= FULL or start >= FULL then
    emit(self, 'PK\6\6' .. pack {44, 8, UNIX + VERSION64, 2, VERSION64, 2, 0, 4, 0, 4, count, 8,
      count, 8, size, 8, start, 8} .. 'PK\6\7' .. pack {0, 4, last, 8, 1, 4})
  end
  emit(self, 'PK\5\6' .. pack {0, 2, 0, 2, capped(count, FULL16), 2, capped(count, FULL16), 2,
    capped(size), 4, capped(start), 4, 0, 2})
end

return zipwrite
