-- The pretty printer against output of the original, and what that output does not cover.

local json = require 'dkjson'
local terminal = require 'trepl.terminal'

local function printed(code)
  local out, err, status = terminal.run {'-e', code}
  assert.are.same({'', 0}, {err, status})
  return out
end

describe('print equals the original for', function()
  local file = assert(io.open('tests/golden/print/th.json'))
  local golden = assert(json.decode(file:read('*a')))
  file:close()
  for _, record in ipairs(golden.records) do
    it(record.code, function() assert.are.equal(record.text, printed(record.code)) end)
  end
end)

describe('print', function()
  after_each(terminal.clean)

  local cases = {
    {'without arguments ends a line', 'print()', '\n'},
    {'keeps nil arguments', 'print(nil, 1, nil)', 'nil\t1\tnil\t\n'},
    {'sorts keys', 'print({b = 1, a = 2, 10, [true] = 3})',
      '{\n  1 : 10\n  a : 2\n  b : 1\n  true : 3\n}\n'},
    {'shows objects in tables by their own text',
      'print({setmetatable({1}, {__tostring = function() return "one" end})})',
      '{\n  1 : one\n}\n'},
    {'indents text of several lines',
      'print({x = setmetatable({}, {__tostring = function() return "a\\nb" end})})',
      '{\n  x : \n    a\n    b\n}\n'},
    {'shows empty tensors', 'print({torch.Tensor(), torch.LongStorage{1}})',
      '{\n  1 : DoubleTensor - empty\n  2 : LongStorage - size: 1\n}\n'},
    {'shows foreign C data', 'print(1LL, {2ULL})', '1LL\n{\n  1 : 2ULL\n}\n'},
    {'stops at cycles', 'setprintlevel(2) local t = {} t.t = t print(t)',
      '{\n  t : \n    {\n      t : {...}\n    }\n}\n'},
    {'is Lua\'s own at level 0', 'setprintlevel(0) print(1, "a") setprintlevel(1) print(1)',
      '1\ta\n1\t\n'},
    {'has the original beside it', 'print_old(1, 2) print_new(1, 2)', '1\t2\n1\t2\t\n'},
    {'has no colours in a pipe', 'print({"a", 1, true})',
      '{\n  1 : "a"\n  2 : 1\n  3 : true\n}\n'},
  }
  for _, case in ipairs(cases) do
    it(case[1], function() assert.are.equal(case[3], printed(case[2])) end)
  end

  it('takes depths that are whole numbers of at least 0', function()
    for _, bad in ipairs {'-1', '1.5', 'nil', '"x"', '0/0'} do
      local _, err, code = terminal.run {'-e', ('setprintlevel(%s)'):format(bad)}
      assert.is_truthy(err:find(':1: setprintlevel: expected a whole number', 1, true))
      assert.are.equal(1, code)
    end
  end)

  it('colours keys and values on a terminal until noColors()', function()
    local code = 'print({a = "x"}) noColors() print({a = "x"})'
    local th = terminal.start({'-e', code}, {TERM = 'xterm'})
    assert.are.equal(0, th:wait())
    assert.are.equal('{\n  \27[0;34ma\27[0m : \27[0;35m"x"\27[0m\n}\n{\n  a : "x"\n}\n', th.all)
  end)

  it('obeys NO_COLOR and plain terminals', function()
    for _, environment in ipairs {{TERM = 'xterm', NO_COLOR = '1'}, {TERM = 'dumb'},
      {TERM = ''}} do
      local th = terminal.start({'-e', 'print({a = "x"})'}, environment)
      assert.are.equal(0, th:wait())
      assert.are.equal('{\n  a : "x"\n}\n', th.all)
    end
  end)
end)

describe('trepl.colorize', function()
  it('colours text by the names of trepl.colors', function()
    local out = printed [[
      local colors, colorize = require 'trepl.colors', require 'trepl.colorize'
      for _, name in ipairs {'none', 'black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan',
        'white', 'Black', 'White', '_black', '_white'} do
        assert(colorize[name]('text') == colors[name] .. 'text' .. colors.none, name)
      end
      io.write(colorize.red('a'), colorize.Blue(1), colorize._green('b'))
      noColors()
      io.write(colorize.red('plain'))]]
    assert.are.equal('\27[0;31ma\27[0m\27[1;34m1\27[0m\27[42mb\27[0mplain', out)
  end)
end)
