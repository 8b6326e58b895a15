-- Files and figures of gnuplot, and a gnuplot that is missing or dies.

local gnuplot = require 'gnuplot'
local helpers = require 'helpers'
local paths = require 'paths'
local pictures = require 'gnuplot.pictures'
local terminal = require 'trepl.terminal'
local torch = require 'torch'

local content = pictures.content
local drawn = pictures.needing_gnuplot(it, function(reason) return pending(reason) end)

before_each(pictures.open)
after_each(pictures.close)

describe('gnuplot writes', function()
  local signatures = {png = '\137PNG\r\n\26\n', svg = '<?xml', pdf = '%PDF-', eps = '%!PS-Adobe'}

  for kind, signature in pairs(signatures) do
    drawn(kind .. ' files, complete at plotflush', function()
      local name = ("it's a \"%s\" $x `id`.%s"):format(kind, kind)
      assert.is_number(gnuplot[kind .. 'figure'](pictures.root .. '/' .. name))
      gnuplot.plot(torch.linspace(0, 1, 10))
      assert.is_false(paths.filep(pictures.root .. '/' .. name))
      gnuplot.plotflush()
      local text = content(name)
      assert.are.equal(signature, text:sub(1, #signature))
      assert.is_true(#text > 1000, #text)
      assert.are.equal(3, #paths.dir(pictures.root))
      gnuplot.title('again')
      gnuplot.plotflush()
      assert.is_true(content(name) ~= text)
    end)

    drawn(kind .. ' files by figprint', function()
      gnuplot.svgfigure(pictures.root .. '/first.svg')
      gnuplot.plot(torch.linspace(0, 1, 10))
      gnuplot.figprint(pictures.root .. '/second.' .. kind)
      assert.are.equal(signature, content('second.' .. kind):sub(1, #signature))
      gnuplot.plotflush()
      assert.are.equal('<?xml', content('first.svg'):sub(1, 5))
    end)
  end

  drawn('a PNG of the size that figprint has', function()
    gnuplot.pngfigure(pictures.root .. '/a.png')
    gnuplot.plot(torch.linspace(0, 1, 10))
    gnuplot.figprint(pictures.root .. '/b.png')
    assert.are.equal('\0\0\4\0\0\0\3\0', content('b.png'):sub(17, 24)) -- 1024 x 768
  end)

  drawn('what close finds unwritten', function()
    gnuplot.pngfigure(pictures.root .. '/a.png')
    gnuplot.plot(torch.linspace(0, 1, 10))
    gnuplot.close()
    assert.are.equal('\137PNG', content('a.png'):sub(1, 4))
    gnuplot.pngfigure(pictures.root .. '/empty.png')
    gnuplot.close()
    assert.is_false(paths.filep(pictures.root .. '/empty.png'))
  end)

  drawn('characters on a terminal without a screen', function()
    local status, output = helpers.script([[
      require 'gnuplot'
      gnuplot.plot('name of curve', torch.Tensor{1, 2, 4}, '-')
    ]], {DISPLAY = '', WAYLAND_DISPLAY = ''})
    assert.are.equal(0, status, output)
    -- An empty DISPLAY is a screen to programs that look for it, but to none that has no window.
    assert.is_truthy(output:find('name of curve', 1, true) and output:find('***', 1, true), output)
  end)
end)

describe('a gnuplot that', function()
  drawn('dies gives errors and no signal', function()
    local status, output = helpers.script(([[
      require 'gnuplot'
      gnuplot.pngfigure(%q)
      gnuplot.plot(torch.rand(3))
      print(select(2, pcall(gnuplot.raw, 'exit')))
      print(select(2, pcall(gnuplot.plotflush)))
      gnuplot.pngfigure(%q)
      print(select(2, pcall(gnuplot.raw, 'system("kill -9 $PPID")')))
      gnuplot.pngfigure(%q)
      gnuplot.plot(torch.rand(100000))
      gnuplot.plotflush()
      print 'goes on'
    ]]):format(pictures.root .. '/a.png', pictures.root .. '/b.png', pictures.root .. '/c.png'))
    assert.are.equal(0, status, output)
    assert.is_truthy(output:find('has ended with exit code 0', 1, true), output)
    assert.is_truthy(output:find('the gnuplot of figure 1 has ended', 1, true), output)
    assert.is_truthy(output:find('has ended with signal 9', 1, true), output)
    assert.is_truthy(output:find('goes on\n$'), output)
    assert.are.equal('\137PNG', content('c.png'):sub(1, 4))
  end)

  drawn('runs is left alone by Ctrl-C at the prompt', function()
    local th = terminal.session()
    th:enter('require "gnuplot"')
    th:enter(('gnuplot.pngfigure(%q) gnuplot.plot({1, 2, 4})'):format(pictures.root .. '/a.png'))
    th:send(terminal.CTRL_C)
    th:expect('th> ')
    assert.are.equal('', terminal.untimed(th:enter('gnuplot.title("x") gnuplot.plotflush()')))
    assert.are.equal('\137PNG', content('a.png'):sub(1, 4))
    -- A command that is interrupted may have gone in part; its figure is made again.
    th:send('gnuplot.raw("pause 5")\n')
    th:expect('"pause 5")\n')
    terminal.pause(0.5)
    th:send(terminal.CTRL_C)
    th:expect('interrupted')
    th:expect('th> ')
    assert.is_truthy(th:enter('gnuplot.title("y")'):find('has ended', 1, true))
    assert.are.equal('', terminal.untimed(th:enter(
      ('gnuplot.pngfigure(%q) gnuplot.plot({1, 2, 4})'):format(pictures.root .. '/b.png'))))
    terminal.clean()
  end)

  it('is missing is named by the first figure, not by require', function()
    local status, output = helpers.script([[
      require('ffi').cdef 'int setenv(const char *, const char *, int);'
      require('ffi').C.setenv('PATH', '/nowhere', 1)
      require 'gnuplot'
      print(select(2, pcall(gnuplot.plot, torch.rand(3))))
    ]])
    assert.are.equal(0, status, output)
    assert.is_truthy(output:find('gnuplot: the program gnuplot is not installed '
      .. '(Debian: gnuplot-nox)\n', 1, true), output)
  end)

  drawn('waits for input is not waited for', function()
    gnuplot.pngfigure(pictures.root .. '/a.png')
    gnuplot.raw('pause -1')
    gnuplot.plot(torch.rand(3))
    gnuplot.plotflush()
    assert.are.equal('\137PNG', content('a.png'):sub(1, 4))
  end)
end)
