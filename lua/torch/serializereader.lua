-- Reads object graphs in Torch7's format, its old record kinds included. Tables are filled without
-- recursion, so that their nesting has no limit; a damaged file raises an error that names it.

local class = require 'torch.class'
local functions = require 'torch.serializefunction'
local kinds = require 'torch.serializekinds'
local parts = require 'torch.serializeparts'
local raise = require('torch.ffi').raise

local reader = {}

local MAX_NESTED = 500 -- read methods that call readObject inside each other
local damaged, get_int, get_string = parts.damaged, parts.get_int, parts.get_string

-- Packages that are loaded when a file has objects of their classes, by their names or the
-- start of them.
local packages = {
  nn = 'nn', optim = 'optim', nngraph = 'nngraph', graph = 'graph', autograd = 'autograd',
  rnn = 'rnn', dpnn = 'dpnn', cunn = 'cunn', cudnn = 'cudnn.classes', tds = 'tds', image = 'image',
  tnt = 'torchnet', threads = 'threads',
  ['nn.gModule'] = 'nngraph', ['nn.ModuleFromCriterion'] = 'nngraph',
}

local function package_of(name)
  if name:find('^torch%.Cuda') then return 'cutorch' end
  return packages[name] or packages[name:match('^[^.]+')]
end

-- The class that an object of a file is made of; with the option cpu those of GPUs' tensors are
-- read as those of the CPU, whose layout is the same.
local function name_of(file, name)
  if not file.to_cpu then return name end
  local element, kind = name:match('^torch%.Cuda(%w-)(%u%l+)$')
  if kind ~= 'Tensor' and kind ~= 'Storage' then return name end
  return ('torch.%s%s'):format(element == '' and 'Float' or element, kind)
end

-- Makes an object fit for the CPU, with the option cpu: names of types in its fields, as in those
-- of modules, become those of the CPU, and what else its class does in __to_cpu(object).
local function to_cpu(file, object)
  if type(object) ~= 'table' then return end
  for key, value in pairs(object) do
    if type(value) == 'string' then object[key] = name_of(file, value) end
  end
  local convert = getmetatable(object).__to_cpu
  if convert then convert(object) end
end

local function factory_of(file, name)
  local factory = class.factory(name)
  if factory then return factory end
  local package = package_of(name)
  if not package then raise('%s has an object of an unknown class <%s>', file.name, name) end
  local ok, message = pcall(require, package)
  factory = class.factory(name)
  if factory then return factory end
  local advice = package == 'cutorch' and not ok
    and ' (torch.load(file, mode, {cpu = true}) loads tensors of GPUs as those of the CPU)' or ''
  raise('%s has an object of class <%s>, which package %s does not give: %s%s', file.name, name,
    package, ok and 'there is no such class' or message, advice)
end

-- Reads the record of an object. Returns it; a second result is the frame that waits for fields.
local function read_object(file, index)
  local version, name = 0, get_string(file)
  local number = name:match('^V (%d+)$')
  if number then version, name = tonumber(number), get_string(file) end
  name = name_of(file, name)
  local object = factory_of(file, name)(file)
  file.loaded[index] = object
  local mt = class.getmetatable(name)
  local read = mt.__read or mt.read
  if read then
    read(object, file, version)
  elseif type(object) == 'table' then
    return object, {object = object, fields = true}
  else
    raise('class %s has no read method', name)
  end
  if file.to_cpu then to_cpu(file, object) end
  return object
end

local function read_function(file, kind, index)
  local f = functions.make(file, kind, get_string(file))
  if index then file.loaded[index] = f end
  return f, {object = f, kind = kind}
end

-- Reads a record. Returns its value; a second result is the frame that waits for what follows.
local function read_record(file)
  local kind = get_int(file)
  if kind == kinds.NUMBER then return parts.get_double(file) end
  if kind == kinds.STRING then return get_string(file) end
  if kind == kinds.NIL then return nil end
  if kind == kinds.BOOLEAN then return get_int(file) ~= 0 end
  if kind == kinds.FUNCTION_BARE then return read_function(file, kind) end
  if kind < kinds.NIL or kind > kinds.FUNCTION then damaged(file, 'a record of kind %d', kind) end
  local index = get_int(file)
  local known = file.loaded[index]
  if known ~= nil then return known end
  if kind == kinds.OBJECT then return read_object(file, index) end
  if kind ~= kinds.TABLE then return read_function(file, kind, index) end
  local count = get_int(file)
  if count < 0 then damaged(file, 'a table of %d entries', count) end
  local object = {}
  file.loaded[index] = object
  return object, count > 0 and {object = object, left = count} or nil
end

local function store(file, frame, value)
  local key = frame.key
  if key == nil then
    if value == nil or value ~= value then damaged(file, 'a table key of %s', tostring(value)) end
    frame.key = value
    return false
  end
  frame.object[key] = value
  frame.key, frame.left = nil, frame.left - 1
  return frame.left == 0
end

local function complete(file, frame, value)
  local object = frame.object
  if type(value) ~= 'table' then
    damaged(file, '%s has %s in place of a table', class.type(object), class.type(value))
  end
  if frame.fields then
    for key, field in pairs(value) do object[key] = field end
    if file.to_cpu then to_cpu(file, object) end
  else
    functions.complete(file, object, frame.kind, value)
  end
  return true
end

local function read_graph(file)
  local frames, top = {}, 0
  while true do
    local value, frame = read_record(file)
    if frame then
      top = top + 1
      frames[top] = frame
    else
      while true do
        if top == 0 then return value end
        frame = frames[top]
        local finish = frame.left and store or complete
        if not finish(file, frame, value) then break end
        value = frame.object
        frames[top] = nil
        top = top - 1
      end
    end
  end
end

--- Reads the next object of a file; see File:readObject.
function reader.read(file)
  file.loaded = file.loaded or {}
  file.upvalue_cells = file.upvalue_cells or {}
  if file.load_functions == nil then file.load_functions = functions.allowed() end
  local nested = file.read_depth or 0
  if nested >= MAX_NESTED then
    damaged(file, 'objects are nested deeper than %d', MAX_NESTED)
  end
  file.read_depth = nested + 1
  if nested > 0 then
    local object = read_graph(file)
    file.read_depth = nested
    return object
  end
  local ok, object = pcall(read_graph, file)
  file.read_depth = 0
  if ok then return object end
  if type(object) == 'string' and not object:find(file.name, 1, true) then
    object = ('%s (while reading %s)'):format(object, file.name)
  end
  error(object, 0)
end

return reader
