-- Bad input to modules and criterions: a clear error at the caller's line, with the path of the
-- module inside containers.

local torch = require 'torch'
local assert_raises = require 'nn.raises'
require 'nn'

local randn = torch.randn

-- {what, function, patterns of the message...}
local cases = {
  {'a number of features', function() local _ = nn.Linear(3, 4):forward(randn(2, 5)) end,
    'linear', '2 x 5', '4 x 3'},
  {'dimensions of nn.Linear', function() local _ = nn.Linear(3, 4):forward(randn(2, 3, 3)) end,
    'linear', '2 x 3 x 3'},
  {'an empty input', function() local _ = nn.Linear(3, 4):forward(torch.Tensor()) end, 'linear',
    'empty'},
  {'no input', function() local _ = nn.Linear(3, 4):forward() end, 'nn.Linear', 'input', 'nil'},
  {'a table as input', function() local _ = nn.Linear(3, 4):forward({1}) end, 'nn.Linear', 'table'},
  {'a string as input', function() local _ = nn.Tanh():forward('x') end, 'nn.Tanh', 'string'},
  {'a number as input', function() local _ = nn.SoftMax():forward(3) end, 'nn.SoftMax', 'number 3'},
  {'no gradOutput', function() local _ = nn.Tanh():backward(randn(2)) end, 'nn.Tanh', 'gradOutput'},
  {'a gradOutput of another size', function()
    local m = nn.Linear(3, 4)
    m:forward(randn(2, 3))
    m:backward(randn(2, 3), randn(2, 5))
  end, 'linear', '2 x 5'},
  {'types of weights and input', function()
    local _ = nn.Linear(3, 4):forward(randn(2, 3):float())
  end, 'linear', 'FloatTensor', 'DoubleTensor'},
  {'types of weights and input of a convolution', function()
    local _ = nn.SpatialConvolution(1, 1, 2, 2):forward(randn(1, 3, 3):float())
  end, 'conv2d', 'FloatTensor', 'DoubleTensor'},
  {'an integer input', function() local _ = nn.Sigmoid():forward(torch.ByteTensor(3)) end,
    'sigmoid', 'ByteTensor'},
  {'channels', function()
    local _ = nn.SpatialConvolution(3, 4, 5, 5):forward(randn(2, 4, 8, 8))
  end, 'conv2d', '3 input channels', '2 x 4 x 8 x 8'},
  {'an image smaller than the kernel', function()
    local _ = nn.SpatialConvolution(3, 4, 5, 5):forward(randn(2, 3, 4, 4))
  end, 'conv2d', '5 x 5', '4 x 4'},
  {'dimensions of an image', function()
    local _ = nn.SpatialConvolution(3, 4, 5, 5):forward(randn(3))
  end, 'conv2d', '3D or 4D'},
  {'an image smaller than the window', function()
    local _ = nn.SpatialMaxPooling(3, 3):forward(randn(2, 2, 2))
  end, 'maxpool2d', '3', '2'},
  {'padding larger than half a window', function()
    local _ = nn.SpatialMaxPooling(2, 2, 1, 1, 3, 3):forward(randn(2, 2, 2))
  end, 'maxpool2d', 'padding'},
  {'dimensions of a batch', function() local _ = nn.BatchNormalization(3):forward(randn(3)) end,
    'nn.BatchNormalization', '2D', 'size 3'},
  {'features of a batch', function() local _ = nn.BatchNormalization(3):forward(randn(3, 4)) end,
    'nn.BatchNormalization', '3 features', '3 x 4'},
  {'backward before forward (pooling)', function()
    local _ = nn.SpatialMaxPooling(2, 2):backward(randn(2, 2, 2), randn(2, 1, 1))
  end, 'maxpool2d', 'empty'},
  {'backward before forward (normalization)', function()
    local _ = nn.BatchNormalization(3):backward(randn(3, 3), randn(3, 3))
  end, 'nn.BatchNormalization', 'backward before forward'},
  {'backward before forward (pointwise)', function()
    local _ = nn.Sigmoid():backward(randn(2, 2), randn(2, 2))
  end, 'sigmoid', '2 x 2', 'empty'},
  {'backward before forward (softmax)', function()
    local _ = nn.LogSoftMax():backward(randn(2, 2), randn(2, 2))
  end, 'logsoftmax', 'empty'},
  {'backward before forward (dropout)', function()
    local _ = nn.Dropout():backward(randn(2, 2), randn(2, 2))
  end, 'nn.Dropout', 'empty'},
  {'backward before forward (maximum)', function()
    local _ = nn.Max(1):backward(randn(2, 2), randn(2))
  end, 'nn.Max', 'backward before forward'},
  {'backward before forward (nn.Concat)', function()
    local _ = nn.Concat(1):add(nn.Tanh()):backward(randn(2), randn(2))
  end, 'nn.Concat', 'backward before forward'},
  {'entries of a table', function() local _ = nn.CSubTable():forward({randn(2)}) end,
    'nn.CSubTable', 'table of 2', 'table of 1'},
  {'a tensor for a table', function() local _ = nn.CAddTable():forward(randn(2)) end,
    'nn.CAddTable', 'DoubleTensor'},
  {'an empty table', function() local _ = nn.JoinTable(1):forward({}) end, 'nn.JoinTable',
    'table of 0'},
  {'numbers in a table', function() local _ = nn.CMulTable():forward({1, 2}) end, 'nn.CMulTable',
    'number 1'},
  {'sizes to join', function() local _ = nn.JoinTable(2):forward({randn(2, 3), randn(3, 3)}) end,
    'cat', '2 x 3', '3 x 3'},
  {'the dimension to join', function() local _ = nn.JoinTable(4):forward({randn(2, 3)}) end,
    'nn.JoinTable', 'dimension 4', '2 x 3'},
  {'entries for nn.ParallelTable', function()
    local _ = nn.ParallelTable():add(nn.Tanh()):add(nn.Tanh()):forward({randn(2)})
  end, 'nn.ParallelTable', 'table of 2', 'table of 1'},
  {'gradients for nn.ConcatTable', function()
    local _ = nn.ConcatTable():add(nn.Tanh()):backward(randn(2), randn(2))
  end, 'nn.ConcatTable', 'gradOutput'},
  {'an entry that is not there', function() local _ = nn.SelectTable(3):forward({randn(1)}) end,
    'nn.SelectTable', '3'},
  {'a slice that is not there', function() local _ = nn.Select(1, 5):forward(randn(2, 3)) end,
    'select', '5', '2 x 3'},
  {'a range that is not there', function() local _ = nn.Narrow(1, 2, 5):forward(randn(2, 3)) end,
    'narrow', '5', '2 x 3'},
  {'elements of a view', function() local _ = nn.View(7):forward(randn(2, 3)) end, 'nn.View', '6',
    '7'},
  {'elements of nn.Reshape', function() local _ = nn.Reshape(7):forward(randn(2, 3)) end, '7',
    '2 x 3'},
  {'elements of nn.CMul', function() local _ = nn.CMul(4):forward(randn(2, 5)) end, 'nn.CMul',
    '2 x 5', 'size 4'},
  {'an index of nn.LookupTable', function()
    local _ = nn.LookupTable(4, 2):forward(torch.LongTensor {5})
  end, 'index 5', '4'},
  {'an index of 0', function() local _ = nn.LookupTable(4, 2):forward(torch.LongTensor {0}) end,
    'index 0'},
  {'factors of nn.MM', function() local _ = nn.MM():forward({randn(2, 3), randn(2, 3, 4)}) end,
    'nn.MM', '2 x 3', '2 x 3 x 4'},
  {'a target beyond the classes', function()
    local _ = nn.ClassNLLCriterion():forward(randn(2, 3), torch.Tensor {1, 4})
  end, 'nll', 'target 4', 'position 2', '3'},
  {'a target of 0', function() local _ = nn.ClassNLLCriterion():forward(randn(3), 0) end, 'nll',
    'target 0'},
  {'a target that is NaN', function() local _ = nn.ClassNLLCriterion():forward(randn(3), 0 / 0) end,
    'nll', 'target'},
  {'the number of targets', function()
    local _ = nn.ClassNLLCriterion():forward(randn(2, 3), torch.Tensor {1})
  end, 'nll', '2 x 3', '2 targets'},
  {'no target', function() local _ = nn.ClassNLLCriterion():forward(randn(2, 3)) end,
    'nn.ClassNLLCriterion', 'target', 'nil'},
  {'weights of classes', function()
    local _ = nn.ClassNLLCriterion(torch.ones(4)):forward(randn(2, 3), torch.Tensor {1, 2})
  end, 'nll', '3 classes'},
  {'the size of a target', function()
    local _ = nn.MSECriterion():forward(randn(2, 3), randn(2))
  end, 'mse', '2 x 3'},
  {'the type of a target', function()
    local _ = nn.MSECriterion():forward(randn(2), randn(2):float())
  end, 'mse', 'FloatTensor'},
  {'a target that is no tensor', function() local _ = nn.BCECriterion():forward(randn(2), 1) end,
    'nn.BCECriterion', 'target'},
  {'criterions without inputs', function()
    local _ = nn.ParallelCriterion():add(nn.MSECriterion()):forward({}, {})
  end, 'nn.ParallelCriterion', 'table of 1'},
  {'sizes for a constructor', function() local _ = nn.Linear(3) end, 'nn.Linear', 'output size'},
  {'a kernel of size 0', function() local _ = nn.SpatialConvolution(3, 4, 0, 5) end,
    'nn.SpatialConvolution', 'kW', '0'},
  {'a flag that is no boolean', function() local _ = nn.ReLU('x') end, 'nn.ReLU', 'in%-place'},
  {'a probability', function() local _ = nn.Dropout(2) end, 'nn.Dropout', '2'},
  {'a threshold in place', function() local _ = nn.Threshold(0, 1, true) end, 'nn.Threshold', '1'},
  {'a constant', function() local _ = nn.MulConstant() end, 'nn.MulConstant', 'nil'},
  {'something that is no module', function() nn.Sequential():add(3) end, 'nn.Sequential:add',
    'number'},
  {'a place to insert', function() nn.Sequential():insert(nn.Tanh(), 5) end, 'insert', '5'},
  {'a place to remove', function() nn.Sequential():remove(1) end, 'remove', '1'},
  {'backward through nothing', function()
    local _ = nn.Sequential():backward(randn(1), randn(1))
  end, 'nn.Sequential'},
  {'a type', function() nn.Linear(2, 2):type('torch.FooTensor') end, 'torch.FooTensor'},
  {'a data set', function() nn.StochasticGradient(nn.Tanh(), nn.MSECriterion()):train({}) end,
    'nn.StochasticGradient'},
}
for _, case in ipairs(require 'nn.errors_layers') do cases[#cases + 1] = case end

describe('an error names', function()
  for _, case in ipairs(cases) do
    it(case[1], function() assert_raises(case[2], unpack(case, 3)) end)
  end
end)

describe('the path of a module inside containers', function()
  local function net()
    return nn.Sequential():add(nn.Tanh()):add(nn.Sequential()
      :add(nn.Concat(2):add(nn.Identity()):add(nn.Linear(3, 4))):add(nn.Sigmoid()))
  end

  local path = '^In 2 module of nn.Sequential:\nIn 1 module of nn.Sequential:\n'
    .. 'In 2 module of nn.Concat:\n'

  it('is named outermost first in forward', function()
    assert_raises(function() local _ = net():forward(randn(2, 5)) end,
      path .. 'nn.Linear: linear: size mismatch: input %[2 x 5 DoubleTensor%]')
  end)

  it('is named in backward', function()
    local m, x = net(), randn(2, 3)
    m:forward(x)
    assert_raises(function() m:backward(x, randn(2, 8)) end,
      '^In 2 module of nn.Sequential:\nIn 2 module of nn.Sequential:\nnn.Sigmoid: sigmoid_grad: ')
  end)

  it('is named for errors of Lua checks', function()
    assert_raises(function() local _ = net():forward() end,
      '^In 1 module of nn.Sequential:\nnn.Tanh: expected a tensor as input, got nil')
  end)

  it('is named in table containers and decorators', function()
    local m = nn.ParallelTable():add(nn.Identity()):add(nn.Bottle(nn.Linear(3, 2)))
    assert_raises(function() local _ = m:forward({1, randn(2, 2, 4)}) end,
      '^In 2 module of nn.ParallelTable:\nIn 1 module of nn.Bottle:\nnn.Linear: linear: ')
  end)

  it('goes through containers that use rethrowErrors, once', function()
    local class = torch.class('spec.Rethrowing', 'nn.Container', {})
    function class:updateOutput(input)
      return self:rethrowErrors(self.modules[1], 1, 'updateOutput', input)
    end
    local outer = nn.Sequential():add(class.new():add(net()))
    local ok, message = pcall(outer.forward, outer, randn(2, 5))
    assert.is_false(ok)
    local count = select(2, message:gsub('In 1 module of spec.Rethrowing:', ''))
    assert.are.equal(1, count)
    assert.is_truthy(message:find('In 2 module of nn.Concat:\nnn.Linear: linear', 1, true))
  end)

  it('of rethrowErrors leaves values that are not strings alone', function()
    local thrown = {}
    local m = nn.Tanh()
    m.updateOutput = function() error(thrown) end
    local c = nn.Sequential()
    local _, got = pcall(c.rethrowErrors, c, m, 1, 'updateOutput')
    assert.are.equal(thrown, got)
  end)

  it('is absent where no container is involved', function()
    assert_raises(function() local _ = nn.Linear(3, 4):forward(randn(2, 5)) end,
      "^nn.Linear: linear: ")
  end)

  it('is found in compiled code', function()
    local m = nn.Sequential():add(nn.Tanh())
      :add(nn.Sequential():add(nn.Linear(3, 4)):add(nn.Linear(4, 4)):add(nn.Tanh())):add(nn.Tanh())
    local good, bad = randn(2, 3), randn(2, 5)
    local g, bad_g = randn(2, 4), randn(2, 6)
    assert_raises(function()
      for i = 1, 300 do m:forward(i < 300 and good or bad) end
    end, '^In 2 module of nn.Sequential:\nIn 1 module of nn.Sequential:\nnn.Linear: linear: ')
    m:forward(good)
    assert_raises(function()
      for i = 1, 300 do m:backward(good, i < 300 and g or bad_g) end
    end, '^In 3 module of nn.Sequential:\nnn.Tanh: tanh_grad: ')
    m:get(2):get(2).gradWeight:resize(3, 3)
    assert_raises(function()
      for _ = 1, 300 do m:updateGradInput(good, g) end
      for _ = 1, 300 do m:accGradParameters(good, g) end
    end, '^In 2 module of nn.Sequential:\nIn 2 module of nn.Sequential:\nnn.Linear: '
      .. 'linear_grad_weight: ')
  end)

  it('is named for modules and criterions that call others', function()
    assert_raises(function()
      local _ = nn.CrossEntropyCriterion():forward(randn(2, 3), torch.Tensor {1, 4})
    end, '^In nn.CrossEntropyCriterion:\nnn.ClassNLLCriterion: nll: target 4 at position 2')
    local m = nn.Sequential():add(nn.Tanh()):add(nn.CriterionTable(nn.MSECriterion()))
    assert_raises(function() local _ = m:forward {randn(2), randn(3)} end,
      '^In 1 module of nn.Sequential:\nnn.Tanh: expected a tensor')
    m:remove(1)
    assert_raises(function() local _ = m:forward {randn(2), randn(3)} end,
      '^In 1 module of nn.Sequential:\nIn nn.CriterionTable:\nnn.MSECriterion: mse: ')
  end)

  it('is not of modules whose callbacks fail', function()
    assert_raises(function()
      nn.Linear(2, 2):apply(function(m) m.weight:narrow(1, 3, 4) end)
    end, '^narrow: ')
  end)

  it('is found in containers outside the package', function()
    local class = torch.class('spec.Second', 'nn.Container', {})
    function class:updateOutput(input)
      for _ = 1, 3 do self.output = self.modules[2]:updateOutput(input) end
      return self.output
    end
    local outer = nn.Sequential():add(class.new():add(nn.Tanh()):add(nn.Linear(3, 4)))
    local _, message = pcall(outer.forward, outer, randn(2, 5))
    assert.is_truthy(message:find(
      'In 1 module of nn.Sequential:\nIn 2 module of spec.Second:\nnn.Linear: linear: ', 1, true))
  end)
end)

describe('after an error', function()
  it('a module works as before', function()
    local m, x = nn.Sequential():add(nn.Linear(3, 4)):add(nn.Tanh()), randn(2, 3)
    local want = m:forward(x):clone()
    assert.is_false(pcall(m.forward, m, randn(2, 5)))
    assert.are.equal(0, m:forward(x):dist(want))
  end)
end)
