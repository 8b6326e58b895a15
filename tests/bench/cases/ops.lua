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

-- What statements may use, by name.
local make = {
  r = function(h, w) return torch.FloatTensor(h, w):zero() end,
  y = function(h, w) return harness.tensor(1, h, w) end,
  p = function(h, w) return harness.tensor(2, h, w):add(1) end,
  m = function(h, w) return torch.ByteTensor(h, w):zero() end,
  mask = function(h, w) return harness.tensor(3, h, w):gt(0) end,
  rows1 = function(_, w) return torch.FloatTensor(1, w) end,
  rows2 = function(h) return torch.FloatTensor(h, 1) end,
  at1 = function(_, w) return torch.LongTensor(1, w) end,
  at2 = function(h) return torch.LongTensor(h, 1) end,
  pick1 = function(h) return shuffled(h) end,
  pick2 = function(_, w) return shuffled(w) end,
  all1 = function(h, w) return shuffled(h):view(h, 1):expand(h, w):clone() end,
  all2 = function(h, w) return shuffled(w):view(1, w):expand(h, w):clone() end,
  flat = function() return torch.FloatTensor() end,
  spots = function() return torch.LongTensor() end,
  twice1 = function() return torch.FloatTensor() end,
  twice2 = function() return torch.FloatTensor() end,
  rd = function(h, w) return torch.DoubleTensor(h, w) end,
  rh = function(h, w) return torch.HalfTensor(h, w) end,
  ri = function(h, w) return torch.IntTensor(h, w) end,
  rb = function(h, w) return torch.ByteTensor(h, w) end,
}

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

local first = true
for line in io.lines(folder .. 'ops.tsv') do
  local name, statement, _, only = line:match('^(.-)\t(.-)\t(.-)\t(.*)$')
  for _, size in ipairs(first and {} or SIZES) do
    for _, layout in ipairs {'contiguous', 'transposed', 'narrowed'} do
      if only == '' or only == layout then
        case(('op.%s.%s.%s'):format(name, size[1], layout), statement, layout, size[2], size[3])
      end
    end
  end
  first = false
end
