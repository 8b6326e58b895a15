-- Random calls of every public tensor and storage method, function of torch and image, and
-- operator, and of every module and criterion of nn, in the process that runs this file: luajit
-- tests/fuzz_calls.lua SEED SECONDS LOG [FIRST [LAST]] Call number k depends on SEED and k alone.
-- LOG holds the call that runs, so that it names the one that ended the process. Prints "CALLS
-- RETURNED", or where an error was none of ours.

local torch = require 'torch'
local bad = require 'nn.bad_input'
local image = require 'image'
local ops = require 'torch.ops'

local seed, seconds, log_name = tonumber(arg[1]), tonumber(arg[2]), arg[3]
local first_call, last_call = tonumber(arg[4] or 1), tonumber(arg[5] or 1e9)

-- A linear congruential generator modulo 2^31: torch's own is among what is tested.
local state
local function below(n)
  state = (state * 1103515245 + 12345) % 2147483648
  return math.floor(state / 65536) % n
end
local function pick(list) return list[below(#list) + 1] end

local types = {'Byte', 'Char', 'Short', 'Int', 'Long', 'Half', 'Float', 'Double', 'BFloat16'}
local preferred = 'Double'
local cuda = os.getenv 'LUATORCH_CUDA' -- the folder of the CUDA library: tensors of GPUs too
if cuda and cuda ~= '' then
  package.cpath = ('%s/?.so;%s'):format(cuda, package.cpath)
  require 'cutorch'
  for i = 1, #types do types[#types + 1] = 'Cuda' .. types[i]:gsub('^Float$', '') end
  preferred = 'CudaDouble'
end
local small = {0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 7}
local odd = {-1, -2, -7, 0.5, 1.5, 2.7, -0.3, 255, 256, 0 / 0, math.huge, -math.huge, 1e300,
  -2 ^ 31, 2 ^ 40, 2 ^ 53, 2 ^ 62, 2 ^ 63, -2 ^ 63}
local texts = {'', 'x', '3', 'torch.FloatTensor', 'torch.ByteTensor', 'U', 'fro', '*a', 'nan',
  'simple', 'bilinear', 'bicubic', 'full', 'same', 'c', '*2'}

local function number()
  return below(4) == 0 and pick(odd) or pick(small)
end

local function random_type()
  local name = pick(types)
  return below(2) == 0 and preferred or name
end

-- A small tensor with elements that are also indices, masks or divisors now and then.
local function fresh(name)
  local sizes = {}
  for d = 1, below(5) do sizes[d] = pick {1, 1, 2, 3, 4, 5} end
  local t = torch[name .. 'Tensor'](torch.LongStorage(sizes))
  if t:nElement() > 0 then
    local low, high = pick {0, 1, -3}, pick {1, 2, 3, 9}
    t:apply(function() return low + below(high - low + 1) end)
    if below(8) == 0 then t:storage()[1] = pick(odd) end
  end
  return t
end

local views = {
  function(t) return t end,
  function(t) return t:transpose(1, t:dim()) end,
  function(t) return t:narrow(1, t:size(1), 1) end,
  function(t) return t:dim() > 1 and t:select(t:dim(), 1) or t end,
  function(t) return t:contiguous():view(1, t:nElement()):expand(3, t:nElement()) end,
  function(t) return t:unfold(1, 1, 1) end,
  function(t) return t.new(t:storage()) end,
  function(t) return t.new():set(t:storage(), 1, 2, 0, t:nElement(), 1) end,
  function(t) t:storage():resize(0) return t end,
  function(t) t:storage():resize(t:storage():size() + 3) return t end,
}

local function tensor(name, receiver)
  if receiver and below(5) == 0 then
    return receiver:dim() > 0 and below(2) == 0 and pick(views)(receiver) or receiver
  end
  local t = fresh(name)
  if t:dim() > 0 then t = pick(views)(t) end
  return t
end

local function storage()
  local s = torch[pick {'Long', 'Long', pick(types)} .. 'Storage'](below(4))
  for i = 1, #s do s[i] = number() end
  return s
end

local function same(x) return x end

-- An argument; tensors are mostly of the receiver's type.
local function argument(name, receiver)
  local kind = below(20)
  if kind < 7 then return number() end
  if kind < 12 then return tensor(below(4) > 0 and name or random_type(), receiver) end
  if kind == 12 then return tensor('Long') end
  if kind == 13 then return tensor('Byte') end
  if kind == 14 then return storage() end
  if kind == 15 then return pick(texts) end
  if kind == 16 then
    return pick {{}, {1, 2}, {2, 1}, {{1, 2}, {3, 4}}, {{1, 2}, {}}, {'x'}, {{1}, 2}, {{{}}},
      {tensor(name), tensor(name)}}
  end
  if kind == 17 then return below(2) == 0 end
  if kind == 18 then return pick {same, torch.Generator(), torch.FloatTensor, io.stdout} end
  return nil
end

local function describe(x)
  if torch.isTensor(x) then
    return ('%s{%s; %s; %d}'):format(torch.type(x):sub(7), table.concat(x:size():totable(), ','),
      table.concat(x:stride():totable(), ','), x:storageOffset())
  elseif torch.isStorage(x) then
    return torch.type(x):sub(7) .. '{' .. table.concat(x:totable(), ',') .. '}'
  elseif type(x) == 'table' then
    local out = {}
    for i, v in ipairs(x) do out[i] = describe(v) end
    return '{' .. table.concat(out, ',') .. '}'
  end
  return type(x) == 'string' and '"' .. x .. '"' or tostring(x)
end

local operators = {
  function(a, b) return a + b end, function(a, b) return a - b end, function(a, b) return a * b end,
  function(a, b) return a / b end, function(a, b) return a % b end, function(a) return -a end,
  function(a, b) return a == b end, function(a) return #a end, function(a) return tostring(a) end,
  function(a, b) return a[b] end, function(a, b, c) a[b] = c end, function(a, b) return b + a end,
  function(a, b) return b - a end, function(a, b, c) return a[{b, c}] end,
  function(a, b, c, d) a[{b, c}] = d end, function(a, b, c) return a[{{b, c}}] end,
}

local function names_of(t)
  local out = {}
  for name, f in pairs(t) do
    if type(name) == 'string' and type(f) == 'function' and name:sub(1, 2) ~= '__' then
      out[#out + 1] = name
    end
  end
  table.sort(out)
  return out
end
local methods = names_of(torch.getmetatable('torch.DoubleTensor'))
local functions = names_of(ops.functions)
local storage_methods = names_of(torch.getmetatable('torch.LongStorage'))
local pictures = {} -- but for files, windows and the large test pictures
for _, name in ipairs(names_of(image)) do
  local apart = name:find '^load' or name:find '^save' or name:find '^get' or name == 'display'
    or name == 'window' or name == 'lena' or name == 'fabio'
  if not apart then pictures[#pictures + 1] = name end
end

-- Modules and criterions of nn, without those that print.
local layers, criterions = {}, require 'nn.bad_target_rows'
for _, row in ipairs(require 'nn.bad_input_rows') do
  if type(row[1]) ~= 'string' or not row[1]:find('PrintSize') then layers[#layers + 1] = row end
end

-- Good input, bad input made of it, or something random.
local function input(good, name)
  local kind = below(4)
  if kind == 0 then return argument(name) end
  if kind == 1 or good == nil or type(good) == 'number' then return good end
  return pick(bad.changes(good))[2]
end

-- Forward of x or of good input, then backward of x; y is the target, or the gradOutput, true for
-- the output itself.
local function step(m, good, x, y)
  local output
  if good then output = m:forward(good[1], good[2]) else output = m:forward(x, y) end
  if y == true then y = output end
  return m:backward(x, y)
end

-- A call of a layer, or of a criterion.
local function layer_call(name)
  if below(4) > 0 then
    local row = pick(layers)
    local m, good = bad.construct(row), bad.value(row[2])
    if below(8) == 0 then m:float() end
    return step, torch.type(m), {m, below(2) == 0 and {good} or false, input(good, name),
      below(2) == 0 or tensor(name)}
  end
  local row = pick(criterions)
  local m, good, target = bad.construct(row), row[2](), row[3]()
  return step, torch.type(m), {m, below(2) == 0 and {good, target} or false, input(good, name),
    input(target, name)}
end

-- Reads everything a result shows, unless it is too large.
local function touch(x)
  if torch.isTensor(x) and x:nElement() < 5000 then
    tostring(x)
    x:clone()
  elseif torch.isStorage(x) and #x < 5000 then
    tostring(x)
  end
end

-- The function, its name and arguments of call k.
local function make_call(k)
  state = (seed * 7919 + k * 104729) % 2147483648
  for _ = 1, 3 do below(2) end
  local name = random_type()
  local kind, n = below(12), below(6)
  if kind >= 10 then
    local f, what, args = layer_call(name)
    args.n = 4
    return f, what, args
  end
  local args, what, f = {n = n} -- luacheck: ignore 221
  if kind == 0 then
    local s = storage()
    what = pick(storage_methods)
    f = s[what]
    args[1] = s
    for i = 2, n do args[i] = argument(name) end
    -- a number and an address make a storage of foreign memory, which nothing can check
    if what == 'new' and type(args[2]) == 'number' then args[3] = nil end
  else
    local receiver = tensor(name)
    args[1] = receiver
    for i = 2, n do args[i] = argument(name, receiver) end
    if kind < 6 then
      what = pick(methods)
      f = torch.getmetatable(torch.type(receiver))[what]
    elseif kind == 8 and below(2) == 0 then
      what = pick(pictures)
      f = image[what]
    elseif kind < 9 then
      what = pick(functions)
      f = ops.functions[what]
      if below(4) == 0 then args[1] = argument(name) end
    else
      local i = below(#operators) + 1
      what, f = 'operator ' .. i, operators[i]
    end
  end
  args.n = math.max(n, 1)
  return f, what, args
end

local log = assert(io.open(log_name, 'w'))
log:setvbuf('no')

local calls, returned = 0, 0
local stop = os.clock() + seconds
for k = first_call, last_call do
  if os.clock() > stop then break end
  local f, what, args = make_call(k)
  local text = {}
  for i = 1, args.n do text[i] = describe(args[i]) end
  local call = ('seed %d call %d: %s(%s)'):format(seed, k, what, table.concat(text, ', '))
  log:seek('set')
  log:write(call, '\n', (' '):rep(200), '\n')
  local results = {pcall(f, unpack(args, 1, args.n))}
  calls = calls + 1
  if results[1] then
    returned = returned + 1
    for i = 2, #results do touch(results[i]) end
  elseif type(results[2]) ~= 'string' then
    print(call .. ' raised a ' .. type(results[2]))
  end
  for i = 1, args.n do touch(args[i]) end
end
log:close()
print(('%d %d'):format(calls, returned))
