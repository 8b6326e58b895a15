-- torch.test: a check of an installed torch by itself, for users who want to know whether it works
-- on their machine. The rows of operations carry references in plain Lua; the rest are a few tests
-- of each part of the package.

local ffi = require 'ffi'
local F = require 'torch.ffi'
local ops = require 'torch.ops'

local torch = package.loaded.torch
local tests = torch.TestSuite()
local tester

local tolerance = {['torch.FloatTensor'] = 1e-5, ['torch.DoubleTensor'] = 1e-12}
local integers = {'torch.ByteTensor', 'torch.CharTensor', 'torch.ShortTensor', 'torch.IntTensor',
  'torch.LongTensor'}

-- Elements spread over the domain of a row, as a 5 x 7 tensor of a type.
local function values(row, type_name)
  local low, high = row.dom[1], row.dom[2]
  return torch.linspace(low, high, 35):view(5, 7):type(type_name)
end

-- Compares a row with its reference, element by element.
local function check_row(row, type_name, layout)
  local x = layout(values(row, type_name))
  local args, count = row.args or {}, row.kind:find('^binary') and 2 or 1
  local got = count == 2 and torch[row.name](x, x) or torch[row.name](x, unpack(args))
  for i = 1, x:size(1) do
    for j = 1, x:size(2) do
      local v = x[i][j]
      local want = count == 2 and row.ref(v, v) or row.ref(v, unpack(args))
      local error = math.abs(got[i][j] - want) / math.max(1, math.abs(want))
      if error > tolerance[type_name] then
        tester:assert(false, ('%s(%.17g) of a %s: %.17g, expected %.17g'):format(row.name, v,
          type_name, got[i][j], want))
      end
    end
  end
  tester:assert(got:isSameSizeAs(x), row.name)
end

local layouts = {function(x) return x end, function(x) return x:t() end}

function tests.elementwise()
  for _, row in ipairs(ops.rows) do
    if row.ref and row.dom then
      for type_name in pairs(tolerance) do
        for _, layout in ipairs(layouts) do check_row(row, type_name, layout) end
      end
    end
  end
end

function tests.integers()
  for _, type_name in ipairs(integers) do
    local x = torch.range(1, 6):view(2, 3):type(type_name)
    tester:eq((x * 2 + x):totable(), {{3, 6, 9}, {12, 15, 18}}, type_name)
    tester:eq({x:sum(), x:max(), x:min(), x:prod()}, {21, 6, 1, 720}, type_name)
  end
end

function tests.reductions()
  local x = torch.range(1, 1000):float()
  tester:eq({x:sum(), x:mean(), x:max(), x:min()}, {500500, 500.5, 1000, 1})
  tester:eq(x:view(2, 500):sum(2):totable(), {{125250}, {375250}})
  tester:assertalmosteq(x:std(), math.sqrt(1000 * 1001 / 12), 1e-4)
end

function tests.products()
  local a, b = torch.rand(17, 33), torch.rand(33, 9)
  local want = torch.zeros(17, 9)
  for i = 1, 17 do
    for j = 1, 9 do want[i][j] = a[i]:dot(b:select(2, j)) end
  end
  tester:assertTensorEq(torch.mm(a, b), want, 1e-12)
  tester:assertTensorEq(torch.mm(b:t(), a:t()), want:t(), 1e-12)
end

function tests.views()
  local x = torch.range(1, 24):view(2, 3, 4)
  tester:eq(x[{2, {2, 3}, 1}]:totable(), {17, 21})
  tester:eq(x:transpose(1, 3)[4][3][2], 24)
  x:narrow(2, 1, 1):zero()
  tester:eq(x:sum(), 300 - 10 - 58)
  tester:assert(x:storage() == x:select(1, 1):storage(), 'views share a storage')
end

function tests.random()
  torch.manualSeed(1)
  local first, second = torch.rand(5), torch.randn(5)
  torch.manualSeed(1)
  tester:assertTensorEq(torch.rand(5), first, 0)
  tester:assertTensorEq(torch.randn(5), second, 0)
  torch.manualSeed(123)
  tester:eq({torch.random(), torch.random()}, {2991312382, 3062119789}, 'stream of seed 123')
end

function tests.files()
  local name = os.tmpname()
  local x = torch.rand(3, 4)
  for _, mode in ipairs {'binary', 'ascii', 'b32'} do
    torch.save(name, {x = x, text = 'a\0b', n = 1 / 3, t = x:t()}, mode)
    local back = torch.load(name, mode)
    tester:assertTensorEq(back.x, x, 0, mode)
    tester:eq({back.text, back.n}, {'a\0b', 1 / 3}, mode)
    tester:assert(back.x:storage() == back.t:storage(), 'tensors of a file share a storage')
  end
  torch.npy.save(name, x:t())
  tester:assertTensorEq(torch.npy.load(name), x:t(), 0)
  torch.safetensors.save(name, {x = x})
  tester:assertTensorEq(torch.safetensors.load(name).x, x, 0)
  os.remove(name)
end

function tests.storages()
  local s = torch.IntStorage {1, 2, 3}
  tester:eq(torch.data(s)[2], 3)
  tester:eq(torch.pointer(s), tonumber(ffi.cast('intptr_t', torch.cdata(s))))
  s:resize(5):fill(7)
  tester:eq(torch.IntTensor(s, 2, torch.LongStorage {2, 2}):sum(), 28)
end

function tests.errors()
  tester:assertErrorPattern(function() torch.mm(torch.ones(2, 3), torch.ones(2, 3)) end, 'size')
  tester:assertErrorPattern(function() return torch.ones(3)[4] end, 'range')
end

--- torch.test([names]): runs these tests, or the one or the list of them that is named, and prints
-- a report. Returns 0; raises an error where a test failed.
return function(names)
  if names ~= nil and type(names) ~= 'string' and type(names) ~= 'table' then
    F.bad_argument('torch.test', 1, 'the name of a test or a list of them', names)
  end
  tester = torch.Tester()
  tester:add(tests)
  return tester:run(names)
end
