-- nn.CReLU([nInputDims], [inplace = false]): ReLU(x) and ReLU(-x) side by side along the feature
-- dimension, the first of nInputDims. Shang et al., 2016.
-- Shapes: [n c ...] -> [n 2c ...]; with nInputDims dimensions [c ...] -> [2c ...].

local nn = require 'nn'
local torch = torch

local CReLU, parent = torch.class('nn.CReLU', 'nn.Sequential')

function CReLU:__init(nInputDims, inplace)
  parent.__init(self)
  self.nInputDims = nInputDims
  self.inplace = inplace or false
  local both = nn.ConcatTable():add(nn.Identity()):add(nn.MulConstant(-1))
  self:add(both)
  self:add(nn.JoinTable(self.nInputDims and 1 or 2, self.nInputDims))
  self:add(nn.ReLU(self.inplace))
end

function CReLU.__tostring__()
  return 'CReLU()'
end
