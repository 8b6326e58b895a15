-- nn.SpatialFractionalMaxPooling and nn.VolumetricFractionalMaxPooling: maxima of overlapping
-- windows whose distances vary pseudorandomly, so that any output size below the input's can be
-- reached. Graham, Fractional Max-Pooling, 2014.

local F = require 'torch.ffi'
local conv = require 'nn.conv'
local need = require 'nn.need'
local pooling = require 'nn.pooling'
require 'nn'

local C, check, raise = F.C, F.check, F.raise
local torch = torch

-- Sets fields <prefix>T, <prefix>W, <prefix>H.
local function set(module, prefix, letters, values)
  for i, letter in ipairs(letters) do module[prefix .. letter] = values[i] end
end

local function get(module, prefix, letters)
  return module[prefix .. letters[1]], module[prefix .. letters[2]],
    letters[3] and module[prefix .. letters[3]]
end

--- Declares nn.<name>; letters: its dimensions in the order of the constructor's arguments, which
-- begins with the last one.
return function(name, letters, grad)
  local class, parent = torch.class('nn.' .. name, 'nn.Module')
  local dims = #letters

  -- class(pool sizes..., output sizes...) or class(pool sizes..., ratios of output to input...).
  function class:__init(...)
    parent.__init(self)
    local arguments = {...}
    local sizes, outputs, whole, fractions = {}, {}, true, true
    for i = 1, dims do
      sizes[i], outputs[i] = arguments[i], arguments[dims + i]
      need.number(self, outputs[i], 'output size or ratio')
      whole = whole and outputs[i] >= 1
      fractions = fractions and outputs[i] > 0 and outputs[i] < 1
    end
    set(self, 'poolSize', letters, sizes)
    for _, letter in ipairs(letters) do conv.check(self, 2, 'poolSize' .. letter) end
    if not whole and not fractions then
      raise('nn.%s: expected output sizes of 1 or more, or ratios between 0 and 1, got %s', name,
        table.concat(outputs, ', '))
    end
    set(self, whole and 'out' or 'ratio', letters, outputs)
    for _, letter in ipairs(letters) do
      if whole then conv.check(self, 1, 'out' .. letter) end
    end
    self.newRandomPool = false
  end

  pooling.keeps_indices(class, parent)

  function class:getBufferSize_(input)
    need.sample(self, input, dims + 1)
    local batch = input:dim() == dims + 2
    return torch.LongStorage {batch and input:size(1) or 1, input:size(batch and 2 or 1), dims}
  end

  --- Draws the samples that place the windows of every plane.
  function class:initSampleBuffer_(input)
    local size, samples = self:getBufferSize_(input), self.randomSamples
    if samples and self.newRandomPool and samples:dim() == 3 and samples:size(1) == size[1] and
      samples:size(2) == size[2] then return end
    if not samples then
      samples = self.output.new()
      self.randomSamples = samples
    end
    samples:resize(size):uniform()
  end

  --- The output sizes for an input, in the order of the constructor's arguments.
  function class:getOutputSizes_(input)
    need.sample(self, input, dims + 1)
    local sizes = {}
    for i, letter in ipairs(letters) do
      local size = input:size(input:dim() + 1 - i)
      sizes[i] = self['out' .. letter] or math.floor(size * self['ratio' .. letter])
      if sizes[i] < 1 then
        raise('nn.%s: nothing of %s remains', name, F.describe(input))
      end
    end
    return unpack(sizes)
  end

  --- Keeps the windows of the last forward for later ones; fixPoolingRegions(false) does not.
  function class:fixPoolingRegions(fixed)
    self.newRandomPool = fixed == nil or fixed
    return self
  end

  function class:updateOutput(input)
    local out3, out2, out1 = self:getOutputSizes_(input)
    local pool3, pool2, pool1 = get(self, 'poolSize', letters)
    self:initSampleBuffer_(input)
    check(C.lt_fractional_maxpool(self.output, pooling.indices(self, input), input,
      self.randomSamples, dims, out1 or 1, out2, out3, pool1 or 1, pool2, pool3))
    return self.output
  end

  function class:updateGradInput(input, gradOutput)
    need.sample(self, input, dims + 1)
    need.tensor(self, gradOutput, 'gradOutput')
    if not self.randomSamples then raise('nn.%s: backward before forward', name) end
    check(grad(self.gradInput, gradOutput, pooling.indices(self, input), input))
    return self.gradInput
  end

  local clear_indices = class.clearState

  function class:clearState()
    self.randomSamples = nil
    return clear_indices(self)
  end

  function class:__tostring__()
    local outputs, sizes = {}, {}
    for i, letter in ipairs(letters) do
      outputs[i] = ('%d'):format(self['out' .. letter] or self['ratio' .. letter])
      sizes[i] = ('%d'):format(self['poolSize' .. letter])
    end
    return ('%s(%s, %s)'):format(torch.type(self), table.concat(outputs, 'x'),
      table.concat(sizes, ','))
  end
end
