-- Bad input to every module and criterion: a clear error that names the module and the sizes, with
-- the place inside containers, or a result where the row says that the module takes it; afterwards
-- the module works as before. The rows stand in nn/bad_input_rows.lua and nn/bad_target_rows.lua.

local torch = require 'torch'
local bad = require 'nn.bad_input'
local class_names = require 'nn.classes'
local jacobian = require 'nn.jacobian'
require 'nn'

local module_rows = require 'nn.bad_input_rows'
local criterion_rows = require 'nn.bad_target_rows'

local quiet = function() end

-- f(...) without what modules such as nn.PrintSize print.
local function quietly(f, ...)
  local shown = print
  rawset(_G, 'print', quiet)
  local results = {pcall(f, ...)}
  rawset(_G, 'print', shown)
  return unpack(results, 1, 2)
end

-- Whether a message names a class of m or one that m's class inherits from.
local function names(message, m)
  local class = getmetatable(m)
  while class do
    if message:find(class.__typename, 1, true) then return true end
    class = getmetatable(class)
  end
  return false
end

local function assert_clear(message, change, m, row)
  local kind, _, pattern = unpack(change)
  assert.are.equal('string', type(message), kind)
  assert.is_truthy(message:find('^%S*bad_input_spec.lua:%d+: '), kind .. ': ' .. message)
  assert.is_true(names(message, m) or message:find(row.named or ' ', 1, true) ~= nil,
    kind .. ': ' .. message)
  for _, text in ipairs {'attempt to', 'bad argument', 'invalid arguments'} do
    assert.is_nil(message:find(text, 1, true), kind .. ': ' .. message)
  end
  if pattern then assert.is_truthy(message:find(pattern), kind .. ': ' .. message) end
end

-- What a module is used for: the output of good input, and a gradient of it.
local function use(row, input)
  local m = bad.construct(row)
  local output = jacobian.forward(m, input)
  if type(output) == 'number' then return m, nil, output end
  output = jacobian.clone(output)
  return m, jacobian.weights(output), output
end

-- Forward and backward of good input.
local function good_step(m, input, gradOutput)
  if not gradOutput then return {output = jacobian.forward(m, input)} end
  return jacobian.step(m, input, gradOutput)
end

local function assert_works(m, input, gradOutput, want, what)
  local got = good_step(m, input, gradOutput)
  if not gradOutput then return assert.are.equal(want.output, got.output, what) end
  jacobian.assert_same_step(got, want, 0, what .. ', then good input')
end

local function zeros(tensors)
  for _, t in ipairs(jacobian.tensors(tensors or {})) do
    if t:nElement() > 0 and t:clone():abs():max() ~= 0 then return false end
  end
  return true
end

local function test_forward(row)
  local input = bad.value(row[2])
  local m, gradOutput = use(row, input)
  local want = good_step(m, input, gradOutput)
  for _, change in ipairs(bad.changes(input)) do
    local kind, value = unpack(change)
    local ok, message = pcall(function()
      local output = jacobian.forward(m, value)
      return output
    end)
    assert.are.equal(bad.has(row[3], kind), ok, kind .. ': ' .. tostring(message))
    if ok then
      m = bad.construct(row)
    else
      assert_clear(message, change, m, row)
      assert_works(m, input, gradOutput, want, kind)
    end
  end
end

local function test_backward(row)
  local input = bad.value(row[2])
  local m, gradOutput, output = use(row, input)
  if not gradOutput then return end
  local want = good_step(m, input, gradOutput)
  local contains = torch.isTypeOf(m, 'nn.Container') -- may fail in a later module than the first
  for _, change in ipairs(bad.changes(output)) do
    local kind, value = unpack(change)
    m:zeroGradParameters()
    jacobian.forward(m, input)
    local ok, message = pcall(function()
      local gradInput = m:backward(input, value)
      return gradInput
    end)
    assert.are.equal(bad.has(row[4], kind), ok, 'gradOutput ' .. kind .. ': ' .. tostring(message))
    if ok then
      m = bad.construct(row)
    else
      assert_clear(message, change, m, row)
      assert.is_true(contains or zeros(select(2, m:parameters())), kind .. ' changed a gradient')
      assert_works(m, input, gradOutput, want, 'gradOutput ' .. kind)
    end
  end
end

local function test_place(row)
  local input = bad.value(row[2])
  local outer = nn.Sequential():add(nn.Identity()):add(bad.construct(row))
  for _, change in ipairs(bad.changes(input)) do
    local kind, value = unpack(change)
    if not bad.has(row[3], kind) then
      local ok, message = pcall(function()
        local output = outer:forward(value)
        return output
      end)
      assert.is_false(ok, kind)
      assert.is_truthy(message:find('^%S+:%d+: In 2 module of nn.Sequential:\n'),
        kind .. ': ' .. message)
    end
  end
end

local function test_order(row)
  local input = bad.value(row[2])
  local m, gradOutput = use(row, input)
  if not gradOutput then return end
  local want = good_step(m, input, gradOutput)
  m = bad.construct(row)
  local ok, result = pcall(function()
    local gradInput = m:backward(input, gradOutput)
    return gradInput
  end)
  if not ok then return assert_clear(result, {'backward before forward'}, m, row) end
  jacobian.assert_near(result, want.gradInput, 1e-12, 'backward before forward')
end

-- {constructor, input, target}: bad input with the good target, and the other way round.
local function test_criterion(row)
  torch.manualSeed(3)
  local input, target = row[2](), row[3]()
  local m = bad.construct(row)
  local loss = m:forward(input, target)
  local gradient = jacobian.clone(m:backward(input, target))
  local function check(changes, accepted, what, call)
    for _, change in ipairs(changes) do
      local kind, value = what .. ' ' .. change[1], change[2]
      for _, method in ipairs {'forward', 'backward'} do
        local ok, message = pcall(function()
          local result = call(method, value)
          return result
        end)
        if method == 'forward' then
          assert.are.equal(bad.has(accepted, change[1]), ok, kind .. ': ' .. tostring(message))
        end
        if ok then
          m = bad.construct(row)
        else
          assert_clear(message, method == 'forward' and change or {kind}, m, row)
          assert.are.equal(loss, m:forward(input, target), kind)
          jacobian.assert_near(m:backward(input, target), gradient, 0, kind)
        end
      end
    end
  end
  check(bad.changes(input), row[4], 'input', function(method, value)
    return m[method](m, value, target)
  end)
  if target == nil then return end
  check(bad.targets(target, row.classes), row[5], 'target', function(method, value)
    return m[method](m, input, value)
  end)
end

local function name_of(row)
  return type(row[1]) == 'string' and row[1] or torch.type(bad.construct(row))
end

describe('bad input to', function()
  for _, row in ipairs(module_rows) do
    it(name_of(row) .. ' in forward', function() assert(quietly(test_forward, row)) end)
    it(name_of(row) .. ' as gradOutput', function() assert(quietly(test_backward, row)) end)
    it(name_of(row) .. ' in a container', function() assert(quietly(test_place, row)) end)
    it(name_of(row) .. ' in backward before forward', function()
      assert(quietly(test_order, row))
    end)
  end
  for _, row in ipairs(criterion_rows) do
    it(row[1], function() test_criterion(row) end)
  end
end)

describe('rows of bad input', function()
  -- The classes of rows.
  local function covered(rows)
    local set = {Module = 'abstract', Container = 'abstract', Criterion = 'abstract'}
    for _, row in ipairs(rows) do set[torch.type(bad.construct(row)):match('%.(%w+)$')] = true end
    return set
  end

  it('are there for every module', function()
    local set = covered(module_rows)
    for _, name in ipairs(class_names.modules()) do
      assert.is_truthy(set[name], 'no row for nn.' .. name)
    end
  end)

  it('are there for every criterion', function()
    local set = covered(criterion_rows)
    for _, name in ipairs(class_names.criterions()) do
      assert.is_truthy(set[name], 'no row for nn.' .. name)
    end
  end)
end)
