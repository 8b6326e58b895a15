-- Package sys: clocks, commands, listings, colours.

local sys = require 'sys'
local paths = require 'paths'
local recorded = require 'recorded'
local replay = require 'golden_replay'

describe('sys', function()
  for _, record in ipairs(recorded.records('misc/utilities.json')) do
    if record.code:find('require "sys"', 1, true) then
      it('does as Torch7: ' .. record.code, function()
        assert.is_nil(replay.run(record))
      end)
    end
  end

  it('measures and sleeps', function()
    assert.is_true(math.abs(sys.clock() - os.time()) < 5)
    sys.tic()
    sys.usleep(10000)
    sys.sleep(0.01)
    local elapsed = sys.toc()
    assert.is_true(elapsed >= 0.02 and elapsed < 5)
    assert.has_error(function() sys.sleep(-1) end)
    assert.has_error(function() sys.usleep('x') end)
  end)

  it('runs commands and trims what they print', function()
    assert.are.equal('out\nerr', sys.execute('echo " out"; echo "err " >&2'))
    assert.are.equal('out\nerr', sys.fexecute('echo " out"; echo "err " >&2'))
    assert.are.equal('first', sys.fexecute('echo first; echo second', '*l'))
    assert.has_error(function() sys.execute() end)
    assert.has_error(function() sys.fexecute({}) end)
  end)

  it('lists directories, whatever their names hold', function()
    local directory = paths.tmpname()
    os.remove(directory)
    directory = directory .. " it's"
    assert(paths.mkdir(directory))
    local file = assert(io.open(directory .. '/.hidden', 'w'))
    file:close()
    assert(paths.mkdir(directory .. '/sub'))
    assert.are.equal('sub', sys.ls(directory))
    assert.are.equal('.\n..\n.hidden\nsub', sys.la(directory))
    assert.is_truthy(sys.ll(directory):find('drwx'))
    assert.is_truthy(sys.lla(directory):find('%.hidden'))
    assert(paths.rmall(directory, 'yes'))
    assert.has_error(function() sys.ls(3) end)
  end)

  it('splits where a pattern matches', function()
    assert.are.same({'a', 'b'}, sys.split('a, b', ',%s*'))
    assert.are.same({}, sys.split('', ','))
    assert.are.same({'a'}, sys.split('a,', ','))
    assert.has_error(function() sys.split('a', '') end)
    assert.has_error(function() sys.split(nil, ',') end)
  end)

  it('knows where it is', function()
    local directory, name = sys.fpath()
    assert.are.equal('sys_spec.lua', name)
    assert.is_true(paths.dirp(directory))
    assert.is_true(paths.dirp(sys.prefix))
    assert.are.equal(sys.uname(), sys.OS)
  end)

  it('has all colours in plain, bold and background', function()
    assert.are.equal(sys.COLORS, require 'sys.colors')
    for i, name in ipairs {'black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'} do
      local bold = name:sub(1, 1):upper() .. name:sub(2)
      assert.are.equal('\27[0;' .. 29 + i .. 'm', sys.COLORS[name])
      assert.are.equal('\27[1;' .. 29 + i .. 'm', sys.COLORS[bold])
      assert.are.equal('\27[' .. 39 + i .. 'm', sys.COLORS['_' .. name])
    end
  end)
end)
