-- Code in blocks marked `lua cutorch` prints what it claims, and every name of cutorch has an entry
-- in docs/cutorch.md.

local device = require 'cuda.device'
local examples = require 'doc_examples'

local function page(name)
  local file = assert(io.open('docs/' .. name))
  local text = file:read('*a')
  file:close()
  return text
end

local function check(name)
  local text, place = page(name), 1
  while true do
    local first, last, code = text:find('\n```lua cutorch\n(.-)\n```', place)
    if not first then break end
    local line = name .. ':' .. select(2, text:sub(1, first):gsub('\n', '')) + 1
    it('in ' .. line, function()
      local got, expected = examples.run(code, line)
      assert.are.equal(expected, got)
    end)
    place = last
  end
end

describe('the code for GPUs of', function()
  if not device.present then return pending('is skipped: ' .. device.reason) end
  for _, name in ipairs {'cutorch.md', 'image.md'} do check(name) end
end)

describe('docs/cutorch.md', function()
  if not device.present then return pending('is skipped: ' .. device.reason) end

  it('has every name of cutorch', function()
    local text, missing = page('cutorch.md'), {}
    for name in pairs(require 'cutorch') do
      local same = name:find('^createCudaHost%w+Tensor$')
      if not same and not text:find('cutorch.' .. name, 1, true) then
        missing[#missing + 1] = name
      end
    end
    assert.are.same({}, missing)
  end)
end)
