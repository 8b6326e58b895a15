-- torch.CmdLine: options and arguments of a program: help text, parsing, a directory name made of
-- them, and a log file that gets a copy of everything printed.

local class = require 'torch.class'
local log_line = require 'torch.logline'
local own_methods = require 'torch.ownmethods'
local raise = require('torch.ffi').raise

local CmdLine = class.class('torch.CmdLine')

local function bare(key)
  return (key:match('^%-*(.*)$'))
end

-- Raises unless a value is nil or of one of two types.
local function check(method, n, value, kind, other)
  if value ~= nil and type(value) ~= kind and type(value) ~= other then
    error(('torch.CmdLine.%s: expected a %s as argument %d, got %s'):format(method, kind, n,
      class.type(value)), 3)
  end
end

local function check_key(key, method)
  if type(key) ~= 'string' or bare(key) == '' then
    error(('torch.CmdLine.%s: name expected, got %s'):format(method, tostring(key)), 3)
  end
end

--- argseparator and keyseparator are what `string` writes between settings and before values.
function CmdLine:__init(argseparator, keyseparator)
  for _, separator in pairs {argseparator, keyseparator} do
    if type(separator) ~= 'string' then
      error('torch.CmdLine: expected strings as separators, got ' .. class.type(separator), 3)
    end
  end
  self.argseparator = argseparator or ','
  self.keyseparator = keyseparator or '='
  self.options = {}
  self.arguments = {}
  self.helplines = {}
  self.silentio = false
end

--- Keeps printed lines off the standard output once `log` was called.
function CmdLine:silent()
  self.silentio = true
end

--- Puts the time and a name before every line of the log. format: as for os.date.
function CmdLine:addTime(name, format)
  check('addTime', 2, name, 'string', 'number')
  check('addTime', 3, format, 'string')
  self.timename = name and '[' .. name .. ']' or ''
  self.timeformat = format or '%Y-%m-%d %H:%M:%S'
end

--- Adds a mandatory positional argument. kind: 'string' (default), 'number' or 'boolean'.
function CmdLine:argument(key, help, kind)
  check_key(key, 'argument')
  check('argument', 3, help, 'string', 'number')
  check('argument', 4, kind, 'string')
  local argument = {key = key, help = help, type = kind}
  table.insert(self.helplines, argument)
  table.insert(self.arguments, argument)
end

--- Adds an option with a default value, whose type (number, string, boolean) it takes. A boolean
-- option stands alone on the command line and inverts the default. kind: checked against the type.
function CmdLine:option(key, default, help, kind)
  check_key(key, 'option')
  check('option', 4, help, 'string', 'number')
  check('option', 5, kind, 'string')
  if default == nil then error('option ' .. key .. ' has no default value', 2) end
  kind = kind or type(default)
  if type(default) ~= kind then
    error('option ' .. key .. ' has wrong default type value', 2)
  end
  if kind ~= 'number' and kind ~= 'string' and kind ~= 'boolean' then
    error(('option %s must be a number, string or boolean, got %s'):format(key, kind), 2)
  end
  local option = {key = key, default = default, help = help, type = kind}
  table.insert(self.helplines, option)
  self.options[key] = option
end

--- Adds a line of text to the help, empty by default.
function CmdLine:text(text)
  check('text', 2, text, 'string', 'number')
  table.insert(self.helplines, text or '')
end

--- Default values of all options by name.
function CmdLine:default()
  local params = {}
  for key, option in pairs(self.options) do params[bare(key)] = option.default end
  return params
end

--- Prints a message and the help, and ends the program with exit code 1.
function CmdLine:error(message)
  check('error', 2, message, 'string', 'number')
  io.stdout:flush()
  io.stderr:write('\n', message or '', '\n\n')
  self:help()
  os.exit(1)
end

local function convert(self, setting, text)
  local kind = setting.type
  if kind == 'number' then
    local number = tonumber(text)
    if not number then
      self:error(('invalid value for %s (should be a number): %s'):format(setting.key, text))
    end
    return number
  elseif kind == 'boolean' then
    if text ~= 'true' and text ~= 'false' then
      self:error(('invalid value for %s (should be true or false): %s'):format(setting.key, text))
    end
    return text == 'true'
  end
  return text
end

--- Values of all options and arguments by name, read from `arg` (default: the global arg).
-- -h, -help and --help print the help and end the program; wrong input ends it with code 1.
function CmdLine:parse(arg)
  check('parse', 2, arg, 'table')
  arg = arg or _G.arg or {}
  for k = 1, #arg do
    if type(arg[k]) ~= 'string' then
      error(('torch.CmdLine.parse: expected strings, got %s at position %d'):format(
        class.type(arg[k]), k), 2)
    end
  end
  local params = self:default()
  local given = 0
  local i = 1
  while i <= #arg do
    local word = arg[i]
    local option = self.options[word]
    if option and option.type == 'boolean' then
      params[bare(word)] = not option.default
    elseif option then
      i = i + 1
      if arg[i] == nil then self:error('missing argument for option ' .. word) end
      params[bare(word)] = convert(self, option, arg[i])
    elseif word == '-h' or word == '-help' or word == '--help' then
      self:help(arg)
      os.exit(0)
    else
      given = given + 1
      local argument = self.arguments[given]
      if not argument then
        local what = word:find('^%-') and not tonumber(word) and 'unknown option '
          or 'too many arguments: '
        self:error(what .. word)
      end
      params[bare(argument.key)] = convert(self, argument, word)
    end
    i = i + 1
  end
  if given < #self.arguments then
    self:error('not enough arguments: <' .. bare(self.arguments[given + 1].key) .. '> is missing')
  end
  return params
end

--- A name for this run: `prefix`, the arguments and the options that differ from their defaults.
-- params: as `parse` returned them; ignore: {name = true} for those to leave out.
function CmdLine:string(prefix, params, ignore)
  check('string', 2, prefix, 'string', 'number')
  if type(params) ~= 'table' then
    error('torch.CmdLine.string: expected a table as argument 3, got ' .. class.type(params), 2)
  end
  check('string', 4, ignore, 'table')
  ignore = ignore or {}
  local arguments, options = {}, {}
  local position = {}
  for i, argument in ipairs(self.arguments) do position[bare(argument.key)] = i end
  for name, value in pairs(params) do
    local option = self.options['-' .. name] or self.options['--' .. name] or self.options[name]
    if not ignore[name] then
      local shown = value
      if type(value) == 'boolean' then shown = value and 't' or 'f' end
      local setting = name .. self.keyseparator .. tostring(shown)
      if option and value ~= option.default then
        table.insert(options, setting)
      elseif position[name] then
        table.insert(arguments, {position[name], setting})
      elseif not option then
        print('WARNING: unknown option/argument: ' .. name .. ' IGNORING for DIRECTORY NAME')
      end
    end
  end
  table.sort(options)
  table.sort(arguments, function(a, b) return a[1] < b[1] end)
  for i, argument in ipairs(arguments) do arguments[i] = argument[2] end
  local result = table.concat(options, self.argseparator)
  if #arguments > 0 then
    result = table.concat(arguments, self.argseparator) .. self.argseparator .. result
  end
  if prefix == nil or prefix == '' then return result end
  if result == '' then return prefix end
  return prefix .. self.argseparator .. result
end

--- From now on everything printed also goes to a log: an open file or the name of a file to write,
-- which begins with the date and, where given, the values of `params`.
function CmdLine:log(file, params)
  check('log', 3, params, 'table')
  local log, title = file, type(file) == 'string' and file or 'the file'
  if type(file) == 'string' then
    local message
    log, message = io.open(file, 'w')
    if not log then error('torch.CmdLine.log: ' .. message, 2) end
  elseif io.type(file) ~= 'file' then
    error('torch.CmdLine.log: open file or file name expected, got ' .. class.type(file), 2)
  end
  local print_before = print
  _G.print = function(...)
    if not self.silentio then print_before(...) end
    local words = {}
    for i = 1, select('#', ...) do words[i] = tostring((select(i, ...))) end
    local stamp = self.timeformat and os.date(self.timeformat) .. self.timename .. ': ' or ''
    local ok, reason = log_line(log, stamp .. table.concat(words, '\t'))
    if not ok then raise('torch.CmdLine.log: cannot write %s: %s', title, reason) end
  end
  print('[program started on ' .. os.date() .. ']')
  print('[command line arguments]')
  if params then
    local names = {}
    for name in pairs(params) do table.insert(names, name) end
    table.sort(names, function(a, b) return tostring(a) < tostring(b) end)
    for _, name in ipairs(names) do print(name, params[name]) end
  end
  print('[----------------------]')
end

--- Prints the help. arg: the global arg, whose script name is then shown.
function CmdLine:help(arg)
  check('help', 2, arg, 'table')
  io.write('Usage: ')
  if arg and arg[0] then io.write(arg[0], ' ') end
  io.write('[options] ')
  local width = 0
  for _, argument in ipairs(self.arguments) do io.write('<', bare(argument.key), '>') end
  io.write('\n')
  local function label(line)
    return line.default == nil and '<' .. bare(line.key) .. '>' or line.key
  end
  for _, line in ipairs(self.helplines) do
    if type(line) == 'table' then width = math.max(width, #label(line)) end
  end
  for _, line in ipairs(self.helplines) do
    if type(line) == 'table' then
      local text = label(line)
      io.write('  ', text, (' '):rep(width - #text))
      if line.help then io.write(' ', line.help) end
      if line.default ~= nil then io.write(' [', tostring(line.default), ']') end
      io.write('\n')
    else
      io.write(line, '\n')
    end
  end
end

own_methods(CmdLine)

return CmdLine
