-- Classes, containers and files as programs used them: a layer of the program's own, residual
-- blocks, searching and replacing modules, shared clones, checkpoints in several forms, raw files
-- through the FFI.
--   th fine_tuning.lua, writes into the working folder

require 'torch'
require 'nn'
require 'optim'
require 'xlua'
require 'trepl'
local ffi = require 'ffi'
local c = require 'trepl.colorize'
local has_cudnn, cudnn = pcall(require, 'cudnn')
if not has_cudnn then cudnn = nn end
torch.manualSeed(3)

local ScaleGrad, parent = torch.class('nn.ScaleGrad', 'nn.Module')
function ScaleGrad:__init(s)
  parent.__init(self)
  self.s = s
end
function ScaleGrad:updateOutput(input)
  self.output = input
  return self.output
end
function ScaleGrad:updateGradInput(input, gradOutput)
  self.gradInput:resizeAs(gradOutput):copy(gradOutput):mul(self.s)
  return self.gradInput
end
function ScaleGrad:__tostring__() return torch.type(self) .. '(' .. self.s .. ')' end

local function block(from, to, stride)
  local s = nn.Sequential()
  s:add(cudnn.SpatialConvolution(from, to, 3, 3, stride, stride, 1, 1))
  s:add(nn.SpatialBatchNormalization(to)):add(cudnn.ReLU(true))
  s:add(cudnn.SpatialConvolution(to, to, 3, 3, 1, 1, 1, 1))
  local short = nn.Identity()
  if from ~= to then
    short = nn.Sequential():add(nn.SpatialAveragePooling(1, 1, stride, stride))
    short:add(nn.Concat(2):add(nn.Identity()):add(nn.MulConstant(0)))
  end
  return nn.Sequential():add(nn.ConcatTable():add(s):add(short)):add(nn.CAddTable(true))
    :add(nn.ReLU(true))
end

local model = nn.Sequential():add(nn.SpatialConvolution(3, 8, 3, 3, 1, 1, 1, 1))
model:add(block(8, 8, 1)):add(block(8, 16, 2)):add(nn.SpatialAveragePooling(4, 4))
model:add(nn.View(16):setNumInputDims(3)):add(nn.ScaleGrad(0.5)):add(nn.Linear(16, 4))
for _, v in pairs(model:findModules('nn.SpatialConvolution')) do
  v.weight:normal(0, math.sqrt(2 / (v.kW * v.kH * v.nOutputPlane)))
  v.bias:zero()
end
local weights = 0
model:apply(function(m) if m.weight then weights = weights + m.weight:nElement() end end)
print(c.green('weights'), weights, #model:listModules())
assert(tostring(model):find('nn.ScaleGrad(0.5)', 1, true))

model:float()
local x, y = torch.FloatTensor(2, 3, 8, 8):uniform(), torch.FloatTensor{1, 3}
local criterion = nn.CrossEntropyCriterion():float()
local w, dw = model:getParameters()
state = state or {learningRate = 0.1, momentum = 0.9, dampening = 0.0}
for i = 1, 12 do
  optim.sgd(function()
    model:zeroGradParameters()
    loss = criterion:forward(model:forward(x), y)
    model:backward(x, criterion:backward(model.output, y))
    dw:add(1e-4, w)
    return loss, dw
  end, w, state)
end
print('trained', loss < 1)
local _, best = model:forward(x):float():sort(2, true)
local correct = best:eq(y:long():view(2, 1):expandAs(best))
print('top 1', correct:narrow(2, 1, 1):sum() / 2, 'top 3', correct:narrow(2, 1, 3):sum() / 2)

-- Copies and files
local function deepCopy(t)
  local copy = {}
  for k, v in pairs(t) do copy[k] = type(v) == 'table' and deepCopy(v) or v end
  if torch.typename(t) then torch.setmetatable(copy, torch.typename(t)) end
  return copy
end
torch.save('model.t7', deepCopy(model):float():clearState())
local other = torch.load('model.t7')
other:evaluate()
model:evaluate()
print('same', (other:forward(x) - model:forward(x)):abs():max() < 1e-6)
print(torch.deserialize(torch.serialize(other)):size(), #torch.serialize({1, 'a'}, 'ascii') > 5)
torch.save('a.t7', {x = x, s = 'text', f = false}, 'ascii')
print(torch.load('a.t7', 'ascii').s)
local file = torch.DiskFile('raw.bin', 'w'):binary()
file:writeInt(7)
file:writeFloat(torch.FloatStorage{1, 2, 3})
file:close()
file = torch.DiskFile('raw.bin', 'r'):binary()
local head, values = file:readInt(), file:readFloat(3)
file:seekEnd()
print(head, values:size(), file:position())
file:close()
local buffer = ffi.new('float[?]', 3, 4, 5, 6)
ffi.copy(torch.data(torch.FloatTensor(values)), buffer, ffi.sizeof(buffer))
print(values:totable()[3], string.split('a b', ' ')[2])

-- Another task
other:remove(#other.modules)
other:add(nn.Linear(16, 10):float())
other:insert(nn.Identity(), 1)
print(other:get(other:size()).weight:size(1), other:forward(x):size(2))
other:replace(function(m) return torch.typename(m) == 'nn.ReLU' and nn.ELU():float() or m end)
print(#other:findModules('nn.ReLU'), #other:findModules('nn.ELU'))

-- Two networks with the same weights
local encoder = nn.Sequential():add(nn.Linear(4, 3))
local twin = encoder:clone('weight', 'bias', 'gradWeight', 'gradBias')
local pair = nn.Sequential():add(nn.ParallelTable():add(encoder):add(twin))
  :add(nn.PairwiseDistance(2))
local hinge, two = nn.HingeEmbeddingCriterion(1), {torch.rand(2, 4), torch.rand(2, 4)}
local label = torch.Tensor{1, -1}
hinge:forward(pair:forward(two), label)
pair:backward(two, hinge:backward(pair.output, label))
encoder:get(1).weight:fill(2)
print(twin:get(1).weight:mean(), torch.pointer(twin:get(1).gradWeight:storage())
  == torch.pointer(encoder:get(1).gradWeight:storage()))

local ok, message = pcall(function() model:forward(torch.rand(1, 4, 8, 8):float()) end)
print(ok, message:find('In 1 module of nn.Sequential', 1, true) ~= nil)
