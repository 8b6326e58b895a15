-- nn.test and nn.testTHNN: a quick check that an installed nn computes what it should, by
-- nn.Jacobian and in float against double.

local nn = require 'nn'

local torch = torch

-- {constructor, sizes of the input}; criterions: and the target, sizes or a function of them
local rows = {
  {'Linear(4, 3)', {5, 4}}, {'SpatialConvolution(2, 3, 3, 2)', {2, 2, 5, 4}},
  {'BatchNormalization(3)', {5, 3}}, {'SpatialBatchNormalization(2)', {3, 2, 2, 3}},
  {'SpatialMaxPooling(2, 2)', {2, 3, 4, 4}}, {'SpatialAveragePooling(2, 2)', {2, 3, 4, 4}},
  {'Add(4)', {3, 4}}, {'CMul(4)', {3, 4}}, {'Mul()', {3, 4}}, {'PReLU(4)', {3, 4}},
  {'Tanh()', {3, 4}}, {'Sigmoid()', {3, 4}}, {'ReLU()', {3, 4}}, {'ELU()', {3, 4}},
  {'SoftPlus()', {3, 4}}, {'SoftMax()', {3, 4}}, {'LogSoftMax()', {3, 4}}, {'Square()', {3, 4}},
  {'Sum(2)', {3, 4}}, {'Mean(1)', {3, 4}}, {'Max(2)', {3, 4}}, {'Transpose({1, 2})', {3, 4}},
  {'View(-1)', {3, 4}}, {'MSECriterion()', {3, 4}, {3, 4}}, {'AbsCriterion()', {3, 4}, {3, 4}},
  {'SmoothL1Criterion()', {3, 4}, {3, 4}}, {'MarginCriterion()', {3, 4}, {3, 4}},
  {'SoftMarginCriterion()', {3, 4}, {3, 4}}, {'HuberCriterion()', {3, 4}, {3, 4}},
  {'ClassNLLCriterion()', {3, 4}, {3, classes = 4}},
  {'CrossEntropyCriterion()', {3, 4}, {3, classes = 4}},
  {'MultiMarginCriterion()', {3, 4}, {3, classes = 4}},
}

local PRECISION, FLOAT_PRECISION = 1e-5, 1e-4

local function construct(row)
  local module = assert(loadstring('return nn.' .. row[1]))()
  local input = torch.Tensor(unpack(row[2])):uniform(-2, 2)
  local target = row[3] and torch.Tensor(unpack(row[3]))
  if target and row[3].classes then
    target:random(1, row[3].classes)
  elseif target then
    target:uniform(-2, 2)
  end
  return module, input, target
end

local function check_module(tester, module, input)
  tester:assertlt(nn.Jacobian.testJacobian(module, input), PRECISION, 'gradient of the input')
  local weights, gradients = module:parameters()
  for i = 1, weights and #weights or 0 do
    tester:assertlt(nn.Jacobian.testJacobianParameters(module, input, weights[i], gradients[i]),
      PRECISION, 'gradient of parameter ' .. i)
  end
  local forward, backward = nn.Jacobian.testIO(module, input)
  tester:asserteq(forward, 0, 'output after saving')
  tester:asserteq(backward, 0, 'gradient after saving')
end

local function check_criterion(tester, criterion, input, target)
  criterion:forward(input, target)
  local gradient = criterion:backward(input, target):clone()
  local x, g, step = input:view(-1), gradient:view(-1), 1e-6
  for i = 1, x:size(1) do
    local value = x[i]
    x[i] = value + step
    local above = criterion:forward(input, target)
    x[i] = value - step
    local slope = (above - criterion:forward(input, target)) / (2 * step)
    x[i] = value
    tester:assertlt(math.abs(slope - g[i]), PRECISION, 'gradient of element ' .. i)
  end
end

-- Output (as a tensor) and gradient of a step in the type of input.
local function run(module, input, target)
  local output = module:forward(input, target)
  if target then return torch.Tensor {output}, module:backward(input, target):double() end
  local gradOutput = input.new():resizeAs(output):fill(1)
  return output:double(), module:backward(input, gradOutput):double()
end

local function check_float(tester, module, input, target)
  local output, gradient = run(module, input, target)
  local output2, gradient2 = run(module:clone():float(), input:float(), target and target:float())
  tester:assertTensorEq(output, output2, FLOAT_PRECISION, 'output')
  tester:assertTensorEq(gradient, gradient2, FLOAT_PRECISION, 'gradient')
end

-- Runs check on the rows whose class names are listed (all without a list), after seeding.
local function run_rows(check, names, seed)
  torch.manualSeed(seed or 1)
  local tester, known = torch.Tester(), {}
  for _, row in ipairs(rows) do
    local name = row[1]:match('^%w+')
    known[#known + 1] = name
    tester:add(function() check(tester, construct(row)) end, name)
  end
  local default = torch.getdefaulttensortype()
  torch.setdefaulttensortype('torch.DoubleTensor')
  local ok, message = pcall(tester.run, tester, names or known)
  torch.setdefaulttensortype(default)
  if not ok then error(message, 0) end
end

--- Runs nn's own checks, all or those named (a name or a list of names of classes): gradients by
-- finite differences, and saving and loading. Prints a report as torch.Tester does.
function nn.test(names, seed)
  run_rows(function(tester, module, input, target)
    if target then return check_criterion(tester, module, input, target) end
    return check_module(tester, module, input)
  end, names, seed)
end

--- Runs the same modules and criterions in float, against double. (Torch7 tests the C library THNN
-- by this name, whose place the kernels of libluatorch take.)
function nn.testTHNN(names)
  run_rows(check_float, names)
end

return nn
