-- Calls of package image recorded from Torch7 give the recorded results; every public name is
-- there.

local gzip = require 'torch.gzip'
local helpers = require 'helpers'
local replay = require 'golden_replay'
require 'image'

describe('image', function()
  it('gives the values recorded from Torch7', function()
    local passed, failures = replay.file('image/image.json.gz')
    -- The original documents a default of polar's interpolation, and raises without one.
    assert.are.same({'image/68 image.polar(a): expected an error: '
      .. 'image.polar: interpolation must be one of: simple | bilinear'}, failures)
    assert.are.equal(97, passed)
  end)

  it('has every public name of the original', function()
    local text = assert(gzip.read(helpers.folder .. '/golden/names/image.tsv.gz'))
    local missing, count = {}, 0
    for name in text:gmatch 'image%.([%w_]+)\t' do
      count = count + 1
      if image[name] == nil then missing[#missing + 1] = name end
    end
    assert.are.same({}, missing)
    assert.are.equal(60, count)
  end)
end)
