-- The prompt on a real terminal: what it prints, how it goes on, how it ends.

local terminal = require 'trepl.terminal'

local session, untimed, temporary = terminal.session, terminal.untimed, terminal.temporary

describe('the prompt', function()
  after_each(terminal.clean)

  it('prints the results of expressions', function()
    local th = session()
    for _, case in ipairs {
      {'1 + 1', '2\t\n'},
      {'= 3', '3\t\n'},
      {'"text", nil', 'text\tnil\t\n'},
      {'{a = {1}}', '{\n  a : \n    {\n      1 : 1\n    }\n}\n'},
      {'x = 4', ''},
      {'x', '4\t\n'},
      {'x -- a remark', '4\t\n'},
      {'return x, x', '4\t4\t\n'},
      {'x;', ''},
      {'undefined', 'nil\t\n'},
      {'(function() end)()', ''},
      {'print(x)', '4\t\n'},
      {'for i = 1, 2 do print(i) end', '1\t\n2\t\n'},
      {'local y = 1', ''},
      {'y', 'nil\t\n'},
    } do
      assert.are.equal(case[2], untimed(th:enter(case[1])))
    end
  end)

  it('prints tensors as tostring gives them', function()
    local th = session()
    assert.are.equal(' 1\n 2\n[torch.DoubleTensor of size 2]\n\n',
      untimed(th:enter('torch.Tensor{1, 2}')))
  end)

  it('keeps results in _RESULTS, _RESULT and _LAST', function()
    local th = session()
    th:enter('7, 8')
    assert.are.equal('8\t\n', untimed(th:enter('_LAST')))
    th:enter('9;')
    assert.are.equal('9\t1\t9\t\n', untimed(th:enter('_LAST, _RESULT.n, _RESULT[1]')))
    assert.are.equal('7 8 8 9 1 9\t\n', untimed(th:enter('table.concat(_RESULTS, " ")')))
    assert.are.equal('7\t\n', untimed(th:enter('_RESULTS[1]')))
  end)

  it('continues what lacks its end', function()
    local th = session()
    th:send('for i = 1, 2 do\n')
    th:expect('..> ')
    th:send('print(i * 10)\n')
    th:expect('..> ')
    assert.are.equal('10\t\n20\t\n', untimed(th:enter('end')))
    th:send('(1 +\n')
    th:expect('..> ')
    assert.are.equal('3\t\n', untimed(th:enter('2)')))
  end)

  it('gives up a continuation at an empty line', function()
    local th = session()
    th:send('f(\n')
    th:expect('..> ')
    th:send('\n')
    assert.is_truthy(th:expect('th> '):find("stdin:2: unexpected symbol near '<eof>'", 1, true))
    assert.are.equal('1\t\n', untimed(th:enter('1')))
  end)

  it('survives errors and shows where they come from', function()
    local th = session()
    th:enter('function f() error("boom") end')
    assert.are.equal("stdin:1: boom\nstack traceback:\n\t[C]: in function 'error'\n"
      .. "\tstdin:1: in function 'f'\n\tstdin:1: in main chunk\n",
      (untimed(th:enter('f()')):gsub(' +\t', '\t')))
    assert.is_truthy(th:enter('x = = 1'):find("stdin:1: unexpected symbol near '='", 1, true))
    assert.is_truthy(th:enter('error({})'):find('(error object is a table value)', 1, true))
    th:enter('broken = setmetatable({}, {__tostring = function() error("inside") end})')
    assert.is_truthy(th:enter('broken'):find('stdin:1: inside\nstack traceback', 1, true))
    assert.is_truthy(th:enter('error(broken)'):find('(error object is a table value)', 1, true))
    assert.are.equal('1\t\n', untimed(th:enter('1')))
  end)

  it('runs shell commands', function()
    local th = session()
    assert.are.equal('one two\n', th:enter('$ echo one two'))
    assert.are.equal('true\t\n', untimed(th:enter('_LAST == "one two\\n"')))
  end)

  it('helps', function()
    local th = session()
    assert.is_truthy(th:enter('?'):find('_LAST', 1, true))
    assert.are.equal('nothing is called nonsense\n', th:enter('? nonsense'))
  end)

  it('comes back with its line after Ctrl-Z', function()
    local th = terminal.start({'-i'}, {PS1 = 'shell> '}, '/bin/sh')
    th:expect('shell> ')
    th:send(terminal.th .. '\n')
    th:expect('th> ')
    th:send('40 +')
    th:expect('40 +')
    th:send(terminal.CTRL_Z)
    th:expect('shell> ')
    assert.is_true(th:is_canonical())
    th:send('fg\n')
    th:expect('th> 40 +')
    th:send(' 2\n')
    th:expect('42\t\n')
  end)

  it('runs the startup file, but not with -e or -i', function()
    local path = temporary('started = "yes"')
    local th = session({TREPLSTARTUP = path})
    assert.are.equal('yes\t\n', untimed(th:enter('started')))
    th = session({TREPLSTARTUP = path}, '-i')
    assert.are.equal('nil\t\n', untimed(th:enter('started')))
  end)

  it('follows a script with -i', function()
    local th = session({}, '-i', temporary('value = arg[1]'), 'given')
    assert.are.equal('given\t\n', untimed(th:enter('value')))
  end)

  it('is there for a script that calls repl()', function()
    local th = session({}, '-e', 'x = 5 require "trepl"() print("after")')
    th:enter('x = x + 1')
    th:send('break\n')
    th:expect('after')
    assert.are.equal(0, th:wait())
  end)
end)

describe('the prompt ends', function()
  after_each(terminal.clean)

  local QUESTION = 'Do you really want to exit ([y]/n)? '

  it('at exit, when confirmed', function()
    local th = session()
    for _, no in ipairs {'n', 'No'} do
      th:send('exit\n')
      th:expect(QUESTION)
      th:send(no .. '\n')
      th:expect('th> ')
    end
    th:send('exit\n')
    th:expect(QUESTION)
    th:send('\n')
    assert.are.equal(0, th:wait())
    assert.is_true(th:is_canonical())
  end)

  it('at the end of the input', function()
    local th = session()
    th:send(terminal.CTRL_D)
    th:expect(QUESTION)
    th:send('n\n')
    th:expect('th> ')
    th:send(terminal.CTRL_D)
    th:expect(QUESTION)
    th:send('y\n')
    assert.are.equal(0, th:wait())
  end)

  it('at break', function()
    local th = session()
    th:send('break\n')
    assert.are.equal(0, th:wait())
  end)

  it('by a signal, with the terminal as it was', function()
    local th = session()
    assert.is_false(th:is_canonical())
    th:signal(terminal.SIGTERM)
    assert.are.same({nil, terminal.SIGTERM}, {th:wait()})
    assert.is_true(th:is_canonical())
  end)

  it('with the code of os.exit', function()
    local th = session()
    th:send('os.exit(3)\n')
    assert.are.equal(3, th:wait())
  end)
end)
