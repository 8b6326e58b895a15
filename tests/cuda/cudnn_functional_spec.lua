-- cudnn.functional: against the layers of nn that compute the same.

local torch = require 'torch'
local device = require 'cuda.device'
local helpers = require 'helpers'
local nn = require 'nn'

local near = helpers.assert_near

describe('cudnn.functional', function()
  if not device.present then return pending('is skipped: ' .. device.reason) end
  local cudnn = require 'cudnn'
  require 'cunn'
  local f, handle = cudnn.functional, cudnn.getHandle()

  -- A layer's results on input x and gradient g, which are of a size.
  local function step(layer, x)
    layer:cuda():zeroGradParameters()
    local g = layer:forward(x):clone():normal()
    layer:backward(x, g, 0.5)
    return layer, g
  end

  -- Batches and single images.
  local function for_inputs(run)
    run(torch.CudaTensor(2, 3, 6, 7):normal())
    run(torch.CudaTensor(3, 6, 7):normal())
  end

  local function like(got, want, what)
    assert.are.same(want:size():totable(), got:size():totable(), what)
    near(got:float(), want:float(), 1e-5, what)
  end

  it('has convolution', function()
    for_inputs(function(x)
      local layer, g = step(nn.SpatialConvolution(3, 4, 3, 2, 2, 1, 1, 0), x)
      local y, gx = torch.CudaTensor(), torch.CudaTensor()
      f.Convolution2D_updateOutput(handle, x, layer.weight, y, 1, 2, 0, 1)
      f.bias2D_updateOutput(handle, layer.bias, y)
      like(y, layer.output, 'output')
      f.Convolution2D_updateGradInput(handle, x, layer.weight, y, g, gx, 1, 2, 0, 1)
      like(gx, layer.gradInput, 'gradInput')
      for _, alpha in ipairs {1, 2, 0} do
        local gw, gb = layer.gradWeight:clone():fill(3), layer.gradBias:clone():fill(3)
        if alpha == 0 then gw:fill(0 / 0) end
        f.Convolution2D_accGradParameters(handle, x, gw, g, 1, 2, 0, 1, 0.5, alpha)
        f.bias2D_accGradParameters(handle, g, gb, 0.5, alpha)
        like(gw, layer.gradWeight + 3 * alpha, 'gradWeight')
        like(gb, layer.gradBias + 3 * alpha, 'gradBias')
      end
      local gw = layer.gradWeight:clone():fill(3)
      f.Convolution2D_accGradParameters(handle, x, gw, g, 1, 2, 0, 1)
      like(gw, layer.gradWeight * 2 + 3, 'gradWeight')
    end)
  end)

  for name, class in pairs {MaxPooling2D = 'SpatialMaxPooling',
    AveragePooling2D = 'SpatialAveragePooling'} do
    it('has ' .. name, function()
      for_inputs(function(x)
        for _, ceil in ipairs {false, true} do
          local layer = nn[class](3, 2, 2, 2, 1, 1)
          local _, g = step(ceil and layer:ceil() or layer, x)
          local y, gx = torch.CudaTensor(), torch.CudaTensor()
          f[name .. '_updateOutput'](handle, x, y, 2, 3, 2, 2, 1, 1, ceil)
          like(y, layer.output, 'output')
          f[name .. '_updateGradInput'](handle, x, y, g, gx, 2, 3, 2, 2, 1, 1, ceil)
          like(gx, layer.gradInput, 'gradInput')
        end
      end)
    end)
  end

  for _, name in ipairs {'ReLU', 'Tanh', 'Sigmoid', 'SoftMax', 'LogSoftMax'} do
    it('has ' .. name, function()
      local x = torch.CudaTensor(3, 4, 2, 2):normal()
      local layer, g = step(cudnn[name](), x)
      local y, gx = torch.CudaTensor(), torch.CudaTensor()
      f[name .. '_updateOutput'](handle, x, y)
      like(y, layer.output, 'output')
      f[name .. '_updateGradInput'](handle, x, y, g, gx)
      like(gx, layer.gradInput, 'gradInput')
    end)
  end

  it('names what is no tensor', function()
    local x = torch.CudaTensor(2, 3):fill(1)
    for name in pairs(f) do
      local ok, message = pcall(f[name], handle, x, 3)
      assert.is_false(ok)
      local wanted = ('cudnn.functional.%s: expected a tensor as argument 3'):format(name)
      assert.is_truthy(message:find(wanted, 1, true), message)
    end
  end)
end)
