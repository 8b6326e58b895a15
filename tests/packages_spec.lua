-- Packages that only say why they cannot work here, and what Torch7's programs find in globals.

local helpers = require 'helpers'
local torch = require 'torch'

describe('without a GPU', function()
  local folder

  -- The message of two tries to require a package, with a driver of the given C text (nil: with
  -- the machine's).
  local function message(package_name, driver)
    local environment = {}
    if driver then
      local source = io.open(folder .. '/driver.c', 'w')
      source:write(driver)
      source:close()
      assert(os.execute(('${CC:-cc} -shared -fPIC -o %s/libcuda.so.1 %s/driver.c')
        :format(folder, folder)) == 0)
      environment.LD_LIBRARY_PATH = folder
    end
    local status, output = helpers.script(([[
      for _ = 1, 2 do print(select(2, pcall(require, %q))) end
    ]]):format(package_name), environment)
    assert.are.equal(0, status, output)
    local first, second = output:match('^(.-)\n(.-)\n$')
    assert.are.equal(first, second)
    return first
  end

  before_each(function()
    folder = os.tmpname()
    os.remove(folder)
    assert(os.execute('mkdir ' .. folder) == 0)
  end)

  after_each(function() os.execute('rm -rf ' .. folder) end)

  local DRIVER = 'int cuInit(unsigned f) { return %d; }\n'
    .. 'int cuDeviceGetCount(int *n) { *n = %d; return 0; }\n'

  for _, name in ipairs {'cutorch', 'cunn', 'cudnn'} do
    it('requiring ' .. name .. ' says why it fails', function()
      assert.is_truthy(message(name):find('^cutorch: %S'))
      assert.are.equal('cutorch: no CUDA device was found (cuInit gave 100)',
        message(name, DRIVER:format(100, 0)))
      assert.are.equal('cutorch: no CUDA device was found (cuInit gave 0)',
        message(name, DRIVER:format(0, 0)))
      local built = package.searchpath('libluatorch_cuda', package.cpath)
      assert.is_truthy(message(name, DRIVER:format(0, 1))
        :find(built and 'older than the CUDA runtime' or 'make cuda', 1, true))
    end)
  end

  it('a file of CUDA tensors says so too', function()
    local file = torch.MemoryFile('rw'):ascii()
    file:writeString('4\n1\n3\nV 1\n16\ntorch.CudaTensor\n')
    file:seek(1)
    local ok, text = pcall(file.readObject, file)
    assert.is_false(ok)
    assert.is_truthy(text:find('package cutorch does not give: cutorch: ', 1, true), text)
    assert.is_truthy(text:find('{cpu = true}', 1, true), text)
  end)
end)

describe('globals', function()
  it('xlua and sys come with optim and image, as in Torch7', function()
    for _, name in ipairs {'optim', 'image'} do
      local status, output = helpers.script(([[
        require '%s'
        io.write(type(xlua.progress), type(sys.clock), #('a,b'):split(','))]]):format(name))
      assert.are.same({0, 'functionfunction2'}, {status, output})
    end
  end)

  it('unpack and table.unpack are one', function()
    assert.are.equal(unpack, rawget(table, 'unpack'))
  end)

  it('table.pack counts what it gets', function()
    assert.are.same({1, nil, 3, n = 3}, rawget(table, 'pack')(1, nil, 3))
    assert.are.same({n = 0}, rawget(table, 'pack')())
  end)

  it('rawlen is the length of tables and strings', function()
    local rawlen = rawget(_G, 'rawlen')
    assert.are.equal(2, rawlen(setmetatable({1, 2}, {__len = function() return 9 end})))
    assert.are.equal(3, rawlen('abc'))
    local ok, message = pcall(function() rawlen(3) end)
    assert.is_false(ok)
    assert.is_truthy(message:find('packages_spec.lua:%d+: rawlen: expected a table or a string, '
      .. 'got number'), message)
  end)

  it('of env are those of the interpreter', function()
    local status, output = helpers.script [[
      require 'env'
      local t = table()
      t:insert(3)
      t:insert(4)
      io.write(t[1] + t[2], type(exit), type(who), type(torch), type(dok), '\n')
      print({1})
      exit()
      print 'not reached'
    ]]
    assert.are.equal(0, status, output)
    assert.are.equal('7functionfunctiontabletable\n{\n  1 : 1\n}\n', output)
  end)
end)
