-- Bad and borderline input to modules that was recorded from Torch7: what raised there raises here,
-- with a message that names the module or function and what it was given; what returned returns.

local torch = require 'torch'
local helpers = require 'helpers'
require 'nn'

-- Patterns of the message of each record that raises.
local messages = {
  [372] = {'linear', '%[4 Double', '%[3 x 2 Double'},
  [373] = {'linear', '%[2 x 3 x 4 Double', '%[3 x 2 Double'},
  [374] = {'linear', 'input is a FloatTensor', 'weight a DoubleTensor'},
  [375] = {'nn.Linear', 'input', 'string'},
  [376] = {'nn.Linear', 'input', 'nil'},
  [377] = {'nn.Linear', 'output size', 'nil'},
  [379] = {'In 2 module of nn.Sequential:', 'linear', '%[3 Double', '%[1 x 4 Double'},
  [380] = {'nn.Sequential:add', 'module', 'number'},
  [382] = {'nn.Sequential:remove', 'place 1'},
  [383] = {'nn.Sequential:insert', 'place 5', '1 to 1'},
  [384] = {'conv2d', '1 input channels', '%[2 x 5 x 5'},
  [385] = {'conv2d', '3 x 3', '%[1 x 2 x 2'},
  [386] = {'conv2d', '3D or 4D', '%[5 Double'},
  [387] = {'maxpool2d', 'window of 3', 'size 2'},
  [388] = {'maxpool2d', 'half of the kernel', '2 and 2'},
  [389] = {'nll', 'target 4', '%[1, 3%]'},
  [390] = {'nll', 'target 0', '%[1, 3%]'},
  [391] = {'nll', '%[2 x 3 Double', '2 targets', '%[1 Long'},
  [392] = {'nll', '%[2 x 3 Double', '2 targets', '%[1 Long'},
  [393] = {'mse', '%[2 Double', '%[3 Double'},
  [394] = {'nn.MSECriterion', 'target', 'number 3'},
  [395] = {'bce', 'input 2', 'position 1', 'between 0 and 1'},
  [396] = {'nn.Dropout', 'less than 1', 'got 1'},
  [397] = {'nn.Dropout', 'at least 0', 'got %-0.1'},
  [398] = {'nn.Reshape', 'size 3', 'sizes 4'},
  [399] = {'nn.View', '3 elements', 'sizes 4'},
  [400] = {'nn.View', 'size 2', 'got %-1'},
  [401] = {'index 4', '1..3'},
  [402] = {'index 0', '1..3'},
  [403] = {'cat', '%[2 Double', '%[2 x 3 Double'},
  [404] = {'nn.CAddTable', 'size 2 ', 'size 3 '},
  [405] = {'nn.CAddTable', 'table', 'DoubleTensor of size 2'},
  [406] = {'nn.SelectTable', 'entry 3'},
  [408] = {'nn.BatchNormalization', '2D', 'size 3'},
  [409] = {'nn.BatchNormalization', '3 features', 'size 2 x 4'},
  [410] = {'nn.BatchNormalization', 'features', 'got 0'},
  [411] = {'nn.BatchNormalization', 'features', 'got nil'},
  [412] = {'nn.Power', 'power', 'nil'},
  [413] = {'nn.Narrow', 'offset', 'the number 1 and nil'},
  [414] = {'nn.Normalize', 'above 0', 'got %-1'},
  [415] = {'nn.LogSoftMax', 'size 1 x 1 x 1 x 1 x 1'},
  [416] = {'nn.SoftMax', 'size 1 x 1 x 1 x 1 x 1'},
  [417] = {'temporal_conv', '2 frames', 'only 1'},
  [418] = {'nn.TemporalConvolution', 'size 4 x 3'},
  [419] = {'NoSuchModule'},
  [422] = {'In 1 module of nn.Sequential:', 'tanh_grad', '%[3 Double', '%[2 Double'},
  [423] = {'nn.Linear:share', 'weight', 'table'},
  [424] = {'nn.HardTanh', 'max_val %(%-1%)', 'min_val %(1%)'},
  [425] = {'nn.SpatialZeroPadding', 'size 1 x 2 x 2'},
  [427] = {'nn.Max', 'dimension 3', 'size 2 x 2'},
  [428] = {'nn.Threshold', 'threshold', 'string'},
  [429] = {'cosineembedding', '%[2 Double', '%[3 Double', 'differ'},
  [430] = {'rankingloss', '%[1 Double', '%[2 Double'},
  [431] = {'multimargin', 'target 4', '%[1, 3%]'},
  [432] = {'In 2 module of nn.Sequential:', 'nn.View', '3 elements', 'sizes 2'},
}

-- What each record that returns gives: the type of its result.
local returned = {
  [378] = 'torch.DoubleTensor', [381] = 'nil', [407] = 'table', [420] = 'torch.DoubleTensor',
  [421] = 'torch.DoubleTensor', [426] = 'torch.DoubleTensor',
}

describe('recorded', function()
  for _, record in ipairs(helpers.json('errors/errors.json.gz').records) do
    if record.group == 'nn' then
      it(record.id .. ' ' .. record.code:gsub('^.*return ', ''), function()
        local ok, result = pcall(assert(loadstring(record.code, '=case')))
        assert.are.equal(record.ok, ok, result)
        if ok then return assert.are.equal(returned[record.id], result) end
        assert.matches('^case:1: ', result)
        for _, pattern in ipairs(messages[record.id]) do assert.matches(pattern, result) end
      end)
    end
  end
end)

describe('a probability outside [0, 1]', function()
  local nan = 0 / 0

  -- Sizes with and without whole lanes, chunks and threads; the bad element may be anywhere.
  for _, type_name in ipairs {'torch.FloatTensor', 'torch.DoubleTensor', 'torch.HalfTensor'} do
    it('raises at its position in a ' .. type_name, function()
      local threads = torch.getnumthreads()
      torch.setnumthreads(2)
      for _, size in ipairs {1, 7, 8, 4097, 70001} do
        local x = torch.FloatTensor(size):fill(0.5):type(type_name)
        local target = torch.FloatTensor(size):fill(1):type(type_name)
        local criterion = nn.BCECriterion():type(type_name)
        assert.are.equal('number', type(criterion:forward(x, target)))
        for _, position in ipairs {1, math.ceil(size / 2), size} do
          for _, bad in ipairs {1.5, -0.25, nan, math.huge} do
            x[position] = bad
            local ok, message = pcall(criterion.forward, criterion, x, target)
            x[position] = 0.5
            assert.is_false(ok)
            local shown = bad ~= bad and 'nan' or ('%g'):format(bad)
            assert.is_truthy(message:find(('bce: input %s at position %d is not'):format(shown,
              position), 1, true), message)
          end
        end
      end
      torch.setnumthreads(threads)
    end)
  end

  it('is refused however close, with and without weights', function()
    local weights = torch.Tensor {0, 1}
    for _, criterion in ipairs {nn.BCECriterion(), nn.BCECriterion(weights)} do
      for _, bad in ipairs {-1e-300, 1 + 2 ^ -52} do
        for _, t in ipairs {0, 1} do
          assert.has_error(function()
            criterion:forward(torch.Tensor {{1, 0}, {bad, 0}}, torch.Tensor(2, 2):fill(t))
          end)
        end
      end
      local loss = criterion:forward(torch.Tensor {{1, 0}, {1, 0}}, torch.Tensor {{1, 0}, {1, 0}})
      assert.is_true(math.abs(loss) < 1e-11)
    end
  end)

  it('is none where only the target is NaN', function()
    local loss = nn.BCECriterion():forward(torch.Tensor {0.5, 1}, torch.Tensor {nan, 1})
    assert.is_true(loss ~= loss)
  end)

  it('leaves the gradient alone', function()
    local gradient = nn.BCECriterion():backward(torch.Tensor {2}, torch.Tensor {1})
    assert.is_true(math.abs(gradient[1] + 0.5) < 1e-9)
  end)
end)

describe('nn.ParallelTable', function()
  it('takes tensors for tables: their slices are the entries', function()
    local m = nn.ParallelTable():add(nn.MulConstant(2)):add(nn.MulConstant(3))
    local input, gradOutput = torch.ones(2, 3), torch.ones(2, 3)
    assert.are.same({{2, 2, 2}, {3, 3, 3}}, {m:forward(input)[1]:totable(), m.output[2]:totable()})
    m:backward(input, gradOutput)
    assert.are.same({{2, 2, 2}, {3, 3, 3}}, {m.gradInput[1]:totable(), m.gradInput[2]:totable()})
  end)

  it('without modules takes any tensor', function()
    assert.are.same({}, nn.ParallelTable():forward(torch.Tensor()))
  end)

  it('refuses tensors with fewer slices than modules', function()
    local m = nn.ParallelTable():add(nn.Identity()):add(nn.Identity())
    for _, bad in ipairs {torch.Tensor(), torch.Tensor(1, 3)} do
      assert.error_matches(function() m:forward(bad) end,
        'nn.ParallelTable: expected a table of 2 as input, got an? .*DoubleTensor')
      assert.error_matches(function() m:backward(torch.ones(2), bad) end, 'as gradOutput')
      assert.error_matches(function() m:accUpdateGradParameters(torch.ones(2), bad, 1) end,
        'as gradOutput')
    end
  end)
end)

describe('share', function()
  it('refuses what has no such tensor, and leaves the module as it was', function()
    local m = nn.Linear(2, 3)
    local weight = m.weight:clone()
    for _, bad in ipairs {3, {}, nn.Tanh(), {weight = 'x'}} do
      assert.error_matches(function() m:share(bad, 'weight', 'bias') end, 'nn.Linear:share.*weight')
    end
    assert.error_matches(function() m:share({weight = torch.zeros(3, 2)}, 'weight', 'bias') end,
      'nn.Linear:share.*bias')
    assert.error_matches(function() m:share(nil, 'weight') end, 'nn.Linear:share.*nil')
    local other = nn.Linear(2, 3)
    other.bias = other.bias:float()
    assert.error_matches(function() m:share(other, 'weight', 'bias') end,
      'a torch.DoubleTensor as bias, got nn.Linear with a FloatTensor of size 3')
    assert.are.equal(0, m.weight:dist(weight))
  end)

  it('leaves out fields that the module itself lacks', function()
    local m = nn.Linear(2, 3, false)
    local other = nn.Linear(2, 3)
    m:share(other, 'weight', 'bias')
    assert.are.equal(other.weight:storage(), m.weight:storage())
    assert.is_nil(m.bias)
  end)

  it('refuses a container of fewer modules', function()
    local m = nn.Sequential():add(nn.Linear(2, 3))
    assert.error_matches(function() m:share(nn.Sequential(), 'weight') end,
      'nn.Sequential:share: expected a container of 1 modules, got nn.Sequential of 0')
    assert.error_matches(function() m:share(nn.Tanh(), 'weight') end, 'got nn.Tanh of 0')
    assert.error_matches(function() m:share(3, 'weight') end, 'got number of 0')
  end)
end)

describe('nn.HardTanh', function()
  it('refuses bounds that are equal, reversed or NaN', function()
    for _, bounds in ipairs {{1, 1}, {2, 1}, {0 / 0, 1}, {0, 0 / 0}} do
      for _, class in ipairs {nn.HardTanh, nn.Clamp} do
        assert.error_matches(function() class(unpack(bounds)) end, 'must be greater than min_val')
      end
    end
  end)
end)

describe('nn.Reshape', function()
  it('names input and sizes', function()
    assert.error_matches(function() nn.Reshape(2, 2, false):forward(torch.ones(2, 3)) end,
      'nn.Reshape: a DoubleTensor of size 2 x 3 does not fit sizes 2 x 2$')
    assert.error_matches(function() nn.Reshape(2, 2, true):forward(torch.ones(2, 3)) end,
      'nn.Reshape: a DoubleTensor of size 2 x 3 does not fit sizes 2 x 2 for each sample$')
    assert.error_matches(function() nn.Reshape(2):forward(torch.Tensor()) end,
      'nn.Reshape: an empty DoubleTensor')
  end)
end)

describe('tensors of different types are named', function()
  local x = torch.ones(2, 2)
  local f = x:float()
  local cases = {
    {function() nn.Linear(2, 3):forward(f) end, 'linear: the input is a Float.*weight a Double'},
    {function() x:index(f, 1, torch.LongTensor {1}) end, 'index: the input is a .*result a'},
    {function() x:indexCopy(1, torch.LongTensor {1}, f) end, 'the tensor is a D.*source a Float'},
    {function() nn.MSECriterion():forward(x, f) end, 'mse: the input is a D.*target a Float'},
    {function()
      local m = nn.SoftMax()
      m:forward(x)
      m:backward(x, f)
    end, 'softmax.*gradOutput a Float'},
  }
  for n, case in ipairs(cases) do
    it(n .. ', ' .. case[2], function() assert.error_matches(case[1], case[2]) end)
  end
end)
