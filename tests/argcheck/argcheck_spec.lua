-- Package argcheck: which arguments fit rules, what becomes of them, and what is said otherwise.

local argcheck = require 'argcheck'
local torch = require 'torch'

local number = {name = 'x', type = 'number', default = 0, help = 'the first number'}
local text = {name = 'msg', type = 'string', help = 'a message'}
local maybe = {name = 'msg', type = 'string', opt = true}

local function with(options, ...)
  local rules = {...}
  for key, value in pairs(options) do rules[key] = value end
  return rules
end

local function pack(...) return {n = select('#', ...), ...} end

local small = function(x) return x <= 10 end
local count = 0
local function counted()
  count = count + 1
  return count
end

-- Rules, arguments, and the results (nil: the arguments do not fit).
local cases = {
  {'an argument', {{name = 'x', type = 'number'}}, pack(5), pack(5)},
  {'none where one is needed', {{name = 'x', type = 'number'}}, pack()},
  {'another type', {{name = 'x', type = 'number'}}, pack('5')},
  {'too many', {{name = 'x', type = 'number'}}, pack(5, 6)},
  {'a default', {number}, pack(), pack(0)},
  {'a default in front', {number, text}, pack('m'), pack(0, 'm')},
  {'all of them', {number, text}, pack(4, 'm'), pack(4, 'm')},
  {'a missing last one', {number, text}, pack(4)},
  {'nil for a default', {number, text}, pack(nil, 'm'), pack(0, 'm')},
  {'an optional one left out', {number, maybe}, pack(), pack(0, nil)},
  {'an optional one alone', {number, maybe}, pack('m'), pack(0, 'm')},
  {'nil for an optional one', {number, maybe}, pack(2, nil), pack(2, nil)},
  {'two defaults of one type, the first first',
    {number, {name = 'y', type = 'number', default = 7}}, pack(3), pack(3, 7)},
  {'the value of another', {{name = 'x', type = 'number'},
    {name = 'y', type = 'number', defaulta = 'x'}}, pack(3), pack(3, 3)},
  {'the result of a function',
    {{name = 'x', type = 'number', defaultf = counted}}, pack(), pack(1)},
  {'false as default', {{name = 'b', type = 'boolean', default = false}}, pack(), pack(false)},
  {'no type, any value', {{name = 'v'}}, pack(false), pack(false)},
  {'no type, nil', {{name = 'v'}}, pack(nil)},
  {'a value that its check takes',
    {{name = 'x', type = 'number', check = small}}, pack(3), pack(3)},
  {'a value that its check refuses', {{name = 'x', type = 'number', check = small}}, pack(11)},
  {'names', {number, text}, pack({x = 1, msg = 'm'}), pack(1, 'm')},
  {'names, with a default', {number, text}, pack({msg = 'm'}), pack(0, 'm')},
  {'an unknown name', {number, text}, pack({msg = 'm', z = 1})},
  {'a wrong type by name', {number, text}, pack({msg = 3})},
  {'a table that is an argument', {{name = 't', type = 'table'}}, pack({t = 1}), pack({t = 1})},
  {'no names', with({nonamed = true}, number, text), pack({msg = 'm'})},
  {'names only', with({noordered = true}, number, text), pack('m')},
  {'names only, given', with({noordered = true}, number, text), pack({msg = 'm'}), pack(0, 'm')},
  {'a packed table', with({pack = true}, number, text), pack('m'), pack({x = 0, msg = 'm'})},
  {'quiet success', with({quiet = true}, number, text), pack('m'), pack(true, 0, 'm')},
  {'a function to call', with({call = function(x, m) return m .. x, nil end}, number, text),
    pack(1, 'm'), pack('m1', nil)},
  {'no rules', {}, pack(), pack()},
  {'an argument without rules', {}, pack(1)},
}

describe('argcheck takes', function()
  for _, case in ipairs(cases) do
    it((case[4] and '' or 'not ') .. case[1], function()
      local check = argcheck(case[2])
      local function call() return check(unpack(case[3], 1, case[3].n)) end
      if case[4] then
        assert.are.same(case[4], pack(call()))
      else
        local ok, message = pcall(call)
        assert.is_false(ok)
        assert.is_truthy(message:find('invalid arguments$'), message)
      end
    end)
  end

  it('tensors and classes by name, subclasses, and any tensor', function()
    local check = argcheck{{name = 'a', type = 'torch.*Tensor'},
      {name = 'b', type = 'torch.FloatTensor', opt = true}}
    check(torch.IntTensor())
    check(torch.DoubleTensor(), torch.FloatTensor())
    assert.is_false(pcall(check, torch.FloatTensor(), torch.IntTensor()))
    assert.is_false(pcall(check, torch.LongStorage()))
    assert.is_false(pcall(check, 'torch.FloatTensor'))
    local classes = {}
    torch.class('argcheck_spec.Base', classes)
    torch.class('argcheck_spec.Derived', 'argcheck_spec.Base', classes)
    local object = classes.Derived()
    local base = argcheck{{name = 'o', type = 'argcheck_spec.Base'}}
    assert.are.equal(object, base(object))
    assert.is_false(pcall(argcheck{{name = 'o', type = 'argcheck_spec.Derived'}}, classes.Base()))
    assert.is_false(pcall(argcheck{{name = 'o', type = 'table'}}, object))
  end)

  it('methods, in order and by name', function()
    local object = {}
    object.f = argcheck{{name = 'self', type = 'table'}, {name = 'x', type = 'number'}, maybe,
      call = function(self, x, msg) return self == object, x, msg end}
    assert.are.same({true, 5, 'm'}, {object:f(5, 'm')})
    assert.are.same({true, 5, 'm'}, {object:f{x = 5, msg = 'm'}})
    assert.are.same({true, 5}, {object:f{x = 5}})
    assert.is_false(pcall(object.f, object, {x = 5, self = object}))
  end)

  it('arguments in threads that a check was sent to', function()
    local check = argcheck{number, {name = 't', type = 'torch.*Tensor'}}
    local pool = require('threads').Threads(1)
    local results = {}
    pool:addjob(function()
      local made = argcheck{{name = 'x', type = 'number', default = 7}}
      return made(), (pcall(check, 'x')), check(2, torch.IntTensor())
    end, function(...) results = {...} end)
    pool:synchronize()
    pool:terminate()
    assert.are.same({7, false, 2}, {unpack(results, 1, 3)})
    assert.are.equal('torch.IntTensor', torch.type(results[4]))
  end)

  it('types as the environment tells them', function()
    local env = require 'argcheck.env'
    local original = env.istype
    env.istype = function(_, name) return name == 'anything' end
    local check = argcheck{{name = 'x', type = 'anything'}}
    env.istype = original
    assert.are.equal(3, check(3))
    assert.are.equal('torch.IntTensor', env.type(torch.IntTensor()))
    assert.are.equal('string', env.type('s'))
  end)
end)

describe('overloaded checks', function()
  local function numbers() return argcheck{{name = 'x', type = 'number'},
    call = function(x) return 'number', x end} end
  local function words(options)
    return argcheck(with(options, {name = 's', type = 'string'}))
  end

  it('take what either takes', function()
    local f = numbers()
    local g = words{overload = f, call = function(s) return 'string', s end}
    assert.are.same({'number', 3}, {g(3)})
    assert.are.same({'string', 'a'}, {g('a')})
    assert.is_false(pcall(f, 'a'))
    local ok, message = pcall(g, true)
    assert.is_false(ok)
    assert.is_truthy(message:find(' x = number  %-%- .*\nor\n.* s = string  %-%- '), message)
  end)

  it('change the function they are chained to', function()
    local f = numbers()
    assert.are.equal(f, words{chain = f, call = function(s) return 'string', s end})
    assert.are.same({'string', 'a'}, {f('a')})
  end)

  it('are refused where both take the same, unless forced', function()
    local rules = with({overload = numbers(), call = function() return 'both' end},
      {name = 'x', type = 'number'}, {name = 's', type = 'string', default = ''})
    local ok, message = pcall(function() argcheck(rules) end)
    assert.is_false(ok)
    assert.is_truthy(message:find('argcheck_spec.lua:%d+: argcheck: the rules are ambiguous'))
    rules.force = true
    assert.are.equal('both', argcheck(rules)(5))
  end)
end)

describe('the text', function()
  local expected = 'Adds.\n\narguments:\n{\n  [x   = number]  -- the first number [default=0]\n'
    .. '   msg = string   -- a message\n}'

  it('lists names, types, help and defaults', function()
    local ok, message = argcheck(with({quiet = true, help = 'Adds.'}, number, text))(5)
    assert.is_false(ok)
    assert.are.equal(expected, message)
    local check = argcheck(with({help = 'Adds.'}, number, text))
    ok, message = pcall(function() check(5) end)
    assert.is_false(ok)
    assert.is_truthy(message:find('argcheck_spec.lua:%d+: Adds'), message)
    assert.is_truthy(message:find(expected, 1, true), message)
  end)

  it('has the arguments where its help wants them, and is recorded', function()
    local doc = require 'argcheck.doc'
    doc.record()
    doc '# f\n'
    argcheck(with({doc = 'f(@ARGP)\n@ARGT\n'}, text, number))
    assert.are.equal('# f\nf(msg[, x])\n```\n   msg = string   -- a message\n'
      .. '  [x   = number]  -- the first number [default=0]\n```\n', doc.stop())
    doc 'not recorded'
    assert.are.equal('', doc.stop())
  end)
end)

-- Tables that are no rules, and what the message says.
local refused = {
  {'a number', 3, 'table of rules, got'},
  {'a rule without a name', {{type = 'number'}}, 'rule 1 must be a table with a name'},
  {'one name twice', {text, text}, 'two rules have the name msg'},
  {'a type that is no string', {{name = 'x', type = 3}}, 'type of rule x must be a string'},
  {'a value of no rule', {{name = 'x', defaulta = 'y'}}, 'x takes the value of y'},
  {'neither order nor names', {noordered = true, nonamed = true}, 'at least ordered or named'},
  {'help and doc', {help = 'a', doc = 'b'}, 'both help and doc'},
  {'a call that is no function', {call = 3}, 'call of the rules must be a function'},
  {'an overload of another function', {overload = print}, 'must be made by argcheck'},
}

describe('argcheck refuses', function()
  for _, case in ipairs(refused) do
    it(case[1], function()
      local ok, message = pcall(function() argcheck(case[2]) end)
      assert.is_false(ok)
      assert.is_truthy(message:find('argcheck_spec.lua:%d+: argcheck: '), message)
      assert.is_truthy(message:find(case[3], 1, true), message)
    end)
  end
end)
