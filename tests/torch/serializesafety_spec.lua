-- Files that carry code, damaged files, files of unknown classes: what torch.load must not do.

local ffi = require 'ffi'
local torch = require 'torch'
local F = require 'torch.ffi'
local objects = require 'recorded_objects'

objects.declare_classes()

local name

before_each(function() name = os.tmpname() end)
after_each(function() os.remove(name) end)

-- A new file each time: to overwrite one may wait for the disk.
local function write(text)
  os.remove(name)
  local handle = assert(io.open(name, 'wb'))
  handle:write(text)
  handle:close()
end

-- Bytes of a record: numbers as ints, strings as they are, {n} as a long.
local function record(...)
  local pieces = {}
  for i, piece in ipairs {...} do
    if type(piece) == 'number' then
      pieces[i] = ffi.string(ffi.new('int32_t[1]', piece), 4)
    elseif type(piece) == 'table' then
      pieces[i] = ffi.string(ffi.new('int64_t[1]', piece[1]), 8)
    else
      pieces[i] = piece
    end
  end
  return table.concat(pieces)
end

describe('functions in files', function()
  local function count(f, n)
    for _ = 1, n do f() end
    return f()
  end

  local function counter()
    local value = 0
    return {
      up = function()
        value = value + 1
        return value
      end,
      get = function() return value end,
    }
  end

  it('are not loaded: the stand-in says how to allow them', function()
    torch.save(name, {f = counter().up, n = 5})
    local t = torch.load(name)
    assert.equal(5, t.n)
    assert.equal('torch.InertFunction', torch.typename(t.f))
    assert.matches('^torch.InertFunction %(%d+ bytes of bytecode%)$', tostring(t.f))
    assert.error_matches(function() t.f() end, 'functions = true')
    local f = torch.DiskFile(name):binary()
    assert.equal('torch.InertFunction', torch.typename(f:readObject().f))
  end)

  it('are loaded where that is asked for', function()
    torch.save(name, counter())
    local t = torch.load(name, nil, {functions = true})
    assert.equal(4, count(t.up, 3))
    assert.equal(4, t.get())
    t = torch.DiskFile(name):binary():functions(true):readObject()
    assert.equal(2, count(t.up, 1))
  end)

  it('are loaded where the environment says so', function()
    torch.save(name, counter())
    local getenv = os.getenv
    os.getenv = function(variable) -- luacheck: ignore 122
      if variable == 'LUATORCH_LOAD_FUNCTIONS' then return '1' end
      return getenv(variable)
    end
    local ok, t = pcall(torch.load, name)
    local refused = torch.load(name, nil, {functions = false})
    os.getenv = getenv -- luacheck: ignore 122
    assert.is_true(ok)
    assert.equal(1, t.up())
    assert.equal('torch.InertFunction', torch.typename(refused.up))
  end)

  it('survive loading and saving as stand-ins, shared upvalues too', function()
    torch.save(name, counter())
    torch.save(name, torch.load(name))
    local t = torch.load(name, nil, {functions = true})
    t.up()
    assert.equal(1, t.get())
  end)

  it('of several files keep their upvalues apart', function()
    torch.save(name, counter())
    local a, b = torch.load(name), torch.load(name)
    torch.save(name, {a, b, counter()})
    local t = torch.load(name, nil, {functions = true})
    t[1].up()
    t[3].up()
    t[3].up()
    assert.same({1, 0, 2}, {t[1].get(), t[2].get(), t[3].get()})
  end)

  it('in memory are loaded', function()
    assert.equal(3, count(torch.deserialize(torch.serialize(counter())).up, 2))
    local f = torch.MemoryFile()
    f:writeObject(counter().up)
    f:seek(1)
    assert.equal(1, f:readObject()())
  end)

  it('must be bytecode of this Lua, never source', function()
    write(record(8, 1, 8, 'return 1', 3, 2, 0))
    assert.error_matches(function() torch.load(name, nil, {functions = true}) end, 'cannot load')
    write(record(8, 1, 4, '\27LJ\9', 3, 2, 0))
    assert.error_matches(function() torch.load(name, nil, {functions = true}) end, 'cannot load')
    assert.equal('torch.InertFunction', torch.typename(torch.load(name)))
  end)

  it('that no bytecode can give are refused when they are saved', function()
    assert.error_matches(function() torch.save(name, {print}) end, 'Unwritable object <function>')
  end)
end)

local storage = {4, 1, 3, 'V 1', 19, 'torch.DoubleStorage'}
local tensor = {4, 1, 3, 'V 1', 18, 'torch.DoubleTensor'}

local function with(prefix, ...)
  local all = {unpack(prefix)}
  for _, piece in ipairs {...} do all[#all + 1] = piece end
  return record(unpack(all))
end

local inner = record(4, 2, 3, 'V 1', 19, 'torch.DoubleStorage', {2}, {1}, {1})

-- Damaged files, with a part of the message.
local damaged = {
  {'', 'position 1: it ends early'},
  {record(9), 'a record of kind 9'},
  {record(-1), 'a record of kind %-1'},
  {record(1) .. '1234', 'it ends early'},
  {record(2, -5), 'a string of %-5 bytes'},
  {record(2, 0x7fffffff, 'abc'), 'it ends early'},
  {record(3, 1, 0x7fffffff), 'it ends early'},
  {record(3, 1, -1), 'a table of %-1 entries'},
  {record(3, 1, 1, 0, 0), 'a table key of nil'},
  {record(3, 1, 1, 1, '\0\0\0\0\0\0\248\127', 0), 'a table key of nan'},
  {record(4, 1, 3, 'V 1', 11, 'no.such_one'), 'unknown class <no.such_one>'},
  {record(4, 1, 3, 'V 1', 13, 'os.execute.it'), 'unknown class <os.execute.it>'},
  {record(4, 1, 3, 'V 1', 18, 'cudnn.NoSuchModule'), 'package cudnn'},
  {record(4, 1, 3, 'V 1', 9, 'torch.Foo'), 'unknown class <torch.Foo>'},
  {record(4, 1, 3, 'V 1', 14, 'torch.DiskFile'), 'unknown class <torch.DiskFile>'},
  {record(4, 1, 3, 'V 1', 12, 'golden.Point', 1, {0}), 'golden.Point has number'},
  {record(8, 1, 3, 'abc', 2, 1, 'x'), 'torch.InertFunction has string'},
  {with(storage, {-1}), 'bad size or offset %-1'},
  {with(storage, {2^60}), 'bad size or offset'},
  {with(storage, {2^50}, {1}, {1}), 'it ends after 2 of 1125899906842624 elements'},
  {with(storage, {3}, {1}, {1}), 'it ends after 2 of 3'},
  {with(tensor, -1), 'a tensor of %-1 dimensions'},
  {with(tensor, 17), 'a tensor of 17 dimensions'},
  {with(tensor, 1, {0}, {1}, {1}, inner), 'bad size or offset 0'},
  {with(tensor, 1, {2}, {-1}, {1}, inner), 'bad size or offset %-1'},
  {with(tensor, 1, {2}, {1}, {0}, inner), 'bad size or offset 0'},
  {with(tensor, 1, {3}, {1}, {1}, inner), 'ends at element 3 of a storage of 2'},
  {with(tensor, 1, {2}, {1}, {2}, inner), 'ends at element 3 of a storage of 2'},
  {with(tensor, 2, {2^31}, {2^31}, {2^33}, {2^33}, {1}, inner), 'a tensor of 4.*e%+18 elements'},
  {with(tensor, 2, {2^20}, {2^20}, {2^50}, {2^50}, {1}, inner), 'ends at element'},
  {with(tensor, 2, {2^40}, {2^40}, {0}, {0}, {1}, inner), 'a tensor of 1.*e%+24 elements'},
  {with(tensor, 0, {9}, inner), 'ends at element 9'},
  {with(tensor, 1, {2}, {1}, {1}, 1, {0}), 'a DoubleTensor on the number 0'},
  {with(tensor, 1, {2}, {1}, {1}, 0), 'a DoubleTensor on nil'},
  {with(tensor, 1, {2}, {1}, {1}, 4, 1), 'a DoubleTensor on an empty DoubleTensor'},
}

describe('damaged files:', function()
  for _, case in ipairs(damaged) do
    it(case[2], function()
      write(case[1])
      local before = F.C.lt_mem.live
      local ok, message = pcall(torch.load, name)
      assert.is_false(ok)
      assert.matches(case[2], message)
      assert.is_truthy(message:find(name, 1, true))
      assert.is_true(F.C.lt_mem.live - before < 4 * 2^20)
    end)
  end

  it('read methods that are nested too deeply', function()
    local Nest = torch.class('golden.Nest')
    function Nest:read(file) self.inner = file:readObject() end
    local pieces = {}
    for i = 1, 5000 do pieces[i] = record(4, i, 3, 'V 1', 11, 'golden.Nest') end
    write(table.concat(pieces))
    assert.error_matches(function() torch.load(name) end, 'nested deeper than')
  end)

  it('write methods that are nested too deeply', function()
    local Endless = torch.class('golden.Endless')
    function Endless.write(_, file) file:writeObject(golden.Endless()) end -- luacheck: ignore 113
    assert.error_matches(function() torch.save(name, torch.factory('golden.Endless')()) end,
      'nested deeper than')
  end)

  it('a class that cannot be written is left out of an object, with a warning', function()
    local point = torch.factory('golden.Point')()
    point.x, point.thread = 1, coroutine.create(print)
    local stderr, text = io.stderr, {}
    io.stderr = {write = function(_, s) text[#text + 1] = s end} -- luacheck: ignore 122
    local ok, message = pcall(torch.save, name, point)
    io.stderr = stderr -- luacheck: ignore 122
    assert.is_true(ok, message)
    assert.matches('cannot write field thread of golden.Point', text[1])
    assert.equal(1, torch.load(name).x)
    assert.is_nil(torch.load(name).thread)
  end)
end)

describe('random damage', function()
  local state = 12345

  -- A number from 0 to n - 1.
  local function random(n)
    state = (state * 1103515245 + 12345) % 2^31
    return math.floor(state / 2^31 * n)
  end

  local function damage(text)
    local change = random(8)
    if change == 0 then return text:sub(1, random(#text + 1)) end
    for _ = 1, 1 + random(3) do
      local at = random(#text + 1)
      if change == 1 then
        text = text:sub(1, at) .. ('\255\127\0\1'):sub(1, 1 + random(4)) .. text:sub(at + 1)
      elseif change == 2 then
        text = text:sub(1, at) .. text:sub(at + 2 + random(8))
      else
        text = text:sub(1, at) .. string.char(random(256)) .. text:sub(at + 2)
      end
    end
    return text
  end

  it('gives a value or an error', function()
    local files = {}
    for _, entry in ipairs(objects.records()) do
      if entry.file and not entry.file:find('^nn_') and #objects.content(entry.file) < 8192 then
        files[#files + 1] = {text = objects.content(entry.file), mode = entry.mode}
      end
    end
    local raised, gave, before = 0, 0, tonumber(F.C.lt_mem.live)
    for _ = 1, 4000 do
      local file = files[1 + random(#files)]
      write(damage(file.text))
      local mode = file.mode ~= 'bigendian' and file.mode or 'binary'
      local ok, value = pcall(torch.load, name, mode)
      if ok then
        gave = gave + 1
        pcall(tostring, value)
        assert.has_no.errors(function() torch.serialize(value) end)
      else
        raised = raised + 1
        assert.equal('string', type(value))
      end
      assert.is_true(F.C.lt_mem.live - before < 2^28, tonumber(F.C.lt_mem.live))
    end
    assert.is_true(raised > 1000 and gave > 500)
  end)
end)
