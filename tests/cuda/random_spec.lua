-- Random numbers on the GPU: the generator, the distributions and reproducibility.

local torch = require 'torch'
local bit = require 'bit'
local compare = require 'cuda.compare'
local device = require 'cuda.device'

-- High and low half of the product of two 32-bit words.
local function multiplied(a, b)
  local p = (a + 0ULL) * b
  return tonumber(p / 0x100000000ULL), tonumber(p % 0x100000000ULL)
end

local function xor(a, b) return bit.bxor(a, b) % 2 ^ 32 end

-- Philox 4x32-10 of Salmon et al.
local function philox(c, k0, k1)
  for _ = 1, 10 do
    local h0, l0 = multiplied(0xD2511F53, c[1])
    local h1, l1 = multiplied(0xCD9E8D57, c[3])
    c = {xor(xor(h1, c[2]), k0), l1, xor(xor(h0, c[4]), k1), l0}
    k0, k1 = (k0 + 0x9E3779B9) % 2 ^ 32, (k1 + 0xBB67AE85) % 2 ^ 32
  end
  return c
end

local function spread(x)
  x = device.fetch(x):double()
  return x:mean(), x:std(), x:min(), x:max()
end

describe('random numbers on the GPU', function()
  if not device.present then return pending('are skipped: ' .. device.reason) end

  local cutorch = require 'cutorch'

  it('come from Philox, with a key from the generator', function()
    -- the test vector of the paper's library
    assert.are.same({0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}, philox({0, 0, 0, 0}, 0, 0))
    torch.manualSeed(11)
    local k0, k1 = torch.random(), torch.random()
    cutorch.manualSeed(11)
    local x = device.fetch(torch.CudaTensor(1027):uniform())
    cutorch.manualSeed(11)
    local y = device.fetch(torch.CudaDoubleTensor(9):uniform())
    for i = 0, 1026 do
      local words = philox({math.floor(i / 4), 0, 0, 0}, k0, k1)
      assert.are.equal(math.floor(words[i % 4 + 1] / 256) * 2 ^ -24, x[i + 1])
      if i < 9 then
        words = philox({math.floor(i / 2), 0, 0, 0}, k0, k1)
        local high, low = words[i % 2 * 2 + 1], words[i % 2 * 2 + 2]
        assert.are.equal((high * 2 ^ 21 + math.floor(low / 2 ^ 11)) * 2 ^ -53, y[i + 1])
      end
    end
  end)

  it('are the same after the same seed, and go on', function()
    local function draw() return device.fetch(torch.CudaTensor(777):normal()) end
    cutorch.manualSeed(3)
    local a, b = draw(), draw()
    cutorch.manualSeed(3)
    assert.is_true(a:equal(draw()))
    assert.is_true(b:equal(draw()))
    assert.is_false(a:equal(b))
    local state = cutorch.getRNGState()
    local c = draw()
    cutorch.setRNGState(state)
    assert.is_true(c:equal(draw()))
  end)

  it('come from a generator of each GPU, which torch.manualSeed leaves alone', function()
    finally(function() cutorch.setDevice(1) end)
    local function draw(i)
      return cutorch.withDevice(i, function()
        return device.fetch(torch.CudaTensor(9):uniform())
      end)
    end
    cutorch.manualSeedAll(5)
    assert.are.equal(5, cutorch.initialSeed())
    local first = draw(1)
    cutorch.manualSeed(5)
    torch.manualSeed(99)
    assert.is_true(first:equal(draw(1)))
    for i = 2, cutorch.getDeviceCount() do assert.is_true(first:equal(draw(i))) end
    cutorch.setDevice(cutorch.getDeviceCount())
    assert.are.equal(5, cutorch.initialSeed())
    local seed = cutorch.seedAll()
    for i = 1, cutorch.getDeviceCount() do
      assert.are.equal(seed, cutorch.withDevice(i, cutorch.initialSeed))
    end
    torch.manualSeed(8)
    local want = torch.rand(3)
    torch.manualSeed(8)
    torch.CudaTensor(5):normal()
    assert.is_true(want:equal(torch.rand(3)))
    local own = torch.Generator()
    torch.manualSeed(own, 5)
    assert.is_true(first:equal(device.fetch(torch.CudaTensor(9):uniform(own))))
  end)

  local n = 20000
  -- name, arguments, mean, deviation, bounds
  local moments = {
    {'uniform', {-2, 4}, 1, 6 / math.sqrt(12), -2, 4},
    {'normal', {3, 2}, 3, 2},
    {'logNormal', {0, 0.5}, math.exp(0.125), math.sqrt((math.exp(0.25) - 1) * math.exp(0.25)), 0},
    {'exponential', {2}, 0.5, 0.5, 0},
    {'geometric', {0.4}, 1 / 0.6, math.sqrt(0.4) / 0.6, 1},
    {'bernoulli', {0.3}, 0.3, math.sqrt(0.21), 0, 1},
    {'random', {3, 12}, 7.5, math.sqrt(99 / 12), 3, 12},
  }

  for _, type_name in ipairs(compare.floating) do
    it('have the moments of their distributions, ' .. type_name, function()
      cutorch.manualSeed(5)
      local tensor = device.torch[type_name .. 'Tensor']
      for _, row in ipairs(moments) do
        local name, arguments, mean, deviation, low, high = unpack(row, 1, 6)
        local x = tensor(n)
        local got_mean, got_deviation, least, most = spread(x[name](x, unpack(arguments)))
        assert.is_true(math.abs(got_mean - mean) < 0.05 * deviation + 0.01, name)
        assert.is_true(math.abs(got_deviation - deviation) < 0.06 * deviation, name)
        assert.is_true(least >= (low or -math.huge) and most <= (high or math.huge), name)
      end
      local x = device.fetch(tensor(n):cauchy(1, 2)):double()
      assert.is_true(math.abs(x:median()[1] - 1) < 0.1)
    end)
  end

  it('of integer types lie between their bounds', function()
    for _, type_name in ipairs {'Byte', 'Char', 'Short', 'Int', 'Long'} do
      local tensor = device.torch[type_name .. 'Tensor']
      local x = device.fetch(tensor(4000):random(5, 8)):double()
      assert.are.equal(5, x:min())
      assert.are.equal(8, x:max())
      local whole = device.fetch(tensor(4000):random()):double()
      assert.is_true(whole:min() >= 0 and whole:max() > 120)
      assert.are.same({0, 1}, {device.fetch(tensor(99):bernoulli()):double():min(),
        device.fetch(tensor(99):bernoulli()):double():max()})
    end
    local negative = device.fetch(torch.CudaDoubleTensor(1000):random(-3, 3))
    assert.are.same({-3, 3}, {negative:min(), negative:max()})
  end)

  it('take probabilities from tensors', function()
    local p = torch.DoubleTensor(3000):fill(0)
    p:narrow(1, 1001, 1000):fill(1)
    p:narrow(1, 2001, 1000):fill(0.25)
    local x = device.fetch(torch.CudaTensor(3000):bernoulli(p:cudaDouble()))
    assert.are.equal(0, x:narrow(1, 1, 1000):sum())
    assert.are.equal(1000, x:narrow(1, 1001, 1000):sum())
    assert.is_true(math.abs(x:narrow(1, 2001, 1000):mean() - 0.25) < 0.06)
    assert.has_error(function() torch.CudaTensor(3000):bernoulli(p) end)
    assert.has_error(function() torch.CudaTensor(1):bernoulli(torch.CudaTensor{1.5}) end)
  end)

  it('of strided tensors and of permutations', function()
    cutorch.manualSeed(2)
    local x = torch.CudaTensor(30, 40):fill(-1)
    x:t():narrow(1, 3, 20):uniform()
    local y = device.fetch(x)
    assert.are.equal(-1, y:select(2, 1):max())
    assert.is_true(y:narrow(2, 3, 20):min() >= 0)
    assert.is_nil(compare.call(function(r)
      torch.manualSeed(4)
      cutorch.manualSeed(4)
      return r:randperm(50)
    end, nil, torch.LongTensor()))
  end)

  it('choose categories as on the CPU', function()
    local p = torch.rand(4, 9)
    assert.is_nil(compare.call(function(w)
      torch.manualSeed(6)
      cutorch.manualSeed(6)
      return torch.multinomial(w, 5, true), torch.multinomial(w, 5)
    end, nil, p))
    assert.is_nil(compare.call(function(w)
      torch.manualSeed(6)
      cutorch.manualSeed(6)
      local tables = torch.multinomialAliasSetup(w)
      local r = w:type():find('Cuda') and torch.CudaLongTensor(100) or torch.LongTensor(100)
      return torch.multinomialAlias(r, tables)
    end, nil, torch.rand(20)))
  end)
end)
