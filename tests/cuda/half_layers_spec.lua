-- Linear maps, normalization and softmax of half types: near those of floats from the same numbers,
-- without copies as floats.

local torch = require 'torch'
local device = require 'cuda.device'
local nn = require 'nn'

describe('layers of half types', function()
  if not device.present then return pending('is skipped: ' .. device.reason) end
  require 'cunn'
  local memory = require('cutorch.library').lt_cuda_mem

  local rows = {
    {nn.SpatialBatchNormalization(3), 4, 3, 8, 8}, {nn.SpatialBatchNormalization(3), 2, 3, 5, 7},
    {nn.BatchNormalization(5), 9, 5}, {nn.BatchNormalization(5, nil, nil, false), 9, 5},
    {nn.LayerNorm(33), 4, 33}, {nn.GroupNorm(2, 4), 3, 4, 6, 5}, {nn.RMSNorm(16), 3, 16},
    {nn.SoftMax(), 3, 1000}, {nn.LogSoftMax(), 3, 7}, {nn.LogSoftMax(), 2, 1500},
    {nn.Linear(7, 5), 4, 7}, {nn.Linear(16, 8), 9, 16}, {nn.Linear(8, 6, false), 3, 8},
    {nn.Linear(5, 1), 4, 5}, {nn.SpatialSoftMax(), 2, 5, 4, 3},
    {nn.SpatialLogSoftMax(), 2, 40, 3, 3},
  }

  local function step(layer, x, g)
    layer:zeroGradParameters()
    layer:forward(x)
    layer:backward(x, g, 0.5)
    return layer
  end

  for i, row in ipairs(rows) do
    it(('are near those of floats: %s, %d'):format(torch.type(row[1]), i), function()
      torch.manualSeed(i)
      local numbers = torch.randn(unpack(row, 2))
      for class, tolerance in pairs {['torch.CudaHalfTensor'] = 4e-3,
        ['torch.CudaBFloat16Tensor'] = 3e-2} do
        for _, mode in ipairs {'training', 'evaluate'} do
          local half = row[1]:clone():type(class)
          half[mode](half)
          local x = numbers:type(class)
          if i % 2 == 0 then x = x:transpose(1, 2):contiguous():transpose(1, 2) end
          local g = half:forward(x):clone():normal()
          half = row[1]:clone():type(class)
          half[mode](half)
          local float = step(half:clone():type('torch.CudaTensor'), x:cuda(), g:cuda())
          step(half, x, g)
          for _, field in ipairs {'output', 'gradInput', 'gradWeight', 'gradBias', 'running_mean',
            'running_var'} do
            if half[field] then
              assert.are.equal(class, half[field]:type())
              local far = (half[field]:cuda() - float[field]):abs():max()
              local most = math.max(1, float[field]:clone():abs():max())
              assert.is_true(far <= 2 * tolerance * most,
                ('%s of %s, %s: %g'):format(field, class, mode, far))
            end
          end
        end
      end
    end)
  end

  it('make no copies as floats', function()
    for _, layer in ipairs {nn.SpatialBatchNormalization(4), nn.GroupNorm(2, 4),
      nn.SpatialSoftMax(), nn.LayerNorm(64),
      nn.Sequential():add(nn.View(1024, 64)):add(nn.Linear(64, 64)):add(nn.View(4, 4, 64, 64))} do
      layer:cudaHalf()
      local x = torch.CudaHalfTensor(4, 4, 64, 64):fill(1)
      local g = layer:forward(x):clone()
      layer:backward(x, g)
      local before = tonumber(memory.on[1])
      memory.peak[1] = before
      layer:forward(x)
      layer:backward(x, g)
      assert.is_true(memory.peak[1] - before < x:nElement(), torch.type(layer))
    end
  end)
end)
