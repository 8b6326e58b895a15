-- The prompt on terminals of all kinds: colours, widths, pasted text, search in the history, long
-- values, and a terminal multiplexer.

local paths = require 'paths'
local terminal = require 'trepl.terminal'

local session, untimed = terminal.session, terminal.untimed
local CTRL_R, PASTE, PASTED = '\18', '\27[200~', '\27[201~'

describe('the prompt', function()
  after_each(terminal.clean)

  it('begins with a line that says how to go on, in colours where there are any', function()
    local plain = terminal.start({}, {TERM = 'dumb'})
    assert.are.equal('', plain:expect('luatorch on LuaJIT'))
    assert.is_truthy(plain:expect('th> '):find('? for help, exit to leave.\n\n', 1, true))
    local colored = terminal.start({}, {TERM = 'xterm'})
    assert.are.equal('', colored:expect('\27[1;31mluatorch\27[0m on LuaJIT'))
    local _, _, code = terminal.run({'-i'}, '')
    assert.are.equal(0, code)
  end)

  it('puts errors in red and the time in grey on a terminal with colours only', function()
    local th = session {TERM = 'xterm'}
    th:send('x = nil + 1\n')
    th:expect('\27[0;31mstdin:1: attempt to perform arithmetic')
    th:expect('\27[1;30m[')
    th = session {TERM = 'xterm', NO_COLOR = '1'}
    th:send('x = nil + 1\n')
    assert.is_nil(th:expect('[0.'):find('\27[0;31m', 1, true))
  end)

  it('ends the time before the edge of the terminal, also after it has changed', function()
    local th = session()
    th:send('a = 1\n')
    th:expect('a = 1\n')
    assert.are.equal(70, #th:expect('[0.'))
    th:resize(40)
    th:expect('th> ')
    th:send('b = 1\n')
    th:expect('b = 1\n')
    assert.are.equal(30, #th:expect('[0.'))
  end)

  it('goes up to the start of a line that is longer than the new edge', function()
    local UP_ONE_LINE, CTRL_A = '\27[A', '\1'
    local th = session {TERM = 'xterm'}
    th:resize(40)
    terminal.pause(0.2)
    th:send(('x'):rep(50) .. CTRL_A)
    th:expect(UP_ONE_LINE)
  end)

  it('runs pasted lines as one chunk, or line by line', function()
    local th = session {TERM = 'xterm'}
    th:send(PASTE .. 'local n = 20\n\nprint(n + 1)\n' .. PASTED .. '\n')
    th:expect('21\t\n')
    th:expect('th> ')
    th:send(PASTE .. 'a = 30\nfor i = 1, 1 do\n\n  a = a + i\nend\na + 1' .. PASTED .. '\n')
    th:expect('32\t\n')
    th:expect('th> ')
    th:send(PASTE .. 'b = (a\n\n + 2' .. PASTED .. '\n')
    th:expect('..> ')
    th:send(')\n')
    th:expect('th> ')
    th:send('b * 10\n')
    th:expect('330\t\n')
  end)

  it('searches earlier lines with Ctrl-R', function()
    local th = session()
    th:enter('needle = (needle or 0) + 111')
    th:enter('other = 5')
    th:send(CTRL_R .. 'needl')
    th:expect('needle = (needle or 0) + 111')
    th:send('\r') -- a line feed would only end the search
    th:expect('[0.')
    th:expect('th> ')
    assert.are.equal('222\t\n', untimed(th:enter('needle')))
  end)

  it('completes modules of nn, and methods of networks', function()
    local th = session()
    th:enter('require "nn" net = nn.Sequential()')
    th:send('net:add(nn.SpatialFullConvolutionM\t')
    th:expect('nn.SpatialFullConvolutionMap')
    th:send('\3')
    th:expect('th> ')
    th:send('net:getPar\t')
    th:expect('net:getParameters(')
  end)

  it('shows the entry of a function in the documentation', function()
    local th = session()
    for name, text in pairs {['torch.add'] = 'res:add(x, [v=1,] y)', ['nn.Linear'] = 'nn.Linear',
      ['optim.adam'] = 'beta1', ['paths.concat'] = 'absolute path', ['gnuplot.plot'] = 'curve',
      ['sys.clock'] = 'seconds since 1970', ['xlua.progress'] = 'progress bar'} do
      assert.is_truthy(th:enter('?' .. name):find(text, 1, true), name)
    end
  end)

  it('cuts long values, which print shows whole', function()
    local th = session()
    th:enter('t = {} for i = 1, 150 do t[i] = i end')
    local text = untimed(th:enter('t'))
    assert.is_truthy(text:find('\n  100 : 100\n  ... and 50 more entries\n}\n', 1, true), text)
    assert.is_truthy(untimed(th:enter('print(t)')):find('\n  150 : 150\n}\n', 1, true))
    text = untimed(th:enter('("y"):rep(6000)'))
    assert.are.equal(('y'):rep(5000) .. '... (6000 characters)\t\n', text)
    text = untimed(th:enter('torch.zeros(200, 300)'))
    assert.is_truthy(text:find('[torch.DoubleTensor of size 10x10]', 1, true))
    assert.is_truthy(text:find('the corner of DoubleTensor - size: 200x300; print', 1, true))
    text = untimed(th:enter('torch.range(1, 1001)'))
    assert.is_truthy(text:find('\n 10\n[torch.DoubleTensor of size 10]\nthe corner', 1, true), text)
    text = untimed(th:enter('torch.range(1, 1000)'))
    assert.is_truthy(text:find(' 1000\n[torch.DoubleTensor of size 1000]\n', 1, true))
    assert.are.equal(11, #th:enter('torch.zeros(3)'):gsub('[^\n]', '') + 5)
    assert.is_truthy(untimed(th:enter('{{1}}')):find('1 : 1', 1, true))
    assert.is_truthy(th:enter('setmetatable({}, {__tostring = function() error("no") end})')
      :find('stdin:1: no', 1, true))
    assert.is_truthy(untimed(th:enter('print(t)')):find('\n  150 : 150\n}\n', 1, true))
  end)
end)

describe('in tmux', function()
  local socket, folder

  local function tmux(arguments)
    local out, err, code = terminal.shell(('env -u TMUX tmux -L %s -f %s/conf %s'):format(socket,
      folder, arguments))
    assert.are.same({'', 0}, {err, code})
    return out
  end

  -- Waits until the pane shows a text; returns what it shows, with its escapes.
  local function wait_for(text)
    for _ = 1, 100 do
      local shown = tmux 'capture-pane -p -e -t th'
      if shown:find(text, 1, true) then return shown end
      terminal.pause(0.1)
    end
    error(('tmux does not show %q but:\n%s'):format(text, tmux 'capture-pane -p -e -t th'))
  end

  local function send(keys) tmux('send-keys -t th ' .. keys) end

  before_each(function()
    folder = paths.tmpname()
    os.remove(folder)
    assert(paths.mkdir(folder))
    socket = 'luatorch-' .. paths.basename(folder)
  end)

  after_each(function()
    os.execute(('tmux -L %s kill-server 2>/dev/null'):format(socket))
    assert(paths.rmall(folder, 'yes'))
  end)

  for _, kind in ipairs {'screen', 'tmux-256color'} do
    it('th as on any terminal, as ' .. kind, function()
      if not paths.findprogram('tmux') then return pending('the program tmux is not installed') end
      local conf = assert(io.open(folder .. '/conf', 'w'))
      conf:write(('set -g default-terminal "%s"\n'):format(kind))
      conf:close()
      tmux(('new-session -d -s th -x 60 -y 24 "TREPL_HISTORY= INPUTRC=/dev/null exec %s"'):format(
        terminal.th))
      wait_for 'th>'
      send [["os.getenv('TERM')" Enter]]
      wait_for('\n' .. kind)
      send [["{1}" Enter]]
      local shown = wait_for '}'
      assert.is_truthy(shown:find('\27%[3[46]m1'), shown) -- colours
      send '"string.reve" Tab'
      wait_for 'string.reverse('
      send 'C-c'
      tmux 'resize-window -t th -x 30 -y 24'
      terminal.pause(0.3)
      send [["'aaaaaaaaaaaaaaaaaaaabbbbbbbbbbbbbbb'"]]
      wait_for 'aaaaaaaaaaaaaaaaaaaabbbbb\nbbbbbbbbbb' -- wrapped behind "th> '"
      send 'C-c'
      send '"exit" Enter "y" Enter'
      for _ = 1, 50 do
        local _, _, code = terminal.shell(('tmux -L %s list-sessions'):format(socket))
        if code ~= 0 then return end
        terminal.pause(0.1)
      end
      error('th did not leave')
    end)
  end
end)
