-- Elementwise operations as rows: mathematics, arithmetic, comparison, bits.

local ops = require 'torch.ops'

local op = ops.op
local floor, ceil, abs = math.floor, math.ceil, math.abs

local function sign(x) return x > 0 and 1 or x < 0 and -1 or 0 end
local function trunc(x) return x >= 0 and floor(x) or ceil(x) end

op('abs', 'unary', {doc = 'absolute value', dom = {-8, 8}, ref = abs})
op('sign', 'unary', {no_number = true, doc = 'sign: -1, 0 or 1', dom = {-8, 8}, ref = sign})
op('neg', 'unary', {no_number = true, doc = 'negation', dom = {-8, 8},
  ref = function(x) return -x end})
op('ceil', 'unary', {doc = 'smallest integer not below', dom = {-8, 8}, ref = ceil})
op('floor', 'unary', {doc = 'largest integer not above', dom = {-8, 8}, ref = floor})
op('round', 'unary', {doc = 'nearest integer, halves away from zero', dom = {-8, 8},
  ref = function(x) return sign(x) * floor(abs(x) + 0.5) end})
op('trunc', 'unary', {doc = 'integer part', dom = {-8, 8}, ref = trunc})
op('frac', 'unary', {doc = 'fractional part, with the sign of the argument', dom = {-8, 8},
  ref = function(x) return x - trunc(x) end})
op('exp', 'unary', {doc = 'exponential', dom = {-8, 8}, ref = math.exp})
op('log', 'unary', {doc = 'natural logarithm', dom = {0.01, 8}, ref = math.log})
op('log1p', 'unary', {doc = 'log(1 + x), accurate near 0', dom = {-0.9, 8},
  ref = function(x) return math.log(1 + x) end})
op('sqrt', 'unary', {doc = 'square root', dom = {0.01, 8}, ref = math.sqrt})
op('rsqrt', 'unary', {doc = 'reciprocal of the square root', dom = {0.01, 8},
  ref = function(x) return 1 / math.sqrt(x) end})
op('cinv', 'unary', {doc = 'reciprocal', dom = {0.1, 8}, ref = function(x) return 1 / x end})
op('sin', 'unary', {doc = 'sine', dom = {-8, 8}, ref = math.sin})
op('cos', 'unary', {doc = 'cosine', dom = {-8, 8}, ref = math.cos})
op('tan', 'unary', {doc = 'tangent', dom = {-1.5, 1.5}, ref = math.tan})
op('asin', 'unary', {doc = 'arc sine', dom = {-0.99, 0.99}, ref = math.asin})
op('acos', 'unary', {doc = 'arc cosine', dom = {-0.99, 0.99}, ref = math.acos})
op('atan', 'unary', {doc = 'arc tangent', dom = {-8, 8}, ref = math.atan})
op('sinh', 'unary', {doc = 'hyperbolic sine', dom = {-8, 8}, ref = math.sinh})
op('cosh', 'unary', {doc = 'hyperbolic cosine', dom = {-8, 8}, ref = math.cosh})
op('tanh', 'unary', {doc = 'hyperbolic tangent', dom = {-8, 8}, ref = math.tanh})
op('sigmoid', 'unary', {doc = 'logistic function 1 / (1 + exp(-x))', dom = {-8, 8},
  ref = function(x) return 1 / (1 + math.exp(-x)) end})
op('erf', 'unary', {doc = 'error function (an addition to Torch7)', dom = {-3, 3}})
op('expm1', 'unary', {doc = 'exp(x) - 1, accurate near 0 (an addition to Torch7)', dom = {-8, 8},
  ref = function(x) return math.exp(x) - 1 end})
op('square', 'unary', {doc = 'x * x (an addition to Torch7)', dom = {-8, 8},
  ref = function(x) return x * x end})
op('clamp', 'unary a b', {doc = 'limits every element to [a, b]', dom = {-8, 8}, args = {-1, 2},
  ref = function(x, a, b) return math.max(a, math.min(b, x)) end})

op('mul', 'scalar', {c = 'cmul', doc = 'product with a number', dom = {-8, 8}, args = {3},
  ref = function(x, v) return x * v end})
op('div', 'scalar', {c = 'cdiv', doc = 'quotient by a number; integers truncate', dom = {-8, 8},
  args = {3}, ref = function(x, v) return x / v end})
op('fmod', 'scalar', {c = 'cfmod', doc = 'remainder with the sign of the dividend', dom = {-8, 8},
  args = {3}, ref = math.fmod})
op('remainder', 'scalar', {c = 'cremainder', doc = 'remainder with the sign of the divisor',
  dom = {-8, 8}, args = {3}, ref = function(x, v) return x - v * floor(x / v) end})
op('bitand', 'scalar', {doc = 'bitwise and with a number; integer types', integer = true})
op('bitor', 'scalar', {doc = 'bitwise or with a number; integer types', integer = true})
op('bitxor', 'scalar', {doc = 'bitwise exclusive or with a number; integer types', integer = true})
op('lshift', 'scalar', {c = 'clshift', doc = 'left shift by a number; floats scale by 2^v',
  dom = {-8, 8}, args = {2}, ref = function(x, v) return x * 2 ^ v end})
op('rshift', 'scalar', {c = 'crshift', doc = 'right shift by a number; floats scale by 2^-v',
  dom = {-8, 8}, args = {2}, ref = function(x, v) return x / 2 ^ v end})

op('cmul', 'binary', {doc = 'product', dom = {-8, 8}, ref = function(x, y) return x * y end})
op('cdiv', 'binary', {doc = 'quotient; integers truncate', dom = {0.1, 8},
  ref = function(x, y) return x / y end})
op('cfmod', 'binary', {doc = 'remainder with the sign of the dividend', dom = {0.1, 8},
  ref = math.fmod})
op('cremainder', 'binary', {doc = 'remainder with the sign of the divisor', dom = {0.1, 8},
  ref = function(x, y) return x - y * floor(x / y) end})
op('cpow', 'binary', {doc = 'power', dom = {0.1, 4}, ref = function(x, y) return x ^ y end})
op('cbitand', 'binary', {c = 'bitand', doc = 'bitwise and; integer types', integer = true})
op('cbitor', 'binary', {c = 'bitor', doc = 'bitwise or; integer types', integer = true})
op('cbitxor', 'binary', {c = 'bitxor', doc = 'bitwise exclusive or; integer types', integer = true})
op('clshift', 'binary', {doc = 'left shift; floats scale by 2^y', dom = {0, 4},
  ref = function(x, y) return x * 2 ^ y end})
op('crshift', 'binary', {doc = 'right shift; floats scale by 2^-y', dom = {0, 4},
  ref = function(x, y) return x / 2 ^ y end})
op('cmax', 'binary scalar', {doc = 'larger of two elements', dom = {-8, 8}, ref = math.max})
op('cmin', 'binary scalar', {doc = 'smaller of two elements', dom = {-8, 8}, ref = math.min})
ops.alias('mod', 'fmod')
ops.alias('cmod', 'cfmod')

for _, row in ipairs {
  {'lt', 'less than'}, {'gt', 'greater than'}, {'le', 'less than or equal to'},
  {'ge', 'greater than or equal to'}, {'eq', 'equal to'}, {'ne', 'not equal to'},
} do
  local name, text = row[1], row[2]
  op(name, 'compare', {doc = 'where x is ' .. text .. ' y, as a ByteTensor of 0 and 1'})
end
