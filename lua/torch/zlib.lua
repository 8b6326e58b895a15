-- What luatorch uses of zlib: streams of compressed bytes and CRC-32. Loaded when it is first
-- needed, since nothing else depends on it.

local ffi = require 'ffi'

ffi.cdef [[
typedef struct lt_z_stream {
  const uint8_t *next_in;
  unsigned avail_in;
  unsigned long total_in;
  uint8_t *next_out;
  unsigned avail_out;
  unsigned long total_out;
  const char *msg;
  void *state, *zalloc, *zfree, *opaque;
  int data_type;
  unsigned long adler, reserved;
} lt_z_stream;
const char *zlibVersion(void);
unsigned long crc32(unsigned long crc, const void *data, unsigned length);
int inflateInit2_(lt_z_stream *, int window, const char *version, int size);
int inflate(lt_z_stream *, int flush);
int inflateEnd(lt_z_stream *);
int deflateInit2_(lt_z_stream *, int level, int method, int window, int memory, int strategy,
                  const char *version, int size);
int deflate(lt_z_stream *, int flush);
int deflateEnd(lt_z_stream *);
]]

local zlib = {OK = 0, STREAM_END = 1, NO_FLUSH = 0, FINISH = 4}

local RAW = -15 -- window bits of deflate data without a header
local DEFLATED, LEVEL, MEMORY = 8, 6, 8

local library

--- The library, or nil and a message where it is not there.
function zlib.library()
  if not library then
    local ok, loaded = pcall(ffi.load, 'libz.so.1')
    if not ok then return nil, 'zlib (libz.so.1) is not installed' end
    library = loaded
  end
  return library
end

local function open()
  local z, message = zlib.library()
  return z or error(message, 0)
end

--- CRC-32 of n bytes, n < 2^32, continued from `crc` (0 at the start).
function zlib.crc(crc, bytes, n)
  return tonumber(open().crc32(crc, bytes, n))
end

local function new_stream(start, finish)
  local stream = ffi.new('lt_z_stream')
  if start(stream) ~= zlib.OK then error('zlib: out of memory', 0) end
  return ffi.gc(stream, finish)
end

--- A stream that decompresses raw deflate data; see zlib.inflate.
function zlib.inflater()
  local z = open()
  return new_stream(function(stream)
    return z.inflateInit2_(stream, RAW, z.zlibVersion(), ffi.sizeof(stream))
  end, z.inflateEnd)
end

--- A stream that compresses to raw deflate data; see zlib.deflate.
function zlib.deflater()
  local z = open()
  return new_stream(function(stream)
    return z.deflateInit2_(stream, LEVEL, DEFLATED, RAW, MEMORY, 0, z.zlibVersion(),
      ffi.sizeof(stream))
  end, z.deflateEnd)
end

--- One step: takes from next_in, gives to next_out; returns zlib's status.
function zlib.inflate(stream) return library.inflate(stream, zlib.NO_FLUSH) end

--- One step; flush is NO_FLUSH, or FINISH when all input was given.
function zlib.deflate(stream, flush) return library.deflate(stream, flush) end

--- Frees a stream's memory at once.
function zlib.close(stream, finish)
  ffi.gc(stream, nil)
  library[finish](stream)
end

return zlib
