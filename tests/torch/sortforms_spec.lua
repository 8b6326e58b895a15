-- Calling forms, results and errors of sort, topk, kthvalue, median, mode, unique and searchsorted.

local torch = require 'torch'

local nan = 0 / 0

describe('results of order', function()
  local x, v, p

  before_each(function()
    x = torch.Tensor {{3, 1, 2}, {9, 7, 8}}
    v, p = torch.sort(x)
  end)

  local function assert_same(values, indices)
    assert.is_true(values:equal(v))
    assert.is_true(indices:equal(p))
  end

  it('go to given tensors, which are resized', function()
    local r, i = torch.Tensor(7), torch.LongTensor()
    local a, b = torch.sort(r, i, x)
    assert.is_true(rawequal(a, r) and rawequal(b, i))
    assert_same(r, i)
    assert_same(r:zero():sort(i:zero(), x))
    a, b = torch.sort(r:zero(), x)
    assert.is_true(rawequal(a, r))
    assert_same(a, b)
    a, b = torch.sort(i:zero(), x)
    assert.is_true(rawequal(b, i))
    assert_same(a, b)
  end)

  it('of a LongTensor go to the first of two tensors', function()
    local r = torch.LongTensor()
    local a, b = torch.sort(r, x:long())
    assert.is_true(rawequal(a, r))
    assert_same(a:double(), b)
  end)

  it('go to views that are not contiguous', function()
    local r, i = torch.zeros(3, 2):t(), torch.LongTensor(2, 6):zero()
    local place = i:narrow(2, 3, 3)
    assert_same(torch.sort(r, place, x))
    assert.are.equal(0, i:narrow(2, 1, 2):sum() + i:narrow(2, 6, 1):sum())
  end)

  it('may be the input, or share its memory', function()
    local i = torch.LongTensor()
    local y = x:clone()
    assert_same(y:sort(i, y))
    y = torch.cat(x, x, 1)
    assert_same(torch.sort(y:narrow(1, 2, 2), i, y:narrow(1, 1, 2)))
    y = x:long()
    local values = torch.sort(torch.LongTensor(), y, y)
    assert.is_true(values:double():equal(v))
    assert.is_true(y:equal(p))
    y = x:clone()
    local k = torch.topk(y, i, y, 2, 2, true, true)
    assert.is_true(k:equal(torch.Tensor {{3, 2}, {9, 8}}) and i:equal(
      torch.LongTensor {{1, 3}, {1, 3}}))
  end)

  it('have default arguments', function()
    assert_same(torch.sort(x, 2))
    assert_same(x:sort(2, false))
    assert_same(x:sort(false))
    assert.are.same({{3, 2, 1}, {9, 8, 7}}, x:sort(true):totable())
    assert.are.same({{1}, {7}}, torch.topk(x):totable())
    assert.are.same({{3}, {9}}, torch.topk(x, true):totable())
    assert.are.same({{3, 2}, {9, 8}}, torch.topk(x, 2, true, true):totable())
    assert.are.same({{9, 7, 8}}, x:topk(1, 1, true):totable())
    assert.are.same({{2}, {8}}, x:kthvalue(2):totable())
    assert.are.same({{2}, {8}}, x:median():totable())
    assert.are.same({{1}, {7}}, x:mode():totable())
  end)

  it('of a failed call are what they were', function()
    local r, i = torch.ones(2), torch.LongTensor {5}
    for _, f in ipairs {
      function() torch.sort(r, i, x, 3) end, function() torch.topk(r, i, x, 4) end,
      function() torch.kthvalue(r, i, x, 0) end, function() torch.median(r, i, torch.Tensor()) end,
    } do
      assert.has_error(f)
      assert.are.same({{1, 1}, {5}}, {r:totable(), i:totable()})
    end
  end)

  local x_of = 'of %[2 x 3 DoubleTensor%]'
  for _, case in ipairs {
    {function() x:sort(3) end, 'sort: dimension 3 is out of range of the 2D tensor %[2 x 3 Double'},
    {function() x:sort(0) end, 'sort: dimension 0 out of range'},
    {function() x:sort('a') end, 'sort: expected a number as argument 2, got a string'},
    {function() x:sort(1, 2) end, 'sort: expected a boolean as argument 3, got the number 2'},
    {function() torch.sort(3) end, 'sort: expected a tensor as argument 1, got the number 3'},
    {function() torch.sort(torch.FloatTensor(), torch.LongTensor(), x) end,
      'sort: the input is a DoubleTensor, the result a FloatTensor'},
    {function() torch.sort(torch.Tensor(), torch.IntTensor(), x) end,
      'sort: positions go to a LongTensor, got a IntTensor'},
    {function() torch.sort(torch.Tensor()) end, 'sort: the tensor is empty'},
    {function() x:topk(4) end, 'topk: k is 4, expected 1 to 3, the size of dimension 2 ' .. x_of},
    {function() x:topk(0, 1) end,
      'topk: k is 0, expected 1 to 2, the size of dimension 1 ' .. x_of},
    {function() x:topk(nan) end, 'topk: argument 2 is .*nan, not a count'},
    {function() x:topk(1, 2, 3) end, 'topk: expected a boolean as argument 4, got the number 3'},
    {function() x:kthvalue() end, 'kthvalue: expected a number as argument 2, got nil'},
    {function() x:kthvalue(4, 2) end, 'kthvalue: k is 4, expected 1 to 3'},
    {function() torch.Tensor():median() end, 'median: the tensor is empty'},
    {function() x:mode(4) end, 'mode: dimension 4 is out of range'},
    {function() x:unique(1) end, 'unique: expected a boolean as argument 2, got the number 1'},
    {function() torch.unique(torch.IntTensor(), x) end,
      'unique: the input is a DoubleTensor, the result a IntTensor'},
    {function() torch.searchsorted(x, torch.Tensor(3, 3)) end,
      'searchsorted: expected sorted elements in one dimension or in as many rows as the values, '
        .. 'got %[2 x 3 DoubleTensor%] and %[3 x 3 DoubleTensor%]'},
    {function() torch.searchsorted(x, torch.FloatTensor(2, 3)) end,
      'searchsorted: the sorted tensor is a DoubleTensor, the values a FloatTensor'},
    {function() torch.searchsorted(torch.Tensor(), x) end,
      'searchsorted: the tensor of sorted elements is empty'},
    {function() torch.searchsorted(x, 'a') end,
      'searchsorted: expected a tensor or a number as argument 2, got a string'},
    {function() torch.searchsorted(torch.ByteTensor {1}, 300) end,
      'searchsorted: 300 does not fit in a ByteTensor'},
  } do
    it('are errors of the caller: ' .. case[2]:sub(1, 50), function()
      local ok, message = pcall(case[1])
      assert.is_false(ok)
      assert.matches('sortforms_spec%.lua:%d+: ' .. case[2], message)
    end)
  end
end)
