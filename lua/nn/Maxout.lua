-- nn.Maxout(inputSize, outputSize, maxoutNumber, [preprocess]): the largest of maxoutNumber linear
-- functions for each of outputSize features, for inputs [n in] or [in], after an optional module.
-- Goodfellow et al., Maxout Networks, 2013.
-- Shapes: [n inputSize] or [inputSize] -> [n outputSize] or [outputSize].

local need = require 'nn.need'
local nn = require 'nn'

local torch = torch

local Maxout, parent = torch.class('nn.Maxout', 'nn.Sequential')

function Maxout:__init(inputSize, outputSize, maxoutNumber, preprocess)
  parent.__init(self)
  need.size(self, outputSize, 'output size')
  need.size(self, maxoutNumber, 'number of functions')
  if preprocess then self:add(preprocess) end
  self:add(nn.Linear(inputSize, outputSize * maxoutNumber))
  self:add(nn.View(maxoutNumber, outputSize):setNumInputDims(1))
  self:add(nn.Max(1, 2))
end
