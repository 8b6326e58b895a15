-- Addresses and references: torch.data, torch.cdata, retain and free, torch.pushudata,
-- torch.Allocator, storages in shared memory.

local ffi = require 'ffi'
local helpers = require 'helpers'
local torch = require 'torch'

local function number(pointer) return tonumber(ffi.cast('intptr_t', pointer)) end

describe('torch.data and torch.cdata', function()
  it('point to elements and structs', function()
    for _, name in ipairs {'Byte', 'Short', 'Int', 'Float', 'Double'} do
      local t = torch[name .. 'Tensor'] {1, 2, 3}
      local s = t:storage()
      assert.are.equal(2, torch.data(t)[1])
      assert.are.equal(2, torch.data(t:narrow(1, 2, 2))[0])
      assert.are.equal(3, torch.data(s)[2])
      torch.data(s)[0] = 9
      assert.are.equal(9, t[1])
      for _, object in ipairs {t, s} do
        assert.are.equal(number(torch.data(object)), tonumber(torch.data(object, true)))
        assert.are.equal(number(object:data()), tonumber(object:data(true)))
        assert.are.equal(torch.pointer(object), tonumber(torch.cdata(object, true)))
        assert.are.equal(torch.pointer(object), tonumber(object:cdata(true)))
        assert.are.equal('cdata', type(torch.data(object, true)))
      end
      assert.are.equal(3, tonumber(torch.cdata(t).sizes[0]))
      assert.are.equal(3, tonumber(torch.cdata(s).size))
    end
    assert.is_nil(torch.data(torch.FloatTensor()))
  end)

  it('refuse other values', function()
    for _, value in ipairs {1, 'x', {}, torch.Timer()} do
      assert.error_matches(function() torch.data(value) end, 'torch.data: expected a tensor or')
      assert.error_matches(function() torch.cdata(value) end, 'torch.cdata: expected a tensor or')
    end
    assert.error_matches(function() torch.data() end, 'got nil')
  end)
end)

describe('FFI types of tensors and storages', function()
  it('are values of no class', function()
    for _, object in ipairs {torch.FloatTensor(2), torch.IntStorage(2), torch.Generator()} do
      local ctype = ffi.typeof(object)
      assert.is_nil(torch.typename(ctype))
      assert.are.equal('cdata', torch.type(ctype))
      assert.is_false(torch.isTensor(ctype) or torch.isStorage(ctype))
      assert.is_false(torch.isTypeOf(ctype, torch.typename(object)))
      assert.error_matches(function() torch.serialize {ctype} end, 'Unwritable object <cdata>')
    end
  end)

  it('have no elements and no methods', function()
    local objects = {tensor = torch.FloatTensor(2), storage = torch.IntStorage(2)}
    for what, object in pairs(objects) do
      local ctype = ffi.typeof(object)
      local want = 'an FFI type is not a ' .. what
      assert.error_matches(function() return ctype.fill end, want)
      assert.has_error(function() return ctype[1] end)
      assert.has_error(function() ctype[1] = 2 end)
      assert.error_matches(function() return ctype:fill(1) end, want)
    end
    local ctype = ffi.typeof(torch.FloatTensor(2))
    assert.has_error(function() torch.add(ctype, 1) end)
    assert.has_error(function() torch.zeros(2):copy(ctype) end)
  end)
end)

describe('retain', function()
  it('keeps objects alive that only a pointer is left of', function()
    for _, suffix in ipairs {'Tensor', 'Storage'} do
      local object = torch['Int' .. suffix] {4, 5, 6}
      local pointer = torch.pointer(object)
      object:retain()
      object:retain()
      object = nil -- luacheck: ignore
      helpers.collect()
      for _ = 1, 2 do
        local again = torch.pushudata(pointer, 'torch.Int' .. suffix)
        assert.are.same({4, 5, 6}, again:totable())
      end
      -- A tensor's handle is its own: the one that was retained is let go by its address.
      if suffix == 'Storage' then
        local last = torch.pushudata(pointer, 'torch.IntStorage')
        last:free()
        last:free()
        assert.error_matches(function() last:free() end, 'no reference from retain')
        assert.are.same({4, 5, 6}, last:totable())
      end
    end
  end)

  it('is taken back by free, which else empties a tensor', function()
    local t = torch.ones(3)
    t:retain()
    t:free()
    assert.are.equal(3, t:sum())
    t:free()
    assert.are.equal(0, t:dim())
  end)
end)

describe('torch.pushudata', function()
  it('makes views of tensors and handles of storages', function()
    local t = torch.FloatTensor(2, 3):fill(1)
    local view = torch.pushudata(torch.cdata(t), 'torch.FloatTensor')
    view:fill(2)
    assert.are.equal(12, t:sum())
    assert.is_true(view:isSetTo(t))
    local s = torch.pushudata(torch.cdata(t:storage(), true) + 0, 'torch.FloatStorage')
    assert.is_true(s == t:storage())
  end)

  it('refuses pointers to other types and NULL', function()
    local t = torch.FloatTensor(3)
    assert.error_matches(function() torch.pushudata(torch.pointer(t), 'torch.IntTensor') end,
      'another type than torch.IntTensor')
    for _, name in ipairs {'FloatTensor', 'FloatStorage', 'Allocator'} do
      assert.error_matches(function() torch.pushudata(0, 'torch.' .. name) end, 'NULL pointer')
    end
  end)
end)

ffi.cdef [[
char *lt_test_strndup(const char *, size_t) __asm__("strndup");
char *lt_test_strcpy(char *, const char *) __asm__("strcpy");
]]

describe('torch.Allocator', function()
  -- C functions that show when they are called: memory begins as a copy of the context's text, and
  -- what was in it at its release replaces the context's text.
  local function allocator(context)
    local struct = ffi.new('lt_allocator', {
      allocate = ffi.cast('void *(*)(void *, int64_t)', ffi.C.lt_test_strndup),
      release = ffi.cast('void (*)(void *, void *)', ffi.C.lt_test_strcpy),
      context = context,
    })
    return torch.pushudata(ffi.cast('void *', struct), 'torch.Allocator')
  end

  it('gives storages their memory and takes it back', function()
    local context = ffi.new('char[64]', ('x'):rep(40))
    local from = allocator(context)
    assert.are.equal('torch.Allocator', torch.typename(from))
    local s = torch.CharStorage(from, 5)
    assert.are.equal('xxxxx', s:string())
    s:string('abcd\0')
    assert.error_matches(function() s:resize(6) end, 'cannot grow')
    assert.are.equal(3, s:resize(3):size())
    s = nil -- luacheck: ignore
    helpers.collect()
    assert.are.equal('abcd', ffi.string(context))
  end)

  it('serves tables, sizes and nothing', function()
    local context = ffi.new('char[64]', ('x'):rep(40))
    local from = allocator(context)
    assert.are.same({1, 2, 0}, torch.ByteStorage(from, {1, 2, 0}):totable())
    assert.are.equal(0, #torch.ByteStorage(from))
    for _, what in ipairs {'x', -1, torch.ByteStorage(2), {'x'}} do
      assert.is_false(pcall(torch.ByteStorage, from, what))
    end
    assert.is_false(pcall(torch.Allocator))
    assert.is_false(pcall(torch.ByteStorage, ffi.new 'lt_allocator', 1))
  end)
end)

describe('a storage in shared memory', function()
  local count, name = 0

  before_each(function()
    count = count + 1
    name = ('/luatorch-test-%d-%d'):format(require('torch.filesystem').process(), count)
  end)

  it('is shared by its name', function()
    local a = torch.FloatStorage(name, true, 5, true):fill(3)
    local b = torch.FloatStorage(name, true, 0, true)
    assert.are.equal(5, #b)
    b[2] = 7
    assert.are.equal(7, a[2])
    local private = torch.FloatStorage(name, false, 0, true)
    private[1] = 1
    assert.are.equal(3, a[1])
    assert.is_false(pcall(a.resize, a, 6))
  end)

  it('loses its name when a storage is freed, and stays for the others', function()
    local a = torch.IntStorage(name, true, 4, true):fill(6)
    local b = torch.IntStorage(name, true, #a, true)
    a = nil -- luacheck: ignore
    helpers.collect()
    assert.are.same({6, 6, 6, 6}, b:totable())
    assert.error_matches(function() torch.IntStorage(name, true, 0, true) end, 'unable to open')
    local c = torch.IntStorage(name, true, 2, true):fill(1)
    assert.are.same({6, 6, 6, 6}, b:totable())
    b = nil -- luacheck: ignore
    helpers.collect()
    assert.are.same({1, 1}, c:totable())
  end)

  it('must exist unless it is made', function()
    assert.error_matches(function() torch.FloatStorage(name, false, 5, true) end, 'unable to open')
    assert.error_matches(function() torch.FloatStorage(name, true, 0, true) end, 'unable to open')
    assert.is_false(pcall(torch.FloatStorage, name, true, -1, true))
  end)
end)

describe('torch.File', function()
  it('is a class without constructor', function()
    assert.is_true(torch.isTypeOf(torch.MemoryFile(), torch.File))
    assert.error_matches(function() torch.File() end, 'no constructor')
  end)
end)

describe('torch.test', function()
  it('finds this build in order', function()
    local write, lines = io.write, {}
    io.write = function(...) lines[#lines + 1] = table.concat({...}) end -- luacheck: ignore 122
    local ok, result = pcall(torch.test)
    local one, result_of_one = pcall(torch.test, 'views')
    io.write = write -- luacheck: ignore 122
    assert.is_true(ok, table.concat(lines))
    assert.are.equal(0, result)
    assert.is_true(one)
    assert.are.equal(0, result_of_one)
    assert.matches('Running 9 tests', table.concat(lines))
    assert.matches('Running 1 test\n', table.concat(lines))
  end)

  it('refuses what names no test', function()
    assert.error_matches(function() torch.test(5) end, 'the name of a test')
  end)
end)
