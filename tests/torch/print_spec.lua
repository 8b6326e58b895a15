-- tostring of tensors and storages against what Torch7 prints.

local torch = require 'torch'
local helpers = require 'helpers'

describe('tostring prints as Torch7:', function()
  for _, record in ipairs(helpers.json('print/tostring.json').records) do
    it(record.code, function()
      local value = assert(loadstring('return ' .. record.code))()
      assert.equal(record.text, tostring(value))
    end)
  end
end)

describe('tostring', function()
  it('keeps the scale and the columns of every slice', function()
    local x = torch.DoubleTensor(2, 1, 10)
    for i = 1, 2 do
      for j = 1, 10 do x[i][1][j] = (i * 10 + j) * 1e6 + 0.5 end
    end
    local text = tostring(x)
    assert.is_truthy(text:find('(1,.,.) = \n Columns 1 to 9\n 1e+07 *\n   1.1000  1.2000', 1, true))
    assert.is_truthy(text:find('Columns 10 to 10\n 1e+07 *\n   2.0000\n', 1, true))
    assert.is_truthy(text:find('(2,.,.) = \n Columns 1 to 9\n 1e+07 *\n   2.1000', 1, true))
  end)

  it('takes the format from the tensor, not from its storage', function()
    local x = torch.Tensor{1, 2, 300000.5}
    assert.equal(' 1\n 2\n[torch.DoubleTensor of size 2]\n', tostring(x:narrow(1, 1, 2)))
  end)

  it('prints a NaN in wide matrices on one line', function()
    local x = torch.Tensor(1, 30):fill(0 / 0)
    assert.equal(('nan '):rep(29) .. 'nan\n[torch.DoubleTensor of size 1x30]\n', tostring(x))
  end)

  it('prints every type', function()
    for _, name in ipairs {'Byte', 'Char', 'Short', 'Int', 'Long', 'Half', 'Float', 'Double',
      'BFloat16'} do
      local tensor = torch[name .. 'Tensor'](2):fill(3)
      assert.equal((' 3\n 3\n[torch.%sTensor of size 2]\n'):format(name), tostring(tensor))
      assert.equal((' 3\n 3\n[torch.%sStorage of size 2]\n'):format(name),
        tostring(tensor:storage()))
    end
  end)
end)
