-- A running gnuplot. Commands go through a socket, on which its messages come back, so that every
-- command is finished, and its failure known, when run returns. A gnuplot that has died gives an
-- error and no signal.

local ffi = require 'ffi'
local bit = require 'bit'
local F = require 'torch.ffi'

ffi.cdef [[
typedef struct { int fd; short events, revents; } lt_gnuplot_poll;
int lt_gnuplot_socketpair(int, int, int, int *) __asm__("socketpair");
long lt_gnuplot_send(int, const char *, size_t, int) __asm__("send");
long lt_gnuplot_recv(int, char *, size_t, int) __asm__("recv");
int lt_gnuplot_wait_for(lt_gnuplot_poll *, unsigned long, int) __asm__("poll");
int lt_gnuplot_close(int) __asm__("close");
int lt_gnuplot_waitpid(int, int *, int) __asm__("waitpid");
int lt_gnuplot_actions_init(void *) __asm__("posix_spawn_file_actions_init");
int lt_gnuplot_actions_destroy(void *) __asm__("posix_spawn_file_actions_destroy");
int lt_gnuplot_actions_dup2(void *, int, int) __asm__("posix_spawn_file_actions_adddup2");
int lt_gnuplot_attributes_init(void *) __asm__("posix_spawnattr_init");
int lt_gnuplot_attributes_destroy(void *) __asm__("posix_spawnattr_destroy");
int lt_gnuplot_attributes_flags(void *, short) __asm__("posix_spawnattr_setflags");
int lt_gnuplot_spawn(int *, const char *, const void *, const void *, const char *const *,
  char **) __asm__("posix_spawn");
char *lt_gnuplot_strerror(int) __asm__("strerror");
extern char **lt_gnuplot_environ __asm__("environ");
]]

local C = ffi.C
local AF_UNIX, SOCK_STREAM, SOCK_CLOEXEC = 1, 1, 0x80000
local POSIX_SPAWN_SETPGROUP = 2
local MSG_DONTWAIT, MSG_NOSIGNAL = 0x40, 0x4000
local POLLIN, POLLOUT, WNOHANG = 1, 4, 1
local PATIENCE = 1000        -- milliseconds of silence before the end mark is sent again
local CLOSING_TRIES = 200    -- of 10 ms each, for a gnuplot to end
local CHUNK = 65536

local Process = {}
Process.__index = Process

local poll = ffi.new('lt_gnuplot_poll[1]')
local buffer = ffi.new('char[?]', CHUNK)
local status = ffi.new('int[1]')

local function system_error(code)
  return ffi.string(C.lt_gnuplot_strerror(code or ffi.errno()))
end

-- Starts a program whose standard input and error are one socket; its number and the other end. It
-- is in a process group of its own, so that Ctrl-C is not meant for it.
local function spawn(program)
  local ends, pid = ffi.new('int[2]'), ffi.new('int[1]')
  if C.lt_gnuplot_socketpair(AF_UNIX, bit.bor(SOCK_STREAM, SOCK_CLOEXEC), 0, ends) ~= 0 then
    F.raise('gnuplot: cannot make a socket: %s', system_error())
  end
  local actions = ffi.new('uint64_t[64]') -- room for a posix_spawn_file_actions_t
  C.lt_gnuplot_actions_init(actions)
  C.lt_gnuplot_actions_dup2(actions, ends[1], 0)
  C.lt_gnuplot_actions_dup2(actions, ends[1], 2)
  local attributes = ffi.new('uint64_t[64]') -- room for a posix_spawnattr_t
  C.lt_gnuplot_attributes_init(attributes)
  C.lt_gnuplot_attributes_flags(attributes, POSIX_SPAWN_SETPGROUP)
  local argv = ffi.new('const char *[3]', {program, '-persist'})
  local code = C.lt_gnuplot_spawn(pid, program, actions, attributes, argv, C.lt_gnuplot_environ)
  C.lt_gnuplot_attributes_destroy(attributes)
  C.lt_gnuplot_actions_destroy(actions)
  C.lt_gnuplot_close(ends[1])
  if code ~= 0 then
    C.lt_gnuplot_close(ends[0])
    F.raise('gnuplot: cannot start %s: %s', program, system_error(code))
  end
  return pid[0], ends[0]
end

local function finalize(handle)
  if handle[0] >= 0 then C.lt_gnuplot_close(handle[0]) end
  handle[0] = -1
end

--- Starts the program.
function Process.start(program)
  local pid, fd = spawn(program)
  local handle = ffi.gc(ffi.new('int[1]', fd), finalize)
  return setmetatable({program = program, pid = pid, handle = handle, count = 0}, Process)
end

--- Ends gnuplot; windows stay. Returns how it ended where that is known.
function Process:close()
  finalize(self.handle)
  for _ = 1, CLOSING_TRIES do
    if not self.pid then break end
    if C.lt_gnuplot_waitpid(self.pid, status, WNOHANG) ~= 0 then
      self.pid = nil
      local signal = bit.band(status[0], 127)
      return signal ~= 0 and 'signal ' .. signal or 'exit code ' .. bit.rshift(status[0], 8)
    end
    C.lt_gnuplot_wait_for(nil, 0, 10)
  end
end

--- Whether the process can take commands.
function Process:alive()
  return self.handle[0] >= 0
end

local function died(self, said)
  local how = self:close()
  F.raise('gnuplot: %s has ended%s%s', self.program, how and ' with ' .. how or '',
    said:find('%S') and ': ' .. said:match('^%s*(.-)%s*$') or '')
end

-- What gnuplot says when it has done everything before this. Its own text never looks like it.
local function end_mark(self)
  self.count = self.count + 1
  return ('\n%s sprintf("luatorch %%s %%d %%d", "done", %d, GPVAL_ERRNO)\n')
    :format(self.has_printerr and 'printerr' or 'print', self.count)
end

-- Sends what is left of `text` from `position` on as far as it goes; the new position.
local function send_some(self, text, position, said)
  local start = ffi.cast('const char *', text) + position
  local sent = tonumber(C.lt_gnuplot_send(self.handle[0], start, #text - position,
    MSG_DONTWAIT + MSG_NOSIGNAL))
  if sent > 0 then return position + sent end
  local EINTR, EAGAIN = 4, 11
  local code = ffi.errno()
  if code ~= EAGAIN and code ~= EINTR then died(self, said) end
  return position
end

-- Sends commands and the end mark; the messages and whether a command failed. A command that reads
-- lines of its input may swallow the mark, so that it is sent again after a silence.
local function exchange(self, text)
  if self.busy then self:close() end -- a command was interrupted and may have gone in part
  if not self:alive() then died(self, '') end
  self.busy = true
  local first = self.count + 1
  local position, said = 0, ''
  text = text .. end_mark(self)
  while true do
    poll[0].fd = self.handle[0]
    poll[0].events = position < #text and POLLIN + POLLOUT or POLLIN
    poll[0].revents = 0
    local ready = C.lt_gnuplot_wait_for(poll, 1, PATIENCE)
    local events = poll[0].revents
    if ready == 0 and position >= #text then
      text, position = end_mark(self), 0
    elseif ready > 0 and bit.band(events, bit.bnot(POLLOUT)) ~= 0 then
      local count = tonumber(C.lt_gnuplot_recv(self.handle[0], buffer, CHUNK, MSG_DONTWAIT))
      if count == 0 then died(self, said) end
      if count > 0 then said = said .. ffi.string(buffer, count) end
      local before, number, code = said:match('^(.-)luatorch done (%d+) (%d+)\n')
      while number and tonumber(number) < first do -- of an earlier, repeated mark
        said = before .. said:match('luatorch done %d+ %d+\n(.*)$')
        before, number, code = said:match('^(.-)luatorch done (%d+) (%d+)\n')
      end
      if number then
        self.busy = false
        return before, code ~= '0'
      end
    elseif ready > 0 and bit.band(events, POLLOUT) ~= 0 then
      position = send_some(self, text, position, said)
    end
  end
end

-- What gnuplot's messages say, without the command's text, the arrow below it and the line number.
local function reasons(said)
  local list = {}
  for line in said:gmatch('[^\n]+') do
    local text = line:match('^%s*line %d+:%s*(.-)%s*$') or line:match('^%s*(.-)%s*$')
    if text:find('[%w]') and not line:find('^gnuplot>') then list[#list + 1] = text end
  end
  return table.concat(list, '; ')
end

local function shortened(text)
  local line = text:match('[^\n]*')
  return #line > 100 and line:sub(1, 100) .. '...' or line
end

--- Runs a command; raises gnuplot's message where it fails. Returns gnuplot's other messages.
function Process:run(command)
  io.stdout:flush()
  local said, failed = exchange(self, command)
  if failed then
    exchange(self, 'reset errors')
    F.raise('gnuplot: %s (in: %s)', reasons(said), shortened(command))
  end
  return said
end

--- Value of an expression of gnuplot as text.
function Process:ask(expression)
  return (self:run('print ' .. expression):match('^%s*(.-)%s*$'))
end

return Process
