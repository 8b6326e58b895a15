-- Operands of elementwise operations that broadcast, an addition to Torch7: every operation with
-- two or three tensors against plain Lua, in every type; what stays as in Torch7; what is refused.

local torch = require 'torch'
local helpers = require 'helpers'
local ops = require 'torch.ops'

local types = helpers.types

-- {sizes of x, sizes of y, sizes of the result}; element counts differ
local shapes = {
  {{3, 1}, {1, 4}, {3, 4}}, {{3}, {2, 3}, {2, 3}}, {{2, 3}, {3}, {2, 3}},
  {{2, 3, 1}, {4}, {2, 3, 4}}, {{1}, {2, 2}, {2, 2}}, {{2, 2}, {1}, {2, 2}},
  {{4, 1}, {3}, {4, 3}}, {{2, 1, 3}, {5, 1}, {2, 5, 3}}, {{2, 3}, {1, 3}, {2, 3}},
}

local binary = {'cmul', 'cdiv', 'cfmod', 'cremainder', 'cpow', 'cmax', 'cmin', 'clshift', 'crshift',
  'cbitand', 'cbitor', 'cbitxor', 'add', 'csub', 'atan2', 'lt', 'gt', 'le', 'ge', 'eq', 'ne'}

-- x with the sizes of the result, its elements copied out.
local function expanded(x, sizes)
  local lengths = x:size():totable()
  while #lengths < #sizes do table.insert(lengths, 1, 1) end
  return x:view(unpack(lengths)):expand(unpack(sizes)):clone()
end

local function random(type_name, sizes)
  return torch.LongTensor(unpack(sizes)):random(1, 6):type('torch.' .. type_name .. 'Tensor')
end

describe('shapes that broadcast', function()
  it('give what expanded operands give', function()
    torch.manualSeed(6)
    for _, type_name in ipairs(types) do
      local tried = 0
      for _, name in ipairs(binary) do
        local one = random(type_name, {2})
        if pcall(torch[name], one, one) then
          for _, shape in ipairs(shapes) do
            local x, y = random(type_name, shape[1]), random(type_name, shape[2])
            local want = torch[name](expanded(x, shape[3]), expanded(y, shape[3]))
            for layout, view in pairs(helpers.layouts(x)) do
              local what = ('%s %s %s %s'):format(name, type_name, layout,
                table.concat(shape[2], 'x'))
              assert.is_true(torch[name](view, y):equal(want), what)
              assert.is_true(torch[name](want.new(), view, y):equal(want), what)
            end
          end
          tried = tried + 1
        end
      end
      assert.is_true(tried >= 14, type_name)
    end
  end)

  it('work for the operators, and with a number between the tensors', function()
    local x, y = torch.Tensor {{1}, {2}, {3}}, torch.Tensor {{10, 20, 30, 40}}
    assert.are.same({{11, 21, 31, 41}, {12, 22, 32, 42}, {13, 23, 33, 43}}, (x + y):totable())
    assert.are.same({9, 19, 29, 39}, (y - x)[1]:totable())
    assert.are.same({21, 41, 61, 81}, torch.add(x, 2, y)[1]:totable())
    assert.are.same({-19, -39, -59, -79}, torch.csub(x, 2, y)[1]:totable())
  end)

  it('work for three tensors', function()
    torch.manualSeed(7)
    for _, list in ipairs {{{3, 1}, {1, 4}, {4}}, {{2, 3}, {3}, {2, 1}}, {{1}, {2, 1}, {1, 5}},
      {{5}, {3, 1}, {2, 1, 1}}} do
      local size = torch.rand(unpack(list[1])) + torch.rand(unpack(list[2]))
      size = (size + torch.rand(unpack(list[3]))):size():totable()
      local x, y, z = torch.rand(unpack(list[1])), torch.rand(unpack(list[2])),
        torch.rand(unpack(list[3])):add(1)
      local a, b, c = expanded(x, size), expanded(y, size), expanded(z, size)
      for _, name in ipairs {'addcmul', 'addcdiv'} do
        helpers.assert_near(torch[name](x, 0.5, y, z), torch[name](a, 0.5, b, c), 0, name)
      end
      if #list[1] == #list[2] then
        local two = (x + y):size():totable()
        helpers.assert_near(torch.lerp(x, y, 0.3),
          torch.lerp(expanded(x, two), expanded(y, two), 0.3), 0)
      end
    end
  end)

  it('work in place where the receiver has the size of the result', function()
    local y = torch.Tensor {1, 2, 3}
    for _, name in ipairs(binary) do
      if torch.Tensor()[name] and pcall(torch[name], y, y) then
        local x = torch.Tensor {{4, 5, 6}, {7, 8, 9}}
        local want = torch[name](x, y)
        if want:type() == x:type() then
          assert.is_true(x[name](x, y) == x)
          assert.is_true(x:equal(want), name)
        end
      end
    end
    local x = torch.zeros(2, 3):add(torch.Tensor {{5}, {6}})
    assert.are.same({{5, 5, 5}, {6, 6, 6}}, x:totable())
  end)

  it('let copies and assignments broadcast to the receiver', function()
    local x = torch.zeros(2, 3)
    x:copy(torch.Tensor {1, 2, 3})
    assert.are.same({{1, 2, 3}, {1, 2, 3}}, x:totable())
    x[{{}, {2, 3}}] = torch.Tensor {{8}, {9}}
    assert.are.same({{1, 8, 8}, {1, 9, 9}}, x:totable())
  end)
end)

describe('shapes of equal element count', function()
  it('are taken in order as in Torch7, also where they would broadcast', function()
    local x, y = torch.Tensor {{1}, {2}}, torch.Tensor {{10, 20}}
    assert.are.same({{11}, {22}}, (x + y):totable())
    assert.are.same({{10, 40}}, torch.cmul(y, x):totable())
    assert.are.same({{1}, {1}}, torch.lt(x, y):totable())
  end)
end)

describe('shapes that do not broadcast', function()
  it('raise with both sizes and change nothing', function()
    local x, y = torch.ones(2, 3), torch.ones(2)
    for _, row in ipairs(ops.rows) do
      if row.kind == 'binary' and not row.integer or row.kind == 'compare' then
        local ok, message = pcall(function() torch[row.name](x, y) end)
        assert.is_false(ok, row.name)
        assert.matches('sizes do not match: %[2 x 3 DoubleTensor%] and %[2 DoubleTensor%]', message)
        assert.matches('broadcast_spec%.lua', message)
      end
    end
    for _, name in ipairs {'add', 'csub', 'atan2'} do
      local ok, message = pcall(x[name], x, y)
      assert.is_false(ok)
      assert.matches(name .. ': sizes do not match', message)
    end
    assert.are.equal(6, x:sum())
  end)

  it('raise where an operand is empty, or the receiver would grow', function()
    assert.is_false(pcall(torch.add, torch.ones(2), torch.Tensor()))
    local small = torch.ones(3, 1)
    local ok, message = pcall(small.add, small, torch.ones(1, 4))
    assert.is_false(ok)
    assert.matches('an input that would grow to 3 x 4', message)
    assert.are.same({{1}, {1}, {1}}, small:totable())
  end)
end)
