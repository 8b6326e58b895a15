-- The tools for the global namespace: who, import, monitor_G, browse.

local terminal = require 'trepl.terminal'

local function th(...) return terminal.run {...} end

describe('who', function()
  it('lists the user\'s globals with their types', function()
    local out = th('-e', 'n = 3 s = "text" f = print who()')
    assert.are.equal(('%-20s %s\n'):rep(3):format('f', 'function', 'n', 'number = 3', 's',
      'string = "text"'), out)
  end)

  it('lists all globals with true', function()
    local out = th('-e', 'mine = {} who(true)')
    for _, name in ipairs {'mine', 'torch', 'string', 'print'} do
      assert.is_truthy(out:find('%f[%w]' .. name .. ' '), name)
    end
  end)

  it('says when there are none', function()
    assert.are.equal('no globals\n', (th('-e', 'who()')))
  end)
end)

describe('import', function()
  it('makes the fields of a package global', function()
    assert.are.equal('true', (th('-e', 'import "bit" io.write(tostring(band == bit.band))')))
    assert.are.equal('7', (th('-e', 'import({seven = 7}) io.write(seven)')))
  end)

  it('keeps what is there unless forced', function()
    local out, err = th('-e', 'x = 1 import({x = 2}) io.write(x) import({x = 2}, true) io.write(x)')
    assert.are.same({'12', 'import: global x exists and is kept\n'}, {out, err})
  end)

  it('refuses what is no package', function()
    local _, err, code = th('-e', 'import(3)')
    assert.is_truthy(err:find(':1: import: expected a package or its name, got number', 1, true))
    assert.are.equal(1, code)
  end)
end)

describe('monitor_G', function()
  local created = 'created global variable: a @ (command line):1\n'
  local read = 'attempt to read undeclared variable b @ (command line):1\n'

  it('reports creation and access with -g', function()
    for _, flag in ipairs {'-g', '--globals'} do
      local out, err, code = th(flag, '-e', 'a = 1 a = 2 io.write(tostring(b), a)')
      assert.are.same({'nil2', created .. read, 0}, {out, err, code})
    end
  end)

  it('makes them errors with -gg', function()
    for _, flag in ipairs {'-gg', '--gglobals'} do
      local _, err, code = th(flag, '-e', 'a = 1')
      assert.is_truthy(err:find('th: (command line):1: created global variable: a\n', 1, true))
      assert.are.equal(1, code)
      _, err, code = th(flag, '-e', 'local x = b')
      assert.is_truthy(err:find('th: (command line):1: attempt to read undeclared variable b\n', 1,
        true))
      assert.are.equal(1, code)
    end
  end)

  it('calls a function', function()
    local out, err = th('-e', [[
      monitor_G(function(text, name) io.write(name, ': ', text, '\n') end)
      a = 1
      local x = b]])
    assert.are.same({'', 'a: ' .. created:gsub('1\n', '2\n') .. 'b: ' .. read:gsub('1\n', '3\n')},
      {err, out})
  end)

  it('allows globals that were set to nil', function()
    local _, err = th('-g', '-e', 'a = nil local x = a')
    assert.are.equal(created, err)
  end)

  it('refuses other arguments', function()
    local _, err, code = th('-e', 'monitor_G(1)')
    assert.is_truthy(err:find(':1: monitor_G: expected true or a function, got number', 1, true))
    assert.are.equal(1, code)
  end)
end)

describe('browse', function()
  it('says where the documentation is', function()
    assert.is_truthy((th('-e', 'browse()')):find('/docs/\n$'))
    assert.is_truthy((th('-e', 'browse("architecture")')):find('/docs/architecture.md\n$'))
    assert.is_truthy((th('-e', 'browse("nowhere")')):find('^nowhere has no page of its own; see '))
  end)
end)

describe('modules of Penlight', function()
  it('are globals that load when they are used', function()
    local out = th('-e', [[io.write(tostring(package.loaded['pl.path']), ' ',
      path.join('a', 'b'), ' ', table.concat(stringx.split('c d'), ','), ' ', tostring(nosuch))]])
    assert.are.equal('nil a/b c,d nil', out)
  end)

  it('are none that monitor_G reports', function()
    local out, err = th('-g', '-e', "monitor_G() io.write(stringx.strip(' b '), tostring(nosuch))")
    assert.are.equal('bnil', out)
    assert.are.equal('attempt to read undeclared variable nosuch @ (command line):1\n', err)
  end)
end)
