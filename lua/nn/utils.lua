-- nn.utils: helpers on tensors and nested tables of tensors.

local F = require 'torch.ffi'

local raise = F.raise
local torch = torch

local utils = {}

local function convert_tensor(t, type_name, cache)
  if torch.typename(t) == type_name then return t end
  local address = torch.pointer(t)
  if cache[address] then return cache[address] end
  local new = torch.getmetatable(type_name)
  if not new then
    raise(tostring(type_name):match('^torch%.Cuda') and 'type: %s needs CUDA, which is not loaded'
      or 'type: unknown tensor type %s', tostring(type_name))
  end
  local converted = new.new()
  local storage = t:storage()
  if storage then
    local key = 'storage ' .. torch.pointer(storage)
    if not cache[key] then
      local whole = F.like(t):set(storage)
      cache[key] = whole:type(type_name):storage() or converted:storage()
    end
    if cache[key] then converted:set(cache[key], t:storageOffset(), t:size(), t:stride()) end
  end
  cache[address] = converted
  cache[#cache + 1] = t -- keeps the address from being used again
  return converted
end

--- Converts tensors, tables of tensors and modules to a tensor type. Storages shared before are
-- shared after; tensorCache carries that over several calls.
function utils.recursiveType(value, type_name, tensorCache)
  tensorCache = tensorCache or {}
  if torch.isTensor(value) then return convert_tensor(value, type_name, tensorCache) end
  if type(value) ~= 'table' then return value end
  if torch.isTypeOf(value, 'nn.Module') or torch.isTypeOf(value, 'nn.Criterion') then
    return value:type(type_name, tensorCache)
  end
  if torch.typename(value) then return value end
  for key, v in pairs(value) do value[key] = utils.recursiveType(v, type_name, tensorCache) end
  return value
end

--- Gives t1 the nesting and sizes of t2; new tensors are of t2's type.
function utils.recursiveResizeAs(t1, t2)
  if type(t2) == 'table' then
    t1 = type(t1) == 'table' and t1 or {t1}
    for key in pairs(t2) do t1[key], t2[key] = utils.recursiveResizeAs(t1[key], t2[key]) end
    for key in pairs(t1) do
      if t2[key] == nil then t1[key] = nil end
    end
  elseif torch.isTensor(t2) then
    t1 = torch.isTensor(t1) and t1 or t2.new()
    t1:resizeAs(t2)
  else
    raise('recursiveResizeAs: expected nested tables of tensors, got %s', torch.type(t2))
  end
  return t1, t2
end

--- Fills every tensor with v.
function utils.recursiveFill(t, v)
  if torch.isTensor(t) then
    t:fill(v)
  elseif type(t) == 'table' then
    for _, inner in pairs(t) do utils.recursiveFill(inner, v) end
  else
    raise('recursiveFill: expected nested tables of tensors, got %s', torch.type(t))
  end
end

--- t1 = t1 + v * t2, tensor by tensor; recursiveAdd(t1, [v=1,] t2).
function utils.recursiveAdd(t1, v, t2)
  if t2 == nil then v, t2 = 1, v end
  if type(t2) == 'table' then
    t1 = type(t1) == 'table' and t1 or {t1}
    for key in pairs(t2) do t1[key], t2[key] = utils.recursiveAdd(t1[key], v, t2[key]) end
  elseif torch.isTensor(t1) and torch.isTensor(t2) then
    t1:add(v, t2)
  else
    raise('recursiveAdd: expected nested tables of tensors, got %s and %s', torch.type(t1),
      torch.type(t2))
  end
  return t1, t2
end

--- Copies t2 to t1, tensor by tensor, resizing as needed.
function utils.recursiveCopy(t1, t2)
  if type(t2) == 'table' then
    t1 = type(t1) == 'table' and t1 or {t1}
    for key in pairs(t2) do t1[key], t2[key] = utils.recursiveCopy(t1[key], t2[key]) end
  elseif torch.isTensor(t2) then
    t1 = torch.isTensor(t1) and t1 or t2.new()
    t1:resizeAs(t2):copy(t2)
  else
    raise('recursiveCopy: expected nested tables of tensors, got %s', torch.type(t2))
  end
  return t1, t2
end

--- A view of the tensor with a dimension of size 1 put before dimension dim (default 1).
function utils.addSingletonDimension(...)
  local res, t, dim
  if torch.isTensor(select(2, ...)) then
    res, t, dim = ...
  else
    t, dim = ...
    res = t.new()
  end
  dim = dim or 1
  if not (dim >= 1 and dim <= t:dim() + 1) then
    raise('addSingletonDimension: dimension %s out of range 1 to %d', dim, t:dim() + 1)
  end
  if t:dim() == 0 then raise('addSingletonDimension: the tensor is empty') end
  local n, sizes, strides = t.ndim, F.sizes, F.strides
  for d = 0, n - 1 do
    local at = d < dim - 1 and d or d + 1
    sizes[at], strides[at] = t.sizes[d], t.strides[d]
  end
  sizes[dim - 1] = 1
  strides[dim - 1] = dim <= n and t.sizes[dim - 1] * t.strides[dim - 1] or 1
  F.check(F.C.lt_set_storage(res, t.mem, t.offset, n + 1, sizes, strides))
  return res
end

--- output as a view of input with the given sizes; copies first when input is not contiguous.
function utils.contiguousView(output, input, ...)
  output = output or input.new()
  if input:isContiguous() then return output:view(input, ...) end
  return output:view(input:contiguous(), ...)
end

--- Empties the named fields of a module: tensors and tables lose their contents, others become nil.
function utils.clear(module, ...)
  local names = {...}
  if type(names[1]) == 'table' then names = names[1] end
  local function clear(field)
    local value = module[field]
    if torch.isTensor(value) then
      value:set()
    elseif type(value) == 'table' then
      module[field] = {}
    else
      module[field] = nil
    end
  end
  for _, name in ipairs(names) do clear(name) end
  return module
end

--- Lets the layers of nn.Sequential and nn.ConcatTable share memory for gradInput, which saves
-- about half of what training keeps beside the parameters. Only the gradInput of `module` itself is
-- then what the last backward computed; those inside it are overwritten by later layers. Needs
-- backward: updateGradInput of the whole module followed by its accGradParameters would read what
-- is overwritten. Returns the module. module:clearState() ends it. An addition to Torch7.
function utils.shareGradInput(module)
  if not torch.isTypeOf(module, 'nn.Module') then
    raise('nn.utils.shareGradInput: expected a module, got %s', torch.type(module))
  end
  require('nn.gradsharing')(module)
  return module
end

return utils
