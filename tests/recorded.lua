-- Values recorded from Torch7, tests/golden: making them, and comparing results with them. The
-- READMEs there have the format.

local torch = require 'torch'
local helpers = require 'helpers'

local recorded = {}

local special = {nan = 0 / 0, inf = math.huge, ['-inf'] = -math.huge}

--- The records of a file in tests/golden.
function recorded.records(name)
  return helpers.json(name).records
end

--- Whether a recorded value is null.
function recorded.is_null(v) return v == nil or v == helpers.null end

local is_null = recorded.is_null

-- JSON text has bytes above 126 as code points.
local function bytes(s)
  return (s:gsub('[\194\195][\128-\191]', function(pair)
    local first, second = pair:byte(1, 2)
    return string.char((first - 192) * 64 + second - 128)
  end))
end

-- An element as a number, or an int64 cdata where it is beyond 2^53.
local function element(v)
  if type(v) ~= 'string' then return v end
  return special[v] or helpers.int64(v)
end

-- Making values
-- --------------------------------------------------------------------------------

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

--- The Lua value that a recorded one, which is no object of a graph, stands for.
function recorded.value(v)
  if is_null(v) then return nil end
  if type(v) == 'string' then return bytes(v) end
  if type(v) ~= 'table' then return v end
  if v.num then return special[v.num] end
  if v.type and v.type:find('Tensor$') then return tensor_of(v) end
  if v.type then return storage_of(v, v.data) end
  local out = {}
  for i, x in ipairs(v.list or {}) do out[i] = recorded.value(x) end
  for _, pair in ipairs(v.map or {}) do out[recorded.value(pair[1])] = recorded.value(pair[2]) end
  return out
end

-- Comparing: functions that return nil, or what differs
-- ----------------------------------------

local compare

local function describe(x)
  if type(x) == 'number' then return ('%.17g'):format(x) end
  if type(x) == 'string' then return ('%q'):format(x) end
  return type(x) == 'boolean' and tostring(x) or torch.type(x)
end

local function differs(path, got, want)
  return ('%s: got %s, recorded %s'):format(path, describe(got), describe(want))
end

local function same_number(got, want, how)
  if how.absolute then got, want = math.abs(got), math.abs(want) end
  if how.exact and got == want then return 1 / got == 1 / want end
  return helpers.near(got, want, how.tol)
end

local function compare_element(got, want, how, path)
  if type(got) == 'cdata' and type(want) == 'cdata' then
    return got ~= want and ('%s: got %s, recorded %s'):format(path, tostring(got), tostring(want))
      or nil
  end
  got, want = tonumber(got), tonumber(want)
  return not same_number(got, want, how) and differs(path, got, want) or nil
end

-- The n elements of a storage or contiguous tensor, in order.
local function compare_elements(got, n, want, how, path)
  if n ~= #want then return ('%s: %d elements, recorded %d'):format(path, n, #want) end
  local data = n > 0 and got:data()
  for i = 1, n do
    local message = compare_element(data[i - 1], element(want[i]), how,
      ('%s: element %d'):format(path, i))
    if message then return message end
  end
end

local function compare_storage(got, want, how, path)
  if want.type == 'torch.HalfStorage' then got = torch.FloatStorage(#got):copy(got) end
  return compare_elements(got, #got, want.data, how, path)
end

-- A tensor of an object graph is compared by its place in its storage, another one by its elements.
local function compare_tensor(got, want, how, path)
  local size, stride = got:size():totable(), got:stride():totable()
  if table.concat(size, ' x ') ~= table.concat(want.size, ' x ') then
    return ('%s: size %s, recorded %s'):format(path, table.concat(size, ' x '),
      table.concat(want.size, ' x '))
  end
  if want.id then
    if table.concat(stride, ' ') ~= table.concat(want.stride, ' ') then
      return path .. ': other strides'
    elseif #size > 0 and got:storageOffset() ~= want.offset then
      return path .. ': other offset'
    end
    return compare(got:storage(), want.storage, how, path .. ':storage()')
  elseif want.data then
    got = got:contiguous()
    if want.type == 'torch.HalfTensor' then got = got:float() end
    return compare_elements(got, got:nElement(), want.data, how, path)
  end
end

local function compare_entries(got, entries, how, path)
  for _, entry in ipairs(entries) do
    local key, value = entry[1], entry[2]
    local message
    if type(key) == 'table' then -- a tensor; its table has one entry
      local got_key, got_value = next(got)
      message = compare(got_key, key, how, path .. ' key') or compare(got_value, value, how, path)
    else
      key = recorded.value(key)
      message = compare(got[key], value, how, ('%s[%s]'):format(path, describe(key)))
    end
    if message then return message end
  end
end

-- The same where got may have no other entries.
local function compare_table(got, entries, how, path)
  local count = 0
  for _ in pairs(got) do count = count + 1 end
  for _, entry in ipairs(entries) do
    if is_null(entry[2]) then count = count + 1 end
  end
  if count ~= #entries then
    return ('%s: %d entries, recorded %d'):format(path, count, #entries)
  end
  return compare_entries(got, entries, how, path)
end

local function compare_function(got, want, how, path)
  if torch.typename(got) == 'torch.InertFunction' then return end
  if type(got) ~= 'function' then return path .. ': got no function' end
  for i, upvalue in ipairs(want.upvalues) do
    local name, value = debug.getupvalue(got, i)
    local message = name ~= upvalue[1] and differs(path .. ': upvalue', name, upvalue[1])
      or compare(value, upvalue[2], how, path .. ':' .. name)
    if message then return message end
  end
end

-- Tables, tensors, storages, instances of classes and functions.
local function compare_object(got, want, how, path)
  if want.id then how.seen[want.id] = got end
  if want['function'] then return compare_function(got, want, how, path) end
  local class = want.class or want.type
  if torch.typename(got) ~= class or not class and type(got) ~= 'table' then
    return ('%s: got %s, recorded %s'):format(path, describe(got), class or 'table')
  end
  if want.list then
    local entries = {}
    for i, value in ipairs(want.list) do entries[i] = {i, value} end
    return compare_table(got, entries, how, path)
  elseif want.map or want.table then
    return compare_table(got, want.map or want.table, how, path)
  elseif want.fields then
    return compare_entries(got, want.fields, how, path)
  elseif want.size then
    return compare_tensor(got, want, how, path)
  elseif want.data then
    return compare_storage(got, want, how, path)
  end
end

function compare(got, want, how, path)
  if is_null(want) then return got ~= nil and differs(path, got, nil) or nil end
  if type(want) == 'table' and want.ref then
    local same = torch.pointer(got) == torch.pointer(how.seen[want.ref])
    return not same and path .. ': another object' or nil
  end
  if type(want) == 'table' and not want.num then return compare_object(got, want, how, path) end
  want = recorded.value(want)
  local same = got == want
  if type(got) == 'number' and type(want) == 'number' then same = same_number(got, want, how) end
  return not same and differs(path, got, want) or nil
end

--- Compares a value with a recorded one; returns nil, or a message that says where they differ.
-- path: what the message calls the value. how: {tol = numbers may differ by tol * max(1, |got|,
-- |want|), default 0; absolute = true: compare absolute values; exact = true: tell 0 from -0}.
function recorded.mismatch(got, want, how, path)
  how = how or {}
  return compare(got, want, {tol = how.tol or 0, absolute = how.absolute, exact = how.exact,
    seen = {}}, path or 'value')
end

return recorded
