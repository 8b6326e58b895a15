-- Every row of ops.tsv at three sizes, on contiguous, transposed and narrowed operands. Statements
-- have x [h w] in that layout, y, p (positive) and the result r contiguous, and what the table
-- below makes; workloads.py reads the same file.

local torch = require 'torch'
local harness = require 'harness'

local folder = arg[0]:match('^(.*/)') or './'
local SIZES = {{'1e3', 25, 40}, {'1e5', 250, 400}, {'1e7', 2500, 4000}}

local layouts = {
  contiguous = function(h, w) return harness.tensor(0, h, w) end,
  transposed = function(h, w) return harness.tensor(0, w, h):t() end,
  narrowed = function(h, w) return harness.tensor(0, h, 2 * w):narrow(2, w / 2 + 1, w) end,
}

-- Every index of a dimension once, in another order.
local function shuffled(n)
  local t = torch.LongTensor(n)
  for i = 1, n do t[i] = (i - 1) * 7919 % n + 1 end
  return t
end

local function floats(...) return torch.FloatTensor(...):zero() end
local function longs(...) return torch.LongTensor(...):fill(1) end

-- Side of the square matrices of about h w elements.
local function side(h, w) return math.floor(math.sqrt(h * w)) end

-- A matrix that is easily inverted, and one that is positive definite besides.
local function square(h, w)
  local n = side(h, w)
  return harness.tensor(0, n, n):add(n / 8, torch.eye(n))
end
local function definite(h, w)
  local a = square(h, w)
  return a + a:t() + torch.eye(a:size(1)) * a:size(1)
end

-- Integers from 0 to 15.
local function ints(seed, h, w)
  return harness.fill(torch.FloatTensor(h, w), seed, 16):add(8):int()
end

-- What statements may use, by name.
local make = {
  h = function(h) return h end,
  w = function(_, w) return w end,
  count = function(h, w) return h * w end,
  r = floats,
  y = function(h, w) return harness.tensor(1, h, w) end,
  p = function(h, w) return harness.tensor(2, h, w):add(1) end,
  m = function(h, w) return torch.ByteTensor(h, w):zero() end,
  mask = function(h, w) return harness.tensor(3, h, w):gt(0) end,
  none = function(h, w) return torch.ByteTensor(h, w):zero() end,
  row = function(_, w) return harness.tensor(1, 1, w) end,
  column = function(h) return harness.tensor(1, h, 1) end,
  rows = function(h) return harness.tensor(2, h) end,
  columns = function(_, w) return harness.tensor(3, w) end,
  half = function() return function(v) return 0.5 * v end end,
  first = function() return function(_, v) return v end end,
  -- results along a dimension, positions, and indices
  rows1 = function(_, w) return floats(1, w) end,
  rows2 = function(h) return floats(h, 1) end,
  at1 = function(_, w) return longs(1, w) end,
  at2 = function(h) return longs(h, 1) end,
  halves2 = function(h) return torch.HalfTensor(h, 1) end,
  doubles1 = function(_, w) return torch.DoubleTensor(1, w) end,
  doubles2 = function(h) return torch.DoubleTensor(h, 1) end,
  top1 = function(_, w) return floats(5, w) end,
  top2 = function(h) return floats(h, 5) end,
  place1 = function(_, w) return longs(5, w) end,
  place2 = function(h) return longs(h, 5) end,
  at = longs,
  pick1 = function(h) return shuffled(h) end,
  pick2 = function(_, w) return shuffled(w) end,
  all1 = function(h, w) return shuffled(h):view(h, 1):expand(h, w):clone() end,
  all2 = function(h, w) return shuffled(w):view(1, w):expand(h, w):clone() end,
  -- results whose size the operation finds
  flat = function() return torch.FloatTensor() end,
  line = function() return torch.FloatTensor() end,
  out = function() return torch.FloatTensor() end,
  spots = function() return torch.LongTensor() end,
  twice1 = function() return torch.FloatTensor() end,
  twice2 = function() return torch.FloatTensor() end,
  pair = function(h, w) return floats(2, h, w) end,
  long = function(h, w) return floats(h * w) end,
  order = function(h, w) return longs(h * w) end,
  drawn = function(h) return longs(h, 10) end,
  bins = function() return floats(100) end,
  binned = function(h) return floats(h, 100) end,
  -- other types
  xi = function(h, w) return ints(0, h, w) end,
  yi = function(h, w) return ints(1, h, w) end,
  xd = function(h, w) return harness.tensor(0, h, w):double() end,
  xh = function(h, w) return harness.tensor(0, h, w):half() end,
  bytes = function(h, w) return ints(0, h, w):byte() end,
  rd = function(h, w) return torch.DoubleTensor(h, w) end,
  rh = function(h, w) return torch.HalfTensor(h, w) end,
  rf = function(h, w) return torch.BFloat16Tensor(h, w) end,
  ri = function(h, w) return torch.IntTensor(h, w) end,
  rs = function(h, w) return torch.ShortTensor(h, w) end,
  rc = function(h, w) return torch.CharTensor(h, w) end,
  rb = function(h, w) return torch.ByteTensor(h, w) end,
  -- sampling and searching
  weights = function(h, w) return harness.tensor(2, h * w):add(1) end,
  alias = function(h, w) return torch.multinomialAliasSetup(harness.tensor(2, h * w):add(1)) end,
  sorted = function() return (torch.sort(harness.tensor(1, 1000))) end,
  -- products and correlations
  across = function(h, w) return harness.tensor(1, w, h) end,
  product = function(h) return floats(h, h) end,
  left = function(h, w) return harness.tensor(0, h, w / 8, 8) end,
  right = function(h) return harness.tensor(1, h, 8, 8) end,
  batch = function(h, w) return floats(h, w / 8, 8) end,
  summed = function(_, w) return floats(w / 8, 8) end,
  distances = function(h) return floats(h, h) end,
  triples = function(h, w) return harness.tensor(0, 3, h, w) end,
  others = function(h, w) return harness.tensor(1, 3, h, w) end,
  cubes = function(h, w) return floats(3, h, w) end,
  k5 = function() return harness.tensor(1, 5, 5) end,
  k333 = function() return harness.tensor(1, 3, 3, 3) end,
  volume = function(h, w) return harness.tensor(0, 10, h / 5, w / 2) end,
  -- transforms: real and imaginary parts in the last dimension
  pairs = function(h, w) return harness.tensor(0, h, w / 2, 2) end,
  spectrum = function(h, w) return harness.tensor(0, h, w / 2 + 1, 2) end,
  -- linear algebra
  square = square,
  definite = definite,
  factor = function(h, w) return torch.potrf(definite(h, w)) end,
  reflectors = function(h, w) return (torch.geqrf(square(h, w))) end,
  tau = function(h, w) return (select(2, torch.geqrf(square(h, w)))) end,
  sides = function(h, w) return harness.tensor(1, side(h, w), 4) end,
}

-- Whether a row's last column admits a size or layout: it names none of its kind, or this one.
local function admits(only, name, kind)
  local names = (' %s '):format(only)
  for _, other in ipairs(kind) do
    if names:find(' ' .. other .. ' ', 1, true) then
      return names:find(' ' .. name .. ' ', 1, true) ~= nil
    end
  end
  return true
end

local function case(name, statement, layout, h, w)
  harness.case(name, function()
    local env = {torch = torch, x = layouts[layout](h, w)}
    for word in statement:gmatch('%a[%w_]*') do
      if make[word] and not env[word] then env[word] = make[word](h, w) end
    end
    if statement:find('x2', 1, true) then env.x2 = env.x:clone() end
    return harness.loop(statement, env)
  end)
end

local size_names, layout_names = {}, {'contiguous', 'transposed', 'narrowed'}
for i, size in ipairs(SIZES) do size_names[i] = size[1] end

local first = true
for line in io.lines(folder .. 'ops.tsv') do
  local name, statement, _, only = line:match('^(.-)\t(.-)\t(.-)\t(.*)$')
  for _, size in ipairs(first and {} or SIZES) do
    for _, layout in ipairs(layout_names) do
      if admits(only, size[1], size_names) and admits(only, layout, layout_names) then
        case(('op.%s.%s.%s'):format(name, size[1], layout), statement, layout, size[2], size[3])
      end
    end
  end
  first = false
end
