-- Sorting and selecting among 1e3, 1e5 and 1e7 floats: one line of all, and a square matrix along
-- its last and its first dimension.

local torch = require 'torch'
local harness = require 'harness'

local sizes = {{'1e3', 1000, 32}, {'1e5', 100000, 316}, {'1e7', 10000000, 3162}}
local layouts = {{'line', 1}, {'last', 2}, {'first', 1}}
local statements = {
  {'sort', 'torch.sort(v, p, x, dim)'},
  {'topk', 'torch.topk(v, p, x, 10, dim, true, true)'},
  {'median', 'torch.median(v, p, x, dim)'},
  {'kthvalue', 'torch.kthvalue(v, p, x, k, dim)'},
}

for _, row in ipairs(statements) do
  for _, size in ipairs(sizes) do
    for _, layout in ipairs(layouts) do
      harness.case(('order.%s.%s%s'):format(row[1], layout[1], size[1]), function()
        local dim = layout[2]
        local x = layout[1] == 'line' and harness.tensor(0, size[2])
          or harness.tensor(0, size[3], size[3])
        local env = {torch = torch, x = x, dim = dim, k = math.floor(x:size(dim) / 10),
          v = torch.FloatTensor(), p = torch.LongTensor()}
        -- the smaller half of what was sorted: all of it would say nothing about its order
        return harness.loop(row[2], env), function()
          return env.v:narrow(dim, 1, math.ceil(env.v:size(dim) / 2))
        end
      end)
    end
  end
end
