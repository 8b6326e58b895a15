-- Global settings: the default tensor type and the number of threads.

local torch = require 'torch'

describe('the default tensor type', function()
  after_each(function() torch.setdefaulttensortype('torch.DoubleTensor') end)

  it('is what new tensors and storages have', function()
    assert.are.equal('torch.DoubleTensor', torch.getdefaulttensortype())
    for _, name in ipairs {'Float', 'Int', 'Byte', 'Half', 'Double'} do
      torch.setdefaulttensortype('torch.' .. name .. 'Tensor')
      assert.are.equal('torch.' .. name .. 'Tensor', torch.getdefaulttensortype())
      assert.are.equal('torch.' .. name .. 'Tensor', torch.Tensor(2):type())
      assert.are.equal('torch.' .. name .. 'Tensor', torch.zeros(2):type())
      assert.are.equal('torch.' .. name .. 'Storage', torch.typename(torch.Storage(2)))
      assert.are.equal('torch.' .. name .. 'Tensor', torch.LongTensor(1):fill(1):real():type())
    end
    assert.are.equal('torch.IntTensor', torch.zeros(2, 'torch.IntTensor'):type())
  end)

  it('cannot be unknown', function()
    for _, name in ipairs {'x', 'torch.Timer', 3, {}} do
      assert.is_false(pcall(torch.setdefaulttensortype, name))
    end
    assert.is_false(pcall(torch.setdefaulttensortype))
    assert.are.equal('torch.DoubleTensor', torch.getdefaulttensortype())
  end)
end)

describe('threads', function()
  it('are set and read', function()
    local before = torch.getnumthreads()
    for n = 1, 3 do
      torch.setnumthreads(n)
      assert.are.equal(n, torch.getnumthreads())
      assert.are.equal(2 ^ 17, torch.ones(2 ^ 17):sum())
    end
    for _, n in ipairs {0, -1, 0 / 0, 1e9, 'x', {}} do
      assert.is_false(pcall(torch.setnumthreads, n))
    end
    assert.are.equal(3, torch.getnumthreads())
    torch.setnumthreads(before)
    assert.is_true(torch.getnumcores() >= 1)
  end)
end)
