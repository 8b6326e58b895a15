-- One-liners over the whole core: when one of these fails, nothing else needs reading first.

local torch = require 'torch'

local lines = {
  {'a tensor is made', function() return torch.Tensor(2, 3):nElement() end, 6},
  {'a table becomes a tensor', function() return torch.Tensor {{1, 2}, {3, 4}}[2][1] end, 3},
  {'elements are written', function() local t = torch.zeros(3) t[2] = 5 return t:sum() end, 5},
  {'arithmetic', function() return (torch.ones(2) * 3 + 1 - torch.ones(2))[1] end, 3},
  {'in place', function() return torch.ones(2):add(2):mul(3)[2] end, 9},
  {'a function with a result', function() local r = torch.Tensor() torch.exp(r, torch.zeros(2))
    return r[1] end, 1},
  {'a function of a number', function() return torch.sqrt(9) end, 3},
  {'reduction', function() return torch.range(1, 4):mean() end, 2.5},
  {'maximum and its place', function() local v, i = torch.Tensor {1, 7, 3}:max(1)
    return v[1] * 10 + i[1] end, 72},
  {'matrix product', function() return (torch.eye(2) * torch.Tensor {{1, 2}, {3, 4}})[2][2] end, 4},
  {'views share memory', function() local t = torch.zeros(2, 2) t:select(2, 1):fill(1)
    return t:sum() end, 2},
  {'transposition', function() return torch.range(1, 6):view(2, 3):t()[3][1] end, 3},
  {'broadcasting', function() return torch.zeros(2, 3):add(torch.Tensor {1, 2, 3}):sum() end, 12},
  {'comparison', function() return torch.range(1, 5):gt(3):sum() end, 2},
  {'selection by a mask', function() local t = torch.range(1, 4) return t[t:lt(3)]:sum() end, 3},
  {'conversion', function() return torch.Tensor {1.7, 300}:byte()[2] end, 44},
  {'a cat', function() return torch.cat(torch.ones(2), torch.zeros(1)):size(1) end, 3},
  {'random numbers', function() torch.manualSeed(1) local a = torch.rand(3) torch.manualSeed(1)
    return (torch.rand(3) - a):abs():max() end, 0},
  {'a storage', function() return torch.LongStorage {4, 5}[2] end, 5},
  {'printing', function() return tostring(torch.ones(2)) end,
    ' 1\n 1\n[torch.DoubleTensor of size 2]\n'},
  {'saving and loading',
    function() return torch.deserialize(torch.serialize(torch.ones(2))):sum() end,
    2},
  {'a class', function() local C = torch.class('SmokeClass') function C.f() return 8 end
    return _G.SmokeClass().f() end, 8},
  {'an error', function() return (select(2, pcall(torch.exp))):match('torch%.exp.*') end,
    'torch.exp: expected a tensor or a number as argument 1, got nil'},
}

describe('smoke', function()
  for _, line in ipairs(lines) do
    it(line[1], function() assert.are.equal(line[3], line[2]()) end)
  end
end)
