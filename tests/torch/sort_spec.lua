-- Order: sort, topk, kthvalue, median and mode against a stable sort in plain Lua, on every type
-- and layout, with NaN, signed zeros and ties.

local torch = require 'torch'
local helpers = require 'helpers'
local reference = require 'sort_reference'
local replay = require 'golden_replay'

local types, floats = reference.types, reference.floats
local less, positions, same, sample =
  reference.less, reference.positions, reference.same, reference.sample

local function mode_of(list)
  local at, best, longest, start = positions(list), 1, 0, 1
  for i = 1, #at do
    if less(list[at[start]], list[at[i]]) then start = i end
    if i - start + 1 > longest then best, longest = i, i - start + 1 end
  end
  return at[best]
end

-- Lines of x along dim, as lists.
local function lines(x, dim)
  local n, moved = x:size(dim), helpers.flat(x:transpose(dim, x:dim()):contiguous())
  local out = {}
  for first = 1, #moved, n do out[#out + 1] = {unpack(moved, first, first + n - 1)} end
  return out
end

-- Asserts that values, indices are what `pick(line)`, a list of positions, chooses from x's lines.
local function assert_picked(values, indices, x, dim, pick, what)
  local v, p = lines(values, dim), lines(indices, dim)
  for k, line in ipairs(lines(x, dim)) do
    local want = pick(line)
    assert.are.equal(#want, #v[k], what)
    for i, at in ipairs(want) do
      if p[k][i] ~= at or not same(v[k][i], line[at]) then
        error(('%s: result %d of line %d is %s of position %s, expected %s of %d'):format(what, i,
          k, v[k][i], p[k][i], line[at], at), 2)
      end
    end
  end
end

local function check_all(x, dim, what)
  local n = x:size(dim)
  for _, descending in ipairs {false, true} do
    local function sorted(line) return positions(line, descending) end
    local v, p = torch.sort(x, dim, descending)
    assert.are.equal(x:type(), v:type())
    assert.are.equal('torch.LongTensor', p:type())
    assert_picked(v, p, x, dim, sorted, what .. ' sort')
    for _, k in ipairs {1, math.ceil(n / 9), math.ceil(n / 4), math.ceil(n / 3), n} do
      v, p = torch.topk(x, k, dim, descending, true)
      assert_picked(v, p, x, dim, function(line) return {unpack(sorted(line), 1, k)} end,
        ('%s topk %d'):format(what, k))
    end
  end
  for _, k in ipairs {1, math.ceil(n / 5), n} do
    local v, p = torch.kthvalue(x, k, dim)
    assert_picked(v, p, x, dim, function(line) return {positions(line)[k]} end,
      ('%s kthvalue %d'):format(what, k))
  end
  local v, p = torch.median(x, dim)
  assert_picked(v, p, x, dim, function(line) return {positions(line)[math.ceil(n / 2)]} end,
    what .. ' median')
  v, p = torch.mode(x, dim)
  assert_picked(v, p, x, dim, function(line) return {mode_of(line)} end, what .. ' mode')
end

describe('order', function()
  before_each(function() torch.manualSeed(7) end)

  for _, name in ipairs(types) do
    it('of every length: ' .. name, function()
      for _, n in ipairs {1, 2, 3, 11, 12, 13, 32, 33, 64, 65, 128, 129, 300, 1100} do
        check_all(sample(name, n), 1, n .. ' elements')
      end
    end)

    it('in every layout and along every dimension: ' .. name, function()
      for layout, x in pairs(helpers.layouts(sample(name, 5, 4, 17))) do
        for dim = 1, 3 do check_all(x, dim, ('%s, dimension %d'):format(layout, dim)) end
      end
    end)

    it('of integers that use all bits: ' .. name, function()
      local x = torch.DoubleTensor(700):uniform(-2 ^ 31, 2 ^ 31 - 1)
      if floats[name] then x:div(2 ^ 18) elseif name == 'Long' then x:mul(2 ^ 21) end
      check_all(x:type('torch.' .. name .. 'Tensor'), 1, 'all bits')
    end)
  end

  it('of expanded tensors', function()
    check_all(sample('Float', 1, 30):expand(3, 30), 2, 'rows')
    check_all(sample('Double', 30, 1):expand(30, 40), 2, 'equal elements')
    check_all(sample('Int', 30, 1):expand(30, 40), 1, 'columns')
  end)

  it('of many neighbouring lines', function()
    check_all(sample('Float', 150, 131), 1, 'columns')
    check_all(sample('Double', 3, 140, 67), 2, 'inner columns')
    check_all(sample('Byte', 1024, 20), 1, 'a power of two')
    check_all(sample('Short', 7, 300):t(), 1, 'transposed')
  end)

  it('of equal, ascending and descending elements', function()
    for _, name in ipairs {'Int', 'Double'} do
      local range = torch.range(1, 900):type('torch.' .. name .. 'Tensor')
      check_all(range, 1, 'ascending')
      check_all(range:clone():mul(-1), 1, 'descending')
      check_all(range:fill(3), 1, 'equal')
      range[450] = 2
      check_all(range, 1, 'all but one equal')
    end
  end)

  -- what a sort of a long line has to be, without a reference in Lua
  local function check_long(x)
    local n = x:size(1)
    local v, p = torch.sort(x)
    assert.is_true(v:equal(x:index(1, p)))
    local rise = v:narrow(1, 2, n - 1):gt(v:narrow(1, 1, n - 1))
    local later = p:narrow(1, 2, n - 1):gt(p:narrow(1, 1, n - 1))
    assert.are.equal(n - 1, rise:cmax(rise, later):sum()) -- larger, or equal and later
    assert.is_true(torch.sort(p):equal(torch.range(1, n):long()))
    for _, k in ipairs {1, 10, 100, n / 10, n / 2, n - 3} do
      local kv, kp = torch.kthvalue(x, k)
      assert.are.same({v[k], p[k]}, {kv[1], kp[1]})
      local tv, tp = torch.topk(x, k, 1, false, true)
      assert.is_true(tv:equal(v:narrow(1, 1, k)))
      assert.is_true(tp:equal(p:narrow(1, 1, k)))
    end
    local down, at = torch.sort(x, true)
    local top, top_at = torch.topk(x, 40, true)
    assert.is_true(top:equal(down:narrow(1, 1, 40)))
    assert.is_true(top_at:equal(at:narrow(1, 1, 40)))
    local mode, mode_at = torch.mode(x)
    return {v, p, down, at, top, top_at, mode, mode_at, torch.median(x)}
  end

  it('of one long line on any number of threads', function()
    local threads, n = torch.getnumthreads(), 800000
    for _, x in ipairs {torch.FloatTensor(n):uniform(-1, 1), torch.DoubleTensor(n):normal(),
      torch.IntTensor(n):random(1, 1000), torch.ByteTensor(n):random(0, 1),
      torch.FloatTensor(n, 2):uniform():select(2, 1)} do
      local wanted
      for count = 1, 3 do
        torch.setnumthreads(count)
        local got = check_long(x)
        wanted = wanted or got
        for k, result in ipairs(got) do assert.is_true(result:equal(wanted[k])) end
      end
    end
    torch.setnumthreads(threads)
  end)

  it('gives the recorded positions of modes, which are the last ones', function()
    local seen = 0
    for _, record in ipairs(helpers.json('ops/order.json.gz').records) do
      if record.call:find('mode') then
        record.check = nil
        assert.is_nil(replay.run(record))
        seen = seen + 1
      end
    end
    assert.are.equal(20, seen)
  end)
end)
