-- nn.SpatialZeroPadding(pad_l, [pad_r = pad_l], [pad_t = pad_l], [pad_b = pad_l]): zeros around the
-- last two dimensions of inputs [n c h w] or [c h w]; negative widths crop.
-- Shapes: [n c h w] or [c h w] -> [n c h+pad_t+pad_b w+pad_l+pad_r] or without n.

local F = require 'torch.ffi'
local need = require 'nn.need'

local torch = torch

local SpatialZeroPadding, parent = torch.class('nn.SpatialZeroPadding', 'nn.Module')

function SpatialZeroPadding:__init(pad_l, pad_r, pad_t, pad_b)
  parent.__init(self)
  need.number(self, pad_l, 'padding')
  self.pad_l = pad_l
  self.pad_r = pad_r or pad_l
  self.pad_t = pad_t or pad_l
  self.pad_b = pad_b or pad_l
end

-- Places first .. last of a dimension of `size` that remain when `before` and `after` are added.
local function kept(size, before, after)
  return math.max(1, 1 - before), math.min(size, size + after)
end

-- The part of the unpadded tensor that is copied, and its place in the padded one.
local function parts(self, plain, padded)
  local n = plain:dim()
  local y1, y2 = kept(plain:size(n - 1), self.pad_t, self.pad_b)
  local x1, x2 = kept(plain:size(n), self.pad_l, self.pad_r)
  local h, w = y2 - y1 + 1, x2 - x1 + 1
  return plain:narrow(n - 1, y1, h):narrow(n, x1, w),
    padded:narrow(n - 1, y1 + self.pad_t, h):narrow(n, x1 + self.pad_l, w)
end

function SpatialZeroPadding:updateOutput(input)
  need.tensor(self, input, 'input')
  local n = input:dim()
  if n ~= 3 and n ~= 4 then
    F.raise('nn.SpatialZeroPadding: expected a 3D or 4D input, got %s', F.describe(input))
  end
  local size = input:size()
  size[n - 1] = size[n - 1] + self.pad_t + self.pad_b
  size[n] = size[n] + self.pad_l + self.pad_r
  if size[n - 1] < 1 or size[n] < 1 then
    F.raise('nn.SpatialZeroPadding: nothing of %s remains', F.describe(input))
  end
  self.output:resize(size):zero()
  local from, to = parts(self, input, self.output)
  to:copy(from)
  return self.output
end

function SpatialZeroPadding:updateGradInput(input, gradOutput)
  need.tensor(self, input, 'input')
  need.output_size(self, gradOutput)
  self.gradInput:resizeAs(input):zero()
  local to, from = parts(self, self.gradInput, gradOutput)
  to:copy(from)
  return self.gradInput
end

function SpatialZeroPadding:__tostring__()
  return ('%s(l=%d, r=%d, t=%d, b=%d)'):format(torch.type(self), self.pad_l, self.pad_r, self.pad_t,
    self.pad_b)
end
