-- Calls of every family of tensor operations, for tests of what happens when memory runs out: a
-- list of {name, setup, run}. setup() gives a table of operands, run(it) makes the calls. `partial`
-- marks calls in several steps, of which the first may have been done when a later one fails.

local F = require 'torch.ffi'
local torch = require 'torch'

local list = {}

local function call(name, setup, run)
  list[#list + 1] = {name = name, setup = setup, run = run}
end

local function steps(name, setup, run)
  call(name, setup, run)
  list[#list].partial = true
end

-- 1, 2, 3, ... in a tensor of a class.
local function numbers(class, ...)
  local t = torch[class](...)
  return t:copy(torch.range(1, t:nElement()))
end

-- The same elements with a gap after each, so that the tensor is not contiguous.
local function gaps(t)
  local sizes = t:size():totable()
  sizes[#sizes + 1] = 2
  return t.new():resize(torch.LongStorage(sizes)):fill(7):select(#sizes, 2):copy(t)
end

local function double(...) return numbers('DoubleTensor', ...):div(10) end
local function half(...) return numbers('HalfTensor', ...):div(8) end
local function long(values) return torch.LongTensor(values) end

-- Result tensors of a class: empty, of another size, with gaps, and over the storage of x.
local results = {
  empty = function(class) return torch[class]() end,
  other = function(class) return torch[class](3):fill(5) end,
  gaps = function(class, size) return gaps(torch[class]():resize(size):fill(5)) end,
  sharing = function(class, _, x)
    return x:type() == 'torch.' .. class and torch[class](x:storage(), 1, torch.LongStorage {2})
  end,
}

-- A call that writes its result to it.r. x is the operand whose storage the result may share.
local function into(class, name, setup, run)
  local it = setup()
  it.r = torch[class]()
  run(it)
  local size = it.r:size()
  for kind, make in pairs(results) do
    if make(class, size, it.x) then
      call(name .. ', ' .. kind .. ' result', function()
        local operands = setup()
        operands.r = make(class, size, operands.x)
        return operands
      end, run)
    end
  end
end

-- Elementwise -------------------------------------------------------------------------------------

for _, make in ipairs {double, half} do
  local class = make(1):type():match('%a+$')
  local function pair() return {x = make(4, 1), y = make(1, 5)} end
  into(class, 'add that broadcasts, ' .. class, pair, function(it) torch.add(it.r, it.x, it.y) end)
  local function reshaped() return {x = gaps(make(4, 6)), y = gaps(make(8, 3))} end
  into(class, 'cmul of other shapes, ' .. class, reshaped,
    function(it) torch.cmul(it.r, it.x, it.y) end)
  into(class, 'addcmul, ' .. class, reshaped,
    function(it) torch.addcmul(it.r, it.x, 2, it.y, it.y) end)
  into(class, 'sigmoid, ' .. class, reshaped, function(it) torch.sigmoid(it.r, it.x) end)
  into(class, 'lt to the own type, ' .. class, pair, function(it) torch.lt(it.r, it.x, it.y) end)
  into('ByteTensor', 'lt to bytes, ' .. class, reshaped,
    function(it) torch.lt(it.r, it.x, it.y) end)
  call('add that overlaps its operand, ' .. class, function() return {x = make(10)} end,
    function(it) it.x:narrow(1, 2, 8):add(it.x:narrow(1, 1, 8)) end)
end
into('IntTensor', 'cdiv of whole numbers',
  function() return {x = gaps(numbers('IntTensor', 6)), y = numbers('IntTensor', 2, 3)} end,
  function(it) torch.cdiv(it.r, it.x, it.y) end)
call('operators', function() return {x = gaps(double(3, 4)), y = double(3, 4)} end,
  function(it) local r = (it.x + it.y) * 2 - it.x / 3; return r end)
call('pow, lerp, match', function() return {x = gaps(double(3, 4)), y = double(3, 4)} end,
  function(it)
    local a, b, c = torch.pow(it.x, 3), torch.lerp(it.x, it.y, 0.5), torch.match(it.x, it.y)
    return a, b, c
  end)

-- Copies and shapes -------------------------------------------------------------------------------

local function two_shapes() return {x = gaps(double(4, 6)), r = gaps(half(8, 3))} end
call('copy to another type and shape', two_shapes, function(it) it.r:copy(it.x) end)
call('copy that overlaps', function() return {x = double(10)} end,
  function(it) it.x:narrow(1, 2, 8):copy(it.x:narrow(1, 1, 8)) end)
call('clone, contiguous, types', two_shapes, function(it)
  local a, b, c, d = it.x:clone(), it.x:contiguous(), it.x:half(), it.x:long():typeAs(it.r)
  return a, b, c, d
end)
call('clone of an expanded tensor', function() return {x = double(3, 1):expand(3, 4)} end,
  function(it) local r = it.x:clone(); return r end)
call('resize', function() return {x = double(3), y = double(40, 5)} end,
  function(it) it.x:resize(30, 40):zero() end)
call('resizeAs', function() return {x = double(3), y = double(40, 5)} end,
  function(it) it.x:resizeAs(it.y):zero() end)
call('set beyond a storage', function() return {x = double(3), y = double(4)} end,
  function(it) it.x:set(it.y:storage(), 1, 20, 1):zero() end)
call('tensors from tables and sizes', function() return {} end, function()
  local a, b, c = torch.Tensor {{1, 2}, {3, 4}}, torch.IntTensor(2, 3):zero(), torch.zeros(5)
  return a, b, c
end)
local function rows() return {x = gaps(double(2, 3)), y = double(4, 3)} end
into('DoubleTensor', 'cat', rows, function(it) torch.cat(it.r, it.x, it.y, 1) end)
into('DoubleTensor', 'repeatTensor', rows, function(it) torch.repeatTensor(it.r, it.x, 3, 2, 2) end)
into('DoubleTensor', 'reshape', rows, function(it) torch.reshape(it.r, it.x, 3, 2) end)
into('DoubleTensor', 'diag of a matrix', rows, function(it) torch.diag(it.r, it.x) end)
into('DoubleTensor', 'diag of a vector', function() return {x = gaps(double(5))} end,
  function(it) torch.diag(it.r, it.x, 1) end)
into('DoubleTensor', 'tril', rows, function(it) torch.tril(it.r, it.x) end)
into('DoubleTensor', 'eye', rows, function(it) torch.eye(it.r, 5, 6) end)
into('DoubleTensor', 'range', rows, function(it) torch.range(it.r, 1, 30) end)
into('DoubleTensor', 'linspace', rows, function(it) torch.linspace(it.r, 1, 30, 7) end)
into('DoubleTensor', 'logspace', rows, function(it) torch.logspace(it.r, 1, 3, 7) end)
into('DoubleTensor', 'ones', rows, function(it) torch.ones(it.r, 5, 6) end)

-- Reductions and scans ----------------------------------------------------------------------------

for name, x in pairs {
  lines = function() return double(2, 2 ^ 15 + 1) end, -- reduced in parts
  gaps = function() return gaps(double(5, 6)) end,
} do
  local dim = name == 'lines' and 2 or 1
  local function one() return {x = x()} end
  for _, op in ipairs {'sum', 'mean', 'prod', 'var', 'std', 'cumsum', 'cumprod'} do
    into('DoubleTensor', op .. ' of ' .. name, one, function(it) torch[op](it.r, it.x, dim) end)
  end
  into('DoubleTensor', 'norm of ' .. name, one, function(it) torch.norm(it.r, it.x, 3, dim) end)
  into('DoubleTensor', 'renorm of ' .. name, one,
    function(it) torch.renorm(it.r, it.x, 2, 3 - dim, 4) end)
  into('DoubleTensor', 'max of ' .. name,
    function() return {x = x(), i = torch.LongTensor(2):zero()} end,
    function(it) torch.max(it.r, it.i, it.x, dim) end)
  into('DoubleTensor', 'histc of ' .. name, one, function(it) torch.histc(it.r, it.x, 7) end)
  into('DoubleTensor', 'bhistc of ' .. name, one, function(it) torch.bhistc(it.r, it.x, 7) end)
  call('renorm in place of ' .. name, one, function(it) it.x:renorm(2, 3 - dim, 4) end)
  call('numbers of ' .. name, one, function(it)
    local y = it.x
    local r = {y:sum(), y:prod(), y:max(), y:min(), y:mean(), y:var(), y:std(), y:norm(), y:norm(3)}
    return r
  end)
end
local function columns() return {x = double(1 + 2 ^ 16, 8)} end
into('DoubleTensor', 'sum of many rows', columns, function(it) torch.sum(it.r, it.x, 1) end)
into('DoubleTensor', 'var of many rows', columns, function(it) torch.var(it.r, it.x, 1) end)
call('dist, equal, dot', function() return {x = gaps(double(5, 6)), y = gaps(double(5, 6))} end,
  function(it)
    local r = {it.x:dist(it.y, 3), it.x:equal(it.y), it.x:dot(it.y), it.x:trace()}
    return r
  end)
into('DoubleTensor', 'cross', function() return {x = gaps(double(4, 3)), y = double(4, 3)} end,
  function(it) torch.cross(it.r, it.x, it.y) end)

-- Indices and masks -------------------------------------------------------------------------------

local function indexed()
  return {x = gaps(double(4, 5)), i = gaps(long {4, 1, 1}), y = gaps(double(3, 5)),
    each = gaps(long {{1, 2, 3, 4, 4}, {4, 3, 2, 1, 1}}), mask = gaps(double(4, 5):lt(1))}
end
into('DoubleTensor', 'index', indexed, function(it) it.r:index(it.x, 1, it.i) end)
into('DoubleTensor', 'gather', indexed, function(it) torch.gather(it.r, it.x, 1, it.each) end)
into('DoubleTensor', 'maskedSelect', indexed,
  function(it) it.r:maskedSelect(it.x, it.mask) end)
into('LongTensor', 'nonzero', indexed, function(it) torch.nonzero(it.r, it.x) end)
call('indexCopy', indexed, function(it) it.x:indexCopy(1, it.i, it.y) end)
call('indexAdd', indexed, function(it) it.x:indexAdd(1, it.i, it.y) end)
call('indexFill', indexed, function(it) it.x:indexFill(1, it.i, 9) end)
call('scatter', indexed, function(it) it.x:scatter(1, it.each, it.y:narrow(1, 1, 2)) end)
call('scatterAdd', indexed, function(it) it.x:scatterAdd(1, it.each, it.y:narrow(1, 1, 2)) end)
call('scatter of a number', indexed, function(it) it.x:scatter(1, it.each, 3) end)
call('maskedFill', indexed, function(it) it.x:maskedFill(it.mask, 3) end)
call('maskedCopy', indexed, function(it) it.x:maskedCopy(it.mask, it.y) end)
call('brackets that read', indexed, function(it)
  local a, b, c = it.x[it.mask], it.x[{{1, 2}, 3}], it.x[it.x:gt(1)]
  return a, b, c
end)
call('brackets that write a number', indexed, function(it) it.x[it.mask] = 5 end)
call('brackets that write a tensor', indexed,
  function(it) it.x[{{1, 3}, {}}] = it.y:view(it.y:clone(), 5, 3) end)
call('apply', indexed, function(it) it.x:apply(function(v) return v + 1 end) end)
call('map', indexed, function(it) it.x:map(it.x, function(a, b) return a * b end) end)

-- Products ----------------------------------------------------------------------------------------

for _, make in ipairs {double, half} do
  local class = make(1):type():match('%a+$')
  local function matrices()
    return {x = gaps(make(3, 4)), a = gaps(make(3, 5)), b = gaps(make(4, 5)):t(), v = make(5),
      w = gaps(make(4)), xs = gaps(make(2, 3, 4)), as = gaps(make(2, 3, 5)),
      bs = gaps(make(2, 4, 5)):transpose(2, 3), u = make(3)}
  end
  for name, run in pairs {
    mm = function(it) torch.mm(it.r, it.a, it.b) end,
    addmm = function(it) torch.addmm(it.r, 2, it.x, 3, it.a, it.b) end,
    mv = function(it) torch.mv(it.r, it.a, it.v) end,
    addmv = function(it) torch.addmv(it.r, 2, it.u, 3, it.a, it.v) end,
    ger = function(it) torch.ger(it.r, it.u, it.w) end,
    addr = function(it) torch.addr(it.r, 2, it.x, 3, it.u, it.w) end,
    bmm = function(it) torch.bmm(it.r, it.as, it.bs) end,
    baddbmm = function(it) torch.baddbmm(it.r, 2, it.xs, 3, it.as, it.bs) end,
    addbmm = function(it) torch.addbmm(it.r, 2, it.x, 3, it.as, it.bs) end,
  } do
    into(class, name .. ', ' .. class, matrices, run)
  end
  call('products in place, ' .. class, matrices, function(it) it.x:addmm(2, 3, it.a, it.b) end)
end

-- Pictures ----------------------------------------------------------------------------------------

local function picture()
  return {x = gaps(double(3, 7, 6)), field = gaps(double(2, 5, 4))}
end
for name, run in pairs {
  scale = function(it) return F.C.lt_image_scale(it.r, it.x, 5, 9, F.C.LT_IMAGE_BICUBIC) end,
  warp = function(it)
    return F.C.lt_image_warp(it.r, it.x, it.field, F.C.LT_IMAGE_LANCZOS, 1, 0, 0)
  end,
  rotate = function(it)
    return F.C.lt_image_turn(it.r, it.x, 7, 6, F.C.LT_IMAGE_ROTATE, F.C.LT_IMAGE_BILINEAR, 1)
  end,
  rgb2lab = function(it) return F.C.lt_image_colour(it.r, it.x, F.C.LT_RGB2LAB) end,
} do
  into('DoubleTensor', 'image.' .. name, picture, function(it) F.check(run(it)) end)
end

return {list = list, call = call, steps = steps, into = into, gaps = gaps, double = double,
  half = half}
