-- Reading whole files, gzip-compressed or plain, through zlib.

local ffi = require 'ffi'

ffi.cdef [[
typedef struct gzFile_s *lt_gzFile;
lt_gzFile gzopen(const char *path, const char *mode);
int gzread(lt_gzFile file, void *buf, unsigned len);
int gzclose_r(lt_gzFile file);
const char *gzerror(lt_gzFile file, int *errnum);
]]

local zlib = require 'torch.zlib'

local gzip = {}

local CHUNK = 2 ^ 20

--- Contents of a file, decompressed when it is in gzip format. Returns nil and a message when the
-- file cannot be opened, is damaged or ends too early.
function gzip.read(path)
  local z, problem = zlib.library()
  if not z then return nil, ('%s, and needed to read %s'):format(problem, path) end
  local probe, message = io.open(path, 'rb')
  if not probe then return nil, message end
  probe:close()
  local file = z.gzopen(path, 'rb')
  if file == nil then return nil, path .. ': cannot be opened' end
  local buffer, parts = ffi.new('uint8_t[?]', CHUNK), {}
  local n
  repeat
    n = z.gzread(file, buffer, CHUNK)
    if n > 0 then parts[#parts + 1] = ffi.string(buffer, n) end
  until n <= 0
  local code = ffi.new('int[1]')
  local text = ffi.string(z.gzerror(file, code))
  local status = z.gzclose_r(file)
  if n < 0 or code[0] < 0 or status ~= 0 then
    if text == '' then text = 'damaged or truncated gzip data' end
    return nil, text:sub(1, #path) == path and text or path .. ': ' .. text
  end
  return table.concat(parts)
end

return gzip
