-- torch.class: declaration, inheritance, hooks, operators, queries.

local torch = require 'torch'

local holder  -- a fresh module for every test, reachable as _G.spec
local count = 0

before_each(function()
  count = count + 1
  holder = {}
  _G.spec = holder
end)

after_each(function() _G.spec = nil end)

-- Class names stay registered, so every test takes new ones.
local function name(base) return ('spec.%s%d'):format(base, count) end

local function new(base, parent) return torch.class(name(base), parent and name(parent)) end

local function make(base) return holder[base .. count] end

describe('torch.class', function()
  it('makes a constructor table that is called or used through new', function()
    local F = new 'Foo'
    function F:__init(x) self.x = x end
    assert.are.equal(3, make 'Foo'(3).x)
    assert.are.equal(4, make 'Foo'.new(4).x)
    assert.are.equal(5, make 'Foo'(1).new(5).x)
    assert.are.equal(name 'Foo', torch.type(make 'Foo'()))
    assert.are.same({name 'Foo'}, {torch.typename(make 'Foo'()), torch.typename(make 'Foo')})
    assert.are.equal(name 'Foo', tostring(make 'Foo'()))
    assert.are.same({F, F}, {getmetatable(make 'Foo'()), getmetatable(make 'Foo')})
  end)

  it('lets a class without __init be constructed', function()
    new 'Foo'
    assert.is_nil(make 'Foo'(1, 2).x)
  end)

  it('returns the parent and sees methods added to it later', function()
    local F = new 'Foo'
    local G, P = new('Goo', 'Foo')
    assert.are.equal(F, P)
    assert.are.equal(F, getmetatable(G))
    function F:__init(x) self.x = x end
    function G:__init(x) P.__init(self, x + 1) end
    local object = make 'Goo'(1)
    assert.are.equal(2, object.x)
    function P.hi() return 'hi' end
    assert.are.equal('hi', object:hi())
    function G.hi() return P.hi() .. '!' end
    assert.are.equal('hi!', object:hi())
  end)

  it('gives instances plain table lookup', function()
    local F = new 'Foo'
    local G = new('Goo', 'Foo')
    assert.are.equal(F, F.__index)
    assert.are.equal(G, G.__index)
  end)

  it('puts the constructor into a module table', function()
    local module = {}
    torch.class('Local' .. count, module)
    assert.is_table(module['Local' .. count])
    assert.is_nil(rawget(_G, 'Local' .. count))
    new 'Foo'
    torch.class('any.where.Sub' .. count, name 'Foo', module)
    assert.is_true(torch.isTypeOf(module['Sub' .. count](), name 'Foo'))
  end)

  it('writes through the constructor table into the metatable', function()
    local F = new 'Foo'
    make 'Foo'.shared = {1}
    assert.are.equal(F.shared, make 'Foo'().shared)
    assert.are.equal(1, make 'Foo'.shared[1])
  end)

  it('leaves nothing behind where it fails', function()
    assert.has_error(function() torch.class('nowhere.Foo' .. count) end)
    assert.is_nil(torch.getmetatable('nowhere.Foo' .. count))
    assert.has_error(function() torch.class(name 'Foo', 'spec.Missing') end)
    assert.is_nil(torch.getmetatable(name 'Foo'))
  end)

  for what, case in pairs {
    ['a missing module'] = {{'a.b.c.NoModule'}, 'a is an invalid module name'},
    ['no name'] = {{}, 'class name'},
    ['a number as name'] = {{3}, 'class name'},
    ['an unknown parent'] = {{'SpecFoo', 'NoParent'}, 'invalid parent class name NoParent'},
    ['a parent of other kind'] = {{'SpecFoo', 3}, 'class name'},
  } do
    it('refuses ' .. what .. ' at the caller\'s line', function()
      local ok, message = pcall(function() torch.class(unpack(case[1])) end)
      assert.is_false(ok)
      assert.is_truthy(message:find(case[2], 1, true), message)
      assert.is_truthy(message:find('class_spec.lua:', 1, true), message)
    end)
  end

  it('refuses to declare a class twice', function()
    new 'Foo'
    assert.has_error(function() new 'Foo' end, name 'Foo' .. ' has been already assigned a factory')
  end)

  it('declares a class anew after it was removed from Lua\'s registry', function()
    local mt = new 'Foo'
    assert.are.equal(mt, debug.getregistry()[name 'Foo'])
    debug.getregistry()[name 'Foo'] = nil
    assert.is_nil(torch.getmetatable(name 'Foo'))
    local again = new 'Foo'
    assert.are_not.equal(mt, again)
    assert.are.equal(again, torch.getmetatable(name 'Foo'))
    assert.are.equal(again, getmetatable(make 'Foo'()))
  end)
end)

describe('hooks', function()
  it('asks __index__ first, also in classes derived before it was set', function()
    local F = new 'Foo'
    local G = new('Goo', 'Foo')
    local object = make 'Goo'()
    function F.__index__(_, key)
      if key == 'magic' then return 42, true end
      return false
    end
    function G.method() return 'method' end
    assert.are.equal(42, object.magic)
    assert.are.equal(42, make 'Foo'().magic)
    assert.is_nil(object.other)
    assert.are.equal('method', object:method())
    new('Hoo', 'Goo')
    assert.are.equal(42, make 'Hoo'().magic)
  end)

  it('asks __newindex__ before it sets a field', function()
    local F = new 'Foo'
    function F:__newindex__(key, value)
      if key ~= 'double' then return false end
      rawset(self, 'single', value / 2)
      return true
    end
    local object = make 'Foo'()
    object.double, object.plain = 4, 5
    assert.are.same({single = 2, plain = 5}, {single = object.single, plain = object.plain})
    assert.is_nil(rawget(object, 'double'))
  end)

  it('takes operators from __xxx__ methods, inherited ones too', function()
    local F = new 'Foo'
    new('Goo', 'Foo')
    local object = make 'Goo'()
    for operator in ('add sub mul div mod pow concat'):gmatch '%a+' do
      F['__' .. operator .. '__'] = function(a, b)
        return operator .. (a == object and 1 or 2) .. (b == object and 1 or 2)
      end
    end
    assert.are.same({'add12', 'add21', 'sub12', 'mul12', 'div21', 'mod12', 'pow12', 'concat12'},
      {object + 1, 1 + object, object - 1, object * 1, 1 / object, object % 1, object ^ 1,
        object .. 'x'})
    function F.__unm__() return 'minus' end
    function F.__call__(_, x) return x + 1 end
    function F.__tostring__() return 'I am Foo' end
    local length = getmetatable(object).__len -- asked by interpreters as of Lua 5.2 alone
    assert.are.equal(0, length(object))
    function F.__len__() return 7 end
    assert.are.equal(7, length(object))
    function F.__lt__() return true end
    function F.__le__() return false end
    assert.are.equal('minus', -object)
    assert.are.equal(3, object(2))
    assert.are.equal('I am Foo', tostring(object))
    assert.is_true(object < make 'Goo'())
    assert.is_false(object <= make 'Goo'())
  end)

  it('compares by identity unless there is __eq__', function()
    local F = new 'Foo'
    local a, b = make 'Foo'(), make 'Foo'()
    assert.is_true(rawequal(a, a) and a == a)
    assert.is_false(a == b)
    function F.__eq__() return true end
    assert.is_true(a == b)
  end)

  it('names the classes where an operator is missing', function()
    new 'Foo'
    local object = make 'Foo'()
    for _, case in ipairs {
      {function() return object + 1 end, 'both ' .. name 'Foo' .. ' and number have no addition'},
      {function() return -object end, name 'Foo' .. ' has no negation operator'},
      {function() local r = object() return r end, name 'Foo' .. ' has no call operator'},
    } do
      local ok, message = pcall(case[1])
      assert.is_false(ok)
      assert.is_truthy(message:find(case[2], 1, true), message)
    end
    assert.are.equal(0, #object)
  end)
end)

describe('queries', function()
  it('tell classes from other values', function()
    assert.is_nil(torch.typename(3))
    assert.is_nil(torch.typename({}))
    assert.is_nil(torch.typename('text'))
    assert.are.same({'nil', 'string', 'function', 'table', 'number'},
      {torch.type(nil), torch.type('s'), torch.type(print), torch.type({}), torch.type(1)})
  end)

  it('isTypeOf takes names, patterns and constructors along the ancestors', function()
    new 'Foo'
    new('Goo', 'Foo')
    local object = make 'Goo'()
    assert.is_true(torch.isTypeOf(object, name 'Foo'))
    assert.is_true(torch.isTypeOf(object, make 'Foo'))
    assert.is_true(torch.isTypeOf(object, 'spec%.Fo+%d+'))
    assert.is_true(torch.isTypeOf(object, 'pec%.F')) -- a pattern may match a part
    assert.is_false(torch.isTypeOf(object, 'spec'))
    assert.is_false(torch.isTypeOf(make 'Foo'(), name 'Goo'))
    assert.is_false(torch.isTypeOf({}, 'torch.Tensor'))
    assert.is_false(torch.isTypeOf(3, 'number'))
    assert.has_error(function() torch.isTypeOf(object, {}) end)
  end)

  it('find classes by name', function()
    local F = new 'Foo'
    assert.are.equal(F, torch.getmetatable(name 'Foo'))
    assert.are.equal(make 'Foo', torch.getconstructortable(name 'Foo'))
    assert.are.equal(name 'Foo', torch.typename(torch.factory(name 'Foo')()))
    for _, query in ipairs {torch.getmetatable, torch.getconstructortable, torch.factory} do
      assert.is_nil(query 'Nope')
    end
    assert.are.equal(1, torch.version(make 'Foo'()))
    F.__version = 2
    assert.are.equal(2, torch.version(make 'Foo'()))
  end)

  it('let a package declare a class when its name is touched', function()
    local lazy = name 'Lazy'
    setmetatable(holder, {__index = function(_, key)
      if lazy == 'spec.' .. key then return torch.class(lazy) and rawget(holder, key) end
    end})
    assert.is_table(torch.getmetatable(lazy))
  end)

  it('setmetatable makes a table an instance', function()
    new 'Foo'
    assert.are.equal(name 'Foo', torch.typename(torch.setmetatable({}, name 'Foo')))
    assert.has_error(function() torch.setmetatable({}, 'Nope') end)
    assert.has_error(function() torch.setmetatable(3, name 'Foo') end)
  end)

  it('newmetatable completes a class step by step', function()
    local mt = torch.newmetatable(name 'Foo')
    assert.has_error(function() return torch.getconstructortable(name 'Foo')() end)
    assert.are.equal(mt, torch.newmetatable(name 'Foo', nil, function() return 'made' end,
      function() end, function() return 'raw' end))
    assert.are.equal('made', make 'Foo'())
    assert.are.equal('raw', torch.factory(name 'Foo')())
    assert.is_function(mt.__gc)
    assert.has_error(function() torch.newmetatable(name 'Foo', nil, print) end,
      name 'Foo' .. ' has been already assigned a constructor')
    torch.newmetatable(name 'Goo', name 'Foo')
    assert.has_error(function() torch.newmetatable(name 'Foo', name 'Goo') end,
      name 'Foo' .. ' cannot inherit from itself')
  end)
end)
