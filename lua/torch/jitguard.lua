-- Keeps traces out of use that LuaJIT 2.1.0-beta3 (Debian 12's) compiles wrongly on x64: when the
-- two results of `lj_vm_next` (pairs, next) come to lie in each other's registers, it exchanges
-- their lower halves only and the pointer among them loses its upper half, which ends in a crash
-- (https://github.com/LuaJIT/LuaJIT/issues/829, fixed in April 2022). Which registers are taken
-- depends on addresses, so that a program is hit once in some thousand runs.

local bit = require 'bit'
local jit = require 'jit'
local util = require 'jit.util'

local guard = {}

-- call rel32, then xchg eax, edx without the prefix that makes it 64 bits wide
local EXCHANGE = '\232....\146'
local CALL_SIZE = 5

--- Whether machine code (a string, at `address`) calls the function at `callee` and then exchanges
-- the lower halves of the two registers that it returns.
function guard.truncates(code, address, callee)
  local at = code:find(EXCHANGE)
  while at do
    local a, b, c, d = code:byte(at + 1, at + 4)
    local offset = bit.bor(a, bit.lshift(b, 8), bit.lshift(c, 16), bit.lshift(d, 24))
    if address + at - 1 + CALL_SIZE + offset == callee then return true end
    at = code:find(EXCHANGE, at + 1)
  end
  return false
end

--- Address of LuaJIT's traversal step as compiled code calls it; nil in a version without it.
function guard.traversal()
  local known, vmdef = pcall(require, 'jit.vmdef')
  if not known then return end
  for i = 0, #vmdef.ircall do
    if vmdef.ircall[i] == 'lj_vm_next' then return util.ircalladdr(i) end
  end
end

--- A handler of trace events. When a new trace has the faulty sequence, the function where the
-- trace began is interpreted from then on, and all traces are dropped, since others may lead to it.
function guard.handler(callee, truncates)
  local first
  return function(what, trace, func)
    if what == 'start' then
      first = func
    elseif what == 'stop' then
      local code, address = util.tracemc(trace)
      if truncates(code, address, callee) then
        jit.off(first)
        jit.flush()
      end
    end
  end
end

--- Watches over the traces of this Lua state if its LuaJIT has the fault. LuaJIT has one handler of
-- trace events: `-jv`, `-jdump` and the like take the place of this one.
function guard.install()
  if jit.arch ~= 'x64' or jit.version ~= 'LuaJIT 2.1.0-beta3' then return end
  local callee = guard.traversal()
  if callee then jit.attach(guard.handler(callee, guard.truncates), 'trace') end
end

return guard
