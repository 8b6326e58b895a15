-- The pretty printer: nested tables as {key : value} down to a depth, tensors inside tables by type
-- and size, everything else as tostring gives it. Keys come sorted. Colours only on a terminal.

local ffi = require 'ffi'
local colorize = require 'trepl.colorize'

local next = next -- programs have globals of this name

ffi.cdef 'int isatty(int fd);'

local printer = {old = print}

local level = 5          -- tables nested deeper are shown as {...}
local limits             -- what the prompt shows of long values; nil: all of them
local PROMPT_LIMITS = {entries = 100, characters = 5000, elements = 10000, rows = 1000, slices = 10}
local PLAIN_TERMINALS = {dumb = true, [''] = true}
local use_colors         -- nil until first needed
local KEY_COLOR = 'blue'
local VALUE_COLORS = {string = 'magenta', number = 'cyan', boolean = 'cyan', cdata = 'green'}
local TYPE_ORDER = {number = 1, string = 2}

--- True if standard output takes colours: it is a terminal and nothing asks for none.
function printer.colored()
  if use_colors == nil then
    use_colors = ffi.C.isatty(1) == 1 and not PLAIN_TERMINALS[os.getenv('TERM') or '']
      and not os.getenv('NO_COLOR')
  end
  return use_colors
end

--- noColors(): no colours from now on.
function printer.no_colors()
  use_colors = false
  colorize.disable()
end

local function paint(color, text)
  if color and printer.colored() then return colorize[color](text) end
  return text
end

local function by_type_then_value(a, b)
  local ta, tb = type(a), type(b)
  if ta ~= tb then return (TYPE_ORDER[ta] or 3) < (TYPE_ORDER[tb] or 3) end
  if TYPE_ORDER[ta] then return a < b end
  return tostring(a) < tostring(b)
end

local function sorted_keys(object)
  local keys = {}
  for key in next, object do keys[#keys + 1] = key end
  table.sort(keys, by_type_then_value)
  return keys
end

local function has_tostring(object)
  local mt = getmetatable(object)
  return type(mt) == 'table' and mt.__tostring ~= nil
end

-- "DoubleTensor - size: 2x2", "LongStorage - size: 3"; nil for what is neither.
local function tensor_summary(object)
  local torch = package.loaded.torch
  local name = torch and torch.typename(object)
  name = name and name:match('^torch%.(.+)$')
  if not name then return end
  if name:find('Storage$') then return ('%s - size: %d'):format(name, object:size()) end
  if not name:find('Tensor$') then return end
  local sizes = {}
  for d = 1, object:dim() do sizes[d] = tostring(tonumber(object:size(d))) end
  if #sizes == 0 then return name .. ' - empty' end
  return name .. ' - size: ' .. table.concat(sizes, 'x')
end

-- A string as far as it is to be shown.
local function cut(text)
  if not limits or #text <= limits.characters then return text end
  return ('%s... (%d characters)'):format(text:sub(1, limits.characters), #text)
end

-- Whether a tensor is printed whole at the prompt.
local function is_short(x)
  local n = x:nElement()
  local across = x:dim() > 1 and x:size(x:dim()) or 1
  return n <= limits.elements and n / across <= limits.rows
end

-- A tensor as text; of a large one its corner.
local function tensor_text(object)
  local torch = package.loaded.torch
  if not limits or not (torch and torch.isTensor(object)) or is_short(object) then
    return tostring(object)
  end
  local corner = object
  for d = 1, object:dim() do
    corner = corner:narrow(d, 1, math.min(limits.slices, object:size(d)))
  end
  return ('%sthe corner of %s; print(...) shows all of it\n'):format(tostring(corner),
    tensor_summary(object))
end

local function value_text(value)
  local kind = type(value)
  local text
  if kind == 'string' then
    text = '"' .. cut(value) .. '"'
  elseif kind == 'cdata' or kind == 'userdata' then
    text = tensor_summary(value) or tostring(value)
  else
    text = tostring(value)
  end
  return paint(VALUE_COLORS[kind], text)
end

local format_table

-- Appends the lines of one table entry.
local function format_entry(lines, margin, key, value, depth)
  local label = margin .. '  ' .. paint(KEY_COLOR, tostring(key)) .. ' : '
  if type(value) ~= 'table' then
    lines[#lines + 1] = label .. value_text(value)
  elseif has_tostring(value) then
    local text = tostring(value)
    if text:find('\n') then
      local inner = margin .. '    '
      lines[#lines + 1] = label
      lines[#lines + 1] = inner .. text:gsub('\n', '\n' .. inner)
    else
      lines[#lines + 1] = label .. text
    end
  elseif depth >= level - 1 or next(value) == nil then
    lines[#lines + 1] = label .. '{...}'
  else
    lines[#lines + 1] = label
    format_table(lines, value, depth + 1)
  end
end

function format_table(lines, object, depth)
  local margin = (' '):rep(4 * depth)
  if next(object) == nil then
    lines[#lines + 1] = margin .. '{}'
    return
  end
  lines[#lines + 1] = margin .. '{'
  local keys = sorted_keys(object)
  local shown = math.min(#keys, limits and limits.entries or #keys)
  for i = 1, shown do format_entry(lines, margin, keys[i], rawget(object, keys[i]), depth) end
  if shown < #keys then
    lines[#lines + 1] = ('%s  ... and %d more entries'):format(margin, #keys - shown)
  end
  lines[#lines + 1] = margin .. '}'
end

--- print_new(...): writes its arguments to standard output. A plain value ends with a tab, the last
--- one also with a line end; tables, tensors and objects end with a line end.
function printer.new(...)
  local count = select('#', ...)
  local pieces = {}
  for i = 1, count do
    local value = select(i, ...)
    local kind = type(value)
    if kind == 'table' and not has_tostring(value) then
      local lines = {}
      format_table(lines, value, 0)
      pieces[i] = table.concat(lines, '\n') .. '\n'
    elseif kind == 'table' or kind == 'cdata' or kind == 'userdata' then
      pieces[i] = tensor_text(value) .. '\n'
    else
      pieces[i] = cut(tostring(value)) .. (i < count and '\t' or '\t\n')
    end
  end
  io.write(count == 0 and '\n' or table.concat(pieces))
end

--- Prints results at the prompt, as the current level says: of a long table its first entries, of a
--- long string its beginning, of a large tensor its corner.
function printer.show(...)
  if level == 0 then return printer.old(...) end
  limits = PROMPT_LIMITS
  local ok, message = pcall(printer.new, ...)
  limits = nil
  if not ok then error(message, 0) end
end

--- setprintlevel(n): print n levels of nested tables; 0 makes print Lua's own again.
function printer.set_level(n)
  if type(n) ~= 'number' or n < 0 or n ~= math.floor(n) then
    error(('setprintlevel: expected a whole number of at least 0, got %s'):format(tostring(n)), 2)
  end
  level = n
  rawset(_G, 'print', n == 0 and printer.old or printer.new)
end

return printer
