-- nn.Convert([inputShape = 'b*'], [outputShape = inputShape]): converts between layouts of a batch,
-- whose axes are named by letters (b batch, c channel, h height, w width, f feature, t time or
-- class), and to the module's tensor type. nn.Convert('bchw', 'bf') flattens samples. A shape
-- without b gets one in front; an input with an axis less is a single sample.
-- Shapes: the axes of inputShape -> those of outputShape.

local F = require 'torch.ffi'
local converters = require 'nn.converters'
local nn = require 'nn'
local resize = require 'nn.resize'

local raise = F.raise
local torch = torch

local Convert, parent = torch.class('nn.Convert', 'nn.Container')

local function with_batch(shape)
  return shape:find('b', 1, true) and shape or 'b' .. shape
end

function Convert:__init(inputShape, outputShape)
  parent.__init(self)
  inputShape = inputShape or 'b*'
  outputShape = outputShape or inputShape
  if type(inputShape) ~= 'string' or type(outputShape) ~= 'string' then
    raise('nn.Convert: expected names of axes like "bchw", got %s and %s', F.describe(inputShape),
      F.describe(outputShape))
  end
  self.inputShape, self.outputShape = with_batch(inputShape), with_batch(outputShape)
  self.inputBatchDim = self:findAxis('b', self.inputShape)
  self.outputBatchDim = self:findAxis('b', self.outputShape)
end

--- The place of an axis in shape (default: the input's); without it nil when silent, or an error.
function Convert:findAxis(axis_char, shape, silent)
  shape = shape or self.inputShape
  local place = shape:find(axis_char, 1, true)
  if not place and not silent then
    raise('nn.Convert: the shape "%s" has no axis "%s"', shape, axis_char)
  end
  return place
end

for _, name in ipairs {'default', 'transpose', 'bf', 'b', 'bt', 'buildConverter'} do
  Convert[name] = converters[name]
end

-- x in the type of another tensor, kept in a field.
local function cast(self, field, x, type_name)
  if torch.type(x) == type_name then return x end
  local t = self[field]
  if torch.type(t) ~= type_name then t = torch.getmetatable(type_name).new() end
  self[field] = t
  return resize(t, x):copy(x)
end

-- input as a batch of the module's type.
local function batch_of(self, input)
  if not torch.isTensor(input) then
    raise('nn.Convert: expected a tensor as input, got %s', F.describe(input))
  end
  local dims, want = input:dim(), self.inputShape
  if want == 'b*' then
    self.batchMode = true
  elseif dims == #want then
    self.batchMode = true
  elseif dims == #want - 1 then
    self.batchMode = false
  else
    raise('nn.Convert: expected the axes "%s", got %s', want, F.describe(input))
  end
  input = cast(self, '_input', input, self:type())
  if self.batchMode then return input end
  return nn.utils.addSingletonDimension(input, self.inputBatchDim)
end

function Convert:updateOutput(input)
  local x = batch_of(self, input)
  if not self.converter then
    self.converter = self:buildConverter():type(self:type())
    self.modules[1] = self.converter
  end
  local output = self.converter:updateOutput(x)
  if not self.batchMode then
    output = output:select(self.outputBatchDim, 1)
  end
  self.output = output
  return output
end

function Convert:updateGradInput(input, gradOutput)
  local x = batch_of(self, input)
  if not self.converter then raise('nn.Convert: backward before forward') end
  if not self.batchMode then
    gradOutput = nn.utils.addSingletonDimension(gradOutput, self.outputBatchDim)
  end
  local g = self.converter:updateGradInput(x, gradOutput)
  if not self.batchMode then g = g:select(self.inputBatchDim, 1) end
  self.gradInput = cast(self, '_gradInput', g, torch.type(input))
  return self.gradInput
end

-- Buffers of another type are made anew.
function Convert:type(type_name, tensorCache)
  if not type_name then return self._type end
  self._input, self._gradInput = nil, nil
  return parent.type(self, type_name, tensorCache)
end

function Convert:clearState()
  self._input, self._gradInput = nil, nil
  self.output, self.gradInput = torch.Tensor():type(self._type), torch.Tensor():type(self._type)
  if self.converter then self.converter:clearState() end
  return self
end
