-- The valid calls of badinput_lines, those of generated rows and of files, as functions and their
-- arguments.

local torch = require 'torch'
local gzip = require 'torch.gzip'
local helpers = require 'helpers'
local ops = require 'torch.ops'
local text = require 'badinput_lines'
local values = require 'badinput_values'

-- Arguments for the kinds of generated rows. Whole numbers, since some rows take no others.
local function generated(row)
  local a, b = unpack(row.args or {2})
  local lists = ({
    unary = {'x{2,3}'}, ['unary a b'] = {('x{2,3}, %g, %g'):format(a, b or 0)},
    scalar = {'x{2,3}, 2'}, binary = {'x{2,3}, x{2,3}'},
    compare = {'x{2,3}, x{2,3}', 'x{2,3}, 2'}, ['binary scalar'] = {'x{2,3}, x{2,3}', 'x{2,3}, 2'},
  })[row.kind]
  local lines = {}
  for _, arguments in ipairs(lists) do
    if row.integer then arguments = arguments:gsub('x{', 'whole{') end
    lines[#lines + 1] = ('>%s %s'):format(row.name, arguments)
    lines[#lines + 1] = (':%s %s'):format(row.name, arguments)
  end
  return table.concat(lines, '\n')
end

local lines = {text}
for _, row in ipairs(ops.rows) do
  if row.kind ~= 'custom' then lines[#lines + 1] = generated(row) end
end
for _, name in ipairs {'Byte', 'Char', 'Short', 'Int', 'Long', 'Float', 'Double'} do
  lines[#lines + 1] = ('file:read%s f(), n(2)\nfile:read%s f(), torch.%sStorage(2)'):format(name,
    name, name)
  lines[#lines + 1] = ('file:write%s f(), 5\nfile:write%s f(), torch.%sStorage(2)'):format(name,
    name, name)
end

-- Methods of files that take no argument.
local seen = {}
for name in table.concat(lines, '\n'):gmatch('file:(%w+)') do seen[name] = true end
for name, kind in gzip.read(helpers.folder .. '/golden/names/torch.tsv.gz')
  :gmatch('(%w+)\t(%w+)%-method') do
  if (kind == 'file' or kind == 'memoryfile') and not seen[name] then
    lines[#lines + 1] = ('file:%s f()'):format(name)
  end
end

local kinds = {
  [''] = function(name) return torch[name] end,
  [':'] = function(name) return torch.getmetatable('torch.DoubleTensor')[name] end,
  ['storage:'] = function(name) return torch.getmetatable('torch.CharStorage')[name] end,
  ['file:'] = function(name) return torch.MemoryFile()[name] end,
}

--- The list of calls: line, name, f, kind, results (whether tensors may stand in front), and
-- make(), which gives fresh arguments: a list with n, and whole, in which the positions of n() are.
local calls = {}
for line in table.concat(lines, '\n'):gmatch('[^\n]+') do
  local front, kind, name, arguments = line:match('^(>?)([%a]-:?)(%f[%w]%w+) (.*)$')
  local chunk = assert(loadstring('return {' .. arguments .. '}', line))
  setfenv(chunk, values.constructors)
  calls[#calls + 1] = {
    line = line, name = name, kind = kind, results = front == '>',
    f = kinds[kind] and kinds[kind](name) or error('no such function: ' .. line),
    make = function()
      local list = chunk()
      list.n, list.whole = #list, {}
      for k = 1, list.n do
        if values.is_whole(list[k]) then list[k], list.whole[k] = list[k].value, true end
      end
      return list
    end,
  }
end

return calls
