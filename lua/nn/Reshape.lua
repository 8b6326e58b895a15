-- nn.Reshape(size1, size2, ..., [batchMode]) or (sizes, [batchMode]): the elements of each sample
-- with other sizes. batchMode true: the first dimension is the batch; false: the input is one
-- sample; by default decided by the number of elements.
-- Shapes: [...] of as many elements -> [size1 size2 ...]; [n ...] -> [n size1 size2 ...].

local F = require 'torch.ffi'
local need = require 'nn.need'

local raise = F.raise
local torch = torch

local Reshape, parent = torch.class('nn.Reshape', 'nn.Module')

function Reshape:__init(...)
  parent.__init(self)
  local args = {...}
  self.size = torch.LongStorage()
  self.batchsize = torch.LongStorage()
  local last = args[#args]
  if torch.type(last) == 'boolean' then
    self.batchMode = last
    args[#args] = nil
  end
  if torch.typename(args[1]) == 'torch.LongStorage' then args = args[1]:totable() end
  if #args == 0 then raise('nn.Reshape: expected sizes') end
  self.size:resize(#args)
  self.batchsize:resize(#args + 1)
  self.nelement = 1
  for i, size in ipairs(args) do
    if type(size) ~= 'number' or size < 1 then
      raise('nn.Reshape: size %d must be 1 or more, got %s', i, tostring(size))
    end
    self.size[i], self.batchsize[i + 1] = size, size
    self.nelement = self.nelement * size
  end
end

local function is_sample(self, input)
  if self.batchMode ~= nil then return not self.batchMode end
  return input:nElement() == self.nelement and input:size(1) ~= 1
end

function Reshape:updateOutput(input)
  need.tensor(self, input, 'input')
  local sample = is_sample(self, input)
  local batch = sample and 1 or input.ndim > 0 and input:size(1) or 1
  if input:nElement() ~= batch * self.nelement then
    raise('nn.Reshape: %s does not fit sizes %s%s', F.describe(input),
      table.concat(self.size:totable(), ' x '), sample and '' or ' for each sample')
  end
  if not input:isContiguous() then
    self._input = self._input or input.new()
    self._input:resizeAs(input):copy(input)
    input = self._input
  end
  if sample then
    self.output:view(input, self.size)
  else
    self.batchsize[1] = batch
    self.output:view(input, self.batchsize)
  end
  return self.output
end

function Reshape:updateGradInput(input, gradOutput)
  need.tensor(self, input, 'input')
  need.tensor(self, gradOutput, 'gradOutput')
  if not gradOutput:isContiguous() then
    self._gradOutput = self._gradOutput or gradOutput.new()
    self._gradOutput:resizeAs(gradOutput):copy(gradOutput)
    gradOutput = self._gradOutput
  end
  self.gradInput:viewAs(gradOutput, input)
  return self.gradInput
end

function Reshape:clearState()
  self._input, self._gradOutput = nil, nil
  return parent.clearState(self)
end

function Reshape:__tostring__()
  return torch.type(self) .. '(' .. table.concat(self.size:totable(), 'x') .. ')'
end
