-- Bad input made from good input: nn/bad_input_spec.lua.

local torch = require 'torch'
local jacobian = require 'nn.jacobian'

local bad = {}

-- The nested table x with the entry at `path`, a list of keys, replaced.
local function replaced(x, path, value, level)
  level = level or 1
  if level > #path then return value end
  local copy = {}
  for i = 1, #x do copy[i] = x[i] end
  copy[path[level]] = replaced(x[path[level]], path, value, level + 1)
  return copy
end

-- The lists of keys of the tensors in x.
local function paths(x, path, list)
  path, list = path or {}, list or {}
  if torch.isTensor(x) then list[#list + 1] = path end
  for i = 1, type(x) == 'table' and #x or 0 do
    local inner = {unpack(path)}
    inner[#inner + 1] = i
    paths(x[i], inner, list)
  end
  return list
end

-- t with dimension d cut or repeated to size n.
local function resized(t, d, n)
  local sizes = t:size()
  sizes[d] = n
  local out, kept = t.new():resize(sizes), math.min(n, t:size(d))
  out:narrow(d, 1, kept):copy(t:narrow(d, 1, kept))
  if n > kept then out:narrow(d, kept + 1, n - kept):copy(t:narrow(d, 1, n - kept)) end
  return out
end

-- t with `count` dimensions of size 1 before the others.
local function with_leading(t, count)
  local sizes = torch.LongStorage(t:dim() + count):fill(1)
  for d = 1, t:dim() do sizes[d + count] = t:size(d) end
  return t:view(sizes):clone()
end

-- Calls add(kind, value, what the message names) for what can be wrong with a tensor.
local function change_tensor(t, add)
  add('number', 3, 'number')
  add('string', 'text', 'string')
  add('boolean', true, 'boolean')
  add('empty', t.new())
  add('dims+1', with_leading(t, 1))
  add('dims+2', with_leading(t, 2))
  if t:dim() > 1 then add('dims-1', t:select(1, 1):clone()) end
  if t:dim() > 2 then add('dims=1', t:contiguous():view(-1):clone()) end
  for d = 1, t:dim() do
    local n = t:size(d)
    local function resize(kind, size)
      add('size' .. d .. kind, resized(t, d, size), '%f[%d]' .. size .. '%f[%D]')
    end
    resize('+1', n + 1)
    if n > 1 then resize('-1', n - 1) end
    if n > 2 then resize('=1', 1) end
  end
  add('type short', t:short())
  if t:type() ~= 'torch.DoubleTensor' then return end
  add('type float', t:float())
  add('nan', t:clone():fill(0 / 0))
  add('inf', t:clone():fill(math.huge))
end

--- What a row makes: its first entry is a constructor as text, or a function. Parameters are
-- positive.
function bad.construct(row)
  torch.manualSeed(17)
  local make = row[1]
  local m = type(make) == 'function' and make() or assert(loadstring('return ' .. make))()
  for _, p in ipairs(m.parameters and m:parameters() or {}) do p:uniform(0.2, 1) end
  return m
end

--- A tensor of the given sizes, a nested table of such tensors, or what a function makes.
function bad.value(sizes)
  if type(sizes) == 'function' then return sizes() end
  if type(sizes[1]) ~= 'table' then return torch.Tensor(unpack(sizes)):uniform(0.5, 2) end
  local list = {}
  for i, inner in ipairs(sizes) do list[i] = bad.value(inner) end
  return list
end

--- What may be wrong with x, a tensor or a nested table of tensors: a list of {kind, value, pattern
-- of the message, if any}. In tables the keys of the changed tensor stand before the kind.
function bad.changes(x)
  local list = {{'nil', nil, 'nil'}}
  local function add(kind, value, pattern) list[#list + 1] = {kind, value, pattern} end
  if torch.isTensor(x) then
    add('table', {x})
  else
    add('fewer', {unpack(x, 1, #x - 1)})
    add('more', replaced(x, {#x + 1}, x[#x]))
    add('tensor', jacobian.tensors(x)[1])
  end
  add('none', {})
  for _, path in ipairs(paths(x)) do
    local t = x
    for _, key in ipairs(path) do t = t[key] end
    local prefix = #path > 0 and table.concat(path, '.') .. ':' or ''
    change_tensor(t, function(kind, value, pattern)
      add(prefix .. kind, replaced(x, path, value), pattern)
    end)
  end
  return list
end

--- The same for a target, which may be a number; `classes` is the number of classes that it counts.
function bad.targets(target, classes)
  local list
  if type(target) == 'number' then
    list = {{'nil', nil, 'nil'}, {'string', 'text', 'string'}, {'boolean', true, 'boolean'}}
  else
    list = bad.changes(target)
    for _, change in ipairs(list) do
      if change[1]:find('number$') then change[3] = nil end -- a target of one sample
    end
  end
  for _, wrong in ipairs(classes and {0, classes + 1, -3} or {}) do
    local value = type(target) == 'number' and wrong or target:clone():fill(wrong)
    local pattern = 'target ' .. tostring(wrong):gsub('%-', '%%-') .. '%f[%D].*%[1, ' .. classes
    list[#list + 1] = {'class ' .. wrong, value, pattern}
  end
  return list
end

--- Whether a list of kinds, separated by commas, has a kind or a beginning of it; "any" stands for
-- all. After "-" they are taken out again. Elements that are not finite are in without being named.
function bad.has(list, kind)
  local found = kind:find('nan$') ~= nil or kind:find('inf$') ~= nil
  for sign, start in list:gmatch('(%-?)([^,]+)') do
    if start == 'any' or kind:sub(1, #start) == start then found = sign == '' end
  end
  return found
end

return bad
