-- Replays records of the original Torch7: builds the inputs, runs the call, compares what comes
-- out. The format of the records is described in tests/golden/README.md.

local torch = require 'torch'
local helpers = require 'helpers'
local recorded = require 'recorded'

local replay = {}

local function sharing(got, want, inputs, path)
  if type(want) ~= 'table' then return end
  if want.same and got ~= inputs[want.same] then
    return path .. ': expected the object ' .. want.same .. ' itself'
  end
  if want.shares and torch.isTensor(got) then
    local other = inputs[want.shares]
    local storage = torch.isTensor(other) and other:storage() or other
    if got:storage() ~= storage then
      return path .. ': expected to share the storage of ' .. want.shares
    end
    local stride = table.concat(got:stride():totable(), ',')
    if want.stride and stride ~= table.concat(want.stride, ',') then
      return path .. ': other strides'
    end
    if want.offset and got:storageOffset() ~= want.offset then return path .. ': other offset' end
  end
end

local function packed(ok, ...)
  return ok, {n = select('#', ...), ...}
end

-- Elements with each slice along the last dimension, of `length` elements, in ascending order.
local function in_order(data, length)
  local out = {}
  for first = 1, #data, length do
    local slice = {unpack(data, first, first + length - 1)}
    table.sort(slice)
    for _, v in ipairs(slice) do out[#out + 1] = v end
  end
  return out
end

-- A value for comparison and its record; with the check "set" the order within slices is free.
local function comparable(got, want, check)
  if check ~= 'set' then return got, want end
  local length = want.size[#want.size]
  local function sorted(data)
    return {type = want.type, size = want.size, data = in_order(data, length)}
  end
  return recorded.value(sorted(helpers.flat(got))), sorted(want.data)
end

local function as_it_is(v) return v end

local cpu = {place = as_it_is, fetch = as_it_is, torch = torch}

--- Runs one record; returns nil, or what went wrong. On another device than the CPU, place(v) and
-- fetch(v) move values there and back, and `torch` stands for the package.
function replay.run(record, device)
  device = device or cpu
  local inputs = {}
  for _, input in ipairs(record.inputs or {}) do
    inputs[input.name] = device.place(recorded.value(input.value or input))
  end
  local env = setmetatable({torch = device.torch}, {__index = function(_, key)
    if inputs[key] ~= nil then return inputs[key] end
    return _G[key]
  end})
  local code = record.code or 'return ' .. record.call
  local chunk = assert(loadstring(code, 'record'))
  setfenv(chunk, env)
  local ok, results = packed(pcall(chunk))
  if record.error then return ok and 'expected an error: ' .. tostring(record.error) or nil end
  if not ok then return 'raised ' .. tostring(results[1]) end
  local check = record.check or ''
  local how = {tol = record.tol, absolute = check:find('up to sign') ~= nil or check == 'svd'}
  local narrowed = check:find('^values') or check:find('^first') or check == 'set'
  local n = narrowed and 1 or #(record.outputs or {})
  for i = n + 1, narrowed and 0 or results.n do
    if results[i] ~= nil then return ('%d results, recorded %d'):format(i, n) end
  end
  for i = 1, n do
    local want = record.outputs[i]
    local path = 'result ' .. i
    local value, record_of = comparable(device.fetch(results[i]), want, check)
    local message = recorded.mismatch(value, record_of, how, path)
      or sharing(results[i], want, inputs, path)
    if message then return message end
  end
  local unspecified = {}
  for _, name in ipairs(record.unspecified or {}) do unspecified[name] = true end
  for _, input in ipairs(record.inputs or {}) do
    local want = not unspecified[input.name]
      and ((record.after or {})[input.name] or input.value or input)
    local message = want and recorded.mismatch(device.fetch(inputs[input.name]), want,
      {tol = record.tol}, input.name .. ' afterwards')
    if message then return message end
  end
end

--- Runs every record of a file in tests/golden (or the one that `accept` keeps) on a device.
-- Returns the number that agreed and a list of messages for the others.
function replay.file(name, accept, device)
  local passed, failures = 0, {}
  for _, record in ipairs(recorded.records(name)) do
    if not accept or accept(record) then
      local message = replay.run(record, device)
      if message then
        failures[#failures + 1] = ('%s %s: %s'):format(record.id or '',
          record.call or record.code, message)
      else
        passed = passed + 1
      end
    end
  end
  return passed, failures
end

return replay
