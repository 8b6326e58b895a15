-- torch.TestSuite: a table of test functions in which no test can be defined twice by mistake.

local Suite = {}

function Suite:__index(name)
  return rawget(self, '__tests')[name]
end

function Suite:__newindex(name, test)
  local tests = rawget(self, '__tests')
  if tests[name] ~= nil then error('Test ' .. tostring(name) .. ' is already defined.', 2) end
  if type(test) ~= 'function' then
    error('Only functions are supported as members of a TestSuite, got ' .. type(test)
      .. ' for ' .. tostring(name), 2)
  end
  tests[name] = test
end

--- A new, empty suite for torch.Tester's add. suite.name = function() ... end defines a test.
return function()
  return setmetatable({__tests = {}, __isTestSuite = true}, Suite)
end
