-- docs/cutorch.md: its code, in blocks marked `lua cutorch`, prints what it claims, and every name
-- of cutorch has an entry there.

local device = require 'cuda.device'
local examples = require 'doc_examples'

local function page()
  local file = assert(io.open('docs/cutorch.md'))
  local text = file:read('*a')
  file:close()
  return text
end

describe('the code of docs/cutorch.md', function()
  if not device.present then return pending('is skipped: ' .. device.reason) end

  local text, place = page(), 1
  while true do
    local first, last, code = text:find('\n```lua cutorch\n(.-)\n```', place)
    if not first then break end
    local line = select(2, text:sub(1, first):gsub('\n', '')) + 1
    it('in line ' .. line, function()
      local got, expected = examples.run(code, 'cutorch.md:' .. line)
      assert.are.equal(expected, got)
    end)
    place = last
  end
end)

describe('docs/cutorch.md', function()
  if not device.present then return pending('is skipped: ' .. device.reason) end

  it('has every name of cutorch', function()
    local text, missing = page(), {}
    for name in pairs(require 'cutorch') do
      local same = name:find('^createCudaHost%w+Tensor$')
      if not same and not text:find('cutorch.' .. name, 1, true) then
        missing[#missing + 1] = name
      end
    end
    assert.are.same({}, missing)
  end)
end)
