-- Prints "name dtype hash" for every elementwise row, reduction and operation of order on large
-- inputs with special values: luajit tests/isa_calls.lua [threads]. The text must not depend on
-- LT_ISA or the number of threads.

local ffi = require 'ffi'
local torch = require 'torch'
local F = require 'torch.ffi'
local ops = require 'torch.ops'

if arg[1] then torch.setnumthreads(tonumber(arg[1])) end
print('isa ' .. ffi.string(F.C.lt_isa()))

local N = 2 * 32768 + 37
local types = {'Byte', 'Char', 'Short', 'Int', 'Long', 'Half', 'Float', 'Double', 'BFloat16'}

-- FNV-1a over 32-bit words, then over the bytes that remain. Every NaN counts as one.
local function hash(t)
  if type(t) == 'number' then t = torch.DoubleTensor {t} end
  t = t:contiguous()
  local real = t.dtype == F.dtype.Float or t.dtype == F.dtype.Double
  if real and t:nElement() > 0 then t = t:clone():maskedCopy(t:ne(t), t:clone():fill(0 / 0)) end
  local n = t:nElement() * t:elementSize()
  local bytes = ffi.cast('const uint8_t *', t:data())
  local h = 0x811c9dc5
  local function mix(v) h = bit.tobit(bit.bxor(h, v) * 0x01000193LL) end
  local words = ffi.cast('const int32_t *', bytes)
  for i = 0, math.floor(n / 4) - 1 do mix(words[i]) end
  for i = n - n % 4, n - 1 do mix(bytes[i]) end
  return bit.tohex(h)
end

local special = {0, -0.0, 1, -1, 0.5, -0.5, 1e-300, 1e300, 1e-40, 3e38, 65504, math.huge,
  -math.huge,
  0 / 0, 2 ^ 31, 2 ^ 53, 1e-8, 100, -100, 88.7, 89, 709.8, math.pi}

local function input(name, seed)
  torch.manualSeed(seed)
  local t = torch.DoubleTensor(N):uniform(-12, 12)
  local real = name == 'Float' or name == 'Double' or name == 'Half' or name == 'BFloat16'
  if real then
    for i, v in ipairs(special) do
      t[i * 97] = v
      t[i + 32760] = v -- around the border of two threads
      t[N - i] = v
    end
  else
    t:mul(11):floor()
  end
  return t:type('torch.' .. name .. 'Tensor')
end

-- Results of a call as one line, or its error.
local function report(name, dtype, ok, ...)
  if not ok then return print(name, dtype, (tostring((...)):gsub('^.-:%d+: ', ''))) end
  local out = {}
  for i = 1, select('#', ...) do
    local r = select(i, ...)
    out[i] = (torch.isTensor(r) or type(r) == 'number') and hash(r) or tostring(r)
  end
  print(name, dtype, unpack(out))
end

local reductions = {'sum', 'prod', 'mean', 'max', 'min', 'var', 'std', 'norm', 'cumsum', 'cumprod'}
local floats = {Float = true, Double = true, Half = true, BFloat16 = true}

for _, name in ipairs(types) do
  local x, y = input(name, 3), input(name, 4)
  local nonzero = y:clone()
  if not floats[name] then nonzero:maskedFill(y:eq(0), 3) end
  for _, row in ipairs(ops.rows) do
    local f, kind = torch[row.name], row.kind
    if kind == 'unary' then
      report(row.name, name, pcall(f, x))
      report(row.name .. ' strided', name, pcall(f, x:narrow(1, 1, N - 1):view(2, -1):t()))
    elseif kind == 'binary' or kind == 'binary scalar' or kind == 'compare' then
      report(row.name, name, pcall(f, x, nonzero))
    elseif kind ~= 'custom' then
      report(row.name, name, pcall(f, x, unpack(row.args or {6})))
    end
  end
  for _, call in ipairs {
    {'add', x, 0.7, y}, {'csub', x, 1.3, y}, {'addcmul', x, 0.3, x, y}, {'addcdiv', x, 0.3, x,
      nonzero},
    {'pow', x, 3}, {'pow', x, 0.3}, {'pow', 1.5, x}, {'atan2', x, y}, {'lerp', x, y, 0.3},
  } do
    report(call[1], name, pcall(torch[call[1]], unpack(call, 2)))
  end
  -- the sums of numbers that are not finite say nothing: reductions get tame ones as well
  local tame = floats[name] and torch.DoubleTensor(N):uniform(-1, 1):type(x:type()) or x
  local wide = tame:narrow(1, 1, 65520):view(-1, 36)
  for _, reduction in ipairs(reductions) do
    local f = torch[reduction]
    if reduction:sub(1, 3) ~= 'cum' then
      report(reduction .. ' all', name, pcall(f, tame))
      report(reduction .. ' special', name, pcall(f, x))
    end
    for d = 1, 2 do
      local line = reduction .. ' ' .. d
      if reduction == 'norm' then
        report(line, name, pcall(f, wide, 2, d))
      else
        report(line, name, pcall(f, wide, d))
        report(line .. ' strided', name, pcall(f, wide:t(), d))
      end
    end
  end
  for _, call in ipairs {
    {'sort'}, {'topk', 20}, {'topk', 900, 1, true}, {'kthvalue', 17}, {'median'}, {'mode'},
  } do
    local f, line = torch[call[1]], 'order ' .. table.concat({call[1], call[2]}, ' ')
    report(line, name, pcall(f, x, unpack(call, 2)))
    if call[2] ~= 900 then
      local rows, k = x:narrow(1, 1, 65520):view(-1, 36), call[2]
      for d = 1, 2 do
        local arguments = k and {k, d} or {d}
        report(('%s %d'):format(line, d), name, pcall(f, rows, unpack(arguments)))
      end
    end
  end
  report('unique', name, pcall(torch.unique, x, true, true))
  report('searchsorted', name, pcall(torch.searchsorted, torch.sort(y), x))
end
