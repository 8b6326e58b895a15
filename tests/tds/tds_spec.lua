-- tds: Hash, Vec, AtomicCounter.

local helpers = require 'helpers'
local tds = require 'tds'
local threads = require 'threads'
local torch = require 'torch'

local fails = helpers.assert_fails

local function set(object, key, value) object[key] = value end
local function get(object, key) return object[key] end

-- One value of each kind that an element can be.
local function values()
  return {1.5, 'text with \0 inside', '', true, false, torch.range(1, 3), torch.IntStorage{4, 5},
    tds.Vec(1), tds.Hash{a = 1}, tds.AtomicCounter(3)}
end

describe('elements', function()
  it('come back as they are, objects as the same object', function()
    for _, value in ipairs(values()) do
      local vec, hash = tds.Vec(value), tds.Hash()
      hash.x = value
      for _, back in ipairs {vec, hash} do
        local got = back[1]
        if back == hash then got = hash.x end
        assert.are.equal(torch.type(value), torch.type(got))
        if torch.isTensor(value) then
          assert.are.equal(value:storage(), got:storage())
          assert.are.same(value:totable(), got:totable())
        else
          assert.are.equal(value, got)
        end
      end
    end
  end)

  it('that are functions and objects of classes come back as copies', function()
    local n = 3
    local vec = tds.Vec(function(x) return x + n end, require('nn').Linear(2, 3))
    assert.are.equal(8, vec[1](5))
    assert.are.same({3, 2}, vec[2].weight:size():totable())
    fails('tds.Vec: a userdata cannot be an element', set, vec, 1, io.stdout)
    fails('tds.Hash: a thread cannot be an element', set, tds.Hash(), 1,
      coroutine.create(function() end))
  end)

  it('that are plain tables become vecs and hashes', function()
    local hash = tds.Hash{list = {1, {2, 3}}, fields = {x = 1, {5}}}
    assert.are.equal('tds.Vec', torch.typename(hash.list))
    assert.are.same({'tds.Hash', 5}, {torch.typename(hash.fields), hash.fields[1][1]})
    hash.list[2][3] = 4
    assert.are.equal(3, #hash.list[2])
    local cycle = {}
    cycle[1] = cycle
    fails('contains itself', tds.Vec, cycle)
    assert.are.equal(1, tds.Vec({1})[1]) -- and the failure left nothing behind
  end)

  it('cannot be their own container', function()
    local vec, hash = tds.Vec(), tds.Hash()
    fails('cannot be an element of itself', set, vec, 1, vec)
    fails('cannot be an element of itself', set, hash, 'h', hash)
  end)

  it('may be nested deeply', function()
    local vec = tds.Vec()
    for _ = 1, 200000 do
      local outer = tds.Vec()
      outer[1] = vec
      vec = outer
    end
    assert.are.equal(1, #vec)
  end)
end)

describe('tds.Hash', function()
  it('does what a table does', function()
    local hash, plain = tds.hash(), {}
    local generator = torch.Generator()
    torch.manualSeed(generator, 7)
    for step = 1, 5000 do
      local n = torch.random(generator, 1, 200)
      local key = n % 3 == 0 and 'k' .. n or n % 7 == 0 and n % 2 == 0 or n / 4
      local value = torch.random(generator, 1, 3) > 1 and step or nil
      hash[key], plain[key] = value, value
    end
    local count = 0
    for key, value in pairs(plain) do
      count = count + 1
      assert.are.equal(value, hash[key])
    end
    assert.are.equal(count, #hash)
    for key, value in pairs(hash) do
      count = count - 1
      assert.are.equal(plain[key], value)
    end
    assert.are.equal(0, count)
  end)

  it('walks in the order of insertion, and may lose entries on the way', function()
    local hash, seen = tds.Hash(), {}
    for i = 20, 1, -1 do hash['k' .. i] = i end
    for key, value in pairs(hash) do
      seen[#seen + 1] = value
      hash[key] = nil
    end
    assert.are.equal(20, #seen)
    assert.are.same({20, 19, 1}, {seen[1], seen[2], seen[20]})
    assert.are.same({0, nil}, {#hash, hash.k1})
  end)

  it('has tensors, storages and objects of tds as keys', function()
    local hash, x, y = tds.Hash(), torch.ones(2, 3), torch.IntTensor(4):fill(5)
    local counter, vec = tds.AtomicCounter(), tds.Vec()
    local keys = {x, y, x[1], x:t(), y:storage(), counter, vec, torch.Tensor()}
    for i, key in ipairs(keys) do hash[key] = i end
    assert.are.equal(#keys, #hash)
    for i, key in ipairs(keys) do assert.are.equal(i, hash[key]) end
    assert.are.equal(1, hash[torch.Tensor(x)])
    assert.is_nil(hash[x:clone()])
    local sum, count = 0, 0
    for key, value in pairs(hash) do
      assert.are.equal(value, hash[key])
      if torch.isTensor(key) then count, sum = count + 1, sum + key:sum() end
    end
    assert.are.same({5, 6 + 20 + 3 + 6}, {count, sum})
    local back = torch.deserialize(torch.serialize(hash))
    assert.are.equal(#keys, #back)
    hash[x], hash[y:storage()] = nil, nil
    assert.is_nil(hash[x])
    assert.are.equal(#keys - 2, #hash)
    fails('cannot be its own key', set, hash, hash, 1)
    fails('cannot be its own key', get, hash, hash)
  end)

  it('lets go of tensors that were keys', function()
    local hash, x = tds.Hash(), torch.ones(3)
    hash[x] = 1
    assert.are.same({1, nil}, {hash[x], hash[x:narrow(1, 1, 2)]})
    hash[x] = 2
    hash[x] = nil
    helpers.collect()
    assert.are.equal(1, x.mem.refcount)
  end)

  it('takes -0 for 0, and no tables and functions as keys', function()
    local hash = tds.Hash()
    hash[0] = 'zero'
    assert.are.equal('zero', hash[-0])
    assert.is_nil(hash['0'])
    for _, key in ipairs {{}, print, torch.Timer()} do
      fails('tensor, storage or object of tds expected as key', set, hash, key, 1)
      fails('tensor, storage or object of tds expected as key', get, hash, key)
    end
    fails('NaN', set, hash, 0 / 0, 1)
    fails('expected a table', tds.Hash, 3)
  end)

  it('prints its first entries', function()
    local hash = tds.Hash()
    hash.x = tds.Vec(1)
    assert.are.equal('tds.Hash[1]{\n    x : tds.Vec[1]{\n            1 : 1\n        }\n}',
      tostring(hash))
    for i = 1, 30 do hash[i] = i end
    assert.matches('   19 : 19\n%.%.%.\n}$', tostring(hash))
  end)
end)

describe('tds.Vec', function()
  it('is an array that grows', function()
    local vec = tds.Vec()
    vec[3] = 'c'
    assert.are.same({3, nil, 'c', nil}, {#vec, vec[1], vec[3], vec[9]})
    vec[3] = nil
    assert.are.equal(3, #vec)
    assert.are.equal('1,2,3', tds.Vec(1, 2, 3):concat(','))
    assert.are.equal('1,2', tds.vec{1, 2}:concat(','))
    assert.are.equal(0, #tds.Vec{})
  end)

  it('inserts, removes, resizes', function()
    local vec = tds.Vec()
    for i = 1, 3 do vec:insert(i) end
    vec:insert(1, 'a')
    vec:insert(3, 'b')
    assert.are.equal('a1b23', vec:concat())
    vec:insert(8, 'z')
    assert.are.same({8, 'z', nil}, {#vec, vec[8], vec[7]})
    vec:resize(4)
    vec:remove()
    vec:remove(1)
    assert.are.equal('1-b', vec:concat('-'))
    vec:resize(3)
    assert.are.same({3, nil}, {#vec, vec[3]})
    vec:resize(0)
    assert.are.equal(0, #vec)
    fails('remove: a position of 1 or more', vec.remove, vec)
    fails('remove: index 2 out of range 1 to 0', vec.remove, vec, 2)
    fails('resize: expected a size', vec.resize, vec, -1)
    fails('insert: .position. and value expected', vec.insert, vec)
    fails('insert: expected a tds.Vec', vec.insert, 1, 2)
    for _, i in ipairs {0, -1, 2 ^ 60, 'x', 0 / 0} do
      fails('tds.Vec: a position', set, vec, i, 1)
    end
    fails('method expected, got nothing', get, vec, 'nothing')
    fails('keys 1 to n expected', tds.Vec, {a = 1})
  end)

  it('joins and sorts', function()
    local vec = tds.Vec('b', 'c', 'a')
    assert.are.equal('c+a', vec:concat('+', 2))
    assert.are.equal('b', vec:concat('+', 1, 1))
    assert.are.equal('b c a', vec:concatstorage(' '):string())
    vec:sort()
    assert.are.equal('abc', vec:concat())
    vec:sort(function(a, b) return a > b end)
    assert.are.equal('cba', vec:concat())
    fails('attempt to compare', tds.Vec(1, 'x').sort, tds.Vec(1, 'x'))
    fails('expected a Lua function', vec.sort, vec, 1)
    fails('was changed while', vec.sort, vec, function(a, b)
      vec[9] = 1
      return a < b
    end)
  end)

  it('is walked by ipairs and pairs', function()
    for _, walk in ipairs {ipairs, pairs} do
      local seen = {}
      for i, value in walk(tds.Vec('x', 'y', false)) do seen[i] = value end
      assert.are.same({'x', 'y', false}, seen)
    end
  end)

  it('prints its first elements', function()
    assert.are.equal('tds.Vec[2]{\n    1 : 1\n    2 : x\n}', tostring(tds.Vec(1, 'x')))
  end)
end)

describe('tds.AtomicCounter', function()
  it('counts', function()
    local counter = tds.AtomicCounter(5)
    assert.are.same({5, 6, 5, 5}, {counter:inc(), counter:dec(), counter:get(), counter:inc()})
    counter:set(-2)
    assert.are.equal('tds.AtomicCounter=-2', tostring(counter))
    assert.are.equal(0, tds.atomic_counter():get())
    assert.is_number(counter:id())
    fails('expected an integer', counter.set, counter, 1.5)
    fails('expected an integer', tds.AtomicCounter, 'x')
    counter:free()
    fails('the object was freed', counter.get, counter)
  end)

  it('counts what threads do together', function()
    threads.Threads.serialization('threads.sharedserialize')
    local pool = threads.Threads(2)
    threads.Threads.serialization('threads.serialize')
    local counter, hash, vec = tds.AtomicCounter(), tds.Hash(), tds.Vec()
    for i = 1, 8 do
      pool:addjob(function()
        for k = 1, 2000 do
          counter:inc()
          hash['k' .. k % 50] = 'value' .. i
          hash[k % 70] = k % 7 ~= 0 and {i} or nil
          vec[k % 40 + 1] = k % 2 == 0 and 'text' .. k or k
          local seen = {hash[k % 70], vec[k % 10 + 1]}
          if k % 500 == 0 then vec:resize(20) tostring(hash) end
          if #seen > 2 then error('too many') end
        end
      end)
    end
    pool:terminate()
    assert.are.equal(16000, counter:get())
    for k = 0, 49 do assert.matches('^value%d$', hash['k' .. k]) end
  end)
end)
