-- range, linspace and logspace into a result of as many elements, which keeps its sizes and layout.

local torch = require 'torch'

local function part()
  local x = torch.zeros(2, 3)
  return x, x:narrow(2, 2, 2)
end

describe('sequences in a result of as many elements', function()
  it('fill it', function()
    local x, y = part()
    y:range(0, 3)
    assert.are.same({{0, 0, 1}, {0, 2, 3}}, x:totable())
    x, y = part()
    y:linspace(3, 0, 4)
    assert.are.same({{0, 3, 2}, {0, 1, 0}}, x:totable())
    x, y = part()
    torch.logspace(y, 0, 3, 4)
    assert.are.same({{0, 1, 10}, {0, 100, 1000}}, x:totable())
    local whole = torch.IntTensor(2, 1, 2):fill(7)
    torch.range(whole, 1, 4)
    assert.are.same({{{1, 2}}, {{3, 4}}}, whole:totable())
  end)

  it('are vectors in others', function()
    local _, y = part()
    y:range(1, 5)
    assert.are.same({1, 2, 3, 4, 5}, y:totable())
    y:linspace(0, 1, 3)
    assert.are.same({0, 0.5, 1}, y:totable())
  end)
end)
