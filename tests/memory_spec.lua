-- Memory: what loops hold at their peak, what they leave behind, requests that cannot be met, and
-- storages that change under live views.

local torch = require 'torch'
local F = require 'torch.ffi'
local helpers = require 'helpers'

local C = F.C

-- Runs a loop in a process of its own; returns its peak resident size in MB.
local function peak(source)
  local status, output = helpers.script(source .. [[

    for line in io.lines('/proc/self/status') do
      local kilobytes = line:match('^VmHWM:%s*(%d+) kB')
      if kilobytes then print('peak ' .. kilobytes) end
    end]])
  assert.are.equal(0, status, output)
  return tonumber(output:match('peak (%d+)')) / 1024
end

local allocate = [[
  local torch = require 'torch'
  torch.setnumthreads(1)
  local live = {}
  for i = 1, LIVE do
    local t = {}
    for j = 1, 1024 do t[j] = i + j end
    live[i] = t
  end
  for i = 1, 10000 do torch.FloatTensor(262144):fill(i) end
  assert(#live == LIVE)
]]

describe('10,000 tensors of 1 MB, each dropped at once,', function()
  local limited = helpers.checked_memory and pending or it

  limited('stay under 300 MB', function()
    assert.is_true(peak((allocate:gsub('LIVE', '0'))) < 300)
  end)

  limited('add less than 300 MB to 100 MB of Lua tables', function()
    local tables = peak((allocate:gsub('LIVE', '13000'):gsub('10000', '0')))
    local both = peak((allocate:gsub('LIVE', '13000')))
    assert.is_true(tables > 90, 'the tables take only ' .. tables .. ' MB')
    assert.is_true(both - tables < 300, ('%.0f MB above the tables'):format(both - tables))
  end)

  limited('as results of operators stay under 300 MB', function()
    assert.is_true(peak [[
      local torch = require 'torch'
      torch.setnumthreads(1)
      local x = torch.FloatTensor(262144):fill(1)
      for i = 1, 3000 do x = (x + 1) * 0.5 - x end
    ]] < 300)
  end)
end)

describe('a trace recorded while the package loads', function()
  -- hotloop=1 compiles every function when it is first called. LuaJIT compiles finalizers in.
  it('makes tensors that are collected', function()
    local status, output = helpers.script [[
      require('jit.opt').start('hotloop=1')
      local torch = require 'torch'
      local F = require 'torch.ffi'
      for _ = 1, 100 do torch.FloatTensor(1000) torch.FloatStorage(1000) end
      local live = F.C.lt_mem.live
      for _ = 1, 100 do torch.FloatTensor(100000) torch.FloatStorage(100000) end
      collectgarbage()
      collectgarbage()
      io.write(tonumber(F.C.lt_mem.live - live))
    ]]
    assert.are.equal(0, status, output)
    assert.is_true(tonumber(output) <= 0, output)
  end)
end)

describe('tensors of several threads', function()
  for _, way in ipairs {'threads.serialize', 'threads.sharedserialize'} do
    -- In a round 600 MB become garbage in the workers, and 25 MB in the main thread.
    it('are collected in the thread that dropped them, sent by ' .. way, function()
      local status, output = helpers.script(([[
        local torch = require 'torch'
        local threads = require 'threads'
        torch.setnumthreads(1)
        threads.Threads.serialization('%s')
        local pool = threads.Threads(2)
        local function batch()
          for _ = 1, 16 do torch.FloatTensor(3, 512, 768):fill(1) end
          return torch.FloatTensor(16, 3, 128, 128)
        end
        for round = 1, 8 do
          for _ = 1, 8 do pool:addjob(batch, function() end) end
          pool:synchronize()
        end
        io.write(tonumber(require('torch.ffi').C.lt_mem.peak))
        pool:terminate()
      ]]):format(way))
      assert.are.equal(0, status, output)
      assert.is_true(tonumber(output) < 500e6, output)
    end)
  end
end)

describe('after warm-up', function()
  local function steady(f)
    for _ = 1, 20 do f() end
    helpers.collect()
    local live, debt = tonumber(C.lt_mem.live), tonumber(C.lt_mem.debt)
    collectgarbage('stop')
    for _ = 1, 200 do f() end
    collectgarbage('restart')
    return tonumber(C.lt_mem.live) - live, tonumber(C.lt_mem.debt) - debt
  end

  it('operations in place leave memory as it was', function()
    local x, y, r = torch.rand(300, 300), torch.rand(300, 300), torch.Tensor()
    local live, debt = steady(function()
      x:add(0.1, y):cmul(y):exp():clamp(0, 3)
      torch.add(r, x, y)
      r:copy(x):mul(2):sigmoid()
      torch.lt(x, x, y)
      r:sum(x, 1)
    end)
    assert.are.equal(0, live)
    assert.are.equal(0, debt)
  end)

  it('views leave memory as it was', function()
    local x = torch.rand(30, 30)
    local live = steady(function()
      x:narrow(1, 2, 5):select(2, 3):fill(1)
      x:t():expandAs(x):unfold(1, 3, 1)
      x[3][{{1, 4}}] = 2
    end)
    assert.are.equal(0, live)
  end)

  it('operands that overlap or have other strides leave nothing behind', function()
    local x, r = torch.rand(100), torch.Tensor(50)
    local live = steady(function()
      x:narrow(1, 2, 50):add(x:narrow(1, 1, 50))
      r:cmul(x:narrow(1, 1, 50):view(5, 10):t(), x:narrow(1, 51, 50))
      r:resize(50)
    end)
    assert.are.equal(0, live)
  end)

  it('errors leave nothing behind', function()
    local x, y, whole = torch.rand(10, 10), torch.rand(7), torch.IntTensor(10):zero()
    local live = steady(function()
      pcall(x.add, x, y)
      pcall(x.cmul, x, whole)
      pcall(whole.div, whole, 0)
      pcall(torch.addcmul, x:view(1, 100), 1, x:view(50, 2), torch.rand(3, 100))
      pcall(torch.Tensor, 2 ^ 45)
    end)
    helpers.collect()
    assert.is_true(live < 10 ^ 6)
  end)
end)

describe('a request that cannot be met', function()
  it('is an error, and the process goes on', function()
    local x = torch.ones(3)
    for _, f in ipairs {
      function() torch.Tensor(2 ^ 42) end,
      function() torch.Tensor(2 ^ 50, 2 ^ 50) end,
      function() torch.ByteTensor(2 ^ 52) end,
      function() torch.ones(1):expand(2 ^ 44):clone() end,
      function() torch.exp(torch.ones(1):expand(2 ^ 44)) end,
      function() local _ = torch.ones(1):expand(2 ^ 44) + 1 end,
      function() x:resize(2 ^ 44) end,
      function() x:storage():resize(2 ^ 44) end,
      function() torch.LongStorage(2 ^ 44) end,
      function() torch.zeros(2 ^ 44) end,
      function() torch.range(1, 2 ^ 44) end,
      function() x:repeatTensor(2 ^ 44) end,
    } do
      local ok, message = pcall(f)
      assert.is_false(ok)
      assert.is_true(message:find('memory') ~= nil or message:find('too') ~= nil, message)
    end
    assert.are.same({1, 1, 1}, x:totable())
  end)

  it('is tried again after a collection', function()
    local collected = false
    local guard = newproxy(true)
    getmetatable(guard).__gc = function() collected = true end
    guard = nil -- luacheck: ignore
    pcall(torch.Tensor, 2 ^ 44)
    assert.is_true(collected)
  end)
end)

describe('a storage', function()
  it('that shrinks leaves its views inside the memory', function()
    local t = torch.range(1, 1000)
    local s = t:storage()
    s:resize(10)
    assert.are.equal(10, #s)
    assert.is_false(pcall(function() return s[11] end))
    assert.are.equal(1000, t[1000])
    assert.are.equal(500500, t:sum())
    t:fill(2)
    s:resize(1000)
    assert.are.equal(2, s[1000])
  end)

  it('that grows moves under its views', function()
    local t = torch.range(1, 4)
    local view = t:narrow(1, 2, 2)
    t:storage():resize(100000)
    t:storage():fill(7)
    assert.are.same({7, 7}, view:totable())
    t:resize(300, 300)
    view:fill(5)
    assert.are.equal(5, t[1][2])
  end)

  it('cannot move while another storage views it', function()
    local s = torch.IntStorage {1, 2, 3, 4}
    local part = torch.IntStorage(s, 2, 2)
    assert.are.same({2, 3}, part:totable())
    part[1] = 9
    assert.are.equal(9, s[2])
    assert.is_false(pcall(s.resize, s, 100))
    assert.is_false(pcall(part.resize, part, 3))
    s = nil -- luacheck: ignore
    helpers.collect()
    assert.are.same({9, 3}, part:totable())
  end)

  it('lives as long as a view', function()
    local view
    do
      local t = torch.range(1, 10000)
      view = t:narrow(1, 9000, 2):storage()
    end
    helpers.collect()
    assert.are.equal(9001, view[9001])
  end)

  it('takes back only references that retain() added', function()
    local t = torch.ones(3)
    local s = t:storage()
    assert.is_false(pcall(s.free, s))
    s:retain()
    t:storage():free()
    assert.is_false(pcall(s.free, s))
    s = nil -- luacheck: ignore
    helpers.collect()
    assert.are.equal(3, t:sum())
  end)
end)

describe('t:free()', function()
  it('releases at once and leaves an empty tensor', function()
    local t = torch.DoubleTensor(1e6):fill(1)
    local live = tonumber(C.lt_mem.live)
    t:free()
    assert.is_true(live - tonumber(C.lt_mem.live) >= 8e6)
    assert.are.equal(0, t:nElement())
    t:free()
    t:resize(2):fill(3)
    assert.are.equal(6, t:sum())
  end)

  it('leaves other views alone', function()
    local t = torch.ones(5)
    local view = t:narrow(1, 2, 2)
    t:free()
    assert.are.equal(2, view:sum())
  end)
end)
