-- Timing and inputs for the Lua workloads, in Torch7's API only, so that they run on luatorch and
-- on a Torch7. Every case is one line on standard output, separated by tabs:
--   name  seconds  check  bound
-- seconds: the fastest of many short slices, for one iteration; check: a number computed from the
-- result of the first iteration, equal for all peers; bound: what the hardware must at least do,
-- such as "copy=8e7" (bytes read and written) or "flop=1e9"; - where there is none.

local torch = require 'torch'

torch.setdefaulttensortype('torch.FloatTensor')
if os.getenv('OMP_NUM_THREADS') then torch.setnumthreads(tonumber(os.getenv('OMP_NUM_THREADS'))) end
io.stdout:setvbuf('line')

local harness = {}

local budget, filter = 0.2, ''

-- Where the cases work: place(x) moves a tensor or a module there, wait() returns when all work
-- there is done.
local function place(x) return x end
local function wait() end

--- Sets these two functions; at first everything stays on the CPU.
function harness.device(to, synchronize) place, wait = to, synchronize end

--- Sets the seconds to spend on a case and a part of the names of the cases to run.
function harness.options(seconds, part) budget, filter = seconds, part end

--- Whether a case of this name is to be run.
function harness.wanted(name) return name:find(filter, 1, true) ~= nil end

-- Inputs ------------------------------------------------------------------------------------------

-- A quadratic sequence modulo a prime is exact in doubles, so that all peers see the same numbers.
local PERIOD = 65521
local sequences = {}

local function sequence(seed)
  if not sequences[seed] then
    local i = torch.DoubleTensor():range(0, PERIOD - 1):add(seed * 1003 % PERIOD):fmod(PERIOD)
    local y = torch.DoubleTensor(PERIOD):copy(i):cmul(i):mul(17)
    sequences[seed] = y:add(7919, i):add(11):fmod(PERIOD):div(PERIOD):add(-0.5)
  end
  return sequences[seed]
end

--- Fills a contiguous tensor with numbers of [-scale / 2, scale / 2) and returns it.
function harness.fill(t, seed, scale)
  local n = t:nElement()
  local flat = t:view(n)
  local values = torch.DoubleTensor(PERIOD):copy(sequence(seed)):mul(scale or 1):type(t:type())
  for first = 1, n, PERIOD do
    local size = math.min(PERIOD, n - first + 1)
    flat:narrow(1, first, size):copy(values:narrow(1, 1, size))
  end
  return t
end

--- A FloatTensor of the given sizes with numbers of [-0.5, 0.5).
function harness.tensor(seed, ...)
  return harness.fill(place(torch.FloatTensor(...)), seed)
end

--- n class labels from 1 to k.
function harness.labels(n, k)
  local t = torch.LongTensor(n)
  for i = 1, n do t[i] = (i - 1) * 7919 % k + 1 end
  return place(t)
end

--- Weights of variance gain / inputs, those of recurrent layers and attention in [-1/8, 1/8),
-- biases 0, batch normalizations 1 and 0; returns the module.
function harness.init(model, gain)
  local seed = 1
  for _, m in ipairs(model:listModules()) do
    if m.running_mean then
      m.weight:fill(1)
    elseif m.hiddenSize or m.heads then
      harness.fill(m.weight, seed, 0.25)
      seed = seed + 1
    elseif m.weight then
      local inputs = m.weight:nElement() / m.weight:size(1)
      harness.fill(m.weight, seed, 2 * math.sqrt(3 * (gain or 1) / inputs))
      seed = seed + 1
    end
    if m.bias then m.bias:zero() end
  end
  return place(model)
end

-- Running -----------------------------------------------------------------------------------------

--- A function that runs the statement n times, as a function of its own, so that the traces of one
-- case do not depend on another's. The entries of env are its locals, i is the count, s a number
-- that it returns.
function harness.loop(statement, env)
  local names, values = {}, {}
  for name in pairs(env) do names[#names + 1] = name end
  table.sort(names)
  for i, name in ipairs(names) do values[i] = env[name] end
  local source = 'local ' .. table.concat(names, ', ')
    .. ' = ...\nreturn function(n)\nlocal s = 0\nfor i = 1, n do ' .. statement
    .. ' end\nreturn s\nend'
  return assert(loadstring(source, '=' .. statement))(unpack(values, 1, #names))
end

--- One training step with an optimizer of optim; the check is the loss.
function harness.step(model, criterion, input, target, method, config)
  criterion = place(criterion)
  local params, gradients = model:getParameters()
  local function evaluate()
    gradients:zero()
    local output = model:forward(input)
    local loss = criterion:forward(output, target)
    model:backward(input, criterion:backward(output, target))
    return loss, gradients
  end
  local function run(n)
    local losses
    for _ = 1, n do
      local _, fx = method(evaluate, params, config)
      losses = fx
    end
    return losses[1]
  end
  return run, function() return criterion:forward(model:forward(input), target) end
end

-- Mean absolute value: the number by which peers are compared.
local function check_of(x)
  if type(x) == 'function' then x = x() end
  if type(x) == 'number' then return ('%.9g'):format(x) end
  if x == nil then return '-' end
  local values = torch.DoubleTensor(x:size()):copy(x)
  return ('%.9g'):format(values:abs():sum() / values:nElement())
end

local timer = torch.Timer()

local function time(run, n)
  wait()
  local start = timer:time().real
  run(n)
  wait()
  return timer:time().real - start
end

--- Seconds of the fastest slice of run(n), by iteration. Short slices can be quiet on a noisy
-- machine.
function harness.fastest(run)
  local slice = math.min(budget / 20, 0.002)
  local n, t = 1, time(run, 1)
  while t < slice and n < 1e9 do
    n = math.ceil(n * math.max(1.5, math.min(10, t > 0 and 1.2 * slice / t or 10)))
    t = time(run, n)
  end
  local best, total, count = t, 0, 0
  while total < budget or count < 3 do
    t = time(run, n)
    best, total, count = math.min(best, t), total + t, count + 1
  end
  return best / n
end

--- A case. setup() returns run(n), which does n iterations, and a check: a tensor, a number or a
-- function, read after one iteration. bound is as above.
function harness.case(name, setup, bound)
  if not harness.wanted(name) then return end
  collectgarbage()
  local run, check = setup()
  run(1)
  check = check_of(check)
  local seconds = ('%.9g'):format(harness.fastest(run))
  io.write(table.concat({name, seconds, check, bound or '-'}, '\t'), '\n')
  collectgarbage()
end

return harness
