-- Calls of tensor operations recorded from Torch7 give the recorded results here; tests/golden/ops.
-- Records of index, reduce, blas and cat are replayed by the specs of those subjects.

local replay = require 'golden_replay'

-- Calls that Torch7 refused and that are accepted here.
local additions = {
  {'compare', '^torch%.[lgen][teq]%(r,a,b%)$', 'a ByteTensor takes comparisons of every type'},
  {'compare', '^torch%.nonzero%(r,a%)$', 'nonzero takes a result in front'},
}

local function is_addition(file, record)
  for _, addition in ipairs(additions) do
    if addition[1] == file and record.error and record.call:find(addition[2]) then return true end
  end
end

local counts = {
  unary = 337, scalar_binary = 646, tensor_binary = 564, compare = 248, convert = 205,
  creation = 236, resize = 159, shape = 377, conv = 179, linalg = 82, order = 161,
}

describe('recorded calls', function()
  for file, count in pairs(counts) do
    it('of ' .. file, function()
      local passed, failures = replay.file('ops/' .. file .. '.json.gz', function(record)
        return not is_addition(file, record)
      end)
      assert.are.same({}, failures)
      assert.are.equal(count, passed)
    end)
  end

  it('that Torch7 refused and that are additions return', function()
    local accepted = 0
    replay.file('ops/compare.json.gz', function(record)
      if is_addition('compare', record) then
        assert.matches('^expected an error', replay.run(record))
        accepted = accepted + 1
      end
      return false
    end)
    assert.are.equal(16, accepted)
  end)
end)
