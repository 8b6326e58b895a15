-- Runs the th command for the specs: to its end with captured output, or on a pseudo-terminal that
-- a spec types at.

local ffi = require 'ffi'
local bit = require 'bit'

ffi.cdef [[
typedef struct { unsigned short rows, columns, xpixels, ypixels; } terminal_size;
typedef struct { int fd; short events, revents; } terminal_poll;
int forkpty(int *fd, char *name, const void *modes, const terminal_size *size);
int execv(const char *path, char *const arguments[]);
int setenv(const char *name, const char *value, int overwrite);
int unsetenv(const char *name);
int waitpid(int pid, int *status, int options);
int kill(int pid, int signal);
int tcgetattr(int fd, void *modes);
int poll(terminal_poll *fds, unsigned long count, int timeout);
ssize_t read(int fd, void *buffer, size_t size);
ssize_t write(int fd, const void *buffer, size_t size);
int close(int fd);
int ioctl(int fd, unsigned long request, ...);
void _exit(int code);
]]

local terminal = {
  CTRL_C = '\3', CTRL_D = '\4', CTRL_Z = '\26', UP = '\27[A', TAB = '\t', SIGTERM = 15,
}
terminal.__index = terminal

local sessions, files = {}, {} -- what clean() has to remove

local PATIENCE = 10          -- seconds until a spec gives up
local POLLIN, WNOHANG, SIGKILL = 1, 1, 9
local build = os.getenv('LUATORCH_BUILD') or 'build'
local suffix = build:match('^build/(.+)')

--- The th command of the build that is tested.
terminal.th = 'bin/th' .. (suffix and '-' .. suffix or '')

local function quote(text) return "'" .. text:gsub("'", "'\\''") .. "'" end
terminal.quote = quote

local function slurp(path)
  local file = assert(io.open(path, 'rb'))
  local text = file:read('*a')
  file:close()
  os.remove(path)
  return text
end

--- Runs a shell command in which %th stands for the th command; returns standard output, standard
--- error and the exit code.
function terminal.shell(command)
  local out, err = os.tmpname(), os.tmpname()
  local line = command:gsub('%%th', function() return terminal.th end)
  local status = os.execute(('{ %s\n} >%s 2>%s'):format(line, out, err))
  return slurp(out), slurp(err), math.floor(status / 256)
end

--- Runs th with the arguments of a list and the text `input`; returns as terminal.shell.
function terminal.run(arguments, input)
  local words = {'%th'}
  for i, argument in ipairs(arguments) do words[i + 1] = quote(argument) end
  local name = os.tmpname()
  local file = assert(io.open(name, 'wb'))
  file:write(input or '')
  file:close()
  local out, err, code = terminal.shell(table.concat(words, ' ') .. ' <' .. name)
  os.remove(name)
  return out, err, code
end

--- Starts th, or another program, on a terminal of 100 columns, with arguments and environment
--- variables (false unsets one). The history is off unless TREPL_HISTORY is given.
function terminal.start(arguments, environment, program)
  program = program or terminal.th
  local argv = ffi.new('const char *[?]', #arguments + 2)
  argv[0] = program
  for i, argument in ipairs(arguments) do argv[i] = argument end
  local variables = {TERM = 'dumb', TREPL_HISTORY = '', TREPLSTARTUP = '', INPUTRC = '/dev/null'}
  for name, value in pairs(environment or {}) do variables[name] = value end
  local fd = ffi.new('int[1]')
  local pid = ffi.C.forkpty(fd, nil, nil, ffi.new('terminal_size', {rows = 40, columns = 100}))
  assert(pid >= 0, 'forkpty failed')
  if pid == 0 then
    for name, value in pairs(variables) do
      if value then ffi.C.setenv(name, value, 1) else ffi.C.unsetenv(name) end
    end
    ffi.C.execv(program, ffi.cast('char *const *', argv))
    ffi.C._exit(127)
  end
  local th = setmetatable({fd = fd[0], pid = pid, seen = '', all = ''}, terminal)
  sessions[#sessions + 1] = th
  return th
end

--- A session at its first prompt.
function terminal.session(environment, ...)
  local th = terminal.start({...}, environment)
  th:expect('th> ')
  return th
end

--- What a command showed, without the time that follows it.
function terminal.untimed(text)
  local result, count = ('\n' .. text):gsub('\n *%[%d+%.%d%d%d%ds%]\n$', '\n')
  assert(count == 1, 'no time in: ' .. text)
  return result:sub(2)
end

--- Path of a temporary file with a text; without one, of a file that does not exist.
function terminal.temporary(text)
  local path = os.tmpname()
  files[#files + 1] = path
  if text then
    local file = assert(io.open(path, 'w'))
    file:write(text)
    file:close()
  else
    os.remove(path)
  end
  return path
end

--- Ends the sessions and removes the files of a test.
function terminal.clean()
  for i = #sessions, 1, -1 do table.remove(sessions, i):close() end
  for i = #files, 1, -1 do os.execute('rm -rf ' .. quote(table.remove(files, i))) end
end

-- Reads what comes within `timeout` seconds: 'text', 'nothing', or 'end' of the output.
function terminal:receive(timeout)
  local fds = ffi.new('terminal_poll[1]', {{fd = self.fd, events = POLLIN}})
  if ffi.C.poll(fds, 1, timeout * 1000) <= 0 then return 'nothing' end
  local buffer = ffi.new('char[4096]')
  local count = ffi.C.read(self.fd, buffer, 4096)
  if count <= 0 then return 'end' end
  local text = ffi.string(buffer, count):gsub('[\r\7]', '')
  self.seen, self.all = self.seen .. text, self.all .. text
  return 'text'
end

--- Waits until the output holds `text`; returns what came before it and forgets both.
function terminal:expect(text)
  local deadline = os.time() + PATIENCE
  while true do
    local start, stop = self.seen:find(text, 1, true)
    if start then
      local before = self.seen:sub(1, start - 1)
      self.seen = self.seen:sub(stop + 1)
      return before
    end
    if self:receive(0.2) == 'end' or os.time() > deadline then
      error(('the terminal did not show %q; it showed:\n%s'):format(text, self.all), 2)
    end
  end
end

--- Types a text.
function terminal:send(text)
  assert(ffi.C.write(self.fd, text, #text) == #text)
end

--- Types a line and waits for the next prompt; returns what was shown, without the echo.
function terminal:enter(line)
  self:send(line .. '\n')
  self:expect(line .. '\n')
  return self:expect('th> ')
end

--- Sends a signal.
function terminal:signal(number) ffi.C.kill(self.pid, number) end

--- Makes the terminal wider or narrower, which th is told.
function terminal:resize(columns)
  local TIOCSWINSZ = 0x5414
  local size = ffi.new('terminal_size', {rows = 40, columns = columns})
  assert(ffi.C.ioctl(self.fd, TIOCSWINSZ, size) == 0)
end

--- Lets time pass.
function terminal.pause(seconds) ffi.C.poll(nil, 0, seconds * 1000) end

--- True if the terminal edits lines itself, as a shell expects to find it.
function terminal:is_canonical()
  local modes = ffi.new('uint32_t[64]')
  assert(ffi.C.tcgetattr(self.fd, modes) == 0)
  local LOCAL_FLAGS, ICANON = 3, 2
  return bit.band(modes[LOCAL_FLAGS], ICANON) ~= 0
end

--- Waits for th to end; returns its exit code, or nil and the signal that killed it.
function terminal:wait()
  local status = ffi.new('int[1]')
  local deadline = os.time() + PATIENCE
  while ffi.C.waitpid(self.pid, status, WNOHANG) == 0 do
    if self:receive(0.05) == 'end' then ffi.C.poll(nil, 0, 20) end
    if os.time() > deadline then error('th did not end; it showed:\n' .. self.all, 2) end
  end
  while self:receive(0) == 'text' do end
  self.pid = nil
  local signal = bit.band(status[0], 127)
  if signal ~= 0 then return nil, signal end
  return bit.rshift(status[0], 8)
end

-- Ends th if it still runs and closes the terminal.
function terminal:close()
  if self.pid then
    ffi.C.kill(self.pid, SIGKILL)
    ffi.C.waitpid(self.pid, nil, 0)
    self.pid = nil
  end
  ffi.C.close(self.fd)
end

return terminal
