-- Rows of operations. op(name, kind, row) makes the tensor method and the torch function of one
-- operation, and lists it for docs, tests and benchmarks. Kinds:
--
--   'unary'            x:f()            res:f(x)         torch.f([res,] x)         torch.f(number)
--   'unary a'          x:f(a)           res:f(x, a)      torch.f([res,] x, a)
--   'unary a b'        x:f(a, b)        res:f(x, a, b)   torch.f([res,] x, a, b)
--   'binary'           x:f(y)           res:f(x, y)      torch.f([res,] x, y)
--   'scalar'           x:f(v)           res:f(x, v)      torch.f([res,] x, v)
--   'binary scalar'    y is a tensor or a number
--   'compare'          the same, giving a ByteTensor
--   'custom'           row.method and row.func are the functions themselves
--
-- row: doc (one sentence), usage (call forms of a custom row), c (name of the C function when it
-- differs), no_number (torch.f takes no number), integer (integer types only); for tests ref (the
-- value in plain Lua), dom (domain of the elements) and args (the numbers behind the tensors). The
-- example that docs/ops.md shows of each operation stands in docs/examples.
--
-- Every operation is a chunk of its own, so that the JIT compiles and links each on its own.

local F = require 'torch.ffi'

local ops = {rows = {}, methods = {}, functions = {}}

local prelude = [[
local C, F, takes_number = ...
local check, check_as, retry = F.check, F.check_as, F.retry
local like, is_tensor, bad = F.like, F.is_tensor, F.bad_argument
local type = type
]]

-- One C call that collects and tries again when memory runs out.
local call = [[
local rc = C.$C(ARGS)
if rc ~= 0 then
  if retry(rc) then rc = C.$C(ARGS) end
  check_as('$N', rc)
end]]

local function calling(cname, args)
  return (call:gsub('%$C', cname):gsub('ARGS', args))
end

local scalar_call = [[
local one = F.tensor(F.dtype.Double)
local size = F.sizes
size[0] = 1
check(C.lt_resize(one, 1, size, nil))
local function on_number(v)
  check(C.lt_fill(one, v))
  check(C.$C(one, one))
  check(C.lt_get(F.out, one, 0))
  return F.out[0]
end
]]

local templates = {}

templates['unary'] = function(c)
  return scalar_call:gsub('%$C', c) .. [[
local function method(self, x)
  if x == nil then x = self elseif not is_tensor(x) then bad('$N', 2, 'a tensor', x) end
  if not is_tensor(self) then bad('$N', 1, 'a tensor', self) end
  ]] .. calling(c, 'self, x') .. [[ return self
end
local function func(a, x)
  if x ~= nil then return method(a, x) end
  if is_tensor(a) then return method(like(a), a) end
  if type(a) == 'number' and takes_number then return on_number(a) end
  bad('torch.$N', 1, takes_number and 'a tensor or a number' or 'a tensor', a)
end
return method, func]]
end

local function with_parameters(c, n)
  local params = n == 1 and 'a' or 'a, b'
  local shift = n == 1 and 'x, a = self, x' or 'x, a, b = self, x, a'
  local numbers = n == 1 and "if type(a) ~= 'number' then bad('$N', 2, 'a number', a) end"
    or "if type(a) ~= 'number' then bad('$N', 2, 'a number', a) end "
      .. "if type(b) ~= 'number' then bad('$N', 3, 'a number', b) end"
  return [[
local function method(self, x, ]] .. params .. [[)
  if not is_tensor(x) then ]] .. shift .. [[ end
  if not is_tensor(self) then bad('$N', 1, 'a tensor', self) end
  ]] .. numbers .. ' ' .. calling(c, 'self, x, ' .. params) .. [[ return self
end
local function func(r, x, ]] .. params .. [[)
  if not is_tensor(r) then bad('torch.$N', 1, 'a tensor', r) end
  if is_tensor(x) then return method(r, x, ]] .. params .. [[) end
  return method(like(r), r, x]] .. (n == 2 and ', a' or '') .. [[)
end
return method, func]]
end

templates['unary a'] = function(c) return with_parameters(c, 1) end
templates['unary a b'] = function(c) return with_parameters(c, 2) end
templates['scalar'] = function(c) return with_parameters(c .. '_s', 1) end

templates['binary'] = function(c)
  return [[
local function method(self, x, y)
  if y == nil then x, y = self, x end
  if not is_tensor(self) then bad('$N', 1, 'a tensor', self) end
  if not is_tensor(x) then bad('$N', 2, 'a tensor', x) end
  if not is_tensor(y) then bad('$N', 2, 'a tensor', y) end
  ]] .. calling(c, 'self, x, y') .. [[ return self
end
local function func(r, x, y)
  if not is_tensor(r) then bad('torch.$N', 1, 'a tensor', r) end
  if y ~= nil then return method(r, x, y) end
  if x == nil then bad('torch.$N', 2, 'a tensor', x) end
  return method(like(r), r, x)
end
return method, func]]
end

templates['binary scalar'] = function(c)
  return [[
local function method(self, x, y)
  if y == nil then x, y = self, x end
  if not is_tensor(self) then bad('$N', 1, 'a tensor', self) end
  if not is_tensor(x) then bad('$N', 2, 'a tensor', x) end
  if is_tensor(y) then
    ]] .. calling(c, 'self, x, y') .. [[ return self
  end
  if type(y) ~= 'number' then bad('$N', 2, 'a tensor or a number', y) end
  ]] .. calling(c .. '_s', 'self, x, y') .. [[ return self
end
local function func(r, x, y)
  if not is_tensor(r) then bad('torch.$N', 1, 'a tensor', r) end
  if y ~= nil then return method(r, x, y) end
  if x == nil then bad('torch.$N', 2, 'a tensor or a number', x) end
  return method(like(r), r, x)
end
return method, func]]
end

-- A comparison gives a new ByteTensor, or fills a result of the operands' own type or Byte.
templates['compare'] = function(c)
  return [[
local Byte = F.dtype.Byte
local function compare(r, x, y)
  if not is_tensor(x) then bad('$N', 1, 'a tensor', x) end
  if is_tensor(y) then
    ]] .. calling(c, 'r, x, y') .. [[ return r
  end
  if type(y) ~= 'number' then bad('$N', 2, 'a tensor or a number', y) end
  ]] .. calling(c .. '_s', 'r, x, y') .. [[ return r
end
local function method(self, x, y)
  if not is_tensor(self) then bad('$N', 1, 'a tensor', self) end
  if y == nil then return compare(F.tensor(Byte, self.device), self, x) end
  if not is_tensor(x) then bad('$N', 2, 'a tensor', x) end
  if x.dtype == Byte and self.dtype ~= Byte then return compare(x, self, y) end
  return compare(self, x, y)
end
local function func(r, x, y)
  if not is_tensor(r) then bad('torch.$N', 1, 'a tensor', r) end
  if y == nil then return compare(F.tensor(Byte, r.device), r, x) end
  return compare(r, x, y)
end
return method, func]]
end

--- Declares an operation; see the top of the file.
function ops.op(name, kind, row)
  local method, func = row.method, row.func
  if kind ~= 'custom' then
    local template = templates[kind] or error('no such kind of operation: ' .. kind)
    local c = 'lt_' .. (row.c or name)
    local source = prelude .. template(c):gsub('%$N', name)
    method, func = assert(loadstring(source, '=torch.' .. name))(F.C, F, not row.no_number)
  end
  row.name, row.kind = name, kind
  ops.rows[#ops.rows + 1] = row
  ops.methods[name], ops.functions[name] = method, func
end

--- Another name for a declared operation.
function ops.alias(alias, name)
  ops.methods[alias], ops.functions[alias] = ops.methods[name], ops.functions[name]
end

return ops
