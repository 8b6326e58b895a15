-- Convolution of half types by luatorch's own kernels: near that of floats from the same numbers.

local torch = require 'torch'
local device = require 'cuda.device'
local nn = require 'nn'

describe('convolution of half types', function()
  if not device.present then return pending('is skipped: ' .. device.reason) end
  local cutorch = require 'cutorch'
  require 'cunn'

  before_each(function() cutorch.setCudnn(false) end)
  after_each(function() cutorch.setCudnn(true) end)

  local rows = {
    {nn.SpatialConvolution(3, 5, 3, 2, 1, 2, 1, 0), 2, 3, 7, 8},
    {nn.SpatialConvolution(3, 5, 3, 3):noBias(), 3, 7, 8},
    {nn.SpatialConvolution(3, 5, 1, 1), 2, 3, 5, 5},
    {nn.SpatialConvolution(4, 4, 3, 3, 1, 1, 1, 1, 4), 2, 4, 6, 6},
    {nn.SpatialDepthWiseConvolution(3, 2, 3, 3), 2, 3, 6, 6},
    {nn.SpatialFullConvolution(4, 3, 3, 3, 2, 2, 1, 1, 1, 1), 2, 4, 4, 5},
    {nn.VolumetricConvolution(2, 3, 2, 3, 3, 1, 2, 1, 1, 0, 1), 2, 2, 4, 7, 6},
    {nn.VolumetricFullConvolution(2, 3, 2, 3, 2, 1, 2, 1), 2, 2, 3, 3},
  }

  -- A layer after a step, its gradients added to what was there.
  local function step(layer, x, g)
    layer.gradWeight:fill(0.5)
    if layer.gradBias then layer.gradBias:fill(0.25) end
    layer:forward(x)
    layer:backward(x, g, 0.5)
    return layer
  end

  for i, row in ipairs(rows) do
    it(('is near that of floats: %s, %d'):format(torch.type(row[1]), i), function()
      for class, tolerance in pairs {['torch.CudaHalfTensor'] = 4e-3,
        ['torch.CudaBFloat16Tensor'] = 3e-2} do
        local half = row[1]:clone():type(class)
        local x = torch.randn(unpack(row, 2)):type(class)
        if i % 2 == 0 then x = x:transpose(1, 2):contiguous():transpose(1, 2) end
        local g = half:forward(x):clone():normal()
        local float = step(half:clone():type('torch.CudaTensor'), x:cuda(), g:cuda())
        step(half, x, g)
        for _, field in ipairs {'output', 'gradInput', 'gradWeight', 'gradBias'} do
          if half[field] then
            assert.are.equal(class, half[field]:type())
            local far, most = (half[field]:cuda() - float[field]):abs():max(), float[field]:norm(1)
            most = math.max(1, most / float[field]:nElement())
            assert.is_true(far <= 4 * tolerance * most, ('%s of %s: %g'):format(field, class, far))
          end
        end
      end
    end)
  end

  it('of single channels makes no copies of images', function()
    local memory = require('cutorch.library').lt_cuda_mem
    local layer = nn.SpatialDepthWiseConvolution(3, 1, 3, 3):cudaHalf()
    local x = torch.CudaHalfTensor(2, 3, 40, 40):fill(1)
    local g = layer:forward(x):clone()
    layer:backward(x, g)
    local before = tonumber(memory.on[1])
    memory.peak[1] = before
    layer:forward(x)
    layer:backward(x, g)
    assert.is_true(memory.peak[1] - before < 1000)
  end)
end)
