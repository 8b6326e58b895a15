-- Reads the call forms of tests/golden/names/torch.tsv.gz:
-- `([res], x, [v=1], y) -> res {Byte}; ...` becomes a list of forms, each {arguments, gives,
-- types}, an argument being {name, role, optional, dims, type, flags}.

local parse = {}

local roles = {
  res = 'result', resI = 'result', resTable = 'result', x = 'tensor', y = 'tensor', z = 'tensor',
  idx = 'tensor', template = 'tensor', v = 'number', v2 = 'number', v3 = 'number', dim = 'number',
  nChunk = 'number', size = 'number', dim1 = 'number', gen = 'generator', bool = 'boolean',
  index = 'number', first = 'number', step = 'number', dim2 = 'number',
}

-- The parts of text between separators that stand outside of brackets, braces and parentheses.
local function split(text, separator)
  local parts, depth, from = {}, 0, 1
  for i = 1, #text do
    local c = text:sub(i, i)
    if c:find('[%[{(]') then depth = depth + 1 elseif c:find('[%]})]') then depth = depth - 1 end
    if c == separator and depth == 0 then
      parts[#parts + 1] = text:sub(from, i - 1)
      from = i + 1
    end
  end
  parts[#parts + 1] = text:sub(from)
  return parts
end

local function trim(text) return text:match('^%s*(.-)%s*$') end

-- An argument, or nil for one that is said in words.
local function argument(text)
  local inner = text:match('^%[(.*)%]$')
  local word = inner or text
  if word == 'sizes...|LongStorage' then return {name = 'sizes', role = 'sizes'} end
  if word == '{x,...}' then return {name = 'list', role = 'list'} end
  if word:find("^'") then
    local flags = {}
    for flag in word:gsub('=.*', ''):gmatch("'(%a)'") do flags[#flags + 1] = flag end
    return {name = 'flag', role = 'flag', flags = flags, optional = inner ~= nil}
  end
  local name, kind = word:match('^(%w+):?(%w*)')
  if not name or not word:find('^%w+:?%w*=?[^,]*$') or not roles[name] then return nil end
  local dims = tonumber(kind:match('^(%d)D$'))
  return {
    name = name, role = roles[name], optional = inner ~= nil, dims = dims,
    type = (not dims and kind ~= '' and kind) or (name == 'resI' and 'Long') or nil,
  }
end

local function form(text)
  local inside, gives, types = text:match('^%((.-)%)%s*%->%s*([%w:, ]+)%s*{?([%w,]*)}?$')
  if not inside then return nil end
  local out = {arguments = {}, gives = trim(gives)}
  if types ~= '' then
    out.types = {}
    for name in types:gmatch('%a+') do out.types[name] = true end
  end
  for _, part in ipairs(inside == '' and {} or split(inside, ',')) do
    local made = argument(trim(part))
    if not made then return nil end
    out.arguments[#out.arguments + 1] = made
  end
  return out
end

--- The forms of a row, or nil where one of them is said in words.
function parse.forms(text)
  local forms = {}
  for _, part in ipairs(split(text, ';')) do
    local made = form(trim(part))
    if not made then return nil end
    forms[#forms + 1] = made
  end
  return forms
end

--- Every way to leave out optional arguments: lists of those that stay. One is not left out when
-- the next that stays could be taken for it.
function parse.choices(arguments)
  local out = {}
  local function walk(i, kept, left_out)
    local a = arguments[i]
    if not a then
      out[#out + 1] = {unpack(kept)}
      return
    end
    if left_out[a.role] == nil then
      kept[#kept + 1] = a
      walk(i + 1, kept, {})
      kept[#kept] = nil
    end
    if a.optional then
      local now = {[a.role] = true}
      for role in pairs(left_out) do now[role] = true end
      walk(i + 1, kept, now)
    end
  end
  walk(1, {}, {})
  return out
end

return parse
