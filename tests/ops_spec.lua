-- Every elementwise row of a generated kind, on every dtype and memory layout and in every call form,
-- against its plain Lua reference: within the precision of floating point types, exactly on integers.

local ffi = require 'ffi'
local torch = require 'torch'
local F = require 'torch.ffi'
local helpers = require 'helpers'
local ops = require 'torch.ops'

local floor, ceil, abs = math.floor, math.ceil, math.abs

local bits = {Byte = 8, Char = 8, Short = 16, Int = 32, Long = 64}
local tolerance = {Half = 1e-3, Float = 2e-6, Double = 2e-14, BFloat16 = 8e-3}
local dtypes = {'Byte', 'Char', 'Short', 'Int', 'Long', 'Half', 'Float', 'Double', 'BFloat16'}

-- Which dtypes a row of elementwise.def takes, by its types column.
local takes = {}
for line in io.lines(helpers.folder .. '/../csrc/elementwise.def') do
  local name, types = line:match('^%u+%d?%((%w+), (%u+), ')
  if name then
    takes[name] = {}
    for _, dtype in ipairs(dtypes) do
      local whole = bits[dtype] ~= nil
      takes[name][dtype] = types == 'ALL' or (types == 'INT') == whole
        or (types == 'SGN' and (dtype == 'Int' or dtype == 'Long'))
    end
  end
end

-- References -----------------------------------------------------------------------------------

local function wrap(v, dtype)
  if dtype == 'Long' then return v end
  local n = 2 ^ bits[dtype]
  v = v % n
  return dtype ~= 'Byte' and v >= n / 2 and v - n or v
end

local function trunc(v) return v >= 0 and floor(v) or ceil(v) end
local function unsigned(v, dtype) return v >= 0 and v or v + 2 ^ bits[dtype] end
local function truncated_division(x, y) return trunc(x / y) end
local function shift_right(x, y) return floor(x / 2 ^ y) end -- of x without its sign

-- Where integers differ from row.ref.
local integer = {
  div = truncated_division, cdiv = truncated_division, rshift = shift_right, crshift = shift_right,
  bitand = bit.band, bitor = bit.bor, bitxor = bit.bxor, cbitand = bit.band, cbitor = bit.bor,
  cbitxor = bit.bxor,
}

-- Abramowitz and Stegun 7.1.6, whose terms have one sign.
local function erf(x)
  local term, sum = x, x
  for n = 1, 80 do
    term = term * 2 * x * x / (2 * n + 1)
    sum = sum + term
  end
  return 2 / math.sqrt(math.pi) * math.exp(-x * x) * sum
end

local comparisons = {
  lt = function(x, y) return x < y end, gt = function(x, y) return x > y end,
  le = function(x, y) return x <= y end, ge = function(x, y) return x >= y end,
  eq = function(x, y) return x == y end, ne = function(x, y) return x ~= y end,
}

-- The value of a row for one element and its operand or parameters.
local function reference(row, dtype, x, a, b)
  if row.kind == 'compare' then return comparisons[row.name](x, a) and 1 or 0 end
  local f = bits[dtype] and integer[row.name] or row.ref or erf
  if bits[dtype] then
    a, b = a and wrap(trunc(a), dtype), b and wrap(trunc(b), dtype)
    x = f == shift_right and unsigned(x, dtype) or x
  end
  local value
  if a == nil then value = f(x) elseif b == nil then value = f(x, a) else value = f(x, a, b) end
  return bits[dtype] and wrap(value, dtype) or value
end

-- Operands -------------------------------------------------------------------------------------

local function values(row, dtype, n)
  local low, high = -20, 100
  if row.dom then low, high = row.dom[1], row.dom[2] end
  local out = {}
  for i = 1, n do
    local u = torch.uniform()
    out[i] = low + u * (high - low)
    if bits[dtype] then
      local first = dtype == 'Byte' and math.max(0, ceil(low)) or ceil(low)
      out[i] = first + floor(u * (floor(high) - first + 1))
    end
  end
  return out
end

local function new(dtype, ...) return torch[dtype .. 'Tensor'](...) end

-- Layouts of a tensor with sizes 5 x 7: functions of the dtype that give the tensor and, where there
-- is one, the larger tensor that holds it.
local layouts = {
  contiguous = function(dtype) return new(dtype, 5, 7) end,
  transposed = function(dtype) return new(dtype, 7, 5):t() end,
  narrowed = function(dtype)
    local whole = new(dtype, 9, 10)
    return whole:narrow(1, 3, 5):narrow(2, 2, 7), whole
  end,
  strided = function(dtype)
    local whole = new(dtype, 5, 7, 2)
    return whole:select(3, 2), whole
  end,
  expanded = function(dtype)
    local whole = new(dtype, 1, 7)
    return whole:expand(5, 7), whole
  end,
  ['size 1'] = function(dtype) return new(dtype, 1) end,
}

-- A tensor of a layout with values of the row's domain; what surrounds it is 77.
local function operand(row, dtype, layout)
  local t, whole = layouts[layout](dtype)
  if whole then whole:fill(77) end
  local target = layout == 'expanded' and whole or t
  local v, i = values(row, dtype, target:nElement()), 0
  target:apply(function() i = i + 1 return v[i] end)
  return t, whole
end

local function assert_values(result, row, dtype, xs, ys, a, b, what)
  local got = helpers.flat(result)
  assert.are.equal(#xs, #got, what)
  local tol = tolerance[dtype] or 0
  for i = 1, #xs do
    local want = reference(row, dtype, xs[i], ys and ys[i] or a, b)
    if not helpers.near(got[i], want, tol) then
      error(('%s: element %d of %g (%s) is %.17g, expected %.17g'):format(what, i, xs[i],
        tostring(ys and ys[i] or a), got[i], want), 2)
    end
  end
end

-- Calls of a row on a tensor: {form = function(x, ...) -> result}.
local function forms(row, dtype, result_dtype)
  local name = row.name
  local list = {
    method = function(x, ...)
      return row.kind == 'compare' and x[name](x, ...) or x:clone()[name](x:clone(), ...)
    end,
    ['function'] = function(x, ...) return torch[name](x, ...) end,
    ['result method'] = function(x, ...)
      local r = new(result_dtype or dtype, 2)
      assert(r[name](r, x, ...) == r)
      return r
    end,
    ['result function'] = function(x, ...)
      local r = new(result_dtype or dtype)
      assert(torch[name](r, x, ...) == r)
      return r
    end,
    ['strided result'] = function(x, ...)
      if x:dim() < 2 then return torch[name](x, ...) end
      local whole = new(result_dtype or dtype, x:size(2), x:size(1) + 1):fill(77)
      local r = whole:narrow(2, 2, x:size(1)):t()
      torch[name](r, x, ...)
      for i = 1, whole:size(1) do assert(whole[i][1] == 77, 'wrote outside of the result') end
      return r
    end,
  }
  if row.kind == 'compare' then list['method'] = function(x, ...) return x[name](x, ...) end end
  return list
end

-- Second operands of a binary row for x: {what, tensor or number}.
local function second_operands(row, dtype, x, layout)
  if row.kind ~= 'binary' and row.kind ~= 'compare' and row.kind ~= 'binary scalar' then
    return {{'', nil}}
  end
  local list = {{' with ' .. layout, (operand(row, dtype, layout))}, {' with itself', x}}
  if x:dim() > 1 then
    for _, other in ipairs {'contiguous', 'transposed', 'expanded'} do
      list[#list + 1] = {' with ' .. other, (operand(row, dtype, other))}
    end
  end
  if row.kind ~= 'binary' then list[#list + 1] = {' with a number', 2} end
  return list
end

local function check_row(row, dtype, layout)
  local what = ('%s %s %s'):format(row.name, dtype, layout)
  local x, whole = operand(row, dtype, layout)
  local a, b = unpack(row.args or (row.kind == 'scalar' and {6} or {}))
  for _, second in ipairs(second_operands(row, dtype, x, layout)) do
    local y = second[2]
    local xs, ys = helpers.flat(x), torch.isTensor(y) and helpers.flat(y)
    if y == nil then y = a end
    for _, result_dtype in ipairs(row.kind == 'compare' and {'Byte', dtype} or {dtype}) do
      for form, call in pairs(forms(row, dtype, result_dtype)) do
        local text = what .. second[1] .. ', ' .. form
        assert_values(call(x, y, b), row, dtype, xs, ys, y, b, text)
        assert.are.same(xs, helpers.flat(x), text .. ' changed its input')
      end
    end
    if row.kind ~= 'compare' then
      local text = what .. second[1] .. ', in place'
      if layout == 'expanded' then
        local ok, message = pcall(function() x[row.name](x, y, b) end)
        assert.is_false(ok, text)
        assert.matches('share memory', message)
      else
        assert.is_true(x[row.name](x, y, b) == x)
        assert_values(x, row, dtype, xs, ys, y, b, text)
        local i = 0
        x:apply(function() i = i + 1 return xs[i] end)
      end
    end
  end
  if whole and layout ~= 'expanded' then
    local outside = 0
    for _, v in ipairs(helpers.flat(whole)) do outside = outside + (v == 77 and 1 or 0) end
    assert.is_true(outside >= whole:nElement() - x:nElement(), what .. ' wrote outside of the view')
  end
end

local function bytes(t)
  return ffi.string(t:storage():data() + (t:storageOffset() - 1), t:nElement() * t:elementSize())
end

-- One element past a thread grain gives the bits that a short tensor of the same values gives.
local function check_long(row, dtype)
  local period, n = 97, 32769
  local function both(t)
    return t, t:repeatTensor(ceil(n / period)):narrow(1, 1, n)
  end
  local short, long = both(new(dtype, values(row, dtype, period)))
  local y_short, y_long = both(new(dtype, values(row, dtype, period)))
  local a, b = unpack(row.args or {6})
  if row.kind:find('binary') or row.kind == 'compare' then
    a = nil
  else
    y_short, y_long = nil, nil
  end
  if row.kind == 'unary' then a = nil end
  local want = bytes(torch[row.name](short, y_short or a, b))
  local got = bytes(torch[row.name](long, y_long or a, b))
  local repeated = want:rep(ceil(n / period)):sub(1, #got)
  assert.is_true(repeated == got, row.name .. ' ' .. dtype .. ': a long tensor gives other bits')
end

local function check_empty(row, dtype)
  local a, b = unpack(row.args or (row.kind == 'scalar' and {6} or {}))
  local x = new(dtype)
  local y = (row.kind:find('binary') or row.kind == 'compare') and new(dtype) or a
  assert.are.equal(0, torch[row.name](x, y, b):nElement(), row.name)
  if row.kind ~= 'compare' then assert.is_true(x[row.name](x, y, b) == x, row.name) end
end

local function check_unsupported(row, dtype)
  local x = new(dtype, 2):fill(1)
  local y = row.kind == 'binary' and x or 1
  local ok, message = pcall(torch[row.name], x, row.kind ~= 'unary' and y or nil,
    row.kind == 'unary a b' and 2 or nil)
  assert.is_false(ok, row.name .. ' ' .. dtype)
  assert.matches('not available for a ' .. dtype .. 'Tensor', message)
end

describe('the row', function()
  torch.manualSeed(17)
  for _, row in ipairs(ops.rows) do
    if row.kind ~= 'custom' then
      it(row.name .. ' (' .. row.kind .. ')', function()
        for _, dtype in ipairs(dtypes) do
          if row.kind == 'compare' or takes[row.c or row.name][dtype] then
            for layout in pairs(layouts) do check_row(row, dtype, layout) end
            check_empty(row, dtype)
            check_long(row, dtype)
          else
            check_unsupported(row, dtype)
          end
        end
      end)
    end
  end
end)

describe('a unary row with torch.f(number)', function()
  it('gives the value for the number', function()
    local seen = 0
    for _, row in ipairs(ops.rows) do
      if row.kind == 'unary' then
        local x = row.dom[1] + 0.37 * (row.dom[2] - row.dom[1])
        if row.no_number then
          assert.is_false(pcall(torch[row.name], x), row.name)
        else
          assert.is_true(helpers.near(torch[row.name](x), (row.ref or erf)(x), 2e-14), row.name)
          seen = seen + 1
        end
      end
    end
    assert.is_true(seen > 20)
  end)
end)

describe('integer arithmetic', function()
  local whole_range = {Byte = {0, 255}, Char = {-128, 127}, Short = {-32768, 32767},
    Int = {-2 ^ 31, 2 ^ 31 - 1}}

  -- The extremes of the type, zero and its neighbours, and numbers between.
  local function samples(dtype)
    local low, high = unpack(whole_range[dtype])
    local out = {low, low + 1, high, high - 1, 0, 1, 2, 3, 7}
    if low < 0 then for _, v in ipairs {-1, -2, -3, -7} do out[#out + 1] = v end end
    for _ = 1, 12 do out[#out + 1] = low + floor(torch.uniform() * (high - low + 1)) end
    return out
  end

  local names = {'cmul', 'cdiv', 'cfmod', 'cremainder', 'cmax', 'cmin', 'cbitand', 'cbitor', 'cbitxor',
    'clshift', 'crshift', 'lt', 'gt', 'le', 'ge', 'eq', 'ne'}

  for _, name in ipairs(names) do
    it('of ' .. name .. ' over the whole range of each type', function()
      local row
      for _, r in ipairs(ops.rows) do if r.name == name then row = r end end
      for dtype in pairs(whole_range) do
        local low = whole_range[dtype][1]
        for _, y in ipairs(samples(dtype)) do
          local xs, kept = samples(dtype), {}
          for _, x in ipairs(xs) do
            local division = name == 'cdiv' or name == 'cfmod' or name == 'cremainder'
            local shift = name == 'clshift' or name == 'crshift'
            if not (division and (y == 0 or (y == -1 and x == low and low < 0)))
              and not (shift and (y < 0 or y >= bits[dtype]))
              and not (name == 'cmul' and abs(x * y) >= 2 ^ 53) then
              kept[#kept + 1] = x
            end
          end
          if #kept > 0 then
            local x = new(dtype, kept)
            local ys = new(dtype, #kept):fill(y)
            assert_values(torch[name](x, ys), row, dtype, kept, helpers.flat(ys), nil, nil,
              name .. ' ' .. dtype)
          end
        end
      end
    end)
  end

  it('of 64 bits is exact and wraps', function()
    local big = torch.LongTensor(2)
    local data = big:data()
    data[0], data[1] = 2LL ^ 62 + 1, -(2LL ^ 62) - 1
    assert.is_true(torch.mul(big, 4):data()[0] == 4LL)
    assert.is_true(torch.add(big, big):data()[0] == -0x8000000000000000LL + 2LL)
    assert.is_true(torch.cdiv(big, torch.LongTensor {3, 3}):data()[0] == (2LL ^ 62 + 1LL) / 3LL)
    assert.is_true(torch.cremainder(big, torch.LongTensor {5, 5}):data()[1] == 0LL
      + (5LL - (2LL ^ 62 + 1LL) % 5LL) % 5LL)
    assert.are.same({1, 0}, torch.gt(big, 0):totable())
    assert.is_true(torch.abs(big):data()[1] == 2LL ^ 62 + 1LL)
  end)

  it('by zero, and of the least Int by -1, raises and leaves the result as it was', function()
    for dtype, range in pairs(whole_range) do
      local r = new(dtype, {9, 9})
      for _, name in ipairs {'cdiv', 'cfmod', 'cremainder'} do
        assert.is_false(pcall(torch[name], r, new(dtype, {4, 5}), new(dtype, {1, 0})))
        if dtype == 'Int' then
          assert.is_false(pcall(torch[name], r, new(dtype, {1, range[1]}), new(dtype, {1, -1})))
        end
        assert.are.same({9, 9}, r:totable(), name .. ' ' .. dtype)
      end
      for _, name in ipairs {'div', 'fmod', 'remainder'} do
        assert.is_false(pcall(r[name], r, 0), name .. ' ' .. dtype)
        assert.is_false(pcall(r[name], r, 0.5), name .. ' ' .. dtype)
      end
    end
    assert.are.same({-128}, torch.cdiv(torch.CharTensor {-128}, torch.CharTensor {-1}):totable())
    assert.is_false(pcall(torch.addcdiv, torch.IntTensor {1}, 1, torch.IntTensor {1},
      torch.IntTensor {0}))
  end)
end)

describe('overlapping operands', function()
  it('are read before they are written', function()
    for _, row in ipairs(ops.rows) do
      if row.kind ~= 'custom' and row.kind ~= 'compare' and takes[row.c or row.name].Double then
        local t = new('Double', values(row, 'Double', 40))
        local before = t:clone()
        local a, b = unpack(row.args or (row.kind == 'scalar' and {6} or {}))
        local x, r = t:narrow(1, 1, 39), t:narrow(1, 2, 39)
        local y = row.kind:find('binary') and before:narrow(1, 2, 39) or a
        local want = torch[row.name](before:narrow(1, 1, 39), y, b)
        torch[row.name](r, x, y, b)
        assert.is_true(r:equal(want), row.name)
        assert.are.equal(before[1], t[1], row.name)
      end
    end
  end)

  it('of reversed order, a transposed matrix onto itself, are too', function()
    local t = torch.range(1, 9):view(3, 3)
    local want = t:clone():t():clone():add(t)
    t:add(t:t())
    assert.is_true(t:equal(want))
  end)
end)

describe('shapes of operands', function()
  it('of equal count are read in order, the result taking the first', function()
    local x, y = torch.range(1, 6):view(2, 3), torch.range(1, 6):view(3, 2)
    assert.are.same({2, 3}, torch.cmul(x, y):size():totable())
    assert.are.same({1, 4, 9, 16, 25, 36}, helpers.flat(torch.cmul(x, y)))
    assert.are.same({1, 8, 6, 20, 15, 36}, helpers.flat(torch.cmul(x, x:t())))
  end)

  it('that broadcast do', function()
    local x, y = torch.Tensor {{1}, {2}}, torch.Tensor {{10, 20, 30}}
    assert.are.same({{10, 20, 30}, {20, 40, 60}}, torch.cmul(x, y):totable())
    assert.are.same({{1, 0, 0}, {1, 1, 0}},
      torch.ge(torch.Tensor {{1}, {2}}, torch.Tensor {{1, 2, 3}}):totable())
    assert.are.same({{10, 40, 90}, {20, 80, 180}},
      torch.Tensor {{10, 20, 30}, {20, 40, 60}}:cmul(torch.Tensor {1, 2, 3}):totable())
  end)

  it('that do neither raise and change nothing', function()
    local x = torch.ones(2, 3)
    for _, y in ipairs {torch.ones(4), torch.ones(2, 2), torch.ones(3, 3), torch.Tensor()} do
      assert.is_false(pcall(x.cmul, x, y))
      assert.is_false(pcall(torch.lt, x, y))
    end
    assert.are.equal(6, x:sum())
    -- the second operand fits the first, and both fit nothing
    local a, b, c = torch.ones(1, 4), torch.ones(2, 2), torch.ones(3, 4)
    assert.is_false(pcall(torch.addcmul, a, 1, b, c))
    assert.is_false(pcall(torch.addcmul, torch.ones(4), 1, torch.ones(2, 1, 2), c))
    -- an input cannot grow into its own result
    local small = torch.ones(3)
    assert.is_false(pcall(small.cmul, small, torch.ones(2, 3)))
    assert.are.equal(3, small:sum())
  end)

  it('of up to 16 dimensions work', function()
    local sizes = {}
    for d = 1, F.C.LT_MAXDIM do sizes[d] = d % 4 == 0 and 2 or 1 end
    local x = torch.DoubleTensor(torch.LongStorage(sizes)):fill(2)
    assert.are.equal(2 ^ 4 * 4, torch.cmul(x, x:transpose(1, 16)):sum())
    assert.are.equal(2 ^ 4 * 4, x:transpose(4, 15):mul(2):sum())
  end)
end)
