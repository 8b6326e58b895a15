-- Functions in serialized object graphs: their bytecode and upvalues, and torch.InertFunction, the
-- stand-in for a function from a file that nobody allowed to run.

local class = require 'torch.class'
local kinds = require 'torch.serializekinds'
local raise = require('torch.ffi').raise

local functions = {}

local InertFunction = class.newmetatable('torch.InertFunction')

--- Calling a stand-in raises and says how to get the function.
function InertFunction.__call__()
  raise('this function came from a file and was not loaded, because a file can carry harmful code; '
    .. 'if you trust the file, load it with torch.load(file, mode, {functions = true}) '
    .. 'or set LUATORCH_LOAD_FUNCTIONS=1')
end

--- "torch.InertFunction (84 bytes of bytecode)"
function InertFunction:__tostring__()
  return ('torch.InertFunction (%d bytes of bytecode)'):format(#self.code)
end

--- Whether functions in files are loaded when nothing else says so.
function functions.allowed()
  return os.getenv('LUATORCH_LOAD_FUNCTIONS') == '1'
end

-- Writing --------------------------------------------------------------------------------------

-- Number of an upvalue in the file; upvalues that functions share have one number.
local function number_of(file, upvalue)
  local numbers = file.upvalue_numbers
  if not numbers[upvalue] then
    numbers.count = (numbers.count or 0) + 1
    numbers[upvalue] = numbers.count
  end
  return numbers[upvalue]
end

local function inert_upvalues(file, inert)
  if inert.kind ~= kinds.FUNCTION then return inert.upvalues end
  local list = {}
  for i, upvalue in ipairs(inert.upvalues) do
    local entry = {}
    for key, value in pairs(upvalue) do entry[key] = value end
    if upvalue.id then entry.id = number_of(file, upvalue.id) end
    list[i] = entry
  end
  return list
end

--- Table that stores the upvalues of a function or of a stand-in.
function functions.upvalues(file, f)
  if type(f) == 'table' then return inert_upvalues(file, f) end
  local list = {}
  for i = 1, debug.getinfo(f, 'u').nups do
    local name, value = debug.getupvalue(f, i)
    if name == '_ENV' then value = nil end
    list[i] = {name = name, id = number_of(file, debug.upvalueid(f, i)), value = value}
  end
  return list
end

-- Reading --------------------------------------------------------------------------------------

--- A function of bytecode, or its stand-in. Raises for bytecode of another Lua.
function functions.make(file, kind, code)
  if not file.load_functions then
    return setmetatable({kind = kind, code = code, upvalues = {}},
      class.getmetatable('torch.InertFunction'))
  end
  local f, reason = load(code, '=serialized function', 'b')
  if not f then raise('cannot load a function of %s: %s', file.name, reason) end
  return f
end

local function keep_upvalues(file, inert, list)
  inert.upvalues = list
  if inert.kind ~= kinds.FUNCTION then return end
  local cells = file.upvalue_cells
  for _, upvalue in ipairs(list) do
    local id = type(upvalue) == 'table' and upvalue.id
    if id then
      cells[id] = cells[id] or {}
      upvalue.id = cells[id]
    end
  end
end

local function set_upvalues(file, f, kind, list)
  local count, cells = debug.getinfo(f, 'u').nups, file.upvalue_cells
  for i = 1, math.min(count, #list) do
    local upvalue = list[i]
    if kind ~= kinds.FUNCTION then
      debug.setupvalue(f, i, upvalue)
    else
      if type(upvalue) ~= 'table' then raise('damaged %s: an upvalue is no table', file.name) end
      debug.setupvalue(f, i, upvalue.name == '_ENV' and _G or upvalue.value)
      local cell = upvalue.id and cells[upvalue.id]
      if cell then
        debug.upvaluejoin(f, i, cell.f, cell.i)
      elseif upvalue.id then
        cells[upvalue.id] = {f = f, i = i}
      end
    end
  end
end

--- Gives a function or a stand-in the upvalues that were read after it.
function functions.complete(file, f, kind, list)
  if type(f) == 'table' then keep_upvalues(file, f, list) else set_upvalues(file, f, kind, list) end
end

return functions
