-- nn.Normalize(p, [eps = 1e-10]): x / (sum of |x|^p + eps)^(1/p), and with p = math.huge x /
-- (largest |x| + eps), for each row; p > 0.
-- Shapes: [n d] or [d] -> the same.

local F = require 'torch.ffi'
local beside = require 'nn.beside'
local buffer = require 'nn.buffer'
local need = require 'nn.need'
local nn = require 'nn'
local rows = require 'nn.rows'

local torch = torch

local Normalize, parent = torch.class('nn.Normalize', 'nn.Module')

function Normalize:__init(p, eps)
  parent.__init(self)
  if type(p) ~= 'number' or p <= 0 or p ~= p then
    F.raise('nn.Normalize: p must be a number above 0, got %s', tostring(p))
  end
  self.p = p
  self.eps = eps or 1e-10
end

function Normalize:updateOutput(input)
  local x, p = rows(self, input, 'input'), self.p
  local work, norm, normp = buffer(self, 'buffer', x), buffer(self, 'norm', x),
    buffer(self, 'normp', x)
  work:resizeAs(x)
  if p == math.huge then
    norm:max(beside.long(self, '_indices', x), work:abs(x), 2)
    norm:add(self.eps)
    normp:resizeAs(norm):add(norm, self.eps)
  else
    if p == 1 then
      work:abs(x)
    elseif p == 2 then
      work:cmul(x, x)
    else
      work:abs(x):pow(p)
    end
    normp:sum(work, 2):add(self.eps)
    norm:resizeAs(normp):pow(normp, 1 / p)
  end
  return self.output:resizeAs(x):cdiv(x, norm:expandAs(x)):resizeAs(input)
end

-- work = sign(x) |x|^(p - 1), the direction of the norm's gradient.
local function direction(self, work, x, p)
  if p == 2 then return work:copy(x) end
  local sign = buffer(self, '_sign', x):resizeAs(x):sign(x)
  if p == 1 then return work:copy(sign) end
  return work:abs(x):pow(p - 1):cmul(sign)
end

function Normalize:updateGradInput(input, gradOutput)
  local x, p = rows(self, input, 'input'), self.p
  local g = rows(self, gradOutput, 'gradOutput', x:size(2))
  need.elements(self, input, gradOutput)
  local norm, n = self.norm, x:size(1)
  if not F.is_tensor(norm) or norm:nElement() ~= n or g:size(1) ~= n then
    F.raise('nn.Normalize: backward of %s before forward of it', F.describe(input))
  end
  local work, dot = buffer(self, 'buffer', x), buffer(self, '_dot', x)
  work:resizeAs(x):cmul(g, x)
  dot:sum(work, 2):cdiv(norm):cdiv(self.normp)
  local gradInput = self.gradInput:resizeAs(x):cdiv(g, norm:expandAs(x))
  if p == math.huge then
    local at = buffer(self, '_sign', x):gather(x, 2, self._indices):sign()
    work:zero():scatter(2, self._indices, dot:cmul(at))
    gradInput:add(-1, work)
  else
    gradInput:addcmul(-1, dot:expandAs(x), direction(self, work, x, p))
  end
  return gradInput:resizeAs(input)
end

-- Indices stay of type Long.
function Normalize:type(type_name, tensorCache)
  if type_name then self._indices = nil end
  return parent.type(self, type_name, tensorCache)
end

function Normalize:clearState()
  nn.utils.clear(self, 'buffer', 'norm', 'normp', '_indices', '_sign', '_dot')
  return parent.clearState(self)
end

function Normalize:__tostring__()
  return (self.p % 1 == 0 and '%s(%d)' or '%s(%f)'):format(torch.type(self), self.p)
end
