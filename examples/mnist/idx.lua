-- Reads IDX files of bytes, the format of the MNIST files, gzip-compressed or plain. They consist
-- of two zero bytes, the element type (8: unsigned byte), the number of dimensions, each size as a
-- big-endian 32-bit integer, and the elements, the last dimension varying fastest.

local ffi = require 'ffi'
local gzip = require 'torch.gzip'

local idx = {}

local UNSIGNED_BYTE = 8

local function decode(bytes)
  local zero1, zero2, kind, dims = bytes:byte(1, 4)
  if not dims or zero1 ~= 0 or zero2 ~= 0 then return nil, 'not an IDX file' end
  if kind ~= UNSIGNED_BYTE then
    return nil, ('IDX element type %d is not supported, only unsigned bytes (8)'):format(kind)
  end
  local header = 4 + 4 * dims
  if dims < 1 or dims > 8 or #bytes < header then return nil, 'damaged IDX header' end
  local sizes, count = {}, 1
  for d = 1, dims do
    local a, b, c, e = bytes:byte(4 * d + 1, 4 * d + 4)
    sizes[d] = ((a * 256 + b) * 256 + c) * 256 + e
    count = count * sizes[d]
  end
  if count ~= #bytes - header then
    return nil, ('the header says %s = %.0f elements, the file has %d'):format(
      table.concat(sizes, ' x '), count, #bytes - header)
  end
  if count == 0 then return nil, 'no elements' end
  local tensor = torch.ByteTensor(torch.LongStorage(sizes))
  ffi.copy(tensor:data(), ffi.cast('const char *', bytes) + header, count)
  return tensor
end

--- Contents of an IDX file as a ByteTensor of its sizes, or nil and a message that names the file.
function idx.read(path)
  local bytes, message = gzip.read(path)
  if not bytes then return nil, message end
  local tensor
  tensor, message = decode(bytes)
  if not tensor then return nil, path .. ': ' .. message end
  return tensor
end

return idx
