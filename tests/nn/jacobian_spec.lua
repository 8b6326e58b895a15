-- nn.Jacobian, nn.SparseJacobian, nn.hessian, nn.test and nn.testTHNN.

local torch = require 'torch'
local helpers = require 'helpers'
require 'nn'

local J = nn.Jacobian

-- A linear module of a list of {index, value}, as small as can be; wrong: an error in its gradient.
local own = {}
local Listed, parent = torch.class('test.Listed', 'nn.Module', own)

function Listed:__init(n, wrong)
  parent.__init(self)
  self.weight, self.gradWeight = torch.randn(n), torch.zeros(n)
  self.wrong = wrong or 0
end

function Listed:updateOutput(input)
  local sum = 0
  for i = 1, input:size(1) do sum = sum + self.weight[input[i][1]] * input[i][2] end
  self.output:resize(1):fill(sum)
  return self.output
end

function Listed:updateGradInput(input, gradOutput)
  self.gradInput:resizeAs(input):zero()
  for i = 1, input:size(1) do
    self.gradInput[i][2] = self.weight[input[i][1]] * gradOutput[1] + self.wrong
  end
  return self.gradInput
end

function Listed:accGradParameters(input, gradOutput, scale)
  for i = 1, input:size(1) do
    local k = input[i][1]
    self.gradWeight[k] = self.gradWeight[k]
      + (scale or 1) * (input[i][2] * gradOutput[1] + self.wrong)
  end
end

describe('nn.Jacobian', function()
  it('gives rows of inputs and columns of outputs', function()
    local m, x = nn.Linear(3, 2), torch.randn(3)
    helpers.assert_near(J.backward(m, x), m.weight:t():clone(), 1e-15)
    helpers.assert_near(J.forward(m, x), m.weight:t():clone(), 1e-9)
    local want = torch.zeros(6, 2)
    for o = 1, 2 do want:narrow(1, 3 * o - 2, 3):select(2, o):copy(x) end
    helpers.assert_near(J.backward(m, x, m.weight, m.gradWeight), want, 1e-15)
    helpers.assert_near(J.backwardUpdate(m, x, m.weight), want, 1e-15)
    helpers.assert_near(J.forwardUpdate(m, x, m.weight), want, 1e-9)
  end)

  it('leaves input and parameters as they were', function()
    local m, x = nn.Linear(3, 2), torch.randn(4, 3)
    local before, weight = x:clone(), m.weight:clone()
    J.forward(m, x)
    J.forward(m, x, m.weight)
    J.backwardUpdate(m, x, m.weight)
    helpers.assert_near(x, before, 0)
    helpers.assert_near(m.weight, weight, 0)
  end)

  it('takes inputs of any layout', function()
    local m = nn.Linear(3, 2)
    for _, x in pairs(helpers.layouts(torch.randn(4, 3))) do
      assert.is_true(J.testJacobian(m, x) < 1e-8)
    end
  end)

  it('takes inputs of whole numbers', function()
    local m, x = nn.LookupTable(7, 3), torch.IntTensor(2, 4)
    assert.is_true(J.testJacobianParameters(m, x, m.weight, m.gradWeight, 1, 7) < 1e-8)
    assert.is_true(J.testJacobianUpdateParameters(m, x, m.weight, 1, 7) < 1e-8)
  end)

  it('finds right gradients right', function()
    local m, x = nn.SpatialConvolution(2, 3, 2, 2), torch.Tensor(2, 2, 4, 3)
    assert.is_true(J.testJacobian(m, x) < 1e-8)
    assert.is_true(x:min() >= -2 and x:max() <= 2)
    assert.is_true(J.testJacobian(m, x, 0, 0.1) < 1e-8)
    assert.is_true(x:min() >= 0 and x:max() <= 0.1)
    assert.is_true(J.testJacobianParameters(m, x, m.weight, m.gradWeight) < 1e-8)
    assert.is_true(J.testJacobianParameters(m, x, m.bias, m.gradBias, 0, 1, 1e-4) < 1e-8)
    assert.is_true(J.testJacobianUpdateParameters(m, x, m.weight) < 1e-8)
    local forward, backward = J.testIO(m, x)
    assert.are.equal(0, forward)
    assert.are.equal(0, backward)
    local names = {}
    for name, difference in pairs(J.testAllUpdate(m, x, 'weight', 'gradWeight')) do
      assert.is_true(difference < 1e-12, name)
      names[#names + 1] = name
    end
    table.sort(names)
    assert.are.same({'accGradParameters', 'accGradParameters [shared]', 'accUpdateGradParameters',
      'accUpdateGradParameters [shared]'}, names)
  end)

  it('finds wrong gradients wrong', function()
    local m, x = nn.Linear(3, 2), torch.Tensor(2, 3)
    local gradient = m.accGradParameters
    function m:accGradParameters(input, gradOutput, scale)
      gradient(self, input, gradOutput, (scale or 1) * 1.5)
    end
    function m:updateGradInput(input, gradOutput)
      return nn.Linear.updateGradInput(self, input, gradOutput):mul(1.5)
    end
    assert.is_true(J.testJacobian(m, x) > 0.01)
    assert.is_true(J.testJacobianParameters(m, x, m.weight, m.gradWeight) > 0.01)
    assert.is_true(J.testJacobianUpdateParameters(m, x, m.weight) > 0.01)
  end)

  it('raises clear errors', function()
    for _, f in ipairs {'backward', 'forward', 'testJacobian', 'testIO'} do
      local ok, message = pcall(function() J[f](nn.Tanh(), 3) end)
      assert.is_false(ok)
      assert.is_truthy(message:find('jacobian_spec.lua', 1, true) and message:find('number 3'))
    end
    assert.has_error(function() J.testAllUpdate(nn.Linear(2, 2), torch.ones(2), 'w', 'gw') end)
    assert.has_error(function() J.testDiagHessianInput(nn.Tanh(), torch.ones(2)) end)
  end)
end)

describe('nn.SparseJacobian', function()
  local S = nn.SparseJacobian

  local function list()
    return torch.Tensor {{3, 0.5}, {1, -2}, {4, 1}}
  end

  it('varies values and not indices', function()
    local m, x = own.Listed(5), list()
    local want = torch.Tensor {{m.weight[3]}, {m.weight[1]}, {m.weight[4]}}
    helpers.assert_near(S.backward(m, x), want, 1e-15)
    helpers.assert_near(S.forward(m, x), want, 1e-8)
    assert.is_true(S.testJacobian(m, x) < 1e-8)
    assert.is_true(S.testJacobianParameters(m, x, m.weight, m.gradWeight) < 1e-8)
    assert.is_true(S.testJacobianUpdateParameters(m, x, m.weight) < 1e-8)
    local forward, backward = S.testIO(m, x)
    assert.are.equal(0, forward + backward)
    for name, difference in pairs(S.testAllUpdate(m, x, 'weight', 'gradWeight')) do
      assert.is_true(difference < 1e-13, name)
    end
    assert.are.same({3, 1, 4}, x:select(2, 1):totable())
  end)

  it('finds wrong gradients wrong', function()
    local m = own.Listed(5, 0.1)
    assert.is_true(S.testJacobian(m, list()) > 0.05)
    assert.is_true(S.testJacobianParameters(m, list(), m.weight, m.gradWeight) > 0.05)
  end)

  it('wants lists', function()
    local ok, message = pcall(function() S.testJacobian(nn.Tanh(), torch.randn(3)) end)
    assert.is_false(ok)
    assert.is_truthy(message:find('nn.SparseJacobian') and message:find('size 3'), message)
  end)
end)

-- nn.hessian changes nn for good: its checks run in a process of their own.
local hessian_source = [==[
require 'nn'
local J = nn.Jacobian
local function small(x) assert(x < 1e-10, x) end
local function raises(f, ...)
  local ok, message = pcall(f)
  assert(not ok)
  for _, pattern in ipairs {...} do assert(message:find(pattern), message) end
end

assert(select('#', nn.Linear(2, 2):parameters()) == 2)
nn.hessian.enable()
nn.hessian.enable()

for _, case in ipairs {{nn.Linear(3, 2), torch.Tensor(4, 3)},
    {nn.Linear(3, 2, false), torch.Tensor(3)},
    {nn.SpatialConvolution(2, 3, 2, 2, 1, 1, 1), torch.Tensor(2, 2, 3, 4)},
    {nn.SpatialConvolutionMM(2, 3, 2, 2), torch.Tensor(2, 2, 3, 4)},
    {nn.SpatialConvolutionLocal(2, 3, 4, 3, 2, 2), torch.Tensor(2, 2, 3, 4)},
    {nn.SpatialConvolutionMap(nn.tables.random(3, 4, 2), 2, 2), torch.Tensor(3, 3, 4)},
    {nn.SpatialFullConvolution(2, 3, 2, 2, 2, 1), torch.Tensor(2, 2, 3, 2)},
    {nn.SpatialFullConvolutionMap(nn.tables.full(2, 3), 2, 2), torch.Tensor(2, 3, 2)},
    {nn.TemporalConvolution(3, 2, 2), torch.Tensor(2, 4, 3)},
    {nn.VolumetricConvolution(2, 2, 2, 2, 1), torch.Tensor(2, 3, 2, 2)},
    {nn.VolumetricFullConvolution(2, 2, 2, 2, 1), torch.Tensor(2, 2, 2, 2)}} do
  local m, x = case[1], case[2]
  local weight = m.weight:clone()
  small(J.testDiagHessianInput(m, x))
  small(J.testDiagHessianWeight(m, x))
  if m.bias then small(J.testDiagHessianBias(m, x)) end
  small(J.testDiagHessian(m, x, 'gradWeight', 'diagHessianWeight', 0, 1))
  assert((m.weight - weight):abs():max() == 0)
end
for _, m in ipairs {nn.Tanh(), nn.TanhShrink(), nn.Square(), nn.Sigmoid(), nn.ReLU(), nn.Reshape(6),
    nn.View(6), nn.Transpose {1, 2}, nn.Identity()} do
  small(J.testDiagHessianInput(m, torch.Tensor(2, 3)))
end
small(J.testDiagHessianInput(nn.Sqrt(), torch.Tensor(2, 3), 1, 2))

-- weights and gradients are what they were, diagonals add up
local m, x = nn.Linear(3, 2), torch.randn(4, 3)
local g = torch.rand(4, 2)
m:forward(x)
m:zeroGradParameters()
m:backward(x, g)
local output, gradInput, gradWeight = m.output:clone(), m.gradInput:clone(), m.gradWeight:clone()
m:initDiagHessianParameters()
m:updateDiagHessianInput(x, g)
for i = 1, 2 do
  m:accDiagHessianParameters(x, g)
  local want = torch.mm(g:t(), torch.cmul(x, x)):mul(i)
  small((m.diagHessianWeight - want):abs():max())
  small((m.diagHessianBias - g:sum(1):mul(i):view(-1)):abs():max())
end
small((m.output - output):abs():max())
small((m.gradInput - gradInput):abs():max())
small((m.gradWeight - gradWeight):abs():max())

-- a network: by hand, and the third result of getParameters
local net = nn.Sequential():add(nn.Linear(3, 4)):add(nn.Tanh()):add(nn.Linear(4, 2))
local criterion, t = nn.MSECriterion(), torch.randn(4, 2)
net:initDiagHessianParameters()
local p, dp, hp = net:getParameters()
assert(hp:nElement() == p:nElement() and #select(3, net:parameters()) == 4)
criterion:forward(net:forward(x), t)
net:backward(x, criterion:backward(net.output, t))
local h = criterion:updateDiagHessianInput(net.output, t)
assert(h:min() == 2 / 8 and h:max() == 2 / 8)
local through = net:updateDiagHessianInput(x, h)
net:accDiagHessianParameters(x, h)
local w1, w2, y = net:get(1).weight, net:get(3).weight, net:get(2).output
local inner = torch.mm(h, torch.cmul(w2, w2))
inner:cmul(torch.cmul(y, y):mul(-1):add(1):pow(2))
small((through - torch.mm(inner, torch.cmul(w1, w1))):abs():max())
small((hp:narrow(1, 1, 12):view(4, 3) - torch.mm(inner:t(), torch.cmul(x, x))):abs():max())
small((hp:narrow(1, 13, 4) - inner:sum(1):view(-1)):abs():max())

assert(nn.L1Cost():updateDiagHessianInput(torch.Tensor {2, 0, -3}):sum() == 2)
local weighted = nn.WeightedMSECriterion(torch.ones(2))
assert(weighted:updateDiagHessianInput(t, t)[1][1] == 2 / 8)
raises(function() nn.AbsCriterion():updateDiagHessianInput(x, x) end, 'nn.AbsCriterion')
raises(function() nn.SoftMax():updateDiagHessianInput(x, x) end, 'nn.SoftMax')
raises(function() nn.CMul(3):accDiagHessianParameters(x, x) end, 'nn.CMul')
print('fine')
]==]

describe('nn.hessian', function()
  it('carries diagonals of second derivatives backwards', function()
    local status, output = helpers.script(hessian_source)
    assert.are.equal('fine\n', output)
    assert.are.equal(0, status)
  end)
end)

describe('nn.test', function()
  it('runs all checks or those named, and nn.testTHNN those in float', function()
    local status, output = helpers.script([[
      require 'nn'
      torch.setdefaulttensortype('torch.FloatTensor')
      nn.test()
      nn.test({'Linear', 'MSECriterion'}, 7)
      nn.testTHNN()
      nn.testTHNN('Tanh')
      print(torch.getdefaulttensortype())
      print(pcall(nn.test, 'NoModule'))]])
    assert.are.equal(0, status, output)
    local completed = 0
    for line in output:gmatch('Completed[^\n]*') do
      completed = completed + 1
      assert.is_truthy(line:find('with 0 failures and 0 errors'), line)
    end
    assert.are.equal(4, completed)
    assert.is_truthy(output:find('2/2 MSECriterion'))
    assert.is_truthy(output:find('1/1 Tanh'))
    assert.is_truthy(output:find('torch.FloatTensor\nfalse'), output)
  end)
end)
