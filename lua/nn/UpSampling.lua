-- nn.UpSampling(scale, [mode = 'nearest']) or ({[odepth =,] oheight =, owidth =}, mode): images
-- [n c h w] or volumes [n c t h w] scaled up, by a whole number or (mode 'linear', 'bilinear' or
-- 'trilinear') to the sizes in a table {[odepth =,] oheight =, owidth =}. 'nearest', every other
-- mode, repeats elements; 'linear' interpolates, and the outermost elements keep their places.
-- Shapes: [n c h w] or [n c t h w] -> [n c oh ow] or [n c ot oh ow], oh = h scale.

local F = require 'torch.ffi'
local need = require 'nn.need'
local upsampling = require 'nn.upsampling'
require 'nn'

local torch = torch

local UpSampling, parent = torch.class('nn.UpSampling', 'nn.Module')

local linear = {linear = true, bilinear = true, trilinear = true}

function UpSampling:__init(params, mode)
  parent.__init(self)
  self.mode = linear[mode] and 'linear' or 'nearest'
  if type(params) == 'table' and self.mode == 'nearest' then
    F.raise("nn.UpSampling: mode 'nearest' needs a scale_factor")
  end
  upsampling.init(self, params, 5)
end

-- How many dimensions of the input are upsampled.
local function dimensions(self, input)
  need.sample(self, input, 4)
  return input:dim() - 2
end

--- Sets outputSize for an input.
function UpSampling:setSize(input)
  upsampling.set_size(self, input, dimensions(self, input))
end

function UpSampling:updateOutput(input)
  return (upsampling.forward(self, input, dimensions(self, input), self.mode == 'nearest'))
end

function UpSampling:updateGradInput(input, gradOutput)
  return (upsampling.backward(self, input, gradOutput, dimensions(self, input),
    self.mode == 'nearest'))
end

function UpSampling:__tostring__()
  if self.scale_factor then
    return ('%s(%dx, %s)'):format(torch.type(self), self.scale_factor, self.mode)
  end
  local sizes = ('%dx%d'):format(self.oheight, self.owidth)
  if self.odepth then sizes = self.odepth .. 'x' .. sizes end
  return ('%s(%s, %s)'):format(torch.type(self), sizes, self.mode)
end
