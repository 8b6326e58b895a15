-- Files of more than 4 GB that take next to no space on disk, for the specs of large files.

local torch = require 'torch'
local zipwrite = require 'torch.zipwrite'

local sparse = {}

--- Bytes of the hole in a file.
sparse.HOLE = 2^32 + 100

local function add(writer, name, size, t)
  writer:add(name, size, false, function(port)
    local file = torch.MemoryFile()
    torch.npy.save(file, t)
    local storage = file:storage()
    port:write(storage:data(), #storage - 1)
  end)
end

--- Writes a .npz archive of first, and behind a hole of far, and near, which has zip64 sizes.
function sparse.archive(name)
  local file = torch.DiskFile(name, 'w')
  local writer = zipwrite.new(file.port, name)
  add(writer, 'first.npy', 200, torch.IntTensor {6})
  file:seek(sparse.HOLE + 1)
  add(writer, 'far.npy', 200, torch.IntTensor {1, 2, 3})
  add(writer, 'near.npy', 2^32, torch.IntTensor {4, 5})
  writer:finish()
  file:close()
end

return sparse
