-- Makes a call of badinput_calls and looks at what came of it.

local torch = require 'torch'
local values = require 'badinput_values'

local engine = {}

local this_file = debug.getinfo(1, 'S').short_src
local here = '^' .. this_file:gsub('%p', '%%%0') .. ':%d+: (.*)$'

-- Functions that pass on to another one, under whose name they report.
local reports_as = {
  cmod = 'cfmod', mod = 'fmod', numel = 'nElement', nDimension = 'dim', viewAs = 'view',
  expandAs = 'expand', cross = 'cmul', new = 'Storage', cbitand = 'bitand', cbitor = 'bitor',
  cbitxor = 'bitxor',
}

local raw = {'attempt to ', 'cannot convert', "bad argument #%d+ to '", 'stack overflow',
  'not enough memory'}

--- Makes a call: true and its results, or false and the message.
function engine.attempt(call, args)
  values.same_random_numbers()
  return pcall(function()
    local results = {call.f(unpack(args, 1, args.n))}
    return results
  end)
end

-- What is wrong with a message, or nil.
local function fault(call, message)
  if type(message) ~= 'string' then return 'raises a ' .. type(message) end
  local text = message:match(here)
  if not text then return 'not at the caller: ' .. message end
  local named = text:find(call.name, 1, true) or text:find(reports_as[call.name] or '\0', 1, true)
    or text:find('^out of memory: [%d.]+ MB asked for')
    or call.kind == 'file:' and (text:find('^read error: ') or text:find('^Unwritable object '))
  if not named then
    return 'does not name the function: ' .. text
  end
  for _, pattern in ipairs(raw) do
    if text:find(pattern) then return text end
  end
end

local function pictures(args)
  local list = {}
  for k = 1, args.n do list[k] = values.picture(args[k]) end
  return list
end

-- Reads everything a result shows, unless it is large.
local function touch(v)
  if torch.isTensor(v) and v:nElement() < 2000 then
    values.content(v)
  elseif torch.isStorage(v) and #v < 2000 then
    tostring(v)
  elseif type(v) == 'table' and not torch.typename(v) then
    for k = 1, math.min(#v, 10) do touch(v[k]) end
  end
end

--- Makes a call; returns 'returned' and the results, 'raised' and the message, or 'wrong' and what
-- is wrong with its error: the message, or that arguments changed though it raised.
function engine.outcome(call, args)
  local before = pictures(args)
  local ok, results = engine.attempt(call, args)
  if ok then
    touch(results)
    for k = 1, args.n do touch(args[k]) end
    return 'returned', results
  end
  local message = fault(call, results)
  if message then return 'wrong', message end
  for k, picture in ipairs(pictures(args)) do
    if picture ~= before[k] then
      return 'wrong', ('raises, having changed argument %d: %s'):format(k, results)
    end
  end
  return 'raised', results
end

--- Fresh arguments of a call with the one at position k replaced.
function engine.replaced(call, k, value)
  local args = call.make()
  args[k] = value
  return args
end

return engine
