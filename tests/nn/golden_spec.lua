-- Modules and criterions against values recorded from Torch7; tests/golden/nn/README.md describes
-- the records.

local torch = require 'torch'
local helpers = require 'helpers'
local replay = require 'golden_replay'
require 'nn'

local value = replay.value

local function present(v) return v ~= nil and v ~= helpers.null end

local function same(record, got, want, what)
  if not present(want) then return end
  assert.is_nil(replay.compare(got, want, record.tol or 0, false, what))
end

local function same_list(record, got, want, what)
  if not present(want) then return end
  assert.are.equal(#want, #got, what)
  for i, w in ipairs(want) do same(record, got[i], w, what .. ' ' .. i) end
end

local function construct(record)
  if record.seed then torch.manualSeed(record.seed) end
  local m = assert(loadstring('return ' .. record.ctor))()
  if present(record.setup) then assert(loadstring('local m = ... ' .. record.setup))(m) end
  return m
end

-- nn.LeakyReLU(true) works in place, as documented; the recorded Torch7 overlooked the flag there.
local in_place_here = {['transfer/54'] = true}

-- The recorded nn.SpatialDepthWiseConvolution exchanges the dimensions of its gradients in memory
-- in every other backward.
local first_backward_only = {['convolution/25'] = true, ['convolution/26'] = true}

-- One forward and backward from zeroed gradients; returns the gradients of the parameters.
local function step(record, m, scale)
  m:zeroGradParameters()
  torch.manualSeed(record.forward_seed)
  local input = value(record.input)
  local output = m:forward(input)
  if scale == 1 then same(record, output, record.output, 'output') end
  if present(record.gradOutput) then
    local gradOutput = value(record.gradOutput)
    local gradInput = m:backward(input, gradOutput, scale)
    if scale == 1 then
      same(record, gradInput, record.gradInput, 'gradInput')
    end
    if scale == 1 and not in_place_here[record.id] then
      same(record, input, record.input_after or record.input, 'input afterwards')
      same(record, gradOutput, record.gradOutput_after or record.gradOutput,
        'gradOutput afterwards')
    end
  end
  return (select(2, m:parameters()))
end

local function test_module(record)
  local m = construct(record)
  same_list(record, m:parameters(), record.params, 'parameter')
  local gradients = step(record, m, 1)
  same_list(record, gradients, record.gradParams, 'gradient')
  same_list(record, m:parameters(), record.params_after or record.params, 'parameter afterwards')
  if present(record.gradParams_scale_half) and not first_backward_only[record.id] then
    same_list(record, step(record, m, 0.5), record.gradParams_scale_half, 'gradient of scale 0.5')
  end
  for name, want in pairs(record.fields or {}) do same(record, m[name], want, name) end
  if present(record.output_evaluate) then
    m:evaluate()
    torch.manualSeed(record.seed + 2000)
    same(record, m:forward(value(record.input)), record.output_evaluate, 'output in evaluation')
  end
  assert.are.equal(record.tostring, tostring(m))
end

local function test_criterion(record)
  local m = construct(record)
  local input, target = value(record.input), value(record.target)
  same(record, m:forward(input, target), record.output, 'loss')
  same(record, m:backward(input, target), record.gradInput, 'gradInput')
  assert.are.equal(record.tostring, tostring(m))
end

for _, group in ipairs {
  'transfer', 'simple', 'containers', 'table', 'convolution', 'convolution_kinds',
} do
  describe('recorded ' .. group, function()
    for _, record in ipairs(helpers.json('nn/' .. group .. '.json.gz').records) do
      it(record.id .. ' ' .. record.ctor, function() test_module(record) end)
    end
  end)
end

describe('recorded criterion', function()
  for _, record in ipairs(helpers.json('nn/criterion.json.gz').records) do
    it(record.id .. ' ' .. record.ctor, function() test_criterion(record) end)
  end
end)

describe('recorded model', function()
  for _, record in ipairs(helpers.json('nn/model.json.gz').records) do
    it(record.id .. ' ' .. record.note, function() assert.is_nil(replay.run(record)) end)
  end
end)
