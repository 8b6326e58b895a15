-- Lua functions of one number that do short arithmetic and nothing else: those with such
-- instructions whose upvalues are numbers. They run no other code and reach no memory, so that what
-- a loop over memory found out before a call still holds after it.

local util = require 'jit.util'

local found, vmdef = pcall(require, 'jit.vmdef')
local band, funcbc, getupvalue, type = bit.band, util.funcbc, debug.getupvalue, type

local plainfunction = {}

-- Longer functions gain nothing, and repeated many times in a loop they exceed LuaJIT's limits.
local MAX_INSTRUCTIONS = 16

-- Instructions without tables, calls and jumps, by opcode; bcnames has 6 characters for each.
local plain = {}
local names = ' MOV UNM ADDVN SUBVN MULVN DIVVN ADDNV SUBNV MULNV DIVNV ADDVV SUBVV MULVV DIVVV '
  .. 'KSHORT KNUM UGET USETV USETN RET0 RET1 '
if found then
  local opcode = 0
  for name in vmdef.bcnames:gmatch('......') do
    plain[opcode] = names:find(' ' .. name:match('%w+') .. ' ', 1, true) ~= nil
    opcode = opcode + 1
  end
end

--- Whether the instructions of f are arithmetic on its argument, constants and upvalues.
function plainfunction.instructions(f)
  local info = util.funcinfo(f)
  if not info.bytecodes or info.bytecodes > MAX_INSTRUCTIONS then return false end
  if info.isvararg or info.params > 1 then return false end
  for pc = 1, info.bytecodes - 1 do
    if not plain[band(funcbc(f, pc), 0xff)] then return false end
  end
  return true
end

--- Whether all upvalues of f are numbers, so that arithmetic on them calls no metamethod.
function plainfunction.upvalues(f)
  local n = 1
  local name, value = getupvalue(f, n)
  while name do
    if type(value) ~= 'number' then return false end
    n = n + 1
    name, value = getupvalue(f, n)
  end
  return true
end

return plainfunction
