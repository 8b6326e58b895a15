-- Random damage to files: formats with files of theirs and their readers, and a loop that changes
-- bytes, reads, and checks that there is a value or an error, in time, without memory that the file
-- does not account for. Reproducible by seed. tests/fuzz/readers.lua runs it for long.

local bit = require 'bit'
local F = require 'torch.ffi'
local gzip = require 'torch.gzip'
local helpers = require 'helpers'
local objects = require 'recorded_objects'
local torch = require 'torch'

local damage = {}

local MAX_FILE = 8192        -- bytes of the files that are damaged
local SLACK = 8 * 2^20       -- memory that any file may take
local RATIO = 1100           -- and for each of its bytes, for compressed ones
local MAX_SECONDS = 5
local state = 1

-- A number from 0 to n - 1: xorshift.
local function random(n)
  state = bit.bxor(state, bit.lshift(state, 13))
  state = bit.bxor(state, bit.rshift(state, 17))
  state = bit.bxor(state, bit.lshift(state, 5))
  return bit.band(state, 0x7fffffff) % n
end

-- Changes ----------------------------------------------------------------------------------------

local tokens = {'\0', '\255', '\255\255\255\255', '\255\255\255\127', '\0\0\0\128', '\1\0\0\0',
  '\255\255\255\255\255\255\255\127', '\0\0\0\0\1\0\0\0', '0', '9', '-1', '999999999999', '1e9',
  '{', '}', '[', ']', '(', ')', '"', "'", ',', ':', '\\u', 'nan', '\n', 'PK\1\2', 'PK\3\4',
  'PK\5\6', 'PK\6\6', 'PK\6\7', 'True', 'null', '<f8', '>i2', 'F64', '[0,0]'}

local function cut(text, at, n, with) return text:sub(1, at) .. with .. text:sub(at + n + 1) end

local function piece(text)
  local from = 1 + random(#text)
  return text:sub(from, from + random(16))
end

local changes = {
  function(text, at) return cut(text, at, 1, string.char(random(256))) end,
  function(text, at)
    local byte = text:byte(at + 1) or 0
    return cut(text, at, 1, string.char(bit.bxor(byte, bit.lshift(1, random(8)))))
  end,
  function(text, at)
    local token = tokens[1 + random(#tokens)]
    return cut(text, at, #token, token)
  end,
  function(text, at) return cut(text, at, 0, tokens[1 + random(#tokens)]) end,
  function(text, at) return cut(text, at, 1 + random(9), '') end,
  function(text, at) return cut(text, at, 0, piece(text)) end,
  function(text, at, other) return cut(text, at, random(16), piece(other)) end,
  function(text, at) return at % 8 == 0 and text:sub(1, at) or cut(text, at, 1, '\0') end,
  function(text, at) -- a small change of a number
    local byte = (text:byte(at + 1) or 0) + random(9) - 4
    return cut(text, at, 1, string.char(byte % 256))
  end,
}

local function mutate(text, other)
  for _ = 1, 1 + random(random(4) == 0 and 8 or 2) do
    if #text == 0 then return text end
    -- Half of the changes fall on the ends, where headers and directories are.
    local at, side = random(#text), random(4)
    if side == 0 then at = random(math.min(#text, 64)) end
    if side == 1 then at = #text - 1 - random(math.min(#text, 128)) end
    text = changes[1 + random(#changes)](text, at, other)
  end
  return text
end

-- Formats ----------------------------------------------------------------------------------------

local function memory(text, mode)
  local file = torch.MemoryFile(torch.CharStorage():string(text .. '\0'), 'r')
  return mode == 'binary' and file:binary() or file
end

local function length(n, count)
  local out = {}
  for i = 1, count do
    out[i] = string.char(n % 256)
    n = math.floor(n / 256)
  end
  return table.concat(out)
end

-- Puts the length of a header right, which insertions spoil.
local function fix_npy(text)
  local last = text:find('\n', 1, true)
  if not last or last < 10 then return text end
  return text:sub(1, 8) .. length(last - 10, 2) .. text:sub(11)
end

local function fix_safetensors(text)
  local last
  for at = 9, math.min(#text, 4096) do
    if text:byte(at) == 125 then last = at end
  end
  return last and length(last - 8, 8) .. text:sub(9) or text
end

local function reader(format)
  return function(text) return torch[format].load(memory(text)) end
end

-- Recorded graphs without nn, whose classes would run their own code.
local function graphs(mode)
  local files = {}
  for _, entry in ipairs(objects.records()) do
    if entry.file and entry.mode == mode and not entry.file:find('^nn_') then
      local text = objects.content(entry.file)
      if #text <= MAX_FILE then files[#files + 1] = text end
    end
  end
  return files
end

-- The graphs as if their tensors and storages were of GPUs.
local function gpu_graphs()
  local files = {}
  for i, text in ipairs(graphs('ascii')) do
    files[i] = text:gsub('%d+\n(torch%.)(%u%l+)(%u%l+)\n', function(package, element, kind)
      if kind ~= 'Tensor' and kind ~= 'Storage' then return end
      local name = package .. 'Cuda' .. (element == 'Float' and '' or element) .. kind
      return ('%d\n%s\n'):format(#name, name)
    end)
  end
  return files
end

local function graph_reader(mode)
  return function(text) return memory(text, mode):functions(false):readObject() end
end

local function recorded(extension)
  local files = {}
  for _, record in ipairs(helpers.json('arrays/files.json.gz').records) do
    if record.file:match('%.(%w+)$') == extension and not record.error then
      files[#files + 1] = record.bytes:gsub('%x%x', function(pair)
        return string.char(tonumber(pair, 16))
      end)
    end
  end
  return files
end

local function compressed()
  local files = {}
  for _, name in ipairs {'names/torch.tsv.gz', 'arrays/files.json.gz'} do
    local file = assert(io.open(helpers.folder .. '/golden/' .. name, 'rb'))
    files[#files + 1] = file:read('*a')
    file:close()
  end
  return files
end

local disk_name

-- What read(name) gives for these bytes in a file on disk.
local function on_disk(text, read)
  disk_name = disk_name or os.tmpname()
  os.remove(disk_name) -- to overwrite a file may wait for the disk
  local file = assert(io.open(disk_name, 'wb'))
  file:write(text)
  file:close()
  local ok, value, message = pcall(read, disk_name)
  os.remove(disk_name)
  if not ok then error(value, 0) end
  return value, message
end

local function read_gzip(text)
  local value, message = on_disk(text, gzip.read)
  return value or error(message, 0)
end

local function disk_reader(mode, options)
  return function(text)
    return on_disk(text, function(name) return (torch.load(name, mode, options)) end)
  end
end

--- {name =, files = () -> list of bytes, read = bytes -> value, fix = bytes -> bytes, optional,
-- ratio = bytes of memory for a byte of the file}.
damage.formats = {
  {name = 'binary .t7', files = function() return graphs('binary') end,
    read = graph_reader('binary'), ratio = 2},
  {name = 'ascii .t7', files = function() return graphs('ascii') end,
    read = graph_reader('ascii'), ratio = 16},
  {name = '.t7 on disk', files = function() return graphs('binary') end,
    read = disk_reader('b64'), ratio = 2},
  {name = '.t7 of GPUs', files = gpu_graphs,
    read = disk_reader('ascii', {cpu = true}), ratio = 16},
  {name = '.t7, long 4', files = function() return graphs('binary') end,
    read = disk_reader('b32'), ratio = 2},
  {name = '.npy', files = function() return recorded('npy') end, read = reader('npy'),
    fix = fix_npy, ratio = 8},
  {name = '.npz', files = function() return recorded('npz') end, read = reader('npz'),
    ratio = RATIO},
  {name = '.safetensors', files = function() return recorded('safetensors') end,
    read = reader('safetensors'), fix = fix_safetensors, ratio = 8},
  {name = 'gzip', files = compressed, read = read_gzip, ratio = RATIO},
}
for _, format in ipairs(require('damage_pictures')) do
  damage.formats[#damage.formats + 1] = format
end

--- Undamaged files of a format; what reading them needs is there from then on.
function damage.prepare(format)
  objects.declare_classes()
  return format.files()
end

--- Reads the bytes of one file. Returns whether there was a value and what is wrong: too much time
-- or memory, or something else raised than a message.
function damage.read(format, text)
  local mem = F.C.lt_mem
  local start, live, heap = os.clock(), tonumber(mem.live), collectgarbage('count')
  mem.peak = live
  local ok, value = pcall(format.read, text)
  local taken = tonumber(mem.peak) - live
  local grown = (collectgarbage('count') - heap) * 1024
  local seconds = os.clock() - start
  local limit = SLACK + format.ratio * #text
  return ok, not ok and type(value) ~= 'string' and 'raised a ' .. type(value)
    or seconds > MAX_SECONDS and ('took %.1f s'):format(seconds)
    or taken > limit and ('took %.0f bytes'):format(taken)
    or grown > limit and ('took %.0f bytes of Lua memory'):format(grown)
    or nil
end

--- Reads n damaged files of a format. Returns {raised =, gave =}; raises an error that tells the
-- file and what is wrong with how it was read.
function damage.run(format, n, seed)
  state = seed
  local files, counts = damage.prepare(format), {raised = 0, gave = 0}
  for i = 1, n do
    local text = mutate(files[1 + random(#files)], files[1 + random(#files)])
    if format.fix and random(2) == 0 then text = format.fix(text) end
    local ok, problem = damage.read(format, text)
    counts[ok and 'gave' or 'raised'] = counts[ok and 'gave' or 'raised'] + 1
    if problem then
      error(('%s, number %d of seed %d: %s; file of %d bytes: %q'):format(format.name, i, seed,
        problem, #text, text))
    end
  end
  return counts
end

return damage
