-- torch.Tester and torch.TestSuite: what passes, what fails, what is reported.

local torch = require 'torch'
local run = require 'torch.testerrun'

-- Whether an assertion, called as f(tester), holds.
local function holds(f)
  local tester = torch.Tester()
  local result
  tester:add(function() result = f(tester) end, 'test')
  local ok = run(tester)
  assert.are.equal(ok, result)
  return ok
end

local function tensor(...) return torch.Tensor {...} end

local passing = {
  assert = function(t) return t:assert(1) end,
  assertlt = function(t) return t:assertlt(1, 2) end,
  assertgt = function(t) return t:assertgt(2, 1) end,
  assertle = function(t) return t:assertle(1, 1) end,
  assertge = function(t) return t:assertge(1, 1) end,
  asserteq = function(t) return t:asserteq('a', 'a') end,
  assertne = function(t) return t:assertne({}, {}) end,
  assertalmosteq = function(t) return t:assertalmosteq(1, 1.1, 0.2) end,
  ['eq of numbers'] = function(t) return t:eq(1, 1.5, 0.5) end,
  ['eq of infinities'] = function(t) return t:eq(math.huge, math.huge) end,
  ['eq of strings with message'] = function(t) return t:eq('a', 'a', 'message') end,
  ['eq of tensors'] = function(t) return t:eq(tensor(1, 2), tensor(1, 2.1), 0.2) end,
  ['eq of storages'] = function(t) return t:eq(torch.LongStorage {1}, torch.LongStorage {1}) end,
  ['eq of nested tables'] = function(t) return t:eq({1, {a = tensor(1)}}, {1, {a = tensor(1)}}) end,
  ['ne of tables'] = function(t) return t:ne({1}, {2}) end,
  ['ne of types'] = function(t) return t:ne(1, '1') end,
  assertTensorEq = function(t) return t:assertTensorEq(tensor(1, 2), tensor(1, 2)) end,
  ['assertTensorEq of infinities'] = function(t)
    return t:assertTensorEq(tensor(math.huge), tensor(math.huge))
  end,
  ['assertTensorEq of empty ones'] = function(t)
    return t:assertTensorEq(torch.Tensor(), torch.Tensor())
  end,
  assertTensorNe = function(t) return t:assertTensorNe(tensor(1), tensor(2), 0.5) end,
  assertTableEq = function(t) return t:assertTableEq({1, {2}}, {1, {2}}) end,
  assertTableNe = function(t) return t:assertTableNe({1}, {1, 2}) end,
  assertError = function(t) return t:assertError(function() error 'x' end) end,
  assertErrorMsg = function(t)
    return t:assertErrorMsg(function() error('x', 0) end, 'x')
  end,
  assertErrorPattern = function(t)
    return t:assertErrorPattern(function() error 'abc' end, 'b')
  end,
  assertErrorObj = function(t)
    return t:assertErrorObj(function() error {7} end, function(e) return e[1] == 7 end)
  end,
  assertNoError = function(t) return t:assertNoError(function() end) end,
}

local failing = {
  assert = function(t) return t:assert(false) end,
  assertlt = function(t) return t:assertlt(2, 2) end,
  assertgt = function(t) return t:assertgt(1, 1) end,
  assertle = function(t) return t:assertle(2, 1) end,
  assertge = function(t) return t:assertge(1, 2) end,
  asserteq = function(t) return t:asserteq(1, 2) end,
  assertne = function(t) return t:assertne(1, 1) end,
  assertalmosteq = function(t) return t:assertalmosteq(1, 1.1) end,
  ['eq of numbers'] = function(t) return t:eq(1, 1.5, 0.4) end,
  ['eq of NaN'] = function(t) return t:eq(0 / 0, 0 / 0, 1) end,
  ['eq of types'] = function(t) return t:eq(1, '1') end,
  ['eq of shapes'] = function(t) return t:eq(torch.zeros(2, 1), torch.zeros(1, 2)) end,
  ['eq of tensor types'] = function(t) return t:eq(torch.zeros(1), torch.zeros(1):float()) end,
  ['eq of storages'] = function(t) return t:eq(torch.LongStorage {1}, torch.LongStorage {2}) end,
  ['eq of tables with extra keys'] = function(t) return t:eq({1}, {1, a = 2}) end,
  ne = function(t) return t:ne({1, 2.1}, {1, 2}, 0.5) end,
  assertTensorEq = function(t) return t:assertTensorEq(tensor(1, 2), tensor(1, 3), 0.5) end,
  ['assertTensorEq of NaN'] = function(t)
    return t:assertTensorEq(tensor(0 / 0), tensor(0 / 0), 1)
  end,
  ['assertTensorEq of sizes'] = function(t) return t:assertTensorEq(tensor(1), tensor(1, 1)) end,
  assertTensorNe = function(t) return t:assertTensorNe(tensor(1), tensor(1)) end,
  assertTableEq = function(t) return t:assertTableEq({1, {2}}, {1, {3}}) end,
  assertTableNe = function(t) return t:assertTableNe({1}, {1}) end,
  assertError = function(t) return t:assertError(function() end) end,
  assertErrorMsg = function(t) return t:assertErrorMsg(function() error('x', 0) end, 'y') end,
  assertErrorPattern = function(t)
    return t:assertErrorPattern(function() error 'abc' end, 'z')
  end,
  assertErrorObj = function(t)
    return t:assertErrorObj(function() error {7} end, function() return false end)
  end,
  assertNoError = function(t) return t:assertNoError(function() error 'x' end) end,
}

describe('assertions', function()
  for name, f in pairs(passing) do
    it(name .. ' can hold', function() assert.is_true(holds(f)) end)
  end
  for name, f in pairs(failing) do
    it(name .. ' can fail', function() assert.is_false(holds(f)) end)
  end

  it('raise outside a running test', function()
    assert.has_error(function() torch.Tester():asserteq(1, 2) end)
  end)

  it('compare tensors in any layout', function()
    local tester = torch.Tester()
    local x = torch.range(1, 6):view(2, 3)
    tester:add(function()
      tester:assertTensorEq(x:t():clone(), x:t())
      tester:assertTensorEq(x:t(), x:t():clone())
      tester:assertTensorNe(x:t():clone():add(1), x:t())
    end, 'test')
    assert.is_true((run(tester)))
  end)
end)

describe('run', function()
  local function three()
    local tester = torch.Tester()
    local ran = {}
    local suite = torch.TestSuite()
    function suite.a() ran[#ran + 1] = 'a' tester:assert(true) end
    function suite.b() ran[#ran + 1] = 'b' tester:asserteq(1, 2, 'my message') end
    function suite.c() ran[#ran + 1] = 'c' error('broken') end
    tester:add(suite)
    return tester, ran
  end

  it('reports failures and errors and raises', function()
    local tester = three()
    local ok, text, err = run(tester)
    assert.is_false(ok)
    assert.is_truthy(tostring(err):find('An error was found while running tests!', 1, true))
    for _, part in ipairs {'Running 3 tests', '1/3 a ', '[PASS]\n', '[FAIL]\n', '[ERROR]\n',
      'Completed 2 asserts in 3 tests with 1 failure and 1 error\n', 'my message',
      'val=1, condition=2', 'tester_spec.lua:', 'broken'} do
      assert.is_truthy(text:find(part, 1, true), part)
    end
    assert.are.equal(80, #text:match('(1/3 a .-)\n'))
  end)

  it('runs the tests it is given, and leaves out disabled ones', function()
    local tester, ran = three()
    assert.is_true((run(tester, 'a')))
    assert.is_false((run(tester, {'a', 'b'})))
    assert.are.same({'a', 'a', 'b'}, ran)
    assert.has_error(function() tester:run('nope') end,
      "torch.Tester.run: Couldn't find test 'nope'")
    local ok, text = run(tester:disable('b'):disable({'c'}))
    assert.is_true(ok)
    assert.is_truthy(text:find('3/3 c ' .. ('.'):rep(67) .. ' [SKIP]\n', 1, true))
    assert.is_truthy(text:find('Completed 1 assert in 3 tests with 0 failures and 0 errors'
      .. ' and 2 disabled\n', 1, true))
    assert.has_error(function() tester:disable('nope') end,
      'torch.Tester.disable: there is no test named nope')
  end)

  it('takes patterns of names', function()
    local tester, ran = three()
    tester:add(function() ran[#ran + 1] = 'ab' end, 'ab')
    assert.is_true((run(tester, '^a')))
    assert.is_true((run(tester, {'ab', 'a$'})))
    assert.are.same({'a', 'ab', 'ab', 'a'}, ran)
  end)

  it('counts a test with several failures once', function()
    local tester = torch.Tester()
    tester:add(function() tester:eq(1, 2) tester:eq(1, 3) end, 'twice')
    local _, text = run(tester)
    assert.is_truthy(text:find('2 asserts in 1 test with 1 failure and 0 errors\n', 1, true))
  end)

  it('calls _setUp and _tearDown around every test', function()
    local tester, ran = torch.Tester(), {}
    tester:add {
      _setUp = function(name) ran[#ran + 1] = 'up ' .. name end,
      _tearDown = function(name) ran[#ran + 1] = 'down ' .. name end,
      one = function() error 'x' end,
      two = function() end,
    }
    assert.is_false((run(tester)))
    assert.are.same({'up one', 'down one', 'up two', 'down two'}, ran)
  end)

  it('stops early, rethrows and summarises where asked to', function()
    local tester, ran = three()
    tester:setEarlyAbort(true)
    run(tester, {'b', 'a'})
    assert.are.same({'b'}, ran)
    tester:setRethrowErrors(true)
    local ok, _, err = run(tester, 'c')
    assert.is_false(ok)
    assert.is_truthy(err:find('broken', 1, true))
    tester = three()
    tester:setSummaryOnly(true)
    local _, text = run(tester)
    assert.are.equal('Running 3 tests\n'
      .. 'Completed 2 asserts in 3 tests with 1 failure and 1 error\n', text)
  end)
end)

describe('adding tests', function()
  it('takes functions, tables and suites', function()
    local tester, suite = torch.Tester(), torch.TestSuite()
    function suite.h() end
    assert.are.equal(tester, tester:add(function() end, 'f'))
    assert.are.equal(tester, tester:add {g = function() end})
    assert.are.equal(tester, tester:add(suite))
    assert.is_true((run(tester, {'f', 'g', 'h'})))
  end)

  it('refuses nested tables, and names of tables', function()
    local tester = torch.Tester()
    assert.has_error(function() tester:add {nested = {h = function() end}} end,
      'torch.Tester.add: Nested sets of tests are not supported')
    assert.has_error(function() tester:add({h = function() end}, 'all') end,
      'torch.Tester.add: a table of tests takes no name, got all')
    assert.has_error(function() tester:add {h = 3} end,
      'torch.Tester.add: Only tables of functions and functions supported, got one with a number')
  end)

  it('refuses other values and names in use', function()
    local tester = torch.Tester()
    tester:add(function() end, 'a')
    assert.has_error(function() tester:add(3) end)
    assert.has_error(function() tester:add(function() end, 'a') end,
      'torch.Tester.add: Test with name a already exists!')
    tester:add {_setUp = function() end}
    assert.has_error(function() tester:add {_setUp = function() end} end,
      'torch.Tester.add: Only one _setUp is allowed')
  end)

  it('suites refuse redefinition and values that are no functions', function()
    local suite = torch.TestSuite()
    suite.a = function() end
    assert.is_function(suite.a)
    assert.has_error(function() suite.a = function() end end, 'Test a is already defined.')
    assert.has_error(function() suite.b = 3 end)
  end)
end)

describe('a tester', function()
  it('asks its own _success and _failure what assertions return', function()
    local tester = torch.Tester()
    function tester._success() return 'held' end
    function tester._failure(_, message) return 'failed', message end
    assert.are.equal('held', tester:eq({1}, {1}))
    local outcome, message = tester:assertlt(2, 1, 'why')
    assert.are.equal('failed', outcome)
    assert.matches('^why\n', message)
    assert.are.equal('failed', (tester:assertalmosteq(1, 2, 'why')))
    assert.are.equal('held', (tester:assertalmosteq(1, 2, 1, 'why')))
    assert.are.equal('held', tester:assertTensorEq(torch.ones(2), torch.ones(2) + 0.1, 'why', 0.2))
  end)

  it('takes dimensions as seriously as _assertTensorEqIgnoresDims says', function()
    local tester = torch.Tester()
    function tester._success() return true end
    function tester._failure() return false end
    local flat, row = torch.ones(2), torch.ones(1, 2)
    assert.is_true(tester:assertTensorEq(flat, row))
    assert.is_false(tester:assertTensorNe(flat, row))
    tester._assertTensorEqIgnoresDims = false
    assert.is_false(tester:assertTensorEq(flat, row))
    assert.is_true(tester:assertTensorNe(flat, row))
  end)

  it('has the number of assertions after a run, failed or not', function()
    local tester = torch.Tester()
    assert.are.equal(0, tester.countasserts)
    tester:add(function()
      tester:eq(1, 1)
      tester:eq(1, 2)
    end)
    run(tester)
    assert.are.equal(2, tester.countasserts)
  end)
end)
