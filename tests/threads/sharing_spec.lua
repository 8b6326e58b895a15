-- What crosses between threads by reference, and the tools made for it: serialization, mutexes,
-- conditions, queues, plain threads.

local ffi = require 'ffi'
local helpers = require 'helpers'
local lib = require 'threads.lib'
local serialize = require 'threads.serialize'
local sharedserialize = require 'threads.sharedserialize'
local tds = require 'tds'
local threads = require 'threads'
local torch = require 'torch'

local C = lib.C

local fails = helpers.assert_fails

local function references(tensor)
  helpers.collect()
  return tensor.mem.refcount
end

describe('threads.serialize', function()
  it('copies tensors and tds, functions with their upvalues, shared ones included', function()
    local x, n, h = torch.range(1, 4), 3, tds.Hash{a = 1}
    local function set(v) n = v end
    local y, get, other_set, k = unpack(serialize.load(serialize.save{
      x, function() return n end, set, h}))
    assert.is_true(x:equal(y))
    assert.are_not.equal(x:storage(), y:storage())
    assert.are_not.equal(h, k)
    assert.are.equal(1, k.a)
    other_set(8)
    assert.are.same({8, 3}, {get(), n})
  end)

  it('can load what holds no references as often as wanted', function()
    local bytes = serialize.save(function() return 5 end)
    assert.are.equal('torch.CharStorage', torch.typename(bytes))
    assert.are.equal(5, serialize.load(bytes)())
    assert.are.equal(5, serialize.load(bytes)())
  end)

  it('sends packages, their functions and classes by name', function()
    local nn = require 'nn'
    local Class = torch.class('sharing_spec_Class', {})
    local function f() return torch, math.floor, torch.add, nn.Linear, Class, string, _G, print end
    local floor, add, Linear, G = math.floor, torch.add, nn.Linear, _G
    local got = serialize.load(serialize.save(function()
      return torch, floor, add, nn, Linear, Class, G
    end))
    assert.are.same({torch, math.floor, torch.add, nn, nn.Linear, Class, _G}, {got()})
    assert.is_function(serialize.load(serialize.save(f)))
    fails('there is no torch%.nosuch in this thread', require('threads.names').find,
      'ftorch:nosuch')
  end)

  it('refuses what is none, and what cannot be sent', function()
    fails('expected a CharStorage', serialize.load, 'x')
    fails('expected a CharStorage', sharedserialize.load, torch.ByteStorage(3))
    fails("save: the object, field 'a' %(a userdata%) cannot be sent", serialize.save,
      {a = io.stdout})
    local thread = threads.Thread('')
    fails('cannot be sent', sharedserialize.save, thread)
    thread:free()
    fails('Unwritable object', torch.serialize, threads.Mutex())
  end)
end)

describe('threads.sharedserialize', function()
  it('shares storages, the memory of tensors, and tds', function()
    local x, s, h, v, c = torch.range(1, 4), torch.IntStorage{1, 2}, tds.Hash(), tds.Vec(),
      tds.AtomicCounter()
    local got = sharedserialize.load(sharedserialize.save{x, s, h, v, c, x:narrow(1, 2, 2)})
    assert.are.same({x:storage(), s, h, v, c}, {got[1]:storage(), unpack(got, 2, 5)})
    got[6]:fill(9)
    assert.are.same({1, 9, 9, 4}, x:totable())
    assert.is_true(x:data() == got[1]:data())
  end)

  it('holds its references until the message is read, and only until then', function()
    local x = torch.zeros(10)
    assert.are.equal(1, references(x))
    local both = {x, x:view(2, 5)}
    local bytes = sharedserialize.save(both)
    assert.are.equal(3, references(x))
    local y = sharedserialize.load(bytes)
    assert.are.equal(4, references(x)) -- two new tensors
    both[2]:free()
    fails('the message was read already', sharedserialize.load, bytes)
    y[1]:free()
    y[2]:free()
    assert.are.equal(1, references(x))
    fails('cannot be sent', sharedserialize.save, {x, io.stdout})
    assert.are.equal(1, references(x))
    local queue = threads.Queue(3)
    threads.Threads.serialization('threads.sharedserialize')
    queue:addjob(function() return x end)
    threads.Threads.serialization('threads.serialize')
    assert.are.equal(2, references(x))
    queue:free()
    assert.are.equal(1, references(x))
  end)

  it('refuses damaged messages without harm', function()
    local x = torch.zeros(10)
    local function damaged(change)
      local bytes = sharedserialize.save(x:storage())
      change(bytes, #bytes)
      return pcall(sharedserialize.load, bytes)
    end
    assert.is_false((damaged(function(bytes, n) bytes[n - 8] = 7 end))) -- the index
    assert.is_false((damaged(function(bytes, n) bytes[n - 16] = 2 end))) -- the kind
    assert.is_false((damaged(function(bytes, n) bytes[n - 16] = 99 end)))
    assert.are.equal(1, references(x))
  end)

  it('takes a closure with 10 MB to a thread and back without a copy', function()
    local x = torch.FloatTensor(10 * 2 ^ 18):fill(1)
    threads.Threads.serialization('threads.sharedserialize')
    local pool = threads.Threads(1)
    threads.Threads.serialization('threads.serialize')
    local memory = require('torch.ffi').C.lt_mem
    local before, address, back, count = tonumber(memory.live), nil, nil, nil
    pool:addjob(function()
      x[5] = 7
      return tonumber(torch.data(x, true)), x:storage().ptr.refcount, x
    end, function(a, n, y) address, count, back = a, n, y end)
    pool:synchronize()
    assert.is_true(memory.live - before < 2 ^ 20)
    assert.are.equal(tonumber(torch.data(x, true)), address)
    assert.are.equal(x:storage(), back:storage())
    assert.are.equal(7, x[5])
    assert.is_true(count >= 3) -- here, there, and the handle that asked
    pool:terminate()
    back:free()
    assert.are.equal(1, references(x))
  end)
end)

describe('threads.Mutex', function()
  it('knows its owner', function()
    local mutex = threads.Mutex()
    local same = threads.Mutex(mutex:id())
    assert.are.equal(mutex, same)
    mutex:lock()
    fails('lock: this thread holds the mutex already', same.lock, same)
    same:unlock()
    fails('unlock: this thread does not hold the mutex', mutex.unlock, mutex)
    mutex:free()
    fails('lock: the object was freed', mutex.lock, mutex)
    fails('id: no object', mutex.id, mutex)
    assert.are.equal('threads.Mutex (freed)', tostring(mutex))
    same:lock()
  end)

  it('is not found by wrong ids', function()
    local id = threads.Condition():id()
    fails('there is no mutex with id', threads.Mutex, id)
    fails('there is no mutex with id %-1', threads.Mutex, -1)
    fails('expected an id', threads.Mutex, 'x')
    local mutex = threads.Mutex()
    id = mutex:id()
    mutex:free()
    fails('there is no mutex with id ' .. id, threads.Mutex, id)
  end)

  it('makes functions safe', function()
    local counter = tds.Vec(0)
    threads.Threads.serialization('threads.sharedserialize')
    local pool = threads.Threads(2)
    threads.Threads.serialization('threads.serialize')
    local add = threads.safe(function()
      local n = counter[1]
      for _ = 1, 100 do counter[2] = n end
      counter[1] = n + 1
    end)
    for _ = 1, 100 do pool:addjob(add) end
    pool:terminate()
    assert.are.equal(100, counter[1])
    local mutex = threads.Mutex()
    local safe = threads.safe(function(...) if ... then error('inside', 0) end return 1, nil end,
      mutex)
    assert.are.same({n = 2, 1}, {n = select('#', safe()), (safe())})
    fails('^inside$', safe, true)
    mutex:lock()
    fails('holds the mutex already', safe)
    fails('expected a function', threads.safe, 1)
    fails('expected a threads.Mutex', threads.safe, print, 1)
  end)
end)

describe('threads.Condition', function()
  it('wakes a plain thread, and is woken by it', function()
    local mutex, condition, other = threads.Mutex(), threads.Condition(), threads.Condition()
    mutex:lock()
    local thread = threads.Thread(([[
      local threads = require 'threads'
      local mutex = threads.Mutex(%d)
      local condition, other = threads.Condition(%d), threads.Condition(%d)
      mutex:lock()
      condition:signal()
      other:wait(mutex)
      mutex:unlock()
    ]]):format(mutex:id(), condition:id(), other:id()))
    assert.is_number(thread:id())
    condition:wait(mutex)
    other:signal()
    mutex:unlock()
    thread:free()
    fails('wait: this thread does not hold the mutex', condition.wait, condition, mutex)
    fails('expected a threads.Mutex', condition.wait, condition, condition)
    condition:free()
    fails('signal: the object was freed', condition.signal, condition)
  end)
end)

describe('threads.Thread', function()
  it('raises the error of its code when it is freed', function()
    fails('error in a thread: .*no luck', function()
      threads.Thread("error('no luck')"):free()
    end)
    fails('error in a thread: .*thread:1', function() threads.Thread('x y z'):free() end)
    fails('expected Lua code', threads.Thread, 1)
  end)
end)

describe('threads.Queue', function()
  it('runs functions in the order in which they came', function()
    local queue = threads.Queue(3)
    for i = 1, 3 do queue:addjob(function(...) return i, ... end, nil, 'x') end
    for i = 1, 3 do
      local a, b, c = queue:dojob()
      assert.are.same({i, nil, 'x'}, {a, b, c})
    end
  end)

  it('serves threads that get it by id or in a message', function()
    local jobs, results = threads.Queue(1), threads.Queue(1)
    local thread = threads.Thread(([[
      local jobs = require('threads.queue').find(%d)
      local results = jobs:dojob()
      results:addjob(function(n) return n * 2 end, jobs:dojob())
    ]]):format(jobs:id()))
    jobs:addjob(function(q) return q end, results)
    jobs:addjob(function() return 21 end)
    assert.are.equal(42, results:dojob())
    thread:free()
  end)

  it('does not wait for what cannot come', function()
    local queue = threads.Queue(1)
    assert.are.equal(0, C.ltt_threads_running())
    fails('dojob: the queue is empty, and there is no other thread', queue.dojob, queue)
    queue:addjob(function() end)
    fails('addjob: the queue is full, and there is no other thread', queue.addjob, queue, print)
    fails('expected a function', queue.addjob, queue, 1)
    fails('expected a size', threads.Queue, 0)
    fails('there is no queue with id 12345678', require('threads.queue').find, 12345678)
  end)
end)

describe('the C library', function()
  it('checks what it is given', function()
    local mutex = threads.Mutex()
    local flag, message = ffi.new('int[1]'), ffi.new('ltt_message')
    assert.are_not.equal(0, C.ltt_condition_signal(mutex.ptr))
    assert.are_not.equal(0, C.ltt_queue_take(flag, mutex.ptr, 0, message, 0))
    assert.are_not.equal(0, C.ltt_vec_size(lib.number, mutex.ptr))
    assert.are_not.equal(0, C.ltt_hash_size(lib.number, nil))
    assert.are.equal('', ffi.string(C.ltt_thread_error(mutex.ptr)))
    assert.is_true(C.ltt_tensor_view(mutex.ptr) == nil)
  end)
end)
