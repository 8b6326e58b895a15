-- cudnn.convert: networks and graphs from nn to cudnn and back.

local torch = require 'torch'
local helpers = require 'helpers'
local nn = require 'nn'
local cudnn = require 'cudnn.classes'
local convert = require 'cudnn.convert'

local near = helpers.assert_near

describe('cudnn.convert', function()
  it('goes through a network, leaves out what is excluded, and shares tensors', function()
    local kept = nn.ReLU()
    local net = nn.Sequential():add(nn.SpatialConvolutionMM(3, 4, 3, 3)):add(kept)
      :add(nn.ConcatTable():add(nn.SpatialMaxPooling(2, 2)):add(nn.SpatialMaxPooling(2, 2)))
      :add(nn.CAddTable()):add(nn.SpatialBatchNormalization(4))
    local x = torch.randn(2, 3, 6, 6)
    local want, weight = net:forward(x):clone(), net:get(1).weight
    local out = convert.convert(net, cudnn, function(m) return m == kept end)
    assert.are.equal(net, out)
    assert.are.equal('cudnn.SpatialConvolution', torch.type(net:get(1)))
    assert.are.equal(weight:storage(), net:get(1).weight:storage())
    assert.are.equal(kept, net:get(2))
    assert.are.equal('cudnn.SpatialMaxPooling', torch.type(net:get(3):get(1)))
    assert.are.equal('cudnn.SpatialBatchNormalization', torch.type(net:get(5)))
    near(net:forward(x), want, 1e-12, 'output')
    convert.convert(net, nn)
    assert.are.equal('nn.SpatialConvolution', torch.type(net:get(1)))
    near(net:forward(x), want, 1e-12, 'output')
  end)

  it('goes through graphs', function()
    require 'nngraph'
    local input = nn.Identity()()
    local net = nn.gModule({input}, {nn.CAddTable()({nn.Tanh()(input), nn.ReLU()(input)})})
    local x = torch.randn(3, 4)
    local want = net:forward(x):clone()
    convert.convert(net, cudnn)
    local names = {}
    for _, m in ipairs(net:listModules()) do names[torch.type(m)] = true end
    assert.is_true(names['cudnn.Tanh'] and names['cudnn.ReLU'] and not names['nn.ReLU'])
    near(net:forward(x), want, 1e-12, 'output')
    assert.are.equal(net, convert.convert(net, nn))
    near(net:forward(x), want, 1e-12, 'output')
  end)
end)
