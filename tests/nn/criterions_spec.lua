-- Every criterion: gradients by finite differences, layouts, float against double, averages and
-- weights, ignored targets.

local torch = require 'torch'
local class_names = require 'nn.classes'
local helpers = require 'helpers'
local jacobian = require 'nn.jacobian'
local rows = require 'nn.criterion_rows'
require 'nn'

local TOL, FLOAT_TOL = 1e-7, 2e-5

local function construct(row)
  torch.manualSeed(5)
  return assert(loadstring('return ' .. row[1]))(), row[2](), row[3]()
end

local function layouts_of(x, name)
  if type(x) ~= 'table' and not torch.isTensor(x) then return x end
  return jacobian.map(x, function(t)
    local layouts = helpers.layouts(t)
    return layouts[name] or layouts.strided
  end)
end

local function float_of(x)
  if type(x) ~= 'table' and not torch.isTensor(x) then return x end
  return jacobian.map(x, function(t) return t:float() end)
end

describe('criterions:', function()
  for i, row in ipairs(rows) do
    local name = ('%s (row %d)'):format(row[1], i)

    it(name .. ' agrees with finite differences', function()
      local m, input, target = construct(row)
      jacobian.check_criterion(m, input, target, TOL)
    end)

    it(name .. ' takes any layout', function()
      local m, input, target = construct(row)
      local loss = m:forward(input, target)
      local gradient = jacobian.clone(m:backward(input, target))
      for _, layout in ipairs {'narrowed', 'transposed', 'strided'} do
        local x, t = layouts_of(input, layout), layouts_of(target, layout)
        assert.is_true(helpers.near(m:forward(x, t), loss, 1e-12), layout)
        jacobian.assert_near(m:backward(x, t), gradient, 1e-12, layout)
      end
    end)

    it(name .. ' computes the same in float', function()
      local m, input, target = construct(row)
      local loss = m:forward(input, target)
      local gradient = jacobian.clone(m:backward(input, target))
      local f = m:clone():float()
      assert.is_true(helpers.near(f:forward(float_of(input), float_of(target)), loss, FLOAT_TOL))
      jacobian.assert_near(f:backward(float_of(input), float_of(target)), gradient, FLOAT_TOL,
        'gradient')
    end)

    it(name .. ' survives serialization', function()
      local m, input, target = construct(row)
      local loss = m:forward(input, target)
      local copy = torch.deserialize(torch.serialize(m))
      assert.are.equal(loss, copy:forward(input, target))
      assert.are.equal(torch.typename(m), torch.typename(m:clone()))
    end)
  end

  it('have a row for every criterion', function()
    for _, name in ipairs(class_names.criterions()) do
      local covered = name == 'Criterion'
      for _, row in ipairs(rows) do
        covered = covered or row[1]:find('nn.' .. name .. '(', 1, true)
      end
      assert.is_truthy(covered, 'no row for nn.' .. name)
    end
  end)

  it('take class targets of any type', function()
    local m, x = nn.ClassNLLCriterion(), torch.randn(3, 4)
    local loss = m:forward(x, torch.LongTensor {1, 4, 2})
    for _, class in ipairs {'Byte', 'Int', 'Float', 'Double'} do
      local target = torch[class .. 'Tensor'] {1, 4, 2}
      assert.are.equal(loss, m:forward(x, target))
      assert.are.equal('torch.LongTensor', m.target:type())
      assert.are.same({1, 4, 2}, target:totable())
    end
  end)

  it('give no gradient where the target is ignored', function()
    local m, x = nn.ClassNLLCriterion(nil, true, 3), torch.randn(2, 4)
    local target = torch.LongTensor {3, 1}
    assert.is_true(helpers.near(m:forward(x, target), -x[2][1], 1e-15))
    assert.are.equal(0, m:backward(x, target)[1]:abs():sum())
    assert.are.equal(0, nn.ClassNLLCriterion(nil, true, 3):forward(x, torch.LongTensor {3, 3}))
  end)

  it('report and change their type', function()
    for _, row in ipairs(rows) do
      local m = construct(row)
      assert.are.equal('torch.DoubleTensor', m:type())
      assert.are.equal(m, m:float())
      assert.are.equal('torch.FloatTensor', m:type())
    end
  end)

  it('can be called as functions', function()
    local m, x, t = nn.MSECriterion(), torch.randn(3), torch.randn(3)
    local loss, gradient = m(x, t)
    assert.are.equal(m:forward(x, t), loss)
    assert.are.equal(m.gradInput, gradient)
  end)

  it('follow sizeAverage of nn.CrossEntropyCriterion when it is changed', function()
    local m, x, t = nn.CrossEntropyCriterion(), torch.randn(4, 3), torch.Tensor {1, 2, 3, 1}
    local mean = m:forward(x, t)
    m.sizeAverage = false
    assert.is_true(helpers.near(m:forward(x, t), 4 * mean, 1e-14))
    m.nll.sizeAverage = true
    assert.is_true(helpers.near(m:forward(x, t), mean, 1e-14))
  end)
end)
