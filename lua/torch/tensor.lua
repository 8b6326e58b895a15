-- The tensor metatype and the classes torch.ByteTensor ... torch.BFloat16Tensor: indexing,
-- operators, and the methods that the rows of operations declare.

local ffi = require 'ffi'
local F = require 'torch.ffi'
local class = require 'torch.class'
local compile = require 'torch.compile'
local construct = require 'torch.construct'
local index = require 'torch.index'
local ops = require 'torch.ops'

local C, is_tensor = F.C, F.is_tensor
local type, tonumber = type, tonumber
local classes = F.classes
local get_number, set_number, get_other, set_other =
  index.number, index.set_number, index.get, index.set
local void_p = ffi.typeof('void *')

local function class_of(t)
  if t.device == 0 then return classes[0][t.dtype] end
  return classes[1][t.dtype]
end

local meta = {__gc = C.lt_tensor_release}

-- Fields of the struct come here only from its FFI type, which ffi.istype takes for a tensor.
function meta.__index(t, key)
  if type(key) == 'number' then return get_number(t, key) end
  if key == 'device' or key == 'ndim' then F.raise('an FFI type is not a tensor') end
  local value
  if t.device == 0 then value = classes[0][t.dtype][key] else value = classes[1][t.dtype][key] end
  if value ~= nil then return value end
  return get_other(t, key)
end

function meta.__newindex(t, key, value)
  if type(key) == 'number' then return set_number(t, key, value) end
  return set_other(t, key, value)
end

--- Two tensors are equal only when they are the same C object.
function meta.__eq(a, b)
  return is_tensor(a) and is_tensor(b) and ffi.cast(void_p, a) == ffi.cast(void_p, b)
end

function meta.__len(t) return t:size() end

function meta.__tostring(t) return class_of(t).__tostring__(t) end

-- Operators are looked up in the class metatable when they are used, as __add, else as __add__, so
-- that programs may replace either there.
local dispatch = [[
local F, generic = require 'torch.ffi', require('torch.classoperators').EVENT
local classes, is_tensor = F.classes, F.is_tensor
return function(a, b)
  local t = is_tensor(a) and a or b
  local mt
  if t.device == 0 then mt = classes[0][t.dtype] else mt = classes[1][t.dtype] end
  local f = mt.EVENT
  if f == generic then f = mt.EVENT__ end
  return f(a, b)
end]]

local class_operators = {}

-- Declares an operator by the body of its function of a and b; WRONG raises for a bad pair.
local function operator(event, symbol, body)
  body = body:gsub('WRONG', function()
    return ("F.raise('%%s: not defined for %%s and %%s', '%s', F.describe(a), F.describe(b))")
      :format(symbol)
  end)
  class_operators[event .. '__'] = compile(event,
    "local ops = require 'torch.ops'\nreturn function(a, b)\n" .. body .. '\nend', symbol)
  meta[event] = compile(event, dispatch:gsub('EVENT', event), symbol)
end

operator('__add', '+', [[
  if type(a) == 'number' then a, b = b, a end
  if not is_tensor(a) then WRONG end
  local r = like(a)
  if type(b) == 'number' then
    TRY(C.lt_adds_s(r, a, b))
  elseif is_tensor(b) then
    TRY(C.lt_add(r, a, b, 1))
  else
    WRONG
  end
  return r]])

operator('__sub', '-', [[
  if is_tensor(a) and type(b) == 'number' then
    local r = like(a)
    TRY(C.lt_adds_s(r, a, -b))
    return r
  elseif type(a) == 'number' then
    local r = like(b)
    TRY(C.lt_cmul_s(r, b, -1))
    TRY(C.lt_adds_s(r, r, a))
    return r
  elseif is_tensor(a) and is_tensor(b) then
    local r = like(a)
    TRY(C.lt_csub(r, a, b, 1))
    return r
  end
  WRONG]])

operator('__mul', '*', [[
  if type(a) == 'number' then a, b = b, a end
  if not is_tensor(a) then WRONG end
  if type(b) == 'number' then
    local r = like(a)
    TRY(C.lt_cmul_s(r, a, b))
    return r
  end
  if not is_tensor(b) then WRONG end
  return ops.product(a, b)]])

operator('__div', '/', [[
  if not is_tensor(a) or type(b) ~= 'number' then WRONG end
  local r = like(a)
  TRY(C.lt_cdiv_s(r, a, b))
  return r]])

operator('__mod', '%', [[
  if not is_tensor(a) or type(b) ~= 'number' then WRONG end
  local r = like(a)
  TRY(C.lt_cremainder_s(r, a, b))
  return r]])

operator('__unm', '-', [[
  local r = like(a)
  TRY(C.lt_cmul_s(r, a, -1))
  return r]])

operator('__pow', '^', [[WRONG]])

ffi.metatype(F.tensor_t, meta)
class.register_cdata(F.tensor_t, class_of, function(t)
  return tonumber(ffi.cast('intptr_t', ffi.cast(void_p, t)))
end)

local tensor = {}

--- Declares the class of one dtype on one kind of device (0: CPU, 1: CUDA) under `name`; device()
-- gives the number of the device that new tensors live on.
function tensor.declare(name, kind, dtype, device)
  local init = construct.init
  local function new(...) return init(F.tensor(dtype, device()), ...) end
  local function factory() return F.tensor(dtype, device()) end
  local mt = class.newmetatable(name, nil, new, nil, factory)
  for key, method in pairs(ops.methods) do mt[key] = method end
  for key, method in pairs(class_operators) do mt[key] = method end
  classes[kind][dtype] = mt
  construct.types[name] = {dtype = dtype, device = device}
  return mt
end

local function cpu() return 0 end

--- Declares the CPU classes; called once every operation is known.
function tensor.declare_cpu()
  for name, dtype in pairs(F.dtype) do
    tensor.declare('torch.' .. name .. 'Tensor', 0, dtype, cpu)
  end
end

return tensor
