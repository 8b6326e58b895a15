-- Values for badinput_spec: the arguments of valid calls, what replaces them in bad calls, and
-- pictures of values, by which a change shows.

local ffi = require 'ffi'
local torch = require 'torch'

local values = {}

-- Arguments of valid calls
-- ----------------------------------------------------------------------------------

local whole = {}
local random_state = torch.getRNGState()

--- Whether a value was made by n().
function values.is_whole(v) return getmetatable(v) == whole end

local function numbers(sizes, step)
  local t = torch.DoubleTensor(unpack(sizes))
  local i = 0
  return t:apply(function()
    i = i + 1
    return (i * 7 % 11 + 1) * step
  end)
end

-- A symmetric positive definite matrix.
local function spd(n)
  local t = torch.DoubleTensor(n, n):fill(1)
  for k = 1, n do t[k][k] = n + k end
  return t
end

local function file()
  local f = torch.MemoryFile('rw')
  f:quiet():ascii()
  f:writeString('1 2 3 4 5 6\n')
  f:seek(1)
  return f:pedantic()
end

values.constructors = setmetatable({
  x = function(sizes) return numbers(sizes, 0.25) end,
  whole = function(sizes) return numbers(sizes, 1):int() end,
  v = function(list) return torch.DoubleTensor(list) end,
  i = function(list) return torch.LongTensor(list) end,
  i2 = function(list) return torch.LongTensor(list) end,
  b = function(list) return torch.ByteTensor(list) end,
  c = function(sizes)
    sizes[#sizes + 1] = 2
    return numbers(sizes, 0.25)
  end,
  s = function(list) return torch.LongStorage(list) end,
  ds = function(n) return torch.DoubleStorage(n):fill(1.5) end,
  is = function(n) return torch.IntStorage(n):fill(3) end,
  text = function() return torch.CharStorage():string('text') end,
  n = function(v) return setmetatable({value = v}, whole) end,
  f = file,
  fo = function()
    local f = torch.MemoryFile('rw')
    f:writeObject({1, 'x'})
    f:seek(1)
    return f
  end,
  gen = torch.Generator,
  spd = spd,
  twice = function(v) return 2 * v end,
  plus = function(u, v, w) return u + v + (w or 0) end,
}, {__index = _G})

--- Puts the generator of random numbers back to one state.
function values.same_random_numbers() torch.setRNGState(random_state) end

-- What replaces an argument: {what, value or nil}
-- -----------------------------------------------------------

--- Values of types that hardly any argument has.
values.junk = {
  {'true', true}, {'false', false}, {'string', 'x'}, {'table', {}}, {'strings', {'x'}},
  {'function', tostring}, {'userdata', io.stdout}, {'generator', torch.Generator()},
}

--- Numbers that are no dimension, index, size or count of a small tensor.
values.no_count = {
  {'nan', 0 / 0}, {'inf', math.huge}, {'-inf', -math.huge}, {'2^63', 2 ^ 63}, {'-2^60', -2 ^ 60},
  {'1e300', 1e300}, {'2^40', 2 ^ 40}, {'-2^40', -2 ^ 40},
}

--- Numbers around the borders.
values.near_count = {
  {'0', 0}, {'-1', -1}, {'-3', -3}, {'7', 7}, {'1.5', 1.5}, {'99', 99}, {'2^32+1', 2 ^ 32 + 1},
}

--- Numbers where a value is expected.
values.numbers = {
  {'nan', 0 / 0}, {'inf', math.huge}, {'-inf', -math.huge}, {'1e300', 1e300}, {'0', 0}, {'-2', -2},
  {'1.5', 1.5}, {'2^63', 2 ^ 63},
}

local function longer(t, d)
  local sizes = t:size()
  sizes[d] = sizes[d] + 1
  return t.new():resize(sizes):fill(1)
end

--- Tensors in the place of t: of another type, other sizes and dimensions, other elements.
function values.tensors(t)
  local list = {{'number', 2}, {'storage', t:storage()}, {'empty', t.new()},
    {'list', {t:clone(), t:clone()}}, {'one', t.new {1}}, {'vector', t.new(7):fill(1)},
    {'wide', t:clone():view(1, unpack(t:size():totable()))},
    {'flat', t:clone():view(t:nElement())}, {'16 dims', t.new(torch.LongStorage(16):fill(1))},
    {'expanded', t.new(1):fill(1):expand(2 ^ 10)},
  }
  for _, name in ipairs {'Byte', 'Int', 'Long', 'Half', 'Float', 'Double', 'BFloat16'} do
    if torch.type(t) ~= 'torch.' .. name .. 'Tensor' then
      list[#list + 1] = {name, t:type('torch.' .. name .. 'Tensor')}
    end
  end
  for d = 1, t:dim() do
    list[#list + 1] = {'longer ' .. d, longer(t, d)}
    if t:size(d) > 1 then
      list[#list + 1] = {'shorter ' .. d, t:narrow(d, 1, t:size(d) - 1):clone()}
    end
  end
  if t:dim() > 1 then list[#list + 1] = {'slice', t:select(1, 1):clone()} end
  local real = torch.type(t):find('Double')
  for _, v in ipairs(real and {0 / 0, math.huge, 0, -1} or {99}) do
    list[#list + 1] = {'elements ' .. v, t:clone():fill(v)}
  end
  return list
end

--- Tensors in the place of a LongTensor of indices, none of which is an index.
function values.no_indices(t)
  local list = {}
  for _, v in ipairs {0, -1, 99, 2 ^ 40, -2 ^ 60} do
    list[#list + 1] = {'indices ' .. v, t:clone():fill(v)}
  end
  return list
end

--- Storages in the place of s.
function values.storages(s)
  local list = {{'empty storage', s:new()}, {'tensor', torch.DoubleTensor(2)}, {'number', 2},
    {'ByteStorage', torch.ByteStorage(2)}, {'zeros', s:new(#s):fill(0)},
    {'negative', s:new(#s):fill(-1)}, {'long storage', s:new(17):fill(1)},
    {'mean', s:new(#s):fill(2 ^ 20)},
  }
  if torch.type(s) == 'torch.LongStorage' then
    list[#list + 1] = {'huge', s:new(#s):fill(2 ^ 40)}
  end
  return list
end

-- Layouts
-- ------------------------------------------------------------------------------------------------

--- The elements of t with another element after each.
function values.gaps(t)
  local sizes = t:size():totable()
  sizes[#sizes + 1] = 2
  return t.new():resize(torch.LongStorage(sizes)):fill(7):select(#sizes, 2):copy(t)
end

--- The elements of t, stored with the first and last dimension exchanged.
function values.transposed(t)
  local n = t:dim()
  return t:transpose(1, n):contiguous():transpose(1, n)
end

--- A tensor of t's sizes all of whose elements are one.
function values.expanded(t)
  local one = t.new {1}
  return t.new():set(one:storage(), 1, t:size(), torch.LongStorage(t:dim()):fill(0))
end

-- Pictures
-- -----------------------------------------------------------------------------------------------

local function bytes(s) return #s > 0 and ffi.string(s:data(), #s * s:elementSize()) or '' end

--- Text by which two states of a value differ: the bytes of storages, sizes and strides of tensors.
function values.picture(v)
  if torch.isTensor(v) then
    return table.concat({torch.type(v), table.concat(v:size():totable(), 'x'),
      table.concat(v:stride():totable(), ','), v:storageOffset(),
      v:storage() and bytes(v:storage()) or ''}, ' ')
  elseif torch.isStorage(v) then
    return torch.type(v) .. ' ' .. bytes(v)
  elseif type(v) == 'table' and not torch.typename(v) then
    local out = {}
    for k = 1, #v do out[k] = values.picture(v[k]) end
    return '{' .. table.concat(out, '; ') .. '}'
  end
  return tostring(v)
end

--- Text by which two results differ: type, sizes and elements.
function values.content(v)
  if torch.isTensor(v) then
    local c = v:dim() > 0 and v:clone()
    return table.concat({torch.type(v), table.concat(v:size():totable(), 'x'),
      c and bytes(c:storage()) or ''}, ' ')
  elseif type(v) == 'table' and not torch.typename(v) then
    local out = {}
    for k = 1, #v do out[k] = values.content(v[k]) end
    return '{' .. table.concat(out, '; ') .. '}'
  end
  return values.picture(v)
end

return values
