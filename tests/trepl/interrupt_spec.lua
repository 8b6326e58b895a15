-- Ctrl-C at the prompt and while a command runs.

local terminal = require 'trepl.terminal'

local CTRL_C = terminal.CTRL_C
local session, untimed, temporary = terminal.session, terminal.untimed, terminal.temporary

describe('Ctrl-C', function()
  after_each(terminal.clean)

  -- Starts a command that does not end by itself and lets it run.
  local function start(th, line)
    th:send(line .. '\n')
    th:expect(line .. '\n')
    terminal.pause(0.2)
  end

  it('clears the line', function()
    local th = session()
    th:send('error("typed"')
    th:expect('error("typed"')
    th:send(CTRL_C)
    th:expect('th> ')
    assert.are.equal('1\t\n', untimed(th:enter('1')))
  end)

  it('gives up a continuation', function()
    local th = session()
    th:send('for i = 1, 2 do\n')
    th:expect('..> ')
    th:send(CTRL_C)
    th:expect('th> ')
    assert.are.equal('1\t\n', untimed(th:enter('1')))
  end)

  for _, line in ipairs {
    'while true do end',
    'local function f() return f() end f()',
    'coroutine.wrap(function() while true do end end)()',
    'io.popen("sleep 60"):read()',
    '(function() while true do end end)()',
  } do
    it('interrupts ' .. line, function()
      local th = session()
      start(th, line)
      th:send(CTRL_C)
      assert.is_truthy(th:expect('th> '):find('interrupted', 1, true))
      assert.are.equal('1\t\n', untimed(th:enter('1')))
    end)
  end

  it('interrupts tensor operations', function()
    local th = session()
    start(th, 'x = torch.ones(10) while true do x:add(1) end')
    th:send(CTRL_C)
    assert.is_truthy(th:expect('th> '):find('interrupted', 1, true))
    assert.are.equal('10\t\n', untimed(th:enter('torch.ones(10):sum()')))
  end)

  it('interrupts compiled code at its next tensor operation', function()
    local path = temporary('return function(x) while true do x:add(1) end end')
    local th = session()
    th:enter(('spin = loadfile("%s")()'):format(path))
    start(th, 'spin(torch.ones(10))')
    th:send(CTRL_C)
    assert.is_truthy(th:expect('th> '):find('interrupted', 1, true))
    assert.are.equal('10\t\n', untimed(th:enter('torch.ones(10):sum()')))
  end)

  it('pressed twice leaves compiled code', function()
    local path = temporary('return function() while true do end end')
    local th = session()
    th:enter(('spin = loadfile("%s")()'):format(path))
    start(th, 'spin()')
    th:send(CTRL_C)
    terminal.pause(0.3)
    th:send(CTRL_C)
    assert.are.equal(130, th:wait())
    assert.is_true(th:is_canonical())
  end)

  it('stops a shell command', function()
    local th = session()
    start(th, '$ sleep 60')
    th:send(CTRL_C)
    th:expect('th> ')
    assert.are.equal('1\t\n', untimed(th:enter('1')))
  end)
end)
