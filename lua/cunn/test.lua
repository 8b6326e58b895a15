-- cunn.test: compares modules and criterions on the current GPU with the CPU, for users who want to
-- know whether it works on their machine; nn.testDataParallelTable: modules on all GPUs.

local F = require 'torch.ffi'
local cutorch = require 'cutorch'
local nn = require 'nn'
local torch = require 'torch'

local TOL = 1e-3

-- name = {constructor, sizes of the input}
local modules = {
  Linear = {function() return nn.Linear(33, 17) end, {5, 33}},
  Sigmoid = {function() return nn.Sigmoid() end, {5, 33}},
  ReLU = {function() return nn.ReLU() end, {5, 33}},
  PReLU = {function() return nn.PReLU(3) end, {5, 3, 7}},
  SoftMax = {function() return nn.SoftMax() end, {5, 300}},
  LogSoftMax = {function() return nn.LogSoftMax() end, {5, 300}},
  BatchNormalization = {function() return nn.BatchNormalization(9) end, {31, 9}},
  SpatialBatchNormalization = {function() return nn.SpatialBatchNormalization(3) end, {4, 3, 9, 8}},
  LayerNormalization = {function() return nn.LayerNormalization(65) end, {9, 65}},
  SpatialCrossMapLRN = {function() return nn.SpatialCrossMapLRN(5) end, {2, 7, 5, 4}},
  SpatialConvolution = {
    function() return nn.SpatialConvolution(3, 8, 5, 3, 2, 1, 1, 2) end, {4, 3, 17, 19}},
  SpatialFullConvolution = {
    function() return nn.SpatialFullConvolution(3, 4, 3, 3, 2, 2) end, {4, 3, 7, 9}},
  SpatialDepthWiseConvolution = {
    function() return nn.SpatialDepthWiseConvolution(3, 2, 3, 3) end, {4, 3, 7, 9}},
  VolumetricConvolution = {
    function() return nn.VolumetricConvolution(2, 3, 3, 3, 3) end, {2, 2, 5, 6, 7}},
  TemporalConvolution = {function() return nn.TemporalConvolution(5, 7, 3) end, {4, 9, 5}},
  SpatialMaxPooling = {function() return nn.SpatialMaxPooling(3, 3, 2, 2) end, {4, 3, 17, 19}},
  SpatialAveragePooling = {
    function() return nn.SpatialAveragePooling(3, 3, 2, 2) end, {4, 3, 17, 19}},
  SequenceLSTM = {function() return nn.SequenceLSTM(6, 9) end, {5, 3, 6}},
  SequenceGRU = {function() return nn.SequenceGRU(6, 9) end, {5, 3, 6}},
  MultiHeadAttention = {function() return nn.MultiHeadAttention(12, 3) end, {4, 11, 12}},
}

-- name = {constructor, maker of a target for scores [6 5]}
local function values() return torch.FloatTensor(6, 5):uniform(0.1, 0.9) end
local function classes() return torch.FloatTensor(6):random(1, 5) end
local criterions = {
  MSECriterion = {function() return nn.MSECriterion() end, values},
  AbsCriterion = {function() return nn.AbsCriterion() end, values},
  SmoothL1Criterion = {function() return nn.SmoothL1Criterion() end, values},
  BCECriterion = {function() return nn.BCECriterion() end, values},
  ClassNLLCriterion = {function() return nn.ClassNLLCriterion() end, classes},
  CrossEntropyCriterion = {function() return nn.CrossEntropyCriterion() end, classes},
  MultiMarginCriterion = {function() return nn.MultiMarginCriterion() end, classes},
}

local function compare(tester, got, want, what)
  tester:assertTensorEq(got:float(), want, TOL, what)
end

-- Modules whose result for a sample depends on others, or whose samples are not along dimension 1.
local whole = {BatchNormalization = true, SpatialBatchNormalization = true,
  LayerNormalization = true, SequenceLSTM = true, SequenceGRU = true}

local function on_all_gpus(module)
  local gpus = {}
  for i = 1, cutorch.getDeviceCount() do gpus[i] = i end
  return nn.DataParallelTable(1, true):add(module, gpus)
end

local function test_module(tester, name, row, parallel)
  local here, there = row[1]():float(), row[1]()
  there = (parallel and on_all_gpus(there) or there):cuda()
  for i, p in ipairs(there:parameters() or {}) do p:copy((here:parameters())[i]) end
  here:zeroGradParameters()
  there:zeroGradParameters()
  local x = torch.randn(unpack(row[2])):float()
  local y = here:forward(x)
  compare(tester, there:forward(x:cuda()), y, name .. ': output')
  local g = torch.randn(y:size()):float()
  compare(tester, there:backward(x:cuda(), g:cuda()), here:backward(x, g), name .. ': gradInput')
  local _, gradients = there:parameters()
  for i, want in ipairs(select(2, here:parameters()) or {}) do
    compare(tester, gradients[i], want, name .. ': gradient ' .. i)
  end
end

local function test_criterion(tester, name, row)
  local here, there = row[1]():float(), row[1]():cuda()
  local x, target = values(), row[2]()
  tester:assertalmosteq(there:forward(x:cuda(), target:cuda()), here:forward(x, target), TOL,
    name .. ': loss')
  compare(tester, there:backward(x:cuda(), target:cuda()), here:backward(x, target),
    name .. ': gradInput')
end

--- cunn.test([names]), and with parallel nn.testDataParallelTable([names]): see cunn/init.lua.
return function(names, parallel)
  if names ~= nil and type(names) ~= 'string' and type(names) ~= 'table' then
    F.bad_argument(parallel and 'nn.testDataParallelTable' or 'cunn.test', 1,
      'the name of a test or a list of them', names)
  end
  local tests, tester = torch.TestSuite(), torch.Tester()
  for name, row in pairs(modules) do
    if not (parallel and whole[name]) then
      tests[name] = function() test_module(tester, name, row, parallel) end
    end
  end
  for name, row in pairs(parallel and {} or criterions) do
    tests[name] = function() test_criterion(tester, name, row) end
  end
  tester:add(tests)
  return tester:run(names)
end
