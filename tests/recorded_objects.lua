-- Object graphs recorded from Torch7, tests/golden/t7: the records, the classes that their files
-- use, and comparison of a loaded graph with a record's value. The README there has the format.

local torch = require 'torch'
local helpers = require 'helpers'
local recorded = require 'recorded'

local objects = {}

objects.folder = helpers.folder .. '/golden/t7/'

--- All records, in order.
function objects.records()
  return recorded.records('t7/manifest.json')
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

--- Asserts that a loaded object is what was recorded, with the same objects inside it.
function objects.compare(got, want)
  local message = recorded.mismatch(got, want, {exact = true})
  if message then error(message, 2) end
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
