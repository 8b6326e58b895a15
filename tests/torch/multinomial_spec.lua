-- Multinomial draws: frequencies, calling forms, the alias method, bad weights.

local torch = require 'torch'

describe('multinomial', function()
  it('follows the weights', function()
    torch.manualSeed(6)
    local p = torch.Tensor {1, 0, 3, 0, 4}
    local draws = torch.multinomial(p, 80000, true)
    assert.are.equal('torch.LongTensor', draws:type())
    for category, weight in ipairs(p:totable()) do
      local count = draws:eq(category):sum()
      assert.is_true(math.abs(count - 10000 * weight) <= 5 * math.sqrt(10000 * weight),
        category .. ': ' .. count)
    end
  end)

  it('draws each category once without replacement', function()
    local p = torch.FloatTensor(3, 100):uniform()
    p:select(2, 7):zero()
    local draws = torch.multinomial(p, 99)
    for row = 1, 3 do
      local seen = {}
      for i = 1, 99 do seen[draws[row][i]] = true end
      for category = 1, 100 do assert.are.equal(category ~= 7 or nil, seen[category]) end
    end
  end)

  it('has result, generator and method forms', function()
    local g = torch.Generator()
    local p = torch.Tensor {1, 2, 3}
    local function seeded(f)
      torch.manualSeed(g, 8)
      torch.manualSeed(8)
      return f():totable()
    end
    local want = seeded(function() return torch.multinomial(p, 5, true) end)
    local r = torch.LongTensor()
    assert.are.same(want, seeded(function() return torch.multinomial(r, g, p, 5, true) end))
    assert.are.same(want, r:totable())
    assert.are.same(want, seeded(function() return torch.multinomial(g, p, 5, true) end))
    assert.are.same(want, seeded(function() return torch.multinomial(r, p, 5, true) end))
    assert.are.same(want, seeded(function() return p:multinomial(5, true) end))
  end)

  it('fills an alias table again', function()
    local state = torch.multinomialAliasSetup(torch.Tensor {0.15, 0.3, 0.05, 0.5})
    local again = torch.multinomialAliasSetup(torch.Tensor {0.5, 0.5}, state)
    assert.are.equal(state, again)
    assert.are.same({1, 1}, state[2]:totable())
    local r = torch.LongTensor(100, 10):t()
    assert.are.equal(r, torch.multinomialAlias(r, state))
    assert.are.equal(1, r:min())
    assert.are.equal(2, r:max())
  end)

  local p = torch.Tensor {1, 2}
  for what, f in pairs {
    ['negative weight'] = function() return torch.multinomial(torch.Tensor {1, -1}, 1) end,
    ['infinite weight'] = function() return torch.multinomial(torch.Tensor {1, 1 / 0}, 1) end,
    ['no weight'] = function() return torch.multinomial(torch.Tensor {0, 0}, 1, true) end,
    ['empty weights'] = function() return torch.multinomial(torch.Tensor(), 1, true) end,
    ['more draws than categories'] = function() return torch.multinomial(p, 3) end,
    ['more draws than weights'] = function()
      return torch.multinomial(torch.Tensor {1, 0, 1}, 3)
    end,
    ['no draws'] = function() return torch.multinomial(p, 0, true) end,
    ['a number as replacement'] = function() return torch.multinomial(p, 1, 1) end,
    ['a result that is not Long'] = function() return torch.multinomial(p, p, 1) end,
    ['alias of two dimensions'] = function()
      return torch.multinomialAliasSetup(torch.ones(2, 2))
    end,
    ['alias state of two sizes'] = function()
      return torch.multinomialAlias(torch.LongTensor(2), {torch.LongTensor(2), torch.ones(3)})
    end,
    ['alias without state'] = function() return torch.multinomialAlias(torch.LongTensor(2)) end,
  } do
    it('refuses ' .. what, function()
      torch.manualSeed(1)
      assert.has_error(f)
      assert.are.equal(1791095845, torch.random())
    end)
  end
end)
