-- Saving that is cut off: by kill -9 in the middle, or by a disk with no room. What the file held
-- before is still there, whole; where the process lives on, it gets an error and nothing is left
-- over.

local helpers = require 'helpers'
local image = require 'image'
local paths = require 'paths'
local torch = require 'torch'

local KILL = [[
  local ffi = require 'ffi'
  ffi.cdef 'int getpid(void); int kill(int, int);'
  local function die() ffi.C.kill(ffi.C.getpid(), 9) end
]]

-- Saving into `name`, in which die() is called when a part has been written and reached the disk.
local interrupted = {
  ['torch.save'] = [[
    local methods = torch.class 'Deadly'
    function methods.write(_, file)
      file:writeDouble(torch.DoubleStorage(100000))
      file:synchronize()
      die()
    end
    torch.save(name, {torch.ones(1000), torch.factory 'Deadly' ()})
  ]],
  ['image.save'] = [[
    local class = torch.getmetatable 'torch.DiskFile'
    local write = class.__index.writeByte
    function class.writeByte(file, bytes)
      write(file, torch.ByteStorage(bytes, 1, 100))
      file:synchronize()
      die()
    end
    image.save(name, torch.rand(3, 64, 64))
  ]],
  ['torch.npy.save'] = [[
    local arrays = require 'torch.arrays'
    local write = arrays.write
    function arrays.write(stream, tensor)
      write(stream, tensor:narrow(1, 1, 50))
      stream.port:flush()
      die()
    end
    torch.npy.save(name, torch.rand(10000))
  ]],
}

local save = {
  ['torch.save'] = function(name, x) torch.save(name, x) end,
  ['image.save'] = function(name, x) image.save(name, x) end,
  ['torch.npy.save'] = function(name, x) torch.npy.save(name, x) end,
}
local load = {
  ['torch.save'] = torch.load,
  ['image.save'] = function(name) return image.load(name, 1, 'double')[1] end,
  ['torch.npy.save'] = function(name) return torch.npy.load(name) end,
}

describe('a save that is cut off', function()
  local folder, name
  local before = torch.eye(4)

  before_each(function()
    folder = os.tmpname()
    os.remove(folder)
    assert(os.execute('mkdir ' .. folder) == 0)
    name = folder .. '/file.png'
  end)

  after_each(function() os.execute('rm -rf ' .. folder) end)

  local function survives(kind)
    assert.are.same(before:totable(), load[kind](name):totable())
  end

  for kind, source in pairs(interrupted) do
    it('by kill -9 leaves the old file: ' .. kind, function()
      save[kind](name, before)
      local status, output = helpers.script(
        ("require 'torch' require 'image' %s local name = %q %s"):format(KILL, name, source))
      assert.are.equal(137, status, output)
      local files = 0
      for file in paths.files(folder) do files = files + (file:find('%.tmp$') and 1 or 0) end
      assert.are.equal(1, files, 'it was not killed while it wrote')
      survives(kind)
      save[kind](name, before) -- the remains disturb nobody
      survives(kind)
    end)

    -- Room for 16 kB, which ends while the file is written, and none, noticed when it is closed.
    for room, size in pairs {[32] = 200, [0] = 4} do
      it(('by a disk with room for %d blocks leaves the old file alone: %s'):format(room, kind),
        function()
          save[kind](name, before)
          local script = folder .. '/script.lua'
          local file = assert(io.open(script, 'w'))
          file:write(([[
            require 'torch'
            require 'image'
            print(pcall(%s, %q, torch.rand(1, %d, %d)))
          ]]):format(kind, name, size, size))
          file:close()
          local pipe = io.popen(
            ("trap '' XFSZ; ulimit -f %d; LUA_PATH='%s' LUA_CPATH='%s' luajit %s 2>&1")
              :format(room, package.path, package.cpath, script))
          local output = pipe:read('*a')
          pipe:close()
          assert.is_truthy(output:find('^false\t'), output)
          assert.is_truthy(output:find('File too large', 1, true), output)
          assert.is_truthy(output:find('file.png', 1, true), output)
          local files = {}
          for entry in paths.files(folder, function(f) return f ~= '.' and f ~= '..' end) do
            files[#files + 1] = entry
          end
          table.sort(files)
          assert.are.same({'file.png', 'script.lua'}, files)
          survives(kind)
        end)
    end
  end
end)
