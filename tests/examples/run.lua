-- Runs an example for the specs, in a folder of its own that is removed at the end of the process.

local paths = require 'paths'
local terminal = require 'trepl.terminal'

local run = {}

--- A new folder, which is removed when the Lua state closes.
function run.folder()
  local folder = os.tmpname()
  os.remove(folder)
  assert(os.execute('mkdir ' .. folder) == 0)
  local guard = newproxy(true)
  getmetatable(guard).__gc = function() os.execute('rm -rf ' .. folder) end
  run[#run + 1] = guard
  return folder
end

--- Runs `th examples/<script>` with the arguments of a list, on one thread. Returns standard
-- output, standard error and the exit code.
function run.example(script, arguments)
  local words = {'examples/' .. script, '-threads', '1'}
  for _, argument in ipairs(arguments) do words[#words + 1] = tostring(argument) end
  return terminal.run(words)
end

--- As `example`, for a run that must succeed. Returns standard output.
function run.succeed(script, arguments)
  local out, err, code = run.example(script, arguments)
  assert(code == 0 and err == '', ('%s ended with code %d\n%s%s'):format(script, code, out, err))
  return out
end

--- Checks that a run fails with exit code 1 and one line on standard error, which contains
-- `message`. Returns standard output.
function run.fail(script, arguments, message)
  local out, err, code = run.example(script, arguments)
  local place = table.concat(arguments, ' ') .. '\n' .. err
  assert(code == 1, ('exit code %d: %s'):format(code, place))
  assert(select(2, err:gsub('\n', '')) == 1 and err:sub(-1) == '\n', 'not one line: ' .. place)
  assert(err:find(message, 1, true), ('no "%s" in: %s'):format(message, place))
  return out
end

--- Runs `th examples/<script>`, or a script of any place, in a folder, with the variables of a
-- table in its environment. The run must succeed; returns standard output.
function run.within(folder, script, arguments, environment)
  local words = {'cd', folder, '&&', 'env'}
  for name, value in pairs(environment or {}) do
    words[#words + 1] = terminal.quote(name .. '=' .. value)
  end
  local top = paths.cwd()
  words[#words + 1] = terminal.quote(paths.concat(top, terminal.th))
  words[#words + 1] = terminal.quote(paths.concat(top, 'examples', script))
  for _, argument in ipairs(arguments) do words[#words + 1] = terminal.quote(tostring(argument)) end
  local out, err, code = terminal.shell(table.concat(words, ' '))
  assert(code == 0 and err == '', ('%s ended with code %d\n%s%s'):format(script, code, out, err))
  return out
end

--- Writes a file.
function run.write(path, bytes)
  local file = assert(io.open(path, 'wb'))
  assert(file:write(bytes))
  assert(file:close())
end

--- Contents of a file.
function run.read(path)
  local file = assert(io.open(path, 'rb'))
  local bytes = file:read('*a')
  file:close()
  return bytes
end

return run
