-- Bad input made from good input, and what calls with it must leave behind: an error that names the
-- module or the right answer, never a module that is half changed.

local torch = require 'torch'
local jacobian = require 'nn.jacobian'
require 'nn'

local bad = {}

-- The value with the leaf at `path` (a list of keys) replaced.
local function replaced(x, path, value, level)
  level = level or 1
  if level > #path then return value end
  local copy = {}
  for i = 1, #x do copy[i] = x[i] end
  copy[path[level]] = replaced(x[path[level]], path, value, level + 1)
  return copy
end

local function resized(t, d, n)
  local sizes = t:size()
  sizes[d] = n
  local out, kept = t.new():resize(sizes), math.min(n, t:size(d))
  out:narrow(d, 1, kept):copy(t:narrow(d, 1, kept))
  if n > kept then out:narrow(d, kept + 1, n - kept):copy(t:narrow(d, 1, n - kept)) end
  return out
end

-- The nested lists of keys of the tensors in x.
local function paths(x, path, list)
  path, list = path or {}, list or {}
  if torch.isTensor(x) then
    list[#list + 1] = path
  else
    for i = 1, #x do
      local inner = {unpack(path)}
      inner[#inner + 1] = i
      paths(x[i], inner, list)
    end
  end
  return list
end

local function leaf_of(x, path)
  for _, key in ipairs(path) do x = x[key] end
  return x
end

-- Changes of one tensor: add(kind, value, number that the message should name).
local function change_tensor(t, add)
  add('number', 3, 'number')
  add('string', 'text', 'string')
  add('boolean', true, 'boolean')
  add('empty', t.new())
  local lead = torch.LongStorage(t:dim() + 1):fill(1)
  for d = 1, t:dim() do lead[d + 1] = t:size(d) end
  add('dims+1', t:view(lead):clone())
  lead = torch.LongStorage(t:dim() + 2):fill(1)
  for d = 1, t:dim() do lead[d + 2] = t:size(d) end
  add('dims+2', t:view(lead):clone())
  if t:dim() > 1 then add('dims-1', t:select(1, 1):clone()) end
  if t:dim() > 2 then add('dims=1', t:view(-1):clone()) end
  for d = 1, t:dim() do
    local n = t:size(d)
    add('grow' .. d, resized(t, d, n + 1))
    if n > 1 then add('shrink' .. d, resized(t, d, n - 1)) end
    if n > 2 then add('one' .. d, resized(t, d, 1)) end
  end
  if t:type() == 'torch.DoubleTensor' then add('float', t:float()) end
  add('short', t:short())
  if t:type():find('Double') then
    add('nan', t:clone():fill(0 / 0))
    add('inf', t:clone():fill(math.huge))
  end
end

--- What may be wrong with x, a tensor or a nested table of tensors, as a list of {kind, value,
-- pattern of the message}. Kinds in tables begin with the keys of the tensor that is changed.
function bad.changes(x)
  local list = {}
  if torch.isTensor(x) then
    list[1] = {'nil', nil, 'nil'}
    list[2] = {'table', {x}}
    list[3] = {'no table', {}}
  else
    list[1] = {'nil', nil, 'nil'}
    list[2] = {'fewer', {unpack(x, 1, #x - 1)}}
    list[3] = {'more', {unpack(x)}}
    list[3][2][#x + 1] = x[#x]
    list[4] = {'tensor', jacobian.tensors(x)[1]}
    list[5] = {'none', {}}
  end
  for _, path in ipairs(paths(x)) do
    local prefix = table.concat(path, '.')
    change_tensor(leaf_of(x, path), function(kind, value, pattern)
      list[#list + 1] = {(prefix == '' and '' or prefix .. ':') .. kind, replaced(x, path, value),
        pattern}
    end)
  end
  return list
end

return bad
