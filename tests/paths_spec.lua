-- Package paths: names, listings, making and removing.

local paths = require 'paths'
local recorded = require 'recorded'
local replay = require 'golden_replay'

local root  -- a fresh directory

local function write(name)
  local file = assert(io.open(root .. '/' .. name, 'w'))
  file:write('x')
  file:close()
end

local function sorted(iterator)
  local names = {}
  for name in iterator do names[#names + 1] = name end
  table.sort(names)
  return names
end

before_each(function()
  root = paths.tmpname()
  os.remove(root)
  assert(paths.mkdir(root))
end)

after_each(function() assert(paths.rmall(root, 'yes')) end)

describe('paths', function()
  for _, record in ipairs(recorded.records('misc/utilities.json')) do
    if record.code:find('require "paths"', 1, true) then
      it('does as Torch7: ' .. record.code, function()
        assert.is_nil(replay.run(record))
      end)
    end
  end

  for input, want in pairs {['/'] = {'/', '/'}, ['/a'] = {'a', '/'}, ['a/'] = {'a', '.'},
    [''] = {'', '.'}, ['/a//b//'] = {'b', '/a'}, ['a/b.c/d'] = {'d', 'a/b.c'}} do
    it(('takes "%s" apart'):format(input), function()
      assert.are.same(want, {paths.basename(input), paths.dirname(input)})
    end)
  end

  it('joins names to absolute ones', function()
    assert.are.equal(paths.cwd(), paths.concat())
    assert.are.equal(paths.cwd() .. '/x', paths.concat('x'))
    assert.are.equal(paths.cwd(), paths.concat('.'))
    assert.are.equal('/', paths.concat('/..', '..'))
    assert.are.equal('/c/d', paths.concat('a', '/b', '/c', 'd'))
    assert.is_nil(paths.extname('a.b/c'))
  end)

  it('tells files from directories', function()
    write 'file'
    assert.are.same({true, false}, {paths.filep(root .. '/file'), paths.dirp(root .. '/file')})
    assert.are.same({false, true}, {paths.filep(root), paths.dirp(root)})
    assert.are.same({false, false}, {paths.filep(root .. '/no'), paths.dirp(root .. '/no')})
  end)

  it('lists directories', function()
    write 'b.txt'
    write 'a.lua'
    assert(paths.mkdir(root .. '/sub'))
    local names = paths.dir(root)
    table.sort(names)
    assert.are.same({'.', '..', 'a.lua', 'b.txt', 'sub'}, names)
    assert.are.same({'.', '..', 'a.lua', 'b.txt', 'sub'}, sorted(paths.files(root)))
    assert.are.same({'a.lua'}, sorted(paths.files(root, '%.lua$')))
    assert.are.same({'sub'}, sorted(paths.files(root, function(name) return name == 'sub' end)))
    assert.are.same({'a.lua', 'b.txt'}, sorted(paths.iterfiles(root)))
    assert.are.same({'sub'}, sorted(paths.iterdirs(root)))
    assert.are.same({nil, 'No such file or directory'}, {paths.dir(root .. '/no')})
    assert.has_error(function() paths.files(root .. '/no') end)
    assert.has_error(function() paths.files(root, 3) end)
  end)

  it('makes and removes directories and says why it cannot', function()
    local ok, message = paths.mkdir(root)
    assert.are.same({message = 'File exists'}, {ok = ok, message = message})
    ok, message = paths.rmdir(root .. '/no')
    assert.are.same({message = 'No such file or directory'}, {ok = ok, message = message})
    assert(paths.mkdir(root .. '/sub'))
    assert.is_true(paths.rmdir(root .. '/sub'))
    assert.is_false(paths.dirp(root .. '/sub'))
  end)

  it('removes trees, but not what links in them point to', function()
    assert(paths.mkdir(root .. '/kept'))
    write 'kept/file'
    assert(paths.mkdir(root .. '/tree'))
    assert(paths.mkdir(root .. '/tree/sub'))
    write 'tree/sub/file'
    os.execute(('ln -s %s/kept %s/tree/link'):format(root, root))
    assert.has_error(function() paths.rmall(root .. '/tree') end)
    assert.is_true(paths.dirp(root .. '/tree'))
    assert.is_true(paths.rmall(root .. '/tree', 'yes'))
    assert.is_false(paths.dirp(root .. '/tree'))
    assert.is_true(paths.filep(root .. '/kept/file'))
    local ok, message, where = paths.rmall(root .. '/no', 'yes')
    assert.is_nil(ok)
    assert.are.same({'No such file or directory', root .. '/no'}, {message, where})
  end)

  it('finds programs', function()
    local shell = paths.findprogram('no-such-program', 'sh')
    assert.are.equal('sh', paths.basename(shell))
    assert.are.equal(shell, paths.findprogram(shell))
    assert.is_nil(paths.findprogram('no-such-program'))
    assert.is_true(paths.dirp(paths.execdir()))
  end)

  it('knows the file of its caller and runs files beside it', function()
    local here = paths.thisfile()
    assert.are.equal('paths_spec.lua', paths.basename(here))
    assert.are.equal(paths.dirname(here) .. '/x', paths.thisfile('x'))
    assert.is_nil(loadstring('return require("paths").thisfile(), 1', '=text')())
    local file = assert(io.open(root .. '/outer.lua', 'w'))
    file:write('return require("paths").dofile("inner.lua") + 1')
    file:close()
    file = assert(io.open(root .. '/inner.lua', 'w'))
    file:write('return 41')
    file:close()
    assert.are.equal(42, dofile(root .. '/outer.lua'))
    assert.has_error(function() paths.dofile(root .. '/no.lua') end)
  end)

  it('makes temporary files that go when the Lua state ends', function()
    local name = paths.tmpname()
    assert.is_true(paths.filep(name))
    local pipe = io.popen(([[LUA_PATH='%s' luajit -e 'print(require("paths").tmpname())']])
      :format(package.path))
    local other = pipe:read('*l')
    pipe:close()
    assert.is_string(other)
    assert.is_false(paths.filep(other))
  end)

  it('loads C modules', function()
    assert.are.equal(require 'lfs', paths.require 'lfs')
    assert.has_error(function() paths.require 'no.such.module' end)
  end)

  it('refuses arguments that are no strings, at the caller\'s line', function()
    for _, name in ipairs {'filep', 'dirp', 'basename', 'dirname', 'extname', 'concat', 'dir',
      'files', 'mkdir', 'rmdir', 'rmall', 'findprogram'} do
      local ok, message = pcall(function() paths[name]({}) end)
      assert.is_false(ok)
      assert.is_truthy(message:find('paths_spec.lua:', 1, true), message)
      assert.is_truthy(message:find('paths.' .. name, 1, true), message)
    end
    assert.has_error(function() paths.getregistryvalue('a', 'b', 'c') end)
  end)

  it('knows the system', function()
    local system, node, machine = paths.uname()
    assert.are.same({'Linux', true, true}, {system, #node > 0, #machine > 0})
    assert.is_nil(paths.is_mac())
    assert.are.equal(os.getenv 'HOME', paths.home)
  end)
end)
