-- The assertions of torch.Tester. Each one counts as passed or failed in the running test.

local class = require 'torch.class'
local compare = require 'torch.testcompare'

local assertions = {}

-- The line of the test that asserted: the first one outside the files of torch.Tester.
local own_files = debug.getinfo(1, 'S').source:gsub('assertions%.lua$', '')
local function place()
  local level = 2
  while true do
    local info = debug.getinfo(level, 'Sl')
    if not info then return '' end
    if info.source:sub(1, #own_files) ~= own_files and info.currentline > 0 then
      return ('\n\t%s:%d'):format(info.short_src, info.currentline)
    end
    level = level + 1
  end
end

local function text_of(message, detail)
  if message == nil then return detail end
  return tostring(message) .. '\n' .. detail
end

local function count(self)
  if not self.current then error('torch.Tester: assertion outside a running test', 3) end
  self.countasserts = self.countasserts + 1
end

--- Called where an assertion holds: counts it. What it returns the assertion returns. A tester may
--- have a _success and a _failure of its own.
function assertions:_success()
  count(self)
  return true
end

--- Called with a text where an assertion does not hold.
function assertions:_failure(message)
  count(self)
  if self.rethrowErrors then error(message, 2) end
  self.countfailures = self.countfailures + 1
  table.insert(self.errors, self.current .. '\n' .. tostring(message) .. place())
  return false
end

--- Called with a text where an assertion holds, but perhaps not as it was meant.
function assertions:_warning(message)
  local test = self.current and self.current .. '\n' or ''
  local text = test .. tostring(message) .. place()
  table.insert(self.current and self.warnings or self.standing, text)
end

local function record(self, passed, message, detail)
  if passed then return self:_success() end
  return self:_failure(text_of(message, detail))
end

local function no_more(name, ...)
  if next {...} == nil then return end
  error(('torch.Tester.%s: Unexpected arguments passed to test function'):format(name), 3)
end

-- Each takes an optional message as last argument and returns whether it held.

--- Condition is neither nil nor false. One that is no boolean gets a warning.
function assertions:assert(condition, message, ...)
  no_more('assert', ...)
  if type(condition) ~= 'boolean' then
    self:_warning(':assert should only be used for boolean conditions, got '
      .. class.type(condition))
  end
  return record(self, condition, message, 'condition is ' .. tostring(condition))
end

local relations = {
  lt = {'<', function(a, b) return a < b end},
  gt = {'>', function(a, b) return a > b end},
  le = {'<=', function(a, b) return a <= b end},
  ge = {'>=', function(a, b) return a >= b end},
  eq = {'==', function(a, b) return a == b end},
  ne = {'~=', function(a, b) return a ~= b end},
}

local function is_object(value)
  return type(value) == 'table' or type(value) == 'userdata' or type(value) == 'cdata'
end

for name, relation in pairs(relations) do
  local symbol, holds = relation[1], relation[2]
  -- assertlt, assertgt, assertle, assertge, asserteq, assertne: (a, b, [message])
  assertions['assert' .. name] = function(self, a, b, message, ...)
    no_more('assert' .. name, ...)
    if name == 'ne' and is_object(a) and is_object(b) then
      self:_warning(':assertne should only be used to compare basic lua objects; :ne compares'
        .. ' contents')
    end
    local ok, held = pcall(holds, a, b)
    if not ok then
      error(('torch.Tester.assert%s: cannot compare %s with %s'):format(name, class.type(a),
        class.type(b)), 2)
    end
    return record(self, held, message,
      ('%s(%s) violation   val=%s, condition=%s')
        :format(name:upper(), symbol, tostring(a), tostring(b)))
  end
end

--- Numbers differ by at most `tolerance` (1e-16).
function assertions:assertalmosteq(a, b, tolerance, message, ...)
  no_more('assertalmosteq', ...)
  if type(tolerance) == 'string' and message == nil then tolerance, message = nil, tolerance end
  tolerance = tolerance or 1e-16
  if type(a) ~= 'number' or type(b) ~= 'number' or type(tolerance) ~= 'number' then
    error(('torch.Tester.assertalmosteq: expected numbers, got %s, %s and %s'):format(
      class.type(a), class.type(b), class.type(tolerance)), 2)
  end
  return record(self, math.abs(a - b) <= tolerance, message,
    ('ALMOST_EQ(==) violation   val=%s, condition=%s, tolerance=%s'):format(a, b, tolerance))
end

-- A tolerance may be left out, or follow the message: (a, b, 'message', 1e-6).
local function optional(name, tolerance, message)
  if type(tolerance) == 'string' and (message == nil or type(message) == 'number') then
    return message or 0, tolerance
  end
  if tolerance ~= nil and type(tolerance) ~= 'number' then
    error(('torch.Tester.%s: expected a number as tolerance, got %s'):format(name,
      class.type(tolerance)), 3)
  end
  return tolerance or 0, message
end

local function checked(name, a, b, is, what)
  if not is(a) or not is(b) then
    error(('torch.Tester.%s: %s argument should be a %s, got %s and %s'):format(name,
      is(a) and 'Second' or 'First', what, class.type(a), class.type(b)), 3)
  end
end

-- compare.tensors; tensors of different shapes are equal only where the tester's field
-- _assertTensorEqIgnoresDims, which is true by default, allows it.
local function same_tensors(self, a, b, tolerance)
  local equal, reason, warning = compare.tensors(a, b, tolerance)
  if equal and warning and not self._assertTensorEqIgnoresDims then return false, warning end
  return equal, reason, warning
end

--- Tensors are equal within `tolerance` (0); if only their shapes differ there is a warning.
function assertions:assertTensorEq(a, b, tolerance, message, ...)
  no_more('assertTensorEq', ...)
  checked('assertTensorEq', a, b, class.isTensor, 'Tensor')
  tolerance, message = optional('assertTensorEq', tolerance, message)
  local equal, reason, warning = same_tensors(self, a, b, tolerance)
  if equal and warning then self:_warning(text_of(message, warning)) end
  return record(self, equal, message, 'TensorEQ(==) violation   ' .. tostring(reason))
end

--- Tensors differ by more than `tolerance` (0) somewhere.
function assertions:assertTensorNe(a, b, tolerance, message, ...)
  no_more('assertTensorNe', ...)
  checked('assertTensorNe', a, b, class.isTensor, 'Tensor')
  tolerance, message = optional('assertTensorNe', tolerance, message)
  local equal = same_tensors(self, a, b, tolerance)
  return record(self, not equal, message, 'TensorNE(~=) violation   tolerance=' .. tolerance)
end

local function is_any() return true end
local function is_table(value) return type(value) == 'table' end

-- Equal: values of any kind, or tables, are equal, the numbers in them within `tolerance` (0).
-- Different: they differ by more than `tolerance` somewhere.
for _, row in ipairs {{'assertGeneralEq', 'assertGeneralNe', is_any}, {'eq', 'ne', is_any},
    {'assertTableEq', 'assertTableNe', is_table}} do
  local equal_name, different_name, is = unpack(row)

  assertions[equal_name] = function(self, got, expected, tolerance, message, ...)
    no_more(equal_name, ...)
    checked(equal_name, got, expected, is, 'table')
    tolerance, message = optional(equal_name, tolerance, message)
    local equal, reason = compare.values(got, expected, tolerance)
    return record(self, equal, message, 'EQ failed: ' .. tostring(reason))
  end

  assertions[different_name] = function(self, got, unexpected, tolerance, message, ...)
    no_more(different_name, ...)
    checked(different_name, got, unexpected, is, 'table')
    tolerance, message = optional(different_name, tolerance, message)
    return record(self, not compare.values(got, unexpected, tolerance), message,
      'NE failed: the values are equal within ' .. tolerance)
  end
end

local function need(name, n, kind, value)
  if type(value) ~= kind and not (kind == 'function' and (getmetatable(value) or {}).__call) then
    error(('torch.Tester.%s: expected a %s as argument %d, got %s'):format(name, kind, n,
      class.type(value)), 3)
  end
end

--- f() raises an error for which predicate(error value) holds.
function assertions:assertErrorObj(f, predicate, message, ...)
  no_more('assertErrorObj', ...)
  need('assertErrorObj', 2, 'function', f)
  need('assertErrorObj', 3, 'function', predicate)
  local ok, err = pcall(f)
  if ok then return record(self, false, message, 'ERROR violation   no error was raised') end
  return record(self, predicate(err), message, 'ERROR violation   err=' .. tostring(err))
end

--- f() raises an error.
function assertions:assertError(f, message, ...)
  no_more('assertError', ...)
  need('assertError', 2, 'function', f)
  return self:assertErrorObj(f, function() return true end, message)
end

--- f() raises an error whose message is exactly `expected`.
function assertions:assertErrorMsg(f, expected, message, ...)
  no_more('assertErrorMsg', ...)
  need('assertErrorMsg', 2, 'function', f)
  return self:assertErrorObj(f, function(err) return err == expected end, message)
end

--- f() raises an error whose message matches a Lua pattern.
function assertions:assertErrorPattern(f, pattern, message, ...)
  no_more('assertErrorPattern', ...)
  need('assertErrorPattern', 2, 'function', f)
  need('assertErrorPattern', 3, 'string', pattern)
  return self:assertErrorObj(f, function(err) return tostring(err):find(pattern) end, message)
end

--- f() raises no error.
function assertions:assertNoError(f, message, ...)
  no_more('assertNoError', ...)
  need('assertNoError', 2, 'function', f)
  local ok, err = pcall(f)
  return record(self, ok, message, 'ERROR violation   err=' .. tostring(err))
end

return assertions
