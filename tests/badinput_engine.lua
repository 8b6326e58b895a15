-- Makes a call of badinput_calls and looks at what came of it.

local torch = require 'torch'
local values = require 'badinput_values'

local engine = {}

local here = '^%S*badinput_%l+%.lua:%d+: (.*)$'
local null = assert(io.open('/dev/null', 'w'))
local ended = {} -- what is raised where a program would end

-- Functions that pass on to another one, under whose name they report.
local reports_as = {
  cmod = 'cfmod', mod = 'fmod', numel = 'nElement', nDimension = 'dim', viewAs = 'view',
  expandAs = 'expand', cross = 'cmul', new = 'Storage', [':new'] = 'Tensor',
  cbitand = 'bitand', cbitor = 'bitor', cbitxor = 'bitxor', bmm = 'baddbmm',
  class = 'creating metatable', newmetatable = 'creating metatable',
  saveobj = 'torch.save', loadobj = 'torch.load',
  -- operators
  assign = 'index', plus = '+: ', minus = '-: ', times = '*: ', over = '/: ', modulo = '%: ',
  negative = '-: ',
}

-- Messages about what is no argument: files, functions of the caller, memory.
local unnamed = {'^out of memory: [%d.]+ MB asked for', 'raised by the function', '^damaged ',
  '^cannot %l+ ', '^<.-> is no ', '^Unwritable object ', '^read error: ', 'operator$',
  'element %d+: expected ', '^masked%u'}

local raw = {'attempt to ', 'cannot convert', "bad argument #%d+ to '", 'stack overflow',
  'not enough memory'}

-- Puts back what calls may have set.
local function restore(exit, show, errors, output, threads)
  rawset(os, 'exit', exit)
  rawset(io, 'stderr', errors)
  _G.print = show
  io.output(output)
  if torch.getdefaulttensortype() ~= 'torch.DoubleTensor' then
    torch.setdefaulttensortype('torch.DoubleTensor')
  end
  if torch.getnumthreads() ~= threads then torch.setnumthreads(threads) end
end

--- Makes a call, which prints nothing: true and its results, or false and the message.
function engine.attempt(call, args)
  local exit, show, errors, output, threads =
    os.exit, print, io.stderr, io.output(), torch.getnumthreads()
  values.same_random_numbers()
  rawset(os, 'exit', function() error(ended, 0) end)
  _G.print = function() end
  io.output(null)
  rawset(io, 'stderr', null)
  local ok, results = pcall(function()
    local list = {call.f(unpack(args, 1, args.n))}
    return list
  end)
  restore(exit, show, errors, output, threads)
  if results == ended then return true, {} end
  return ok, results
end

-- Whether operands of an operator are luatorch's, rather than values that Lua refuses itself.
local function has_objects(call, args)
  if call.name == 'index' or call.name == 'assign' or call.name == 'length' then
    return torch.isTensor(args[1]) or torch.isStorage(args[1])
  end
  return torch.isTensor(args[1]) or torch.isTensor(args[2])
end

-- What is wrong with a message, or nil.
local function fault(call, args, message)
  if type(message) ~= 'string' then return 'raises a ' .. type(message) end
  local text = message:match(here)
  if not text then return 'not at the caller: ' .. message end
  if call.kind == 'op.' and not has_objects(call, args) then return end
  local named = text:find(call.name, 1, true)
    or text:find(reports_as[call.kind .. call.name] or reports_as[call.name] or '\0', 1, true)
  for _, pattern in ipairs(named and {} or unnamed) do named = named or text:find(pattern) end
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
local function touch(v, depth)
  if torch.isTensor(v) and v.device ~= 0 then return end
  if torch.isTensor(v) and v:nElement() < 2000 then
    values.content(v)
  elseif torch.isStorage(v) and #v < 2000 then
    tostring(v)
  elseif type(v) == 'table' and not torch.typename(v) and depth < 4 then
    for k = 1, math.min(#v, 10) do touch(v[k], depth + 1) end
  end
end

--- Makes a call; returns 'returned' and the results, 'raised' and the message, or 'wrong' and what
-- is wrong with its error: the message, or that arguments changed though it raised.
function engine.outcome(call, args)
  local before = pictures(args)
  local ok, results = engine.attempt(call, args)
  if ok then
    touch(results, 1)
    for k = 1, args.n do touch(args[k], 1) end
    return 'returned', results
  end
  local message = fault(call, args, results)
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
  if type(value) == 'table' and not getmetatable(value) then -- the call may change it
    args[k] = {}
    for key, v in pairs(value) do args[k][key] = v end
  else
    args[k] = value
  end
  return args
end

return engine
