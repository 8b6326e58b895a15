-- xlua.OptionParser: command line options in the manner of --name=value, -n value and --flag.

local class = require 'torch.class'

local OptionParser = class.class('xlua.OptionParser')

--- usage: first line of the help, in which %prog stands for the program's name.
function OptionParser:__init(usage)
  self.usage = (usage or '%prog [options]'):gsub('%%prog', function()
    return _G.arg and _G.arg[0] or 'program'
  end)
  self.option_descriptions = {}
  self.option_of = {}
  self:option{'-h', '--help', action = 'store_true', dest = 'help', help = 'show this help message'}
end

--- Adds an option: {'-n', '--name', action = 'store' (default), 'store_true' or 'store_false',
-- dest = field of the result, default =, help =, req = true for a mandatory one}.
function OptionParser:option(description)
  if type(description) ~= 'table' or type(description[1]) ~= 'string' then
    error('xlua.OptionParser.option: table with at least one flag expected', 2)
  end
  local action = description.action or 'store'
  if action ~= 'store' and action ~= 'store_true' and action ~= 'store_false' then
    error('xlua.OptionParser.option: unknown action ' .. tostring(action), 2)
  end
  description.action = action
  description.dest = description.dest or description[#description]:match('^%-*(.*)$')
  for _, flag in ipairs(description) do self.option_of[flag] = description end
  table.insert(self.option_descriptions, description)
end

--- Prints a message and the usage, and ends the program with exit code 1.
function OptionParser:fail(message)
  io.stdout:flush()
  io.stderr:write(message, '\n')
  self:help()
  os.exit(1)
end

local function store(self, values, option, flag, value)
  if option.action == 'store' then
    if value == nil then self:fail('option ' .. flag .. ' needs a value') end
    if type(option.default) == 'number' then
      value = tonumber(value) or self:fail(('option %s needs a number: %s'):format(flag, value))
    elseif type(option.default) == 'boolean' then
      if value ~= 'true' and value ~= 'false' then
        self:fail(('option %s needs true or false: %s'):format(flag, value))
      end
      value = value == 'true'
    end
    values[option.dest] = value
  else
    if value ~= nil then self:fail('option ' .. flag .. ' takes no value') end
    values[option.dest] = option.action == 'store_true'
  end
end

--- Reads the global arg. defaults: values by name that go before those of the options.
-- Returns the options by name and the list of other arguments. -h prints the help and exits.
function OptionParser:parse(defaults)
  local arg = _G.arg or {}
  local values, arguments = {}, {}
  for _, option in ipairs(self.option_descriptions) do
    local default = option.default
    if defaults and defaults[option.dest] ~= nil then default = defaults[option.dest] end
    if default == nil and option.action == 'store_false' then default = true end
    values[option.dest] = default
  end
  local given = {}
  local i = 1
  while i <= #arg do
    local word = arg[i]
    local flag, value = word:match('^(%-%-[^=]+)=(.*)$')
    local option = self.option_of[flag or word]
    if option then
      if not flag and option.action == 'store' then
        i = i + 1
        value = arg[i]
      end
      store(self, values, option, flag or word, value)
      given[option] = true
    elseif word:find('^%-.') and not tonumber(word) then
      self:fail('unknown option ' .. word)
    else
      table.insert(arguments, word)
    end
    i = i + 1
  end
  if values.help then
    self:help()
    os.exit(0)
  end
  for _, option in ipairs(self.option_descriptions) do
    if option.req and not given[option] then
      self:fail('missing mandatory option ' .. self:flags(option))
    end
  end
  self.options = values
  return values, arguments
end

--- The flags of an option as one string.
function OptionParser.flags(_, description)
  local flags = {}
  for i, flag in ipairs(description) do
    if description.action == 'store' then
      flags[i] = flag .. (flag:find('^%-%-') and '=' or ' ') .. description.dest:upper()
    else
      flags[i] = flag
    end
  end
  return table.concat(flags, ', ')
end

--- Prints the usage and all options.
function OptionParser:help()
  io.write('Usage: ', self.usage, '\n\nOptions:\n')
  local width = 0
  for _, option in ipairs(self.option_descriptions) do
    width = math.max(width, #self:flags(option))
  end
  for _, option in ipairs(self.option_descriptions) do
    local flags = self:flags(option)
    io.write('  ', flags, (' '):rep(width - #flags), '  ', option.help or '')
    if option.default ~= nil then io.write(' [', tostring(option.default), ']') end
    io.write('\n')
  end
end

-- Options that were parsed (or those in `values`) as a sorted list of {name, value}.
local function listed(self, values)
  local list = {}
  for name, value in pairs(values or self.options or {}) do
    if name ~= 'help' then table.insert(list, {name, tostring(value)}) end
  end
  table.sort(list, function(a, b) return a[1] < b[1] end)
  return list
end

--- Options and values as a string. generatefilename: in a form fit for a file name.
-- params: the values to write instead of the parsed ones.
function OptionParser:tostring(generatefilename, params)
  local parts = {}
  for i, item in ipairs(listed(self, params)) do
    local value = item[2]
    if generatefilename then value = value:gsub('[/%s]', '_') end
    parts[i] = item[1] .. '=' .. value
  end
  if generatefilename then return '[' .. table.concat(parts, ',') .. ']' end
  return table.concat(parts, '\n')
end

--- Prints the options and their values. compact: on one line.
function OptionParser:summarize(compact)
  if compact then
    print((self:tostring():gsub('\n', ', ')))
  else
    print(self:tostring())
  end
end

return OptionParser
