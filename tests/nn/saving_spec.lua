-- Saved modules: torch.save and load, serialize and deserialize.

local torch = require 'torch'
local jacobian = require 'nn.jacobian'
require 'nn'

local function shared_pair()
  local net = nn.Sequential():add(nn.Linear(3, 3)):add(nn.Linear(3, 3))
  net:get(2):share(net:get(1), 'weight', 'bias', 'gradWeight', 'gradBias')
  return net
end

describe('saving', function()
  local constructors = {
    'nn.Linear(4, 3)', 'nn.Linear(4, 3):noBias()', 'nn.LookupTable(9, 3)', 'nn.Dropout(0.3)',
    'nn.BatchNormalization(4)', 'nn.PReLU()', 'nn.LeakyReLU(0.3)', 'nn.View(2, 2)', 'nn.Max(2)',
    'nn.Reshape(2, 2)', 'nn.Padding(2, 1)', 'nn.Transpose({1, 2})', 'nn.CMul(4)',
    'nn.Bottle(nn.Linear(4, 2))',
    'nn.Sequential():add(nn.Linear(4, 3)):add(nn.ConcatTable():add(nn.Tanh()):add(nn.Identity()))',
  }
  for _, text in ipairs(constructors) do
    it('keeps ' .. text, function()
      torch.manualSeed(8)
      local m = assert(loadstring('return ' .. text))()
      local x = torch.Tensor(3, 4):random(1, 9)
      local want = jacobian.clone(jacobian.forward(m, x))
      local name = os.tmpname()
      for _, mode in ipairs {'binary', 'ascii'} do
        torch.save(name, m, mode)
        local loaded = torch.load(name, mode)
        assert.are.equal(torch.type(m), torch.type(loaded))
        assert.are.equal(tostring(m), tostring(loaded))
        local tol = mode == 'ascii' and 1e-14 or 0
        jacobian.assert_near(jacobian.forward(loaded, x), want, tol, mode)
      end
      os.remove(name)
      local copy = torch.deserialize(torch.serialize(m))
      jacobian.assert_near(jacobian.forward(copy, x), want, 0, 'serialize')
    end)
  end

  it('of nn.Copy reads the functions that Torch7 keeps in it as passing through', function()
    local m, x = nn.Copy(nil, nil, true), torch.randn(3)
    m.updateOutput = function(_, input) return input end
    m.updateGradInput = function(_, _, gradOutput) return gradOutput end
    local name = os.tmpname()
    torch.save(name, m)
    local loaded = torch.load(name)
    os.remove(name)
    assert.are.equal(x, loaded:forward(x))
    assert.are.equal(x, loaded:backward(x, x))
    local copied = torch.deserialize(torch.serialize(nn.Copy(nil, nil, true)))
    assert.are_not.equal(x:storage(), copied:forward(x):storage())
  end)

  it('keeps sharing', function()
    local net = torch.deserialize(torch.serialize(shared_pair()))
    net:get(1).weight:fill(5)
    assert.are.equal(5, net:get(2).weight[1][1])
  end)
end)
