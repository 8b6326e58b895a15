-- Additions to Lua's string and table libraries, durations and tables as text.
-- luacheck: ignore 142

local sys = require 'sys'

local text = {}

--- string.split(text, pattern): pieces of a string between matches of a Lua pattern.
string.split = sys.split

--- Value that a dotted name stands for: ('math.pi'):tosymbol() is math.pi; nil for unknown names.
function string.tosymbol(name)
  local value = _G
  for part in name:gmatch('[^.]+') do
    if type(value) ~= 'table' then return nil end
    value = value[part]
  end
  return value
end

--- Splits a list in two: the list without `length` elements from `start` on, and those elements.
function table.splice(list, start, length)
  start = start or 1
  length = length or #list - start + 1
  local kept, removed = {}, {}
  for i, value in ipairs(list) do
    local target = i >= start and i < start + length and removed or kept
    target[#target + 1] = value
  end
  return kept, removed
end

--- List without duplicates. hash(value): what makes values equal (default: themselves);
-- merge(first, other): value that replaces the two (default: the first).
function table.prune(list, hash, merge)
  local pruned, places = {}, {}
  for _, value in ipairs(list) do
    local key = value
    if hash then key = hash(value) end
    local place = places[key]
    if not place then
      places[key] = #pruned + 1
      pruned[#pruned + 1] = value
    elseif merge then
      pruned[place] = merge(pruned[place], value)
    end
  end
  return pruned
end

local units = {{'D', 86400000}, {'h', 3600000}, {'m', 60000}, {'s', 1000}, {'ms', 1}}

--- Seconds as text with the two largest units that are not zero: 3725 is '1h2m'.
function text.formatTime(seconds)
  if type(seconds) ~= 'number' then
    error('xlua.formatTime: number of seconds expected, got ' .. type(seconds), 2)
  end
  local left = math.floor(seconds * 1000 + 1e-6)
  if left < 1 then return '0ms' end
  if left ~= left or left == math.huge then return tostring(left) end
  local parts = {}
  for _, unit in ipairs(units) do
    local count = math.floor(left / unit[2])
    left = left - count * unit[2]
    if count > 0 and #parts < 2 then parts[#parts + 1] = count .. unit[1] end
  end
  return table.concat(parts)
end

local function key_text(key)
  if type(key) == 'string' and key:find('^[%a_][%w_]*$') then return key end
  return '[' .. (type(key) == 'string' and ('%q'):format(key) or tostring(key)) .. ']'
end

local function value_text(value, newline, seen)
  if type(value) == 'string' then return ('"%s"'):format(value) end
  if type(value) ~= 'table' or seen[value] then return tostring(value) end
  seen[value] = true
  local parts = {}
  for i, element in ipairs(value) do parts[i] = value_text(element, newline, seen) end
  local count, keys = #parts, {}
  for key in pairs(value) do
    local listed = type(key) == 'number' and key >= 1 and key <= count and key % 1 == 0
    if not listed then keys[#keys + 1] = key end
  end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for _, key in ipairs(keys) do
    parts[#parts + 1] = key_text(key) .. '=' .. value_text(value[key], newline, seen)
  end
  seen[value] = nil
  return '{' .. table.concat(parts, newline and ',\n' or ',') .. '}'
end

--- A table written as Lua would write it, nested ones too. newline: one entry a line.
function text.table2string(value, newline)
  if type(value) ~= 'table' then
    error('xlua.table2string: table expected, got ' .. type(value), 2)
  end
  return value_text(value, newline, {})
end

return text
