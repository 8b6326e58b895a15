-- tds: files, and the memory that it takes.

local helpers = require 'helpers'
local memory = require('torch.ffi').C.lt_mem
local tds = require 'tds'
local torch = require 'torch'

local fails = helpers.assert_fails

describe('files', function()
  it('hold the contents, in the layout of the original', function()
    assert.are.equal('4\n1\n3\nV 0\n7\ntds.Vec\n2\n1\n7\n2\n1\na\n',
      torch.serialize(tds.Vec(7, 'a'), 'ascii'))
    assert.are.equal('4\n1\n3\nV 0\n8\ntds.Hash\n1\n2\n1\nk\n5\n1\n',
      torch.serialize(tds.Hash{k = true}, 'ascii'))
    assert.are.equal('4\n1\n3\nV 0\n17\ntds.AtomicCounter\n12\n',
      torch.serialize(tds.AtomicCounter(12), 'ascii'))
    local inner = tds.Vec(1)
    local hash = tds.Hash{t = torch.range(1, 3), f = {1, {x = 'y'}}}
    hash.a, hash.b = inner, inner
    local back = torch.deserialize(torch.serialize(hash))
    assert.are.same({4, 6, 'y', 1}, {#back, back.t:sum(), back.f[2].x, back.a[1]})
    assert.are.equal(back.a, back.b)
    assert.are_not.equal(hash.a, back.a)
    fails('damaged', torch.deserialize, torch.serialize(hash):sub(1, -5))
  end)
end)

describe('memory', function()
  it('is freed at once, and counted as that of tensors is', function()
    helpers.collect()
    local vec, hash = tds.Vec(), tds.Hash()
    local before = tonumber(memory.live)
    collectgarbage('stop')
    for i = 1, 100 do vec[i], hash[i] = ('x'):rep(10000), ('y'):rep(10000) end
    assert.is_true(memory.live - before > 2e6)
    vec:resize(0)
    for i = 1, 100 do hash[i] = nil end
    collectgarbage('restart')
    assert.are.equal(before, tonumber(memory.live))
    hash.x = torch.zeros(1000)
    local t = hash.x
    hash.x = nil
    helpers.collect()
    assert.are.equal(1, t.mem.refcount)
  end)

  it('does not lie in the Lua heap', function()
    collectgarbage()
    local before = collectgarbage('count')
    local vec = tds.Vec()
    local text = ('z'):rep(1e6)
    for i = 1, 50 do vec[i] = text end
    collectgarbage()
    assert.is_true(collectgarbage('count') - before < 5000) -- KB
    assert.are.equal(50, #vec)
  end)

  it('that nobody holds any more is collected', function()
    helpers.collect()
    local before, peak = tonumber(memory.live), 0
    for _ = 1, 60 do
      local vec = tds.Vec()
      for i = 1, 40 do vec[i] = ('x'):rep(1e5) end
      peak = math.max(peak, tonumber(memory.live) - before)
    end
    assert.is_true(peak < 3 * tonumber(memory.limit) + 2 ^ 26, peak)
  end)
end)
