-- Package image on GPU tensors: the functions of pictures give there what they give on the CPU, for
-- sizes around the borders of blocks and every layout, and files and displays take such pictures.

local compare = require 'cuda.compare'
local device = require 'cuda.device'
local helpers = require 'helpers'
local replay = require 'golden_replay'
local torch = require 'torch'
require 'image'

local pixels = {'Byte', 'Float', 'Double'}
local real = {'Float', 'Double'}
local tolerance = {Float = 2e-5, Double = 1e-9}

-- channels, height, width
local sizes = {{1, 1, 1}, {3, 15, 17}, {4, 16, 16}, {1, 1, 257}, {3, 255, 1}, {2, 33, 31}}

local function picture(type_name, size)
  local x = torch.rand(unpack(size))
  if type_name == 'Byte' then x:mul(255) end
  return x:type('torch.' .. type_name .. 'Tensor')
end

-- Distances of up to 3 pixels, with some that lead out of the picture, of h x w.
local function field(h, w) return torch.rand(2, h, w):add(-0.5):mul(6) end

-- Pairs of a name and a function of a picture of channels x height x width, and the types.
local rows = {}
local function row(name, types, f) rows[#rows + 1] = {name, types, f} end

for _, mode in ipairs {'simple', 'bilinear', 'bicubic'} do
  for _, to in ipairs {{1, 1}, {7, 40}, {40, 7}, {16, 16}, {19, 23}} do
    row(('scale %s to %d x %d'):format(mode, to[1], to[2]), pixels, function(x)
      return image.scale(x, to[1], to[2], mode)
    end)
  end
  row('scale by sizes, ' .. mode, pixels, function(x)
    return image.scale(x, '*2', mode), image.scale(x, 9, mode), image.scale(x, '^5', mode),
      image.scale(x.new(5, 6), x, mode), image.scale(x[1], 6, 5, mode)
  end)
end
for _, mode in ipairs {'simple', 'bilinear', 'bicubic', 'lanczos'} do
  row('warp ' .. mode, pixels, function(x)
    local h, w = x:size(2), x:size(3)
    torch.manualSeed(5)
    local by = field(h, w)
    return image.warp(x, by, mode), image.warp(x, by, mode, false),
      image.warp(x, by, mode, true, 'pad', 7), image.warp(x[1], field(9, 30), mode)
  end)
  row('affinetransform ' .. mode, pixels, function(x)
    local matrix = torch.Tensor {{0.9, 0.21}, {-0.37, 1.13}}
    return image.affinetransform(x, matrix, mode, torch.Tensor {1.5, -0.7}),
      image.affinetransform(x, matrix, mode, nil, 'pad', 3)
  end)
end
for _, mode in ipairs {'simple', 'bilinear'} do
  row('rotate ' .. mode, pixels, function(x)
    return image.rotate(x, math.pi / 2, mode), image.rotate(x, -0.3, mode),
      image.rotate(x, math.pi, mode), image.rotate(x[1], 0, mode)
  end)
  row('polar ' .. mode, pixels, function(x)
    return image.polar(x, mode), image.polar(x, mode, 'full'), image.logpolar(x, mode),
      image.logpolar(x, mode, 'full')
  end)
end
for _, name in ipairs {'rgb2yuv', 'yuv2rgb', 'rgb2hsl', 'hsl2rgb', 'rgb2hsv', 'hsv2rgb', 'rgb2lab',
  'lab2rgb', 'rgb2nrgb'} do
  row(name, real, function(x)
    if x:size(1) < 3 then x = x:narrow(1, 1, 1):expand(3, x:size(2), x:size(3)) end
    return image[name](x:narrow(1, 1, 3))
  end)
end
row('rgb2y', pixels, function(x)
  return image.rgb2y(x:narrow(1, 1, 1):expand(3, x:size(2), x:size(3)))
end)
row('y2jet', pixels, function(x)
  if x:type():find 'Byte' then return image.y2jet(x[1]:clone():clamp(1, 9)) end
  return image.y2jet(torch.add(x[1], 0.12):mul(9))
end)
row('crop, translate and flips', pixels, function(x)
  local h, w = x:size(2), x:size(3)
  return image.crop(x, 0, 0, w, h), image.crop(x, 'c', math.ceil(w / 2), math.ceil(h / 2)),
    image.translate(x, 3, -2), image.hflip(x), image.vflip(x), image.flip(x, 1)
end)
row('filters', real, function(x)
  return image.convolve(x, image.gaussian(3), 'same'),
    image.convolve(x, torch.Tensor(2, 4):fill(0.3), 'full'),
    image.gaussianpyramid({}, image.scale(x, 8, 8), {1, 0.5})[2],
    x:nElement() > 1 and image.lcn(image.scale(x[1], 20, 15)) or 0
end)
row('erode and dilate', pixels, function(x)
  local holes = torch.gt(x[1], x:type():find 'Byte' and 60 or 0.3):typeAs(x)
  return image.erode(holes), image.dilate(holes, torch.eye(3)), image.erode(holes, nil, 0)
end)
row('minmax and toDisplayTensor', real, function(x)
  return image.minmax {tensor = x}, image.minmax {tensor = x, symm = true, saturate = true},
    image.toDisplayTensor {input = x, padding = 1, nrow = 2}, image.toDisplayTensor(x[1])
end)
row('drawRect and drawText', pixels, function(x)
  local large = image.scale(x:narrow(1, 1, 1):expand(3, x:size(2), x:size(3)), 60, 20, 'simple')
  return image.drawRect(large, 2, 3, 50, 18, {color = {9, 255, 30}, lineWidth = 2}),
    image.drawText(large, 'gpu', 3, 2, {color = {200, 100, 3}, bg = {1, 2, 3}})
end)

describe('image', function()
  if not device.present then return pending('is skipped: ' .. device.reason) end

  for _, r in ipairs(rows) do
    local name, types, f = unpack(r)
    it('does on a GPU what it does on the CPU: ' .. name, function()
      torch.manualSeed(3)
      for _, type_name in ipairs(types) do
        for _, size in ipairs(sizes) do
          local x = picture(type_name, size)
          assert.is_nil(compare.call(f, tolerance[type_name], x))
        end
        for layout, x in pairs(helpers.layouts(picture(type_name, {3, 9, 14}))) do
          assert.is_nil(compare.call(f, tolerance[type_name], x), layout)
        end
      end
    end)
  end

  it('gives there the values recorded from Torch7', function()
    local passed, failures = replay.file('image/image.json.gz', nil, device)
    -- The original documents a default of polar's interpolation, and raises without one.
    assert.are.same({'image/68 image.polar(a): expected an error: '
      .. 'image.polar: interpolation must be one of: simple | bilinear'}, failures)
    assert.are.equal(97, passed)
  end)

  it('takes results, fields, matrices and kernels of either device', function()
    local x = torch.rand(3, 6, 7)
    local there = x:cuda()
    local result = torch.CudaTensor()
    for _, call in ipairs {
      function(dst, src, move) return image.warp(dst, src, move(field(4, 5):zero():add(0.25))) end,
      function(dst, src, move)
        return image.affinetransform(dst, src, move(torch.eye(2):mul(0.9)), 'bilinear',
          move(torch.Tensor {1, 0}))
      end,
      function(dst, src, move) return image.convolve(dst, src, move(torch.ones(2, 3))) end,
      function(dst, src) return image.rotate(dst, src, 0.2) end,
      function(dst, src) return image.hflip(dst, src) end,
      function(dst, src) return image.rgb2hsl(dst, src) end,
    } do
      local want = call(torch.FloatTensor(), x:float(), function(t) return t end)
      for _, method in ipairs {'double', 'float', 'cuda', 'cudaDouble'} do
        local got = call(result, there, function(t) return t[method](t) end)
        assert.are.equal(result, got)
        assert.is_nil(compare.difference(got, want, 1e-5))
      end
    end
    assert.is_nil(compare.difference(image.rgb2yuv(there, there), image.rgb2yuv(x:float()), 1e-5))
  end)

  it('computes on the GPU in Float what is not of a floating point type', function()
    local bytes = torch.CudaByteTensor {{10, 20}, {30, 50}}
    for _, r in ipairs {image.minmax {tensor = bytes}, image.toDisplayTensor(bytes),
      image.toDisplayTensor {bytes, bytes}} do
      assert.are.equal('torch.CudaTensor', r:type())
      assert.are.equal(1, r:max())
    end
  end)

  it('writes pictures to files', function()
    local x = torch.rand(3, 9, 8)
    local bytes = x:clone():mul(255):byte()
    for _, t in ipairs {x, x:float(), bytes} do
      local there = device.place(t)
      assert.are.same(image.compressPNG(t):totable(), image.compressPNG(there):totable())
      assert.are.same(image.compressJPG(t, 90):totable(), image.compressJPG(there, 90):totable())
      local name = os.tmpname()
      image.savePNG(name, there:transpose(2, 3))
      local saved = image.loadPNG(name)
      os.remove(name)
      assert.are.same(image.decompressPNG(image.compressPNG(t:transpose(2, 3))):totable(),
        saved:totable())
    end
    local file = image.compressPNG(bytes)
    assert.are.same(bytes:totable(), image.decompress(file:cudaByte(), 3, 'byte'):totable())
    assert.are.same(bytes:totable(), image.decompressPNG(file:cudaByte(), 3, 'byte'):totable())
  end)

  it('displays pictures', function()
    local status, output = helpers.script([[
      package.cpath = os.getenv 'LUATORCH_CUDA' .. '/?.so;' .. package.cpath
      require 'cutorch'
      require 'image'
      local win = image.display {image = torch.rand(2, 3, 4, 5):cuda(), zoom = 2}
      print(table.concat(image.load(win.file):size():totable(), 'x'))
      os.remove(win.file)
    ]], {DISPLAY = '', WAYLAND_DISPLAY = ''})
    assert.are.equal(0, status, output)
    assert.is_truthy(output:find('3x8x20', 1, true), output)
  end)

  it('says what is wrong with pictures there', function()
    local x = torch.CudaTensor(3, 4, 5)
    for message, f in pairs {
      ['scale: expected a Byte, Float or Double tensor, got .*Int'] = function()
        image.scale(torch.CudaIntTensor(3, 4), 2, 2)
      end,
      ['rgb2hsl: expected a Float or Double'] = function()
        image.rgb2hsl(torch.CudaByteTensor(3, 4, 5))
      end,
      ['image.hflip: .*CudaTensor of size 5'] = function() image.hflip(x[1][1]) end,
      ['image.rotate: the input is a CudaTensor, the result a FloatTensor'] = function()
        image.rotate(torch.FloatTensor(), x, 1)
      end,
    } do
      local ok, text = pcall(f)
      assert.is_false(ok)
      assert.is_truthy(text:find(message), text)
    end
  end)
end)
