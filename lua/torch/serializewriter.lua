-- Writes object graphs in Torch7's format: each object once, with an index by which later records
-- refer to it. Tables are walked without recursion, so that their nesting has no limit.

local class = require 'torch.class'
local functions = require 'torch.serializefunction'
local kinds = require 'torch.serializekinds'
local parts = require 'torch.serializeparts'
local raise = require('torch.ffi').raise

local next = next

local writer = {}

local MAX_NESTED = 500 -- write methods that call writeObject inside each other
local put_int, put_string = parts.put_int, parts.put_string

-- What identifies an object: the C object behind cdata, else the value itself.
local function identity(object)
  return type(object) == 'cdata' and class.address(object) or object
end

-- Where in the graph the writer is: keys of tables, names of upvalues.
local function path(name, frames, top)
  local steps, i = {name or '<?>'}, 1
  while i <= top do
    local frame = frames[i]
    if type(frame.owners[1]) == 'function' and i < top then
      steps[#steps + 1] = frame.content[frame.key].name
      i = i + 2 -- past the record of the upvalue
    else
      steps[#steps + 1] = tostring(frame.key)
      i = i + 1
    end
  end
  return table.concat(steps, '.')
end

-- Fields of a class instance that can be stored; tells about the others.
local function writable_fields(object, where, frames, top)
  local fields = {}
  for key, value in pairs(object) do
    if kinds.of(value) then
      fields[key] = value
    else
      io.stderr:write(('warning: cannot write field %s of %s %s\n'):format(tostring(key),
        class.typename(object), path(where, frames, top)))
    end
  end
  return fields
end

-- Writes the index of an object. Returns true where an earlier record has the object.
local function put_index(file, object, stored)
  local written, id = file.written, identity(object)
  local index = not file.unreferenced and written[id]
  if not index then
    written.count = written.count + 1
    put_int(file, written.count)
    if file.unreferenced then return false end
    written[id] = written.count
    -- As long as the file may refer to an object, no other may get its address.
    table.insert(file.kept, object)
    if stored ~= object then table.insert(file.kept, stored) end
    return false
  end
  put_int(file, index)
  return true
end

local function put_object(file, object, where, frames, top)
  local mt = class.getmetatable(class.typename(object))
  put_string(file, 'V ' .. mt.__version)
  put_string(file, class.typename(object))
  local write = mt.__write or mt.write
  if write then
    write(object, file)
  elseif type(object) == 'table' then
    return writable_fields(object, where, frames, top)
  else
    raise('class %s has no write method', class.typename(object))
  end
end

-- Writes the record of `object`. Returns the table that must follow, and whether that is the
-- content of the record (true) or a record of its own (false).
local function put_record(file, original, object, where, frames, top)
  local kind, code = kinds.of(object)
  if not kind then
    raise('Unwritable object <%s> at %s', class.type(object), path(where, frames, top))
  end
  put_int(file, kind)
  if kind == kinds.NIL then return end
  if kind == kinds.NUMBER then
    return parts.put_double(file, object)
  elseif kind == kinds.BOOLEAN then
    return put_int(file, object and 1 or 0)
  elseif kind == kinds.STRING then
    return put_string(file, object)
  end
  if kind ~= kinds.FUNCTION_BARE and put_index(file, original, object) then return end
  if kind == kinds.OBJECT then return put_object(file, object, where, frames, top), false end
  if kind ~= kinds.TABLE then
    put_string(file, code)
    return functions.upvalues(file, object), false
  end
  local count = 0
  for _ in pairs(object) do count = count + 1 end
  put_int(file, count)
  return object, true
end

-- Enters a table; without references, one that is being written already has no end.
local function enter(file, frames, top, owners, content, where)
  for i = 1, #owners do
    local id = identity(owners[i])
    if file.unreferenced and file.open[id] then
      raise('cannot write an object that contains itself without references, at %s',
        path(where, frames, top))
    end
    file.open[id] = true
  end
  frames[top + 1] = {content = content, owners = owners}
  return top + 1
end

-- The next value to write in the innermost table; leaves tables that are complete.
local function advance(file, frames, top)
  while top > 0 do
    local frame = frames[top]
    if frame.at_value then
      frame.at_value = false
      return top, frame.value
    end
    frame.key, frame.value = next(frame.content, frame.key)
    if frame.key ~= nil then
      frame.at_value = true
      return top, frame.key
    end
    for i = 1, #frame.owners do file.open[identity(frame.owners[i])] = nil end
    frames[top] = nil
    top = top - 1
  end
  return 0
end

local function write_graph(file, object, where, hook)
  local frames, top = {}, 0
  local item = object
  repeat
    local stored, owners = item, nil
    if hook then stored = hook(item) end
    local content, inside = put_record(file, item, stored, where, frames, top)
    while content and not inside do
      owners = owners or {}
      owners[#owners + 1] = item
      item = content
      content, inside = put_record(file, item, item, where, frames, top)
    end
    if content then
      owners = owners or {}
      owners[#owners + 1] = item
      top = enter(file, frames, top, owners, content, where)
    end
    top, item = advance(file, frames, top)
  until top == 0
end

--- Writes an object and all that it refers to; see File:writeObject.
function writer.write(file, object, where, hook)
  file.written = file.written or {count = 0}
  file.kept, file.open = file.kept or {}, file.open or {}
  file.upvalue_numbers = file.upvalue_numbers or {}
  local nested = file.write_depth or 0
  if nested >= MAX_NESTED then
    raise('writeObject: write methods are nested deeper than %d', MAX_NESTED)
  end
  file.write_depth = nested + 1
  if nested > 0 then
    write_graph(file, object, where, hook)
    file.write_depth = nested
    return
  end
  local ok, message = pcall(write_graph, file, object, where, hook)
  file.write_depth, file.open = 0, {}
  if not ok then error(message, 0) end
end

return writer
