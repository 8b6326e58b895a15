-- Every elementwise row of a generated kind, on every dtype and memory layout and in every call
-- form, against its plain Lua reference: within the precision of floating point types, exactly on
-- integers.

local ffi = require 'ffi'
local torch = require 'torch'
local helpers = require 'helpers'
local ops = require 'torch.ops'
local rows = require 'row_reference'

local ceil = math.ceil
local dtypes, takes, values, new, assert_values =
  rows.dtypes, rows.takes, rows.values, rows.new, rows.assert_values

-- Layouts of a tensor with sizes 5 x 7: functions of the dtype that give the tensor and, where
-- there is one, the larger tensor that holds it.
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
          assert.is_true(helpers.near(torch[row.name](x), (row.ref or rows.erf)(x), 2e-14),
            row.name)
          seen = seen + 1
        end
      end
    end
    assert.is_true(seen > 20)
  end)
end)
