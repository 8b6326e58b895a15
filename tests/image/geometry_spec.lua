-- Geometry of pictures: calling forms, types and layouts, result tensors, and wrong arguments. The
-- values are those of golden_spec.lua; here they follow from each other or from plain Lua.

local helpers = require 'helpers'
local torch = require 'torch'
require 'image'

-- A picture with another value in every place.
local function ramp(c, h, w, class)
  return torch.range(1, c * h * w):view(c, h, w):type(class or 'torch.DoubleTensor')
end

local function assert_same(a, b, tol)
  assert.are.same(b:size():totable(), a:size():totable())
  assert.is_true((a:double() - b:double()):abs():max() <= (tol or 0))
end

describe('image', function()
  local transforms = {}
  for name, arguments in pairs {
    crop = {1, 0, 4, 3}, translate = {1, -2}, rotate = {0.4, 'bilinear'}, hflip = {}, vflip = {},
    flip = {2}, polar = {'bilinear', 'full'}, logpolar = {'simple'},
    warp = {torch.rand(2, 5, 4):mul(2), 'bicubic'},
    affinetransform = {torch.Tensor{{0.9, 0.1}, {0, 1}}}, convolve = {torch.ones(2, 3), 'same'},
  } do
    transforms[name] = function(f, ...)
      local given = {...}
      for _, argument in ipairs(arguments) do given[#given + 1] = argument end
      return f(unpack(given))
    end
  end

  for name, call in pairs(transforms) do
    it(name .. ' takes a result tensor, every layout and pictures of two dimensions', function()
      local f = image[name]
      local x = ramp(3, 6, 7)
      local want = call(f, x)
      assert_same(x, ramp(3, 6, 7))
      local dst = torch.rand(name:find('polar') and want:nElement() or 2)
      if name:find('polar') then dst = torch.rand(unpack(want:size():totable())) end
      assert.are.equal(dst, call(f, dst, x))
      assert_same(dst, want)
      for _, layout in pairs(helpers.layouts(x)) do assert_same(call(f, layout), want) end
      if name ~= 'flip' then assert_same(call(f, x[2]), want[2]) end
    end)
  end

  it('scale gives the sizes asked for', function()
    local x = torch.rand(3, 50, 100)
    for size, want in pairs {
      ['20x10'] = {3, 10, 20}, ['40'] = {3, 20, 40}, ['^40'] = {3, 40, 80}, ['*2'] = {3, 100, 200},
      ['*0.5'] = {3, 25, 50}, ['*3/2'] = {3, 75, 150}, [40] = {3, 20, 40},
    } do
      assert.are.same(want, image.scale(x, size):size():totable())
      assert.are.same(want, image.scale(x, size, 'simple'):size():totable())
    end
    assert.are.same({3, 7, 9}, image.scale(x, 9, 7, 'bicubic'):size():totable())
    assert.are.same({4, 5}, image.scale(x[1], 5, 4):size():totable())
    local like = torch.ones(2, 3)
    assert.are.same({3, 2, 3}, image.scale(like, x):size():totable())
    assert.are.equal(6, like:sum())
  end)

  it('scale enlarges every row as it does one, infinite elements too', function()
    for _, mode in ipairs {'simple', 'bilinear', 'bicubic'} do
      local column = image.scale(torch.Tensor{{1}, {5}, {2}, {9}, {4}}, 1, 13, mode)
      for rows = 1, 3 do
        local x = torch.Tensor{1, 5, 2, 9, 4}:view(5, 1):expand(5, rows):repeatTensor(2, 1, 1)
        local large = image.scale(x, rows, 13, mode)
        assert.is_true((large - column:view(1, 13, 1):expandAs(large)):abs():max() == 0)
      end
      local x = torch.zeros(2, 2)
      x[1]:fill(math.huge)
      if mode ~= 'bicubic' then
        assert.are.equal(math.huge, image.scale(x, 2, 5, mode)[1][1])
      end
    end
  end)

  it('scale keeps means where it shrinks by a whole number, and corners where it grows', function()
    local x = torch.rand(2, 12, 8)
    local small = image.scale(x, 4, 3)
    for i = 1, 3 do
      for j = 1, 4 do
        local mean = x[1]:narrow(1, i * 4 - 3, 4):narrow(2, j * 2 - 1, 2):mean()
        assert.is_true(math.abs(small[1][i][j] - mean) < 1e-12)
      end
    end
    for _, mode in ipairs {'bilinear', 'bicubic'} do
      local large = image.scale(x, 31, 29, mode)
      assert.is_true(math.abs(large[2][1][1] - x[2][1][1]) < 1e-12)
      assert.is_true(math.abs(large[2][29][31] - x[2][12][8]) < 1e-12)
    end
    assert_same(image.scale(x, 8, 12, 'bicubic'), x)
  end)

  it('computes the same in Float, and to the nearest in Byte', function()
    local x = torch.rand(3, 9, 11):mul(255):floor()
    local calls = {
      function(t) return image.scale(t, 5, 4) end,
      function(t) return image.scale(t, 30, 20) end,
      function(t) return image.rotate(t, 0.3, 'bilinear') end,
      function(t) return image.polar(t, 'bilinear', 'full') end,
      function(t) return image.warp(t, torch.ones(2, 9, 11):mul(0.4)) end,
    }
    for _, call in ipairs(calls) do
      assert_same(call(x:float()), call(x), 1e-3)
      assert_same(call(x:byte()), call(x), 0.5001)
    end
  end)

  it('rotates by right angles and back', function()
    local x = torch.rand(2, 9, 9)
    local turned = image.rotate(x, math.pi / 2)
    assert_same(turned, torch.flip(x:transpose(2, 3), 2), 0)
    assert_same(image.rotate(turned, -math.pi / 2), x)
    assert_same(image.rotate(x, 0, 'bilinear'), x, 1e-12)
  end)

  it('warps by nothing and by whole pixels', function()
    local x = ramp(2, 6, 5)
    for _, mode in ipairs {'simple', 'bilinear', 'bicubic', 'lanczos'} do
      local field = torch.zeros(2, 6, 5)
      assert_same(image.warp(x, field, mode), x, 1e-9)
      field[1]:fill(1)
      local moved = image.warp(x, field, mode, true, 'pad', -1)
      assert_same(moved:narrow(2, 1, 5), x:narrow(2, 2, 5), 1e-9)
      assert_same(moved:narrow(2, 6, 1), torch.Tensor(2, 1, 5):fill(-1))
    end
    local field = torch.Tensor(2, 2, 2):fill(0 / 0)
    field[2][1][1] = math.huge
    assert.are.equal(x[1][1][1], image.warp(x, field)[1][2][2])
    assert_same(image.warp(x, x.new(2, 6, 5):zero(), 'bilinear', false),
      x:narrow(2, 1, 1):narrow(3, 1, 1):expand(2, 6, 5), 0)
    local same = torch.rand(2, 6, 6)
    assert_same(image.warp(same:clone(), same), (image.warp(same, same, same)), 0)
  end)

  it('translates out of the picture', function()
    local x = ramp(1, 3, 4)
    assert.are.equal(0, image.translate(x, 4, 0):max())
    assert.are.equal(x[1][1][1], image.translate(x, 2, 1)[1][2][3])
    assert_same(image.translate(x, x, 0, 0), ramp(1, 3, 4))
  end)

  local function raises(pattern, f, ...)
    local ok, text = pcall(f, ...)
    assert.is_false(ok)
    assert.is_truthy(text:find(pattern), text)
  end

  it('polar and logpolar fetch the nearest pixel and the valid radii by default', function()
    local x = torch.rand(2, 6, 7)
    for _, f in ipairs {image.polar, image.logpolar} do
      assert_same(f(x), f(x, 'simple', 'valid'))
      assert_same(f(x, 'bilinear'), f(x, 'bilinear', 'valid'))
      local dst = torch.Tensor(2, 4, 5)
      assert_same(f(dst, x), f(torch.Tensor(2, 4, 5), x, 'simple', 'valid'))
    end
  end)

  it('says what is wrong with arguments', function()
    local x = torch.rand(3, 5, 6)
    local here = 'geometry_spec.lua:%d+: image%.'
    raises(here .. 'crop: no box from %(0, 0%) to %(7, 2%) in a picture of width 6 and height 5',
      function() image.crop(x, 0, 0, 7, 2) end)
    raises("crop: format must be one of 'bl', 'br', 'c', 'tl', 'tr', got 'x'",
      function() image.crop(x, 'x', 2, 2) end)
    raises('crop: no box', function() image.crop(x, 2, 2, 2, 4) end)
    raises(here .. "scale: size '3y' is none", function() image.scale(x, '3y') end)
    raises(here .. 'scale: mode must be', function() image.scale(x, 3, 3, 'cubic') end)
    raises(here .. 'scale: .*height of 0', function() image.scale(x, 3, 0) end)
    raises(here .. 'scale: expected a picture', function() image.scale(torch.rand(4), 3, 3) end)
    raises(here .. 'scale: expected a Byte, Float or Double', function()
      image.scale(x:int(), 3, 3)
    end)
    raises(here .. 'scale: expected a tensor', function() image.scale(3) end)
    raises(here .. 'rotate: expected a number as theta', function() image.rotate(x) end)
    raises(here .. 'polar: interpolation must be one of', function() image.polar(x, 'cubic') end)
    raises(here .. 'warp: expected a field', function() image.warp(x, torch.rand(3, 2, 2)) end)
    raises("a pad value needs clamp_mode 'pad'", function()
      image.warp(x, torch.rand(2, 5, 6), 'simple', true, 'clamp', 1)
    end)
    raises(here .. 'affinetransform: expected a matrix of 2 x 2', function()
      image.affinetransform(x, torch.eye(3))
    end)
    raises(here .. 'flip: dimension 4', function() image.flip(x, 4) end)
    raises(here .. 'rgb2hsl: expected a picture 3 x', function() image.rgb2hsl(x[1]) end)
    raises(here .. 'rgb2hsl: expected a Float', function() image.rgb2hsl(x:byte()) end)
    raises(here .. 'convolve: a kernel of 9 x 9 does not fit', function()
      image.convolve(x, torch.rand(9, 9))
    end)
    raises(here .. 'erode: the sizes of the kernel must be odd', function()
      image.erode(x[1], torch.ones(2, 3))
    end)
  end)
end)
