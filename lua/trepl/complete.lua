-- Tab completion: global names and keywords, fields of tables, methods of objects and tensors, and
-- file names inside strings and shell commands. It looks values up and never calls what is typed.

local next = next

local complete = {}

local KEYWORDS = {
  'and', 'break', 'do', 'else', 'elseif', 'end', 'false', 'for', 'function', 'goto', 'if', 'in',
  'local', 'nil', 'not', 'or', 'repeat', 'return', 'then', 'true', 'until', 'while',
}
local MAX_CHAIN = 32  -- metatables followed

-- Position after the string that opens at `position` with `quote`; nil where it is open at the end.
local function skip_string(text, position, quote)
  while true do
    local stop = text:find('[\\' .. quote .. ']', position)
    if not stop then return nil end
    if text:sub(stop, stop) == quote then return stop + 1 end
    position = stop + 2
  end
end

--- What the end of a Lua text is: 'code', 'comment' or 'string'; for a string also its text so far
--- and its quote.
function complete.context(text)
  local position = 1
  while true do
    local start, stop, token = text:find('(["\'%[%-])', position)
    if not start then return 'code' end
    local level = text:match('^%-?%-?%[(=*)%[', start)
    local is_comment = text:find('^%-%-', start) ~= nil
    if level and (is_comment or token == '[') then
      local _, close = text:find(']' .. level .. ']', stop + 1, true)
      if not close then return is_comment and 'comment' or 'string', '', nil end
      position = close + 1
    elseif is_comment then
      local newline = text:find('\n', start, true)
      if not newline then return 'comment' end
      position = newline + 1
    elseif token == '"' or token == "'" then
      local after = skip_string(text, start + 1, token)
      if not after then return 'string', text:sub(start + 1), token end
      position = after
    else
      position = stop + 1
    end
  end
end

-- Takes the last key off a chain such as a.b[1]["c"]; returns the key, its kind, what is before.
local function last_key(chain)
  local rest, index = chain:match('^(.*)%[%s*(%d+)%s*%]$')
  if rest then return tonumber(index), 'index', rest end
  local name
  rest, name = chain:match('^(.*)%[%s*["\']([^"\']*)["\']%s*%]$')
  if rest then return name, 'index', rest end
  rest, name = chain:match('^(.-)([%a_][%w_]*)$')
  if not rest then return end
  if rest:find('[^.]%.$') then return name, 'index', rest:sub(1, -2) end
  return name, 'root', rest
end

local function index(object, key) return object[key] end

-- Value of the chain at the end of `text`, nil where there is none.
local function value_of(text)
  local keys = {}
  local key, kind, rest = last_key(text)
  while kind == 'index' do
    table.insert(keys, 1, key)
    key, kind, rest = last_key(rest)
  end
  if kind ~= 'root' then return nil end
  local value = rawget(_G, key)
  for _, field in ipairs(keys) do
    local ok, next_value = pcall(index, value, field)
    if not ok or next_value == nil then return nil end
    value = next_value
  end
  return value
end

local function add_fields(fields, object)
  for name, value in next, object do
    if type(name) == 'string' and fields[name] == nil then fields[name] = value end
  end
  local mt = getmetatable(object)
  local keys = type(mt) == 'table' and rawget(mt, '__keys')
  for _, name in ipairs(keys and keys(object) or {}) do fields[name] = fields[name] or true end
end

-- Adds the methods of a Torch class and of the classes above it.
local function add_methods(fields, class)
  local mt = package.loaded.torch.getmetatable(class)
  while type(mt) == 'table' and rawget(mt, '__index') ~= nil do
    add_fields(fields, mt)
    mt = getmetatable(mt)
  end
end

-- Adds the fields of the tables that a value's __index leads to.
local function add_inherited(fields, value)
  for _ = 1, MAX_CHAIN do
    local mt = getmetatable(value)
    value = type(mt) == 'table' and rawget(mt, '__index')
    if type(value) ~= 'table' then return end
    add_fields(fields, value)
  end
end

--- Names of a value's fields and methods with their values, those of its metatables and of its
--- Torch class included. A metatable may list names that are loaded on first use: its
--- __keys(object) returns them as a list.
function complete.fields(value)
  local fields = {}
  local torch = package.loaded.torch
  local class = torch and torch.typename(value)
  if type(value) == 'table' then add_fields(fields, value) end
  if class then add_methods(fields, class) else add_inherited(fields, value) end
  return fields
end

local function is_callable(value)
  local mt = type(value) == 'table' and getmetatable(value)
  return type(value) == 'function' or type(mt) == 'table' and rawget(mt, '__call') ~= nil
end

-- Names that begin with `word`, and what to append where there is only one.
local function select_names(fields, word, only_functions)
  local names = {}
  local hidden = word:sub(1, 2) == '__'
  for name, value in pairs(fields) do
    if name:sub(1, #word) == word and name:find('^[%a_][%w_]*$')
      and (hidden or name:sub(1, 2) ~= '__')
      and (not only_functions or type(value) == 'function') then
      names[#names + 1] = name
    end
  end
  table.sort(names)
  return names, #names == 1 and is_callable(fields[names[1]]) and '(' or nil
end

local function complete_code(before, word)
  local chain, separator = before:match('^(.-)%s*([.:])%s*$')
  if chain and not chain:find('%.$') then
    local value = value_of(chain)
    if value == nil then return {} end
    return select_names(complete.fields(value), word, separator == ':')
  end
  local fields = complete.fields(_G)
  for _, keyword in ipairs(KEYWORDS) do fields[keyword] = true end
  return select_names(fields, word)
end

-- `path` as far as it is typed; its last `word` bytes are replaced. `quote` closes a file's name.
local function complete_path(path, word, quote)
  local folder, partial = path:match('^(.*/)([^/]*)$')
  if not folder then folder, partial = '', path end
  local names = require('trepl.host').list(folder == '' and '.' or folder)
  local matches = {}
  for _, name in ipairs(names or {}) do
    if name:sub(1, #partial) == partial and (partial ~= '' or name:sub(1, 1) ~= '.') then
      matches[#matches + 1] = name:sub(#partial - #word + 1)
    end
  end
  table.sort(matches)
  local whole_file = #matches == 1 and matches[1]:sub(-1) ~= '/'
  return matches, whole_file and quote or nil
end

--- Words that may stand at the end of a line from byte `start` (counted from 0) on, and the
--- character to append where there is only one. `pending` holds the lines before it of the same
--- statement.
function complete.line(line, start, pending)
  local word = line:sub(start + 1)
  if not pending and line:find('^%s*%$') then
    return complete_path(line:match('[^%s$]*$'), word, ' ')
  end
  local before = line:gsub('^%s*[=?]', ' ', pending and 0 or 1)
  before = (pending and pending .. '\n' or '') .. before:sub(1, #before - #word)
  local kind, text, quote = complete.context(before .. word)
  if kind == 'code' then return complete_code(before, word) end
  if quote then return complete_path(text, word, quote) end
  return {}
end

return complete
