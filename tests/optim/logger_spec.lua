-- optim.Logger: lines of the log, refused values, plots.

local optim = require 'optim'
local paths = require 'paths'

local root

local function content(name)
  local file = assert(io.open(name, 'rb'))
  local text = file:read('*a')
  file:close()
  return text
end

before_each(function()
  root = paths.tmpname()
  os.remove(root)
  assert(paths.mkdir(root))
end)

after_each(function() assert(paths.rmall(root, 'yes')) end)

describe('optim.Logger', function()
  it('writes names and values, each line at once', function()
    local name = root .. '/deep/er/log'
    local logger = optim.Logger(name)
    assert.are.equal(logger, logger:setNames {'loss', 'accuracy'})
    assert.are.equal('loss\taccuracy\t\n', content(name))
    logger:add {0.5, 97}
    logger:add {accuracy = -98.25, loss = 1e-10}
    assert.are.equal('loss\taccuracy\t\n 5.0000e-01\t 9.7000e+01\t\n'
      .. ' 1.0000e-10\t-9.8250e+01\t\n',
      content(name))
  end)

  it('names columns after the first values where they are named', function()
    local logger = optim.Logger(root .. '/log')
    logger:add {b = 2, a = 'text'}
    assert.are.same({{2}, {'text'}}, {logger.symbols.b, logger.symbols.a})
    assert.are.equal('a\tb\t\ntext\t 2.0000e+00\t\n', content(root .. '/log'))
    logger = optim.Logger(root .. '/plain')
    logger:add {1, 2}
    assert.are.equal('1\t2\t\n 1.0000e+00\t 2.0000e+00\t\n', content(root .. '/plain'))
  end)

  it('adds the time to its name', function()
    local logger = optim.Logger(root .. '/log', true)
    assert.is_truthy(logger.name:find('/log%-%d%d%d%d_%d%d_%d%d_%d%d:%d%d:%d%d$'))
    assert.is_true(paths.filep(logger.name))
  end)

  it('refuses wrong values and writes no line', function()
    local logger = optim.Logger(root .. '/log'):setNames {'a', 'b'}
    for _, values in ipairs {{1}, {1, 2, 3}, {}, {c = 1}, 3} do
      assert.has_error(function() logger:add(values) end)
    end
    assert.are.equal('a\tb\t\n', content(root .. '/log'))
    assert.has_error(function() logger:setNames 'a' end)
    assert.has_error(function() logger:style(3) end)
    assert.has_error(function() logger:style {c = '-'} end)
    assert.has_error(function() logger:style {a = 3} end)
  end)

  it('says why it cannot write', function()
    local file = assert(io.open(root .. '/file', 'w'))
    file:close()
    for _, name in ipairs {root .. '/file/log', root} do
      local ok, message = pcall(function() local logger = optim.Logger(name) return logger end)
      assert.is_false(ok)
      assert.is_truthy(message:find('logger_spec.lua:%d+: optim.Logger: '), message)
    end
    assert.has_error(function() optim.Logger(3) end)
    if paths.filep('/dev/full') then
      local full, log = optim.Logger('/dev/full'), optim.Logger(root .. '/log')
      assert.has_error(function() full:setNames {'a'} end)
      for i = 1, 300 do
        local logger = i > 290 and full or log
        local written, message = pcall(logger.add, logger, {i})
        assert.are.equal(logger == log, written)
        if not written then assert.is_truthy(message:find('No space left', 1, true), message) end
      end
    end
  end)

  it('plots with gnuplot where that is installed', function()
    local logger = optim.Logger(root .. "/it's"):setNames {'loss', "test's"}
    logger:display(false)
    assert.has_error(function() logger:plot() end)
    for i = 1, 5 do logger:add {1 / i, i} end
    if not paths.findprogram('gnuplot') then
      local ok, message = pcall(function() logger:plot() end)
      assert.is_false(ok)
      assert.is_truthy(message:find('gnuplot is not installed', 1, true), message)
      return
    end
    for _, style in ipairs {'-', '+', '+-', '.', '~', '|', 'with lines lw 2'} do
      logger:style {style, '+'}
      logger:setlogscale(style == '-')
      logger:plot()
      assert.are.equal('\137PNG', content(root .. "/it's.png"):sub(1, 4))
      assert.are.equal('%!PS', content(logger.epsfile):sub(1, 4))
      assert(os.remove(root .. "/it's.png"))
    end
    logger:style {loss = {'-', '+'}, ["test's"] = '|'}
    logger:plot('loss')
    assert.are.equal('\137PNG', content(root .. "/it's.png"):sub(1, 4))
    assert(os.remove(root .. "/it's.png"))
    assert.has_error(function() logger:plot('nothing') end)
    logger:style('no such style')
    local ok, message = pcall(function() logger:plot() end)
    assert.is_false(ok)
    assert.is_truthy(message:find('logger_spec.lua:%d+: gnuplot: unrecognized plot type'))
    assert.is_false(paths.filep(root .. "/it's.png"))
  end)
end)
