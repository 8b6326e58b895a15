-- What modules over whole sequences share: their buffers, and the order of steps and samples.

local F = require 'torch.ffi'
local need = require 'nn.need'

local C, check, is_tensor, raise = F.C, F.check, F.is_tensor, F.raise
local LONG = F.dtype.Long
local torch = torch

local sequence = {}

local option_types = {layers = 'number', bidirectional = 'boolean', batchFirst = 'boolean',
  dropout = 'number', bias = 'boolean', nonlinearity = 'string'}

--- Reads the arguments of a recurrent module's constructor into its fields.
function sequence.configure(module, inputSize, hiddenSize, options)
  need.size(module, inputSize, 'input size')
  need.size(module, hiddenSize, 'hidden size')
  options = options or {}
  for name, value in pairs(options) do
    if type(value) ~= option_types[name] then
      raise('%s: there is no option %s = %s', torch.type(module), tostring(name), tostring(value))
    end
  end
  module.inputSize, module.hiddenSize = inputSize, hiddenSize
  module.layers, module.directions = options.layers or 1, options.bidirectional and 2 or 1
  need.size(module, module.layers, 'number of layers')
  module.batchFirst, module.biased = options.batchFirst or false, options.bias ~= false
  module.dropout = options.dropout or 0
  if not (module.dropout >= 0 and module.dropout < 1) then
    raise('%s: dropout must be in [0, 1), got %s', torch.type(module), module.dropout)
  end
end

--- Entry i of a list of tensors, made of the type of module.weight when it is not there yet.
function sequence.buffer(module, list, i)
  local t = list[i]
  if not t then
    t = module.weight.new()
    list[i] = t
  end
  return t
end

--- t with the sizes a x b x c.
function sequence.resize(t, a, b, c)
  F.sizes[0], F.sizes[1], F.sizes[2] = a, b, c
  check(C.lt_resize(t, 3, F.sizes, nil))
  return t
end

local resize = sequence.resize

--- x, checked to be [t n size], or with module.batchFirst [n t size]; then it is copied to the
-- buffer as [t n size].
function sequence.steps_first(module, buffer, x, what, size)
  need.tensor(module, x, what)
  if x.ndim ~= 3 or x.sizes[2] ~= size then
    raise('%s: expected %s [%s %d], got %s', torch.type(module), what,
      module.batchFirst and 'n t' or 't n', size, F.describe(x))
  end
  if not module.batchFirst then return x end
  return resize(buffer, x:size(2), x:size(1), size):copy(x:transpose(1, 2))
end

--- Copies x [t n size] to `to` as [n t size].
function sequence.samples_first(to, x)
  return resize(to, x:size(2), x:size(1), x:size(3)):copy(x:transpose(1, 2))
end

--- A copy of lengths as a LongTensor, which is kept in the field `lengths` of module.
function sequence.lengths(module, lengths)
  local t = module.lengths
  if not is_tensor(t) or t.dtype ~= LONG or t.device ~= 0 then
    t = torch.LongTensor()
    module.lengths = t
  end
  check(C.lt_resize_as(t, lengths))
  return t:copy(lengths)
end

--- Where lengths, h0 and c0 stand in an input table {input [, lengths] [, h0 [, c0]]}; nil for what
-- is not there.
function sequence.places(module, input)
  if is_tensor(input) then return nil, nil, nil end
  need.tensors(module, input, 1)
  local n, i, lengths, h0, c0 = #input, 2, nil, nil, nil
  if n >= i and input[i].ndim == 1 then lengths, i = i, i + 1 end
  if n >= i then h0, i = i, i + 1 end
  if n >= i and module.stateCount == 2 then c0, i = i, i + 1 end
  if i <= n then
    raise('%s: expected {input [, lengths] [, h0%s]}, got a table of %d', torch.type(module),
      module.stateCount == 2 and ' [, c0]' or '', n)
  end
  return lengths, h0, c0
end

--- Makes `state` [layers*directions n hidden] a copy of `given`, or 0 without it.
function sequence.state(module, state, given, what, n)
  local slots, hidden = module.layers * module.directions, module.hiddenSize
  if not given then return resize(state, slots, n, hidden):zero() end
  if given.ndim ~= 3 or given.sizes[0] ~= slots or given.sizes[1] ~= n
    or given.sizes[2] ~= hidden then
    raise('%s: %s should be %d x %d x %d, got %s', torch.type(module), what, slots, n, hidden,
      F.describe(given))
  end
  return resize(state, slots, n, hidden):copy(given)
end

--- Inputs of a layer of a nn.SequenceRecurrent.
function sequence.inputs(module, layer)
  return layer == 1 and module.inputSize or module.directions * module.hiddenSize
end

--- Elements of the flat weights before those of a direction, 0 or 1, of a layer.
function sequence.place(module, layer, direction)
  local rows, hidden = module.gateCount * module.hiddenSize, module.hiddenSize
  local others = hidden + (module.biased and 2 or 0)
  local first = rows * (module.inputSize + others)
  if layer == 1 then return direction * first end
  local above = rows * (module.directions * hidden + others)
  return module.directions * (first + (layer - 2) * above) + direction * above
end

--- Views of the parameters of a layer and direction, 1 or 2, in a flat tensor.
function sequence.views(module, flat, layer, direction)
  local function is_one_of(x, n) return type(x) == 'number' and x >= 1 and x <= n and x % 1 == 0 end
  if not (is_one_of(layer, module.layers) and is_one_of(direction, module.directions)) then
    raise('%s:weights: no layer %s with direction %s among %d layers and %d directions',
      torch.type(module), tostring(layer), tostring(direction), module.layers, module.directions)
  end
  local rows, place = module.gateCount * module.hiddenSize,
    sequence.place(module, layer, direction - 1)
  local function part(columns)
    local view = flat:narrow(1, place + 1, rows * columns)
    place = place + rows * columns
    return view
  end
  local inputs, hidden = sequence.inputs(module, layer), module.hiddenSize
  local views = {input = part(inputs):view(rows, inputs), hidden = part(hidden):view(rows, hidden)}
  if module.biased then views.inputBias, views.hiddenBias = part(1), part(1) end
  return views
end

--- The output of a layer as forward makes it, [t n directions*hidden].
function sequence.output(module, layer)
  local last = layer == module.layers and not module.batchFirst
  return last and module.output or sequence.buffer(module, module.outputs, layer)
end

--- Whether outputs between layers are dropped.
function sequence.drops(module) return module.train and module.dropout > 0 end

--- The input of a layer above the first as forward made it.
function sequence.input(module, layer)
  if sequence.drops(module) then return sequence.buffer(module, module.dropped, layer - 1) end
  return sequence.output(module, layer - 1)
end

--- gradOutput, checked to be of the size of the output, as [t n directions*hidden].
function sequence.grad_output(module, gradOutput)
  need.tensor(module, gradOutput, 'gradOutput')
  if not module.gates[1] or module.gates[1].ndim == 0 then
    raise('%s: backward was called before forward', torch.type(module))
  end
  if not gradOutput:isSameSizeAs(module.output) then
    raise('%s: gradOutput should be of the size of the output %s, got %s', torch.type(module),
      F.describe(module.output), F.describe(gradOutput))
  end
  return sequence.steps_first(module, module.gradOutputSequence, gradOutput, 'a gradOutput',
    module.directions * module.hiddenSize)
end

return sequence
