-- tds.Vec: an array outside of the Lua heap, which threads can share.

local ffi = require 'ffi'
local F = require 'torch.ffi'
local class = require 'torch.class'
local elem = require 'tds.elem'
local lib = require 'threads.lib'
local torch = require 'torch'

local C, check, bad = lib.C, F.check, F.bad_argument
local vec = {}

local place = elem.new()
local MOST = 2 ^ 42

local function check_index(name, i)
  if type(i) ~= 'number' or not (i >= 1 and i <= MOST) then
    F.raise('%s: a position of 1 or more expected, got %s', name, F.describe(i))
  end
  return i - 1
end

local function pointer_of(self, name)
  if lib.kind(self) ~= C.LTT_VEC then bad(name, 1, 'a tds.Vec', self) end
  return self.ptr
end

-- Calls C's set or insert.
local function put(call, pointer, i, value, name)
  local object, _keep = elem.fill(place, value, name)
  local rc = call(pointer, i, place)
  if object then C.ltt_release(object) end
  check(rc)
  return _keep
end

local function set(self, i, value)
  put(C.ltt_vec_set, self.ptr, check_index('tds.Vec', i), value, 'tds.Vec')
end

local function get(self, i)
  check(C.ltt_vec_get(place, self.ptr, check_index('tds.Vec', i)))
  return elem.read(place)
end

local function size(self)
  check(C.ltt_vec_size(lib.number, self.ptr))
  return tonumber(lib.number[0])
end

-- Iterator over positions and elements, nil ones included.
local function entries(self)
  local i, e = 0, elem.new()
  return function()
    if i >= size(self) then return nil end
    i = i + 1
    check(C.ltt_vec_get(e, self.ptr, i - 1))
    return i, elem.read(e)
  end
end

--- tds.Vec([table]) or tds.Vec(e1, e2, ...): a vec of a table's elements, or of the arguments.
-- Tables in it become vecs, or hashes where their keys are not 1 to n.
local function new(...)
  local self = lib.adopt(C.LTT_VEC, C.ltt_vec_new(lib.object))
  local n, first = select('#', ...), (...)
  if n == 1 and type(first) == 'table' and not getmetatable(first) then
    return elem.of_table(first, self)
  end
  for i = 1, n do set(self, i, (select(i, ...))) end
  return self
end

local methods

local Vec = lib.define('tds.Vec', C.LTT_VEC, new, vec, {
  __index = function(self, key)
    if type(key) == 'number' then return get(self, key) end
    local method = methods[key]
    if method == nil then F.raise('tds.Vec: a position or the name of a method expected, got %s',
      type(key) == 'string' and key or F.describe(key)) end
    return method
  end,
  __newindex = set, __len = size, __pairs = entries, __ipairs = entries,
})
methods = Vec
Vec.__version = 0
class.newmetatable('tds.Vec', nil, nil, nil, function() return new() end, vec)

function Vec.__tostring__(self) return elem.text('tds.Vec', size(self), entries(self)) end

--- vec:insert([position], value): inserts before a position, or appends.
function Vec.insert(self, ...)
  local pointer = pointer_of(self, 'insert')
  local n = select('#', ...)
  if n ~= 1 and n ~= 2 then
    F.raise('insert: [position] and value expected, got %d arguments', n)
  end
  local i, value = ...
  if n == 1 then i, value = size(self) + 1, i end
  put(C.ltt_vec_insert, pointer, check_index('insert', i), value, 'insert')
end

--- vec:remove([position]): removes an element, the last one by default.
function Vec.remove(self, i)
  local pointer = pointer_of(self, 'remove')
  check(C.ltt_vec_remove(pointer, check_index('remove', i == nil and size(self) or i)))
end

--- vec:resize(n): cuts the vec to n elements, or adds nil ones.
function Vec.resize(self, n)
  local pointer = pointer_of(self, 'resize')
  if type(n) ~= 'number' or not (n >= 0 and n <= MOST) then bad('resize', 2, 'a size', n) end
  check(C.ltt_vec_resize(pointer, n))
end

--- vec:concat([separator], [i], [j]): the texts of the elements (tostring) in one string.
function Vec.concat(self, separator, i, j)
  pointer_of(self, 'concat')
  if separator ~= nil and type(separator) ~= 'string' and type(separator) ~= 'number' then
    bad('concat', 2, 'a string', separator)
  end
  local texts = {}
  for k = i or 1, j or size(self) do texts[#texts + 1] = tostring(get(self, k)) end
  return table.concat(texts, separator)
end

--- Same as concat, as a CharStorage.
function Vec.concatstorage(self, separator, i, j)
  return torch.CharStorage():string(Vec.concat(self, separator, i, j))
end

--- vec:sort([compare]): sorts by compare(a, b), whether a comes before b, or else by `a < b`. The
-- elements are in the Lua heap while it runs.
function Vec.sort(self, compare)
  local pointer = pointer_of(self, 'sort')
  if compare ~= nil and type(compare) ~= 'function' then
    bad('sort', 2, 'a Lua function', compare)
  end
  local values, order, n = {}, {}, size(self)
  for i, value in entries(self) do values[i], order[i] = value, i end
  local before = compare or function(a, b) return a < b end
  table.sort(order, function(i, j) return before(values[i], values[j]) end)
  local positions = ffi.new('int64_t[?]', n)
  for k = 1, n do positions[k - 1] = order[k] - 1 end
  check(C.ltt_vec_permute(pointer, positions, n))
end

--- Writes the size, and each element as an object.
function Vec.write(self, file)
  file:writeLong(size(self))
  for _, value in entries(self) do file:writeObject(value) end
end

--- Reads what write wrote.
function Vec.read(self, file)
  for i = 1, file:readLong() do set(self, i, file:readObject()) end
end

return vec
