-- einsum against sums in plain Lua: contractions, traces, diagonals, transposes, several tensors;
-- ellipsis, implicit results, types, layouts, bad equations.

local torch = require 'torch'
local helpers = require 'helpers'

-- The value of an equation of letters, by running through all values of all of them.
local function reference(equation, tensors)
  local inputs, output = equation:match('^(.*)%->(.*)$')
  local parts, sizes, letters = {}, {}, {}
  for part in (inputs .. ','):gmatch('(%a*),') do parts[#parts + 1] = part end
  for i, part in ipairs(parts) do
    for d = 1, #part do
      local letter = part:sub(d, d)
      if not sizes[letter] then letters[#letters + 1] = letter end
      sizes[letter] = tensors[i]:size(d)
    end
  end
  local values, result = {}, {}
  for i, x in ipairs(tensors) do values[i] = helpers.flat(x) end
  local at = {}
  local function position(part)
    local p = 0
    for letter in part:gmatch('.') do p = p * sizes[letter] + at[letter] end
    return p + 1
  end
  local function run(k)
    if k > #letters then
      local term = 1
      for i, part in ipairs(parts) do term = term * values[i][position(part)] end
      local place = position(output)
      result[place] = (result[place] or 0) + term
      return
    end
    for v = 0, sizes[letters[k]] - 1 do
      at[letters[k]] = v
      run(k + 1)
    end
  end
  run(1)
  if output == '' then return result[1] end
  local lengths = {}
  for letter in output:gmatch('.') do lengths[#lengths + 1] = sizes[letter] end
  return torch.DoubleTensor(result):view(unpack(lengths)):type(tensors[1]:type())
end

local size_of = {a = 2, b = 3, c = 4, d = 2, i = 3, j = 4, k = 5, l = 1, m = 2, n = 2}

local function operands(equation, type_name)
  local list = {}
  for part in (equation:match('^(.*)%->') .. ','):gmatch('(%a*),') do
    local sizes = {}
    for letter in part:gmatch('.') do sizes[#sizes + 1] = size_of[letter] end
    local t = torch.LongTensor(unpack(sizes)):random(-2, 2)
    list[#list + 1] = t:type('torch.' .. type_name .. 'Tensor')
  end
  return list
end

local function assert_same(got, want, what)
  if type(want) == 'number' then return assert.are.equal(want, got, what) end
  helpers.assert_near(got, want, 0, what)
end

local equations = {
  'ij->ij', 'ij->ji', 'ij->i', 'ij->j', 'ij->', 'ijk->kij', 'ijk->j', 'mm->', 'mm->m', 'mnm->n',
  'mnm->nm', 'mmm->m', 'mmm->', 'i,i->', 'i,i->i', 'i,j->ij', 'i,j->ji', 'i,j->', 'ij,j->i',
  'ij,i->j', 'ij,ij->ij', 'ij,ij->', 'ij,ji->ji', 'ij,jk->ik', 'ij,jk->ki', 'ij,jk->', 'ij,jk->ijk',
  'ji,kj->ik', 'aij,ajk->aik', 'aij,ajk->ik', 'aij,jk->aik', 'aijc,ckj->kai', 'abc,bad->cd',
  'abij,abjk->abik', 'ij,kl->ikjl', 'l,l->l', 'l,i->i', 'il,lk->ik', 'mm,mn->n', 'mmi,nni->mn',
  'ij,jk,kl->il', 'i,ij,j->', 'ai,bi,ci->abc', 'a,b,c->cba', 'ab,bc,ca->', 'ab,ab,ab->b',
  'abc,abc,abc->abc', 'ijk,mj,nk->imn',
}

describe('einsum', function()
  it('equals the sums for every type', function()
    torch.manualSeed(5)
    for _, type_name in ipairs {'Short', 'Int', 'Long', 'Float', 'Double', 'Half', 'BFloat16'} do
      for _, equation in ipairs(equations) do
        local list = operands(equation, type_name)
        assert_same(torch.einsum(equation, unpack(list)), reference(equation, list),
          equation .. ' ' .. type_name)
      end
    end
  end)

  it('takes every layout and changes no tensor', function()
    for _, equation in ipairs(equations) do
      local list = operands(equation, 'Double')
      local want = reference(equation, list)
      for name in pairs(helpers.layouts(torch.ones(2, 2))) do
        local views = {}
        for i, x in ipairs(list) do views[i] = helpers.layouts(x)[name] or x end
        local got = torch.einsum(equation, views)
        assert_same(got, want, equation .. ' ' .. name)
        for i, x in ipairs(list) do
          assert.is_true(views[i]:equal(x))
          if torch.isTensor(got) then
            assert.is_true(got:isContiguous())
            assert.is_false(got:storage() == views[i]:storage(), equation)
          end
        end
      end
    end
  end)

  it('takes expanded tensors', function()
    local x, y = torch.rand(3, 1):expand(3, 4), torch.rand(1, 4):expand(3, 4)
    helpers.assert_near(torch.einsum('ij,kj->ik', x, y), torch.mm(x:clone(), y:clone():t()), 1e-14)
  end)

  it('sorts the letters that occur once where no result is given', function()
    local x, y = torch.rand(3, 4), torch.rand(4, 5)
    helpers.assert_near(torch.einsum('ij,jk', x, y), torch.mm(x, y), 1e-14)
    helpers.assert_near(torch.einsum('ba', x), x:t():clone(), 0)
    helpers.assert_near(torch.einsum('kj, ji', x, y), torch.mm(x, y):t():clone(), 1e-14)
    assert.are.equal(4, torch.einsum('ii', torch.eye(4)))
    helpers.assert_near(torch.einsum('j...i', torch.rand(2, 3, 4):fill(1)), torch.ones(3, 4, 2), 0)
  end)

  it('lets the dimensions of an ellipsis broadcast', function()
    local x, y = torch.rand(2, 1, 3, 4), torch.rand(5, 4, 2)
    local got = torch.einsum('...ij,...jk->...ik', x, y)
    assert.are.same({2, 5, 3, 2}, got:size():totable())
    for a = 1, 2 do for b = 1, 5 do
      helpers.assert_near(got[a][b], torch.mm(x[a][1], y[b]), 1e-14)
    end end
    assert.are.equal(6, torch.einsum('...,...->', torch.ones(2, 1), torch.ones(3)))
    helpers.assert_near(torch.einsum('i...->...', x), x:sum(1)[1], 1e-14)
    helpers.assert_near(torch.einsum('...i->i', x), x:view(6, 4):sum(1)[1], 1e-14)
    helpers.assert_near(torch.einsum('...', y), y, 0)
    helpers.assert_near(torch.einsum('i...,i...', y, y), torch.cmul(y, y):sum(1)[1], 1e-14)
    helpers.assert_near(torch.einsum('ij...,j', y, torch.ones(4)), y:sum(2):select(2, 1):t(), 1e-14)
  end)
end)

describe('bad arguments of einsum', function()
  local x = torch.rand(2, 3)
  local sixteen = torch.rand(1, 1, 1, 1, 1, 1, 1, 1, 1)
  local cases = {
    {'expected an equation as argument 1', x}, {'expected one or more tensors', 'ij'},
    {'for 2 tensors, got 1', 'ij,jk', x}, {'for 1 tensors, got 2', 'ij', x, x},
    {'"ijk" has 3 dimensions, tensor 1 is a DoubleTensor of size 2 x 3', 'ijk->i', x},
    {"unexpected '.'", 'i..jk', x}, {'j has size 3 and size 2', 'ij,jk', x, x},
    {'i has size 2 and size 3', 'ii', x}, {'a dimension of ... has size 3 and size 2', '...,...i',
      torch.rand(3), torch.rand(2, 4)},
    {'k of the result is not in', 'ij->k', x}, {'i is twice in the result', 'ij->ii', x},
    {"unexpected '1'", 'i1', x}, {"unexpected '.'", '......', x}, {"unexpected '%-'", 'i-j', x},
    {'got the number 3', 'ij', 3}, {'got a DoubleTensor of size 2 x 3 and a Float', 'ij,ij', x,
      x:float()},
    {'tensor 2 is empty', 'ij,k', x, torch.Tensor()},
    {'18 dimensions, at most 16', 'abcdefghi,jklmnopqr->abcdefghijklmnopqr', sixteen, sixteen},
  }
  for i, case in ipairs(cases) do
    it('raise (' .. i .. ')', function()
      local ok, message = pcall(function() torch.einsum(unpack(case, 2)) end)
      assert.is_false(ok)
      assert.truthy(message:find(case[1]) or message:find(case[1], 1, true), message)
      assert.matches('einsum_spec%.lua', message)
    end)
  end
end)
