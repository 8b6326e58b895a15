-- Compares modules and criterions on the GPU with those on the CPU, in float.

local torch = require 'torch'
local device = require 'cuda.device'
local jacobian = require 'nn.jacobian'
local rows = require 'nn.gradients_rows'
require 'nn'

local like_cpu = {}

-- Sums are made in another order than on the CPU, and matrix products in float.
local TOL = 2e-4

-- Modules that draw random numbers in training, which are others on GPUs: they are compared in
-- evaluation.
local random = {'[Dd]ropout', 'RReLU', 'WhiteNoise', 'DropPath', 'Fractional'}

--- Whether what the text constructs draws random numbers.
function like_cpu.draws(text)
  for _, name in ipairs(random) do
    if text:find(name) then return true end
  end
  return false
end

local function construct(text, seed)
  torch.manualSeed(seed)
  return assert(loadstring('return ' .. text))():float()
end

-- All tensors of x in another type; numbers and nil stay what they are.
local function cast(x, type_name)
  if torch.isTensor(x) then return x:type(type_name) end
  if torch.type(x) ~= 'table' then return x end
  local out = {}
  for key, v in pairs(x) do out[key] = cast(v, type_name) end
  return out
end

local function step(m, input, gradOutput)
  m:zeroGradParameters()
  local out = {output = jacobian.clone(m:forward(input))}
  if gradOutput then
    out.gradInput = jacobian.clone(m:backward(input, gradOutput))
    out.gradients = jacobian.clone(select(2, m:parameters()) or {})
  end
  return out
end

-- Regions of fractional pooling are drawn: both get the same.
local function share_regions(here, there, input)
  here:forward(input)
  there.randomSamples = here.randomSamples:cuda()
  here:fixPoolingRegions()
  there:fixPoolingRegions()
end

--- Compares output, gradInput and gradients of a row of gradients_rows for one of its shapes.
function like_cpu.module(row, shape, tol)
  torch.manualSeed(41)
  local input = cast(rows.input(shape, row), 'torch.FloatTensor')
  local here = construct(row[1], 17)
  for _, p in ipairs(here:parameters() or {}) do p:uniform(0.2, 1) end
  local there = construct(row[1], 17):cuda()
  for i, p in ipairs(there:parameters() or {}) do p:copy((here:parameters())[i]) end
  local regions = torch.type(here):find('Fractional')
  if regions then
    share_regions(here, there, input)
  elseif like_cpu.draws(row[1]) then
    here:evaluate()
    there:evaluate()
  end
  local backward = regions or not like_cpu.draws(row[1])
  local gradOutput = backward and jacobian.weights(here:forward(input))
  local want = step(here, input, gradOutput)
  local got = step(there, cast(input, 'torch.CudaTensor'), cast(gradOutput, 'torch.CudaTensor'))
  for field, value in pairs(want) do
    jacobian.assert_near(device.fetch(got[field]), value, tol or TOL, field)
  end
end

--- Compares loss and gradInput of a row of criterion_rows.
function like_cpu.criterion(row)
  local here, there = construct(row[1], 5), construct(row[1], 5):cuda()
  local input, target = cast(row[2](), 'torch.FloatTensor'), cast(row[3](), 'torch.FloatTensor')
  local loss, gradInput = here:forward(input, target), here:backward(input, target)
  input, target = cast(input, 'torch.CudaTensor'), cast(target, 'torch.CudaTensor')
  local got = there:forward(input, target)
  jacobian.assert_near(torch.Tensor {got}, torch.Tensor {loss}, TOL * (1 + math.abs(loss)), 'loss')
  jacobian.assert_near(device.fetch(there:backward(input, target)), gradInput, TOL, 'gradInput')
end

return like_cpu
