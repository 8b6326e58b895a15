-- nn.PixelShuffle(upscaleFactor): r x r channels that follow each other become the pixels of a
-- block, row by row. Shi et al., Real-Time Single Image and Video Super-Resolution, 2016.
-- Shapes: [n c*r*r h w] or [c*r*r h w] -> [n c h*r w*r] or [c h*r w*r], r = upscaleFactor.

local F = require 'torch.ffi'
local need = require 'nn.need'

local torch = torch

local PixelShuffle, parent = torch.class('nn.PixelShuffle', 'nn.Module')

function PixelShuffle:__init(upscaleFactor)
  parent.__init(self)
  need.size(self, upscaleFactor, 'upscale factor')
  self.upscaleFactor = upscaleFactor
  self.upscaleFactorSquared = upscaleFactor * upscaleFactor
end

-- Number of samples, output channels, height and width of the input.
local function extents(self, input)
  need.tensor(self, input, 'input')
  local dims, squared = input:dim(), self.upscaleFactorSquared
  if (dims ~= 3 and dims ~= 4) or input:size(dims - 2) % squared ~= 0 then
    F.raise('nn.PixelShuffle: expected [n c h w] or [c h w] with c a multiple of %d, got %s',
      squared, F.describe(input))
  end
  return dims == 4 and input:size(1) or 1, input:size(dims - 2) / squared, input:size(dims - 1),
    input:size(dims)
end

function PixelShuffle:updateOutput(input)
  local n, c, h, w = extents(self, input)
  local r, output = self.upscaleFactor, self.output
  output:resize(n, c, h, r, w, r)
  output:permute(1, 2, 4, 6, 3, 5):copy(input:contiguous():view(n, c, r, r, h, w))
  if input:dim() == 3 then return output:resize(c, h * r, w * r) end
  return output:resize(n, c, h * r, w * r)
end

function PixelShuffle:updateGradInput(input, gradOutput)
  local n, c, h, w = extents(self, input)
  local r, gradInput = self.upscaleFactor, self.gradInput
  need.tensor(self, gradOutput, 'gradOutput')
  if gradOutput:nElement() ~= input:nElement() then
    F.raise('nn.PixelShuffle: the input is %s, gradOutput %s', F.describe(input),
      F.describe(gradOutput))
  end
  local blocks = gradOutput:contiguous():view(n, c, h, r, w, r):permute(1, 2, 4, 6, 3, 5)
  return gradInput:resize(n, c, r, r, h, w):copy(blocks):resizeAs(input)
end
