-- nn.utils.shareGradInput: the same gradients as without, in less memory.

local torch = require 'torch'
local nn = require 'nn'

local function convolution(from, to)
  return nn.SpatialConvolution(from, to, 3, 3, 1, 1, 1, 1)
end

local function block(planes, inplace)
  local body = nn.Sequential():add(convolution(planes, planes))
    :add(nn.SpatialBatchNormalization(planes)):add(nn.ReLU(inplace))
    :add(convolution(planes, planes)):add(nn.SpatialBatchNormalization(planes))
  return nn.Sequential():add(nn.ConcatTable():add(body):add(nn.Identity()))
    :add(nn.CAddTable(inplace)):add(nn.ReLU(inplace))
end

local networks = {
  chain = function()
    local m = nn.Sequential()
    for _ = 1, 6 do m:add(nn.Linear(12, 12)):add(nn.Tanh()) end
    return m, {5, 12}
  end,
  views = function()
    return nn.Sequential():add(nn.Linear(12, 12)):add(nn.View(3, 4)):add(nn.View(12))
      :add(nn.Linear(12, 12)):add(nn.Identity()):add(nn.Linear(12, 12)):add(nn.ReLU(true))
      :add(nn.Linear(12, 4)):add(nn.LogSoftMax()), {5, 12}
  end,
  residual = function()
    return nn.Sequential():add(convolution(2, 3)):add(block(3, false)):add(block(3, false))
      :add(nn.SpatialMaxPooling(2, 2)), {2, 2, 6, 6}
  end,
  ['residual in place'] = function()
    return nn.Sequential():add(convolution(2, 3)):add(block(3, true)):add(block(3, true))
      :add(nn.SpatialMaxPooling(2, 2)), {2, 2, 6, 6}
  end,
  nested = function()
    local inner = nn.ConcatTable():add(nn.Linear(6, 6)):add(nn.ConcatTable():add(nn.Linear(6, 6))
      :add(nn.Sequential():add(nn.Linear(6, 6)):add(nn.Linear(6, 6)):add(nn.Linear(6, 6))))
    return nn.Sequential():add(nn.Linear(6, 6)):add(inner):add(nn.FlattenTable())
      :add(nn.CAddTable()):add(nn.Linear(6, 6)), {5, 6}
  end,
  repeated = function()
    local twice = nn.Linear(6, 6)
    return nn.Sequential():add(twice):add(nn.Linear(6, 6)):add(twice):add(nn.Linear(6, 6)), {5, 6}
  end,
  ['other containers'] = function()
    local concat = nn.Concat(2):add(nn.Linear(6, 3)):add(nn.Linear(6, 4))
    return nn.Sequential():add(nn.Linear(6, 6)):add(concat):add(nn.Linear(7, 6)), {5, 6}
  end,
}

-- gradInput and gradients of parameters of two steps, of different batch sizes.
local function gradients(model, sizes)
  local _, g = model:getParameters()
  local all = {}
  for step = 1, 2 do
    torch.manualSeed(step)
    sizes[1] = sizes[1] + 1
    local x = torch.randn(unpack(sizes))
    g:zero()
    local y = model:forward(x)
    table.insert(all, model:backward(x, torch.randn(y:size())):clone())
    table.insert(all, g:clone())
  end
  return all
end

local function storages(model)
  local seen, n = {}, 0
  for _, m in ipairs(model:listModules()) do
    local s = torch.isTensor(m.gradInput) and m.gradInput:storage()
    if s and not seen[torch.pointer(s)] then
      seen[torch.pointer(s)] = true
      n = n + 1
    end
  end
  return n
end

describe('nn.utils.shareGradInput', function()
  for name, make in pairs(networks) do
    it('leaves the gradients as they are: ' .. name, function()
      local model, sizes = make()
      local plain = model:clone()
      assert.are.equal(model, nn.utils.shareGradInput(model))
      local expected = gradients(plain, {unpack(sizes)})
      for i, g in ipairs(gradients(model, sizes)) do
        assert.are.equal(0, (g - expected[i]):abs():max())
      end
      assert.is_true(storages(model) <= storages(plain))
    end)
  end

  it('needs two storages for a chain, and four for residual blocks', function()
    for name, most in pairs {chain = 2, ['residual in place'] = 4} do
      local model, sizes = networks[name]()
      nn.utils.shareGradInput(model)
      gradients(model, sizes)
      assert.are.equal(most, storages(model))
    end
  end)

  it('ends with clearState', function()
    local model, sizes = networks.chain()
    nn.utils.shareGradInput(model):clearState()
    gradients(model, sizes)
    assert.are.equal(12, storages(model))
  end)

  it('refuses what is no module', function()
    assert.has_error(function() nn.utils.shareGradInput(3) end,
      'nn.utils.shareGradInput: expected a module, got number')
  end)
end)
