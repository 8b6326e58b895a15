-- Replays records of the original Torch7: builds the inputs, runs the call, compares what comes
-- out. The format of the records is described in tests/golden/README.md.

local torch = require 'torch'
local helpers = require 'helpers'

local replay = {}

local special = {nan = 0 / 0, inf = math.huge, ['-inf'] = -math.huge}

local function is_null(v) return v == nil or v == helpers.null end

-- An element as a number, or an int64 cdata where it is beyond 2^53.
local function element(v)
  if type(v) ~= 'string' then return v end
  return special[v] or helpers.int64(v)
end

local function storage_of(spec, values)
  local s = torch[spec.type:match('torch%.(.*)'):gsub('Tensor', 'Storage')](#values)
  local data = s:data()
  for i, v in ipairs(values) do
    local x = element(v)
    if type(x) == 'cdata' then data[i - 1] = x else s[i] = x end
  end
  return s
end

local function tensor_of(spec)
  local t = torch[spec.type:match('torch%.(.*)')]()
  if spec.storage and spec.offset then
    return t:set(storage_of(spec, spec.storage), spec.offset, torch.LongStorage(spec.size),
      torch.LongStorage(spec.stride))
  end
  if #spec.size == 0 then return t end
  return t:set(storage_of(spec, spec.data), 1, torch.LongStorage(spec.size))
end

--- The Lua value that a recorded value stands for.
function replay.value(v)
  if is_null(v) then return nil end
  if type(v) ~= 'table' then return v end
  if v.num then return special[v.num] end
  if v.type and v.type:find('Tensor$') then return tensor_of(v) end
  if v.type then return storage_of(v, v.data) end
  local out = {}
  for i, x in ipairs(v.list or {}) do out[i] = replay.value(x) end
  for _, pair in ipairs(v.map or {}) do out[replay.value(pair[1])] = replay.value(pair[2]) end
  return out
end

local function describe(x)
  if type(x) == 'number' then return ('%.17g'):format(x) end
  return torch.type(x)
end

local compare

local function compare_elements(got, want, tol, absolute, path)
  if #got ~= #want then return ('%s: %d elements, expected %d'):format(path, #got, #want) end
  for i = 1, #want do
    local w = element(want[i])
    local a, b = got[i], tonumber(w)
    if absolute then a, b = math.abs(a), math.abs(b) end
    if not helpers.near(a, b, tol) then
      return ('%s: element %d is %.17g, expected %.17g'):format(path, i, a, b)
    end
  end
end

local function compare_tensor(got, want, tol, absolute, path)
  if torch.typename(got) ~= want.type then
    return ('%s: %s, expected %s'):format(path, torch.type(got), want.type)
  end
  local size = got:size():totable()
  if table.concat(size, 'x') ~= table.concat(want.size, 'x') then
    return ('%s: size %s, expected %s'):format(path, table.concat(size, 'x'),
      table.concat(want.size, 'x'))
  end
  if want.data then
    return compare_elements(helpers.flat(got), want.data, tol, absolute, path)
  end
end

--- Compares a value with a recorded one; returns nil or what differs.
function compare(got, want, tol, absolute, path)
  if is_null(want) then
    return got ~= nil and path .. ': ' .. describe(got) .. ', expected nil' or nil
  end
  if type(want) == 'table' and want.num then want = special[want.num] end
  if type(want) == 'number' then
    if type(got) ~= 'number' then return path .. ': ' .. describe(got) .. ', expected a number' end
    if absolute then got, want = math.abs(got), math.abs(want) end
    if not helpers.near(got, want, tol) then
      return ('%s: %.17g, expected %.17g'):format(path, got, want)
    end
  elseif type(want) ~= 'table' then
    if got ~= want then
      return ('%s: %s, expected %s'):format(path, tostring(got), tostring(want))
    end
  elseif want.type and want.type:find('Tensor$') then
    return compare_tensor(got, want, tol, absolute, path)
  elseif want.type then
    if torch.typename(got) ~= want.type then
      return ('%s: %s, expected %s'):format(path, torch.type(got), want.type)
    end
    return want.data and compare_elements(got:totable(), want.data, tol, absolute, path)
  elseif want.list then
    if type(got) ~= 'table' or #got ~= #want.list then
      return ('%s: expected a list of %d'):format(path, #want.list)
    end
    for i, w in ipairs(want.list) do
      local message = compare(got[i], w, tol, absolute, path .. '[' .. i .. ']')
      if message then return message end
    end
  elseif want.map then
    if type(got) ~= 'table' then return path .. ': expected a table' end
    for _, pair in ipairs(want.map) do
      local key = replay.value(pair[1])
      local message = compare(got[key], pair[2], tol, absolute, path .. '.' .. tostring(key))
      if message then return message end
    end
  end
end
replay.compare = compare

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

-- A recorded tensor, or what a call gave, with the elements of each slice along the last dimension
-- in ascending order.
local function in_order(data, length)
  local out = {}
  for first = 1, #data, length do
    local slice = {unpack(data, first, first + length - 1)}
    table.sort(slice)
    for _, v in ipairs(slice) do out[#out + 1] = v end
  end
  return out
end

local function compare_sets(got, want, tol, _, path)
  local message = compare(got, {type = want.type, size = want.size}, tol, false, path)
  local length = want.size[#want.size]
  return message or compare_elements(in_order(helpers.flat(got), length),
    in_order(want.data, length), tol, false, path)
end

--- Runs one record; returns nil, or what went wrong.
function replay.run(record)
  local inputs = {}
  for _, input in ipairs(record.inputs or {}) do
    inputs[input.name] = replay.value(input.value or input)
  end
  local env = setmetatable({}, {__index = function(_, key)
    if inputs[key] ~= nil then return inputs[key] end
    return _G[key]
  end})
  local code = record.code or 'return ' .. record.call
  local chunk = assert(loadstring(code, 'record'))
  setfenv(chunk, env)
  local results = {pcall(chunk)}
  local ok = table.remove(results, 1)
  if record.error then return ok and 'expected an error: ' .. tostring(record.error) or nil end
  if not ok then return 'raised ' .. tostring(results[1]) end
  local check = record.check or ''
  local absolute = check:find('up to sign') ~= nil or check == 'svd'
  local only_first = check:find('^values') or check:find('^first') or check == 'set'
  local n = only_first and 1 or #(record.outputs or {})
  for i = 1, n do
    local want = record.outputs[i]
    local path = 'result ' .. i
    local agree = check == 'set' and compare_sets or compare
    local message = agree(results[i], want, record.tol or 0, absolute, path)
      or sharing(results[i], want, inputs, path)
    if message then return message end
  end
  local unspecified = {}
  for _, name in ipairs(record.unspecified or {}) do unspecified[name] = true end
  for _, input in ipairs(record.inputs or {}) do
    local want = not unspecified[input.name]
      and ((record.after or {})[input.name] or input.value or input)
    local message = want and compare(inputs[input.name], want, record.tol or 0, false,
      input.name .. ' afterwards')
    if message then return message end
  end
end

--- Runs every record of a file in tests/golden (or the one that `accept` keeps). Returns the number
-- that agreed and a list of messages for the others.
function replay.file(name, accept)
  local passed, failures = 0, {}
  for _, record in ipairs(helpers.json(name).records) do
    if not accept or accept(record) then
      local message = replay.run(record)
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
