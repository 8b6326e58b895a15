-- Random numbers: the distributions as numbers and as fills of tensors, rand, randn, randperm and
-- multinomial. Every function takes a torch.Generator before its own arguments.

local F = require 'torch.ffi'
local construct = require 'torch.construct'
local generator = require 'torch.generator'
local ops = require 'torch.ops'
local sizes = require 'torch.sizes'

local C, check, raise, bad, is_tensor = F.C, F.check, F.raise, F.bad_argument, F.is_tensor
local check_as, retry, run = F.check_as, F.retry, F.run
local is_generator, default, of = generator.is_generator, generator.default, generator.of
local type, tonumber, select = type, tonumber, select
local op, out = ops.op, F.out
local LONG = F.dtype.Long

local function number(name, n, v)
  local x = type(v) == 'string' and tonumber(v)
  if not x then bad(name, n, 'a number', v) end
  return x
end

-- The generator of r's device.
local function own_generator(name, r)
  return of[r.device] or raise('%s: no backend for device %d', name, r.device)
end

-- Fills r from g, or where that is nil from the generator of r's device.
local function fill(name, r, g, code, a, b)
  g = g or own_generator(name, r)
  local rc = C.lt_random(r, g, code, a, b)
  if rc ~= 0 then
    if retry(rc) then rc = C.lt_random(r, g, code, a, b) end
    check_as(name, rc)
  end
  return r
end

local function single(g, code, a, b)
  check(C.lt_random_number(out, g or default, code, a, b))
  return out[0]
end

-- The function ([res,] [gen,] [a, [b]]) -> res or a number, of a distribution with `count`
-- parameters, whose defaults are a0 and b0.
local function drawer(name, code, count, a0, b0, usage)
  return function(r, g, a, b, extra)
    if not is_tensor(r) then r, g, a, b, extra = nil, r, g, a, b end
    if not is_generator(g) then g, a, b, extra = nil, g, a, b end
    if extra ~= nil or (b ~= nil and (count < 2 or a == nil)) then
      raise('%s: wrong arguments, expected %s', name, usage)
    end
    if a == nil then a = a0 end
    if b == nil then b = b0 end
    if type(a) ~= 'number' then a = number(name, 1, a) end
    if type(b) ~= 'number' then b = number(name, 2, b) end
    if r then return fill(name, r, g, code, a, b) end
    return single(g, code, a, b)
  end
end

local function distribution(name, code, count, a0, b0, doc, usage)
  local draw = drawer(name, code, count, a0, b0, usage)
  op(name, 'custom', {doc = doc, usage = usage, method = draw, func = draw})
end

distribution('uniform', C.LT_DIST_UNIFORM, 2, 0, 1,
  'uniform in [a, b)', '([res,] [gen,] [a=0, [b=1]])')
distribution('normal', C.LT_DIST_NORMAL, 2, 0, 1,
  'normal with mean a and standard deviation b', '([res,] [gen,] [a=0, [b=1]])')
distribution('logNormal', C.LT_DIST_LOGNORMAL, 2, 1, 2,
  'exponential of a normal number with mean a and standard deviation b',
  '([res,] [gen,] [a=1, [b=2]])')
distribution('cauchy', C.LT_DIST_CAUCHY, 2, 0, 1,
  'Cauchy with median a and scale b', '([res,] [gen,] [a=0, [b=1]])')
distribution('exponential', C.LT_DIST_EXPONENTIAL, 1, nil, 0,
  'exponential with rate a', '([res,] [gen,] a)')
distribution('geometric', C.LT_DIST_GEOMETRIC, 1, nil, 0,
  'geometric: 1 + floor(log(1 - u) / log(a)) for a uniform u', '([res,] [gen,] a)')

-- bernoulli and random: one more form each --------------------------------------------------------

local usage = '([res,] [gen,] [p=0.5]); (res, [gen,] p)'
local draw_bernoulli = drawer('bernoulli', C.LT_DIST_BERNOULLI, 1, 0.5, 0, usage)

local function bernoulli(r, g, p, extra)
  if not is_tensor(g) and not is_tensor(p) then return draw_bernoulli(r, g, p, extra) end
  if not is_generator(g) then g, p, extra = nil, g, p end
  if not is_tensor(r) or not is_tensor(p) or extra ~= nil then
    raise('bernoulli: wrong arguments, expected %s', usage)
  end
  g = g or own_generator('bernoulli', r)
  local rc = C.lt_bernoulli(r, g, p)
  if rc ~= 0 then
    if retry(rc) then rc = C.lt_bernoulli(r, g, p) end
    check_as('bernoulli', rc)
  end
  return r
end

op('bernoulli', 'custom', {doc = '1 with probability p, else 0; p is a number or a tensor of them',
  usage = usage, method = bernoulli, func = bernoulli})

local function random(r, g, a, b, extra)
  if not is_tensor(r) then r, g, a, b, extra = nil, r, g, a, b end
  if not is_generator(g) then g, a, b, extra = nil, g, a, b end
  if extra ~= nil or (a == nil and b ~= nil) then
    raise('random: wrong arguments, expected ([res,] [gen,] [[a,] b])')
  end
  local code = C.LT_DIST_INTEGER
  if a == nil then
    code, a, b = C.LT_DIST_WORD, 0, 0
  elseif b == nil then
    a, b = 1, a
  end
  if type(a) ~= 'number' then a = number('random', 1, a) end
  if type(b) ~= 'number' then b = number('random', 2, b) end
  if r then return fill('random', r, g, code, a, b) end
  return single(g, code, a, b)
end

op('random', 'custom', {
  doc = 'integers of [a, b] or [1, b]; without bounds 32 random bits, or what the type holds',
  usage = '([res,] [gen,] [[a,] b])', method = random, func = random})

-- rand, randn, randperm ---------------------------------------------------------------------------

local real = {}
for _, dtype in ipairs {'Half', 'Float', 'Double', 'BFloat16'} do real[F.dtype[dtype]] = true end

-- The method and the function that give a tensor the sizes in the arguments, then random numbers.
local function sized(name, code)
  local function draw(r, g, first, ...)
    if not is_tensor(r) then bad(name, 1, 'a tensor', r) end
    if select('#', ...) == 0 then bad(name, first, 'sizes', nil) end
    if not real[r.dtype] then
      raise('%s: not available for a %sTensor', name, F.dtype_name[r.dtype])
    end
    g = g or own_generator(name, r)
    construct.resize(name, r, sizes.read(name, first, ...), nil)
    return fill(name, r, g, code, 0, 1)
  end
  local function method(r, a, ...)
    if is_generator(a) then return draw(r, a, 2, ...) end
    return draw(r, nil, 1, a, ...)
  end
  local function typed(g, first, ...)
    local r, n = construct.typed(name, ...)
    if n == select('#', ...) then return draw(r, g, first, ...) end
    local arguments = {...}
    return draw(r, g, first, unpack(arguments, 1, n))
  end
  local function func(a, ...)
    if is_tensor(a) then return method(a, ...) end
    if is_generator(a) then return typed(a, 2, ...) end
    return typed(nil, 1, a, ...)
  end
  return method, func
end

for name, row in pairs {
  rand = {doc = 'a tensor of uniform numbers of [0, 1)', code = C.LT_DIST_UNIFORM},
  randn = {doc = 'a tensor of normal numbers', code = C.LT_DIST_NORMAL},
} do
  local method, func = sized(name, row.code)
  op(name, 'custom', {doc = row.doc, usage = "([res,] [gen,] sizes... [, 'torch.XTensor'])",
    method = method, func = func})
end

local function permute(r, g, n)
  if not is_generator(g) then g, n = nil, g end
  if not is_tensor(r) then bad('randperm', 1, 'a tensor', r) end
  g = g or own_generator('randperm', r)
  n = sizes.integer('randperm', 1, n)
  local rc = C.lt_randperm(r, g, n)
  if rc ~= 0 then
    if retry(rc) then rc = C.lt_randperm(r, g, n) end
    check_as('randperm', rc)
  end
  return r
end

op('randperm', 'custom', {doc = 'a random permutation of 1 .. n',
  usage = "([res,] [gen,] n [, 'torch.XTensor'])",
  method = permute,
  func = function(a, b, c)
    if is_tensor(a) then return permute(a, b, c) end
    local g, n, type_name = nil, a, b
    if is_generator(a) then g, n, type_name = a, b, c end
    if type_name ~= nil and type(type_name) ~= 'string' then
      bad('randperm', 2, 'the name of a tensor type', type_name)
    end
    local r = construct.typed('randperm', type_name)
    if g then return permute(r, g, n) end
    return permute(r, n)
  end})

-- multinomial -------------------------------------------------------------------------------------

local function multinomial(r, g, p, n, replacement)
  if is_generator(r) or is_tensor(r) and not (is_tensor(g) or is_generator(g) and is_tensor(p)) then
    local weights = is_tensor(r) and r or g
    local result = F.tensor(LONG, is_tensor(weights) and weights.device or 0)
    r, g, p, n, replacement = result, r, g, p, n
  end
  if not is_generator(g) then g, p, n, replacement = nil, g, p, n end
  if not is_tensor(r) or r.dtype ~= LONG then bad('multinomial', 1, 'a LongTensor', r) end
  if not is_tensor(p) then bad('multinomial', 1, 'a tensor of probabilities', p) end
  n = sizes.integer('multinomial', 2, n)
  if replacement ~= nil and type(replacement) ~= 'boolean' then
    bad('multinomial', 3, 'a boolean', replacement)
  end
  g = g or own_generator('multinomial', r)
  run('multinomial', C.lt_multinomial, r, p, g, n, replacement and 1 or 0)
  return r
end

op('multinomial', 'custom', {
  doc = 'n indices drawn by the weights p, or for each row of p; by default without replacement',
  usage = '([res,] [gen,] p, n [, replacement])', method = multinomial, func = multinomial})

op('multinomialAliasSetup', 'custom', {
  doc = 'the table {J, q} with which multinomialAlias draws by the weights p in constant time',
  usage = '(p [, state])',
  func = function(p, state)
    if not is_tensor(p) then bad('multinomialAliasSetup', 1, 'a tensor of probabilities', p) end
    if state == nil then state = {F.tensor(LONG, p.device), F.like(p)} end
    if type(state) ~= 'table' or not is_tensor(state[1]) or not is_tensor(state[2]) then
      bad('multinomialAliasSetup', 2, 'a table {J, q} of tensors', state)
    end
    run('multinomialAliasSetup', C.lt_multinomial_alias_setup, state[1], state[2], p)
    return state
  end})

op('multinomialAlias', 'custom', {
  doc = 'fills a LongTensor with draws from a state that multinomialAliasSetup made',
  usage = '(res, state)',
  func = function(r, state)
    if not is_tensor(r) then bad('multinomialAlias', 1, 'a LongTensor', r) end
    if type(state) ~= 'table' or not is_tensor(state[1]) or not is_tensor(state[2]) then
      bad('multinomialAlias', 2, 'a table {J, q} of tensors', state)
    end
    local g = own_generator('multinomialAlias', r)
    run('multinomialAlias', C.lt_multinomial_alias, r, g, state[1], state[2])
    return r
  end})

return {_gen = default}
