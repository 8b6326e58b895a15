-- cudnn.functional: layers as functions of tensors, without modules. All take a handle first, which
-- cudnn.getHandle gives and which nothing depends on. Results are tensors that are given, which
-- become of the right size; images are [c h w] or [n c h w], as the input is.

local F = require 'torch.ffi'

local C, check, select = F.C, F.check, select

local functional = {}

-- Raises where one of the tensors, which are arguments `first` and following, is none.
local function need(name, first, ...)
  for i = 1, select('#', ...) do
    local t = select(i, ...)
    if not F.is_tensor(t) then
      F.bad_argument('cudnn.functional.' .. name, first + i - 1, 'a tensor', t)
    end
  end
end

-- t as a batch of images.
local function batch(t)
  if t.ndim ~= 3 then return t end
  t = t:contiguous()
  return t:view(1, t:size(1), t:size(2), t:size(3))
end

-- A result of a batch, without it where the input had none.
local function finish(result, input)
  if input.ndim == 3 then result:resize(result:size(2), result:size(3), result:size(4)) end
end

-- t becomes alpha t, where 0 takes what is not a number away too.
local function scale_by(t, alpha)
  if alpha == 0 then
    t:zero()
  elseif alpha and alpha ~= 1 then
    t:mul(alpha)
  end
end

-- Convolution ------------------------------------------------------------------------------------

--- output += the bias of each of its channels.
function functional.bias2D_updateOutput(_, bias, output)
  need('bias2D_updateOutput', 2, bias, output)
  local y = output.ndim == 3 and output:view(1, output:size(1), output:size(2), output:size(3))
    or output
  y:add(bias:view(1, bias:nElement(), 1, 1):expandAs(y))
end

--- gradBias = scale * the sums of gradOutput over its channels + alpha * gradBias; both numbers are
-- 1 where they are not given.
function functional.bias2D_accGradParameters(_, gradOutput, gradBias, scale, alpha)
  need('bias2D_accGradParameters', 2, gradOutput, gradBias)
  scale_by(gradBias, alpha)
  local g = batch(gradOutput):contiguous()
  local sums = g:view(g:size(1), g:size(2), -1):sum(3):sum(1)
  gradBias:add(scale or 1, sums:view(gradBias:size()))
end

--- output = the convolution of input [n c h w] with weight [k c kH kW].
function functional.Convolution2D_updateOutput(_, input, weight, output, strideH, strideW, padH,
  padW)
  need('Convolution2D_updateOutput', 2, input, weight, output)
  check(C.lt_conv2d(output, batch(input), weight, nil, strideH, strideW, padH, padW, 1, 1, 1))
  finish(output, input)
end

--- gradInput = the gradient of its input.
function functional.Convolution2D_updateGradInput(_, input, weight, output, gradOutput, gradInput,
  strideH, strideW, padH, padW)
  need('Convolution2D_updateGradInput', 2, input, weight, output, gradOutput, gradInput)
  check(C.lt_conv2d_grad_input(gradInput, batch(gradOutput), weight, batch(input), strideH, strideW,
    padH, padW, 1, 1, 1))
  finish(gradInput, input)
end

--- gradWeight = scale * the gradient of its weight + alpha * gradWeight; both numbers are 1 where
-- they are not given.
function functional.Convolution2D_accGradParameters(_, input, gradWeight, gradOutput, strideH,
  strideW, padH, padW, scale, alpha)
  need('Convolution2D_accGradParameters', 2, input, gradWeight, gradOutput)
  scale_by(gradWeight, alpha)
  check(C.lt_conv2d_grad_weight(gradWeight, nil, batch(input), batch(gradOutput), strideH, strideW,
    padH, padW, 1, 1, 1, scale or 1))
end

-- Pooling ----------------------------------------------------------------------------------------

local function positions(x) return F.tensor(F.dtype.Long, x.device) end

--- output = the largest elements of windows kH x kW, dH x dW apart; ceil_mode rounds sizes up.
function functional.MaxPooling2D_updateOutput(_, input, output, kH, kW, dH, dW, padH, padW,
  ceil_mode)
  need('MaxPooling2D_updateOutput', 2, input, output)
  check(C.lt_maxpool2d(output, positions(input), batch(input), kH, kW, dH, dW, padH or 0, padW or 0,
    1, 1, ceil_mode and 1 or 0))
  finish(output, input)
end

--- gradInput = the gradient of its input.
function functional.MaxPooling2D_updateGradInput(_, input, output, gradOutput, gradInput, kH, kW,
  dH, dW, padH, padW, ceil_mode)
  need('MaxPooling2D_updateGradInput', 2, input, output, gradOutput, gradInput)
  local x, indices = batch(input), positions(input)
  check(C.lt_maxpool2d(input.new(), indices, x, kH, kW, dH, dW, padH or 0, padW or 0, 1, 1,
    ceil_mode and 1 or 0))
  check(C.lt_maxpool2d_grad(gradInput, batch(gradOutput), indices, x))
  finish(gradInput, input)
end

--- output = the means of windows, in which padding counts.
function functional.AveragePooling2D_updateOutput(_, input, output, kH, kW, dH, dW, padH, padW,
  ceil_mode)
  need('AveragePooling2D_updateOutput', 2, input, output)
  check(C.lt_avgpool2d(output, batch(input), kH, kW, dH, dW, padH or 0, padW or 0,
    ceil_mode and 1 or 0, 1))
  finish(output, input)
end

--- gradInput = the gradient of its input.
function functional.AveragePooling2D_updateGradInput(_, input, output, gradOutput, gradInput, kH,
  kW, dH, dW, padH, padW, ceil_mode)
  need('AveragePooling2D_updateGradInput', 2, input, output, gradOutput, gradInput)
  check(C.lt_avgpool2d_grad(gradInput, batch(gradOutput), batch(input), kH, kW, dH, dW, padH or 0,
    padW or 0, ceil_mode and 1 or 0, 1))
  finish(gradInput, input)
end

-- Functions of elements and of samples -----------------------------------------------------------

-- Declares NAME_updateOutput(handle, input, output) and NAME_updateGradInput(handle, input, output,
-- gradOutput, gradInput).
local function declare(name, forward, backward)
  functional[name .. '_updateOutput'] = function(_, input, output)
    need(name .. '_updateOutput', 2, input, output)
    check(forward(output, input))
    output:resizeAs(input)
  end
  functional[name .. '_updateGradInput'] = function(_, input, output, gradOutput, gradInput)
    need(name .. '_updateGradInput', 2, input, output, gradOutput, gradInput)
    check(backward(gradInput, gradOutput, input, output))
    gradInput:resizeAs(input)
  end
end

declare('ReLU', function(y, x) return C.lt_threshold(y, x, 0, 0) end,
  function(gx, gy, x, y) return C.lt_threshold_grad(gx, gy, x, y, 0, 0) end)
declare('Tanh', C.lt_tanh, C.lt_tanh_grad)
declare('Sigmoid', C.lt_sigmoid, C.lt_sigmoid_grad)

-- t as samples [n elements].
local function samples(t)
  if t.ndim < 2 then return t:contiguous():view(1, -1) end
  return t:contiguous():view(t:size(1), -1)
end

for name, softmax in pairs {SoftMax = 'softmax', LogSoftMax = 'logsoftmax'} do
  local forward, backward = C['lt_' .. softmax], C['lt_' .. softmax .. '_grad']
  declare(name, function(y, x) return forward(y, samples(x), 1) end, function(gx, gy, _, y)
    return backward(gx, samples(gy), samples(y), 1)
  end)
end

return functional
