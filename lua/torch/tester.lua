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
  self.tests = {}
  self.testnames = {}
  self.disabled = {}
  self.earlyAbort = false
  self.rethrowErrors = false
  self.summaryOnly = false
  self._assertTensorEqIgnoresDims = true
  self.countasserts, self.countfailures, self.counterrors = 0, 0, 0
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

-- Appends {name, function} for a test, or for the tests of a table or TestSuite, nested or not, in
-- the order of their names. Returns what is neither in a table of its own.
local function collect(list, test, name, around)
  if type(test) == 'function' then
    list[#list + 1] = {name, test}
    return nil
  end
  if type(test) ~= 'table' or around[test] then return {test} end
  around[test] = true
  local entries = rawget(test, '__isTestSuite') and test.__tests or test
  local names = {}
  for key in pairs(entries) do table.insert(names, key) end
  table.sort(names, function(a, b) return tostring(a) < tostring(b) end)
  for _, key in ipairs(names) do
    local wrong = collect(list, entries[key], key, around)
    if wrong then return wrong end
  end
  around[test] = nil
end

--- Adds a test function under a name, or all functions of a table (nested ones too) or TestSuite.
-- Functions named _setUp and _tearDown run, with the test's name, before and after every test.
function Tester:add(test, name)
  name = name or 'unknown'
  if type(name) ~= 'string' and type(name) ~= 'number' then
    error('torch.Tester.add: string expected as name, got ' .. class.type(name), 2)
  end
  local list = {}
  local wrong = collect(list, test, name, {})
  if wrong then
    error(('torch.Tester.add: Only tables of functions and functions supported, got %s'):format(
      type(wrong[1]) == 'table' and 'a table that is in itself' or class.type(wrong[1])), 2)
  end
  for _, entry in ipairs(list) do
    local key, f = entry[1], entry[2]
    if key == '_setUp' or key == '_tearDown' then
      if self[key] then error(('torch.Tester.add: Only one %s is allowed'):format(key), 2) end
      self[key] = f
    else
      if self.tests[key] then
        error(('torch.Tester.add: Test with name %s already exists!'):format(tostring(key)), 2)
      end
      self.tests[key] = f
      table.insert(self.testnames, key)
    end
  end
  return self
end

local function each_known(method, self, names, f)
  if type(names) ~= 'table' then names = {names} end
  for _, name in ipairs(names) do
    if not self.tests[name] then
      error(('torch.Tester.%s: there is no test named %s'):format(method,
        type(name) == 'string' and name or class.type(name)), 3)
    end
    f(name)
  end
end

--- Leaves out a test, or a list of them, when all tests run. Returns the tester.
function Tester:disable(names)
  each_known('disable', self, names, function(name) self.disabled[name] = true end)
  return self
end

local function run_one(self, name)
  self.current = name
  local failures = self.countfailures
  local outcome = 'PASS'
  local function attempt(f)
    local ok, err = true, nil
    if self.rethrowErrors then f(name) else ok, err = xpcall(f, debug.traceback, name) end
    if not ok then
      self.counterrors = self.counterrors + 1
      table.insert(self.errors, name .. '\nFunction call failed\n' .. tostring(err))
      outcome = 'ERROR'
    end
    return ok
  end
  local ready = not self._setUp or attempt(self._setUp)
  if ready then attempt(self.tests[name]) end
  if self._tearDown then attempt(self._tearDown) end
  if outcome == 'PASS' and self.countfailures > failures then outcome = 'FAIL' end
  return outcome
end

local function plural(count, noun)
  return ('%d %s%s'):format(count, noun, count == 1 and '' or 's')
end

local function report(self, tests)
  local rule = ('-'):rep(80) .. '\n'
  local warnings = #self.warnings > 0 and ' and ' .. plural(#self.warnings, 'warning') or ''
  io.write(('Completed %s in %s with %s and %s%s\n'):format(plural(self.countasserts, 'assert'),
    plural(tests, 'test'), plural(self.countfailures, 'failure'),
    plural(self.counterrors, 'error'), warnings))
  if self.summaryOnly then return end
  for _, list in ipairs{self.errors, self.warnings} do
    for _, text in ipairs(list) do io.write(rule .. text .. '\n') end
  end
  if #self.errors + #self.warnings > 0 then io.write(rule) end
end

--- Runs all tests that are not disabled, or the named one, or a list of them, and prints a report.
-- Returns 0; raises an error where a test failed.
function Tester:run(names)
  local selected = {}
  if names ~= nil then
    each_known('run', self, names, function(name) table.insert(selected, name) end)
  else
    for _, name in ipairs(self.testnames) do
      if not self.disabled[name] then table.insert(selected, name) end
    end
  end
  self.errors, self.warnings = {}, {}
  self.countasserts, self.countfailures, self.counterrors = 0, 0, 0
  io.write('Running ', plural(#selected, 'test'), '\n')
  local done = 0
  for i, name in ipairs(selected) do
    local outcome = run_one(self, name)
    done = i
    if not self.summaryOnly then
      local line = ('%d/%d %s '):format(i, #selected, name)
      io.write(line, ('.'):rep(73 - #line), (' [%s]\n'):format(outcome))
      io.flush()
    end
    if self.earlyAbort and outcome ~= 'PASS' then
      io.write('Aborting on the first failure\n')
      break
    end
  end
  report(self, done)
  local failed = #self.errors > 0
  self.current = nil
  if failed then error('An error was found while running tests!', 2) end
  return 0
end

own_methods(Tester)

return Tester
