-- Copies and conversion between types, of tensors and to Lua tables.

local F = require 'torch.ffi'
local construct = require 'torch.construct'
local element = require 'torch.element'
local ops = require 'torch.ops'
local registry = require 'torch.classregistry'
local new_table = require 'table.new'

local C, check, check_as, retry, raise, bad, like, is_tensor =
  F.C, F.check, F.check_as, F.retry, F.raise, F.bad_argument, F.like, F.is_tensor
local op = ops.op
local tonumber = tonumber
local get, typename = element.get, registry.typename

local function need_tensor(name, n, x)
  if not is_tensor(x) then bad(name, n, 'a tensor', x) end
end

local function copy(name, r, x)
  local rc = C.lt_copy(r, x)
  if rc ~= 0 then
    if retry(rc) then rc = C.lt_copy(r, x) end
    check_as(name, rc)
  end
  return r
end

local function clone(x)
  local r = like(x)
  local rc = C.lt_clone(r, x)
  if rc ~= 0 then
    if retry(rc) then rc = C.lt_clone(r, x) end
    check(rc)
  end
  return r
end

op('copy', 'custom', {doc = 'copies the elements of a tensor of any type and equal element count',
  usage = '(x, y)', method = function(self, x)
    need_tensor('copy', 1, self)
    need_tensor('copy', 2, x)
    return copy('copy', self, x)
  end})
op('clone', 'custom', {doc = 'a contiguous copy with its own storage', usage = '(x)',
  method = function(self)
    need_tensor('clone', 1, self)
    return clone(self)
  end})
op('contiguous', 'custom', {doc = 'the tensor itself if contiguous, otherwise a contiguous copy',
  usage = '(x)', method = function(self)
    need_tensor('contiguous', 1, self)
    if C.lt_is_contiguous(self) ~= 0 then return self end
    return clone(self)
  end})

-- Conversion -------------------------------------------------------------------------------------

local function convert(x, dtype, device)
  local there = x.device == device or device == C.LT_ANY_GPU and x.device ~= 0
  if x.dtype == dtype and there then return x end
  local r = F.tensor(dtype, device)
  local rc = C.lt_resize_as(r, x)
  if rc ~= 0 and retry(rc) then rc = C.lt_resize_as(r, x) end
  check(rc)
  return copy('type', r, x)
end

op('type', 'custom', {
  doc = 'the type name, or the tensor converted to a type (itself if it has it)',
  usage = '(x [, type name])',
  method = function(self, name)
    if name == nil then
      if not is_tensor(self) then return typename(self) end -- as in Torch7
      return F.classes[self.device == 0 and 0 or 1][self.dtype].__typename
    end
    need_tensor('type', 1, self)
    local spec = construct.types[name]
    if not spec then raise('type: unknown tensor type %s', tostring(name)) end
    return convert(self, spec.dtype, spec.device())
  end})
op('typeAs', 'custom', {doc = 'converted to the type of another tensor', usage = '(x, y)',
  method = function(self, other)
    need_tensor('typeAs', 1, self)
    need_tensor('typeAs', 2, other)
    return convert(self, other.dtype, other.device)
  end})
for name, dtype in pairs(F.dtype) do
  op(name:lower(), 'custom', {doc = 'converted to ' .. name .. 'Tensor', usage = '(x)',
    method = function(self)
      need_tensor(name:lower(), 1, self)
      return convert(self, dtype, 0)
    end})
end
op('real', 'custom', {doc = 'converted to the default tensor type', usage = '(x)',
  method = function(self)
    need_tensor('real', 1, self)
    return convert(self, construct.default.dtype, construct.default.device())
  end})

local function line_to_table(data, read, offset, size, stride)
  local out = new_table(size, 0)
  for i = 0, size - 1 do out[i + 1] = read(data, offset + i * stride) end
  return out
end

local function to_table(data, read, offset, sizes, strides, ndim, d)
  local size, stride = tonumber(sizes[d]), tonumber(strides[d])
  if d == ndim - 1 then return line_to_table(data, read, offset, size, stride) end
  local out = new_table(size, 0)
  for i = 0, size - 1 do
    out[i + 1] = to_table(data, read, offset + i * stride, sizes, strides, ndim, d + 1)
  end
  return out
end

for name, remark in pairs {totable = '', tolist = ', like totable (an addition to Torch7)'} do
  op(name, 'custom', {doc = 'the elements as nested Lua tables' .. remark, usage = '(x)',
    method = function(self)
      need_tensor(name, 1, self)
      if self.ndim == 0 then return {} end
      local x = convert(self, self.dtype, 0)
      return to_table(x.mem.data, get[x.dtype], tonumber(x.offset), x.sizes, x.strides, x.ndim, 0)
    end})
end
ops.functions.totable = function(x)
  if F.is_storage(x) then return x:totable() end
  return ops.methods.totable(x)
end

return {convert = convert, clone = clone, copy = copy}
