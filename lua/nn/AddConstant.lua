-- nn.AddConstant(constant_scalar, [ip = false]): x + constant_scalar, in place when ip is true. The
-- constant may be a vector too, which is added to every row.
-- Shapes: any -> the same; with a vector of n elements: [n] or [b n] -> the same.

local F = require 'torch.ffi'
local need = require 'nn.need'

local torch = torch

local AddConstant, parent = torch.class('nn.AddConstant', 'nn.Module')

function AddConstant:__init(constant_scalar, ip)
  parent.__init(self)
  if not F.is_tensor(constant_scalar) then need.number(self, constant_scalar, 'constant') end
  self.constant_scalar = constant_scalar
  self.inplace = ip or false
end

-- result = input + sign * the constant.
local function add(self, result, input, sign)
  local constant = self.constant_scalar
  if not F.is_tensor(constant) then
    result:add(input, sign * constant)
    return
  end
  local n, dims = constant:nElement(), input:dim()
  if constant:dim() ~= 1 or dims > 2 or dims < 1 or input:size(dims) ~= n then
    F.raise('nn.AddConstant: a constant that is %s cannot be added to %s', F.describe(constant),
      F.describe(input))
  end
  if dims == 2 then constant = constant:view(1, n):expandAs(input) end
  result:add(input, sign, constant)
end

function AddConstant:updateOutput(input)
  need.tensor(self, input, 'input')
  if self.inplace then self.output:set(input) end
  add(self, self.output, input, 1)
  return self.output
end

function AddConstant:updateGradInput(input, gradOutput)
  need.elements(self, input, gradOutput)
  if self.inplace then
    self.gradInput:set(gradOutput)
    add(self, input, input, -1) -- the input as it was before forward
  else
    self.gradInput:resizeAs(gradOutput):copy(gradOutput)
  end
  return self.gradInput
end
