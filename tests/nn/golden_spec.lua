-- Modules and criterions against values recorded from Torch7; tests/golden/nn/README.md describes
-- the records.

local torch = require 'torch'
local helpers = require 'helpers'
local recorded = require 'recorded'
local replay = require 'golden_replay'
require 'nn'

local value = recorded.value

local function present(v) return not recorded.is_null(v) end

local function same(record, got, want, what)
  if not present(want) then return end
  assert.is_nil(recorded.mismatch(got, want, {tol = record.tol}, what))
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

-- Modules that the recorded Torch7 let overlook the scale of accGradParameters, or apply it to a
-- part only; the documentation multiplies every gradient by it.
local scales_here = {}
for _, id in ipairs {
  'containers/8', 'containers/9', 'simple/8', 'simple/9', 'simple/74', 'simple/75', 'simple/76',
  'simple/77'} do
  scales_here[id] = true
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

-- Recorded tensors with half their elements' values.
local function halves(tensors)
  local list = {}
  for i, t in ipairs(tensors) do
    list[i] = {type = t.type, size = t.size, data = {}}
    for k, x in ipairs(t.data) do list[i].data[k] = x / 2 end
  end
  return list
end

-- nn.NaN modules are numbered in the order they are made.
local function without_id(text)
  return (text:gsub('nn%.NaN%(%d+%)', 'nn.NaN'))
end

local function test_module(record)
  local m = construct(record)
  if present(record.error) then
    assert.are.equal(record.tostring, tostring(m))
    return assert.has_error(function() m:forward(value(record.input)) end)
  end
  same_list(record, m:parameters(), record.params, 'parameter')
  local gradients = step(record, m, 1)
  same_list(record, gradients, record.gradParams, 'gradient')
  same_list(record, m:parameters(), record.params_after or record.params, 'parameter afterwards')
  if present(record.gradParams_scale_half) and not first_backward_only[record.id] then
    local want = record.gradParams_scale_half
    if scales_here[record.id] then want = halves(record.gradParams) end
    same_list(record, step(record, m, 0.5), want, 'gradient of scale 0.5')
  end
  for name, want in pairs(record.fields or {}) do same(record, m[name], want, name) end
  if present(record.output_evaluate) then
    m:evaluate()
    torch.manualSeed(record.seed + 2000)
    same(record, m:forward(value(record.input)), record.output_evaluate, 'output in evaluation')
  end
  assert.are.equal(without_id(record.tostring), without_id(tostring(m)))
end

local function test_criterion(record)
  local m = construct(record)
  local input, target = value(record.input), value(record.target)
  same(record, m:forward(input, target), record.output, 'loss')
  same(record, m:backward(input, target), record.gradInput, 'gradInput')
  assert.are.equal(record.tostring, tostring(m))
end

for _, group in ipairs {
  'transfer', 'simple', 'containers', 'table', 'convolution', 'convolution_kinds', 'layers',
} do
  describe('recorded ' .. group, function()
    for _, record in ipairs(helpers.json('nn/' .. group .. '.json.gz').records) do
      it(record.id .. ' ' .. (record.ctor or record.note), function()
        if record.ctor then test_module(record) else assert.is_nil(replay.run(record)) end
      end)
    end
  end)
end

describe('recorded criterion', function()
  for _, record in ipairs(helpers.json('nn/criterion.json.gz').records) do
    local test = record.group == 'criterion' and test_criterion or test_module
    it(record.id .. ' ' .. record.ctor, function() test(record) end)
  end
end)

describe('recorded model', function()
  for _, record in ipairs(helpers.json('nn/model.json.gz').records) do
    it(record.id .. ' ' .. record.note, function() assert.is_nil(replay.run(record)) end)
  end
end)
