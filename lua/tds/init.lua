-- tds: data structures outside of the Lua heap, without its limits and its collector, which threads
-- can share: tds.Hash, tds.Vec, tds.AtomicCounter.

local F = require 'torch.ffi'
local atomic = require 'tds.atomic'
local elem = require 'tds.elem'
local hash = require 'tds.hash'
local vec = require 'tds.vec'

local tds = {
  Hash = hash.Hash, hash = hash.Hash,
  Vec = vec.Vec, vec = vec.Vec,
  AtomicCounter = atomic.AtomicCounter, atomic_counter = atomic.AtomicCounter,
}

local function is_list(t)
  local n = 0
  for _ in pairs(t) do n = n + 1 end
  return n == #t
end

local open = {} -- tables that are being converted

--- The vec or hash of a plain table and all tables in it; or fills `target`, a new one.
function elem.of_table(t, target)
  if open[t] then F.raise('tds: a table that contains itself cannot be an element') end
  local list = is_list(t)
  if target and not list and torch.typename(target) == 'tds.Vec' then
    F.raise('tds.Vec: a table with the keys 1 to n expected')
  end
  target = target or (list and tds.Vec() or tds.Hash())
  open[t] = true
  local ok, reason = pcall(function()
    for key, value in pairs(t) do target[key] = value end
  end)
  open[t] = nil
  if not ok then error(reason, 0) end
  return target
end

return tds
