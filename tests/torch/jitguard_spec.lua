-- lua/torch/jitguard.lua: which machine code is taken for faulty, and that a program goes on
-- correctly when traces of it are.

local jit = require 'jit'
local util = require 'jit.util'
local guard = require 'torch.jitguard'
local terminal = require 'trepl.terminal'

describe('the guard against wrong traces', function()
  -- machine code at 0x10000 whose call, at an offset of 3, leads to the offset `target`
  local function code(target, after)
    local relative = target - 8
    local bytes = {}
    for i = 1, 4 do
      bytes[i] = string.char(relative % 256)
      relative = math.floor(relative / 256)
    end
    return '\144\232\144\232' .. table.concat(bytes) .. after .. '\232\1\2\3\4\146'
  end

  local function faulty(target, after, callee)
    return guard.truncates(code(target, after), 0x10000, 0x10000 + callee)
  end

  it('knows a call that is followed by an exchange of 32 bits', function()
    assert.is_true(faulty(0x5000, '\146', 0x5000))
    assert.is_true(faulty(-0x5000, '\146', -0x5000))
    assert.is_false(faulty(0x5000, '\146', 0x5001))
    assert.is_false(faulty(0x5000, '\72\146', 0x5000))
    assert.is_false(guard.truncates('', 0, 0))
  end)

  it('finds the function that traces call for pairs', function()
    local callee = guard.traversal()
    if jit.version == 'LuaJIT 2.1.0-beta3' then
      assert.are.equal('number', type(callee))
    end
    local called = false
    local function watch(what, trace)
      if what ~= 'stop' then return end
      local bytes, address = util.tracemc(trace)
      for at in bytes:gmatch '()\232....' do
        local after = bytes:sub(at, at + 4) .. '\146'
        called = called or guard.truncates(after, address + at - 1, callee)
      end
    end
    jit.attach(watch, 'trace')
    local count = 0
    for _ = 1, 300 do
      for _ in pairs {1, 2, 3, x = 4} do count = count + 1 end
    end
    jit.attach(watch)
    guard.install()
    assert.are.equal(1200, count)
    if callee then assert.is_true(called) end
  end)

  it('lets a program go on when each of its traces is taken for faulty', function()
    local out, err, status = terminal.run {'-e', [[
      local guard = require 'torch.jitguard'
      local seen = 0
      jit.attach(guard.handler(0, function() seen = seen + 1 return true end), 'trace')
      local total, t = 0, {}
      for i = 1, 100 do t[i] = i; t['key' .. i] = i end
      local function add(x) total = total + x end
      for i = 1, 300 do
        for _, v in pairs(t) do add(v) end
        local x = torch.FloatTensor(3):fill(i)
        total = total + x:sum()
      end
      assert(seen > 0)
      io.write(total)
    ]]}
    assert.are.same({'3165450', '', 0}, {out, err, status})
  end)
end)
