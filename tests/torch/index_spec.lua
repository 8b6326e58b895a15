-- Selection by index tensors: recorded values, every type and layout against plain Lua, equal
-- indices, overlap, indices out of range.

local torch = require 'torch'
local helpers = require 'helpers'
local replay = require 'golden_replay'

local types = helpers.types

local fails = helpers.assert_fails

local function numbers(type_name, ...)
  local x = torch.LongTensor(...)
  return x:copy(torch.range(1, x:nElement())):type('torch.' .. type_name .. 'Tensor')
end

describe('recorded indexing', function()
  it('is reproduced', function()
    local passed, failures = replay.file('ops/index.json.gz')
    assert.are.same({}, failures)
    assert.are.equal(391, passed)
  end)
end)

describe('slices', function()
  it('are read, written, added and filled in every type, layout and dimension', function()
    for _, type_name in ipairs(types) do
      for layout, x in pairs(helpers.layouts(numbers(type_name, 3, 4, 5))) do
        for d = 1, 3 do
          local what = type_name .. ' ' .. layout .. ' ' .. d
          local at = torch.LongTensor {2, 1, 3, 2}
          local got = x:index(d, at)
          for k = 1, 4 do assert.is_true(got:select(d, k):equal(x:select(d, at[k])), what) end

          local copy, sum = x:clone(), x:clone()
          copy = copy:transpose(1, 3):contiguous():transpose(1, 3)
          assert.is_true(copy:indexCopy(d, at, got) == got)
          assert.is_true(copy:equal(x), what)
          local two = torch.LongTensor {3, 1}
          assert.are.equal(7, copy:indexFill(d, two, 7))
          assert.are.equal(7, copy:select(d, 3):max())
          assert.is_true(copy:select(d, 2):equal(x:select(d, 2)), what)

          -- position 2 is added twice
          assert.is_true(sum:indexAdd(d, at, got) == got)
          local want = x:clone()
          for k = 1, 4 do want:select(d, at[k]):add(x:select(d, at[k])) end
          assert.is_true(sum:equal(want), what)
        end
      end
    end
  end)

  it('go the same way for any number of threads', function()
    local before = torch.getnumthreads()
    torch.manualSeed(1)
    local at = torch.LongTensor(500):random(1, 20)
    local x = torch.FloatTensor(500, 300):uniform()
    local sums = {}
    for _, threads in ipairs {1, 4} do
      torch.setnumthreads(threads)
      sums[#sums + 1] = torch.FloatTensor(20, 300):zero()
      sums[#sums]:indexAdd(1, at, x)
      sums[#sums]:indexCopy(1, at:narrow(1, 1, 100), x:narrow(1, 1, 100))
    end
    torch.setnumthreads(before)
    assert.is_true(sums[1]:equal(sums[2]))
    assert.is_true(sums[1][at[100]]:equal(x[100])) -- the last of equal indices wins
  end)

  it('may come from the tensor itself', function()
    local x = torch.Tensor {1, 2, 3, 4}
    x:indexCopy(1, torch.LongTensor {3, 4}, x:narrow(1, 1, 2))
    assert.are.same({1, 2, 1, 2}, helpers.flat(x))
    x:indexAdd(1, torch.LongTensor {1, 2, 3, 4}, x)
    assert.are.same({2, 4, 2, 4}, helpers.flat(x))
    x:index(x, 1, torch.LongTensor {2, 1})
    assert.are.same({4, 2}, helpers.flat(x))
    local i = torch.LongTensor {2, 1}
    i:index(i, 1, i)
    assert.are.same({1, 2}, helpers.flat(i))
    i:indexFill(1, i, 1)
    assert.are.same({1, 1}, helpers.flat(i))
  end)
end)

describe('gather and scatter', function()
  it('move single elements in every type, layout and dimension', function()
    torch.manualSeed(2)
    for _, type_name in ipairs(types) do
      for layout, x in pairs(helpers.layouts(numbers(type_name, 3, 4, 5))) do
        for d = 1, 3 do
          local what = type_name .. ' ' .. layout .. ' ' .. d
          local sizes = {3, 4, 5}
          sizes[d] = 2
          local at = torch.LongTensor(unpack(sizes)):random(1, x:size(d))
          for _, i in pairs(helpers.layouts(at)) do
            local got = torch.gather(x, d, i)
            local zero = torch.DoubleTensor(3, 4, 5):zero():type(x:type())
            local put = zero:clone():scatter(d, i, got)
            local filled = zero:transpose(1, 3):scatter(4 - d, i:transpose(1, 3), 9):transpose(1, 3)
            for a = 1, sizes[1] do
              for b = 1, sizes[2] do
                for c = 1, sizes[3] do
                  local from = {a, b, c}
                  from[d] = i[a][b][c]
                  assert.are.equal(x[from], got[a][b][c], what)
                  assert.are.equal(9, filled[from], what)
                  assert.are.equal(x[from], put[from], what)
                end
              end
            end
          end
        end
      end
    end
  end)

  it('read parts of larger tensors, and write where they read', function()
    local base = torch.range(1, 4 * 6 * 10):view(4, 6, 10)
    local parts = {base:narrow(1, 2, 2), base:narrow(2, 3, 3), base:narrow(3, 4, 5),
      base:select(1, 3), base:select(2, 2), base:select(3, 5), base:narrow(2, 2, 1),
      base[1]:narrow(1, 2, 1):expand(3, 10)}
    for k, x in ipairs(parts) do
      for d = 1, x:dim() do
        local index = x:clone():random(1, x:size(d)):long()
        local whole = x:clone()
        assert.are.same(whole:gather(d, index):totable(), x:gather(d, index):totable(), k)
        local want = torch.zeros(x:size()):scatter(d, index, whole)
        assert.are.same(want:totable(), torch.zeros(x:size()):scatter(d, index, x):totable(), k)
        local short = index:narrow(d, 1, math.ceil(x:size(d) / 2))
        want = torch.zeros(x:size()):scatter(d, short, whole)
        assert.are.same(want:totable(), torch.zeros(x:size()):scatter(d, short, x):totable(), k)
      end
    end
    local own = base:clone()
    local row, want = own:select(2, 2), base:select(2, 2):clone()
    local index = torch.LongTensor(4, 10):random(1, 10)
    want = want:clone():scatter(2, index, want)
    assert.are.same(want:totable(), row:scatter(2, index, row):totable())
  end)

  it('add single elements in every type, layout and dimension', function()
    torch.manualSeed(3)
    for _, type_name in ipairs(types) do
      for layout, x in pairs(helpers.layouts(numbers(type_name, 3, 4, 5))) do
        for d = 1, 3 do
          local sizes = {3, 4, 5}
          sizes[d] = 2
          local at = torch.LongTensor(unpack(sizes)):random(1, sizes[d])
          local want, got = x:clone(), x:clone():scatterAdd(d, at, x)
          for a = 1, sizes[1] do
            for b = 1, sizes[2] do
              for c = 1, sizes[3] do
                local to = {a, b, c}
                to[d] = at[a][b][c]
                want[to] = want[to] + x[a][b][c]
              end
            end
          end
          assert.are.same(want:totable(), got:totable(), type_name .. ' ' .. layout .. ' ' .. d)
        end
      end
    end
  end)

  it('take a longer source, and let the last of equal indices win', function()
    local r = torch.zeros(1, 3)
    r:scatter(2, torch.LongTensor {{2, 2}}, torch.Tensor {{5, 6, 7}})
    assert.are.same({0, 6, 0}, helpers.flat(r))
  end)
end)

describe('bad indices', function()
  local x = torch.Tensor(2, 3):fill(5)
  local L = torch.LongTensor
  local cases = {
    {'index 3 at position 2 is out of range 1..2', torch.gather, x, 1, L {{1, 3, 1}}},
    {'dimension 3 is out of range', torch.gather, x, 3, L {{1}}},
    {'differ in more than dimension 1', torch.gather, x, 1, L {1}},
    {'IntTensor', torch.gather, x, 1, torch.IntTensor {{1}}},
    {'index 3 at position 1', x.scatter, x, 1, L {{3, 1, 1}}, 1},
    {'index 0 at position 3', x.scatter, x, 1, L {{1, 1, 0}}, torch.Tensor(1, 3)},
    {'does not cover', x.scatter, x, 1, L(2, 3):fill(1), torch.Tensor(1, 3)},
    {'index 3 at position 1', x.scatterAdd, x, 1, L {{3, 1, 1}}, torch.Tensor(1, 3)},
    {'expected a tensor', x.scatterAdd, x, 1, L {{1, 1, 1}}, 1},
    {'scatterAdd: the source %[1 x 3 DoubleTensor%] does not cover', x.scatterAdd, x, 1,
      L(2, 3):fill(1), torch.Tensor(1, 3)},
    {'index 3 at position 1', x.index, x, 1, L {3}},
    {'index 0 at position 1', x.index, x, 1, L {0}},
    {'index %-1 at position 2', x.index, x, 1, L {1, -1}},
    {'dimension 3', x.index, x, 3, L {1}}, {'IntTensor', x.index, x, 1, torch.IntTensor {1}},
    {'expected a tensor', x.index, x, 1, {1, 2}}, {'vector', x.index, x, 1, L {{1}}},
    {'expected a tensor', x.index, x, 1}, {'empty', x.index, x, 1, L()},
    {'2 indices for the source', x.indexCopy, x, 1, L {1, 2}, torch.Tensor(3, 3)},
    {'slices', x.indexCopy, x, 1, L {1}, torch.Tensor(1, 4)},
    {'index 3', x.indexCopy, x, 1, L {3}, torch.Tensor(1, 3)},
    {'index 9 at position 2', x.indexFill, x, 1, L {1, 9}, 1},
    {'index 3', x.indexAdd, x, 1, L {3}, torch.Tensor(1, 3)},
    {'FloatTensor', x.indexAdd, x, 1, L {1}, torch.FloatTensor(1, 3)},
    {'expected a number', x.indexFill, x, 1, L {1}}, {'out of range', x.indexFill, x, 0, L {1}, 1},
  }
  for i, case in ipairs(cases) do
    it('raise and change nothing: ' .. case[1] .. ' (' .. i .. ')', function()
      fails(unpack(case))
      assert.are.equal(30, x:sum())
    end)
  end
end)
