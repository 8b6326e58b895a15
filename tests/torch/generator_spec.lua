-- Generators: recorded seeds and states, saving and loading, refusal of what is no state.

local torch = require 'torch'
local helpers = require 'helpers'
local replay = require 'golden_replay'

describe('recorded states', function()
  it('agree in seeds, generators and errors', function()
    for _, record in ipairs(helpers.json('rng/state.json.gz').records) do
      record.tol = 1e-14
      assert.is_nil(replay.run(record), record.code)
    end
  end)

  it('have the same bytes', function()
    for _, record in ipairs(helpers.json('rng/raw_state.json.gz').records) do
      torch.manualSeed(record.seed)
      for _ = 1, record.normal_draws or 0 do torch.normal() end
      for _ = 1, record.random_draws or 0 do torch.random() end
      local state, hex = torch.getRNGState(), {}
      for i = 1, state:nElement() do hex[i] = ('%02x'):format(state[i]) end
      assert.are.equal(record.hex, table.concat(hex))
      torch.manualSeed(1234)
      torch.setRNGState(state)
      assert.are.equal(record.next_random, torch.random())
    end
  end)
end)

describe('a generator', function()
  it('is seeded from the system', function()
    local a, b = torch.Generator(), torch.Generator()
    assert.are_not.equal(torch.initialSeed(a), torch.initialSeed(b))
    local seed = torch.seed(a)
    local first = torch.random(a)
    torch.manualSeed(b, seed)
    assert.are.equal(first, torch.random(b))
  end)

  it('continues after it was saved, in every mode', function()
    local g = torch.Generator()
    torch.normal(g)
    for _, mode in ipairs {'binary', 'ascii'} do
      local copy = torch.deserialize(torch.serialize(g, mode), mode)
      assert.are.equal('torch.Generator', torch.type(copy))
      assert.are.same(torch.randn(g, 5):totable(), torch.randn(copy, 5):totable())
    end
  end)

  it('is read from a file of the original', function()
    local g = torch.load(helpers.folder .. '/golden/t7/generator.t7')
    for _, want in ipairs {561383553, 789925284, 170765737, 878579710} do
      assert.are.equal(want, torch.random(g))
    end
  end)

  it('gives and takes states of any layout', function()
    torch.manualSeed(21)
    local r = torch.ByteTensor(5048, 2):select(2, 1)
    assert.are.equal(r, torch.getRNGState(r))
    local want = torch.random()
    assert.are.equal(r, torch.setRNGState(r))
    assert.are.equal(want, torch.random())
  end)

  it('refuses damaged states and stays as it was', function()
    torch.manualSeed(31)
    local good = torch.getRNGState()
    local want = torch.random()
    torch.setRNGState(good)
    for _, damage in ipairs {
      function(s) return s:zero() end,
      function(s) return s:fill(255) end,
      function(s) return s:narrow(1, 1, 5047) end,
      function(s) s[9] = 200 return s end,   -- words left
      function(s) s[17] = 9 return s end,    -- next word
      function(s) s[30] = 1 return s end,    -- a word of more than 32 bits
      function(s) s:narrow(1, 5017, 8):fill(255) return s end, -- normal_x is NaN
    } do
      assert.has_error(function() torch.setRNGState(damage(good:clone())) end)
    end
    assert.are.equal(want, torch.random())
  end)

  for what, f in pairs {
    ['a missing seed'] = function() return torch.manualSeed() end,
    ['a NaN seed'] = function() return torch.manualSeed(0 / 0) end,
    ['a seed of 2^64'] = function() return torch.manualSeed(2 ^ 64) end,
    ['a tensor for a generator'] = function() return torch.seed(torch.Tensor(3)) end,
    ['a state that is not Byte'] = function() return torch.setRNGState(torch.zeros(5048)) end,
    ['to put a state into Doubles'] = function() return torch.getRNGState(torch.Tensor()) end,
  } do
    it('refuses ' .. what, function()
      torch.manualSeed(1)
      assert.has_error(f)
      assert.are.equal(1791095845, torch.random())
    end)
  end
end)
