-- What every family of operations does when an allocation fails. A call is repeated with its n-th
-- allocation failing, for n = 1, 2, 3, ... until none is left to fail: with all later ones, as on a
-- machine that is out of memory, and alone, as where a collection helps. It must raise an error at
-- the caller's line, leave operands and results as they were, succeed when it is made again, and
-- leak nothing. Only the library of `make hard` can make allocations fail.

local ffi = require 'ffi'
local F = require 'torch.ffi'
local helpers = require 'helpers'
local torch = require 'torch'

ffi.cdef [[
void lt_mem_fail(int64_t first, int64_t count);
int64_t lt_mem_failed(void);
]]

local C = F.C
local has_faults = pcall(function() return C.lt_mem_fail end)
local FOREVER, MOST = 2LL ^ 62, 2000

-- Values as text that tells any two apart; sizes, strides and storage of tensors are part of it.
local function text_of(v)
  if torch.isTensor(v) then
    local dense, n = v:clone(), v:nElement() * v:elementSize()
    local bytes = n > 0 and ffi.string(dense:data(), n) or ''
    local s = v:storage()
    return ('%s %s / %s at %d of %d\n%s'):format(v:type(), table.concat(v:size():totable(), 'x'),
      table.concat(v:stride():totable(), ','), v:storageOffset(), s and #s or -1, bytes)
  elseif torch.isStorage(v) then
    return torch.typename(v) .. ' ' .. table.concat(v:totable(), ' ')
  elseif torch.typename(v) then
    return torch.typename(v)
  elseif type(v) == 'function' then
    return v()
  elseif type(v) == 'table' then
    local lines = {}
    for key, value in pairs(v) do lines[#lines + 1] = tostring(key) .. ' = ' .. text_of(value) end
    table.sort(lines)
    return table.concat(lines, '\n')
  end
  return type(v) .. ' ' .. tostring(v)
end

-- The operands as text. Paths, and what cleans up, differ from run to run.
local function state_of(it)
  local shown = {}
  for key, value in pairs(it) do
    if key ~= 'finish' and key ~= 'path' then shown[key] = value end
  end
  return text_of(shown)
end

-- Bytes live, without garbage; one collection finds it all but where a finalizer makes more.
local function live_bytes(expected)
  local collections = 0
  repeat
    helpers.clear_stack()
    collectgarbage()
    collections = collections + 1
  until tonumber(C.lt_mem.live) == expected or collections == 3
  return tonumber(C.lt_mem.live)
end

-- One call with fresh operands, or those given: {ok, message, failed, values, before, after, it}.
local function perform(case, first, count, it)
  local run = {it = it or case.setup()}
  run.before = state_of(run.it)
  C.lt_mem_fail(first, count)
  local function finish(ok, ...)
    run.failed = tonumber(C.lt_mem_failed())
    C.lt_mem_fail(0, 0)
    run.ok = ok
    if ok then run.values = text_of({...}) else run.message = tostring((...)) end
  end
  finish(pcall(case.run, run.it))
  run.after = state_of(run.it)
  return run
end

local function finish(run)
  if run.it.finish then run.it.finish() end
end

-- The error must name a line of the call itself and how much was asked for.
local function check_message(case, message)
  local info = debug.getinfo(case.run, 'S')
  local file, line = message:match('([^/\n]+%.lua):(%d+): ')
  assert(file and info.short_src:sub(-#file) == file and tonumber(line) >= info.linedefined
    and tonumber(line) <= info.lastlinedefined, 'not the line of the call: ' .. message)
  assert(message:find('out of memory: [%d.]+ %a+ asked for')
    or message:find('unable to map %d+ bytes'), 'not clear: ' .. message)
end

local function same(got, want, what)
  if got ~= want then error(('%s: got\n%s\nexpected\n%s'):format(what, got, want), 0) end
end

-- A call whose n-th allocation failed, alone or with all later ones; false when it has fewer.
local function check_failure(case, good, n, count)
  local run = perform(case, n, count)
  if run.failed == 0 then
    same(run.values, good.values, 'without a failure')
    finish(run)
    return false
  end
  assert(not run.ok or count == 1, 'an allocation failed and the call succeeded')
  if run.ok then
    same(run.values, good.values, 'tried again after a collection')
    same(run.after, good.after, 'operands, tried again after a collection')
  else
    check_message(case, run.message)
    if not case.partial then
      same(run.after, run.before, 'operands after the error')
      local again = perform(case, 0, 0, run.it)
      assert(again.ok, again.message)
      same(again.values, good.values, 'called again')
      same(again.after, good.after, 'operands, called again')
    end
  end
  finish(run)
  return true
end

-- Whether every further failure of the n-th allocation leaves more behind.
local function leaks(case, good, n, count)
  local before = live_bytes()
  for _ = 1, 3 do
    check_failure(case, good, n, count)
    local after = live_bytes()
    if after <= before then return false end
    before = after
  end
  return true
end

-- All allocations of a call, each failing with `count` - 1 that follow it.
local function check_all(case, count)
  local good = perform(case, 0, 0)
  assert(good.ok, good.message)
  finish(good)
  good.it = nil
  local live = live_bytes()
  local n, more = 0, true
  while more do
    n = n + 1
    assert(n < MOST, 'no end of allocations')
    local ok, message = pcall(check_failure, case, good, n, count)
    if not ok then error(('allocation %d: %s'):format(n, tostring(message)), 0) end
    more = message
    local left = live_bytes(live) - live
    if left ~= 0 then
      if leaks(case, good, n, count) then
        error(('allocation %d: %d bytes are left behind'):format(n, left), 0)
      end
      live = live_bytes()
    end
  end
  return n - 1
end

describe('an allocation that fails', function()
  if not has_faults then
    pending('is tested by make hard, whose library can make allocations fail')
    return
  end

  local tested = 0

  -- A trace holds the functions that it calls, and what those hold.
  setup(function()
    jit.off()
    jit.flush()
  end)
  teardown(function() jit.on() end)

  for _, case in ipairs(require 'allocation_layers') do
    it('in ' .. case.name .. ', with all later ones', function()
      tested = tested + check_all(case, FOREVER)
    end)
    it('in ' .. case.name .. ', alone', function() check_all(case, 1) end)
  end

  it('was tested in more than a thousand places', function()
    assert.is_true(tested > 1000, tested .. ' allocations')
  end)
end)
