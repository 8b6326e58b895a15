-- What docs/nn.md says, read from its sources: for each module, criterion and helper of nn the
-- comment that declares it, the comments of its methods, and its example.
--
--   -- nn.X(a, [b = 1]) or (c): what it computes.
--   -- Shapes: input -> output.
--
-- stands in lua/nn/X.lua or, for rows, in lua/nn/pointwise.lua, whose own `Shapes:` counts where a
-- row has none. Helpers have no call form, `-- nn.X: ...`, and no shapes. Examples are lists of
-- {'X', code} in docs/examples/nn/*.lua, one file for each group of the page, with its rank, title
-- and text. The order of the examples is that of the page.

require 'torch'

local nn = require 'nn'
local paths = require 'paths'

local entries = {}

local FOLDER, EXAMPLES = 'lua/nn/', 'docs/examples/nn/'
local ROWS = FOLDER .. 'pointwise.lua'

-- Helpers that are no classes, and the files that declare them.
local helpers = {Jacobian = 'Jacobian.lua', SparseJacobian = 'SparseJacobian.lua',
  hessian = 'hessian.lua', tables = 'tables.lua', utils = 'utils.lua', test = 'selftest.lua',
  testTHNN = 'selftest.lua'}

-- Methods that all modules have, however they do it.
local common = {read = true, write = true, type = true}

local cache = {}

local function lines_of(path)
  if not cache[path] then
    local lines = {}
    for line in io.lines(path) do lines[#lines + 1] = line end
    cache[path] = lines
  end
  return cache[path]
end

-- Comments ----------------------------------------------------------------------------------------

-- The lines of the comment that starts in line i, without its marks.
local function comment_from(lines, i)
  local comment = {}
  while lines[i] and lines[i]:find('^%-%-') do
    comment[#comment + 1] = lines[i]:match('^%-%- ?(.*)$')
    i = i + 1
  end
  return comment
end

-- Joins lines to paragraphs; indented lines stay as they are.
local function paragraphs(lines)
  local parts = {}
  local open = false
  for _, line in ipairs(lines) do
    if line == '' or line:find('^  ') then
      if line ~= '' then parts[#parts + 1] = line end
      open = false
    elseif open then
      parts[#parts] = parts[#parts] .. ' ' .. line
    else
      parts[#parts + 1] = line
      open = true
    end
  end
  return parts
end

-- Splits `Shapes: ...` off the end of a comment; nil where it has none.
local function split_shapes(comment)
  for i, line in ipairs(comment) do
    if line:find('^Shapes: ') then
      local shapes = table.concat(comment, ' ', i):match('^Shapes: (.*)$'):gsub('%.$', '')
      for k = #comment, i, -1 do comment[k] = nil end
      return shapes
    end
  end
end

-- Call forms "(a, [b]) or (c)" and the text behind the colon; nil where there are none.
local function split_forms(name, text)
  local rest = text:sub(#name + 4)
  local forms = {}
  local form, tail = rest:match('^(%b())(.*)$')
  while form do
    forms[#forms + 1] = form
    rest = tail
    form, tail = rest:match('^ or (%b())(.*)$')
  end
  local body = rest:match('^:%s+(.+)$')
  if body then return forms, body end
end

--- The declaring comment of nn.<name> in the file path: {forms =, text = paragraphs, shapes =}, or
-- nil.
function entries.header(name, path)
  local lines = lines_of(path)
  for i, line in ipairs(lines) do
    if line:find('^%-%- nn%.' .. name .. '[(:]')
      and not (lines[i - 1] or ''):find('^%-%-') then
      local comment = comment_from(lines, i)
      local shapes = split_shapes(comment)
      local text = paragraphs(comment)
      local forms, body = split_forms(name, text[1])
      if not forms then return nil end
      text[1] = body
      if not shapes and path == ROWS then shapes = split_shapes(comment_from(lines, 1)) end
      return {forms = forms, text = text, shapes = shapes}
    end
  end
end

-- Methods -----------------------------------------------------------------------------------------

-- The text of the `---` comment that ends above a line.
local function comment_above(lines, number)
  local first = number
  while first > 1 and lines[first - 1]:find('^%s*%-%-') do first = first - 1 end
  if first == number or not lines[first]:find('^%s*%-%-%-') then return nil end
  local text = {}
  for i = first, number - 1 do text[#text + 1] = lines[i]:match('^%s*%-%-+%s*(.*)$') end
  return table.concat(text, ' ')
end

-- The file of nn's folder that defines a function, and the line; nil for other values.
local function source_of(f)
  local info = type(f) == 'function' and debug.getinfo(f, 'S')
  local path = info and info.source:match('(lua/nn/[%w_]+%.lua)$')
  if path then return path, info.linedefined end
end

-- The names of the parameters of a Lua function.
local function parameters(f)
  local info, names = debug.getinfo(f, 'u'), {}
  for i = 1, info.nparams do names[i] = debug.getlocal(f, i) end
  if info.isvararg then names[#names + 1] = '...' end
  return names
end
entries.parameters = parameters

--- The functions of a table that a `---` comment describes, in the order of their files: {name =,
-- call =, text =, place =}; call is ":name(a, b)" where the first parameter is self or the comment
-- starts with "name(a, b): ", else ".name(a, b)".
function entries.methods(class)
  local list = {}
  local base = class.__typename == 'nn.Module' or class.__typename == 'nn.Criterion'
  for name, f in pairs(class) do
    local path, line = source_of(f)
    local text = path and (base or not common[name]) and not name:find('_$')
      and comment_above(lines_of(path), line)
    if text then
      local call, rest = text:match('^' .. name .. '(%b()): (.*)$')
      if call then
        call = ':' .. name .. call
      else
        local names = parameters(f)
        local self = names[1] == 'self' and table.remove(names, 1)
        call = ('%s%s(%s)'):format(self and ':' or '.', name, table.concat(names, ', '))
      end
      list[#list + 1] = {name = name, text = rest or text, call = call,
        place = ('%s:%5d'):format(path, line)}
    end
  end
  table.sort(list, function(a, b)
    if a.place ~= b.place then return a.place < b.place end
    return a.name < b.name
  end)
  return list
end

-- Entries -----------------------------------------------------------------------------------------

-- Name -> class, or true for a helper, of everything public.
local function public()
  local names = {}
  for file in paths.iterfiles(FOLDER) do
    local name = file:match('^(%u%w*)%.lua$')
    if name then
      require('nn.' .. name)
      names[name] = torch.getmetatable('nn.' .. name)
    end
  end
  require 'nn.pointwise'
  for name in pairs(nn) do
    local class = torch.getmetatable('nn.' .. name)
    -- a class that a row declares, not one that a program has put into nn
    if class and source_of(rawget(class, '__init')) then names[name] = class end
  end
  for name in pairs(helpers) do names[name] = true end
  return names
end

-- The groups of the page, {title =, text =, {name, code}, ...}, in order.
local function groups()
  local list = {}
  for file in paths.iterfiles(EXAMPLES) do
    local group = dofile(EXAMPLES .. file)
    group.file = EXAMPLES .. file
    list[#list + 1] = group
  end
  table.sort(list, function(a, b) return a.rank < b.rank end)
  return list
end

-- The entry of a class or helper with its example; what it lacks goes into problems.
local function entry(name, class, example, problems)
  local function lacks(what) problems[#problems + 1] = ('nn.%s lacks %s'):format(name, what) end
  local file = FOLDER .. (helpers[name] or name .. '.lua')
  if not paths.filep(file) then file = ROWS end
  local result = {name = name, class = class ~= true and class or nil, code = example[2],
    fresh = example.fresh}
  local value = nn[name]
  local header
  if type(value) == 'function' then
    local method = entries.methods({[name] = value})[1]
    header = method and {forms = {(method.call:gsub('^[.]' .. name, ''))}, text = {method.text}}
  else
    result.methods = entries.methods(class == true and value or class)
    header = entries.header(name, file)
  end
  if not header then
    lacks('a comment that declares it in ' .. file)
    return result
  end
  result.forms, result.text, result.shapes = header.forms, header.text, header.shapes
  if class ~= true then
    if #header.forms == 0 then lacks('its arguments, in ' .. file) end
    if not header.shapes then lacks('a line "-- Shapes: ..." in ' .. file) end
  end
  if not example[2]:find('nn%.' .. name .. '%f[%W]') or not example[2]:find('--> ', 1, true) then
    lacks('a use of it, and what it prints, in its example')
  end
  return result
end

--- Groups of entries {name =, class =, forms =, text =, shapes =, methods =, code =, fresh =}, and
-- what is wrong with them: a list of sentences. fresh: the example changes nn and needs a process
-- of its own.
function entries.read()
  local names, problems, list = public(), {}, groups()
  local seen = {}
  for _, group in ipairs(list) do
    for i, example in ipairs(group) do
      local name = example[1]
      if seen[name] or not names[name] then
        problems[#problems + 1] = ('%s: %s nn.%s'):format(group.file,
          seen[name] and 'another example of' or 'there is no', name)
      end
      seen[name] = true
      group[i] = entry(name, names[name] or true, example, problems)
    end
  end
  for name in pairs(names) do
    if not seen[name] then
      problems[#problems + 1] = ('nn.%s lacks an example in %s'):format(name, EXAMPLES)
    end
  end
  table.sort(problems)
  return list, problems
end

return entries
