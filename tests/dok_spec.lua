-- Package dok: argument lists and usage texts.

require 'torch'
local xlua = require 'xlua'

describe('dok', function()
  it('has the named arguments of xlua', function()
    local dok = require 'dok'
    local function f(...)
      local _, a, b = dok.unpack({...}, 'f', 'does f', {arg = 'a', req = true},
        {arg = 'b', default = 2})
      return a, b
    end
    assert.are.same({1, 2}, {f(1)})
    assert.are.equal(xlua.usage('f', 'does f'), dok.usage('f', 'does f'))
    local ok, message = pcall(function() dok.error('bad', 'f') end)
    assert.is_false(ok)
    assert.is_truthy(message:find('dok_spec.lua:%d+: <f> bad$'), message)
  end)

  it('explains arguments without names, and several forms of a call', function()
    local dok = require 'dok'
    local text = dok.usage('image.flip', 'flips an image', nil,
      {type = 'torch.Tensor', help = 'input', req = true}, '',
      {type = 'torch.Tensor', help = 'destination', req = true})
    local plain = text:gsub('\27%[[%d;]*m', '')
    assert.are.equal('image.flip\nflips an image\nUSAGE:\nimage.flip(\n'
      .. '  torch.Tensor  -- input  [REQ]\n\n  torch.Tensor  -- destination  [REQ]\n)', plain)
  end)
end)
