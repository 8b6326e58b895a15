-- threads.Threads: jobs, results, errors, ends.

local helpers = require 'helpers'
local threads = require 'threads'
local torch = require 'torch'

describe('threads.Threads', function()
  local pool

  after_each(function()
    if pool and pool:isrunning() then pool:terminate() end
    pool = nil
    threads.Threads.serialization('threads.serialize')
  end)

  local function fails(pattern, f, ...)
    local ok, message = pcall(f, ...)
    assert.is_false(ok)
    assert.matches(pattern, message)
    return message
  end

  it('runs functions with upvalues and arguments, and gives their results back', function()
    local offset, seen = 100, {}
    pool = threads.Threads(2)
    for i = 1, 10 do
      pool:addjob(function(a, b, c)
        return offset + a, b, c, type(torch.add)
      end, function(...) seen[i] = {n = select('#', ...), ...} end, i, nil, 'x')
    end
    pool:synchronize()
    for i = 1, 10 do assert.are.same({n = 4, 100 + i, nil, 'x', 'function'}, seen[i]) end
    assert.is_false(pool:hasjob())
  end)

  it('is what the module makes when it is called', function()
    pool = threads(1)
    assert.are.equal(getmetatable(threads.Threads(1)), getmetatable(pool))
    assert.are.equal(threads.Threads.serialization, threads.serialization)
  end)

  it('calls the initial functions in every thread, in order, and returns results', function()
    local greeting, results = 'hello'
    pool, results = threads.Threads(3, function(id)
      rawset(_G, 'greeting', greeting .. id)
    end, function(id) return rawget(_G, 'greeting'), id, rawget(_G, '__threadid') end)
    table.sort(results, function(a, b) return a[2] < b[2] end)
    assert.are.same({{'hello1', 1, 1}, {'hello2', 2, 2}, {'hello3', 3, 3}}, results)
  end)

  it('uses the globals of the worker', function()
    rawset(_G, 'only_here', 1)
    pool = threads.Threads(1)
    local here, unpacks, table_unpack, guarded
    pool:addjob(function()
      return rawget(_G, 'only_here'), unpack({4}), rawget(table, 'unpack') == unpack,
        next(debug.getregistry()._VMEVENTS or {}) ~= nil
    end, function(a, b, c, d) here, unpacks, table_unpack, guarded = a, b, c, d end)
    pool:synchronize()
    rawset(_G, 'only_here', nil)
    assert.are.same({nil, 4, true}, {here, unpacks, table_unpack})
    assert.are.equal(next(debug.getregistry()._VMEVENTS or {}) ~= nil, guarded)
  end)

  it('gives every thread its own packages, found along the same paths', function()
    pool = threads.Threads(1)
    local path, cpath, size
    pool:addjob(function()
      local nn = require 'nn'
      return package.path, package.cpath, nn.Linear(3, 2):forward(torch.ones(3)):size(1)
    end, function(...) path, cpath, size = ... end)
    pool:synchronize()
    assert.are.same({package.path, package.cpath, 2}, {path, cpath, size})
  end)

  it('runs jobs at the same time', function()
    local mutex, here, there = threads.Mutex(), threads.Condition(), threads.Condition()
    pool = threads.Threads(2)
    local met = 0
    pool:addjob(function() mutex:lock() there:wait(mutex) here:signal() mutex:unlock() return 1 end,
      function(n) met = met + n end)
    pool:addjob(function()
      local sys = require 'sys'
      sys.sleep(0.05)
      mutex:lock()
      there:signal()
      here:wait(mutex)
      mutex:unlock()
      return 1
    end, function(n) met = met + n end)
    pool:synchronize()
    assert.are.equal(2, met)
  end)

  describe('errors', function()
    it('of a job come with the traceback of the worker', function()
      pool = threads.Threads(1)
      pool:addjob(function()
        local function evil() return nil + 1 end
        local n = evil()
        return n
      end)
      local message = fails('^[^\n]*pool_spec%.lua:%d+: %[thread 1 callback%] [^\n]*attempt to per'
        .. 'form arithmetic', pool.synchronize, pool)
      assert.matches("in function 'evil'", message)
      pool:addjob(function() error({}) end)
      fails('an error of type table', pool.dojob, pool)
    end)

    it('of an ending function come with its traceback', function()
      pool = threads.Threads(2)
      pool:addjob(function() return 7 end, function(n) error('cannot take ' .. n) end)
      fails('%[thread %d endcallback%] [^\n]*cannot take 7\nstack traceback', pool.synchronize,
        pool)
    end)

    it('are all raised by synchronize, and leave the pool usable', function()
      pool = threads.Threads(4)
      local done = 0
      for i = 1, 4 do
        pool:addjob(function() if i % 2 == 0 then error('job ' .. i) end end,
          function() done = done + 1 end)
      end
      while pool:hasjob() and not pool:haserror() do pcall(pool.dojob, pool) end
      assert.is_true(pool:haserror())
      pcall(pool.synchronize, pool)
      assert.are.same({false, false, 2}, {pool:hasjob(), pool:haserror(), done})
      for _ = 1, 2 do pool:addjob(function() error('again') end) end
      local message = fails('again', pool.synchronize, pool)
      assert.are.equal(2, select(2, message:gsub('callback%]', '')))
      assert.is_nil(select(2, pcall(pool.synchronize, pool)))
    end)

    it('of an initial function end the pool', function()
      local before = select(2, pcall(threads.Threads, 2, function(id)
        if id == 2 then error('no such data set') end
      end))
      assert.matches('%[thread 2 callback%] [^\n]*no such data set', before)
    end)

    it('of a thread that dies reach whoever waits', function()
      pool = threads.Threads(2)
      pool:specific(true)
      pool:addjob(2, function()
        local ffi = require 'ffi'
        ffi.cdef 'void pthread_exit(void *);'
        ffi.C.pthread_exit(nil)
      end)
      fails('%[thread 2 callback%] the thread died: the thread was ended from outside',
        pool.synchronize, pool)
      fails('addjob: thread 2 died', pool.addjob, pool, 2, function() end)
      local result
      pool:addjob(1, function() return 5 end, function(n) result = n end)
      pool:synchronize()
      assert.are.equal(5, result)
    end)

    it('name what cannot be sent', function()
      pool = threads.Threads(1)
      local handle, inside = io.stdout, {deep = {file = io.stdout}}
      fails("addjob: the callback, upvalue 'handle' %(a userdata%) cannot be sent to another",
        pool.addjob, pool, function() return handle end)
      fails("the callback, upvalue 'inside', field 'deep', field 'file' %(a userdata%)",
        pool.addjob, pool, function() return inside end)
      fails("an argument, field '2' %(a thread%)", pool.addjob, pool, function() end, nil, 1,
        coroutine.create(function() end))
      pool:addjob(function() return 1, io.stdout end, function() end)
      fails("a result of the callback, field '2' %(a userdata%)", pool.synchronize, pool)
      assert.is_false(pool:hasjob())
    end)

    it('are raised for bad arguments', function()
      fails('Threads: expected a number of threads', threads.Threads, 0)
      fails('Threads: expected a number of threads', threads.Threads)
      fails('Threads: expected a function as argument 2', threads.Threads, 1, 'x')
      pool = threads.Threads(2)
      fails('addjob: expected a function as argument 2', pool.addjob, pool, 1)
      fails('addjob: expected a function or nil as argument 3', pool.addjob, pool, print, 1)
      fails('dojob: no job is under way', pool.dojob, pool)
      fails('specific: expected a boolean', pool.specific, pool, 1)
      fails('expected the name of a module', threads.Threads.serialization, 1)
      fails("expected 'threads.serialize'", threads.Threads.serialization, 'torch')
      fails('no_such_module', threads.Threads.serialization, 'no_such_module')
      pool:specific(true)
      for _, lane in ipairs {0, 3, 1.5, 'x'} do
        fails('addjob: expected the number of a thread, 1 to 2', pool.addjob, pool, lane, print)
        fails('acceptsjob: expected the number of a thread', pool.acceptsjob, pool, lane)
      end
    end)
  end)

  it('keeps to its number of waiting jobs', function()
    pool = threads.Threads(2)
    local mutex, ran = threads.Mutex(), 0
    mutex:lock()
    assert.is_true(pool:acceptsjob())
    for _ = 1, 4 do
      while not pool:acceptsjob() do require('sys').sleep(0.001) end
      pool:addjob(function() mutex:lock() mutex:unlock() end, function() ran = ran + 1 end)
      if ran == 0 then require('sys').sleep(0.02) end
    end
    assert.is_false(pool:acceptsjob())
    mutex:unlock()
    for _ = 1, 20 do pool:addjob(function() end, function() ran = ran + 1 end) end
    assert.is_true(ran >= 16) -- addjob has run ending functions where there was no room
    pool:synchronize()
    assert.are.equal(24, ran)
  end)

  it('sends jobs to threads of given numbers in specific mode', function()
    pool = threads.Threads(3)
    assert.is_false(pool:specific())
    pool:specific(true)
    assert.is_true(pool:specific())
    local seen = {}
    for round = 1, 4 do
      for i = 1, 3 do
        pool:addjob(i, function() return rawget(_G, '__threadid') end,
          function(id) table.insert(seen, {i, id, round}) end)
      end
    end
    assert.is_boolean(pool:acceptsjob(2))
    pool:synchronize()
    assert.are.equal(12, #seen)
    for _, pair in ipairs(seen) do assert.are.equal(pair[1], pair[2]) end
    pool:specific(false)
    pool:addjob(function() end)
    pool:synchronize()
  end)

  it('lets ending functions add jobs and yield', function()
    pool = threads.Threads(1)
    local sum = 0
    local function finish(n)
      sum = sum + n
      if n > 0 then pool:addjob(function() return n - 1 end, finish) end
    end
    pool:addjob(function() return 5 end, finish)
    pool:synchronize()
    assert.are.equal(15, sum)
    local got = {}
    for n in coroutine.wrap(function()
      pool:addjob(function() return 1 end, coroutine.yield)
      pool:addjob(function() return 2 end, coroutine.yield)
      pool:synchronize()
    end) do got[#got + 1] = n end
    assert.are.same({1, 2}, got)
  end)

  it('uses one thread for kernels in workers, and does not change the number here', function()
    local before = torch.getnumthreads()
    torch.setnumthreads(2)
    pool = threads.Threads(1)
    local counts
    pool:addjob(function()
      local first = torch.getnumthreads()
      torch.setnumthreads(3)
      local a = torch.range(1, 300 * 300):view(300, 300):div(9e4)
      return first, torch.getnumthreads(), torch.mm(a, a):sum(), torch.exp(a):sum()
    end, function(...) counts = {...} end)
    local a = torch.range(1, 300 * 300):view(300, 300):div(9e4)
    local product, sum = torch.mm(a, a):sum(), torch.exp(a):sum()
    pool:synchronize()
    assert.are.equal(2, torch.getnumthreads())
    torch.setnumthreads(before)
    assert.are.same({1, 3}, {counts[1], counts[2]})
    assert.is_true(helpers.near(product, counts[3], 1e-12))
    assert.are.equal(sum, counts[4])
  end)
end)
