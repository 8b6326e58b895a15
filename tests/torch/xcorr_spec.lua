-- conv2, conv3, xcorr2, xcorr3 against sums in plain Lua: every type, layout, form and combination
-- of dimensions; sizes at the borders of vectors, rows and units of work; bad arguments. Values
-- recorded from Torch7 are replayed by golden_spec.

local ffi = require 'ffi'
local torch = require 'torch'
local F = require 'torch.ffi'
local helpers = require 'helpers'

local types = helpers.types

-- small ones, so that the sums are exact in every floating point type
local function integers(type_name, low, high, ...)
  local t = torch.LongTensor(...):random(low, high)
  return t:type('torch.' .. type_name .. 'Tensor')
end

-- x [p d h w] and k [q p d h w] (or [p d h w]: plane by plane) as the flat result and its sizes.
local function reference(x, k, full, flip)
  local each = k:dim() == 4
  local p = x:size(1)
  local q = each and p or k:size(1)
  local n, m, out = {}, {}, {}
  for d = 1, 3 do
    n[d], m[d] = x:size(d + 1), k:size(k:dim() - 3 + d)
    out[d] = full and n[d] + m[d] - 1 or n[d] - m[d] + 1
  end
  local xs, ks, r = helpers.flat(x), helpers.flat(k), {}
  local function tap(plane, i, j, l)
    if flip then i, j, l = m[1] - 1 - i, m[2] - 1 - j, m[3] - 1 - l end
    return ks[((plane * m[1] + i) * m[2] + j) * m[3] + l + 1]
  end
  local function at(plane, z, y, c)
    if full then z, y, c = z - m[1] + 1, y - m[2] + 1, c - m[3] + 1 end
    if z < 0 or y < 0 or c < 0 or z >= n[1] or y >= n[2] or c >= n[3] then return 0 end
    return xs[((plane * n[1] + z) * n[2] + y) * n[3] + c + 1]
  end
  for result = 0, q - 1 do
    for z = 0, out[1] - 1 do for y = 0, out[2] - 1 do for c = 0, out[3] - 1 do
      local sum = 0
      for plane = each and result or 0, each and result or p - 1 do
        for i = 0, m[1] - 1 do for j = 0, m[2] - 1 do for l = 0, m[3] - 1 do
          sum = sum + tap(each and plane or result * p + plane, i, j, l)
            * at(plane, z + i, y + j, c + l)
        end end end
      end
      r[#r + 1] = sum
    end end end
  end
  return r, {q, out[1], out[2], out[3]}
end

-- What the operation should give for x and k in one of their forms.
local function wanted(name, x, k, mode)
  local space = tonumber(name:sub(-1))
  local planes = x:dim() > space
  local sizes = x:size():totable()
  if not planes then table.insert(sizes, 1, 1) end
  if space == 2 then table.insert(sizes, 2, 1) end
  local kernel = k:size():totable()
  if not planes then table.insert(kernel, 1, 1) end
  if space == 2 then table.insert(kernel, #kernel - 1, 1) end
  local r, out = reference(x:contiguous():view(unpack(sizes)), k:contiguous():view(unpack(kernel)),
    mode == 'F', name:sub(1, 4) == 'conv')
  if space == 2 then table.remove(out, 2) end
  if not planes then table.remove(out, 1) end
  return torch.DoubleTensor(r):view(unpack(out)):type(x:type())
end

local combinations = {
  conv2 = {{{5, 7}, {2, 3}}, {{3, 4, 5}, {3, 2, 2}}, {{3, 4, 5}, {5, 3, 2, 3}}},
  conv3 = {{{3, 4, 5}, {2, 3, 2}}, {{2, 3, 4, 3}, {2, 2, 1, 3}},
    {{2, 3, 4, 3}, {3, 2, 2, 2, 2}}},
}
combinations.xcorr2, combinations.xcorr3 = combinations.conv2, combinations.conv3

local modes = {'V', 'F'}

for name, list in pairs(combinations) do
  describe(name, function()
    it('equals the sums for every type, layout and combination of dimensions', function()
      torch.manualSeed(3)
      for _, type_name in ipairs(types) do
        for _, pair in ipairs(list) do
          local x = integers(type_name, 0, 3, unpack(pair[1]))
          local k = integers(type_name, 0, 3, unpack(pair[2]))
          for _, mode in ipairs(modes) do
            local want = wanted(name, x, k, mode)
            local what = ('%s %s %s'):format(name, type_name, mode)
            local kernels = helpers.layouts(k)
            for layout, view in pairs(helpers.layouts(x)) do
              local got = torch[name](view, kernels[layout] or k, mode)
              helpers.assert_near(got, want, 0, what .. ' ' .. layout)
            end
          end
        end
      end
    end)

    it('has the forms of Torch7', function()
      local pair = list[1]
      local x, k = torch.rand(unpack(pair[1])), torch.rand(unpack(pair[2]))
      local valid, full = wanted(name, x, k, 'V'), wanted(name, x, k, 'F')
      helpers.assert_near(torch[name](x, k), valid, 1e-14)
      helpers.assert_near(x[name](x, k), valid, 1e-14)
      local y = x:clone()
      helpers.assert_near(y[name](y, k, 'F'), full, 1e-14)
      helpers.assert_near(torch[name](x, k, 'F'), full, 1e-14)
      local r = torch.Tensor(2)
      assert.is_true(torch[name](r, x, k) == r)
      helpers.assert_near(r, valid, 1e-14)
      assert.is_true(r[name](r, x, k, 'F') == r)
      helpers.assert_near(r, full, 1e-14)
      -- the result may be an input, or lie strided in a larger tensor
      local z = x:clone()
      torch[name](z, z, k)
      helpers.assert_near(z, valid, 1e-14)
      local sizes = valid:size():totable()
      sizes[#sizes + 1] = 2
      local whole = torch.Tensor(unpack(sizes)):fill(77)
      torch[name](whole:select(#sizes, 2), x, k)
      helpers.assert_near(whole:select(#sizes, 2), valid, 1e-14)
      assert.are.equal(77 * valid:nElement(), whole:select(#sizes, 1):sum())
    end)
  end)
end

describe('correlation', function()
  it('is right where rows end inside and between vectors, and beyond a unit of work', function()
    torch.manualSeed(4)
    local sizes = {
      {{1, 1}, {1, 1}}, {{1, 40}, {1, 9}}, {{40, 1}, {9, 1}}, {{9, 9}, {9, 9}},
      {{9, 9}, {9, 8}}, {{3, 2100}, {2, 3}}, {{90, 50}, {3, 3}}, {{33, 65}, {4, 1}},
      {{20, 17}, {3, 16}}, {{17, 31}, {1, 2}}, {{3, 20, 21}, {4, 3, 6, 5}},
      {{5, 9, 30}, {1, 5, 3, 3}}, {{2, 6, 130}, {7, 2, 2, 2}},
    }
    for _, pair in ipairs(sizes) do
      for _, type_name in ipairs {'Byte', 'Short', 'Int', 'Double'} do
        local x = integers(type_name, 0, 3, unpack(pair[1]))
        local k = integers(type_name, 0, 3, unpack(pair[2]))
        for _, mode in ipairs(modes) do
          helpers.assert_near(torch.xcorr2(x, k, mode), wanted('xcorr2', x, k, mode), 0,
            ('%s %s * %s'):format(type_name, table.concat(pair[1], 'x'),
              table.concat(pair[2], 'x')))
        end
      end
    end
  end)

  it('of integers wraps', function()
    local x = torch.ByteTensor {{200, 100}}
    assert.are.equal((200 * 3 + 100 * 2) % 256, torch.xcorr2(x, torch.ByteTensor {{3, 2}})[1][1])
    local long = torch.LongTensor(1, 1):fill(2 ^ 40)
    assert.are.equal(0, torch.conv2(long, long)[1][1])
  end)

  it('gives the same bits on one thread and on several', function()
    local x, k = torch.rand(4, 60, 70):float(), torch.rand(3, 4, 5, 5):float()
    local threads = torch.getnumthreads()
    torch.setnumthreads(1)
    local want = torch.xcorr2(x, k)
    torch.setnumthreads(3)
    local got = torch.xcorr2(x, k)
    torch.setnumthreads(threads)
    assert.is_true(want:equal(got))
  end)

  it('with a full result may be larger than the image', function()
    local x, k = torch.rand(2, 2), torch.rand(3, 4)
    helpers.assert_near(torch.conv2(x, k, 'F'), torch.conv2(k, x, 'F'), 1e-14)
  end)

  it('takes expanded images and kernels', function()
    local x = torch.rand(1, 6):expand(5, 6)
    local k = torch.rand(1, 1, 2):expand(1, 2, 2)
    helpers.assert_near(torch.conv2(x, k[1]), torch.conv2(x:clone(), k[1]:clone()), 0)
  end)
end)

describe('bad arguments of correlations', function()
  local x, k = torch.rand(4, 4), torch.rand(2, 2)
  local cases = {
    {'conv2: the kernel %[5 x 2 DoubleTensor%] is larger than the image %[4 x 4', 'conv2', x,
      torch.rand(5, 2)},
    {'%[2 x 4 x 4 DoubleTensor%] has 2 planes, the kernel %[3 x 2 x 2 DoubleTensor%] is for 3',
      'xcorr2', torch.rand(2, 4, 4), torch.rand(3, 2, 2)},
    {'has 2 planes, the kernel %[5 x 3 x 2 x 2 DoubleTensor%] is for 3', 'conv2',
      torch.rand(2, 4, 4), torch.rand(5, 3, 2, 2)},
    {'2D and 2D, 3D and 3D, or 3D and 4D, got %[4 x 4', 'conv2', x, torch.rand(2, 2, 2)},
    {'3D and 3D, 4D and 4D, or 4D and 5D, got %[4 x 4', 'conv3', x, k},
    {'got %[empty', 'conv2', torch.Tensor(), k},
    {'the input is a DoubleTensor, the kernel a FloatTensor', 'xcorr3', torch.rand(2, 2, 2),
      torch.rand(2, 2, 2):float()},
    {"conv2: expected 'V' %(valid%) or 'F' %(full%) as argument 3", 'conv2', x, k, 'X'},
    {"as argument 4", 'conv2', torch.Tensor(), x, k, 1},
    {'expected a tensor as argument 2, got nil', 'xcorr2', x},
    {'expected a tensor as argument 1, got a table', 'conv3', {}, x},
  }
  for i, case in ipairs(cases) do
    it('raise: ' .. case[2] .. ' (' .. i .. ')', function()
      local ok, message = pcall(function() torch[case[2]](unpack(case, 3, 6)) end)
      assert.is_false(ok)
      assert.matches(case[1], message)
      assert.matches('xcorr_spec%.lua', message)
    end)
  end

  it('leave the result alone', function()
    local r = torch.ones(3)
    assert.is_false(pcall(torch.conv2, r, x, torch.rand(5, 5)))
    assert.are.same({1, 1, 1}, r:totable())
  end)

  it('of sizes too large for memory raise', function()
    local one = torch.FloatTensor(1, 1)
    local ok, message = pcall(torch.conv2, one:expand(1, 2 ^ 50), one)
    assert.is_false(ok)
    assert.matches('out of memory', message)
  end)

  it('to the library raise', function()
    local r = F.tensor(F.dtype.Double)
    assert.are_not.equal(0, F.C.lt_conv2(r, nil, x, 0))
    assert.matches('expected a tensor', ffi.string(F.C.lt_error()))
  end)
end)
