-- threads.Threads: how pools end, with and without their program.

local helpers = require 'helpers'
local threads = require 'threads'

describe('a pool of threads ends', function()
  local function fails(pattern, f, ...)
    local ok, message = pcall(f, ...)
    assert.is_false(ok)
    assert.matches(pattern, message)
  end

  it('after its jobs', function()
    local pool = threads.Threads(2)
    local ran = 0
    for _ = 1, 5 do pool:addjob(function() end, function() ran = ran + 1 end) end
    pool:terminate()
    assert.are.same({5, false}, {ran, pool:isrunning()})
    pool:terminate()
    pool:synchronize()
    for _, name in ipairs {'addjob', 'dojob', 'hasjob', 'haserror', 'specific', 'acceptsjob'} do
      fails(name .. ': the threads are not running', pool[name], pool, function() end)
    end
  end)

  it('and raises what failed', function()
    local pool = threads.Threads(1)
    pool:addjob(function() error('at last') end)
    fails('at last', pool.terminate, pool)
    assert.is_false(pool:isrunning())
  end)

  local SCRIPT = [[
    local threads = require 'threads'
    local C = require('threads.lib').C
    local function report(text) io.stderr:write(text, '\n') end
    local pool = threads.Threads(2)
    pool:addjob(function()
      require('sys').sleep(0.1)
      io.stderr:write('ran\n')
    end, function() report('finished') end)
  ]]

  it('when it is collected', function()
    local status, output = helpers.script(SCRIPT .. [[
      pool = nil
      collectgarbage()
      collectgarbage()
      report(C.ltt_threads_running())
    ]])
    assert.are.same({0, 'ran\nfinished\n0\n'}, {status, output})
  end)

  it('with the program, which waits for its jobs', function()
    local status, output = helpers.script(SCRIPT)
    assert.are.same({0, 'ran\n'}, {status, output})
  end)

  it('with os.exit, in the program and in a job', function()
    local status, output = helpers.script(SCRIPT .. " require('sys').sleep(0.3) os.exit(3)")
    assert.are.same({3, 'ran\n'}, {status, output})
    status, output = helpers.script(SCRIPT .. ' os.exit(3)')
    assert.are.equal(3, status)
    assert.is_true(output == '' or output == 'ran\n')
    status = helpers.script(SCRIPT .. ' pool:addjob(function() os.exit(4) end) pool:synchronize()')
    assert.are.equal(4, status)
  end)

  it('although a job does not', function()
    local status = helpers.script(SCRIPT .. [[
      pool:addjob(function() while true do torch.rand(100, 100):mm(torch.rand(100, 100)) end end)
      require('sys').sleep(0.2)
      os.exit(5)
    ]], nil, 20)
    assert.are.equal(5, status)
  end)
end)
