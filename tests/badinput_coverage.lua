-- What is public in torch and has no line among the calls of badinput_spec: functions,
-- constructors, methods of all classes, and modules of torch, found by looking at them.

local torch = require 'torch'

local coverage = {}

-- Without a line: free, after which a tensor has no elements to look at, the parts of torch.npy
-- that torch.npz takes, torch.test, which is there once something has asked for it, and what the
-- assertions of a tester call.
local exempt = {[':free'] = true, ['npy.read'] = true, ['npy.prepare'] = true, test = true,
  ['Tester:_success'] = true, ['Tester:_failure'] = true, ['Tester:_warning'] = true}

-- Classes whose methods differ. All types of tensors have the same methods, and so have storages.
local classes = {[':'] = 'DoubleTensor', ['storage:'] = 'CharStorage', ['File:'] = 'File'}
for _, name in ipairs {'DiskFile', 'PipeFile', 'MemoryFile', 'Generator', 'Timer', 'CmdLine',
    'Tester'} do
  classes[name .. ':'] = name
end

local function is_public(name, value)
  return type(value) == 'function' and not name:find('^__') and name ~= 'new'
end

--- Sorted names of everything public that is not a key of `seen`, a set of functions.
function coverage.missing(seen)
  local missing = {}
  local function look(prefix, functions)
    for name, f in pairs(functions) do
      if is_public(name, f) and not seen[f] and not exempt[prefix .. name] then
        missing[#missing + 1] = prefix .. name
      end
    end
  end
  look('', torch)
  for prefix, class in pairs(classes) do look(prefix, torch.getmetatable('torch.' .. class)) end
  for name, value in pairs(torch) do
    local mt = type(value) == 'table' and torch.getmetatable('torch.' .. name)
    if mt then
      local of_elements = name:find('Tensor$') or name:find('Storage$')
      if rawget(mt, '__new') and not of_elements and not seen[value] then
        missing[#missing + 1] = name
      end
    elseif type(value) == 'table' then
      look(name .. '.', value)
    end
  end
  table.sort(missing)
  return missing
end

--- Names of classes of torch that are not among those above.
function coverage.classes()
  local known, others = {}, {}
  for _, name in pairs(classes) do known[name] = true end
  for name, value in pairs(torch) do
    local mt = type(value) == 'table' and torch.getmetatable('torch.' .. name)
    if mt and not known[name] and not name:find('Tensor$') and not name:find('Storage$') then
      others[#others + 1] = name
    end
  end
  return others
end

return coverage
