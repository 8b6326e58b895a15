-- Modules and criterions on GPUs: values recorded from Torch7 with everything in double, and every
-- module and criterion with rows in the specs of the CPU against the CPU in float.

local torch = require 'torch'
local criterion_rows = require 'nn.criterion_rows'
local device = require 'cuda.device'
local helpers = require 'helpers'
local jacobian = require 'nn.jacobian'
local recorded = require 'recorded'
local rows = require 'nn.gradients_rows'
require 'nn'

-- Sums are made in another order than on the CPU, and matrix products in float.
local FLOAT_TOL = 2e-4

-- Modules that draw random numbers in training, which are others on GPUs: they are compared in
-- evaluation.
local random = {'Dropout', 'RReLU', 'dropout'}

-- Modules and criterions that are about the CPU, and why.
local others = {
  {'nn%.Profile', 'prints times'},
}

local function draws(text)
  for _, name in ipairs(random) do
    if text:find(name) then return true end
  end
  return false
end

local function other(text)
  for _, row in ipairs(others) do
    if text:find(row[1]) then return true end
  end
  return false
end

local function present(v) return not recorded.is_null(v) end

local function construct(text, seed)
  torch.manualSeed(seed)
  return assert(loadstring('return ' .. text))()
end

-- All tensors of x in another type; numbers of classes stay what they are.
local function cast(x, type_name)
  if torch.type(x) ~= 'table' and not torch.isTensor(x) then return x end
  if torch.isTensor(x) then return x:type(type_name) end
  local out = {}
  for key, v in pairs(x) do out[key] = cast(v, type_name) end
  return out
end

local function fetch(x) return device.fetch(x) end

-- ---- recorded values ----

local function same(record, got, want, what)
  if not present(want) then return end
  assert.is_nil(recorded.mismatch(fetch(got), want, {tol = record.tol}, what))
end

local function same_list(record, got, want, what)
  if not present(want) then return end
  assert.are.equal(#want, #got, what)
  for i, w in ipairs(want) do same(record, got[i], w, what .. ' ' .. i) end
end

local function recorded_module(record)
  local m = construct(record.ctor, record.seed or 1)
  if present(record.setup) then assert(loadstring('local m = ... ' .. record.setup))(m) end
  m:cudaDouble()
  m:zeroGradParameters()
  local input = device.place(recorded.value(record.input))
  same(record, m:forward(input), record.output, 'output')
  if not present(record.gradOutput) then return end
  local gradOutput = device.place(recorded.value(record.gradOutput))
  same(record, m:backward(input, gradOutput, 1), record.gradInput, 'gradInput')
  same_list(record, (select(2, m:parameters())), record.gradParams, 'gradient')
end

local function recorded_criterion(record)
  local m = construct(record.ctor, 1)
  if present(record.setup) then assert(loadstring('local m = ... ' .. record.setup))(m) end
  m:cudaDouble()
  local input = device.place(recorded.value(record.input))
  local target = device.place(recorded.value(record.target))
  same(record, m:forward(input, target), record.output, 'loss')
  same(record, m:backward(input, target), record.gradInput, 'gradInput')
end

local groups = {
  'transfer', 'simple', 'containers', 'table', 'convolution', 'convolution_kinds', 'layers',
  'criterion',
}

-- ---- the GPU against the CPU ----

local function step(m, input, gradOutput)
  m:zeroGradParameters()
  local out = {output = jacobian.clone(m:forward(input))}
  if gradOutput then
    out.gradInput = jacobian.clone(m:backward(input, gradOutput))
    out.gradients = jacobian.clone(select(2, m:parameters()) or {})
  end
  return out
end

local function compare_module(row, shape, seed)
  torch.manualSeed(seed)
  local input = cast(rows.input(shape, row), 'torch.FloatTensor')
  local here = construct(row[1], 17):float()
  for _, p in ipairs(here:parameters() or {}) do p:uniform(0.2, 1) end
  local there = here:clone():cuda()
  local backward = not draws(row[1])
  if not backward then
    here:evaluate()
    there:evaluate()
  end
  local gradOutput = backward and jacobian.weights(here:forward(input))
  local want = step(here, input, gradOutput)
  local got = step(there, cast(input, 'torch.CudaTensor'), cast(gradOutput, 'torch.CudaTensor'))
  for field, value in pairs(want) do
    jacobian.assert_near(fetch(got[field]), value, FLOAT_TOL, field)
  end
end

local function compare_criterion(row)
  local here = construct(row[1], 5):float()
  local input = cast(row[2](), 'torch.FloatTensor')
  local target = cast(row[3](), 'torch.FloatTensor')
  local there = here:clone():cuda()
  local loss, gradInput = here:forward(input, target), here:backward(input, target)
  input, target = cast(input, 'torch.CudaTensor'), cast(target, 'torch.CudaTensor')
  assert.is_true(math.abs(there:forward(input, target) - loss) <= FLOAT_TOL * (1 + math.abs(loss)))
  jacobian.assert_near(fetch(there:backward(input, target)), gradInput, FLOAT_TOL, 'gradInput')
end

describe('nn on the GPU', function()
  if not device.present then return pending('is skipped: ' .. device.reason) end
  require 'cunn'

  for _, group in ipairs(groups) do
    for _, record in ipairs(helpers.json('nn/' .. group .. '.json.gz').records) do
      local skipped = not record.ctor or present(record.error) or draws(record.ctor)
      if not skipped then
        it('recorded ' .. record.id .. ' ' .. record.ctor, function()
          if record.group == 'criterion' and present(record.target) then
            recorded_criterion(record)
          else
            recorded_module(record)
          end
        end)
      end
    end
  end

  for _, row in ipairs(rows) do
    if not other(row[1]) then
      it('like the CPU: ' .. row[1], function()
        for i = 2, #row do compare_module(row, row[i], 40 + i) end
      end)
    end
  end

  for _, row in ipairs(criterion_rows) do
    it('like the CPU: ' .. row[1], function() compare_criterion(row) end)
  end
end)
