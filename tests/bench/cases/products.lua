-- Products of square float matrices; the limit is OpenBLAS called from C (limits.c).

local torch = require 'torch'
local harness = require 'harness'

for _, n in ipairs {64, 256, 1024} do
  harness.case('product.gemm' .. n, function()
    local env = {a = harness.tensor(0, n, n), b = harness.tensor(1, n, n),
      c = torch.FloatTensor(n, n):zero()}
    return harness.loop('c:mm(a, b)', env), env.c
  end)
end
