-- Every public name of Torch7's torch is there, for every type that has it: the recorded list of
-- tests/golden/names, a row of `has` for each kind of name.

local gzip = require 'torch.gzip'
local helpers = require 'helpers'
local torch = require 'torch'

local all = {'Byte', 'Char', 'Short', 'Int', 'Long', 'Float', 'Double'}

-- The types of a row: a list of what stands in its third column.
local function types_of(text)
  if text:find('^all') then
    return text == 'all but Half' and all or {unpack(all)}
  elseif text == 'default type' or text == '-' then
    return {text}
  end
  local list = {}
  for name in text:gmatch('%a+') do list[#list + 1] = name end
  return list
end

local function instance(make)
  return function(name) return make()[name] end
end

local function of_tensor(name, type_name)
  if type_name == 'default type' then return torch.Tensor[name] end
  return torch[type_name .. 'Tensor']()[name]
end

local function of_storage(name, type_name) return torch[type_name .. 'Storage']()[name] end

local file_classes = {'DiskFile', 'PipeFile', 'MemoryFile'}
local function of_file(name, type_name)
  for _, class in ipairs(type_name == '-' and file_classes or {type_name}) do
    local mt = torch.getmetatable('torch.' .. class)
    if mt[name == 'tostring' and '__tostring' or name] == nil then return nil end
  end
  return true
end

-- Operators, tried on a tensor of 2 elements or a storage of them.
local operators = {
  ['#'] = function(x) return #x ~= nil end,
  ['[]'] = function(x)
    x[2] = 7
    return x[2] == 7
  end,
  tostring = function(x) return tostring(x):find('of size 2', 1, true) end,
  ['+'] = function(x) return (x + x)[1] == 2 and (x + 1)[1] == 2 and (1 + x)[1] == 2 end,
  ['-'] = function(x) return (x - x)[1] == 0 and (x - 1)[1] == 0 and (2 - x)[1] == 1 end,
  ['*'] = function(x) return x * x == 2 and (x * 3)[1] == 3 and (3 * x)[1] == 3 end,
  ['/'] = function(x) return (x / 1)[1] == 1 end,
  ['%'] = function(x) return (x % 1)[1] == 0 end,
  ['=='] = function(x) return x == x and x ~= x:new() end, -- luacheck: ignore
}

local function of_operator(suffix)
  return function(name, type_name)
    return operators[name](torch[type_name .. suffix](2):fill(1)) or nil
  end
end

local values = {
  CmdLine = torch.CmdLine, Tester = torch.Tester, Timer = torch.Timer, Generator = torch.Generator,
}

-- has[kind](name, type): what there is of that name, nil where it is missing.
local has = {
  ['function'] = function(name) return torch[name] end,
  ['type'] = function(name) return torch[name] end,
  ['tensor-method'] = of_tensor,
  ['tensor-operator'] = of_operator 'Tensor',
  ['storage-method'] = of_storage,
  ['storage-operator'] = of_operator 'Storage',
  ['file-method'] = of_file,
  ['diskfile-method'] = of_file,
  ['memoryfile-method'] = of_file,
  ['cmdline-method'] = instance(values.CmdLine),
  ['tester-method'] = instance(values.Tester),
  ['generator-method'] = instance(values.Generator),
  ['timer-method'] = function(name)
    return values.Timer()[name == 'tostring' and '__tostring__' or name]
  end,
}

describe('torch has', function()
  local kinds, count = {}, 0
  local text = assert(gzip.read(helpers.folder .. '/golden/names/torch.tsv.gz'))
  for name, kind, types in text:gmatch('([^\t\n]+)\t([^\t\n]+)\t([^\t\n]+)\t[^\n]+\n') do
    if kind ~= 'kind' then
      count = count + 1
      kinds[kind] = kinds[kind] or {}
      table.insert(kinds[kind], {name = name, types = types_of(types)})
    end
  end

  it('all names of the list', function() assert.is_true(count > 500, count .. ' names') end)

  for kind, rows in pairs(kinds) do
    it(('every %s (%d)'):format(kind, #rows), function()
      local missing = {}
      for _, row in ipairs(rows) do
        for _, type_name in ipairs(row.types) do
          if has[kind](row.name, type_name) == nil then
            missing[#missing + 1] = row.name .. ' of ' .. type_name
          end
        end
      end
      assert.are.same({}, missing)
    end)
  end
end)
