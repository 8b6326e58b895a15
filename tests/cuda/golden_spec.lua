-- Calls recorded from Torch7 give the recorded results on GPU tensors too: tests/golden/ops with
-- every tensor moved to the device.

local device = require 'cuda.device'
local replay = require 'golden_replay'

-- Records that are not about GPU tensors, by file, pattern of the call and reason.
local others = {
  {'convert', 'a:%l+%(%)', 'conversion to a type of the CPU'},
  {'convert', 'type', 'names of types'},
  {'convert', 'isTypeOf', 'names of types'},
  {'creation', 'torch%.LongTensor%(torch%.LongStorage', 'a view of a storage in CPU memory'},
  {'creation', "torch%.LongTensor%(s", 'a view of a storage in CPU memory'},
  {'resize', ':string%(%)', 'strings are of storages in CPU memory'},
  {'linalg', '^a:inverse%(%)$', 'a method of GPU tensors: see names_spec'},
  {'compare', '^torch%.[lgen][teq]%(r,a,b%)$', 'accepted here: see tests/golden_spec.lua'},
  {'compare', '^torch%.nonzero%(r,a%)$', 'accepted here: see tests/golden_spec.lua'},
}

local function accept(file)
  return function(record)
    for _, other in ipairs(others) do
      if other[1] == file and (record.call or record.code):find(other[2]) then return false end
    end
    return true
  end
end

local files = {
  'unary', 'scalar_binary', 'tensor_binary', 'compare', 'convert', 'creation', 'resize', 'shape',
  'reduce', 'blas', 'index', 'order', 'conv', 'linalg', 'cat',
}

describe('recorded calls on the GPU', function()
  if not device.present then return pending('are skipped: ' .. device.reason) end

  for _, file in ipairs(files) do
    it('of ' .. file, function()
      local passed, failures = replay.file('ops/' .. file .. '.json.gz', accept(file), device)
      assert.are.same({}, failures)
      assert.is_true(passed > 0)
    end)
  end
end)
