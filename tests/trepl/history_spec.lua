-- The lines of earlier sessions.

local terminal = require 'trepl.terminal'

local session, untimed, temporary = terminal.session, terminal.untimed, terminal.temporary

local function contents(path)
  local file = assert(io.open(path))
  local text = file:read('*a')
  file:close()
  return text
end

describe('the history', function()
  after_each(terminal.clean)

  it('reaches back to earlier sessions', function()
    local path = temporary()
    local th = session({TREPL_HISTORY = path})
    th:enter('first = 1')
    th:enter('second = 2')
    th:enter('second = 2')
    th:enter('')
    assert.are.equal('first = 1\nsecond = 2\n', contents(path))
    th = session({TREPL_HISTORY = path})
    th:send(terminal.UP .. terminal.UP)
    th:expect('first = 1')
    th:send(' + 5\n')
    th:expect('th> ')
    assert.are.equal('6\t\n', untimed(th:enter('first')))
    assert.are.equal('first = 1\nsecond = 2\nfirst = 1 + 5\nfirst\n', contents(path))
  end)

  it('joins sessions that run at the same time', function()
    local path = temporary()
    local one, two = session({TREPL_HISTORY = path}), session({TREPL_HISTORY = path})
    one:enter('a = 1')
    two:enter('b = 2')
    one:enter('c = 3')
    assert.are.equal('a = 1\nb = 2\nc = 3\n', contents(path))
  end)

  it('lies in the home folder', function()
    local home = temporary()
    assert(os.execute('mkdir ' .. home) == 0)
    session({HOME = home, TREPL_HISTORY = false}):enter('kept = 1')
    assert.are.equal('kept = 1\n', contents(home .. '/.luahistory'))
  end)

  it('keeps the mode of its file and follows links', function()
    local target, link = temporary('old = 1\n'), temporary()
    assert(os.execute(('chmod 640 %s && ln -s %s %s'):format(target, target, link)) == 0)
    session({TREPL_HISTORY = link}):enter('new = 1')
    assert.are.equal('old = 1\nnew = 1\n', contents(target))
    assert.are.equal('640\n', (terminal.shell('stat -c %a ' .. target)))
    assert.are.equal('symbolic link\n', (terminal.shell('stat -c %F ' .. link)))
  end)

  it('never replaces a device', function()
    session({TREPL_HISTORY = '/dev/null'}):enter('x = 1')
    assert.are.equal('character special file\n', (terminal.shell('stat -c %F /dev/null')))
  end)

  it('reports once where it cannot be kept', function()
    local th = session({TREPL_HISTORY = '/nowhere/history'})
    assert.is_truthy(th:enter('x = 1'):find(
      'th: history is not kept: /nowhere/history: No such file or directory', 1, true))
    assert.are.equal('1\t\n', untimed(th:enter('x')))
  end)
end)
