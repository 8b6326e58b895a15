-- Modules and criterions on GPUs: values recorded from Torch7 with everything in double, and every
-- module and criterion with rows in the specs of the CPU against the CPU in float.

local torch = require 'torch'
local criterion_rows = require 'nn.criterion_rows'
local device = require 'cuda.device'
local helpers = require 'helpers'
local like_cpu = require 'cuda.like_cpu'
local recorded = require 'recorded'
local rows = require 'nn.gradients_rows'
require 'nn'

local draws = like_cpu.draws

-- Recorded values that are not about GPUs, and why.
local others = {
  ['simple/80'] = 'an output on the CPU', -- nn.Copy
  ['simple/199'] = 'parameters that stay on the CPU', -- nn.DontCast
}

local function present(v) return not recorded.is_null(v) end

local function construct(record)
  torch.manualSeed(record.seed or 1)
  local m = assert(loadstring('return ' .. record.ctor))()
  if present(record.setup) then assert(loadstring('local m = ... ' .. record.setup))(m) end
  return m:cudaDouble()
end

local function same(record, got, want, what)
  if not present(want) then return end
  assert.is_nil(recorded.mismatch(device.fetch(got), want, {tol = record.tol}, what))
end

local function same_list(record, got, want, what)
  if not present(want) then return end
  assert.are.equal(#want, #got, what)
  for i, w in ipairs(want) do same(record, got[i], w, what .. ' ' .. i) end
end

local function recorded_module(record)
  local m = construct(record)
  m:zeroGradParameters()
  local input = device.place(recorded.value(record.input))
  same(record, m:forward(input), record.output, 'output')
  if not present(record.gradOutput) then return end
  local gradOutput = device.place(recorded.value(record.gradOutput))
  same(record, m:backward(input, gradOutput, 1), record.gradInput, 'gradInput')
  same_list(record, (select(2, m:parameters())), record.gradParams, 'gradient')
end

local function recorded_criterion(record)
  local m = construct(record)
  local input = device.place(recorded.value(record.input))
  local target = device.place(recorded.value(record.target))
  same(record, m:forward(input, target), record.output, 'loss')
  same(record, m:backward(input, target), record.gradInput, 'gradInput')
end

local groups = {
  'transfer', 'simple', 'containers', 'table', 'convolution', 'convolution_kinds', 'layers',
  'criterion',
}

describe('nn on the GPU', function()
  if not device.present then return pending('is skipped: ' .. device.reason) end
  require 'cunn'

  for _, group in ipairs(groups) do
    for _, record in ipairs(helpers.json('nn/' .. group .. '.json.gz').records) do
      local skipped = not record.ctor or present(record.error) or draws(record.ctor)
        or others[record.id]
      if not skipped then
        it('recorded ' .. record.id .. ' ' .. record.ctor, function()
          if record.group == 'criterion' then
            recorded_criterion(record)
          else
            recorded_module(record)
          end
        end)
      end
    end
  end

  for _, row in ipairs(rows) do
    it('like the CPU: ' .. row[1], function()
      for i = 2, #row do like_cpu.module(row, row[i]) end
    end)
  end

  for _, row in ipairs(criterion_rows) do
    it('like the CPU: ' .. row[1], function() like_cpu.criterion(row) end)
  end
end)

describe('nn.GPU on two devices', function()
  if not device.present or cutorch.getDeviceCount() < 2 then
    return pending('is skipped: there are not two GPUs')
  end

  it('computes on one and gives on another', function()
    torch.manualSeed(1)
    local here = nn.Sequential():add(nn.Linear(4, 3)):add(nn.Tanh()):add(nn.Linear(3, 2))
    local there = nn.Sequential():add(nn.GPU(nn.Linear(4, 3), 2)):add(nn.Tanh())
      :add(nn.GPU(nn.Linear(3, 2), 2, 1))
    for i, p in ipairs(here:parameters()) do (there:parameters())[i]:copy(p) end
    there = nn.GPU(there, 2, 1):cuda()
    assert.are.equal(2, there:parameters()[1].device)
    local x, g = torch.randn(5, 4), torch.randn(5, 2)
    helpers.assert_near(there:forward(x:cuda()):double(), here:forward(x), 1e-5, 'output')
    assert.are.equal(1, there.output.device)
    there:zeroGradParameters()
    here:zeroGradParameters()
    helpers.assert_near(there:backward(x:cuda(), g:cuda()):double(), here:backward(x, g), 1e-5,
      'gradInput')
    assert.are.equal(1, there.gradInput.device)
    local _, wants = here:parameters()
    for i, got in ipairs(select(2, there:parameters())) do
      helpers.assert_near(got:double(), wants[i], 1e-5, 'gradient ' .. i)
    end
    local loaded = torch.deserialize(torch.serialize(there))
    for i, p in ipairs(loaded:parameters()) do
      assert.are.equal(2, p:getDevice())
      assert.is_true(p:equal((there:parameters())[i]))
    end
    assert.is_true(loaded:forward(x:cuda()):equal(there.output))
    local back = there:float()
    assert.are.equal('torch.FloatTensor', torch.type(back:forward(x:float())))
    assert.are.equal(1, cutorch.getDevice())
  end)
end)

describe('cunn', function()
  if not device.present then return pending('is skipped: ' .. device.reason) end

  it('tests itself', function()
    local cunn = require 'cunn'
    assert.are.equal(0, cunn.test())
    assert.are.equal(0, cunn.test('Linear'))
    assert.are.equal(0, nn.testcuda({'ReLU', 'MSECriterion'}, false, 3))
    assert.has_error(function() cunn.test(5) end)
  end)

  it('converts modules and criterions there and back', function()
    local x = torch.randn(2, 3)
    local m = nn.Sequential():add(nn.Linear(3, 2)):add(nn.LogSoftMax())
    local want = m:forward(x):clone()
    helpers.assert_near(m:cudaDouble():forward(x:cudaDouble()):double(), want, 1e-12, 'double')
    helpers.assert_near(m:cuda():forward(x:cuda()):double(), want, 1e-5, 'float')
    helpers.assert_near(m:cudaHalf():forward(x:cudaHalf()):double(), want, 1e-2, 'half')
    helpers.assert_near(m:float():forward(x:float()):double(), want, 1e-2, 'back')
    for _, name in ipairs {'cuda', 'cudaDouble', 'cudaHalf'} do
      local c = nn.MSECriterion()
      assert.are.equal(c, c[name](c))
      local a = x[name](x)
      assert.is_true(math.abs(c:forward(a, a:clone():zero()) - x:clone():pow(2):mean()) < 1e-2)
    end
  end)
end)
