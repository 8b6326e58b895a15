-- Views: sizes, strides and offsets of every view, sharing of memory, forms with a result.

local torch = require 'torch'

local function shape(t)
  return {size = t:size():totable(), stride = t:stride():totable(), offset = t:storageOffset()}
end

local function x() return torch.range(1, 24):view(2, 3, 4) end

-- {view of x(), size, stride, offset}
local views = {
  {'narrow', function(t) return t:narrow(3, 2, 2) end, {2, 3, 2}, {12, 4, 1}, 2},
  {'select', function(t) return t:select(2, 3) end, {2, 4}, {12, 1}, 9},
  {'sub', function(t) return t:sub(1, 2, -2, -1, 1, 2) end, {2, 2, 2}, {12, 4, 1}, 5},
  {'transpose', function(t) return t:transpose(1, 3) end, {4, 3, 2}, {1, 4, 12}, 1},
  {'t', function(t) return t[1]:t() end, {4, 3}, {1, 4}, 1},
  {'permute', function(t) return t:permute(3, 1, 2) end, {4, 2, 3}, {1, 12, 4}, 1},
  {'unfold', function(t) return t:unfold(3, 2, 2) end, {2, 3, 2, 2}, {12, 4, 2, 1}, 1},
  {'squeeze', function(t) return t:narrow(2, 2, 1):squeeze() end, {2, 4}, {12, 1}, 5},
  {'squeeze of a dimension', function(t) return t:narrow(1, 2, 1):squeeze(1) end, {3, 4}, {4, 1},
    13},
  {'expand', function(t) return t:narrow(2, 2, 1):expand(2, 5, 4) end, {2, 5, 4}, {12, 0, 1}, 5},
  {'expandAs', function(t) return t:narrow(1, 2, 1):expandAs(torch.Tensor(7, 3, 4)) end, {7, 3, 4},
    {0, 4, 1}, 13},
  {'view', function(t) return t:view(6, -1) end, {6, 4}, {4, 1}, 1},
  {'viewAs', function(t) return t:viewAs(torch.Tensor(4, 6)) end, {4, 6}, {6, 1}, 1},
}

describe('the view by', function()
  for _, case in ipairs(views) do
    it(case[1], function()
      local t = x()
      local v = case[2](t)
      assert.are.same({size = case[3], stride = case[4], offset = case[5]}, shape(v))
      assert.is_true(v:storage() == t:storage())
      v:fill(-1)
      assert.are.equal(-1, t:min())
    end)
  end
end)

describe('views', function()
  it('are put into a result in front', function()
    local t, r = x(), torch.Tensor()
    assert.is_true(torch.narrow(r, t, 1, 2, 1) == r)
    assert.are.same({1, 3, 4}, r:size():totable())
    assert.is_true(r:transpose(t, 1, 2) == r)
    assert.are.same({3, 2, 4}, r:size():totable())
    assert.is_true(torch.view(r, t, 24) == r)
    assert.is_true(r:storage() == t:storage())
    assert.is_false(pcall(torch.view, torch.FloatTensor(), t, 24))
  end)

  it('of one element squeeze to a number where no dimension stays', function()
    assert.are.equal(5, torch.Tensor(1, 1):fill(5):squeeze())
    assert.are.equal(5, torch.Tensor(1):fill(5):squeeze(1))
    assert.are.same({5}, torch.Tensor(1, 1):fill(5):squeeze(1):totable())
    assert.are.equal(5, torch.Tensor {4, 5}:select(1, 2))
    assert.are.equal(5, torch.Tensor {4, 5}:select(2, 2)) -- any dimension, as in Torch7
  end)

  it('that overlap themselves are refused as results', function()
    local expanded = torch.Tensor(2, 1):expand(2, 3)
    assert.is_false(pcall(expanded.add, expanded, 1))
    local windows = torch.Tensor(5):unfold(1, 3, 1)
    assert.is_false(pcall(windows.exp, windows))
  end)

  it('of more elements than can be counted are refused', function()
    local t = torch.Tensor(2 ^ 20)
    local v = t:unfold(1, 2 ^ 19, 1)
    assert.is_false(pcall(function()
      for _ = 1, 5 do v = v:unfold(1, math.floor(v:size(1) / 2), 1) end
    end))
    local s, huge = t:storage(), torch.LongStorage {2 ^ 40, 2 ^ 40}
    assert.is_false(pcall(t.set, t, s, 1, huge, torch.LongStorage {0, 0}))
  end)
end)

describe('questions about shape', function()
  it('are answered', function()
    local t = x()
    assert.are.equal(3, t:dim())
    assert.are.equal(3, t:nDimension())
    assert.are.equal(24, t:nElement())
    assert.are.equal(24, torch.numel(t))
    assert.are.equal(3, t:size(2))
    assert.are.equal(4, t:stride(2))
    assert.is_true(t:isContiguous())
    assert.is_false(t:transpose(1, 2):isContiguous())
    assert.is_true(t:select(1, 1):isContiguous())
    assert.is_true(t:narrow(2, 1, 1):narrow(1, 1, 1):isContiguous())
    assert.is_true(t:isSameSizeAs(torch.FloatTensor(2, 3, 4)))
    assert.is_false(t:isSameSizeAs(t:view(24)))
    assert.is_true(t:isSetTo(t:view(2, 3, 4)))
    assert.is_false(t:isSetTo(t:clone()))
    assert.is_false(torch.Tensor():isSetTo(torch.Tensor()))
    assert.is_true(t:isSize(torch.LongStorage {2, 3, 4}))
    assert.is_false(t:isSize(torch.LongStorage {2, 3}))
  end)
end)

describe('resize', function()
  it('keeps the memory and its order', function()
    local t = torch.range(1, 6)
    local data = t:data()
    t:resize(2, 2)
    assert.are.same({{1, 2}, {3, 4}}, t:totable())
    t:resize(6)
    assert.are.equal(6, t[6])
    assert.is_true(t:data() == data)
  end)

  it('to the same sizes keeps strides, to others makes them contiguous', function()
    local t = torch.range(1, 6):view(2, 3):t()
    assert.are.same({1, 3}, t:resize(3, 2):stride():totable())
    assert.are.same({3, 1}, t:resize(2, 3):stride():totable())
    assert.are.same({2, 3}, torch.FloatTensor():resizeAs(torch.Tensor(2, 3)):size():totable())
  end)
end)
