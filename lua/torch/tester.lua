-- torch.Tester: runs test functions, counts what they assert, and reports failures at the end.

local class = require 'torch.class'
local own_methods = require 'torch.ownmethods'
local assertions = require 'torch.testassertions'

local Tester = class.class('torch.Tester')

_G.torch.TestSuite = require 'torch.testsuite'

for name, assertion in pairs(assertions) do Tester[name] = assertion end

function Tester:__init()
  self.errors = {}
  self.warnings = {}
  self.standing = {} -- warnings from outside of runs, which every run reports
  self.tests = {}
  self.testnames = {}
  self.disabled = {}
  self.earlyAbort = false
  self.rethrowErrors = false
  self.summaryOnly = false
  self._assertTensorEqIgnoresDims = true
  self.countasserts, self.countfailures = 0, 0
end

--- Whether to stop after the first test that fails.
function Tester:setEarlyAbort(enabled)
  self.earlyAbort = enabled
end

--- Whether errors and failed assertions leave `run` as errors at once.
function Tester:setRethrowErrors(enabled)
  self.rethrowErrors = enabled
end

--- Whether to print the summary only.
function Tester:setSummaryOnly(enabled)
  self.summaryOnly = enabled
end

-- The tests of a table or TestSuite as {name, function}, in the order of their names; or nil and
-- what one of them is that is no function.
local function entries_of(tests)
  local list, names = {}, {}
  local entries = rawget(tests, '__isTestSuite') and tests.__tests or tests
  for key in pairs(entries) do table.insert(names, key) end
  table.sort(names, function(a, b) return tostring(a) < tostring(b) end)
  for i, key in ipairs(names) do
    if type(entries[key]) ~= 'function' then return nil, class.type(entries[key]) end
    list[i] = {key, entries[key]}
  end
  return list
end

local function add_one(self, key, test)
  if key == '_setUp' or key == '_tearDown' then
    if self[key] then error(('torch.Tester.add: Only one %s is allowed'):format(key), 3) end
    self[key] = test
    return
  end
  if self.tests[key] then
    error(('torch.Tester.add: Test with name %s already exists!'):format(tostring(key)), 3)
  end
  self.tests[key] = test
  table.insert(self.testnames, key)
end

--- Adds a test function under a name, or all functions of a TestSuite, or of a table, which gets a
-- warning: it does not notice that a test is defined twice. Functions named _setUp and _tearDown
-- run, with the test's name, before and after every test.
function Tester:add(test, name)
  if name ~= nil and type(name) ~= 'string' and type(name) ~= 'number' then
    error('torch.Tester.add: string expected as name, got ' .. class.type(name), 2)
  end
  if type(test) == 'function' then
    add_one(self, name or 'unknown', test)
    return self
  end
  if type(test) ~= 'table' then
    error('torch.Tester.add: Only tables of functions and functions supported, got '
      .. class.type(test), 2)
  elseif name ~= nil then
    error(('torch.Tester.add: a table of tests takes no name, got %s'):format(name), 2)
  end
  local list, wrong = entries_of(test)
  if wrong == 'table' then
    error('torch.Tester.add: Nested sets of tests are not supported', 2)
  elseif wrong then
    error('torch.Tester.add: Only tables of functions and functions supported, got one with a '
      .. wrong, 2)
  end
  for _, entry in ipairs(list) do add_one(self, entry[1], entry[2]) end
  if not rawget(test, '__isTestSuite') then
    self:_warning('Should use TestSuite rather than plain lua table')
  end
  return self
end

local function list_of(method, names)
  if type(names) ~= 'table' then names = {names} end
  for _, name in ipairs(names) do
    if type(name) ~= 'string' and type(name) ~= 'number' then
      error(('torch.Tester.%s: expected the name of a test, got %s'):format(method,
        class.type(name)), 3)
    end
  end
  return names
end

--- Skips a test, or a list of them, in every run. Returns the tester.
function Tester:disable(names)
  for _, name in ipairs(list_of('disable', names)) do
    if not self.tests[name] then
      error('torch.Tester.disable: there is no test named ' .. name, 2)
    end
    self.disabled[name] = true
  end
  return self
end

-- The names of the tests that match patterns, in the order of the patterns; or nil and the pattern
-- that none matches.
local function matching(self, patterns)
  local chosen, selected = {}, {}
  for _, pattern in ipairs(patterns) do
    local found = false
    for _, name in ipairs(self.testnames) do
      if tostring(name):match(pattern) then
        found = true
        if not chosen[name] then table.insert(selected, name) end
        chosen[name] = true
      end
    end
    if not found then return nil, pattern end
  end
  return selected
end

local function run_one(self, name)
  if self.disabled[name] then return 'SKIP' end
  self.current = name
  local failures = self.countfailures
  local outcome = 'PASS'
  local function attempt(f)
    local ok, err = true, nil
    if self.rethrowErrors then f(name) else ok, err = xpcall(f, debug.traceback, name) end
    if not ok then
      table.insert(self.errors, name .. '\nFunction call failed\n' .. tostring(err))
      outcome = 'ERROR'
    end
    return ok
  end
  local ready = not self._setUp or attempt(self._setUp)
  if ready then attempt(self.tests[name]) end
  if self._tearDown then attempt(self._tearDown) end
  self.current = nil
  return outcome, self.countfailures > failures
end

local function plural(count, noun)
  return ('%d %s%s'):format(count, noun, count == 1 and '' or 's')
end

-- counts: of tests that ran, failed, raised errors and were skipped.
local function report(self, counts)
  local rule = ('-'):rep(80) .. '\n'
  local warnings = #self.warnings > 0 and ' and ' .. plural(#self.warnings, 'warning') or ''
  local disabled = counts.SKIP > 0 and (' and %d disabled'):format(counts.SKIP) or ''
  io.write(('Completed %s in %s with %s and %s%s%s\n'):format(plural(self.countasserts, 'assert'),
    plural(counts.tests, 'test'), plural(counts.FAIL, 'failure'), plural(counts.ERROR, 'error'),
    warnings, disabled))
  if self.summaryOnly then return end
  for _, list in ipairs{self.errors, self.warnings} do
    for _, text in ipairs(list) do io.write(rule .. text .. '\n') end
  end
  if #self.errors + #self.warnings > 0 then io.write(rule) end
end

local function run_all(self, selected)
  local counts = {tests = #selected, PASS = 0, FAIL = 0, ERROR = 0, SKIP = 0}
  for i, name in ipairs(selected) do
    local warnings = #self.warnings
    local outcome, failed = run_one(self, name)
    if failed then counts.FAIL = counts.FAIL + 1 end
    if outcome == 'PASS' and failed then
      outcome = 'FAIL'
    else
      counts[outcome] = counts[outcome] + 1
    end
    if not self.summaryOnly then
      local line = ('%d/%d %s '):format(i, #selected, name)
      io.write(line, ('.'):rep(73 - #line), (' [%s]\n'):format(outcome))
      if #self.warnings > warnings then io.write((' '):rep(70), '[+warning]\n') end
      io.flush()
    end
    if self.earlyAbort and (outcome == 'FAIL' or outcome == 'ERROR') then
      io.write('Aborting on the first failure\n')
      counts.tests = i
      break
    end
  end
  return counts
end

--- Runs all tests, or those whose names match a Lua pattern, or one of a list of patterns, and
-- prints a report. Returns 0; raises an error where a test failed.
function Tester:run(patterns)
  local selected, missing = self.testnames, nil
  if patterns ~= nil then selected, missing = matching(self, list_of('run', patterns)) end
  if missing then
    error(("torch.Tester.run: Couldn't find test '%s'"):format(missing), 2)
  end
  self.errors, self.warnings = {}, {unpack(self.standing)}
  self.countasserts, self.countfailures = 0, 0
  io.write('Running ', plural(#selected, 'test'), '\n')
  report(self, run_all(self, selected))
  if #self.errors > 0 then error('An error was found while running tests!', 2) end
  return 0
end

own_methods(Tester)

return Tester
