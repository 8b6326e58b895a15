-- Transfer functions as rows: each row names the module, the operation behind it, and the fields
-- that its parameters are kept in (with defaults), in the order of the constructor. The comment
-- above a row is its entry in docs/nn.md, with the shapes of all rows:
-- Shapes: any -> the same.

local F = require 'torch.ffi'
local need = require 'nn.need'
local nn = require 'nn'

local raise = F.raise
local torch = torch

local source = [[
local C, check, need, class = ...
local need_tensor = need.tensor

function class:updateOutput(input)
  need_tensor(self, input, 'input')
  local output = self.output
  if self.inplace then $validate output:set(input) end
  check(C.lt_$op(output, input $fields))
  return output
end

function class:updateGradInput(input, gradOutput)
  need_tensor(self, input, 'input')
  need_tensor(self, gradOutput, 'gradOutput')
  local gradInput = self.gradInput
  if self.inplace then $validate gradInput:set(gradOutput) end
  check(C.lt_$op_grad(gradInput, gradOutput, input, self.output $fields))
  return gradInput
end]]

-- The constructor takes the parameters in order, then inplace. A boolean in place of the first
-- parameter is taken for inplace where the row says so.
local function constructor(class, parent, row)
  local args = row.args or {}
  function class:__init(...)
    parent.__init(self)
    local values = {...}
    if row.inplace_first and type(values[1]) == 'boolean' then
      values = {[#args + 1] = values[1]}
    end
    for i, arg in ipairs(args) do
      local value = values[i]
      if value == nil then value = arg[2] end
      if type(value) ~= 'number' then
        raise('%s: expected a number as %s, got %s', torch.type(self), arg[1],
          torch.type(value))
      end
      self[arg[1]] = value
    end
    for field, value in pairs(row.constants or {}) do self[field] = value end
    if row.inplace then
      local inplace = values[#args + 1]
      if inplace ~= nil and type(inplace) ~= 'boolean' then
        raise('%s: in-place flag must be true or false', torch.type(self))
      end
      self.inplace = inplace or false
      if row.validate and inplace then self:validateParameters() end
    end
    if row.check then row.check(self) end
  end
end

local function pointwise(row)
  local name = 'nn.' .. row[1]
  local class, parent = torch.class(name, row.parent or 'nn.Module')
  local fields = ''
  for _, field in ipairs(row.fields or {}) do fields = fields .. ', ' .. field end
  local text = source:gsub('%$op', row.op):gsub('%$fields', fields)
    :gsub('%$validate', row.validate and 'self:validateParameters()' or '')
  assert(loadstring(text, '=torch.' .. name))(F.C, F.check, need, class)
  constructor(class, parent, row)
  if row.text then
    function class:__tostring__() return torch.type(self) .. row.text(self) end
  end
  return class
end

-- nn.Abs(): |x|.
pointwise {'Abs', op = 'abs'}
-- nn.Exp(): exp(x).
pointwise {'Exp', op = 'exp'}
-- nn.Log(): log(x), the natural logarithm.
pointwise {'Log', op = 'log'}
-- nn.Sqrt([eps = 0]): sqrt(x); eps is not used.
pointwise {'Sqrt', op = 'sqrt', args = {{'eps', 0}}}
-- nn.Square(): x^2.
pointwise {'Square', op = 'square'}
-- nn.Tanh(): tanh(x).
pointwise {'Tanh', op = 'tanh'}
-- nn.Sigmoid(): 1 / (1 + exp(-x)).
pointwise {'Sigmoid', op = 'sigmoid'}
-- nn.LogSigmoid(): log(1 / (1 + exp(-x))).
pointwise {'LogSigmoid', op = 'logsigmoid'}
-- nn.SoftSign(): x / (1 + |x|).
pointwise {'SoftSign', op = 'softsign'}
-- nn.SiLU(): x / (1 + exp(-x)). An addition to Torch7. Ramachandran et al., Searching for
-- Activation Functions, 2017.
pointwise {'SiLU', op = 'silu'}
-- nn.Swish(): x / (1 + exp(-x)), another name of nn.SiLU. An addition to Torch7.
pointwise {'Swish', op = 'silu', parent = 'nn.SiLU'}
-- nn.Mish(): x tanh(log(1 + exp(x))). An addition to Torch7. Misra, Mish, 2019.
pointwise {'Mish', op = 'mish'}
-- nn.HardSigmoid(): min(max(x + 3, 0), 6) / 6. An addition to Torch7. Howard et al., Searching for
-- MobileNetV3, 2019.
pointwise {'HardSigmoid', op = 'hardsigmoid'}
-- nn.HardSwish(): x min(max(x + 3, 0), 6) / 6. An addition to Torch7. Howard et al., Searching for
-- MobileNetV3, 2019.
pointwise {'HardSwish', op = 'hardswish'}
-- nn.Threshold([threshold = 1e-6], [val = 0], [inplace = false]): x where x > threshold, else val.
local Threshold = pointwise {'Threshold', op = 'threshold', inplace = true, validate = true,
  args = {{'threshold', 1e-6}, {'val', 0}}, fields = {'self.threshold', 'self.val'}}
-- nn.HardTanh([min_val = -1], [max_val = 1], [inplace = false]): x from min_val to max_val, else
-- the nearer of them.
pointwise {'HardTanh', op = 'hardtanh', args = {{'min_val', -1}, {'max_val', 1}}, inplace = true,
  fields = {'self.min_val', 'self.max_val'},
  check = function(self)
    local ordered = self.max_val > self.min_val -- false for NaN
    if not ordered then
      raise('%s: max_val (%g) must be greater than min_val (%g)', torch.type(self), self.max_val,
        self.min_val)
    end
  end}
-- nn.ReLU6([inplace = false]): min(max(x, 0), 6).
pointwise {'ReLU6', op = 'hardtanh', inplace = true, fields = {'0', '6'}}
-- nn.LeakyReLU([negval = 1/100], [inplace = false]) or (inplace): x where x > 0, else negval x.
pointwise {'LeakyReLU', op = 'leakyrelu', args = {{'negval', 1 / 100}}, inplace = true,
  inplace_first = true, fields = {'self.negval'},
  text = function(self) return ('(%g)'):format(self.negval) end}
-- nn.ELU([alpha = 1], [inplace = false]): x where x > 0, else alpha (exp(x) - 1). Clevert et al.,
-- Fast and Accurate Deep Network Learning by Exponential Linear Units, 2016.
pointwise {'ELU', op = 'elu', args = {{'alpha', 1}}, inplace = true, fields = {'self.alpha'},
  text = function(self) return (' (alpha:%f)'):format(self.alpha) end}
-- nn.SoftPlus([beta = 1]): log(1 + exp(beta x)) / beta, and x where beta x > 20.
pointwise {'SoftPlus', op = 'softplus', args = {{'beta', 1}}, constants = {threshold = 20},
  fields = {'self.beta', 'self.threshold'}}
-- nn.SoftShrink([lambda = 0.5]): x - lambda where x > lambda, x + lambda where x < -lambda, else 0.
pointwise {'SoftShrink', op = 'softshrink', args = {{'lambda', 0.5}}, fields = {'self.lambda'}}
-- nn.HardShrink([lambda = 0.5]): x where |x| > lambda, else 0.
pointwise {'HardShrink', op = 'hardshrink', args = {{'lambda', 0.5}}, fields = {'self.lambda'}}

--- Raises where working in place would change which elements are above the threshold.
function Threshold:validateParameters()
  if self.inplace and self.val > self.threshold then
    raise('%s: in place, the value (%s) must not exceed the threshold (%s)', torch.type(self),
      self.val, self.threshold)
  end
end

-- nn.ReLU([inplace = false]): max(x, 0).
local ReLU, threshold = torch.class('nn.ReLU', 'nn.Threshold')

function ReLU:__init(inplace)
  threshold.__init(self, 0, 0, inplace)
end

-- nn.Clamp(min_value, max_value): nn.HardTanh between min_value and max_value.
local Clamp, hardtanh = torch.class('nn.Clamp', 'nn.HardTanh')

function Clamp:__init(min_value, max_value)
  hardtanh.__init(self, min_value, max_value)
end

return nn
