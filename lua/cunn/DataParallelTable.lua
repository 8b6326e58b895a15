-- nn.DataParallelTable(dimension, [flattenParams = false], [usenccl]): a module that is copied to
-- several GPUs. Each works on a part of the input along the dimension; outputs and gradients of the
-- input are joined, and gradients of parameters added, on the first GPU, whose copy is the module
-- that was added. flattenParams: parameters of each copy are one tensor, so that fewer, larger
-- copies go between GPUs. usenccl: parameters and gradients go through NCCL where it is installed.
-- Shapes: as the module says.

local F = require 'torch.ffi'
local cutorch = require 'cutorch'
local exchange = require 'cunn.exchange'
local flat = require 'cunn.flat'
local nccl = require 'cunn.nccl'
local need = require 'nn.need'
local nn = require 'nn'
local scatter = require 'cunn.scatter'

local raise, torch = F.raise, torch

local NAME = 'nn.DataParallelTable'

local DataParallelTable, parent = torch.class(NAME, 'nn.Container')
require 'cunn.replicas'

function DataParallelTable:__init(dimension, flattenParams, usenccl)
  parent.__init(self)
  need.size(self, dimension, 'dimension')
  self.dimension = dimension
  self.flattenParams, self.usenccl = flattenParams and true or false, usenccl and true or false
  self.gpuAssignments = {}
  self.needsSync = false
  self.impl = nn.DataParallelTable.Basic(self)
end

local function check_gpu(value)
  local count = cutorch.getDeviceCount()
  if type(value) ~= 'number' or value % 1 ~= 0 or value < 1 or value > count then
    raise('%s:add: expected GPUs from 1 to %d, got %s', NAME, count, F.describe(value))
  end
end

--- add(module, gpus): the module and the GPUs that it runs on, from the first on. add(module, gpu)
-- gives one GPU at a time; modules after the first are copies that only name their GPU.
function DataParallelTable:add(module, gpus)
  if not torch.isTypeOf(module, 'nn.Module') then
    raise('%s:add: expected a module, got %s', NAME, torch.type(module))
  end
  if type(gpus) == 'table' then
    if #self.modules > 0 then raise('%s:add: it has a module already', NAME) end
    if #gpus == 0 then raise('%s:add: expected GPUs, got an empty table', NAME) end
  end
  local list = type(gpus) == 'table' and gpus or {gpus}
  for i = 1, math.max(#list, 1) do check_gpu(list[i]) end
  for _, gpu in ipairs(list) do table.insert(self.gpuAssignments, gpu) end
  self.modules[1] = self.modules[1] or module
  self.impl:close()
  return self
end

--- threads([init], [syncCopies]): calls init; see nn.DataParallelTable.Threads.
function DataParallelTable:threads(init, syncCopies)
  self.impl = nn.DataParallelTable.Threads(self, init, syncCopies)
  return self
end

-- Parameters --------------------------------------------------------------------------------------

-- Whether the first module's parameters are still parts of the flat tensors that were made of them.
local function is_flat(self)
  local all, first = self.flattenedParams, self.modules[1]:parameters()
  first = first and first[1]
  return all and first and all[1][1]:type() == first:type()
    and torch.pointer(all[1][1]:storage()) == torch.pointer(first:storage())
end

--- Makes the parameters of every copy, and their gradients, views of one tensor each.
function DataParallelTable:flattenParameters()
  self.flattenedParams = self.impl:exec(function(module) return {flat(module)} end)
  self.flattened = self.impl.modules
end

-- Flat parameters where they are wanted and not there, or there for copies that are gone.
local function prepare(self)
  self.impl:setup()
  local stale = self.flattened ~= self.impl.modules or not is_flat(self)
  if self.flattenParams and stale then self:flattenParameters() end
end

--- For every GPU {parameters, gradients}, lists of tensors.
function DataParallelTable:moduleParameters()
  prepare(self)
  return self.impl:exec(function(module, i)
    if self.flattenParams then
      return {{self.flattenedParams[i][1]}, {self.flattenedParams[i][2]}}
    end
    local params, gradients = module:parameters()
    return {params or {}, gradients or {}}
  end)
end

--- The parameters of the first GPU, and their gradients, as one tensor each; those of the other
-- GPUs are flat then too.
function DataParallelTable:getParameters()
  prepare(self)
  if not self.flattenParams then self:flattenParameters() end
  return unpack(self.flattenedParams[1])
end

-- Parameters (1) or gradients (2) of every GPU, as lists.
local function lists_of(self, which)
  local lists = {}
  for i, both in ipairs(self:moduleParameters()) do lists[i] = both[which] end
  return lists
end

--- Copies the parameters of the first GPU to the others.
function DataParallelTable:syncParameters()
  exchange.broadcast(self, lists_of(self, 1))
  self.needsSync = false
end

--- Whether parameters and gradients go through NCCL; if not, why.
function DataParallelTable:usesNCCL()
  if not self.usenccl then return false, 'it was not asked for' end
  return nccl.serves(self.gpuAssignments)
end

-- Adds the gradients of the other GPUs to those of the first, and makes them 0.
local function reduce(self)
  exchange.sum(self, lists_of(self, 2))
  self.needsSync = true
end

function DataParallelTable:zeroGradParameters()
  for _, lists in ipairs(self:moduleParameters()) do
    for _, g in ipairs(lists[2]) do g:zero() end
  end
end

function DataParallelTable:updateParameters(learningRate)
  parent.updateParameters(self, learningRate)
  self:syncParameters()
end

function DataParallelTable:reset(stdv)
  parent.reset(self, stdv)
  self:syncParameters()
end

function DataParallelTable:share(...)
  parent.share(self, ...)
  self.needsSync = true
  return self
end

function DataParallelTable.accUpdateGradParameters()
  raise('%s: accUpdateGradParameters is not possible, since copies would differ', NAME)
end

DataParallelTable.sharedAccUpdateGradParameters = DataParallelTable.accUpdateGradParameters

-- Passes ------------------------------------------------------------------------------------------

-- Parts of x for the GPUs in use. They are copied before any GPU is given work, since copies wait.
local function distribute(self, key, x, likes)
  self.buffers = self.buffers or {}
  local buffers, parts = self.buffers[key] or {}, {}
  self.buffers[key] = buffers
  for i = 1, self.maxUsedGpu do
    buffers[i] = buffers[i] or {}
    buffers[i].used = 0
    parts[i] = scatter.part(NAME, buffers[i], x, self.dimension, i, self.maxUsedGpu,
      self.gpuAssignments[i], likes)
  end
  return parts
end

function DataParallelTable:updateOutput(input)
  prepare(self)
  if self.needsSync then self:syncParameters() end
  local size = scatter.extent(NAME, input, self.dimension)
  if not size or size == 0 then raise('%s: the input is empty', NAME) end
  self.maxUsedGpu = math.min(size, #self.gpuAssignments)
  self.inputGpu = distribute(self, 'input', input)
  self.outputGpu = self.impl:exec(function(module, i)
    return module:updateOutput(self.inputGpu[i])
  end, self.maxUsedGpu)
  self.output = scatter.join(NAME, self.output, self.outputGpu, self.dimension,
    self.gpuAssignments[1])
  return self.output
end

-- Calls a method of every copy, with its part of the gradient of the output.
local function backward(self, method, gradOutput, scale)
  if not self.outputGpu then raise('%s: call forward before %s', NAME, method) end
  local parts = distribute(self, 'gradOutput', gradOutput, self.outputGpu)
  return self.impl:exec(function(module, i)
    return module[method](module, self.inputGpu[i], parts[i], scale)
  end, self.maxUsedGpu)
end

local function join_gradients(self, parts)
  self.gradInput = scatter.join(NAME, self.gradInput, parts, self.dimension,
    self.gpuAssignments[1])
  return self.gradInput
end

function DataParallelTable:updateGradInput(_, gradOutput)
  return join_gradients(self, backward(self, 'updateGradInput', gradOutput))
end

function DataParallelTable:accGradParameters(_, gradOutput, scale)
  backward(self, 'accGradParameters', gradOutput, scale or 1)
  reduce(self)
end

function DataParallelTable:backward(_, gradOutput, scale)
  local gradInput = join_gradients(self, backward(self, 'backward', gradOutput, scale or 1))
  reduce(self)
  return gradInput
end

-- State -------------------------------------------------------------------------------------------

-- What is not saved.
local function forget(self)
  self.inputGpu, self.outputGpu, self.buffers, self.buffer = nil, nil, nil, nil
end

-- Calls a method of every copy, where there are copies, or of the module.
local function everywhere(self, method)
  if self.impl.modules then self.impl:exec(function(module) module[method](module) end)
  else parent[method](self) end
end

function DataParallelTable:training()
  everywhere(self, 'training')
  self.train = true
end

function DataParallelTable:evaluate()
  everywhere(self, 'evaluate')
  self.train = false
end

function DataParallelTable:clearState()
  everywhere(self, 'clearState')
  forget(self)
  nn.utils.clear(self, 'output', 'gradInput')
  return self
end

--- Calls callback on this module and those inside; then the copies are made anew.
function DataParallelTable:apply(callback)
  parent.apply(self, callback)
  self.impl:applyChanges()
end

--- The type, or converts to a type of tensors on GPUs.
function DataParallelTable:type(type_name, tensorCache)
  if not type_name then return self._type end
  if not tostring(type_name):find('^torch%.Cuda') then
    raise('%s: expected a type of tensors on GPUs, got %s; convert the module that it holds, '
      .. ':get(1)', NAME, tostring(type_name))
  end
  self.impl:close()
  forget(self)
  self.flattenedParams = nil
  local gpu = self.gpuAssignments[1] or cutorch.getDevice()
  cutorch.withDevice(gpu, function()
    for _, module in ipairs(self.modules) do module:type(type_name, tensorCache) end
    self.output = nn.utils.recursiveType(self.output, type_name)
    self.gradInput = nn.utils.recursiveType(self.gradInput, type_name)
  end)
  self._type = type_name
  return self
end

local passing = {'impl', 'inputGpu', 'outputGpu', 'buffers', 'buffer', 'flattened'}

--- Writes the module of the first GPU, and which GPUs there are.
function DataParallelTable:write(file)
  local fields = {}
  for key, value in pairs(self) do fields[key] = value end
  for _, key in ipairs(passing) do fields[key] = nil end
  fields.flattenedParams = self.flattenedParams and {self.flattenedParams[1]}
  file:writeObject(fields)
end

function DataParallelTable:read(file)
  parent.read(self, file)
  self.impl = nn.DataParallelTable.Basic(self)
end

function DataParallelTable:__tostring__()
  return ('%s: %d x %s'):format(torch.type(self), #self.gpuAssignments, tostring(self.modules[1]))
end
