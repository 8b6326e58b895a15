-- What specs share: comparison of values, layouts of a tensor, and JSON files of recorded values.

local dkjson = require 'dkjson'
local torch = require 'torch'
local gzip = require 'torch.gzip'
local memory = require('torch.ffi').C.lt_mem

local helpers = {}

local here = debug.getinfo(1, 'S').source:match('^@(.*)/[^/]*$') or '.'

--- The folder of the specs.
helpers.folder = here

--- What stands for null in decoded JSON.
helpers.null = dkjson.null

--- The names of all element types.
helpers.types = {'Byte', 'Char', 'Short', 'Int', 'Long', 'Half', 'Float', 'Double', 'BFloat16'}

--- Decodes tests/golden/<name>, a JSON file, gzip-compressed or not.
function helpers.json(name)
  local text, message = gzip.read(here .. '/golden/' .. name)
  if not text then error(message, 2) end
  return dkjson.decode(text, 1, helpers.null, nil)
end

--- Whether two numbers agree: |got - want| <= tol * max(1, |got|, |want|); NaN equals NaN.
function helpers.near(got, want, tol)
  if got ~= got or want ~= want then return got ~= got and want ~= want end
  if got == want then return true end
  local scale = math.max(1, math.abs(got), math.abs(want))
  return math.abs(got - want) <= (tol or 0) * scale
end

--- Elements of a tensor in logical order, as a flat table.
function helpers.flat(t)
  local out = {}
  local function walk(level)
    if type(level) == 'table' then
      for i = 1, #level do walk(level[i]) end
    else
      out[#out + 1] = level
    end
  end
  walk(t:totable())
  return out
end

--- Asserts that two tensors have one size and elements within tol.
function helpers.assert_near(got, want, tol, message)
  assert(torch.isTensor(got), (message or '') .. ': not a tensor: ' .. tostring(got))
  assert(got:isSameSizeAs(want), ('%s: sizes differ: %s and %s'):format(message or '',
    table.concat(got:size():totable(), 'x'), table.concat(want:size():totable(), 'x')))
  local a, b = helpers.flat(got), helpers.flat(want)
  for i = 1, #b do
    if not helpers.near(a[i], b[i], tol) then
      error(('%s: element %d is %.17g, expected %.17g'):format(message or '', i, a[i], b[i]), 2)
    end
  end
end

--- Asserts that f(...) raises an error whose text has the pattern.
function helpers.assert_fails(pattern, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, 'no error was raised')
  assert(tostring(message):find(pattern), ('%q lacks %q'):format(tostring(message), pattern))
end

--- Views of the same elements in several memory layouts: {name = tensor}.
function helpers.layouts(t)
  local out = {contiguous = t:clone()}
  local n = t:dim()
  local wide = t.new(t:size():totable()[1] + 2, unpack(t:size():totable(), 2)):fill(99)
  out.narrowed = wide:narrow(1, 2, t:size(1)):copy(t)
  if n > 1 then out.transposed = t:transpose(1, n):contiguous():transpose(1, n) end
  local doubled = t:size():totable()
  doubled[n + 1] = 2
  out.strided = t.new(unpack(doubled)):fill(77):select(n + 1, 2):copy(t)
  return out
end

local function quoted(text) return "'" .. tostring(text):gsub("'", "'\\''") .. "'" end

--- Runs luajit with the given arguments in a process of its own, which finds luatorch as this one
-- does. environment: {NAME = value}; folder: its working folder; limit: seconds. Returns its exit
-- status (128 + signal when one ended it, 124 for the time limit) and what it printed.
function helpers.luajit(arguments, environment, folder, limit)
  local words = {'cd', quoted(folder or '.'), '&&', 'env', 'LUA_PATH=' .. quoted(package.path),
    'LUA_CPATH=' .. quoted(package.cpath)}
  for name, value in pairs(environment
    or {}) do words[#words + 1] = name .. '=' .. quoted(value) end
  words[#words + 1] = ('timeout -k 5 %d luajit'):format(limit or 120)
  for _, argument in ipairs(arguments) do words[#words + 1] = quoted(argument) end
  local pipe = assert(io.popen(table.concat(words, ' ') .. ' 2>&1; echo "status $?"'))
  local output = pipe:read('*a')
  pipe:close()
  local text, status = output:match('^(.*)status (%d+)\n$')
  return tonumber(status), text
end

--- Runs Lua source in a process of its own; see helpers.luajit.
function helpers.script(source, environment, limit)
  local name = os.tmpname()
  local file = assert(io.open(name, 'w'))
  file:write(source)
  file:close()
  local status, output = helpers.luajit({name}, environment, nil, limit)
  os.remove(name)
  return status, output
end

--- Whether the library runs under a memory checker, which changes how much memory things take.
helpers.checked_memory = (os.getenv('PRELOAD') or '') ~= ''

--- A 64-bit integer from decimal text, as an int64 cdata.
function helpers.int64(text)
  return assert(loadstring('return ' .. text .. 'LL'))()
end

local function write_over(n, ...)
  if n > 0 then return (write_over(n - 1, nil, nil, nil, nil, ...)) end
end

jit.off(write_over) -- compiled code keeps its values in registers

--- Writes over the part of the stack above its caller, where calls that have ended left values.
function helpers.clear_stack() write_over(40) end

--- Collects all that the program does not hold: no value stays for a trace that saw it or because a
-- call that has ended left it in the stack.
function helpers.collect()
  jit.flush()
  helpers.clear_stack()
  collectgarbage()
  collectgarbage()
end

--- Bytes of tensor memory that f allocates and does not free, while nothing is collected.
function helpers.allocated(f)
  helpers.collect()
  memory.debt = 0
  collectgarbage('stop')
  f()
  collectgarbage('restart')
  return tonumber(memory.debt)
end

return helpers
