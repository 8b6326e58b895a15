-- torch.pointer, include, environments, the clock: functions of torch that concern no tensors.

local torch = require 'torch'
local paths = require 'paths'

local function write(name, text)
  local file = assert(io.open(name, 'w'))
  file:write(text)
  file:close()
end

describe('torch.pointer', function()
  it('is one number for one object', function()
    local seen = {}
    for _, object in ipairs {{}, {}, print, coroutine.create(print), io.stdout, 'text',
      torch.Tensor(2), torch.LongStorage(2), function() end} do
      local pointer = torch.pointer(object)
      assert.are.equal('number', type(pointer))
      assert.are.equal(pointer, torch.pointer(object))
      assert.is_nil(seen[pointer])
      seen[pointer] = true
    end
    assert.are.equal('number', type(torch.pointer(3)))
  end)

  it('is the same for all handles of a storage', function()
    local t = torch.Tensor(2)
    assert.are.equal(torch.pointer(t:storage()), torch.pointer(t:narrow(1, 1, 1):storage()))
    assert.is_true(torch.isequal(t:storage(), t:storage()))
    assert.is_false(torch.isequal(t:storage(), torch.Tensor(2):storage()))
  end)

  it('refuses what has no address', function()
    assert.has_error(function() torch.pointer(nil) end)
    assert.has_error(function() torch.pointer(true) end)
  end)
end)

describe('Lua files', function()
  it('are found by package and run by include', function()
    assert.are.equal('xlua', paths.basename(torch.packageLuaPath('xlua')))
    assert.are.equal(paths.dirname(torch.packageLuaPath('torch')), torch.packageLuaPath())
    assert.is_nil(torch.packageLuaPath('no.such.package'))
    local path = package.path
    local directory = paths.tmpname()
    os.remove(directory)
    assert(paths.mkdir(directory))
    write(directory .. '/specpackage.lua', '')
    write(directory .. '/part.lua', 'spec_included = (spec_included or 0) + 1')
    write(directory .. '/main.lua', 'include "part.lua"')
    package.path = directory .. '/?.lua;' .. path
    torch.include('specpackage', 'part.lua')
    torch.include('specpackage', 'main.lua')
    package.path = path
    assert(paths.rmall(directory, 'yes'))
    assert.are.equal(2, rawget(_G, 'spec_included'))
    _G.spec_included = nil
    assert.has_error(function() torch.include('no.such.package', 'x.lua') end)
    assert.has_error(function() torch.include('xlua', 'missing.lua') end)
  end)
end)

describe('environments', function()
  it('of functions are read and set', function()
    local f = assert(loadstring('return x'))
    local environment = {x = 7}
    torch.setenv(f, environment)
    assert.are.equal(environment, torch.getenv(f))
    assert.are.equal(7, f())
    assert.has_error(function() torch.getenv(3) end)
    assert.has_error(function() torch.setenv(f, 3) end)
  end)
end)

describe('the rest', function()
  it('measures time', function()
    local start = torch.tic()
    local elapsed = torch.toc(start)
    assert.is_true(elapsed >= 0 and elapsed < 5)
    assert.has_error(function() torch.toc() end)
  end)

  it('knows terminals from files', function()
    local file = io.tmpfile()
    assert.is_false(torch.isatty(file))
    file:close()
    assert.has_error(function() torch.isatty(file) end)
    assert.has_error(function() torch.isatty('x') end)
  end)

  it('accepts what only Torch7 needed', function()
    torch.setheaptracking(true)
    assert.is_true(torch._heaptracking)
    torch.setheaptracking(false)
    assert.is_false(torch._heaptracking)
    assert.has_error(function() torch.setheaptracking(1) end)
    torch.updateerrorhandlers()
    torch.updatethreadlocals()
  end)
end)
