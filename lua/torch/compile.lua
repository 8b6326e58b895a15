-- Compiles the source of one operation. Every operation is a chunk of its own, because the closures
-- of one function share their traces, so that the JIT would not compile all of them.

local F = require 'torch.ffi'
local sizes = require 'torch.sizes'

-- What the source sees besides Lua's own functions.
local prelude = [[
local C, F, dim_of = ...
local check, check_as, retry = F.check, F.check_as, F.retry
local bad, like, is_tensor = F.bad_argument, F.like, F.is_tensor
local out = F.out
local function need_tensor(n, x)
  if not is_tensor(x) then bad('$N', n, 'a tensor', x) end
end
local function need_number(n, v)
  if type(v) ~= 'number' then bad('$N', n, 'a number', v) end
  return v
end
]]

-- One C call that collects and tries again when memory runs out.
local try = [[
local rc = %1
if rc ~= 0 then
  if retry(rc) then rc = %1 end
  check_as('$N', rc)
end]]

--- Runs the source of operation `name` and returns what it returns. In it $N is the name, or
-- `shown` where messages call it otherwise, and TRY(call) a checked C call.
return function(name, source, shown)
  source = (prelude .. source):gsub('TRY(%b())', try):gsub('%$N', {['$N'] = shown or name})
  return assert(loadstring(source, '=torch.' .. name))(F.C, F, sizes.dim)
end
