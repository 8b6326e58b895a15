-- What nn.ScaledDotProduct and nn.MultiHeadAttention share: options, padding, and the calls of C.

local F = require 'torch.ffi'
local need = require 'nn.need'
local sequence = require 'nn.sequence'

local C, check, is_tensor, raise = F.C, F.check, F.is_tensor, F.raise
local BYTE, HALF, BFLOAT16, FLOAT = F.dtype.Byte, F.dtype.Half, F.dtype.BFloat16, F.dtype.Float
local torch = torch

local attention = {}

local option_types = {causal = 'boolean', dropout = 'number', bias = 'boolean'}

--- Reads the options of a constructor into fields of the module; `allowed` names them.
function attention.configure(module, options, allowed)
  options = options or {}
  for name, value in pairs(options) do
    if not allowed[name] or type(value) ~= option_types[name] then
      raise('%s: there is no option %s = %s', torch.type(module), tostring(name), tostring(value))
    end
  end
  module.causal = options.causal or false
  module.dropout = options.dropout or 0
  if not (module.dropout >= 0 and module.dropout < 1) then
    raise('%s: dropout must be in [0, 1), got %s', torch.type(module), module.dropout)
  end
  module.train, module.seed = true, 0
  module.lse = torch.Tensor()
  module.gradPadding = torch.Tensor()
end

--- The first tensor of an input {x [, memory] [, padding]}, or the input itself, checked to be
-- [n t module.size], and the places of memory and padding, nil where there is none.
function attention.places(module, input)
  local x = input
  local memory, padding
  if not is_tensor(input) then
    need.tensors(module, input, 1)
    x = input[1]
    memory = #input > 1 and input[2].ndim == 3 and 2 or nil
    local i = memory and 3 or 2
    padding = #input >= i and i or nil
    if #input > i then
      raise('%s: expected {input [, memory] [, padding]}, got a table of %d', torch.type(module),
        #input)
    end
  end
  local c = module.size
  if x.ndim ~= 3 or x.sizes[2] ~= c or memory and input[memory].sizes[2] ~= c then
    raise('%s: expected inputs [n t %d], got %s%s', torch.type(module), c, F.describe(x),
      memory and ' and ' .. F.describe(input[memory]) or '')
  end
  return x, memory, padding
end

-- A padding as C takes it: lengths as a LongTensor, or a mask as a ByteTensor.
local function padding_of(module, padding)
  if padding.ndim ~= 2 then return sequence.lengths(module, padding) end
  if padding.dtype == BYTE and padding.device == 0 and padding:isContiguous() then
    return padding
  end
  local mask = module.mask
  if not is_tensor(mask) or mask.dtype ~= BYTE or mask.device ~= 0 then
    mask = torch.ByteTensor()
    module.mask = mask
  end
  check(C.lt_resize_as(mask, padding))
  return mask:copy(padding)
end

-- The sums of exponentials that forward leaves for backward: Float for half types.
local function sums(module, query)
  local dtype = query.dtype
  if dtype == HALF or dtype == BFLOAT16 then dtype = FLOAT end
  local lse = module.lse
  if lse.dtype ~= dtype or lse.device ~= query.device then
    lse = F.tensor(dtype, query.device)
    module.lse = lse
  end
  return lse
end

--- y = attention of query, key and value; padding may be nil.
function attention.forward(module, y, query, key, value, padding, heads)
  local drops = module.train and module.dropout > 0
  if drops then module.seed = torch.random(0, 2 ^ 32 - 1) end
  module.active = drops and module.dropout or 0
  check(C.lt_attention(y, sums(module, query), query, key, value,
    padding and padding_of(module, padding), heads, module.causal and 1 or 0,
    1 / math.sqrt(query:size(3) / heads), module.active, module.seed))
end

--- The gradients of query, key and value, from what forward left.
function attention.backward(module, gradients, gy, y, query, key, value, padding, heads)
  if not module.active then raise('%s: backward before forward', torch.type(module)) end
  check(C.lt_attention_grad(gradients[1], gradients[2], gradients[3], gy, y, module.lse, query,
    key, value, padding and padding_of(module, padding), heads, module.causal and 1 or 0,
    1 / math.sqrt(query:size(3) / heads), module.active, module.seed))
end

--- The gradient of a padding: 0.
function attention.grad_padding(module, padding)
  check(C.lt_resize_as(module.gradPadding, padding))
  return module.gradPadding:zero()
end

--- Empties what need not be saved.
function attention.clear(module)
  module.lse:set()
  module.gradPadding:set()
  module.lengths, module.mask = nil, nil
end

return attention
