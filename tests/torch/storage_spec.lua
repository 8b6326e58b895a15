-- Storages: construction, elements, resizing, views, mapped files, strings.

local helpers = require 'helpers'
local torch = require 'torch'

local types = helpers.types

describe('storages', function()
  it('of every type hold elements', function()
    for _, name in ipairs(types) do
      local s = torch[name .. 'Storage'] {1, 2, 3}
      assert.are.equal('torch.' .. name .. 'Storage', torch.typename(s))
      assert.is_true(torch.isStorage(s))
      assert.are.equal(3, #s)
      assert.are.equal(3, s:size())
      s[2] = 7.6
      local rounded = ({Half = 7.6015625, Float = 7.599999904632568, Double = 7.6,
        BFloat16 = 7.59375})[name] or 7
      assert.are.same({1, rounded, 3}, s:totable(), name)
      assert.are.same({5, 5, 5}, s:fill(5):totable())
      assert.are.equal(torch[name .. 'Tensor']():elementSize(), s:elementSize())
      assert.are.equal(s:elementSize(), torch[name .. 'Storage'].elementSize())
      assert.are.equal(s:new():size(), 0)
      assert.are.equal(9, s:new {9}[1])
    end
  end)

  it('copy and convert', function()
    local s = torch.DoubleStorage {1.5, 300}
    assert.are.same({1, 44}, torch.ByteStorage(2):copy(s):totable())
    assert.is_false(pcall(s.copy, s, torch.ByteStorage(3)))
  end)

  it('keep their elements when they grow', function()
    local s = torch.IntStorage {1, 2}
    s:resize(5)
    assert.are.equal(5, #s)
    assert.are.equal(2, s[2])
    s:resize(1)
    assert.are.same({1}, s:totable())
    s:resize(0)
    assert.are.same({}, s:totable())
  end)

  it('of bytes are strings', function()
    assert.are.equal('abc', torch.CharStorage():string('abc'):string())
    assert.are.equal(3, #torch.ByteStorage():string('a\0b'))
    assert.are.equal('a\0b', torch.ByteStorage():string('a\0b'):string())
    assert.is_nil(torch.IntStorage().string)
  end)

  it('index from 1, with fractions cut', function()
    local s = torch.IntStorage {4, 5}
    assert.are.equal(5, s[2.9])
    assert.are.equal(4, s['1'])
    for _, key in ipairs {0, -1, 3, 0 / 0, math.huge} do
      assert.is_false(pcall(function() return s[key] end))
      assert.is_false(pcall(function() s[key] = 1 end))
    end
    assert.is_nil(s.unknown)
  end)

  it('are equal when they are one object', function()
    local t = torch.Tensor(3)
    assert.is_true(t:storage() == t:storage())
    assert.is_false(t:storage() == torch.DoubleStorage(3))
    assert.is_nil(torch.Tensor():storage())
  end)
end)

describe('a storage over a file', function()
  local name

  before_each(function() name = os.tmpname() end)
  after_each(function() os.remove(name) end)

  it('shares its memory with the file', function()
    local s = torch.IntStorage(name, true, 4)
    s:fill(3)
    s[4] = 9
    local again = torch.IntStorage(name)
    assert.are.same({3, 3, 3, 9}, again:totable())
    again[1] = 7 -- private
    assert.are.equal(3, s[1])
    s = nil -- luacheck: ignore
    helpers.collect()
    local file = assert(io.open(name, 'rb'))
    assert.are.equal(16, #file:read('*a'))
    file:close()
  end)

  it('cannot be larger than a file that is not shared, and cannot grow', function()
    local s = torch.IntStorage(name, true, 4)
    assert.is_false(pcall(torch.IntStorage, name, false, 5))
    assert.is_false(pcall(s.resize, s, 5))
    assert.is_false(pcall(torch.IntStorage, name .. '/none'))
    assert.is_false(pcall(torch.IntStorage, name, true, 'x'))
    assert.is_false(pcall(torch.IntStorage, name, true, 0 / 0))
  end)
end)
