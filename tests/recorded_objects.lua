-- Object graphs recorded from Torch7, tests/golden/t7: the records, the classes that their files
-- use, and comparison of a loaded graph with a record's value. The README there has the format.

local torch = require 'torch'
local helpers = require 'helpers'

local objects = {}

objects.folder = helpers.folder .. '/golden/t7/'

local function is_null(v) return v == nil or v == helpers.null end

-- JSON text has bytes above 126 as code points.
local function bytes(s)
  return (s:gsub('[\194\195][\128-\191]', function(pair)
    local first, second = pair:byte(1, 2)
    return string.char((first - 192) * 64 + second - 128)
  end))
end

--- All records, in order.
function objects.records()
  return helpers.json('t7/manifest.json').records
end

--- Bytes of a recorded file.
function objects.content(name)
  local file = assert(io.open(objects.folder .. name, 'rb'))
  local text = file:read('*a')
  file:close()
  return text
end

--- Declares the classes golden.Point, Point3, Counter and Plainwrite.
function objects.declare_classes()
  if rawget(_G, 'golden') then return end
  rawset(_G, 'golden', {})
  torch.class('golden.Point')
  torch.class('golden.Point3', 'golden.Point')
  local Counter = torch.class('golden.Counter')
  function Counter:__write(file)
    file:writeInt(self.v)
    file:writeObject({extra = 2 * self.v})
  end
  function Counter:__read(file, version)
    assert(version == 1)
    self.v, self.hidden = file:readInt(), 'not saved'
    assert(file:readObject().extra == 2 * self.v)
  end
  local Plainwrite = torch.class('golden.Plainwrite')
  function Plainwrite:write(file) file:writeDouble(self.v) end
  function Plainwrite:read(file) self.v = file:readDouble() end
end

local special = {nan = 0 / 0, inf = math.huge, ['-inf'] = -math.huge}

local function same_number(got, want)
  if want ~= want then return got ~= got end
  return got == want and 1 / got == 1 / want
end

-- Elements beyond 2^53 are recorded as text.
local function same_element(pointer, i, want)
  if type(want) ~= 'string' then return same_number(tonumber(pointer[i]), want) end
  if special[want] then return same_number(tonumber(pointer[i]), special[want]) end
  return tostring(pointer[i]) == want .. 'LL'
end

local compare

local function compare_storage(got, want, path)
  assert(#got == #want.data, path .. ': size')
  local pointer = got:data()
  if want.type == 'torch.HalfStorage' then
    pointer = torch.FloatStorage(#got):copy(got):data()
  end
  for i, element in ipairs(want.data) do
    assert(same_element(pointer, i - 1, element), ('%s: element %d'):format(path, i))
  end
end

local function compare_tensor(got, want, seen, path)
  assert(got:dim() == #want.size, path .. ': dimensions')
  for d, size in ipairs(want.size) do
    assert(got:size(d) == size and got:stride(d) == want.stride[d], path .. ': layout')
  end
  if got:dim() > 0 then assert(got:storageOffset() == want.offset, path .. ': offset') end
  compare(got:storage(), want.storage, seen, path .. ':storage()')
end

local function compare_entries(got, entries, seen, path)
  for _, entry in ipairs(entries) do
    local key, value = entry[1], entry[2]
    if type(key) == 'table' then -- a tensor; its table has one entry
      local got_key, got_value = next(got)
      compare(got_key, key, seen, path .. ' key')
      compare(got_value, value, seen, path)
    else
      if type(key) == 'string' then key = bytes(key) end
      compare(got[key], value, seen, path .. '.' .. tostring(key))
    end
  end
end

local function compare_function(got, want, seen, path)
  if torch.typename(got) == 'torch.InertFunction' then return end
  for i, upvalue in ipairs(want.upvalues) do
    local name, value = debug.getupvalue(got, i)
    assert(name == upvalue[1], path .. ': upvalue name')
    compare(value, upvalue[2], seen, path .. ':' .. name)
  end
end

local function compare_object(got, want, seen, path)
  seen[want.id] = got
  if want['function'] then return compare_function(got, want, seen, path) end
  local class = want.class or want.type
  assert(torch.typename(got) == class, ('%s: class %s'):format(path, torch.type(got)))
  if want.table then
    local count = 0
    for _ in pairs(got) do count = count + 1 end
    assert(count == #want.table, path .. ': number of entries')
    compare_entries(got, want.table, seen, path)
  elseif want.fields then
    compare_entries(got, want.fields, seen, path)
  elseif want.size then
    compare_tensor(got, want, seen, path)
  elseif want.data then
    compare_storage(got, want, path)
  end
end

function compare(got, want, seen, path)
  if is_null(want) then
    assert(got == nil, path .. ': expected nil')
  elseif type(want) == 'number' then
    assert(type(got) == 'number' and same_number(got, want), path .. ': number ' .. tostring(got))
  elseif type(want) == 'string' then
    assert(got == bytes(want), path .. ': string')
  elseif type(want) == 'boolean' then
    assert(got == want, path .. ': boolean')
  elseif want.num then
    assert(same_number(got, special[want.num]), path .. ': number ' .. tostring(got))
  elseif want.ref then
    assert(torch.pointer(got) == torch.pointer(seen[want.ref]), path .. ': another object')
  else
    compare_object(got, want, seen, path)
  end
end

--- Asserts that a loaded object is what was recorded, with the same objects inside it.
function objects.compare(got, want)
  compare(got, want, {}, 'value')
end

-- Whether the order in which a table's entries are written is free.
local function has_free_order(entries)
  for i, entry in ipairs(entries) do
    if entry[1] ~= i and #entries > 1 then return true end
  end
  return false
end

--- Whether a value determines its file: no table has keys that Lua may order in several ways.
function objects.is_determined(want)
  if type(want) ~= 'table' then return true end
  if want['function'] and #want.upvalues > 0 then return false end
  if want.class and not want.fields then return true end
  local entries = want.table or want.fields
  if not entries then return true end
  local custom = want.class == 'golden.Counter' or want.class == 'golden.Plainwrite'
  if has_free_order(entries) and not custom then return false end
  for _, entry in ipairs(entries) do
    if not objects.is_determined(entry[2]) then return false end
  end
  return true
end

return objects
