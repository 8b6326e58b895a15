-- cutorch.test: compares results on the current GPU with the CPU's, for users who want to know
-- whether it works on their machine.

local F = require 'torch.ffi'
local ops = require 'torch.ops'
local torch = require 'torch'

local tests = torch.TestSuite()
local tester

local there = {Float = 'torch.CudaTensor', Double = 'torch.CudaDoubleTensor'}
local tolerance = {Float = 1e-5, Double = 1e-12}

-- Compares a tensor on the GPU with one on the CPU.
local function compare(got, want, tol, label)
  local back = got:type(want:type())
  local scale = math.max(1, torch.abs(want):max())
  tester:assertTensorEq(torch.div(back:double(), scale), torch.div(want:double(), scale), tol,
    label)
end

function tests.elementwise()
  for _, row in ipairs(ops.rows) do
    if row.ref and row.dom then
      for name, type_name in pairs(there) do
        local x = torch.linspace(row.dom[1], row.dom[2], 35):view(5, 7)
        x = x:type('torch.' .. name .. 'Tensor')
        local arguments = row.kind:find '^binary' and {x} or row.args or {}
        local want = torch[row.name](x, unpack(arguments))
        local g = x:type(type_name)
        if row.kind:find '^binary' then arguments = {g} end
        compare(torch[row.name](g, unpack(arguments)), want, tolerance[name] * 10, row.name)
        local t = torch[row.name](g:t(), unpack(row.kind:find '^binary' and {g:t()} or arguments))
        compare(t, want:t(), tolerance[name] * 10, row.name)
      end
    end
  end
end

function tests.integers()
  for _, name in ipairs {'Byte', 'Char', 'Short', 'Int', 'Long'} do
    local x = torch.range(1, 6):view(2, 3):type('torch.Cuda' .. name .. 'Tensor')
    tester:eq((x * 2 + x):totable(), {{3, 6, 9}, {12, 15, 18}}, name)
    tester:eq({x:sum(), x:max(), x:min(), x:prod()}, {21, 6, 1, 720}, name)
  end
end

function tests.reductions()
  for name, type_name in pairs(there) do
    local x = torch.randn(37, 1000):type('torch.' .. name .. 'Tensor')
    local g = x:type(type_name)
    for dim = 1, 2 do
      compare(g:sum(dim), x:sum(dim), tolerance[name], 'sum')
      compare((g:max(dim)), (x:max(dim)), 0, 'max')
      compare(g:var(dim), x:var(dim), tolerance[name], 'var')
    end
    tester:assertalmosteq(g:sum(), x:sum(), 1e-2, 'sum')
    compare((g:sort(2)), (x:sort(2)), 0, 'sort')
  end
end

function tests.products()
  for name, type_name in pairs(there) do
    local a, b = torch.randn(65, 130):type('torch.' .. name .. 'Tensor'), torch.randn(130, 33)
    b = b:type(a:type())
    compare(torch.mm(a:type(type_name), b:type(type_name)), torch.mm(a, b), tolerance[name], 'mm')
    compare(torch.mm(b:type(type_name):t(), a:type(type_name):t()), torch.mm(a, b):t(),
      tolerance[name], 'mm of transposed matrices')
  end
end

function tests.copies()
  local x = torch.randn(9, 11)
  tester:assertTensorEq(x:cudaDouble():double(), x, 0, 'there and back')
  tester:assertTensorEq(x:cudaDouble():t():double(), x:t(), 0, 'transposed')
  local index = torch.LongTensor {3, 1, 3}
  compare(x:cudaDouble():index(1, index:cudaLong()), x:index(1, index), 0, 'index')
end

function tests.random()
  local cutorch = require 'cutorch'
  local state = cutorch.getRNGState()
  cutorch.manualSeed(1)
  local first = torch.CudaTensor(1000):uniform():float()
  cutorch.manualSeed(1)
  tester:assertTensorEq(torch.CudaTensor(1000):uniform():float(), first, 0, 'one seed, one stream')
  tester:assert(first:min() >= 0 and first:max() < 1, 'uniform')
  tester:assert(math.abs(first:mean() - 0.5) < 0.1, 'uniform')
  cutorch.setRNGState(state)
end

--- cutorch.test([names]): see cutorch/init.lua.
return function(names)
  if names ~= nil and type(names) ~= 'string' and type(names) ~= 'table' then
    F.bad_argument('cutorch.test', 1, 'the name of a test or a list of them', names)
  end
  tester = torch.Tester()
  tester:add(tests)
  return tester:run(names)
end
