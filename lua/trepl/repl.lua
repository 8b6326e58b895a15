-- The read-eval-print loop. A chunk that only lacks its end goes on in the next line until it is
-- complete or an empty line gives it up. An error never leaves the loop.

local posix = require 'paths.posix'
local eval = require 'trepl.eval'
local printer = require 'trepl.print'
local colorize = require 'trepl.colorize'

local repl = {}

local PROMPT, CONTINUATION = 'th> ', '..> '
local TIMING_COLUMN = 79 -- where the time ends, or before the edge of a narrow terminal

local host, reader
local pending            -- text of an incomplete chunk

local function write_error(message)
  io.stdout:flush()
  if printer.colored() then message = colorize.red(message) end
  io.stderr:write(message, '\n')
end

-- Plain input, for a pipe or where libreadline is missing. Ctrl-C gives false, the end nil.
local function read_plain(prompt)
  io.write(prompt)
  io.flush()
  host.arm()
  local _, line = pcall(io.read)
  if host.disarm() then return false end
  return line
end

local function open_reader()
  if not host.isatty(0) then return {read = read_plain, remember = function() end} end
  local readline = require 'trepl.readline'
  local complete = require 'trepl.complete'
  local ok, message = readline.open(function(line, start)
    return complete.line(line, start, pending)
  end)
  if not ok then
    io.stderr:write('th: no line editing: ', message, '\n')
    return {read = read_plain, remember = function() end, terminal = true}
  end
  local history = require 'trepl.history'
  history.load()
  return {read = readline.read, remember = history.add, terminal = true}
end

-- Runs a function so that Ctrl-C interrupts it; reports its error. Returns the results or nil.
local function guarded(fn, ...)
  io.flush()
  host.arm()
  local ok, results = eval.run(fn, ...)
  local interrupted = host.disarm()
  if ok then return results end
  local message = results[1]
  if interrupted and not message:find('interrupted', 1, true) then
    message = 'interrupted\n' .. message
  end
  write_error(message)
end

local function store(results)
  rawset(_G, '_RESULT', results)
  rawset(_G, '_LAST', results[results.n])
end

local function show(results)
  local all = rawget(_G, '_RESULTS')
  for i = 1, results.n do
    if results[i] ~= nil and results[i] ~= all then all[#all + 1] = results[i] end
  end
  printer.show(unpack(results, 1, results.n))
end

local function write_timing(seconds)
  local text = ('[%.4fs]'):format(seconds)
  local column = math.min(TIMING_COLUMN, (posix.columns(io.stdout) or 80) - 1)
  local margin = (' '):rep(column - #text)
  io.write(margin, printer.colored() and colorize.Black(text) or text, '\n')
end

local function run_command(chunk, silent)
  local start = host.clock()
  local results = guarded(chunk)
  if results and results.n > 0 then
    store(results)
    if not silent then guarded(show, results) end
  end
  write_timing(host.clock() - start)
end

local function run_shell(line)
  local results = guarded(function()
    local pipe = assert(io.popen(line, 'r'))
    local lines = {}
    for text in pipe:lines() do
      io.write(text, '\n')
      lines[#lines + 1] = text .. '\n'
    end
    pipe:close()
    return table.concat(lines)
  end)
  if results then store(results) end
end

-- Runs the pending text with a further line. Keeps it pending while it lacks its end.
local function handle_code(line)
  local text = pending and pending .. '\n' .. line or line
  local chunk, detail, incomplete = eval.compile(text)
  if incomplete and not (pending and line == '') then
    pending = text
    return
  end
  pending = nil
  if chunk then run_command(chunk, detail) else write_error(detail) end
end

-- Runs lines that came at once, by pasting them: as one chunk where they are one, else each as if
-- it had been typed, without the empty ones that would end a statement.
local function handle_pasted(text)
  text = pending and pending .. '\n' .. text or text
  pending = nil
  if eval.compile(text) then return handle_code(text) end
  for line in text:gmatch('[^\n]+') do
    if line:find('%S') then handle_code(line) end
  end
end

local function confirm_exit()
  if not reader.terminal then return true end
  local answer = reader.read('Do you really want to exit ([y]/n)? ')
  return answer == nil or answer and not answer:find('^%s*[nN]')
end

-- Handles a line; returns true where it leaves the loop.
local function handle(line)
  reader.remember(line)
  local word = line:match('^%s*(.-)%s*$')
  if line:find('\n', 1, true) then
    handle_pasted((line:gsub('%s+$', '')))
  elseif pending then
    handle_code(line)
  elseif word == 'break' then
    return true
  elseif word == 'exit' then
    if confirm_exit() then os.exit(0, true) end
  elseif word:sub(1, 1) == '?' then
    guarded(require('trepl.help').show, word:match('^%?%s*(.-)$'))
  elseif word:sub(1, 1) == '$' then
    run_shell(word:sub(2))
  elseif word ~= '' then
    handle_code(line)
  end
end

--- Reads and runs commands until `break` or the end of the input.
function repl.run()
  local ok
  ok, host = pcall(require, 'trepl.host')
  if not ok then error('repl: the prompt needs the th command, which handles its signals', 2) end
  if rawget(_G, '_RESULTS') == nil then rawset(_G, '_RESULTS', {}) end
  host.watch()
  reader = reader or open_reader()
  while true do
    local line = reader.read(pending and CONTINUATION or PROMPT)
    if line == false then
      pending = nil
    elseif line == nil then
      io.write('\n')
      if confirm_exit() then return end
    elseif handle(line) then
      return
    end
  end
end

return repl
