-- Arguments for the call forms of torch's functions: small tensors whose results are defined for
-- every type, by function where its sizes or numbers must be of a kind.

local torch = require 'torch'

local values = {}

local matrix = {{4, 1, 2}, {1, 5, 3}, {2, 3, 6}} -- positive definite
local solve = {x = {{1, 2}, {3, 4}, {5, 6}}, y = matrix}
local decompose = {x = matrix}
local factor = {x = matrix, y = {1, 1, 1}, z = matrix}
local probabilities = {x = {{0.2, 0.3, 0.5}, {0.6, 0.1, 0.3}}}

-- Sizes of x, y, z where the form says dimensions only.
local products = {
  addmm = {{2, 3}, {2, 4}, {4, 3}}, addmv = {{2}, {2, 4}, {4}}, addr = {{2, 3}, {2}, {3}},
  addbmm = {{2, 3}, {5, 2, 4}, {5, 4, 3}}, baddbmm = {{5, 2, 3}, {5, 2, 4}, {5, 4, 3}},
  mm = {{}, {2, 4}, {4, 3}}, mv = {{}, {2, 4}, {4}}, ger = {{}, {2}, {3}},
  bmm = {{}, {5, 2, 4}, {5, 4, 3}}, match = {{4, 3}, {4, 3}},
  expand = {{1, 4}}, expandAs = {{1, 4}},
  cross = {{3, 2}, {3, 2}}, squeeze = {{1, 4, 1}}, dot = {{4}, {4}}, trace = {{3, 3}},
}
for name, plane in pairs {conv2 = {5, 4}, xcorr2 = {5, 4}, conv3 = {4, 5, 4}, xcorr3 = {4, 5, 4}} do
  products[name] = function(argument)
    local planes = argument.dims - #plane
    local sizes = {}
    if planes == 2 then sizes[1] = 3 end
    if planes > 0 then sizes[#sizes + 1] = 2 end
    for i, n in ipairs(plane) do sizes[#sizes + 1] = argument.name == 'x' and n or i + 1 end
    return sizes
  end
end

local tables = {
  gesv = solve, gels = solve, trtrs = solve, potrs = solve, inverse = decompose, svd = decompose,
  qr = decompose, eig = decompose, symeig = decompose, geqrf = decompose, potrf = decompose,
  potri = decompose, pstrf = decompose,
  orgqr = factor, ormqr = factor, multinomial = probabilities,
  bernoulli = {x = {{0.2, 0.3, 0.5, 1}, {0.6, 0.1, 0.3, 0}, {0.5, 0.5, 0.5, 0.5}}},
  acos = {x = {{0.1, -0.2}, {0.9, 0}}}, asin = {x = {{0.1, -0.2}, {0.9, 0}}},
}

-- Numbers by function and argument; `all` for the others.
local numbers = {
  all = {v = 2, v2 = 3, v3 = 1, dim = 1, nChunk = 2, size = 2, index = 2, first = 1, step = 1,
    dim1 = 1, dim2 = 2},
  histc = {v = 5, v2 = 1, v3 = 6}, bhistc = {v = 5, v2 = 1, v3 = 6}, bernoulli = {v = 0.25},
  geometric = {v = 0.5}, renorm = {v2 = 5}, eye = {v = 3, v2 = 4}, range = {v = 1, v2 = 8, v3 = 2},
  linspace = {v = 1, v2 = 3, v3 = 5}, logspace = {v = 0, v2 = 1, v3 = 5},
  lerp = {v = 0.5, v3 = 0.5},
  random = {v = 3, v2 = 9}, randperm = {v = 6}, pstrf = {v = 1e-3}, diag = {v = 1}, tril = {v = 1},
  triu = {v = 1}, acos = {v = 0.5}, asin = {v = 0.5}, narrow = {size = 2},
}

-- What a required result must hold before the call.
local filled = {scatter = true, fill = true, zero = true}
for _, name in ipairs {'bernoulli', 'cauchy', 'exponential', 'geometric', 'logNormal', 'normal',
  'random', 'uniform'} do
  filled[name] = true
end

--- A number for an argument.
function values.number(name, argument)
  local own = numbers[name]
  return own and own[argument] or numbers.all[argument]
end

local function make(type_name, sizes, first)
  local t = torch[type_name .. 'Tensor'](unpack(sizes))
  local i = first
  return t:apply(function()
    i = i + 1
    return i * 5 % 7 + 1
  end)
end

--- A tensor for an argument, of the given type unless the form names one.
function values.tensor(name, argument, type_name)
  type_name = argument.type or type_name
  local elements = argument.name == 'idx' and {{1, 2, 1, 2}, {3, 1, 2, 3}}
    or tables[name] and tables[name][argument.name]
  if elements then return torch[type_name .. 'Tensor'](elements) end
  if argument.name == 'template' then return make(type_name, {3, 4}, 0) end
  local sizes = products[name]
  if type(sizes) == 'function' then
    sizes = sizes(argument)
  else
    sizes = sizes and sizes[({x = 1, y = 2, z = 3})[argument.name]] or {3, 4}
  end
  return make(type_name, sizes, argument.name:byte())
end

--- A result that the caller gives: empty, of other sizes, or what the function needs there.
function values.result(name, argument, type_name, used)
  if argument.name == 'resTable' then return used and {1} or {} end
  local t = torch[(argument.type or type_name) .. 'Tensor']()
  if filled[name] then return t:resize(3, 4):fill(1) end
  return used and t:resize(5):fill(7) or t
end

return values
