-- optim.ConfusionMatrix: counting, rates, text, picture, saving. Recorded values are in
-- trajectories_spec.

local torch = require 'torch'
local optim = require 'optim'

local function matrix(rows)
  local confusion = optim.ConfusionMatrix(#rows)
  confusion.mat:copy(torch.LongTensor(rows))
  return confusion
end

local function table_of(confusion) return confusion.mat:totable() end

describe('optim.ConfusionMatrix', function()
  it('counts samples in all forms', function()
    local confusion = optim.ConfusionMatrix {'a', 'b'}
    confusion:add(1, 2)
    confusion:add(torch.Tensor {0.1, 0.9}, 1)
    confusion:add(torch.FloatTensor {0.1, 0.9}, torch.Tensor {0, 1})
    confusion:add(torch.Tensor {2}, 2)
    assert.are.same({{0, 1}, {1, 2}}, table_of(confusion))
  end)

  local scores = {{0.9, 0.1, 0}, {0, 0.2, 0.8}, {0, 0.2, 0.8}, {0, 1, 0}}
  local want = {{1, 0, 0}, {0, 1, 1}, {0, 0, 1}}
  for what, case in pairs {
    ['scores and numbers'] = {torch.Tensor(scores), torch.LongTensor {1, 2, 3, 2}},
    ['float scores and one-hot rows'] = {torch.FloatTensor(scores),
      torch.ByteTensor {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0, 1, 0}}},
    ['numbers'] = {torch.Tensor {1, 3, 3, 2}, torch.FloatTensor {1, 2, 3, 2}},
    ['columns'] = {torch.Tensor {{1}, {3}, {3}, {2}}, torch.Tensor {{1}, {2}, {3}, {2}}},
  } do
    it('counts batches of ' .. what, function()
      local confusion = optim.ConfusionMatrix(3)
      confusion:batchAdd(case[1], case[2])
      assert.are.same(want, table_of(confusion))
      confusion:batchAdd(case[1]:narrow(1, 1, 1), case[2]:narrow(1, 1, 1))
      assert.are.equal(2, confusion.mat[1][1])
    end)
  end

  it('leaves out samples whose target is not known', function()
    local confusion = optim.ConfusionMatrix(3)
    confusion:add(1, 0)
    confusion:add(torch.Tensor {0, 1, 0}, -1)
    confusion:batchAdd(torch.Tensor {1, 2, 3}, torch.Tensor {0, 2, -1})
    assert.are.same({{0, 0, 0}, {0, 1, 0}, {0, 0, 0}}, confusion.mat:totable())
  end)

  it('refuses what is no class and counts nothing', function()
    local confusion = optim.ConfusionMatrix(3)
    for _, case in ipairs {
      {4, 1}, {0, 1}, {1, 4}, {1.5, 1}, {'a', 1}, {1, nil}, {torch.Tensor(2), 1}} do
      assert.has_error(function() confusion:add(case[1], case[2]) end)
    end
    for _, case in ipairs {
      {torch.Tensor {1, 4}, torch.Tensor {1, 1}}, {torch.Tensor {1, 0}, torch.Tensor {1, 1}},
      {torch.Tensor {1, 1}, torch.Tensor {1}}, {torch.zeros(2, 4), torch.Tensor {1, 1}},
      {torch.zeros(2, 3, 1), torch.Tensor {1, 1}}, {{1}, {1}},
    } do
      local ok, message = pcall(function() confusion:batchAdd(case[1], case[2]) end)
      assert.is_false(ok)
      assert.is_truthy(message:find('_spec.lua:%d+: optim.ConfusionMatrix.batchAdd: '), message)
    end
    assert.are.equal(0, confusion.mat:sum())
    for _, bad in ipairs {0, -1, 1.5, 'x'} do
      assert.has_error(function() optim.ConfusionMatrix(bad) end)
    end
  end)

  it('leaves classes without samples out of the averages', function()
    local confusion = matrix {{2, 2, 0}, {0, 4, 0}, {0, 0, 0}}
    confusion:updateValids()
    assert.is_true(confusion.valids[3] ~= confusion.valids[3])
    assert.are.equal(0.75, confusion.averageValid)
    assert.are.equal(0.75, confusion.totalValid)
    assert.is_true(math.abs(confusion.averageUnionValid - (0.5 + 4 / 6) / 2) < 1e-7)
  end)

  it('gives false accept and false reject rates', function()
    local accepts, rejects = matrix({{8, 2, 0}, {1, 3, 0}, {0, 0, 5}}):farFrr()
    local function near(tensor, list)
      for i, value in ipairs(list) do assert.is_true(math.abs(tensor[i] - value) < 1e-12) end
    end
    near(accepts, {0.125, 0.1, 0})
    near(rejects, {0.2, 0.25, 0})
  end)

  it('writes itself without names, and with wide counts', function()
    local text = tostring(matrix {{123456789, 0}, {0, 1}})
    assert.are.equal('ConfusionMatrix:\n'
      .. '[[ 123456789         0]   100.000% \n'
      .. ' [         0         1]]  100.000% \n'
      .. ' + average row correct: 100% \n'
      .. ' + average rowUcol correct (VOC measure): 100% \n'
      .. ' + global correct: 100%', text)
  end)

  it('forgets', function()
    local confusion = matrix {{1, 2}, {3, 4}}
    confusion:updateValids()
    confusion:zero()
    assert.are.same({{0, 0}, {0, 0}}, table_of(confusion))
    assert.are.same({0, 0, 0}, {confusion.totalValid, confusion.averageValid,
      confusion.averageUnionValid})
    assert.are.same({0, 0}, confusion.valids:totable())
  end)

  it('draws itself', function()
    local confusion = matrix {{1, 3}, {0, 2}}
    local picture = confusion:render('score', false, 4, 0)
    assert.are.same({3, 8, 8}, picture:size():totable())
    -- The second class is better and comes first: right cells blue, wrong ones red.
    assert.are.same({0, 0, 1}, picture:select(3, 1):select(2, 1):totable())
    assert.are.same({0.75, 0, 0}, picture:select(3, 1):select(2, 8):totable())
    picture = confusion:render('occurrence', false, 4, 0)
    assert.are.same({0, 0, 0.25}, picture:select(3, 1):select(2, 1):totable())
    assert.has_error(function() confusion:render('size', false, 4, 0) end)
  end)

  it('is saved and read', function()
    local confusion = matrix {{1, 2}, {3, 4}}
    local copy = torch.deserialize(torch.serialize(confusion))
    assert.are.equal('optim.ConfusionMatrix', torch.type(copy))
    assert.are.equal(tostring(confusion), tostring(copy))
  end)
end)
