-- Result tensors that were there before: of another layout, overlapping an operand, or expanded, so
-- that several of their elements are one in memory. An operation gives what it gives with a new
-- result, or an error that leaves the result as it was.

local torch = require 'torch'

local function matrix(n, m) return torch.range(1, n * m):mul(7):fmod(11):view(n, m) end
local function square() return matrix(3, 3) end
local positions = torch.LongTensor {3, 1, 2}

-- f(r, x) writes a 3 x 3 result from a 3 x 3 operand
local calls = {
  add = function(r, x) torch.add(r, x, x) end,
  exp = function(r, x) torch.exp(r, x) end,
  copy = function(r, x) r:copy(x) end,
  cumsum = function(r, x) torch.cumsum(r, x, 1) end,
  cumprod = function(r, x) torch.cumprod(r, x, 2) end,
  mm = function(r, x) torch.mm(r, x, x) end,
  addmm = function(r, x) torch.addmm(r, x, x, x) end,
  ger = function(r, x) torch.ger(r, x[1], x[2]) end,
  index = function(r, x) r:index(x, 1, positions) end,
  gather = function(r, x) torch.gather(r, x, 1, torch.LongTensor(3, 3):fill(2)) end,
  sort = function(r, x) torch.sort(r, torch.LongTensor(), x, 1) end,
  cat = function(r, x) torch.cat(r, x:narrow(1, 2, 2), x:narrow(1, 1, 1), 1) end,
  tril = function(r, x) torch.tril(r, x) end,
  where = function(r, x) torch.where(r, x:gt(4), x, torch.zeros(3, 3)) end,
  flip = function(r, x) torch.flip(r, x, 1) end,
  roll = function(r, x) torch.roll(r, x, 1, 2) end,
  inverse = function(r, x) torch.inverse(r, torch.add(x, torch.eye(3):mul(20))) end,
  clamp = function(r, x) torch.clamp(r, x, 2, 5) end,
  pow = function(r, x) torch.pow(r, x, 2) end,
  lerp = function(r, x) torch.lerp(r, x, torch.ones(3, 3), 0.5) end,
}

local function expected(f)
  local r = torch.Tensor(3, 3)
  f(r, square())
  return r
end

local function check(name, r, f, x)
  local ok, message = pcall(f, r, x)
  assert.is_true(ok, name .. ': ' .. tostring(message))
  assert.is_true((torch.add(r, -1, expected(f)):abs():max()) < 1e-12, name)
end

describe('a result that was there before', function()
  for name, f in pairs(calls) do
    it('may have another layout: ' .. name, function()
      local wide = torch.zeros(3, 5)
      check(name, torch.zeros(3, 3):t(), f, square())
      check(name, wide:narrow(2, 2, 3), f, square())
      assert.are.equal(0, wide:select(2, 1):sum() + wide:select(2, 5):sum())
    end)

    it('may overlap the operand: ' .. name, function()
      local memory = torch.zeros(12)
      local x, r = memory:narrow(1, 1, 9):view(3, 3), memory:narrow(1, 4, 9):view(3, 3)
      x:copy(square())
      check(name, r, f, x)
      x = square()
      check(name, x, f, x)
    end)

    it('may not be expanded: ' .. name, function()
      local row = torch.zeros(1, 3)
      local ok, message = pcall(f, row:expand(3, 3), square())
      assert.is_false(ok, name)
      assert.is_truthy(message:find('elements of the result [3 x 3 DoubleTensor] share memory', 1,
        true), message)
      assert.are.equal(0, row:abs():sum())
    end)
  end
end)
