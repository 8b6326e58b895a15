-- Warnings of torch.Tester, and arguments that it refuses.

local torch = require 'torch'
local run = require 'torch.testerrun'

describe('a tester', function()
  it('warns of tensors that differ in shape only', function()
    local tester = torch.Tester()
    tester:add(function() tester:assertTensorEq(torch.zeros(2, 1), torch.zeros(1, 2)) end, 'test')
    local ok, text = run(tester)
    assert.is_true(ok)
    assert.is_truthy(text:find('and 1 warning', 1, true))
  end)

  it('lists warnings of what is perhaps not meant', function()
    local tester = torch.Tester()
    tester:add(function() tester:assert(3) end, 'condition')
    tester:add(function() tester:assertne({}, {}) end, 'objects')
    tester:add({plain = function() tester:assert(true) end})
    local ok, text = run(tester)
    assert.is_true(ok)
    for _, part in ipairs {'[PASS]\n' .. (' '):rep(70) .. '[+warning]\n2/3', 'and 3 warnings\n',
      'condition\n:assert should only be used for boolean conditions, got number\n',
      'objects\n:assertne should only be used to compare basic lua objects',
      'use TestSuite rather than plain lua table\n\ttests/torch/testerwarnings_spec.lua:'} do
      assert.is_truthy(text:find(part, 1, true), part)
    end
    local _, again = run(tester, 'plain')
    assert.is_truthy(again:find('and 1 warning\n', 1, true))
  end)

  it('refuses arguments behind the message', function()
    local tester, x = torch.Tester(), torch.ones(1)
    for name, f in pairs {
      assert = function() tester:assert(true, 'm', 3) end,
      asserteq = function() tester:asserteq(1, 1, 'm', 3) end,
      assertError = function() tester:assertError(error, 'm', 3) end,
      assertTensorEq = function() tester:assertTensorEq(x, x, 0, 'm', 3) end,
      ne = function() tester:ne(1, 2, 0, 'm', 3) end,
    } do
      assert.has_error(f, 'torch.Tester.' .. name
        .. ': Unexpected arguments passed to test function')
    end
  end)
end)
