-- torch.npz: NumPy's .npz files, zip archives of .npy files by name.

local F = require 'torch.ffi'
local arrays = require 'torch.arrays'
local npy = require 'torch.npy'
local zipread = require 'torch.zipread'
local zipwrite = require 'torch.zipwrite'

local npz = {}

local SUFFIX = '.npy'

-- A member's tensor, or the bytes of one that is no .npy file.
local function read_member(archive, entry)
  local member = zipread.member(archive, entry)
  local value
  if entry.name:sub(-#SUFFIX) == SUFFIX then
    value = npy.read(member, member.name)
  else
    value = arrays.get_text(member, member.name, entry.size)
  end
  member:finish()
  return value
end

--- torch.npz.load(file, [names]): the arrays of a .npz file as tensors by name, and members that
-- are no .npy files as strings. file: its name, or a torch.File that is an archive as a whole.
-- names: the one or the list of those to read. Elements become what torch.npy.load makes of them.
function npz.load(file, names)
  local what = 'torch.npz.load'
  local wanted = arrays.wanted(names, what)
  return arrays.read_from(file, what, function(port, name)
    local archive, found = zipread.open(port, name), {}
    for _, entry in ipairs(archive.entries) do
      local key = entry.name:gsub('%.npy$', '')
      if not wanted or wanted[key] then
        if found[key] ~= nil then arrays.damaged(name, 'two arrays %s', key) end
        found[key] = read_member(archive, entry)
      end
    end
    arrays.check_wanted(wanted, found, name, what)
    return found
  end)
end

--- torch.npz.save(file, tensors, [compressed=false]): writes a table of tensors by name, as a whole
-- or not at all. file: its name, or a torch.File that can seek, where the archive begins at its
-- position.
function npz.save(file, tensors, compressed)
  local what = 'torch.npz.save'
  local names = arrays.names(tensors, what)
  if compressed ~= nil and type(compressed) ~= 'boolean' then
    F.bad_argument(what, 3, 'a boolean', compressed)
  end
  local headers, ordered = {}, {}
  for _, name in ipairs(names) do
    headers[name], ordered[name] = npy.prepare(tensors[name], what)
  end
  arrays.write_to(file, what, function(port, file_name)
    local writer = zipwrite.new(port, file_name)
    for _, name in ipairs(names) do
      local t, header = ordered[name], headers[name]
      local size = #header + t:nElement() * t:elementSize()
      writer:add(name .. SUFFIX, size, compressed, function(member)
        local stream = arrays.stream(member, file_name)
        arrays.put_text(stream, header)
        arrays.write(stream, t)
      end)
    end
    writer:finish()
  end)
end

return npz
