-- The command line of th: reads the flags, loads torch, runs what was asked for. Returns the
-- function that does so; it takes the list of arguments and returns the exit code.

local eval = require 'trepl.eval'

local USAGE = [=[
Usage: th [options] [script.lua [arguments]]

Without a script: a prompt on a terminal, else the script on standard input.

Options:
  -l name            require the library name
  -e statement       run the statement, then leave unless -i
  -i, --interactive  go on to the prompt after the script or statement
  -g, --globals      report the creation of globals and the use of undefined ones
  -gg, --gglobals    make both an error
  -j command         LuaJIT control, e.g. -joff, -jv, -jp
  -O[level]          LuaJIT optimisation, e.g. -O0, -Ohotloop=10
  -v, --version      print the version
  -h, --help         print this text
  -                  run standard input as a script
  --                 end of the options
]=]

local ABSENT = "th: %s needs the package '%s', which luatorch does not have"

local function complain(message)
  io.stdout:flush()
  io.stderr:write(message, '\n')
  return 1
end

local long_flags = {
  ['--help'] = '-h', ['--interactive'] = '-i', ['--globals'] = '-g', ['--gglobals'] = '-gg',
  ['--async'] = '-a', ['--gfx'] = '-x', ['--version'] = '-v',
}

local simple_flags = {
  ['-h'] = function(options) options.help = true end,
  ['-v'] = function(options) options.version = true end,
  ['-i'] = function(options) options.interactive = true end,
  ['-g'] = function(options) options.monitor = 'warn' end,
  ['-gg'] = function(options) options.monitor = 'error' end,
  ['-a'] = function(options) options.absent = ABSENT:format('-a', 'async') end,
  ['-x'] = function(options) options.absent = ABSENT:format('-x', 'gfx.js') end,
}

-- Flags with a value, joined to it or in the next argument.
local value_flags = {l = 'a library name', e = 'a statement', j = 'a command'}

-- Index of the script in the arguments (nil where there is none); an error message else.
local function parse(argv, options)
  local i = 1
  while argv[i] do
    local argument = argv[i]
    local flag, value = argument:match('^%-([leOj])(.*)')
    local simple = simple_flags[long_flags[argument] or argument]
    if argument == '--' then
      return argv[i + 1] and i + 1
    elseif argument == '-' or argument:sub(1, 1) ~= '-' then
      return i
    elseif simple then
      simple(options)
    elseif flag then
      if value == '' and value_flags[flag] then
        i = i + 1
        value = argv[i]
        if not value then return nil, ('th: -%s needs %s'):format(flag, value_flags[flag]) end
      end
      table.insert(options.actions, {flag = flag, value = value})
    else
      return nil, ('th: unknown option %s (th -h lists them)'):format(argument)
    end
    i = i + 1
  end
end

-- The global arg: the script at 0, its arguments after it, what stood before it at negative places.
local function shifted(argv, script)
  local arg = {}
  for i = 0, #argv do arg[i - (script or 0)] = argv[i] end
  return arg
end

local function run(chunk, ...)
  local ok, results = eval.run(chunk, ...)
  if ok then return 0 end
  return complain('th: ' .. results[1])
end

local function run_text(text, name)
  local chunk, message = loadstring(text, name)
  if not chunk then return complain('th: ' .. message) end
  return run(chunk)
end

-- Runs a file, or standard input for nil.
local function run_file(path, ...)
  if path then
    local file, reason = io.open(path, 'r')
    if not file then return complain('th: cannot open ' .. reason) end
    file:close()
  end
  local chunk, message = loadfile(path)
  if not chunk then return complain('th: ' .. message) end
  return run(chunk, ...)
end

-- LuaJIT's own -j: on, off, flush, or a module jit.NAME with "=arguments".
local function jit_command(text)
  local name, arguments = text:match('^([^=]*)=?(.*)$')
  if jit[name] and (name == 'on' or name == 'off' or name == 'flush') then return run(jit[name]) end
  local ok, module = pcall(require, 'jit.' .. name)
  if not ok or type(module) ~= 'table' then
    return complain('th: unknown LuaJIT command or jit.* module: ' .. name)
  end
  local values = {}
  for value in arguments:gmatch('[^,]+') do values[#values + 1] = value end
  return run(module.start, unpack(values))
end

local function optimise(text)
  local values = {}
  for value in text:gmatch('[^,]+') do values[#values + 1] = value end
  return run(jit.opt.start, unpack(values))
end

local actions = {
  l = function(name) return run(require, name) end,
  e = function(text) return run_text(text, '=(command line)') end,
  j = jit_command,
  O = optimise,
}

local function run_init()
  local init = os.getenv('LUA_INIT')
  if not init then return 0 end
  if init:sub(1, 1) == '@' then return run_file(init:sub(2)) end
  return run_text(init, '=LUA_INIT')
end

local function monitor(options)
  if options.monitor then require('trepl.globals').monitor(options.monitor == 'error' or nil) end
  options.monitor = nil
end

local function run_actions(options)
  for _, action in ipairs(options.actions) do
    if action.flag == 'e' then monitor(options) end
    local code = actions[action.flag](action.value)
    if code ~= 0 then return code end
  end
  monitor(options)
  return 0
end

local function banner()
  local name = 'luatorch'
  if require('trepl.print').colored() then name = require('trepl.colorize').Red(name) end
  io.write(('%s on %s. ? for help, exit to leave.\n\n'):format(name, jit.version))
end

-- The prompt; the user's startup file runs first where nothing else was asked for.
local function interact(options)
  local startup = os.getenv('TREPLSTARTUP')
  if not options.interactive then
    if startup and startup ~= '' then run_file(startup) end
    banner()
  end
  require('trepl')()
  return 0
end

local function has_statement(options)
  for _, action in ipairs(options.actions) do
    if action.flag == 'e' then return true end
  end
  return false
end

-- Runs the script or standard input, then the prompt: each where it is asked for.
local function run_rest(options, path)
  local plain = not options.interactive and not has_statement(options)
  local from_input = path == '-' or not path and plain and not require('trepl.host').isatty(0)
  local code = 0
  if path or from_input then
    code = run_file(not from_input and path or nil, unpack(_G.arg))
  end
  if options.interactive or plain and not path and not from_input then
    return interact(options)
  end
  return code
end

--- Runs th with the arguments argv[1], argv[2], ... (argv[0] names the command).
return function(argv)
  local options = {actions = {}}
  local script, message = parse(argv, options)
  if message then return complain(message) end
  if options.help then
    io.write(USAGE)
    return 0
  end
  if options.version then
    io.write(('luatorch on %s\n'):format(jit.version))
    return 0
  end
  if options.absent then return complain(options.absent) end
  local ok, torch = pcall(require, 'torch')
  if not ok then return complain('th: cannot load torch: ' .. tostring(torch)) end
  rawset(_G, 'torch', torch)
  require 'trepl'
  rawset(_G, 'arg', shifted(argv, script))
  local code = run_init()
  if code == 0 then code = run_actions(options) end
  if code ~= 0 then return code end
  return run_rest(options, script and argv[script])
end
