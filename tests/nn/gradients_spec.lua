-- Every module: gradients by finite differences, layouts of input and gradOutput, batches and
-- samples, in place, scale, split backward, direct updates, float against double.

local torch = require 'torch'
local classes = require 'nn.classes'
local helpers = require 'helpers'
local jacobian = require 'nn.jacobian'
local rows = require 'nn.gradients_rows'
require 'nn'

local TOL, FLOAT_TOL = 1e-7, 2e-5

-- Modules without a row of their own.
local without_row = {Module = 'abstract', Container = 'abstract', SequenceRecurrent = 'abstract',
  CriterionTable = 'its output is a number: criterion_cases_spec.lua'}
for _, name in ipairs {
  'Index', 'IndexLinear', 'Kmeans', 'MaskedSelect', 'OneHot', 'PrintSize', 'SparseLinear',
  'ZeroGrad'} do
  without_row[name] = 'layers_spec.lua or sparse_spec.lua'
end

local function construct(text)
  torch.manualSeed(17)
  local m = assert(loadstring('return ' .. text))()
  for _, p in ipairs(m:parameters() or {}) do p:uniform(0.2, 1) end
  return m
end

local function each_input(row, f)
  for i = 2, #row do
    torch.manualSeed(40 + i)
    f(rows.input(row[i], row), construct(row[1]))
  end
end

-- The i-th layout of every tensor in x, or nil beyond the last.
local layout_names = {'narrowed', 'transposed', 'strided'}
local function in_layout(x, name)
  return jacobian.map(x, function(t)
    local layouts = helpers.layouts(t)
    return layouts[name] or layouts.strided
  end)
end

local function test_layouts(row, x, m)
  local gradOutput = jacobian.weights(jacobian.forward(m, x))
  local want = jacobian.step(m, x, gradOutput)
  for _, name in ipairs(layout_names) do
    local input = row.fixed_layout and jacobian.clone(x) or in_layout(x, name)
    jacobian.assert_same_step(jacobian.step(m, input, in_layout(gradOutput, name)), want, 1e-12,
      name)
    jacobian.assert_near(input, x, 0, name .. ': input afterwards')
  end
end

local function test_batch(row, x, m)
  local output = jacobian.forward(m, x):clone()
  local gradOutput = jacobian.weights(output)
  local want = jacobian.step(m, x, gradOutput)
  local sum = jacobian.map(want.gradients, function(g) return g:clone():zero() end)
  for i = 1, x:size(1) do
    local got = jacobian.step(m, x[i]:clone(), gradOutput[i]:clone())
    helpers.assert_near(got.output, want.output[i], 1e-12, 'output of sample ' .. i)
    if not row.indices then
      helpers.assert_near(got.gradInput, want.gradInput[i], 1e-12, 'gradInput of sample ' .. i)
    end
    for k, g in ipairs(got.gradients) do sum[k]:add(g) end
  end
  jacobian.assert_near(sum, want.gradients, 1e-12, 'sum of the gradients of samples')
end

local function test_scale(x, m)
  local gradOutput = jacobian.weights(jacobian.forward(m, x))
  local one = jacobian.step(m, x, gradOutput, 1)
  m:backward(x, gradOutput, -0.5)
  local _, gradients = m:parameters()
  local half = jacobian.map(one.gradients, function(g) return g * 0.5 end)
  jacobian.assert_near(gradients or {}, half, 1e-12, 'accumulated gradients')
  m:zeroGradParameters()
  jacobian.forward(m, x)
  jacobian.assert_near(m:updateGradInput(x, gradOutput), one.gradInput, 0, 'updateGradInput')
  m:accGradParameters(x, gradOutput)
  jacobian.assert_near(select(2, m:parameters()) or {}, one.gradients, 0, 'accGradParameters')
end

local function test_update(x, m)
  local gradOutput = jacobian.weights(jacobian.forward(m, x))
  local gradients = jacobian.step(m, x, gradOutput).gradients
  local updated = m:clone()
  m:zeroGradParameters()
  jacobian.forward(m, x)
  m:backward(x, gradOutput)
  m:updateParameters(0.1)
  jacobian.forward(updated, x)
  updated:backwardUpdate(x, gradOutput, 0.1)
  assert.is_true(#gradients > 0)
  jacobian.assert_near(updated:parameters(), m:parameters(), 1e-12, 'updated parameters')
end

local function test_float(row, x, m)
  local gradOutput = jacobian.weights(jacobian.forward(m, x))
  local want = jacobian.step(m, x, gradOutput)
  local f = m:clone():float()
  assert.are.equal('torch.FloatTensor', f:type())
  local function float(t) return t:float() end
  local got = jacobian.step(f, jacobian.map(x, float), jacobian.map(gradOutput, float))
  jacobian.assert_same_step(got, want, FLOAT_TOL, 'float')
  for _, t in ipairs(jacobian.tensors {got.output, got.gradients}) do
    if row[1] ~= 'nn.Copy()' and not row.own_type then
      assert.are.equal('torch.FloatTensor', t:type())
    end
  end
end

describe('gradients:', function()
  for _, row in ipairs(rows) do
    it(row[1] .. ' agrees with finite differences', function()
      each_input(row, function(x, m)
        jacobian.check_module(m, x, row.tol or TOL, row.indices)
      end)
    end)

    it(row[1] .. ' takes any layout of input and gradOutput', function()
      each_input(row, function(x, m) test_layouts(row, x, m) end)
    end)

    it(row[1] .. ' scales and accumulates gradients', function()
      each_input(row, test_scale)
    end)

    if construct(row[1]):parameters() and #construct(row[1]):parameters() > 0 then
      it(row[1] .. ' updates parameters directly', function()
        each_input(row, test_update)
      end)
    end

    it(row[1] .. ' computes the same in float', function()
      each_input(row, function(x, m) test_float(row, x, m) end)
    end)

    if row.batch then
      it(row[1] .. ' computes each sample of a batch as alone', function()
        torch.manualSeed(3)
        test_batch(row, rows.input(row[#row], row), construct(row[1]))
      end)
    end

    if row.inplace then
      it(row.inplace .. ' computes the same in place', function()
        each_input(row, function(x, m)
          local gradOutput = jacobian.weights(jacobian.forward(m, x))
          local want = jacobian.step(m, x, gradOutput)
          local input = jacobian.clone(x)
          local first = jacobian.tensors(input)[1]
          local inplace = construct(row.inplace)
          assert.are.equal(first:storage(), jacobian.forward(inplace, input):storage())
          local got = jacobian.step(inplace, jacobian.clone(x), jacobian.clone(gradOutput))
          jacobian.assert_same_step(got, want, 1e-12, 'in place')
        end)
      end)
    end
  end

  it('have a row for every module that can work in place', function()
    local can, tested = {}, {CReLU = true, Clamp = true} -- in place by its row; never in place
    for _, row in ipairs(rows) do
      local m = construct(row[1])
      local name = torch.type(m):match('%.(%w+)$')
      if m.inplace ~= nil then can[#can + 1] = name end
      if row.inplace then tested[name] = true end
    end
    assert.is_true(#can > 9)
    for _, name in ipairs(can) do assert.is_true(tested[name], 'no row in place: nn.' .. name) end
  end)

  it('have a row for every module', function()
    local covered = {}
    for _, row in ipairs(rows) do
      for name in row[1]:gmatch('nn%.(%w+)') do covered[name] = true end
    end
    for _, name in ipairs(classes.modules()) do
      assert.is_true(covered[name] or without_row[name] ~= nil, 'no row for nn.' .. name)
    end
  end)
end)
