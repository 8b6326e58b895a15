-- apply, map and map2: Lua functions over elements. LuaJIT compiles a loop for the function that it
-- calls, and for one element type; a loop that met several would run several times slower. So every
-- function has loops of its own. Closures that one expression makes share theirs; since compiled
-- loops are for one closure as long as few of them are known, the first ones get fresh loops.

local util = require 'jit.util'
local F = require 'torch.ffi'
local elements = require 'torch.copy'
local element = require 'torch.element'
local ops = require 'torch.ops'
local plainfunction = require 'torch.plainfunction'

local C, raise, bad, is_tensor = F.C, F.raise, F.bad_argument, F.is_tensor
local setmetatable, tonumber, type = setmetatable, tonumber, type
local clone, convert, copy = elements.clone, elements.convert, elements.copy
local op = ops.op
local get, put, get8, safe8 = element.get, element.put, element.get8, element.safe8

-- Loops ------------------------------------------------------------------------------------------

-- Closures that get fresh loops: LuaJIT then compiles for the expression that makes them.
local FRESH = 5

-- Writes the result of f for element i, a number, or nil, by which the element stays. True when it
-- wrote.
local function store(name, write, held, i, v)
  if v == nil then return false end
  if type(v) ~= 'number' then
    raise('%s: the function must return a number or nil, got %s', name, F.describe(v))
  end
  write(held.ptr.data, i, v)
  return true
end

-- A loop over elements first .. last of a held storage, and of others `shift` elements further on.
-- Memory may move while f runs, so that its address is read for every element.
local template = [[
local store, write, read, read_u, read_v = ...
return function(f, first, last, held, held_u, shift_u, held_v, shift_v)
  local changed = false
  for i = first, last do
    local v = f(read(held.ptr.data, i)%s)
    if store('%s', write, held, i, v) then changed = true end
  end
  return changed
end]]
local u = ', read_u(held_u.ptr.data, i + shift_u)'
local v = ', read_v(held_v.ptr.data, i + shift_v)'
local sources = {
  apply = template:format('', 'apply'),
  map = template:format(u, 'map'),
  map2 = template:format(u .. v, 'map2'),
}

-- The loop of apply for functions that only do arithmetic, which cannot move the memory nor write
-- to it: one look tells for eight elements that all of them may be loaded.
local by_eight = [[
local store, write, safe8, get8, one_by_one = ...
return function(f, first, last, held)
  local changed = false
  local past = last + 1 - (last + 1 - first) %% 8
  for i = first, past - 1, 8 do
    if safe8(held.ptr.data, i) then
      %s
    elseif one_by_one(f, i, i + 7, held) then
      changed = true
    end
  end
  return one_by_one(f, past, last, held) or changed
end]]
local each = "if store('apply', write, held, i + %d, f(get8(held.ptr.data, i + %d))) then "
  .. 'changed = true end\n'
local body = {}
for k = 0, 7 do body[k + 1] = each:format(k, k) end
sources.apply8 = by_eight:format(table.concat(body))

local by_function = setmetatable({}, {__mode = 'k'})
local by_prototype = setmetatable({}, {__mode = 'k'})

-- What is known of f, or of the function it is a closure of.
local function known(f)
  local own = by_function[f]
  if own then return own end
  local prototype = util.funcinfo(f).proto or f
  own = by_prototype[prototype]
  if not own then
    own = {closures = 0, arithmetic = plainfunction.instructions(f)}
    by_prototype[prototype] = own
  end
  if own.closures < FRESH then
    own.closures, own.loops = own.closures + 1, {apply = {}, apply8 = {}, map = {}, map2 = {}}
  end
  by_function[f] = own
  return own
end

-- The loop of operation `name` for f and tensors of these element types.
local function loop_of(name, f, x, y, z)
  local loops = known(f).loops[name]
  local key = x + 16 * y + 256 * z
  local loop = loops[key]
  if not loop then
    local chunk = assert(loadstring(sources[name], '=torch.' .. name .. '_loop'))
    loop = chunk(store, put[x], get[x], get[y], get[z])
    loops[key] = loop
  end
  return loop
end

-- The loop of apply for f and a tensor of type x.
local function apply_loop(f, x)
  local loop = loop_of('apply', f, x, x, x)
  if not safe8[x] or not known(f).arithmetic or not plainfunction.upvalues(f) then return loop end
  local loops = known(f).loops.apply8
  if not loops[x] then
    local chunk = assert(loadstring(sources.apply8, '=torch.apply_loop'))
    loops[x] = chunk(store, put[x], safe8[x], get8[x], loop)
  end
  return loops[x]
end

-- Operations -------------------------------------------------------------------------------------

local function need(name, n, x)
  if not is_tensor(x) then bad(name, n, 'a tensor', x) end
end

-- A CPU tensor that can be walked by one index: x itself or a contiguous copy.
local function flat(x)
  if x.device ~= 0 then return clone(convert(x, x.dtype, 0)) end
  return C.lt_is_contiguous(x) ~= 0 and x or clone(x)
end

-- y flat, or a copy where it is another view of x's memory, which the loop writes to.
local function apart(x, y)
  y = flat(y)
  if y.mem == x.mem and C.lt_is_set_to(x, y) == 0 then return clone(y) end
  return y
end

-- The storage of x, which keeps the memory while a function that may change x runs.
local function hold(x)
  C.lt_storage_retain(x.mem)
  return F.storage(x.mem)
end

-- Operation `name` on self and the tensors y and z, where there are some.
local function run(name, self, y, z, f)
  local n = tonumber(C.lt_numel(self))
  if n == 0 then return self end
  local x = flat(self)
  y = y and apart(x, y) or x
  z = z and apart(x, z) or x
  local first = tonumber(x.offset)
  local loop = name == 'apply' and apply_loop(f, x.dtype)
    or loop_of(name, f, x.dtype, y.dtype, z.dtype)
  local changed = loop(f, first, first + n - 1, hold(x), hold(y), tonumber(y.offset) - first,
    hold(z), tonumber(z.offset) - first)
  if not changed then return self end
  self.version = self.version + 1
  return x == self and self or copy(name, self, x)
end

local function same_count(name, n, x, y)
  need(name, n, y)
  if C.lt_numel(x) ~= C.lt_numel(y) then
    raise('%s: sizes do not match: %s and %s', name, F.describe(x), F.describe(y))
  end
end

local function need_function(name, n, f)
  if type(f) ~= 'function' then bad(name, n, 'a function', f) end
end

op('apply', 'custom', {doc = 'replaces every element by f(element), unless that is nil',
  usage = '(x, f)', method = function(self, f)
    need('apply', 1, self)
    need_function('apply', 2, f)
    return run('apply', self, nil, nil, f)
  end})

op('map', 'custom', {doc = 'replaces every element by f(element, element of y), unless that is nil',
  usage = '(x, y, f)', method = function(self, y, f)
    need('map', 1, self)
    same_count('map', 2, self, y)
    need_function('map', 3, f)
    return run('map', self, y, nil, f)
  end})

op('map2', 'custom', {doc = 'replaces every element by f(element, element of y, element of z)',
  usage = '(x, y, z, f)', method = function(self, y, z, f)
    need('map2', 1, self)
    same_count('map2', 2, self, y)
    same_count('map2', 2, self, z)
    need_function('map2', 4, f)
    return run('map2', self, y, z, f)
  end})
