-- Cases of one layer: its passes together and each alone. passes.py has the same.

local nn = require 'nn'
local harness = require 'harness'

local passes = {}

-- A case of a statement about a layer, its input x of some sizes and a gradient g of its output;
-- result: the field of the layer to check.
local function case(name, make, sizes, statement, result, bound)
  harness.case(name, function()
    local layer = harness.init(make())
    local x = harness.tensor(0, unpack(sizes))
    local g = harness.fill(layer:forward(x):clone(), 3)
    layer:zeroGradParameters()
    return harness.loop(statement, {layer = layer, x = x, g = g}),
      function() return layer[result] end
  end, bound)
end

--- Three cases, NAME.forward, NAME.gradInput and NAME.gradWeight, of a convolution of square
-- images: batch, input planes, output planes, kernel, stride, padding, height and width.
function passes.convolution(name, batch, nin, nout, k, stride, pad, size)
  local out = math.floor((size + 2 * pad - k) / stride) + 1
  local bound = ('flop=%.0f'):format(2 * batch * nout * out * out * nin * k * k)
  local sizes = {batch, nin, size, size}
  local function make() return nn.SpatialConvolution(nin, nout, k, k, stride, stride, pad, pad) end
  case(name .. '.forward', make, sizes, 'layer:updateOutput(x)', 'output', bound)
  case(name .. '.gradInput', make, sizes, 'layer:updateGradInput(x, g)', 'gradInput', bound)
  case(name .. '.gradWeight', make, sizes, 'layer:accGradParameters(x, g, 1)', 'gradWeight',
    bound)
end

--- Two cases, NAME.forward and NAME.forward_backward, of the layer that make() returns and an input
-- of some sizes. flop: what bounds forward and backward, where that is arithmetic.
function passes.layer(name, make, sizes, flop)
  local function bound(n) return n and 'flop=' .. n end
  case(name .. '.forward', make, sizes, 'layer:forward(x)', 'output', bound(flop and flop[1]))
  case(name .. '.forward_backward', make, sizes, 'layer:forward(x); layer:backward(x, g)',
    'gradInput', bound(flop and flop[1] + flop[2]))
end

return passes
